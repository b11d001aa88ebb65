//! Quizzes: one item at a time, left and gone on with, the result in words, and how it moved.

use std::sync::Arc;

use bedside::{
    bot::{Caller, Card, Library, Settings},
    content::{Layer, Pack, SourceFile, load},
};

use crate::{
    world as house,
    world::{World, agent, buttons, colleague, elsewhere, menu, refused, update, words, workspace},
};

async fn begun(world: &World, caller: &Caller, quiz: &str) -> Card {
    let intro = world.card(caller, quiz, &[]).await;
    assert!(words(&intro).contains("reflection") && words(&intro).contains("no validated test"), "{}", words(&intro));
    update(world.press(caller, &intro, "Begin").await)
}

/// Answers everything from here on with the same choice.
async fn finished(world: &World, caller: &Caller, mut item: Card, choice: &str) -> Card {
    while item.actions.iter().any(|action| matches!(action, bedside::bot::Action::Menu { .. })) {
        assert!(words(&item).contains("not a validated test"), "{}", words(&item));
        item = update(world.choose(caller, &item, choice).await);
    }
    item
}

#[tokio::test]
async fn a_quiz_is_left_gone_on_with_and_told_in_words() {
    let world = house().await;
    let first = begun(&world, &agent(), "quiz empathy").await;
    assert!(first.title.ends_with("1 of 12") && !buttons(&first).contains(&"Back one".to_owned()), "{}", first.title);
    let second = update(world.choose(&agent(), &first, "4").await);
    let third = update(world.choose(&agent(), &second, "0").await);
    assert!(third.title.ends_with("3 of 12"));
    let back = update(world.press(&agent(), &third, "Back one").await);
    assert!(back.title.ends_with("2 of 12"));
    let third = update(world.choose(&agent(), &back, "3").await);
    let stopped = update(world.press(&agent(), &third, "Stop for now").await);
    assert!(words(&stopped).contains("Kept at 3 of 12"), "{}", words(&stopped));

    let resumed = world.card(&agent(), "quiz empathy", &[]).await;
    assert!(words(&resumed).contains("You stopped at 3 of 12"), "{}", words(&resumed));
    assert_eq!(buttons(&resumed), ["Go on where you stopped", "Start afresh"]);
    let third = update(world.press(&agent(), &resumed, "Go on where you stopped").await);
    assert!(third.title.ends_with("3 of 12"));
    let result = finished(&world, &agent(), third, "3").await;
    let said = words(&result);
    // 4 + 3 and seven more threes; three reversed ones count 1.
    assert!(said.contains("37 of 48") || said.contains("of 48"), "{said}");
    assert!(said.contains("You take people in before the matter."), "{said}");
    assert!(
        said.matches("Try: Tip").count() == 2 && said.contains("Statement 4") && said.contains("Statement 8"),
        "{said}"
    );
    assert!(said.contains("not a validated test") && said.contains("I say how it moved"), "{said}");

    // A second run tells how it moved.
    let intro = world.card(&agent(), "quiz empathy", &[]).await;
    assert!(words(&intro).contains("how it moved"), "{}", words(&intro));
    let again = update(world.press(&agent(), &intro, "Begin").await);
    let result = finished(&world, &agent(), again, "0").await;
    let said = words(&result);
    assert!(said.contains("12 of 48") && said.contains("Down by 19 since last time"), "{said}");
    assert!(said.contains("room to grow"), "{said}");
}

/// The built-in quizzes name their tips by id; nobody is shown an id.
#[tokio::test]
async fn what_to_try_is_said_in_words() {
    let library = Arc::new(Library::new(Pack::built_in(), true));
    let world = World::with(library, Settings::default()).await;
    for quiz in ["quiz empathy", "quiz listening"] {
        let intro = world.card(&agent(), quiz, &[]).await;
        let first = update(world.press(&agent(), &intro, "Begin").await);
        let said = words(&finished(&world, &agent(), first, "1").await);
        let tried: Vec<&str> = said.lines().filter_map(|line| Some(line.split_once("Try: ")?.1)).collect();
        assert_eq!(tried.len(), 2, "{said}");
        for tip in tried {
            assert!(tip.split_whitespace().count() > 8 && Pack::built_in().tip(tip).is_none(), "{tip}");
        }
    }
}

#[test]
fn a_tip_of_a_quiz_is_words_or_one_that_there_is() {
    let with = |tip: &str| {
        let text = include_str!("pack.toml").replace("Tip 1: name the feeling in a word.", tip);
        let read = load(&[Layer::built_in(), Layer { files: vec![SourceFile::new("pack.toml", text)] }]);
        read.map(|pack| pack.quiz("empathy").unwrap().items[0].tip.clone())
    };
    assert_eq!(with("Breathe.").unwrap(), "Breathe.");
    assert!(with("listening/count-the-questions").unwrap().starts_with("Count the questions"));
    let problems = with("listening/no-such-tip").unwrap_err();
    assert!(problems.iter().any(|one| one.to_string().contains("no tip is called `listening/no-such-tip`")));
}

#[tokio::test]
async fn long_answers_stand_in_the_card_by_their_letters() {
    let world = house().await;
    let first = begun(&world, &agent(), "quiz listening").await;
    let said = words(&first);
    assert!(said.contains("- A  Situation 1, an answer of worth 3") && said.contains("- E  "), "{said}");
    let labels: Vec<&str> = menu(&first).1.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels, ["A", "B", "C", "D", "E"]);
    let result = finished(&world, &agent(), first, "2").await;
    assert!(words(&result).contains("5.0 of 5.0"), "{}", words(&result));
    let again = begun(&world, &agent(), "quiz listening").await;
    let result = finished(&world, &agent(), again, "0").await;
    assert!(words(&result).contains("3.0 of 5.0. Down by 2.0 since last time"), "{}", words(&result));
}

#[tokio::test]
async fn old_double_and_forged_presses_change_nothing() {
    let world = house().await;
    let first = begun(&world, &agent(), "quiz empathy").await;
    let second = update(world.choose(&agent(), &first, "2").await);
    let kept = || async { world.store.quiz(&workspace(), &agent().person.id, "empathy").await.unwrap() };
    assert_eq!(kept().await, Some(vec![2]));
    // The card of the first item again.
    let told = update(world.choose(&agent(), &first, "4").await);
    assert!(words(&told).contains("not the one you are at") && told.title.ends_with("2 of 12"), "{}", words(&told));
    assert_eq!(kept().await, Some(vec![2]));
    let (id, _) = menu(&second);
    for (id, values) in [
        (id.as_str(), &["5"][..]),
        (id.as_str(), &["-1"]),
        (id.as_str(), &["256"]),
        (id.as_str(), &[]),
        (id.as_str(), &["x"]),
        ("quiz:answer:empathy", &["1"]),
        ("quiz:answer:empathy.", &["1"]),
        ("quiz:answer:empathy.99999999999999999999", &["1"]),
        ("quiz:answer:empathy.-1", &["1"]),
        ("quiz:answer:no-such.0", &["1"]),
        ("quiz:no-such:empathy", &["1"]),
        ("quiz:back:empathy.x", &[]),
        ("quiz::", &[]),
    ] {
        let said = refused(&world.action(&agent(), id, values).await);
        assert!(said.contains("Nothing is lost"), "{id}: {said}");
        assert_eq!(kept().await, Some(vec![2]), "{id}");
    }
    // Two presses at once count once.
    let caller = agent();
    let (one, two) = tokio::join!(world.choose(&caller, &second, "1"), world.choose(&caller, &second, "3"));
    assert!(update(one).title.ends_with("3 of 12") && update(two).title.ends_with("3 of 12"));
    assert_eq!(kept().await.unwrap().len(), 2);
    // What is over is over.
    let over = world.card(&agent(), "quiz empathy", &[]).await;
    let third = update(world.press(&agent(), &over, "Go on where you stopped").await);
    finished(&world, &agent(), third.clone(), "2").await;
    let said = refused(&world.choose(&agent(), &third, "2").await);
    assert!(said.contains("over") && said.contains("/quiz empathy"), "{said}");
    assert_eq!(world.store.quiz_runs(&workspace(), &agent().person.id, "empathy").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_quiz_is_ones_own() {
    let world = house().await;
    let first = begun(&world, &agent(), "quiz empathy").await;
    update(world.choose(&agent(), &first, "2").await);
    for other in [colleague(), elsewhere(agent())] {
        assert!(!words(&world.card(&other, "quiz empathy", &[]).await).contains("You stopped"));
        refused(&world.choose(&other, &first, "1").await);
        assert!(world.store.quiz(&other.workspace, &other.person.id, "empathy").await.unwrap().is_none());
    }
}

#[tokio::test]
async fn results_are_bounded() {
    let world = house().await;
    for _ in 0..22 {
        let first = update(world.action(&agent(), "quiz:begin:listening", &[]).await);
        finished(&world, &agent(), first, "1").await;
    }
    assert_eq!(world.store.quiz_runs(&workspace(), &agent().person.id, "listening").await.unwrap().len(), 20);
}
