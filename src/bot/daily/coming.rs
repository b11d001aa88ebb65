//! What comes next in a channel and what became of the last dates, for whoever looks after it.

use jiff::{Timestamp, civil::Date};

use super::{Daily, due::schedule_of};
use crate::{
    bot::{Card, Error},
    store::{ChannelId, MessageId, PostingState, ScheduleRow, WorkspaceId},
    tips::rotation,
};

/// How many days back what went wrong is told, and postings are found again.
pub(super) const DAYS_BACK: i64 = 14;

/// A date that comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The local date.
    pub date: Date,
    /// When it is due.
    pub at: Timestamp,
    /// The tip's id, as things stand; none on a date that is left out.
    pub tip: Option<String>,
    /// Whether it is left out.
    pub skipped: bool,
}

/// A date without its tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The local date.
    pub date: Date,
    /// Missed, failed or unknown.
    pub state: PostingState,
    /// Why.
    pub reason: Option<String>,
}

/// A posting that stands in a channel.
pub struct Stands {
    /// The message that it stands in.
    pub message: MessageId,
    /// When it was sent.
    pub at: Timestamp,
    /// What it says.
    pub card: Card,
}

impl Daily {
    /// The next `count` dates of a schedule, with the tips that come if nothing changes.
    pub(in crate::bot) async fn coming(&self, row: &ScheduleRow, count: usize) -> Result<Vec<Coming>, Error> {
        let Ok(schedule) = schedule_of(row) else { return Ok(Vec::new()) };
        let now = self.clock.now();
        let Some(first) = row.next.map(|next| next.date).or_else(|| schedule.next(now).map(|next| next.date)) else {
            return Ok(Vec::new());
        };
        let (workspace, channel) = (&row.workspace, &row.channel);
        let skipped = self.store.skips(workspace, channel, first).await?;
        let mut taken = self.store.postings(workspace, channel, first).await?;
        taken.retain(|posting| posting.key.kind == row.kind);
        let mut seen = self.seen(workspace, channel).await?;
        let tips = self.deck.tips();
        let candidates = super::due::candidates(&tips, &row.topics);
        let free = schedule.on_or_after(first).filter(|one| taken.iter().all(|posting| posting.key.date != one.date));
        let mut coming = Vec::new();
        for one in free.take(count) {
            let is_skipped = skipped.contains(&one.date);
            let pick = (!is_skipped)
                .then(|| rotation::next(workspace.as_str(), channel.as_str(), &seen, &candidates))
                .flatten();
            if let Some(pick) = &pick {
                seen.retain(|known| known.tip != pick.tip);
                for known in &mut seen {
                    known.latest = false;
                }
                seen.push(rotation::Seen { tip: pick.tip.clone(), round: pick.round, latest: true });
            }
            let tip = pick.map(|pick| pick.tip);
            coming.push(Coming { date: one.date, at: one.due, tip, skipped: is_skipped });
        }
        Ok(coming)
    }

    /// What went wrong in a channel lately, the newest first.
    pub(in crate::bot) async fn told_of(&self, row: &ScheduleRow) -> Result<Vec<Told>, Error> {
        let postings = self.store.postings(&row.workspace, &row.channel, self.lately()).await?;
        let wrong = postings.into_iter().filter(|posting| {
            posting.key.kind == row.kind
                && matches!(posting.state, PostingState::Missed | PostingState::Failed | PostingState::Unknown)
        });
        Ok(wrong.map(|posting| Told { date: posting.key.date, state: posting.state, reason: posting.reason }).collect())
    }

    /// What was posted in a channel and stands there since a while, oldest first: for a platform whose channels forget.
    pub(in crate::bot) async fn standing(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelId,
    ) -> Result<Vec<Stands>, Error> {
        let postings = self.store.postings(workspace, channel, self.lately()).await?;
        let mut standing = Vec::new();
        for posting in postings.into_iter().rev().filter(|posting| posting.state == PostingState::Sent) {
            if let (Some(name), Some(message)) = (&posting.tip, posting.message)
                && let Some(card) = self.card_of(&posting.key, name).await?
            {
                standing.push(Stands { message, at: posting.tried_at.unwrap_or(posting.due), card });
            }
        }
        Ok(standing)
    }

    fn lately(&self) -> Date {
        let today = self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        today.checked_sub(jiff::Span::new().days(DAYS_BACK)).unwrap_or(today)
    }
}
