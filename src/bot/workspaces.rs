//! What is known of each workspace while the bot runs, and what happens when one comes or goes.

use std::{collections::HashMap, sync::RwLock};

use super::{Bot, Caller, Error, commands::Who, error::with_causes};
use crate::store::{RoleId, WorkspaceId};

/// The staff role of each workspace, so that no message waits for the store.
#[derive(Default)]
pub(super) struct Workspaces {
    staff: RwLock<HashMap<WorkspaceId, RoleId>>,
}

impl Workspaces {
    /// The role that answers customers, where one is set.
    pub(super) fn staff(&self, workspace: &WorkspaceId) -> Option<RoleId> {
        self.staff.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(workspace).cloned()
    }

    fn set_staff(&self, workspace: &WorkspaceId, role: Option<RoleId>) {
        let mut staff = self.staff.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        match role {
            Some(role) => drop(staff.insert(workspace.clone(), role)),
            None => drop(staff.remove(workspace)),
        }
    }
}

impl Bot {
    /// Reads a workspace's settings from the store, at the start and after every change.
    pub(super) async fn read_settings(&self, workspace: &WorkspaceId) -> Result<(), Error> {
        let settings = self.store.settings(workspace).await?;
        self.workspaces.set_staff(workspace, settings.staff);
        self.watching.set(workspace, self.store.watched(workspace).await?);
        Ok(())
    }

    /// The bot is in a workspace: newly added, or seen again after a start or an outage.
    ///
    /// # Errors
    /// When the store fails, which is logged; then it is to be told again, as its leaving would be.
    pub async fn arrived(&self, workspace: &WorkspaceId) -> Result<(), Error> {
        // Each for itself: what goes wrong with one keeps nothing from the others.
        let returned = self.daily.returned(workspace).await;
        let returned = returned.and(self.practice_returned(workspace).await);
        returned.and(self.read_settings(workspace).await).inspect_err(|error| {
            tracing::error!(%workspace, cause = with_causes(error), "a workspace's return was not recorded");
        })
    }

    /// The workspaces that have the bot, as far as is recorded.
    ///
    /// # Errors
    /// When the store fails, which is logged.
    pub async fn recorded(&self) -> Result<Vec<WorkspaceId>, Error> {
        Ok(self.store.workspaces().await.inspect_err(|error| {
            let cause = with_causes(error);
            tracing::error!(cause, "nobody can tell yet which workspaces removed the bot meanwhile");
        })?)
    }

    /// A workspace has removed the bot: what it held in memory goes now, what is stored in 30 days.
    ///
    /// # Errors
    /// When the store fails, which is logged; then it is to be told again.
    pub async fn left(&self, workspace: &WorkspaceId) -> Result<(), Error> {
        self.watching.forget_workspace(workspace);
        self.drafts.forget_workspace(workspace);
        self.workspaces.set_staff(workspace, None);
        self.daily.left(workspace).await.inspect_err(|error| {
            tracing::error!(%workspace, cause = with_causes(error), "a workspace's leaving was not recorded");
        })
    }

    /// Whether somebody may run what `who` may run; checked at every use, whatever the platform hid or showed.
    pub(super) fn may(&self, caller: &Caller, who: Who) -> bool {
        match who {
            // Authorship is checked against the message, by its handler.
            Who::Anyone | Who::Author => true,
            Who::ManageServer => caller.person.manage_server,
            Who::Staff => self.is_staff(caller),
        }
    }

    /// Holders of the staff role; where none is set, those who may moderate here. Whoever may set the role may too.
    pub(super) fn is_staff(&self, caller: &Caller) -> bool {
        let person = &caller.person;
        person.manage_server
            || match self.workspaces.staff(&caller.workspace) {
                Some(role) => person.roles.contains(&role),
                None => person.manage_messages,
            }
    }
}
