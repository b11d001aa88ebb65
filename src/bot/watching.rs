//! What was said in watched conversations: the last few dozen messages, two hours at most, in memory alone.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Mutex,
};

use jiff::{SignedDuration, Timestamp};

use super::request::{Heard, Message, Place};
use crate::store::{ChannelId, PersonId, WorkspaceId};

/// The most messages of one conversation.
const MOST_MESSAGES: usize = 40;
/// The most bytes of one message; more is cut off.
const LONGEST_MESSAGE: usize = 8_000;
/// The most bytes of all conversations together; past it, those that fell silent first are let go.
const MOST_BYTES: usize = 16 << 20;
/// How long anything is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(2);
/// The most people per workspace that are known to be staff because they used a staff command.
const MOST_STAFF: usize = 2_000;

/// The conversations that are watched, and what they hold.
#[derive(Default)]
pub(super) struct Watching {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// What each workspace watches.
    watched: HashMap<WorkspaceId, HashSet<ChannelId>>,
    conversations: HashMap<(WorkspaceId, ChannelId), Conversation>,
    staff: HashMap<WorkspaceId, HashSet<PersonId>>,
    bytes: usize,
}

#[derive(Default)]
struct Conversation {
    lineage: Vec<ChannelId>,
    messages: VecDeque<Message>,
}

impl Conversation {
    fn bytes(&self) -> usize {
        self.messages.iter().map(|m| m.text.len()).sum()
    }

    fn last(&self) -> Option<Timestamp> {
        self.messages.back().map(|m| m.at)
    }
}

impl Watching {
    /// Sets what a workspace watches; conversations that are no longer watched are forgotten at once.
    pub(super) fn set(&self, workspace: &WorkspaceId, channels: impl IntoIterator<Item = ChannelId>) {
        let mut inner = self.lock();
        let channels: HashSet<ChannelId> = channels.into_iter().collect();
        let forgotten: Vec<_> = inner
            .conversations
            .iter()
            .filter(|((owner, _), c)| owner == workspace && !c.lineage.iter().any(|channel| channels.contains(channel)))
            .map(|(key, _)| key.clone())
            .collect();
        for key in forgotten {
            inner.drop_conversation(&key);
        }
        inner.watched.insert(workspace.clone(), channels);
    }

    /// Forgets a workspace whole.
    pub(super) fn forget_workspace(&self, workspace: &WorkspaceId) {
        self.set(workspace, []);
        let mut inner = self.lock();
        inner.watched.remove(workspace);
        inner.staff.remove(workspace);
    }

    /// Whether a conversation, or what holds it, is watched.
    pub(super) fn watches(&self, workspace: &WorkspaceId, place: &Place) -> bool {
        self.lock().watches(workspace, place)
    }

    /// Notes that somebody is staff, so that their messages are not taken for a customer's.
    pub(super) fn note_staff(&self, workspace: &WorkspaceId, person: &PersonId) {
        let mut inner = self.lock();
        let staff = inner.staff.entry(workspace.clone()).or_default();
        if staff.len() < MOST_STAFF {
            staff.insert(person.clone());
        }
    }

    /// Whether somebody is known to be staff.
    pub(super) fn is_known_staff(&self, workspace: &WorkspaceId, person: &PersonId) -> bool {
        self.lock().staff.get(workspace).is_some_and(|staff| staff.contains(person))
    }

    /// Takes in what happened in a conversation.
    pub(super) fn heard(&self, workspace: &WorkspaceId, place: &Place, heard: Heard, now: Timestamp) {
        let mut inner = self.lock();
        if !inner.watches(workspace, place) {
            return;
        }
        let key = (workspace.clone(), place.conversation.clone());
        match heard {
            Heard::Written(message) if message.automatic || message.text.trim().is_empty() => {}
            Heard::Written(mut message) => {
                // What counts is when it was heard: a platform's clock may be hours off.
                message.at = now;
                cut(&mut message.text);
                inner.bytes += message.text.len();
                let conversation = inner.conversations.entry(key.clone()).or_default();
                conversation.lineage = place.lineage().cloned().collect();
                // Events come twice: a message is there once.
                let mut dropped = 0;
                if let Some(known) = conversation.messages.iter().position(|m| m.id == message.id) {
                    dropped += conversation.messages.remove(known).map_or(0, |m| m.text.len());
                }
                conversation.messages.push_back(message);
                while conversation.messages.len() > MOST_MESSAGES
                    || conversation.messages.front().is_some_and(|m| now.duration_since(m.at) > KEPT)
                {
                    dropped += conversation.messages.pop_front().map_or(0, |m| m.text.len());
                }
                inner.bytes -= dropped;
                inner.make_room(&key, now);
            }
            Heard::Edited { id, text } => {
                let Some(conversation) = inner.conversations.get_mut(&key) else { return };
                let Some(message) = conversation.messages.iter_mut().find(|m| m.id == id) else { return };
                let before = message.text.len();
                message.text = text;
                cut(&mut message.text);
                let after = message.text.len();
                inner.bytes = inner.bytes - before + after;
            }
            Heard::Deleted(ids) => {
                let Some(conversation) = inner.conversations.get_mut(&key) else { return };
                let before = conversation.bytes();
                conversation.messages.retain(|m| !ids.contains(&m.id));
                let after = conversation.bytes();
                inner.bytes -= before - after;
            }
            Heard::Gone => inner.drop_conversation(&key),
        }
    }

    /// What a conversation holds, oldest first.
    pub(super) fn conversation(&self, workspace: &WorkspaceId, channel: &ChannelId, now: Timestamp) -> Vec<Message> {
        let inner = self.lock();
        let held = inner.conversations.get(&(workspace.clone(), channel.clone()));
        held.into_iter().flat_map(|c| &c.messages).filter(|m| now.duration_since(m.at) <= KEPT).cloned().collect()
    }

    /// How many messages of a person are held in a workspace.
    pub(super) fn count_of(&self, workspace: &WorkspaceId, person: &PersonId) -> usize {
        let inner = self.lock();
        let mine = inner.conversations.iter().filter(|((owner, _), _)| owner == workspace);
        mine.flat_map(|(_, c)| &c.messages).filter(|m| m.author == *person).count()
    }

    /// Deletes every message of a person in a workspace; returns how many there were.
    pub(super) fn forget_person(&self, workspace: &WorkspaceId, person: &PersonId) -> usize {
        let mut inner = self.lock();
        let (mut count, mut bytes) = (0, 0);
        for ((owner, _), conversation) in &mut inner.conversations {
            if owner == workspace {
                conversation.messages.retain(|m| {
                    let theirs = m.author == *person;
                    count += usize::from(theirs);
                    bytes += if theirs { m.text.len() } else { 0 };
                    !theirs
                });
            }
        }
        inner.bytes -= bytes;
        if let Some(staff) = inner.staff.get_mut(workspace) {
            staff.remove(person);
        }
        count
    }

    /// Lets go of everything older than two hours.
    pub(super) fn sweep(&self, now: Timestamp) {
        let mut inner = self.lock();
        let mut bytes = 0;
        inner.conversations.retain(|_, conversation| {
            conversation.messages.retain(|m| now.duration_since(m.at) <= KEPT);
            bytes += conversation.bytes();
            !conversation.messages.is_empty()
        });
        inner.bytes = bytes;
    }

    /// How many bytes of messages are held.
    pub(super) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Inner {
    fn watches(&self, workspace: &WorkspaceId, place: &Place) -> bool {
        self.watched.get(workspace).is_some_and(|channels| place.lineage().any(|channel| channels.contains(channel)))
    }

    fn drop_conversation(&mut self, key: &(WorkspaceId, ChannelId)) {
        if let Some(conversation) = self.conversations.remove(key) {
            self.bytes -= conversation.bytes();
        }
    }

    /// Lets conversations go, the longest silent first, until what is held fits again.
    fn make_room(&mut self, but: &(WorkspaceId, ChannelId), now: Timestamp) {
        if self.bytes <= MOST_BYTES {
            return;
        }
        let mut silent: Vec<_> = self
            .conversations
            .iter()
            .filter(|(key, _)| *key != but)
            .map(|(key, c)| (c.last().unwrap_or(now), key.clone()))
            .collect();
        silent.sort_unstable_by_key(|(at, _)| *at);
        // A little more than needed, so that a flood does not sort again for every message.
        for (_, key) in silent {
            if self.bytes <= MOST_BYTES - MOST_BYTES / 16 {
                break;
            }
            self.drop_conversation(&key);
        }
    }
}

fn cut(text: &mut String) {
    let mut end = text.len().min(LONGEST_MESSAGE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.shrink_to_fit();
}
