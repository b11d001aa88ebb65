//! What the heads see of a text: how often each family of words occurs, how its words are valued, how it is built.

use std::{collections::HashSet, hash::BuildHasherDefault};

use super::{
    table::{hash, joined},
    tokens::Token,
    weights::{Known, Term, Weights},
};

/// Tokens in the longest term.
const LONGEST: usize = 4;
/// From so many words on the terms' own weights are damped: the texts they were fitted on are shorter.
const LONG: f32 = 30.0;
/// How many mentions of a family count.
pub(super) const MENTIONS: u8 = 3;
/// A negation this many tokens before a word turns its value and dulls its hostility.
const NEGATION_WINDOW: usize = 3;
const NEGATIONS: &[&str] = &["not", "n't", "no", "never", "without", "hardly", "nobody", "nothing", "neither", "nor"];
/// What is left of a value after a negation, after VADER's constant (Hutto and Gilbert 2014: -0.74), rounded down.
const TURNED: f32 = -0.6;
const DULLED: f32 = 0.4;
/// From here on a word's hostility is an insult that no negation dulls.
const OBSCENE: f32 = 3.0;

/// The features beside the families, in the order of [`Features::shape`].
pub const SHAPES: &[&str] = &[
    "pleasant",
    "unpleasant",
    "pleasant-sum",
    "unpleasant-sum",
    "most-unpleasant",
    "most-pleasant",
    "hostile",
    "most-hostile",
    "hostile-at-you",
    "length",
    "short",
    "questions",
    "exclamations",
    "ends-asking",
    "sentences",
    "sentence-length",
    "word-length",
    "dots",
    "one-question",
];

// Places in [`SHAPES`] that the blend asks for.
pub(super) const PLEASANT: usize = 0;
pub(super) const UNPLEASANT: usize = 1;
pub(super) const PLEASANT_SUM: usize = 2;
pub(super) const UNPLEASANT_SUM: usize = 3;
pub(super) const HOSTILE: usize = 6;
pub(super) const MOST_HOSTILE: usize = 7;
pub(super) const LENGTH: usize = 9;

/// A text as the heads see it.
pub struct Features {
    /// How often each family is met, in the order of [`Weights::families`].
    pub mentions: Vec<u16>,
    /// The features of [`SHAPES`].
    pub shape: Vec<f32>,
    /// Terms met with something to say of their own, each once, with the places of their first and last token.
    pub grams: Vec<(Term, usize, usize)>,
    /// The value of every token, negations heeded: -4 to 4.
    pub values: Vec<f32>,
    /// The hostility of every token: 0 to 3.
    pub hostility: Vec<f32>,
    /// The families of every token that begins one of their terms: token, family, tokens in the term.
    pub families: Vec<(usize, usize, usize)>,
    /// The square root of the count of words, and a little: what sums are divided by.
    pub root: f32,
    /// How many words there are.
    pub words: usize,
    /// What a term's own weight is worth here: in a long text each says less of the whole.
    pub damped: f32,
}

impl Features {
    /// Of the tokens of one text.
    pub fn of(weights: &Weights, tokens: &[Token<'_>]) -> Self {
        let words = tokens.iter().filter(|t| t.word).count();
        let mut features = Self {
            mentions: vec![0; weights.families.len()],
            shape: Vec::with_capacity(SHAPES.len()),
            grams: Vec::with_capacity(tokens.len() * 2),
            values: vec![0.0; tokens.len()],
            hostility: vec![0.0; tokens.len()],
            families: Vec::new(),
            root: (count(words) + 4.0).sqrt(),
            words,
            damped: (LONG / count(words).max(LONG)).sqrt(),
        };
        features.look_up(weights, tokens);
        features.heed_negations(tokens);
        features.measure(weights, tokens);
        features
    }

    /// Mentions of a family, as far as they count.
    pub fn counted(&self, family: usize) -> f32 {
        f32::from(self.mentions[family].min(MENTIONS.into()))
    }

    /// Mentions of a family in relation to the length.
    pub fn density(&self, family: usize) -> f32 {
        f32::from(self.mentions[family]) / self.root
    }

    fn look_up(&mut self, weights: &Weights, tokens: &[Token<'_>]) {
        let (sentence_start, text_start) = (hash("|"), hash("^"));
        let mut met = HashSet::with_capacity_and_hasher(tokens.len() * 2, BuildHasherDefault::default());
        let mut is_start = true;
        for (at, token) in tokens.iter().enumerate() {
            self.walk(weights, tokens, at, None, &mut met);
            if token.first {
                self.walk(weights, tokens, at, Some(sentence_start), &mut met);
                if is_start {
                    self.walk(weights, tokens, at, Some(text_start), &mut met);
                }
                is_start = false;
            }
        }
    }

    /// Follows the terms that begin at a token, after a mark of a beginning where one is given.
    fn walk(
        &mut self,
        weights: &Weights,
        tokens: &[Token<'_>],
        at: usize,
        mark: Option<u64>,
        met: &mut HashSet<u64, BuildHasherDefault<Known>>,
    ) {
        let mut key = mark;
        for (length, token) in tokens[at..].iter().take(LONGEST).take_while(|token| !token.name).enumerate() {
            let so_far = key.map_or(token.key(), |key| joined(key, token.key()));
            key = Some(so_far);
            let Some(term) = weights.term(so_far) else { return };
            let last = at + length;
            for family in term.families() {
                self.mentions[family] += 1;
                self.families.push((at, family, length + 1));
                self.hostility[at] = self.hostility[at].max(weights.families[family].hostility);
            }
            if mark.is_none() && length == 0 {
                self.values[at] = term.value;
                self.hostility[at] = self.hostility[at].max(term.hostility);
            }
            if term.says_something() && met.insert(so_far) {
                self.grams.push((term, at, last));
            }
            if !term.begins {
                return;
            }
        }
    }

    fn heed_negations(&mut self, tokens: &[Token<'_>]) {
        let mut last = None;
        for (at, token) in tokens.iter().enumerate() {
            if last.is_some_and(|last| at - last <= NEGATION_WINDOW) {
                self.values[at] *= TURNED;
                if self.hostility[at] < OBSCENE {
                    self.hostility[at] *= DULLED;
                }
            }
            if NEGATIONS.contains(&token.text) {
                last = Some(at);
            }
        }
    }

    fn measure(&mut self, weights: &Weights, tokens: &[Token<'_>]) {
        let many = |text: &str| count(tokens.iter().filter(|t| t.text == text).count());
        let (questions, exclamations) = (many("?").min(3.0), many("!").min(3.0));
        let sentences = count(tokens.iter().filter(|t| t.first).count()).max(1.0);
        let words = count(self.words);
        let pleasant: f32 = self.values.iter().filter(|v| **v > 0.0).sum();
        let unpleasant: f32 = -self.values.iter().filter(|v| **v < 0.0).sum::<f32>();
        let hostile: f32 = self.hostility.iter().sum::<f32>() / self.root;
        let letters: usize = tokens.iter().filter(|t| t.word).map(|t| t.text.chars().count()).sum();
        let ends_asking = tokens.last().is_some_and(|t| t.text == "?");
        self.shape = vec![
            (pleasant / self.root).min(4.0),
            (unpleasant / self.root).min(4.0),
            pleasant.min(12.0),
            unpleasant.min(12.0),
            self.values.iter().copied().fold(0.0, f32::min),
            self.values.iter().copied().fold(0.0, f32::max),
            hostile.min(2.0),
            self.hostility.iter().copied().fold(0.0, f32::max),
            hostile.min(2.0) * f32::from(self.mentions[weights.you].min(2)),
            (1.0 + words).ln().min(6.0),
            yes(self.words < 8),
            questions,
            exclamations,
            yes(ends_asking),
            (1.0 + sentences).ln().min(4.0),
            (words / sentences / 20.0).min(3.0),
            if self.words == 0 { 4.0 } else { (count(letters) / words).min(8.0) },
            many("...").min(2.0),
            yes(questions > 0.0 && sentences < 2.0),
        ];
    }
}

fn count(many: usize) -> f32 {
    f32::from(u16::try_from(many).unwrap_or(u16::MAX))
}

fn yes(is: bool) -> f32 {
    f32::from(u8::from(is))
}
