//! When it is our fault: an apology with a reference, the cause in the log under it, and no word of anybody's.

use bedside::bot::Ask;

use crate::common::stores::on_postgres;
use crate::world::{World, agent, card, command, lead, logged, message, words};

const SECRET: &str = "You should have told Marmaduke about the flibbertigibbet.";

/// The reference of an apology.
fn reference(said: &str) -> String {
    assert!(said.starts_with("Sorry, that was my fault"), "{said}");
    assert!(said.contains("try once more"), "{said}");
    said.lines().find_map(|line| line.split("reference: ").nth(1)).expect("a reference").trim().to_owned()
}

async fn fails_well(world: &World, asks: Vec<(bedside::bot::Caller, Ask)>, cause: &[&str]) {
    for (caller, ask) in asks {
        let said = words(&card(world.ask(&caller, ask).await));
        let reference = reference(&said);
        let log = logged();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(&reference)).collect();
        assert_eq!(lines.len(), 1, "once, under its reference: {lines:?}");
        assert!(lines[0].contains("ERROR") && lines[0].contains("discord:1"), "{}", lines[0]);
        assert!(cause.iter().any(|cause| lines[0].contains(cause)), "no cause: {}", lines[0]);
        assert!(!lines[0].contains("Marmaduke") && !lines[0].contains("flibbertigibbet"), "{}", lines[0]);
    }
}

#[tokio::test]
async fn a_store_that_was_closed_under_us() {
    let world = World::new().await;
    world.store.close().await;
    let asks = vec![
        (agent(), command("review", &[("draft", SECRET)])),
        (agent(), Ask::MessageCommand { name: "How does this read?".into(), message: message("1", "alice", SECRET) }),
        (agent(), command("privacy", &[])),
        (agent(), command("forget-me", &[])),
        (lead(), command("watch add", &[("channel", "77")])),
        (lead(), command("rules list", &[])),
    ];
    fails_well(&world, asks, &["pool"]).await;
    // What needs no store works on.
    for (caller, ask) in
        [(agent(), command("tip", &[])), (agent(), command("listen", &[])), (agent(), command("help", &[]))]
    {
        let said = words(&card(world.ask(&caller, ask).await));
        assert!(!said.contains("my fault"), "{said}");
    }
    let log = logged();
    assert!(log.lines().any(|line| line.contains("a use was not counted") && line.contains("pool")), "with its cause");
}

#[tokio::test]
async fn a_store_whose_tables_are_gone() {
    let world = World::new().await;
    for table in ["mutes", "watched", "users_of", "counters"] {
        world.place.run(&format!("DROP TABLE {table}")).await;
    }
    let asks = vec![
        (agent(), command("review", &[("draft", SECRET)])),
        (lead(), command("rules off", &[("rule", "blame/should-have")])),
        (lead(), command("watch list", &[])),
    ];
    let cause = if on_postgres() { "does not exist" } else { "no such table" };
    fails_well(&world, asks, &[cause]).await;
}

#[tokio::test]
async fn a_store_that_can_only_be_read_still_reviews() {
    let world = World::new().await;
    let refuse = if on_postgres() {
        let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                      $$ BEGIN RAISE 'disk is full'; END $$";
        world.place.run(refuse).await;
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
    } else {
        "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    };
    for table in ["mutes", "watched", "counters", "users_of", "workspaces"] {
        world.place.run(&format!("CREATE TRIGGER no_{table} BEFORE INSERT ON {table} {refuse}")).await;
    }
    assert!(world.said(&agent(), "review", &[("draft", SECRET)]).await.contains("Mend before sending"));
    assert!(world.said(&agent(), "privacy", &[]).await.contains("Kept about you here"));
    let asks = vec![
        (lead(), command("watch add", &[("channel", "77")])),
        (lead(), command("rules off", &[("rule", "blame/should-have")])),
    ];
    fails_well(&world, asks, &["disk is full"]).await;
    assert!(!world.bot.watches(&bedside::store::WorkspaceId::new("discord:1"), &crate::world::place("77", &[])));
}

#[tokio::test]
async fn coming_and_going_with_a_broken_store_is_logged_with_its_cause() {
    let world = World::new().await;
    let here = bedside::store::WorkspaceId::new("discord:4711");
    world.store.close().await;
    assert!(world.bot.left(&here).await.is_err());
    assert!(world.bot.arrived(&here).await.is_err());
    let log = logged();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("discord:4711") && line.contains("ERROR")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| line.contains("pool")), "{lines:?}");
}
