//! Several platforms in one process: each workspace is served by its own.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    bot::{
        Card, Platform,
        platform::{Destination, Found, Pending, Permission, Sent, Trouble},
    },
    store::{PersonId, WorkspaceId},
};

/// The platforms of this process.
pub struct Together {
    one: (WorkspaceId, Arc<dyn Platform>),
    others: Option<Arc<dyn Platform>>,
}

impl Together {
    /// `one` serves the workspace `of_one`, `others` every other; without them a posting elsewhere waits for a process
    /// that can make it.
    pub fn new(of_one: WorkspaceId, one: Arc<dyn Platform>, others: Option<Arc<dyn Platform>>) -> Self {
        Self { one: (of_one, one), others }
    }

    fn of(&self, workspace: &WorkspaceId) -> Result<&dyn Platform, Trouble> {
        if *workspace == self.one.0 {
            return Ok(&*self.one.1);
        }
        self.others.as_deref().ok_or_else(|| Trouble::Failed("Bedside runs without a connection there".into()))
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
    ) -> Pending<'a, Result<(), Trouble>> {
        match self.of(workspace) {
            Ok(platform) => platform.tell(workspace, person, card),
            Err(trouble) => Box::pin(async { Err(trouble) }),
        }
    }

    fn reads_messages(&self, workspace: &WorkspaceId) -> bool {
        self.of(workspace).is_ok_and(|platform| platform.reads_messages(workspace))
    }
}
