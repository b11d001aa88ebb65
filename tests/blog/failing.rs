//! A broken feed is told once a day and harms nothing else.

use crate::world::{Answer, Logs, START, World, item, page, rss, status};

/// The words of the server that nobody may find in a log.
const SECRET: &str = "s3cret words of the server";

#[tokio::test]
async fn a_feed_that_breaks_is_told_once_a_day_and_its_recovery_once() {
    let logs = Logs::listen();
    let mut world = World::new(page(rss(&[item(1, 10)]))).await;
    world.tick_at(START).await;
    world.server.answers(status(500));
    world.live_until("2026-05-12T05:00:00Z").await;
    world.restart();
    assert_eq!(logs.count("cannot be read"), 1, "{}", logs.text());
    assert!(logs.text().contains("the server answered 500 (Internal Server Error)"));
    world.live_until("2026-05-14T05:00:00Z").await;
    assert_eq!(logs.count("cannot be read"), 3, "once a day, over a restart");
    let asked = world.server.requests();
    assert!((10..=20).contains(&asked), "{asked} requests in three days");

    world.server.answers(page(rss(&[item(2, 13), item(1, 10)])));
    world.live_until("2026-05-15T05:00:00Z").await;
    assert_eq!(logs.count("can be read again"), 1);
    world.live_until("2026-05-15T22:00:00Z").await;
    assert_eq!((logs.count("cannot be read"), logs.count("can be read again")), (3, 1));
    assert_eq!(world.announced(), ["Post number 2"], "what came meanwhile is not lost");
    // The tips of all five days stand.
    assert_eq!(world.house.model.messages("general").len(), 5 + 1);
    assert!(world.house.model.told().is_empty());
    assert!(!logs.text().contains(SECRET));
}

#[tokio::test]
async fn nothing_that_is_no_feed_is_taken_for_one() {
    let deep = "<a>".repeat(50_000);
    let many = format!("<rss version='2.0'><channel>{}</channel></rss>", "<item/>".repeat(100_000));
    let unfinished = "<".repeat(4_000_000);
    let bases = format!("<feed xmlns='http://www.w3.org/2005/Atom'>{}", "<a xml:base='s3cret/'>".repeat(30_000));
    let authors =
        format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{}{{}}]}}", "{},".repeat(60_000));
    let lol = "<!DOCTYPE l [<!ENTITY a 'lollollol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
               <rss version='2.0'><channel><item><title>&b;&b;&b;s3cret</title></item>";
    let podcast = "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><item>\
                   <itunes:duration>99999999999999999999999</itunes:duration></item></channel></rss>";
    for (body, said) in [
        ("", "the answer is empty"),
        (" \n\t", "the answer is empty"),
        ("s3cret", "it is neither RSS nor Atom nor a JSON feed"),
        ("<!DOCTYPE html><html><head><title>s3cret</title></head><body>Log in</body></html>", "it is a web page"),
        ("\n<html><p>s3cret<br></html>", "it is a web page"),
        ("<s3cret/>", "it is neither"),
        ("<rss version='2.0'><channel><item><title>s3cret", "it is broken"),
        ("<rss version='2.0'><channel><item><title>s3cret</channel>", "it is broken"),
        ("<rss version='2.0'", "it is neither"),
        ("{\"s3cret\": 1}", "it is neither"),
        ("{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [", "it is broken"),
        ("{\"version\": \"s3cret\", \"title\": \"t\", \"items\": []}", "a version that is not known"),
        ("\u{0}<\u{0}r\u{0}s\u{0}s\u{0}", "it is neither"),
        (&deep, "it is"),
        (&many, "it holds more than a feed may"),
        (&unfinished, "it holds more than a feed may"),
        (&bases, "it holds more than a feed may"),
        (&authors, "it holds more than a feed may"),
        (lol, "it is broken"),
        (podcast, "it is broken"),
    ] {
        let logs = Logs::listen();
        let world = World::new(page(body)).await;
        world.tick_at("2026-05-11T09:00:00Z").await;
        let text = logs.text();
        assert_eq!(logs.count("cannot be read"), 1, "{}: {text}", &body[..body.len().min(100)]);
        assert!(text.contains(said), "{}: {text}", &body[..body.len().min(100)]);
        assert!(!text.contains("s3cret"), "{text}");
        // The day's tip stands all the same.
        assert_eq!(world.house.model.messages("general").len(), 1);
        // And it is not what the feed begins with.
        world.server.answers(page(rss(&[item(1, 10)])));
        world.tick_at("2026-05-11T20:00:00Z").await;
        world.tick_at("2026-05-12T08:00:00Z").await;
        assert_eq!((world.announced(), world.server.requests()), (vec![], 3));
    }
}

#[tokio::test]
async fn a_feed_that_vanishes_and_comes_back_is_the_same_feed() {
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    world.tick_at(START).await;
    for (day, gone) in (12..).zip([status(404), status(410), Answer::HangUp, status(503), page("<html>parked</html>")])
    {
        world.server.answers(gone);
        world.live_until(&format!("2026-05-{day}T06:00:00Z")).await;
    }
    world.server.answers(page(rss(&[item(2, 14), item(1, 10)])));
    world.live_until("2026-05-19T20:00:00Z").await;
    assert_eq!(world.announced(), ["Post number 2"]);
}

#[tokio::test]
async fn nobody_finds_what_the_feed_says_in_a_log() {
    let logs = Logs::listen();
    let mut post = item(2, 11);
    post.title = "s3cret title".into();
    post.text = "s3cret text".into();
    post.link = "https://blog.example/s3cret".into();
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    world.tick_at(START).await;
    world.server.answers(page(rss(&[post, item(1, 10)])));
    world.live_until("2026-05-12T20:00:00Z").await;
    assert_eq!(world.announced(), ["s3cret title"]);
    assert!(logs.text().contains("new posts of the blog are to be announced"));
    assert!(!logs.text().contains("s3cret"), "{}", logs.text());
}
