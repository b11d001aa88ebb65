//! Postings of several kinds side by side on one date, and over an upgrade.

use bedside::{
    bot::daily::{self, recap},
    store::{ChannelId, PostingKey, PostingKind, PostingState, Store},
};
use jiff::civil::date;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::model::{House, Next, at, caller, options, said, workspace};

fn post() -> PostingKey {
    let channel = ChannelId::new("general");
    PostingKey { workspace: workspace(), channel, date: date(2026, 5, 18), kind: PostingKind::Post }
}

#[tokio::test]
async fn each_kind_has_its_own_posting_of_a_date() {
    let house = House::new("2026-05-17T12:00:00Z").await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    recap::on(&house.daily, &caller("ann"), &options(&[("channel", "general")])).await.unwrap();
    // Leaving out the tip leaves out nothing else.
    let monday = options(&[("channel", "general"), ("date", "2026-05-19")]);
    daily::skip(&house.daily, &caller("ann"), &monday).await.unwrap();
    house.tick_at("2026-05-18T07:00:00Z").await;
    assert!(house.daily.announce(&post(), "post-1").await.unwrap());
    assert!(!house.daily.announce(&post(), "post-2").await.unwrap(), "one announcement a channel and date");
    house.live_until("2026-05-18T23:00:00Z").await;

    let state = async |kind| house.store.posting(&PostingKey { kind, ..post() }).await.unwrap().unwrap();
    assert_eq!(state(PostingKind::Tip).await.state, PostingState::Sent);
    assert_eq!(state(PostingKind::Recap).await.state, PostingState::Sent);
    // A card that cannot be made any more is told like others.
    let ended = state(PostingKind::Post).await;
    assert_eq!(ended.tip.as_deref(), Some("post-1"));
    assert_eq!(
        (ended.state, ended.reason.as_deref()),
        (PostingState::Failed, Some("the blog post is not known any more"))
    );
    let told = house.model.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("Failed (blog post): Mon 18 May 2026 08:00 (Europe/London)"), "{}", told[0].1);
    let list = said(&daily::list(&house.daily, &caller("ann")).await.unwrap());
    assert!(list.contains("Failed (blog post): Mon 18 May"), "{list}");
    assert!(list.contains("#general — 09:00 Europe/London, Mon, weekly recap"), "{list}");
    assert!(list.contains("Next: Mon 25 May 2026 09:00 (Europe/London)"), "{list}");

    house.live_until("2026-05-19T23:00:00Z").await;
    assert_eq!(house.state("general", date(2026, 5, 19)).await.unwrap().0, PostingState::Skipped);
    assert_eq!(house.model.told().len(), 1);
}

#[tokio::test]
async fn an_announcement_in_a_channel_without_a_tip_is_left_out() {
    let house = House::new("2026-05-18T07:00:00Z").await;
    house.on("general", "09:00", "Europe/London", "daily").await;
    daily::off(&house.daily, &caller("ann"), &options(&[("channel", "general")])).await.unwrap();
    assert!(house.daily.announce(&post(), "post-1").await.unwrap());
    house.live_until("2026-05-18T23:00:00Z").await;
    let ended = house.store.posting(&post()).await.unwrap().unwrap();
    assert_eq!(ended.state, PostingState::Skipped);
    assert!(house.model.told().is_empty() && house.model.posts() == 0);
}

/// A store as the version before there were kinds left it.
async fn old_store(url: &str) -> sqlx::SqlitePool {
    let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
    let pool = sqlx::SqlitePool::connect_with(options.create_if_missing(true)).await.unwrap();
    let steps = [
        (1, "first", include_str!("../../migrations/0001_first.sql")),
        (2, "api keys", include_str!("../../migrations/0002_api_keys.sql")),
    ];
    let steps = steps.map(|(number, name, sql)| {
        Migration::new(number, name.into(), MigrationType::Simple, sqlx::SqlStr::from_static(sql), false)
    });
    Migrator::with_migrations(steps.into()).run(&pool).await.unwrap();
    pool
}

#[tokio::test]
async fn what_was_kept_before_there_were_kinds_is_kept_as_tips() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("bedside.db").display());
    let old = old_store(&url).await;
    sqlx::raw_sql(
        "INSERT INTO workspaces (workspace) VALUES ('discord:1'), ('discord:2');
         INSERT INTO schedules VALUES
             ('discord:1', 'general', '09:00', 'Europe/London', 'Mon-Fri', 'listening', 'ann', '2026-05-18', 1779091200000),
             ('discord:2', 'left', '09:00', 'UTC', 'every day', '', NULL, NULL, NULL);
         INSERT INTO skips VALUES ('discord:1', 'general', '2026-05-19');
         INSERT INTO postings VALUES
             ('discord:1', 'general', '2026-05-08', 1, 'tip/1', 3, 'sent', NULL, NULL, 2, 1, 5, 6, 'm1', NULL, NULL, NULL, 0, NULL),
             ('discord:1', 'general', '2026-05-09', 2, NULL, 0, 'missed', NULL, NULL, 0, 0, NULL, NULL, NULL, 'why', 't1', NULL, 1, 7),
             ('discord:1', 'general', '2026-05-10', 3, 'tip/2', 3, 'failed', NULL, 99, 4, 0, NULL, 6, NULL, 'why', 't2', 8, 2, NULL),
             ('discord:1', 'general', '2026-05-11', 4, 'tip/3', 3, 'claimed', 'me', 98, 1, 0, 5, 6, NULL, NULL, NULL, NULL, 0, NULL),
             ('discord:1', 'general', '2026-05-12', 5, 'tip/4', 3, 'unknown', NULL, NULL, 1, 4, 5, 6, NULL, 'why', NULL, 9, 0, NULL),
             ('discord:1', 'general', '2026-05-13', 6, NULL, 0, 'skipped', NULL, NULL, 0, 0, NULL, NULL, NULL, 'why', NULL, NULL, 0, NULL),
             ('discord:2', 'left', '2026-05-08', 1, 'tip/1', 1, 'sent', NULL, NULL, 1, 0, 5, 6, 'm2', NULL, NULL, NULL, 0, NULL);
         INSERT INTO counters VALUES ('discord:1', 'review', '2026-W19', 12);
         INSERT INTO shown VALUES ('discord:1', 'general', 'tip/1', 3, 5);",
    )
    .execute(&old)
    .await
    .unwrap();
    let columns =
        "workspace, channel, date, due, tip, round, state, holder, lease_until, attempts, looks, sending_since,
        tried_at, message, reason, telling, tell_at, tellings, told_at";
    let everything = async |pool: &sqlx::SqlitePool| {
        let json =
            columns.split(',').map(|one| format!("quote({})", one.trim())).collect::<Vec<_>>().join(" || ',' || ");
        let sql = format!("SELECT {json} FROM postings ORDER BY workspace, date");
        sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap()
    };
    let before = everything(&old).await;
    assert_eq!(before.len(), 7);
    old.close().await;

    let store = Store::open(&url).await.unwrap();
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    assert_eq!(everything(&pool).await, before);
    let broken: Vec<String> =
        sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&pool).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    pool.close().await;
    let kept = store.postings(&workspace(), &ChannelId::new("general"), date(2026, 1, 1)).await.unwrap();
    assert_eq!(kept.len(), 6);
    assert!(kept.iter().all(|posting| posting.key.kind == PostingKind::Tip));
    assert_eq!(store.open_postings(at("2026-05-01T00:00:00Z"), 9).await.unwrap().len(), 2);
    assert_eq!(store.untold(at("2026-05-01T00:00:00Z"), 9).await.unwrap().len(), 1);
    let row = store.schedule(&workspace(), &ChannelId::new("general"), PostingKind::Tip).await.unwrap().unwrap();
    assert_eq!((row.topics.len(), row.next.unwrap().due), (1, at("2026-05-18T08:00:00Z")));
    assert_eq!(store.skips(&workspace(), &row.channel, date(2026, 1, 1)).await.unwrap(), [date(2026, 5, 19)]);
    // Whether many were behind an older number is not known: it stays hidden.
    let week = bedside::store::Week::of(date(2026, 5, 8));
    assert_eq!(store.uses_of_many(&workspace(), "review", week).await.unwrap(), None);
    // A workspace still takes everything along when it goes.
    store.delete_workspace(&workspace()).await.unwrap();
    assert!(store.postings(&workspace(), &row.channel, date(2026, 1, 1)).await.unwrap().is_empty());
    assert!(store.schedules(&workspace()).await.unwrap().is_empty());
    store.close().await;
}

#[tokio::test]
async fn a_tip_in_flight_over_the_upgrade_is_found_by_its_old_mark() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("bedside.db").display());
    let old = old_store(&url).await;
    let due = at("2026-05-11T08:00:00Z").as_millisecond();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "INSERT INTO workspaces (workspace) VALUES ('discord:1');
         INSERT INTO schedules VALUES ('discord:1', 'general', '09:00', 'Europe/London', 'every day', '', 'ann',
             '2026-05-12', {due} + 86400000);
         INSERT INTO postings (workspace, channel, date, due, tip, round, state, holder, lease_until, attempts,
             sending_since, tried_at)
         VALUES ('discord:1', 'general', '2026-05-11', {due}, 'tip/1', 1, 'claimed', 'another', {due} + 150000, 1, {due}, {due});"
    )))
    .execute(&old)
    .await
    .unwrap();
    old.close().await;
    let house = House::with(Store::open(&url).await.unwrap(), "2026-05-11T08:00:01Z");
    house.model.world.lock().unwrap().messages.push(crate::model::Message {
        channel: "general".into(),
        title: "tip/1".into(),
        mark: OLD_MARK.into(),
        nonce: OLD_NONCE.into(),
        text: String::new(),
        at: at("2026-05-11T08:00:00Z"),
    });
    house.live_until("2026-05-11T23:00:00Z").await;
    assert_eq!(house.model.posts(), 0, "it was found, not sent again");
    assert_eq!(house.state("general", date(2026, 5, 11)).await, Some((PostingState::Sent, None)));
    // And what is sent from now on bears the marks that it always bore.
    let house = crate::promise::house().await;
    house.model.script("general", [Next::LoseAnswer]);
    house.live_until("2026-05-11T23:00:00Z").await;
    let message = house.model.messages("general").remove(0);
    assert_eq!((message.mark.as_str(), message.nonce.as_str()), (OLD_MARK, OLD_NONCE));
}

/// What the tip of 11 May in #general bore before there were kinds: the first letters of the SHA-256 of “posting”,
/// workspace, channel and date, each after its length.
const OLD_NONCE: &str = "0e0a8c577390736bb68406805";
const OLD_MARK: &str = "2026-05-11 · 0e0a8c57";
