//! Any `bedside.toml`: read, or refused with a place in it.
#![no_main]

use std::path::Path;

use bedside::config::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (_, problems) = Config::read(Path::new("bedside.toml"), text);
    for problem in problems {
        assert!(problem.line <= text.lines().count() + 1 && !problem.what.is_empty());
    }
});
