//! Cards to practise with.

use std::collections::HashSet;

use super::Compiler;
use crate::content::{
    drills::{Drill, Must, Task},
    layers::Written,
    pack::{Cue, Rule, Tip},
    problem::nearest,
    schema::{Placed, RawCard, RawMust, RawTask},
};

/// The most characters of what a card shows.
const LONGEST_TRAINS: usize = 60;
const LONGEST_MESSAGE: usize = 600;
const LONGEST_ASK: usize = 160;
const LONGEST_OPTION: usize = 400;
const LONGEST_EXPLAIN: usize = 300;
const LONGEST_WHAT: usize = 100;

/// What a card may name.
pub(super) struct Nameable<'a> {
    pub tips: &'a [Tip],
    pub rules: &'a [Rule],
    pub cues: &'a [Cue],
}

impl Compiler<'_> {
    pub(super) fn card(&mut self, written: &Written<RawCard>, known: &Nameable<'_>, set: &mut Vec<String>) -> Drill {
        let (file, raw) = (written.file, &written.item);
        if !raw.id.get_ref().contains('/') {
            self.problem(file, &raw.id, "a card's id is `family/name`");
        }
        self.length(file, &raw.trains, LONGEST_TRAINS);
        self.length(file, &raw.message, LONGEST_MESSAGE);
        self.length(file, &raw.ask, LONGEST_ASK);
        if let Some(explain) = &raw.explain {
            self.length(file, explain, LONGEST_EXPLAIN);
        }
        let tips: Vec<&str> = known.tips.iter().map(|tip| tip.id.as_str()).collect();
        let rules: Vec<&str> = known.rules.iter().map(|rule| rule.id.as_str()).collect();
        let task = self.task(file, raw);
        self.musts_fit(file, raw);
        Drill {
            id: raw.id.get_ref().clone(),
            post: self.known_post(file, &raw.post),
            trains: raw.trains.get_ref().clone(),
            tips: self.named(file, &raw.tips, &tips, "tip"),
            rules: self.named(file, &raw.rules, &rules, "rule"),
            task,
            medium: raw.medium,
            message: raw.message.get_ref().clone(),
            ask: raw.ask.get_ref().clone(),
            musts: raw.must.iter().map(|must| self.must(file, must, known.cues, set)).collect(),
            explain: raw.explain.as_ref().map(|text| text.get_ref().clone()),
        }
    }

    /// The ids that there are; one that a pack has switched off is no mistake of the card's.
    fn named(&mut self, file: usize, ids: &[Placed], known: &[&str], kind: &str) -> Vec<String> {
        let mut named = Vec::new();
        for id in ids {
            let word = id.get_ref();
            if known.contains(&word.as_str()) {
                named.push(word.clone());
            } else if !self.merged.off.contains(word) {
                let hint = nearest(word, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                self.problem(file, id, format!("no {kind} is called `{word}`{hint}"));
            }
        }
        named
    }

    fn task(&mut self, file: usize, raw: &RawCard) -> Task {
        match (&raw.draft, raw.task) {
            (Some(draft), RawTask::Mend) => self.length(file, draft, LONGEST_MESSAGE),
            (None, RawTask::Mend) => self.problem(file, &raw.id, "a card that is mended needs `draft`"),
            (Some(draft), _) => self.problem(file, draft, "`draft` goes with task `mend` alone"),
            (None, _) => {}
        }
        let (fewest, most) = match raw.task {
            RawTask::Choose => (2, 4),
            RawTask::Order => (3, 5),
            RawTask::Write | RawTask::Mend | RawTask::Ask => return self.written_task(file, raw),
        };
        if !(fewest..=most).contains(&raw.options.len()) {
            let what = format!("{} `options`; between {fewest} and {most} are right", raw.options.len());
            self.problem(file, &raw.id, what);
        }
        for option in &raw.options {
            self.length(file, option, LONGEST_OPTION);
        }
        if raw.explain.is_none() {
            self.problem(file, &raw.id, "say in `explain`, after the answer, why it is the right one");
        }
        let options = raw.options.iter().map(|option| option.get_ref().clone()).collect();
        let right = self.right(file, raw);
        if raw.task == RawTask::Order {
            return Task::Order { pieces: options, right };
        }
        Task::Choose { options, right: right.first().copied().unwrap_or(0) }
    }

    fn written_task(&mut self, file: usize, raw: &RawCard) -> Task {
        if let Some(option) = raw.options.first() {
            self.problem(file, option, "`options` go with tasks `choose` and `order` alone");
        }
        for (key, value) in [("right", &raw.right), ("explain", &raw.explain)] {
            if let Some(value) = value {
                self.problem(file, value, format!("`{key}` goes with tasks `choose` and `order` alone"));
            }
        }
        match raw.task {
            RawTask::Mend => Task::Mend { draft: raw.draft.as_ref().map(|d| d.get_ref().clone()).unwrap_or_default() },
            RawTask::Ask => Task::Ask,
            _ => Task::Write,
        }
    }

    /// The places that the letters of `right` stand for.
    fn right(&mut self, file: usize, raw: &RawCard) -> Vec<usize> {
        let Some(right) = &raw.right else {
            self.problem(file, &raw.id, "say in `right` which letter it is, or which letters in which order");
            return Vec::new();
        };
        let letters: Vec<char> = ('A'..).take(raw.options.len()).collect();
        let written: Vec<char> = right.get_ref().chars().collect();
        let places: Vec<usize> = written.iter().filter_map(|c| letters.iter().position(|l| l == c)).collect();
        let ordered = raw.task == RawTask::Order;
        let wanted = if ordered { letters.len() } else { 1 };
        let different = places.iter().collect::<HashSet<_>>().len();
        if written.len() != wanted || different != wanted {
            let all: String = letters.iter().collect();
            let what = if ordered {
                format!("`{}` is no order: each letter of {all} stands once, as in \"CAB\"", right.get_ref())
            } else {
                format!("`{}` is no letter of {all}", right.get_ref())
            };
            self.problem(file, right, what);
        } else if ordered && places.is_sorted() {
            self.problem(file, right, "the pieces are in the right order already; write them in a wrong one");
        }
        places
    }

    fn musts_fit(&mut self, file: usize, raw: &RawCard) {
        let (fewest, most) = match raw.task {
            RawTask::Order => (0, 5),
            RawTask::Choose => (1, 5),
            _ => (2, 5),
        };
        let count = raw.must.len();
        if !(fewest..=most).contains(&count) {
            let what = format!("{count} `[[card.must]]`; between {fewest} and {most} are right for this task");
            self.problem(file, &raw.id, what);
        } else if count > 0 && !raw.must.iter().any(|must| must.need) {
            self.problem(file, &raw.id, "at least one `[[card.must]]` is needed, not only welcome");
        }
    }

    fn must(&mut self, file: usize, raw: &RawMust, cues: &[Cue], set: &mut Vec<String>) -> Must {
        self.length(file, &raw.what, LONGEST_WHAT);
        if raw.cue.is_empty() && raw.say.is_empty() && raw.not.is_empty() {
            self.problem(file, &raw.what, "say by which `cue` or `say` this is met");
        }
        let ids: Vec<&str> = cues.iter().map(|cue| cue.id.as_str()).collect();
        let mut places = Vec::new();
        for cue in &raw.cue {
            if let Some(place) = ids.iter().position(|id| id == cue.get_ref()) {
                places.push(place);
                continue;
            }
            let hint = nearest(cue.get_ref(), &ids)
                .map_or_else(|| format!("known: {}", ids.join(", ")), |near| format!("did you mean `{near}`?"));
            self.problem(file, cue, format!("no cue is called `{}`; {hint}", cue.get_ref()));
        }
        let say = self.add(file, &raw.say, set);
        let not = self.add(file, &raw.not, set);
        Must { what: raw.what.get_ref().clone(), need: raw.need, cues: places, say, not }
    }
}
