//! A month, played with the clock in hand, in two workspaces at once.

use bedside::{bot::Clock, store::Week};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::{
    POOR, answer, good_answer, world as house,
    world::{agent, buttons, elsewhere, lead, update, words, workspace},
};

#[tokio::test]
async fn a_month_of_practice() {
    let world = house().await;
    let stop = CancellationToken::new();
    let people = [agent(), elsewhere(agent())];
    world.said(&lead(), "daily on", &[("channel", "77"), ("time", "09:00"), ("zone", "Europe/London")]).await;
    world.said(&agent(), "practice on", &[("time", "10:00"), ("zone", "Europe/London"), ("days", "Mon,Wed,Fri")]).await;
    let (mut answered, mut sent_before) = (0, 0);
    let mut seen = std::collections::BTreeMap::new();
    for day in 0..31 {
        world.clock.set(crate::common::at("2026-05-11T21:00:00Z") + SignedDuration::from_hours(24 * day));
        // Everything of the day happens at its time.
        let evening = world.clock.now();
        world.clock.set(evening - SignedDuration::from_hours(12));
        world.daily.tick(world.clock.now()).await.unwrap();
        world.bot.send_due_practice(world.clock.now(), &stop).await.unwrap();
        let sent = world.stage.told.lock().unwrap().len();
        assert!(sent - sent_before <= 1, "at most one a day");
        sent_before = sent;
        // A holiday of two weeks in the middle.
        if (8..23).contains(&day) {
            continue;
        }
        let dealt = world.card(&agent(), "practice now", &[]).await;
        if day == 23 {
            assert!(words(&dealt).contains("one card is plenty"), "{}", words(&dealt));
        }
        if !words(&dealt).contains("Your turn") {
            continue;
        }
        let id = dealt.actions.iter().find_map(|action| match action {
            bedside::bot::Action::Button { id, .. } if id.contains(":another:") => Some(id.clone()),
            _ => None,
        });
        let id = id.unwrap().rsplit_once("another:").unwrap().1.to_owned();
        if let Some(due) = seen.get(&id) {
            assert!(world.clock.now() >= *due, "{id} came back before it was due");
        }
        let text = if day % 5 == 4 { POOR } else { good_answer(&dealt) };
        let judged = answer(&world, &agent(), &dealt, text).await;
        assert!(buttons(&judged).contains(&"Another card".to_owned()));
        let kept = world.store.practised(&workspace(), &agent().person.id).await.unwrap();
        seen.insert(id.clone(), kept.iter().find(|card| card.card == id).unwrap().due);
        answered += 1;
        if day == 3 {
            let first = update(world.action(&agent(), "quiz:begin:empathy", &[]).await);
            let second = update(world.choose(&agent(), &first, "3").await);
            update(world.press(&agent(), &second, "Stop for now").await);
        }
    }
    assert!(answered >= 5 && seen.len() == 3, "{answered} {seen:?}");
    assert!(!world.stage.told.lock().unwrap().is_empty());
    let resumed = world.card(&people[0], "quiz empathy", &[]).await;
    assert!(words(&resumed).contains("You stopped at 2 of 12"), "{}", words(&resumed));

    // The other workspace saw none of it.
    let about = world.store.about(&people[1].workspace, &people[1].person.id).await.unwrap();
    assert!(about.is_empty(), "{about:?}");
    assert_eq!(
        world
            .store
            .uses(&people[1].workspace, "practice answered", Week::of(jiff::civil::date(2026, 5, 12)))
            .await
            .unwrap(),
        0
    );
    assert!(world.stage.told.lock().unwrap().iter().all(|told| told.0 == "discord:1"));
    let said = world.said(&agent(), "forget-me", &[]).await;
    assert!(said.contains("Kept about you now\nNothing."), "{said}");
}
