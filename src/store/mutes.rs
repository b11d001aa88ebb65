//! Rules that a team or a person switched off.

use std::collections::BTreeSet;

use super::{PersonId, Result, Store, StoreError, WorkspaceId, clipped};

/// How many rules one team, or one person, can switch off.
const MOST_MUTES: i64 = 500;
/// The longest id of a rule.
const LONGEST_RULE: usize = 200;

impl Store {
    /// The rules that are off for a person: the team's and their own; without a person, the team's.
    pub async fn muted(&self, workspace: &WorkspaceId, person: Option<&PersonId>) -> Result<BTreeSet<String>> {
        let rules: Vec<String> =
            sqlx::query_scalar("SELECT rule FROM mutes WHERE workspace = $1 AND person IN ('', $2)")
                .bind(workspace.as_str())
                .bind(person.map_or("", PersonId::as_str))
                .fetch_all(&self.pool)
                .await?;
        Ok(rules.into_iter().collect())
    }

    /// Switches a rule off for the team (no person) or for one person; false when it was off already.
    pub async fn mute(&self, workspace: &WorkspaceId, person: Option<&PersonId>, rule: &str) -> Result<bool> {
        let person = person.map_or("", PersonId::as_str);
        let mut transaction = self.begin_in(workspace).await?;
        let inserted =
            sqlx::query("INSERT INTO mutes (workspace, person, rule) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(workspace.as_str())
                .bind(person)
                .bind(clipped(rule, LONGEST_RULE))
                .execute(&mut *transaction)
                .await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM mutes WHERE workspace = $1 AND person = $2")
            .bind(workspace.as_str())
            .bind(person)
            .fetch_one(&mut *transaction)
            .await?;
        if count > MOST_MUTES {
            return Err(StoreError::Full { what: "rules switched off", limit: MOST_MUTES });
        }
        transaction.commit().await?;
        Ok(inserted.rows_affected() > 0)
    }

    /// Switches a rule back on; false when it was not off.
    pub async fn unmute(&self, workspace: &WorkspaceId, person: Option<&PersonId>, rule: &str) -> Result<bool> {
        let deleted = sqlx::query("DELETE FROM mutes WHERE workspace = $1 AND person = $2 AND rule = $3")
            .bind(workspace.as_str())
            .bind(person.map_or("", PersonId::as_str))
            .bind(clipped(rule, LONGEST_RULE))
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }
}
