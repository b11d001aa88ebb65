//! Every command by who may run it and by who may not.

use bedside::bot::{
    Answer, Ask, Caller,
    commands::{Command, HELP_ME_ANSWER, Kind, TABLE, Who},
};

use crate::world::{
    World, agent, card, colleague, command, customer, elsewhere, lead, message, reads, refused, words, workspace,
};

/// The command as it would be run, everything required given.
fn ask(row: &Command) -> Ask {
    if row.kind == Kind::Message {
        return Ask::MessageCommand { name: row.name.into(), message: message("1", "dan", "It broke again.") };
    }
    let options: Vec<(&str, &str)> = row
        .options
        .iter()
        .filter(|option| option.required)
        .map(|option| match option.name {
            "time" => ("time", "09:00"),
            "zone" => ("zone", "Europe/London"),
            "rule" => ("rule", "blame/should-have"),
            name => (name, "77"),
        })
        .collect();
    command(row.name, &options)
}

fn may(caller: &Caller, who: Who) -> bool {
    match who {
        Who::Anyone => true,
        Who::Author => caller.person.id.as_str() == "dan",
        Who::Staff => caller.person.manage_server || caller.person.manage_messages,
        Who::ManageServer => caller.person.manage_server,
    }
}

#[tokio::test]
async fn every_command_works_for_the_right_and_refuses_the_wrong_person() {
    for row in TABLE {
        let world = World::new().await;
        // Something to switch off, leave out and list.
        for command in [
            command("daily on", &[("channel", "77"), ("time", "09:00"), ("zone", "Europe/London")]),
            command("recap on", &[("channel", "77")]),
            command("watch add", &[("channel", "78")]),
        ] {
            card(world.ask(&lead(), command).await);
        }
        let mut lead = lead();
        lead.place.conversation = bedside::store::ChannelId::new("77");
        for caller in [customer(), agent(), lead] {
            let before = world.kept().await;
            let answer = world.ask(&caller, ask(row)).await;
            let (said, who) = (reads(&answer), caller.person.id.as_str());
            if may(&caller, row.who) {
                let quite = !matches!(&answer, Answer::Card(card) if card.title == "Not quite");
                // Coaching needs a conversation that is watched, and says so.
                assert!(quite || row.name == "coach" && said.contains("not watched"), "{} by {who}: {said}", row.name);
                assert!(!said.contains("my fault"), "{} by {who}: {said}", row.name);
            } else {
                let said = refused(&answer);
                let way_out = match row.who {
                    Who::ManageServer => "Manage Server",
                    Who::Staff => "/watch staff",
                    _ => "Help me answer",
                };
                assert!(said.contains(way_out), "{} by {who}: {said}", row.name);
                assert_eq!(world.kept().await, before, "{} by {who}", row.name);
            }
        }
    }
}

#[tokio::test]
async fn help_shows_each_what_they_may_run() {
    let world = World::new().await;
    for caller in [customer(), agent(), lead()] {
        let said = world.said(&caller, "help", &[]).await;
        for row in TABLE {
            let name = if row.kind == Kind::Slash { format!("- /{}: ", row.name) } else { format!("- {}: ", row.name) };
            let shown = row.who == Who::Author || may(&caller, row.who);
            assert_eq!(said.contains(&name), shown, "{name} to {}: {said}", caller.person.id);
        }
    }
}

#[tokio::test]
async fn with_a_staff_role_it_alone_counts() {
    let world = World::new().await;
    let said = world.said(&lead(), "watch staff", &[("role", "9")]).await;
    assert!(said.contains("@9 may now use /coach"), "{said}");
    let mut holder = customer();
    holder.person.roles.push(bedside::store::RoleId::new("9"));
    let help = |caller: Caller| {
        let world = &world;
        async move {
            let message = message("1", "erin", "It broke again.");
            words(&card(world.ask(&caller, Ask::MessageCommand { name: HELP_ME_ANSWER.into(), message }).await))
        }
    };
    assert!(help(holder.clone()).await.starts_with("Coaching: "));
    assert!(help(lead()).await.starts_with("Coaching: "), "who may set the role may too");
    assert!(help(agent()).await.contains("people who answer customers"));
    // In another workspace that role is nothing, and moderators are staff.
    assert!(help(elsewhere(holder)).await.contains("people who answer customers"));
    assert!(help(elsewhere(agent())).await.starts_with("Coaching: "));
}

#[tokio::test]
async fn haste_is_asked_to_wait_kindly_and_each_for_themselves() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for _ in 0..13 {
        answers.push(world.ask_at_once(&agent(), command("tip", &[])).await);
    }
    let last = refused(&answers.pop().unwrap());
    assert!(last.contains("Give me 2 seconds"), "{last}");
    assert!(answers.iter().all(|answer| !reads(answer).contains("Not quite")));
    let tip = |caller: Caller| {
        let world = &world;
        async move { reads(&world.ask_at_once(&caller, command("tip", &[])).await) }
    };
    assert!(!tip(colleague()).await.contains("Give me"));
    assert!(!tip(elsewhere(agent())).await.contains("Give me"));
    assert!(tip(agent()).await.contains("Give me"));
    world.pass(jiff::SignedDuration::from_secs(2));
    assert!(!tip(agent()).await.contains("Give me"));
    assert!(tip(agent()).await.contains("Give me"));
    world.pass(jiff::SignedDuration::from_secs(60));
    for _ in 0..12 {
        assert!(!tip(agent()).await.contains("Give me"));
    }
    assert!(world.store.settings(&workspace()).await.unwrap().watched.is_empty());
}
