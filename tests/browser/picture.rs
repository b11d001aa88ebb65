//! The picture in the README, taken of the real page: `docs/room-picture`.

use crate::browser::{House, Page};

/// A reply that could be kinder, to the newest ticket that the room plays in.
const DRAFT: &str = "Hi Priya,\n\nAs I said on Monday, you should have tested the VPN before a demo. Please restart \
    the client and run a speed test. I will look into it at 11:30.\n\nSorry for any inconvenience.\nSam";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it writes docs/room.png; run docs/room-picture"]
async fn of_the_desk() {
    let house = House::open().await.expect("Chromium");
    let sam: Page = house.visit("agent/support/desk").await;
    sam.size(1360, 850);
    sam.find(".from-customer").await;
    sam.write("#draft", DRAFT).await;
    sam.find(".note").await;
    sam.until("fonts and movements are at rest", "document.getAnimations().length === 0").await;
    let picture = sam.client.screenshot().await.expect("a picture");
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/room.png"), picture).expect("docs/room.png is written");
}
