//! Who asked for a practice card in private, and when the next one is due.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{PersonId, Result, Store, StoreError, WorkspaceId, clipped, count, instant_if_any, millis};

/// The longest token that is looked for; ours have 16 letters.
const LONGEST_TOKEN: usize = 64;
/// How many people of a workspace can have cards sent.
const MOST_PEOPLE: i64 = 20_000;

/// When somebody wants a card, as they set it. Times, zones and days are kept as written by [`crate::tips`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTimes {
    /// When, as HH:MM.
    pub time: String,
    /// The IANA name of the time zone.
    pub zone: String,
    /// On which days, `Mon-Fri` say.
    pub days: String,
}

/// Somebody's wish for cards in private, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeMail {
    /// The workspace that it was asked for in.
    pub workspace: WorkspaceId,
    /// Who asked.
    pub person: PersonId,
    /// What stands in the ids of the buttons of its cards: it leads back to the workspace, for this person alone.
    pub token: String,
    /// When they want one.
    pub times: MailTimes,
    /// When the next one is due; none while it rests.
    pub next_due: Option<Timestamp>,
    /// When the last one that was sent was due.
    pub last_due: Option<Timestamp>,
    /// How often in a row they could not be reached.
    pub failures: u32,
}

impl PracticeMail {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            workspace: WorkspaceId::new(row.try_get::<String, _>("workspace")?),
            person: PersonId::new(row.try_get::<String, _>("person")?),
            token: row.try_get("token")?,
            times: MailTimes { time: row.try_get("time")?, zone: row.try_get("zone")?, days: row.try_get("days")? },
            next_due: instant_if_any(row, "next_due")?,
            last_due: instant_if_any(row, "last_due")?,
            failures: count(row, "failures")?,
        })
    }
}

/// The columns that somebody's wish is read from.
macro_rules! columns {
    () => {
        "workspace, person, token, time, zone, days, next_due, last_due, failures"
    };
}

/// Finds what is due by the index alone, however many people there are.
const DUE: &str = concat!("SELECT ", columns!(), " FROM practice_mail WHERE next_due <= $1 ORDER BY next_due LIMIT $2");

impl Store {
    /// Sends somebody cards from now on, or changes when. Cards that were sent before stay theirs to answer.
    pub async fn set_practice_mail(
        &self,
        workspace: &WorkspaceId,
        person: &PersonId,
        times: &MailTimes,
        next_due: Timestamp,
    ) -> Result<()> {
        let token = format!("{:016x}", getrandom::u64().map_err(|_| StoreError::Random)?);
        let mut transaction = self.begin_in(workspace).await?;
        sqlx::query(
            "INSERT INTO practice_mail (workspace, person, token, time, zone, days, next_due)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (workspace, person) DO UPDATE SET time = excluded.time, zone = excluded.zone,
                 days = excluded.days, next_due = excluded.next_due, failures = 0",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .bind(token)
        .bind(&times.time)
        .bind(&times.zone)
        .bind(&times.days)
        .bind(millis(next_due))
        .execute(&mut *transaction)
        .await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM practice_mail WHERE workspace = $1")
            .bind(workspace.as_str())
            .fetch_one(&mut *transaction)
            .await?;
        if count > MOST_PEOPLE {
            return Err(StoreError::Full { what: "people with practice cards in private", limit: MOST_PEOPLE });
        }
        Ok(transaction.commit().await?)
    }

    /// Sends somebody no more cards; false where they had none.
    pub async fn remove_practice_mail(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<bool> {
        let deleted = sqlx::query("DELETE FROM practice_mail WHERE workspace = $1 AND person = $2")
            .bind(workspace.as_str())
            .bind(person.as_str())
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// When somebody gets cards, if they do.
    pub async fn practice_mail(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Option<PracticeMail>> {
        let row =
            sqlx::query(concat!("SELECT ", columns!(), " FROM practice_mail WHERE workspace = $1 AND person = $2"))
                .bind(workspace.as_str())
                .bind(person.as_str())
                .fetch_optional(&self.pool)
                .await?;
        row.as_ref().map(PracticeMail::read).transpose()
    }

    /// What a token in a card's buttons leads to: nothing but that person's own.
    pub async fn practice_mail_by(&self, token: &str, person: &PersonId) -> Result<Option<PracticeMail>> {
        let row = sqlx::query(concat!("SELECT ", columns!(), " FROM practice_mail WHERE token = $1 AND person = $2"))
            .bind(clipped(token, LONGEST_TOKEN))
            .bind(person.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(PracticeMail::read).transpose()
    }

    /// Whose card is due, longest due first.
    pub async fn due_practice_mail(&self, now: Timestamp, at_most: u32) -> Result<Vec<PracticeMail>> {
        let rows = sqlx::query(DUE).bind(millis(now)).bind(i64::from(at_most)).fetch_all(&self.pool).await?;
        rows.iter().map(PracticeMail::read).collect()
    }

    /// When the next card is due.
    pub async fn next_practice_mail(&self) -> Result<Option<Timestamp>> {
        let due: Option<i64> =
            sqlx::query_scalar("SELECT min(next_due) FROM practice_mail").fetch_one(&self.pool).await?;
        due.map(Timestamp::from_millisecond).transpose().map_err(|_| StoreError::Unreadable { what: "time" })
    }

    /// Moves somebody's next card, if nobody did since `row` was read: whoever moves it may send the one that was due.
    pub async fn move_practice_mail(&self, row: &PracticeMail, next_due: Option<Timestamp>) -> Result<bool> {
        let moved = sqlx::query(
            "UPDATE practice_mail SET next_due = $4
             WHERE workspace = $1 AND person = $2 AND coalesce(next_due, 0) = $3",
        )
        .bind(row.workspace.as_str())
        .bind(row.person.as_str())
        .bind(row.next_due.map_or(0, millis))
        .bind(next_due.map(millis))
        .execute(&self.pool)
        .await?;
        Ok(moved.rows_affected() > 0)
    }

    /// Notes that the card due at `due` was sent.
    pub async fn practice_mail_sent(&self, row: &PracticeMail, due: Timestamp) -> Result<()> {
        sqlx::query("UPDATE practice_mail SET last_due = $3, failures = 0 WHERE workspace = $1 AND person = $2")
            .bind(row.workspace.as_str())
            .bind(row.person.as_str())
            .bind(millis(due))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes that somebody could not be reached; at the `most`-th time in a row no more cards are due.
    pub async fn practice_mail_failed(&self, row: &PracticeMail, most: u32) -> Result<()> {
        sqlx::query(
            "UPDATE practice_mail SET failures = failures + 1,
                 next_due = CASE WHEN failures + 1 >= $3 THEN NULL ELSE next_due END
             WHERE workspace = $1 AND person = $2 AND failures < $3",
        )
        .bind(row.workspace.as_str())
        .bind(row.person.as_str())
        .bind(i64::from(most))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Those of a workspace whose cards rest although they can be reached: it had left and came back.
    pub async fn resting_practice_mail(&self, workspace: &WorkspaceId, most: u32) -> Result<Vec<PracticeMail>> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM practice_mail WHERE workspace = $1 AND next_due IS NULL AND failures < $2 ORDER BY person"
        ))
        .bind(workspace.as_str())
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(PracticeMail::read).collect()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;

    #[tokio::test]
    async fn whose_card_is_due_is_found_by_the_index_among_many() {
        let store = Store::in_memory().await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO workspaces (workspace) VALUES ('discord:1');
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO practice_mail (workspace, person, token, time, zone, days, next_due)
                 SELECT 'discord:1', CAST(i AS TEXT), printf('%016x', i), '09:00', 'UTC', 'every day', 1000 * i FROM n;",
        )
        .execute(&store.pool)
        .await
        .unwrap();
        let due = store.due_practice_mail(Timestamp::from_millisecond(3000).unwrap(), 10).await.unwrap();
        assert_eq!(due.iter().map(|row| row.person.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
        for (sql, index) in [
            (DUE, "SEARCH practice_mail USING INDEX practice_mail_due (next_due<?)"),
            ("SELECT min(next_due) FROM practice_mail", "SEARCH practice_mail USING COVERING INDEX practice_mail_due"),
        ] {
            let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
            let rows = rows.bind(0).bind(10).fetch_all(&store.pool).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            assert_eq!(plan.join("; "), index);
        }
    }
}
