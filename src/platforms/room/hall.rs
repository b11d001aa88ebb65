//! The room itself: what was said, who is there and what happened, behind one lock, so that what a page reads at once
//! and what it is told afterwards fit together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::watch;

use super::{
    channels::Channels,
    seats::{self, Channel, Sitter},
    sessions::{Sessions, Viewer},
    streams::{Audience, Log},
    wire::{self, Author, Message, PrivateCard},
};
use crate::bot::{self, Clock};

/// The most characters of one message.
pub(super) const LONGEST_MESSAGE: usize = 4_000;

/// How long what somebody said is held: with a minute from one sweep to the next, two hours at most.
const KEPT: SignedDuration = SignedDuration::from_mins(119);

/// How much the room holds of somebody.
pub(super) struct Held {
    /// Messages that they wrote in its channels.
    pub(super) messages: usize,
    /// Cards that only they see.
    pub(super) cards: usize,
}

/// The room.
pub(super) struct Hall {
    inner: Mutex<Inner>,
    changed: watch::Sender<()>,
    pub(super) clock: Arc<dyn Clock>,
}

struct Inner {
    channels: Channels,
    sessions: Sessions,
    log: Log,
}

/// What a page reads at once.
pub(super) struct Snapshot {
    pub(super) messages: Vec<(&'static Channel, Vec<Message>)>,
    pub(super) private: Vec<PrivateCard>,
    pub(super) last: u64,
}

impl Hall {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        // In thousandths of a millisecond: no process comes that far, and JavaScript still counts exactly.
        let start = u64::try_from(clock.now().as_millisecond()).unwrap_or_default() * 1_000;
        let inner = Inner { channels: Channels::default(), sessions: Sessions::default(), log: Log::new(start) };
        Self { inner: Mutex::new(inner), changed: watch::Sender::new(()), clock }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the room, and tells everybody who listens that something happened.
    fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.send_replace(());
        changed
    }

    pub(super) fn with_log<T>(&self, read: impl FnOnce(&Log) -> T) -> T {
        read(&self.lock().log)
    }

    /// A number that nothing else bears.
    pub(super) fn number(&self) -> u64 {
        self.lock().log.number()
    }

    pub(super) fn opened(&self, viewer: &Viewer) -> watch::Receiver<()> {
        let now = self.clock.now();
        let mut inner = self.lock();
        let gone = inner.sessions.opened(viewer, now);
        inner.log.forget(&gone);
        self.changed.subscribe()
    }

    pub(super) fn closed(&self, viewer: &Viewer) {
        self.lock().sessions.closed(viewer, self.clock.now());
    }

    /// Notes that somebody is there.
    pub(super) fn note(&self, viewer: &Viewer) {
        let now = self.clock.now();
        let mut inner = self.lock();
        let gone = inner.sessions.note(viewer, now);
        inner.log.forget(&gone);
    }

    pub(super) fn snapshot(&self, viewer: Option<&Viewer>) -> Snapshot {
        let inner = self.lock();
        let messages = |channel: &'static Channel| (channel, inner.channels.of(channel).cloned().collect());
        Snapshot {
            messages: seats::CHANNELS.iter().map(messages).collect(),
            private: viewer.into_iter().flat_map(|viewer| inner.sessions.cards(viewer)).cloned().collect(),
            last: inner.log.last(),
        }
    }

    /// A message in a channel, from its author; gives back its id.
    pub(super) fn say(&self, channel: &'static Channel, author: Author, at: Timestamp, text: &str) -> String {
        self.change(|inner| {
            let id = inner.new_id();
            let message = Message {
                id: id.clone(),
                channel: channel.id,
                author,
                at: at.to_string(),
                text: Some(text.to_owned()),
                card: None,
            };
            inner.add(message, None);
            id
        })
    }

    /// A card of the bot's for everybody; gives back its id.
    pub(super) fn post(&self, channel: &'static Channel, card: &bot::Card, bears: Option<(&str, &str)>) -> String {
        let at = self.clock.now();
        self.change(|inner| {
            if let Some(stands) = bears.and_then(|(nonce, _)| inner.channels.sent_with(channel, nonce)) {
                return stands.id.clone();
            }
            let id = inner.new_id();
            inner.add(of_bot(id.clone(), channel, at, card), bears);
            id
        })
    }

    /// A card that the bot posted before this process began.
    pub(super) fn restore(&self, channel: &'static Channel, id: &str, at: Timestamp, card: &bot::Card) {
        self.change(|inner| inner.add(of_bot(id.to_owned(), channel, at, card), None));
    }

    /// The posting that bears a mark.
    pub(super) fn bearing(&self, channel: &Channel, mark: &str) -> Option<String> {
        self.lock().channels.bearing(channel, mark).map(|message| message.id.clone())
    }

    pub(super) fn message(&self, channel: &Channel, id: &str) -> Option<Message> {
        self.lock().channels.message(channel, id).cloned()
    }

    /// Changes what somebody wrote themselves; false where it is not theirs, or not there.
    pub(super) fn edit(&self, channel: &Channel, id: &str, by: &Sitter, text: &str) -> bool {
        self.change(|inner| {
            let edited = inner.channels.edit(channel, id, by, text);
            edited.map(|message| inner.log.add_message("changed", &message)).is_some()
        })
    }

    /// Deletes what somebody wrote themselves; false where it is not theirs, or not there.
    pub(super) fn delete(&self, channel: &Channel, id: &str, by: &Sitter) -> bool {
        self.change(|inner| {
            let deleted = inner.channels.delete(channel, id, by);
            if deleted {
                inner.deleted(channel.id, id);
            }
            deleted
        })
    }

    /// A card for one person: a new one, or in place of the one that they see under `id`.
    pub(super) fn show(
        &self,
        viewer: &Viewer,
        channel: &Channel,
        id: Option<&str>,
        card: &bot::Card,
    ) -> (PrivateCard, bool) {
        let now = self.clock.now();
        self.change(|inner| {
            let gone = inner.sessions.note(viewer, now);
            inner.log.forget(&gone);
            let known = id.filter(|id| inner.sessions.cards(viewer).any(|card| card.id == **id));
            let id = known.map_or_else(|| inner.new_id(), str::to_owned);
            let shown = PrivateCard { id, channel: channel.id, card: wire::Card::from(card) };
            inner.show(viewer, &shown);
            (shown, known.is_some())
        })
    }

    /// A card for somebody, in each of their browsers.
    pub(super) fn tell(&self, sitter: &Sitter, channel: &Channel, card: &bot::Card) {
        self.change(|inner| {
            let shown = PrivateCard { id: inner.new_id(), channel: channel.id, card: wire::Card::from(card) };
            for viewer in inner.sessions.tell(sitter, &shown) {
                inner.show(&viewer, &shown);
            }
        });
    }

    /// Takes a private card away; one that is gone already is fine.
    pub(super) fn dismiss(&self, viewer: &Viewer, id: &str) {
        self.change(|inner| {
            if inner.sessions.dismiss(viewer, id) {
                inner.gone(viewer, id);
            }
        });
    }

    /// Forgets whoever has been away too long, and what people said too long ago. Cards of the bot's and the example
    /// tickets are nobody's words, and stay.
    pub(super) fn sweep(&self) {
        let now = self.clock.now();
        self.change(|inner| {
            let gone = inner.sessions.sweep(now);
            inner.log.forget(&gone);
            let old = |at: Timestamp| now.duration_since(at) > KEPT;
            inner.let_go(|message| Sitter::read(&message.author.id).is_some() && message.at.parse().is_ok_and(old));
        });
    }

    /// What is here of somebody.
    pub(super) fn held(&self, sitter: &Sitter) -> Held {
        let (inner, id) = (self.lock(), sitter.id());
        let messages = seats::CHANNELS.iter().flat_map(|channel| inner.channels.of(channel));
        Held {
            messages: messages.filter(|message| message.author.id == id).count(),
            cards: inner.sessions.cards_of(sitter).len(),
        }
    }

    /// Forgets what is here of somebody; gives back what it was.
    pub(super) fn forget(&self, sitter: &Sitter) -> Held {
        let id = sitter.id();
        self.change(|inner| {
            let messages = inner.let_go(|message| message.author.id == id);
            let cards = inner.sessions.forget(sitter);
            for (viewer, id) in &cards {
                inner.gone(viewer, id);
            }
            Held { messages, cards: cards.len() }
        })
    }
}

impl Inner {
    fn new_id(&mut self) -> String {
        format!("{:x}", self.log.number())
    }

    fn add(&mut self, message: Message, bears: Option<(&str, &str)>) {
        let channel = message.channel;
        self.log.add_message("message", &message);
        if let Some(gone) = self.channels.add(message, bears) {
            self.deleted(channel, &gone);
        }
    }

    /// Lets go of messages; says of how many.
    fn let_go(&mut self, such: impl Fn(&Message) -> bool) -> usize {
        let gone = self.channels.let_go(such);
        for (channel, id) in &gone {
            self.deleted(channel, id);
        }
        gone.len()
    }

    fn show(&mut self, viewer: &Viewer, card: &PrivateCard) {
        if let Some(gone) = self.sessions.show(viewer, card.clone()) {
            self.gone(viewer, &gone);
        }
        self.log.add_private(card, viewer);
    }

    fn gone(&mut self, viewer: &Viewer, card: &str) {
        let only = Audience::Only(viewer.clone());
        self.log.strike(card, &only);
        self.log.add("gone", &json!({"id": card}), only);
    }

    fn deleted(&mut self, channel: &str, id: &str) {
        self.log.strike(id, &Audience::Everybody);
        self.log.add("deleted", &json!({"channel": channel, "id": id}), Audience::Everybody);
    }
}

fn of_bot(id: String, channel: &'static Channel, at: Timestamp, card: &bot::Card) -> Message {
    Message {
        id,
        channel: channel.id,
        author: Author::bot(),
        at: at.to_string(),
        text: None,
        card: Some(wire::Card::from(card)),
    }
}
