//! Which language a text is in.

/// Words that English cannot do without and that its neighbours hardly use, in alphabetical order.
const ENGLISH: &[&str] = &[
    "again",
    "almost",
    "already",
    "and",
    "any",
    "are",
    "as",
    "at",
    "back",
    "be",
    "because",
    "been",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "don't",
    "done",
    "else",
    "email",
    "everybody",
    "everyone",
    "fixed",
    "for",
    "from",
    "get",
    "going",
    "gonna",
    "good",
    "has",
    "have",
    "hello",
    "here",
    "hi",
    "how",
    "i'll",
    "i'm",
    "i've",
    "if",
    "is",
    "it",
    "it's",
    "just",
    "know",
    "like",
    "look",
    "make",
    "many",
    "more",
    "my",
    "need",
    "not",
    "now",
    "of",
    "off",
    "okay",
    "on",
    "one",
    "our",
    "out",
    "please",
    "right",
    "see",
    "send",
    "should",
    "some",
    "sorry",
    "still",
    "sure",
    "than",
    "thank",
    "thanks",
    "that",
    "the",
    "them",
    "then",
    "there",
    "they",
    "think",
    "this",
    "to",
    "too",
    "try",
    "up",
    "ur",
    "want",
    "was",
    "we",
    "what",
    "when",
    "which",
    "who",
    "why",
    "will",
    "with",
    "works",
    "would",
    "you",
    "your",
];

/// Fewer words than this are too few to tell.
const FEWEST_WORDS: usize = 5;
/// Enough to tell by.
const MOST_BYTES: usize = 600;

/// The ISO 639-1 code of a folded text's language, `"en"` when it is English or too short to tell.
pub fn identify(folded: &str) -> &'static str {
    let mut end = folded.len().min(MOST_BYTES);
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &folded[..end];
    let (mut count, mut english) = (0usize, 0usize);
    for word in super::words(sample) {
        count += 1;
        english += usize::from(ENGLISH.binary_search(&word).is_ok());
    }
    // English prose runs at 25 % and more of such words; terse technical English still at some 10 %.
    if count < FEWEST_WORDS || english * 8 >= count {
        return if count == 0 { by_script(sample) } else { "en" };
    }
    match whatlang::detect(sample) {
        Some(found)
            if found.lang() != whatlang::Lang::Eng
                && (found.is_reliable()
                    || english == 0 && (count >= 8 && !sample.is_ascii() || found.confidence() > 0.5)) =>
        {
            code(found.lang())
        }
        _ => "en",
    }
}

/// A text without a single word of letters and digits is nobody's language; scripts without spaces are.
fn by_script(sample: &str) -> &'static str {
    whatlang::detect(sample).map_or("en", |found| if found.is_reliable() { code(found.lang()) } else { "en" })
}

fn code(language: whatlang::Lang) -> &'static str {
    use whatlang::Lang;
    match language {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Pol => "pl",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Fin => "fi",
        Lang::Ces => "cs",
        Lang::Tur => "tr",
        Lang::Jpn => "ja",
        Lang::Cmn => "zh",
        Lang::Kor => "ko",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Ron => "ro",
        Lang::Hun => "hu",
        Lang::Ell => "el",
        Lang::Heb => "he",
        Lang::Vie => "vi",
        other => other.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::{ENGLISH, identify};

    #[test]
    fn looks_words_up_in_order() {
        assert!(ENGLISH.is_sorted());
    }

    #[test]
    fn tells_english_from_others_and_never_guesses_on_little() {
        assert_eq!(identify("i have reset the account, please try again and tell me"), "en");
        assert_eq!(identify("drucker kaputt"), "en");
        assert_eq!(identify("ich habe ihr konto zurückgesetzt, bitte versuchen sie es noch einmal"), "de");
        assert_eq!(identify("j'ai réinitialisé votre compte, veuillez réessayer s'il vous plaît"), "fr");
        assert_eq!(
            identify(
                "buenos días, hemos restablecido la contraseña de su cuenta y ya puede usted iniciar sesión otra vez"
            ),
            "es"
        );
    }
}
