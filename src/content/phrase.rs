//! Where the patterns of a rule, a cue or a signal are met in a text, once its conditions are applied.

use super::{
    pack::Phrase,
    patterns::{self, Match, Patterns},
    schema::At,
};
use crate::language::{ByteSpan, Text};

/// Whose each pattern is, in the order of the patterns: most rules are met nowhere in a text and need not be asked.
#[derive(Debug)]
pub(super) struct Owners(Vec<u32>);

/// A pattern that nobody is looked for by.
const NOBODY: u32 = u32::MAX;

impl Owners {
    /// Of phrases in the order of their patterns; their places are the owners.
    pub(super) fn of<'p>(phrases: impl Iterator<Item = Option<&'p Phrase>>) -> Self {
        let mut owners = Vec::new();
        for (owner, phrase) in (0..NOBODY).zip(phrases) {
            let Some(Phrase { find, .. }) = phrase else { continue };
            owners.resize(find.start as usize, NOBODY);
            owners.resize(find.end as usize, owner);
        }
        Self(owners)
    }
}

/// A text with every pattern's matches in it.
#[derive(Debug)]
pub struct Scanned<'t> {
    /// The text.
    pub text: Text<'t>,
    matches: Vec<Match>,
    /// For each block of patterns, where its matches begin: most rules have none, and are to learn that at once.
    blocks: Vec<u32>,
    /// Where the draft proper lies in the folded text: after the greeting, before the close.
    body: ByteSpan,
}

impl<'t> Scanned<'t> {
    /// Reads a text and finds every pattern of a set in it.
    pub fn of(text: Text<'t>, set: &Patterns) -> Self {
        let matches = set.scan(&text.folded);
        let blocks = patterns::blocks(&matches, set.len());
        let body = ByteSpan { start: 0, end: text.folded.len() };
        Self { text, matches, blocks, body }
    }

    /// Finds the draft proper: what lies between a greeting and a close.
    #[must_use]
    pub fn between(mut self, greeting: &Phrase, endings: &[&Phrase]) -> Self {
        if let Some(hello) = self.met(greeting).first().copied()
            && self.text.sentences.first().is_some_and(|s| s.span.start == hello.start)
        {
            self.body.start = self.after_greeting(hello.end);
        }
        let from = self.body.start;
        let ends =
            endings.iter().flat_map(|phrase| self.met(phrase)).map(|span| span.start).filter(|&start| start > from);
        if let Some(end) = ends.min_by_key(|&start| start)
            && self.text.sentence_at(end).is_some_and(|i| self.text.sentences[i].span.start + 3 >= end)
        {
            self.body.end = end;
        }
        self
    }

    /// Past the greeting and the name after it: “hi ana,”, “hello both -”.
    fn after_greeting(&self, end: usize) -> usize {
        const LONGEST_NAME: usize = 40;
        let folded = &self.text.folded;
        if folded[..end].ends_with([',', '!', '.', ':', '-']) {
            return end + folded[end..].len() - folded[end..].trim_start_matches([' ', '\n']).len();
        }
        let rest = &folded[end..];
        let name = rest.find([',', '!', '\n', '-', '.', ':']).filter(|&i| i <= LONGEST_NAME);
        let past = name.map_or(end, |i| end + i + 1);
        past + folded[past..].len() - folded[past..].trim_start_matches([' ', '\n', ',', '-', '!']).len()
    }

    /// The draft proper, in the folded text.
    pub fn body(&self) -> ByteSpan {
        self.body
    }

    /// The spans in the folded text at which a phrase is met.
    pub fn met(&self, phrase: &Phrase) -> Vec<ByteSpan> {
        let found = self.matched(&phrase.find);
        if found.is_empty() || self.any(&phrase.unless_draft) {
            return Vec::new();
        }
        let mut spans: Vec<ByteSpan> = Vec::new();
        for found in &self.matches[found] {
            let span = self.trimmed(span_of(found));
            if self.stands(span, phrase.at) && !self.vetoed(span, phrase) && self.cased(found, span, phrase) {
                spans.push(span);
            }
        }
        spans.sort_unstable();
        // Those that overlap are one.
        spans.dedup_by(|next, kept| {
            let one = kept.overlaps(next);
            if one {
                kept.end = kept.end.max(next.end);
            }
            one
        });
        spans
    }

    /// Whose patterns match, each once, in order.
    pub(super) fn owners<'s>(&'s self, owners: &'s Owners) -> impl Iterator<Item = usize> + use<'s, 't> {
        let mut last = NOBODY;
        let owner = |found: &Match| owners.0.get(found.pattern as usize).copied();
        let new = move |owner: &u32| *owner != NOBODY && std::mem::replace(&mut last, *owner) != *owner;
        self.matches.iter().filter_map(owner).filter(new).map(|owner| owner as usize)
    }

    /// The matches of a run of patterns.
    fn matched(&self, patterns: &std::ops::Range<u32>) -> std::ops::Range<usize> {
        patterns::of(&self.matches, &self.blocks, patterns)
    }

    fn trimmed(&self, span: ByteSpan) -> ByteSpan {
        // A match never ends in the white space that its pattern allowed for.
        let covered = span.of(&self.text.folded).trim_end();
        ByteSpan { start: span.start, end: span.start + covered.len() }
    }

    /// Whether any of a run of patterns matches at all.
    pub fn any(&self, patterns: &std::ops::Range<u32>) -> bool {
        !self.matched(patterns).is_empty()
    }

    fn stands(&self, span: ByteSpan, at: At) -> bool {
        if at == At::Anywhere {
            return true;
        }
        let Some(place) = self.text.sentence_at(span.start) else { return false };
        let sentence = &self.text.sentences[place];
        let core = trim_marks(&self.text.folded, sentence.span);
        let starts_sentence = span.start <= core.start.max(if core.overlaps(&self.body) { self.body.start } else { 0 });
        match at {
            At::Anywhere => true,
            At::SentenceStart => starts_sentence,
            At::DraftStart => span.start <= trim_marks(&self.text.folded, self.body).start,
            At::Sentence => starts_sentence && trim_marks(&self.text.folded, span).end >= core.end,
            At::Draft => {
                let body = trim_marks(&self.text.folded, self.body);
                span.start <= body.start && trim_marks(&self.text.folded, span).end >= body.end
            }
        }
    }

    fn vetoed(&self, span: ByteSpan, phrase: &Phrase) -> bool {
        let vetoes = |patterns| self.matches[self.matched(patterns)].iter().map(span_of);
        if vetoes(&phrase.unless).any(|veto| veto.overlaps(&span)) {
            return true;
        }
        if phrase.unless_near.is_empty() {
            return false;
        }
        let here = self.text.sentence_at(span.start);
        vetoes(&phrase.unless_near).any(|veto| {
            let there = self.text.sentence_at(veto.start);
            here.zip(there).is_some_and(|(a, b)| a.abs_diff(b) <= 1)
        })
    }

    fn cased(&self, found: &Match, span: ByteSpan, phrase: &Phrase) -> bool {
        let place = (found.pattern - phrase.find.start) as usize;
        phrase.cased.get(place).is_none_or(|exact| exact.is_match(self.text.origin(span).of(self.text.original)))
    }
}

fn span_of(found: &Match) -> ByteSpan {
    ByteSpan { start: found.start as usize, end: found.end as usize }
}

/// A span without marks and space at its ends.
fn trim_marks(folded: &str, span: ByteSpan) -> ByteSpan {
    let text = span.of(folded);
    let marks = |c: char| c.is_whitespace() || ".,!?;:-\"'()*".contains(c);
    let start = span.start + text.len() - text.trim_start_matches(marks).len();
    ByteSpan { start, end: start + text.trim_matches(marks).len() }
}
