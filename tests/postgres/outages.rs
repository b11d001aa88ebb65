//! The server stops, crashes, is cut in the middle of a transaction: callers hear of it, and later all is well again
//! without anybody's hand.

use std::sync::Arc;

use bedside::store::{Attempt, Lease, PostingKind, PostingState, Store, Week};
use jiff::{SignedDuration, civil::date};

use crate::{
    channel,
    common::{
        at,
        stores::{StorePlace, cluster::Cluster},
    },
    due, model,
    model::House,
    person, schedule, workspace,
};

const DUE: &str = "2026-05-11T08:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_and_one_that_crashes_are_survived() {
    let Some(cluster) = Cluster::own() else { return };
    let store = Store::open(&cluster.url("postgres")).await.unwrap();
    let house = House::with(store.clone(), "2026-05-10T12:00:00Z");
    for name in ["general", "other"] {
        house.on(name, "09:00", "Europe/London", "daily").await;
    }
    for (day, crash) in [("2026-05-11", false), ("2026-05-12", true)] {
        if crash {
            cluster.crash();
        } else {
            cluster.stop();
        }
        let now = at(&format!("{day}T08:00:00Z"));
        house.clock.set(now);
        let error = house.daily.tick(now).await.unwrap_err();
        assert!(!error.to_string().is_empty());
        store.answers().await.unwrap_err();
        cluster.start();
        // A minute later, within the grace: late, and sent.
        house.tick(now + SignedDuration::from_mins(1)).await;
        for name in ["general", "other"] {
            let messages = house.model.messages(name);
            assert_eq!(messages.iter().filter(|one| one.mark.starts_with(day)).count(), 1, "{name} {day}");
        }
    }
    assert!(house.model.told().is_empty(), "{:?}", house.model.told());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_while_tips_are_sent_doubles_none() {
    let Some(cluster) = Cluster::own() else { return };
    let store = Store::open(&cluster.url("postgres")).await.unwrap();
    let house = House::with(store.clone(), "2026-05-10T12:00:00Z");
    house.on("general", "09:00", "Europe/London", "daily").await;
    // The post stands in the channel, and the server is gone before that is written down.
    house.model.script("general", [model::Next::DieAfter]);
    house.tick_at(DUE).await;
    cluster.crash();
    store.answers().await.unwrap_err();
    cluster.start();
    house.live_until("2026-05-11T23:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1, "it was found, not sent again");
    assert_eq!(house.state("general", date(2026, 5, 11)).await, Some((PostingState::Sent, None)));
    store.close().await;
}

/// Who waits for a lock in this database, by the server's own book.
async fn waiting(cluster: &Cluster, database: &str) -> String {
    loop {
        let waiting = format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{database}' AND wait_event_type = 'Lock' LIMIT 1"
        );
        let pid = cluster.told("postgres", &waiting);
        if !pid.is_empty() {
            return pid;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_in_the_middle_of_a_transaction_nothing_is_half_done() {
    let Some(place) = StorePlace::postgres() else { return };
    let StorePlace::Postgres(cluster, name) = &place else { unreachable!() };
    let store = place.open().await;
    store.set_schedule(&workspace(), &schedule(channel("general"))).await.unwrap();
    let row = store.due_schedules(due(), 1).await.unwrap().remove(0);
    // Each table that the claim writes is held in turn, so that it is cut before its first write and after it.
    for held in ["workspaces", "schedules", "postings"] {
        let pool = sqlx::PgPool::connect(&place.url()).await.unwrap();
        let mut holder = pool.begin().await.unwrap();
        let hold = format!("LOCK TABLE {held} IN ACCESS EXCLUSIVE MODE");
        sqlx::raw_sql(sqlx::AssertSqlSafe(hold)).execute(&mut *holder).await.unwrap();
        let claiming = tokio::spawn({
            let (store, row) = (store.clone(), row.clone());
            async move {
                let lease = Lease { holder: "one", until: due() + SignedDuration::from_mins(2) };
                store.advance(&row, None, Attempt::Claim("tip/1", 1, lease), due()).await
            }
        });
        let pid = waiting(cluster, name).await;
        cluster.told("postgres", &format!("SELECT pg_terminate_backend({pid})"));
        let error = claiming.await.unwrap().unwrap_err();
        assert!(!format!("{error:?}").is_empty());
        holder.rollback().await.unwrap();
        pool.close().await;
        let still = store.schedule(&workspace(), &row.channel, PostingKind::Tip).await.unwrap();
        assert_eq!(still.as_ref(), Some(&row), "{held}");
        assert_eq!(store.posting(&row.key(date(2026, 5, 12))).await.unwrap(), None, "{held}");
    }
    let lease = Lease { holder: "one", until: due() + SignedDuration::from_mins(2) };
    assert!(store.advance(&row, None, Attempt::Claim("tip/1", 1, lease), due()).await.unwrap().is_some());
}

/// Tidying up looks, and then another replica is faster: that is no failure.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_overtaken_as_they_tidy_up_leaves_it_for_the_next_time() {
    let Some(place) = StorePlace::postgres() else { return };
    let StorePlace::Postgres(cluster, name) = &place else { unreachable!() };
    let store = place.open().await;
    let (week, next) = (Week::of(date(2026, 5, 11)), Week::of(date(2026, 5, 18)));
    for number in 0..6 {
        store.count(&workspace(), "review", week, Some(&person(number))).await.unwrap();
    }
    let pool = sqlx::PgPool::connect(&place.url()).await.unwrap();
    let mut other = pool.begin().await.unwrap();
    sqlx::raw_sql("UPDATE counters SET uses = uses + 1").execute(&mut *other).await.unwrap();
    let pruning = tokio::spawn({
        let store = store.clone();
        async move { store.prune_counters(next).await }
    });
    waiting(cluster, name).await;
    other.commit().await.unwrap();
    pool.close().await;
    pruning.await.unwrap().unwrap();
    assert_eq!(store.users(&workspace(), "review", week).await.unwrap(), 6, "nothing is half done");
    store.prune_counters(next).await.unwrap();
    assert_eq!(store.users(&workspace(), "review", week).await.unwrap(), 0);
    assert_eq!(store.uses_of_many(&workspace(), "review", week).await.unwrap(), Some(7));
}

/// A replica that hangs in the middle of a transaction holds nobody up for ever: who waits is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_never_let_go_is_an_error_and_no_end() {
    let Some(place) = StorePlace::postgres() else { return };
    let store = Arc::new(place.open().await);
    store.watch(&workspace(), &channel("1")).await.unwrap();
    let pool = sqlx::PgPool::connect(&place.url()).await.unwrap();
    let mut holder = pool.begin().await.unwrap();
    sqlx::raw_sql("SELECT 1 FROM workspaces FOR UPDATE").execute(&mut *holder).await.unwrap();
    let error = store.watch(&workspace(), &channel("2")).await.unwrap_err();
    assert!(format!("{error:?}").contains("lock timeout"), "{error:?}");
    holder.rollback().await.unwrap();
    pool.close().await;
    assert!(store.watch(&workspace(), &channel("2")).await.unwrap());
}
