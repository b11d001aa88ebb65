//! What an option may become while it is typed.

use bedside::bot::commands::{TABLE, Takes};

use crate::world::{World, agent, lead, refused};

#[tokio::test]
async fn every_suggested_option_suggests_at_most_twenty_five_that_its_command_takes() {
    let world = World::new().await;
    for row in TABLE {
        for option in row.options.iter().filter(|option| option.takes == Takes::Suggested) {
            let (command, name) = (row.name, option.name);
            for typed in ["", " ", "e", "E", "blame", "europe/", "\u{202e}", "🦀", "((", &"x".repeat(6_000)] {
                let choices = world.bot.suggest(&agent(), command, name, typed);
                assert!(choices.len() <= 25, "{command} {name}");
                for choice in &choices {
                    let fits = |text: &str| (1..=100).contains(&text.chars().count());
                    assert!(fits(&choice.value) && fits(&choice.label), "{command} {name}: {choice:?}");
                }
            }
            let choices = world.bot.suggest(&agent(), command, name, "");
            assert!(choices.len() >= 4, "{command} {name}: {choices:?}");
        }
    }
    // What is no such option, or none at all, suggests nothing.
    for (command, name) in [("review", "draft"), ("no such", "topic"), ("", "")] {
        assert!(world.bot.suggest(&agent(), command, name, "e").is_empty());
    }
}

#[tokio::test]
async fn what_is_suggested_is_taken() {
    let world = World::new().await;
    let base = [("channel", "77"), ("time", "09:00"), ("zone", "Europe/London")];
    for days in world.bot.suggest(&lead(), "daily on", "days", "") {
        let said = world.said(&lead(), "daily on", &[&base[..], &[("days", &days.value)]].concat()).await;
        assert!(said.contains("The daily tip is"), "{days:?}: {said}");
    }
    for topics in world.bot.suggest(&lead(), "daily on", "topics", "listening, ") {
        let said = world.said(&lead(), "daily on", &[&base[..], &[("topics", &topics.value)]].concat()).await;
        assert!(said.contains("listening, "), "{topics:?}: {said}");
    }
    for zone in world.bot.suggest(&lead(), "daily on", "zone", "europe/l") {
        let given = [("channel", "77"), ("time", "09:00"), ("zone", zone.value.as_str())];
        assert!(world.said(&lead(), "daily on", &given).await.contains("The daily tip is"), "{zone:?}");
    }
}

#[tokio::test]
async fn topics_complete_the_last_of_several() {
    let world = World::new().await;
    let values = |typed: &str| -> Vec<String> {
        world.bot.suggest(&lead(), "daily on", "topics", typed).into_iter().map(|choice| choice.value).collect()
    };
    assert_eq!(values("emp"), ["empathy"]);
    assert_eq!(values("listening, emp"), ["listening,empathy"]);
    assert_eq!(values("Listening,EMPATHY,cour"), ["listening,empathy,courtesy"]);
    assert!(values("listening,").iter().all(|value| value.starts_with("listening,") && value != "listening,listening"));
    // However many are chosen, no suggestion is longer than a platform takes.
    let all: Vec<String> = world.library.pack().topics.iter().map(|topic| topic.id.clone()).collect();
    for count in 0..all.len() {
        assert!(values(&(all[..count].join(",") + ",")).iter().all(|value| value.len() <= 100), "{count}");
    }
}

#[tokio::test]
async fn a_mistyped_rule_gets_a_hint() {
    let world = World::new().await;
    let said = refused(&world.run(&lead(), "rules off", &[("rule", "blame/shoud-have")]).await);
    assert!(said.contains("Did you mean blame/should-have?"), "{said}");
    let said = refused(&world.run(&lead(), "rules off", &[("rule", "🦀")]).await);
    assert!(said.contains("no rule of that name"), "{said}");
}
