//! Every rule's and cue's own examples, run.

use super::{Draft, Reader, shown};
use crate::{
    content::{Medium, Pack, Problem, RuleKind},
    language::Text,
};

/// Runs the examples of all rules and cues; what is wrong comes with its place.
pub fn examples(pack: &Pack) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in &pack.rules {
        let home = rule.media.first().copied().unwrap_or(if matches!(rule.kind, RuleKind::Phrase(_)) {
            Medium::Chat
        } else {
            Medium::Ticket
        });
        for example in &rule.examples {
            let draft = Draft {
                text: &example.draft,
                answers: example.answers.as_deref(),
                medium: example.medium.unwrap_or(home),
            };
            let (findings, missing) = Reader::of(pack, &draft).draw();
            let drawn = findings.iter().any(|f| f.rule == rule.id) || missing.iter().any(|m| m.rule == rule.id);
            if drawn != example.drawn {
                let verb = if example.drawn { "is not drawn by its own `bad`" } else { "is drawn by its own `good`" };
                problems.push(pack.problem(example, format!("`{}` {verb}", rule.id)));
            }
        }
    }
    for cue in &pack.cues {
        for example in &cue.examples {
            let met = !shown::scan(pack, Text::read(&example.draft)).met(&cue.phrase).is_empty();
            if met != example.drawn {
                let verb = if example.drawn { "is not met by its own `yes`" } else { "is met by its own `no`" };
                problems.push(pack.problem(example, format!("`{}` {verb}", cue.id)));
            }
        }
    }
    problems
}
