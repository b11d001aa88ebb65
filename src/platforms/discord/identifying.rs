//! When a shard may ask for a new session: one at a time in each group, five seconds apart, and so often a day.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    sync::MutexGuard,
    time::{Instant, sleep_until},
};

/// Discord lets each group of shards identify once in this time.
const BETWEEN_IDENTIFIES: Duration = Duration::from_secs(5);
/// How often Discord gives new sessions anew.
const DAY: Duration = Duration::from_hours(24);

/// What Discord allows.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct StartLimit {
    /// How many new sessions a day.
    pub(super) total: u32,
    /// How many of them are left.
    pub(super) remaining: u32,
    /// Milliseconds until all are there again.
    pub(super) reset_after: u64,
    /// How many groups there are: a shard is of the group that its number leaves when divided by this.
    pub(super) max_concurrency: u32,
}

/// Lets the shards of this process identify no faster, and no more often, than Discord allows.
pub(super) struct Gate {
    /// When each group identified last.
    groups: Vec<tokio::sync::Mutex<Option<Instant>>>,
    left: Mutex<Left>,
}

struct Left {
    sessions: u32,
    total: u32,
    reset: Instant,
    /// Whether the operator was told that none is left.
    told: bool,
}

impl Gate {
    pub(super) fn new(limit: &StartLimit) -> Self {
        Self { groups: groups(limit, None), left: Mutex::new(Left::new(limit)) }
    }

    /// Takes in what Discord says anew; who identified lately is not forgotten.
    pub(super) fn renew(&mut self, limit: &StartLimit) {
        let last = self.groups.iter_mut().filter_map(|group| *group.get_mut()).max();
        self.groups = groups(limit, last);
        self.left = Mutex::new(Left::new(limit));
    }

    /// Waits until this shard may identify. The others of its group wait until it did, or the turn is dropped.
    pub(super) async fn pass(&self, shard: u32) -> Turn<'_> {
        let group = self.groups[shard as usize % self.groups.len()].lock().await;
        if let Some(last) = *group {
            sleep_until(last + BETWEEN_IDENTIFIES).await;
        }
        while let Some(reset) = self.take() {
            sleep_until(reset).await;
        }
        Turn { left: &self.left, group, spent: false }
    }

    fn take(&self) -> Option<Instant> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn groups(limit: &StartLimit, last: Option<Instant>) -> Vec<tokio::sync::Mutex<Option<Instant>>> {
    (0..limit.max_concurrency.max(1)).map(|_| tokio::sync::Mutex::new(last)).collect()
}

impl Left {
    fn new(limit: &StartLimit) -> Self {
        let reset = Instant::now() + Duration::from_millis(limit.reset_after);
        Self { sessions: limit.remaining, total: limit.total.max(1), reset, told: false }
    }

    /// Takes one; where none is left, gives the time at which there are some again.
    fn take(&mut self) -> Option<Instant> {
        let now = Instant::now();
        if now >= self.reset {
            *self = Self { sessions: self.total, total: self.total, reset: now + DAY, told: false };
        }
        if self.sessions > 0 {
            self.sessions -= 1;
            return None;
        }
        if !std::mem::replace(&mut self.told, true) {
            tracing::warn!(
                target: "bedside::discord", a_day = self.total, wait_minutes = (self.reset - now).as_secs().div_ceil(60),
                "Discord gives this bot no more new sessions today; the shards that need one wait until it does. \
                 Something has begun far too many: see whether a process keeps starting again"
            );
        }
        Some(self.reset)
    }
}

/// Leave to identify once, now.
pub(super) struct Turn<'a> {
    left: &'a Mutex<Left>,
    group: MutexGuard<'a, Option<Instant>>,
    spent: bool,
}

impl Turn<'_> {
    /// It was used: the next of the group waits from now on.
    pub(super) fn spent(mut self) {
        *self.group = Some(Instant::now());
        self.spent = true;
    }
}

impl Drop for Turn<'_> {
    /// A session that was not asked for after all is there for another try.
    fn drop(&mut self) {
        if !self.spent {
            self.left.lock().unwrap_or_else(PoisonError::into_inner).sessions += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000;

    fn limit(remaining: u32, max_concurrency: u32) -> StartLimit {
        StartLimit { total: 1000, remaining, reset_after: DAY, max_concurrency }
    }

    #[tokio::test(start_paused = true)]
    async fn shards_of_a_group_identify_five_seconds_apart_and_groups_at_once() {
        let gate = Gate::new(&limit(1000, 2));
        let began = Instant::now();
        let times = futures_util::future::join_all((0..6).map(async |shard| {
            let turn = gate.pass(shard).await;
            // Connecting takes a while, and the next of the group waits for its end.
            tokio::time::sleep(Duration::from_secs(2)).await;
            turn.spent();
            (shard % 2, began.elapsed().as_secs())
        }));
        assert_eq!(times.await, [(0, 2), (1, 2), (0, 9), (1, 9), (0, 16), (1, 16)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_was_not_used_costs_no_session_and_no_wait() {
        let gate = Gate::new(&limit(1, 1));
        let began = Instant::now();
        for _ in 0..3 {
            drop(gate.pass(0).await);
        }
        gate.pass(0).await.spent();
        assert_eq!(began.elapsed(), Duration::ZERO);
        let _turn = gate.pass(0).await;
        assert_eq!(began.elapsed(), Duration::from_millis(DAY), "none was left");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_done_lately_is_not_forgotten_with_a_new_word_of_discord() {
        let mut gate = Gate::new(&limit(1000, 1));
        gate.pass(0).await.spent();
        gate.renew(&limit(1000, 16));
        let began = Instant::now();
        let _turn = gate.pass(7).await;
        assert_eq!(began.elapsed(), Duration::from_secs(5));
    }
}
