//! What may be asked. Unknown fields are refused, so that a misspelt one is not silently left out.

use schemars::JsonSchema;
use serde::Deserialize;

use super::body::{Asked, objects, optional_word, word};
use crate::{content::Medium, shapes};

/// The longest text, in characters.
const LONGEST_TEXT: usize = 20_000;
/// The longest situation, in characters.
const LONGEST_ABOUT: usize = 2_000;
/// The most messages of one conversation.
const MOST_MESSAGES: usize = 100;

/// A draft to be reviewed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewRequest {
    /// The draft.
    #[schemars(length(max = LONGEST_TEXT))]
    pub(super) draft: String,
    /// The message that the draft answers: its feeling, questions and deadline are then looked for in the draft.
    #[serde(default)]
    #[schemars(length(max = LONGEST_TEXT))]
    pub(super) answers: Option<String>,
    /// Where the draft will be sent; a chat when it is absent.
    #[serde(default, deserialize_with = "optional_word")]
    #[schemars(with = "Option<shapes::Medium>")]
    pub(super) medium: Option<Medium>,
}

impl Asked for ReviewRequest {
    const FITS: &'static str = "The body must be an object of `draft` (text, at most 20,000 characters) and, if you \
        like, `answers` (text, at most 20,000 characters) and `medium` (\"chat\", \"ticket\" or \"email\").";

    fn fits(&self) -> bool {
        short(&self.draft, LONGEST_TEXT) && self.answers.as_ref().is_none_or(|text| short(text, LONGEST_TEXT))
    }
}

/// A message whose mood is to be read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoodRequest {
    /// The message.
    #[schemars(length(max = LONGEST_TEXT))]
    pub(super) message: String,
}

impl Asked for MoodRequest {
    const FITS: &'static str = "The body must be an object of `message` (text, at most 20,000 characters).";

    fn fits(&self) -> bool {
        short(&self.message, LONGEST_TEXT)
    }
}

/// A conversation, or a situation, to be coached for: a message of the customer, or `about`, must be there.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    { "required": ["about"], "properties": { "about": { "type": "string" } } },
    {
        "required": ["messages"],
        "properties": {
            "messages": { "contains": { "required": ["from"], "properties": { "from": { "const": "customer" } } } },
        },
    },
]))]
pub(super) struct CoachRequest {
    /// The conversation, oldest message first.
    #[serde(default, deserialize_with = "objects")]
    #[schemars(length(max = MOST_MESSAGES))]
    pub(super) messages: Vec<Message>,
    /// A situation: the name of one that is known, as in angry or bad-news, or a few words that describe it. It wins
    /// over the messages.
    #[serde(default)]
    #[schemars(length(min = 1, max = LONGEST_ABOUT), regex(pattern = r"\S"))]
    pub(super) about: Option<String>,
}

/// One message of a conversation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    /// Who wrote it.
    #[serde(deserialize_with = "word")]
    pub(super) from: From,
    /// What it says.
    #[schemars(length(max = LONGEST_TEXT))]
    pub(super) text: String,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum From {
    /// Somebody who is helped.
    Customer,
    /// The help desk.
    Us,
}

impl Asked for CoachRequest {
    const FITS: &'static str = "The body must be an object of `messages` (at most 100 objects of `from`, \"customer\" \
        or \"us\", and `text`, at most 20,000 characters; one of them the customer's) or `about` (1 to 2,000 \
        characters), or both.";

    fn fits(&self) -> bool {
        let about = self.about.as_ref();
        self.messages.len() <= MOST_MESSAGES
            && self.messages.iter().all(|message| short(&message.text, LONGEST_TEXT))
            && about.is_none_or(|about| !about.trim().is_empty() && short(about, LONGEST_ABOUT))
            && (about.is_some() || self.messages.iter().any(|message| message.from == From::Customer))
    }
}

/// Which tip.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TipQuery {
    /// The id or the name of a topic; any when it is absent or empty.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) topic: Option<String>,
    /// The same seed brings the same tip, as long as the tips stay the same; any when it is absent.
    #[serde(default)]
    #[schemars(with = "u32", range(max = 4_294_967_295_u32))]
    pub(super) seed: Option<u32>,
}

impl TipQuery {
    pub(super) const FITS: &'static str =
        "The query takes `topic` (text) and `seed` (a whole number from 0 to 4294967295), each once, and nothing else.";
}

fn short(text: &str, at_most: usize) -> bool {
    // A character takes a byte at least, so most texts need no counting.
    text.len() <= at_most || text.chars().nth(at_most).is_none()
}
