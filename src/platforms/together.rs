//! Several platforms in one process: each workspace is served by its own.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    bot::{
        Card, Platform,
        platform::{Destination, Found, Known, Pending, Permission, Sent, Trouble},
    },
    store::{PersonId, WorkspaceId},
};

/// The platforms of this process, each with the name that its workspaces begin with: `discord` serves `discord:123`,
/// `room` serves `room`.
pub struct Together(Vec<(&'static str, Arc<dyn Platform>)>);

impl Together {
    /// A workspace that none of them serves is said to be out of reach: what is due there is tried again while it is
    /// not too late, by a process that reaches it, perhaps.
    pub fn new(platforms: Vec<(&'static str, Arc<dyn Platform>)>) -> Self {
        Self(platforms)
    }

    fn of(&self, workspace: &WorkspaceId) -> Result<&dyn Platform, Trouble> {
        let wanted = workspace.as_str().split(':').next().unwrap_or_default();
        let found = self.0.iter().find(|(name, _)| *name == wanted).map(|(_, platform)| &**platform);
        found.ok_or_else(|| Trouble::Unsent("Bedside runs without a connection there".into()))
    }
}

impl Platform for Together {
    fn post<'a>(&'a self, to: &'a Destination, card: &'a Card, nonce: &'a str, mark: &'a str) -> Pending<'a, Sent> {
        match self.of(&to.workspace) {
            Ok(platform) => platform.post(to, card, nonce, mark),
            Err(trouble) => Box::pin(async { Sent::Refused(trouble) }),
        }
    }

    fn find<'a>(&'a self, at: &'a Destination, mark: &'a str, since: Timestamp) -> Pending<'a, Found> {
        match self.of(&at.workspace) {
            Ok(platform) => platform.find(at, mark, since),
            Err(trouble) => Box::pin(async { Found::Undecided(trouble) }),
        }
    }

    fn lacking<'a>(&'a self, at: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
        match self.of(&at.workspace) {
            Ok(platform) => platform.lacking(at),
            Err(trouble) => Box::pin(async { Err(trouble) }),
        }
    }

    fn tell<'a>(
        &'a self,
        workspace: &'a WorkspaceId,
        person: &'a PersonId,
        card: &'a Card,
        known: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>> {
        match self.of(workspace) {
            Ok(platform) => platform.tell(workspace, person, card, known),
            Err(trouble) => Box::pin(async { Err(trouble) }),
        }
    }

    fn find_told<'a>(
        &'a self,
        workspace: &'a WorkspaceId,
        person: &'a PersonId,
        mark: &'a str,
        since: Timestamp,
    ) -> Pending<'a, Found> {
        match self.of(workspace) {
            Ok(platform) => platform.find_told(workspace, person, mark, since),
            Err(trouble) => Box::pin(async { Found::Undecided(trouble) }),
        }
    }

    fn carries(&self, workspace: &WorkspaceId) -> &'static str {
        self.of(workspace).map_or("I keep none of your text.", |platform| platform.carries(workspace))
    }

    fn held(&self, workspace: &WorkspaceId, person: &PersonId) -> Vec<String> {
        self.of(workspace).map_or_else(|_| Vec::new(), |platform| platform.held(workspace, person))
    }

    fn forget(&self, workspace: &WorkspaceId, person: &PersonId) -> Vec<String> {
        self.of(workspace).map_or_else(|_| Vec::new(), |platform| platform.forget(workspace, person))
    }

    fn serves(&self, workspace: &WorkspaceId) -> bool {
        self.of(workspace).is_ok()
    }

    fn reads_messages(&self, workspace: &WorkspaceId) -> bool {
        self.of(workspace).is_ok_and(|platform| platform.reads_messages(workspace))
    }

    fn on_a_message(&self, workspace: &WorkspaceId) -> &'static str {
        self.of(workspace).map_or("in its menu", |platform| platform.on_a_message(workspace))
    }
}
