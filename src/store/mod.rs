//! What is kept, and nothing else: settings, schedules, postings, mutes, counters. Never a word that anyone wrote.
//!
//! One `SQLite` file, or a database of a `PostgreSQL` server that any number of replicas share. Everything is keyed by
//! workspace, every value is bounded, and the SQL is written once: both read it.
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
//! - `address`, `open`: where it is, and how it is opened and brought up to date;
//! - [`examine`](Store::examine): a look from outside, and a copy;
//! - [`copy`](Store::copy), `tables`: moving house, from one to another.

mod address;
mod api_keys;
mod blog;
mod copy;
mod counters;
mod error;
mod examine;
mod keys;
mod mutes;
mod open;
mod people;
mod posting;
mod postings;
mod practice;
mod practice_mail;
mod quizzes;
mod schedules;
mod settings;
mod tables;
mod telling;
mod workspaces;

use std::fmt;

use jiff::{Timestamp, civil::Date};
use sqlx::{Any, AnyPool, Row, Transaction, any::AnyRow};

use address::Backend;
pub use api_keys::ApiKey;
pub use blog::{BlogPost, FeedRead, FeedState, Waiting};
pub use copy::{Copied, Progress};
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

/// A transaction that writes.
type Writing = Transaction<'static, Any>;

/// The bot's memory. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    backend: Backend,
}

/// Without the address: it may hold a password.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("backend", &self.backend).finish_non_exhaustive()
    }
}

impl Store {
    /// Whether it answers at all.
    pub async fn answers(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes the connections; what was written is on disk.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction on what is kept of a workspace, which has its row then: all else hangs on that.
    async fn begin_in(&self, workspace: &WorkspaceId) -> Result<Writing> {
        let mut transaction = self.begin().await?;
        loop {
            sqlx::query("INSERT INTO workspaces (workspace) VALUES ($1) ON CONFLICT DO NOTHING")
                .bind(workspace.as_str())
                .execute(&mut *transaction)
                .await?;
            // Somebody may delete it in between.
            if self.lock(&mut transaction, workspace).await? {
                return Ok(transaction);
            }
        }
    }

    /// A transaction on what is kept of a workspace, if anything is.
    async fn begin_among(&self, workspace: &WorkspaceId) -> Result<Writing> {
        let mut transaction = self.begin().await?;
        self.lock(&mut transaction, workspace).await?;
        Ok(transaction)
    }

    /// Lets no other transaction of that workspace in before this one is over, so that what was read, counted or
    /// compared still holds as it is written. SQLite has one writer anyway. False where there is no such workspace.
    ///
    /// Everything takes this lock first: two that wait for each other are none.
    async fn lock(&self, transaction: &mut Writing, workspace: &WorkspaceId) -> Result<bool> {
        if self.backend == Backend::Sqlite {
            return Ok(true);
        }
        // Rows that merely refer to the workspace are let in.
        let found = sqlx::query("SELECT 1 FROM workspaces WHERE workspace = $1 FOR NO KEY UPDATE")
            .bind(workspace.as_str())
            .fetch_all(&mut **transaction)
            .await?;
        Ok(!found.is_empty())
    }
}

/// An instant as it is kept.
fn millis(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

fn instant(row: &AnyRow, column: &'static str) -> Result<Timestamp> {
    Timestamp::from_millisecond(row.try_get(column)?).map_err(|_| StoreError::Unreadable { what: "time" })
}

fn instant_if_any(row: &AnyRow, column: &'static str) -> Result<Option<Timestamp>> {
    let kept: Option<i64> = row.try_get(column)?;
    kept.map(Timestamp::from_millisecond).transpose().map_err(|_| StoreError::Unreadable { what: "time" })
}

/// A number that is counted up from zero.
fn count(row: &AnyRow, column: &'static str) -> Result<u32> {
    u32::try_from(row.try_get::<i64, _>(column)?).map_err(|_| StoreError::Unreadable { what: "number" })
}

fn date(row: &AnyRow, column: &'static str) -> Result<Date> {
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

/// Text cut to what a column holds, and before a NUL, which PostgreSQL takes in none.
fn clipped(text: &str, at_most: usize) -> &str {
    let text = text.split('\0').next().unwrap_or_default();
    text.char_indices().nth(at_most).map_or(text, |(end, _)| &text[..end])
}
