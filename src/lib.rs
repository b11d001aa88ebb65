//! Bedside: bedside manner for the help desk.
//!
//! A tour of the crate, from the street to the cellar. Arrows run one way, downwards; nothing below [`bot`] does
//! I/O, reads a clock or knows a platform.
//!
//! - [`cli`]: the command line, and with it how the program starts and stops.
//! - [`config`]: what the operator decides, and the one secret, which is never in the file.
//! - [`platforms`]: Discord, and the room: a page on this machine; each turns what happens on it into requests and
//!   answers into its own calls, and holds nothing else.
//! - [`ops`]: health and figures, for whoever looks after a running bot.
//! - [`shapes`]: reviews and moods as machines read them; a promise.
//! - [`bot`]: the platform-neutral bot: the table of commands, a handler each, watching, the daily tip.
//! - [`store`]: what is kept, and nothing else. Used by `bot` alone.
//! - [`review`]: a draft (and the message that it answers) → how it may land, and why.
//! - [`mood`]: a message → what it seems to carry, with the evidence.
//! - [`coach`]: a conversation → what to acknowledge, ask, do and avoid.
//! - [`tips`]: the calendar and the rotation: which tip, when.
//! - [`practice`]: a drill and an answer → a judgement; what to deal next, and when it comes back; quizzes.
//! - [`blog`]: the blog's feed: what a server sent → its posts, and which of them are new.
//! - [`content`]: what the bot says and looks for, read from `responses/` and from packs of one's own.
//! - [`readings`]: what words weigh in the numbers of a review and a mood; made by `training/`.
//! - [`language`]: text → sentences, words, protected spans.
//! - `digest`: several texts → one hash.

#[cfg(feature = "blog")]
pub mod blog;
#[cfg(feature = "store")]
pub mod bot;
pub mod cli;
pub mod coach;
pub mod config;
pub mod content;
mod digest;
pub mod language;
pub mod mood;
#[cfg(feature = "ops")]
pub mod ops;
#[cfg(feature = "store")]
pub mod platforms;
pub mod practice;
pub mod readings;
pub mod review;
pub mod shapes;
#[cfg(feature = "store")]
pub mod store;
pub mod tips;
