//! Where in a text a pattern may match: by the texts that it can begin with, and by words that it cannot do without.
//! A pattern that can begin with anything may match wherever a word or a mark begins.

use std::collections::HashMap;

use super::{
    beginnings::beginnings,
    dictionary::{Dictionary, Texts},
    needs::needs,
    patterns::is_word,
    written::take_apart,
};

/// What is looked for at the beginning of every word.
pub(super) struct Signs {
    texts: Dictionary<Sign>,
    needs: Needs,
    /// Patterns that may begin with anything.
    everywhere: Vec<u32>,
}

/// What a text tells that stands at the beginning of a word.
#[derive(Clone, Copy)]
enum Sign {
    /// A pattern may begin here; among beginnings that are whole matches, the one of the lowest rank counts.
    Begins { pattern: u32, rank: u16, whole: bool },
    /// A word is met that some patterns need.
    Needed(u32),
}

/// A pattern that may match at a place.
pub(super) struct Candidate {
    pub start: usize,
    pub pattern: u32,
    /// Where the match ends, when its beginning is all of it.
    pub end: Option<usize>,
    rank: u16,
}

impl Signs {
    /// Reads the signs off patterns; a pattern's number is its place.
    pub(super) fn of<'p>(patterns: impl Iterator<Item = &'p str>) -> Self {
        let mut needs_of = Needs::default();
        let mut everywhere = Vec::new();
        let mut texts = Texts::new();
        let mut words: HashMap<&str, u32> = HashMap::new();
        for (number, written) in (0u32..).zip(patterns) {
            let parts = take_apart(written);
            for need in parts.iter().flat_map(needs) {
                for word in need {
                    let next = place(words.len());
                    needs_of.words.push(*words.entry(word).or_insert(next));
                }
                needs_of.ends_of_each.push(place(needs_of.words.len()));
            }
            needs_of.ends_of_patterns.push(place(needs_of.ends_of_each.len()));
            match parts.as_ref().and_then(beginnings).filter(|all| all.len() < usize::from(u16::MAX)) {
                Some(all) => {
                    for (rank, one) in (0u16..).zip(all) {
                        texts.add(&one.text, Sign::Begins { pattern: number, rank, whole: one.whole });
                    }
                }
                None => everywhere.push(number),
            }
        }
        needs_of.different = words.len();
        for (word, need) in words {
            texts.add(word, Sign::Needed(need));
        }
        Self { texts: Dictionary::of(texts), needs: needs_of, everywhere }
    }

    /// Every pattern that may match, once for each place.
    pub(super) fn candidates(&self, text: &[u8]) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let mut here = Vec::new();
        // Which of the words that are needed were met: from the end of the text on, so that they are those that follow.
        let mut met = vec![false; self.needs.different];
        for start in (0..text.len()).rev().filter(|&at| begins(text, at)) {
            self.texts.beginning(&text[start..], |length, sign| match sign {
                Sign::Needed(word) => met[word as usize] = true,
                Sign::Begins { pattern, rank, whole: false } => {
                    here.push(Candidate { start, pattern, end: None, rank });
                }
                Sign::Begins { pattern, rank, whole: true } => {
                    let end = start + length;
                    if !text.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_') {
                        here.push(Candidate { start, pattern, end: Some(end), rank });
                    }
                }
            });
            let anything = |&pattern| Candidate { start, pattern, end: None, rank: 0 };
            here.extend(self.everywhere.iter().map(anything));
            here.retain(|one| self.needs.are_met(one.pattern, &met));
            // Where a pattern may go on, its beginnings say nothing about its end.
            here.sort_unstable_by_key(|one| (one.pattern, one.end.is_some(), one.rank));
            here.dedup_by_key(|one| one.pattern);
            candidates.append(&mut here);
        }
        candidates
    }
}

/// What patterns cannot do without: of each need, one word must stand in the text.
#[derive(Default)]
struct Needs {
    /// Where the needs of each pattern end.
    ends_of_patterns: Vec<u32>,
    /// Where the words of each need end.
    ends_of_each: Vec<u32>,
    words: Vec<u32>,
    /// How many different words there are.
    different: usize,
}

impl Needs {
    /// Whether a pattern finds what it needs among the words that were met.
    fn are_met(&self, pattern: u32, met: &[bool]) -> bool {
        row(&self.ends_of_patterns, pattern as usize).all(|need| {
            let mut words = row(&self.ends_of_each, need).map(|word| self.words[word] as usize);
            words.any(|word| met[word])
        })
    }
}

/// The places that belong to one of many, of which only the ends are kept.
fn row(ends: &[u32], one: usize) -> std::ops::Range<usize> {
    one.checked_sub(1).map_or(0, |before| ends[before] as usize)..ends[one] as usize
}

fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Whether a pattern may begin here: at the first byte of a word, or at a mark.
pub(super) fn begins(bytes: &[u8], at: usize) -> bool {
    let byte = bytes[at];
    if is_word(byte) { at == 0 || !is_word(bytes[at - 1]) } else { byte != b' ' && byte != b'\n' }
}
