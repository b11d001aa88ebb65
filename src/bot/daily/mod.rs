//! The daily tip: for every channel with a schedule and every local date it names one tip, never two, and a missed
//! one is known.
//!
//! - [`Daily`], here: what it needs, and the loop that wakes when something is due;
//! - `due`: a schedule comes due: its date is claimed, missed or left out;
//! - `kinds`: tip, recap or announcement: what each is called and about, and its card;
//! - `sending`: a claimed posting is carried through to its end;
//! - `telling`: what went wrong is told, once;
//! - `coming`: what comes next and what became of the last dates, for whoever looks after a channel;
//! - `handlers`: `daily on`, `off`, `list`, `skip` and `now`;
//! - `recap`: `recap on` and `off`, and which tip a recap repeats.

mod coming;
mod due;
mod handlers;
mod kinds;
pub mod recap;
mod sending;
mod telling;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tokio::{
    sync::Notify,
    task::{self, JoinSet},
};
use tokio_util::sync::CancellationToken;

pub use coming::{Coming, Stands, Told};
#[cfg(feature = "blog")]
pub(super) use due::schedule_of;
pub use handlers::{Options, list, now, off, on, skip};
pub(super) use handlers::{channel_option, check_permissions};

use super::{
    Card, Clock, Error, Figures, Platform,
    error::with_causes,
    platform::{later, patiently},
    recap::Practised,
};
use crate::{
    digest::digest,
    store::{ChannelId, Lease, PostingKey, PostingKind, ScheduleRow, Store, Week, WorkspaceId},
};

/// How late a tip may be posted after downtime, unless the configuration says otherwise.
pub const GRACE: SignedDuration = SignedDuration::from_hours(4);

/// How long a process has a posting before another may take it over: longer than a send and a look together.
const LEASE: SignedDuration = SignedDuration::from_secs(150);
/// The longest that one call of the platform may take; after that its outcome is unknown.
const PATIENCE: SignedDuration = SignedDuration::from_secs(45);
/// How many channels are served at the same time.
const CONCURRENCY: usize = 16;
/// The shortest pause between two looks at what is due.
const SHORTEST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
/// The longest: another replica may have made a schedule, and died with it.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// How long a process leaves what it does not serve to one that does: that one looks at least every longest pause.
const HEAD_START: SignedDuration = SignedDuration::from_secs(75);
/// The pause after the store failed.
const PAUSE_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(5);
/// How often old things are deleted.
const HOUSEKEEPING: SignedDuration = SignedDuration::from_hours(1);
/// How long finished postings are kept.
const POSTINGS_KEPT: SignedDuration = SignedDuration::from_hours(100 * 24);
/// How long work at hand may go on once the process is to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// The tips there are.
pub trait Deck: Send + Sync {
    /// Every tip.
    fn tips(&self) -> Vec<TipName>;

    /// The tip as a card; `None` when it is gone.
    fn card(&self, tip: &str) -> Option<Card>;

    /// A team's week as a card that repeats the tip; `None` when it is gone.
    fn recap(&self, tip: &str, practised: &Practised) -> Option<Card>;
}

/// What a tip is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TipName {
    /// Its id.
    pub id: String,
    /// Its topic's id.
    pub topic: String,
}

/// The service that posts the daily tips.
pub struct Daily {
    pub(super) store: Store,
    platform: Arc<dyn Platform>,
    pub(super) clock: Arc<dyn Clock>,
    deck: Arc<dyn Deck>,
    grace: SignedDuration,
    /// This process, as the holder of leases.
    holder: String,
    started: Timestamp,
    changed: Notify,
    pub(super) figures: Figures,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Job {
    /// A schedule is due.
    Due(WorkspaceId, ChannelId, PostingKind),
    /// A posting waits to be taken up.
    Open(PostingKey),
    /// Something is to be told about a channel.
    Tell(WorkspaceId, ChannelId),
}

/// A job, with the schedule that is due where it is one.
type DueJob = (Job, Option<ScheduleRow>);

impl Job {
    fn workspace(&self) -> &WorkspaceId {
        match self {
            Self::Due(workspace, ..) | Self::Tell(workspace, _) => workspace,
            Self::Open(key) => &key.workspace,
        }
    }
}

/// The jobs under way.
#[derive(Default)]
struct Running {
    tasks: JoinSet<bool>,
    jobs: HashMap<task::Id, Job>,
}

impl Running {
    /// Waits for a job to end; false when it failed, `None` when there is none.
    async fn ended(&mut self) -> Option<bool> {
        let (id, fine) = match self.tasks.join_next_with_id().await? {
            Ok(ended) => ended,
            // A panic was printed where it happened; its lease runs out and the posting is taken up again.
            Err(error) => (error.id(), false),
        };
        self.jobs.remove(&id);
        Some(fine)
    }
}

impl Daily {
    /// A service that posts what `deck` holds through `platform`, at most `grace` late.
    pub fn new(
        store: Store,
        platform: Arc<dyn Platform>,
        clock: Arc<dyn Clock>,
        deck: Arc<dyn Deck>,
        grace: SignedDuration,
    ) -> Arc<Self> {
        let holder = format!("{:032x}", fastrand::u128(..));
        let started = clock.now();
        Arc::new(Self {
            store,
            platform,
            clock,
            deck,
            grace,
            holder,
            started,
            changed: Notify::new(),
            figures: Figures::default(),
        })
    }

    /// Posts what comes due until `shutdown`; then ends what is at hand, within eight seconds.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let mut running = Running::default();
        let mut tidied: Option<Timestamp> = None;
        let mut rest_until: Option<Timestamp> = None;
        loop {
            let now = self.clock.now();
            self.figures.looked(now);
            if tidied.is_none_or(|at| now.duration_since(at) >= HOUSEKEEPING) {
                tidied = Some(now);
                self.tidy(now).await.unwrap_or_else(|error| log(&error, "tidying up"));
            }
            let wake = match rest_until.filter(|until| now < *until) {
                Some(until) => until,
                None => self.begin(&mut running, now).await.unwrap_or_else(|error| {
                    log(&error, "looking for what is due");
                    later(now, PAUSE_AFTER_FAILURE)
                }),
            };
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = self.changed.notified() => {}
                () = self.clock.until(wake) => {}
                Some(fine) = running.ended() => {
                    rest_until = if fine { rest_until } else { Some(later(now, PAUSE_AFTER_FAILURE)) };
                }
            }
        }
        // What does not end in time is taken up by its lease.
        let _ = tokio::time::timeout(DRAIN, async { while running.ended().await.is_some() {} }).await;
    }

    /// Starts what is due; says when to look again.
    async fn begin(self: &Arc<Self>, running: &mut Running, now: Timestamp) -> Result<Timestamp, Error> {
        self.start_due(running, now, &mut HashSet::new()).await?;
        let wake = self.store.next_wake().await?.unwrap_or(Timestamp::MAX);
        Ok(wake.clamp(later(now, SHORTEST_PAUSE), later(now, LONGEST_PAUSE)))
    }

    /// Does everything that is due at `now`, each thing once, and returns when it is done.
    pub async fn tick(self: &Arc<Self>, now: Timestamp) -> Result<(), Error> {
        let mut running = Running::default();
        let mut done = HashSet::new();
        loop {
            self.start_due(&mut running, now, &mut done).await?;
            if running.ended().await.is_none() {
                return Ok(());
            }
        }
    }

    /// Starts jobs that are due, are not under way and not in `done`, as far as there is room; adds them to `done`.
    async fn start_due(
        self: &Arc<Self>,
        running: &mut Running,
        now: Timestamp,
        done: &mut HashSet<Job>,
    ) -> Result<(), Error> {
        if self.store.next_wake().await?.is_none_or(|wake| wake > now) {
            return Ok(());
        }
        // Jobs under way may still stand among the due ones: ask for enough to see past them.
        for (job, row) in self.due_here(now, 2 * CONCURRENCY + done.len()).await? {
            if running.jobs.len() >= CONCURRENCY {
                return Ok(());
            }
            if running.jobs.values().any(|other| *other == job) || !done.insert(job.clone()) {
                continue;
            }
            let daily = Arc::clone(self);
            let task = running.tasks.spawn({
                let job = job.clone();
                async move { daily.perform(job, row, now).await }
            });
            running.jobs.insert(task.id(), job);
        }
        Ok(())
    }

    /// What is due for this process, so many things or all: what it does not serve, only after the head start of
    /// those that do, so that a miss is known where none does.
    async fn due_here(&self, now: Timestamp, wanted: usize) -> Result<Vec<DueJob>, Error> {
        let long_due = later(now, -HEAD_START);
        let serves = |(job, _): &DueJob| self.platform.serves(job.workspace());
        let mut at_most = wanted;
        loop {
            let due = self.due(now, at_most).await?;
            let is_all = due.len() < at_most;
            let (mut here, elsewhere): (Vec<_>, Vec<_>) = due.into_iter().partition(serves);
            if !elsewhere.is_empty() && self.started <= long_due {
                here.extend(self.due(long_due, at_most).await?.into_iter().filter(|one| !serves(one)));
            }
            if is_all || here.len() >= wanted {
                return Ok(here);
            }
            // What others serve must not hide what stands behind it.
            at_most *= 2;
        }
    }

    /// What is due for anybody.
    async fn due(&self, now: Timestamp, at_most: usize) -> Result<Vec<DueJob>, Error> {
        let at_most = u32::try_from(at_most).unwrap_or(u32::MAX);
        let mut due = Vec::new();
        for key in self.store.open_postings(now, at_most).await? {
            due.push((Job::Open(key), None));
        }
        for row in self.store.due_schedules(now, at_most).await? {
            due.push((Job::Due(row.workspace.clone(), row.channel.clone(), row.kind), Some(row)));
        }
        for (workspace, channel) in self.store.untold(now, at_most).await? {
            due.push((Job::Tell(workspace, channel), None));
        }
        Ok(due)
    }

    /// Does one thing; false when it failed on our side.
    async fn perform(&self, job: Job, row: Option<ScheduleRow>, now: Timestamp) -> bool {
        let result = match (job, row) {
            (Job::Due(..), Some(row)) => self.come_due(row, now).await,
            (Job::Due(..), None) => Ok(()),
            (Job::Open(key), _) => self.take_up(&key, now).await,
            (Job::Tell(workspace, channel), _) => self.tell(&workspace, &channel, now).await,
        };
        result.inspect_err(|error| log(error, "the daily tip")).is_ok()
    }

    /// Looks again at what is due: schedules have changed.
    pub fn changed(&self) {
        self.changed.notify_one();
    }

    /// A workspace removed the bot: its schedules rest.
    pub async fn left(&self, workspace: &WorkspaceId) -> Result<(), Error> {
        Ok(self.store.left(workspace, self.clock.now()).await?)
    }

    /// A workspace has the bot (again): schedules that rest go on from the next date, those too that an earlier return
    /// did not come to. Cheap where none rests.
    pub async fn returned(&self, workspace: &WorkspaceId) -> Result<(), Error> {
        self.store.returned(workspace).await?;
        for row in self.store.resting_schedules(workspace).await? {
            if let Err(error) = self.resume(&row).await {
                let (channel, kind, cause) = (&row.channel, row.kind.name(), with_causes(&error));
                tracing::error!(%workspace, %channel, kind, cause, "a schedule rests on; it is tried again at the next start");
            }
        }
        Ok(())
    }

    /// A schedule that rests goes on; one that this version cannot read rests on.
    async fn resume(&self, row: &ScheduleRow) -> Result<(), Error> {
        let next = self.next_free(row, self.clock.now()).await?;
        if self.store.set_next(row, next).await? {
            self.changed();
        }
        Ok(())
    }

    /// Deletes what is not kept any longer.
    async fn tidy(&self, now: Timestamp) -> Result<(), Error> {
        for workspace in self.store.purge_left(now).await? {
            tracing::info!(%workspace, "deleted everything of a workspace that removed the bot thirty days ago");
        }
        self.store.prune_postings(later(now, -POSTINGS_KEPT)).await?;
        let today = now.to_zoned(TimeZone::UTC).date();
        let before = today.checked_sub(jiff::Span::new().days(3)).unwrap_or(today);
        self.store.prune_skips(before).await?;
        // Weeks end last in the west.
        let west = later(now, SignedDuration::from_hours(-12)).to_zoned(TimeZone::UTC).date();
        Ok(self.store.prune_counters(Week::of(west)).await?)
    }

    fn lease(&self, now: Timestamp) -> Lease<'_> {
        Lease { holder: &self.holder, until: later(now, LEASE) }
    }

    /// Waits for a call of the platform, but not for ever; `None` when it took too long.
    async fn patiently<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        patiently(&*self.clock, PATIENCE, call).await
    }

    /// Now, and never earlier than when the work at hand began.
    fn now_from(&self, start: Timestamp) -> Timestamp {
        self.clock.now().max(start)
    }
}

/// At most 25 characters that stand for `parts`, the same in every process.
fn short_hash(parts: &[&str]) -> String {
    let mut text = hex::encode(digest(parts));
    text.truncate(25);
    text
}

fn log(error: &Error, doing: &str) {
    let cause = with_causes(error);
    tracing::error!(cause, "{doing} failed; it is tried again");
}
