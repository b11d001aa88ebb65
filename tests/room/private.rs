//! What only one person may see, in one browser.

use reqwest::StatusCode;
use serde_json::json;

use crate::house::{House, reads};

#[tokio::test]
async fn coaching_reaches_the_browser_and_the_seat_that_asked_and_no_other() {
    let house = House::open().await;
    let (mine, other) = (house.browser("agent"), house.browser("agent"));
    let my_other_seat = mine.sits("lead");
    let mut streams = Vec::new();
    for browser in [&mine, &other, &my_other_seat] {
        streams.push(browser.listen_now().await);
    }
    let ticket = mine.messages("support").await[3].clone();
    let answer = mine.on_message(&ticket, "Help me answer").await;
    assert_eq!(answer["kind"], "card");
    assert!(reads(&answer["private"]).contains("Write a draft"), "{answer}");
    mine.say("team", "And now something for everybody.").await;

    assert_eq!(streams[0].expect("private").await, answer["private"]);
    for stream in &mut streams {
        stream.expect("message").await;
    }
    assert_eq!(mine.state().await["private"], json!([answer["private"]]));
    assert_eq!(other.state().await["private"], json!([]));
    assert_eq!(my_other_seat.state().await["private"], json!([]));
    // Not even by naming what is not theirs.
    let dismiss = json!({"card": answer["private"]["id"]});
    other.send("/room/dismiss", dismiss.clone()).await;
    assert_eq!(mine.state().await["private"].as_array().unwrap().len(), 1);
    assert_eq!(mine.send("/room/dismiss", dismiss).await.0, StatusCode::NO_CONTENT);
    assert_eq!(streams[0].expect("gone").await["id"], answer["private"]["id"]);
}

#[tokio::test]
async fn help_leads_to_the_menu_that_the_room_has() {
    let house = House::open().await;
    let said = reads(&house.browser("agent").command("support", "help", json!({})).await);
    assert!(said.contains("On a message: in its “…” menu") && !said.contains("Apps"), "{said}");
}

#[tokio::test]
async fn a_draft_is_reviewed_mended_and_reads_well() {
    let house = House::open().await;
    let agent = house.browser("agent");
    let asked = agent.command("support", "review", json!({})).await;
    assert_eq!(asked["kind"], "form");
    let first = agent.submit(&asked, json!(null), json!({"draft": "You should have called sooner."})).await;
    assert_eq!(first["kind"], "card");
    assert!(reads(&first).contains("You should have"), "{first}");

    let mut stream = agent.listen_now().await;
    let why = agent.press(&first, "Why?").await;
    assert_eq!((&why["kind"], &why["private"]["id"]), (&json!("update"), &first["private"]["id"]));
    assert_eq!(stream.expect("private").await, why["private"]);

    let again = agent.press(&why, "Edit and review again").await;
    assert_eq!(again["form"]["fields"][0]["value"], "You should have called sooner.");
    let mended = "Thanks for telling me. I'm restoring the file now and will write to you by 11:30.";
    let second = agent.submit(&again, why["private"]["id"].clone(), json!({"draft": mended})).await;
    assert_eq!((&second["kind"], &second["private"]["id"]), (&json!("update"), &first["private"]["id"]));
    assert!(reads(&second).contains("resolved"), "{second}");
    assert!(!house.disk().windows(15).any(|bytes| bytes == b"You should have"), "no draft is written down");
}

#[tokio::test]
async fn a_tip_is_shared_when_its_reader_says_so() {
    let house = House::open().await;
    let (agent, customer) = (house.browser("agent"), house.browser("customer"));
    let tip = agent.command("support", "tip", json!({})).await;
    let mut stream = customer.listen_now().await;
    let shared = agent.press(&tip, "Share with this channel").await;
    assert_eq!((&shared["kind"], &shared["private"]["id"]), (&json!("share"), &tip["private"]["id"]));
    let card = &shared["private"]["card"];
    assert_eq!((&card["title"], &card["actions"]), (&json!("Shared"), &json!([])), "it can be shared again");
    let message = stream.expect("message").await;
    assert_eq!((&message["channel"], &message["author"]["role"]), (&json!("support"), &json!("bot")));
}

#[tokio::test]
async fn the_desk_hears_what_the_team_has_switched_off() {
    let house = House::open().await;
    let (agent, lead) = (house.browser("agent"), house.browser("lead"));
    let typed = json!({"draft": "You should have called sooner.", "answers": null, "medium": "ticket"});
    let rules = async || {
        let (status, review) = agent.send("/room/review", typed.clone()).await;
        assert_eq!(status, StatusCode::OK, "{review}");
        let found = review["findings"].as_array().unwrap().clone();
        found.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let off = "blame/should-have".to_owned();
    assert!(rules().await.contains(&off));
    lead.command("team", "rules off", json!({"rule": "blame/should-have"})).await;
    assert!(!rules().await.contains(&off));
}
