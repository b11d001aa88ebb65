//! Cards to practise with and quizzes, as they are written.

use serde::Deserialize;

use super::{Medium, Placed};

/// `[[card]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::content) struct RawCard {
    pub id: Placed,
    pub post: Placed,
    pub trains: Placed,
    #[serde(default)]
    pub tips: Vec<Placed>,
    #[serde(default)]
    pub rules: Vec<Placed>,
    pub task: RawTask,
    pub medium: Medium,
    pub message: Placed,
    pub draft: Option<Placed>,
    pub ask: Placed,
    #[serde(default)]
    pub options: Vec<Placed>,
    pub right: Option<Placed>,
    pub explain: Option<Placed>,
    #[serde(default)]
    pub must: Vec<RawMust>,
}

/// What a card asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::content) enum RawTask {
    Write,
    Mend,
    Choose,
    Ask,
    Order,
}

/// `[[card.must]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::content) struct RawMust {
    pub what: Placed,
    #[serde(default)]
    pub cue: Vec<Placed>,
    #[serde(default)]
    pub say: Vec<Placed>,
    #[serde(default)]
    pub not: Vec<Placed>,
    #[serde(default = "yes")]
    pub need: bool,
}

fn yes() -> bool {
    true
}

/// `[[quiz]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::content) struct RawQuiz {
    pub id: Placed,
    pub title: Placed,
    pub post: Placed,
    pub intro: Placed,
    #[serde(default)]
    pub scale: Vec<Placed>,
    #[serde(default)]
    pub item: Vec<RawItem>,
    #[serde(default)]
    pub band: Vec<RawBand>,
}

/// `[[quiz.item]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::content) struct RawItem {
    pub text: Placed,
    #[serde(default)]
    pub reversed: bool,
    pub tip: Placed,
    #[serde(default)]
    pub answers: Vec<RawAnswer>,
}

/// An answer to an item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::content) struct RawAnswer {
    pub text: Placed,
    pub worth: u8,
}

/// `[[quiz.band]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::content) struct RawBand {
    pub from: u32,
    pub say: Placed,
}
