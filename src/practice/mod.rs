//! Practice that sticks: one-minute drills that come back just before they would be forgotten, and quizzes for
//! reflection. Pure: a pack, text and time in, values out.
//!
//! - [`judge`]: a drill and an answer → a [`Judgement`]: what holds, one thing to try, what a good answer had to do;
//! - [`remember`]: a rating → when the drill comes back, by FSRS;
//! - [`deal`]: what a person remembers → the drill to deal now;
//! - [`quiz_result`]: the answers to a quiz → its result in words.

mod choose;
mod deal;
mod judge;
mod memory;
mod order;
mod own;
mod quiz;
mod spelling;
mod written;

pub use deal::{Dealt, deal, drill_for_tip};
pub use judge::{HadTo, Judgement, judge};
pub use memory::{Memory, RETENTION, Rating, remember};
pub use quiz::{QuizResult, quiz_result};
