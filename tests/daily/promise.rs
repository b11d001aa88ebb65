//! Clock changes, restarts, refusals, lost answers, lost permissions, two processes.

use std::sync::{Arc, atomic::Ordering};

use bedside::{
    bot::platform::{Found, Permission, Trouble},
    store::PostingState,
};
use jiff::civil::date;
use tokio_util::sync::CancellationToken;

use crate::common::stores::StorePlace;
use crate::model::{House, Next, at, broken, busy, workspace};

/// 09:00 in London on Monday 11 May 2026.
pub const DUE: &str = "2026-05-11T08:00:00Z";

pub async fn house() -> House {
    let house = House::new("2026-05-10T12:00:00Z").await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    house
}

pub async fn stands_once(house: &House) {
    house.live_until("2026-05-11T23:00:00Z").await;
    let messages = house.model.messages("general");
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].mark.starts_with("2026-05-11 · "));
    assert_eq!(house.state("general", date(2026, 5, 11)).await, Some((PostingState::Sent, None)));
    assert!(house.model.told().is_empty(), "{:?}", house.model.told());
}

#[tokio::test]
async fn clock_changes_neither_double_nor_drop() {
    for (zone, time, spring, spring_due, autumn, autumn_due) in [
        (
            "Europe/London",
            "01:30",
            date(2026, 3, 29),
            "2026-03-29T01:30:00Z",
            date(2026, 10, 25),
            "2026-10-25T00:30:00Z",
        ),
        (
            "America/New_York",
            "02:30",
            date(2026, 3, 8),
            "2026-03-08T07:30:00Z",
            date(2026, 11, 1),
            "2026-11-01T07:30:00Z",
        ),
        (
            "America/New_York",
            "01:30",
            date(2026, 3, 8),
            "2026-03-08T06:30:00Z",
            date(2026, 11, 1),
            "2026-11-01T05:30:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "02:15",
            date(2026, 10, 4),
            "2026-10-03T15:45:00Z",
            date(2026, 4, 5),
            "2026-04-04T15:45:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "01:45",
            date(2026, 10, 4),
            "2026-10-03T15:15:00Z",
            date(2026, 4, 5),
            "2026-04-04T14:45:00Z",
        ),
    ] {
        for (day, due) in [(spring, spring_due), (autumn, autumn_due)] {
            let before = at(due) - jiff::SignedDuration::from_hours(60);
            let house = House::new(&before.to_string()).await;
            house.on("general", time, zone, "daily").await;
            house.live_until(&(at(due) + jiff::SignedDuration::from_hours(60)).to_string()).await;
            let messages = house.model.messages("general");
            let of_day: Vec<_> = messages.iter().filter(|one| one.mark.starts_with(&day.to_string())).collect();
            assert_eq!(of_day.len(), 1, "{zone} {time} {day}");
            assert_eq!(of_day[0].at, at(due), "{zone} {time} {day}");
            assert_eq!(messages.len(), 5, "{zone} {time} {day}");
        }
    }
}

#[tokio::test]
async fn a_restart_between_claim_and_send() {
    let mut house = house().await;
    house.tips.die.store(true, Ordering::SeqCst);
    house.tick_at(DUE).await;
    assert_eq!(house.model.posts(), 0);
    house.restart();
    // The lease still runs: nobody else is at it before its end.
    house.tick_at("2026-05-11T08:01:00Z").await;
    assert_eq!(house.model.posts(), 0);
    stands_once(&house).await;
}

#[tokio::test]
async fn a_restart_while_it_is_sent_and_it_never_went_out() {
    let mut house = house().await;
    house.model.script("general", [Next::DieBefore]);
    house.tick_at(DUE).await;
    house.restart();
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 2);
}

#[tokio::test]
async fn a_restart_between_send_and_record() {
    let mut house = house().await;
    house.model.script("general", [Next::DieAfter]);
    house.tick_at(DUE).await;
    house.restart();
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 1, "it was found, not sent again");
}

#[tokio::test]
async fn a_restart_long_after_the_send_still_finds_it() {
    let mut house = house().await;
    house.model.script("general", [Next::DieAfter]);
    house.tick_at(DUE).await;
    house.restart();
    house.tick_at("2026-05-11T20:00:00Z").await;
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 1);
}

#[tokio::test]
async fn a_429_a_500_a_late_and_a_lost_answer() {
    for script in [
        vec![busy(70)],
        vec![broken(), broken()],
        vec![Next::LoseAnswer],
        vec![Next::LosePost],
        vec![Next::Late(5)],
        vec![Next::Late(29)],
        vec![Next::LosePost, Next::LoseAnswer],
        vec![busy(1), broken(), Next::LosePost, broken(), Next::LoseAnswer],
    ] {
        let house = house().await;
        house.model.world.lock().unwrap().forgetful = true;
        house.model.script("general", script.clone());
        house.tick_at(DUE).await;
        stands_once(&house).await;
        let late = house.model.messages("general")[0].at.duration_since(at(DUE));
        assert!(late.as_mins() < 10, "{script:?} took {late}");
        if let [Next::Refuse(Trouble::Busy(_))] = script[..] {
            assert!(late.as_secs() >= script.len().try_into().unwrap_or(0) && late.as_secs() > 0);
        }
    }
}

#[tokio::test]
async fn the_wait_that_the_platform_asks_for_is_kept() {
    let house = house().await;
    house.model.script("general", [busy(600)]);
    house.tick_at(DUE).await;
    house.live_until("2026-05-11T08:09:59Z").await;
    assert_eq!(house.model.posts(), 1);
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 2);
}

#[tokio::test]
async fn a_call_that_never_ends_is_given_up_and_others_do_not_wait_for_it() {
    let house = house().await;
    house.model.script("general", [Next::Hang]);
    let shutdown = CancellationToken::new();
    let service = tokio::spawn(Arc::clone(&house.daily).run(shutdown.clone()));
    house.clock.set(at(DUE));
    while house.model.posts() == 0 {
        tokio::task::yield_now().await;
    }
    // The first call hangs; another channel that comes due is served all the same.
    house.on("other", "09:01", "Europe/London", "daily").await;
    let serve = async |time: &str, channel: &str| {
        house.clock.set(at(time));
        while house.model.messages(channel).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    serve("2026-05-11T08:01:00Z", "other").await;
    assert!(house.model.messages("general").is_empty());
    // By then the first call was given up; the message is looked for, then sent again.
    while house.state("general", date(2026, 5, 11)).await.unwrap().1.is_none() {
        tokio::task::yield_now().await;
    }
    serve("2026-05-11T08:02:00Z", "general").await;
    shutdown.cancel();
    service.await.unwrap();
    stands_once(&house).await;
}

#[tokio::test]
async fn the_loop_wakes_when_a_schedule_is_set_and_stops_when_asked() {
    let house = House::new("2026-05-11T07:59:00Z").await;
    let shutdown = CancellationToken::new();
    let service = tokio::spawn(Arc::clone(&house.daily).run(shutdown.clone()));
    tokio::task::yield_now().await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    for time in ["2026-05-11T07:59:30Z", DUE, "2026-05-11T08:00:01Z"] {
        house.clock.set(at(time));
    }
    while house.model.messages("general").is_empty() {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    service.await.unwrap();
    stands_once(&house).await;
}

#[tokio::test]
async fn what_stays_refused_fails_with_its_reason_and_is_told_once() {
    let house = house().await;
    house.model.script("general", std::iter::repeat_n(broken(), 1000));
    house.tick_at(DUE).await;
    house.live_until("2026-05-12T07:00:00Z").await;
    assert!(house.model.messages("general").is_empty());
    let (state, reason) = house.state("general", date(2026, 5, 11)).await.unwrap();
    assert_eq!((state, reason.as_deref()), (PostingState::Failed, Some("the platform answered 500")));
    let told = house.model.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "ann");
    assert!(told[0].1.contains("#general") && told[0].1.contains("the platform answered 500"), "{}", told[0].1);
    assert!(told[0].1.contains("Mon 11 May 2026 09:00 (Europe/London)"), "{}", told[0].1);
    // The retries were spread out: no hammering.
    assert!((10..40).contains(&house.model.posts()), "{}", house.model.posts());
}

#[tokio::test]
async fn an_outage_that_ends_just_before_the_grace_costs_no_tip_though_the_clock_wakes_late() {
    let house = house().await;
    house.model.script("general", std::iter::repeat_n(broken(), 1000));
    house.tick_at(DUE).await;
    while let Some(wake) = house.store.next_wake().await.unwrap().filter(|wake| *wake <= at("2026-05-11T12:00:00Z")) {
        let woken = wake + jiff::SignedDuration::from_secs(2);
        if woken >= at("2026-05-11T11:59:00Z") {
            house.model.world.lock().unwrap().scripts.clear();
        }
        house.tick(woken).await;
    }
    stands_once(&house).await;
}

#[tokio::test]
async fn a_lookup_that_cannot_decide_sends_nothing_and_is_told() {
    let house = house().await;
    house.model.script("general", [Next::LosePost]);
    house
        .model
        .world
        .lock()
        .unwrap()
        .looks
        .push_back(Found::Undecided(Trouble::Lacking(vec![Permission::ReadMessageHistory])));
    house.tick_at(DUE).await;
    house.live_until("2026-05-11T23:00:00Z").await;
    assert_eq!(house.model.posts(), 1);
    let (state, reason) = house.state("general", date(2026, 5, 11)).await.unwrap();
    assert_eq!(state, PostingState::Unknown);
    assert!(reason.unwrap().contains("Read Message History"));
    assert_eq!(house.model.told().len(), 1);
}

#[tokio::test]
async fn a_lookup_that_fails_in_passing_is_made_again() {
    let house = house().await;
    house.model.script("general", [Next::LoseAnswer]);
    let failing = Found::Undecided(Trouble::Failed("the platform answered 500".into()));
    house.model.world.lock().unwrap().looks.extend([failing.clone(), failing.clone()]);
    house.tick_at(DUE).await;
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 1);

    // Where it was not reached at all, however often.
    let house = self::house().await;
    house.model.script("general", [Next::LoseAnswer]);
    let not_reached = Found::Undecided(Trouble::Unsent("Discord is not reached".into()));
    house.model.world.lock().unwrap().looks.extend(std::iter::repeat_n(not_reached, 30));
    house.tick_at(DUE).await;
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 1);

    let house = self::house().await;
    house.model.script("general", [Next::LosePost]);
    house.model.world.lock().unwrap().looks.extend(std::iter::repeat_n(failing, 100));
    house.tick_at(DUE).await;
    house.live_until("2026-05-11T23:00:00Z").await;
    assert_eq!(house.model.posts(), 1);
    assert_eq!(house.state("general", date(2026, 5, 11)).await.unwrap().0, PostingState::Unknown);
}

#[tokio::test]
async fn lost_permissions_are_told_at_once_and_retried_within_the_grace() {
    let house = house().await;
    let lacking = |list: Vec<Permission>| house.model.world.lock().unwrap().lacking.insert("general".into(), list);
    lacking(vec![Permission::SendMessages, Permission::EmbedLinks]);
    house.tick_at(DUE).await;
    house.live_until("2026-05-11T08:06:30Z").await;
    let (state, reason) = house.state("general", date(2026, 5, 11)).await.unwrap();
    assert_eq!(state, PostingState::Failed);
    assert_eq!(reason.unwrap(), "Bedside lacks Send Messages, Embed Links there");
    assert_eq!(house.model.told().len(), 1);
    assert!(house.model.told()[0].1.contains("tried again"));

    lacking(Vec::new());
    house.live_until("2026-05-11T23:00:00Z").await;
    assert_eq!(house.state("general", date(2026, 5, 11)).await, Some((PostingState::Sent, None)));
    assert_eq!(house.model.messages("general").len(), 1);
    assert_eq!(house.model.told().len(), 1);

    lacking(vec![Permission::SendMessages]);
    house.live_until("2026-05-12T23:00:00Z").await;
    assert_eq!(house.state("general", date(2026, 5, 12)).await.unwrap().0, PostingState::Failed);
    assert_eq!(house.model.messages("general").len(), 1);
    assert_eq!(house.model.told().len(), 2);
}

#[tokio::test]
async fn a_channel_that_is_gone_fails_and_nothing_crashes() {
    let house = house().await;
    house.on("other", "09:00", "Europe/London", "daily").await;
    house.model.world.lock().unwrap().gone.push("general".into());
    house.tick_at(DUE).await;
    assert_eq!(house.state("general", date(2026, 5, 11)).await.unwrap().0, PostingState::Failed);
    assert_eq!(house.model.messages("other").len(), 1);
    assert!(house.model.told()[0].1.contains("not there any more"));
}

#[tokio::test]
async fn a_workspace_that_left_rests_and_goes_on_where_it_returns() {
    let house = house().await;
    house.daily.left(&workspace()).await.unwrap();
    house.live_until("2026-05-13T12:00:00Z").await;
    assert_eq!(house.model.posts(), 0);
    house.daily.returned(&workspace()).await.unwrap();
    house.live_until("2026-05-14T12:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1);
    assert!(house.model.told().is_empty());
}

#[tokio::test]
async fn a_return_that_was_cut_short_is_made_good_at_the_next_start() {
    let mut house = house().await;
    house.daily.left(&workspace()).await.unwrap();
    // It is noted, and there the process dies.
    house.store.returned(&workspace()).await.unwrap();
    house.restart();
    house.daily.returned(&workspace()).await.unwrap();
    house.live_until("2026-05-11T12:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1);
    // Here again, nothing changes.
    house.daily.returned(&workspace()).await.unwrap();
    house.live_until("2026-05-12T12:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 2);
}

#[tokio::test]
async fn two_processes_on_one_store_post_once() {
    let place = StorePlace::new();
    let (one, two) = (place.open().await, place.open().await);
    let house = House::with(one, "2026-05-10T12:00:00Z");
    let channels: Vec<String> = (0..6).map(|number| format!("channel-{number}")).collect();
    for channel in &channels {
        house.on(channel, "09:00", "Europe/London", "daily").await;
    }
    for day in 11..=14 {
        let other = house.another_on(&two);
        let mut now = at(&format!("2026-05-{day}T08:00:00Z"));
        let day = format!("2026-05-{day}");
        let of_day = |channel| house.model.messages(channel).iter().filter(|one| one.mark.starts_with(&day)).count();
        // Once is enough, unless the disk is so busy that one waits for the other in vain; that is tried again.
        for _ in 0..20 {
            house.clock.set(now);
            let both = [Arc::clone(&house.daily), Arc::clone(&other)];
            let both = both.map(|daily| tokio::spawn(async move { daily.tick(now).await }));
            for one in both {
                let _ = one.await.unwrap();
            }
            if channels.iter().all(|channel| of_day(channel) > 0) {
                break;
            }
            now += jiff::SignedDuration::from_secs(200);
        }
        for channel in &channels {
            assert_eq!(of_day(channel), 1, "{channel} {day}");
        }
    }
    assert_eq!(house.model.posts(), 24, "no post was even tried twice");
}

#[tokio::test]
async fn another_process_takes_over_when_the_holder_dies() {
    let house = house().await;
    house.model.script("general", [Next::DieAfter]);
    house.tick_at(DUE).await;
    let other = house.another();
    for time in ["2026-05-11T08:02:00Z", "2026-05-11T08:03:00Z"] {
        house.clock.set(at(time));
        other.tick(at(time)).await.unwrap();
    }
    assert_eq!(house.model.posts(), 1);
    assert_eq!(house.state("general", date(2026, 5, 11)).await.unwrap().0, PostingState::Sent);
}

#[tokio::test]
async fn a_tip_that_vanishes_before_the_retry_is_replaced() {
    let house = house().await;
    house.model.script("general", [broken()]);
    house.tick_at(DUE).await;
    house.tips.count.store(0, Ordering::SeqCst);
    house.live_until("2026-05-11T23:00:00Z").await;
    let (state, reason) = house.state("general", date(2026, 5, 11)).await.unwrap();
    assert_eq!(
        (state, reason.as_deref()),
        (PostingState::Failed, Some("there is no tip on the topics of this channel"))
    );
    house.tips.count.store(1, Ordering::SeqCst);
    house.live_until("2026-05-12T23:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1);
}

#[tokio::test]
async fn the_loop_deletes_what_a_workspace_left_behind_thirty_days_ago() {
    let house = house().await;
    house.daily.left(&workspace()).await.unwrap();
    house.clock.set(at("2026-06-09T12:00:00Z"));
    let shutdown = CancellationToken::new();
    let service = tokio::spawn(Arc::clone(&house.daily).run(shutdown.clone()));
    while !house.store.schedules(&workspace()).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    service.await.unwrap();
}
