//! A process beside the one that serves the workspace, on the same store: the room's beside Discord's, say.

use std::sync::Arc;

use bedside::{
    bot::{
        Caller, Clock,
        daily::{Daily, GRACE, on},
    },
    platforms::Together,
    store::{PostingState, WorkspaceId},
};
use jiff::{SignedDuration, civil::date};

use crate::{
    model::{House, Next, at, caller, options},
    promise::{DUE, house, stands_once},
};

fn elsewhere(house: &House) -> Arc<Daily> {
    let platform = Arc::new(Together::new(vec![("room", house.model.clone())]));
    Daily::new(house.store.clone(), platform, house.clock.clone(), house.tips.clone(), GRACE)
}

/// It alone looks, again and again, until `end`.
async fn alone(house: &House, other: &Arc<Daily>, step: SignedDuration, end: &str) {
    while house.clock.now() < at(end) {
        house.clock.pass(step);
        other.tick(house.clock.now()).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_serves_the_workspace_goes_first_within_a_minute() {
    let mut house = house().await;
    let other = elsewhere(&house);
    house.clock.set(at("2026-05-11T07:59:30Z"));
    alone(&house, &other, SignedDuration::from_secs(1), "2026-05-11T08:01:00Z").await;
    house.tick_at("2026-05-11T08:01:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1);

    // So too what waits to be tried again, and after a start of all.
    house.model.script("general", [Next::DieBefore]);
    house.tick_at("2026-05-12T08:00:00Z").await;
    house.clock.set(at("2026-05-12T10:00:00Z"));
    let other = elsewhere(&house);
    house.restart();
    alone(&house, &other, SignedDuration::from_secs(1), "2026-05-12T10:01:00Z").await;
    house.tick_at("2026-05-12T10:01:00Z").await;
    assert_eq!(house.model.messages("general").len(), 2);
    assert!(house.model.told().is_empty());
}

#[tokio::test]
async fn what_it_cannot_see_is_left_open_for_whoever_can() {
    let mut house = house().await;
    let other = elsewhere(&house);
    house.model.script("general", [Next::DieAfter]);
    house.tick_at(DUE).await;
    alone(&house, &other, SignedDuration::from_secs(30), "2026-05-11T09:00:00Z").await;
    alone(&house, &other, SignedDuration::from_mins(10), "2026-05-11T14:00:00Z").await;
    assert_eq!(house.state("general", date(2026, 5, 11)).await.unwrap().0, PostingState::Claimed);
    house.restart();
    stands_once(&house).await;
    assert_eq!(house.model.posts(), 1, "it was found, not sent again");
}

#[tokio::test]
async fn where_nobody_serves_the_workspace_the_miss_is_known_and_told_once_somebody_does() {
    let mut house = house().await;
    let other = elsewhere(&house);
    house.clock.set(at(DUE));
    alone(&house, &other, SignedDuration::from_secs(30), "2026-05-11T12:05:00Z").await;
    let (state, reason) = house.state("general", date(2026, 5, 11)).await.unwrap();
    assert_eq!((state, reason.as_deref()), (PostingState::Failed, Some("Bedside runs without a connection there")));
    // However long nobody could be told.
    alone(&house, &other, SignedDuration::from_mins(20), "2026-05-18T07:00:00Z").await;
    assert_eq!((house.model.posts(), house.model.told().len()), (0, 0));
    house.restart();
    house.live_until("2026-05-18T07:10:00Z").await;
    let told = house.model.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].1.matches("Failed: ").count(), 7, "{}", told[0].1);
}

#[tokio::test]
async fn what_others_serve_holds_nothing_of_its_own_up() {
    let house = house().await;
    let other = elsewhere(&house);
    for number in 0..50 {
        house.on(&format!("channel-{number}"), "08:59", "Europe/London", "daily").await;
    }
    let lead = Caller { workspace: WorkspaceId::new("room"), ..caller("ann") };
    let given = [("channel", "lobby"), ("time", "09:00"), ("zone", "Europe/London")];
    on(&other, &lead, &options(&given)).await.unwrap();
    house.clock.set(at(DUE));
    other.tick(at(DUE)).await.unwrap();
    assert_eq!((house.model.posts(), house.model.messages("lobby").len()), (1, 1));
}
