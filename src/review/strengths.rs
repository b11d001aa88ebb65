//! What a draft does well: a rule's opposite, met.

use super::Reader;
use crate::{content::CueName, language::ByteSpan};

/// Something done well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// What, in a line.
    pub text: String,
    /// The bytes of the draft that show it.
    pub span: Option<ByteSpan>,
}

/// Which strength tells most; the others follow in the order of the pack.
const TELLING: &[CueName] = &[
    CueName::Ownership,
    CueName::Effect,
    CueName::Feeling,
    CueName::Validation,
    CueName::Credit,
    CueName::Workaround,
    CueName::PlainCause,
    CueName::Time,
    CueName::QuestionExploring,
    CueName::Option,
    CueName::Check,
    CueName::NextStep,
    CueName::Owner,
    CueName::Thanks,
];

impl Reader<'_> {
    pub(super) fn strengths(&self) -> Vec<Strength> {
        let telling = TELLING.iter().map(|&name| self.pack.cue(name));
        let others = self.pack.cues.iter().filter(|cue| !TELLING.iter().any(|name| name.word() == cue.id));
        telling
            .chain(others)
            .filter_map(|cue| {
                let text = cue.strength.as_ref()?;
                let span = self.scanned.met(&cue.phrase).into_iter().find(|span| !self.is_spoilt(*span))?;
                Some(Strength { text: text.clone(), span: Some(self.scanned.text.origin(span)) })
            })
            .collect()
    }
}
