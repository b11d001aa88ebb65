//! Reading an order of letters out of what somebody wrote: “C A B D”, “c,a,b,d”, “CABD”, “first c, then a and b, d last”.

use super::choose::{Token, letter, tokens};

/// What says that a piece comes at the end.
const LAST: &[&str] = &["last", "finally", "end", "ending", "finish", "close"];
/// What says at which place a piece comes.
const NTH: &[&[&str]] = &[
    &["first", "1st", "start", "begin", "open", "starting", "beginning", "opening", "firstly"],
    &["second", "2nd", "secondly"],
    &["third", "3rd", "thirdly"],
    &["fourth", "4th"],
    &["fifth", "5th"],
];
/// Words between letters; an “a” before any other word is an article.
const BETWEEN: &[&str] =
    &["then", "and", "before", "after", "next", "followed", "is", "goes", "comes", "at", "as", "by", "to", "should"];

/// The places of the pieces in the order that the answer gives them, if it gives one.
pub(super) fn read(answer: &str, pieces: &[String]) -> Option<Vec<usize>> {
    let count = pieces.len();
    let all = tokens(answer);
    pasted(answer, pieces)
        .or_else(|| in_one_word(&all, count))
        .or_else(|| by_letters(answer, &all, count))
        .or_else(|| by_numbers(&all, count))
}

/// Whether two orders are the same but for two neighbours.
pub(super) fn one_swap_away(one: &[usize], other: &[usize]) -> bool {
    let differ: Vec<usize> = (0..one.len().min(other.len())).filter(|&i| one[i] != other[i]).collect();
    one.len() == other.len() && matches!(differ[..], [i, j] if j == i + 1 && one[i] == other[j] && one[j] == other[i])
}

/// The pieces themselves, copied one after the other.
fn pasted(answer: &str, pieces: &[String]) -> Option<Vec<usize>> {
    let plain = |text: &str| -> String {
        let words: Vec<String> = tokens(text).iter().map(|token| token.word.to_lowercase()).collect();
        format!(" {} ", words.join(" "))
    };
    let answer = plain(answer);
    let mut places = pieces
        .iter()
        .enumerate()
        .map(|(i, piece)| Some((answer.find(&plain(piece))?, i)))
        .collect::<Option<Vec<_>>>()?;
    places.sort_unstable();
    Some(places.into_iter().map(|(_, i)| i).collect())
}

/// “CABD”.
fn in_one_word(all: &[Token<'_>], count: usize) -> Option<Vec<usize>> {
    all.iter().find_map(|token| {
        let places: Vec<usize> = token.word.chars().map(|c| letter(c, count)).collect::<Option<_>>()?;
        // In small letters, three of them can be a word: “cab”, “bad”.
        let is_word = count == 3 && token.word.chars().all(char::is_lowercase) && all.len() > 3;
        (is_order(&places, count) && !is_word).then_some(places)
    })
}

fn by_letters(answer: &str, all: &[Token<'_>], count: usize) -> Option<Vec<usize>> {
    let found = |with_small: bool| -> Option<Vec<usize>> {
        let letters = letters(all, count, with_small);
        let placed = placed(answer, &letters, all, count);
        let mut order = vec![None; count];
        for &(at, place) in &placed {
            order[place] = order[place].or(Some(letters[at].1));
        }
        let fixed: Vec<usize> = order.iter().flatten().copied().collect();
        let mut rest: Vec<usize> = Vec::new();
        for &(_, piece) in &letters {
            if !fixed.contains(&piece) && !rest.contains(&piece) {
                rest.push(piece);
            }
        }
        let mut rest = rest.into_iter();
        let order: Vec<usize> = order.into_iter().filter_map(|piece| piece.or_else(|| rest.next())).collect();
        is_order(&order, count).then_some(order)
    };
    found(false).or_else(|| found(true))
}

/// The letters of the answer in their order: where they stand among the tokens, and their pieces.
fn letters(all: &[Token<'_>], count: usize, with_small: bool) -> Vec<(usize, usize)> {
    let single = |(at, token): (usize, &Token<'_>)| {
        let mut chars = token.word.chars();
        let c = chars.next().filter(|_| chars.next().is_none())?;
        let piece = letter(c, count)?;
        if c.is_lowercase() && (!with_small || is_article(all, at, count)) {
            return None;
        }
        Some((at, piece))
    };
    all.iter().enumerate().filter_map(single).collect()
}

fn is_article(all: &[Token<'_>], at: usize, count: usize) -> bool {
    let next = all.get(at + 1);
    all[at].word == "a"
        && !all[at].closed
        && next.is_some_and(|next| {
            let word = next.word.to_lowercase();
            let alone = word.chars().count() == 1 && word.chars().all(|c| letter(c, count).is_some());
            let known = LAST.contains(&word.as_str()) || NTH.iter().any(|nth| nth.contains(&word.as_str()));
            word.starts_with(char::is_alphabetic) && !alone && !known && !BETWEEN.contains(&word.as_str())
        })
}

/// Letters that stand alone in a clause with a word that tells their place: which of `letters`, and the place.
fn placed(answer: &str, letters: &[(usize, usize)], all: &[Token<'_>], count: usize) -> Vec<(usize, usize)> {
    let mut clauses: Vec<Vec<usize>> = vec![Vec::new()];
    for (at, token) in all.iter().enumerate() {
        let joins = matches!(token.word.to_lowercase().as_str(), "then" | "and");
        if joins {
            clauses.push(Vec::new());
        } else if let Some(clause) = clauses.last_mut() {
            clause.push(at);
        }
        let next = all.get(at + 1).map_or(answer.len(), |next| next.start);
        let gap = answer.get(token.start + token.word.len()..next).unwrap_or_default();
        if gap.contains([',', ';', '.', '\n', '>', '→', '/']) {
            clauses.push(Vec::new());
        }
    }
    clauses
        .iter()
        .filter_map(|clause| {
            let mut own = letters.iter().enumerate().filter(|(_, (at, _))| clause.contains(at));
            let (index, _) = own.next()?;
            if own.next().is_some() {
                return None;
            }
            let place = clause.iter().find_map(|&at| {
                let word = all[at].word.to_lowercase();
                let nth = NTH.iter().position(|nth| nth.contains(&word.as_str())).filter(|&nth| nth < count);
                nth.or(LAST.contains(&word.as_str()).then_some(count - 1))
            })?;
            Some((index, place))
        })
        .collect()
}

/// “3 1 2 4”, where somebody counted the pieces.
fn by_numbers(all: &[Token<'_>], count: usize) -> Option<Vec<usize>> {
    let joined: Vec<usize> = match all {
        [one] => one.word.chars().map(|c| c.to_digit(10).map(|d| d as usize)).collect::<Option<_>>()?,
        _ => all.iter().map(|token| token.word.parse().ok()).collect::<Option<_>>()?,
    };
    let places: Vec<usize> = joined.iter().map(|number| number.checked_sub(1)).collect::<Option<_>>()?;
    is_order(&places, count).then_some(places)
}

fn is_order(places: &[usize], count: usize) -> bool {
    places.len() == count && (0..count).all(|piece| places.contains(&piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(count: usize) -> Vec<String> {
        let all =
            ["Can you see your slides now?", "I have this.", "After it I'll look.", "Thank you, sign in.", "One."];
        all[..count].iter().map(|p| (*p).to_owned()).collect()
    }

    fn order(answer: &str, count: usize) -> Option<String> {
        Some(read(answer, &pieces(count))?.into_iter().map(|i| "ABCDE".as_bytes()[i] as char).collect())
    }

    #[test]
    fn reads_letters_in_any_writing() {
        for answer in [
            "C A B D",
            "c,a,b,d",
            "CABD",
            "cabd",
            "C-A-B-D",
            "c > a > b > d",
            "C → A → B → D",
            "first c then a, b and d last",
            "First C, then A and B, and D last.",
            "I would start with C, then A, then B and finish with D",
            "C first, D last, A then B",
            "Order: C, A, B, D because a person comes before a fix",
            "(C) (A) (B) (D)",
            "**C**, **A**, **B**, **D**",
            "1. C\n2. A\n3. B\n4. D",
            "1) c 2) a 3) b 4) d",
            "1=C, 2=A, 3=B, 4=D",
            "c a b d",
            "C, since a calm word helps; then A; then B; D",
            "3 1 2 4",
            "3124",
            "My order is CABD, it is a good one",
            "C goes first, A second, B third and D fourth",
            "D last. C first. A second. B third.",
            "After it I'll look. Can you see your slides now? I have this. Thank you, sign in.",
        ] {
            assert_eq!(order(answer, 4).as_deref(), Some("CABD"), "{answer}");
        }
        assert_eq!(order("b c a", 3).as_deref(), Some("BCA"));
        assert_eq!(order("BAC", 3).as_deref(), Some("BAC"));
        assert_eq!(order("e d c b a", 5).as_deref(), Some("EDCBA"));
    }

    #[test]
    fn takes_nothing_else_for_an_order() {
        for answer in ["", "C A B", "no idea", "C C C C", "a b", "I would do it like a professional", "A B C D E F G?!"]
        {
            assert!(order(answer, 4).is_none() || answer.starts_with("A B C D"), "{answer}");
        }
        assert!(order("CAB is what I would call for in a hurry", 4).is_none());
    }

    #[test]
    fn knows_a_swap_of_neighbours() {
        assert!(one_swap_away(&[2, 0, 1, 3], &[0, 2, 1, 3]) && one_swap_away(&[2, 0, 1, 3], &[2, 0, 3, 1]));
        assert!(!one_swap_away(&[2, 0, 1, 3], &[2, 0, 1, 3]) && !one_swap_away(&[2, 0, 1, 3], &[1, 0, 2, 3]));
    }
}
