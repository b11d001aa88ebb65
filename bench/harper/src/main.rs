//! Bedside's review and harper-core's on the same texts: `bench-harper TEXTS.json ROUNDS` prints the least CPU time a
//! text of several interleaved rounds, in µs. harper-core looks for mistakes of grammar and spelling, so this is about
//! what such a reading costs, not about who finds what.

use std::hint::black_box;

use bedside::{
    content::{Medium, Pack},
    mood::mood,
    review::{Draft, review},
};
use harper_core::{
    Dialect, Document,
    linting::{LintGroup, Linter},
    parsers::PlainEnglish,
    spell::FstDictionary,
};

/// CPU time of this thread so far, in ns.
fn spent() -> f64 {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells");
    line.split(' ').next().and_then(|first| first.parse().ok()).expect("the first is the time on a CPU")
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a file of texts");
    let rounds: usize = arguments.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let json = std::fs::read_to_string(path).expect("a file");
    let texts: Vec<String> = serde_json::from_str(&json).expect("a list of texts");
    let pack = Pack::built_in();
    pack.prepare();
    let mut linter = LintGroup::new_curated(FstDictionary::curated(), Dialect::American);
    // harper-core remembers the passages that it saw; a fresh linter each round would pay for its start instead, so
    // each round's texts end differently.
    let (mut ours, mut moods, mut theirs, mut parsing) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX);
    for round in 0..=rounds {
        let fresh: Vec<String> = texts.iter().map(|text| format!("{text} Case {round}.")).collect();
        let timed = |read: &mut dyn FnMut(&str)| {
            let began = spent();
            for text in &fresh {
                read(text);
            }
            if round == 0 { f64::MAX } else { (spent() - began) / 1e3 / fresh.len() as f64 }
        };
        ours = ours.min(timed(&mut |text| {
            drop(black_box(review(&pack, &Draft { text, answers: None, medium: Medium::Ticket })));
        }));
        moods = moods.min(timed(&mut |text| drop(black_box(mood(&pack, text)))));
        theirs = theirs.min(timed(&mut |text| {
            drop(black_box(linter.lint(&Document::new_curated(text, &PlainEnglish))));
        }));
        parsing = parsing.min(timed(&mut |text| drop(black_box(Document::new_curated(text, &PlainEnglish)))));
    }
    let figures = serde_json::json!({"review": ours, "mood": moods, "harper-core": theirs, "harper-core, parsing alone": parsing});
    println!("{figures}");
}
