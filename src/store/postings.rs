//! One posting of a kind, one channel, one local date: who works on it, and what became of it.
//!
//! The row of the posting is the claim. Whoever holds it works on it until `lease_until`; then anyone may take it.
//! A posting that waits to be tried again has a `lease_until` and no holder; a finished one has neither.

use jiff::{Timestamp, civil::Date};
use sqlx::Row;

use super::{
    Again, Attempt, ChannelId, Final, Lease, Next, Posting, PostingKey, PostingKind, PostingState, Result, ScheduleRow,
    Shown, Store, WorkspaceId, Writing, clipped, count, date, millis,
    posting::{LONGEST_REASON, posting_columns},
};

const BY_KEY: &str = concat!(
    "SELECT ",
    posting_columns!(),
    " FROM postings WHERE workspace = $1 AND channel = $2 AND date = $3 AND kind = $4"
);

impl Store {
    /// Records one date of a schedule and moves the schedule on to `next`, both or neither. `None` when another
    /// process was faster, or the date has its posting already (the schedule then moved on all the same).
    pub async fn advance(
        &self,
        row: &ScheduleRow,
        next: Option<Next>,
        attempt: Attempt<'_>,
        now: Timestamp,
    ) -> Result<Option<Posting>> {
        let Some(current) = row.next else { return Ok(None) };
        let mut transaction = self.begin_among(&row.workspace).await?;
        // The comparison is what two processes race for. Not by the index on `next_due`: a thousand may be due at once.
        let moved = sqlx::query(
            "UPDATE schedules SET next_date = $4, next_due = $5
             WHERE workspace = $1 AND channel = $2 AND coalesce(next_due, 0) = $3 AND kind = $6",
        )
        .bind(row.workspace.as_str())
        .bind(row.channel.as_str())
        .bind(millis(current.due))
        .bind(next.map(|next| next.date.to_string()))
        .bind(next.map(|next| millis(next.due)))
        .bind(row.kind.name())
        .execute(&mut *transaction)
        .await?;
        if moved.rows_affected() == 0 {
            return Ok(None);
        }
        let (tip, round, state, reason, lease, tell) = match attempt {
            Attempt::Claim(tip, round, lease) => (Some(tip), round, PostingState::Claimed, None, Some(lease), false),
            Attempt::End(end) => (None, 0, end.parts().0, end.parts().1, None, end.is_to_be_told()),
        };
        let rows = sqlx::query(concat!(
            "INSERT INTO postings
                 (workspace, channel, date, due, tip, round, state, reason, holder, lease_until, tell_at, kind)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING ",
            posting_columns!()
        ))
        .bind(row.workspace.as_str())
        .bind(row.channel.as_str())
        .bind(current.date.to_string())
        .bind(millis(current.due))
        .bind(tip)
        .bind(i64::from(round))
        .bind(state.name())
        .bind(reason)
        .bind(lease.map(|lease| lease.holder))
        .bind(lease.map(|lease| millis(lease.until)))
        .bind(tell.then(|| millis(now)))
        .bind(row.kind.name())
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        rows.first().map(Posting::read).transpose()
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
        let mut transaction = self.begin_in(&key.workspace).await?;
        let rows = sqlx::query(concat!(
            // A send whose fate is open keeps its tip: what may stand in the channel is that one.
            "INSERT INTO postings (workspace, channel, date, due, tip, round, state, holder, lease_until, kind)
             VALUES ($1, $2, $3, $4, $5, $6, 'claimed', $7, $8, $9)
             ON CONFLICT (workspace, channel, kind, date) DO UPDATE SET
                 due = excluded.due, state = 'claimed', holder = excluded.holder, lease_until = excluded.lease_until,
                 tip = CASE WHEN postings.sending_since IS NULL THEN excluded.tip ELSE postings.tip END,
                 round = CASE WHEN postings.sending_since IS NULL THEN excluded.round ELSE postings.round END,
                 telling = NULL, tell_at = NULL, tellings = 0, told_at = NULL
             WHERE postings.state IN ('claimed', 'missed', 'failed', 'skipped')
                 AND (postings.holder IS NULL OR postings.lease_until <= $4) RETURNING ",
            posting_columns!()
        ))
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(millis(now))
        .bind(tip)
        .bind(i64::from(round))
        .bind(lease.holder)
        .bind(millis(lease.until))
        .bind(key.kind.name())
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        rows.first().map(Posting::read).transpose()
    }

    /// Opens a posting to be taken up from `now` on, unless its key has one; false where it has.
    pub async fn open_posting(&self, key: &PostingKey, name: &str, now: Timestamp) -> Result<bool> {
        let mut transaction = self.begin_in(&key.workspace).await?;
        let inserted = sqlx::query(
            "INSERT INTO postings (workspace, channel, date, due, tip, state, lease_until, kind)
             VALUES ($1, $2, $3, $4, $5, 'claimed', $4, $6) ON CONFLICT DO NOTHING",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(millis(now))
        .bind(name)
        .bind(key.kind.name())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(inserted.rows_affected() > 0)
    }

    /// Postings that nobody is at any more, or that wait to be tried again, and may be taken now.
    pub async fn open_postings(&self, now: Timestamp, at_most: u32) -> Result<Vec<PostingKey>> {
        let rows = sqlx::query(
            "SELECT workspace, channel, date, kind FROM postings WHERE lease_until <= $1 ORDER BY lease_until LIMIT $2",
        )
        .bind(millis(now))
        .bind(i64::from(at_most))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(PostingKey::read).collect()
    }

    /// Takes an open posting; `None` when another process was faster.
    pub async fn take(&self, key: &PostingKey, lease: Lease<'_>, now: Timestamp) -> Result<Option<Posting>> {
        let rows = sqlx::query(concat!(
            "UPDATE postings SET holder = $4, lease_until = $5
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND kind = $7 AND lease_until <= $6 RETURNING ",
            posting_columns!()
        ))
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(lease.holder)
        .bind(millis(lease.until))
        .bind(millis(now))
        .bind(key.kind.name())
        .fetch_all(&self.pool)
        .await?;
        rows.first().map(Posting::read).transpose()
    }

    /// Notes that the holder is about to send: from here on the message may stand in the channel. Renews the lease;
    /// looks that were made for an earlier send, or for none, count no more.
    /// False when the posting is no longer the holder's; then nothing may be sent.
    pub async fn about_to_send(&self, key: &PostingKey, lease: Lease<'_>, now: Timestamp) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE postings SET attempts = attempts + 1, sending_since = coalesce(sending_since, $5), tried_at = $5,
                 lease_until = $6, looks = 0
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND kind = $7 AND holder = $4",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(lease.holder)
        .bind(millis(now))
        .bind(millis(lease.until))
        .bind(key.kind.name())
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// Notes that a look in the channel showed that no earlier send stands there. False when the posting is no longer
    /// the holder's.
    pub async fn nothing_stands(&self, key: &PostingKey, lease: Lease<'_>) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE postings SET sending_since = NULL, looks = 0, lease_until = $5
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND kind = $6 AND holder = $4",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(lease.holder)
        .bind(millis(lease.until))
        .bind(key.kind.name())
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// Gives a held posting another tip, for one that vanished.
    pub async fn change_tip(&self, key: &PostingKey, holder: &str, tip: &str, round: u32) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE postings SET tip = $5, round = $6
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND kind = $7 AND holder = $4",
        )
        .bind(key.workspace.as_str())
        .bind(key.channel.as_str())
        .bind(key.date.to_string())
        .bind(holder)
        .bind(tip)
        .bind(i64::from(round))
        .bind(key.kind.name())
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
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND kind = $11 AND holder = $4",
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
        .bind(key.kind.name())
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
        let mut transaction = self.begin_among(&key.workspace).await?;
        let rows = sqlx::query(
            "UPDATE postings SET holder = NULL, lease_until = NULL, state = $5, message = $6, reason = $7,
                 tell_at = CASE WHEN $8 = 0 THEN NULL WHEN told_at IS NULL AND telling IS NULL THEN $9
                     ELSE tell_at END
             WHERE workspace = $1 AND channel = $2 AND date = $3 AND kind = $10 AND holder = $4 RETURNING tip, round",
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
        .bind(key.kind.name())
        .fetch_all(&mut *transaction)
        .await?;
        let Some(row) = rows.first() else { return Ok(false) };
        if key.kind == PostingKind::Tip
            && let (Final::Sent(_) | Final::Unknown(_), Some(tip)) = (end, row.try_get::<Option<String>, _>(0)?)
        {
            remember_shown(&mut transaction, key, &tip, count(row, "round")?, now).await?;
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
            .bind(key.kind.name())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(Posting::read).transpose()
    }

    /// A channel's postings of every kind from a date on, latest first.
    pub async fn postings(&self, workspace: &WorkspaceId, channel: &ChannelId, from: Date) -> Result<Vec<Posting>> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            posting_columns!(),
            " FROM postings WHERE workspace = $1 AND channel = $2 AND date >= $3 ORDER BY date DESC, kind LIMIT 400"
        ))
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .bind(from.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Posting::read).collect()
    }

    /// The dates of a workspace's tips that were posted, from a date on.
    pub async fn sent_since(&self, workspace: &WorkspaceId, from: Date) -> Result<Vec<Date>> {
        let rows = sqlx::query(
            "SELECT date FROM postings WHERE workspace = $1 AND date >= $2 AND state = 'sent' AND kind = 'tip'",
        )
        .bind(workspace.as_str())
        .bind(from.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| date(row, "date")).collect()
    }

    /// What a channel saw in which round, with what it is about to see: one entry a tip.
    pub async fn shown(&self, workspace: &WorkspaceId, channel: &ChannelId) -> Result<Vec<Shown>> {
        let rows = sqlx::query(
            "SELECT tip, max(round) AS round, max(shown_at) AS shown_at FROM (
                 SELECT tip, round, shown_at FROM shown WHERE workspace = $1 AND channel = $2
                 UNION ALL
                 SELECT tip, round, due AS shown_at FROM postings
                 WHERE workspace = $1 AND channel = $2 AND kind = 'tip' AND lease_until IS NOT NULL
                     AND tip IS NOT NULL
             ) AS seen GROUP BY tip ORDER BY shown_at DESC, tip",
        )
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .enumerate()
            .map(|(place, row)| Ok(Shown { tip: row.try_get("tip")?, round: count(row, "round")?, latest: place == 0 }))
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
    transaction: &mut Writing,
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
    .bind(i64::from(round))
    .bind(millis(now))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
