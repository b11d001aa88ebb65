//! A hostile title on its way to Discord: over real sockets, through the adapter's own escaping.

use std::sync::{Arc, Mutex};

use bedside::{
    bot::daily::{Daily, GRACE},
    platforms::discord::{Discord, Settings},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::world::{Item, START, World, item, page, reader, rss};

/// A Discord that takes every message and remembers it.
async fn discord() -> (Discord, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let taken: Arc<Mutex<Vec<Value>>> = Arc::default();
    let taking = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut bytes = Vec::new();
            let body = loop {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let length = |head: &str| head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok());
                match text.split_once("\r\n\r\n") {
                    Some((head, body)) if body.len() >= length(head).unwrap_or(0) => break body.to_owned(),
                    _ if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 => break String::new(),
                    _ => {}
                }
            };
            taking.lock().unwrap().extend(serde_json::from_str::<Value>(&body).ok());
            let answer = json!({"id": "77"}).to_string();
            let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", answer.len());
            let _ = socket.write_all(format!("{head}{answer}").as_bytes()).await;
        }
    });
    (Discord::connect(&Settings { shards: None, api: Some(api) }, "token").unwrap(), taken)
}

#[tokio::test]
async fn a_hostile_title_comes_out_harmless() {
    let long = "long ".repeat(2_000);
    for (title, shown) in [
        ("@everyone @here <@123> <@&1>", "@\u{200B}everyone @\u{200B}here \\<@\u{200B}123\\> \\<@\u{200B}&1\\>"),
        ("**bold** [click](https://bad.example)", "\\*\\*bold\\*\\* \\[click\\](https://bad.example)"),
        ("<script>alert(1)</script><b>bold</b>", "alert(1)bold"),
        ("ab\u{1b}[31m\u{7f}\r\nc \u{202E}txt.exe\u{2066}", "ab\\[31m c txt.exe"),
        ("# Heading\n> quote\n```code```", "\\# Heading \\> quote \\`\\`\\`code\\`\\`\\`"),
        ("&lt;@everyone&gt;", "\\<@\u{200B}everyone\\>"),
        (long.as_str(), "long long"),
        ("", "A new post"),
    ] {
        let (discord, taken) = discord().await;
        let world = World::new(page(rss(&[item(1, 10)]))).await;
        world.house.on("20", "21:00", "Europe/London", "daily").await;
        let daily = Daily::new(
            world.house.store.clone(),
            discord.platform(),
            world.house.clock.clone(),
            world.house.tips.clone(),
            GRACE,
        );
        let blog = reader(&world.house, &daily, &world.server.address);
        let tick = async |time: &str| {
            world.house.clock.set(crate::common::at(time));
            blog.tick(crate::common::at(time)).await.unwrap();
        };
        tick(START).await;
        let post = Item { title: title.into(), ..item(2, 11) };
        world.server.answers(page(rss(&[post, item(1, 10)])));
        tick("2026-05-11T07:30:00Z").await;
        daily.tick(crate::common::at("2026-05-11T07:30:00Z")).await.unwrap();
        let taken = taken.lock().unwrap();
        assert_eq!(taken.len(), 1, "{title}: {taken:?}");
        let (message, embed) = (&taken[0], &taken[0]["embeds"][0]);
        let heading = embed["title"].as_str().unwrap();
        assert!(heading == shown || (title == long && heading.starts_with(shown)), "{heading}");
        assert!(heading.encode_utf16().count() <= 256);
        assert_eq!(embed["url"], "https://blog.example/posts/2");
        assert_eq!(embed["description"], "A new post on The Kind Desk");
        assert_eq!(message["allowed_mentions"], json!({"parse": []}));
        assert!(message.get("content").is_none());
    }
}
