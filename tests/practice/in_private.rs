//! Cards in private: on the chosen days at the chosen time, over clock changes and holidays, and stopped with one press.

use std::{sync::Arc, time::Duration};

use bedside::{
    bot::{Ask, Bot, Caller, Clock, Platform, Settings, platform::Trouble},
    platforms::Together,
    store::PersonId,
};
use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};
use tokio_util::sync::CancellationToken;

use crate::common::at;
use crate::{
    answer, good_answer, in_private, press_in_private, world as house,
    world::{World, agent, button, buttons, colleague, elsewhere, form, reads, refused, update, words, workspace},
};

async fn on(world: &World, caller: &Caller, time: &str, zone: &str, days: &str) -> String {
    world.said(caller, "practice on", &[("time", time), ("zone", zone), ("days", days)]).await
}

/// Lets everything happen that is due until then, each thing at its time.
async fn live_until(world: &World, end: &str) {
    let shutdown = CancellationToken::new();
    loop {
        let next = world.bot.send_due_practice(world.clock.now(), &shutdown).await.unwrap();
        match next.filter(|next| *next <= at(end)) {
            Some(next) => world.clock.set(next.max(world.clock.now())),
            None => break,
        }
    }
    world.clock.set(at(end));
}

async fn due_now(world: &World) {
    world.bot.send_due_practice(world.clock.now(), &CancellationToken::new()).await.unwrap();
}

fn told(world: &World) -> usize {
    world.stage.told.lock().unwrap().len()
}

fn last(world: &World) -> bedside::bot::Card {
    world.stage.told.lock().unwrap().last().unwrap().2.clone()
}

#[tokio::test]
async fn a_card_comes_at_its_time_and_is_answered_there() {
    let world = house().await;
    let said = on(&world, &agent(), "09:00", "Europe/London", "Mon-Fri").await;
    assert!(said.contains("The next one comes Tue 12 May 2026 09:00 (Europe/London)"), "{said}");
    live_until(&world, "2026-05-12T07:59:59Z").await;
    assert_eq!(told(&world), 0, "not before its time");
    live_until(&world, "2026-05-12T08:00:00Z").await;
    assert_eq!(told(&world), 1);
    let (to, who, card) = world.stage.told.lock().unwrap()[0].clone();
    assert_eq!((to.as_str(), who.as_str()), ("discord:1", "alice"));
    assert!(buttons(&card).contains(&"Stop these cards".to_owned()), "{:?}", buttons(&card));
    crate::world::fits(&bedside::bot::Answer::Card(card.clone()));

    // The whole conversation goes on where no workspace is known.
    let open = if buttons(&card).contains(&"Answer".to_owned()) {
        press_in_private(&world, "alice", &card, "Answer").await
    } else {
        let id = crate::world::menu(&card).0;
        in_private(&world, "alice", Ask::Action { id, values: vec!["B".into()] }).await
    };
    let open = form(open);
    let values = [("answer".to_owned(), good_answer(&card).to_owned())].into();
    let judged = update(in_private(&world, "alice", Ask::Form { id: open.id, values }).await);
    assert_eq!(judged.title, "That does what it had to", "{}", words(&judged));
    assert_eq!(world.store.practised(&workspace(), &agent().person.id).await.unwrap().len(), 1);
    let another = update(press_in_private(&world, "alice", &judged, "Another card").await);
    assert!(words(&another).contains("Your turn"), "{}", words(&another));

    let stopped = update(press_in_private(&world, "alice", &another, "Stop these cards").await);
    assert!(stopped.actions.is_empty() && words(&stopped).contains("no more"), "{}", words(&stopped));
    let said = refused(&press_in_private(&world, "alice", &judged, "Another card").await);
    assert!(said.contains("/practice now"), "{said}");
    live_until(&world, "2026-05-20T08:00:00Z").await;
    assert_eq!(told(&world), 1, "stopped is stopped");
    assert_eq!(world.store.practised(&workspace(), &agent().person.id).await.unwrap().len(), 1, "memory stays");
}

#[tokio::test]
async fn a_card_is_nobody_elses_and_leads_nowhere_else() {
    let world = house().await;
    on(&world, &agent(), "09:00", "Europe/London", "daily").await;
    on(&world, &elsewhere(colleague()), "09:00", "Europe/London", "daily").await;
    live_until(&world, "2026-05-12T08:00:00Z").await;
    assert_eq!(told(&world), 2);
    let card = world.stage.told.lock().unwrap().iter().find(|told| told.1 == "alice").unwrap().2.clone();
    let id = button(&card, "Another card");
    // Somebody else with the very id, in private or in a workspace; the person themselves from another platform.
    let press = |person: &'static str| in_private(&world, person, Ask::Action { id: id.clone(), values: vec![] });
    assert!(refused(&press("bob").await).contains("stopped"));
    assert!(refused(&world.action(&colleague(), &id, &[]).await).contains("stopped"));
    assert!(refused(&world.action(&elsewhere(agent()), &id, &[]).await).contains("Nothing is lost"));
    let ask = Ask::Action { id: id.clone(), values: vec![] };
    assert!(
        refused(&world.bot.answer_in_private("slack", PersonId::new("alice"), ask).await).contains("Nothing is lost")
    );
    // The room presses it within the workspace.
    assert!(words(&update(world.action(&agent(), &id, &[]).await)).contains("Your turn"));

    // A token opens practice and nothing else.
    let token = id.split(':').nth(1).unwrap();
    for inner in ["privacy:back-on:", "tip:share:listening/say-it-back", "watch:notice:", "quiz:begin:empathy", "in:x"]
    {
        let ask = Ask::Action { id: format!("in:{token}:{inner}"), values: vec!["x".into()] };
        assert!(refused(&in_private(&world, "alice", ask).await).contains("Nothing is lost"), "{inner}");
    }
    let unsealed = Ask::Action { id: "practice:another:".into(), values: vec![] };
    assert!(refused(&in_private(&world, "alice", unsealed).await).contains("Nothing is lost"));

    let figures = world.bot.figures_now().await;
    let counted = |line: &str| figures.lines().any(|found| found == line);
    assert!(counted(r#"bedside_requests_total{command="practice",outcome="answered"} 1"#), "{figures}");
    assert!(counted(r#"bedside_requests_total{command="practice",outcome="refused"} 10"#), "{figures}");
}

#[tokio::test]
async fn clock_changes_neither_double_nor_drop() {
    for (zone, time, changes) in [
        ("Europe/London", "01:30", ["2026-03-29", "2026-10-25"]),
        ("America/New_York", "02:30", ["2026-03-08", "2026-11-01"]),
        ("America/New_York", "01:30", ["2026-03-08", "2026-11-01"]),
        ("Australia/Lord_Howe", "01:45", ["2026-10-04", "2026-04-05"]),
    ] {
        for change in changes {
            let world = house().await;
            let noon = |days: i64| -> Timestamp {
                let date: jiff::civil::Date = change.parse().unwrap();
                let date = date.checked_add(jiff::Span::new().days(days)).unwrap();
                date.at(12, 0, 0, 0).to_zoned(TimeZone::get(zone).unwrap()).unwrap().timestamp()
            };
            world.clock.set(noon(-3));
            on(&world, &agent(), time, zone, "daily").await;
            for day in -2..=2 {
                let before = told(&world);
                live_until(&world, &noon(day).to_string()).await;
                assert_eq!(told(&world) - before, 1, "{zone} {time} {change}, day {day}");
            }
        }
    }
}

#[tokio::test]
async fn only_the_days_chosen_and_only_one_a_day() {
    let world = house().await;
    on(&world, &agent(), "09:00", "Europe/London", "Mon,Wed").await;
    for day in 12..=24 {
        let before = told(&world);
        live_until(&world, &format!("2026-05-{day}T22:00:00Z")).await;
        let weekday = jiff::civil::date(2026, 5, day).weekday();
        let wanted = usize::from(matches!(weekday, Weekday::Monday | Weekday::Wednesday));
        assert_eq!(told(&world) - before, wanted, "{weekday:?} {day}");
    }
    // Another time on a day that had its card already begins the day after.
    live_until(&world, "2026-05-25T09:00:00Z").await;
    let before = told(&world);
    let said = on(&world, &agent(), "12:00", "Europe/London", "daily").await;
    assert!(said.contains("changed") && said.contains("Tue 26 May 2026 12:00"), "{said}");
    live_until(&world, "2026-05-25T22:00:00Z").await;
    assert_eq!(told(&world), before);
}

#[tokio::test]
async fn a_process_that_was_away_sends_one_card_and_says_nothing_of_the_rest() {
    let world = house().await;
    on(&world, &agent(), "09:00", "Europe/London", "daily").await;
    live_until(&world, "2026-05-12T08:00:00Z").await;
    answer(&world, &agent(), &world.card(&agent(), "practice now", &[]).await, "Looking.").await;
    assert_eq!(told(&world), 1);
    // Two weeks without a process: past the grace it is dropped, within it one comes.
    world.clock.set(at("2026-05-28T12:30:00Z"));
    due_now(&world).await;
    assert_eq!(told(&world), 1, "four hours are over");
    live_until(&world, "2026-05-29T08:00:00Z").await;
    assert_eq!(told(&world), 2);
    let said = words(&last(&world));
    assert!(said.contains("Good to see you. Everything is as you left it"), "{said}");
    world.clock.set(at("2026-05-30T11:59:00Z"));
    due_now(&world).await;
    due_now(&world).await;
    assert_eq!(told(&world), 3, "within the grace, once");
    assert!(!words(&last(&world)).contains("Good to see you"), "said once");
}

/// Five people who have a card at nine.
async fn five(world: &World) {
    for person in ["a", "b", "c", "d", "e"] {
        let mut caller = agent();
        caller.person.id = PersonId::new(person);
        on(world, &caller, "09:00", "Europe/London", "daily").await;
    }
}

/// Who was told something, in alphabetical order.
fn people(world: &World) -> Vec<String> {
    let mut people: Vec<String> = world.stage.told.lock().unwrap().iter().map(|told| told.1.clone()).collect();
    people.sort();
    people
}

#[tokio::test]
async fn a_card_that_fails_takes_nobody_elses_along() {
    let world = house().await;
    five(&world).await;
    *world.stage.dies.lock().unwrap() = Some("c");
    world.clock.set(at("2026-05-12T08:00:00Z"));
    let closed = world.stage.gate.write().await;
    let (bot, now) = (Arc::clone(&world.bot), world.clock.now());
    let sending = tokio::spawn(async move { bot.send_due_practice(now, &CancellationToken::new()).await });
    // One is dead and noticed while the others are still at it.
    while world.stage.dies.lock().unwrap().is_some() {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!sending.is_finished(), "the others are still at it");
    drop(closed);
    sending.await.unwrap().unwrap_err();
    assert_eq!(people(&world), ["a", "b", "d", "e"]);
    due_now(&world).await;
    assert_eq!(told(&world), 4, "what failed may have arrived, the others had theirs");
}

#[tokio::test]
async fn two_processes_send_one() {
    let world = house().await;
    five(&world).await;
    let mut other = house().await;
    other.store = world.store.clone();
    other.stage = world.stage.clone();
    other.restart().await;
    let now = at("2026-05-12T08:00:00Z");
    world.clock.set(now);
    other.clock.set(now);
    tokio::join!(due_now(&world), due_now(&other));
    assert_eq!(people(&world), ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn whoever_cannot_be_reached_is_asked_no_more_and_told_once() {
    let world = house().await;
    on(&world, &agent(), "09:00", "Europe/London", "daily").await;
    let refuse = |trouble: Trouble| world.stage.refusals.lock().unwrap().push(trouble);
    // Two failures, an outage, a success: the row of failures is broken.
    for (day, trouble) in
        [(12, Some(Trouble::Closed)), (13, Some(Trouble::Gone)), (14, Some(Trouble::Failed("out".into()))), (15, None)]
    {
        trouble.into_iter().for_each(refuse);
        live_until(&world, &format!("2026-05-{day}T10:00:00Z")).await;
    }
    assert_eq!(told(&world), 1);
    let no = || Trouble::Refused("no".into());
    for (day, trouble) in (16..).zip([Trouble::Closed, no(), no()]) {
        refuse(trouble);
        live_until(&world, &format!("2026-05-{day}T10:00:00Z")).await;
    }
    live_until(&world, "2026-06-18T10:00:00Z").await;
    assert_eq!(told(&world), 1, "after three failures running nothing is sent");
    let said = world.said(&agent(), "practice now", &[]).await;
    assert!(said.contains("could not reach you in private three times running"), "{said}");
    assert!(!world.said(&agent(), "practice now", &[]).await.contains("could not reach"), "said once");
    on(&world, &agent(), "09:00", "Europe/London", "daily").await;
    live_until(&world, "2026-06-19T10:00:00Z").await;
    assert_eq!(told(&world), 2);
}

#[tokio::test]
async fn a_busy_platform_is_waited_for() {
    let world = house().await;
    on(&world, &agent(), "09:00", "Europe/London", "daily").await;
    world.stage.refusals.lock().unwrap().push(Trouble::Busy(Duration::from_mins(5)));
    live_until(&world, "2026-05-12T08:01:00Z").await;
    assert_eq!(told(&world), 0);
    live_until(&world, "2026-05-12T22:00:00Z").await;
    assert_eq!(told(&world), 1);
    live_until(&world, "2026-05-13T22:00:00Z").await;
    assert_eq!(told(&world), 2);
}

#[tokio::test]
async fn what_was_certainly_not_sent_is_tried_again_while_it_is_not_too_late() {
    let world = house().await;
    on(&world, &agent(), "09:00", "Europe/London", "daily").await;
    let fail = |times| {
        let mut refusals = world.stage.refusals.lock().unwrap();
        *refusals = vec![Trouble::Unsent("not reached".into()); times];
    };
    fail(5);
    live_until(&world, "2026-05-12T08:04:59Z").await;
    assert_eq!(told(&world), 0);
    live_until(&world, "2026-05-12T22:00:00Z").await;
    assert_eq!(told(&world), 1, "once");
    fail(2);
    world.clock.set(at("2026-05-13T11:59:30Z"));
    live_until(&world, "2026-05-13T22:00:00Z").await;
    assert_eq!(world.stage.refusals.lock().unwrap().len(), 1, "a minute later the grace is over");
    fail(0);
    live_until(&world, "2026-05-14T22:00:00Z").await;
    assert_eq!(told(&world), 2, "what was too late is not made up for");
}

#[tokio::test]
async fn a_process_that_does_not_serve_the_workspace_leaves_the_card_to_the_one_that_does() {
    let world = house().await;
    five(&world).await;
    let stage: Arc<dyn Platform> = world.stage.clone();
    let elsewhere = Arc::new(Together::new(vec![("room", stage)]));
    let (store, clock, library) = (world.store.clone(), world.clock.clone(), world.library.clone());
    let other = Bot::new(store, elsewhere, clock, library, world.daily.clone(), Settings::default());
    let other = Arc::new(other.await.unwrap());
    // The one that serves it comes late, and finds the card all the same.
    let (due, never) = (at("2026-05-12T08:00:00Z"), CancellationToken::new());
    world.clock.set(due + SignedDuration::from_secs(5));
    other.send_due_practice(due, &never).await.unwrap();
    due_now(&world).await;
    assert_eq!(told(&world), 0);
    live_until(&world, "2026-05-12T22:00:00Z").await;
    assert_eq!(people(&world), ["a", "b", "c", "d", "e"]);
    // Where both come at once, it comes first.
    let due = at("2026-05-13T08:00:00Z");
    world.clock.set(due);
    let waiting = tokio::spawn(async move { other.send_due_practice(due, &never).await });
    due_now(&world).await;
    assert_eq!(told(&world), 10);
    world.pass(SignedDuration::from_secs(5));
    waiting.await.unwrap().unwrap();
    live_until(&world, "2026-05-13T22:00:00Z").await;
    assert_eq!(told(&world), 10);
}

#[tokio::test]
async fn nothing_due_is_nothing_sent() {
    let world = house().await;
    on(&world, &agent(), "14:00", "Europe/London", "daily").await;
    for _ in crate::GOOD {
        let dealt = world.card(&agent(), "practice now", &[]).await;
        answer(&world, &agent(), &dealt, good_answer(&dealt)).await;
    }
    live_until(&world, "2026-05-11T22:00:00Z").await;
    assert_eq!(told(&world), 0);
    live_until(&world, "2026-06-30T22:00:00Z").await;
    assert!(told(&world) > 0, "what comes back is sent");
}

#[tokio::test]
async fn a_workspace_that_left_sends_nothing_until_it_is_back() {
    let world = house().await;
    on(&world, &agent(), "09:00", "Europe/London", "daily").await;
    world.bot.left(&workspace()).await.unwrap();
    live_until(&world, "2026-05-20T22:00:00Z").await;
    assert_eq!(told(&world), 0);
    world.bot.arrived(&workspace()).await.unwrap();
    live_until(&world, "2026-05-21T22:00:00Z").await;
    assert_eq!(told(&world), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_what_would_be_right() {
    let world = house().await;
    for (time, zone, days, says) in [
        ("9", "Europe/London", "Mon-Fri", "as in 09:00"),
        ("09:00", "London", "Mon-Fri", "Europe/London"),
        ("09:00", "UTC+2", "Mon-Fri", "clock change"),
        ("09:00", "Europe/London", "now and then", "Mon-Fri"),
    ] {
        let options = [("time", time), ("zone", zone), ("days", days)];
        let said = refused(&world.run(&agent(), "practice on", &options).await);
        assert!(said.contains(says), "{said}");
    }
    assert!(refused(&world.run(&agent(), "practice on", &[]).await).contains("09:00"));
    assert!(world.store.practice_mail(&workspace(), &agent().person.id).await.unwrap().is_none());
    assert!(reads(&world.run(&agent(), "practice off", &[]).await).contains("None were sent"));
}

#[tokio::test]
async fn the_service_wakes_by_itself_and_stops_when_asked() {
    let world = house().await;
    let shutdown = CancellationToken::new();
    let (bot, stop) = (Arc::clone(&world.bot), shutdown.clone());
    let service = tokio::spawn(async move { bot.send_practice(&stop).await });
    tokio::task::yield_now().await;
    on(&world, &agent(), "12:30", "Europe/London", "daily").await;
    // Time passes in steps, and stands still once the card is due: a machine that is busy must not be overtaken by it.
    while world.clock.now() < at("2026-05-11T11:30:00Z") {
        world.pass(SignedDuration::from_mins(5));
        tokio::task::yield_now().await;
    }
    while told(&world) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(told(&world), 1);
    shutdown.cancel();
    service.await.unwrap();
}
