//! Any draft; after a NUL, the message that it answers. In each medium.
#![no_main]

#[path = "../../tests/common/holds.rs"]
mod holds;

use bedside::content::Medium;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (draft, answers) = text.split_once('\0').map_or((text, None), |(draft, answers)| (draft, Some(answers)));
    let medium = [Medium::Chat, Medium::Ticket, Medium::Email][text.len() % 3];
    holds::review_holds(draft, answers, medium);
});
