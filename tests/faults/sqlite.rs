//! The store's file on a bad day: full, read-only, locked by a backup, damaged.

use std::{
    io::{Seek, SeekFrom, Write},
    process::Command,
    sync::Arc,
    time::Duration,
};

use bedside::store::{ChannelId, Next, PostingState, Store};
use jiff::{SignedDuration, Timestamp, civil::date};
use serde_json::json;
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::{
    daily::{House, at},
    discord::{Discord, PATIENCE},
    inside::{tip_due, workspace},
    program::{Home, Running},
};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";
const DUE: &str = "2026-05-11T08:00:00Z";

/// A store as it is after some use, and closed.
async fn used(home: &Home) -> Vec<u8> {
    let store = Store::open(&home.url()).await.unwrap();
    let next = Next { date: date(2099, 1, 1), due: at("2099-01-01T09:00:00Z") };
    store.set_schedule(&workspace(), &tip_due(ChannelId::new("100"), next)).await.unwrap();
    for rule in 0..400 {
        store.mute(&workspace(), None, &format!("blame/a-rule-with-a-long-name-{rule}")).await.unwrap();
    }
    store.close().await;
    std::fs::read(home.path("bedside.db")).unwrap()
}

/// The program says one sentence, ends with 2, and leaves the file as it is.
async fn refused(home: &Home, mut bot: Running, sentence: &str) {
    let before = std::fs::read(home.path("bedside.db")).unwrap_or_default();
    assert_eq!(bot.ended().await, Some(2), "{}", home.log());
    home.logs(sentence).await;
    let log = home.log();
    let said: Vec<&str> = log.lines().filter(|line| !line.contains(" INFO ")).collect();
    assert_eq!(said.len(), 1, "one sentence: {log}");
    assert!(said[0].contains("bedside.db") && said[0].contains("Please"), "it names the file, and what to do: {log}");
    assert_eq!(std::fs::read(home.path("bedside.db")).unwrap_or_default(), before, "nothing was changed");
}

#[tokio::test]
async fn a_damaged_file_is_refused_at_start_and_left_alone() {
    let home = Home::new(NOWHERE);
    let good = used(&home).await;
    let (size, page) = (good.len(), 4096);
    let mut letter = good.clone();
    letter[..page].copy_from_slice(&b"Dear diary, this is no database. ".repeat(200)[..page]);
    let mut middle = good.clone();
    for (at, byte) in middle[size / 2..size / 2 + 8 * page].iter_mut().enumerate() {
        *byte = u8::try_from(at * 31 % 251).unwrap();
    }
    let mut zeros = good.clone();
    zeros[size / 2..size / 2 + 8 * page].fill(0);
    let damages =
        [letter, middle, zeros, good[..size / 2].to_vec(), good[..size - page / 2].to_vec(), good[..20].to_vec()];
    for damaged in damages {
        let home = Home::new(NOWHERE);
        std::fs::write(home.path("bedside.db"), &damaged).unwrap();
        refused(&home, home.start(), "is damaged").await;
    }
    // A copy in its place, and all is well.
    std::fs::write(home.path("bedside.db"), &good).unwrap();
    let _bot = home.start();
    home.logs("Discord is not there yet").await;
}

/// Nothing tells it from the file of a first start that was killed, so it is no refusal.
#[tokio::test]
async fn an_empty_file_begins_anew_and_the_operator_is_told() {
    let home = Home::new(NOWHERE);
    std::fs::write(home.path("bedside.db"), "").unwrap();
    let _bot = home.start();
    home.logs("the store's file was empty").await;
    home.logs("Discord is not there yet").await;
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_refused_at_start() {
    let home = Home::new(NOWHERE);
    used(&home).await;
    home.configure(NOWHERE, (1, 0), "sqlite://bedside.db?mode=ro");
    refused(&home, home.start(), "read-only").await;

    let home = Home::new(NOWHERE);
    home.configure(NOWHERE, (1, 0), "sqlite://new/bedside.db?mode=ro");
    let mut bot = home.start();
    assert_eq!(bot.ended().await, Some(2), "{}", home.log());
    assert!(!home.path("new").exists(), "what may only be read is not made");
}

#[tokio::test]
async fn a_full_disk_is_told_at_start_and_the_next_start_goes_on() {
    let full = "trap '' XFSZ; ulimit -S -f 0; exec \"$1\"";
    // At the first start, and at a later one.
    for later in [false, true] {
        let home = Home::new(NOWHERE);
        if later {
            used(&home).await;
        }
        let mut bot = home.start_by(full);
        assert_eq!(bot.ended().await, Some(2), "{}", home.log());
        home.logs("that the disk is neither full nor read-only").await;
        let _bot = home.start();
        home.logs("Discord is not there yet").await;
    }
}

#[tokio::test]
async fn a_file_that_somebody_holds_is_told_at_start_and_the_next_start_goes_on() {
    let home = Home::new(NOWHERE);
    used(&home).await;
    let mut backup = SqliteConnection::connect(&home.url()).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut backup).await.unwrap();
    refused(&home, home.start(), "is held by another program").await;
    sqlx::raw_sql("ROLLBACK").execute(&mut backup).await.unwrap();
    let _bot = home.start();
    home.logs("Discord is not there yet").await;
}

/// A running bot, whose tip comes due while its store fails.
struct Day {
    home: Home,
    discord: Arc<Discord>,
    bot: Running,
}

impl Day {
    async fn begin() -> Self {
        // On a machine that is busy a start takes long, and the tip must not come before its store fails.
        for seconds in [10, 30, 90, 270] {
            let discord = Discord::open().await;
            let home = Home::new(&discord.api);
            let store = Store::open(&home.url()).await.unwrap();
            store.watch(&workspace(), &ChannelId::new("20")).await.unwrap();
            let soon = Timestamp::now() + SignedDuration::from_secs(seconds);
            let tomorrow = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().unwrap();
            store
                .set_schedule(&workspace(), &tip_due(ChannelId::new("100"), Next { date: tomorrow, due: soon }))
                .await
                .unwrap();
            store.close().await;
            let bot = home.start_by("trap '' XFSZ; exec \"$1\"");
            discord.until("the bot is connected", |world| !world.identifies.is_empty()).await;
            if soon.duration_since(Timestamp::now()) > SignedDuration::from_secs(seconds / 2) {
                return Self { home, discord, bot };
            }
        }
        panic!("this machine is too busy");
    }

    /// The user is told, the operator is told, nothing is posted; and what needs no store works on.
    async fn fails(&self) {
        let asked =
            self.discord.run(7, "rules off", &json!([{"name": "rule", "type": 3, "value": "blame/should-have"}]));
        self.discord
            .until("an apology", |world| {
                world
                    .answers
                    .get(&asked)
                    .is_some_and(|answers| answers.iter().any(|one| one.to_string().contains("reference")))
            })
            .await;
        let said = self.discord.world().answers[&asked].iter().map(ToString::to_string).collect::<String>();
        let reference = said.split("reference: `").nth(1).and_then(|rest| rest.split('`').next()).unwrap().to_owned();
        self.home.logs(&reference).await;
        let log = self.home.log();
        let line = log.lines().find(|line| line.contains(&reference)).expect("a line under the reference");
        assert!(line.contains("ERROR") && line.contains("cause"), "{line}");
        self.home.logs("failed; it is tried again").await;
        let asked = self.discord.run(8, "tip", &json!([]));
        self.discord
            .until("a tip", |world| {
                world.answers.get(&asked).is_some_and(|a| a.iter().any(|one| one.to_string().contains("Try it")))
            })
            .await;
        assert!(self.discord.marked("100").is_empty());
    }

    /// `kill -9`.
    fn die(self) -> (Home, Arc<Discord>) {
        self.bot.kill();
        (self.home, self.discord)
    }

    /// It recovers without a hand, and the tip stands once.
    async fn recovers(mut self) {
        let came = self.discord.soon(|world| world.channels.contains_key("100"), PATIENCE);
        assert!(came.await, "the tip comes: {}", self.home.log());
        // Often enough that every connection to the store is tried.
        let rule = json!([{"name": "rule", "type": 3, "value": "blame/should-have"}]);
        let asked: Vec<String> = (9..17).map(|person| self.discord.run(person, "rules off", &rule)).collect();
        for asked in asked {
            let said = self.discord.answered(&asked).await.to_string();
            assert!(!said.contains("fault") && said.contains("blame"), "{said}\n{}", self.home.log());
        }
        let store = Store::open(&self.home.url()).await.unwrap();
        let first = self.discord.marked("100")[0].mark[..10].parse().unwrap();
        let sent = crate::program::soon_async(async || {
            let all = store.postings(&workspace(), &ChannelId::new("100"), first).await.unwrap();
            all.len() == 1 && all[0].state == PostingState::Sent
        });
        assert!(sent.await, "it was recorded");
        assert_eq!(self.discord.marked("100").len(), 1);
        assert!(!self.bot.has_ended());
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_for_a_while_costs_an_apology_and_no_tip() {
    let day = Day::begin().await;
    let limit = |size: &str| {
        let status = Command::new("prlimit")
            .args(["--pid", &day.bot.id().to_string(), &format!("--fsize={size}:unlimited")])
            .status();
        assert!(status.expect("prlimit, of util-linux").success());
    };
    limit("0");
    day.fails().await;
    limit("unlimited");
    day.recovers().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_locks_the_file_for_a_while_costs_an_apology_and_no_tip() {
    let day = Day::begin().await;
    let mut backup = SqliteConnection::connect(&day.home.url()).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut backup).await.unwrap();
    day.fails().await;
    sqlx::raw_sql("ROLLBACK").execute(&mut backup).await.unwrap();
    day.recovers().await;
}

/// Garbage over every page but the first, in the file that the bot has open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_damaged_while_it_runs_costs_an_apology_and_once_a_copy_is_back_no_tip() {
    let day = Day::begin().await;
    let (file, copy) = (day.home.path("bedside.db"), day.home.path("copy.db"));
    Store::backup(&day.home.url(), &copy).await.unwrap();
    let copy = std::fs::read(copy).unwrap();
    // Everything is in the file itself, and what the bot remembers of it is out of date.
    let mut other = SqliteConnection::connect(&day.home.url()).await.unwrap();
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut other).await.unwrap();
    let garbage: Vec<u8> = (4096..std::fs::metadata(&file).unwrap().len()).map(|at| (at * 31 % 251) as u8).collect();
    let mut open = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
    open.seek(SeekFrom::Start(4096)).unwrap();
    open.write_all(&garbage).unwrap();
    drop(open);
    day.fails().await;
    assert!(day.home.log().contains("malformed"), "{}", day.home.log());

    // It does not start with that, and says what to do.
    let (home, discord) = day.die();
    drop(other);
    assert_eq!(home.start().ended().await, Some(2), "{}", home.log());
    home.logs("is damaged").await;
    home.logs("put a copy in its place, remove the files beside it whose names end in -wal and -shm").await;
    std::fs::write(&file, copy).unwrap();
    for beside in ["bedside.db-wal", "bedside.db-shm"] {
        let _ = std::fs::remove_file(home.path(beside));
    }
    let bot = home.start();
    Day { home, discord, bot }.recovers().await;
}

/// The disk is full at one step of the cycle, and has room again a moment later.
async fn full_at(step: &str, posts: u32) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("bedside.db").display());
    let house = House::with(Store::open(&url).await.unwrap(), "2026-05-10T12:00:00Z");
    house.model.world.lock().unwrap().forgetful = true;
    house.on("general", "09:00", "Europe/London", "daily").await;
    let disk = SqlitePool::connect(&url).await.unwrap();
    let full = format!("CREATE TRIGGER disk BEFORE {step} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
    sqlx::raw_sql(sqlx::AssertSqlSafe(full)).execute(&disk).await.unwrap();
    house.tick_at(DUE).await;
    house.tick_at("2026-05-11T08:00:10Z").await;
    sqlx::raw_sql("DROP TRIGGER disk").execute(&disk).await.unwrap();
    house.live_until("2026-05-11T23:00:00Z").await;
    assert_eq!(house.model.messages("general").len(), 1, "{step}");
    assert_eq!(house.state("general", date(2026, 5, 11)).await, Some((PostingState::Sent, None)), "{step}");
    assert_eq!(house.model.posts(), posts, "{step}");
    assert!(house.model.told().is_empty(), "{step}");
}

#[tokio::test]
async fn a_disk_that_is_full_at_any_step_of_the_cycle_neither_doubles_nor_drops_the_tip() {
    full_at("INSERT ON postings", 1).await;
    full_at("UPDATE ON schedules", 1).await;
    full_at("UPDATE ON postings WHEN NEW.sending_since IS NOT NULL", 1).await;
    // It stands in the channel, and that cannot be noted: it is looked for once the lease is over.
    full_at("UPDATE ON postings WHEN NEW.state = 'sent'", 1).await;
    full_at("INSERT ON shown", 1).await;
}

/// Nobody waits for ever: what is asked while the file is locked for less than the patience is simply late.
#[tokio::test]
async fn a_short_lock_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("bedside.db").display());
    let store = Store::open(&url).await.unwrap();
    let mut backup = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut backup).await.unwrap();
    let here = workspace();
    let muting = store.mute(&here, None, "blame/should-have");
    let (muted, ()) = tokio::join!(muting, async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        sqlx::raw_sql("ROLLBACK").execute(&mut backup).await.unwrap();
    });
    muted.unwrap();
    assert_eq!(store.muted(&workspace(), None).await.unwrap().len(), 1);
}
