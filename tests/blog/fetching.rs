//! What is asked for, and how little is read of what should not be.

use std::{sync::atomic::Ordering, time::Duration};

use bedside::{
    bot::blog::{Fetch, Fetched, Validators},
    platforms::web::Web,
};

use crate::world::{Answer, DATE, ETAG, Logs, PATIENCE, START, Server, World, item, page, rss, status};

async fn fetch(server: &Server, patience: Duration) -> Result<usize, (String, Option<Duration>)> {
    let web = Web::patient(patience).unwrap();
    match web.fetch(&server.address, Validators::default()).await {
        Ok(Fetched::Body(body)) => Ok(body.bytes.len()),
        Ok(Fetched::Unchanged) => Ok(0),
        Err(trouble) => Err((trouble.reason, trouble.wait)),
    }
}

async fn refused(answer: Answer) -> String {
    let server = Server::start(answer).await;
    let (reason, _) = fetch(&server, PATIENCE).await.unwrap_err();
    assert!(!reason.contains("s3cret") && !reason.contains("127.0.0.1"), "{reason}");
    reason
}

#[tokio::test]
async fn a_request_says_who_asks_and_brings_no_more_than_it_must() {
    let server = Server::start(page(rss(&[item(1, 10)]))).await;
    assert!(fetch(&server, PATIENCE).await.unwrap() > 100);
    let seen = server.seen.lock().unwrap()[0].clone();
    assert!(seen.starts_with("get /feed http/1.1\r\n"), "{seen}");
    assert!(seen.contains("\r\nuser-agent: bedside/"), "{seen}");
    assert!(seen.contains("\r\naccept-encoding: identity\r\n"), "{seen}");
    for absent in ["cookie", "authorization", "referer", "if-none-match", "if-modified-since"] {
        assert!(!seen.contains(absent), "{seen}");
    }
}

#[tokio::test]
async fn the_second_request_carries_the_validators_and_what_is_unchanged_is_not_read_again() {
    let world = World::new(Answer::Guarded(rss(&[item(1, 10)]))).await;
    world.tick_at(START).await;
    // From now on a body would be a mistake: whoever read it would find a new post.
    world.server.answers(Answer::Guarded(rss(&[item(2, 11), item(1, 10)])));
    world.live_until("2026-05-12T20:00:00Z").await;
    let seen = world.server.seen.lock().unwrap().clone();
    assert!(!seen[0].contains("if-none-match"));
    for later in &seen[1..] {
        assert!(later.contains(&format!("if-none-match: {}", ETAG.to_lowercase())), "{later}");
        assert!(later.contains(&format!("if-modified-since: {}", DATE.to_lowercase())), "{later}");
    }
    assert_eq!(world.announced(), [""; 0]);
    let hours = 38;
    assert!((hours * 6 / 10..=hours).contains(&seen.len()), "about once an hour: {} in {hours} h", seen.len());
    // The server forgets its validators.
    world.server.answers(page(rss(&[item(2, 11), item(1, 10)])));
    world.live_until("2026-05-13T20:00:00Z").await;
    assert_eq!(world.announced(), ["Post number 2"]);
}

#[tokio::test]
async fn what_could_not_be_read_leaves_its_validators_behind() {
    let guarded = |body: &str| Answer::This(200, vec![("etag", "\"broken\"".into())], body.as_bytes().to_vec());
    let world = World::new(guarded("<rss version='2.0'><channel><item>")).await;
    world.live_until("2026-05-11T12:00:00Z").await;
    assert!(!world.server.seen.lock().unwrap().iter().any(|seen| seen.contains("if-none-match")));
    world.server.answers(Answer::This(304, Vec::new(), Vec::new()));
    let logs = Logs::listen();
    world.live_until("2026-05-13T12:00:00Z").await;
    assert!(logs.count("it was never read") >= 1, "{}", logs.text());
}

#[tokio::test]
async fn a_gigabyte_is_cut_off_early() {
    let server = Server::start(Answer::Endless).await;
    let (reason, _) = fetch(&server, PATIENCE).await.unwrap_err();
    assert_eq!(reason, "the answer is larger than 4 MiB");
    // The server's side may run ahead by what the two sockets hold, which is the machine's to say.
    let written = server.written.load(Ordering::SeqCst);
    assert!(written < 128 << 20, "{written} bytes were taken");
    let announced = Answer::This(200, vec![], vec![b' '; (4 << 20) + 1]);
    assert_eq!(refused(announced).await, "the answer is larger than 4 MiB");
}

#[tokio::test]
async fn a_slow_drip_and_silence_are_cut_off_in_time() {
    for answer in [Answer::Drip, Answer::Silence] {
        let server = Server::start(answer).await;
        let (reason, _) = fetch(&server, Duration::from_millis(200)).await.unwrap_err();
        assert_eq!(reason, "the server took longer than 0.2 s");
    }
}

#[tokio::test]
async fn what_leads_on_is_followed_a_little_way_and_never_out_of_bounds() {
    let target = Server::start(page(rss(&[item(1, 10)]))).await;
    let to = |address: &str| Answer::This(301, vec![("location", address.to_owned())], Vec::new());
    let server = Server::start(to(&target.address)).await;
    assert!(fetch(&server, PATIENCE).await.is_ok());

    let circle = Server::start(status(500)).await;
    circle.answers(to(&circle.address));
    let (reason, _) = fetch(&circle, PATIENCE).await.unwrap_err();
    assert!(reason.contains("leads on more than five times"), "{reason}");
    assert_eq!(circle.requests(), 6);

    for astray in ["http://example.org/feed", "file:///etc/passwd", "ftp://127.0.0.1/feed", "http://me:pw@127.0.0.1/"] {
        let reason = refused(to(astray)).await;
        assert!(reason.contains("leads on") || reason.contains("301"), "{astray}: {reason}");
    }
}

#[tokio::test]
async fn refusals_are_said_in_words_with_their_status() {
    assert_eq!(refused(status(500)).await, "the server answered 500 (Internal Server Error)");
    assert_eq!(refused(status(404)).await, "the server answered 404 (Not Found)");
    assert_eq!(refused(status(206)).await, "the server answered 206 (Partial Content)");
    assert_eq!(refused(status(299)).await, "the server answered 299");
    assert_eq!(refused(Answer::HangUp).await, "the connection broke");
    let zipped = Answer::This(200, vec![("content-encoding", "gzip".into())], vec![0x1f, 0x8b]);
    assert!(refused(zipped).await.contains("compressed"));
    let nobody = Server { address: "http://127.0.0.1:9/feed".into(), ..Server::start(status(200)).await };
    assert_eq!(fetch(&nobody, PATIENCE).await.unwrap_err().0, "the server could not be reached");
}

#[tokio::test]
async fn a_server_may_ask_to_be_left_alone() {
    let busy = |wait: &str| Answer::This(429, vec![("retry-after", wait.to_owned())], Vec::new());
    for (wait, seconds) in [("7200", 7200), ("0", 0)] {
        let server = Server::start(busy(wait)).await;
        let (_, asked) = fetch(&server, PATIENCE).await.unwrap_err();
        assert_eq!(asked, Some(Duration::from_secs(seconds)));
    }
    let server = Server::start(busy("Fri, 31 Dec 2100 23:59:59 GMT")).await;
    let (_, asked) = fetch(&server, PATIENCE).await.unwrap_err();
    assert!(asked.unwrap() > Duration::from_hours(24), "{asked:?}");
    for odd in ["soon", "-1", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let server = Server::start(busy(odd)).await;
        assert_eq!(fetch(&server, PATIENCE).await.unwrap_err().1, None, "{odd}");
    }

    let world = World::new(busy("28800")).await;
    world.tick_at(START).await;
    world.live_until("2026-05-11T13:30:00Z").await;
    assert_eq!(world.server.requests(), 1, "eight hours are eight hours");
    world.live_until("2026-05-11T14:30:00Z").await;
    assert_eq!(world.server.requests(), 2);
}
