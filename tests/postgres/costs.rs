//! What is due is found by the index, and claimed by it, however many schedules there are: by the server's own plans of
//! the store's own statements.

use std::fmt::Write;

use bedside::store::{Attempt, Lease, Store};
use jiff::{SignedDuration, Timestamp};

use crate::common::stores::cluster::Cluster;

/// A workspace for every hundred schedules, of which ten in all are due at second 10.
fn many(schedules: u32) -> String {
    format!(
        "INSERT INTO workspaces (workspace) SELECT 'discord:' || i FROM generate_series(0, {schedules} / 100) i;
         INSERT INTO schedules (workspace, channel, kind, time, zone, days, topics, next_date, next_due)
             SELECT 'discord:' || i / 100, i, 'tip', '09:00', 'UTC', 'every day', '', '2026-05-11', 1000 * i
             FROM generate_series(1, {schedules}) i;
         INSERT INTO postings (workspace, channel, kind, date, due, state)
             SELECT workspace, channel, 'tip', '2026-05-10', 0, 'sent' FROM schedules;
         ANALYZE;"
    )
}

/// Every plan that the server carried out while the ten due tips were looked for and claimed.
async fn plans(cluster: &Cluster, schedules: u32) -> String {
    let name = format!("of_{schedules}");
    cluster.told("postgres", &format!("CREATE DATABASE {name}"));
    Store::open(&cluster.url(&name)).await.unwrap().close().await;
    cluster.told(&name, &many(schedules));
    let mut settings = String::new();
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        "auto_explain.log_buffers = on",
        "auto_explain.log_timing = off",
    ] {
        write!(settings, "ALTER DATABASE {name} SET {setting};").unwrap();
    }
    cluster.told("postgres", &settings);
    let before = cluster.log().len();
    let store = Store::open(&cluster.url(&name)).await.unwrap();
    let now = Timestamp::from_second(10).unwrap();
    let lease = Lease { holder: "one", until: now + SignedDuration::from_mins(2) };
    let due = store.due_schedules(now, 100).await.unwrap();
    assert_eq!(due.len(), 10);
    for row in due {
        assert!(store.advance(&row, None, Attempt::Claim("tip/1", 1, lease), now).await.unwrap().is_some());
    }
    store.next_wake().await.unwrap();
    assert!(store.open_postings(now, 100).await.unwrap().is_empty());
    assert!(store.untold(now, 100).await.unwrap().is_empty());
    store.close().await;
    let plans = cluster.log()[before..].to_owned();
    cluster.told("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
    plans
}

/// The pages that were read for all of it.
fn pages(plans: &str) -> u64 {
    let whole = plans.lines().map(str::trim_start);
    let read = whole.filter_map(|line| line.strip_prefix("Buffers: "));
    read.flat_map(|line| line.split(' '))
        .filter_map(|part| part.strip_prefix("hit=").or_else(|| part.strip_prefix("read=")))
        .map(|number| number.parse::<u64>().unwrap())
        .sum()
}

async fn costs_the_same(schedules: u32) {
    let Some(cluster) = Cluster::own() else { return };
    let few = plans(&cluster, 10).await;
    let many = plans(&cluster, schedules).await;
    for index in ["schedules_due", "postings_open", "postings_untold"] {
        assert!(many.contains(&format!("using {index} on")), "{index}: {many}");
    }
    for table in ["schedules", "postings"] {
        assert!(!many.contains(&format!("Seq Scan on {table}")), "{table}: {many}");
    }
    assert!(
        many.contains("Index Scan using schedules_of_kinds_pkey on schedules"),
        "a claim finds its one row: {many}"
    );
    let (few, many) = (pages(&few), pages(&many));
    eprintln!("pages read to find and claim ten due tips: {few} among 10 schedules, {many} among {schedules}");
    // The trees of a million are three or four levels high instead of one.
    assert!(few > 0 && many < few * 4, "{few} among 10, {many} among {schedules}");
}

#[tokio::test]
async fn ten_due_tips_cost_the_same_among_twenty_thousand_schedules() {
    costs_the_same(20_000).await;
}

#[tokio::test]
#[ignore = "a minute's work: just soak"]
async fn ten_due_tips_cost_the_same_among_a_million_schedules() {
    costs_the_same(1_000_000).await;
}
