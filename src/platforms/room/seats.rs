//! Who sits in the room, and what its channels and roles are called. Tables: the room has these and no others.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    bot::{Caller, Message, Person, Place},
    store::{ChannelId, MessageId, PersonId, RoleId, WorkspaceId},
};

/// The one workspace of the room.
pub const NAME: &str = "room";

/// The workspace that everything in the room is keyed by.
pub fn workspace() -> WorkspaceId {
    WorkspaceId::new(NAME)
}

/// A seat that somebody may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Seat {
    Agent,
    Customer,
    Lead,
}

/// A channel of the room.
pub(super) struct Channel {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// A role of the room.
pub(super) struct Role {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// Where customers write.
pub(super) const SUPPORT: &str = "support";
/// Where the team is among itself.
pub(super) const TEAM: &str = "team";

pub(super) const CHANNELS: &[Channel] =
    &[Channel { id: SUPPORT, name: "#support" }, Channel { id: TEAM, name: "#team" }];

/// Who answers customers.
pub(super) const STAFF: &str = "staff";
const LEADS: &str = "leads";

pub(super) const ROLES: &[Role] = &[Role { id: STAFF, name: "@staff" }, Role { id: LEADS, name: "@leads" }];

/// The channel of that id.
pub(super) fn channel(id: &str) -> Option<&'static Channel> {
    CHANNELS.iter().find(|channel| channel.id == id)
}

/// The role of that id.
pub(super) fn role(id: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.id == id)
}

impl Seat {
    pub(super) const ALL: [Self; 3] = [Self::Agent, Self::Customer, Self::Lead];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Customer => "customer",
            Self::Lead => "lead",
        }
    }

    /// Who is known to sit there.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Agent => "Sam, support",
            Self::Customer => "Robin",
            Self::Lead => "Lee, lead",
        }
    }

    /// The seat of that id.
    pub(super) fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seat| seat.id() == id)
    }

    fn roles(self) -> Vec<RoleId> {
        match self {
            Self::Agent => vec![RoleId::new(STAFF)],
            Self::Customer => Vec::new(),
            Self::Lead => vec![RoleId::new(STAFF), RoleId::new(LEADS)],
        }
    }
}

/// Whoever sits in a seat: to the bot, a person. In a locked room each key is somebody else, so that colleagues in one
/// seat share nothing of their own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Sitter {
    pub(super) seat: Seat,
    /// What their key is called.
    pub(super) key: Option<Arc<str>>,
}

impl From<Seat> for Sitter {
    fn from(seat: Seat) -> Self {
        Self { seat, key: None }
    }
}

impl Sitter {
    /// `agent`, or `agent:sam` with a key of that name.
    pub(super) fn id(&self) -> String {
        let seat = self.seat.id();
        self.key.as_ref().map_or_else(|| seat.to_owned(), |key| format!("{seat}:{key}"))
    }

    /// Whoever has that id, if it is one of ours.
    pub(super) fn read(id: &str) -> Option<Self> {
        let (seat, key) = id.split_once(':').map_or((id, None), |(seat, key)| (seat, Some(key.into())));
        Some(Self { seat: Seat::named(seat)?, key })
    }

    /// Whether they are told what is for `other`: themselves, or everybody in their seat.
    pub(super) fn is_told(&self, other: &Self) -> bool {
        self.seat == other.seat && (other.key.is_none() || other.key == self.key)
    }

    /// They, as the bot is told of them.
    pub(super) fn caller(&self, channel: &Channel) -> Caller {
        let person = Person {
            id: PersonId::new(self.id()),
            roles: self.seat.roles(),
            manage_server: self.seat == Seat::Lead,
            manage_messages: self.seat != Seat::Customer,
        };
        Caller { workspace: workspace(), place: place(channel), person }
    }

    /// What they wrote, as the bot hears it.
    pub(super) fn said(&self, id: &str, at: Timestamp, text: &str) -> Message {
        said(id, &self.id(), self.seat.roles(), at, text)
    }
}

pub(super) fn place(channel: &Channel) -> Place {
    Place { conversation: ChannelId::new(channel.id), parents: Vec::new() }
}

/// What a person wrote, as the bot hears it.
pub(super) fn said(id: &str, author: &str, roles: Vec<RoleId>, at: Timestamp, text: &str) -> Message {
    Message {
        id: MessageId::new(id),
        author: PersonId::new(author),
        roles,
        automatic: false,
        at,
        text: text.to_owned(),
    }
}
