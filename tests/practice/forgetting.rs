//! What is kept of practice is told word for word; forgotten leaves no row, and neither does a workspace that left.

use jiff::SignedDuration;
use sqlx::{Column, Row, TypeInfo, ValueRef};

use crate::{
    answer, good_answer, world as house,
    world::{World, agent, colleague, elsewhere, update, workspace},
};
use bedside::bot::{Caller, Clock};

/// Every row of the store that holds a text, as table and row.
async fn rows_with(world: &World, wanted: &str) -> Vec<String> {
    let url = format!("sqlite://{}", world.folder.path().join("bedside.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'").fetch_all(&pool).await.unwrap();
    let mut found = Vec::new();
    for table in tables {
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM \"{table}\""))).fetch_all(&pool).await.unwrap();
        for row in rows {
            for column in row.columns() {
                let raw = row.try_get_raw(column.ordinal()).unwrap();
                let is_text = !raw.is_null() && raw.type_info().name() == "TEXT";
                if is_text && row.get_unchecked::<String, _>(column.ordinal()).contains(wanted) {
                    found.push(format!("{table}.{}", column.name()));
                }
            }
        }
    }
    pool.close().await;
    found.sort();
    found.dedup();
    found
}

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
    assert_eq!(rows_with(&world, "alice").await, expected);
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
    assert_eq!(rows_with(&world, "alice").await, Vec::<String>::new());
    assert!(!rows_with(&world, "bob").await.is_empty());
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
    world.bot.left(&workspace()).await;
    world.pass(SignedDuration::from_hours(31 * 24));
    world.store.purge_left(world.clock.now()).await.unwrap();
    assert_eq!(rows_with(&world, "alice").await, Vec::<String>::new());
}
