//! What the bot says and looks for: packs of response files, checked and compiled.
//!
//! - [`Layer`]: the files of one pack, as text. Reading them from a disk is somebody else's work.
//! - [`load`]: lays packs over one another, tells everything that is wrong, compiles the result.
//! - [`Pack`]: the result, which the engines run on.

mod beginnings;
mod compile;
mod dictionary;
mod drills;
mod layers;
mod names;
mod needs;
mod pack;
pub mod patterns;
mod phrase;
pub mod problem;
mod schema;
mod signs;
mod written;

pub use compile::{Counts, load};
pub use drills::{Band, Drill, Must, Quiz, QuizAnswer, QuizItem, Task, Total};
pub use layers::{Layer, SourceFile};
pub use names::{AnswerTo, CueName, Measure, Missing, MoodName};
pub use pack::{
    Cue, Example, Habit, Inside, Level, Mood, Pack, Phrase, Post, Rule, RuleKind, Signal, State, Tip, Topic,
};
pub use phrase::Scanned;
pub use problem::Problem;
pub use schema::{At, Basis, Medium, Negated, Severity};
