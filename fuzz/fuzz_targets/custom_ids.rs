//! Any id of an action or a form, with any values: an answer comes, and nothing breaks.
#![no_main]

#[path = "../../tests/common/asked.rs"]
mod asked;

use asked::Asked;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static ASKED: Asked = Asked::new();
}

fuzz_target!(|input: (String, Vec<String>, bool, bool)| {
    let (id, values, form, lead) = input;
    ASKED.with(|asked| asked.answers(id, values, form, lead));
});
