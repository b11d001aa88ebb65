//! What is kept of practice is told word for word; forgotten leaves no row, and neither does a workspace that left.

use jiff::SignedDuration;

use crate::{
    answer, good_answer, world as house,
    world::{World, agent, colleague, elsewhere, update, workspace},
};
use bedside::bot::{Caller, Clock};

async fn practises_everything(world: &World, caller: &Caller) {
    let dealt = world.card(caller, "practice now", &[]).await;
    answer(world, caller, &dealt, good_answer(&dealt)).await;
    world.said(caller, "practice on", &[("time", "09:00"), ("zone", "Europe/London")]).await;
    for quiz in ["empathy", "listening"] {
        let mut item = update(world.action(caller, &format!("quiz:begin:{quiz}"), &[]).await);
        let items = if quiz == "empathy" { 12 } else { 3 };
        for _ in 0..items {
            item = update(world.choose(caller, &item, "1").await);
        }
    }
}

#[tokio::test]
async fn forgetting_leaves_no_row() {
    let world = house().await;
    for caller in [agent(), colleague(), elsewhere(agent())] {
        practises_everything(&world, &caller).await;
    }
    let mut expected = ["practice_mail.person", "practised.person", "quiz_results.person", "quizzes.person"];
    expected.sort_unstable();
    assert_eq!(world.place.columns_with("alice").await, expected);
    let said = world.said(&agent(), "privacy", &[]).await;
    for kept in [
        "what you remember of 1 practice card:",
        "that a practice card is sent to you in private, Mon-Fri at 09:00 (Europe/London)",
        "which answers you chose so far in the quiz listening, as digits",
        "which answers you chose in your last run of the quiz empathy",
    ] {
        assert!(said.contains(kept), "not told: {kept}\n{said}");
    }
    let said = world.said(&agent(), "forget-me", &[]).await;
    assert!(
        said.contains("what you remember of 1 practice card") && said.contains("Kept about you now\nNothing."),
        "{said}"
    );
    assert!(world.store.about(&workspace(), &agent().person.id).await.unwrap().is_empty());
    // Elsewhere, and of others, everything is still there.
    assert!(world.said(&elsewhere(agent()), "privacy", &[]).await.contains("what you remember of 1 practice card"));
    assert!(world.said(&colleague(), "privacy", &[]).await.contains("practice card is sent to you"));
    world.said(&elsewhere(agent()), "forget-me", &[]).await;
    assert_eq!(world.place.columns_with("alice").await, Vec::<String>::new());
    assert!(!world.place.columns_with("bob").await.is_empty());
    // Nothing is sent to whoever was forgotten.
    world.pass(SignedDuration::from_hours(48));
    let stop = tokio_util::sync::CancellationToken::new();
    world.bot.send_due_practice(world.clock.now(), &stop).await.unwrap();
    assert!(world.stage.told.lock().unwrap().iter().all(|told| told.1 == "bob"));
}

#[tokio::test]
async fn a_workspace_that_left_takes_it_all_along() {
    let world = house().await;
    practises_everything(&world, &agent()).await;
    world.bot.left(&workspace()).await.unwrap();
    world.pass(SignedDuration::from_hours(31 * 24));
    world.store.purge_left(world.clock.now()).await.unwrap();
    assert_eq!(world.place.columns_with("alice").await, Vec::<String>::new());
}
