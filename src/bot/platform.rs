//! What the bot needs of a platform when nobody is asking: to post a tip, to find it again, to tell somebody.

use std::{future::Future, pin::Pin, time::Duration};

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::answer::Card;
use crate::store::{ChannelId, MessageId, PersonId, WorkspaceId};

/// A boxed future, so that platforms can be held side by side.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A chat platform, seen from the bot.
pub trait Platform: Send + Sync {
    /// Posts a card in a channel once: sent again with the same `nonce` within minutes, it stays one message.
    /// `mark` stands on the message, so that [`Platform::find`] sees it again.
    fn post<'a>(&'a self, to: &'a Destination, card: &'a Card, nonce: &'a str, mark: &'a str) -> Pending<'a, Sent>;

    /// Looks in the channel for the bot's own message that bears `mark`, written at or after `since`.
    fn find<'a>(&'a self, at: &'a Destination, mark: &'a str, since: Timestamp) -> Pending<'a, Found>;

    /// What the bot lacks in a channel to post there and to find its postings again; empty when all is granted.
    fn lacking<'a>(&'a self, at: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>>;

    /// Tells one person something in private, outside any request. What is pressed on the card there comes back
    /// without its workspace, to [`super::Bot::answer_in_private`], or with it, as any other. What is `known` by
    /// something is told once, as by [`Platform::post`]; whether it was, [`Platform::find_told`] sees.
    fn tell<'a>(
        &'a self,
        workspace: &'a WorkspaceId,
        person: &'a PersonId,
        card: &'a Card,
        known: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>>;

    /// Looks whether the person was told in private, at or after `since`, what bears `mark`. A platform that cannot
    /// look says that it never will.
    fn find_told<'a>(
        &'a self,
        _workspace: &'a WorkspaceId,
        _person: &'a PersonId,
        _mark: &'a str,
        _since: Timestamp,
    ) -> Pending<'a, Found> {
        Box::pin(async { Found::Undecided(Trouble::Gone) })
    }

    /// What becomes of people's words on the platform itself, as `/privacy` promises it.
    fn carries(&self, _workspace: &WorkspaceId) -> &'static str {
        "Discord carries your text; I keep none of it."
    }

    /// What the platform itself holds of a person in this process's memory, a line each.
    fn held(&self, _workspace: &WorkspaceId, _person: &PersonId) -> Vec<String> {
        Vec::new()
    }

    /// Deletes it; tells what it was.
    fn forget(&self, _workspace: &WorkspaceId, _person: &PersonId) -> Vec<String> {
        Vec::new()
    }

    /// Whether this process reaches the workspace at all; another one may.
    fn serves(&self, _workspace: &WorkspaceId) -> bool {
        true
    }

    /// Whether the platform lets the bot read what is written in a workspace's channels; without it nothing can be
    /// watched.
    fn reads_messages(&self, _workspace: &WorkspaceId) -> bool {
        true
    }

    /// How people come to what can be done on a message, in words after “on a message”.
    fn on_a_message(&self, _workspace: &WorkspaceId) -> &'static str {
        "in its menu"
    }
}

/// A channel of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Destination {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The channel in it.
    pub channel: ChannelId,
}

/// What a card that is told once is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<'a> {
    /// Sent again with the same within minutes, it stays one message.
    pub nonce: &'a str,
    /// What stands on the message.
    pub mark: &'a str,
}

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It stands in the channel.
    Done(MessageId),
    /// It was refused and nothing stands in the channel; trying the same again is safe.
    Refused(Trouble),
    /// Nobody knows: the answer was lost, or came too late.
    Unknown(String),
}

/// What a look in the channel found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The message is there.
    Yes(MessageId),
    /// The whole time since was seen and it is not there.
    No,
    /// The look could not decide, and why.
    Undecided(Trouble),
}

/// Why a platform would not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The bot lacks permissions there.
    #[error("the bot lacks {}", list(.0))]
    Lacking(Vec<Permission>),
    /// The channel or person is not there (any more).
    #[error("it is not there any more")]
    Gone,
    /// The person takes no private messages from the bot.
    #[error("they take no private messages")]
    Closed,
    /// The platform asks to wait.
    #[error("the platform asks to wait {} s", .0.as_secs())]
    Busy(Duration),
    /// It was certainly not done, for a reason that passes: the platform was not reached, say. It says why, as
    /// the next two do, and never what was sent.
    #[error("{0}")]
    Unsent(String),
    /// The platform refused, so that it was certainly not done, and would refuse again.
    #[error("{0}")]
    Refused(String),
    /// The platform failed, or its answer was lost; it may have been done all the same.
    #[error("{0}")]
    Failed(String),
}

/// A permission that the bot needs in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the channel.
    ViewChannel,
    /// Write in it.
    SendMessages,
    /// Show cards in it.
    EmbedLinks,
    /// Read what was written, to find a posting again.
    ReadMessageHistory,
}

impl Permission {
    /// The name that the platform's settings show.
    pub fn name(self) -> &'static str {
        match self {
            Self::ViewChannel => "View Channel",
            Self::SendMessages => "Send Messages",
            Self::EmbedLinks => "Embed Links",
            Self::ReadMessageHistory => "Read Message History",
        }
    }
}

fn list(permissions: &[Permission]) -> String {
    permissions.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ")
}

/// The time, so that tests can hold it in hand.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Waits until `when` has come; may return early.
    fn until(&self, when: Timestamp) -> Pending<'_, ()>;
}

/// An instant moved by a duration; stays within the calendar.
pub(super) fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.saturating_add(by).unwrap_or(instant)
}

/// Waits for a call of a platform, but not for ever; `None` when it took longer than `patience`.
pub(super) async fn patiently<T>(
    clock: &dyn Clock,
    patience: SignedDuration,
    call: impl Future<Output = T>,
) -> Option<T> {
    let end = later(clock.now(), patience);
    let enough = async {
        while clock.now() < end {
            clock.until(end).await;
        }
    };
    tokio::select! {
        biased;
        answer = call => Some(answer),
        () = enough => None,
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn until(&self, when: Timestamp) -> Pending<'_, ()> {
        let wait = when.duration_since(Timestamp::now()).try_into().unwrap_or(Duration::ZERO);
        Box::pin(tokio::time::sleep(wait))
    }
}

/// What a posting bears: its local date and a short hash of (workspace, channel, date).
pub fn mark(date: Date, nonce: &str) -> String {
    format!("{date} · {}", &nonce[..nonce.len().min(8)])
}
