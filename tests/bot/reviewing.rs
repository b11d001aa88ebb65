//! A draft is reviewed, shown, explained, mended and reviewed again; rules are dismissed for whom was said.

use bedside::{
    bot::{Ask, Heard},
    store::MessageId,
};
use jiff::SignedDuration;

use crate::world::{
    World, agent, button, buttons, card, colleague, customer, elsewhere, form, in_place, lead, menu, message, place,
    reads, refused, support, update, words, workspace,
};

/// Five things that hurt, the first of them worst.
const HARSH: &str = "You should have backed that up. As I already said, it's not our problem. Calm down!!! \
     Per policy we can't do that. Just restart it.";
const KIND: &str = "Hi Dan, losing the morning's work right before the audit is awful. I have started restoring last \
     night's copy and will write to you by 14:00, whatever I find. Alice";

#[tokio::test]
async fn a_harsh_draft_shows_three_findings_worst_first_and_counts_the_rest() {
    let world = World::new().await;
    let card = world.card(&customer(), "review", &[("draft", HARSH)]).await;
    let said = words(&card);
    assert_eq!(card.title, "This is likely to sting", "{said}");
    assert_eq!(said.matches("Mend before sending: ").count(), 3, "{said}");
    assert!(!said.contains("Worth a change") && !said.contains("Worth knowing"), "{said}");
    assert!(said.contains("Mend before sending: “You should have backed"), "{said}");
    assert!(said.matches("Good: ").count() <= 1, "{said}");
    assert!(said.contains("… and "), "the rest is counted: {said}");
    assert!(said.contains("Tone, not facts"), "{said}");
    assert_eq!(buttons(&card)[..3], ["Edit and review again", "Show all", "Why?"]);
}

#[tokio::test]
async fn a_kind_draft_reads_well_with_one_strength() {
    let world = World::new().await;
    let said = world.said(&customer(), "review", &[("draft", KIND)]).await;
    assert!(said.starts_with("Reads well\n"), "{said}");
    assert_eq!(said.matches("Good: ").count(), 1, "{said}");
    assert!(!said.contains("Mend") && !said.contains("Worth a change"), "{said}");
}

#[tokio::test]
async fn show_all_shows_the_rest_and_back_goes_back() {
    let world = World::new().await;
    let brief = world.card(&agent(), "review", &[("draft", HARSH)]).await;
    let all = update(world.press(&agent(), &brief, "Show all").await);
    let count = |said: &str| said.matches("Try: ").count();
    let (few, many) = (count(&words(&brief)), count(&words(&all)));
    assert!(few == 3 && many >= 5, "{few} {many}\n{}", words(&all));
    assert!(!words(&all).contains("… and "), "{}", words(&all));
    assert!(!buttons(&all).contains(&"Show all".into()));
    let back = update(world.press(&agent(), &all, "Back").await);
    assert_eq!(words(&back), words(&brief));
}

#[tokio::test]
async fn why_tells_basis_source_and_post() {
    let world = World::new().await;
    let brief = world.card(&agent(), "review", &[("draft", HARSH)]).await;
    let why = words(&update(world.press(&agent(), &brief, "Why?").await));
    let pack = world.library.pack();
    let rule = pack.rule("blame/should-have").unwrap();
    assert!(why.contains("Rule blame/should-have"), "{why}");
    assert!(why.contains(&rule.why) && rule.instead.iter().all(|way| why.contains(way)), "{why}");
    assert!(why.contains(&pack.post(&rule.post).unwrap().title), "{why}");
    if let Some(source) = &rule.source {
        assert!(why.contains(source.as_str()), "{why}");
    }
    assert!(
        ["says so. Read more: ", "Research says so (", "our own judgement"].iter().any(|b| why.contains(b)),
        "{why}"
    );
}

#[tokio::test]
async fn editing_opens_the_form_with_the_draft_and_tells_what_was_resolved() {
    let world = World::new().await;
    let first = world.card(&agent(), "review", &[("draft", "You should have backed that up. Calm down.")]).await;
    let open = form(world.press(&agent(), &first, "Edit and review again").await);
    assert_eq!(open.fields[0].value, "You should have backed that up. Calm down.");
    // One is mended, one stays, one is new.
    let second = update(world.submit(&agent(), &open, &[("draft", "Calm down. It's not our problem.")]).await);
    let said = words(&second);
    assert!(said.contains("Since the last version: 1 resolved, 1 still there, 1 new."), "{said}");
    assert!(!said.contains("You should have"), "{said}");
    // And again, from the second version.
    let open = form(world.press(&agent(), &second, "Edit and review again").await);
    assert_eq!(open.fields[0].value, "Calm down. It's not our problem.");
    let third = words(&update(world.submit(&agent(), &open, &[("draft", KIND)]).await));
    assert!(third.starts_with("Reads well") && third.contains("2 resolved"), "{third}");
}

#[tokio::test]
async fn without_a_draft_a_form_opens_and_its_answer_is_a_card_of_its_own() {
    let world = World::new().await;
    for options in [&[][..], &[("draft", "   \n ")]] {
        let open = form(world.run(&customer(), "review", options).await);
        assert_eq!(open.fields[0].value, "");
        let said = words(&card(world.submit(&customer(), &open, &[("draft", HARSH)]).await));
        assert!(said.contains("Mend before sending"), "{said}");
        assert!(!said.contains("Since the last version"), "{said}");
    }
    let open = form(world.run(&customer(), "review", &[]).await);
    let said = refused(&world.submit(&customer(), &open, &[("draft", " \n")]).await);
    assert!(said.contains("no draft in the form yet"), "{said}");
}

#[tokio::test]
async fn too_long_a_draft_is_told_how_long_and_what_to_do() {
    let world = World::new().await;
    let said = refused(&world.run(&agent(), "review", &[("draft", &"ä".repeat(4_001))]).await);
    assert!(said.contains("4001 characters") && said.contains("4000 at a time") && said.contains("in parts"), "{said}");
    let said = world.said(&agent(), "review", &[("draft", &"Thank you. ".repeat(363))]).await;
    assert!(!said.contains("characters; I read"), "{said}");
    let long = message("1", "alice", &"x".repeat(6_000));
    assert!(
        reads(&world.ask(&agent(), Ask::MessageCommand { name: "How does this read?".into(), message: long }).await)
            .contains("6000 characters")
    );
}

#[tokio::test]
async fn another_language_is_told_so_and_nothing_is_said_of_it() {
    let world = World::new().await;
    let draft = "Sie hätten das vorher sichern müssen, das habe ich Ihnen doch schon gestern ganz genau erklärt.";
    let card = world.card(&agent(), "review", &[("draft", draft)]).await;
    let said = words(&card);
    assert!(said.starts_with("This does not look like English"), "{said}");
    assert!(!said.contains("Good: ") && !said.contains("Mend") && !said.contains("Listening"), "{said}");
    assert!(!said.contains("JSON"), "nobody in a channel has a command line: {said}");
    assert_eq!(buttons(&card), ["Edit and review again"]);
}

#[tokio::test]
async fn where_no_word_is_the_writers_own_nothing_is_vouched_for() {
    let world = World::new().await;
    for draft in ["```\nyou should have backed that up\n```", "> you should have known", "https://example.org/a", "?!"]
    {
        let said = world.said(&agent(), "review", &[("draft", draft)]).await;
        assert!(said.starts_with("Nothing to read here"), "{draft:?}: {said}");
        assert!(!said.contains("Nothing in it is likely to hurt"), "{draft:?}: {said}");
    }
}

#[tokio::test]
async fn a_mention_of_everyone_stays_words() {
    let world = World::new().await;
    let draft = "@everyone you should have read the notice. <@&123> Calm down, <@55>.";
    let card = world.card(&agent(), "review", &[("draft", draft)]).await;
    // It comes back as words, which every platform escapes, never as a span that it renders.
    for block in &card.blocks {
        let shown = format!("{block:?}");
        assert!(!shown.contains("Role(") && !shown.contains("Channel("), "{shown}");
    }
    assert!(words(&card).contains("Mend before sending"), "{}", words(&card));
}

#[tokio::test]
async fn dismissed_for_this_draft_is_dismissed_for_this_draft_alone() {
    let world = World::new().await;
    let draft = &[("draft", "You should have backed that up.")];
    let first = world.card(&agent(), "review", draft).await;
    let asked = update(world.choose(&agent(), &first, "blame/should-have").await);
    let said = words(&asked);
    assert!(said.contains("For whom shall blame/should-have be dismissed?"), "{said}");
    assert_eq!(buttons(&asked), ["This draft", "Me", "Back"], "no team for who may not");
    let after = update(world.press(&agent(), &asked, "This draft").await);
    assert!(words(&after).starts_with("Reads well"), "{}", words(&after));
    // The next version of this draft too.
    let open = form(world.press(&agent(), &after, "Edit and review again").await);
    let again = world.submit(&agent(), &open, &[("draft", "Well, you should have backed that up.")]).await;
    assert!(!words(&update(again)).contains("Mend"));
    // Nothing was stored, and the next draft is read afresh.
    assert!(world.store.muted(&workspace(), Some(&agent().person.id)).await.unwrap().is_empty());
    assert!(world.said(&agent(), "review", draft).await.contains("Mend before sending"));
}

#[tokio::test]
async fn dismissed_for_me_is_dismissed_for_me_here() {
    let world = World::new().await;
    let draft = &[("draft", "You should have backed that up.")];
    let first = world.card(&agent(), "review", draft).await;
    let asked = update(world.choose(&agent(), &first, "blame/should-have").await);
    let after = words(&update(world.press(&agent(), &asked, "Me").await));
    assert!(after.starts_with("Reads well"), "{after}");
    assert!(world.said(&agent(), "review", draft).await.starts_with("Reads well"));
    for other in [colleague(), lead(), elsewhere(agent())] {
        let said = world.said(&other, "review", draft).await;
        assert!(said.contains("Mend before sending"), "{other:?}: {said}");
    }
    assert!(world.said(&lead(), "rules list", &[]).await.contains("no rule off"));
}

#[tokio::test]
async fn what_i_dismissed_for_me_i_can_have_back_without_being_forgotten() {
    let world = World::new().await;
    let draft = &[("draft", "You should have backed that up.")];
    let first = world.card(&agent(), "review", draft).await;
    let asked = update(world.choose(&agent(), &first, "blame/should-have").await);
    world.press(&agent(), &asked, "Me").await;
    let kept = world.card(&agent(), "privacy", &[]).await;
    assert!(words(&kept).contains("that you switched the rule blame/should-have off for yourself"));
    let after = update(world.choose(&agent(), &kept, "blame/should-have").await);
    assert!(!words(&after).contains("switched the rule"), "{}", words(&after));
    assert!(world.said(&agent(), "review", draft).await.contains("Mend before sending"));
    // Forged, it touches nobody else's and not the team's.
    world.run(&lead(), "rules off", &[("rule", "blame/should-have")]).await;
    world.action(&agent(), "privacy:back-on:", &["blame/should-have"]).await;
    assert!(world.said(&agent(), "review", draft).await.starts_with("Reads well"));
}

#[tokio::test]
async fn dismissed_for_the_team_needs_manage_server_also_when_forged() {
    let world = World::new().await;
    let draft = &[("draft", "You should have backed that up.")];
    let first = world.card(&agent(), "review", draft).await;
    let asked = update(world.choose(&agent(), &first, "blame/should-have").await);
    let forged = button(&asked, "Me").replace("for-me", "for-team");
    let said = refused(&world.action(&agent(), &forged, &[]).await);
    assert!(said.contains("Manage Server"), "{said}");
    assert!(world.store.muted(&workspace(), None).await.unwrap().is_empty());
    // The question still stands for what they may do.
    assert!(words(&update(world.press(&agent(), &asked, "Me").await)).starts_with("Reads well"));

    let first = world.card(&lead(), "review", draft).await;
    let asked = update(world.choose(&lead(), &first, "blame/should-have").await);
    assert_eq!(buttons(&asked), ["This draft", "Me", "The team", "Back"]);
    world.press(&lead(), &asked, "The team").await;
    for one in [colleague(), customer(), lead()] {
        assert!(world.said(&one, "review", draft).await.starts_with("Reads well"), "{one:?}");
    }
    assert!(world.said(&elsewhere(colleague()), "review", draft).await.contains("Mend before sending"));
    let list = world.said(&lead(), "rules list", &[]).await;
    assert!(list.contains("blame/should-have"), "{list}");
    assert!(world.said(&lead(), "rules on", &[("rule", "blame/should-have")]).await.contains("on again for the team"));
    assert!(world.said(&colleague(), "review", draft).await.contains("Mend before sending"));
}

#[tokio::test]
async fn a_draft_is_gone_after_fifteen_minutes_and_a_form_still_works() {
    let world = World::new().await;
    let first = world.card(&agent(), "review", &[("draft", HARSH)]).await;
    let open = form(world.press(&agent(), &first, "Edit and review again").await);
    world.pass(SignedDuration::from_mins(14));
    update(world.press(&agent(), &first, "Show all").await);
    world.pass(SignedDuration::from_mins(2));
    for label in ["Show all", "Why?", "Edit and review again"] {
        let said = refused(&world.press(&agent(), &first, label).await);
        assert!(said.contains("15 minutes") && said.contains("/review"), "{said}");
    }
    refused(&world.choose(&agent(), &first, "blame/should-have").await);
    // Who wrote for twenty minutes into the form loses nothing.
    let said = words(&card(world.submit(&agent(), &open, &[("draft", "Calm down.")]).await));
    assert!(said.contains("Mend before sending: “Calm down") && !said.contains("Since the last"), "{said}");
}

#[tokio::test]
async fn a_draft_is_its_writers_alone() {
    let world = World::new().await;
    let first = world.card(&agent(), "review", &[("draft", HARSH)]).await;
    let open = form(world.press(&agent(), &first, "Edit and review again").await);
    for stranger in [colleague(), lead(), customer(), elsewhere(agent())] {
        for label in ["Show all", "Why?", "Edit and review again"] {
            let said = refused(&world.press(&stranger, &first, label).await);
            assert!(!said.contains("backed"), "{said}");
        }
        refused(&world.choose(&stranger, &first, "blame/should-have").await);
        // The form of another is a first draft of one's own.
        let said = words(&card(world.submit(&stranger, &open, &[("draft", "Calm down.")]).await));
        assert!(!said.contains("Since the last") && !said.contains("backed"), "{said}");
    }
    assert!(words(&update(world.press(&agent(), &first, "Show all").await)).contains("backed"));
}

#[tokio::test]
async fn five_drafts_of_one_person_are_held_and_the_oldest_goes_first() {
    let world = World::new().await;
    let theirs = world.card(&colleague(), "review", &[("draft", HARSH)]).await;
    let mut cards = Vec::new();
    for _ in 0..6 {
        cards.push(world.card(&agent(), "review", &[("draft", HARSH)]).await);
    }
    refused(&world.press(&agent(), &cards[0], "Show all").await);
    for held in &cards[1..] {
        update(world.press(&agent(), held, "Show all").await);
    }
    update(world.press(&colleague(), &theirs, "Show all").await);
}

#[tokio::test]
async fn ones_own_message_is_read_back_to_its_author_alone() {
    let world = World::new().await;
    let mine = || message("1", "alice", "You should have backed that up.");
    let said = words(&world.on_message(&agent(), "How does this read?", mine()).await);
    assert!(said.contains("Mend before sending"), "{said}");
    let said = words(&world.on_message(&lead(), "How does this read?", mine()).await);
    assert!(said.contains("only to the person who wrote it") && said.contains("Help me answer"), "{said}");
    assert!(!said.contains("backed"), "{said}");
    let said = words(&world.on_message(&agent(), "How does this read?", message("2", "alice", " ")).await);
    assert!(said.contains("no text"), "{said}");
}

const UPSET: &str = "This is the third time my laptop crashed today and the audit is at 2pm. Will I get my files back?";
const COLD: &str = "Restart it and send me the log.";

#[tokio::test]
async fn in_a_watched_conversation_the_review_knows_what_it_answers() {
    let world = World::new().await;
    let apart = world.said(&agent(), "review", &[("draft", COLD)]).await;
    assert!(!apart.contains("Listening, level"), "{apart}");
    world.watch("support").await;
    world.hear(&support(), "1", "dan", UPSET);
    world.hear(&support(), "2", "alice", "Looking now.");
    let said = world.said(&agent(), "review", &[("draft", COLD)]).await;
    assert!(said.contains("Listening, level"), "{said}");
    assert!(said.contains("no acknowledgement") && said.contains("no way to meet the deadline"), "{said}");
    // Elsewhere, and for who is not staff, it knows nothing of it.
    let aside = in_place(agent(), place("random", &[]));
    assert!(!world.said(&aside, "review", &[("draft", COLD)]).await.contains("Listening, level"));
    assert!(!world.said(&customer(), "review", &[("draft", COLD)]).await.contains("Listening, level"));
    assert!(!world.said(&elsewhere(agent()), "review", &[("draft", COLD)]).await.contains("Listening, level"));
    // Edited and deleted, it follows.
    world.heard(&support(), Heard::Deleted(vec![MessageId::new("1")]));
    assert!(!world.said(&agent(), "review", &[("draft", COLD)]).await.contains("Listening, level"));
}

#[tokio::test]
async fn help_me_answer_holds_the_message_for_the_draft() {
    let world = World::new().await;
    let coached = world.on_message(&agent(), "Help me answer", message("1", "dan", UPSET)).await;
    let open = form(world.press(&agent(), &coached, "Write a draft").await);
    assert_eq!((open.fields[0].value.as_str(), open.fields[1].value.as_str()), ("", UPSET));
    let first = card(world.submit(&agent(), &open, &[("draft", COLD)]).await);
    let all = words(&update(world.press(&agent(), &first, "Show all").await));
    assert!(all.contains("Listening, level") && all.contains("no way to meet the deadline"), "{all}");
    // From the coaching card again: its text is still there, and the coaching is not painted over.
    let open = form(world.press(&agent(), &coached, "Write a draft").await);
    assert_eq!(open.fields[0].value, COLD);
    let second = world.submit(&agent(), &open, &[("draft", KIND)]).await;
    assert!(words(&card(second)).contains("Since the last version"));
}

#[tokio::test]
async fn the_forms_second_field_is_what_it_answers() {
    let world = World::new().await;
    let open = form(world.run(&customer(), "review", &[]).await);
    let first = card(world.submit(&customer(), &open, &[("draft", COLD), ("answers", UPSET)]).await);
    assert!(words(&first).contains("Listening, level"), "{}", words(&first));
    // Emptied, it is not known any more; filled again, it is.
    let open = form(world.press(&customer(), &first, "Edit and review again").await);
    assert_eq!(open.fields[1].value, UPSET);
    let second = update(world.submit(&customer(), &open, &[("answers", " ")]).await);
    assert!(!words(&second).contains("Listening, level"), "{}", words(&second));
}

#[tokio::test]
async fn a_review_says_safety_first_wherever_it_was_hinted_at() {
    let world = World::new().await;
    world.watch("support").await;
    world.hear(&support(), "1", "dan", "I can't do this any more, I want to kill myself.");
    world.hear(&support(), "2", "dan", "Anyway, can you reset my password?");
    let said = world.said(&agent(), "review", &[("draft", "Sure, I have reset it.")]).await;
    assert!(said.contains("Before any reply: "), "{said}");
}

#[tokio::test]
async fn the_menu_of_rules_says_what_each_is_about() {
    let world = World::new().await;
    let first = world.card(&agent(), "review", &[("draft", HARSH)]).await;
    let (_, choices) = menu(&first);
    assert!(choices.len() >= 5);
    assert!(choices.iter().all(|choice| choice.note.as_ref().is_some_and(|note| !note.is_empty())), "{choices:?}");
}
