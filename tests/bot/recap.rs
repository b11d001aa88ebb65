//! The weekly recap as a team reads it: numbers only where five people are behind them, and nobody's name.

use bedside::store::{PersonId, Week};
use jiff::Timestamp;

use crate::world::{World, agent, customer, elsewhere, lead, refused};

/// 09:00 in London on the Monday after.
const NEXT_MONDAY: &str = "2026-05-18T08:00:00Z";
const TEAM: &[(&str, &str)] = &[("channel", "team"), ("zone", "Europe/London")];

async fn review(world: &World, person: &str) {
    let mut one = customer();
    one.person.id = PersonId::new(person);
    world.said(&one, "review", &[("draft", "Thank you for telling us. I will look at it today.")]).await;
}

async fn monday_comes(world: &World) -> String {
    let now: Timestamp = NEXT_MONDAY.parse().unwrap();
    world.clock.set(now);
    world.daily.tick(now).await.unwrap();
    let posted = world.stage.posted.lock().unwrap();
    assert_eq!(posted.len(), 1, "{posted:?}");
    assert_eq!(posted[0].0, "team");
    posted[0].1.clone()
}

#[tokio::test]
async fn a_lead_sees_the_week_of_five_people_also_before_it_is_over_everywhere_and_after() {
    for (people, shown) in [(4, None), (5, Some(5))] {
        let world = World::new().await;
        for number in 0..people {
            review(&world, &format!("person-{number}")).await;
        }
        // Within the week; on the Monday after, while it is Sunday in the west; and once it is tidied up.
        for now in ["2026-05-11T12:00:00Z", "2026-05-18T00:30:00Z", "2026-05-18T13:00:00Z"] {
            world.clock.set(now.parse().unwrap());
            if now.contains("T13") {
                world.store.prune_counters(Week::of("2026-05-18".parse().unwrap())).await.unwrap();
            }
            let weeks = world.bot.overview(&crate::world::workspace()).await.unwrap().weeks;
            assert_eq!(weeks.map(|weeks| weeks.iter().map(|week| week.reviews).sum::<i64>()), shown, "{now}");
        }
    }
}

#[tokio::test]
async fn five_people_make_a_number_and_four_do_not() {
    for (people, shown) in [(4, false), (5, true)] {
        let world = World::new().await;
        world.said(&lead(), "recap on", TEAM).await;
        for number in 0..people {
            review(&world, &format!("person-{number}")).await;
        }
        // The same person again is no other person; another workspace's people are not ours.
        review(&world, "person-0").await;
        world.said(&elsewhere(customer()), "review", &[("draft", "Thank you for telling us.")]).await;
        let said = monday_comes(&world).await;
        assert!(said.starts_with("The week of 11 May\nPractised as a team\n"), "{said}");
        assert_eq!(said.contains("6 drafts reviewed before they were sent"), shown, "{said}");
        assert_eq!(said.contains("What fewer than five people used, or nobody, is not counted here."), shown, "{said}");
        assert_eq!(said.contains("only when at least five people are behind it"), !shown, "{said}");
        assert!(!said.contains("person-"), "{said}");
        let (practised, _) = said.split_once("Worth repeating").expect("a tip");
        assert!(shown || !practised.contains(['4', '5']), "no number is given away: {said}");
        let pack = world.library.pack();
        let tip = pack.tips.iter().find(|tip| said.contains(&tip.text)).expect("a tip worth repeating");
        let (_, exercise) = said.split_once("Two minutes for the stand-up").expect("an exercise");
        let of_a_card =
            pack.drills.iter().any(|drill| exercise.contains(&drill.message) && exercise.contains(&drill.ask));
        assert!(of_a_card || exercise.contains(&tip.try_it), "{said}");
        assert!(said.contains("Read more: ") || said.contains("Related reading: "), "{said}");
    }
}

#[tokio::test]
async fn it_is_the_leads_to_set_and_privacy_says_who_did() {
    let world = World::new().await;
    for caller in [customer(), agent()] {
        for name in ["recap on", "recap off"] {
            assert!(refused(&world.run(&caller, name, TEAM).await).contains("Manage Server"));
        }
    }
    let said = world.said(&lead(), "recap on", TEAM).await;
    assert!(said.contains("The weekly recap is on") && said.contains("Next: Mon 18 May 2026 09:00"), "{said}");
    let list = world.said(&lead(), "daily list", &[]).await;
    assert!(list.contains("#team — 09:00 Europe/London, Mon, weekly recap"), "{list}");
    assert!(list.contains("Next: Mon 18 May 2026 09:00 (Europe/London)"), "{list}");
    let zones = world.bot.suggest(&lead(), "recap on", "zone", "lond");
    assert!(zones.iter().any(|zone| zone.value == "Europe/London"), "{zones:?}");
    let kept = world.said(&lead(), "privacy", &[]).await;
    assert!(kept.contains("that you set the weekly recap of channel team"), "{kept}");
    let forgotten = world.said(&lead(), "forget-me", &[]).await;
    assert!(forgotten.contains("Kept about you now\nNothing."), "{forgotten}");
    // It goes on without them.
    monday_comes(&world).await;
    assert!(world.said(&lead(), "recap off", TEAM).await.contains("No more recaps are posted in #team"));
    assert!(refused(&world.run(&lead(), "recap off", TEAM).await).contains("no weekly recap"));
}
