//! Advice, as machines read it.

use schemars::JsonSchema;
use serde::Serialize;

use super::Mood;
use crate::{coach, config::Safety};

/// What may help in a conversation.
#[derive(JsonSchema, Serialize)]
pub struct Advice<'a> {
    /// The situation's id; empty where a human must take over.
    state: &'a str,
    /// The situation's name.
    name: &'a str,
    /// What the last message seems to carry, in words.
    say: &'a str,
    /// The mood that it was read from; null when no message was read.
    mood: Option<Mood<'a>>,
    /// What to acknowledge first.
    first: &'a str,
    /// The order of moves.
    steps: &'a [String],
    /// What to ask.
    ask: &'a [String],
    /// What helps.
    r#do: &'a [String],
    /// What harms.
    avoid: &'a [String],
    /// The shape of an answer, with slots to fill in one's own words.
    shape: &'a str,
    /// A word on using it.
    shape_note: &'a str,
    /// The id of the post that it draws from.
    post: &'a str,
    /// What to do instead where somebody may be in danger; everything else is empty then. Null otherwise.
    safety: Option<String>,
}

impl<'a> Advice<'a> {
    /// Advice as it is published.
    pub fn of(advice: &'a coach::Advice, safety: &Safety) -> Self {
        Self {
            state: &advice.state,
            name: &advice.name,
            say: &advice.say,
            mood: advice.mood.as_ref().map(|mood| Mood::of(mood, None)),
            first: &advice.first,
            steps: &advice.steps,
            ask: &advice.ask,
            r#do: &advice.moves,
            avoid: &advice.avoid,
            shape: &advice.shape,
            shape_note: &advice.shape_note,
            post: &advice.post,
            safety: advice.safety.then(|| danger(safety)),
        }
    }
}

/// What comes before any reply and instead of coaching, where somebody may be in danger.
pub fn danger(safety: &Safety) -> String {
    format!("Somebody may be in danger, and that comes before any reply. {}", safety.words())
}
