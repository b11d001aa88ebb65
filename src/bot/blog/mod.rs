//! New posts of the blog, announced where the tips are posted: by title and link, at most one a day in each channel.
//!
//! - [`Blog`], here: what it needs, and the loop that wakes when the feed or an announcement is due;
//! - `feed`: the feed is fetched, read and recorded; a broken one is told to the operator once a day;
//! - `announcing`: a post that waits is handed to the daily service, which posts it once;
//! - [`Fetch`]: what fetches, so that tests and machines without a network can do otherwise.

mod announcing;
mod feed;

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

pub(super) use announcing::card;

use super::{
    Clock, Error,
    daily::Daily,
    error::with_causes,
    platform::{Pending, later},
};
use crate::store::Store;

/// The shortest and the longest pause between two looks at what is due.
const SHORTEST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// The pause after the store failed.
const PAUSE_AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(1);

/// Fetches a feed, within bounds of time and size of its own.
pub trait Fetch: Send + Sync {
    /// Asks for what stands at `address`, unless it is still what the `validators` name.
    fn fetch<'a>(&'a self, address: &'a str, validators: Validators<'a>) -> Pending<'a, Result<Fetched, FetchTrouble>>;
}

/// What the server gave out last time, to say whether anything changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Validators<'a> {
    /// Its tag.
    pub etag: Option<&'a str>,
    /// Its date, as it wrote it.
    pub last_modified: Option<&'a str>,
}

/// What the server answered.
pub enum Fetched {
    /// Nothing changed.
    Unchanged,
    /// What stands there now.
    Body(Body),
}

/// What stands at an address.
pub struct Body {
    /// The bytes, bounded.
    pub bytes: Vec<u8>,
    /// Where they stood in the end.
    pub from: String,
    /// The server's tag.
    pub etag: Option<String>,
    /// The server's date.
    pub last_modified: Option<String>,
}

/// Why nothing was fetched; never with a word of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct FetchTrouble {
    /// In words, with the status where there was one.
    pub reason: String,
    /// How long the server asks to be left alone.
    pub wait: Option<Duration>,
}

/// The service that announces new posts.
pub struct Blog {
    store: Store,
    daily: Arc<Daily>,
    clock: Arc<dyn Clock>,
    fetch: Arc<dyn Fetch>,
    /// The feed's address.
    address: String,
    /// What the feed is known by in the store.
    feed: String,
}

impl Blog {
    /// A service that reads the feed at `address` by `fetch` and announces through `daily`.
    pub fn new(
        store: Store,
        daily: Arc<Daily>,
        clock: Arc<dyn Clock>,
        fetch: Arc<dyn Fetch>,
        address: String,
    ) -> Arc<Self> {
        let feed = hex::encode(Sha256::digest(&address));
        Arc::new(Self { store, daily, clock, fetch, address, feed })
    }

    /// Reads and announces until `shutdown`. A reading that is under way then is left: nothing is recorded before its
    /// end, and the next start reads again.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let live = async {
            loop {
                let now = self.clock.now();
                let wake = match self.tick(now).await {
                    Ok(()) => self.wake().await,
                    Err(error) => Err(error),
                };
                let now = self.clock.now().max(now);
                let wake = wake.unwrap_or_else(|error| {
                    let cause = with_causes(&error);
                    tracing::error!(cause, "announcing posts of the blog failed; it is tried again");
                    later(now, PAUSE_AFTER_FAILURE)
                });
                self.clock.until(wake.clamp(later(now, SHORTEST_PAUSE), later(now, LONGEST_PAUSE))).await;
            }
        };
        shutdown.run_until_cancelled(live).await;
    }

    /// Does what is due at `now`, and returns when it is done.
    pub async fn tick(&self, now: Timestamp) -> Result<(), Error> {
        let read = self.read_feed(now).await;
        // A feed that cannot be recorded keeps nothing from being announced.
        self.announce(self.clock.now().max(now)).await.and(read)
    }

    /// When something is due next.
    async fn wake(&self) -> Result<Timestamp, Error> {
        let reading = self.store.feed(&self.feed).await?.map_or(Timestamp::MIN, |state| state.next_at);
        let announcing = self.store.next_announcement().await?.unwrap_or(Timestamp::MAX);
        Ok(reading.min(announcing))
    }
}
