//! Any answer to any practice card: its first character says to which.
#![no_main]

#[path = "../../tests/common/holds.rs"]
mod holds;

use bedside::practice::judge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut answer = text.chars();
    let card = answer.next().map_or(0, u32::from) as usize;
    let drill = &holds::PACK.drills[card % holds::PACK.drills.len()];
    let judged = judge(&holds::PACK, drill, answer.as_str());
    assert!(judged.safety || !judged.good || judged.had_to.len() <= drill.musts.len() + 1);
});
