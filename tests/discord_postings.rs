//! What the bot concludes when Discord answers late, oddly or not at all, over real sockets.
#![cfg(feature = "discord")]
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use bedside::{
    bot::{
        Card, Platform,
        platform::{Destination, Found, Known, Permission, Sent, Trouble},
    },
    platforms::discord::{Discord, Settings},
    store::{ChannelId, MessageId, PersonId, WorkspaceId},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the server does with a request: a status and a body, or nothing but hanging up.
type Script = fn(&str, &str) -> Option<(u16, Value)>;
type Seen = Arc<Mutex<Vec<String>>>;

const MARK: &str = "2026-01-01 · abcdef12";
const NONCE: &str = "abcdef1234567890abcdef123";

async fn discord(script: Script) -> (Arc<dyn Platform>, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let seen = Seen::default();
    let recorder = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, script, Arc::clone(&recorder)));
        }
    });
    let discord = Discord::connect(&Settings { shards: None, api: Some(api) }, "token").unwrap();
    (discord.platform(), seen)
}

async fn serve(mut socket: TcpStream, script: Script, seen: Seen) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                let mut words = head.split(' ');
                let (method, path) = (words.next().unwrap(), words.next().unwrap());
                seen.lock().unwrap().push(format!("{method} {path} {body}"));
                let Some((status, answer)) = script(method, path) else { return };
                let answer = answer.to_string();
                let head =
                    format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", answer.len());
                socket.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
                return;
            }
        }
        if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

fn there() -> Destination {
    Destination { workspace: WorkspaceId::new("discord:1"), channel: ChannelId::new("20") }
}

async fn post(script: Script) -> Sent {
    let (platform, _) = discord(script).await;
    platform.post(&there(), &Card { title: "Tip".into(), ..Card::default() }, NONCE, MARK).await
}

async fn find(script: Script) -> Found {
    discord(script).await.0.find(&there(), MARK, "2026-01-01T09:00:00Z".parse::<Timestamp>().unwrap()).await
}

/// The server as it is for everything that a script leaves open: the bot is 5, in server 1, may do everything
/// that it needs to.
fn usual(path: &str) -> (u16, Value) {
    let body = match path.trim_start_matches("/api/v10/") {
        "users/@me" => json!({"id": "5", "bot": true}),
        "channels/20" => json!({"id": "20", "type": 0, "guild_id": "1"}),
        "guilds/1" => json!({"id": "1", "owner_id": "9", "roles": [{"id": "1", "permissions": "84992"}]}),
        "guilds/1/members/5" => json!({"roles": []}),
        _ => return (404, json!({"code": 0})),
    };
    (200, body)
}

fn messages(author: &str, footer: &str) -> Value {
    json!([{"id": "77", "author": {"id": author}, "embeds": [{"footer": {"text": footer}}]}])
}

#[tokio::test]
async fn a_post_bears_its_nonce_and_mark_and_pings_nobody() {
    let (platform, seen) = discord(|_, _| Some((200, json!({"id": "77"})))).await;
    let sent = platform.post(&there(), &Card::default(), NONCE, MARK).await;
    assert_eq!(sent, Sent::Done(MessageId::new("77")));
    let seen = seen.lock().unwrap();
    let (head, body) = seen[0].split_once(" {").unwrap();
    let body: Value = serde_json::from_str(&format!("{{{body}")).unwrap();
    assert_eq!(head, "POST /api/v10/channels/20/messages");
    assert_eq!((&body["nonce"], &body["enforce_nonce"]), (&json!(NONCE), &json!(true)));
    assert_eq!(body["embeds"][0]["footer"]["text"], MARK);
    assert_eq!(body["allowed_mentions"], json!({"parse": []}));
}

#[tokio::test]
async fn what_may_have_happened_is_unknown_and_what_cannot_have_is_refused() {
    assert!(matches!(post(|_, _| None).await, Sent::Unknown(_)), "hung up");
    assert!(matches!(post(|_, _| Some((502, json!(null)))).await, Sent::Unknown(_)));
    assert!(matches!(post(|_, _| Some((200, json!("odd")))).await, Sent::Unknown(_)));
    assert_eq!(post(|_, _| Some((404, json!({"code": 10003})))).await, Sent::Refused(Trouble::Gone));
    let busy = post(|_, _| Some((429, json!({"retry_after": 2.0})))).await;
    assert_eq!(busy, Sent::Refused(Trouble::Busy(std::time::Duration::from_secs(2))));
    assert!(matches!(post(|_, _| Some((400, json!({"code": 50035})))).await, Sent::Refused(Trouble::Refused(_))));
}

/// What comes of telling somebody a card.
async fn tell(script: Script) -> Result<(), Trouble> {
    discord(script).await.0.tell(&WorkspaceId::new("discord:1"), &PersonId::new("7"), &Card::default(), None).await
}

#[tokio::test]
async fn what_is_told_in_private_may_have_arrived_was_refused_or_was_certainly_not_sent() {
    // The conversation is opened; what follows is the message itself.
    macro_rules! message {
        ($answer:expr) => {
            |_, path| if path.ends_with("@me/channels") { Some((200, json!({"id": "31"}))) } else { $answer }
        };
    }
    assert_eq!(tell(message!(Some((200, json!({"id": "77"}))))).await, Ok(()));
    let lost: [Script; 2] = [message!(None), message!(Some((502, json!(null))))];
    for script in lost {
        let told = tell(script).await;
        assert!(matches!(told, Err(Trouble::Failed(_))), "{told:?}");
    }
    assert_eq!(tell(message!(Some((403, json!({"code": 50007}))))).await, Err(Trouble::Closed));
    let told = tell(message!(Some((400, json!({"code": 50035}))))).await;
    assert!(matches!(told, Err(Trouble::Refused(_))), "{told:?}");
    let told = tell(|_, _| Some((403, json!({"code": 20026})))).await;
    assert!(matches!(told, Err(Trouble::Refused(_))), "{told:?}");
    let told = tell(|_, _| Some((403, json!({"code": 40003})))).await;
    assert!(matches!(told, Err(Trouble::Busy(_))), "{told:?}");
    // Nobody was told anything by a conversation that was not opened, nor by what stands before Discord.
    let unopened: [Script; 3] =
        [|_, _| None, |_, _| Some((502, json!(null))), message!(Some((403, json!("somebody in between"))))];
    for script in unopened {
        let told = tell(script).await;
        assert!(matches!(told, Err(Trouble::Unsent(_))), "{told:?}");
    }
    let settings = Settings { shards: None, api: Some("http://127.0.0.1:9".into()) };
    let nobody = Discord::connect(&settings, "token").unwrap().platform();
    let told = nobody.tell(&WorkspaceId::new("discord:1"), &PersonId::new("7"), &Card::default(), None).await;
    assert!(matches!(told, Err(Trouble::Unsent(_))), "{told:?}");
}

#[tokio::test]
async fn a_refusal_names_what_is_lacking() {
    let sent = post(|method, path| match (method, path) {
        ("POST", _) => Some((403, json!({"code": 50013}))),
        (_, "/api/v10/guilds/1") => {
            Some((200, json!({"id": "1", "owner_id": "9", "roles": [{"id": "1", "permissions": "66560"}]})))
        }
        _ => Some(usual(path)),
    });
    let lacking = vec![Permission::SendMessages, Permission::EmbedLinks];
    assert_eq!(sent.await, Sent::Refused(Trouble::Lacking(lacking)));
}

#[tokio::test]
async fn only_the_bots_own_message_with_the_mark_is_found() {
    let listed: Script =
        |_, path| Some(if path.contains("messages") { (200, messages("5", MARK)) } else { usual(path) });
    assert_eq!(find(listed).await, Found::Yes(MessageId::new("77")));
    let forged: Script =
        |_, path| Some(if path.contains("messages") { (200, messages("6", MARK)) } else { usual(path) });
    assert_eq!(find(forged).await, Found::No);
    let other: Script = |_, path| Some(if path.contains("messages") { (200, messages("5", "x")) } else { usual(path) });
    assert_eq!(find(other).await, Found::No);
}

#[tokio::test]
async fn a_look_that_cannot_see_decides_nothing() {
    // Without Read Message History Discord shows an empty channel.
    let hidden: Script = |_, path| {
        Some(match path {
            "/api/v10/guilds/1" => {
                (200, json!({"id": "1", "owner_id": "9", "roles": [{"id": "1", "permissions": "19456"}]}))
            }
            path if path.contains("messages") => (200, json!([])),
            path => usual(path),
        })
    };
    assert_eq!(find(hidden).await, Found::Undecided(Trouble::Lacking(vec![Permission::ReadMessageHistory])));
    let failing: Script = |_, path| Some(if path.contains("messages") { (500, json!(null)) } else { usual(path) });
    assert!(matches!(find(failing).await, Found::Undecided(Trouble::Failed(_))));
    let hanging_up: Script = |_, path| if path.contains("messages") { None } else { Some(usual(path)) };
    assert!(matches!(find(hanging_up).await, Found::Undecided(Trouble::Failed(_))));
    let elsewhere: Script = |_, path| {
        Some(match path {
            "/api/v10/channels/20" => (200, json!({"id": "20", "type": 0, "guild_id": "2"})),
            path if path.contains("messages") => (200, json!([])),
            path => usual(path),
        })
    };
    assert_eq!(find(elsewhere).await, Found::Undecided(Trouble::Gone), "a channel of another server");
}

#[tokio::test]
async fn a_long_history_is_read_page_by_page() {
    let pages: Script = |_, path| {
        let at = |from: u64| {
            (0..100).map(|n| json!({"id": (from - n).to_string(), "author": {"id": "6"}})).collect::<Vec<_>>().into()
        };
        Some(match path.split_once("messages?limit=100") {
            Some((_, "")) => (200, at(2_000_000_000_000_000_000)),
            Some((_, "&before=1999999999999999901")) => (200, messages("5", MARK)),
            Some(_) => (200, json!([])),
            None => usual(path),
        })
    };
    assert_eq!(find(pages).await, Found::Yes(MessageId::new("77")));
}

#[tokio::test]
async fn what_is_told_in_private_bears_its_nonce_and_mark_and_is_found_again() {
    // The private conversation is a channel as well, without a server.
    let script: Script = |method, path| {
        Some(match (method, path) {
            ("POST", "/api/v10/users/@me/channels") => (200, json!({"id": "31"})),
            ("POST", "/api/v10/channels/31/messages") => (200, json!({"id": "77"})),
            ("GET", path) if path.starts_with("/api/v10/channels/31/messages") => (200, messages("5", MARK)),
            (_, path) => usual(path),
        })
    };
    let (platform, seen) = discord(script).await;
    let (workspace, person) = (WorkspaceId::new("discord:1"), PersonId::new("7"));
    let known = Known { nonce: NONCE, mark: MARK };
    platform.tell(&workspace, &person, &Card::default(), Some(known)).await.unwrap();
    let told = seen.lock().unwrap()[1].clone();
    let body: Value = serde_json::from_str(&told[told.find(" {").unwrap()..]).unwrap();
    assert_eq!((&body["nonce"], &body["enforce_nonce"]), (&json!(NONCE), &json!(true)));
    assert_eq!(body["embeds"][0]["footer"]["text"], MARK);

    let since = "2026-01-01T09:00:00Z".parse::<Timestamp>().unwrap();
    assert_eq!(platform.find_told(&workspace, &person, MARK, since).await, Found::Yes(MessageId::new("77")));
    let other = "2026-01-01 · 00000000";
    assert_eq!(platform.find_told(&workspace, &person, other, since).await, Found::No);
    let failing: Script =
        |method, path| if method == "GET" && path.contains("31") { None } else { Some((200, json!({"id": "31"}))) };
    let found = discord(failing).await.0.find_told(&workspace, &person, MARK, since).await;
    assert!(matches!(found, Found::Undecided(Trouble::Failed(_))), "{found:?}");
    let closed: Script =
        |_, path| Some(if path.contains("channels") { (404, json!({"code": 10013})) } else { usual(path) });
    let found = discord(closed).await.0.find_told(&workspace, &person, MARK, since).await;
    assert_eq!(found, Found::Undecided(Trouble::Gone));
}
