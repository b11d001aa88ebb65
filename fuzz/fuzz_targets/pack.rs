//! Any file of a pack, laid over the built-in one: refused with a place in it, or taken and run.
#![no_main]

use std::sync::LazyLock;

use bedside::{
    content::{Layer, Medium, SourceFile, load},
    mood,
    review::{self, Draft},
};
use libfuzzer_sys::fuzz_target;

/// What every pack needs: the cues by their names, and a post to draw from.
static BASE: LazyLock<Layer> = LazyLock::new(|| Layer {
    files: Layer::built_in()
        .files
        .into_iter()
        .filter(|file| ["cues/", "posts", "topics", "moods/moods"].iter().any(|part| file.name.contains(part)))
        .collect(),
});

fuzz_target!(|input: (&str, &str)| {
    let (text, draft) = input;
    let fuzzed = Layer { files: vec![SourceFile::new("fuzzed.toml", text.to_owned())] };
    match load(&[BASE.clone(), fuzzed]) {
        Ok(pack) => {
            let _ = (review::examples(&pack), mood::examples(&pack));
            review::review(&pack, &Draft { text: draft, answers: None, medium: Medium::Chat });
        }
        Err(problems) => assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.what.is_empty())),
    }
});
