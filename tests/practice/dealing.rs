//! A card is dealt, answered, and comes back when it is due and not before.

use bedside::{
    bot::{Answer, Clock},
    store::Week,
};
use jiff::SignedDuration;

use crate::{
    GOOD, POOR, answer, good_answer, open, world as house,
    world::{
        World, agent, button, buttons, card, colleague, elsewhere, form, lead, reads, refused, update, words, workspace,
    },
};

async fn answered(world: &World) -> i64 {
    world.store.uses(&workspace(), "practice answered", Week::of(jiff::civil::date(2026, 5, 11))).await.unwrap()
}

#[tokio::test]
async fn a_card_is_dealt_answered_and_judged() {
    let world = house().await;
    let dealt = world.card(&agent(), "practice now", &[]).await;
    let read = words(&dealt);
    for part in ["A customer writes", "Your turn: ", "It trains ", "never kept"] {
        assert!(read.contains(part), "{part}: {read}");
    }
    let good = answer(&world, &agent(), &dealt, good_answer(&dealt)).await;
    let read = words(&good);
    assert!(read.contains("What works: ") && read.contains("comes back in"), "{read}");
    assert_eq!(good.title, "That does what it had to");
    assert_eq!(buttons(&good), ["Another card", "Try this one again"]);
    let works = read.find("What works").unwrap();
    assert!(read.find("One thing to try").is_none_or(|try_next| works < try_next), "a strength first: {read}");
    assert_eq!(answered(&world).await, 1);
}

/// The judgement takes the card's place, and names its letters; who tries again must see what they stand for.
#[tokio::test]
async fn a_judgement_shows_the_card_that_it_speaks_of() {
    let world = house().await;
    let mut dealt = world.card(&agent(), "practice now", &[]).await;
    while !words(&dealt).contains("badge printer") {
        dealt = update(world.press(&agent(), &dealt, "Another card").await);
    }
    // A menu alone would be a dead end where a choice cannot be made a second time.
    assert!(buttons(&dealt).contains(&"Answer".to_owned()), "{:?}", buttons(&dealt));
    let options: Vec<String> = words(&dealt).lines().filter(|line| line.starts_with("- ")).map(str::to_owned).collect();
    assert!(options.len() > 1);
    let read = words(&answer(&world, &agent(), &dealt, "A, because it is quick.").await);
    for part in options.iter().map(String::as_str).chain(["A customer writes", "badge printer"]) {
        assert!(read.contains(part), "{part}: {read}");
    }
    let works = read.find("One thing to try").unwrap();
    assert!(works < read.find("A customer writes").unwrap(), "what is said of the answer comes first: {read}");
}

#[tokio::test]
async fn a_poor_answer_is_told_what_was_missing_and_comes_back_soon() {
    let world = house().await;
    let mut dealt = world.card(&agent(), "practice now", &[]).await;
    while !words(&dealt).contains("Fourth drop") {
        dealt = update(world.press(&agent(), &dealt, "Another card").await);
    }
    let poor = answer(&world, &agent(), &dealt, POOR).await;
    let read = words(&poor);
    assert_eq!(poor.title, "On its way", "{read}");
    assert!(read.contains("One thing to try: ") && read.contains("not yet: Name what was cut off"), "{read}");
    let kept = &world.store.practised(&workspace(), &agent().person.id).await.unwrap()[0];
    assert!(kept.due.duration_since(kept.seen) <= SignedDuration::from_hours(48), "{kept:?}");
}

#[tokio::test]
async fn cards_come_back_when_due_and_not_before() {
    let world = house().await;
    for _ in GOOD {
        let dealt = world.card(&agent(), "practice now", &[]).await;
        answer(&world, &agent(), &dealt, good_answer(&dealt)).await;
    }
    let said = world.said(&agent(), "practice now", &[]).await;
    assert!(said.contains("Nothing is due") && said.contains("The next one comes back in"), "{said}");
    let mut kept = world.store.practised(&workspace(), &agent().person.id).await.unwrap();
    kept.sort_by_key(|card| card.due);
    world.clock.set(kept[0].due - SignedDuration::from_mins(5));
    assert!(world.said(&agent(), "practice now", &[]).await.contains("Nothing is due"));
    world.clock.set(kept[0].due);
    let dealt = world.card(&agent(), "practice now", &[]).await;
    let id = if buttons(&dealt).contains(&"Answer".to_owned()) { button(&dealt, "Answer") } else { house_menu(&dealt) };
    assert!(id.ends_with(&kept[0].card), "{id} is not {}", kept[0].card);
    let again = answer(&world, &agent(), &dealt, good_answer(&dealt)).await;
    assert!(words(&again).contains("comes back in"), "{}", words(&again));
    let after = world.store.practised(&workspace(), &agent().person.id).await.unwrap();
    let after = after.iter().find(|card| card.card == kept[0].card).unwrap();
    assert!(after.times == 2 && after.due > kept[0].due && after.stability > kept[0].stability, "{after:?}");
}

fn house_menu(card: &bedside::bot::Card) -> String {
    crate::world::menu(card).0
}

#[tokio::test]
async fn one_answer_counts_once() {
    let world = house().await;
    let dealt = world.card(&agent(), "practice now", &[]).await;
    let open = open(&world, &agent(), &dealt).await;
    let text = good_answer(&dealt);
    update(world.submit(&agent(), &open, &[("answer", text)]).await);
    let kept = world.store.practised(&workspace(), &agent().person.id).await.unwrap();
    let second = update(world.submit(&agent(), &open, &[("answer", text)]).await);
    assert!(words(&second).contains("for practice alone"), "{}", words(&second));
    // “Try this one again” changes nothing either, today or tomorrow.
    for pause in [SignedDuration::from_mins(1), SignedDuration::from_hours(20)] {
        world.pass(pause);
        let again = form(world.press(&agent(), &second, "Try this one again").await);
        let third = update(world.submit(&agent(), &again, &[("answer", text)]).await);
        assert!(words(&third).contains("for practice alone"), "{}", words(&third));
    }
    assert_eq!(world.store.practised(&workspace(), &agent().person.id).await.unwrap(), kept);
    assert_eq!(answered(&world).await, 1);
}

#[tokio::test]
async fn two_at_once_count_once() {
    let world = house().await;
    let dealt = world.card(&agent(), "practice now", &[]).await;
    let open = open(&world, &agent(), &dealt).await;
    let changes = [("answer", good_answer(&dealt))];
    let caller = agent();
    let (first, second) = tokio::join!(world.submit(&caller, &open, &changes), world.submit(&caller, &open, &changes));
    let read = format!("{}\n{}", reads(&first), reads(&second));
    assert!(read.contains("comes back in") && read.contains("for practice alone"), "{read}");
    assert_eq!(answered(&world).await, 1);
    assert_eq!(world.store.practised(&workspace(), &agent().person.id).await.unwrap()[0].times, 1);
}

#[tokio::test]
async fn another_card_is_another_one() {
    let world = house().await;
    let mut dealt = world.card(&agent(), "practice now", &[]).await;
    for _ in 0..8 {
        let next = update(world.press(&agent(), &dealt, "Another card").await);
        assert_ne!(words(&next), words(&dealt));
        dealt = next;
    }
    assert!(world.store.practised(&workspace(), &agent().person.id).await.unwrap().is_empty(), "nothing was answered");
}

#[tokio::test]
async fn a_tip_deals_its_card_and_a_posting_stays_as_it_is() {
    let world = house().await;
    let options = [("channel", "77"), ("time", "13:00"), ("zone", "Europe/London"), ("topics", "listening")];
    world.said(&lead(), "daily on", &options).await;
    world.pass(SignedDuration::from_hours(1));
    world.daily.tick(world.clock.now()).await.unwrap();
    let posted = world.stage.cards.lock().unwrap()[0].clone();
    assert_eq!(buttons(&posted), ["Try it"]);
    for caller in [agent(), colleague(), crate::world::customer()] {
        let Answer::Card(dealt) = world.press(&caller, &posted, "Try it").await else {
            panic!("the posting was changed, or nothing was dealt")
        };
        assert!(words(&dealt).contains("Your turn"), "{}", words(&dealt));
        answer(&world, &caller, &dealt, good_answer(&dealt)).await;
    }
    let Answer::Card(known) = world.press(&agent(), &posted, "Try it").await else { panic!("no card") };
    assert!(words(&known).contains("You have had this one"), "{}", words(&known));

    let own = card(world.action(&agent(), "practice:tip:listening/say-it-back", &[]).await);
    assert!(words(&own).contains("Fourth drop"), "the tip names its card: {}", words(&own));
    let tip = world.card(&agent(), "tip", &[]).await;
    assert!(buttons(&tip).contains(&"Another tip".to_owned()), "{:?}", buttons(&tip));
}

#[tokio::test]
async fn another_workspace_knows_nothing_of_it() {
    let world = house().await;
    for _ in GOOD {
        let dealt = world.card(&agent(), "practice now", &[]).await;
        answer(&world, &agent(), &dealt, good_answer(&dealt)).await;
    }
    assert!(world.said(&agent(), "practice now", &[]).await.contains("Nothing is due"));
    assert!(!world.said(&elsewhere(agent()), "practice now", &[]).await.contains("Nothing is due"));
    assert!(!world.said(&elsewhere(agent()), "privacy", &[]).await.contains("what you remember"));
    assert!(!world.said(&colleague(), "practice now", &[]).await.contains("Nothing is due"));
    assert!(world.said(&agent(), "privacy", &[]).await.contains("what you remember of 3 practice cards"));
}

#[tokio::test]
async fn a_hint_at_danger_is_no_practice() {
    let world = house().await;
    let dealt = world.card(&agent(), "practice now", &[]).await;
    let open = open(&world, &agent(), &dealt).await;
    let shown = update(world.submit(&agent(), &open, &[("answer", "I can't go on, I want to end my life.")]).await);
    assert_eq!(shown.title, "A person first", "{}", words(&shown));
    assert!(shown.actions.is_empty() && words(&shown).contains("local emergency number"), "{}", words(&shown));
    assert_eq!(answered(&world).await, 0);
    assert!(world.store.practised(&workspace(), &agent().person.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_empty_or_endless_answer_is_met_kindly() {
    let world = house().await;
    let dealt = world.card(&agent(), "practice now", &[]).await;
    let open = open(&world, &agent(), &dealt).await;
    for text in ["", "   ", "\n"] {
        assert!(refused(&world.submit(&agent(), &open, &[("answer", text)]).await).contains("no answer in the form"));
    }
    let said = refused(&world.submit(&agent(), &open, &[("answer", &"a ".repeat(2_000))]).await);
    assert!(said.contains("1000 characters"), "{said}");
}

#[tokio::test]
async fn practice_alone_means_now() {
    let world = house().await;
    assert!(world.said(&agent(), "practice", &[]).await.contains("Your turn"));
}

#[tokio::test]
async fn a_long_absence_is_met_with_a_fresh_start() {
    let world = house().await;
    let dealt = world.card(&agent(), "practice now", &[]).await;
    answer(&world, &agent(), &dealt, good_answer(&dealt)).await;
    world.pass(SignedDuration::from_hours(13 * 24));
    assert!(!world.said(&agent(), "practice now", &[]).await.contains("Good to see you"));
    world.pass(SignedDuration::from_hours(2 * 24));
    let back = world.card(&agent(), "practice now", &[]).await;
    let said = words(&back);
    assert!(said.contains("Good to see you. Everything is as you left it; one card is plenty."), "{said}");
    for scolding in ["missed", "overdue", "streak", "late", "behind"] {
        assert!(!said.to_lowercase().contains(scolding), "{scolding}: {said}");
    }
    answer(&world, &agent(), &back, good_answer(&back)).await;
    assert!(!world.said(&agent(), "practice now", &[]).await.contains("Good to see you"));
}
