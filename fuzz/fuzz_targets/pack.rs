//! Any file of a pack, laid over what every pack needs: refused with a place in it, or taken and run on a draft, which
//! follows a NUL.
#![no_main]

use std::sync::LazyLock;

use bedside::{
    content::{Layer, Medium, SourceFile, load},
    mood,
    review::{self, Draft},
};
use libfuzzer_sys::fuzz_target;

/// The posts, the topics, the moods, and each cue with one pattern: a pack that is soon loaded.
static BASE: LazyLock<Layer> = LazyLock::new(|| {
    let needed = |file: &SourceFile| {
        ["cues/", "coaching/listening", "posts", "topics", "moods/moods"].iter().any(|part| file.name.contains(part))
    };
    let mut base = Layer { files: Layer::built_in().files.into_iter().filter(needed).collect() };
    for file in base.files.iter_mut().filter(|file| file.name.contains("cues/")) {
        file.text = short(&file.text).into();
    }
    load(std::slice::from_ref(&base)).expect("it is what every pack needs");
    base
});

fn short(cues: &str) -> String {
    let mut file: toml::Table = cues.parse().expect("built-in files are TOML");
    for cue in file["cue"].as_array_mut().expect("they are rows") {
        let cue = cue.as_table_mut().expect("each is a table");
        cue.insert("find".into(), vec!["thanks"].into());
        cue.retain(|key, _| !["unless", "yes", "no"].contains(&key));
    }
    file.to_string()
}

fuzz_target!(|text: &str| {
    let (file, draft) = text.split_once('\0').unwrap_or((text, "Thanks, please just restart it."));
    let fuzzed = Layer { files: vec![SourceFile::new("fuzzed.toml", file.to_owned())] };
    match load(&[BASE.clone(), fuzzed]) {
        Ok(pack) => {
            let _ = (review::examples(&pack), mood::examples(&pack));
            review::review(&pack, &Draft { text: draft, answers: None, medium: Medium::Chat });
        }
        Err(problems) => assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.what.is_empty())),
    }
});
