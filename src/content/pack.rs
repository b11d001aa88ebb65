//! A pack, compiled: what the engines run on.

use std::{collections::HashMap, ops::Range, sync::Arc};

use regex_automata::meta::Regex;

use super::{
    drills::{Drill, Quiz},
    layers::SourceFile,
    names::{AnswerTo, CueName, Measure, Missing, MoodName},
    patterns::Patterns,
    phrase::{Owners, Scanned},
    problem::Problem,
    schema::{At, Basis, Medium, Negated, Severity},
};
use crate::readings::Weights;

/// Everything that the bot says and looks for.
#[derive(Debug)]
pub struct Pack {
    /// Blog posts, as published.
    pub posts: Vec<Post>,
    /// Topics of tips.
    pub topics: Vec<Topic>,
    /// Tips.
    pub tips: Vec<Tip>,
    /// What a draft can do to its reader.
    pub rules: Vec<Rule>,
    /// What a draft can show.
    pub cues: Vec<Cue>,
    /// What a message can carry.
    pub signals: Vec<Signal>,
    /// How moods are worded.
    pub moods: Vec<Mood>,
    /// States with coaching for each.
    pub states: Vec<State>,
    /// The five levels of listening, lowest first.
    pub levels: Vec<Level>,
    /// Habits of listening.
    pub habits: Vec<Habit>,
    /// Cards to practise with.
    pub drills: Vec<Drill>,
    /// Quizzes.
    pub quizzes: Vec<Quiz>,
    /// Words that are never part of a finding, folded.
    pub allow: Vec<String>,
    /// What words weigh in the readings; the same in every pack.
    pub readings: &'static Weights,
    /// The patterns of rules and cues.
    pub drafts: Patterns,
    /// The patterns of signals.
    pub messages: Patterns,
    /// The patterns of drills; read at the first answer, so that only who practises waits for them.
    pub practice: Patterns,
    /// The places of the rules that are found otherwise than by their words.
    pub wordless: Vec<usize>,
    pub(super) rule_of: Owners,
    pub(super) signal_of: Owners,
    pub(super) post_of: HashMap<String, usize>,
    /// The places of the cues that the engines know, in the order of their names.
    pub(super) known_cues: Vec<usize>,
    pub(super) sources: Arc<[SourceFile]>,
}

/// A blog post that a tip or a rule draws from.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its id.
    pub id: String,
    /// Its title, as published.
    pub title: String,
    /// Where it stands, if on one of the author's own sites.
    pub url: Option<String>,
    /// Whether it is one of the ten that the project began from.
    pub seed: bool,
}

/// What tips are about.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its id.
    pub id: String,
    /// How it is read.
    pub name: String,
}

/// One idea that a technician can try today.
#[derive(Clone, Debug)]
pub struct Tip {
    /// Its id.
    pub id: String,
    /// The post it draws from.
    pub post: String,
    /// What it is about.
    pub topic: String,
    /// Whose word it rests on.
    pub basis: Basis,
    /// The named source, for research.
    pub source: Option<String>,
    /// The idea.
    pub text: String,
    /// One concrete line.
    pub try_it: String,
}

/// Something a draft can do to its reader.
#[derive(Debug)]
pub struct Rule {
    /// Its id, `family/name`.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// The post it draws from.
    pub post: String,
    /// Whose word it rests on.
    pub basis: Basis,
    /// The named source, for research.
    pub source: Option<String>,
    /// How it is found.
    pub kind: RuleKind,
    /// Where it holds; everywhere when empty.
    pub media: Vec<Medium>,
    /// Which moods of the message answered it holds for; any when empty.
    pub moods: Vec<MoodName>,
    /// What it does to its reader.
    pub why: String,
    /// What to try.
    pub instead: Vec<String>,
    /// Its own tests.
    pub examples: Vec<Example>,
}

impl Rule {
    /// The part of the id before the slash.
    pub fn family(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// The words that it is found by, if by words.
    pub fn phrase(&self) -> Option<&Phrase> {
        if let RuleKind::Phrase(phrase) = &self.kind { Some(phrase) } else { None }
    }
}

/// How a rule is found.
#[derive(Debug)]
pub enum RuleKind {
    /// By its words.
    Phrase(Phrase),
    /// By what it tells the reader to run or press: looked for inside code and names on the screen, where no other
    /// rule looks, because what is wiped is wiped whatever it is written in.
    Inside(Inside),
    /// By what is not there.
    Missing(Missing),
    /// By steps that come before empathy.
    Order,
    /// By a count; the limit says from where on.
    Measure(Measure, usize),
    /// By what the message answered asked for.
    Answer(AnswerTo),
}

/// The patterns of a rule that looks inside code and names on the screen.
#[derive(Debug)]
pub struct Inside {
    /// What is looked for.
    pub find: Regex,
    /// What vetoes a find from anywhere in the draft's prose, by places in the set.
    pub unless_draft: Range<u32>,
}

/// The patterns of a phrase rule, a cue or a signal, by their places in a set.
#[derive(Debug, Default)]
pub struct Phrase {
    /// What is looked for.
    pub find: Range<u32>,
    /// What vetoes a find that it overlaps.
    pub unless: Range<u32>,
    /// What vetoes a find from the same sentence or one beside it.
    pub unless_near: Range<u32>,
    /// What vetoes a find from anywhere in the draft.
    pub unless_draft: Range<u32>,
    /// Where it may stand.
    pub at: At,
    /// At which match it fires.
    pub count: usize,
    /// For patterns that keep case: one for each of `find`, run on the words as they were written.
    pub cased: Vec<Regex>,
}

/// An example of a rule, a cue or a signal.
#[derive(Clone, Debug)]
pub struct Example {
    /// Whether it must be drawn.
    pub drawn: bool,
    /// The text.
    pub draft: String,
    /// What it answers.
    pub answers: Option<String>,
    /// Where it is sent; where the rule holds, if it does not say.
    pub medium: Option<Medium>,
    pub(super) place: (usize, usize),
}

/// Something that a draft can show.
#[derive(Debug)]
pub struct Cue {
    /// Its id.
    pub id: String,
    /// How it is found.
    pub phrase: Phrase,
    /// How the review words it as a strength.
    pub strength: Option<String>,
    /// Its own tests.
    pub examples: Vec<Example>,
}

/// Something that a message can carry.
#[derive(Debug)]
pub struct Signal {
    /// Its id, `family/name`.
    pub id: String,
    /// The mood it speaks for.
    pub mood: Option<MoodName>,
    /// Points of upset; negative for thanks.
    pub weight: f32,
    /// Points of urgency.
    pub urgency: f32,
    /// How it is found.
    pub phrase: Phrase,
    /// What a negation before it does.
    pub negated: Negated,
    /// Its own tests.
    pub examples: Vec<Example>,
}

/// How a mood is worded.
#[derive(Clone, Debug)]
pub struct Mood {
    /// Which.
    pub name: MoodName,
    /// As a word.
    pub title: String,
    /// As the bot says it: “sounds frustrated”.
    pub say: String,
}

/// A state that a conversation can be in, and what helps.
#[derive(Clone, Debug)]
pub struct State {
    /// Its id.
    pub id: String,
    /// How it is read.
    pub name: String,
    /// The moods that lead to it.
    pub moods: Vec<MoodName>,
    /// The signals that lead to it before the mood alone does, by their places.
    pub signals: Vec<usize>,
    /// The post it draws from.
    pub post: String,
    /// The order of moves.
    pub steps: Vec<String>,
    /// What to acknowledge first.
    pub first: String,
    /// What to ask.
    pub ask: Vec<String>,
    /// What helps.
    pub moves: Vec<String>,
    /// What harms.
    pub avoid: Vec<String>,
    /// The shape of an answer, with slots.
    pub shape: String,
    /// A word on using it.
    pub shape_note: String,
}

/// A level of listening.
#[derive(Clone, Debug)]
pub struct Level {
    /// 1 to 5.
    pub number: u8,
    /// Its id.
    pub id: String,
    /// How it is read.
    pub name: String,
    /// What it is.
    pub what: String,
    /// How it shows in a written reply.
    pub sign: String,
    /// One thing to try now.
    pub try_it: String,
}

/// A habit of listening.
#[derive(Clone, Debug)]
pub struct Habit {
    /// Its id.
    pub id: String,
    /// How it is read.
    pub name: String,
    /// What it is.
    pub text: String,
    /// One thing to try now.
    pub try_it: String,
    /// The post it draws from.
    pub post: String,
}

impl Pack {
    /// The post of that id.
    pub fn post(&self, id: &str) -> Option<&Post> {
        self.post_of.get(id).map(|&i| &self.posts[i])
    }

    /// The tip of that id.
    pub fn tip(&self, id: &str) -> Option<&Tip> {
        self.tips.iter().find(|tip| tip.id == id)
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The places of the rules of which a pattern is met, in order.
    pub fn rules_met<'p>(&'p self, draft: &'p Scanned<'_>) -> impl Iterator<Item = usize> + 'p {
        draft.owners(&self.rule_of)
    }

    /// The places of the signals of which a pattern is met, in order.
    pub fn signals_met<'p>(&'p self, message: &'p Scanned<'_>) -> impl Iterator<Item = usize> + 'p {
        message.owners(&self.signal_of)
    }

    /// The cue of that name; every pack has them all.
    pub fn cue(&self, name: CueName) -> &Cue {
        &self.cues[self.known_cues[name as usize]]
    }

    /// The state of that id.
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.iter().find(|state| state.id == id)
    }

    /// The drill of that id.
    pub fn drill(&self, id: &str) -> Option<&Drill> {
        self.drills.iter().find(|drill| drill.id == id)
    }

    /// The quiz of that id.
    pub fn quiz(&self, id: &str) -> Option<&Quiz> {
        self.quizzes.iter().find(|quiz| quiz.id == id)
    }

    /// How a mood is worded.
    pub fn mood(&self, name: MoodName) -> Option<&Mood> {
        self.moods.iter().find(|mood| mood.name == name)
    }

    /// A problem with an example, at the place where it was written.
    pub fn problem(&self, example: &Example, what: impl Into<String>) -> Problem {
        let (file, byte) = example.place;
        match self.sources.get(file) {
            Some(source) => Problem::at(&source.name, &source.text, byte, what),
            None => Problem { file: "?".into(), line: 1, column: 1, what: what.into() },
        }
    }
}
