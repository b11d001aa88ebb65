//! What the bot says: posts, tips, moods, states of a conversation, habits and levels of listening.

use super::Compiler;
use crate::content::{
    layers::Written,
    names::MoodName,
    pack::{Habit, Level, Mood, Post, Signal, State, Tip, Topic},
    schema,
};

/// The most characters of a tip.
const LONGEST_TIP: usize = 280;
/// The most characters of what a tip says to try.
const LONGEST_TRY: usize = 200;

impl Compiler<'_> {
    pub(super) fn post(&mut self, written: &Written<schema::RawPost>) -> Post {
        let raw = &written.item;
        if let Some(url) = &raw.url
            && !url.get_ref().starts_with("https://")
        {
            self.problem(written.file, url, "an address begins with https://");
        }
        Post {
            id: raw.id.get_ref().clone(),
            title: raw.title.clone(),
            url: raw.url.as_ref().map(|u| u.get_ref().clone()),
            seed: raw.seed,
        }
    }

    pub(super) fn tip(&mut self, written: &Written<schema::RawTip>, topics: &[Topic]) -> Tip {
        let (file, raw) = (written.file, &written.item);
        self.length(file, &raw.text, LONGEST_TIP);
        self.length(file, &raw.try_it, LONGEST_TRY);
        self.source(file, &raw.id, raw.basis, raw.source.as_ref());
        if !topics.iter().any(|t| t.id == *raw.topic.get_ref()) {
            let known: Vec<&str> = topics.iter().map(|t| t.id.as_str()).collect();
            self.problem(
                file,
                &raw.topic,
                format!("no topic is called `{}`; known: {}", raw.topic.get_ref(), known.join(", ")),
            );
        }
        Tip {
            id: raw.id.get_ref().clone(),
            post: self.known_post(file, &raw.post),
            topic: raw.topic.get_ref().clone(),
            basis: raw.basis,
            source: raw.source.clone(),
            text: raw.text.get_ref().clone(),
            try_it: raw.try_it.get_ref().clone(),
        }
    }

    pub(super) fn mood(&mut self, written: &Written<schema::RawMood>) -> Option<Mood> {
        let raw = &written.item;
        let name = self.known(written.file, &raw.id, MoodName::of, &MoodName::words(), "mood")?;
        Some(Mood { name, title: raw.name.clone(), say: raw.say.clone() })
    }

    pub(super) fn state(&mut self, written: &Written<schema::RawState>, signals: &[Signal]) -> State {
        let (file, raw) = (written.file, &written.item);
        let moods = raw
            .mood
            .iter()
            .filter_map(|word| self.known(file, word, MoodName::of, &MoodName::words(), "mood"))
            .collect();
        let mut places = Vec::new();
        for id in &raw.signals {
            match signals.iter().position(|s| s.id == *id.get_ref()) {
                Some(place) => places.push(place),
                None => self.problem(file, id, format!("no signal is called `{}`", id.get_ref())),
            }
        }
        State {
            id: raw.id.get_ref().clone(),
            name: raw.name.clone(),
            moods,
            signals: places,
            post: self.known_post(file, &raw.post),
            steps: raw.steps.clone(),
            first: raw.first.clone(),
            ask: raw.ask.clone(),
            moves: raw.moves.clone(),
            avoid: raw.avoid.clone(),
            shape: raw.shape.clone(),
            shape_note: raw.shape_note.clone(),
        }
    }

    pub(super) fn habit(&mut self, written: &Written<schema::RawHabit>) -> Habit {
        let raw = &written.item;
        Habit {
            id: raw.id.get_ref().clone(),
            name: raw.name.clone(),
            text: raw.text.clone(),
            try_it: raw.try_it.clone(),
            post: self.known_post(written.file, &raw.post),
        }
    }
}

pub(super) fn level(written: &Written<schema::RawLevel>) -> Level {
    let raw = &written.item;
    Level {
        number: raw.number,
        id: raw.id.get_ref().clone(),
        name: raw.name.clone(),
        what: raw.what.clone(),
        sign: raw.sign.clone(),
        try_it: raw.try_it.clone(),
    }
}
