//! What an operator sees over HTTP: how the bot does, and nothing about anybody.

use std::sync::Arc;

use bedside::{
    bot::{Bot, Clock, Library, Settings},
    content::Pack,
    ops::Ops,
    store::{ChannelId, NewSchedule, Next, PostingKind},
};
use jiff::{SignedDuration, civil::date};
use tokio_util::sync::CancellationToken;

use crate::{
    common::at,
    world::{World, agent, lead, logged, support, workspace},
};

/// The addresses of a bot, answered over a socket.
pub struct Outside(String);

impl Outside {
    pub async fn of(bot: &Arc<Bot>) -> Self {
        let ops = Ops::open(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = ops.address().unwrap();
        tokio::spawn(ops.run(bot.clone(), CancellationToken::new()));
        Self(format!("http://{address}"))
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        self.0.trim_start_matches("http://")
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.0)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test]
async fn figures_count_what_was_asked_and_say_nothing_of_who_or_what() {
    let world = World::new().await;
    let outside = Outside::of(&world.bot).await;
    world.watch("support").await;
    world.hear(&support(), "m1", "dan", "My canary will not sing.");
    world.run(&agent(), "review", &[("draft", "You should have fed your canary.")]).await;
    world.action(&agent(), "canary\"} 1\nforged 2:x", &[]).await;
    world.run(&agent(), "daily off", &[("channel", "canary")]).await;

    let (status, page) = outside.get("/metrics").await;

    assert_eq!(status, 200);
    for line in [
        r#"bedside_requests_total{command="review",outcome="answered"} 1"#,
        r#"bedside_requests_total{command="unknown",outcome="refused"} 1"#,
        r#"bedside_requests_total{command="daily off",outcome="refused"} 1"#,
        r#"bedside_answer_seconds_count{command="review"} 1"#,
        "bedside_heard_total 1",
        "bedside_drafts_held 1",
        "# EOF",
    ] {
        assert!(page.lines().any(|found| found == line), "no line {line} in\n{page}");
    }
    let held = page.lines().find_map(|line| line.strip_prefix("bedside_messages_held_bytes ")).unwrap();
    assert!(held.parse::<usize>().unwrap() > 0);
    for word in ["canary", "forged", "alice", "dan", "discord:1", "support"] {
        assert!(!page.contains(word), "{word} is nobody's business outside:\n{page}");
    }
}

#[tokio::test]
async fn a_posting_is_counted_by_its_outcome() {
    let world = World::new().await;
    let outside = Outside::of(&world.bot).await;
    let options = [("channel", "team"), ("time", "12:30"), ("zone", "Europe/London")];
    world.run(&lead(), "daily on", &options).await;
    let (_, page) = outside.get("/metrics").await;
    assert!(page.contains(r#"bedside_postings_total{kind="tip",outcome="missed"} 0"#), "{page}");
    assert!(page.contains(r#"bedside_requests_total{command="tip",outcome="failed"} 0"#), "{page}");
    world.pass(SignedDuration::from_mins(45));
    world.daily.tick(world.clock.now()).await.unwrap();
    // Down for two days, past the grace: two dates are missed.
    world.pass(SignedDuration::from_hours(2 * 24 + 12));
    world.daily.tick(world.clock.now()).await.unwrap();

    let (_, page) = outside.get("/metrics").await;

    assert!(page.contains(r#"bedside_postings_total{kind="tip",outcome="sent"} 1"#), "{page}");
    assert!(page.contains(r#"bedside_postings_total{kind="tip",outcome="missed"} 2"#), "{page}");
}

#[tokio::test]
async fn a_tip_that_cannot_even_be_begun_is_counted_and_logged_as_failed() {
    let mut pack = Pack::built_in();
    pack.tips.clear();
    let world = World::with(Arc::new(Library::new(pack, true)), Settings::default()).await;
    let options = [("channel", "without-a-tip"), ("time", "12:30"), ("zone", "Europe/London")];
    world.run(&lead(), "daily on", &options).await;
    // As only another version can have kept it.
    let next = Next { date: date(2026, 5, 11), due: at("2026-05-11T11:30:00Z") };
    let unreadable = NewSchedule {
        channel: ChannelId::new("without-a-schedule"),
        kind: PostingKind::Tip,
        time: "12:30".into(),
        zone: "Moon/Crater".into(),
        days: "daily".into(),
        topics: Vec::new(),
        set_by: lead().person.id,
        next,
    };
    world.store.set_schedule(&workspace(), &unreadable).await.unwrap();
    world.clock.set(next.due);
    world.daily.tick(next.due).await.unwrap();

    let page = world.bot.figures_now().await;

    assert!(page.contains(r#"bedside_postings_total{kind="tip",outcome="failed"} 2"#), "{page}");
    let log = logged();
    for channel in ["without-a-tip", "without-a-schedule"] {
        let told = |line: &str| line.contains("a date passed without a posting") && line.contains(channel);
        assert!(log.lines().any(told), "nothing of {channel} in the log");
    }
}

#[tokio::test]
async fn it_is_ready_while_the_store_answers_and_every_connection_stands() {
    let world = World::new().await;
    let outside = Outside::of(&world.bot).await;
    assert_eq!(outside.get("/readyz").await, (200, "ok\n".into()));

    world.bot.figures().wanted("discord", 2);
    let first = world.bot.figures().connected("discord");
    assert_eq!(outside.get("/readyz").await, (503, "discord: 1 of 2 connections stand\n".into()));
    let second = world.bot.figures().connected("discord");
    assert_eq!(outside.get("/readyz").await.0, 200);
    drop((first, second));
    assert_eq!(outside.get("/readyz").await, (503, "discord: 0 of 2 connections stand\n".into()));

    world.bot.figures().wanted("discord", 0);
    world.store.close().await;
    assert_eq!(outside.get("/readyz").await, (503, "the store does not answer\n".into()));
    assert_eq!(outside.get("/healthz").await.0, 200, "a restart would not mend the store");
}

#[tokio::test]
async fn it_is_alive_while_the_tips_are_looked_after() {
    let world = World::new().await;
    let outside = Outside::of(&world.bot).await;
    assert_eq!(outside.get("/healthz").await, (200, "ok\n".into()), "nothing is late at the start");

    let shutdown = CancellationToken::new();
    shutdown.cancel();
    world.daily.clone().run(shutdown).await;
    assert_eq!(outside.get("/healthz").await.0, 200);

    // The loop has ended, and nobody noticed.
    world.pass(SignedDuration::from_mins(10));
    assert_eq!(outside.get("/healthz").await.0, 200, "the store may be slow");
    world.pass(SignedDuration::from_mins(1));
    let (status, words) = outside.get("/healthz").await;
    assert_eq!((status, words.as_str()), (503, "the daily tips have not been looked after for 660 s\n"));
}
