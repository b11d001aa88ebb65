//! Bedside: bedside manner for the help desk.

#[cfg(feature = "store")]
pub mod bot;
#[cfg(feature = "store")]
pub mod store;

pub mod content;
pub mod language;
pub mod mood;
pub mod review;
