//! The JSON API as another program meets it: on a socket, beside the command line that says the same.
#![cfg(feature = "room")]
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "../common/mod.rs"]
mod common;
mod document;
mod keys;
mod refusals;
mod world;

use serde_json::{Value, json};
use world::{Start, bedside};

const DRAFT: &str = "You should have backed that up before you called us.\n\nIt is a simple fix — see `docs/a.md`.";
const MESSAGE: &str = "This is the third time I ask! When will my files be back? I need them by 5 pm.";

fn parsed((_, out, errors): (i32, String, String)) -> Value {
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{errors}"))
}

fn without_id(mut value: Value) -> Value {
    value.as_object_mut().unwrap().remove("id").expect("the file's name");
    value
}

#[tokio::test]
async fn a_review_is_the_one_of_the_command_line() {
    let (server, folder) = (Start::default().server().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("draft.txt"), DRAFT).unwrap();
    std::fs::write(folder.path().join("message.txt"), MESSAGE).unwrap();
    for (arguments, body) in [
        (vec![], json!({ "draft": DRAFT })),
        (vec!["--medium", "email"], json!({ "draft": DRAFT, "medium": "email", "answers": null })),
        (
            vec!["--medium", "ticket", "--answers", "message.txt"],
            json!({ "draft": DRAFT, "answers": MESSAGE, "medium": "ticket" }),
        ),
    ] {
        let arguments: Vec<_> = ["review", "draft.txt", "--format", "json"].into_iter().chain(arguments).collect();
        let told = parsed(bedside(folder.path(), &arguments));
        let reply = server.post("/review", &body.to_string()).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")), "{reply:?}");
        assert_eq!(reply.json(), without_id(told["reviews"][0].clone()));
        assert!(!reply.json()["findings"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_mood_is_the_one_of_the_command_line() {
    let (server, folder) = (Start::default().server().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("message.txt"), MESSAGE).unwrap();
    let told = parsed(bedside(folder.path(), &["mood", "message.txt", "--format", "json"]));
    let reply = server.post("/mood", &json!({ "message": MESSAGE }).to_string()).await;
    assert_eq!(reply.json(), without_id(told["moods"][0].clone()));
}

#[tokio::test]
async fn advice_is_that_of_the_command_line() {
    let (server, folder) = (Start::default().server().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("talk.txt"), format!("customer: {MESSAGE}\nagent: I am on it.\n")).unwrap();
    let told = parsed(bedside(folder.path(), &["coach", "talk.txt", "--format", "json"]));
    let messages = json!([{ "from": "customer", "text": MESSAGE }, { "from": "us", "text": "I am on it." }]);
    assert_eq!(server.post("/coach", &json!({ "messages": messages }).to_string()).await.json(), told);
    let told = parsed(bedside(folder.path(), &["coach", "--about", "angry", "--format", "json"]));
    assert_eq!(server.post("/coach", r#"{"about":"angry"}"#).await.json(), told);
    let described = server.post("/coach", r#"{"about":"the server is down again and they shout"}"#).await;
    assert_eq!(described.status, 200, "{described:?}");
}

#[tokio::test]
async fn danger_is_answered_with_the_operators_own_words() {
    let server = Start::default().server().await;
    let said = json!({ "messages": [{ "from": "customer", "text": "I want to kill myself." }] });
    let advice = server.post("/coach", &said.to_string()).await.json();
    assert!(advice["safety"].as_str().unwrap().ends_with("Call 100."), "{advice}");
    assert_eq!((&advice["first"], &advice["steps"]), (&json!(""), &json!([])));
    let draft = json!({ "draft": "Thanks, it is fixed.", "answers": "I want to kill myself." });
    let review = server.post("/review", &draft.to_string()).await.json();
    assert!(review["safety"].as_str().unwrap().ends_with("Call 100."), "{review}");
    let draft = json!({ "draft": "Thanks, it is fixed.", "answers": "It is broken." });
    assert_eq!(server.post("/review", &draft.to_string()).await.json()["safety"], json!(null));
}

#[tokio::test]
async fn a_tip_is_one_of_the_command_lines_and_a_seed_draws_it_again() {
    let (server, folder) = (Start::default().server().await, tempfile::tempdir().unwrap());
    let told = parsed(bedside(folder.path(), &["tip", "--topic", "listening", "--format", "json"]));
    let mut same = None;
    for seed in 0..2_000 {
        let tip = server.get(&format!("/tip?topic=listening&seed={seed}")).await.json();
        assert_eq!(tip["topic"], "listening");
        if tip["id"] == told["id"] {
            assert_eq!(tip, server.get(&format!("/tip?seed={seed}&topic=Listening")).await.json());
            same = Some(tip);
            break;
        }
    }
    assert_eq!(same, Some(told));
    assert_eq!(server.get("/tip").await.status, 200);
    assert_eq!(server.get("/tip?topic=").await.status, 200);
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_keep_it_in() {
    let server = Start::default().server().await;
    for reply in [server.get("").await, server.get("/tip").await, server.get("/nothing").await] {
        assert!(reply.header("content-security-policy").unwrap().starts_with("default-src 'none'; script-src 'self'"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}
