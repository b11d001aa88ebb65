//! Telling that postings went wrong: claimed like a posting, so that it is told once.

use jiff::{Timestamp, civil::Date};

use super::{ChannelId, Posting, Result, Store, WorkspaceId, count, date, instant, millis, posting::posting_columns};

/// Postings of one channel that are told together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// What the telling is known by; stays the same when another process takes it over.
    pub id: String,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The channel whose postings went wrong.
    pub channel: ChannelId,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// Whether somebody may have told it already, wholly or not.
    pub taken_up: bool,
    /// The earliest date of all that it was ever about, and when that was due: what it was about may have come right
    /// meanwhile, and what it is known by must not change with that.
    pub first: (Date, Timestamp),
    /// What went wrong, earliest first; at least one.
    pub postings: Vec<Posting>,
}

impl Store {
    /// Channels with postings that are to be told.
    pub async fn untold(&self, now: Timestamp, at_most: u32) -> Result<Vec<(WorkspaceId, ChannelId)>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT DISTINCT workspace, channel FROM postings WHERE tell_at <= $1 LIMIT $2")
                .bind(millis(now))
                .bind(i64::from(at_most))
                .fetch_all(&self.pool)
                .await?;
        Ok(rows
            .into_iter()
            .map(|(workspace, channel)| (WorkspaceId::new(workspace), ChannelId::new(channel)))
            .collect())
    }

    /// Claims what is to be told about a channel until `until`: an earlier telling that was not finished, or else
    /// everything untold, under `new_id`. `None` when another process was faster.
    pub async fn claim_telling(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelId,
        new_id: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Telling>> {
        let mut transaction = self.begin_among(workspace).await?;
        let earlier: Option<String> = sqlx::query_scalar(
            "SELECT telling FROM postings
             WHERE workspace = $1 AND channel = $2 AND telling IS NOT NULL AND tell_at <= $3 LIMIT 1",
        )
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .bind(millis(now))
        .fetch_optional(&mut *transaction)
        .await?;
        let taken_up = earlier.is_some();
        let id = earlier.unwrap_or_else(|| new_id.to_owned());
        let rows = sqlx::query(concat!(
            "UPDATE postings SET telling = $4, tell_at = $5, tellings = tellings + 1
             WHERE workspace = $1 AND channel = $2 AND tell_at <= $3 AND coalesce(telling, $6) = $4 RETURNING ",
            posting_columns!()
        ))
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .bind(millis(now))
        .bind(&id)
        .bind(millis(until))
        .bind(new_id)
        .fetch_all(&mut *transaction)
        .await?;
        let mut attempts = 0;
        for row in &rows {
            attempts = attempts.max(count(row, "tellings")?);
        }
        let first = sqlx::query(
            "SELECT min(date) AS date, min(due) AS due FROM postings
             WHERE workspace = $1 AND channel = $2 AND telling = $3 HAVING count(*) > 0",
        )
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .bind(&id)
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let Some(first) = first else { return Ok(None) };
        let first = (date(&first, "date")?, instant(&first, "due")?);
        let mut postings = rows.iter().map(Posting::read).collect::<Result<Vec<_>>>()?;
        postings.sort_by_key(|posting| posting.key.date);
        let (workspace, channel) = (workspace.clone(), channel.clone());
        let telling = Telling { id, workspace, channel, attempts, taken_up, first, postings };
        Ok((!telling.postings.is_empty()).then_some(telling))
    }

    /// Notes that it was told.
    pub async fn told(&self, telling: &Telling, now: Timestamp) -> Result<()> {
        let mut transaction = self.begin_among(&telling.workspace).await?;
        sqlx::query(
            "UPDATE postings SET told_at = $4, tell_at = NULL WHERE workspace = $1 AND channel = $2 AND telling = $3",
        )
        .bind(telling.workspace.as_str())
        .bind(telling.channel.as_str())
        .bind(&telling.id)
        .bind(millis(now))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Lays a telling down until it is tried again; without a time, until somebody says where to tell.
    pub async fn tell_later(&self, telling: &Telling, at: Option<Timestamp>) -> Result<()> {
        let mut transaction = self.begin_among(&telling.workspace).await?;
        sqlx::query(
            "UPDATE postings SET tell_at = $4
             WHERE workspace = $1 AND channel = $2 AND telling = $3 AND told_at IS NULL AND tell_at IS NOT NULL",
        )
        .bind(telling.workspace.as_str())
        .bind(telling.channel.as_str())
        .bind(&telling.id)
        .bind(at.map(millis))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Leaves what is to be told about a channel to another process until `at`: that is no try.
    pub async fn leave_telling(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelId,
        now: Timestamp,
        at: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin_among(workspace).await?;
        sqlx::query("UPDATE postings SET tell_at = $4 WHERE workspace = $1 AND channel = $2 AND tell_at <= $3")
            .bind(workspace.as_str())
            .bind(channel.as_str())
            .bind(millis(now))
            .bind(millis(at))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Takes up what could not be told: there is somewhere to tell it now.
    pub async fn tell_again(&self, workspace: &WorkspaceId, now: Timestamp) -> Result<()> {
        let mut transaction = self.begin_among(workspace).await?;
        sqlx::query(
            "UPDATE postings SET tell_at = $2, tellings = 0
             WHERE workspace = $1 AND told_at IS NULL AND tell_at IS NULL
                 AND state IN ('missed', 'failed', 'unknown')",
        )
        .bind(workspace.as_str())
        .bind(millis(now))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }
}
