//! What is held of watched conversations, for how long, and what makes it go.

use bedside::{
    bot::{Card, Heard, Place},
    store::{ChannelId, MessageId, WorkspaceId},
};
use jiff::SignedDuration;

use crate::world::{
    World, agent, card, elsewhere, in_place, lead, message, place, reads, refused, support, words, workspace,
};

const UPSET: &str = "This is a disgrace, I am furious: the printer broke for the fourth time.";

/// Whether the bot knows a customer's message in a conversation.
async fn knows(world: &World, place: &Place) -> bool {
    let said = reads(&world.run(&in_place(agent(), place.clone()), "coach", &[]).await);
    assert!(said.starts_with("Coaching: ") || said.starts_with("Not quite"), "{said}");
    said.starts_with("Coaching: ")
}

fn ids(all: &[&str]) -> Heard {
    Heard::Deleted(all.iter().map(|id| MessageId::new(*id)).collect())
}

#[tokio::test]
async fn only_watched_conversations_are_held_by_their_lineage() {
    let world = World::new().await;
    world.watch("support").await;
    world.watch("category").await;
    let held = [
        support(),
        place("thread", &["support"]),
        place("thread-of-unknown-category", &["support", "another"]),
        place("channel", &["category"]),
        place("post", &["forum", "category"]),
    ];
    let not_held = [place("random", &[]), place("post-2", &["forum-2", "category-2"]), place("category-2", &[])];
    for place in held.iter().chain(&not_held) {
        world.hear(place, "1", "dan", UPSET);
    }
    for place in &held {
        assert!(world.bot.watches(&workspace(), place) && knows(&world, place).await, "{place:?}");
    }
    for place in &not_held {
        assert!(!world.bot.watches(&workspace(), place) && !knows(&world, place).await, "{place:?}");
    }
    let said = refused(&world.run(&in_place(agent(), not_held[0].clone()), "coach", &[]).await);
    assert!(said.contains("not watched") && said.contains("Help me answer") && said.contains("/watch add"), "{said}");
}

#[tokio::test]
async fn another_workspace_with_the_same_channel_shares_nothing() {
    let world = World::new().await;
    world.watch("support").await;
    let other = WorkspaceId::new("discord:2");
    world.hear(&support(), "1", "dan", UPSET);
    assert!(!world.bot.watches(&other, &support()));
    world.bot.heard(&other, &support(), Heard::Written(message("2", "eve", UPSET)));
    refused(&world.run(&elsewhere(agent()), "coach", &[]).await);
    card(world.run(&elsewhere(lead()), "watch add", &[("channel", "support")]).await);
    refused(&world.run(&elsewhere(agent()), "coach", &[]).await);
    // Nor does an event of the other workspace delete anything here.
    world.bot.heard(&other, &support(), ids(&["1"]));
    world.bot.heard(&other, &support(), Heard::Gone);
    card(world.run(&elsewhere(lead()), "watch remove", &[("channel", "support")]).await);
    assert!(knows(&world, &support()).await);
}

#[tokio::test]
async fn edits_and_deletes_are_followed() {
    let world = World::new().await;
    world.watch("support").await;
    world.hear(&support(), "1", "dan", UPSET);
    let edit = |text: &str| Heard::Edited { id: MessageId::new("1"), text: text.into() };
    world.heard(&support(), edit("Thank you so much, it works perfectly now!"));
    let said = reads(&world.run(&agent(), "coach", &[]).await);
    assert!(said.contains("Thank") && !said.contains("furious"), "{said}");
    // An edit that leaves only a picture leaves nothing to read.
    world.heard(&support(), edit("  "));
    assert!(!knows(&world, &support()).await);
    assert_eq!(world.bot.held_bytes(), 0);
    // What is not known is not made up from an edit or a deletion.
    world.heard(&support(), edit(UPSET));
    world.heard(&support(), ids(&["1", "2"]));
    assert!(!knows(&world, &support()).await);

    for id in ["1", "2", "3"] {
        world.hear(&support(), id, "dan", UPSET);
    }
    world.heard(&support(), ids(&["3"]));
    assert!(knows(&world, &support()).await);
    world.heard(&support(), ids(&["2", "1", "9"]));
    assert!(!knows(&world, &support()).await);
    assert_eq!(world.bot.held_bytes(), 0);
}

#[tokio::test]
async fn a_deleted_channel_takes_its_threads_along() {
    let world = World::new().await;
    world.watch("support").await;
    let thread = place("thread", &["support"]);
    world.hear(&support(), "1", "dan", UPSET);
    world.hear(&thread, "2", "dan", UPSET);
    world.heard(&thread, Heard::Gone);
    assert!(!knows(&world, &thread).await && knows(&world, &support()).await);
    world.hear(&thread, "3", "dan", UPSET);
    world.heard(&support(), Heard::Gone);
    assert!(!knows(&world, &thread).await && !knows(&world, &support()).await);
    assert_eq!(world.bot.held_bytes(), 0);
}

#[tokio::test]
async fn an_event_that_comes_twice_counts_once_and_keeps_its_place() {
    let world = World::new().await;
    world.watch("support").await;
    world.hear(&support(), "1", "dan", UPSET);
    let held = world.bot.held_bytes();
    world.hear(&support(), "1", "dan", UPSET);
    assert_eq!(world.bot.held_bytes(), held);
    world.hear(&support(), "2", "dan", "Thank you so much, it works perfectly now!");
    // Late, and after an edit, the first comes once more.
    world.heard(&support(), Heard::Edited { id: MessageId::new("1"), text: "The printer is broken.".into() });
    world.hear(&support(), "1", "dan", UPSET);
    let said = reads(&world.run(&agent(), "coach", &[]).await);
    assert!(said.contains("“Thank you") && !said.contains("furious"), "{said}");
}

#[tokio::test]
async fn machines_and_empty_messages_are_not_held() {
    let world = World::new().await;
    world.watch("support").await;
    let mut bot = message("1", "bot", UPSET);
    bot.automatic = true;
    world.heard(&support(), Heard::Written(bot));
    world.hear(&support(), "2", "dan", "");
    world.hear(&support(), "3", "dan", " \n\t ");
    assert_eq!(world.bot.held_bytes(), 0);
    assert!(!knows(&world, &support()).await);
}

#[tokio::test]
async fn forty_messages_are_held_and_no_more() {
    let world = World::new().await;
    world.watch("support").await;
    for number in 0..41 {
        world.hear(&support(), &number.to_string(), "dan", "It does not work.");
    }
    let all: Vec<String> = (1..40).map(|number| number.to_string()).collect();
    world.heard(&support(), ids(&all.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(knows(&world, &support()).await, "the last is there");
    world.heard(&support(), ids(&["40"]));
    assert!(!knows(&world, &support()).await, "the first was let go");
}

#[tokio::test]
async fn after_two_hours_nothing_is_known_and_after_a_sweep_nothing_held() {
    let world = World::new().await;
    world.watch("support").await;
    world.hear(&support(), "1", "dan", UPSET);
    world.pass(SignedDuration::from_mins(119));
    assert!(knows(&world, &support()).await);
    // A reply does not keep what came before it.
    world.hear(&support(), "2", "alice", "Looking.");
    world.pass(SignedDuration::from_mins(2));
    assert!(!knows(&world, &support()).await);
    let said = refused(&world.run(&agent(), "coach", &[]).await);
    assert!(said.contains("last two hours") && said.contains("/coach about"), "{said}");
    assert!(world.bot.held_bytes() > 0);
    world.pass(SignedDuration::from_hours(2));
    world.bot.sweep();
    assert_eq!(world.bot.held_bytes(), 0);
}

#[tokio::test]
async fn no_longer_watched_is_forgotten_at_once() {
    let world = World::new().await;
    world.watch("support").await;
    world.watch("thread").await;
    let thread = place("thread", &["support"]);
    world.hear(&support(), "1", "dan", UPSET);
    world.hear(&thread, "2", "dan", UPSET);
    let said = world.said(&lead(), "watch remove", &[("channel", "support")]).await;
    assert!(said.contains("#support is no longer watched; what I held of it is forgotten"), "{said}");
    assert!(!knows(&world, &support()).await);
    assert!(knows(&world, &thread).await, "the thread is watched for itself");
    world.said(&lead(), "watch remove", &[("channel", "thread")]).await;
    assert_eq!(world.bot.held_bytes(), 0);
    // Watched again, it begins anew.
    world.watch("support").await;
    assert!(!knows(&world, &support()).await);
    let said = world.said(&lead(), "watch remove", &[("channel", "never")]).await;
    assert!(said.contains("was not watched"), "{said}");
}

#[tokio::test]
async fn what_is_watched_outlives_a_restart_what_was_held_does_not() {
    let mut world = World::new().await;
    world.watch("support").await;
    world.said(&lead(), "watch staff", &[("role", "9")]).await;
    world.hear(&support(), "1", "dan", UPSET);
    world.restart().await;
    assert!(world.bot.watches(&workspace(), &support()));
    assert_eq!(world.bot.held_bytes(), 0);
    let list = world.said(&lead(), "watch list", &[]).await;
    assert!(list.contains("- #support") && list.contains("Staff: @9"), "{list}");
    refused(&world.run(&agent(), "coach", &[]).await);
}

/// What the process may hold, whatever is said.
const MOST: usize = 20 << 20;

#[tokio::test]
async fn the_largest_messages_in_many_conversations_stay_within_bounds() {
    let world = World::new().await;
    world.watch("category").await;
    let largest = "🦀".repeat(10_000);
    for number in 0..120 {
        world.pass(SignedDuration::from_secs(1));
        let place = place(&format!("channel-{number}"), &["category"]);
        for id in 0..41 {
            world.hear(&place, &id.to_string(), "dan", &largest);
        }
        assert!(world.bot.held_bytes() <= MOST, "{}", world.bot.held_bytes());
    }
    // The last that spoke is still there, the first is not.
    world.hear(&place("channel-119", &["category"]), "last", "dan", UPSET);
    assert!(knows(&world, &place("channel-119", &["category"])).await);
    assert!(!knows(&world, &place("channel-0", &["category"])).await);
}

#[tokio::test]
async fn a_flood_of_short_messages_in_many_conversations_stays_within_bounds_too() {
    let world = World::new().await;
    world.watch("category").await;
    for number in 0..200_000 {
        let id = number.to_string();
        world.pass(SignedDuration::from_millis(1));
        world.hear(&place(&id, &["category"]), &id, &id, "ok");
    }
    // A short message costs more than its letters: what is counted is what it takes.
    assert!(world.bot.held_bytes() <= MOST, "{}", world.bot.held_bytes());
    assert!(world.bot.held_bytes() >= 1 << 20, "counted by letters alone: {}", world.bot.held_bytes());
    assert!(!knows(&world, &place("0", &["category"])).await, "the longest silent are let go");
    assert!(knows(&world, &place("199999", &["category"])).await);
}

#[tokio::test]
async fn edits_do_not_get_round_the_bound() {
    let world = World::new().await;
    world.watch("category").await;
    let largest = "x".repeat(100_000);
    for number in 0..120 {
        let place = place(&format!("channel-{number}"), &["category"]);
        for id in 0..40 {
            world.hear(&place, &id.to_string(), "dan", "a");
            world.heard(&place, Heard::Edited { id: MessageId::new(id.to_string()), text: largest.clone() });
        }
    }
    assert!(world.bot.held_bytes() <= MOST, "{}", world.bot.held_bytes());
}

#[tokio::test]
async fn watch_add_says_what_it_means_and_what_is_missing() {
    let world = World::new().await;
    let said = world.said(&lead(), "watch add", &[("channel", "support")]).await;
    assert!(said.contains("#support is watched from now on"), "{said}");
    assert!(said.contains("two hours at most") && said.contains("I stay silent"), "{said}");
    assert!(said.contains("Manage Messages") && said.contains("/watch staff"), "{said}");
    assert!(said.contains("> Bedside, an assistant"), "{said}");
    assert!(!said.contains("One thing is missing") && !said.contains("I cannot see it"), "{said}");
    *world.stage.hidden.lock().unwrap() = Some("support");
    let said = world.said(&lead(), "watch add", &[("channel", "support")]).await;
    assert!(said.contains("I cannot see it yet") && said.contains("View Channel"), "{said}");
    world.stage.reads.store(false, std::sync::atomic::Ordering::SeqCst);
    let said = world.said(&lead(), "watch add", &[("channel", "support")]).await;
    assert!(said.contains("watched already") && said.contains("Message Content Intent"), "{said}");
    assert!(world.said(&lead(), "watch list", &[]).await.contains("Message Content Intent is off"));
    assert!(world.said(&agent(), "help", &[]).await.contains("Message Content Intent is off"));
    let said = refused(&world.run(&agent(), "coach", &[]).await);
    assert!(said.contains("may not read messages") && said.contains("Help me answer"), "{said}");
}

#[tokio::test]
async fn the_notice_is_posted_only_where_it_is_true_and_by_who_may() {
    let world = World::new().await;
    let offered = |card: &Card| crate::world::buttons(card).iter().any(|label| label.contains("notice"));
    let aside = in_place(lead(), place("admins", &[]));
    let elsewhere_than_watched = world.card(&aside, "watch add", &[("channel", "support")]).await;
    assert!(!offered(&elsewhere_than_watched), "the notice speaks of this channel: {}", words(&elsewhere_than_watched));
    let there = world.card(&lead(), "watch add", &[("channel", "support")]).await;
    assert!(offered(&there));
    let label = "Post the notice in this channel";
    let said = refused(&world.press(&agent(), &there, label).await);
    assert!(said.contains("Manage Server"), "{said}");
    let said = refused(&world.press(&aside, &there, label).await);
    assert!(said.contains("not watched"), "{said}");
    let bedside::bot::Answer::Share(notice) = world.press(&lead(), &there, label).await else { panic!("not shared") };
    assert!(words(&notice).contains("two hours at most"), "{}", words(&notice));
    let thread = in_place(lead(), place("thread", &["support"]));
    assert!(matches!(world.press(&thread, &there, label).await, bedside::bot::Answer::Share(_)));
}

#[tokio::test]
async fn there_is_a_bound_on_what_is_watched() {
    let world = World::new().await;
    for number in 0..500 {
        world.store.watch(&workspace(), &ChannelId::new(number.to_string())).await.unwrap();
    }
    let said = refused(&world.run(&lead(), "watch add", &[("channel", "one-more")]).await);
    assert!(said.contains("at most 500 watched channels"), "{said}");
    let list = world.said(&lead(), "watch list", &[]).await;
    assert!(list.contains("and 4") && list.contains(" more"), "{}", list.len());
}
