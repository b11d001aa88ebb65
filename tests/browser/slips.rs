//! What goes wrong under people's hands: a press that was none, two where one was meant, a server that is away, words
//! that change while they are answered.

use fantoccini::actions::{
    InputSource, MOUSE_BUTTON_LEFT, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction, TouchActions,
};

use crate::browser::House;

/// The command of the list that nobody wants to run by mistake.
const ROW: &str = ".offered:nth-last-child(2)";

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
