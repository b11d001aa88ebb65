//! What a workspace set up: its staff role, its report channel, its watched channels.

use sqlx::Row;

use super::{ChannelId, Result, RoleId, Store, StoreError, WorkspaceId};

/// How many channels a workspace can watch.
const MOST_WATCHED: i64 = 500;

/// A workspace's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Who answers customers; where none is set, those who may moderate.
    pub staff: Option<RoleId>,
    /// Where missed, failed and unknown tips are told.
    pub report: Option<ChannelId>,
    /// Support channels, forums and categories.
    pub watched: Vec<ChannelId>,
}

impl Store {
    /// The settings of a workspace; those of an unknown one are empty.
    pub async fn settings(&self, workspace: &WorkspaceId) -> Result<Settings> {
        let row = sqlx::query("SELECT staff_role, report_channel FROM workspaces WHERE workspace = $1")
            .bind(workspace.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(Settings::default()) };
        Ok(Settings {
            staff: row.try_get::<Option<String>, _>(0)?.map(RoleId::new),
            report: row.try_get::<Option<String>, _>(1)?.map(ChannelId::new),
            watched: self.watched(workspace).await?,
        })
    }

    /// Says who is staff; `None` leaves it to those who may moderate.
    pub async fn set_staff(&self, workspace: &WorkspaceId, role: Option<&RoleId>) -> Result<()> {
        let mut transaction = self.begin_in(workspace).await?;
        sqlx::query("UPDATE workspaces SET staff_role = $2 WHERE workspace = $1")
            .bind(workspace.as_str())
            .bind(role.map(RoleId::as_str))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Says where missed, failed and unknown tips are told.
    pub async fn set_report(&self, workspace: &WorkspaceId, channel: Option<&ChannelId>) -> Result<()> {
        let mut transaction = self.begin_in(workspace).await?;
        sqlx::query("UPDATE workspaces SET report_channel = $2 WHERE workspace = $1")
            .bind(workspace.as_str())
            .bind(channel.map(ChannelId::as_str))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The watched channels, forums and categories of a workspace.
    pub async fn watched(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelId>> {
        let channels: Vec<String> =
            sqlx::query_scalar("SELECT channel FROM watched WHERE workspace = $1 ORDER BY channel")
                .bind(workspace.as_str())
                .fetch_all(&self.pool)
                .await?;
        Ok(channels.into_iter().map(ChannelId::new).collect())
    }

    /// Watches a channel; false when it was watched already.
    pub async fn watch(&self, workspace: &WorkspaceId, channel: &ChannelId) -> Result<bool> {
        let mut transaction = self.begin_in(workspace).await?;
        let inserted = sqlx::query("INSERT INTO watched (workspace, channel) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(workspace.as_str())
            .bind(channel.as_str())
            .execute(&mut *transaction)
            .await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM watched WHERE workspace = $1")
            .bind(workspace.as_str())
            .fetch_one(&mut *transaction)
            .await?;
        if count > MOST_WATCHED {
            return Err(StoreError::Full { what: "watched channels", limit: MOST_WATCHED });
        }
        transaction.commit().await?;
        Ok(inserted.rows_affected() > 0)
    }

    /// Stops watching a channel; false when it was not watched.
    pub async fn unwatch(&self, workspace: &WorkspaceId, channel: &ChannelId) -> Result<bool> {
        let deleted = sqlx::query("DELETE FROM watched WHERE workspace = $1 AND channel = $2")
            .bind(workspace.as_str())
            .bind(channel.as_str())
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }
}
