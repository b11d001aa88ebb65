//! axe-core finds nothing serious, in light and in dark, wide and narrow.

use std::{path::PathBuf, process::Command};

use serde_json::Value;

use crate::{
    browser::{ENTER, House, Page},
    walks::BAD,
};

/// The checker, fetched from npm into `target/` when it is not there yet; it is never committed.
pub(crate) fn axe() -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let script = root.join("target/axe/axe.min.js");
    if !script.exists() {
        let fetched = Command::new("bash").arg(root.join("tests/browser/fetch-axe")).status();
        if !fetched.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("BEDSIDE_NEEDS_BROWSER").is_none(), "axe-core cannot be fetched");
            eprintln!("SKIPPED, NOT TESTED: axe-core cannot be fetched; run tests/browser/fetch-axe");
            return None;
        }
    }
    Some(std::fs::read_to_string(script).expect("it was fetched"))
}

pub(crate) async fn finds_nothing(page: &Page, axe: &str, place: &str) {
    for scheme in ["light", "dark"] {
        page.prefer(scheme);
        page.client.execute(axe, Vec::new()).await.expect("axe loads");
        // What is still fading in has no contrast yet.
        let script = "const done = arguments[0];
            document.getAnimations().forEach((animation) => animation.finish());
            axe.run(document, {resultTypes: ['violations']}).then((found) => done(found.violations
              .filter((v) => v.impact === 'serious' || v.impact === 'critical')
              .map((v) => `${v.impact} ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)));";
        let found = page.client.execute_async(script, Vec::new()).await.expect("axe runs");
        assert_eq!(found, Value::Array(Vec::new()), "{place}, {scheme}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_serious_stands_in_anybodys_way() {
    let Some(house) = House::open().await else { return };
    let Some(axe) = axe() else { return };
    let lee = house.visit("lead/support/desk").await;
    finds_nothing(&lee, &axe, "an empty desk").await;
    lee.write("#draft", BAD).await;
    lee.find(".note").await;
    finds_nothing(&lee, &axe, "a desk with notes").await;
    lee.size(360, 780);
    finds_nothing(&lee, &axe, "a narrow desk").await;
    lee.size(1360, 900);

    lee.click("#views li:nth-child(1) a").await;
    lee.write("#say", "/").await;
    lee.find("#commands").await;
    finds_nothing(&lee, &axe, "the commands").await;
    lee.write("#say", "/revew You should have.").await;
    lee.strike(&ENTER.to_string()).await;
    lee.find("#unsent").await;
    finds_nothing(&lee, &axe, "a line that was not sent").await;
    lee.picture("unsent").await;
    lee.write("#say", "/review").await;
    lee.strike(&ENTER.to_string()).await;
    lee.find(".command-form").await;
    finds_nothing(&lee, &axe, "a command's options").await;
    lee.strike(&ENTER.to_string()).await;
    lee.find("dialog").await;
    finds_nothing(&lee, &axe, "a form").await;
    lee.write("dialog textarea", BAD).await;
    lee.click("dialog [type=submit]").await;
    lee.find(".private .actions").await;
    finds_nothing(&lee, &axe, "a channel with a private card").await;

    lee.click("#views li:nth-child(3) a").await;
    lee.find(".next").await;
    finds_nothing(&lee, &axe, "the lead's page").await;
    let poster = lee.find(".next a").await.attr("href").await.expect("an element").expect("an address");
    lee.client.goto(&format!("{}{poster}", house.room.address)).await.expect("the poster");
    finds_nothing(&lee, &axe, "a poster").await;
}
