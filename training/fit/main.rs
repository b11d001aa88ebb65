//! Makes `training/weights.tsv`, byte for byte, from two rated sets, word vectors and three word lists.
//!
//! `cargo run --release --example fit -- SOURCES TONE [--predictions DIR]`, or `training/run`, which fetches the sources.
//! With `--predictions` it leaves the weights alone, fits on four fifths of the groups at a time and writes what the
//! whole review, or mood, says of the other fifth: `<set>.jsonl`, one `{"id", "risk" | "upset"}` a line.

mod lexicon;
mod sets;
mod solve;

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use bedside::{
    content::{Medium, Pack},
    language::Text,
    mood::mood,
    readings::{Features, Heads, SHAPES, Slope, Weights, tokens},
    review::{Draft, review},
};
use lexicon::{Lexicon, Vectors};
use sets::{Rated, folds};
use solve::{Row, logistic, platt, ridge};

/// Groups are held out in so many parts.
const FOLDS: usize = 5;
/// A term must occur in this many texts of a set before it gets a weight of its own.
const COMMON: usize = 4;
/// Families, shapes and vectors are divided by their deviation and weigh this much of a term's occurrence.
const DENSE: f64 = 0.3;
/// The penalties on the squared weights, chosen by the five folds.
const RIDGE: f64 = 150.0;
const LOGISTIC: f64 = 33.0;
const OF_DANGER: f64 = 6.0;
const DIMENSIONS: usize = lexicon::DIMENSIONS;

const NOTE: &str = "\
Made by training/run; do not edit. How, and from what: docs/readings.md.
Heads fitted on: Stanford Politeness Corpus, Stack Exchange part (Danescu-Niculescu-Mizil et al. 2013; CC BY 4.0, its texts
CC BY-SA by the users of Stack Exchange); Stack Overflow sentiment (Calefato et al. 2018, Senti4SD; MIT); danger: Bedside's
tests/corpus/danger.toml, with the texts of both as what tells of none.
Word values from the VADER lexicon (Hutto and Gilbert 2014; MIT) and AFINN (Nielsen 2011; MIT package), spread by GloVe vectors
(Pennington et al. 2014; PDDL) over the words of SCOWL (Atkinson; MIT-like). Families of words, hostility and care: Bedside's.
scale, head, shape, family (hostility, care, heads), term (value, hostility, share, drifts, heads, families; + begins a longer one):
thousandths, separated by tabs.";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [sources, tone, rest @ ..] = args.as_slice() else {
        return Err("usage: fit SOURCES TONE [--predictions DIR]".into());
    };
    let vectors = Vectors::read(Path::new(sources))?;
    let lexicon = Lexicon::read(Path::new(sources))?;
    let base = lexicon.weights(&vectors)?;
    let polite = sets::read(&Path::new(tone).join("politeness_se.dev.tsv"))?;
    let sentiment = sets::read(&Path::new(tone).join("sentiment_so.dev.tsv"))?;
    let danger = sets::danger(Path::new("tests/corpus/danger.toml"), &[&polite, &sentiment])?;
    match rest {
        [] => {
            let weights = fitted(&base, &vectors, &polite, &sentiment, &danger)?;
            let file = weights.to_file(NOTE);
            eprintln!("{} terms, {} bytes", weights.terms().count(), file.len());
            fs::write("training/weights.tsv", file)?;
        }
        [flag, dir] if flag == "--predictions" => {
            predict(Path::new(dir), &base, &vectors, &polite, &sentiment, &danger)?;
        }
        _ => return Err("the only option is --predictions DIR".into()),
    }
    Ok(())
}

/// The weights, with all heads fitted and the scales set.
fn fitted(
    base: &Weights,
    vectors: &Vectors,
    polite: &[Rated],
    sentiment: &[Rated],
    danger: &[Rated],
) -> Result<Weights, Box<dyn Error>> {
    let mut weights = base.clone();
    let impolite: Vec<f64> = polite.iter().map(|r| -r.score).collect();
    let negative: Vec<f64> = sentiment.iter().map(|r| f64::from(u8::from(r.label == "negative"))).collect();
    Head::fit(base, vectors, polite, &impolite, Kind::Scale).put(&mut weights, vectors, 0);
    Head::fit(base, vectors, sentiment, &negative, Kind::Chance(LOGISTIC)).put(&mut weights, vectors, 1);
    let is_danger: Vec<bool> = danger.iter().map(|r| r.label == sets::DANGER).collect();
    let told: Vec<f64> = is_danger.iter().map(|is| f64::from(u8::from(*is))).collect();
    Head::fit(base, vectors, danger, &told, Kind::Chance(OF_DANGER)).put(&mut weights, vectors, 2);
    let unseen = Head::unseen(base, vectors, danger, &told, Kind::Chance(OF_DANGER));
    weights.danger = slope(platt(&unseen.into_iter().map(f64::from).collect::<Vec<f64>>(), &is_danger));
    weights.settle()?;
    set_scales(&mut weights, vectors, polite, sentiment, [&impolite, &negative]);
    Ok(weights)
}

/// Sets the scales by Platt's method on texts that the head concerned has not seen.
fn set_scales(weights: &mut Weights, vectors: &Vectors, polite: &[Rated], sentiment: &[Rated], goals: [&[f64]; 2]) {
    let plain = weights.clone();
    let blend = |set: &[Rated], head: usize, kind, of: fn(&Weights, &Features, Heads) -> f32| -> Vec<f64> {
        let unseen = Head::unseen(&plain, vectors, set, goals[head], kind);
        set.iter()
            .zip(unseen)
            .map(|(rated, own)| {
                let text = Text::read(&rated.text);
                let found = tokens(&text);
                let features = Features::of(&plain, &found);
                let mut heads = plain.heads(&features);
                heads[head] = own;
                f64::from(of(&plain, &features, heads))
            })
            .collect()
    };
    let risks = blend(polite, 0, Kind::Scale, Weights::risk_of);
    let upsets = blend(sentiment, 1, Kind::Chance(LOGISTIC), Weights::upset_of);
    let is = |set: &[Rated], label: &str| set.iter().map(|r| r.label == label).collect::<Vec<bool>>();
    weights.risk = slope(platt(&risks, &is(polite, "impolite")));
    weights.upset = slope(platt(&upsets, &is(sentiment, "negative")));
}

#[expect(clippy::cast_possible_truncation, reason = "thousandths are kept")]
fn slope((slope, offset): (f64, f64)) -> Slope {
    Slope { slope: slope as f32, offset: offset as f32 }
}

/// What the head is fitted to.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A number.
    Scale,
    /// Yes or no, with this penalty.
    Chance(f64),
}

/// A fitted head, before it is rounded.
struct Head {
    columns: Columns,
    solution: Vec<f64>,
    /// The mean and deviation of what it says of texts that it has not seen.
    norm: (f64, f64),
}

impl Head {
    fn fit(weights: &Weights, vectors: &Vectors, set: &[Rated], goals: &[f64], kind: Kind) -> Self {
        let unseen = Self::raw_unseen(weights, vectors, set, goals, kind);
        let (columns, solution) = Self::solve(weights, vectors, &set.iter().collect::<Vec<_>>(), goals, kind);
        Self { columns, solution, norm: solve::norm(&unseen) }
    }

    fn solve(weights: &Weights, vectors: &Vectors, set: &[&Rated], goals: &[f64], kind: Kind) -> (Columns, Vec<f64>) {
        let seen: Vec<Seen> = set.iter().map(|r| Seen::of(weights, vectors, &r.text)).collect();
        let columns = Columns::of(&seen);
        let rows: Vec<Row> = seen.iter().map(|s| columns.row(s)).collect();
        let solution = match kind {
            Kind::Scale => ridge(&rows, goals, columns.len(), RIDGE),
            Kind::Chance(penalty) => logistic(&rows, goals, columns.len(), penalty),
        };
        (columns, solution)
    }

    /// What it says of every text when fitted without its group.
    fn raw_unseen(weights: &Weights, vectors: &Vectors, set: &[Rated], goals: &[f64], kind: Kind) -> Vec<f64> {
        let fold = folds(set, FOLDS);
        let mut said = vec![0.0; set.len()];
        for held in 0..FOLDS {
            let of = |i: &usize| fold[*i] != held;
            let kept: Vec<usize> = (0..set.len()).filter(of).collect();
            let rated: Vec<&Rated> = kept.iter().map(|&i| &set[i]).collect();
            let own: Vec<f64> = kept.iter().map(|&i| goals[i]).collect();
            let (columns, solution) = Self::solve(weights, vectors, &rated, &own, kind);
            for i in (0..set.len()).filter(|i| fold[*i] == held) {
                said[i] = columns.row(&Seen::of(weights, vectors, &set[i].text)).times(&solution);
            }
        }
        said
    }

    #[expect(clippy::cast_possible_truncation, reason = "thousandths are kept")]
    fn unseen(weights: &Weights, vectors: &Vectors, set: &[Rated], goals: &[f64], kind: Kind) -> Vec<f32> {
        let said = Self::raw_unseen(weights, vectors, set, goals, kind);
        let (mean, deviation) = solve::norm(&said);
        said.iter().map(|s| ((s - mean) / deviation) as f32).collect()
    }

    /// Writes the head into the weights, in deviations from its mean.
    #[expect(clippy::cast_possible_truncation, reason = "thousandths are kept")]
    fn put(&self, weights: &mut Weights, vectors: &Vectors, head: usize) {
        let (mean, deviation) = self.norm;
        let scaled = |at: usize| self.solution[at] / deviation;
        let mut intercept = (self.solution[self.columns.len() - 1] - mean) / deviation;
        let families = weights.families.len();
        for at in 0..families + SHAPES.len() {
            let (centre, spread) = self.columns.dense[at];
            let weight = scaled(at) * DENSE / spread;
            intercept -= weight * centre;
            if at < families {
                weights.families[at].heads[head] = weight as f32;
            } else {
                weights.shapes.resize(SHAPES.len(), Heads::default());
                weights.shapes[at - families][head] = weight as f32;
            }
        }
        weights.intercepts[head] = intercept as f32;
        for (term, &at) in &self.columns.terms {
            weights.term_mut(term).heads[head] = scaled(at) as f32;
        }
        let first = families + SHAPES.len();
        for (word, vector) in vectors.kept() {
            let drift: f64 = (0..DIMENSIONS)
                .map(|d| {
                    let (centre, spread) = self.columns.dense[first + d];
                    scaled(first + d) * DENSE / spread * (f64::from(vector[d]) - centre)
                })
                .sum();
            weights.term_mut(word).drift[head] = drift as f32;
        }
    }
}

/// A text as it is fitted to: what the program sees of it, its terms, the mean of its vectors.
struct Seen {
    dense: Vec<f64>,
    terms: Vec<String>,
    damped: f64,
}

impl Seen {
    fn of(weights: &Weights, vectors: &Vectors, text: &str) -> Self {
        let text = Text::read(text);
        let found = tokens(&text);
        let features = Features::of(weights, &found);
        let mut dense: Vec<f64> = (0..weights.families.len()).map(|f| f64::from(features.counted(f))).collect();
        dense.extend(features.shape.iter().map(|x| f64::from(*x)));
        let mut terms = Vec::new();
        let mut is_start = true;
        for (at, token) in found.iter().enumerate().filter(|(_, token)| !token.name) {
            terms.push(token.text.to_owned());
            if let Some(next) = found.get(at + 1).filter(|next| !next.name) {
                terms.push(format!("{} {}", token.text, next.text));
            }
            if token.first {
                terms.push(format!("| {}", token.text));
                if is_start {
                    terms.push(format!("^ {}", token.text));
                }
                is_start = false;
            }
        }
        terms.sort_unstable();
        terms.dedup();
        dense.extend(vectors.mean(terms.iter().map(String::as_str)));
        Self { dense, terms, damped: features.damped.into() }
    }
}

/// The columns of a fit: families, shapes, vectors, terms, and last the intercept.
struct Columns {
    /// Mean and deviation; the vectors have none of a text without words.
    dense: Vec<(f64, f64)>,
    terms: BTreeMap<String, usize>,
}

impl Columns {
    fn of(seen: &[Seen]) -> Self {
        let wide = seen[0].dense.len();
        let dense = (0..wide).map(|at| solve::norm(&seen.iter().map(|s| s.dense[at]).collect::<Vec<f64>>())).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for term in seen.iter().flat_map(|s| &s.terms) {
            *counts.entry(term).or_default() += 1;
        }
        let common = counts.into_iter().filter(|(_, count)| *count >= COMMON);
        let terms = common.enumerate().map(|(at, (term, _))| (term.to_owned(), wide + at)).collect();
        Self { dense, terms }
    }

    fn len(&self) -> usize {
        self.dense.len() + self.terms.len() + 1
    }

    fn row(&self, seen: &Seen) -> Row {
        let dense = seen.dense.iter().zip(&self.dense).map(|(x, (centre, spread))| (x - centre) / spread * DENSE);
        let terms = seen.terms.iter().filter_map(|term| self.terms.get(term).copied());
        Row { dense: dense.collect(), terms: terms.collect(), term: seen.damped }
    }
}

/// What the whole program says of texts whose group no weight has seen.
fn predict(
    dir: &Path,
    base: &Weights,
    vectors: &Vectors,
    polite: &[Rated],
    sentiment: &[Rated],
    danger: &[Rated],
) -> Result<(), Box<dyn Error>> {
    let mut pack = Pack::built_in();
    fs::create_dir_all(dir)?;
    let parts = [folds(polite, FOLDS), folds(sentiment, FOLDS)];
    let mut said = [vec![String::new(); polite.len()], vec![String::new(); sentiment.len()]];
    for held in 0..FOLDS {
        let without = |set: &[Rated], fold: &[usize]| -> Vec<Rated> {
            set.iter().zip(fold).filter(|(_, f)| **f != held).map(|(r, _)| r.clone()).collect()
        };
        let weights = fitted(base, vectors, &without(polite, &parts[0]), &without(sentiment, &parts[1]), danger)?;
        pack.readings = Box::leak(Box::new(weights));
        for (at, rated) in polite.iter().enumerate().filter(|(at, _)| parts[0][*at] == held) {
            let draft = Draft { text: &rated.text, answers: None, medium: Medium::Chat };
            let risk = review(&pack, &draft).reading.risk;
            said[0][at] = serde_json::json!({"id": rated.id, "risk": risk}).to_string();
        }
        for (at, rated) in sentiment.iter().enumerate().filter(|(at, _)| parts[1][*at] == held) {
            said[1][at] = serde_json::json!({"id": rated.id, "upset": mood(&pack, &rated.text).upset}).to_string();
        }
    }
    fs::write(dir.join("politeness_se.jsonl"), said[0].join("\n") + "\n")?;
    fs::write(dir.join("sentiment_so.jsonl"), said[1].join("\n") + "\n")?;
    Ok(())
}
