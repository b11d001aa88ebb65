//! What is said in the room, and how a page follows it.

use bedside::bot::commands::{Kind, TABLE};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::house::{House, reads};

#[tokio::test]
async fn a_page_begins_with_something_to_coach_todays_tip_and_every_command() {
    let house = House::open().await;
    let state = house.browser("agent").state().await;
    assert_eq!(state["seat"], "agent");
    let (support, team) = (&state["channels"][0], &state["channels"][1]);
    assert_eq!((&support["id"], &support["watched"]), (&json!("support"), &json!(true)));
    assert_eq!(support["messages"].as_array().unwrap().len(), 5);
    assert_eq!(support["messages"][0]["author"]["role"], "customer");
    let tips = team["messages"].as_array().unwrap();
    assert_eq!((tips.len(), &tips[0]["author"]["role"]), (1, &json!("bot")));
    assert!(reads(&tips[0]["card"]).contains("Try it: "), "{}", tips[0]);

    let names = |list: &str| -> Vec<String> {
        let rows = state[list].as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let rows = |kind: Kind| TABLE.iter().filter(move |row| row.kind == kind).map(|row| row.name);
    assert!(names("commands").iter().eq(rows(Kind::Slash)));
    assert!(names("message_commands").iter().eq(rows(Kind::Message)));
    let zone =
        &state["commands"].as_array().unwrap().iter().find(|row| row["name"] == "daily on").unwrap()["options"][2];
    assert_eq!((&zone["name"], &zone["required"]), (&json!("zone"), &json!(true)));
    assert!(!zone["choices"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_one_says_the_others_are_told_as_text() {
    let house = House::open().await;
    let (customer, agent) = (house.browser("customer"), house.browser("agent"));
    let mut stream = agent.listen_now().await;
    let typed = "<img src=x onerror=alert(1)> & \"quotes\"\nand a second line";
    customer.say("support", typed).await;
    let message = stream.expect("message").await;
    assert_eq!((&message["text"], &message["card"]), (&json!(typed), &json!(null)));
    assert_eq!(message["author"], json!({"id": "customer", "name": "Robin", "role": "customer"}));
    assert_eq!(agent.messages("support").await.last(), Some(&message));

    let edit = json!({"channel": "support", "message": message["id"], "text": "Better now."});
    assert_eq!(agent.send("/room/edit", edit.clone()).await.0, StatusCode::NOT_FOUND, "not theirs");
    assert_eq!(customer.send("/room/edit", edit).await.0, StatusCode::NO_CONTENT);
    assert_eq!(stream.expect("changed").await["text"], "Better now.");
    let delete = json!({"channel": "support", "message": message["id"]});
    assert_eq!(customer.send("/room/delete", delete).await.0, StatusCode::NO_CONTENT);
    assert_eq!(stream.expect("deleted").await, json!({"channel": "support", "id": message["id"]}));
    assert!(!house.disk().windows(10).any(|bytes| bytes == b"onerror=al"), "nothing said is written down");
}

#[tokio::test]
async fn a_line_for_the_bot_is_never_said_to_everybody() {
    let house = House::open().await;
    let agent = house.browser("agent");
    let before = agent.messages("support").await.len();
    for line in ["/review You should have read the manual.", "/revew x", "/ review x", "/review\nYou should", "/help"] {
        let (status, problem) = agent.send("/room/say", json!({"channel": "support", "text": line})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{line}");
        assert!(problem["detail"].as_str().unwrap().contains("nothing was sent"), "{problem}");
    }
    assert_eq!(agent.messages("support").await.len(), before);
    for line in ["/etc/hosts is broken", " /var is full", "/ 5", "and/or"] {
        agent.say("support", line).await;
        assert_eq!(agent.messages("support").await.last().unwrap()["text"], line);
    }
    let mut messages = agent.messages("support").await;
    let last = messages.last_mut().unwrap().take();
    let edit = json!({"channel": "support", "message": last["id"], "text": "/review You should have read the manual."});
    assert_eq!(agent.send("/room/edit", edit).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(agent.messages("support").await.last().unwrap()["text"], "and/or");
}

#[tokio::test]
async fn a_page_that_was_away_is_told_what_it_missed_or_that_it_missed_too_much() {
    let house = House::open().await;
    let agent = house.browser("agent");
    let mut stream = agent.listen_now().await;
    agent.say("team", "one").await;
    let first = stream.next().await;
    drop(stream);
    agent.say("team", "two").await;
    agent.say("team", "three").await;
    let path = format!("/room/events?seat=agent&session={}&after=0", agent.session);
    let again = agent.request(Method::GET, &path).header("Last-Event-ID", &first.id).send().await.unwrap();
    assert_eq!(again.headers()["content-type"], "text/event-stream");
    let mut stream = agent.listen(&json!(first.id.parse::<u64>().unwrap())).await;
    assert_eq!(stream.expect("message").await["text"], "two");
    assert_eq!(stream.expect("message").await["text"], "three");
    assert_eq!(agent.listen(&json!(17)).await.next().await.name, "reset");
}

#[tokio::test]
async fn after_a_kill_what_was_kept_is_there_and_a_page_finds_itself_again() {
    let house = House::open().await;
    let lead = house.browser("lead");
    let tips = lead.messages("team").await;
    let last = lead.state().await["last"].clone();
    lead.command("team", "rules off", json!({"rule": "blame/should-have"})).await;
    let house = house.restart().await;
    let lead = house.browser("lead");
    assert_eq!(lead.messages("team").await[0]["id"], tips[0]["id"], "the tip stands where it stood");
    assert_eq!(lead.messages("team").await.len(), 1, "and not twice");
    let page = lead.get("/room/lead").await;
    assert_eq!(page["rules_off"][0]["id"], "blame/should-have");
    assert_eq!(page["schedules"].as_array().unwrap().len(), 1);
    assert_eq!(lead.listen(&last).await.next().await.name, "reset");
    let mut open = lead.listen_now().await;
    lead.say("team", "Still here.").await;
    open.expect("message").await;
    assert!(house.close().await, "an open page does not hold the room up");
}
