//! What is kept, and nothing else: settings, schedules, postings, mutes, counters. Never a word that anyone wrote.
//!
//! One `SQLite` file. Everything is keyed by workspace, every value is bounded, and the SQL is such that `PostgreSQL`
//! reads it too.
//!
//! - [`workspaces`](Store::left): coming, going, and the deletion thirty days after;
//! - `settings`: staff role, report channel, watched channels;
//! - `schedules`: daily tips and weekly recaps, and dates to leave out;
//! - `postings`: one kind, one channel, one local date: claims, leases, outcomes;
//! - `telling`: that a posting went wrong, once;
//! - `mutes`, `counters`, `people`: what is switched off, how often it was used, what is kept about a person;
//! - `practice`, `practice_mail`, `quizzes`: what a person remembers of practice cards, when they want one, and their
//!   quizzes;
//! - `api_keys`: the hashes of the JSON API's keys;
//! - `blog`: what is known of the blog's feed, and the posts to be announced;
//! - [`examine`](Store::examine): a look from outside, and a copy.

mod api_keys;
mod blog;
mod counters;
mod error;
mod examine;
mod keys;
mod mutes;
mod people;
mod posting;
mod postings;
mod practice;
mod practice_mail;
mod quizzes;
mod schedules;
mod settings;
mod telling;
mod workspaces;

use std::{borrow::Cow, path::Path, str::FromStr, time::Duration};

use jiff::{Timestamp, civil::Date};
use sqlx::{
    ConnectOptions, Connection, Row, Sqlite, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

pub use api_keys::ApiKey;
pub use blog::{BlogPost, FeedRead, FeedState, Waiting};
pub use counters::{MOST_HIDDEN, Week};
pub use error::{Result, StoreError};
pub use examine::Examined;
pub use keys::{ChannelId, MessageId, PersonId, RoleId, WorkspaceId};
pub use people::Kept;
pub use posting::{Again, Attempt, Final, Lease, Posting, PostingKey, PostingKind, PostingState, Shown};
pub use practice::Practised;
pub use practice_mail::{MailTimes, PracticeMail};
pub use quizzes::QuizRun;
pub use schedules::{NewSchedule, Next, ScheduleRow};
pub use settings::Settings;
pub use telling::Telling;

/// The schema, oldest step first. A step that was released is never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../../migrations/0001_first.sql")),
    (2, "api keys", include_str!("../../migrations/0002_api_keys.sql")),
    (3, "practice", include_str!("../../migrations/0003_practice.sql")),
    (4, "kinds", include_str!("../../migrations/0004_kinds.sql")),
    (5, "blog", include_str!("../../migrations/0005_blog.sql")),
];

/// The largest file that every start looks through for damage, in bytes: a fraction of a second's work.
const LARGEST_LOOKED_AT: u64 = 16 << 20;
/// How long a statement waits for another process to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The bot's memory. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the store at `url` (`sqlite://bedside.db`), makes file and folder at first start, and brings the schema
    /// up to date. Several processes may open one file.
    pub async fn open(url: &str) -> Result<Self> {
        let address = || StoreError::Address { url: url.to_owned() };
        if !url.starts_with("sqlite:") {
            return Err(address());
        }
        let options = SqliteConnectOptions::from_str(url).map_err(|_| address())?;
        let path = options.get_filename().to_owned();
        let cannot_open =
            |cause: Box<dyn std::error::Error + Send + Sync>| StoreError::Open { path: path.clone(), cause };
        if !url.contains(":memory:")
            && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|cause| cannot_open(cause.into()))?;
        }
        let options = options
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .journal_mode(SqliteJournalMode::Wal)
            // A claim that a power cut takes back could be sent twice.
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        // A failed write (a full disk, say) makes SQLite roll back by itself; sqlx goes on counting the transaction as
        // open, and every later one on that connection would fail.
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(1)
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }));
        if tokio::fs::metadata(&path).await.is_ok_and(|file| file.len() == 0) {
            // A first start that was cut off leaves one too, so that it is no reason to refuse.
            tracing::warn!(store = %path.display(), "the store's file was empty; everything begins anew");
        }
        let failed = |error: StoreError| match error.of_file(&path) {
            StoreError::Database(cause) => cannot_open(cause.into()),
            told => told,
        };
        // A connection that knew the schema from before it was brought up to date would count the columns of `SELECT *`
        // wrongly: one alone does that, and is gone before the others come.
        let first = pool.clone().max_connections(1).connect_with(options.clone()).await;
        let first = Self { pool: first.map_err(|cause| failed(cause.into()))? };
        let ready = async {
            first.look_for_damage(&path).await?;
            first.migrate().await
        };
        let ready = ready.await;
        first.close().await;
        ready.map_err(|error| error.of_file(&path))?;
        Ok(Self { pool: pool.connect_with(options).await.map_err(|cause| failed(cause.into()))? })
    }

    /// A store that lives as long as the process, for tests and trials.
    pub async fn in_memory() -> Result<Self> {
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
        // A second connection would see a database of its own.
        let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let store = Self { pool: pool.connect_with(options).await? };
        store.migrate().await?;
        Ok(store)
    }

    /// What is damaged is told at the start, not when a tip is due. A large file would hold the start up; `bedside
    /// doctor` looks at those.
    async fn look_for_damage(&self, path: &Path) -> Result<()> {
        if tokio::fs::metadata(path).await.is_ok_and(|file| file.len() > LARGEST_LOOKED_AT) {
            return Ok(());
        }
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.pool).await?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Damaged { path: path.to_owned(), what: one_line(&found) }) }
    }

    /// Brings the schema up to date, in one transaction that processes starting at the same time wait for.
    async fn migrate(&self) -> Result<()> {
        let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
            let sql = sqlx::SqlStr::from_static(sql);
            Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
        });
        let known = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
        let mut transaction = self.begin().await?;
        match Migrator::with_migrations(migrations.collect()).run_direct(None, &mut *transaction, false).await {
            Ok(()) => {
                // SQLite begins a transaction on a file that may only be read, and fails at the first write: let it
                // be this one, which changes nothing.
                sqlx::query("UPDATE workspaces SET left_at = left_at WHERE 1 = 0").execute(&mut *transaction).await?;
                Ok(transaction.commit().await?)
            }
            Err(sqlx::migrate::MigrateError::VersionMissing(_)) => {
                let found =
                    sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut *transaction).await?;
                Err(StoreError::Newer { found: found.get(0), known })
            }
            Err(error) => Err(StoreError::Migrate(error)),
        }
    }

    /// Whether it answers at all.
    pub async fn answers(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes the connections; what was written is on disk.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that writes. It takes the write lock at once, so that it never has to give up half-way.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Makes sure that the workspace has its row, which all else hangs on.
async fn ensure_workspace(transaction: &mut Transaction<'static, Sqlite>, workspace: &WorkspaceId) -> Result<()> {
    sqlx::query("INSERT INTO workspaces (workspace) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(workspace.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// An instant as it is kept.
fn millis(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

fn instant(row: &SqliteRow, column: &'static str) -> Result<Timestamp> {
    Timestamp::from_millisecond(row.try_get(column)?).map_err(|_| StoreError::Unreadable { what: "time" })
}

fn instant_if_any(row: &SqliteRow, column: &'static str) -> Result<Option<Timestamp>> {
    let kept: Option<i64> = row.try_get(column)?;
    kept.map(Timestamp::from_millisecond).transpose().map_err(|_| StoreError::Unreadable { what: "time" })
}

fn date(row: &SqliteRow, column: &'static str) -> Result<Date> {
    row.try_get::<&str, _>(column)?.parse().map_err(|_| StoreError::Unreadable { what: "date" })
}

/// Text as part of a sentence.
fn one_line(text: &str) -> String {
    text.lines()
        .map(|line| line.trim_matches(['*', ' ']))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

/// Text cut to what a column holds.
fn clipped(text: &str, at_most: usize) -> &str {
    text.char_indices().nth(at_most).map_or(text, |(end, _)| &text[..end])
}
