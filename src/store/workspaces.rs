//! Workspaces that came and went.

use jiff::{Timestamp, ToSpan};

use super::{Result, Store, StoreError, WorkspaceId, millis};

/// How long a workspace that removed the bot is kept.
const KEPT_AFTER_LEAVING_DAYS: i64 = 30;

impl Store {
    /// Notes that a workspace removed the bot: its schedules and private cards rest, and it is deleted thirty days later. An outage is
    /// no removal.
    pub async fn left(&self, workspace: &WorkspaceId, now: Timestamp) -> Result<()> {
        let mut transaction = self.begin_in(workspace).await?;
        sqlx::query("UPDATE workspaces SET left_at = $2 WHERE workspace = $1 AND left_at IS NULL")
            .bind(workspace.as_str())
            .bind(millis(now))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE schedules SET next_due = NULL, next_date = NULL WHERE workspace = $1")
            .bind(workspace.as_str())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE practice_mail SET next_due = NULL WHERE workspace = $1")
            .bind(workspace.as_str())
            .execute(&mut *transaction)
            .await?;
        // There is nobody left to tell.
        sqlx::query("UPDATE postings SET tell_at = NULL WHERE workspace = $1 AND tell_at IS NOT NULL")
            .bind(workspace.as_str())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Notes that a workspace has the bot (again). Where it had left, its schedules wait for their next due.
    pub async fn returned(&self, workspace: &WorkspaceId) -> Result<()> {
        sqlx::query("UPDATE workspaces SET left_at = NULL WHERE workspace = $1 AND left_at IS NOT NULL")
            .bind(workspace.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Workspaces that have the bot, as far as is known. For telling which ones removed it while no
    /// process was connected.
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceId>> {
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT workspace FROM workspaces WHERE left_at IS NULL").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(WorkspaceId::new).collect())
    }

    /// Deletes everything of the workspaces that left thirty days ago or earlier; returns which.
    pub async fn purge_left(&self, now: Timestamp) -> Result<Vec<WorkspaceId>> {
        let before = now
            .checked_sub((KEPT_AFTER_LEAVING_DAYS * 24).hours())
            .map_err(|_| StoreError::Unreadable { what: "time" })?;
        let left: Vec<String> = sqlx::query_scalar("SELECT workspace FROM workspaces WHERE left_at <= $1")
            .bind(millis(before))
            .fetch_all(&self.pool)
            .await?;
        let mut gone = Vec::new();
        // One by one: nobody waits for more than the deletion of their own. It may have returned meanwhile.
        for workspace in left {
            let deleted = sqlx::query("DELETE FROM workspaces WHERE workspace = $1 AND left_at <= $2")
                .bind(&workspace)
                .bind(millis(before))
                .execute(&self.pool)
                .await?;
            gone.extend((deleted.rows_affected() > 0).then(|| WorkspaceId::new(workspace)));
        }
        Ok(gone)
    }

    /// Deletes everything of one workspace at once.
    pub async fn delete_workspace(&self, workspace: &WorkspaceId) -> Result<()> {
        sqlx::query("DELETE FROM workspaces WHERE workspace = $1").bind(workspace.as_str()).execute(&self.pool).await?;
        Ok(())
    }
}
