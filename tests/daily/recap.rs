//! The weekly recap keeps the tip's promise: once a week a channel, never twice, and a missed one is known.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
};

use bedside::{
    bot::{
        Error,
        daily::{self, recap},
        platform::{Found, Permission, Trouble},
    },
    store::{ChannelId, PersonId, Posting, PostingKey, PostingKind, PostingState, Store, Week, WorkspaceId},
};
use jiff::civil::{Date, date};

use crate::common::stores::StorePlace;
use crate::model::{House, Message, Next, at, broken, busy, caller, options, said, workspace};

/// 09:00 in London on Monday 18 May 2026.
const DUE: &str = "2026-05-18T08:00:00Z";
const MONDAY: Date = date(2026, 5, 18);

async fn on(house: &House, pairs: &[(&str, &str)]) -> Result<String, String> {
    match recap::on(&house.daily, &caller("ann"), &options(pairs)).await {
        Ok(answer) => Ok(said(&answer)),
        Err(Error::User(words)) => Err(words),
        Err(error) => panic!("{error}"),
    }
}

/// A house in the week of 11 May whose team channel has a recap and no tip.
async fn house() -> House {
    let house = House::new("2026-05-13T12:00:00Z").await;
    on(&house, &[("channel", "team"), ("zone", "Europe/London")]).await.unwrap();
    house
}

async fn posting(house: &House, channel: &str, date: Date) -> Option<Posting> {
    let channel = ChannelId::new(channel);
    let key = PostingKey { workspace: workspace(), channel, date, kind: PostingKind::Recap };
    house.store.posting(&key).await.unwrap()
}

/// What stands in a channel of recaps.
fn recaps(house: &House, channel: &str) -> Vec<Message> {
    let messages = house.model.messages(channel).into_iter();
    messages.filter(|message| message.title.starts_with("recap of ")).collect()
}

async fn stands_once(house: &House) {
    house.live_until("2026-05-18T23:00:00Z").await;
    let standing = recaps(house, "team");
    assert_eq!(standing.len(), 1, "{standing:?}");
    assert!(standing[0].mark.starts_with("2026-05-18 · "));
    assert_eq!(posting(house, "team", MONDAY).await.unwrap().state, PostingState::Sent);
    assert!(house.model.told().is_empty(), "{:?}", house.model.told());
}

/// So many people use a feature in a week, each twice.
async fn use_it(store: &Store, workspace: &WorkspaceId, feature: &str, day: Date, people: usize) {
    for person in (0..people).chain(0..people) {
        let person = PersonId::new(format!("person-{person}"));
        store.count(workspace, feature, Week::of(day), Some(&person)).await.unwrap();
    }
}

#[tokio::test]
async fn on_takes_zone_and_time_from_the_daily_tip_or_asks() {
    let house = House::new("2026-05-13T12:00:00Z").await;
    assert!(on(&house, &[]).await.unwrap_err().contains("in which channel"));
    assert!(on(&house, &[("channel", "team")]).await.unwrap_err().contains("the zone, as in Europe/London"));
    let words = on(&house, &[("channel", "team"), ("zone", "europe/berlin")]).await.unwrap();
    assert!(words.contains("The weekly recap is on") && words.contains("#team — 09:00 Europe/Berlin, Mon"), "{words}");
    assert!(words.contains("Next: Mon 18 May 2026 09:00 (Europe/Berlin)"), "{words}");
    assert!(words.contains("names nobody") && words.contains("you are told in private"), "{words}");
    // Another channel's recap says nothing about this one's zone; a daily tip does.
    assert!(on(&house, &[("channel", "general")]).await.unwrap_err().contains("the zone"));
    house.on("other", "15:30", "America/New_York", "weekdays").await;
    let words = on(&house, &[("channel", "general")]).await.unwrap();
    assert!(words.contains("#general — 15:30 America/New_York, Mon"), "{words}");
    house.on("general", "07:15", "Europe/London", "weekdays").await;
    let words = on(&house, &[("channel", "general"), ("time", "10:00")]).await.unwrap();
    assert!(words.contains("is changed") && words.contains("10:00 America/New_York"), "its own first: {words}");
    let words = on(&house, &[("channel", "team"), ("time", "08:45")]).await.unwrap();
    assert!(words.contains("08:45 Europe/Berlin"), "{words}");
    recap::off(&house.daily, &caller("ann"), &options(&[("channel", "general")])).await.unwrap();
    let words = on(&house, &[("channel", "general")]).await.unwrap();
    assert!(words.contains("#general — 07:15 Europe/London"), "{words}");

    assert!(on(&house, &[("channel", "team"), ("time", "9am")]).await.unwrap_err().contains("as in 09:00"));
    assert!(on(&house, &[("channel", "team"), ("zone", "UTC+2")]).await.unwrap_err().contains("clock change"));
    house.model.world.lock().unwrap().lacking.insert("team".into(), vec![Permission::EmbedLinks]);
    assert!(on(&house, &[("channel", "team")]).await.unwrap_err().contains("grant me Embed Links there"));
}

#[tokio::test]
async fn once_a_week_over_restarts_beside_the_daily_tip() {
    let mut house = House::new("2026-05-13T12:00:00Z").await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    on(&house, &[("channel", "general")]).await.unwrap();
    while let Some(wake) = house.store.next_wake().await.unwrap().filter(|wake| *wake <= at("2026-06-15T12:00:00Z")) {
        house.restart();
        house.tick(wake.max(at("2026-05-13T12:00:00Z"))).await;
        // Switching it off and on again brings no second one.
        recap::off(&house.daily, &caller("ann"), &options(&[("channel", "general")])).await.unwrap();
        on(&house, &[("channel", "general")]).await.unwrap();
    }
    let days: Vec<String> = recaps(&house, "general").iter().map(|one| one.mark[..10].to_owned()).collect();
    assert_eq!(days, ["2026-05-18", "2026-05-25", "2026-06-01", "2026-06-08", "2026-06-15"]);
    let messages = house.model.messages("general");
    assert_eq!(messages.len(), 33 + 5, "a tip a day all the same");
    let marks: BTreeSet<&str> = messages.iter().map(|one| one.mark.as_str()).collect();
    assert_eq!(marks.len(), messages.len(), "no two bear the same mark");
    let tips: BTreeSet<&str> =
        messages.iter().filter(|one| !one.title.starts_with("recap")).take(7).map(|one| one.title.as_str()).collect();
    assert_eq!(tips.len(), 7, "a recap takes no tip out of the round");
}

#[tokio::test]
async fn a_restart_between_claim_and_send() {
    let mut house = house().await;
    house.tips.die.store(true, Ordering::SeqCst);
    house.tick_at(DUE).await;
    assert_eq!(house.model.posts(), 0);
    house.restart();
    house.tick_at("2026-05-18T08:01:00Z").await;
    assert_eq!(house.model.posts(), 0, "the lease still runs");
    stands_once(&house).await;
}

#[tokio::test]
async fn deaths_refusals_and_lost_answers() {
    for (script, posts) in [
        (vec![Next::DieBefore], 2),
        (vec![Next::DieAfter], 1),
        (vec![Next::LoseAnswer], 1),
        (vec![Next::LosePost], 2),
        (vec![Next::Late(20)], 1),
        (vec![busy(70), broken()], 3),
    ] {
        let mut house = house().await;
        house.model.world.lock().unwrap().forgetful = true;
        house.model.script("team", script.clone());
        house.tick_at(DUE).await;
        house.restart();
        stands_once(&house).await;
        assert_eq!(house.model.posts(), posts, "{script:?}");
    }
}

#[tokio::test]
async fn an_unknown_outcome_is_not_sent_again_and_told_once() {
    let house = house().await;
    house.model.script("team", [Next::LosePost]);
    let lacking = Trouble::Lacking(vec![Permission::ReadMessageHistory]);
    house.model.world.lock().unwrap().looks.push_back(Found::Undecided(lacking));
    house.tick_at(DUE).await;
    house.live_until("2026-05-18T23:00:00Z").await;
    assert_eq!(house.model.posts(), 1);
    assert_eq!(posting(&house, "team", MONDAY).await.unwrap().state, PostingState::Unknown);
    let told = house.model.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("Unknown (weekly recap): Mon 18 May 2026 09:00 (Europe/London)"), "{}", told[0].1);
    let list = said(&daily::list(&house.daily, &caller("ann")).await.unwrap());
    assert!(list.contains("Next: Mon 25 May 2026 09:00 (Europe/London)"), "{list}");
    assert!(list.contains("Unknown (weekly recap): Mon 18 May"), "{list}");
}

#[tokio::test]
async fn after_a_long_downtime_it_is_missed_and_told() {
    let mut house = house().await;
    house.restart();
    house.tick_at("2026-05-27T12:00:00Z").await;
    house.tick_at("2026-05-27T12:00:01Z").await;
    for day in [MONDAY, date(2026, 5, 25)] {
        assert_eq!(posting(&house, "team", day).await.unwrap().state, PostingState::Missed);
    }
    assert_eq!((house.model.posts(), house.model.told().len()), (0, 1));
    assert_eq!(house.model.told()[0].0, "ann");
}

#[tokio::test]
async fn two_processes_on_one_store_post_once() {
    let place = StorePlace::new();
    let (one, two) = (place.open().await, place.open().await);
    let house = House::with(one, "2026-05-13T12:00:00Z");
    let channels: Vec<String> = (0..6).map(|number| format!("channel-{number}")).collect();
    for channel in &channels {
        house.on(channel, "09:00", "Europe/London", "daily").await;
        on(&house, &[("channel", channel)]).await.unwrap();
    }
    house.live_until("2026-05-18T07:00:00Z").await;
    let (before, other, now) = (house.model.posts(), house.another_on(&two), at(DUE));
    house.clock.set(now);
    let first = tokio::spawn({
        let daily = Arc::clone(&house.daily);
        async move { daily.tick(now).await }
    });
    let second = tokio::spawn(async move { other.tick(now).await });
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    for channel in &channels {
        assert_eq!(recaps(&house, channel).len(), 1, "{channel}");
    }
    assert_eq!(house.model.posts() - before, 12, "no post was even tried twice");
}

#[tokio::test]
async fn a_number_is_shown_only_where_five_people_are_behind_it() {
    let week = date(2026, 5, 13);
    // 08:00 in London, before the hashes go; 17:00 in New York, after they went.
    for (zone, due, forgotten) in [("Europe/London", "T07:00:00Z", false), ("America/New_York", "T20:00:00Z", true)] {
        let house = House::new("2026-05-13T12:00:00Z").await;
        let time = if forgotten { "16:00" } else { "08:00" };
        on(&house, &[("channel", "team"), ("zone", zone), ("time", time)]).await.unwrap();
        let here = workspace();
        use_it(&house.store, &here, "practice now", week, 5).await;
        use_it(&house.store, &here, "practice answered", week, 4).await;
        use_it(&house.store, &here, "quiz empathy", date(2026, 5, 10), 9).await;
        use_it(&house.store, &here, "quiz listening", MONDAY, 9).await;
        use_it(&house.store, &here, "review", week, 6).await;
        use_it(&house.store, &here, "How does this read?", week, 2).await;
        use_it(&house.store, &WorkspaceId::new("discord:2"), "practice answered", week, 9).await;
        if forgotten {
            house.store.prune_counters(Week::of(MONDAY)).await.unwrap();
            assert_eq!(house.store.users(&here, "practice now", Week::of(week)).await.unwrap(), 0);
        }
        house.tick_at(&format!("2026-05-18{due}")).await;
        let standing = recaps(&house, "team");
        assert_eq!(standing.len(), 1);
        let (_, said) = standing[0].title.split_once(": tip/").unwrap();
        let (_, counts) = said.split_once(": ").unwrap();
        assert_eq!(counts, "10 practice cards asked for, 12 drafts reviewed before they were sent", "{zone}");
        assert!(standing[0].title.starts_with("recap of 2026-05-11"), "{}", standing[0].title);
    }
}

#[tokio::test]
async fn off_stops_it_even_between_two_tries_and_another_workspace_keeps_its_own() {
    let house = house().await;
    let mut elsewhere = caller("bob");
    elsewhere.workspace = WorkspaceId::new("discord:2");
    let given = options(&[("channel", "theirs"), ("zone", "Europe/London")]);
    recap::on(&house.daily, &elsewhere, &given).await.unwrap();
    house.model.script("team", [broken()]);
    house.tick_at(DUE).await;
    // Nobody stops another workspace's.
    let Err(Error::User(words)) = recap::off(&house.daily, &elsewhere, &options(&[("channel", "team")])).await else {
        panic!("it was there to be stopped");
    };
    assert!(words.contains("no weekly recap"), "{words}");
    let words = said(&recap::off(&house.daily, &caller("ann"), &options(&[("channel", "team")])).await.unwrap());
    assert!(words.contains("No more recaps are posted in #team"), "{words}");
    house.live_until("2026-05-26T08:00:00Z").await;
    assert!(house.model.messages("team").is_empty());
    let ended = posting(&house, "team", MONDAY).await.unwrap();
    assert_eq!(ended.reason.as_deref(), Some("the weekly recap was switched off"));
    assert_eq!(recaps(&house, "theirs").len(), 2);
    assert!(house.model.told().is_empty());
}

#[tokio::test]
async fn a_workspace_that_left_rests_and_goes_on_where_it_returns() {
    let house = house().await;
    house.daily.left(&workspace()).await.unwrap();
    house.live_until("2026-05-27T12:00:00Z").await;
    assert_eq!(house.model.posts(), 0);
    house.daily.returned(&workspace()).await.unwrap();
    house.live_until("2026-06-02T12:00:00Z").await;
    assert_eq!(recaps(&house, "team").len(), 1);
    assert!(house.model.told().is_empty());
}

#[tokio::test]
async fn it_repeats_a_tip_that_the_channel_saw_lately_and_another_each_week() {
    let house = House::new("2026-05-01T12:00:00Z").await;
    house.tips.count.store(40, Ordering::SeqCst);
    house.on("general", "10:00", "Europe/London", "weekdays").await;
    on(&house, &[("channel", "general"), ("time", "09:00")]).await.unwrap();
    house.live_until("2026-06-30T12:00:00Z").await;
    let messages = house.model.messages("general");
    let mut repeated = Vec::new();
    for recap in recaps(&house, "general") {
        let tip = recap.title.split(": ").nth(1).unwrap().to_owned();
        let seen: Vec<&str> = messages
            .iter()
            .filter(|one| one.at < recap.at && recap.at.duration_since(one.at).as_hours() < 15 * 24)
            .map(|one| one.title.as_str())
            .collect();
        assert!(seen.contains(&tip.as_str()) || seen.is_empty(), "{tip} was not seen lately: {seen:?}");
        repeated.push(tip);
    }
    assert_eq!(repeated.len(), 9);
    let different: BTreeSet<&String> = repeated[..4].iter().collect();
    assert_eq!(different.len(), 4, "{repeated:?}");
}

#[tokio::test]
async fn without_a_tip_it_fails_and_is_told() {
    let house = house().await;
    house.tips.count.store(0, Ordering::SeqCst);
    house.tick_at(DUE).await;
    house.live_until("2026-05-18T23:00:00Z").await;
    let ended = posting(&house, "team", MONDAY).await.unwrap();
    assert_eq!(
        (ended.state, ended.reason.as_deref()),
        (PostingState::Failed, Some("there is no tip that it could repeat"))
    );
    assert_eq!(house.model.told().len(), 1);
    assert!(house.model.told()[0].1.contains("A posting went wrong"));
}
