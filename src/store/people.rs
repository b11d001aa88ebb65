//! What is kept about a person, and its deletion. Everything here is of one workspace: nothing crosses.

use std::fmt;

use sqlx::{Row, Sqlite, Transaction};

use super::{ChannelId, PersonId, PostingKind, Result, Store, WorkspaceId};

/// One thing that is kept about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// They set a channel's daily tip and are told when one goes wrong.
    SetSchedule(ChannelId),
    /// They set a channel's weekly recap and are told when one goes wrong.
    SetRecap(ChannelId),
    /// They switched a rule off for themselves.
    Mute(String),
    /// A keyed hash says that somebody used a feature in a week.
    Counted {
        /// Which feature.
        feature: String,
        /// Which week, as in `2026-W20`.
        week: String,
    },
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetSchedule(channel) => write!(f, "that you set the daily tip of channel {channel}"),
            Self::SetRecap(channel) => write!(f, "that you set the weekly recap of channel {channel}"),
            Self::Mute(rule) => write!(f, "that you switched the rule {rule} off for yourself"),
            Self::Counted { feature, week } => {
                write!(f, "a keyed hash, deleted after week {week}, that counts you once among the users of {feature}")
            }
        }
    }
}

impl Store {
    /// Everything that is kept about a person in a workspace.
    pub async fn about(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<Kept>> {
        let hashes = self.hashes_of(workspace, person).await?;
        let mut transaction = self.pool.begin().await?;
        kept(&mut transaction, workspace, person, &hashes).await
    }

    /// Deletes everything that is kept about a person in a workspace; returns what it deleted. Afterwards
    /// [`Store::about`] is empty.
    pub async fn forget(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<Kept>> {
        let hashes = self.hashes_of(workspace, person).await?;
        let mut transaction = self.begin().await?;
        let deleted = kept(&mut transaction, workspace, person, &hashes).await?;
        for statement in [
            "UPDATE schedules SET set_by = NULL WHERE workspace = $1 AND set_by = $2",
            "DELETE FROM mutes WHERE workspace = $1 AND person = $2 AND person <> ''",
        ] {
            sqlx::query(statement).bind(workspace.as_str()).bind(person.as_str()).execute(&mut *transaction).await?;
        }
        for (week, hash) in &hashes {
            sqlx::query("DELETE FROM users_of WHERE workspace = $1 AND week = $2 AND person = $3")
                .bind(workspace.as_str())
                .bind(week)
                .bind(hash)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(deleted)
    }

    /// The person's hash of every week whose hashes are kept, by week.
    async fn hashes_of(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<(String, String)>> {
        let weeks: Vec<String> = sqlx::query_scalar("SELECT DISTINCT week FROM users_of WHERE workspace = $1")
            .bind(workspace.as_str())
            .fetch_all(&self.pool)
            .await?;
        let mut hashes = Vec::with_capacity(weeks.len());
        for week in weeks {
            let hash = self.hash_of(workspace, &week, person).await?;
            hashes.push((week, hash));
        }
        Ok(hashes)
    }
}

async fn kept(
    transaction: &mut Transaction<'static, Sqlite>,
    workspace: &WorkspaceId,
    person: &PersonId,
    hashes: &[(String, String)],
) -> Result<Vec<Kept>> {
    let mut kept = Vec::new();
    let rows = sqlx::query(
        "SELECT channel, kind FROM schedules WHERE workspace = $1 AND set_by = $2 ORDER BY channel, kind DESC",
    )
    .bind(workspace.as_str())
    .bind(person.as_str())
    .fetch_all(&mut **transaction)
    .await?;
    for row in rows {
        let channel = ChannelId::new(row.try_get::<String, _>("channel")?);
        kept.push(match PostingKind::read(&row)? {
            PostingKind::Recap => Kept::SetRecap(channel),
            PostingKind::Tip | PostingKind::Post => Kept::SetSchedule(channel),
        });
    }
    let rules: Vec<String> = sqlx::query_scalar(
        "SELECT rule FROM mutes WHERE workspace = $1 AND person = $2 AND person <> '' ORDER BY rule",
    )
    .bind(workspace.as_str())
    .bind(person.as_str())
    .fetch_all(&mut **transaction)
    .await?;
    kept.extend(rules.into_iter().map(Kept::Mute));
    for (week, hash) in hashes {
        let rows = sqlx::query(
            "SELECT feature FROM users_of WHERE workspace = $1 AND week = $2 AND person = $3 ORDER BY feature",
        )
        .bind(workspace.as_str())
        .bind(week)
        .bind(hash)
        .fetch_all(&mut **transaction)
        .await?;
        for row in rows {
            kept.push(Kept::Counted { feature: row.try_get(0)?, week: week.clone() });
        }
    }
    Ok(kept)
}
