//! A schedule comes due: each of its dates is claimed, missed or left out.

use jiff::{SignedDuration, Timestamp};

use super::{Daily, TipName, kinds::nothing_to_say, later};
use crate::{
    bot::Error,
    store::{Attempt, ChannelId, Final, Next, PostingKey, PostingKind, ScheduleRow, WorkspaceId},
    tips::{Occasion, Pick, Schedule, Seen, Unclear, rotation, written},
};

/// How long a schedule that cannot be read rests.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// The schedule that a row holds; it was read before it was kept, so that only another version can fail.
pub(in crate::bot) fn schedule_of(row: &ScheduleRow) -> Result<Schedule, Unclear> {
    Ok(Schedule { time: written::time(&row.time)?, zone: written::zone(&row.zone)?, days: written::days(&row.days)? })
}

pub(super) fn next_of(occasion: Occasion) -> Next {
    Next { date: occasion.date, due: occasion.due }
}

/// The tips on these topics; all of them where none is named.
pub(super) fn candidates<'t>(tips: &'t [TipName], topics: &[String]) -> Vec<&'t str> {
    let wanted = tips.iter().filter(|tip| topics.is_empty() || topics.contains(&tip.topic));
    wanted.map(|tip| tip.id.as_str()).collect()
}

/// A duration in words: `4 h`, `90 min`.
fn in_words(duration: SignedDuration) -> String {
    match duration.as_mins() {
        minutes if minutes % 60 == 0 => format!("{} h", minutes / 60),
        minutes => format!("{minutes} min"),
    }
}

impl Daily {
    /// Works off every date of the schedule that is due: all but the last are over; the last is posted, unless its
    /// grace is over too. So downtime never ends in a burst.
    pub(super) async fn come_due(&self, mut row: ScheduleRow, now: Timestamp) -> Result<(), Error> {
        let schedule = match schedule_of(&row) {
            Ok(schedule) => schedule,
            Err(unclear) => return self.rest(&row, &unclear, now).await,
        };
        let Some(first) = row.next else { return Ok(()) };
        let skipped = match row.kind {
            PostingKind::Tip => self.store.skips(&row.workspace, &row.channel, first.date).await?,
            PostingKind::Recap | PostingKind::Post => Vec::new(),
        };
        let missed = format!("Bedside was not there at the time, nor within {}", in_words(self.grace));
        while let Some(current) = row.next.filter(|next| next.due <= now) {
            let following = schedule.after(current.date).map(next_of);
            let is_last = following.is_none_or(|next| next.due > now);
            let end = if skipped.contains(&current.date) {
                Final::Skipped("left out as you asked")
            } else if is_last && now <= later(current.due, self.grace) {
                return self.claim(&row, following, now).await;
            } else {
                Final::Missed(&missed)
            };
            self.pass(&row, following, end, now).await?;
            row.next = following;
        }
        Ok(())
    }

    /// Claims the row's next date and sends what it is about.
    async fn claim(&self, row: &ScheduleRow, following: Option<Next>, now: Timestamp) -> Result<(), Error> {
        let Some(current) = row.next else { return Ok(()) };
        let Some((name, round)) = self.subject(row, current.date).await? else {
            return self.pass(row, following, Final::Failed(nothing_to_say(row.kind)), now).await;
        };
        let claim = Attempt::Claim(&name, round, self.lease(now));
        if let Some(posting) = self.store.advance(row, following, claim, now).await? {
            self.carry(posting, now).await?;
        }
        Ok(())
    }

    /// Lays a schedule down that this version cannot read.
    async fn rest(&self, row: &ScheduleRow, unclear: &Unclear, now: Timestamp) -> Result<(), Error> {
        let Some(current) = row.next else { return Ok(()) };
        let due = later(current.due.max(now), REST);
        let next = current.date.tomorrow().ok().map(|date| Next { date, due });
        let reason = format!("its schedule cannot be read: {unclear}");
        self.pass(row, next, Final::Failed(&reason), now).await
    }

    /// Ends the row's next date without a posting, unless another process was faster.
    async fn pass(
        &self,
        row: &ScheduleRow,
        following: Option<Next>,
        end: Final<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        if let Some(posting) = self.store.advance(row, following, Attempt::End(end), now).await? {
            self.figures.posted(row.kind, &end);
            let PostingKey { workspace, channel, date, kind } = &posting.key;
            let kind = kind.name();
            tracing::warn!(%workspace, %channel, %date, kind, ?end, "a date passed without a posting");
        }
        Ok(())
    }

    /// The tip that comes next in a channel; none when there is none on these topics.
    pub(super) async fn pick(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelId,
        topics: &[String],
    ) -> Result<Option<Pick>, Error> {
        let seen = self.seen(workspace, channel).await?;
        let tips = self.deck.tips();
        Ok(rotation::next(workspace.as_str(), channel.as_str(), &seen, &candidates(&tips, topics)))
    }

    /// When a channel saw each tip last.
    pub(super) async fn seen(&self, workspace: &WorkspaceId, channel: &ChannelId) -> Result<Vec<Seen>, Error> {
        let shown = self.store.shown(workspace, channel).await?;
        Ok(shown.into_iter().map(|shown| Seen { tip: shown.tip, round: shown.round, latest: shown.latest }).collect())
    }

    /// When a schedule is due next after `now`, on a date that has no posting yet.
    pub(super) async fn next_free(&self, row: &ScheduleRow, now: Timestamp) -> Result<Option<Next>, Error> {
        let schedule = schedule_of(row).map_err(|_| Error::ours("a schedule that this version cannot read"))?;
        let Some(first) = schedule.next(now) else { return Ok(None) };
        let mut taken = self.store.postings(&row.workspace, &row.channel, first.date).await?;
        taken.retain(|posting| posting.key.kind == row.kind);
        let mut free = schedule.on_or_after(first.date);
        Ok(free.find(|one| taken.iter().all(|posting| posting.key.date != one.date)).map(next_of))
    }
}

/// Why nothing was sent although it was time.
pub(super) const NO_TIP: &str = "there is no tip on the topics of this channel";
