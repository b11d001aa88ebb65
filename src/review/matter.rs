//! The words of a text that carry its matter, cut so that “dropped” and “drops” are one.

/// Words that carry no matter of their own, in alphabetical order.
const EMPTY_WORDS: &[&str] = &[
    "about",
    "after",
    "again",
    "all",
    "also",
    "always",
    "an",
    "and",
    "another",
    "any",
    "anyone",
    "anything",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "both",
    "but",
    "by",
    "can",
    "can't",
    "cannot",
    "come",
    "could",
    "did",
    "didn't",
    "do",
    "does",
    "doesn't",
    "doing",
    "don't",
    "done",
    "down",
    "each",
    "else",
    "even",
    "ever",
    "every",
    "everything",
    "few",
    "for",
    "from",
    "get",
    "gets",
    "getting",
    "give",
    "goes",
    "going",
    "gone",
    "good",
    "got",
    "had",
    "has",
    "have",
    "having",
    "hello",
    "help",
    "her",
    "here",
    "him",
    "his",
    "how",
    "i'll",
    "i'm",
    "i've",
    "if",
    "in",
    "into",
    "is",
    "isn't",
    "it",
    "it's",
    "its",
    "just",
    "keep",
    "keeps",
    "know",
    "last",
    "let",
    "like",
    "long",
    "look",
    "made",
    "make",
    "many",
    "may",
    "maybe",
    "me",
    "more",
    "most",
    "much",
    "must",
    "my",
    "myself",
    "need",
    "needs",
    "never",
    "next",
    "nobody",
    "not",
    "nothing",
    "now",
    "of",
    "off",
    "on",
    "one",
    "only",
    "onto",
    "or",
    "other",
    "our",
    "out",
    "over",
    "own",
    "please",
    "put",
    "quite",
    "really",
    "right",
    "said",
    "same",
    "say",
    "see",
    "she",
    "should",
    "since",
    "so",
    "some",
    "someone",
    "something",
    "soon",
    "still",
    "such",
    "sure",
    "take",
    "tell",
    "than",
    "thank",
    "thanks",
    "that",
    "that's",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "things",
    "think",
    "this",
    "those",
    "through",
    "to",
    "too",
    "tried",
    "try",
    "trying",
    "two",
    "under",
    "until",
    "upon",
    "us",
    "use",
    "used",
    "using",
    "very",
    "via",
    "want",
    "was",
    "way",
    "we",
    "well",
    "went",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whole",
    "why",
    "will",
    "with",
    "without",
    "won't",
    "would",
    "yes",
    "yet",
    "you",
    "you're",
    "you've",
    "your",
    "yours",
];

/// Numbers say as much as words: “fourth drop” comes back as “four times”.
const NUMBERS: &[(&str, &str)] = &[
    ("first", "1"),
    ("one", "1"),
    ("once", "1"),
    ("second", "2"),
    ("two", "2"),
    ("twice", "2"),
    ("third", "3"),
    ("three", "3"),
    ("fourth", "4"),
    ("four", "4"),
    ("fifth", "5"),
    ("five", "5"),
    ("sixth", "6"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
];

/// The words of a text that carry its matter, cut to their stems.
pub(super) fn matter(folded: &str) -> impl Iterator<Item = String> + '_ {
    crate::language::words(folded).filter_map(|word| {
        if let Some((_, digit)) = NUMBERS.iter().find(|(name, _)| *name == word) {
            return Some((*digit).to_owned());
        }
        if word.bytes().all(|b| b.is_ascii_digit()) {
            return Some(word.to_owned());
        }
        let ordinal = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
        if word.len() <= 4 && !ordinal.is_empty() && ordinal.bytes().all(|b| b.is_ascii_digit()) {
            return Some(ordinal.to_owned());
        }
        (word.chars().count() >= 3 && EMPTY_WORDS.binary_search(&word).is_err()).then(|| stem(word))
    })
}

/// A word without the endings that English bends it by; both sides are cut alike, so it need not be a word.
fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    for ending in ["ations", "ation", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e", "y"] {
        if let Some(root) = word.strip_suffix(ending)
            && root.chars().count() >= 3
        {
            let doubled = root.chars().rev().take(2).collect::<Vec<_>>();
            return if doubled[0] == doubled[1] && ending.len() > 1 {
                root[..root.len() - 1].to_owned()
            } else {
                root.to_owned()
            };
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::EMPTY_WORDS;

    #[test]
    fn looks_words_up_in_order() {
        assert!(EMPTY_WORDS.is_sorted());
    }
}
