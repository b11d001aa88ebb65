//! Who comes in, and how those are refused who do not: in words of ours, with nothing that was typed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bedside::{
    bot::{SystemClock, platform::Pending},
    platforms::room::{Error, Lock, Room, Settings},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::house::{Browser, House, open_to_all, reads};

const CANARY: &str = "c4n4ry-in-a-coal-mine";

async fn is_refused(browser: &Browser, headers: &[(&str, &str)]) -> bool {
    let mut request = browser.request(Method::GET, "/room/state?seat=agent");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status() == StatusCode::FORBIDDEN
}

#[tokio::test]
async fn another_name_or_another_sites_page_does_not_come_in() {
    let house = House::open().await;
    let browser = house.browser("agent");
    let number = house.address.port();
    let own_name = format!("localhost:{number}");
    assert!(!is_refused(&browser, &[("Host", &own_name), ("Origin", &format!("http://{own_name}"))]).await);
    assert!(is_refused(&browser, &[("Host", "evil.example")]).await);
    assert!(is_refused(&browser, &[("Host", &format!("evil.example:{number}"))]).await);
    assert!(is_refused(&browser, &[("Origin", "http://evil.example")]).await);
    assert!(is_refused(&browser, &[("Origin", "null")]).await);
    // A form of another site's cannot say these.
    let body = json!({"seat": "agent", "channel": "team", "text": "hello"}).to_string();
    let post = |session: bool, kind: &'static str| {
        let mut request = browser.request(Method::POST, "/room/say").header("Content-Type", kind).body(body.clone());
        if session {
            request = request.header("X-Bedside-Session", &browser.session);
        }
        async { request.send().await.unwrap().status() }
    };
    assert_eq!(post(true, "application/json").await, StatusCode::NO_CONTENT);
    assert_eq!(post(false, "application/json").await, StatusCode::BAD_REQUEST);
    assert_eq!(post(true, "text/plain").await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn every_answer_forbids_scripts_and_frames_from_elsewhere() {
    let house = House::open().await;
    let browser = house.browser("agent");
    for path in ["/room/state?seat=agent", "/room/lead", "/nowhere", "/room/say", "/tips/poster.css"] {
        let response = browser.request(Method::GET, path).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self';"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn no_refusal_repeats_what_was_typed() {
    let house = House::open().await;
    let browser = house.browser("agent");
    let bodies = [
        ("/room/say", json!({"channel": CANARY, "text": CANARY}), 404),
        ("/room/say", json!({"channel": "team", "text": CANARY.repeat(400)}), 422),
        ("/room/say", json!({"channel": "team", "text": ["c", CANARY]}), 400),
        ("/room/command", json!({"channel": "team", "name": CANARY, "options": {}}), 404),
        ("/room/command", json!({"channel": "team", "name": "tip", "options": {CANARY: CANARY}}), 422),
        ("/room/command", json!({"channel": "team", "name": "report", "options": {"channel": CANARY}}), 404),
        ("/room/command", json!({"channel": "team", "name": "watch staff", "options": {"role": CANARY}}), 422),
        ("/room/message-command", json!({"channel": "team", "name": "Help me answer", "message": CANARY}), 404),
        ("/room/edit", json!({"channel": "team", "message": CANARY, "text": CANARY}), 404),
        ("/room/lead/skip", json!({"channel": "team", "date": CANARY}), 422),
        ("/room/review", json!({"draft": CANARY, "medium": CANARY}), 400),
        ("/room/review", json!({"draft": CANARY.repeat(4_000)}), 413),
        (concat!("/room/", "c4n4ry"), json!({}), 404),
    ];
    for (path, body, expected) in bodies {
        let (status, problem) = browser.send(path, body).await;
        assert_eq!(status.as_u16(), expected, "{path}: {problem}");
        assert!(problem["detail"].is_string() && !problem.to_string().contains("c4n4ry"), "{path}: {problem}");
    }
    for path in ["/room/state?seat=c4n4ry", "/room/events?seat=agent&session=c4n4ry", "/c4n4ry", "/tips/c4n4ry/poster"]
    {
        let response = browser.request(Method::GET, path).send().await.unwrap();
        assert!(response.status().is_client_error(), "{path}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
        assert!(!response.text().await.unwrap().contains("c4n4ry"), "{path}");
    }
    let wrong_method = browser.request(Method::DELETE, "/room/say").send().await.unwrap();
    assert_eq!(wrong_method.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(!house.disk().windows(6).any(|bytes| bytes == b"c4n4ry"));
}

struct OneKey;

impl Lock for OneKey {
    fn opens<'a>(&'a self, key: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(async move { (key == "bedside_0123").then(|| "desk".into()) })
    }
}

#[tokio::test]
async fn a_locked_room_opens_for_a_key_from_a_program_or_a_browser() {
    let house = House::locked(Arc::new(OneKey)).await;
    let browser = house.browser("agent");
    let state = || browser.request(Method::GET, "/room/state?seat=agent");
    let without = state().send().await.unwrap();
    assert_eq!(without.status(), StatusCode::UNAUTHORIZED);
    assert!(without.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic "));
    for (asked, expected) in [
        (state().bearer_auth("bedside_0123"), 200),
        (state().basic_auth("anybody", Some("bedside_0123")), 200),
        (state().bearer_auth("bedside_4567"), 401),
        (state().basic_auth("bedside_0123", None::<&str>), 401),
        (state().header("Authorization", "Basic !"), 401),
    ] {
        assert_eq!(asked.send().await.unwrap().status().as_u16(), expected);
    }
}

/// A key that is good, and one that is until it is revoked.
#[derive(Default)]
struct Revocable {
    revoked: AtomicBool,
}

impl Lock for Revocable {
    fn opens<'a>(&'a self, key: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(async move {
            (key == "good" || (key == "old" && !self.revoked.load(Ordering::Relaxed))).then(|| key.to_owned())
        })
    }
}

#[tokio::test]
async fn whose_key_is_revoked_reads_no_more_on_a_page_that_is_open() {
    let lock = Arc::new(Revocable::default());
    let house = House::locked(lock.clone()).await;
    let (reader, writer) = (house.browser("customer").shows("old"), house.browser("agent").shows("good"));
    let (mut stream, mut another) = (reader.listen_now().await, writer.listen_now().await);
    writer.say("support", "before").await;
    assert_eq!(stream.expect("message").await["text"], "before");
    lock.revoked.store(true, Ordering::Relaxed);
    writer.say("support", CANARY).await;
    assert_eq!(stream.rest().await, "");
    assert_eq!(another.expect("message").await["text"], "before");
    assert_eq!(another.expect("message").await["text"], CANARY);
}

#[tokio::test]
async fn colleagues_in_one_seat_with_a_key_each_share_nothing_of_their_own() {
    let house = House::locked(Arc::new(Revocable::default())).await;
    let (sam, alex) = (house.browser("agent").shows("good"), house.browser("agent").shows("old"));
    sam.say("support", "I am on it.").await;
    sam.command("support", "practice on", json!({"time": "10:30", "zone": "Europe/London"})).await;
    let said = alex.messages("support").await.pop().unwrap();
    assert_eq!((&said["author"]["id"], &said["author"]["role"]), (&sam.state().await["me"], &json!("agent")));
    assert_ne!(said["author"]["id"], alex.state().await["me"]);

    let edit = json!({"channel": "support", "message": said["id"], "text": "I am not."});
    assert_eq!(alex.send("/room/edit", edit.clone()).await.0, StatusCode::NOT_FOUND);
    let refused = async |browser: &Browser| {
        reads(&browser.on_message(&said, "How does this read?").await).contains("only to the person who wrote it")
    };
    assert!(refused(&alex).await && !refused(&sam).await);
    let kept = async |browser: &Browser, command: &str| reads(&browser.command("support", command, json!({})).await);
    assert!(!kept(&alex, "privacy").await.contains("10:30"));
    let forgotten = kept(&alex, "forget-me").await;
    assert!(!forgotten.contains("10:30") && !forgotten.contains("of your messages"), "{forgotten}");
    let sams = kept(&sam, "privacy").await;
    assert!(sams.contains("10:30") && sams.contains("1 of your messages in the room's channels"), "{sams}");
    assert_eq!(sam.send("/room/edit", edit).await.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_room_that_others_could_enter_is_not_opened_without_a_key() {
    let everywhere = Settings { listen: "0.0.0.0:0".parse().unwrap(), ..open_to_all() };
    let asked_for = Settings { require_keys: true, ..open_to_all() };
    for settings in [everywhere, asked_for] {
        let listener = Room::listen(settings.listen).await.unwrap();
        let refused = Room::open(listener, settings, Arc::new(SystemClock));
        let Err(error @ Error::NoKey(_)) = refused else { panic!("it opened") };
        assert!(error.to_string().contains("bedside key new"), "{error}");
    }
}
