//! How the scales come together. What is fitted comes from the weights; what is set here is set by hand.

use super::{Features, HEADS, Heads, Slope, Token, Weights, features, tokens};
use crate::language::{ByteSpan, Text};

/// What the heads weigh in `risk`: manners first, then the negative.
const IN_RISK: Heads = [0.8, 0.5, 0.0];
/// And in `upset`: the negative first.
const IN_UPSET: Heads = [0.8, 1.0, 0.0];
/// `danger` has its head to itself.
const IN_DANGER: Heads = [0.0, 0.0, 1.0];
/// The most hostile word adds to `risk` beyond this much hostility: talking down alone is left to the heads.
const HOSTILE_FROM: f32 = 0.7;
const WORST_WORD: f32 = 1.0;
const HOSTILE_SUM: f32 = 0.8;
const WORST_WORD_IN_UPSET: f32 = 0.3;
/// Talk of the reader's person, where nothing else softens it.
const AT_YOU: f32 = 0.7;
/// Pleasant words, and understanding shown, take from `risk`, until something hostile stands beside them.
const PLEASANT: f32 = 0.7;
const UNDERSTOOD: f32 = 1.0;
/// How the parts of `care` weigh: understanding shown, talk of the reader, talk of oneself, length up to eighty words.
const UNDERSTANDING: f32 = 3.0;
const OF_YOU: f32 = 2.0;
const OF_ME: f32 = -0.5;
const LENGTH: f32 = 0.5;
/// `care` is a half where a reply of thirty words names the reader and shows two signs of understanding.
const CARE: Slope = Slope { slope: 0.9, offset: -3.9 };
/// A share of this much in a reading is worth showing.
const TELLING: f32 = 0.2;

/// What the words of a text say of it.
pub struct Weighed<'w, 't> {
    /// How badly it may land, as a logit.
    pub risk: f32,
    /// How upset it sounds, as a logit.
    pub upset: f32,
    /// How much understanding it shows, as a logit.
    pub care: f32,
    /// How much of danger to somebody it tells, as a logit.
    pub danger: f32,
    weights: &'w Weights,
    tokens: Vec<Token<'t>>,
    features: Features,
}

/// A word, or neighbours, that moved a reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Where, in the folded text.
    pub span: ByteSpan,
    /// How far up (or, below zero, down), on the scale of the logit.
    pub by: f32,
}

impl Weights {
    /// Weighs a text.
    pub fn weigh<'w, 't>(&'w self, text: &'t Text<'_>) -> Weighed<'w, 't> {
        let tokens = tokens(text);
        let features = Features::of(self, &tokens);
        let (mut risk, mut upset, mut care, mut danger) = (0.0, 0.0, 0.0, 0.0);
        // A text without a word of its own moves nothing.
        if !tokens.is_empty() {
            let heads = self.heads(&features);
            (risk, upset) = (self.risk_of(&features, heads), self.upset_of(&features, heads));
            care = self.care_of(&features);
            danger = dot(IN_DANGER, heads);
        }
        let (risk, upset, care) = (self.risk.of(risk), self.upset.of(upset), CARE.of(care));
        Weighed { risk, upset, care, danger: self.danger.of(danger), weights: self, tokens, features }
    }

    /// What each head makes of a text.
    pub fn heads(&self, features: &Features) -> Heads {
        let mut heads = self.intercepts;
        let (mut drift, mut share) = ([0.0; HEADS.len()], 0.0);
        for (term, _, _) in &features.grams {
            share += term.share;
            for head in 0..HEADS.len() {
                heads[head] += term.heads[head] * features.damped;
                drift[head] += term.share * term.drift[head];
            }
        }
        for (head, sum) in heads.iter_mut().enumerate() {
            if share > 0.0 {
                *sum += drift[head] / share;
            }
            *sum += self.shapes.iter().zip(&features.shape).map(|(w, x)| w[head] * x).sum::<f32>();
            *sum += self.families.iter().enumerate().map(|(at, f)| f.heads[head] * features.counted(at)).sum::<f32>();
        }
        heads
    }

    /// The blend that `risk` is a chance of.
    pub fn risk_of(&self, features: &Features, heads: Heads) -> f32 {
        dot(IN_RISK, heads)
            + WORST_WORD * beyond(features)
            + HOSTILE_SUM * features.shape[features::HOSTILE]
            + AT_YOU * features.density(self.you)
            - (PLEASANT * features.shape[features::PLEASANT] + UNDERSTOOD * self.shown(features)) * unspoilt(features)
    }

    /// The blend that `upset` is a chance of, as far as words go.
    pub fn upset_of(&self, features: &Features, heads: Heads) -> f32 {
        dot(IN_UPSET, heads) + WORST_WORD_IN_UPSET * features.shape[features::MOST_HOSTILE]
    }

    fn care_of(&self, features: &Features) -> f32 {
        UNDERSTANDING * self.shown(features)
            + OF_YOU * features.density(self.you)
            + OF_ME * features.density(self.i)
            + LENGTH * features.shape[features::LENGTH].min(80_f32.ln())
    }

    /// How much understanding is shown, in relation to the length.
    fn shown(&self, features: &Features) -> f32 {
        self.families.iter().enumerate().map(|(at, f)| f.care * features.density(at)).sum()
    }

    /// What each token adds to a blend; neighbours that pull the same way together.
    fn shares(
        &self,
        features: &Features,
        tokens: &[Token<'_>],
        heads: Heads,
        slope: f32,
        extras: Extras,
    ) -> Vec<Moved> {
        let mut shares = vec![0.0; tokens.len()];
        let all: f32 = features.grams.iter().map(|(term, _, _)| term.share).sum();
        for (term, first, last) in &features.grams {
            let drift = if term.share > 0.0 { dot(heads, term.drift) * term.share / all } else { 0.0 };
            let each = (dot(heads, term.heads) * features.damped + drift) / spread(last - first + 1);
            shares[*first..=*last].iter_mut().for_each(|share| *share += each);
        }
        let unspoilt = unspoilt(features);
        let mut counted = vec![0_u8; self.families.len()];
        for &(at, family, length) in &features.families {
            counted[family] = counted[family].saturating_add(1);
            let own = if counted[family] <= features::MENTIONS { dot(heads, self.families[family].heads) } else { 0.0 };
            let talk = if family == self.you { extras.you / features.root } else { 0.0 };
            let kind = extras.understood * self.families[family].care * unspoilt / features.root;
            let each = (own + talk - kind) / spread(length);
            shares[at..at + length].iter_mut().for_each(|share| *share += each);
        }
        let shape = |place: usize| dot(heads, self.shapes[place]);
        let sunny =
            (shape(features::PLEASANT) - extras.pleasant * unspoilt) / features.root + shape(features::PLEASANT_SUM);
        let gloomy = shape(features::UNPLEASANT) / features.root + shape(features::UNPLEASANT_SUM);
        let hostile = (shape(features::HOSTILE) + extras.hostile) / features.root;
        let worst = features.shape[features::MOST_HOSTILE];
        for (at, share) in shares.iter_mut().enumerate() {
            let (value, hostility) = (features.values[at], features.hostility[at]);
            *share += if value > 0.0 { sunny * value } else { -gloomy * value } + hostile * hostility;
            if worst > 0.0 && hostility >= worst {
                *share += shape(features::MOST_HOSTILE) * worst + extras.worst * (worst - extras.worst_from).max(0.0);
            }
        }
        together(tokens, &shares, slope)
    }
}

/// What the blends add by hand, for the shares of the words.
#[derive(Clone, Copy)]
struct Extras {
    you: f32,
    pleasant: f32,
    understood: f32,
    hostile: f32,
    worst: f32,
    worst_from: f32,
}

impl Extras {
    const OF_RISK: Self = Self {
        you: AT_YOU,
        pleasant: PLEASANT,
        understood: UNDERSTOOD,
        hostile: HOSTILE_SUM,
        worst: WORST_WORD,
        worst_from: HOSTILE_FROM,
    };
    const OF_DANGER: Self =
        Self { you: 0.0, pleasant: 0.0, understood: 0.0, hostile: 0.0, worst: 0.0, worst_from: 0.0 };
    const OF_UPSET: Self = Self { worst: WORST_WORD_IN_UPSET, ..Self::OF_DANGER };
}

impl Weighed<'_, '_> {
    /// What each word adds to `danger`.
    pub fn in_danger(&self) -> Vec<Moved> {
        let Self { weights, tokens, features, .. } = self;
        weights.shares(features, tokens, IN_DANGER, weights.danger.slope, Extras::OF_DANGER)
    }

    /// What each word adds to `risk`.
    pub fn in_risk(&self) -> Vec<Moved> {
        let Self { weights, tokens, features, .. } = self;
        weights.shares(features, tokens, IN_RISK, weights.risk.slope, Extras::OF_RISK)
    }

    /// What each word adds to `upset`.
    pub fn in_upset(&self) -> Vec<Moved> {
        let Self { weights, tokens, features, .. } = self;
        weights.shares(features, tokens, IN_UPSET, weights.upset.slope, Extras::OF_UPSET)
    }
}

impl Slope {
    fn of(self, blend: f32) -> f32 {
        self.slope * blend + self.offset
    }
}

/// A logit as a chance, 0 to 1.
pub fn chance(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// The words that moved a reading furthest, in bytes of the original: at most `most`, up or down, each once however often it
/// is said.
pub fn furthest(text: &Text<'_>, moved: &[Moved], up: bool, most: usize) -> Vec<ByteSpan> {
    let mut moved: Vec<Moved> = moved.iter().copied().filter(|m| (m.by > 0.0) == up && m.by.abs() >= TELLING).collect();
    moved.sort_by(|a, b| b.by.abs().total_cmp(&a.by.abs()));
    let mut furthest: Vec<ByteSpan> = Vec::new();
    for span in moved.iter().map(|moved| without_marks(text.origin(moved.span), text.original)) {
        let words = span.of(text.original);
        if furthest.iter().all(|told| !told.of(text.original).eq_ignore_ascii_case(words)) {
            furthest.push(span);
        }
        if furthest.len() == most {
            break;
        }
    }
    furthest
}

/// Without the marks around the words, unless it is all marks.
fn without_marks(span: ByteSpan, text: &str) -> ByteSpan {
    let is_mark = |c: char| !c.is_alphanumeric();
    let words = span.of(text);
    let start = span.start + words.len() - words.trim_start_matches(is_mark).len();
    match words.trim_matches(is_mark).len() {
        0 => span,
        length => ByteSpan { start, end: start + length },
    }
}

/// Neighbours that pull the same way are one phrase.
fn together(tokens: &[Token<'_>], shares: &[f32], slope: f32) -> Vec<Moved> {
    /// Less than this is nobody's doing, and ends a phrase.
    const FAINT: f32 = 0.08;
    let mut moved: Vec<Moved> = Vec::new();
    for (token, share) in tokens.iter().zip(shares) {
        let by = share * slope;
        if by.abs() < FAINT {
            continue;
        }
        match moved.last_mut() {
            Some(last) if token.span.start <= last.span.end + 1 && (last.by > 0.0) == (by > 0.0) => {
                last.span.end = token.span.end;
                last.by += by;
            }
            _ => moved.push(Moved { span: token.span, by }),
        }
    }
    moved
}

fn beyond(features: &Features) -> f32 {
    (features.shape[features::MOST_HOSTILE] - HOSTILE_FROM).max(0.0)
}

/// What pleasant words are still worth beside the most hostile one.
fn unspoilt(features: &Features) -> f32 {
    (1.0 - beyond(features)).max(0.0)
}

fn dot(a: Heads, b: Heads) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn spread(over: usize) -> f32 {
    f32::from(u8::try_from(over).unwrap_or(u8::MAX))
}
