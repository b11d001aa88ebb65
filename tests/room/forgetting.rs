//! What the room holds in memory goes when it was said to go, from the view and from what pages are told again.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::house::{Browser, House, reads};

const CANARY: &str = "You should have read the c4n4ry manual.";

/// The names of the events after a number, up to the next thing that is said in #team.
async fn told_after(browser: &Browser, last: &Value) -> Vec<String> {
    let mut stream = browser.listen(last).await;
    browser.say("team", "that is all").await;
    let mut names = Vec::new();
    loop {
        let event = stream.next().await;
        assert!(!reads(&event.data).contains("c4n4ry"), "{}: {}", event.name, event.data);
        if event.data["text"] == "that is all" {
            return names;
        }
        names.push(event.name);
    }
}

#[tokio::test]
async fn what_somebody_said_is_gone_after_two_hours_from_every_page() {
    let house = House::open().await;
    let (customer, agent) = (house.browser("customer"), house.browser("agent"));
    let (before, examples) = (agent.state().await["last"].clone(), agent.messages("support").await);
    customer.say("support", CANARY).await;
    let said = agent.messages("support").await.last().unwrap()["id"].clone();
    let mut stream = agent.listen_now().await;
    house.clock.pass(SignedDuration::from_mins(110));
    agent.say("support", "I am on it.").await;
    stream.expect("message").await;
    house.clock.pass(SignedDuration::from_mins(10));
    assert_eq!(stream.expect("deleted").await, json!({"channel": "support", "id": said}));
    let stand = agent.messages("support").await;
    assert_eq!(
        (&stand[..5], stand.len()),
        (&examples[..], 6),
        "the examples are nobody's words, and the answer is young"
    );
    assert_eq!(agent.messages("team").await.len(), 1, "the tip of the day is nobody's either");
    assert_eq!(told_after(&agent, &before).await, ["message", "deleted"]);
}

#[tokio::test]
async fn a_private_card_that_is_changed_or_dismissed_is_told_to_no_page_again() {
    let house = House::open().await;
    let agent = house.browser("agent");
    let before = agent.state().await["last"].clone();
    let card = agent.command("support", "review", json!({"draft": CANARY})).await;
    assert!(reads(&card).contains("You should have"), "{card}");
    let mut stream = agent.listen(&before).await;
    stream.expect("private").await;
    agent.press(&card, "Why?").await;
    stream.expect("private").await;
    assert_eq!(agent.listen(&before).await.expect("private").await["id"], card["private"]["id"]);
    agent.send("/room/dismiss", json!({"card": card["private"]["id"]})).await;
    assert_eq!(told_after(&agent, &before).await, ["gone"]);
}

#[tokio::test]
async fn to_be_forgotten_in_the_room_leaves_nothing_in_its_channels() {
    let house = House::open().await;
    let (customer, agent) = (house.browser("customer"), house.browser("agent"));
    let before = agent.state().await["last"].clone();
    for channel in ["support", "team"] {
        agent.say(channel, CANARY).await;
    }
    customer.say("support", "Thank you.").await;
    agent.command("support", "review", json!({"draft": CANARY})).await;
    let kept = reads(&agent.command("support", "privacy", json!({})).await);
    for words in ["in memory: 2 of your messages in the room's channels", "in memory: 1 of the cards that only you see"]
    {
        assert!(kept.contains(words), "{kept}");
    }
    assert!(kept.contains("The room is this process") && !kept.contains("Discord carries"), "{kept}");

    let forgotten = reads(&agent.command("support", "forget-me", json!({})).await);
    assert!(forgotten.contains("2 of your messages in the room's channels"), "{forgotten}");
    assert!(forgotten.contains("2 of the cards that only you see") && forgotten.contains("Nothing."), "{forgotten}");
    let state = agent.state().await;
    assert!(!reads(&state).contains("c4n4ry"), "{state}");
    assert_eq!(agent.messages("support").await.last().unwrap()["text"], "Thank you.");
    assert_eq!(state["private"].as_array().unwrap().len(), 1, "the proof itself");
    let told = told_after(&agent, &before).await;
    assert_eq!(told, ["message", "deleted", "deleted", "gone", "gone", "private"]);
}
