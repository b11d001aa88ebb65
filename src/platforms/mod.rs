//! The platforms that the bot speaks on; each turns its own events into requests and answers into its own calls.

#[cfg(feature = "discord")]
pub mod discord;
#[cfg(feature = "room")]
pub mod room;
mod together;

pub use together::Together;
