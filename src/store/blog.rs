//! The blog's feed: what is known of it, its posts, and where each is still to be announced.

use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{
    ChannelId, Result, Store, WorkspaceId, Writing, address::Backend, clipped, count, instant, instant_if_any, millis,
};

/// How many marks of a feed are kept, beyond those that it bears now: three each of two thousand posts.
const MOST_MARKS: i64 = 6_000;
/// How long a post is kept after it was found; the postings that name it are over by then.
const POSTS_KEPT: SignedDuration = SignedDuration::from_hours(110 * 24);
/// The longest texts that are kept, in characters.
const LONGEST_TITLE: usize = 200;
const LONGEST_LINK: usize = 1_000;
const LONGEST_ETAG: usize = 500;
const LONGEST_DATE: usize = 100;

/// What is known of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedState {
    /// The server's tag of what it sent last.
    pub etag: Option<String>,
    /// The server's date of what it sent last, as it wrote it.
    pub last_modified: Option<String>,
    /// When it was first read with success.
    pub begun_at: Option<Timestamp>,
    /// When it was last read with success.
    pub read_at: Option<Timestamp>,
    /// When it is read again.
    pub next_at: Timestamp,
    /// How often in a row it failed.
    pub failures: u32,
    /// When the operator was told that it fails; none while it does not.
    pub told_at: Option<Timestamp>,
}

/// A post that is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlogPost {
    /// What it is known by: its first mark.
    pub post: String,
    /// The blog's name; may be empty.
    pub blog: String,
    /// Its title; may be empty.
    pub title: String,
    /// Where it is read.
    pub link: String,
}

/// A channel in which posts wait to be announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The channel.
    pub channel: ChannelId,
    /// The post that comes next there, found longest ago.
    pub post: String,
    /// When that was found.
    pub found_at: Timestamp,
}

/// What a reading of a feed brought.
#[derive(Clone, Copy, Debug)]
pub struct FeedRead<'a> {
    /// The server's tag, if any.
    pub etag: Option<&'a str>,
    /// The server's date, if any.
    pub last_modified: Option<&'a str>,
    /// Every mark that the feed bears.
    pub marks: &'a [&'a str],
    /// The posts to be announced in every channel with a daily tip, in that order.
    pub new: &'a [BlogPost],
}

/// The columns that a feed is read from.
macro_rules! columns {
    () => {
        "etag, last_modified, begun_at, read_at, next_at, failures, told_at"
    };
}

fn read(row: &AnyRow) -> Result<FeedState> {
    Ok(FeedState {
        etag: row.try_get("etag")?,
        last_modified: row.try_get("last_modified")?,
        begun_at: instant_if_any(row, "begun_at")?,
        read_at: instant_if_any(row, "read_at")?,
        next_at: instant(row, "next_at")?,
        failures: count(row, "failures")?,
        told_at: instant_if_any(row, "told_at")?,
    })
}

impl Store {
    /// What is known of a feed; none before it was first asked for.
    pub async fn feed(&self, feed: &str) -> Result<Option<FeedState>> {
        let row = sqlx::query(concat!("SELECT ", columns!(), " FROM blog_feeds WHERE feed = $1"))
            .bind(feed)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Claims the reading of a feed until `until`, when it is due; `None` when it is not, or another process has it.
    pub async fn claim_feed(&self, feed: &str, now: Timestamp, until: Timestamp) -> Result<Option<FeedState>> {
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT INTO blog_feeds (feed, next_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(feed)
            .bind(millis(now))
            .execute(&mut *transaction)
            .await?;
        let rows = sqlx::query(concat!(
            "UPDATE blog_feeds SET next_at = $3 WHERE feed = $1 AND next_at <= $2 RETURNING ",
            columns!()
        ))
        .bind(feed)
        .bind(millis(now))
        .bind(millis(until))
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        rows.first().map(read).transpose()
    }

    /// Every mark that is known of a feed.
    pub async fn known_marks(&self, feed: &str) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar("SELECT mark FROM blog_known WHERE feed = $1").bind(feed).fetch_all(&self.pool).await?)
    }

    /// Records a reading, all of it or nothing: what is known now, what is new, and when it is read `next`. `claim`
    /// is until when it was claimed; false when another process has it by now.
    pub async fn feed_read(
        &self,
        feed: &str,
        claim: Timestamp,
        found: FeedRead<'_>,
        now: Timestamp,
        next: Timestamp,
    ) -> Result<bool> {
        let mut transaction = self.begin().await?;
        // A blog without a post has not begun: its first ones may only be missing for a while.
        let begins = !found.marks.is_empty();
        let updated = sqlx::query(
            "UPDATE blog_feeds SET etag = $3, last_modified = $4, begun_at = coalesce(begun_at, $5), read_at = $6,
                 next_at = $7, failures = 0, told_at = NULL
             WHERE feed = $1 AND next_at = $2",
        )
        .bind(feed)
        .bind(millis(claim))
        // A validator that was cut would never hold.
        .bind(found.etag.filter(|text| clipped(text, LONGEST_ETAG).len() == text.len()))
        .bind(found.last_modified.filter(|text| clipped(text, LONGEST_DATE).len() == text.len()))
        .bind(begins.then(|| millis(now)))
        .bind(millis(now))
        .bind(millis(next))
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            return Ok(false);
        }
        for mark in found.marks {
            sqlx::query(
                "INSERT INTO blog_known (feed, mark, seen_at) VALUES ($1, $2, $3)
                 ON CONFLICT (feed, mark) DO UPDATE SET seen_at = excluded.seen_at",
            )
            .bind(feed)
            .bind(*mark)
            .bind(millis(now))
            .execute(&mut *transaction)
            .await?;
        }
        for (post, place) in found.new.iter().zip(0_i64..) {
            // What is switched off meanwhile, or goes, waits until these wait too, and then takes them along.
            let hold = if self.backend == Backend::Postgres { " FOR KEY SHARE OF w, s" } else { "" };
            wait(&mut transaction, post, place, now, hold).await?;
        }
        forget(&mut transaction, feed, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Records that nothing changed; false when another process has the reading by now.
    pub async fn feed_unchanged(&self, feed: &str, claim: Timestamp, now: Timestamp, next: Timestamp) -> Result<bool> {
        let updated = sqlx::query(
            "UPDATE blog_feeds SET read_at = $3, next_at = $4, failures = 0, told_at = NULL
             WHERE feed = $1 AND next_at = $2",
        )
        .bind(feed)
        .bind(millis(claim))
        .bind(millis(now))
        .bind(millis(next))
        .execute(&self.pool)
        .await?;
        Ok(updated.rows_affected() > 0)
    }

    /// Records that it failed, and when the operator was told of it; false when another process has it by now.
    pub async fn feed_failed(
        &self,
        feed: &str,
        claim: Timestamp,
        told: Option<Timestamp>,
        next: Timestamp,
    ) -> Result<bool> {
        let updated = sqlx::query(
            "UPDATE blog_feeds SET failures = failures + 1, told_at = $3, next_at = $4
             WHERE feed = $1 AND next_at = $2",
        )
        .bind(feed)
        .bind(millis(claim))
        .bind(told.map(millis))
        .bind(millis(next))
        .execute(&self.pool)
        .await?;
        Ok(updated.rows_affected() > 0)
    }

    /// A post that is announced.
    pub async fn blog_post(&self, post: &str) -> Result<Option<BlogPost>> {
        let row = sqlx::query("SELECT post, blog, title, link FROM blog_posts WHERE post = $1")
            .bind(post)
            .fetch_optional(&self.pool)
            .await?;
        let read = |row: AnyRow| -> Result<BlogPost> {
            Ok(BlogPost {
                post: row.try_get("post")?,
                blog: row.try_get("blog")?,
                title: row.try_get("title")?,
                link: row.try_get("link")?,
            })
        };
        row.map(read).transpose()
    }

    /// Channels in which a post may be announced now, each with the one that comes next there.
    pub async fn waiting(&self, now: Timestamp, at_most: u32) -> Result<Vec<Waiting>> {
        let rows = sqlx::query(
            "SELECT w.workspace, w.channel, p.post, p.found_at
             FROM blog_waiting w JOIN blog_posts p ON p.post = w.post WHERE w.at <= $1
             ORDER BY p.found_at, p.place, p.post LIMIT $2",
        )
        .bind(millis(now))
        .bind(i64::from(at_most))
        .fetch_all(&self.pool)
        .await?;
        let mut waiting: Vec<Waiting> = Vec::new();
        for row in &rows {
            let workspace = WorkspaceId::new(row.try_get::<String, _>("workspace")?);
            let channel = ChannelId::new(row.try_get::<String, _>("channel")?);
            if waiting.iter().all(|one| (&one.workspace, &one.channel) != (&workspace, &channel)) {
                let found_at = instant(row, "found_at")?;
                waiting.push(Waiting { workspace, channel, post: row.try_get("post")?, found_at });
            }
        }
        Ok(waiting)
    }

    /// When a post may be announced next, anywhere.
    pub async fn next_announcement(&self) -> Result<Option<Timestamp>> {
        let row = sqlx::query("SELECT min(at) AS at FROM blog_waiting").fetch_one(&self.pool).await?;
        instant_if_any(&row, "at")
    }

    /// Nothing is announced in a channel before `at`.
    pub async fn announce_later(&self, workspace: &WorkspaceId, channel: &ChannelId, at: Timestamp) -> Result<()> {
        sqlx::query("UPDATE blog_waiting SET at = $3 WHERE workspace = $1 AND channel = $2")
            .bind(workspace.as_str())
            .bind(channel.as_str())
            .bind(millis(at))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// A post is not to be announced in a channel any more; every one of them where none is named.
    pub async fn waits_no_more(&self, workspace: &WorkspaceId, channel: &ChannelId, post: Option<&str>) -> Result<()> {
        sqlx::query("DELETE FROM blog_waiting WHERE workspace = $1 AND channel = $2 AND post = coalesce($3, post)")
            .bind(workspace.as_str())
            .bind(channel.as_str())
            .bind(post)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// Keeps a post and lets it wait in every channel that has a daily tip now.
async fn wait(
    transaction: &mut Writing,
    post: &BlogPost,
    place: i64,
    now: Timestamp,
    hold: &'static str,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO blog_posts (post, blog, title, link, found_at, place) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
    )
    .bind(&post.post)
    .bind(clipped(&post.blog, LONGEST_TITLE))
    .bind(clipped(&post.title, LONGEST_TITLE))
    .bind(clipped(&post.link, LONGEST_LINK))
    .bind(millis(now))
    .bind(place)
    .execute(&mut **transaction)
    .await?;
    sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO blog_waiting (workspace, channel, post, at)
         SELECT s.workspace, s.channel, $1, $2 FROM schedules s JOIN workspaces w ON w.workspace = s.workspace
         WHERE w.left_at IS NULL AND s.kind = 'tip'{hold}
         ON CONFLICT DO NOTHING"
    )))
    .bind(&post.post)
    .bind(millis(now))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Forgets what the feed has not borne for longest, beyond a bound, and posts that are long past.
async fn forget(transaction: &mut Writing, feed: &str, now: Timestamp) -> Result<()> {
    sqlx::query(
        "DELETE FROM blog_known WHERE feed = $1 AND seen_at < $2 AND mark IN (
             SELECT mark FROM blog_known WHERE feed = $1 ORDER BY seen_at DESC, mark LIMIT 1000000 OFFSET $3)",
    )
    .bind(feed)
    .bind(millis(now))
    .bind(MOST_MARKS)
    .execute(&mut **transaction)
    .await?;
    sqlx::query("DELETE FROM blog_posts WHERE found_at < $1")
        .bind(millis(now.saturating_add(-POSTS_KEPT).unwrap_or(now)))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
