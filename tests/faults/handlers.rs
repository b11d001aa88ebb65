//! Handlers that panic or hang, and more at once than can be answered.

use std::time::Duration;

use serde_json::json;

use crate::{
    common::logged::logged,
    discord::{APPLICATION, Fate, SERVER, Told},
    inside::{HANGS, House, PANICS, Still},
    program::soon,
};

fn daily_on(channel: &str) -> serde_json::Value {
    json!([{"name": "channel", "type": 7, "value": channel}, {"name": "time", "type": 3, "value": "09:00"},
        {"name": "zone", "type": 3, "value": "UTC"}])
}

/// The reference in an apology, and that the log has it once.
fn logged_under(answer: &str) {
    let (_, rest) = answer.split_once("tell whoever runs this bot: ").unwrap_or_else(|| panic!("no apology: {answer}"));
    let reference = &rest[..6];
    assert_eq!(logged().lines().filter(|line| line.contains(reference) && line.contains("ERROR")).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_is_apologised_for_and_quotes_nobody() {
    let _still = Still::hold();
    let house = House::open().await;
    let asked = house.discord.run(7, "daily on", &daily_on(PANICS));
    logged_under(&house.discord.answered(&asked).await.to_string());
    assert!(!logged().contains("Marmaduke"));
    house.answers(8).await;
    assert_eq!(house.discord.world().answers[&asked].len(), 1);
    house.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_deferred_and_given_up_after_a_minute() {
    let still = Still::hold();
    let house = House::open().await;
    let discord = &house.discord;
    let asked = discord.run(7, "daily on", &daily_on(HANGS));
    house.hangs.notified().await;
    let step = Duration::from_millis(100);
    let took = still.pass(discord, step, Duration::from_mins(1), |world| world.answers.contains_key(&asked)).await;
    assert!(took < Duration::from_secs(3), "a first response comes in time: {took:?}");
    assert_eq!(discord.world().answers[&asked][0]["type"], 5);
    // Meanwhile everybody else is answered.
    house.answers(8).await;
    let took = still.pass(discord, step, Duration::from_mins(2), |world| world.answers[&asked].len() == 2).await;
    assert!(took <= Duration::from_secs(61), "{took:?}");
    logged_under(&discord.world().answers[&asked][1].to_string());
    house.close().await;
}

#[tokio::test]
async fn a_shared_card_that_perhaps_stands_is_not_sent_again_and_the_caller_is_told_to_look() {
    let house = House::open().await;
    let discord = &house.discord;
    let tip = house.bot.library().pack().tips[0].id.clone();
    let refused = |answer| Fate { done: false, answer, ..Fate::FINE };
    let done = |answer| Fate { answer, ..Fate::FINE };
    for (fate, posts, told) in [
        (done(Told::Truth), 1, None),
        (done(Told::Failed), 1, Some("look whether it stands")),
        (done(Told::Nothing), 1, Some("look whether it stands")),
        (refused(Told::Wait(0.01, false)), 2, None),
    ] {
        let (mut fate, mut first) = (Some(fate), true);
        discord.decide(Some(Box::new(move |method, path| match (method, path.contains("/webhooks/")) {
            ("POST", true) => fate.take().unwrap_or(Fate::FINE),
            // What is said in private may be said again.
            ("PATCH", true) if std::mem::take(&mut first) => refused(Told::Failed),
            _ => Fate::FINE,
        })));
        let id = discord.world().next_id().to_string();
        let press = json!({"id": id, "application_id": APPLICATION, "type": 3, "token": format!("t{id}"),
            "guild_id": SERVER, "channel_id": "20", "channel": {"id": "20", "type": 0},
            "member": {"user": {"id": "7"}, "roles": [], "permissions": "8224"}, "message": {"id": "9", "flags": 64},
            "data": {"component_type": 2, "custom_id": format!("tip:share:{tip}")}});
        discord.push("INTERACTION_CREATE", &press);
        let answers = 2 + usize::from(told.is_some());
        discord.until("all is answered", |world| world.answers.get(&id).is_some_and(|a| a.len() >= answers)).await;
        let world = discord.world();
        let sent = format!("POST /api/v10/webhooks/{APPLICATION}/t{id}");
        assert_eq!(world.requests.iter().filter(|(request, _)| *request == sent).count(), posts, "{fate:?}");
        assert_eq!(world.answers[&id].len(), answers, "it stands once: {:?}", world.answers[&id]);
        assert!(told.is_none_or(|told| world.answers[&id][2].to_string().contains(told)), "{:?}", world.answers[&id]);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_interactions_in_a_second_none_is_lost_in_silence() {
    let house = House::open().await;
    let asked: Vec<String> = (0..1000).map(|person| house.discord.run(1000 + person, "help", &json!([]))).collect();
    // The operator reads of each that was let go, or came too late.
    let told = || {
        let told = ["too many at once; one was let go", "a first response was not taken", "an answer was not taken"];
        logged().lines().filter(|line| told.iter().any(|words| line.contains(words))).count()
    };
    let helped = || {
        let world = house.discord.world();
        world.answers.values().filter(|answers| answers.iter().any(|one| one.to_string().contains("/review"))).count()
    };
    // A look now and then: one at every answer would be what keeps the bot from answering.
    assert!(soon(|| helped() + told() >= asked.len()).await, "{} answered, {} told", helped(), told());
    let helped = helped();
    println!("answered {helped}, let go and logged {}", told());
    assert!(helped > 0);
    assert!(house.discord.world().answers.values().all(|answers| answers.len() <= 2), "none was answered twice");
    // The moment is over, and everything is as before.
    house.answers(7).await;
    house.close().await;
}
