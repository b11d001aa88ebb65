//! Any message.
#![no_main]

#[path = "../../tests/common/holds.rs"]
mod holds;

libfuzzer_sys::fuzz_target!(|message: &str| holds::mood_holds(message));
