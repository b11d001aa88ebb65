//! The table of operations. The router and the document are both made from it, so neither knows one that the other
//! does not.

use std::sync::Arc;

use axum::routing::{MethodRouter, get, post};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};
use utoipa::openapi::HttpMethod;

use super::{
    Api, answers,
    requests::{CoachRequest, MoodRequest, ReviewRequest, TipQuery},
};
use crate::shapes;

/// Something that can be asked.
pub(super) struct Operation {
    /// Its name in the document.
    pub(super) id: &'static str,
    pub(super) method: HttpMethod,
    /// Its address under the prefix.
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    /// What is sent: in the body of a POST, in the query of a GET.
    pub(super) asked: fn(&mut SchemaGenerator) -> Schema,
    /// A request that is answered with 200.
    pub(super) example: fn() -> Value,
    /// What comes back.
    pub(super) answer: fn(&mut SchemaGenerator) -> Schema,
    /// What can go wrong, by status.
    pub(super) refusals: &'static [u16],
    pub(super) route: fn() -> MethodRouter<Arc<Api>>,
}

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "review",
        method: HttpMethod::Post,
        path: "/review",
        summary: "Review a draft reply before it is sent",
        description: "How the draft may land, what it does well, what to change and why, and what is missing. Quotes, \
                      code, logs and links are never judged. Byte offsets count in the draft as UTF-8. The same object \
                      as one of bedside review --format json.",
        asked: schema::<ReviewRequest>,
        example: || {
            json!({
                "draft": "You should have backed that up before you called us.",
                "answers": "I lost a week of work. Can it be brought back?",
                "medium": "ticket",
            })
        },
        answer: schema::<shapes::Review<'static>>,
        refusals: &[400, 401, 403, 408, 413, 415, 422, 429, 500],
        route: || post(answers::review_draft),
    },
    Operation {
        id: "mood",
        method: HttpMethod::Post,
        path: "/mood",
        summary: "Read the mood of a message",
        description: "What the message seems to carry, with the evidence. The same object as one of bedside mood \
                      --format json.",
        asked: schema::<MoodRequest>,
        example: || json!({ "message": "This is the third time I ask!" }),
        answer: schema::<shapes::Mood<'static>>,
        refusals: &[400, 401, 403, 408, 413, 415, 422, 429, 500],
        route: || post(answers::read_mood),
    },
    Operation {
        id: "coach",
        method: HttpMethod::Post,
        path: "/coach",
        summary: "Coach an answer",
        description: "What to say first, what to ask, what to avoid, for a conversation or a situation. Where somebody \
                      may be in danger, safety says what to do and everything else is empty. The same object as bedside \
                      coach --format json.",
        asked: schema::<CoachRequest>,
        example: || json!({ "messages": [{ "from": "customer", "text": "This is the third time I ask!" }] }),
        answer: schema::<shapes::Advice<'static>>,
        refusals: &[400, 401, 403, 404, 408, 413, 415, 422, 429, 500],
        route: || post(answers::advise),
    },
    Operation {
        id: "tip",
        method: HttpMethod::Get,
        path: "/tip",
        summary: "Some tip to try today",
        description: "Any tip, or the one that a seed draws; nothing is remembered, so there is no round to follow. The \
                      same object as bedside tip --format json.",
        asked: schema::<TipQuery>,
        example: || json!({ "topic": "listening", "seed": 7 }),
        answer: schema::<shapes::Tip<'static>>,
        refusals: &[401, 403, 404, 422, 429, 500],
        route: || get(answers::some_tip),
    },
];

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
