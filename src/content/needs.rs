//! Words that a pattern cannot do without: where none of them stands in a text, the pattern need not be tried.

use super::written::{Choice, Item, Part, Times};

/// Longer than this the beginning of a word tells no more, in bytes.
const LONGEST: usize = 5;
/// The most alternatives of a need.
const MOST: usize = 80;

/// Beginnings of words, one of which stands in every match.
pub(super) type Need<'p> = Vec<&'p str>;

/// What every match of the pattern holds besides its first word, the most telling first.
pub(super) fn needs<'p>(pattern: &Choice<'p>) -> Vec<Need<'p>> {
    let mut needs = Vec::new();
    of_choice(pattern, false, &mut needs);
    needs.sort_by_key(Vec::len);
    needs
}

/// Adds the needs of a choice that begins after a space or not, and tells whether it always ends with one.
fn of_choice<'p>(choice: &Choice<'p>, after_space: bool, needs: &mut Vec<Need<'p>>) -> bool {
    if let [sequence] = choice.as_slice() {
        return of_sequence(sequence, after_space, needs);
    }
    let mut any = Some(Need::new());
    let mut ends_with_space = true;
    for sequence in choice {
        let mut own = Vec::new();
        ends_with_space &= of_sequence(sequence, after_space, &mut own);
        let telling = own.into_iter().min_by_key(Vec::len);
        any = any.zip(telling).map(|(any, own)| [any, own].concat()).filter(|any| any.len() <= MOST);
    }
    needs.extend(any);
    ends_with_space
}

fn of_sequence<'p>(sequence: &[Item<'p>], mut after_space: bool, needs: &mut Vec<Need<'p>>) -> bool {
    for item in sequence {
        let before = needs.len();
        // What comes again may come after itself.
        let enters = after_space && matches!(item.times, Times::Once | Times::Perhaps(_));
        let leaves = match &item.part {
            Part::Text(text) => of_text(text, enters, needs),
            Part::Character(c) => *c == ' ',
            Part::Class(_) | Part::Any => false,
            Part::Edge => enters,
            Part::Choice(choice) => of_choice(choice, enters, needs),
        };
        let optional = matches!(item.times, Times::Perhaps(_) | Times::Any);
        if optional {
            needs.truncate(before);
        }
        after_space = leaves && (after_space || !optional);
    }
    after_space
}

/// The words of a text that begin after a space.
fn of_text<'p>(text: &'p str, mut after_space: bool, needs: &mut Vec<Need<'p>>) -> bool {
    for (place, word) in text.split(' ').enumerate() {
        after_space |= place > 0;
        if after_space && word.len() >= 2 && word.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            let end = (0..=LONGEST.min(word.len())).rev().find(|&end| word.is_char_boundary(end)).unwrap_or(0);
            needs.push(vec![&word[..end]]);
        }
        after_space &= word.is_empty();
    }
    after_space
}

#[cfg(test)]
mod tests {
    use super::{super::written::take_apart, needs};

    #[test]
    fn finds_the_words_that_a_match_cannot_do_without() {
        let cases: &[(&str, &[&[&str]])] = &[
            ("you should have", &[&["shoul"], &["have"]]),
            (r"(?:i|we) (?:\w+ )?(?:told|asked) you", &[&["you"], &["told", "asked"]]),
            (r"the \w+(?:ly)? wrong(?:ly)?", &[&["wrong"]]),
            (r"a(?: very)? long wait", &[&["long"], &["wait"]]),
            ("no(?: more|where)", &[]),
            ("un(?:do|did) it (?:or )?else", &[&["it"], &["else"]]),
            (r"\w+ (?:x-ray|\w+ray) it", &[&["it"]]),
            ("re ?start now", &[&["now"]]),
            ("so (?:so ?)+sorry", &[]),
        ];
        for (pattern, expected) in cases {
            let found = needs(&take_apart(pattern).expect("a pattern"));
            assert_eq!(found, *expected, "{pattern}");
        }
    }
}
