//! From what is written to what runs: every reference checked, every pattern compiled, everything wrong told at once.

mod cards;
mod examples;
mod quizzes;
mod said;

use std::{collections::HashSet, ops::Range};

use regex_automata::meta::Regex;
use serde::Serialize;
use toml::Spanned;

use cards::Nameable;
use examples::{example, plain_examples};

use super::{
    layers::{Layer, Merged, Written, placed_problem},
    names::{AnswerTo, CueName, Measure, Missing, MoodName},
    pack::{Cue, Inside, Level, Pack, Phrase, Post, Rule, RuleKind, Signal, Topic},
    patterns::{MOST_PATTERNS, Patterns, examine},
    phrase::Owners,
    problem::{Problem, nearest},
    schema::{self, At, Basis, Placed},
};
use crate::readings;

/// The fewest examples of each kind that a rule carries.
const FEWEST_EXAMPLES: usize = 2;

/// What a pack holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Posts.
    pub posts: usize,
    /// Tips.
    pub tips: usize,
    /// Rules.
    pub rules: usize,
    /// Cues and signals.
    pub cues: usize,
    /// Coaching states.
    pub states: usize,
    /// Cards to practise with.
    pub cards: usize,
    /// Quizzes.
    pub quizzes: usize,
    /// Examples, of rules, cues and signals together.
    pub examples: usize,
}

/// Lays packs over one another, first the one that all others lie on, and compiles what remains.
///
/// # Errors
/// Everything that is wrong: the syntax errors, one a file; without any, everything else.
pub fn load(layers: &[Layer]) -> Result<Pack, Vec<Problem>> {
    let merged = Merged::of(layers)?;
    let mut compiler = Compiler::new(&merged);
    let pack = compiler.pack();
    let mut problems = compiler.problems;
    match pack {
        Ok(pack) if problems.is_empty() => Ok(pack),
        Ok(_) => {
            problems.sort();
            Err(problems)
        }
        Err(what) => {
            if problems.is_empty() {
                problems.push(Problem { file: "packs".into(), line: 1, column: 1, what });
            }
            problems.sort();
            Err(problems)
        }
    }
}

impl Pack {
    /// The pack that comes with the program.
    ///
    /// # Panics
    /// Never in a build that passed its tests: they load it.
    pub fn built_in() -> Self {
        load(&[Layer::built_in()]).unwrap_or_else(|problems| panic!("the built-in pack: {}", problems[0]))
    }

    /// Reads every set of patterns now, so that nobody's first question waits for it.
    pub fn prepare_all(&self) {
        self.prepare();
        self.practice.prepare();
    }

    /// Reads both sets of patterns that a review needs now, side by side, instead of each at its first scan.
    pub fn prepare(&self) {
        std::thread::scope(|scope| {
            scope.spawn(|| self.drafts.prepare());
            self.messages.prepare();
        });
    }

    /// What the pack holds.
    pub fn counts(&self) -> Counts {
        Counts {
            posts: self.posts.len(),
            tips: self.tips.len(),
            rules: self.rules.len(),
            cues: self.cues.len() + self.signals.len(),
            states: self.states.len(),
            cards: self.drills.len(),
            quizzes: self.quizzes.len(),
            examples: self.rules.iter().map(|r| r.examples.len()).sum::<usize>()
                + self.cues.iter().map(|c| c.examples.len()).sum::<usize>()
                + self.signals.iter().map(|s| s.examples.len()).sum::<usize>(),
        }
    }
}

struct Compiler<'a> {
    merged: &'a Merged,
    problems: Vec<Problem>,
    posts: HashSet<&'a str>,
}

impl<'a> Compiler<'a> {
    fn new(merged: &'a Merged) -> Self {
        let posts = merged.posts.iter().map(|w| w.item.id.get_ref().as_str()).collect();
        Self { merged, problems: Vec::new(), posts }
    }

    fn problem<T>(&mut self, file: usize, at: &Spanned<T>, what: impl Into<String>) {
        self.problems.push(placed_problem(&self.merged.sources, file, at, what));
    }

    fn pack(&mut self) -> Result<Pack, String> {
        let merged = self.merged;
        let mut drafts = Vec::new();
        let mut messages = Vec::new();
        let mut practice = Vec::new();
        let posts: Vec<Post> = merged.posts.iter().map(|w| self.post(w)).collect();
        let topics: Vec<Topic> = merged
            .topics
            .iter()
            .map(|w| Topic { id: w.item.id.get_ref().clone(), name: w.item.name.clone() })
            .collect();
        let tips: Vec<_> = merged.tips.iter().map(|w| self.tip(w, &topics)).collect();
        let rules: Vec<_> = merged.rules.iter().filter_map(|w| self.rule(w, &mut drafts)).collect();
        let cues: Vec<Cue> = merged.cues.iter().map(|w| self.cue(w, &mut drafts)).collect();
        let signals: Vec<Signal> = merged.signals.iter().map(|w| self.signal(w, &mut messages)).collect();
        let moods = merged.moods.iter().filter_map(|w| self.mood(w)).collect();
        let states = merged.states.iter().map(|w| self.state(w, &signals)).collect();
        let mut levels: Vec<Level> = merged.levels.iter().map(said::level).collect();
        levels.sort_by_key(|l| l.number);
        let habits = merged.habits.iter().map(|w| self.habit(w)).collect();

        let known = Nameable { tips: &tips, rules: &rules, cues: &cues };
        let drills = merged.cards.iter().map(|w| self.card(w, &known, &mut practice)).collect();
        let quizzes = merged.quizzes.iter().map(|w| self.quiz(w, &tips)).collect();

        let mut known_cues = Vec::new();
        for &name in CueName::ALL {
            match cues.iter().position(|c| c.id == name.word()) {
                Some(place) => known_cues.push(place),
                None => return Err(format!("the review needs a cue `{}`; no pack has it", name.word())),
            }
        }
        if levels.len() != 5 || levels.iter().zip(1..).any(|(l, n)| l.number != n) {
            return Err("listening has five levels, numbered 1 to 5; the packs together have others".into());
        }
        if drafts.len().max(messages.len()).max(practice.len()) > MOST_PATTERNS {
            return Err(format!("the packs together hold more than {MOST_PATTERNS} patterns"));
        }
        let wordless = (0..rules.len()).filter(|&place| rules[place].phrase().is_none()).collect();
        let rule_of = Owners::of(rules.iter().map(Rule::phrase));
        let signal_of = Owners::of(signals.iter().map(|signal| Some(&signal.phrase)));
        let post_of = posts.iter().enumerate().map(|(i, p)| (p.id.clone(), i)).collect();
        Ok(Pack {
            posts,
            topics,
            tips,
            rules,
            cues,
            signals,
            moods,
            states,
            levels,
            habits,
            drills,
            quizzes,
            allow: merged.allow.clone(),
            readings: readings::english(),
            drafts: Patterns::build(drafts.iter().map(String::as_str)),
            messages: Patterns::build(messages.iter().map(String::as_str)),
            practice: Patterns::build(practice.iter().map(String::as_str)),
            wordless,
            rule_of,
            signal_of,
            post_of,
            known_cues,
            sources: merged.sources.clone().into(),
        })
    }

    fn known_post(&mut self, file: usize, post: &Placed) -> String {
        if !self.posts.contains(post.get_ref().as_str()) {
            let known: Vec<&str> = self.posts.iter().copied().collect();
            let hint =
                nearest(post.get_ref(), &known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            self.problem(file, post, format!("no post is called `{}`{hint}", post.get_ref()));
        }
        post.get_ref().clone()
    }

    fn known<T>(
        &mut self,
        file: usize,
        word: &Placed,
        of: fn(&str) -> Option<T>,
        words: &[&str],
        kind: &str,
    ) -> Option<T> {
        let found = of(word.get_ref());
        if found.is_none() {
            let hint = nearest(word.get_ref(), words)
                .map_or_else(|| format!("known: {}", words.join(", ")), |near| format!("did you mean `{near}`?"));
            self.problem(file, word, format!("no {kind} is called `{}`; {hint}", word.get_ref()));
        }
        found
    }

    fn length(&mut self, file: usize, text: &Placed, most: usize) {
        let length = text.get_ref().chars().count();
        if length > most || length == 0 {
            self.problem(file, text, format!("{length} characters; between 1 and {most} are right"));
        }
    }

    fn source(&mut self, file: usize, id: &Placed, basis: Basis, source: Option<&String>) {
        match (basis, source) {
            (Basis::Research, None) => {
                self.problem(file, id, "basis `research` needs `source`: who found it, and when");
            }
            (Basis::Author | Basis::Ours, Some(_)) => {
                self.problem(file, id, "`source` goes with basis `research` alone");
            }
            _ => {}
        }
    }

    fn rule(&mut self, written: &Written<schema::RawRule>, set: &mut Vec<String>) -> Option<Rule> {
        let (file, raw) = (written.file, &written.item);
        self.source(file, &raw.id, raw.basis, raw.source.as_ref());
        let post = self.known_post(file, &raw.post);
        self.length(file, &raw.why, 400);
        if !raw.id.get_ref().contains('/') {
            self.problem(file, &raw.id, "a rule's id is `family/name`");
        }
        if raw.instead.is_empty() {
            self.problem(file, &raw.id, "say in `instead` what to try");
        }
        for (examples, key) in [(&raw.bad, "bad"), (&raw.good, "good")] {
            if examples.len() < FEWEST_EXAMPLES {
                self.problem(file, &raw.id, format!("`{key}` needs at least {FEWEST_EXAMPLES} examples"));
            }
        }
        let moods = raw
            .mood
            .iter()
            .filter_map(|word| self.known(file, word, MoodName::of, &MoodName::words(), "mood"))
            .collect();
        let kind = self.rule_kind(file, raw, set)?;
        let mut examples = Vec::new();
        for (list, drawn) in [(&raw.bad, true), (&raw.good, false)] {
            examples.extend(list.iter().map(|e| example(file, e, drawn)));
        }
        Some(Rule {
            id: raw.id.get_ref().clone(),
            severity: raw.severity,
            post,
            basis: raw.basis,
            source: raw.source.clone(),
            kind,
            media: raw.medium.clone(),
            moods,
            why: raw.why.get_ref().clone(),
            instead: raw.instead.clone(),
            examples,
        })
    }

    fn rule_kind(&mut self, file: usize, raw: &schema::RawRule, set: &mut Vec<String>) -> Option<RuleKind> {
        let kinds = usize::from(!raw.find.is_empty())
            + [&raw.missing, &raw.order, &raw.measure, &raw.answer].iter().filter(|k| k.is_some()).count();
        if kinds != 1 {
            self.problem(file, &raw.id, "a rule has exactly one of `find`, `missing`, `order`, `measure`, `answer`");
            return None;
        }
        if raw.inside {
            return self.inside(file, raw, set).map(RuleKind::Inside);
        }
        if !raw.find.is_empty() {
            let mut phrase = Phrase { at: raw.at, count: raw.count.unwrap_or(1).max(1), ..Phrase::default() };
            phrase.find = if raw.case {
                self.cased(file, &raw.find, set, &mut phrase.cased)
            } else {
                self.add(file, &raw.find, set)
            };
            phrase.unless = self.vetoes(file, raw.case, &raw.unless, set);
            phrase.unless_near = self.vetoes(file, raw.case, &raw.unless_near, set);
            phrase.unless_draft = self.vetoes(file, raw.case, &raw.unless_draft, set);
            return Some(RuleKind::Phrase(phrase));
        }
        if let Some(word) = &raw.missing {
            return self.known(file, word, Missing::of, &Missing::words(), "missing part").map(RuleKind::Missing);
        }
        if let Some(word) = &raw.order {
            if word.get_ref() != "empathy-before-steps" {
                self.problem(file, word, "the one order known is `empathy-before-steps`");
            }
            return Some(RuleKind::Order);
        }
        if let Some(word) = &raw.measure {
            let measure = self.known(file, word, Measure::of, &Measure::words(), "measure")?;
            if raw.limit.is_none() {
                self.problem(file, word, "a measure needs `limit`: from where on it is too much");
            }
            return Some(RuleKind::Measure(measure, raw.limit.unwrap_or(0)));
        }
        let word = raw.answer.as_ref()?;
        self.known(file, word, AnswerTo::of, &AnswerTo::words(), "thing to answer").map(RuleKind::Answer)
    }

    fn inside(&mut self, file: usize, raw: &schema::RawRule, set: &mut Vec<String>) -> Option<Inside> {
        let mut all = Vec::new();
        for pattern in &raw.find {
            // Looked at as any other, for its size and its case; run as a regular expression of its own.
            match examine(pattern.get_ref()) {
                Ok(()) => all.push(format!("(?:{})", pattern.get_ref())),
                Err(what) => self.problem(file, pattern, what),
            }
        }
        let unless_draft = self.add(file, &raw.unless_draft, set);
        let find = Regex::new(&format!("(?i)(?:{})", all.join("|"))).ok()?;
        Some(Inside { find, unless_draft })
    }

    /// Adds patterns to a set; they get consecutive places.
    fn add(&mut self, file: usize, patterns: &[Placed], set: &mut Vec<String>) -> Range<u32> {
        let start = place(set.len());
        for pattern in patterns {
            // The built-in pack's patterns were looked at by the tests; a start need not do it again.
            if !self.merged.sources[file].proven
                && let Err(what) = examine(pattern.get_ref())
            {
                self.problem(file, pattern, what);
                continue;
            }
            set.push(pattern.get_ref().clone());
        }
        start..place(set.len())
    }

    /// What vetoes a rule that keeps case is written in the same case, and matched folded.
    fn vetoes(&mut self, file: usize, cased: bool, patterns: &[Placed], set: &mut Vec<String>) -> Range<u32> {
        if cased { self.cased(file, patterns, set, &mut Vec::new()) } else { self.add(file, patterns, set) }
    }

    /// Patterns that keep case run twice: folded, to be found; then as written, to be sure.
    fn cased(&mut self, file: usize, patterns: &[Placed], set: &mut Vec<String>, cased: &mut Vec<Regex>) -> Range<u32> {
        let start = place(set.len());
        for pattern in patterns {
            let exact = Regex::new(&format!("^(?:{})$", pattern.get_ref())).map_err(|e| format!("not a pattern: {e}"));
            match examine(&lower(pattern.get_ref())).and(exact) {
                Ok(exact) => {
                    set.push(lower(pattern.get_ref()));
                    cased.push(exact);
                }
                Err(what) => self.problem(file, pattern, what),
            }
        }
        start..place(set.len())
    }

    fn cue(&mut self, written: &Written<schema::RawCue>, set: &mut Vec<String>) -> Cue {
        let (file, raw) = (written.file, &written.item);
        if let Some(post) = &raw.post {
            self.known_post(file, post);
        }
        let phrase = self.phrase(file, raw.at, &raw.find, &raw.unless, set);
        Cue {
            id: raw.id.get_ref().clone(),
            phrase,
            strength: raw.strength.clone(),
            examples: plain_examples(file, &raw.yes, &raw.no),
        }
    }

    fn signal(&mut self, written: &Written<schema::RawSignal>, set: &mut Vec<String>) -> Signal {
        let (file, raw) = (written.file, &written.item);
        if !(-10.0..=10.0).contains(&raw.weight) || !(-10.0..=10.0).contains(&raw.urgency) {
            self.problem(file, &raw.id, "`weight` and `urgency` lie between -10 and 10");
        }
        let mood = raw.mood.as_ref().and_then(|word| self.known(file, word, MoodName::of, &MoodName::words(), "mood"));
        let phrase = self.phrase(file, raw.at, &raw.find, &raw.unless, set);
        Signal {
            id: raw.id.get_ref().clone(),
            mood,
            weight: raw.weight,
            urgency: raw.urgency,
            phrase,
            negated: raw.negated,
            examples: plain_examples(file, &raw.yes, &raw.no),
        }
    }

    fn phrase(&mut self, file: usize, at: At, find: &[Placed], unless: &[Placed], set: &mut Vec<String>) -> Phrase {
        let find = self.add(file, find, set);
        let unless = self.add(file, unless, set);
        Phrase { find, unless, at, count: 1, ..Phrase::default() }
    }
}

fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A pattern in lower case, its escapes kept: `\S` is not `\s`.
fn lower(pattern: &str) -> String {
    let mut escaped = false;
    pattern
        .chars()
        .map(|c| {
            let kept = escaped;
            escaped = c == '\\' && !escaped;
            if kept { c } else { c.to_ascii_lowercase() }
        })
        .collect()
}
