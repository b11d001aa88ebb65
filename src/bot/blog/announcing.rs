//! A post that waits is announced: in waking hours, once, and one a day in each channel.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{Blog, later};
use crate::{
    bot::{Card, Error, answer::text, daily::schedule_of},
    store::{BlogPost, ChannelId, PostingKey, PostingKind, ScheduleRow, Waiting, WorkspaceId},
};

/// How many channels are looked at together.
const AT_ONCE: u32 = 200;
/// A post that has waited longer than this is no news any more.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How far back announcements of a post are looked for: longer than it can have waited.
const DAYS_BACK: i64 = 40;
/// How long a channel rests whose schedule rests or cannot be read.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// What is to be done in a channel.
enum Next {
    /// This post is not to be announced there (any more).
    Drop,
    /// None of them is: the channel has no daily tip.
    DropAll,
    /// Nothing before then.
    Later(Timestamp),
}

impl Blog {
    /// Announces what may be announced at `now`.
    pub(super) async fn announce(&self, now: Timestamp) -> Result<(), Error> {
        loop {
            let waiting = self.store.waiting(now, AT_ONCE).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            for one in &waiting {
                let (workspace, channel) = (&one.workspace, &one.channel);
                // Each of these takes the channel, or at least a post of it, out of what is looked at next.
                match self.next(one, now).await? {
                    Next::Drop => self.store.waits_no_more(workspace, channel, Some(&one.post)).await?,
                    Next::DropAll => self.store.waits_no_more(workspace, channel, None).await?,
                    Next::Later(at) => {
                        let soon = later(now, SignedDuration::from_secs(1));
                        self.store.announce_later(workspace, channel, at.max(soon)).await?;
                    }
                }
            }
        }
    }

    async fn next(&self, one: &Waiting, now: Timestamp) -> Result<Next, Error> {
        let Some(row) = self.store.schedule(&one.workspace, &one.channel, PostingKind::Tip).await? else {
            return Ok(Next::DropAll);
        };
        if now.duration_since(one.found_at) > LONGEST_WAIT {
            return Ok(Next::Drop);
        }
        let Some(schedule) = schedule_of(&row).ok().filter(|_| row.next.is_some()) else {
            return Ok(Next::Later(later(now, REST)));
        };
        let today = schedule.zone.date_at(now);
        let tomorrow = || schedule.waking(now, Some(today)).unwrap_or_else(|| later(now, REST));
        match schedule.waking(now, None) {
            Some(at) if at <= now => {}
            Some(at) => return Ok(Next::Later(at)),
            None => return Ok(Next::Later(later(now, REST))),
        }
        if self.store.skips(&row.workspace, &row.channel, today).await?.contains(&today) {
            return Ok(Next::Later(tomorrow()));
        }
        if self.announced(&row, &one.post, today).await? {
            return Ok(Next::Drop);
        }
        let key = PostingKey {
            workspace: row.workspace.clone(),
            channel: row.channel.clone(),
            date: today,
            kind: PostingKind::Post,
        };
        if self.daily.announce(&key, &one.post).await? {
            // From here on it is known by its posting: whatever happens, it is not announced again.
            return Ok(Next::Drop);
        }
        Ok(Next::Later(tomorrow()))
    }

    /// Whether a post has its posting in a channel already, whatever became of it.
    async fn announced(&self, row: &ScheduleRow, post: &str, today: Date) -> Result<bool, Error> {
        let from = today.checked_sub(jiff::Span::new().days(DAYS_BACK)).unwrap_or(today);
        let (workspace, channel): (&WorkspaceId, &ChannelId) = (&row.workspace, &row.channel);
        let postings = self.store.postings(workspace, channel, from).await?;
        Ok(postings.iter().any(|one| one.key.kind == PostingKind::Post && one.tip.as_deref() == Some(post)))
    }
}

/// The announcement of a post.
pub(in crate::bot) fn card(post: BlogPost) -> Card {
    let on = if post.blog.is_empty() { "the blog".to_owned() } else { post.blog };
    let title = if post.title.is_empty() { "A new post".to_owned() } else { post.title };
    Card { title, link: Some(post.link), blocks: vec![text(format!("A new post on {on}"))], ..Card::default() }
}
