//! Any draft, as an answer to any message, in any medium.
#![no_main]

#[path = "../../tests/common/holds.rs"]
mod holds;

use bedside::content::Medium;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, Option<&str>, u8)| {
    let (draft, answers, medium) = input;
    let medium = [Medium::Chat, Medium::Ticket, Medium::Email][usize::from(medium % 3)];
    holds::review_holds(draft, answers, medium);
});
