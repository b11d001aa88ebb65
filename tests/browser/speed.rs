//! Typing feels instant: from a keystroke to its painted review, by the browser's own clock.

use serde_json::json;

use crate::browser::House;

/// How long a keystroke may take in a release build, in milliseconds.
const INSTANT: f64 = 50.0;
/// A debug build reads several times slower; it only must not be absurd.
const DEBUG: f64 = 250.0;
const STROKES: usize = 15;

#[tokio::test(flavor = "multi_thread")]
async fn a_keystroke_in_a_long_draft_is_reviewed_at_once() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/desk").await;
    let sentence = "Thank you for the screenshot, it shows the very page that failed on Tuesday. \
        I have moved your files to the new share and will write again at 14:30. You should have called us first. ";
    let draft: String = sentence.chars().cycle().take(2_000).collect();
    let fill = "const d = document.querySelector('#draft'); d.focus(); d.value = arguments[0];
        d.setSelectionRange(1000, 1000); d.dispatchEvent(new Event('input'));";
    sam.client.execute(fill, vec![json!(draft)]).await.expect("a draft");
    sam.until("the first review", "document.documentElement.dataset.reviewMs").await;

    let mut took = Vec::new();
    for stroke in 0..STROKES {
        sam.client.execute("delete document.documentElement.dataset.reviewMs", Vec::new()).await.expect("forgotten");
        sam.strike(if stroke % 2 == 0 { "a" } else { " " }).await;
        sam.until("its review", "document.documentElement.dataset.reviewMs").await;
        let told = sam.value("document.documentElement.dataset.reviewMs").await;
        took.push(told.as_str().and_then(|ms| ms.parse::<f64>().ok()).expect("milliseconds"));
    }
    took.sort_by(f64::total_cmp);
    let (middle, worst) = (took[STROKES / 2], took[STROKES - 1]);
    eprintln!("keystroke to painted review of 2,000 characters: {middle} ms in the middle, {worst} ms at worst");
    let most = if cfg!(debug_assertions) { DEBUG } else { INSTANT };
    assert!(middle < most, "{middle} ms, where {most} are allowed: {took:?}");
}
