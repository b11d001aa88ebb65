//! How fast a review and a mood are, beside a bare scan for the same phrases and another tone reader.
//!
//! `cargo bench` reads the project's own corpora; `cargo bench -- FILE` any text, a paragraph at a time. Rounds of
//! all are interleaved, and of each text the fastest round counts: one text takes less time than the machine gives a
//! process in one go, so that what else is at work there is left out.

#![allow(clippy::cast_precision_loss)] // Counts of bytes and texts are far below where that matters.

use std::{hint::black_box, time::Instant};

use aho_corasick::AhoCorasick;
use bedside::{
    content::{Layer, Medium, Pack},
    language::Text,
    mood::mood,
    practice::{RETENTION, Rating, remember},
    review::{Draft, review},
};
use jiff::{SignedDuration, Timestamp};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use vader_sentimental::SentimentIntensityAnalyzer;

/// How many rounds are timed.
const ROUNDS: usize = 15;
/// How many cards one person practises with.
const CARDS: usize = 1000;

struct Contender<'a> {
    name: &'static str,
    read: Box<dyn Fn(&str) + 'a>,
    /// The fastest time of each text, in seconds.
    fastest: Vec<f64>,
}

impl Contender<'_> {
    fn seconds(&self) -> f64 {
        self.fastest.iter().sum()
    }
}

fn main() {
    let file = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let texts = match &file {
        Some(path) => paragraphs(&std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"))),
        None => corpora(),
    };
    let bytes: usize = texts.iter().map(String::len).sum();
    if texts.is_empty() {
        eprintln!("there is no text in that file");
        std::process::exit(2);
    }
    let began = Instant::now();
    let pack = Pack::built_in();
    let loading = began.elapsed();
    let (drafts, messages) = (bare_scan(&["rule", "cue"]), bare_scan(&["signal"]));
    let vader = SentimentIntensityAnalyzer::new();
    let mut contenders = [
        contender("scan for the drafts' phrases", |text| {
            black_box(scan(&drafts, text));
        }),
        contender("review", |text| {
            drop(black_box(review(&pack, &Draft { text, answers: None, medium: Medium::Ticket })));
        }),
        contender("scan for the messages' phrases", |text| {
            black_box(scan(&messages, text));
        }),
        contender("mood", |text| drop(black_box(mood(&pack, text)))),
        contender("reading alone (language)", |text| drop(black_box(Text::read(text)))),
        contender("vader-sentimental", |text| {
            black_box(vader.polarity_scores(text));
        }),
    ];
    for contender in &mut contenders {
        contender.fastest = vec![f64::INFINITY; texts.len()];
    }
    for _ in 0..ROUNDS {
        for contender in &mut contenders {
            for (text, fastest) in texts.iter().zip(&mut contender.fastest) {
                let began = Instant::now();
                (contender.read)(text);
                *fastest = fastest.min(began.elapsed().as_secs_f64());
            }
        }
    }
    print(&contenders, &texts, bytes, file.as_deref());
    println!("practice: reviews of all {CARDS} cards of one person in {:.2} ms", reviews() * 1e3);
    println!("the built-in pack loads in {:.1} ms", loading.as_secs_f64() * 1e3);
}

/// How long the reviews of all cards of one person take, in seconds.
fn reviews() -> f64 {
    let start = Timestamp::UNIX_EPOCH;
    let mut all: Vec<_> = (0..CARDS).map(|_| remember(None, Rating::Good, start, RETENTION)).collect();
    let round = |round: i64| {
        let (began, now) = (Instant::now(), start + SignedDuration::from_hours(100 * round));
        for memory in &mut all {
            *memory = remember(Some(memory), Rating::Good, now, RETENTION);
        }
        black_box(&mut all);
        began.elapsed().as_secs_f64()
    };
    (1..=15).map(round).fold(f64::INFINITY, f64::min)
}

fn contender<'a>(name: &'static str, read: impl Fn(&str) + 'a) -> Contender<'a> {
    Contender { name, read: Box::new(read), fastest: Vec::new() }
}

/// A scanner for the phrases that the patterns of the built-in pack begin with: what any engine must find at least.
fn bare_scan(kinds: &[&str]) -> AhoCorasick {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_literal_len(24).limit_total(500);
    let mut phrases: Vec<Vec<u8>> = Vec::new();
    for file in Layer::built_in().files {
        let table: toml::Table = file.text.parse().expect("the built-in pack is TOML");
        let entries = kinds.iter().filter_map(|kind| table.get(*kind)?.as_array()).flatten();
        let finds = entries.filter_map(|entry| entry.get("find")?.as_array()).flatten().filter_map(toml::Value::as_str);
        for find in finds {
            let Ok(hir) = regex_syntax::parse(find) else { continue };
            let found = extractor.extract(&hir);
            phrases.extend(
                found.literals().unwrap_or_default().iter().map(|l| l.as_bytes().to_vec()).filter(|l| l.len() > 2),
            );
        }
    }
    phrases.sort_unstable();
    phrases.dedup();
    AhoCorasick::builder().ascii_case_insensitive(true).build(&phrases).expect("phrases make an automaton")
}

/// A bare scan: how many of the phrases stand in the text, in whatever case.
fn scan(phrases: &AhoCorasick, text: &str) -> usize {
    phrases.find_iter(text).count()
}

fn print(contenders: &[Contender<'_>], texts: &[String], bytes: usize, file: Option<&str>) {
    println!(
        "{} texts, {:.0} bytes each, from {}",
        texts.len(),
        bytes as f64 / texts.len() as f64,
        file.unwrap_or("the corpora")
    );
    println!("on {}, of each text the fastest of {ROUNDS} interleaved rounds\n", machine());
    println!("{:32}{:>10}{:>14}{:>26}", "", "MB/s", "µs a message", "of the bare scan's speed");
    for (place, c) in contenders.iter().enumerate() {
        let seconds = c.seconds();
        let speed = bytes as f64 / seconds / 1e6;
        let each = seconds * 1e6 / texts.len() as f64;
        let beside = match place {
            1 => format!("1/{:.1} (budget: 1/5)", seconds / contenders[0].seconds()),
            3 => format!("1/{:.1} (budget: 1/3)", seconds / contenders[2].seconds()),
            _ => String::new(),
        };
        println!("{:32}{speed:>10.1}{each:>14.2}{beside:>26}", c.name);
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// Every draft and message of the corpora in `tests/corpus`.
fn corpora() -> Vec<String> {
    let mut texts = Vec::new();
    for name in ["good", "bad", "tickets"] {
        let path = format!("{}/tests/corpus/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let corpus: toml::Table = std::fs::read_to_string(path).expect("a corpus").parse().expect("TOML");
        for entries in corpus.values().filter_map(toml::Value::as_array) {
            for entry in entries.iter().filter_map(toml::Value::as_table) {
                let parts = ["draft", "answers", "customer", "good", "bad"];
                texts.extend(parts.iter().filter_map(|part| Some(entry.get(*part)?.as_str()?.to_owned())));
            }
        }
    }
    texts
}

fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map_or("an unknown processor", |l| l.trim_start_matches(['\t', ' ', ':']));
    format!("{model}, {} cores", std::thread::available_parallelism().map_or(1, usize::from))
}
