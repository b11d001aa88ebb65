//! What is kept, and nothing else: settings, schedules, postings, mutes. Never a word that anyone wrote.

mod keys;

pub use keys::{ChannelId, MessageId, PersonId, RoleId, WorkspaceId};
