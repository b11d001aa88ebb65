//! A small Discord on this machine alone, for measuring bots.
//!
//! `bench-discord SERVERS` listens on a free port and prints it. It greets a bot as Discord does, tells it of so many
//! servers, and then does what lines on standard input ask for; for each it prints one line of JSON when the bot has
//! taken it all in (it answered the heartbeat that was asked for behind it):
//!
//! - `flood N CHANNEL`: N messages in the channel with that number of the first server, as fast as the socket takes them;
//! - `paced N CHANNEL RATE`: the same, so many a second;
//! - `watch CHANNEL`: an administrator of the first server says `/watch add` there;
//! - `posts`: how many messages the bot posted, and how fast.

#![recursion_limit = "256"]

mod events;
mod rest;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
    routing::{any, get},
};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    sync::mpsc,
};

/// What the routes share.
pub(crate) struct Discord {
    pub(crate) address: String,
    servers: u64,
    pub(crate) posts: Mutex<rest::Posts>,
    asks: tokio::sync::Mutex<mpsc::UnboundedReceiver<String>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let servers = std::env::args().nth(1).and_then(|servers| servers.parse().ok()).unwrap_or(1);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (asking, asks) = mpsc::unbounded_channel();
    let discord = Arc::new(Discord {
        address: format!("ws://127.0.0.1:{port}"),
        servers,
        posts: Mutex::default(),
        asks: tokio::sync::Mutex::new(asks),
    });
    say(&json!({"port": port}));
    tokio::spawn(async move {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let _ = asking.send(line);
        }
        // Whoever measures is gone.
        std::process::exit(0);
    });
    let routes =
        Router::new().route("/", get(gateway)).route("/api/v10/{*path}", any(rest::answer)).with_state(discord);
    axum::serve(listener, routes).await
}

fn say(line: &Value) {
    println!("{line}");
}

async fn gateway(State(discord): State<Arc<Discord>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        // A bot that hangs up is measured no more.
        let _ = Line { socket, sequence: 0, texts: events::texts() }.serve(&discord).await;
    })
}

/// One bot's connection.
struct Line {
    socket: WebSocket,
    sequence: u64,
    texts: Vec<String>,
}

impl Line {
    async fn serve(mut self, discord: &Discord) -> Result<(), axum::Error> {
        self.feed(
            json!({"t": null, "s": null, "op": 10, "d": {"heartbeat_interval": 600_000, "_trace": []}}).to_string(),
        )
        .await?;
        self.socket.flush().await?;
        let began = loop {
            match self.hear().await? {
                Some(frame) if frame["op"] == 2 => break Instant::now(),
                Some(frame) if frame["op"] == 1 => self.acknowledge().await?,
                Some(_) => {}
                None => return Ok(()),
            }
        };
        let ready = events::ready(&discord.address, discord.servers);
        self.dispatch("READY", &ready).await?;
        for server in 0..discord.servers {
            self.dispatch("GUILD_CREATE", &events::guild(server)).await?;
        }
        self.taken_in().await?;
        say(&json!({"did": "ready", "seconds": began.elapsed().as_secs_f64()}));
        loop {
            let mut asks = discord.asks.lock().await;
            let asked = tokio::select! {
                asked = asks.recv() => asked,
                heard = self.hear() => match heard? {
                    Some(frame) if frame["op"] == 1 => {
                        self.acknowledge().await?;
                        continue;
                    }
                    Some(_) => continue,
                    None => return Ok(()),
                },
            };
            let Some(asked) = asked else { return Ok(()) };
            let words: Vec<&str> = asked.split_whitespace().collect();
            let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
            let began = Instant::now();
            match words.first().copied() {
                Some("flood") => self.flood(number(1), number(2), None).await?,
                Some("paced") => self.flood(number(1), number(2), Some(number(3).max(1))).await?,
                Some("watch") => self.dispatch("INTERACTION_CREATE", &events::watch(number(1))).await?,
                Some("posts") => say(&discord.posts.lock().expect("no holder panics").figures()),
                _ => {}
            }
            self.taken_in().await?;
            say(&json!({"did": asked, "seconds": began.elapsed().as_secs_f64()}));
        }
    }

    async fn flood(&mut self, messages: u64, channel: u64, rate: Option<u64>) -> Result<(), axum::Error> {
        let began = Instant::now();
        for number in 0..messages {
            if let Some(rate) = rate {
                #[allow(clippy::cast_precision_loss)]
                let due = Duration::from_secs_f64(number as f64 / rate as f64);
                if let Some(wait) = due.checked_sub(began.elapsed()).filter(|wait| *wait > Duration::from_millis(1)) {
                    self.socket.flush().await?;
                    tokio::time::sleep(wait).await;
                }
            }
            let text = usize::try_from(number).unwrap_or_default() % self.texts.len();
            let message = events::message(self.sequence, channel, &self.texts[text]);
            self.dispatch("MESSAGE_CREATE", &message).await?;
        }
        Ok(())
    }

    /// One event; in the order of keys that Discord sends.
    async fn dispatch(&mut self, name: &str, event: &str) -> Result<(), axum::Error> {
        self.sequence += 1;
        let sequence = self.sequence;
        self.feed(format!(r#"{{"t":"{name}","s":{sequence},"op":0,"d":{event}}}"#)).await
    }

    async fn feed(&mut self, frame: String) -> Result<(), axum::Error> {
        self.socket.feed(Message::Text(frame.into())).await
    }

    async fn acknowledge(&mut self) -> Result<(), axum::Error> {
        self.socket.send(Message::Text(r#"{"t":null,"s":null,"op":11,"d":null}"#.into())).await
    }

    /// Asks for a heartbeat, and waits for the one that names the last event.
    async fn taken_in(&mut self) -> Result<(), axum::Error> {
        self.socket.send(Message::Text(r#"{"t":null,"s":null,"op":1,"d":null}"#.into())).await?;
        while let Some(frame) = self.hear().await? {
            if frame["op"] == 1 {
                self.acknowledge().await?;
                if frame["d"] == self.sequence {
                    break;
                }
                // Some answer before they have counted what came before.
                tokio::time::sleep(Duration::from_millis(2)).await;
                self.socket.send(Message::Text(r#"{"t":null,"s":null,"op":1,"d":null}"#.into())).await?;
            }
        }
        Ok(())
    }

    /// The next frame; nothing when the bot has hung up.
    async fn hear(&mut self) -> Result<Option<Value>, axum::Error> {
        loop {
            match self.socket.next().await.transpose()? {
                Some(Message::Text(text)) => return Ok(Some(serde_json::from_str(&text).unwrap_or_default())),
                // discord.js asks for JSON and may answer in bytes.
                Some(Message::Binary(bytes)) => return Ok(Some(serde_json::from_slice(&bytes).unwrap_or_default())),
                Some(Message::Close(_)) | None => return Ok(None),
                Some(_) => {}
            }
        }
    }
}
