//! A room that listens on a free port, with a clock in hand and a store in a folder of its own; and browsers in it.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use bedside::{
    bot::{
        Bot, Library, Settings,
        daily::{Daily, Deck, GRACE},
    },
    content::Pack,
    platforms::{
        Together,
        room::{self, Lock, Room},
    },
    store::Store,
};
use jiff::SignedDuration;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::common::Hand;

/// Noon in London on a Monday.
const MONDAY: &str = "2026-05-11T11:00:00Z";
/// How long an event may take; it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::new(Pack::built_in(), true)));

/// A room on a free port of this machine.
pub fn open_to_all() -> room::Settings {
    room::Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        hosts: Vec::new(),
        require_keys: false,
        lock: None,
        limit: 60,
        examples: true,
    }
}

pub struct House {
    pub folder: TempDir,
    pub clock: Arc<Hand>,
    pub address: SocketAddr,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

impl House {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::open_in(folder, Arc::new(Hand::new(MONDAY))).await
    }

    /// A room that asks for a key.
    pub async fn locked(lock: Arc<dyn Lock>) -> Self {
        let settings = room::Settings { require_keys: true, lock: Some(lock), ..open_to_all() };
        Self::with(tempfile::tempdir().unwrap(), Arc::new(Hand::new(MONDAY)), settings).await
    }

    async fn open_in(folder: TempDir, clock: Arc<Hand>) -> Self {
        Self::with(folder, clock, open_to_all()).await
    }

    async fn with(folder: TempDir, clock: Arc<Hand>, settings: room::Settings) -> Self {
        let store = Store::open(&format!("sqlite://{}", folder.path().join("bedside.db").display())).await.unwrap();
        let listener = Room::listen(settings.listen).await.unwrap();
        let room = Room::open(listener, settings, clock.clone()).unwrap();
        let platform = Arc::new(Together::new(vec![(room::NAME, room.platform())]));
        let deck = Arc::clone(&LIBRARY) as Arc<dyn Deck>;
        let daily = Daily::new(store.clone(), platform.clone(), clock.clone(), deck, GRACE);
        let bot = Bot::new(store, platform, clock.clone(), Arc::clone(&LIBRARY), daily, Settings::default());
        let (bot, shutdown, address) = (Arc::new(bot.await.unwrap()), CancellationToken::new(), room.address());
        let closing = shutdown.clone();
        let serving = tokio::spawn(async move { room.run(bot, closing).await.unwrap() });
        Self { folder, clock, address, shutdown, serving }
    }

    /// The process is killed, and another starts on the same store a minute later.
    pub async fn restart(self) -> Self {
        self.serving.abort();
        let _ = self.serving.await;
        self.clock.pass(SignedDuration::from_mins(1));
        Self::open_in(self.folder, self.clock).await
    }

    /// The room closes as it should; true when it did so in time.
    pub async fn close(self) -> bool {
        self.shutdown.cancel();
        timeout(PATIENCE, self.serving).await.is_ok()
    }

    /// A browser of its own, in a seat.
    pub fn browser(&self, seat: &'static str) -> Browser {
        let session = format!("{:032x}", fastrand::u128(..));
        Browser { client: Client::new(), address: self.address, session, seat, key: None, clock: self.clock.clone() }
    }

    /// Every byte that is on disk.
    pub fn disk(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }
}

#[derive(Clone)]
pub struct Browser {
    client: Client,
    address: SocketAddr,
    pub session: String,
    pub seat: &'static str,
    key: Option<&'static str>,
    clock: Arc<Hand>,
}

impl Browser {
    /// The same browser, in another seat.
    pub fn sits(&self, seat: &'static str) -> Self {
        Self { seat, ..self.clone() }
    }

    /// The same browser, with a key.
    pub fn shows(&self, key: &'static str) -> Self {
        Self { key: Some(key), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        if let Some(key) = self.key { request.basic_auth("anybody", Some(key)) } else { request }
    }

    pub async fn get(&self, path: &str) -> Value {
        let asked = self.request(Method::GET, path).header("X-Bedside-Session", &self.session);
        let response = asked.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    pub async fn state(&self) -> Value {
        self.get(&format!("/room/state?seat={}", self.seat)).await
    }

    /// The messages of a channel.
    pub async fn messages(&self, channel: &str) -> Vec<Value> {
        let state = self.state().await;
        let channels = state["channels"].as_array().unwrap();
        let found = channels.iter().find(|one| one["id"] == channel).unwrap();
        found["messages"].as_array().unwrap().clone()
    }

    /// Sends something off as this page would: with its seat, and at a person's pace.
    pub async fn send(&self, path: &str, mut body: Value) -> (StatusCode, Value) {
        self.clock.pass(SignedDuration::from_secs(2));
        body["seat"] = self.seat.into();
        let sent = self.request(Method::POST, path).header("X-Bedside-Session", &self.session).json(&body);
        let response = sent.send().await.unwrap();
        (response.status(), response.json().await.unwrap_or(Value::Null))
    }

    async fn done(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    pub async fn say(&self, channel: &str, text: &str) {
        self.done("/room/say", json!({"channel": channel, "text": text})).await;
    }

    pub async fn command(&self, channel: &str, name: &str, options: Value) -> Value {
        self.done("/room/command", json!({"channel": channel, "name": name, "options": options})).await
    }

    pub async fn on_message(&self, message: &Value, name: &str) -> Value {
        let body = json!({"channel": message["channel"], "message": message["id"], "name": name});
        self.done("/room/message-command", body).await
    }

    /// Presses what is so labelled on a private card.
    pub async fn press(&self, answer: &Value, label: &str) -> Value {
        let card = &answer["private"];
        let actions = card["card"]["actions"].as_array().unwrap();
        let action = actions.iter().find(|one| one["label"] == label).unwrap_or_else(|| panic!("no {label}: {card}"));
        let body = json!({"channel": card["channel"], "card": card["id"], "id": action["id"], "values": []});
        self.done("/room/action", body).await
    }

    pub async fn submit(&self, answer: &Value, card: Value, values: Value) -> Value {
        let body = json!({"channel": "support", "card": card, "id": answer["form"]["id"], "values": values});
        self.done("/room/form", body).await
    }

    pub async fn listen(&self, after: &Value) -> Stream {
        let path = format!("/room/events?seat={}&session={}&after={after}", self.seat, self.session);
        let response = self.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        Stream { response, read: String::new() }
    }

    /// Listens from now on.
    pub async fn listen_now(&self) -> Stream {
        let state = self.state().await;
        self.listen(&state["last"]).await
    }
}

/// An event stream.
pub struct Stream {
    response: Response,
    read: String,
}

/// One event.
#[derive(Debug)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl Stream {
    /// The next event, whatever it is.
    pub async fn next(&mut self) -> Event {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    let lines = event.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    lines.collect::<Vec<_>>().join("\n")
                };
                let (id, name, data) = (field("id"), field("event"), field("data"));
                self.read = rest.to_string();
                if !name.is_empty() {
                    return Event { id, name, data: serde_json::from_str(&data).unwrap() };
                }
                continue;
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("an event comes").unwrap();
            self.read.push_str(std::str::from_utf8(&chunk.expect("the stream goes on")).unwrap());
        }
    }

    /// Waits until nothing more comes; gives back what came until then.
    pub async fn rest(mut self) -> String {
        let all = async {
            while let Some(chunk) = self.response.chunk().await.unwrap() {
                self.read.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        timeout(PATIENCE, all).await.expect("it ends");
        self.read
    }

    /// The data of the next event, which must be of that name.
    pub async fn expect(&mut self, name: &str) -> Value {
        let event = self.next().await;
        assert_eq!(event.name, name, "{}", event.data);
        event.data
    }
}

/// Everything that somebody could read in a value.
pub fn reads(value: &Value) -> String {
    value.to_string()
}
