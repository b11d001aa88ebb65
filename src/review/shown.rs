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
#[derive(Default)]
pub(super) struct Shown(Vec<Vec<ByteSpan>>);

impl Shown {
    /// Everything that is shown, but for what is spoilt by the words around it.
    pub(super) fn of(pack: &Pack, scanned: &Scanned<'_>, is_spoilt: impl Fn(ByteSpan) -> bool) -> Self {
        let met = |name: &CueName| {
            let mut spans = scanned.met(&pack.cue(*name).phrase);
            spans.retain(|span| !is_spoilt(*span));
            spans
        };
        Self(CueName::ALL.iter().map(met).collect())
    }

    /// The places of one cue.
    pub(super) fn spans(&self, cue: CueName) -> &[ByteSpan] {
        self.0.get(cue as usize).map_or(&[], Vec::as_slice)
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
