//! Daily tips and weekly recaps: which channel, when, and the dates to leave out.

use jiff::{Timestamp, civil::Date};
use sqlx::{Row, any::AnyRow};

use super::{
    ChannelId, PersonId, PostingKey, PostingKind, Result, Store, StoreError, WorkspaceId, date, instant_if_any, millis,
};

/// How many channels of a workspace can have a daily tip, and how many a weekly recap.
const MOST_SCHEDULES: i64 = 100;
/// How many dates of a channel can be left out at a time.
const MOST_SKIPS: i64 = 100;

/// The next date of a schedule, and when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// The local date.
    pub date: Date,
    /// The instant.
    pub due: Timestamp,
}

/// A daily tip or weekly recap as somebody sets it. Times, zones and days are kept as written by [`crate::tips`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchedule {
    /// Where it is posted.
    pub channel: ChannelId,
    /// What is posted: the tip or the recap.
    pub kind: PostingKind,
    /// When, as HH:MM.
    pub time: String,
    /// The IANA name of the time zone.
    pub zone: String,
    /// On which days, `Mon-Fri` say.
    pub days: String,
    /// Which topics; none for all.
    pub topics: Vec<String>,
    /// Who is told when a posting goes wrong and no report channel is set.
    pub set_by: PersonId,
    /// When it is due next.
    pub next: Next,
}

/// A daily tip or weekly recap as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRow {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Where it is posted.
    pub channel: ChannelId,
    /// What is posted: the tip or the recap.
    pub kind: PostingKind,
    /// When, as HH:MM.
    pub time: String,
    /// The IANA name of the time zone.
    pub zone: String,
    /// On which days, `Mon-Fri` say.
    pub days: String,
    /// Which topics; none for all.
    pub topics: Vec<String>,
    /// Who set it, unless they asked to be forgotten.
    pub set_by: Option<PersonId>,
    /// When it is due next; none while the workspace is left.
    pub next: Option<Next>,
}

impl ScheduleRow {
    /// What its posting of a local date is known by.
    pub fn key(&self, date: Date) -> PostingKey {
        PostingKey { workspace: self.workspace.clone(), channel: self.channel.clone(), date, kind: self.kind }
    }

    fn read(row: &AnyRow) -> Result<Self> {
        let topics: &str = row.try_get("topics")?;
        let due = instant_if_any(row, "next_due")?;
        let next = match due {
            Some(due) => Some(Next { date: date(row, "next_date")?, due }),
            None => None,
        };
        Ok(Self {
            workspace: WorkspaceId::new(row.try_get::<String, _>("workspace")?),
            channel: ChannelId::new(row.try_get::<String, _>("channel")?),
            kind: PostingKind::read(row)?,
            time: row.try_get("time")?,
            zone: row.try_get("zone")?,
            days: row.try_get("days")?,
            topics: topics.split(',').filter(|topic| !topic.is_empty()).map(str::to_owned).collect(),
            set_by: row.try_get::<Option<String>, _>("set_by")?.map(PersonId::new),
            next,
        })
    }

    pub(super) fn read_all(rows: &[AnyRow]) -> Result<Vec<Self>> {
        rows.iter().map(Self::read).collect()
    }
}

/// The columns that a schedule is read from.
macro_rules! columns {
    () => {
        "workspace, channel, kind, time, zone, days, topics, set_by, next_date, next_due"
    };
}

/// Finds what is due by the index alone, however many schedules there are.
const DUE: &str = concat!("SELECT ", columns!(), " FROM schedules WHERE next_due <= $1 ORDER BY next_due LIMIT $2");
/// Every schedule that something comes of: those of a server that left rest.
pub(super) const ALL: &str =
    concat!("SELECT ", columns!(), " FROM schedules WHERE next_due IS NOT NULL ORDER BY workspace, channel, kind DESC");
/// When something is due next, by the indexes alone.
const NEXT_WAKE: &str = "SELECT (SELECT min(next_due) FROM schedules), (SELECT min(lease_until) FROM postings),
    (SELECT min(tell_at) FROM postings)";

impl Store {
    /// Sets a channel's daily tip or weekly recap, or changes it.
    pub async fn set_schedule(&self, workspace: &WorkspaceId, new: &NewSchedule) -> Result<()> {
        let mut transaction = self.begin_in(workspace).await?;
        sqlx::query(
            "INSERT INTO schedules (workspace, channel, time, zone, days, topics, set_by, next_date, next_due, kind)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (workspace, channel, kind) DO UPDATE SET time = excluded.time, zone = excluded.zone,
                 days = excluded.days, topics = excluded.topics, set_by = excluded.set_by,
                 next_date = excluded.next_date, next_due = excluded.next_due",
        )
        .bind(workspace.as_str())
        .bind(new.channel.as_str())
        .bind(&new.time)
        .bind(&new.zone)
        .bind(&new.days)
        .bind(new.topics.join(","))
        .bind(new.set_by.as_str())
        .bind(new.next.date.to_string())
        .bind(millis(new.next.due))
        .bind(new.kind.name())
        .execute(&mut *transaction)
        .await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM schedules WHERE workspace = $1 AND kind = $2")
            .bind(workspace.as_str())
            .bind(new.kind.name())
            .fetch_one(&mut *transaction)
            .await?;
        if count > MOST_SCHEDULES {
            let what = match new.kind {
                PostingKind::Recap => "channels with a weekly recap",
                PostingKind::Tip | PostingKind::Post => "channels with a daily tip",
            };
            return Err(StoreError::Full { what, limit: MOST_SCHEDULES });
        }
        Ok(transaction.commit().await?)
    }

    /// A channel's daily tip or weekly recap.
    pub async fn schedule(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelId,
        kind: PostingKind,
    ) -> Result<Option<ScheduleRow>> {
        let row = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM schedules WHERE workspace = $1 AND channel = $2 AND kind = $3"
        ))
        .bind(workspace.as_str())
        .bind(channel.as_str())
        .bind(kind.name())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(ScheduleRow::read).transpose()
    }

    /// Every daily tip and weekly recap of a workspace, by channel.
    pub async fn schedules(&self, workspace: &WorkspaceId) -> Result<Vec<ScheduleRow>> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM schedules WHERE workspace = $1 ORDER BY channel, kind DESC"
        ))
        .bind(workspace.as_str())
        .fetch_all(&self.pool)
        .await?;
        ScheduleRow::read_all(&rows)
    }

    /// Stops a channel's daily tip and forgets its dates to leave out, or stops its weekly recap; false when there
    /// was none. What was posted stays known, so that switching it on again posts nothing twice.
    pub async fn remove_schedule(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelId,
        kind: PostingKind,
    ) -> Result<bool> {
        let mut transaction = self.begin_among(workspace).await?;
        if kind == PostingKind::Tip {
            sqlx::query("DELETE FROM skips WHERE workspace = $1 AND channel = $2")
                .bind(workspace.as_str())
                .bind(channel.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        let deleted = sqlx::query("DELETE FROM schedules WHERE workspace = $1 AND channel = $2 AND kind = $3")
            .bind(workspace.as_str())
            .bind(channel.as_str())
            .bind(kind.name())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Schedules that are due, longest due first.
    pub async fn due_schedules(&self, now: Timestamp, at_most: u32) -> Result<Vec<ScheduleRow>> {
        let rows = sqlx::query(DUE).bind(millis(now)).bind(i64::from(at_most)).fetch_all(&self.pool).await?;
        ScheduleRow::read_all(&rows)
    }

    /// Schedules of a workspace that have no next due: it had left and came back.
    pub async fn resting_schedules(&self, workspace: &WorkspaceId) -> Result<Vec<ScheduleRow>> {
        let rows =
            sqlx::query(concat!("SELECT ", columns!(), " FROM schedules WHERE workspace = $1 AND next_due IS NULL"))
                .bind(workspace.as_str())
                .fetch_all(&self.pool)
                .await?;
        ScheduleRow::read_all(&rows)
    }

    /// Says when a schedule is due next, if nobody changed that since `row` was read.
    pub async fn set_next(&self, row: &ScheduleRow, next: Option<Next>) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE schedules SET next_date = $4, next_due = $5
             WHERE workspace = $1 AND channel = $2 AND coalesce(next_due, 0) = $3 AND kind = $6",
        )
        .bind(row.workspace.as_str())
        .bind(row.channel.as_str())
        .bind(row.next.map_or(0, |next| millis(next.due)))
        .bind(next.map(|next| next.date.to_string()))
        .bind(next.map(|next| millis(next.due)))
        .bind(row.kind.name())
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// The earliest instant at which something is to be done: something posted, a posting taken up again, a telling.
    pub async fn next_wake(&self) -> Result<Option<Timestamp>> {
        let row = sqlx::query(NEXT_WAKE).fetch_one(&self.pool).await?;
        let mut earliest: Option<i64> = None;
        for column in 0..3 {
            let at: Option<i64> = row.try_get(column)?;
            earliest = [earliest, at].into_iter().flatten().min();
        }
        earliest.map(Timestamp::from_millisecond).transpose().map_err(|_| StoreError::Unreadable { what: "time" })
    }

    /// Leaves out a date; false when it was left out already.
    pub async fn skip(&self, workspace: &WorkspaceId, channel: &ChannelId, date: Date) -> Result<bool> {
        let mut transaction = self.begin_in(workspace).await?;
        let inserted =
            sqlx::query("INSERT INTO skips (workspace, channel, date) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(workspace.as_str())
                .bind(channel.as_str())
                .bind(date.to_string())
                .execute(&mut *transaction)
                .await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM skips WHERE workspace = $1 AND channel = $2")
            .bind(workspace.as_str())
            .bind(channel.as_str())
            .fetch_one(&mut *transaction)
            .await?;
        if count > MOST_SKIPS {
            return Err(StoreError::Full { what: "dates left out in a channel", limit: MOST_SKIPS });
        }
        transaction.commit().await?;
        Ok(inserted.rows_affected() > 0)
    }

    /// The dates from `from` on that are left out, earliest first.
    pub async fn skips(&self, workspace: &WorkspaceId, channel: &ChannelId, from: Date) -> Result<Vec<Date>> {
        let rows =
            sqlx::query("SELECT date FROM skips WHERE workspace = $1 AND channel = $2 AND date >= $3 ORDER BY date")
                .bind(workspace.as_str())
                .bind(channel.as_str())
                .bind(from.to_string())
                .fetch_all(&self.pool)
                .await?;
        rows.iter().map(|row| date(row, "date")).collect()
    }

    /// Forgets dates to leave out that are over everywhere, and behind their schedule: after downtime it comes to them
    /// late.
    pub async fn prune_skips(&self, before: Date) -> Result<()> {
        sqlx::query(
            "DELETE FROM skips WHERE date < $1 AND NOT EXISTS (
                 SELECT 1 FROM schedules WHERE schedules.workspace = skips.workspace
                     AND schedules.channel = skips.channel AND kind = 'tip' AND next_date <= skips.date)",
        )
        .bind(before.to_string())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;

    async fn plan(store: &Store, sql: &str) -> String {
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .bind(0)
            .bind(10)
            .fetch_all(&store.pool)
            .await
            .unwrap();
        rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("; ")
    }

    #[tokio::test]
    async fn what_is_due_is_found_by_the_index_among_many() {
        let store = Store::in_memory().await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO workspaces (workspace) VALUES ('discord:1');
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO schedules SELECT 'discord:1', CAST(i AS TEXT), 'tip', '09:00', 'UTC', 'every day', '', NULL,
                 '2026-05-11', 1000 * i FROM n;",
        )
        .execute(&store.pool)
        .await
        .unwrap();
        let due = store.due_schedules(Timestamp::from_millisecond(3000).unwrap(), 10).await.unwrap();
        assert_eq!(due.iter().map(|row| row.channel.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);

        let due = plan(&store, DUE).await;
        assert_eq!(due, "SEARCH schedules USING INDEX schedules_due (next_due<?)");
        let wake = plan(&store, &NEXT_WAKE.replace('\n', " ")).await;
        assert!(wake.contains("USING COVERING INDEX schedules_due"), "{wake}");
        assert!(!wake.contains("SCAN schedules;") && !wake.contains("SCAN postings;"), "{wake}");
    }
}
