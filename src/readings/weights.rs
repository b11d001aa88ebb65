//! The file of weights: what it holds, how it is read and written.

use std::{
    collections::HashMap,
    fmt::Write as _,
    hash::{BuildHasherDefault, Hasher},
};

use super::{
    features::SHAPES,
    table::{self, Row},
};

/// The first line of a file that this program understands.
const VERSION: &str = "# bedside weights 2";
/// Numbers stand in the file as thousandths.
const UNIT: f32 = 1000.0;

/// The fitted heads, in the order of every [`Heads`]: how impolite a reply is (Stanford Politeness Corpus, Stack Exchange
/// part), how negative a message (Stack Overflow sentiment), how much of danger to somebody it tells
/// (`tests/corpus/danger.toml`).
pub const HEADS: [&str; 3] = ["impolite", "negative", "danger"];

/// A number for each head.
pub type Heads = [f32; HEADS.len()];

/// A family of words that is counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Family {
    /// Its name in `training/families.toml`.
    pub name: String,
    /// How much contempt one mention shows, 0 to 3; by hand.
    pub hostility: f32,
    /// How much understanding one mention shows, 0 to 1; by hand.
    pub care: f32,
    /// What one mention adds to each head.
    pub heads: Heads,
}

/// What one term (a word, or up to four tokens) adds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Term {
    families: u64,
    /// Whether a longer term begins with it.
    pub begins: bool,
    /// How pleasant the word is, -4 to 4.
    pub value: f32,
    /// How hostile the word is, 0 to 3.
    pub hostility: f32,
    /// How much the word counts in the mean over all words: rarer words more.
    pub share: f32,
    /// What the word draws each head towards in that mean.
    pub drift: Heads,
    /// What one occurrence adds to each head.
    pub heads: Heads,
}

impl Term {
    /// The places of its families in [`Weights::families`].
    pub fn families(&self) -> impl Iterator<Item = usize> + use<> {
        let families = self.families;
        (0..64).take_while(move |at| families >> at != 0).filter(move |at| families >> at & 1 == 1)
    }

    /// Puts it into a family.
    pub fn join(&mut self, family: usize) {
        self.families |= 1 << family;
    }

    pub(super) fn says_something(&self) -> bool {
        self.share > 0.0 || self.heads.iter().any(|weight| *weight != 0.0)
    }
}

impl From<Row> for Term {
    fn from(Row { families, numbers, begins, .. }: Row) -> Self {
        let [value, hostility, share, rest @ ..] = numbers.map(|milli| f32::from(milli) / UNIT);
        let (drift, heads) =
            (std::array::from_fn(|head| rest[head]), std::array::from_fn(|head| rest[HEADS.len() + head]));
        Self { families, begins, value, hostility, share, drift, heads }
    }
}

/// How a blend becomes a chance: `1 / (1 + exp(-(slope * x + offset)))`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slope {
    /// Per unit of the blend.
    pub slope: f32,
    /// At zero.
    pub offset: f32,
}

/// A file of weights, read.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// The counted families; at most 64.
    pub families: Vec<Family>,
    /// Each head's weight for each of [`SHAPES`].
    pub shapes: Vec<Heads>,
    /// Each head at nothing.
    pub intercepts: Heads,
    /// The scale of `risk`.
    pub risk: Slope,
    /// The scale of `upset`.
    pub upset: Slope,
    /// The scale of `danger`.
    pub danger: Slope,
    /// The place of the family `you`.
    pub you: usize,
    /// The place of the family `i`.
    pub i: usize,
    /// The terms that come with the program; empty where they were read from a file or taken up, into `terms`.
    table: &'static [u8],
    terms: HashMap<u64, Term, BuildHasherDefault<Known>>,
    written: Vec<(String, u64)>,
}

/// Why a file of weights cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("weights, line {line}: {what}")]
pub struct WeightsError {
    line: usize,
    what: &'static str,
}

impl Weights {
    /// Takes up a term, or finds it.
    pub fn term_mut(&mut self, term: &str) -> &mut Term {
        let key = table::key(term);
        if !self.terms.contains_key(&key) {
            self.written.push((term.to_owned(), key));
            let spaces: Vec<usize> = term.match_indices(' ').map(|(at, _)| at).collect();
            for at in spaces {
                self.term_mut(&term[..at]).begins = true;
            }
        }
        self.terms.entry(key).or_default()
    }

    /// What is known of a term.
    pub fn term(&self, key: u64) -> Option<Term> {
        if self.table.is_empty() {
            return self.terms.get(&key).copied();
        }
        table::find(self.table, key).map(Term::from)
    }

    /// The terms as they are written, in the order of taking up.
    pub fn terms(&self) -> impl Iterator<Item = (&str, &Term)> {
        self.written.iter().filter_map(|(term, key)| Some((term.as_str(), self.terms.get(key)?)))
    }

    /// Finds the families that the blend asks for by name.
    pub fn settle(&mut self) -> Result<(), WeightsError> {
        let find = |name: &str| self.families.iter().position(|f| f.name == name);
        let missing = WeightsError { line: 1, what: "the families `you` and `i` are needed" };
        (self.you, self.i) = find("you").zip(find("i")).ok_or(missing)?;
        Ok(())
    }

    /// The weights that come with the program: what `build.rs` made of `training/weights.tsv`.
    ///
    /// # Panics
    /// Never in a build that passed its tests: they load it.
    pub(super) fn built_in() -> Self {
        let rest = include_str!(concat!(env!("OUT_DIR"), "/rest.tsv"));
        let read = Self::parse(rest).expect("the built-in weights are checked by a test");
        Self { table: include_bytes!(concat!(env!("OUT_DIR"), "/terms")), ..read }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When the version is another, or a line cannot be read.
    pub fn parse(file: &str) -> Result<Self, WeightsError> {
        let mut weights = Self::default();
        let fail = |line: usize, what| WeightsError { line: line + 1, what };
        if file.lines().next() != Some(VERSION) {
            return Err(fail(0, "the first line names another version"));
        }
        for (at, line) in file.lines().enumerate().filter(|(_, line)| !line.starts_with("# ")) {
            let mut fields = line.split('\t');
            let kind = fields.next().unwrap_or_default();
            let name = fields.next().ok_or_else(|| fail(at, "a name is missing"))?;
            let mut next = || -> Result<f32, WeightsError> {
                let field = fields.next().unwrap_or_default();
                if field.is_empty() {
                    return Ok(0.0);
                }
                let milli: i32 = field.parse().map_err(|_| fail(at, "a number is no whole number"))?;
                #[expect(clippy::cast_precision_loss, reason = "the numbers of the file are small")]
                Ok(milli as f32 / UNIT)
            };
            match kind {
                "scale" => {
                    let slope = Slope { slope: next()?, offset: next()? };
                    match name {
                        "risk" => weights.risk = slope,
                        "upset" => weights.upset = slope,
                        "danger" => weights.danger = slope,
                        _ => return Err(fail(at, "no such scale")),
                    }
                }
                "head" => {
                    let head = HEADS.iter().position(|h| *h == name).ok_or_else(|| fail(at, "no such head"))?;
                    weights.intercepts[head] = next()?;
                }
                "shape" => {
                    if SHAPES.get(weights.shapes.len()) != Some(&name) {
                        return Err(fail(at, "the shapes are others"));
                    }
                    weights.shapes.push([next()?, next()?, next()?]);
                }
                "family" => weights.families.push(Family {
                    name: name.to_owned(),
                    hostility: next()?,
                    care: next()?,
                    heads: [next()?, next()?, next()?],
                }),
                "term" => {
                    let row = Row::read(name, fields).map_err(|what| fail(at, what))?;
                    weights.terms.insert(row.key, row.into());
                }
                _ => return Err(fail(at, "no such kind of line")),
            }
        }
        if weights.shapes.len() != SHAPES.len() || weights.families.len() > 64 {
            return Err(fail(0, "shapes are missing, or families too many"));
        }
        weights.settle()?;
        Ok(weights)
    }

    /// Writes the file: rounded, so that reading it again gives what was written.
    pub fn to_file(&self, note: &str) -> String {
        let mut out = format!("{VERSION}\n");
        for line in note.lines() {
            let _ = writeln!(out, "# {line}");
        }
        let mut row = |kind: &str, name: &str, numbers: &[f32], rest: &str| {
            let _ = write!(out, "{kind}\t{name}");
            let mut fields: Vec<String> = numbers.iter().map(|n| milli(*n)).collect();
            fields.push(rest.to_owned());
            while fields.last().is_some_and(String::is_empty) {
                fields.pop();
            }
            for field in fields {
                let _ = write!(out, "\t{field}");
            }
            out.push('\n');
        };
        for (name, slope) in [("risk", self.risk), ("upset", self.upset), ("danger", self.danger)] {
            row("scale", name, &[slope.slope, slope.offset], "");
        }
        for (name, intercept) in HEADS.iter().zip(self.intercepts) {
            row("head", name, &[intercept], "");
        }
        for (name, heads) in SHAPES.iter().zip(&self.shapes) {
            row("shape", name, heads, "");
        }
        for family in &self.families {
            row("family", &family.name, &[&[family.hostility, family.care], &family.heads[..]].concat(), "");
        }
        let mut terms: Vec<(&str, &Term)> = self.terms().collect();
        terms.sort_by_key(|(name, _)| *name);
        for (name, t) in terms {
            let mut rest: Vec<String> = t.families().map(|f| f.to_string()).collect();
            if t.begins {
                rest.push("+".to_owned());
            }
            let numbers = [&[t.value, t.hostility, t.share], &t.drift[..], &t.heads].concat();
            row("term", name, &numbers, &rest.join(","));
        }
        out
    }
}

fn milli(number: f32) -> String {
    let rounded = (number * UNIT).round();
    if rounded == 0.0 { String::new() } else { format!("{rounded:.0}") }
}

/// Keys are hashes already.
#[derive(Clone, Default)]
pub(super) struct Known(u64);

impl Hasher for Known {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../training/weights.tsv");

    #[test]
    fn the_built_in_file_can_be_read_and_is_small() {
        let weights = Weights::parse(FILE).expect("it is sound");
        assert!(weights.terms.len() > 10_000, "terms are missing");
        assert!(FILE.len() <= 3_000_000, "the file outgrew the binary");
        assert!(weights.risk.slope > 0.0 && weights.upset.slope > 0.0);
    }

    #[test]
    fn what_the_program_carries_is_what_the_file_says() {
        let (file, carried) = (Weights::parse(FILE).expect("it is sound"), Weights::built_in());
        for (key, term) in &file.terms {
            assert_eq!(carried.term(*key).as_ref(), Some(term));
        }
        assert_eq!(carried.term(table::key("no such word stands there")), None);
        let rest = |weights: &Weights| (weights.families.clone(), weights.shapes.clone(), weights.intercepts);
        assert_eq!(rest(&carried), rest(&file));
        assert_eq!((carried.risk, carried.upset, carried.danger), (file.risk, file.upset, file.danger));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |file: &str| Weights::parse(file).expect_err("it is wrong").to_string();
        assert_eq!(told("# bedside weights 9\n"), "weights, line 1: the first line names another version");
        assert_eq!(told("# bedside weights 2\nterm\tyou\tx\n"), "weights, line 2: a number is no whole number");
        assert_eq!(told("# bedside weights 2\nmoon\tyou\n"), "weights, line 2: no such kind of line");
        assert_eq!(
            told(&FILE.replacen("family\tyou", "family\tthou", 1)),
            "weights, line 1: the families `you` and `i` are needed"
        );
    }

    #[test]
    fn writing_and_reading_again_changes_nothing() {
        let family = |name: &str| Family { name: name.into(), care: 0.5, ..Family::default() };
        let families = vec![family("i"), family("you")];
        let shapes = SHAPES.iter().map(|_| [0.25, -0.5, 0.125]).collect();
        let mut weights = Weights { families, shapes, ..Weights::default() };
        weights.term_mut("you do n't").heads = [1.5, -0.125, 0.75];
        weights.term_mut("you do n't").join(1);
        weights.term_mut("you").value = -2.0;
        weights.settle().expect("both are there");
        let read = Weights::parse(&weights.to_file("a note")).expect("it was just written");
        for (term, own) in weights.terms() {
            assert_eq!(read.term(table::key(term)), Some(*own), "{term}");
        }
        assert_eq!((read.families, read.shapes), (weights.families, weights.shapes));
    }
}
