//! Which tip, and when. Pure: text and time in, values out.
//!
//! - [`calendar`]: a wall-clock time in a time zone on some days of the week, and the instants it means;
//! - [`written`]: how people write times, zones and days;
//! - [`rotation`]: which tip comes next in a channel.

pub mod calendar;
pub mod rotation;
pub mod written;

pub use calendar::{Days, LocalTime, Occasion, Schedule, Zone};
pub use rotation::{Pick, Seen};
pub use written::Unclear;
