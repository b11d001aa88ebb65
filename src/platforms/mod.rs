//! The platforms that the bot speaks on; each turns its own events into requests and answers into its own calls.
//! Beside them stands `web`, through which the blog's feed is read.

#[cfg(feature = "discord")]
pub mod discord;
#[cfg(feature = "room")]
pub mod room;
mod together;
#[cfg(feature = "blog")]
pub mod web;

pub use together::Together;
