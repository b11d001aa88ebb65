//! Any text: sentences, protected spans and the way back to the original.
#![no_main]

#[path = "../../tests/common/holds.rs"]
mod holds;

libfuzzer_sys::fuzz_target!(|text: &str| holds::language_holds(text));
