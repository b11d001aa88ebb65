//! The texts that a pattern can begin with.
//!
//! Cautious: where it is not sure it says less (a shorter text), and where it can say nothing it says so.

use std::collections::BTreeSet;

use super::written::{Choice, Item, Part, Times};

/// Longer than this a beginning tells no more, in bytes.
const LONGEST: usize = 12;
/// More beginnings than this are told apart by one more character at most.
const MOST: usize = 64;
/// More beginnings than this are cut short as they are.
const MOST_CUT: usize = 400;

/// What a match can begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    pub text: String,
    /// Whether it is all that is matched; where several are, the first one counts.
    pub whole: bool,
}

impl Beginning {
    fn new(text: String) -> Self {
        Self { text, whole: true }
    }
}

/// The texts that a match of the pattern begins with, in the order in which they are tried; nothing if it may be any.
pub(super) fn beginnings(pattern: &Choice<'_>) -> Option<Vec<Beginning>> {
    let mut all = each(pattern);
    if has_edge(pattern) {
        cut(&mut all);
    }
    all.iter().all(|one| !one.text.is_empty()).then_some(all)
}

/// Whether what is seen does not tell the whole of what is asked for.
fn has_edge(choice: &Choice<'_>) -> bool {
    choice.iter().flatten().any(|item| match &item.part {
        Part::Edge => true,
        Part::Choice(inner) => has_edge(inner),
        _ => false,
    })
}

fn each(choice: &Choice<'_>) -> Vec<Beginning> {
    choice
        .iter()
        .flat_map(|sequence| {
            let mut all = vec![Beginning::new(String::new())];
            for (place, item) in sequence.iter().enumerate() {
                if all.iter().all(|one| !one.whole) {
                    break;
                }
                if !follow(&mut all, item) {
                    cut_after_next(&mut all, &sequence[place..]);
                }
            }
            all
        })
        .collect()
}

/// Adds an item to the texts that are not cut yet, unless too many would come of it.
fn follow(all: &mut Vec<Beginning>, item: &Item<'_>) -> bool {
    let mut part = match &item.part {
        Part::Edge => return true,
        Part::Any => return false,
        Part::Text(text) if item.times == Times::Once => {
            for one in all.iter_mut().filter(|one| one.whole) {
                let room = LONGEST.saturating_sub(one.text.len());
                let end = (room..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len());
                one.text.push_str(&text[..end]);
                one.whole = end == text.len();
            }
            return true;
        }
        Part::Text(text) => vec![Beginning::new((*text).to_owned())],
        Part::Character(c) => vec![Beginning::new(c.to_string())],
        Part::Class(class) => class.iter().map(|c| Beginning::new(c.to_string())).collect(),
        Part::Choice(choice) => each(choice),
    };
    if matches!(item.times, Times::Often | Times::Any) {
        cut(&mut part);
    }
    match item.times {
        Times::Perhaps(false) => part.insert(0, Beginning::new(String::new())),
        Times::Perhaps(true) | Times::Any => part.push(Beginning::new(String::new())),
        Times::Once | Times::Often => {}
    }
    let open = all.iter().filter(|one| one.whole).count();
    let fits = open <= 1 || all.len() + open * part.len() <= MOST;
    if fits {
        cross(all, &part);
    }
    fits
}

/// Lets each of the texts that are not cut yet go on with each of the others.
fn cross(all: &mut Vec<Beginning>, part: &[Beginning]) {
    let mut longer = Vec::with_capacity(all.len() * part.len());
    for one in all.drain(..) {
        if one.whole && one.text.len() < LONGEST {
            let with = |next: &Beginning| Beginning { text: [&*one.text, &*next.text].concat(), whole: next.whole };
            longer.extend(part.iter().map(with));
        } else {
            longer.push(Beginning { whole: false, ..one });
        }
    }
    *all = longer;
}

/// Cuts the texts, but for the character that comes next where few can.
fn cut_after_next(all: &mut Vec<Beginning>, rest: &[Item<'_>]) {
    let mut next = BTreeSet::new();
    let open = all.iter().filter(|one| one.whole).count();
    if adds_first(rest, &mut next) == Some(false) && all.len() + open * next.len() <= MOST_CUT {
        let part: Vec<Beginning> = next.into_iter().map(|c| Beginning::new(c.to_string())).collect();
        cross(all, &part);
    }
    cut(all);
}

/// Adds the characters that a row of parts can begin with, and tells whether it can be empty; nothing if they may be
/// any.
fn adds_first(sequence: &[Item<'_>], first: &mut BTreeSet<char>) -> Option<bool> {
    for item in sequence {
        let mut empty = matches!(item.times, Times::Perhaps(_) | Times::Any);
        match &item.part {
            Part::Any => return None,
            Part::Edge => empty = true,
            Part::Text(text) => first.extend(text.chars().next()),
            Part::Character(c) => first.extend([*c]),
            Part::Class(class) => first.extend(class),
            Part::Choice(choice) => {
                for sequence in choice {
                    empty |= adds_first(sequence, first)?;
                }
            }
        }
        if !empty {
            return Some(false);
        }
    }
    Some(true)
}

fn cut(all: &mut [Beginning]) {
    for one in all {
        one.whole = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{super::written::take_apart, beginnings};

    /// Beginnings, the cut ones with a star.
    fn of(pattern: &str) -> Option<Vec<String>> {
        let told = |one: super::Beginning| if one.whole { one.text } else { one.text + "*" };
        Some(beginnings(&take_apart(pattern)?)?.into_iter().map(told).collect())
    }

    #[test]
    fn reads_what_a_pattern_can_begin_with() {
        let cases: &[(&str, Option<&[&str]>)] = &[
            ("no", Some(&["no"])),
            ("you(?:'ve| have)? been", Some(&["you've been", "you have bee*", "you been"])),
            (r"(?:a|an) \w+", Some(&["a *", "an *"])),
            ("no+(?:w|t)", Some(&["no*"])),
            ("(?:so )?what", Some(&["so what", "what"])),
            ("(?:so )??what", Some(&["what", "so what"])),
            (r"\bcan't?", Some(&["can't*", "can'*"])),
            (r"\d+ min", Some(&["0*", "1*", "2*", "3*", "4*", "5*", "6*", "7*", "8*", "9*"])),
            ("apologi[sz]e", Some(&["apologise", "apologize"])),
            ("unfortunately", Some(&["unfortunatel*"])),
            (r"\w+ly", None),
            ("[^a]b", None),
            ("(?:x)*", None),
            ("x)", None),
            ("wait{0,3}", Some(&["wait*", "wai"])),
            (r#"your "\x00""#, Some(&["your \"\0\""])),
        ];
        for (pattern, expected) in cases {
            let expected = expected.map(|texts| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
            assert_eq!(of(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn a_long_choice_is_cut_short_instead_of_given_up() {
        let words: Vec<String> = (0..150).map(|n| format!("w{n:03}")).collect();
        let choice = words.join("|");
        let found = of(&format!("(?:{choice}) (?:{choice})")).expect("beginnings");
        assert_eq!(found.len(), 150, "the second choice is not told apart");
        assert_eq!(found[0], "w000 w*", "but for its first letter");
    }
}
