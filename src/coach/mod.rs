//! What may help in a conversation: what to acknowledge, ask, do and avoid.

use crate::{
    content::{MoodName, Pack, State},
    mood::{Mood, mood},
};

/// One message of a conversation, oldest first.
#[derive(Clone, Copy)]
pub struct Turn<'t> {
    /// Whether somebody who is helped wrote it, not staff.
    pub from_customer: bool,
    /// What it says.
    pub text: &'t str,
    /// How long ago it was written, in minutes; none where nobody knows, as in a pasted conversation.
    pub minutes_ago: Option<u32>,
}

/// What may help now.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// The state, by its id; none where a human must take over or nothing is known.
    pub state: String,
    /// How the state is read.
    pub name: String,
    /// What the last message seems to carry, in words: “sounds frustrated”.
    pub say: String,
    /// The mood it was read from, where there was a message.
    pub mood: Option<Mood>,
    /// The order of moves.
    pub steps: Vec<String>,
    /// What to acknowledge first.
    pub first: String,
    /// What to ask.
    pub ask: Vec<String>,
    /// What helps.
    pub moves: Vec<String>,
    /// What harms.
    pub avoid: Vec<String>,
    /// The shape of an answer, with slots to fill in one's own words.
    pub shape: String,
    /// A word on using it.
    pub shape_note: String,
    /// The post it draws from.
    pub post: String,
    /// A hint at self-harm, violence or danger: everything else is empty, a human takes over.
    pub safety: bool,
}

/// Our turns without an answer that make a conversation a silent one.
const UNANSWERED_TURNS: usize = 2;
/// Minutes without a word from a customer before that; two messages in a row are no silence.
const SILENT_AFTER: u32 = 20;

/// Advises on a conversation, or on a state or a described situation when `about` names one.
/// Returns nothing where there is neither.
pub fn coach(pack: &Pack, conversation: &[Turn<'_>], about: Option<&str>) -> Option<Advice> {
    if let Some(about) = about.map(str::trim).filter(|about| !about.is_empty()) {
        if let Some(state) = named(pack, about) {
            return Some(advice(pack, state, None));
        }
        return on_message(pack, about);
    }
    let last = conversation.iter().rposition(|turn| turn.from_customer)?;
    // Safety is looked for in everything they said that is still at hand, not in the last message alone.
    let unsafe_turn = conversation
        .iter()
        .filter(|turn| turn.from_customer)
        .map(|turn| mood(pack, turn.text))
        .find(|found| found.mood == MoodName::Safety);
    if let Some(found) = unsafe_turn {
        return Some(safety(pack, found));
    }
    let ours_since = conversation[last + 1..].iter().filter(|turn| !turn.from_customer).count();
    let long_ago = conversation[last].minutes_ago.is_none_or(|minutes| minutes >= SILENT_AFTER);
    if ours_since >= UNANSWERED_TURNS
        && long_ago
        && let Some(silent) = pack.state("silent")
    {
        return Some(advice(pack, silent, None));
    }
    on_message(pack, conversation[last].text)
}

/// The state that a word names: its id or its name, in small letters or large ones.
pub fn named<'p>(pack: &'p Pack, about: &str) -> Option<&'p State> {
    let about = about.to_lowercase();
    pack.states.iter().find(|state| state.id == about || state.name.to_lowercase() == about)
}

fn on_message(pack: &Pack, message: &str) -> Option<Advice> {
    let found = mood(pack, message);
    if found.mood == MoodName::Safety {
        return Some(safety(pack, found));
    }
    let by_signal = pack.states.iter().find(|state| state.signals.iter().any(|signal| found.signals.contains(signal)));
    let by_mood = || pack.states.iter().find(|state| state.moods.contains(&found.mood));
    // A sign of the situation tells more than the mood alone, save where the mood is grief.
    let state = match found.mood {
        MoodName::Grieving => by_mood().or(by_signal),
        _ => by_signal.or_else(by_mood),
    }?;
    Some(advice(pack, state, Some(found)))
}

fn advice(pack: &Pack, state: &State, found: Option<Mood>) -> Advice {
    let say = found.as_ref().and_then(|m| pack.mood(m.mood)).map_or_else(String::new, |m| m.say.clone());
    Advice {
        state: state.id.clone(),
        name: state.name.clone(),
        say,
        mood: found,
        steps: state.steps.clone(),
        first: state.first.clone(),
        ask: state.ask.clone(),
        moves: state.moves.clone(),
        avoid: state.avoid.clone(),
        shape: state.shape.clone(),
        shape_note: state.shape_note.clone(),
        post: state.post.clone(),
        safety: false,
    }
}

fn safety(pack: &Pack, found: Mood) -> Advice {
    let say = pack.mood(MoodName::Safety).map_or_else(String::new, |m| m.say.clone());
    Advice { say, mood: Some(found), safety: true, ..Advice::default() }
}
