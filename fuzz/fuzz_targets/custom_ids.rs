//! Any id of an action or a form, with any values, a line each: an answer comes, and nothing breaks. The first
//! character says who asks, and how.
#![no_main]

#[path = "../../tests/common/asked.rs"]
mod asked;

use asked::Asked;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static ASKED: Asked = Asked::new();
}

fuzz_target!(|text: &str| {
    let mut rest = text.chars();
    let how = rest.next().map_or(0, u32::from);
    let mut lines = rest.as_str().split('\n').map(str::to_owned);
    let id = lines.next().unwrap_or_default();
    ASKED.with(|asked| asked.answers(id, lines.collect(), how & 1 == 1, how & 2 == 2));
});
