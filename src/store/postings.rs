//! One tip, one channel, one local date: who works on it, and what became of it.
//!
//! The row of the posting is the claim. Whoever holds it works on it until `lease_until`; then anyone may take it.
//! A posting that waits to be tried again has a `lease_until` and no holder; a finished one has neither.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    ChannelId, MessageId, Next, Result, ScheduleRow, Store, StoreError, WorkspaceId, clipped, date, ensure_workspace,
    instant, instant_if_any, millis,
};

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 300;

/// What a posting is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostingKey {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The channel.
    pub channel: ChannelId,
    /// The local date.
    pub date: Date,
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
    const ALL: [(Self, &'static str); 6] = [
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
    /// Which tip, once one was picked.
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
    pub(super) fn read(row: &SqliteRow) -> Result<Self> {
        let state: &str = row.try_get("state")?;
        let state = PostingState::ALL.iter().find(|(_, name)| *name == state);
        Ok(Self {
            key: PostingKey {
                workspace: WorkspaceId::new(row.try_get::<String, _>("workspace")?),
                channel: ChannelId::new(row.try_get::<String, _>("channel")?),
                date: date(row, "date")?,
            },
            due: instant(row, "due")?,
            tip: row.try_get("tip")?,
            round: row.try_get("round")?,
            state: state.ok_or(StoreError::Unreadable { what: "state" })?.0,
            lease_until: instant_if_any(row, "lease_until")?,
            attempts: row.try_get("attempts")?,
            looks: row.try_get("looks")?,
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
    /// It is claimed, with the tip and its round.
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
    fn parts(self) -> (PostingState, Option<&'a str>) {
        let (state, reason) = match self {
            Self::Sent(_) => return (PostingState::Sent, None),
            Self::Missed(reason) => (PostingState::Missed, reason),
            Self::Failed(reason) => (PostingState::Failed, reason),
            Self::Unknown(reason) => (PostingState::Unknown, reason),
            Self::Skipped(reason) => (PostingState::Skipped, reason),
        };
        (state, Some(clipped(reason, LONGEST_REASON)))
    }

    fn is_to_be_told(self) -> bool {
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

const BY_KEY: &str = "SELECT * FROM postings WHERE workspace = $1 AND channel = $2 AND date = $3";

impl Store {
    /// Records one date of a schedule and moves the schedule on to `next`, both or neither. False when another
    /// process was faster, or the date has its posting already (the schedule then moved on all the same).
    pub async fn advance(
        &self,
        row: &ScheduleRow,
        next: Option<Next>,
        attempt: Attempt<'_>,
        now: Timestamp,
    ) -> Result<bool> {
        let Some(current) = row.next else { return Ok(false) };
        let mut transaction = self.begin().await?;
        // The comparison is what two processes race for; it comes first, so that it locks the row.
        let moved = sqlx::query(
            "UPDATE schedules SET next_date = $4, next_due = $5
             WHERE workspace = $1 AND channel = $2 AND next_due = $3",
        )
        .bind(row.workspace.as_str())
        .bind(row.channel.as_str())
        .bind(millis(current.due))
        .bind(next.map(|next| next.date.to_string()))
        .bind(next.map(|next| millis(next.due)))
        .execute(&mut *transaction)
        .await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        let (tip, round, state, reason, lease, tell) = match attempt {
            Attempt::Claim(tip, round, lease) => (Some(tip), round, PostingState::Claimed, None, Some(lease), false),
            Attempt::End(end) => (None, 0, end.parts().0, end.parts().1, None, end.is_to_be_told()),
        };
        let inserted = sqlx::query(
            "INSERT INTO postings
                 (workspace, channel, date, due, tip, round, state, reason, holder, lease_until, tell_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        )
        .bind(row.workspace.as_str())
        .bind(row.channel.as_str())
        .bind(current.date.to_string())
        .bind(millis(current.due))
        .bind(tip)
        .bind(round)
        .bind(state.name())
        .bind(reason)
        .bind(lease.map(|lease| lease.holder))
        .bind(lease.map(|lease| millis(lease.until)))
        .bind(tell.then(|| millis(now)))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(inserted.rows_affected() > 0)
    }

    /// Claims a posting ahead of its time, or opens it again when it was missed, failed or left out, or takes it over
    /// while it waits. `None` when it stands, may stand, or somebody is at it.
    pub async fn claim_now(
        &self,
        key: &PostingKey,
        tip: &str,
        round: u32,
        lease: Lease<'_>,
        now: Timestamp,
    ) -> Result<Option<Posting>> {
        let mut transaction = self.begin().await?;
        ensure_workspace(&mut transaction, &key.workspace).await?;
        let rows = sqlx::query(
            // A send whose fate is open keeps its tip: what may stand in the channel is that one.
            "INSERT INTO postings (workspace, channel, date, due, tip, round, state, holder, lease_until)
             VALUES ($1, $2, $3, $4, $5, $6, 'claimed', $7, $8)
             ON CONFLICT (workspace, channel, date) DO UPDATE SET
                 due = excluded.due, state = 'claimed', holder = excluded.holder, lease_until = excluded.lease_until,
                 tip = CASE WHEN postings.sending_since IS NULL THEN excluded.tip ELSE postings.tip END,
                 round = CASE WHEN postings.sending_since IS NULL THEN excluded.round ELSE postings.round END,
                 telling = NULL, tell_at = NULL, tellings = 0, told_at = NULL
             WHERE postings.state IN ('claimed', 'missed', 'failed', 'skipped')
                 AND (postings.holder IS NULL OR postings.lease_until <= $4)
             RETURNING *",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(millis(now))
        .bind(tip)
        .bind(round)
        .bind(lease.holder)
        .bind(millis(lease.until))
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        rows.first().map(Posting::read).transpose()
    }

    /// Postings that nobody is at any more, or that wait to be tried again, and may be taken now.
    pub async fn open_postings(&self, now: Timestamp, at_most: u32) -> Result<Vec<PostingKey>> {
        let rows = sqlx::query(
            "SELECT workspace, channel, date FROM postings WHERE lease_until <= $1 ORDER BY lease_until LIMIT $2",
        )
        .bind(millis(now))
        .bind(at_most)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(PostingKey {
                    workspace: WorkspaceId::new(row.try_get::<String, _>(0)?),
                    channel: ChannelId::new(row.try_get::<String, _>(1)?),
                    date: date(row, "date")?,
                })
            })
            .collect()
    }

    /// Takes an open posting; `None` when another process was faster.
    pub async fn take(&self, key: &PostingKey, lease: Lease<'_>, now: Timestamp) -> Result<Option<Posting>> {
        let rows = sqlx::query(
            "UPDATE postings SET holder = $4, lease_until = $5
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND lease_until <= $6 RETURNING *",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(lease.holder)
        .bind(millis(lease.until))
        .bind(millis(now))
        .fetch_all(&self.pool)
        .await?;
        rows.first().map(Posting::read).transpose()
    }

    /// Notes that the holder is about to send: from here on the message may stand in the channel. Renews the lease.
    /// False when the posting is no longer the holder's; then nothing may be sent.
    pub async fn about_to_send(&self, key: &PostingKey, lease: Lease<'_>, now: Timestamp) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE postings SET attempts = attempts + 1, sending_since = coalesce(sending_since, $5), tried_at = $5,
                 lease_until = $6
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND holder = $4",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(lease.holder)
        .bind(millis(now))
        .bind(millis(lease.until))
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// Notes that a look in the channel showed that no earlier send stands there. False when the posting is no longer
    /// the holder's.
    pub async fn nothing_stands(&self, key: &PostingKey, lease: Lease<'_>) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE postings SET sending_since = NULL, looks = 0, lease_until = $5
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND holder = $4",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(lease.holder)
        .bind(millis(lease.until))
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// Gives a held posting another tip, for one that vanished.
    pub async fn change_tip(&self, key: &PostingKey, holder: &str, tip: &str, round: u32) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE postings SET tip = $5, round = $6
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND holder = $4",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(holder)
        .bind(tip)
        .bind(round)
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// Lays a held posting down until it is tried again. False when it was no longer the holder's.
    pub async fn again(&self, key: &PostingKey, holder: &str, again: Again<'_>, now: Timestamp) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE postings SET holder = NULL, lease_until = $5, reason = $6, looks = looks + $7,
                 sending_since = CASE WHEN $8 = 1 THEN sending_since ELSE NULL END,
                 state = CASE WHEN $9 = 1 THEN 'failed' ELSE state END,
                 tell_at = CASE WHEN $9 = 1 AND told_at IS NULL AND telling IS NULL THEN $10 ELSE tell_at END
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND holder = $4",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(holder)
        .bind(millis(again.at))
        .bind(clipped(again.reason, LONGEST_REASON))
        .bind(i64::from(again.looked))
        .bind(i64::from(again.may_stand))
        .bind(i64::from(again.failed))
        .bind(millis(now))
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// Ends a held posting. A tip that stands, or may stand, counts as shown. False when it was no longer the
    /// holder's.
    pub async fn finish(&self, key: &PostingKey, holder: &str, end: Final<'_>, now: Timestamp) -> Result<bool> {
        let (state, reason) = end.parts();
        let message = match end {
            Final::Sent(message) => Some(message.as_str()),
            _ => None,
        };
        let mut transaction = self.begin().await?;
        let rows = sqlx::query(
            "UPDATE postings SET holder = NULL, lease_until = NULL, state = $5, message = $6, reason = $7,
                 tell_at = CASE WHEN $8 = 0 THEN NULL WHEN told_at IS NULL AND telling IS NULL THEN $9
                     ELSE tell_at END
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND holder = $4 RETURNING tip, round",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(holder)
        .bind(state.name())
        .bind(message)
        .bind(reason)
        .bind(i64::from(end.is_to_be_told()))
        .bind(millis(now))
        .fetch_all(&mut *transaction)
        .await?;
        let Some(row) = rows.first() else { return Ok(false) };
        if let (Final::Sent(_) | Final::Unknown(_), Some(tip)) = (end, row.try_get::<Option<String>, _>(0)?) {
            remember_shown(&mut transaction, key, &tip, row.try_get(1)?, now).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// One posting.
    pub async fn posting(&self, key: &PostingKey) -> Result<Option<Posting>> {
        let row = sqlx::query(BY_KEY)
            .bind(key.workspace.as_str())
            .bind(key.channel.as_str())
            .bind(key.date.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(Posting::read).transpose()
    }

    /// A channel's postings from a date on, latest first.
    pub async fn postings(&self, workspace: &WorkspaceId, channel: &ChannelId, from: Date) -> Result<Vec<Posting>> {
        let rows = sqlx::query(
            "SELECT * FROM postings WHERE workspace = $1 AND channel = $2 AND date >= $3 ORDER BY date DESC LIMIT 400",
        )
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .bind(from.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Posting::read).collect()
    }

    /// What a channel saw in which round, with what it is about to see: one entry a tip.
    pub async fn shown(&self, workspace: &WorkspaceId, channel: &ChannelId) -> Result<Vec<Shown>> {
        let rows = sqlx::query(
            "SELECT tip, max(round) AS round, max(shown_at) AS shown_at FROM (
                 SELECT tip, round, shown_at FROM shown WHERE workspace = $1 AND channel = $2
                 UNION ALL
                 SELECT tip, round, due AS shown_at FROM postings
                 WHERE workspace = $1 AND channel = $2 AND lease_until IS NOT NULL AND tip IS NOT NULL
             ) AS seen GROUP BY tip ORDER BY shown_at DESC, tip",
        )
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .enumerate()
            .map(|(place, row)| {
                Ok(Shown { tip: row.try_get("tip")?, round: row.try_get("round")?, latest: place == 0 })
            })
            .collect()
    }

    /// Forgets finished postings that were due before an instant; which tips were shown stays known.
    pub async fn prune_postings(&self, before: Timestamp) -> Result<()> {
        sqlx::query("DELETE FROM postings WHERE due < $1 AND lease_until IS NULL AND tell_at IS NULL")
            .bind(millis(before))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

async fn remember_shown(
    transaction: &mut Transaction<'static, Sqlite>,
    key: &PostingKey,
    tip: &str,
    round: u32,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO shown (workspace, channel, tip, round, shown_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workspace, channel, tip) DO UPDATE SET round = excluded.round, shown_at = excluded.shown_at",
    )
    .bind(key.workspace.as_str())
    .bind(key.channel.as_str())
    .bind(tip)
    .bind(round)
    .bind(millis(now))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
