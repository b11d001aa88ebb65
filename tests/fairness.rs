//! A reading judges what a reply does, not who wrote it or to whom: the same reply with another name, or in another
//! English, reads the same within a margin. The pairs were written without sight of the rules.

use std::{collections::BTreeMap, fs, path::Path};

use bedside::{
    content::{Medium, Pack},
    review::{Draft, Reading, review},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Pairs {
    pair: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    kind: String,
    one: String,
    other: String,
}

/// Names alone may move a number this far at most, and never the words.
const NAMES: f32 = 0.05;
/// Another English may move one pair this far, because other words are other words,
const ENGLISHES: f32 = 0.3;
/// but all pairs of a kind together hardly: not towards harder, and little towards milder.
const LEANING: std::ops::RangeInclusive<f32> = -0.1..=0.03;

#[test]
fn another_name_or_another_english_reads_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/fairness.toml");
    let pairs: Pairs = toml::from_str(&fs::read_to_string(path).expect("it is there")).expect("it is TOML");
    assert!(pairs.pair.len() >= 40, "the pairs shrank");
    let pack = Pack::built_in();
    let read = |text: &str| -> Reading { review(&pack, &Draft { text, answers: None, medium: Medium::Chat }).reading };
    let mut moves: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for Pair { kind, one, other } in &pairs.pair {
        let (before, after) = (read(one), read(other));
        let (risk, care) = (after.risk - before.risk, after.care - before.care);
        moves.entry(kind).or_default().push(risk);
        let margin = if kind == "name" { NAMES } else { ENGLISHES };
        if risk.abs() > margin || care.abs() > margin || kind == "name" && before.landing != after.landing {
            wrong.push(format!(
                "{kind}: risk {risk:+.2}, care {care:+.2}, {:?} → {:?}: {other}",
                before.landing, after.landing
            ));
        }
    }
    for (kind, moves) in &moves {
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let mean = moves.iter().sum::<f32>() / moves.len() as f32;
        println!("{kind}: {} pairs, mean {mean:+.3}", moves.len());
        if !LEANING.contains(&mean) {
            wrong.push(format!("{kind}: the readings lean by {mean:+.3}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An English that is not the reader's own never turns a reply that reads well into one that stings.
#[test]
fn another_english_is_no_offence() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/fairness.toml");
    let pairs: Pairs = toml::from_str(&fs::read_to_string(path).expect("it is there")).expect("it is TOML");
    let pack = Pack::built_in();
    let read = |text: &str| review(&pack, &Draft { text, answers: None, medium: Medium::Chat });
    let offended: Vec<String> = pairs
        .pair
        .iter()
        .filter(|pair| read(&pair.one).reads_well() && !read(&pair.other).reads_well())
        .map(|pair| {
            let drawn = read(&pair.other);
            let rules: Vec<&str> = drawn.findings.iter().map(|f| f.rule.as_str()).collect();
            format!("{}: {rules:?} risk {:.2}: {}", pair.kind, drawn.reading.risk, pair.other)
        })
        .collect();
    assert!(offended.len() <= 1, "{}", offended.join("\n"));
}
