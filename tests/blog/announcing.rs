//! One announcement a post and channel, one a day, in waking hours, and nothing of what stood there at first.

use bedside::{
    bot::platform::Trouble,
    store::{ChannelId, PostingKind},
};

use crate::{
    model::{Next, workspace},
    world::{Logs, START, World, item, page, rss},
};

#[tokio::test]
async fn what_stands_there_at_first_is_old_and_what_comes_is_announced_once_in_every_channel() {
    let mut world = World::new(page(rss(&[item(2, 11), item(1, 10)]))).await;
    world.house.on("helpers", "21:00", "America/New_York", "daily").await;
    world.live_until("2026-05-12T20:00:00Z").await;
    assert_eq!(world.announced(), [""; 0]);

    world.server.answers(page(rss(&[item(3, 12), item(2, 11), item(1, 10)])));
    world.live_until("2026-05-13T06:30:00Z").await;
    // Half past seven in London; it was half past nine in the evening in New York when it was found.
    assert_eq!((world.announced(), world.announced_in("helpers").len()), (vec![], 1));
    world.restart();
    world.live_until("2026-05-15T06:30:00Z").await;
    world.restart();
    world.live_until("2026-05-16T06:30:00Z").await;
    let said = world.announcements("general");
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].title, "Post number 3");
    assert_eq!(said[0].text, "Post number 3\nA new post on The Kind Desk");
    assert_eq!(said[0].at.to_string(), "2026-05-13T07:00:00Z", "eight o'clock in London");
    assert!(said[0].mark.starts_with("2026-05-13 · "));
    assert_eq!(world.announced_in("helpers"), ["Post number 3"]);
    // The tips of those days were posted all the same.
    assert_eq!(world.house.model.messages("general").len(), 1 + 5);
}

#[tokio::test]
async fn three_at_once_are_announced_one_a_day_oldest_first_and_never_at_night_or_on_days_off() {
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    world.tick_at(START).await;
    // Thursday noon.
    world.server.answers(page(rss(&[item(4, 14), item(3, 13), item(2, 12), item(1, 10)])));
    world.live_until("2026-05-20T06:00:00Z").await;
    let said = world.announcements("general");
    let said: Vec<_> = said.iter().map(|one| (one.title.as_str(), one.mark[..10].to_owned())).collect();
    let expected = [("Post number 2", "2026-05-11"), ("Post number 3", "2026-05-12"), ("Post number 4", "2026-05-13")];
    assert_eq!(said, expected.map(|(title, date)| (title, date.to_owned())));
}

#[tokio::test]
async fn a_weekend_and_a_date_that_is_left_out_are_waited_for() {
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    world.live_until("2026-05-15T17:30:00Z").await;
    // Friday evening; Monday is a holiday.
    world.server.answers(page(rss(&[item(2, 15), item(1, 10)])));
    world.house.store.skip(&workspace(), &ChannelId::new("general"), "2026-05-18".parse().unwrap()).await.unwrap();
    world.live_until("2026-05-20T06:00:00Z").await;
    assert_eq!(world.announcements("general")[0].at.to_string(), "2026-05-19T07:00:00Z");
    assert_eq!(world.announced().len(), 1);
}

#[tokio::test]
async fn no_crash_announces_twice_or_never() {
    for script in [Next::DieBefore, Next::DieAfter, Next::LoseAnswer, Next::LosePost, Next::Late(20)] {
        let mut world = World::new(page(rss(&[item(1, 10)]))).await;
        world.live_until("2026-05-11T11:00:00Z").await;
        world.server.answers(page(rss(&[item(2, 11), item(1, 10)])));
        world.house.model.script("general", [script.clone()]);
        world.house.model.world.lock().unwrap().forgetful = true;
        world.live_until("2026-05-11T13:30:00Z").await;
        world.restart();
        world.live_until("2026-05-14T06:00:00Z").await;
        assert_eq!(world.announced(), ["Post number 2"], "{script:?}");
    }
}

#[tokio::test]
async fn two_processes_on_one_store_read_once_and_announce_once() {
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    let other_daily = world.house.another();
    let other = crate::world::reader(&world.house, &other_daily, &world.server.address);
    world.tick_at("2026-05-11T09:00:00Z").await;
    world.server.answers(page(rss(&[item(2, 11), item(1, 10)])));
    for half_hours in 0..8 {
        world
            .house
            .clock
            .set(crate::common::at("2026-05-11T10:00:00Z") + jiff::SignedDuration::from_mins(30 * half_hours));
        let now = bedside::bot::Clock::now(&*world.house.clock);
        let (one, two, three, four) =
            tokio::join!(world.blog.tick(now), other.tick(now), world.house.daily.tick(now), other_daily.tick(now));
        one.and(two).and(three).and(four).unwrap();
    }
    world.live_until("2026-05-13T06:00:00Z").await;
    assert_eq!(world.announced(), ["Post number 2"]);
    assert!(world.server.requests() <= 45, "{} requests in two days", world.server.requests());
}

#[tokio::test]
async fn a_channel_that_refuses_is_told_like_a_tip_and_no_tip_is_touched() {
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    world.live_until("2026-05-11T11:00:00Z").await;
    world.server.answers(page(rss(&[item(2, 11), item(1, 10)])));
    world.house.model.script("general", vec![Next::Refuse(Trouble::Failed("the platform answered 500".into())); 200]);
    world.live_until("2026-05-11T22:00:00Z").await;
    assert_eq!(world.announced(), [""; 0]);
    let told = world.house.model.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("500"), "{told:?}");
    world.house.model.world.lock().unwrap().scripts.clear();
    world.live_until("2026-05-13T22:00:00Z").await;
    assert_eq!(world.announced(), [""; 0], "it had its day");
    assert_eq!(world.house.model.messages("general").len(), 3, "the tips of three days");
}

#[tokio::test]
async fn a_channel_without_a_daily_tip_hears_nothing_and_one_that_comes_later_hears_what_comes_later() {
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    world.live_until("2026-05-11T19:00:00Z").await;
    world.server.answers(page(rss(&[item(2, 11), item(1, 10)])));
    world.live_until("2026-05-11T22:00:00Z").await;
    // It waits for the morning; by then the channel's tip is off, and another's is on.
    let (store, general) = (&world.house.store, ChannelId::new("general"));
    assert!(store.remove_schedule(&workspace(), &general, PostingKind::Tip).await.unwrap());
    world.house.on("helpers", "09:00", "Europe/London", "daily").await;
    world.live_until("2026-05-12T20:00:00Z").await;
    world.server.answers(page(rss(&[item(3, 12), item(2, 11), item(1, 10)])));
    world.live_until("2026-05-14T20:00:00Z").await;
    assert_eq!(world.announced(), [""; 0]);
    assert_eq!(world.announced_in("helpers"), ["Post number 3"]);
    assert_eq!(store.next_announcement().await.unwrap(), None);
}

#[tokio::test]
async fn what_is_old_when_it_is_found_is_no_news_and_a_flood_is_not_let_in() {
    let logs = Logs::listen();
    let world = World::new(page(rss(&[item(1, 10)]))).await;
    world.tick_at("2026-05-30T09:00:00Z").await;
    // Two weeks and more, and less.
    world.server.answers(page(rss(&[item(3, 19), item(2, 17), item(1, 10)])));
    world.tick_at("2026-06-01T09:00:00Z").await;
    world.tick_at("2026-06-02T09:00:00Z").await;
    assert_eq!(world.announced(), ["Post number 3"]);
    // The blog moves, loses its dates and changes everything else too.
    let flood: Vec<_> = (100..160)
        .rev()
        .map(|n| {
            let mut one = item(n, 1);
            one.date.clear();
            one
        })
        .collect();
    world.server.answers(page(rss(&flood)));
    for day in 3..=20 {
        world.tick_at(&format!("2026-06-{day:02}T09:00:00Z")).await;
    }
    let said = world.announced();
    assert_eq!(said[1..], (153..160).map(|n| format!("Post number {n}")).collect::<Vec<_>>());
    assert_eq!(logs.count("many new posts at once"), 1);
}
