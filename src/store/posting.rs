//! A posting, and what can be recorded about it.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use sqlx::{Row, any::AnyRow};

use super::{ChannelId, MessageId, Result, StoreError, WorkspaceId, clipped, count, date, instant, instant_if_any};

/// The columns that a posting is read from, by name: a statement that was prepared before another process changed the
/// schema would count those of `*` wrongly.
macro_rules! posting_columns {
    () => {
        "workspace, channel, kind, date, due, tip, round, state, lease_until, attempts, looks, sending_since, tried_at, \
         message, reason, tellings, told_at"
    };
}
pub(super) use posting_columns;

/// The longest reason that is kept, in characters.
pub(super) const LONGEST_REASON: usize = 300;

/// What is posted. A channel and local date bear one posting of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostingKind {
    /// The daily tip.
    #[default]
    Tip,
    /// The weekly recap.
    Recap,
    /// A new post of the blog, announced.
    Post,
}

impl PostingKind {
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Tip, "tip"), (Self::Recap, "recap"), (Self::Post, "post")];

    /// The word for it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("tip", |(_, name)| name)
    }

    /// Whose schedule says that it is wanted in a channel: posts are announced where tips are posted.
    #[must_use]
    pub fn schedule(self) -> Self {
        if self == Self::Recap { Self::Recap } else { Self::Tip }
    }

    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        let name: &str = row.try_get("kind")?;
        let kind = Self::ALL.iter().find(|(_, known)| *known == name);
        Ok(kind.ok_or(StoreError::Unreadable { what: "kind" })?.0)
    }
}

/// What a posting is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostingKey {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The channel.
    pub channel: ChannelId,
    /// The local date.
    pub date: Date,
    /// What is posted.
    pub kind: PostingKind,
}

impl PostingKey {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            workspace: WorkspaceId::new(row.try_get::<String, _>("workspace")?),
            channel: ChannelId::new(row.try_get::<String, _>("channel")?),
            date: date(row, "date")?,
            kind: PostingKind::read(row)?,
        })
    }
}

/// What became of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostingState {
    /// Somebody is at it, or it waits to be tried again.
    Claimed,
    /// It stands in the channel.
    Sent,
    /// Its time passed while nobody was there to send it.
    Missed,
    /// It could not be sent, and why.
    Failed,
    /// Nobody can tell whether it stands in the channel.
    Unknown,
    /// It was left out on purpose.
    Skipped,
}

impl PostingState {
    pub(crate) const ALL: [(Self, &'static str); 6] = [
        (Self::Claimed, "claimed"),
        (Self::Sent, "sent"),
        (Self::Missed, "missed"),
        (Self::Failed, "failed"),
        (Self::Unknown, "unknown"),
        (Self::Skipped, "skipped"),
    ];

    /// The word for it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("unknown", |(_, name)| name)
    }
}

impl fmt::Display for PostingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A posting as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// What it is known by.
    pub key: PostingKey,
    /// When it was due.
    pub due: Timestamp,
    /// Which tip, once one was picked; for a recap the tip that it repeats, for a blog post what it is known by.
    pub tip: Option<String>,
    /// The round that the tip belongs to.
    pub round: u32,
    /// What became of it.
    pub state: PostingState,
    /// Until when its holder has it, or when it is tried again; none when nothing more is done.
    pub lease_until: Option<Timestamp>,
    /// How often it was sent.
    pub attempts: u32,
    /// How often a look in the channel could not decide.
    pub looks: u32,
    /// The first send of which nobody knows whether it stands.
    pub sending_since: Option<Timestamp>,
    /// The last send.
    pub tried_at: Option<Timestamp>,
    /// The message in the channel.
    pub message: Option<MessageId>,
    /// Why it is not sent (yet).
    pub reason: Option<String>,
    /// When it was told that it went wrong.
    pub told_at: Option<Timestamp>,
}

impl Posting {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        let state: &str = row.try_get("state")?;
        let state = PostingState::ALL.iter().find(|(_, name)| *name == state);
        Ok(Self {
            key: PostingKey::read(row)?,
            due: instant(row, "due")?,
            tip: row.try_get("tip")?,
            round: count(row, "round")?,
            state: state.ok_or(StoreError::Unreadable { what: "state" })?.0,
            lease_until: instant_if_any(row, "lease_until")?,
            attempts: count(row, "attempts")?,
            looks: count(row, "looks")?,
            sending_since: instant_if_any(row, "sending_since")?,
            tried_at: instant_if_any(row, "tried_at")?,
            message: row.try_get::<Option<String>, _>("message")?.map(MessageId::new),
            reason: row.try_get("reason")?,
            told_at: instant_if_any(row, "told_at")?,
        })
    }
}

/// A tip that a channel saw, or is about to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The tip's id.
    pub tip: String,
    /// The round it was last shown in.
    pub round: u32,
    /// Whether it was the last of all.
    pub latest: bool,
}

/// Who claims, and until when.
#[derive(Clone, Copy, Debug)]
pub struct Lease<'a> {
    /// The process.
    pub holder: &'a str,
    /// When another may take over.
    pub until: Timestamp,
}

/// What is recorded about a date of a schedule as it comes due.
#[derive(Clone, Copy, Debug)]
pub enum Attempt<'a> {
    /// It is claimed, with the tip (or what else it is about) and its round.
    Claim(&'a str, u32, Lease<'a>),
    /// It ends at once.
    End(Final<'a>),
}

/// How a posting ends.
#[derive(Clone, Copy, Debug)]
pub enum Final<'a> {
    /// It stands in the channel as this message.
    Sent(&'a MessageId),
    /// Its time passed, and why.
    Missed(&'a str),
    /// It could not be sent, and why.
    Failed(&'a str),
    /// Nobody can tell, and why.
    Unknown(&'a str),
    /// It was left out, and why.
    Skipped(&'a str),
}

impl<'a> Final<'a> {
    pub(super) fn parts(self) -> (PostingState, Option<&'a str>) {
        let (state, reason) = match self {
            Self::Sent(_) => return (PostingState::Sent, None),
            Self::Missed(reason) => (PostingState::Missed, reason),
            Self::Failed(reason) => (PostingState::Failed, reason),
            Self::Unknown(reason) => (PostingState::Unknown, reason),
            Self::Skipped(reason) => (PostingState::Skipped, reason),
        };
        (state, Some(clipped(reason, LONGEST_REASON)))
    }

    /// The state it ends in.
    pub fn state(self) -> PostingState {
        self.parts().0
    }

    pub(super) fn is_to_be_told(self) -> bool {
        matches!(self, Self::Missed(_) | Self::Failed(_) | Self::Unknown(_))
    }
}

/// How a posting waits to be tried again.
#[derive(Clone, Copy, Debug)]
pub struct Again<'a> {
    /// When.
    pub at: Timestamp,
    /// Why it was not sent yet.
    pub reason: &'a str,
    /// Whether a send may yet turn out to stand in the channel.
    pub may_stand: bool,
    /// Whether a look in the channel could not decide.
    pub looked: bool,
    /// Whether it counts as failed until then, and is told.
    pub failed: bool,
}
