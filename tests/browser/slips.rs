//! What goes wrong under people's hands: a press that was none, two where one was meant, a server that is away, words
//! that change while they are answered.

use fantoccini::actions::{
    InputSource, MOUSE_BUTTON_LEFT, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction, TouchActions,
};

use crate::browser::{ENTER, House, Page};

/// The command of the list that nobody wants to run by mistake.
const ROW: &str = ".offered:nth-last-child(2)";

/// Says something, and waits until it stands there.
async fn say(page: &Page, words: &str) {
    page.write("#say", words).await;
    page.strike(&ENTER.to_string()).await;
    let stands = format!("[...document.querySelectorAll('.said')].at(-1).textContent === {words:?}");
    page.until("it is said", &stands).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_chosen_by_a_click_and_by_nothing_less() {
    let Some(house) = House::open().await else { return };
    let sam = house.visit("agent/support/channel").await;
    sam.write("#say", "/").await;
    sam.find("#commands").await;
    let over_row = async || {
        let script = "document.querySelector(arguments[0]).scrollIntoView({block: 'center'})";
        sam.client.execute(script, vec![ROW.into()]).await.expect("it scrolls");
        PointerAction::MoveToElement { element: sam.find(ROW).await, duration: None, x: 0., y: 0. }
    };
    let down = |button| PointerAction::Down { button };
    let up = |button| PointerAction::Up { button };

    let scroll = TouchActions::new("finger".into())
        .then(over_row().await)
        .then(down(MOUSE_BUTTON_LEFT))
        .then(PointerAction::MoveBy { duration: None, x: 0., y: 90. })
        .then(up(MOUSE_BUTTON_LEFT));
    sam.client.perform_actions(scroll).await.expect("a finger");
    let right = MouseActions::new("mouse".into())
        .then(over_row().await)
        .then(down(MOUSE_BUTTON_RIGHT))
        .then(up(MOUSE_BUTTON_RIGHT));
    sam.client.perform_actions(right).await.expect("a mouse");
    let waiting = "document.querySelector('#say').value === '/' && !document.querySelector('#commands').hidden
        && document.activeElement.id === 'say' && !document.querySelector('.private')";
    assert_eq!(sam.value(waiting).await, true, "a finger or the right button chose a command");

    // Alone in the list it stands still, whatever a finger set moving.
    sam.write("#say", "/forget-me").await;
    sam.until("it is all that is offered", "document.querySelectorAll('.offered').length === 1").await;
    sam.click(".offered").await;
    assert_eq!(sam.text(".private .card-title").await, "Forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_edited_while_it_is_answered_is_read_again() {
    let Some(house) = House::open().await else { return };
    let robin = house.visit("customer/support/channel").await;
    say(&robin, "Where are my files? Can you bring them back by noon?").await;
    let sam = house.visit("agent/support/desk").await;
    sam.choose("#answering", "Where are my files").await;
    sam.write("#draft", "Thanks for telling me.").await;
    sam.find("#answered mark").await;

    // A review that does not come cannot have marked anything either.
    sam.cut_off(&["*/room/review*"]);
    robin.click(".from-customer:last-of-type .message-more").await;
    let edit = "[...document.querySelectorAll('.menu:not([hidden]) .menu-label')].find((e) => e.textContent === 'Edit').click()";
    robin.client.execute(edit, Vec::new()).await.expect("it can be edited");
    robin.write("dialog textarea", "I can't do this any more, I want to kill myself.").await;
    robin.click("dialog [type=submit]").await;
    sam.until("the new words", "document.querySelector('#answered').innerText.includes('kill myself')").await;
    assert_eq!(sam.count("#answered mark").await, 0, "new words are underlined at the places of the old");
    sam.cut_off(&[]);
    assert!(sam.text("#person-first").await.contains("A person first"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_typed_outlives_a_server_that_was_away() {
    let Some(mut house) = House::open().await else { return };
    let lee = house.visit("lead/support/channel").await;
    lee.write("#say", "/daily on").await;
    lee.strike(&ENTER.to_string()).await;
    lee.write("#option-time", "10:30").await;
    lee.client
        .execute(
            "document.querySelector('#log > li').dataset.old = ''; document.querySelector('#log').scrollTop = 0",
            Vec::new(),
        )
        .await
        .expect("a mark");
    house.room.kill();
    lee.find("#lost").await;
    house.room.open_again();
    lee.until("the room is shown afresh", "!document.querySelector('[data-old]')").await;
    let there = "[document.querySelector('#option-time')?.value, document.activeElement.id].join(' ')";
    assert_eq!(lee.value(there).await, "10:30 option-time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_is_taken_while_the_server_is_away_is_taken_once_it_is_back() {
    let Some(mut house) = House::open().await else { return };
    let page = house.visit("agent/team/channel").await;
    house.room.kill();
    page.choose("#seat", "Lee").await;
    page.find("#lost").await;
    house.room.open_again();
    page.until("the page is in touch again", "document.querySelector('#lost').hidden").await;
    page.until("the lead sits here", "document.querySelector('#say').placeholder.includes('Lee')").await;
    say(&page, "Here I am.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_that_comes_twice_is_one() {
    let Some(house) = House::open().await else { return };
    let lee = house.visit("lead/team/channel").await;
    let count = "const fetched = window.fetch; window.sent = [];
        window.fetch = (...all) => { window.sent.push(all[0]); return fetched(...all); };";
    lee.client.execute(count, Vec::new()).await.expect("what is sent is counted");
    let sent = async |path: &str| lee.value(&format!("window.sent.filter((to) => to === {path:?}).length")).await;

    lee.write("#say", "/tip").await;
    lee.strike(&ENTER.to_string()).await;
    lee.find(".command-form").await;
    let twice = "const form = document.querySelector('.command-form'); form.requestSubmit(); form.requestSubmit();";
    lee.client.execute(twice, Vec::new()).await.expect("a form");
    lee.find(".private [data-action^='tip:share']").await;
    assert_eq!(sent("/room/command").await, 1);

    let twice =
        "const share = document.querySelector(`.private [data-action^='tip:share']`); share.click(); share.click();";
    lee.client.execute(twice, Vec::new()).await.expect("a button");
    lee.until("it says so", "document.querySelector('.private .card-title')?.innerText === 'Shared'").await;
    assert_eq!(sent("/room/action").await, 1);
    assert_eq!(lee.count(".private .actions").await, 0, "it can be shared again");

    lee.write("#say", "/review").await;
    lee.strike(&ENTER.to_string()).await;
    lee.click(".command-form [type=submit]").await;
    lee.write("dialog textarea", "You should have called us first.").await;
    let twice = "const form = document.querySelector('dialog form'); form.requestSubmit(); form.requestSubmit();";
    lee.client.execute(twice, Vec::new()).await.expect("a form");
    lee.until("it is reviewed", "document.querySelectorAll('.private').length === 2").await;
    assert_eq!(sent("/room/form").await, 1);
}
