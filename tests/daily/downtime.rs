//! Downtime, and the telling of what went wrong in it.

use std::sync::Arc;

use bedside::{
    bot::{
        daily::skip,
        platform::{Found, Permission, Trouble},
        report::report,
    },
    store::{PostingState, Store},
};
use jiff::civil::date;
use tokio_util::sync::CancellationToken;

use crate::{
    model::{House, Next, at, broken, caller, options, workspace},
    promise::{house, stands_once},
};

/// A tip was missed, and the leads' channel or the setter is told; so many looks fail in passing.
async fn missed(in_channel: bool, script: Vec<Next>, failing: usize) -> House {
    let house = house().await;
    {
        let mut world = house.model.world.lock().unwrap();
        // Only looking first keeps a second message out.
        world.forgetful = true;
        world.looks.extend(std::iter::repeat_n(in_passing(), failing));
    }
    if in_channel {
        report(&house.daily, &caller("ann"), &options(&[("channel", "leads")])).await.unwrap();
    }
    house.model.script(if in_channel { "leads" } else { "ann" }, script);
    house.tick_at("2026-05-11T12:30:00Z").await;
    house.tick_at("2026-05-11T12:30:01Z").await;
    house
}

/// How often it was told, in the channel and in private.
fn tellings(house: &House) -> (usize, usize) {
    (house.model.messages("leads").len(), house.model.told().len())
}

fn in_passing() -> Found {
    Found::Undecided(Trouble::Failed("the platform answered 500".into()))
}

#[tokio::test]
async fn after_a_short_downtime_late_but_sent() {
    let mut house = house().await;
    house.restart();
    house.tick_at("2026-05-11T11:59:59Z").await;
    stands_once(&house).await;
}

/// The store was lost and an older copy put in its place: what was sent since stands, and is not sent again.
#[tokio::test]
async fn after_an_older_copy_of_the_store_was_put_back_nothing_is_sent_again() {
    for failing in [0, 2] {
        let folder = tempfile::tempdir().unwrap();
        let address = |file: &str| format!("sqlite://{}", folder.path().join(file).display());
        let mut house = House::with(Store::open(&address("store")).await.unwrap(), "2026-05-10T12:00:00Z");
        house.model.world.lock().unwrap().forgetful = true;
        house.on("general", "09:00", "Europe/London", "daily").await;
        house.on("other", "12:30", "Europe/London", "daily").await;
        Store::backup(&address("store"), &folder.path().join("copy")).await.unwrap();
        house.tick_at("2026-05-11T08:00:00Z").await;
        assert_eq!(house.model.posts(), 1);

        house.store = Store::open(&address("copy")).await.unwrap();
        house.restart();
        house.model.world.lock().unwrap().looks.extend(std::iter::repeat_n(in_passing(), failing));
        house.tick_at("2026-05-11T10:00:00Z").await;
        stands_once(&house).await;
        assert_eq!((house.model.posts(), house.model.messages("other").len()), (2, 1));
    }
}

/// Looks that failed before it was first sent are none that failed after it.
#[tokio::test]
async fn a_late_tip_whose_answer_is_lost_is_looked_for_as_often_as_any() {
    let mut house = house().await;
    house.restart();
    // Before it is sent, right after it, and three times more.
    house.model.world.lock().unwrap().looks.extend(std::iter::repeat_n(in_passing(), 4 + 1 + 3));
    house.model.script("general", [Next::LoseAnswer]);
    house.tick_at("2026-05-11T10:00:00Z").await;
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 1);
}

#[tokio::test]
async fn after_a_long_downtime_missed_once_each_and_never_a_burst() {
    let mut house = house().await;
    house.restart();
    house.tick_at("2026-05-16T09:30:00Z").await;
    house.tick_at("2026-05-16T09:30:01Z").await;
    for day in 11..=15 {
        assert_eq!(house.state("general", date(2026, 5, day)).await.unwrap().0, PostingState::Missed, "{day}");
    }
    let messages = house.model.messages("general");
    assert_eq!(messages.len(), 1);
    assert!(messages[0].mark.starts_with("2026-05-16"));
    let told = house.model.told();
    assert_eq!(told.len(), 1, "five in one: {told:?}");
    assert_eq!(told[0].1.matches("Missed: ").count(), 5);

    let house = crate::promise::house().await;
    house.tick_at("2026-05-11T12:00:01Z").await;
    house.tick_at("2026-05-11T12:00:02Z").await;
    assert_eq!(house.state("general", date(2026, 5, 11)).await.unwrap().0, PostingState::Missed);
    assert_eq!((house.model.posts(), house.model.told().len()), (0, 1));
}

#[tokio::test]
async fn a_date_that_was_left_out_is_not_missed_however_long_the_downtime() {
    let mut house = house().await;
    let given = options(&[("channel", "general"), ("date", "2026-05-13")]);
    skip(&house.daily, &caller("ann"), &given).await.unwrap();
    house.restart();
    house.clock.set(at("2026-05-18T08:30:00Z"));
    let shutdown = CancellationToken::new();
    let service = tokio::spawn(Arc::clone(&house.daily).run(shutdown.clone()));
    while house.model.told().is_empty() {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    service.await.unwrap();
    assert_eq!(house.state("general", date(2026, 5, 13)).await.unwrap().0, PostingState::Skipped);
    let told = &house.model.told()[0].1;
    assert!(told.matches("Missed: ").count() == 6 && !told.contains("13 May"), "{told}");
    // Once its schedule is past it, it is forgotten.
    house.store.prune_skips(date(2026, 5, 15)).await.unwrap();
    let row = house.store.schedules(&workspace()).await.unwrap().remove(0);
    assert!(house.store.skips(&workspace(), &row.channel, date(2026, 1, 1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn it_is_told_in_the_report_channel_and_a_lost_answer_tells_it_once() {
    let house = house().await;
    report(&house.daily, &caller("ann"), &options(&[("channel", "leads")])).await.unwrap();
    house.model.script("leads", [broken(), Next::LoseAnswer]);
    house.tick_at("2026-05-11T12:30:00Z").await;
    house.live_until("2026-05-12T07:00:00Z").await;
    let told = house.model.messages("leads");
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("Missed: Mon 11 May 2026 09:00"), "{}", told[0].text);
    assert!(house.model.told().is_empty());
}

#[tokio::test]
async fn a_telling_that_dies_is_taken_over_and_found() {
    let mut house = house().await;
    report(&house.daily, &caller("ann"), &options(&[("channel", "leads")])).await.unwrap();
    house.model.script("leads", [Next::DieAfter]);
    house.tick_at("2026-05-11T12:30:00Z").await;
    house.tick_at("2026-05-11T12:30:01Z").await;
    house.restart();
    house.live_until("2026-05-12T07:00:00Z").await;
    assert_eq!(house.model.messages("leads").len(), 1);
}

#[tokio::test]
async fn where_the_report_channel_is_closed_the_setter_is_told() {
    let house = house().await;
    report(&house.daily, &caller("ann"), &options(&[("channel", "leads")])).await.unwrap();
    house.model.world.lock().unwrap().gone.push("leads".into());
    house.tick_at("2026-05-11T12:30:00Z").await;
    house.live_until("2026-05-12T07:00:00Z").await;
    assert_eq!(house.model.told().len(), 1);
}

#[tokio::test]
async fn where_nobody_can_be_told_it_waits_for_a_report_channel() {
    let house = house().await;
    house.model.world.lock().unwrap().deaf.push("ann".into());
    house.tick_at("2026-05-11T12:30:00Z").await;
    house.live_until("2026-05-11T20:00:00Z").await;
    house.store.forget(&workspace(), &bedside::store::PersonId::new("ann")).await.unwrap();
    house.live_until("2026-05-12T07:00:00Z").await;
    assert!(house.model.told().is_empty());
    report(&house.daily, &caller("ben"), &options(&[("channel", "leads")])).await.unwrap();
    house.live_until("2026-05-12T07:30:00Z").await;
    assert_eq!(house.model.messages("leads").len(), 1);
}

#[tokio::test]
async fn a_telling_whose_look_fails_in_passing_is_looked_for_again_and_not_told_twice() {
    for (in_channel, once) in [(true, (1, 0)), (false, (0, 1))] {
        for script in [Next::DieAfter, Next::LoseAnswer] {
            let mut house = missed(in_channel, vec![script.clone()], 6).await;
            house.restart();
            house.live_until("2026-05-12T07:00:00Z").await;
            assert!(house.model.world.lock().unwrap().looks.is_empty());
            assert_eq!(tellings(&house), once, "{script:?}");
        }
    }
}

#[tokio::test]
async fn what_was_told_in_private_is_looked_for_and_not_told_twice() {
    for script in [vec![Next::DieAfter], vec![Next::LoseAnswer], vec![Next::LosePost, broken(), Next::DieAfter]] {
        let mut house = missed(false, script.clone(), 0).await;
        house.restart();
        house.live_until("2026-05-12T07:00:00Z").await;
        assert_eq!(tellings(&house), (0, 1), "{script:?}");
    }
}

#[tokio::test]
async fn where_no_look_will_ever_decide_it_is_told_all_the_same() {
    let house = missed(true, vec![Next::LosePost], 1).await;
    let blind = vec![Permission::ReadMessageHistory];
    house.model.world.lock().unwrap().looks.push_back(Found::Undecided(Trouble::Lacking(blind)));
    house.live_until("2026-05-11T12:40:00Z").await;
    assert_eq!(tellings(&house), (1, 0));

    // And at the last try, however often a look failed in passing.
    let house = missed(true, vec![Next::LosePost], 20).await;
    house.live_until("2026-05-14T07:00:00Z").await;
    assert_eq!(tellings(&house), (0, 0));
    house.live_until("2026-05-20T07:00:00Z").await;
    assert_eq!(tellings(&house), (1, 0));
}
