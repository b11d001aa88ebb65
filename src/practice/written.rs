//! What an answer shows: which musts it meets, and whether it is an answer at all.

use std::collections::HashSet;

use super::spelling;
use crate::{
    content::{CueName, Drill, Must, Pack, Scanned},
    language::{ByteSpan, Ending, Text, words},
};

/// The fewest different words of an answer.
const FEWEST_WORDS: usize = 3;
/// Words that hold a sentence together, in alphabetical order; a list of keywords has hardly any.
const HOLDING: &[&str] = &[
    "a", "about", "am", "an", "and", "are", "as", "at", "be", "because", "been", "before", "but", "by", "can", "could",
    "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "here", "his", "how", "i", "i'd", "i'll",
    "i'm", "i've", "if", "in", "is", "it", "it's", "its", "let", "let's", "may", "me", "must", "my", "no", "not",
    "now", "of", "on", "or", "our", "out", "please", "shall", "she", "so", "sorry", "still", "thank", "thanks", "that",
    "that's", "the", "them", "then", "there", "they", "this", "till", "to", "until", "up", "was", "we", "we'll",
    "we're", "we've", "were", "what", "what's", "when", "where", "which", "while", "who", "why", "will", "with",
    "would", "yes", "you", "you'll", "you're", "you've", "your",
];
/// Among so many words, one of them at least holds the others together.
const HELD: usize = 7;
/// How a question begins that nobody marked as one.
const ASKING: &[&str] = &[
    "are", "can", "could", "did", "do", "does", "had", "has", "have", "how", "in which", "is", "may", "on which",
    "shall", "should", "was", "were", "what", "what's", "when", "when's", "where", "where's", "which", "who", "who's",
    "whom", "whose", "why", "will", "would",
];

/// An answer that has been read for what it shows.
pub(super) struct Answer<'a> {
    pack: &'a Pack,
    /// For cues.
    cues: Scanned<'a>,
    /// For the patterns of drills.
    says: Scanned<'a>,
    /// Where the review found something to mend, in bytes of the answer: what stands there shows nothing good.
    spoilt: Vec<ByteSpan>,
}

impl<'a> Answer<'a> {
    pub(super) fn read(pack: &'a Pack, answer: &'a str, spoilt: Vec<ByteSpan>) -> Self {
        let phrase = |name| &pack.cue(name).phrase;
        let cues = Scanned::of(Text::read(answer), &pack.drafts)
            .between(phrase(CueName::Greeting), &[phrase(CueName::Close), phrase(CueName::Signature)]);
        Self { pack, cues, says: Scanned::of(Text::read(answer), &pack.practice), spoilt }
    }

    fn meets(&self, must: &Must) -> bool {
        let shows = |&cue: &usize| {
            let spans = self.cues.met(&self.pack.cues[cue].phrase);
            let whole = |span: ByteSpan| self.cues.text.origin(span);
            spans.into_iter().any(|span| !self.spoilt.iter().any(|bad| bad.overlaps(&whole(span))))
        };
        let only_not = must.cues.is_empty() && must.say.is_empty();
        only_not || must.cues.iter().any(shows) || self.says.any(&must.say)
    }

    fn holds_none(&self, must: &Must) -> bool {
        !self.says.any(&must.not)
    }
}

/// Which musts of a drill the answer meets, in their order. Slips of the keyboard are forgiven.
pub(super) fn met(pack: &Pack, drill: &Drill, answer: &str, spoilt: Vec<ByteSpan>) -> Vec<bool> {
    let read = Answer::read(pack, answer, spoilt);
    let mut met: Vec<bool> = drill.musts.iter().map(|must| read.meets(must)).collect();
    if met.contains(&false) {
        let patterns: Vec<&str> = drill.musts.iter().flat_map(|must| pack.practice.written(&must.say)).collect();
        if let Some(mended) = spelling::mended(drill, &patterns, answer) {
            let mended = Answer::read(pack, &mended, Vec::new());
            for (met, must) in met.iter_mut().zip(&drill.musts) {
                *met |= mended.meets(must);
            }
        }
    }
    met.iter().zip(&drill.musts).map(|(met, must)| *met && read.holds_none(must)).collect()
}

/// Whether it has words enough, and in sentences.
pub(super) fn is_prose(answer: &str) -> bool {
    let text = Text::read(answer);
    let all: Vec<&str> = words(&text.folded).collect();
    let holding = all.iter().filter(|word| HOLDING.binary_search(word).is_ok()).count();
    all.iter().collect::<HashSet<_>>().len() >= FEWEST_WORDS && holding * HELD >= all.len()
}

/// Whether it asks something.
pub(super) fn asks(answer: &str) -> bool {
    let text = Text::read(answer);
    let opens = |sentence: &crate::language::Sentence| {
        let folded = sentence.span.of(&text.folded);
        let clauses = folded.split([',', ';', ':', '-']);
        clauses.map(str::trim_start).any(|clause| {
            ASKING.iter().any(|with| clause.strip_prefix(with).is_some_and(|rest| rest.starts_with([' ', '?'])))
        })
    };
    answer.contains('?') || text.sentences.iter().any(|s| s.ending == Ending::Question || opens(s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_in_order() {
        assert!(HOLDING.is_sorted());
    }

    #[test]
    fn tells_sentences_from_keywords() {
        assert!(
            is_prose("You were in the middle of your demo. I look at it now.") && is_prose("sorry your demo broke")
        );
        for no in
            ["", "demo", "sorry sorry sorry", "asdf qwer yxcv", "demo client hotspot deadline feeling effect step"]
        {
            assert!(!is_prose(no), "{no}");
        }
    }

    #[test]
    fn hears_a_question_with_or_without_its_mark() {
        assert!(asks("What changed since yesterday?") && asks("hi, what were you doing when it happen"));
        assert!(!asks("I look at it now. What you did was right"[..18].as_ref()) && !asks("Restart it."));
    }
}
