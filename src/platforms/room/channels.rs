//! What was said in the room's channels: in memory alone, the last two hundred messages of each.

use std::collections::{BTreeMap, VecDeque};

use super::{
    seats::{CHANNELS, Channel, Sitter},
    wire::Message,
};

/// The most messages of one channel.
const MOST_MESSAGES: usize = 200;

/// A message, and what finds it again.
struct Kept {
    message: Message,
    /// What a posting of the bot's is known by: a second send of it stays one message.
    nonce: Option<String>,
    mark: Option<String>,
}

/// The channels, each with its messages, oldest first.
pub(super) struct Channels {
    kept: BTreeMap<&'static str, VecDeque<Kept>>,
}

impl Default for Channels {
    fn default() -> Self {
        Self { kept: CHANNELS.iter().map(|channel| (channel.id, VecDeque::new())).collect() }
    }
}

impl Channels {
    /// Adds a message; gives back the id of the one that made room for it.
    pub(super) fn add(&mut self, message: Message, bears: Option<(&str, &str)>) -> Option<String> {
        let kept = self.kept.entry(message.channel).or_default();
        kept.push_back(Kept {
            message,
            nonce: bears.map(|(nonce, _)| nonce.to_owned()),
            mark: bears.map(|(_, mark)| mark.to_owned()),
        });
        (kept.len() > MOST_MESSAGES).then(|| kept.pop_front()).flatten().map(|gone| gone.message.id)
    }

    /// The messages of a channel, oldest first.
    pub(super) fn of(&self, channel: &Channel) -> impl Iterator<Item = &Message> {
        self.kept.get(channel.id).into_iter().flatten().map(|kept| &kept.message)
    }

    pub(super) fn message(&self, channel: &Channel, id: &str) -> Option<&Message> {
        self.of(channel).find(|message| message.id == id)
    }

    /// The posting that was sent with this nonce.
    pub(super) fn sent_with(&self, channel: &Channel, nonce: &str) -> Option<&Message> {
        self.find(channel, |kept| kept.nonce.as_deref() == Some(nonce))
    }

    /// The posting that bears this mark.
    pub(super) fn bearing(&self, channel: &Channel, mark: &str) -> Option<&Message> {
        self.find(channel, |kept| kept.mark.as_deref() == Some(mark))
    }

    fn find(&self, channel: &Channel, such: impl Fn(&Kept) -> bool) -> Option<&Message> {
        self.kept.get(channel.id)?.iter().find(|kept| such(kept)).map(|kept| &kept.message)
    }

    /// Changes what somebody wrote themselves; nothing where it is not theirs, or not there.
    pub(super) fn edit(&mut self, channel: &Channel, id: &str, by: &Sitter, text: &str) -> Option<Message> {
        let kept = self.kept.get_mut(channel.id)?.iter_mut().find(|kept| is_by(&kept.message, id, by))?;
        kept.message.text = Some(text.to_owned());
        Some(kept.message.clone())
    }

    /// Deletes what somebody wrote themselves; false where it is not theirs, or not there.
    pub(super) fn delete(&mut self, channel: &Channel, id: &str, by: &Sitter) -> bool {
        let Some(kept) = self.kept.get_mut(channel.id) else { return false };
        let before = kept.len();
        kept.retain(|kept| !is_by(&kept.message, id, by));
        kept.len() < before
    }

    /// Lets go of such messages; gives back the channel and the id of each.
    pub(super) fn let_go(&mut self, such: impl Fn(&Message) -> bool) -> Vec<(&'static str, String)> {
        let mut gone = Vec::new();
        for kept in self.kept.values_mut() {
            let such = kept.iter().map(|kept| &kept.message).filter(|message| such(message));
            let ids: Vec<_> = such.map(|message| (message.channel, message.id.clone())).collect();
            kept.retain(|kept| ids.iter().all(|(_, id)| *id != kept.message.id));
            gone.extend(ids);
        }
        gone
    }
}

fn is_by(message: &Message, id: &str, sitter: &Sitter) -> bool {
    message.id == id && message.author.id == sitter.id()
}
