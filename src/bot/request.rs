//! What reaches the bot: who asks, where, and for what. No platform type comes this far.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;

use super::answer::Unsaid;
use crate::store::{ChannelId, MessageId, PersonId, RoleId, WorkspaceId};

/// One thing that a person did: ran a command, pressed an action, submitted a form.
#[derive(Clone, Debug)]
pub struct Request {
    /// The platform's own id of this event; a second request with the same id is not acted on twice.
    pub event: String,
    /// Who did it, and where.
    pub caller: Caller,
    /// What they did.
    pub ask: Ask,
}

/// Who asks, and where they stand.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant that everything is keyed by.
    pub workspace: WorkspaceId,
    /// The conversation the caller is in.
    pub place: Place,
    /// The caller.
    pub person: Person,
}

/// A conversation and what it lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The channel, thread or forum post itself.
    pub conversation: ChannelId,
    /// What holds it, nearest first: a thread's channel or forum, then its category.
    pub parents: Vec<ChannelId>,
}

impl Place {
    /// The conversation, then everything that holds it.
    pub fn lineage(&self) -> impl Iterator<Item = &ChannelId> {
        std::iter::once(&self.conversation).chain(&self.parents)
    }
}

/// A person and what the platform says they may do in this conversation.
#[derive(Clone, Debug)]
pub struct Person {
    /// The platform's id of the person.
    pub id: PersonId,
    /// The roles they hold in the workspace.
    pub roles: Vec<RoleId>,
    /// They may administer the workspace (Discord: Manage Server or Administrator).
    pub manage_server: bool,
    /// They may moderate this conversation (Discord: Manage Messages).
    pub manage_messages: bool,
}

/// What a person did. `Debug` never shows what they wrote.
#[derive(Clone)]
pub enum Ask {
    /// Ran a command; `name` is a row of the command table, `"daily on"` say.
    Command {
        /// The row's name.
        name: String,
        /// The options given, by name.
        options: BTreeMap<String, OptionValue>,
    },
    /// Ran a message command on a message.
    MessageCommand {
        /// The row's name, `"Help me answer"` say.
        name: String,
        /// The message it was run on.
        message: Message,
    },
    /// Pressed a button, or chose from a menu.
    Action {
        /// The action's id, as the card carried it; never trusted.
        id: String,
        /// What was chosen, for a menu.
        values: Vec<String>,
    },
    /// Submitted a form.
    Form {
        /// The form's id, as it was opened with; never trusted.
        id: String,
        /// What was typed, by field.
        values: BTreeMap<String, String>,
    },
}

/// The value of one option of a command. `Debug` never shows text.
#[derive(Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// Text, as typed.
    Text(String),
    /// A channel, forum, thread or category of this workspace.
    Channel(ChannelId),
    /// A role of this workspace.
    Role(RoleId),
}

/// What somebody wrote in a channel. Lives in memory only; `Debug` never shows the text.
#[derive(Clone)]
pub struct Message {
    /// The platform's id of the message.
    pub id: MessageId,
    /// Who wrote it.
    pub author: PersonId,
    /// The roles they held then, as far as the platform says; to tell staff from customers.
    pub roles: Vec<RoleId>,
    /// Whether a bot or the system wrote it.
    pub automatic: bool,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub text: String,
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command { name, options } => {
                f.debug_struct("Command").field("name", name).field("options", options).finish()
            }
            Self::MessageCommand { name, message } => {
                f.debug_struct("MessageCommand").field("name", name).field("message", message).finish()
            }
            Self::Action { id, values } => {
                f.debug_struct("Action").field("id", &Unsaid(id)).field("values", &values.len()).finish()
            }
            Self::Form { id, values } => {
                f.debug_struct("Form").field("id", &Unsaid(id)).field("values", &values.len()).finish()
            }
        }
    }
}

impl fmt::Debug for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.debug_tuple("Text").field(&Unsaid(text)).finish(),
            Self::Channel(channel) => f.debug_tuple("Channel").field(channel).finish(),
            Self::Role(role) => f.debug_tuple("Role").field(role).finish(),
        }
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(message) => f.debug_tuple("Written").field(message).finish(),
            Self::Edited { id, text } => f.debug_struct("Edited").field("id", id).field("text", &Unsaid(text)).finish(),
            Self::Deleted(ids) => f.debug_tuple("Deleted").field(&ids.len()).finish(),
            Self::Gone => f.write_str("Gone"),
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Something that happened in a conversation the bot can see. `Debug` never shows the text.
#[derive(Clone)]
pub enum Heard {
    /// A message was written.
    Written(Message),
    /// A message was changed.
    Edited {
        /// Which message.
        id: MessageId,
        /// Its new text.
        text: String,
    },
    /// Messages were deleted.
    Deleted(Vec<MessageId>),
    /// The conversation itself is gone.
    Gone,
}
