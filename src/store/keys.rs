//! The names that everything kept is filed under.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the platform's own identifier.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as the platform writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

key! {
    /// A tenant: a Discord server, prefixed by its platform (`discord:123`), or the room.
    WorkspaceId
}
key! {
    /// A channel, thread, forum post, forum or category within a workspace.
    ChannelId
}
key! {
    /// A person, as their platform numbers them.
    PersonId
}
key! {
    /// A role or user group within a workspace.
    RoleId
}
key! {
    /// One message within a channel.
    MessageId
}
