//! Practice through whole conversations, with a clock in hand: cards that come back when due and not before, quizzes
//! that are left and gone on with, cards in private, and nothing that stays behind.
#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod canary;
#[path = "../common/mod.rs"]
mod common;
mod dealing;
mod forged;
mod forgetting;
mod in_private;
mod mistakes;
mod month;
mod quizzing;
#[allow(dead_code, reason = "the tests of the bot use the rest")]
#[path = "../bot/world.rs"]
mod world;

use std::sync::{Arc, LazyLock};

use bedside::{
    bot::{Answer, Ask, Caller, Card, Library, Settings},
    content::{Layer, Pack, SourceFile, load},
};
use world::{World, button, form, update};

/// The built-in pack with three cards and two quizzes of ours, and no others.
fn pack() -> Pack {
    let ours = Layer { files: vec![SourceFile::new("pack.toml", include_str!("pack.toml"))] };
    let mut pack = load(&[Layer::built_in(), ours]).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    pack.drills.retain(|drill| drill.id.starts_with("t/"));
    pack
}

static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::new(pack(), true)));

async fn world() -> World {
    World::with(Arc::clone(&LIBRARY), Settings::default()).await
}

/// Good answers to our cards, and a poor one to each.
const GOOD: [(&str, &str); 3] = [
    ("Fourth drop", "A fourth drop in the middle of your demo with a client. I'm looking at your line now."),
    ("badge printer", "B, because the guests have a printer before noon, whatever becomes of this one."),
    ("Since your change", "B C A"),
];
const POOR: &str = "Did you try turning it off and on again?";

/// The good answer to the card at hand.
fn good_answer(card: &Card) -> &'static str {
    let read = world::words(card);
    GOOD.iter().find(|(message, _)| read.contains(message)).map(|(_, answer)| *answer).expect("a card of ours")
}

/// Opens the form of a card.
async fn open(world: &World, caller: &Caller, card: &Card) -> bedside::bot::Form {
    let answer = if world::buttons(card).contains(&"Answer".to_owned()) {
        world.press(caller, card, "Answer").await
    } else {
        world.choose(caller, card, "B").await
    };
    form(answer)
}

/// Answers a card.
async fn answer(world: &World, caller: &Caller, card: &Card, text: &str) -> Card {
    let open = open(world, caller, card).await;
    update(world.submit(caller, &open, &[("answer", text)]).await)
}

/// Presses a button of a card that was sent in private, where no workspace is known.
async fn press_in_private(world: &World, person: &str, on: &Card, label: &str) -> Answer {
    in_private(world, person, Ask::Action { id: button(on, label), values: Vec::new() }).await
}

async fn in_private(world: &World, person: &str, ask: Ask) -> Answer {
    world.pass(jiff::SignedDuration::from_secs(2));
    let answer = world.bot.answer_in_private("discord", bedside::store::PersonId::new(person), ask).await;
    world::fits(&answer);
    answer
}
