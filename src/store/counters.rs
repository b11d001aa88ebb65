//! How often a feature was used, and by how many people: no names, no text.

use std::fmt;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{PersonId, Result, Store, StoreError, WorkspaceId, clipped};

/// How many weeks a counter is kept.
const WEEKS_KEPT: i64 = 60;
/// As many people as this or fewer, and what they did is not shown: a count would be a name.
pub const MOST_HIDDEN: i64 = 4;
/// Marks a week that is over as one that more took part in: all that remains of who they were.
const OF_MANY: &str = "of many";
/// What replicas that prune at the same time know each other by.
const PRUNING: i64 = 0x0062_6564_7369_6464;
/// The longest name of a feature.
const LONGEST_FEATURE: usize = 100;

/// An ISO week, as in `2026-W20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    year: i16,
    week: i8,
}

impl Week {
    /// The week that a date lies in.
    pub fn of(date: Date) -> Self {
        let week = date.iso_week_date();
        Self { year: week.year(), week: week.week() }
    }

    /// Reads `2026-W20`.
    fn read(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W")?;
        Some(Self { year: year.parse().ok()?, week: week.parse().ok()? })
    }

    /// The week so many weeks earlier; the same one at the beginning of the calendar.
    fn earlier(self, weeks: i64) -> Self {
        let monday = jiff::civil::ISOWeekDate::new(self.year, self.week, jiff::civil::Weekday::Monday);
        let date = monday.and_then(|monday| monday.date().checked_sub(jiff::Span::new().weeks(weeks)));
        date.map_or(self, Self::of)
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl Store {
    /// Counts one use of a feature. With a person, their keyed hash is kept for that week as well.
    pub async fn count(
        &self,
        workspace: &WorkspaceId,
        feature: &str,
        week: Week,
        person: Option<&PersonId>,
    ) -> Result<()> {
        let feature = clipped(feature, LONGEST_FEATURE);
        let hash = match person {
            Some(person) => Some(self.hash_of(workspace, &week.to_string(), person).await?),
            None => None,
        };
        let mut transaction = self.begin_in(workspace).await?;
        sqlx::query(
            "INSERT INTO counters (workspace, feature, week, uses) VALUES ($1, $2, $3, 1)
             ON CONFLICT (workspace, feature, week) DO UPDATE SET uses = counters.uses + 1",
        )
        .bind(workspace.as_str())
        .bind(feature)
        .bind(week.to_string())
        .execute(&mut *transaction)
        .await?;
        if let Some(hash) = hash {
            sqlx::query(
                "INSERT INTO users_of (workspace, feature, week, person) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING",
            )
            .bind(workspace.as_str())
            .bind(feature)
            .bind(week.to_string())
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// How often a feature was used in a week.
    pub async fn uses(&self, workspace: &WorkspaceId, feature: &str, week: Week) -> Result<i64> {
        let uses: Option<i64> =
            sqlx::query_scalar("SELECT uses FROM counters WHERE workspace = $1 AND feature = $2 AND week = $3")
                .bind(workspace.as_str())
                .bind(clipped(feature, LONGEST_FEATURE))
                .bind(week.to_string())
                .fetch_optional(&self.pool)
                .await?;
        Ok(uses.unwrap_or(0))
    }

    /// How often a feature was used in a week, where more people than [`MOST_HIDDEN`] used it: by their hashes while
    /// the week lasts, by what was noted when they were deleted afterwards.
    pub async fn uses_of_many(&self, workspace: &WorkspaceId, feature: &str, week: Week) -> Result<Option<i64>> {
        let uses = sqlx::query_scalar(
            "SELECT uses FROM counters WHERE workspace = $1 AND feature = $2 AND week = $3
                 AND (of_many = 1 OR (SELECT count(*) FROM users_of
                      WHERE workspace = $1 AND feature = $2 AND week = $3) > $4)",
        )
        .bind(workspace.as_str())
        .bind(clipped(feature, LONGEST_FEATURE))
        .bind(week.to_string())
        .bind(MOST_HIDDEN)
        .fetch_optional(&self.pool)
        .await?;
        Ok(uses)
    }

    /// By how many people a feature was used in a week that is not over.
    pub async fn users(&self, workspace: &WorkspaceId, feature: &str, week: Week) -> Result<i64> {
        let count =
            sqlx::query_scalar("SELECT count(*) FROM users_of WHERE workspace = $1 AND feature = $2 AND week = $3")
                .bind(workspace.as_str())
                .bind(clipped(feature, LONGEST_FEATURE))
                .bind(week.to_string())
                .fetch_one(&self.pool)
                .await?;
        Ok(count)
    }

    /// How many people used anything in a week that is not over.
    pub async fn people(&self, workspace: &WorkspaceId, week: Week) -> Result<i64> {
        let count =
            sqlx::query_scalar("SELECT count(DISTINCT person) FROM users_of WHERE workspace = $1 AND week = $2")
                .bind(workspace.as_str())
                .bind(week.to_string())
                .fetch_one(&self.pool)
                .await?;
        Ok(count)
    }

    /// The weeks from `first` on that are over and that more people than [`MOST_HIDDEN`] took part in.
    pub async fn weeks_of_many(&self, workspace: &WorkspaceId, first: Week) -> Result<Vec<Week>> {
        let weeks: Vec<String> = sqlx::query_scalar(
            "SELECT week FROM counters WHERE workspace = $1 AND feature = $2 AND week >= $3 ORDER BY week",
        )
        .bind(workspace.as_str())
        .bind(OF_MANY)
        .bind(first.to_string())
        .fetch_all(&self.pool)
        .await?;
        weeks.iter().map(|week| Week::read(week).ok_or(StoreError::Unreadable { what: "week" })).collect()
    }

    /// Deletes the hashes of every week before `this_week`, and counters that are older than a year or so. Of the
    /// hashes remains whether there were many: in the whole week, and of each feature.
    pub async fn prune_counters(&self, this_week: Week) -> Result<()> {
        match self.prune(this_week).await {
            // Another replica did the same, or counted, since this one looked: nothing was done here, and what is left
            // is done the next time.
            Err(error) if error.is_overtaken() => Ok(()),
            pruned => pruned,
        }
    }

    async fn prune(&self, this_week: Week) -> Result<()> {
        let mut transaction = self.begin().await?;
        // Every step sees the same hashes: none goes that was not counted.
        self.on_postgres(&mut transaction, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        if !self.alone(&mut transaction, PRUNING).await? {
            // Another replica is at it.
            return Ok(());
        }
        sqlx::query(
            "UPDATE counters SET of_many = 1 WHERE (workspace, feature, week) IN (
                 SELECT workspace, feature, week FROM users_of WHERE week < $1
                 GROUP BY workspace, feature, week HAVING count(*) > $2)",
        )
        .bind(this_week.to_string())
        .bind(MOST_HIDDEN)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO counters (workspace, feature, week, uses)
             SELECT workspace, $2, week, 1 FROM users_of WHERE week < $1
             GROUP BY workspace, week HAVING count(DISTINCT person) > $3
             ON CONFLICT DO NOTHING",
        )
        .bind(this_week.to_string())
        .bind(OF_MANY)
        .bind(MOST_HIDDEN)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM users_of WHERE week < $1")
            .bind(this_week.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM counters WHERE week < $1")
            .bind(this_week.earlier(WEEKS_KEPT).to_string())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// What stands for a person in one workspace and week; without the key nobody can tell whom.
    pub(super) async fn hash_of(&self, workspace: &WorkspaceId, week: &str, person: &PersonId) -> Result<String> {
        let mut hash = Sha256::new();
        hash.update(self.hash_key().await?);
        for part in [workspace.as_str(), week, person.as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(hex::encode(hash.finalize()))
    }

    /// The key of the hashes, made when it is first needed.
    async fn hash_key(&self) -> Result<String> {
        const READ: &str = "SELECT value FROM secrets WHERE name = 'people'";
        if let Some(key) = sqlx::query_scalar(READ).fetch_optional(&self.pool).await? {
            return Ok(key);
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| StoreError::Random)?;
        sqlx::query("INSERT INTO secrets (name, value) VALUES ('people', $1) ON CONFLICT DO NOTHING")
            .bind(hex::encode(key))
            .execute(&self.pool)
            .await?;
        // Another process may have been faster: its key counts.
        Ok(sqlx::query_scalar(READ).fetch_one(&self.pool).await?)
    }
}
