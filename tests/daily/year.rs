//! A year of dates: no double, no unreported miss, no tip twice within a round.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
};

use bedside::{
    bot::{Clock, platform::Trouble},
    store::{ChannelId, PostingState},
    tips::{Schedule, written},
};
use jiff::{SignedDuration, civil::date};

use crate::model::{House, Next, at, broken, busy, workspace};

const CHANNELS: [(&str, &str, &str, &str); 3] = [
    ("london", "01:30", "Europe/London", "daily"),
    ("york", "02:30", "America/New_York", "Mon-Sat"),
    ("howe", "02:15", "Australia/Lord_Howe", "daily"),
];

#[tokio::test]
async fn a_year_without_a_double_or_an_unreported_miss() {
    let mut house = House::new("2026-01-01T12:00:00Z").await;
    house.model.world.lock().unwrap().forgetful = true;
    for (channel, time, zone, days) in CHANNELS {
        house.on(channel, time, zone, days).await;
    }
    let end = at("2027-01-01T00:00:00Z");
    let mut dice = fastrand::Rng::with_seed(20_260_511);
    while let Some(wake) = house.store.next_wake().await.unwrap().filter(|wake| *wake < end) {
        let mut now = wake.max(house.clock.now());
        match dice.u32(0..100) {
            // The process is down, for minutes or for days.
            0..4 => {
                house.restart();
                now += SignedDuration::from_mins(dice.i64(1..120));
            }
            4..6 => {
                house.restart();
                now += SignedDuration::from_hours(dice.i64(4..60));
            }
            6 => house.tips.die.store(true, Ordering::SeqCst),
            7 if house.tips.count.load(Ordering::SeqCst) < 15 => drop(house.tips.count.fetch_add(1, Ordering::SeqCst)),
            8..30 => {
                let (channel, ..) = CHANNELS[dice.usize(0..3)];
                house.model.script(
                    channel,
                    [match dice.u32(0..8) {
                        0 => busy(dice.u64(1..900)),
                        1 => broken(),
                        2 => Next::LoseAnswer,
                        3 => Next::LosePost,
                        4 => Next::Late(dice.i64(1..29)),
                        5 => Next::DieBefore,
                        6 => Next::DieAfter,
                        _ => Next::Refuse(Trouble::Lacking(Vec::new())),
                    }],
                );
            }
            _ => {}
        }
        house.tick(now).await;
    }
    house.clock.set(end);
    house.tick(end + SignedDuration::from_hours(5)).await;
    house.tick(end + SignedDuration::from_hours(6)).await;

    let told = house.model.told().into_iter().map(|(_, words)| words).collect::<Vec<_>>().join("\n\n");
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for (channel, time, zone, days) in CHANNELS {
        let schedule = Schedule {
            time: written::time(time).unwrap(),
            zone: written::zone(zone).unwrap(),
            days: written::days(days).unwrap(),
        };
        let messages = house.model.messages(channel);
        let mut rounds = BTreeSet::new();
        let first = schedule.next(at("2026-01-01T12:00:00Z")).unwrap().date;
        let postings = house.store.postings(&workspace(), &ChannelId::new(channel), first).await.unwrap();
        for one in schedule.on_or_after(first).take_while(|one| one.date < date(2026, 12, 31)) {
            let standing = messages.iter().filter(|message| message.mark.starts_with(&one.date.to_string())).count();
            assert!(standing <= 1, "{channel} {} stands {standing} times", one.date);
            let posting = postings.iter().find(|posting| posting.key.date == one.date);
            let posting = posting.expect("every date has its posting");
            *ends.entry(posting.state.name()).or_default() += 1;
            match posting.state {
                PostingState::Sent => {
                    assert_eq!(standing, 1, "{channel} {}", one.date);
                    let tip = posting.tip.clone().unwrap();
                    assert!(rounds.insert((posting.round, tip.clone())), "{channel}: {tip} twice in a round");
                }
                PostingState::Missed | PostingState::Failed => {
                    assert_eq!(standing, 0, "{channel} {}", one.date);
                    assert!(posting.told_at.is_some(), "{posting:?}");
                    assert!(told.contains(&schedule.zone.wording(one.due)), "{channel} {} was not told", one.date);
                }
                other => panic!("{channel} {} ended as {other}", one.date),
            }
        }
        for pair in messages.windows(2) {
            assert_ne!(pair[0].title, pair[1].title, "{channel}: the same tip twice running");
        }
    }
    assert!(ends["sent"] > 900 && ends["missed"] > 10, "{ends:?}");
}
