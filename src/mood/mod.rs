//! What a message seems to carry, with the evidence. Never a diagnosis.

mod examples;
mod marks;

use serde::Serialize;

use crate::{
    content::{MoodName, Negated, Pack, Scanned, Signal},
    language::{ByteSpan, Text, words},
    readings::{Weighed, chance, furthest},
};

pub use examples::examples;

/// What a message seems to carry.
#[derive(Clone, Debug)]
pub struct Mood {
    /// How upset it seems, 0 to 1: the chance that people would call it negative, and at least what its level says.
    pub upset: f32,
    /// The words that moved `upset` furthest up, in bytes of the message.
    pub moved_by: Vec<ByteSpan>,
    /// The same in a word.
    pub level: UpsetLevel,
    /// Points of urgency; two and more say that a clock is running.
    pub urgency: f32,
    /// What it carries first.
    pub mood: MoodName,
    /// How sure that is.
    pub sure: Sureness,
    /// What it was read from, in the order of the text.
    pub evidence: Vec<Evidence>,
    /// The signals met, by their places in the pack.
    pub signals: Vec<usize>,
}

/// One thing that a mood was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The id of the signal.
    pub signal: String,
    /// The bytes of the message.
    pub span: ByteSpan,
}

/// How upset a message seems, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpsetLevel {
    /// 0 to 1 points.
    Calm,
    /// 2 to 3 points.
    Uneasy,
    /// 4 to 6 points.
    Upset,
    /// 7 points and more.
    VeryUpset,
}

impl UpsetLevel {
    /// As it is read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Uneasy => "uneasy",
            Self::Upset => "upset",
            Self::VeryUpset => "very upset",
        }
    }
}

/// How sure a mood is: by how much it is ahead of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sureness {
    /// One weak sign, or two moods side by side.
    Guess,
    /// A clear sign.
    Fair,
    /// Several signs that agree.
    Clear,
}

impl Sureness {
    /// As it is read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guess => "a guess",
            Self::Fair => "fairly clear",
            Self::Clear => "clear",
        }
    }
}

/// What a point of the signals adds to the logit of `upset`, beside what the words say.
const PER_POINT: f32 = 0.3;
/// From this chance on, words that no signal knows tell of danger to somebody. A loss is told in much the same words.
const DANGER: f32 = 0.92;
/// And so is being made small before others.
const HURT_PRIDE: &[&str] = &["anger/insulted", "humiliation/"];
/// What is evidence of that: the words that speak for it most.
const BY_ITS_WORDS: &str = "safety/by-its-words";
/// How many of the words that moved `upset` are told.
const WORDS_SHOWN: usize = 3;
/// A negation this many words before a signal silences it.
const NEGATION_WINDOW: usize = 3;
const NEGATIONS: &[&str] =
    &["not", "no", "never", "without", "hardly", "nobody", "nothing", "cannot", "isn't", "wasn't"];
const INTENSIFIERS: &[&str] =
    &["very", "so", "completely", "totally", "extremely", "absolutely", "utterly", "really", "incredibly", "beyond"];

/// Which mood comes first where two weigh the same.
const PRECEDENCE: &[MoodName] = &[
    MoodName::Grieving,
    MoodName::Angry,
    MoodName::Embarrassed,
    MoodName::Anxious,
    MoodName::Frustrated,
    MoodName::Urgent,
    MoodName::Confused,
    MoodName::Thankful,
];

/// Reads a message.
pub fn mood(pack: &Pack, message: &str) -> Mood {
    mood_of(pack, Text::read(message)).0
}

/// Reads a message that has been taken apart, and hands that back.
pub(crate) fn mood_of<'t>(pack: &Pack, message: Text<'t>) -> (Mood, Text<'t>) {
    let scanned = Scanned::of(message, &pack.messages);
    let mut tally = Tally::default();
    for place in pack.signals_met(&scanned) {
        let signal = &pack.signals[place];
        let spans: Vec<ByteSpan> =
            scanned.met(&signal.phrase).into_iter().filter(|span| !is_negated(&scanned.text, signal, *span)).collect();
        if !spans.is_empty() {
            tally.add(place, signal, &scanned.text, &spans);
        }
    }
    marks::count(&scanned.text, &mut tally);
    let mood = tally.mood(&pack.readings.weigh(&scanned.text), &scanned.text);
    (mood, scanned.text)
}

#[derive(Default)]
struct Tally {
    points: f32,
    urgency: f32,
    by_mood: Vec<(MoodName, f32)>,
    evidence: Vec<Evidence>,
    signals: Vec<usize>,
}

impl Tally {
    fn add(&mut self, place: usize, signal: &Signal, text: &Text<'_>, spans: &[ByteSpan]) {
        let intensified = spans.iter().any(|span| is_intensified(text, *span));
        // A second mention counts half and further ones nothing; a strong word before it adds one.
        let times = if spans.len() > 1 { 1.5 } else { 1.0 };
        let extra = f32::from(u8::from(intensified && signal.weight > 0.0));
        self.points += signal.weight * times + extra;
        self.urgency += signal.urgency;
        if let Some(mood) = signal.mood {
            let own = if mood == MoodName::Urgent { signal.urgency.max(signal.weight) } else { signal.weight.abs() };
            self.weigh(mood, own.max(0.5) * times + extra);
        }
        if signal.urgency > 0.0 && signal.mood != Some(MoodName::Urgent) {
            self.weigh(MoodName::Urgent, signal.urgency * 0.5);
        }
        self.signals.push(place);
        self.evidence.extend(spans.iter().map(|span| Evidence { signal: signal.id.clone(), span: text.origin(*span) }));
    }

    fn weigh(&mut self, mood: MoodName, points: f32) {
        match self.by_mood.iter_mut().find(|(name, _)| *name == mood) {
            Some((_, sum)) => *sum += points,
            None => self.by_mood.push((mood, points)),
        }
    }

    /// With what the words weigh besides.
    fn mood(mut self, weighed: &Weighed<'_, '_>, text: &Text<'_>) -> Mood {
        let tells = |mood| self.by_mood.iter().any(|(name, _)| *name == mood);
        let told = tells(MoodName::Safety);
        let hurt = |found: &Evidence| HURT_PRIDE.iter().any(|signal| found.signal.starts_with(signal));
        let explained = tells(MoodName::Grieving) || self.evidence.iter().any(hurt);
        if !told && !explained && chance(weighed.danger) >= DANGER {
            let words = furthest(text, &weighed.in_danger(), true, WORDS_SHOWN);
            self.evidence.extend(words.into_iter().map(|span| Evidence { signal: BY_ITS_WORDS.into(), span }));
            self.weigh(MoodName::Safety, 1.0);
        }
        self.evidence.sort_by_key(|e| (e.span.start, e.span.end));
        let of = |name| self.by_mood.iter().find(|(n, _)| *n == name).map_or(0.0, |(_, sum)| *sum);
        let mut ranked: Vec<(MoodName, f32)> = PRECEDENCE.iter().map(|&name| (name, of(name))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (first, weight) = ranked[0];
        let ahead = weight - ranked[1].1;
        let safety = of(MoodName::Safety) > 0.0;
        let mood = match () {
            () if safety => MoodName::Safety,
            () if weight < 1.0 => MoodName::Calm,
            () => first,
        };
        let sure = match () {
            () if safety && !told => Sureness::Guess,
            () if safety || weight >= 4.0 && ahead >= 2.0 => Sureness::Clear,
            () if weight >= 2.0 && ahead >= 1.0 => Sureness::Fair,
            () => Sureness::Guess,
        };
        let level = match self.points {
            p if p < 2.0 => UpsetLevel::Calm,
            p if p < 4.0 => UpsetLevel::Uneasy,
            p if p < 7.0 => UpsetLevel::Upset,
            _ => UpsetLevel::VeryUpset,
        };
        Mood {
            upset: chance(weighed.upset + PER_POINT * self.points).max(at_least(level)),
            moved_by: furthest(text, &weighed.in_upset(), true, WORDS_SHOWN),
            level,
            urgency: self.urgency,
            mood,
            sure,
            evidence: self.evidence,
            signals: self.signals,
        }
    }
}

/// The least that `upset` is beside a level, so that the two never contradict each other.
fn at_least(level: UpsetLevel) -> f32 {
    match level {
        UpsetLevel::Calm => 0.0,
        UpsetLevel::Uneasy => 0.3,
        UpsetLevel::Upset => 0.5,
        UpsetLevel::VeryUpset => 0.7,
    }
}

fn is_negated(text: &Text<'_>, signal: &Signal, span: ByteSpan) -> bool {
    signal.negated == Negated::Skip
        && words_before(text, span, NEGATION_WINDOW).any(|word| NEGATIONS.contains(&word) || word.ends_with("n't"))
}

fn is_intensified(text: &Text<'_>, span: ByteSpan) -> bool {
    words_before(text, span, 1).chain(words(span.of(&text.folded))).any(|word| INTENSIFIERS.contains(&word))
}

/// The words right before a span, in the same clause.
fn words_before<'a>(text: &'a Text<'_>, span: ByteSpan, most: usize) -> impl Iterator<Item = &'a str> {
    let sentence = text.sentence_at(span.start).map_or(0, |i| text.sentences[i].span.start);
    let before = &text.folded[sentence.min(span.start)..span.start];
    let clause = before.rfind([',', ';', ':', '(']).map_or(before, |i| &before[i + 1..]);
    clause.rsplit(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-')).filter(|w| !w.is_empty()).take(most)
}
