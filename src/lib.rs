//! Bedside: bedside manner for the help desk.

#[cfg(feature = "store")]
pub mod bot;
#[cfg(feature = "store")]
pub mod platforms;
#[cfg(feature = "store")]
pub mod store;
