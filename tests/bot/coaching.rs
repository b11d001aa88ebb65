//! Coaching: for a conversation, for one message, for a situation; and when it stays out of the way.

use bedside::{
    bot::{Settings, Tone},
    config::Safety,
};
use jiff::SignedDuration;

use crate::world::{World, agent, buttons, card, colleague, form, lead, message, reads, refused, support, words};

const UPSET: &str = "This is a disgrace, I am furious: the printer broke for the fourth time.";
const DESPAIR: &str = "I can't do this any more, I want to kill myself.";

async fn watched() -> World {
    let world = World::new().await;
    world.watch("support").await;
    world
}

#[tokio::test]
async fn it_reads_what_the_customer_said_last_not_what_staff_said() {
    let world = watched().await;
    world.hear(&support(), "1", "dan", UPSET);
    world.hear(&support(), "2", "alice", "Thank you so much, I am looking at it, wonderful!");
    let coached = world.card(&agent(), "coach", &[]).await;
    let said = words(&coached);
    assert!(said.contains("“furious”") || said.contains("furious"), "{said}");
    for part in
        ["Say first: ", "In this order", "You may ask", "It helps to", "Better avoided", "The shape of an answer"]
    {
        assert!(said.contains(part), "no {part}: {said}");
    }
    assert!(said.contains("Related reading: "), "{said}");
    assert!(!said.contains("wonderful"), "{said}");
}

#[tokio::test]
async fn staff_are_known_by_role_by_having_used_a_staff_command_and_by_asking() {
    let world = watched().await;
    world.hear(&support(), "1", "dan", UPSET);
    world.hear(&support(), "2", "bob", "Thank you so much, wonderful!");
    // Nobody knows Bob yet: he is taken for somebody who is helped.
    assert!(reads(&world.run(&agent(), "coach", &[]).await).contains("“Thank you"));
    world.run(&colleague(), "coach", &[("about", "angry")]).await;
    assert!(reads(&world.run(&agent(), "coach", &[]).await).contains("furious"));
    // By role.
    let world = watched().await;
    world.said(&lead(), "watch staff", &[("role", "9")]).await;
    world.hear(&support(), "1", "dan", UPSET);
    let mut staff = message("2", "bob", "Thank you so much, wonderful!");
    staff.roles.push(bedside::store::RoleId::new("9"));
    world.heard(&support(), bedside::bot::Heard::Written(staff));
    assert!(reads(&world.run(&lead(), "coach", &[]).await).contains("furious"));
}

#[tokio::test]
async fn two_unanswered_turns_of_ours_are_a_silence() {
    let world = watched().await;
    world.hear(&support(), "1", "dan", UPSET);
    world.hear(&support(), "2", "alice", "Could you send me the log?");
    let silent = world.library.pack().state("silent").unwrap().name.clone();
    assert!(!world.said(&agent(), "coach", &[]).await.contains(&silent));
    world.hear(&support(), "3", "alice", "Did you see my question?");
    assert!(!world.said(&agent(), "coach", &[]).await.contains(&silent), "two messages in a row are no silence");
    world.pass(SignedDuration::from_mins(25));
    let said = world.said(&agent(), "coach", &[]).await;
    assert!(said.starts_with(&format!("Coaching: {silent}")), "{said}");
    world.hear(&support(), "4", "dan", UPSET);
    assert!(!world.said(&agent(), "coach", &[]).await.starts_with(&format!("Coaching: {silent}")));
}

#[tokio::test]
async fn a_hint_at_self_harm_anywhere_stops_the_coaching() {
    let settings = Settings { safety: Safety { text: Some("Ring Sam on 4711, day or night.".into()) } };
    let world = World::with(World::new().await.library, settings).await;
    world.watch("support").await;
    world.hear(&support(), "1", "dan", DESPAIR);
    for number in 2..12 {
        world.hear(&support(), &number.to_string(), "dan", "The printer is broken.");
        world.hear(&support(), &format!("{number}a"), "alice", "I am here.");
    }
    let coached = world.card(&agent(), "coach", &[]).await;
    let said = words(&coached);
    assert_eq!((coached.title.as_str(), coached.tone), ("A person first", Tone::Stop), "{said}");
    assert!(said.contains("Ring Sam on 4711"), "{said}");
    assert!(said.contains("I do not coach here") && !said.contains("Say first"), "{said}");
    // The last message does not hint at it, so the card does not say that it does.
    assert!(!said.contains("This message"), "{said}");
    // The same where one message of that conversation is asked about, and where it is told.
    let coached = world.on_message(&agent(), "Help me answer", message("11", "dan", "The printer is broken.")).await;
    assert_eq!(coached.title, "A person first", "{}", words(&coached));
    let told = world.said(&agent(), "coach", &[("about", DESPAIR)]).await;
    assert!(told.starts_with("A person first") && told.contains("Ring Sam"), "{told}");
}

#[tokio::test]
async fn without_the_operators_words_ours_point_to_a_human() {
    let world = World::new().await;
    let coached = world.on_message(&agent(), "Help me answer", message("1", "dan", DESPAIR)).await;
    let said = words(&coached);
    assert!(said.contains("local emergency number"), "{said}");
    assert_eq!(buttons(&coached), ["Review a draft all the same"]);
    let open = form(world.press(&agent(), &coached, "Review a draft all the same").await);
    let reviewed = card(world.submit(&agent(), &open, &[("draft", "I will reset your password.")]).await);
    assert!(words(&reviewed).contains("Before any reply: "), "{}", words(&reviewed));
    assert_eq!(reviewed.tone, Tone::Stop);
    assert!(!reviewed.title.starts_with("Reads well"), "{}", reviewed.title);
}

#[tokio::test]
async fn a_situation_is_coached_by_name_by_id_or_in_a_sentence() {
    let world = World::new().await;
    let pack = world.library.pack();
    for state in &pack.states {
        for about in [&state.id, &state.name] {
            let said = world.said(&agent(), "coach", &[("about", about)]).await;
            assert!(said.starts_with(&format!("Coaching: {}\n", state.name)), "{about}: {said}");
        }
    }
    let said = world.said(&agent(), "coach", &[("about", UPSET)]).await;
    assert!(said.starts_with("Coaching: ") && said.contains("furious"), "{said}");
}

#[tokio::test]
async fn a_message_without_text_or_from_a_machine_is_told_so() {
    let world = World::new().await;
    let said = words(&world.on_message(&agent(), "Help me answer", message("1", "dan", "\n")).await);
    assert!(said.contains("no text for me to read"), "{said}");
    let said = refused(&world.run(&agent(), "coach", &[]).await);
    assert!(said.contains("not watched"), "{said}");
}

#[tokio::test]
async fn it_says_nothing_in_the_channel() {
    let world = watched().await;
    world.hear(&support(), "1", "dan", UPSET);
    world.run(&agent(), "coach", &[]).await;
    world.on_message(&agent(), "Help me answer", message("1", "dan", UPSET)).await;
    assert!(world.stage.posted.lock().unwrap().is_empty());
}
