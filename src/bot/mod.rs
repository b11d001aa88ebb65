//! The platform-neutral bot: a table of commands, a handler each, and what they share.
//!
//! A [`Request`] comes in, an [`Answer`] goes out; no platform type is seen in between.

pub mod answer;
pub mod commands;
pub mod daily;
mod error;
pub mod platform;
pub mod report;
pub mod request;

pub use answer::{Action, Answer, Block, Card, Choice, Form, Span, Tone};
pub use error::Error;
pub use platform::{Clock, Platform};
pub use request::{Ask, Caller, Heard, OptionValue, Place, Request};
