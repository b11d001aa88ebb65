//! Tips and listening, for the caller alone until they share.

use bedside::bot::{Answer, Card};

use crate::world::{World, agent, button, buttons, card, customer, lead, menu, refused, update, words};

#[tokio::test]
async fn a_tip_is_one_idea_something_to_try_and_a_post() {
    let world = World::new().await;
    for topic in &world.library.pack().topics {
        for named in [topic.id.clone(), topic.name.to_uppercase()] {
            let tip = world.card(&customer(), "tip", &[("topic", &named)]).await;
            assert_eq!(tip.title, topic.name);
            let said = words(&tip);
            assert!(said.contains("Try it: "), "{said}");
            assert!(said.contains("Read more: ") || said.contains("Related reading: "), "{said}");
        }
    }
    let said = refused(&world.run(&customer(), "tip", &[("topic", "knitting")]).await);
    assert!(said.contains("no tips on that topic") && said.contains("Empathy"), "{said}");
}

#[tokio::test]
async fn another_is_another_and_stays_on_its_topic() {
    let world = World::new().await;
    let mut tip = world.card(&customer(), "tip", &[("topic", "empathy")]).await;
    for _ in 0..12 {
        let next = update(world.press(&customer(), &tip, "Another tip").await);
        assert_ne!(words(&next), words(&tip), "the same again");
        assert_eq!(next.title, "Empathy");
        tip = next;
    }
    let tip = world.card(&customer(), "tip", &[]).await;
    let mut topics: Vec<String> = Vec::new();
    for _ in 0..20 {
        topics.push(update(world.press(&customer(), &tip, "Another tip").await).title);
    }
    topics.sort();
    topics.dedup();
    assert!(topics.len() > 1, "{topics:?}");
}

fn offers_sharing(card: &Card) -> bool {
    buttons(card).contains(&"Share with this channel".into())
}

#[tokio::test]
async fn only_staff_share_a_tip_checked_when_it_is_pressed() {
    let world = World::new().await;
    let seen = world.card(&customer(), "tip", &[]).await;
    assert!(!offers_sharing(&seen));
    let another = update(world.press(&customer(), &seen, "Another tip").await);
    assert!(!offers_sharing(&another), "not offered by the next one either");

    let tip = world.card(&agent(), "tip", &[]).await;
    assert!(offers_sharing(&update(world.press(&agent(), &tip, "Another tip").await)));
    let said = refused(&world.press(&customer(), &tip, "Share with this channel").await);
    assert!(said.contains("people who answer customers"), "{said}");
    for staff in [agent(), lead()] {
        let Answer::Share(shared) = world.press(&staff, &tip, "Share with this channel").await else {
            panic!("not shared")
        };
        assert_eq!(shared.title, tip.title);
        assert_eq!(buttons(&shared), ["Try it"], "whoever presses it gets a card of their own");
    }
    let forged = button(&tip, "Share with this channel") + "x";
    refused(&world.action(&agent(), &forged, &[]).await);
    assert!(world.stage.posted.lock().unwrap().is_empty(), "sharing is no posting");
}

#[tokio::test]
async fn listening_shows_five_levels_and_every_habit() {
    let world = World::new().await;
    let overview = world.card(&customer(), "listen", &[]).await;
    let said = words(&overview);
    let pack = world.library.pack();
    for level in &pack.levels {
        assert!(said.contains(&format!("{}. {}: ", level.number, level.name)), "{said}");
    }
    let (_, choices) = menu(&overview);
    assert_eq!(choices.len(), pack.levels.len() + pack.habits.len());
    for choice in choices.iter().cloned() {
        let shown = update(world.choose(&customer(), &overview, &choice.value).await);
        assert!(words(&shown).contains("Try now: "), "{}", words(&shown));
        // What the suggestions show can be typed as it stands.
        for typed in [&choice.value, &choice.label, &choice.label.to_lowercase()] {
            let typed = card(world.run(&customer(), "listen", &[("topic", typed)]).await);
            assert_eq!(words(&typed), words(&shown), "{choice:?}");
        }
    }
    let said = refused(&world.run(&customer(), "listen", &[("topic", "knitting")]).await);
    assert!(said.contains("/listen without a topic"), "{said}");
}
