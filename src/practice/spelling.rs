//! Slips of the keyboard: whoever writes “frustating” or “presentaton” has said it all the same.

use std::collections::BTreeSet;

use crate::{
    content::Drill,
    language::{Text, words},
};

/// Words that replies are made of and that are often mistyped, in alphabetical order.
const COMMON: &[&str] = &[
    "afternoon",
    "annoying",
    "apologise",
    "apologize",
    "appreciate",
    "because",
    "before",
    "colleague",
    "deadline",
    "difficult",
    "disappointing",
    "document",
    "embarrassing",
    "exactly",
    "frustrated",
    "frustrating",
    "happened",
    "immediately",
    "interrupted",
    "laptop",
    "meanwhile",
    "meeting",
    "minutes",
    "missed",
    "morning",
    "password",
    "patience",
    "presentation",
    "printer",
    "promise",
    "received",
    "replacement",
    "responsible",
    "restore",
    "sorry",
    "spreadsheet",
    "stressful",
    "terrible",
    "thanks",
    "together",
    "tomorrow",
    "understand",
    "understandable",
    "update",
    "usually",
    "waiting",
    "which",
    "working",
    "worried",
    "worrying",
    "yesterday",
];
/// A shorter word is too near to too many others.
const SHORTEST: usize = 5;
/// From so many letters on, two slips are forgiven.
const LONG: usize = 8;

/// What is written without its apostrophe, or short, in alphabetical order.
const SHORT: &[(&str, &str)] = &[
    ("cant", "can't"),
    ("couldnt", "couldn't"),
    ("didnt", "didn't"),
    ("doesnt", "doesn't"),
    ("dont", "don't"),
    ("hasnt", "hasn't"),
    ("havent", "haven't"),
    ("ill", "I'll"),
    ("im", "I'm"),
    ("isnt", "isn't"),
    ("ive", "I've"),
    ("lets", "let's"),
    ("pls", "please"),
    ("plz", "please"),
    ("shouldnt", "shouldn't"),
    ("thats", "that's"),
    ("thx", "thanks"),
    ("tmrw", "tomorrow"),
    ("u", "you"),
    ("ur", "your"),
    ("wasnt", "wasn't"),
    ("weve", "we've"),
    ("whats", "what's"),
    ("wont", "won't"),
    ("wouldnt", "wouldn't"),
    ("youre", "you're"),
    ("youve", "you've"),
];
/// What somebody does who writes “I check it now” for “I'll check it now”, as many do whose first language is another; in
/// alphabetical order.
const DEEDS: &[&str] = &[
    "arrange", "ask", "bring", "call", "change", "check", "come", "contact", "find", "fix", "follow", "get", "give",
    "go", "install", "keep", "let", "look", "make", "open", "order", "prepare", "put", "repair", "replace", "reset",
    "restart", "restore", "ring", "search", "send", "set", "start", "stay", "stop", "take", "tell", "test", "try",
    "unlock", "update", "watch", "work", "write",
];

/// The answer with words that are nearly one of the drill's or a common one written as that one, with apostrophes put in,
/// and with deeds in the present told as what will be done; nothing where all is well. What is mended is only ever read
/// for what it says, never shown.
pub(super) fn mended(drill: &Drill, patterns: &[&str], answer: &str) -> Option<String> {
    let mut known: BTreeSet<String> = COMMON.iter().map(|word| (*word).to_owned()).collect();
    for text in [&drill.message, &drill.ask] {
        let read = Text::read(text);
        known.extend(words(&read.folded).filter(|word| word.chars().count() >= SHORTEST).map(str::to_owned));
    }
    for pattern in patterns {
        known.extend(literal_words(pattern).map(str::to_owned));
    }
    let mut mended = String::with_capacity(answer.len());
    let mut before = String::new();
    let mut changed = false;
    let mut rest = answer;
    while let Some(start) = rest.find(is_letter) {
        let end = rest[start..].find(|c| !is_letter(c)).map_or(rest.len(), |length| start + length);
        let word = rest[start..end].to_lowercase();
        mended.push_str(&rest[..start]);
        let meant = short(&word).or_else(|| nearest(&word, &known));
        let does = ["i", "we"].contains(&before.as_str()) && DEEDS.binary_search(&word.as_str()).is_ok();
        if does {
            mended.truncate(mended.trim_end().len());
            mended.push_str("'ll ");
        }
        mended.push_str(meant.unwrap_or(&rest[start..end]));
        changed |= does || meant.is_some();
        before = word;
        rest = &rest[end..];
    }
    mended.push_str(rest);
    changed.then_some(mended)
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || c == '\'' || c == '’'
}

fn short(word: &str) -> Option<&'static str> {
    SHORT.binary_search_by_key(&word, |(written, _)| written).ok().map(|place| SHORT[place].1)
}

/// The whole words that a pattern spells out; a word that goes on in a bracket is left out.
fn literal_words(pattern: &str) -> impl Iterator<Item = &str> {
    pattern
        .split(|c: char| !(c.is_ascii_alphabetic() || "\\?([".contains(c)))
        .filter(|word| word.chars().count() >= SHORTEST && word.bytes().all(|b| b.is_ascii_lowercase()))
}

fn nearest<'k>(word: &str, known: &'k BTreeSet<String>) -> Option<&'k str> {
    let length = word.chars().count();
    if length < SHORTEST || known.contains(word) {
        return None;
    }
    let first = word.chars().next()?;
    let near = known.iter().filter(|one| one.starts_with(first)).filter_map(|one| {
        let most = if length >= LONG { 2 } else { 1 };
        let distance = if one.len().abs_diff(word.len()) > most { usize::MAX } else { strsim::osa_distance(word, one) };
        (distance <= most).then_some((distance, one))
    });
    near.min().map(|(_, one)| one.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_slips_and_nothing_else() {
        let pack = crate::content::Pack::built_in();
        let drill = Drill {
            id: "t/t".into(),
            post: pack.posts[0].id.clone(),
            trains: "t".into(),
            tips: Vec::new(),
            rules: Vec::new(),
            task: crate::content::Task::Write,
            medium: crate::content::Medium::Chat,
            message: "My presentation to the trustees is gone.".into(),
            ask: "Write.".into(),
            musts: Vec::new(),
            explain: None,
        };
        let mend = |answer| mended(&drill, &["dashboards?"], answer);
        assert_eq!(
            mend("im sorry, thats frustating: ur presentaton. We check the trustess, I look now").as_deref(),
            Some("I'm sorry, that's frustrating: your presentation. We'll check the trustees, I'll look now")
        );
        for fine in ["Your presentation is back.", "", "ß → Ünïcode ’’ '", "I've looked at it."] {
            assert_eq!(mend(fine), None, "{fine}");
        }
    }

    #[test]
    fn is_in_order() {
        assert!(COMMON.is_sorted() && DEEDS.is_sorted() && SHORT.is_sorted());
        assert_eq!(
            literal_words("(?:lost|losing) (?:your )?sales(?:man)? dashboard").collect::<Vec<_>>(),
            ["losing", "dashboard"]
        );
    }
}
