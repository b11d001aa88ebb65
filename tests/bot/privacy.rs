//! What is kept is told word for word; forgotten is forgotten, and other people's things stay.

use bedside::store::Kept;
use jiff::SignedDuration;

use crate::world::{World, agent, colleague, customer, elsewhere, form, message, refused, support, update, workspace};

async fn dismiss_for_me(world: &World, caller: &bedside::bot::Caller) {
    let first = world.card(caller, "review", &[("draft", "You should have backed that up.")]).await;
    let asked = update(world.choose(caller, &first, "blame/should-have").await);
    update(world.press(caller, &asked, "Me").await);
}

#[tokio::test]
async fn who_was_never_seen_has_nothing_kept_before_and_after_asking() {
    let world = World::new().await;
    for _ in 0..2 {
        let said = world.said(&customer(), "privacy", &[]).await;
        assert!(said.contains("Kept about you here\nNothing."), "asking leaves no trace: {said}");
    }
    let said = world.said(&customer(), "forget-me", &[]).await;
    assert!(said.contains("nothing: there was nothing to delete"), "{said}");
    let said = world.said(&customer(), "privacy", &[]).await;
    assert!(said.contains("Kept about you here\nNothing."), "nor does forgetting: {said}");
    assert!(world.store.about(&workspace(), &customer().person.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn everything_kept_is_told_and_deleted_and_proven() {
    let world = World::new().await;
    world.watch("support").await;
    for caller in [agent(), colleague(), elsewhere(agent())] {
        dismiss_for_me(&world, &caller).await;
    }
    let daily = [("channel", "77"), ("time", "09:00"), ("zone", "Europe/London")];
    let mut alice = agent();
    alice.person.manage_server = true;
    world.said(&alice, "daily on", &daily).await;
    world.hear(&support(), "1", "alice", "Looking at it.");
    world.hear(&support(), "2", "alice", "Nearly there.");
    world.hear(&support(), "3", "bob", "Me too.");
    world.run(&agent(), "coach", &[("about", "angry")]).await;

    let said = world.said(&agent(), "privacy", &[]).await;
    for kept in [
        "that you set the daily tip of channel 77",
        "that you switched the rule blame/should-have off for yourself",
        "a keyed hash, deleted after week 2026-W20, that counts you once among the users of review",
        "in memory: 2 of your messages",
        "in memory: 1 of your drafts",
        "in memory: that you answer customers here",
    ] {
        assert!(said.contains(kept), "not told: {kept}\n{said}");
    }

    let said = world.said(&agent(), "forget-me", &[]).await;
    for deleted in
        ["that you set the daily tip", "that you switched the rule", "2 of your messages", "1 of your drafts"]
    {
        assert!(said.contains(deleted), "not deleted: {deleted}\n{said}");
    }
    assert!(said.contains("Kept about you now\nNothing."), "{said}");
    assert!(world.said(&agent(), "privacy", &[]).await.contains("Kept about you here\nNothing."));
    assert!(world.store.about(&workspace(), &agent().person.id).await.unwrap().is_empty());

    // The schedule goes on; nobody else lost anything.
    assert_eq!(world.store.schedules(&workspace()).await.unwrap().len(), 1);
    let theirs = world.store.about(&workspace(), &colleague().person.id).await.unwrap();
    assert!(theirs.contains(&Kept::Mute("blame/should-have".into())));
    assert!(world.said(&colleague(), "privacy", &[]).await.contains("1 of your messages"));
    let there = world.said(&elsewhere(agent()), "privacy", &[]).await;
    assert!(there.contains("switched the rule blame/should-have off") && there.contains("1 of your drafts"), "{there}");
}

#[tokio::test]
async fn a_forgotten_draft_is_gone_and_a_forgotten_message_unknown() {
    let world = World::new().await;
    world.watch("support").await;
    world.hear(&support(), "1", "dan", "This is a disgrace, I am furious.");
    let first = world.card(&customer(), "review", &[("draft", "Calm down. You should have known.")]).await;
    world.said(&customer(), "forget-me", &[]).await;
    refused(&world.press(&customer(), &first, "Why?").await);
    refused(&world.run(&agent(), "coach", &[]).await);
    assert_eq!(world.bot.held_bytes(), 0);
}

#[tokio::test]
async fn what_is_too_old_is_not_told_as_kept() {
    let world = World::new().await;
    world.watch("support").await;
    world.hear(&support(), "1", "dan", "It broke.");
    world.card(&customer(), "review", &[("draft", "Calm down.")]).await;
    world.pass(SignedDuration::from_mins(16));
    assert!(!world.said(&customer(), "privacy", &[]).await.contains("your drafts"));
    world.pass(SignedDuration::from_hours(2));
    assert!(!world.said(&customer(), "privacy", &[]).await.contains("your messages"));
}

#[tokio::test]
async fn a_message_of_mine_that_somebody_wants_to_answer_is_told_and_forgotten_too() {
    let world = World::new().await;
    let coached = world.on_message(&agent(), "Help me answer", message("1", "dan", "I am furious, it broke.")).await;
    assert!(world.said(&customer(), "privacy", &[]).await.contains("1 of your messages"));
    let said = world.said(&customer(), "forget-me", &[]).await;
    assert!(said.contains("1 of your messages, from memory"), "{said}");
    let open = form(world.press(&agent(), &coached, "Write a draft").await);
    assert_eq!(open.fields[1].value, "");
}

#[tokio::test]
async fn it_stays_mine_when_a_form_gives_it_back_without_what_nobody_sees() {
    let world = World::new().await;
    let written = message("1", "dan", "I am furious:\u{200b}\tit broke.\r\nAgain.");
    let coached = world.on_message(&agent(), "Help me answer", written).await;
    let open = form(world.press(&agent(), &coached, "Write a draft").await);
    world.submit(&agent(), &open, &[("draft", "Sorry."), ("answers", "I am furious: it broke.\nAgain.")]).await;
    assert!(world.said(&customer(), "forget-me", &[]).await.contains("1 of your messages, from memory"));
    let open = form(world.press(&agent(), &coached, "Write a draft").await);
    assert_eq!((open.fields[0].value.as_str(), open.fields[1].value.as_str()), ("Sorry.", ""));
}

#[tokio::test]
async fn the_promise_is_in_plain_words() {
    let world = World::new().await;
    let said = world.said(&customer(), "privacy", &[]).await;
    for word in ["15 minutes", "two hours at most", "never", "/forget-me", "30 days", "keyed hash"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}
