//! Any answer to any practice card.
#![no_main]

#[path = "../../tests/common/holds.rs"]
mod holds;

use bedside::practice::judge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (card, answer) = input;
    let drill = &holds::PACK.drills[usize::from(card) % holds::PACK.drills.len()];
    let judged = judge(&holds::PACK, drill, answer);
    assert!(judged.safety || !judged.good || judged.had_to.len() <= drill.musts.len() + 1);
});
