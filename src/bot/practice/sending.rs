//! Private cards come due: at most one a day each, never a burst, and silently dropped where it is too late.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    super::{
        Bot, Error,
        daily::GRACE,
        error::with_causes,
        platform::{Trouble, later, patiently},
    },
    LAPSE, card, sealed,
};
use crate::{
    store::PracticeMail,
    tips::{Occasion, Schedule, Unclear, written},
};

/// How often in a row somebody may be out of reach before their cards stop.
pub(super) const MOST_FAILURES: u32 = 3;
/// How many cards are sent at the same time.
const AT_ONCE: u32 = 16;
/// The longest that one card may take to be sent.
const PATIENCE: SignedDuration = SignedDuration::from_secs(45);
/// The shortest and the longest pause between two looks at what is due.
const SHORTEST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// The pause after the store failed.
const PAUSE_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(5);
/// How long a process leaves what it does not serve to one that does, before it looks after it.
const HEAD_START: SignedDuration = SignedDuration::from_secs(5);
/// The pause before a card is tried again that certainly was not sent.
const PAUSE_UNSENT: SignedDuration = SignedDuration::from_mins(1);
/// How long somebody's cards rest whose times this version cannot read.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// The times that a row holds; they were read before they were kept, so that only another version can fail.
pub(super) fn schedule_of(row: &PracticeMail) -> Result<Schedule, Unclear> {
    let times = &row.times;
    Ok(Schedule {
        time: written::time(&times.time)?,
        zone: written::zone(&times.zone)?,
        days: written::days(&times.days)?,
    })
}

/// When a card is due next after `now`, on a date after the one of the last card.
pub(super) fn next_after(schedule: &Schedule, now: Timestamp, last: Option<Timestamp>) -> Option<Timestamp> {
    let next = schedule.next(now)?;
    match last.map(|last| schedule.zone.date_at(last)) {
        Some(last) if last >= next.date => schedule.after(last).map(|next| next.due),
        _ => Some(next.due),
    }
}

/// The last date that was due at `now`.
fn latest(schedule: &Schedule, now: Timestamp) -> Option<Occasion> {
    let from = schedule.zone.date_at(later(now, SignedDuration::from_hours(-8 * 24)));
    schedule.on_or_after(from).take_while(|one| one.due <= now).last()
}

impl Bot {
    /// Sends private cards as they come due, until `shutdown`.
    pub async fn send_practice(self: &Arc<Self>, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            let now = self.clock.now();
            let wake = match self.send_due_practice(now, shutdown).await {
                Ok(wake) => wake.unwrap_or(Timestamp::MAX).clamp(later(now, SHORTEST_PAUSE), later(now, LONGEST_PAUSE)),
                Err(error) => {
                    tracing::error!(cause = with_causes(&error), "sending practice cards failed; it is tried again");
                    later(now, PAUSE_AFTER_FAILURE)
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.mail_changed.notified() => {}
                () = self.clock.until(wake) => {}
            }
        }
    }

    /// Sends every private card that is due at `now`, and says when the next one is.
    pub async fn send_due_practice(
        self: &Arc<Self>,
        now: Timestamp,
        shutdown: &CancellationToken,
    ) -> Result<Option<Timestamp>, Error> {
        while !shutdown.is_cancelled() {
            let due = self.store.due_practice_mail(now, AT_ONCE).await?;
            if due.is_empty() {
                break;
            }
            let mut tasks = JoinSet::new();
            for row in due {
                let bot = Arc::clone(self);
                tasks.spawn(async move { bot.send_one(&row, now).await });
            }
            // Each has its date moved already: one that fails keeps nobody else from theirs.
            let mut sent = Ok(());
            while let Some(done) = tasks.join_next().await {
                // A panic was printed where it happened; its card is dropped.
                sent = sent.and(done.unwrap_or_else(|_| Err(Error::ours("a practice card was not sent"))));
            }
            sent?;
        }
        Ok(self.store.next_practice_mail().await?)
    }

    /// Sends one card, if this process is the one to.
    async fn send_one(&self, row: &PracticeMail, now: Timestamp) -> Result<(), Error> {
        let schedule = match schedule_of(row) {
            Ok(schedule) => schedule,
            Err(unclear) => {
                tracing::warn!(workspace = %row.workspace, %unclear, "somebody's practice cards rest: their times cannot be read");
                self.store.move_practice_mail(row, Some(later(now, REST))).await?;
                return Ok(());
            }
        };
        if !self.platform.serves(&row.workspace) {
            self.clock.until(later(now, HEAD_START)).await;
        }
        // Whoever moves the date may send the card: another process finds nothing due.
        let following = next_after(&schedule, now, row.last_due);
        if !self.store.move_practice_mail(row, following).await? {
            return Ok(());
        }
        let Some(occasion) = latest(&schedule, now) else { return Ok(()) };
        let had_today = row.last_due.is_some_and(|last| schedule.zone.date_at(last) >= occasion.date);
        if had_today || now > later(occasion.due, GRACE) {
            return Ok(());
        }
        let (workspace, person) = (&row.workspace, &row.person);
        let known = self.remembered(workspace, person).await?;
        let mut lead = Vec::new();
        let long_since = |last: Option<Timestamp>| last.is_some_and(|last| now.duration_since(last) >= LAPSE);
        if super::lapsed(&known, now) && (row.last_due.is_none() || long_since(row.last_due)) {
            lead.push(card::fresh_start());
        }
        // Where nothing is due, nothing is sent.
        let Ok(card) = self.dealt(workspace, person, &known, None, &lead) else { return Ok(()) };
        let card = sealed::sealed(card, &row.token);
        let told = self.patiently(self.platform.tell(workspace, person, &card, None)).await;
        match told.unwrap_or_else(|| Err(Trouble::Failed("no answer came".into()))) {
            Ok(()) => self.store.practice_mail_sent(row, occasion.due).await?,
            Err(trouble @ (Trouble::Gone | Trouble::Closed | Trouble::Lacking(_) | Trouble::Refused(_))) => {
                tracing::info!(%workspace, %trouble, "a practice card was refused");
                self.store.practice_mail_failed(row, MOST_FAILURES).await?;
            }
            Err(trouble @ (Trouble::Busy(_) | Trouble::Unsent(_))) => {
                let wait = match &trouble {
                    Trouble::Busy(wait) => SignedDuration::try_from(*wait).unwrap_or(REST).max(SHORTEST_PAUSE),
                    _ => PAUSE_UNSENT,
                };
                let again = later(now, wait);
                if again <= later(occasion.due, GRACE) {
                    let moved = PracticeMail { next_due: following, ..row.clone() };
                    self.store.move_practice_mail(&moved, Some(again)).await?;
                } else {
                    tracing::warn!(%workspace, %trouble, "a practice card was dropped");
                }
            }
            // It may have arrived: better none than two.
            Err(trouble @ Trouble::Failed(_)) => {
                tracing::warn!(%workspace, %trouble, "a practice card was dropped");
            }
        }
        Ok(())
    }

    /// Waits for a call of the platform, but not for ever; `None` when it took too long.
    async fn patiently<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        patiently(&*self.clock, PATIENCE, call).await
    }
}
