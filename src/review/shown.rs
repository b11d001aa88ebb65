//! What a draft shows: where each cue is met in it.

use crate::{
    content::{CueName, Pack, Scanned},
    language::{ByteSpan, Text},
};

/// Finds the patterns of rules and cues in a text, and the draft proper between greeting and close.
pub(super) fn scan<'t>(pack: &Pack, text: Text<'t>) -> Scanned<'t> {
    let phrase = |name| &pack.cue(name).phrase;
    Scanned::of(text, &pack.drafts)
        .between(phrase(CueName::Greeting), &[phrase(CueName::Close), phrase(CueName::Signature)])
}

/// Where each cue that the engine knows is met, in spans of the folded text.
pub(super) struct Shown(Vec<Vec<ByteSpan>>);

impl Shown {
    pub(super) fn of(pack: &Pack, scanned: &Scanned<'_>) -> Self {
        Self(CueName::ALL.iter().map(|&name| scanned.met(&pack.cue(name).phrase)).collect())
    }

    /// The places of one cue.
    pub(super) fn spans(&self, cue: CueName) -> &[ByteSpan] {
        &self.0[cue as usize]
    }

    /// Whether a cue is met.
    pub(super) fn has(&self, cue: CueName) -> bool {
        !self.spans(cue).is_empty()
    }

    /// Whether any of the cues is met.
    pub(super) fn any(&self, cues: &[CueName]) -> bool {
        cues.iter().any(|&cue| self.has(cue))
    }

    /// How many of the cues are met.
    pub(super) fn count(&self, cues: &[CueName]) -> usize {
        cues.iter().filter(|&&cue| self.has(cue)).count()
    }

    /// Where the first of the cues is met.
    pub(super) fn first(&self, cues: &[CueName]) -> Option<ByteSpan> {
        cues.iter().filter_map(|&cue| self.spans(cue).first().copied()).min()
    }
}
