//! A card is dealt, answered and judged, the day's tip is tried, a quiz is left and found again: by mouse, and by keys.

use crate::{
    access::{axe, finds_nothing},
    browser::{CTRL, DOWN, ENTER, House, Page},
};

const ANSWER: &str = "That is the fourth time in front of your client. Use your phone's hotspot for now; I am on it and \
    will write at 11:30.";

/// The newest private card, from which everything here is done.
const CARD: &str = ".private:last-of-type";

async fn command(page: &Page, typed: &str) {
    page.write("#say", typed).await;
    page.strike(&ENTER.to_string()).await;
    // A command that takes nothing is run at once; one with options asks for them first.
}

async fn until_titled(page: &Page, title: &str) {
    let there = format!("document.querySelector('{CARD} .card-title')?.innerText.includes({title:?})");
    page.until(title, &there).await;
}

/// The judgement says what works or what to try first, and holds the card that it speaks of.
async fn is_judged(page: &Page, message: &str) {
    let judged = "document.querySelector('.private:last-of-type').innerText.includes('What a good answer had to do')";
    page.until("it is judged", judged).await;
    let read = page.text(&format!("{CARD} .card")).await;
    assert!(read.contains("met:") || read.contains("not yet:"), "{read}");
    assert!(read.contains(message), "the card is still to be seen: {read}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_practice_with_the_mouse() {
    let Some(house) = House::open().await else { return };
    let axe = axe();
    let accessible = async |page: &Page, place: &str| {
        if let Some(axe) = &axe {
            finds_nothing(page, axe, place).await;
        }
    };
    let sam = house.visit("agent/team/channel").await;
    command(&sam, "/practice now").await;
    until_titled(&sam, "One card").await;
    let dealt = sam.text(&format!("{CARD} .card")).await;
    assert!(dealt.contains("A customer writes") && dealt.contains("Your turn:"), "{dealt}");
    accessible(&sam, "a card to practise with").await;
    sam.click(&format!("{CARD} [data-action^='practice:another:']")).await;
    sam.until(
        "another card",
        &format!("!document.querySelector('{CARD}').innerText.includes({:?})", line(&dealt, "It trains")),
    )
    .await;

    let message = sam.text(&format!("{CARD} blockquote")).await;
    sam.click(&format!("{CARD} [data-action^='practice:answer:']")).await;
    sam.write("dialog :is(textarea, input)", ANSWER).await;
    accessible(&sam, "the form of an answer").await;
    sam.click("dialog [type=submit]").await;
    is_judged(&sam, &message).await;
    accessible(&sam, "a judgement").await;
    sam.picture("practice-judged").await;

    // The tip that stands in the channel for everybody: whoever presses has a card of their own.
    let tip = sam.text(".from-bot .card").await;
    let before = sam.count(".private").await;
    sam.click(".from-bot [data-action^='practice:tip:']").await;
    sam.until("a card of one's own", &format!("document.querySelectorAll('.private').length === {}", before + 1)).await;
    until_titled(&sam, "One card").await;
    assert_eq!(sam.text(".from-bot .card").await, tip, "the tip stands as it stood");
    let robin = house.visit("customer/team/channel").await;
    assert_eq!(robin.count(".private").await, 0, "a card of practice reached another browser");

    command(&sam, "/quiz empathy").await;
    until_titled(&sam, "Your empathy quotient").await;
    sam.click(&format!("{CARD} [data-action^='quiz:begin:']")).await;
    for item in ["1 of 12", "2 of 12"] {
        until_titled(&sam, item).await;
        sam.click(&format!("{CARD} [data-action^='quiz:answer:']")).await;
        accessible(&sam, "an item of the quiz with its menu").await;
        sam.click(&format!("{CARD} .menu-item:nth-child(3)")).await;
    }
    until_titled(&sam, "3 of 12").await;
    sam.click(&format!("{CARD} [data-action^='quiz:stop:']")).await;
    sam.until("it is kept", &format!("document.querySelector('{CARD}').innerText.includes('Kept at 3 of 12')")).await;
    command(&sam, "/quiz empathy").await;
    sam.until("it is found again", &format!("document.querySelector('{CARD}').innerText.includes('You stopped at 3')"))
        .await;
    accessible(&sam, "a quiz that was left").await;
    sam.click(&format!("{CARD} [data-action^='quiz:go-on:']")).await;
    until_titled(&sam, "3 of 12").await;

    let lee = house.visit("lead/team/channel").await;
    command(&lee, "/recap on").await;
    lee.click(".command-form [type=submit]").await;
    until_titled(&lee, "The weekly recap is on").await;
    lee.click("#views li:nth-child(3) a").await;
    let recaps = lee.text("[aria-labelledby='recaps-title']").await;
    assert!(recaps.contains("The next recaps") && recaps.contains("team"), "{recaps}");
    accessible(&lee, "the lead's page with its recaps").await;
    let scroll = "document.querySelector(\"[aria-labelledby='recaps-title']\").scrollIntoView()";
    lee.client.execute(scroll, Vec::new()).await.expect("it scrolls");
    lee.picture("lead-recaps").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_dealt_and_answered_by_keys() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/team/channel").await;
    sam.tab_to("#say").await;
    sam.strike(&format!("/practice now{ENTER}")).await;
    until_titled(&sam, "One card").await;
    let message = sam.text(&format!("{CARD} blockquote")).await;
    // From the field the card lies one step back; round the page it is reached as well.
    sam.tab_to(&format!("{CARD} [data-action^='practice:answer:']")).await;
    sam.strike(&ENTER.to_string()).await;
    sam.until("the form has the focus", "document.activeElement.matches('dialog :is(textarea, input)')").await;
    sam.chord(CTRL, 'a').await;
    sam.strike(ANSWER).await;
    sam.chord(CTRL, ENTER).await;
    is_judged(&sam, &message).await;
    sam.until("the focus stays with the card", "document.activeElement.closest('.private') !== null").await;
    sam.tab_to(&format!("{CARD} [data-action^='practice:again:']")).await;

    sam.tab_to("#say").await;
    sam.strike(&format!("/quiz empathy{ENTER}")).await;
    until_titled(&sam, "Your empathy quotient").await;
    sam.tab_to(&format!("{CARD} [data-action^='quiz:begin:']")).await;
    sam.strike(&ENTER.to_string()).await;
    until_titled(&sam, "1 of 12").await;
    sam.until("the focus stays with the card", "document.activeElement.closest('.private') !== null").await;
    sam.tab_to(&format!("{CARD} [data-action^='quiz:answer:']")).await;
    sam.strike(&format!("{ENTER}{DOWN}{DOWN}{ENTER}")).await;
    until_titled(&sam, "2 of 12").await;
}

/// The line of a card that begins with these words.
fn line<'t>(text: &'t str, begins: &str) -> &'t str {
    text.lines().find(|line| line.starts_with(begins)).expect("such a line")
}
