//! What a draft tells its reader to run or press.

use super::Reader;
use crate::{
    content::Inside,
    language::{ByteSpan, ProtectedKind},
};

impl Reader<'_> {
    /// The prose that leads to a command or a button that must not be used without a warning. The finding quotes
    /// that prose: what stands in code or is a name on the screen is never itself reported.
    pub(super) fn inside(&self, inside: &Inside) -> Option<ByteSpan> {
        if self.scanned.any(&inside.unless_draft) {
            return None;
        }
        let text = &self.scanned.text;
        let found = text.protected.iter().find(|(span, kind)| {
            matches!(kind, ProtectedKind::Code | ProtectedKind::Label) && inside.find.is_match(span.of(text.original))
        })?;
        let own = text.sentences.iter().map(|s| text.origin(s.span));
        let leading = own.clone().take_while(|s| s.start < found.0.start).last();
        leading.or_else(|| own.clone().next()).map(|sentence| self.prose_of(sentence, found.0))
    }

    /// The longest stretch of a sentence that holds nothing protected, before the given span if there is one.
    fn prose_of(&self, sentence: ByteSpan, before: ByteSpan) -> ByteSpan {
        let text = &self.scanned.text;
        let mut stretches = Vec::new();
        let mut start = sentence.start;
        for (span, _) in text.protected.iter().filter(|(span, _)| span.overlaps(&sentence)) {
            stretches.push(ByteSpan { start, end: span.start.max(start) });
            start = span.end.max(start);
        }
        stretches.push(ByteSpan { start, end: sentence.end.max(start) });
        let trimmed = stretches.into_iter().map(|s| {
            let words = s.of(text.original);
            let kept = words.trim_matches(|c: char| !c.is_alphanumeric());
            let start = s.start + words.find(kept).unwrap_or(0);
            ByteSpan { start, end: start + kept.len() }
        });
        let longest = trimmed.max_by_key(|s| (s.end <= before.start, s.end - s.start));
        longest.unwrap_or(ByteSpan { start: sentence.start, end: sentence.start })
    }
}
