//! What finding the due schedules costs, with ten of them in the store and with a million.
//!
//! Each store is a file as the bot's own; ten schedules are due at one time, none before it. Stores
//! take turns, and each look's least time counts. Prints a table in Markdown.

#![allow(clippy::print_stdout, reason = "it is what a bench is for")]

use std::time::Instant;

use bedside::store::Store;
use jiff::Timestamp;
use sqlx::{Executor, SqlitePool};

/// How many schedules there are.
const SIZES: [u32; 3] = [10, 10_000, 1_000_000];
/// How many are due when some are.
const DUE: u32 = 10;
/// How many looks are timed in each store.
const ROUNDS: usize = 400;
/// What the bot asks for at once.
const AT_MOST: u32 = 32;

/// A store of `size` schedules: ten due at second 1000, the others from second 2000 on, one a second.
async fn filled(folder: &std::path::Path, size: u32) -> Store {
    let url = format!("sqlite://{}/{size}.db", folder.display());
    let store = Store::open(&url).await.expect("a store");
    let pool = SqlitePool::connect(&url).await.expect("the same file");
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})", size - 1);
    let workspaces =
        format!("INSERT OR IGNORE INTO workspaces (workspace) {numbers} SELECT 'discord:' || (i / 100) FROM n");
    let schedules = format!(
        "INSERT INTO schedules (workspace, channel, kind, time, zone, days, topics, set_by, next_date, next_due) {numbers}
         SELECT 'discord:' || (i / 100), 'channel ' || i, 'tip', '09:00', 'Europe/Berlin', 'Mon-Fri', '', '1', '2026-11-23',
             CASE WHEN i < {DUE} THEN 1000000 ELSE 2000000 + i * 1000 END FROM n"
    );
    for statement in [workspaces, schedules] {
        pool.execute(sqlx::AssertSqlSafe(statement)).await.expect("rows");
    }
    pool.close().await;
    store
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut stores = Vec::new();
    for size in SIZES {
        stores.push((size, filled(folder.path(), size).await, [f64::INFINITY; 3]));
    }
    let before = Timestamp::from_second(500).expect("a time");
    let after = Timestamp::from_second(1500).expect("a time");
    for _ in 0..ROUNDS {
        for (_, store, least) in &mut stores {
            let began = Instant::now();
            store.next_wake().await.expect("an answer");
            least[0] = least[0].min(began.elapsed().as_secs_f64());
            let began = Instant::now();
            assert!(store.due_schedules(before, AT_MOST).await.expect("an answer").is_empty());
            least[1] = least[1].min(began.elapsed().as_secs_f64());
            let began = Instant::now();
            assert_eq!(store.due_schedules(after, AT_MOST).await.expect("an answer").len(), DUE as usize);
            least[2] = least[2].min(began.elapsed().as_secs_f64());
        }
    }
    println!("Least of {ROUNDS} looks each, in µs, the stores taking turns:\n");
    println!("| schedules | when is anything due? | what is due: nothing | what is due: {DUE} |");
    println!("| ---: | ---: | ---: | ---: |");
    for (size, _, [wake, none, some]) in stores {
        println!("| {size} | {:.0} | {:.0} | {:.0} |", wake * 1e6, none * 1e6, some * 1e6);
    }
}
