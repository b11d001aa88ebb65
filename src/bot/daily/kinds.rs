//! What each kind of posting is called, what it is about when its date comes, and its card.

use jiff::civil::Date;

use super::{Daily, due::NO_TIP};
use crate::{
    bot::{Card, Error, recap::Practised},
    store::{Posting, PostingKey, PostingKind, ScheduleRow},
};

/// What kind of posting it is, in brackets; nothing for a tip, which goes without saying.
pub(super) fn of_kind(kind: PostingKind) -> &'static str {
    match kind {
        PostingKind::Tip => "",
        PostingKind::Recap => " (weekly recap)",
        PostingKind::Post => " (blog post)",
    }
}

/// Why there is no card for a posting of a kind.
pub(super) fn nothing_to_say(kind: PostingKind) -> &'static str {
    match kind {
        PostingKind::Tip => NO_TIP,
        PostingKind::Recap => "there is no tip that it could repeat",
        PostingKind::Post => "the blog post is not known any more",
    }
}

/// Why a posting ends whose schedule is gone.
pub(super) fn switched_off(kind: PostingKind) -> &'static str {
    match kind.schedule() {
        PostingKind::Recap => "the weekly recap was switched off",
        PostingKind::Tip | PostingKind::Post => "the daily tip was switched off",
    }
}

impl Daily {
    /// Opens a posting unless its channel and date bear one of its kind already, and has it carried through like
    /// every other: sent once, looked up, retried within the grace, told when it fails. False where there is one.
    /// `name` says what it is about, in at most 200 characters.
    pub async fn announce(&self, key: &PostingKey, name: &str) -> Result<bool, Error> {
        let opened = self.store.open_posting(key, name, self.clock.now()).await?;
        self.changed();
        Ok(opened)
    }

    /// What a schedule's posting of a date is about, and its round; `None` when there is nothing to say.
    pub(super) async fn subject(&self, row: &ScheduleRow, date: Date) -> Result<Option<(String, u32)>, Error> {
        match row.kind {
            PostingKind::Tip => {
                let pick = self.pick(&row.workspace, &row.channel, &row.topics).await?;
                Ok(pick.map(|pick| (pick.tip, pick.round)))
            }
            PostingKind::Recap => Ok(self.worth_repeating(row, date).await?.map(|tip| (tip, 0))),
            // Announcements have no schedule of their own.
            PostingKind::Post => Ok(None),
        }
    }

    /// The card of a posting that is about `name`; `None` when it cannot be made any more.
    pub(super) async fn card_of(&self, key: &PostingKey, name: &str) -> Result<Option<Card>, Error> {
        match key.kind {
            PostingKind::Tip => Ok(self.deck.card(name)),
            PostingKind::Recap => {
                let practised = Practised::before(key.date, &self.store, &key.workspace).await?;
                Ok(self.deck.recap(name, &practised))
            }
            PostingKind::Post => self.announcement(name).await,
        }
    }

    /// The card of a posting that this process holds; one about another tip where its own vanished.
    pub(super) async fn card_for(&self, posting: &Posting, row: &ScheduleRow) -> Result<Option<Card>, Error> {
        let key = &posting.key;
        if let Some(name) = posting.tip.as_deref()
            && let Some(card) = self.card_of(key, name).await?
        {
            return Ok(Some(card));
        }
        if key.kind != row.kind {
            return Ok(None);
        }
        let Some((name, round)) = self.subject(row, key.date).await? else { return Ok(None) };
        self.store.change_tip(key, &self.holder, &name, round).await?;
        self.card_of(key, &name).await
    }

    /// The announcement of a blog post, by what the post is known by.
    #[allow(clippy::unused_async, reason = "no blog is followed yet; following one asks the store")]
    async fn announcement(&self, _post: &str) -> Result<Option<Card>, Error> {
        Ok(None)
    }
}
