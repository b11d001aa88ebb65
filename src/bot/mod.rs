//! The platform-neutral bot: a table of commands, a handler each, and what they share.
//!
//! A [`Request`] comes in, an [`Answer`] goes out; no platform type is seen in between. The front door is [`Bot`]:
//! [`Bot::answer`], [`Bot::suggest`] and [`Bot::heard`].
//!
//! | file | what it says |
//! | --- | --- |
//! | `commands` | the table of commands, the one source of every surface |
//! | `request`, `answer` | what comes in and what goes out |
//! | `platform` | what the bot needs of a platform when nobody is asking |
//! | `dispatch` | from a request to its handler: cooldown, permission, the two kinds of error |
//! | `review`, `coach`, `tip`, `listen`, `daily`, `watch`, `rules`, `report`, `privacy`, `help` | a handler each |
//! | `watching`, `drafts`, `cooldown` | what is held in memory, bounded |
//! | `library` | the packs in use |
//! | `workspaces` | settings of workspaces, their coming and going |

pub mod answer;
mod coach;
pub mod commands;
pub mod daily;
mod error;
pub mod platform;
pub mod report;
pub mod request;
mod review;
mod rules;
mod suggest;
mod tip;
mod watch;
mod watching;
mod workspaces;

use std::sync::Arc;

pub use answer::{Action, Answer, Block, Card, Choice, Form, Span, Tone};
pub use error::Error;
pub use platform::{Clock, Platform};
pub use request::{Ask, Caller, Heard, OptionValue, Place, Request};
