//! Empathy before the first technical step, to somebody who is upset.

use super::{Reader, answered::HEARD};
use crate::{
    content::{CueName, MoodName},
    language::ByteSpan,
};

impl Reader<'_> {
    /// The first step, where it stands before anything that shows the reader was heard.
    pub(super) fn order(&self) -> Option<ByteSpan> {
        let answered = self.answered.as_ref()?;
        // Where a clock runs or somebody is unsafe, the step is the kindness.
        let pressed = answered.has_deadline() && answered.mood.mood != MoodName::Grieving;
        if !answered.is_upset() || pressed || answered.mood.mood == MoodName::Safety {
            return None;
        }
        let step = *self.shown.spans(CueName::Step).first()?;
        let heard = self.shown.first(HEARD).or_else(|| self.shown.first(&[CueName::Credit, CueName::Thanks]))?;
        let before =
            |a: ByteSpan, b: ByteSpan| self.scanned.text.sentence_at(a.start) < self.scanned.text.sentence_at(b.start);
        before(step, heard).then(|| self.scanned.text.origin(step))
    }
}
