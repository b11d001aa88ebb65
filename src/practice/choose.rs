//! Reading a choice of letter out of what somebody wrote: “B because …”, “(b)”, “I'd pick option B: …”, “the second one”.

/// A word of an answer as it was written.
pub(super) struct Token<'t> {
    /// Letters and digits, with apostrophes inside.
    pub word: &'t str,
    /// The first byte.
    pub start: usize,
    /// Whether a mark or the end follows at once, or a dash after a space: “B:”, “(b)”, “B - …”.
    pub closed: bool,
}

/// The words of a text as they were written.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || matches!(c, '\'' | '’') && start.is_some();
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = text[from..at].trim_end_matches(['\'', '’']);
                let next = text[at..].trim_start().chars().next();
                let closed = !c.is_whitespace() || next.is_none_or(|next| matches!(next, '-' | '–' | '—' | ':' | '='));
                all.push(Token { word, start: from, closed });
                start = None;
            }
            _ => {}
        }
    }
    all
}

/// The place that a letter stands for, among so many.
pub(super) fn letter(c: char, count: usize) -> Option<usize> {
    let place = u32::from(c.to_ascii_uppercase()).checked_sub(u32::from('A'))? as usize;
    (place < count && c.is_ascii_alphabetic()).then_some(place)
}

/// Words before a letter that make it the choice.
const CHOSEN_AFTER: &[&str] = &[
    "pick",
    "picked",
    "choose",
    "chose",
    "choosing",
    "chosen",
    "take",
    "took",
    "select",
    "selected",
    "prefer",
    "send",
    "use",
    "so",
    "therefore",
    "thus",
    "hence",
    "answer",
    "choice",
    "vote",
    "definitely",
    "with",
    "say",
    "think",
    "be",
    "best",
];
/// Words after a letter that make it the choice.
const CHOSEN_BEFORE: &[&str] = &["because", "bc", "cause", "cuz", "since", "coz", "becuase", "beacuse"];
/// What says that the letter is the better one.
const BETTER: &[&str] =
    &["better", "best", "warmer", "kinder", "clearer", "stronger", "right", "wins", "good", "perfect"];
/// Words before a letter that make it the one that was not chosen.
const AGAINST: &[&str] =
    &["not", "than", "over", "unlike", "nor", "neither", "isn't", "of", "to", "versus", "vs", "while", "whereas"];
/// Words that name a letter: “option B”.
const NAMES: &[&str] =
    &["option", "letter", "version", "reply", "answer", "opening", "number", "choice", "message", "draft"];
/// What comes after “a” where it is a letter and no article.
const AFTER_LETTER: &[&str] =
    &["because", "since", "as", "is", "it", "for", "lands", "and", "or", "but", "does", "has", "names"];
/// Places in words and figures.
const PLACES: &[&[&str]] = &[
    &["first", "1st", "1", "one", "former"],
    &["second", "2nd", "2", "two", "latter"],
    &["third", "3rd", "3", "three"],
    &["fourth", "4th", "4", "four"],
];

/// The place of the option that the answer chooses among `options`, if it chooses one.
pub(super) fn read(answer: &str, options: &[String]) -> Option<usize> {
    let all = tokens(answer);
    let words: Vec<String> = all.iter().map(|token| token.word.to_lowercase().replace('’', "'")).collect();
    by_letter(&all, &words, options.len())
        .or_else(|| by_place(&all, &words, options.len()))
        .or_else(|| by_text(&words, options))
}

fn by_letter(all: &[Token<'_>], words: &[String], count: usize) -> Option<usize> {
    let mut best: Option<(u8, usize)> = None;
    for (at, token) in all.iter().enumerate() {
        let mut chars = token.word.chars();
        let Some(c) = chars.next().filter(|_| chars.next().is_none()) else { continue };
        let Some(place) = letter(c, count) else { continue };
        let sure = sureness(all, words, at);
        if sure > 0 && best.is_none_or(|(most, _)| sure > most) {
            best = Some((sure, place));
        }
    }
    best.map(|(_, place)| place)
}

/// How surely the letter at a place of the answer is the chosen one; 0 where it is none or was turned down.
fn sureness(all: &[Token<'_>], words: &[String], at: usize) -> u8 {
    let token = &all[at];
    let before = |n: usize| at.checked_sub(n).map_or("", |place| words[place].as_str());
    let after = |n: usize| words.get(at + n).map_or("", String::as_str);
    let named = NAMES.contains(&before(1));
    let lead = if named { before(2) } else { before(1) };
    let may_be_article = words[at] == "a" && !token.closed && !named && (token.word == "a" || at == 0);
    if may_be_article && !AFTER_LETTER.contains(&after(1)) {
        // “A good answer …”; but a lone capital among words is nobody's article.
        return 0;
    }
    if AGAINST.contains(&lead) && !["answer", "choice"].contains(&before(2)) {
        return 0;
    }
    let because = CHOSEN_BEFORE.contains(&after(1));
    let better =
        (1..=3).any(|n| BETTER.contains(&after(n))) && !["not", "isn't"].contains(&after(1)) && after(2) != "not";
    let first = at == 0 || at == 1 && named;
    let alone = token.closed || all.len() == at + 1;
    match () {
        () if first && (alone || because) => 5,
        () if CHOSEN_AFTER.contains(&lead) || because => 4,
        () if better => 3,
        () if named || first => 2,
        () => 1,
    }
}

/// “The second one”, “option 2”, “2”.
fn by_place(all: &[Token<'_>], words: &[String], count: usize) -> Option<usize> {
    const ONE: &[&str] =
        &["one", "option", "reply", "answer", "version", "opening", "message", "choice", "draft", "text", "sentence"];
    let place_of = |word: &str| PLACES.iter().position(|place| place.contains(&word)).filter(|&place| place < count);
    (0..words.len()).find_map(|at| {
        let place = place_of(&words[at])?;
        let before = at.checked_sub(1).map_or("", |i| words[i].as_str());
        let after = words.get(at + 1).map_or("", String::as_str);
        let figure = words[at].chars().all(|c| c.is_ascii_digit());
        let pointed = ONE.contains(&after) && !figure
            || NAMES.contains(&before)
            || ["former", "latter"].contains(&words[at].as_str());
        let opens = at == 0 && figure && (all[at].closed || CHOSEN_BEFORE.contains(&after));
        let turned_down =
            AGAINST.contains(&before) || before == "the" && at > 1 && AGAINST.contains(&words[at - 2].as_str());
        ((pointed || opens) && !turned_down).then_some(place)
    })
}

/// The option whose own words come back, where it is one alone.
fn by_text(words: &[String], options: &[String]) -> Option<usize> {
    let comes_back = |option: &String| {
        let own: Vec<String> = tokens(option).iter().map(|token| token.word.to_lowercase().replace('’', "'")).collect();
        let runs = own.windows(4);
        let most = runs.len();
        most > 0 && own.windows(4).filter(|run| words.windows(4).any(|said| said == *run)).count() * 2 >= most
    };
    let mut back = (0..options.len()).filter(|&place| comes_back(&options[place]));
    back.next().filter(|_| back.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Vec<String> {
        [
            "Could you send us the log?",
            "Four cuts in front of the team: a rotten way to spend a demo.",
            "We apologise for any inconvenience.",
            "It is nearly always the home router.",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn chosen(answer: &str) -> Option<char> {
        read(answer, &options()).map(|place| "ABCD".as_bytes()[place] as char)
    }

    #[test]
    fn reads_a_letter_in_any_writing() {
        for answer in [
            "B",
            "b",
            "B.",
            "(b)",
            "b) it names the deadline first",
            "B because it names the deadline first",
            "b because A asks for a log",
            "B, it names the effect. A asks for logs first.",
            "B names the demo",
            "I'd pick option B: it sees a person before the fix",
            "I’d go with B since a demo is public",
            "Option B lands better than option A",
            "I think B is better than A because it names what was lost",
            "My answer is B. A good opening names the effect.",
            "A good opening names the effect, so B",
            "A asks for a log and C is canned, so B.",
            "B - C blames them and D too",
            "not A, it is cold. B!",
            "The best one is B",
            "**B** - it is human",
            "B: it names a cost",
            "The second one, because it is human",
            "option 2 because it names the demo",
            "2",
            "the reply B",
            "Rather than A I would send B",
            "\"Four cuts in front of the team: a rotten way to spend a demo\" because it names the cost",
            "Answer: B",
            "B\n\nit names the deadline",
            "Definitely B.",
        ] {
            assert_eq!(chosen(answer), Some('B'), "{answer}");
        }
        for answer in [
            "A",
            "a",
            "a, it asks",
            "a because it asks",
            "A because it is first",
            "Option a.",
            "I choose A",
            "A is better",
            "A - calm, no grovelling",
            "a - B starts with Please like an order, C interrogates",
        ] {
            assert_eq!(chosen(answer), Some('A'), "{answer}");
        }
    }

    #[test]
    fn takes_nothing_else_for_a_letter() {
        for answer in [
            "",
            "no idea",
            "a human reply names the effect first",
            "It names the effect first and gives a time",
            "I'd say hello",
            "E",
        ] {
            assert_eq!(chosen(answer), None, "{answer}");
        }
    }
}
