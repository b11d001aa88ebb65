//! Bedside: bedside manner for the help desk.

#[cfg(feature = "store")]
pub mod bot;
pub mod cli;
pub mod config;
#[cfg(feature = "store")]
pub mod store;

pub mod content;
pub mod language;
