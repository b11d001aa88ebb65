//! The feed is fetched, read and recorded.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::{Blog, Body, FetchTrouble, Fetched, Validators, later};
use crate::{
    blog::{Feed, Mark, Post, Unreadable, read, unknown},
    bot::Error,
    store::{BlogPost, FeedRead, FeedState},
};

/// How often the feed is read, and by how much that varies so that not everybody comes at once.
const INTERVAL: SignedDuration = SignedDuration::from_hours(1);
const JITTER: SignedDuration = SignedDuration::from_mins(10);
/// The longest pause after failures, and the longest that a server may ask for.
const LONGEST_BACKOFF: SignedDuration = SignedDuration::from_hours(6);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);
/// How long a reading is this process's own: longer than any takes.
const CLAIM: SignedDuration = SignedDuration::from_mins(5);
/// A post that was published longer ago than this when it is found is no news.
const NEWS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The most posts of one reading that are announced; a blog that moved as a whole has not written so many.
const MOST_AT_ONCE: usize = 7;
/// How often the operator is told that the feed fails.
const TELL_EVERY: SignedDuration = SignedDuration::from_hours(24);

impl Blog {
    /// Reads the feed if it is time and nobody else does.
    pub(super) async fn read_feed(&self, now: Timestamp) -> Result<(), Error> {
        // What is kept is kept by the millisecond.
        let claim = Timestamp::from_millisecond(later(now, CLAIM).as_millisecond()).unwrap_or(now);
        let Some(state) = self.store.claim_feed(&self.feed, now, claim).await? else { return Ok(()) };
        let validators = Validators { etag: state.etag.as_deref(), last_modified: state.last_modified.as_deref() };
        let fetched = self.fetch.fetch(&self.address, validators).await;
        let now = self.clock.now().max(now);
        let read = match fetched {
            Ok(Fetched::Unchanged) if state.read_at.is_some() => {
                let next = later(now, jittered(INTERVAL));
                self.store.feed_unchanged(&self.feed, claim, now, next).await?;
                tell_recovery(&state);
                return Ok(());
            }
            Ok(Fetched::Unchanged) => {
                Err(trouble("the server says that nothing changed, and it was never read".to_owned()))
            }
            Ok(Fetched::Body(body)) => parse(body).await,
            Err(trouble) => Err(trouble),
        };
        match read {
            Ok((feed, body)) => self.record(&state, claim, &feed, &body, now).await,
            Err(trouble) => self.failed(&state, claim, &trouble, now).await,
        }
    }

    async fn record(
        &self,
        state: &FeedState,
        claim: Timestamp,
        feed: &Feed,
        body: &Body,
        now: Timestamp,
    ) -> Result<(), Error> {
        // Everything that stands there at first is old.
        let new = if state.begun_at.is_some() {
            let known = self.store.known_marks(&self.feed).await?;
            let known: HashSet<Mark> = known.into_iter().map(Mark::kept).collect();
            news(unknown(&known, &feed.posts), &feed.title, now)
        } else {
            Vec::new()
        };
        let marks: Vec<&str> = feed.posts.iter().flat_map(|post| &post.marks).map(Mark::as_str).collect();
        let read = FeedRead {
            etag: body.etag.as_deref(),
            last_modified: body.last_modified.as_deref(),
            marks: &marks,
            new: &new,
        };
        let next = later(now, jittered(INTERVAL));
        if self.store.feed_read(&self.feed, claim, read, now, next).await? {
            tell_recovery(state);
            let posts = feed.posts.len();
            match (state.begun_at, new.len()) {
                (None, _) => tracing::info!(posts, "the blog's feed was read; posts from now on are announced"),
                (_, 0) => {}
                (_, new) => tracing::info!(new, "new posts of the blog are to be announced"),
            }
        }
        Ok(())
    }

    async fn failed(
        &self,
        state: &FeedState,
        claim: Timestamp,
        trouble: &FetchTrouble,
        now: Timestamp,
    ) -> Result<(), Error> {
        let next = later(now, jittered(backoff(state.failures, trouble)));
        let due = state.told_at.is_none_or(|told| now.duration_since(told) >= TELL_EVERY);
        let told = if due { Some(now) } else { state.told_at };
        if self.store.feed_failed(&self.feed, claim, told, next).await? && due {
            let reason = &trouble.reason;
            tracing::warn!(%reason, again_at = %next, "the blog's feed cannot be read; please look at [blog] feed");
        }
        Ok(())
    }
}

fn tell_recovery(state: &FeedState) {
    if state.told_at.is_some() {
        tracing::info!("the blog's feed can be read again");
    }
}

fn trouble(reason: String) -> FetchTrouble {
    FetchTrouble { reason, wait: None }
}

/// Reads the body beside everything else: it may take its time, and the reader may stumble over it.
async fn parse(body: Body) -> Result<(Feed, Body), FetchTrouble> {
    let reading = tokio::task::spawn_blocking(move || (read(&body.bytes, &body.from), body)).await;
    match reading {
        Ok((Ok(feed), body)) => Ok((feed, body)),
        Ok((Err(unreadable), _)) => Err(trouble(unreadable.to_string())),
        Err(_) => Err(trouble(Unreadable::Broken.to_string())),
    }
}

/// What is announced of the posts found, oldest first.
fn news(found: Vec<&Post>, blog: &str, now: Timestamp) -> Vec<BlogPost> {
    let fresh = |post: &&Post| post.published.is_none_or(|at| now.duration_since(at) <= NEWS);
    let mut news: Vec<&Post> = found.into_iter().filter(fresh).collect();
    let too_many = news.len().saturating_sub(MOST_AT_ONCE);
    if too_many > 0 {
        tracing::warn!(too_many, "the blog's feed bears many new posts at once; only the newest are announced");
        news.drain(..too_many);
    }
    let as_kept = |post: &Post| {
        let mark = post.marks.first()?;
        let (blog, title, link) = (blog.to_owned(), post.title.clone(), post.link.clone());
        Some(BlogPost { post: mark.as_str().to_owned(), blog, title, link })
    };
    news.into_iter().filter_map(as_kept).collect()
}

/// How long to wait after so many failures before.
fn backoff(failures: u32, trouble: &FetchTrouble) -> SignedDuration {
    let doubled = INTERVAL.saturating_mul(1 << failures.min(10)).min(LONGEST_BACKOFF);
    let asked = trouble.wait.and_then(|wait| SignedDuration::try_from(wait).ok()).unwrap_or_default();
    doubled.max(asked.min(LONGEST_WAIT))
}

fn jittered(wait: SignedDuration) -> SignedDuration {
    let most = u64::try_from(JITTER.as_millis()).unwrap_or(0);
    wait.saturating_add(SignedDuration::from_millis(i64::try_from(fastrand::u64(..=most)).unwrap_or(0)))
}
