//! The examples that rules, cues and signals carry.

use toml::Spanned;

use crate::content::{
    pack::Example,
    schema::{Placed, RawExample},
};

pub(super) fn example(file: usize, written: &Spanned<RawExample>, drawn: bool) -> Example {
    let place = (file, written.span().start);
    match written.get_ref() {
        RawExample::Draft(draft) => Example { drawn, draft: draft.clone(), answers: None, medium: None, place },
        RawExample::Setting(setting) => Example {
            drawn,
            draft: setting.draft.clone(),
            answers: setting.answers.clone(),
            medium: setting.medium,
            place,
        },
    }
}

pub(super) fn plain_examples(file: usize, yes: &[Placed], no: &[Placed]) -> Vec<Example> {
    let one = |text: &Placed, drawn| Example {
        drawn,
        draft: text.get_ref().clone(),
        answers: None,
        medium: None,
        place: (file, text.span().start),
    };
    yes.iter().map(|t| one(t, true)).chain(no.iter().map(|t| one(t, false))).collect()
}
