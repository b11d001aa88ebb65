//! Every signal's own examples, run.

use super::mood;
use crate::content::{Pack, Problem};

/// Runs the examples of all signals; what is wrong comes with its place.
pub fn examples(pack: &Pack) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, signal) in pack.signals.iter().enumerate() {
        for example in &signal.examples {
            let found = mood(pack, &example.draft).signals.contains(&place);
            if found != example.drawn {
                let verb = if example.drawn { "is not met by its own `yes`" } else { "is met by its own `no`" };
                problems.push(pack.problem(example, format!("`{}` {verb}", signal.id)));
            }
        }
    }
    problems
}
