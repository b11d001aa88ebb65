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
/// What a message takes besides its texts, roughly; without it a flood of short ones would cost many times the bound.
const PER_MESSAGE: usize = 256;
/// What a conversation takes besides its messages, roughly.
const PER_CONVERSATION: usize = 1_024;
/// How long anything is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(2);
/// The most people per workspace that are known to be staff because they used a staff command.
const MOST_STAFF: usize = 2_000;

/// The workspace and the conversation itself.
type Key = (WorkspaceId, ChannelId);

/// The conversations that are watched, and what they hold.
#[derive(Default)]
pub(super) struct Watching {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// What each workspace watches.
    watched: HashMap<WorkspaceId, HashSet<ChannelId>>,
    conversations: HashMap<Key, Conversation>,
    staff: HashMap<WorkspaceId, HashSet<PersonId>>,
    bytes: usize,
}

#[derive(Default)]
struct Conversation {
    lineage: Vec<ChannelId>,
    messages: VecDeque<Message>,
}

/// What a message takes, roughly.
fn bytes(message: &Message) -> usize {
    let roles: usize = message.roles.iter().map(|role| role.as_str().len() + 24).sum();
    PER_MESSAGE + message.text.len() + message.id.as_str().len() + message.author.as_str().len() + roles
}

impl Conversation {
    fn bytes(&self) -> usize {
        PER_CONVERSATION + self.messages.iter().map(bytes).sum::<usize>()
    }

    /// Takes in a message and lets go of what is too much or too old; says how many bytes came and how many went.
    fn add(&mut self, message: Message, now: Timestamp) -> (usize, usize) {
        let (mut came, mut went) = (0, 0);
        // Events come twice: a message is there once, in its place, as it was edited last.
        if self.messages.iter().all(|m| m.id != message.id) {
            came = bytes(&message);
            self.messages.push_back(message);
        }
        while self.messages.len() > MOST_MESSAGES
            || self.messages.front().is_some_and(|m| now.duration_since(m.at) > KEPT)
        {
            went += self.messages.pop_front().as_ref().map_or(0, bytes);
        }
        (came, went)
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
        inner.drop_conversations(|owner, lineage| owner == workspace && !lineage.iter().any(|c| channels.contains(c)));
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
        if matches!(heard, Heard::Gone) {
            // What lies in it goes with it, and the platform need not say so for each.
            return inner
                .drop_conversations(|owner, lineage| owner == workspace && lineage.contains(&place.conversation));
        }
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
                inner.add(&key, place, message, now);
                inner.make_room(&key, now);
            }
            Heard::Edited { id, mut text } => {
                cut(&mut text);
                inner.change(&key, |conversation| {
                    if text.trim().is_empty() {
                        conversation.messages.retain(|m| m.id != id);
                    } else if let Some(message) = conversation.messages.iter_mut().find(|m| m.id == id) {
                        message.text = text;
                    }
                });
                inner.make_room(&key, now);
            }
            Heard::Deleted(ids) => {
                inner.change(&key, |conversation| conversation.messages.retain(|m| !ids.contains(&m.id)));
            }
            Heard::Gone => {}
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
        let mut count = 0;
        for key in inner.keys_of(workspace) {
            inner.change(&key, |conversation| {
                let before = conversation.messages.len();
                conversation.messages.retain(|m| m.author != *person);
                count += before - conversation.messages.len();
            });
        }
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
            let kept = !conversation.messages.is_empty();
            bytes += if kept { conversation.bytes() } else { 0 };
            kept
        });
        inner.bytes = bytes;
    }

    /// How many bytes what is held takes, roughly.
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

    fn keys_of(&self, workspace: &WorkspaceId) -> Vec<Key> {
        self.conversations.keys().filter(|(owner, _)| owner == workspace).cloned().collect()
    }

    /// Changes a conversation, where there is one; an empty one is let go.
    fn change(&mut self, key: &Key, change: impl FnOnce(&mut Conversation)) {
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        let before = conversation.bytes();
        change(conversation);
        self.bytes = self.bytes - before + conversation.bytes();
        if conversation.messages.is_empty() {
            self.drop_conversation(key);
        }
    }

    /// Takes a message into its conversation, without counting the others again: this is done for every message.
    fn add(&mut self, key: &Key, place: &Place, message: Message, now: Timestamp) {
        if !self.conversations.contains_key(key) {
            let begun = Conversation::default();
            self.bytes += begun.bytes();
            self.conversations.insert(key.clone(), begun);
        }
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        if !conversation.lineage.iter().eq(place.lineage()) {
            conversation.lineage = place.lineage().cloned().collect();
        }
        let (came, went) = conversation.add(message, now);
        let empty = conversation.messages.is_empty();
        self.bytes = self.bytes + came - went;
        if empty {
            self.drop_conversation(key);
        }
    }

    fn drop_conversation(&mut self, key: &Key) {
        if let Some(conversation) = self.conversations.remove(key) {
            self.bytes -= conversation.bytes();
        }
    }

    /// Lets go of the conversations whose workspace and lineage are such.
    fn drop_conversations(&mut self, such: impl Fn(&WorkspaceId, &[ChannelId]) -> bool) {
        let bytes = &mut self.bytes;
        self.conversations.retain(|(owner, _), conversation| {
            let dropped = such(owner, &conversation.lineage);
            *bytes -= if dropped { conversation.bytes() } else { 0 };
            !dropped
        });
    }

    /// Lets conversations go, the longest silent first, until what is held fits again.
    fn make_room(&mut self, but: &Key, now: Timestamp) {
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
