//! Who sits in the room, and what its channels and roles are called. Tables: the room has these and no others.

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

/// A seat that somebody may take; to the bot it is a person.
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

    pub(super) fn person(self) -> PersonId {
        PersonId::new(self.id())
    }

    fn roles(self) -> Vec<RoleId> {
        match self {
            Self::Agent => vec![RoleId::new(STAFF)],
            Self::Customer => Vec::new(),
            Self::Lead => vec![RoleId::new(STAFF), RoleId::new(LEADS)],
        }
    }

    /// Whoever sits there, as the bot is told of them.
    pub(super) fn caller(self, channel: &Channel) -> Caller {
        let person = Person {
            id: self.person(),
            roles: self.roles(),
            manage_server: self == Self::Lead,
            manage_messages: self != Self::Customer,
        };
        Caller { workspace: workspace(), place: place(channel), person }
    }

    /// What somebody there wrote, as the bot hears it.
    pub(super) fn said(self, id: &str, at: Timestamp, text: &str) -> Message {
        said(id, self.id(), self.roles(), at, text)
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
