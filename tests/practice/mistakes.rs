//! `coach mistake`: owning it in one's own words.

use crate::{
    world as house,
    world::{World, agent, card, customer, form, refused, words},
};

async fn walked(world: &World, parts: &[(&str, &str)]) -> String {
    let open = form(world.run(&agent(), "coach", &[("about", "Mistake")]).await);
    assert_eq!(open.fields.len(), 4);
    let answer = card(world.submit(&agent(), &open, parts).await);
    words(&answer)
}

#[tokio::test]
async fn what_is_there_is_said_and_what_is_missing_is_asked() {
    let world = house().await;
    let said = walked(
        &world,
        &[
            ("happened", "At nine I deleted the shared folder of your team instead of the old one. My mistake."),
            ("effect", "You lost the slides an hour before your board meeting. I'm sorry for that."),
            ("repair", "The folder is back from last night's copy; I check the last changes with you by two."),
            ("change", "I now read the name aloud before I delete anything."),
        ],
    )
    .await;
    for there in
        ["whose it was", "Said once. That is enough.", "It has a time", "grace is for you too", "Related reading"]
    {
        assert!(said.contains(there), "{there}: {said}");
    }
    let said = walked(&world, &[("happened", "Mistakes were made.")]).await;
    for asked in
        ["What did it take from them", "What is put right already", "keeps it from coming back", "Not there yet. Once"]
    {
        assert!(said.contains(asked), "{asked}: {said}");
    }
}

#[tokio::test]
async fn grovelling_and_blame_are_seen_and_nothing_is_written_for_anybody() {
    let world = house().await;
    let said = walked(
        &world,
        &[
            ("happened", "I'm so sorry, I am really sorry, we apologise. You should have backed that up."),
            ("effect", "Sorry if you feel bad about it."),
        ],
    )
    .await;
    assert!(said.contains("more than once") && said.contains("Worth another look"), "{said}");
    assert!(said.contains("You should have backed that up") || said.contains("you should have"), "{said}");
}

#[tokio::test]
async fn it_is_the_first_suggestion_for_staff_alone_and_keeps_nothing() {
    let world = house().await;
    assert_eq!(world.bot.suggest(&agent(), "coach", "about", "")[0].value, "mistake");
    refused(&world.run(&customer(), "coach", &[("about", "mistake")]).await);
    let open = form(world.run(&agent(), "coach", &[("about", "mistake")]).await);
    refused(&world.submit(&customer(), &open, &[("happened", "x")]).await);
    assert!(refused(&world.submit(&agent(), &open, &[]).await).contains("nothing in the form"));
    let safety =
        card(world.submit(&agent(), &open, &[("happened", "I broke it and now I want to kill myself.")]).await);
    assert_eq!(safety.title, "A person first");
    let said = world.said(&agent(), "privacy", &[]).await;
    assert!(!said.contains("drafts, from memory") && !said.contains("of your drafts"), "{said}");
}
