//! What the bot does in the room unasked: post, look, check, tell.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    hall::{Hall, Held},
    seats::{self, Sitter, TEAM},
};
use crate::{
    bot::{
        Card, Platform,
        platform::{Destination, Found, Known, Pending, Permission, Sent, Trouble},
    },
    store::{MessageId, PersonId, WorkspaceId},
};

/// The room, as the bot uses it.
pub(super) struct Outgoing {
    hall: Arc<Hall>,
}

impl Outgoing {
    pub(super) fn new(hall: Arc<Hall>) -> Self {
        Self { hall }
    }
}

fn channel(at: &Destination) -> Option<&'static seats::Channel> {
    seats::channel(at.channel.as_str()).filter(|_| at.workspace.as_str() == seats::NAME)
}

impl Platform for Outgoing {
    fn post<'a>(&'a self, to: &'a Destination, card: &'a Card, nonce: &'a str, mark: &'a str) -> Pending<'a, Sent> {
        let sent = match channel(to) {
            Some(channel) => Sent::Done(MessageId::new(self.hall.post(channel, card, Some((nonce, mark))))),
            None => Sent::Refused(Trouble::Gone),
        };
        Box::pin(async { sent })
    }

    /// What an earlier process posted went with it, so that what is not there does not stand.
    fn find<'a>(&'a self, at: &'a Destination, mark: &'a str, _since: Timestamp) -> Pending<'a, Found> {
        let found = match channel(at) {
            Some(channel) => {
                self.hall.bearing(channel, mark).map_or(Found::No, |message| Found::Yes(MessageId::new(message)))
            }
            None => Found::Undecided(Trouble::Gone),
        };
        Box::pin(async { found })
    }

    fn lacking<'a>(&'a self, at: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
        let lacking = channel(at).map(|_| Vec::new()).ok_or(Trouble::Gone);
        Box::pin(async { lacking })
    }

    /// Told at once or never, and what was told goes with the process: there is nothing to look for.
    fn tell<'a>(
        &'a self,
        _workspace: &'a WorkspaceId,
        person: &'a PersonId,
        card: &'a Card,
        _known: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>> {
        let told = match (Sitter::read(person.as_str()), seats::channel(TEAM)) {
            (Some(sitter), Some(team)) => {
                self.hall.tell(&sitter, team, card);
                Ok(())
            }
            _ => Err(Trouble::Gone),
        };
        Box::pin(async { told })
    }

    fn on_a_message(&self, _workspace: &WorkspaceId) -> &'static str {
        "in its “…” menu"
    }

    fn carries(&self, _workspace: &WorkspaceId) -> &'static str {
        "The room is this process, and holds in its memory what is said there: a message for two hours at most, a card \
         that only you see until you dismiss it, or have been away for 15 minutes."
    }

    fn held(&self, _workspace: &WorkspaceId, person: &PersonId) -> Vec<String> {
        Sitter::read(person.as_str()).map_or_else(Vec::new, |sitter| lines(&self.hall.held(&sitter)))
    }

    fn forget(&self, _workspace: &WorkspaceId, person: &PersonId) -> Vec<String> {
        Sitter::read(person.as_str()).map_or_else(Vec::new, |sitter| lines(&self.hall.forget(&sitter)))
    }
}

fn lines(held: &Held) -> Vec<String> {
    let line = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let messages = line(held.messages, "of your messages in the room's channels");
    let cards = line(held.cards, "of the cards that only you see");
    messages.into_iter().chain(cards).collect()
}
