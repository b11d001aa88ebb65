//! The files of a pack, as they are written. What the fields mean stands in `responses/README.md`.

mod practice;

use serde::Deserialize;
use toml::Spanned;

pub(super) use practice::{RawCard, RawItem, RawMust, RawQuiz, RawTask};

/// A text with the place it was written at.
pub(super) type Placed = Spanned<String>;

/// Any file of a pack: lists of tables, whatever the file's name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Blog posts.
    #[serde(default)]
    pub post: Vec<RawPost>,
    /// Topics of tips.
    #[serde(default)]
    pub topic: Vec<RawTopic>,
    /// Tips.
    #[serde(default)]
    pub tip: Vec<RawTip>,
    /// Rules.
    #[serde(default)]
    pub rule: Vec<RawRule>,
    /// Cues.
    #[serde(default)]
    pub cue: Vec<RawCue>,
    /// Signals of mood.
    #[serde(default)]
    pub signal: Vec<RawSignal>,
    /// Moods.
    #[serde(default)]
    pub mood: Vec<RawMood>,
    /// States that a conversation can be in, with coaching for each.
    #[serde(default)]
    pub state: Vec<RawState>,
    /// Levels of listening.
    #[serde(default)]
    pub level: Vec<RawLevel>,
    /// Habits of listening.
    #[serde(default)]
    pub habit: Vec<RawHabit>,
    /// Cards to practise with.
    #[serde(default)]
    pub card: Vec<RawCard>,
    /// Quizzes.
    #[serde(default)]
    pub quiz: Vec<RawQuiz>,
    /// What a pack of one's own takes away from the packs below it.
    #[serde(default)]
    pub pack: RawPackSettings,
}

/// `[pack]`: what a layer switches off or allows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPackSettings {
    /// Ids of rules, tips, signals, habits, cards or quizzes that are switched off.
    #[serde(default)]
    pub off: Vec<Placed>,
    /// Words and names that are never part of a finding.
    #[serde(default)]
    pub allow: Vec<Placed>,
}

/// `[[post]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPost {
    pub id: Placed,
    pub title: String,
    pub url: Option<Placed>,
    #[serde(default)]
    pub seed: bool,
}

/// `[[topic]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTopic {
    pub id: Placed,
    pub name: String,
}

/// Whose word a tip or a rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The author of the blog says so.
    Author,
    /// A named source says so.
    Research,
    /// Our judgement.
    Ours,
}

/// `[[tip]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTip {
    pub id: Placed,
    pub post: Placed,
    pub topic: Placed,
    pub basis: Basis,
    pub source: Option<String>,
    pub text: Placed,
    #[serde(rename = "try")]
    pub try_it: Placed,
}

/// Where in a draft a pattern may stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    /// Anywhere.
    #[default]
    Anywhere,
    /// The first words after the greeting.
    DraftStart,
    /// The first words of a sentence.
    SentenceStart,
    /// The whole sentence.
    Sentence,
    /// The whole draft, but for greeting and close.
    Draft,
}

/// An example of a rule: a draft, with what it answers where that matters.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RawExample {
    /// The draft alone.
    Draft(String),
    /// The draft in its setting.
    Setting(RawSetting),
}

/// A draft in its setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSetting {
    pub draft: String,
    pub answers: Option<String>,
    pub medium: Option<Medium>,
}

/// Where a reply is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// A turn of a chat: owes no greeting and no close.
    #[default]
    Chat,
    /// A comment on a ticket.
    Ticket,
    /// An e-mail: owes greeting, close and name.
    Email,
}

/// How much a finding matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Mention once.
    Low,
    /// Worth a change.
    Medium,
    /// Mend before sending.
    High,
}

impl Severity {
    /// The word in files and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// What it asks of the writer.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Low => "worth knowing",
            Self::Medium => "worth a change",
            Self::High => "mend before sending",
        }
    }
}

/// `[[rule]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub id: Placed,
    pub severity: Severity,
    pub post: Placed,
    pub basis: Basis,
    pub source: Option<String>,
    #[serde(default)]
    pub find: Vec<Placed>,
    #[serde(default)]
    pub unless: Vec<Placed>,
    #[serde(default)]
    pub unless_near: Vec<Placed>,
    #[serde(default)]
    pub unless_draft: Vec<Placed>,
    #[serde(default)]
    pub at: At,
    pub count: Option<usize>,
    #[serde(default)]
    pub case: bool,
    #[serde(default)]
    pub inside: bool,
    #[serde(default)]
    pub medium: Vec<Medium>,
    #[serde(default)]
    pub mood: Vec<Placed>,
    pub missing: Option<Placed>,
    pub order: Option<Placed>,
    pub measure: Option<Placed>,
    pub answer: Option<Placed>,
    pub limit: Option<usize>,
    pub why: Placed,
    pub instead: Vec<String>,
    pub bad: Vec<Spanned<RawExample>>,
    pub good: Vec<Spanned<RawExample>>,
}

/// `[[cue]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCue {
    pub id: Placed,
    pub find: Vec<Placed>,
    #[serde(default)]
    pub unless: Vec<Placed>,
    #[serde(default)]
    pub at: At,
    #[serde(default)]
    pub yes: Vec<Placed>,
    #[serde(default)]
    pub no: Vec<Placed>,
    pub strength: Option<String>,
    pub post: Option<Placed>,
}

/// What a negation before a signal does to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Negated {
    /// Silences it.
    #[default]
    Skip,
    /// Nothing: the negation is part of the complaint.
    Keep,
}

/// `[[signal]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSignal {
    pub id: Placed,
    pub mood: Option<Placed>,
    #[serde(default)]
    pub weight: f32,
    #[serde(default)]
    pub urgency: f32,
    pub find: Vec<Placed>,
    #[serde(default)]
    pub unless: Vec<Placed>,
    #[serde(default)]
    pub at: At,
    #[serde(default)]
    pub negated: Negated,
    #[serde(default)]
    pub yes: Vec<Placed>,
    #[serde(default)]
    pub no: Vec<Placed>,
}

/// `[[mood]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMood {
    pub id: Placed,
    pub name: String,
    pub say: String,
}

/// `[[state]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawState {
    pub id: Placed,
    pub name: String,
    #[serde(default)]
    pub mood: Vec<Placed>,
    #[serde(default)]
    pub signals: Vec<Placed>,
    pub post: Placed,
    pub steps: Vec<String>,
    pub first: String,
    pub ask: Vec<String>,
    #[serde(rename = "do")]
    pub moves: Vec<String>,
    pub avoid: Vec<String>,
    pub shape: String,
    pub shape_note: String,
}

/// `[[level]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLevel {
    pub number: u8,
    pub id: Placed,
    pub name: String,
    pub what: String,
    pub sign: String,
    #[serde(rename = "try")]
    pub try_it: String,
}

/// `[[habit]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHabit {
    pub id: Placed,
    pub name: String,
    pub text: String,
    #[serde(rename = "try")]
    pub try_it: String,
    pub post: Placed,
}
