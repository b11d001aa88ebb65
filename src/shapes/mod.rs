//! What machines read. These shapes are a promise: fields may be added, none changes its meaning or goes away.

mod coach;
mod tip;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;
use serde_json::Value;

use crate::{
    config::Safety,
    content::Severity,
    language::ByteSpan,
    mood::{self, Sureness, UpsetLevel},
    review::{self, Lack, Landing},
};
pub use coach::{Advice, danger};
pub use tip::Tip;

/// One line of input to `bedside review --format jsonl`.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes; reading is done key by key, for better sentences")]
struct ReviewRequest {
    /// Whatever names this draft; it comes back as it is.
    id: Value,
    /// The draft.
    draft: String,
    /// The message that the draft answers.
    answers: Option<String>,
    /// Where the draft will be sent; a chat when it is absent.
    medium: Option<Medium>,
}

/// Where a draft will be sent.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "it describes")]
pub(crate) enum Medium {
    Chat,
    Ticket,
    Email,
}

/// One line of input to `bedside mood --format jsonl`.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes")]
struct MoodRequest {
    /// Whatever names this message; it comes back as it is.
    id: Value,
    /// The message.
    message: String,
}

/// The answer to a line that could not be read.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes")]
struct Unanswered {
    /// The `id` of the line, or null when it could not be read.
    id: Value,
    /// What is wrong with the line.
    error: String,
}

/// The answer of `bedside review --format json`.
#[derive(Serialize)]
pub struct Reviews<'a> {
    /// One review a draft, in the order of the files; `id` is the file.
    pub reviews: Vec<Review<'a>>,
    /// What was counted.
    pub summary: Value,
}

/// The answer of `bedside mood --format json`.
#[derive(Serialize)]
pub struct Moods<'a> {
    /// One mood a message, in the order of the files; `id` is the file.
    pub moods: Vec<Mood<'a>>,
}

/// A review of one draft.
#[derive(JsonSchema, Serialize)]
pub struct Review<'a> {
    /// The `id` of the request, or the name of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    /// How badly the draft may land, from 0 to 1.
    risk: f32,
    /// How much the draft shows of understanding, from 0 to 1.
    care: f32,
    /// How the draft reads, in words.
    reads: Landing,
    /// Whether that is clear; false where the words are few or near the border.
    sure: bool,
    /// The words that moved `risk` furthest up, the furthest first.
    hardened_by: Vec<Words>,
    /// The words that moved `risk` furthest down, the furthest first.
    softened_by: Vec<Words>,
    /// The listening level, 1 (ignoring) to 5 (empathic); null when the message answered is not known.
    level: Option<u8>,
    /// The level's name.
    level_name: Option<&'a str>,
    /// What the level was read from.
    level_evidence: &'a [String],
    /// The language of the draft, as an ISO 639 code.
    language: &'a str,
    /// True when the draft is not English: the numbers are a guess then, and no findings are given.
    foreign: bool,
    /// What the draft does that may hurt its reader, worst first.
    findings: Vec<Finding<'a>>,
    /// What the draft lacks, worst first.
    missing: Vec<Lack>,
    /// What the draft lacks, with the reasons.
    missing_details: Vec<Missing<'a>>,
    /// What the draft does well.
    strengths: Vec<Strength<'a>>,
    /// What to do before any reply, where the message answered hints that somebody may be in danger. Null otherwise.
    safety: Option<String>,
}

/// Something in a draft that may hurt its reader.
#[derive(JsonSchema, Serialize)]
struct Finding<'a> {
    /// The rule's id.
    rule: &'a str,
    /// How much it matters.
    severity: Severity,
    /// The first byte of the words, in the UTF-8 draft.
    start: usize,
    /// The byte after the last.
    end: usize,
    /// What it may do to its reader.
    why: &'a str,
    /// What to try instead.
    instead: &'a [String],
    /// The id of the post that the rule draws from.
    post: &'a str,
}

/// Words of the text that was read.
#[derive(JsonSchema, Serialize)]
struct Words {
    /// The first byte, in the UTF-8 text.
    start: usize,
    /// The byte after the last.
    end: usize,
}

impl Words {
    fn of(span: &ByteSpan) -> Self {
        Self { start: span.start, end: span.end }
    }
}

/// Something that a draft lacks.
#[derive(JsonSchema, Serialize)]
struct Missing<'a> {
    /// Its name, as under `missing`.
    what: Lack,
    /// The rule's id.
    rule: &'a str,
    /// How much it matters.
    severity: Severity,
    /// What its absence may do to the reader.
    why: &'a str,
    /// What to try.
    instead: &'a [String],
    /// The id of the post that the rule draws from.
    post: &'a str,
    /// The first byte of the words that it is about, in the UTF-8 message answered; null when it is about the whole.
    about_start: Option<usize>,
    /// The byte after the last.
    about_end: Option<usize>,
}

/// Something that a draft does well.
#[derive(JsonSchema, Serialize)]
struct Strength<'a> {
    /// What it is.
    text: &'a str,
    /// The first byte of the words, in the UTF-8 draft; null when it is about the whole.
    start: Option<usize>,
    /// The byte after the last.
    end: Option<usize>,
}

impl<'a> Review<'a> {
    /// A review as it is published; `id` comes back as it is given.
    pub fn of(review: &'a review::Review, safety: &Safety, id: Option<Value>) -> Self {
        let level = review.level.as_ref();
        Self {
            id,
            risk: review.reading.risk,
            care: review.reading.care,
            reads: review.reading.landing,
            sure: review.reading.sure,
            hardened_by: review.reading.hardened_by.iter().map(Words::of).collect(),
            softened_by: review.reading.softened_by.iter().map(Words::of).collect(),
            level: level.map(|level| level.number),
            level_name: level.map(|level| level.name.as_str()),
            level_evidence: level.map_or(&[], |level| &level.evidence),
            language: review.language,
            foreign: review.foreign,
            findings: review.findings.iter().map(Finding::of).collect(),
            missing: review.missing.iter().map(|missing| missing.what).collect(),
            missing_details: review.missing.iter().map(Missing::of).collect(),
            strengths: review.strengths.iter().map(Strength::of).collect(),
            safety: review.answers_danger().then(|| danger(safety)),
        }
    }
}

impl<'a> Finding<'a> {
    fn of(finding: &'a review::Finding) -> Self {
        let review::Finding { rule, severity, span, why, instead, post } = finding;
        Self { rule, severity: *severity, start: span.start, end: span.end, why, instead, post }
    }
}

impl<'a> Missing<'a> {
    fn of(missing: &'a review::Missing) -> Self {
        let review::Missing { what, rule, severity, why, instead, post, about } = missing;
        Self {
            what: *what,
            rule,
            severity: *severity,
            why,
            instead,
            post,
            about_start: about.map(|span| span.start),
            about_end: about.map(|span| span.end),
        }
    }
}

impl<'a> Strength<'a> {
    fn of(strength: &'a review::Strength) -> Self {
        let span = strength.span;
        Self { text: &strength.text, start: span.map(|span| span.start), end: span.map(|span| span.end) }
    }
}

/// The mood of one message.
#[derive(JsonSchema, Serialize)]
#[allow(clippy::struct_field_names, reason = "the field bears the published name")]
pub struct Mood<'a> {
    /// The `id` of the request, or the name of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    /// How upset the message seems, from 0 to 1.
    upset: f32,
    /// The same in a word.
    level: UpsetLevel,
    /// What the message seems to carry first: calm, thankful, confused, anxious, embarrassed, frustrated, angry,
    /// urgent, grieving or safety.
    mood: &'a str,
    /// How sure that is.
    sure: Sureness,
    /// Points of urgency; from 2 on a clock seems to be running.
    urgency: f32,
    /// The words that it was read from.
    evidence: Vec<Evidence<'a>>,
    /// The words that moved `upset` furthest up, the furthest first.
    moved_by: Vec<Words>,
}

/// Words that a mood was read from.
#[derive(JsonSchema, Serialize)]
struct Evidence<'a> {
    /// The signal's id.
    signal: &'a str,
    /// The first byte of the words, in the UTF-8 message.
    start: usize,
    /// The byte after the last.
    end: usize,
}

impl<'a> Mood<'a> {
    /// A mood as it is published; `id` comes back as it is given.
    pub fn of(mood: &'a mood::Mood, id: Option<Value>) -> Self {
        let evidence = |found: &'a mood::Evidence| Evidence {
            signal: &found.signal,
            start: found.span.start,
            end: found.span.end,
        };
        Self {
            id,
            upset: mood.upset,
            level: mood.level,
            mood: mood.mood.word(),
            sure: mood.sure,
            urgency: mood.urgency,
            evidence: mood.evidence.iter().map(evidence).collect(),
            moved_by: mood.moved_by.iter().map(Words::of).collect(),
        }
    }
}

/// The schema of a line of answers; the line of input is described under `$defs`, as `ReviewRequest`.
pub fn review_schema() -> Value {
    schema::<Review<'static>, ReviewRequest>("bedside review --format jsonl")
}

/// The schema of a line of answers; the line of input is described under `$defs`, as `MoodRequest`.
pub fn mood_schema() -> Value {
    schema::<Mood<'static>, MoodRequest>("bedside mood --format jsonl")
}

fn schema<Answer: JsonSchema, Request: JsonSchema>(title: &str) -> Value {
    let mut answers = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let either = [answers.subschema_for::<Answer>(), answers.subschema_for::<Unanswered>()];
    let mut definitions = answers.take_definitions(true);
    let mut requests = SchemaSettings::draft2020_12().into_generator();
    requests.subschema_for::<Request>();
    definitions.extend(requests.take_definitions(true));
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": "A line of answers. The line of input that it answers is described under $defs.",
        "anyOf": either,
        "$defs": definitions,
    })
}
