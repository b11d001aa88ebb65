//! The same with the keyboard alone.

use crate::{
    browser::{CTRL, DOWN, ENTER, ESCAPE, House, SHIFT, TAB, UP},
    walks::{BAD, GOOD},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_reviewed_and_mended_by_keys() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/desk").await;
    // The first stop leads past the menus.
    sam.strike(&TAB.to_string()).await;
    assert_eq!(sam.value("document.activeElement.id").await, "skip");
    sam.strike(&ENTER.to_string()).await;
    assert_eq!(sam.value("document.activeElement.id").await, "draft");

    sam.strike(BAD).await;
    sam.until("a note stands in the margin", "document.querySelector('.note-high')").await;
    sam.tab_to(".note-high .note-words").await;
    sam.strike(&ENTER.to_string()).await;
    let chosen = "document.querySelector('#draft').value.slice(document.querySelector('#draft').selectionStart, document.querySelector('#draft').selectionEnd)";
    assert_eq!(sam.value(chosen).await, "You should have reported", "a note leads to its words");

    sam.chord(CTRL, 'a').await;
    sam.strike(GOOD).await;
    assert!(sam.text("#reads-well").await.starts_with("Reads well"));
    sam.chord(CTRL, ENTER).await;
    sam.until("it is copied", "document.querySelector('#copy').innerText.includes('Copied')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_coached_and_answered_by_keys() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/channel").await;
    sam.tab_to(".message-more").await;
    // One stop for all messages; arrows go from one to the next.
    sam.strike(&format!("{UP}{DOWN}")).await;
    sam.strike(&ENTER.to_string()).await;
    assert_eq!(sam.value("document.activeElement.textContent").await, "Help me answer");
    sam.strike(&ESCAPE.to_string()).await;
    assert_eq!(sam.value("document.activeElement.classList.contains('message-more')").await, true);
    sam.strike(&format!("{ENTER}{ENTER}")).await;
    sam.until("the card has the focus", "document.activeElement.matches('.private')").await;

    sam.tab_to(".private .button-primary").await;
    sam.strike(&ENTER.to_string()).await;
    sam.until("the form has the focus", "document.activeElement.matches('dialog textarea')").await;
    sam.strike(&ESCAPE.to_string()).await;
    sam.until("the form is closed", "!document.querySelector('dialog')").await;
    assert_eq!(sam.value("document.activeElement.matches('.private .button-primary')").await, true);
    sam.strike(&ENTER.to_string()).await;
    sam.until("the form has the focus", "document.activeElement.matches('dialog textarea')").await;
    sam.strike(GOOD).await;
    sam.chord(CTRL, ENTER).await;
    sam.until("it is reviewed", "document.querySelectorAll('.private').length === 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_set_and_a_seat_is_taken_by_keys() {
    let Some(house) = House::open().await else { return };
    let page = house.visit("agent/support/channel").await;
    page.tab_to("#seat").await;
    page.strike(&format!("{DOWN}{DOWN}")).await;
    page.until("the lead sits here", "location.hash.startsWith('#/lead/')").await;
    page.until("the lead's commands", "document.querySelector('#say').placeholder.includes('Lee')").await;
    page.tab_to("#say").await;
    page.strike(&format!("/daily l{ENTER}")).await;
    page.until("the list of schedules", "document.querySelector('.private')").await;
    // The card stands right before the writing.
    page.chord(SHIFT, TAB).await;
    assert_eq!(page.value("document.activeElement.closest('.private, #log') !== null").await, true);

    page.tab_to("#views li:nth-child(3) a").await;
    page.strike(&ENTER.to_string()).await;
    page.until("the next tips", "document.querySelector('[data-skip]')").await;
    let frame = "[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle].join(' ')";
    assert_eq!(page.value(frame).await, "main none", "a frame around the whole page tells nobody where they are");
    page.picture("lead-by-keys").await;
    page.tab_to("[data-skip]").await;
    page.strike(&ENTER.to_string()).await;
    page.until("it is left out", "document.querySelector('.is-skipped')").await;
}
