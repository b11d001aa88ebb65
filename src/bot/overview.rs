//! What a lead sees at a glance: channels, schedules, what is switched off, and how the weeks went, without names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{civil::Date, tz::TimeZone};

use super::{
    Bot, Caller, Error, OptionValue, Place,
    commands::Who,
    daily::{self, Coming, Stands, Told},
};
use crate::store::{ChannelId, MOST_HIDDEN, PostingKind, Week, WorkspaceId};

/// How many dates of each schedule are shown.
const DATES: usize = 7;
/// How many weeks back the picture goes.
const WEEKS: i64 = 12;
/// What counts as a review that somebody asked for.
pub(super) const REVIEWS: &[&str] = &["review", super::commands::HOW_DOES_THIS_READ];

/// What a lead sees.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// The channels that are watched.
    pub watched: Vec<ChannelId>,
    /// The daily tips.
    pub schedules: Vec<Planned>,
    /// The channels with a weekly recap, and when the next one comes, in words.
    pub recaps: Vec<(ChannelId, String)>,
    /// The rules that the team has switched off.
    pub rules_off: BTreeSet<String>,
    /// The weeks in which at least five people took part, oldest first; none where there is no such week.
    pub weeks: Option<Vec<Counted>>,
}

/// A channel's daily tip.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Where it is posted.
    pub channel: ChannelId,
    /// When, as HH:MM.
    pub time: String,
    /// The IANA name of the time zone.
    pub zone: String,
    /// On which days, as people write them.
    pub days: String,
    /// On which topics; none for all.
    pub topics: Vec<String>,
    /// What comes next.
    pub next: Vec<Coming>,
    /// What went wrong lately.
    pub told: Vec<Told>,
}

/// What was done in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The week.
    pub week: Week,
    /// Tips posted.
    pub tips: i64,
    /// Reviews asked for.
    pub reviews: i64,
    /// Findings that a later version of a draft no longer had.
    pub mended: i64,
}

impl Bot {
    /// A workspace as its lead sees it.
    pub async fn overview(&self, workspace: &WorkspaceId) -> Result<Overview, Error> {
        let (mut schedules, mut recaps) = (Vec::new(), Vec::new());
        for row in self.store.schedules(workspace).await? {
            if row.kind == PostingKind::Recap {
                recaps.extend(daily::recap::next_in_words(&row).map(|next| (row.channel, next)));
                continue;
            }
            let (next, told) = (self.daily.coming(&row, DATES).await?, self.daily.told_of(&row).await?);
            let (channel, time, zone, days, topics) = (row.channel, row.time, row.zone, row.days, row.topics);
            schedules.push(Planned { channel, time, zone, days, topics, next, told });
        }
        Ok(Overview {
            watched: self.store.watched(workspace).await?,
            schedules,
            recaps,
            rules_off: self.switched_off(workspace).await?,
            weeks: self.weeks(workspace).await?,
        })
    }

    /// Whether nothing is known of a workspace yet.
    pub async fn is_new(&self, workspace: &WorkspaceId) -> Result<bool, Error> {
        Ok(!self.store.workspaces().await?.contains(workspace))
    }

    /// The rules that a team has switched off.
    pub async fn switched_off(&self, workspace: &WorkspaceId) -> Result<BTreeSet<String>, Error> {
        Ok(self.store.muted(workspace, None).await?)
    }

    /// Leaves out a channel's tip on a date, for whoever may.
    pub async fn leave_out(&self, caller: &Caller, channel: &ChannelId, date: Date) -> Result<(), Error> {
        self.require(caller, Who::ManageServer)?;
        let options = BTreeMap::from([
            ("channel".to_owned(), OptionValue::Channel(channel.clone())),
            ("date".to_owned(), OptionValue::Text(date.to_string())),
        ]);
        daily::skip(&self.daily, caller, &options).await.map(drop)
    }

    /// The tips that stand in a conversation since a while, oldest first.
    pub async fn standing(&self, workspace: &WorkspaceId, place: &Place) -> Result<Vec<Stands>, Error> {
        self.daily.standing(workspace, &place.conversation).await
    }

    async fn weeks(&self, workspace: &WorkspaceId) -> Result<Option<Vec<Counted>>, Error> {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let first = today.checked_sub(jiff::Span::new().weeks(WEEKS - 1)).unwrap_or(today);
        let mut weeks: BTreeMap<Week, Counted> = BTreeMap::new();
        let counted = |week| Counted { week, tips: 0, reviews: 0, mended: 0 };
        for week in self.store.weeks_of_many(workspace, Week::of(first)).await? {
            weeks.insert(week, counted(week));
        }
        // Whether a week was of many is noted once it is over everywhere; until then people are counted.
        let last = today.checked_sub(jiff::Span::new().weeks(1)).unwrap_or(today);
        for week in [last, today].map(Week::of) {
            if self.store.people(workspace, week).await? > MOST_HIDDEN {
                weeks.insert(week, counted(week));
            }
        }
        for date in self.store.sent_since(workspace, first).await? {
            if let Some(week) = weeks.get_mut(&Week::of(date)) {
                week.tips += 1;
            }
        }
        for week in weeks.values_mut() {
            for feature in REVIEWS {
                week.reviews += self.store.uses_of_many(workspace, feature, week.week).await?.unwrap_or(0);
            }
            week.mended = self.store.uses_of_many(workspace, "finding mended", week.week).await?.unwrap_or(0);
        }
        Ok((!weeks.is_empty()).then(|| weeks.into_values().collect()))
    }
}
