//! How words weigh: the linear part of every reading.
//!
//! [`Readings::weigh`] takes a text that has been read and returns what its words say of it on five scales
//! (impolite, negative, hostile, warm, caring) and of danger, blended into `risk`, `upset`, `care` and `danger`, with the share that each
//! word has in it. The weights are one file, `training/weights.tsv`, made by `training/run`; `docs/readings.md` is its
//! card. Findings, missing parts and moods have their say afterwards, in `review` and `mood`.

mod blend;
mod features;
mod table;
mod tokens;
mod weights;

use std::sync::LazyLock;

pub use blend::{Moved, Weighed, chance, furthest};
pub use features::{Features, SHAPES};
pub use table::key;
pub use tokens::{Token, tokens};
pub use weights::{Family, HEADS, Heads, Slope, Term, Weights, WeightsError};

/// The weights in this binary.
static ENGLISH: LazyLock<Weights> = LazyLock::new(Weights::built_in);

/// The built-in weights, for English.
pub fn english() -> &'static Weights {
    &ENGLISH
}
