//! `recap on` and `recap off`, and which tip a recap repeats. Who may run them is checked before they are called.

use jiff::civil::Date;

use super::{
    Daily, Options,
    due::schedule_of,
    handlers::{card, channel_option, check_permissions, who_is_told},
};
use crate::{
    bot::{
        Answer, Error, Tone,
        answer::{Block, Span, plain, strong},
        dispatch::text_option,
        request::Caller,
    },
    digest::digest,
    store::{ChannelId, NewSchedule, PostingKind, PostingState, ScheduleRow, WorkspaceId},
    tips::{Schedule, written},
};

/// The day of the week that recaps come on.
const DAY: &str = "Mon";
/// The time of day where neither the caller nor a daily tip says one.
const TIME: &str = "09:00";
/// How far back a recap looks for a tip that the channel saw, and for recaps whose tips are not repeated again.
const SEEN_WITHIN_DAYS: i64 = 14;
const REPEATED_WITHIN_DAYS: i64 = 28;

/// `recap on`: sets a channel's weekly recap, or changes it.
pub async fn on(daily: &Daily, caller: &Caller, options: &Options) -> Result<Answer, Error> {
    let channel = channel_option(options).ok_or_else(|| Error::user("Please say in which channel."))?;
    let rows = daily.store.schedules(&caller.workspace).await?;
    let known = rows.iter().any(|row| row.channel == channel && row.kind == PostingKind::Recap);
    // The channel's own recap, else its daily tip, else any other daily tip say what was left open.
    let model = rows
        .iter()
        .filter(|row| row.channel == channel || row.kind == PostingKind::Tip)
        .min_by_key(|row| (row.channel != channel, row.kind != PostingKind::Recap));
    let zone = text_option(options, "zone").or(model.map(|row| row.zone.as_str()));
    let zone = zone.ok_or_else(|| Error::user("Please say the zone, as in Europe/London."))?;
    let time = text_option(options, "time").or(model.map(|row| row.time.as_str())).unwrap_or(TIME);
    let schedule = Schedule {
        time: written::time(time)?,
        zone: written::zone(zone)?,
        days: written::days(DAY).map_err(Error::ours)?,
    };
    check_permissions(daily, caller, &channel).await?;

    let mut row = ScheduleRow {
        workspace: caller.workspace.clone(),
        channel: channel.clone(),
        kind: PostingKind::Recap,
        time: schedule.time.to_string(),
        zone: schedule.zone.name().to_owned(),
        days: schedule.days.to_string(),
        topics: Vec::new(),
        set_by: Some(caller.person.id.clone()),
        next: None,
    };
    let next = daily.next_free(&row, daily.clock.now()).await?;
    let next = next.ok_or_else(|| Error::user("That time never comes."))?;
    row.next = Some(next);
    let new = NewSchedule {
        channel,
        kind: row.kind,
        time: row.time.clone(),
        zone: row.zone.clone(),
        days: row.days.clone(),
        topics: Vec::new(),
        set_by: caller.person.id.clone(),
        next,
    };
    daily.store.set_schedule(&caller.workspace, &new).await?;
    daily.changed();
    let blocks = vec![
        Block::Text(summary(&row)),
        Block::Text(vec![plain("Next: "), strong(schedule.zone.wording(next.due))]),
        Block::Text(vec![plain("It names nobody, and shows a number only where at least five people are behind it.")]),
        Block::Text(who_is_told(daily, caller).await?),
    ];
    Ok(card(if known { "The weekly recap is changed" } else { "The weekly recap is on" }, Tone::Good, blocks))
}

/// `recap off`: stops a channel's weekly recap.
pub async fn off(daily: &Daily, caller: &Caller, options: &Options) -> Result<Answer, Error> {
    let named = channel_option(options);
    let places: Vec<ChannelId> = named.map_or_else(|| caller.place.lineage().cloned().collect(), |one| vec![one]);
    for channel in places {
        if daily.store.remove_schedule(&caller.workspace, &channel, PostingKind::Recap).await? {
            daily.changed();
            let line = vec![plain("No more recaps are posted in "), Span::Channel(channel), plain(".")];
            return Ok(card("The weekly recap is off", Tone::Good, vec![Block::Text(line)]));
        }
    }
    Err(Error::user(
        "There is no weekly recap in that channel. “daily list” shows those there are, “recap on” sets one.",
    ))
}

/// A recap's schedule in one line.
pub(super) fn summary(row: &ScheduleRow) -> Vec<Span> {
    let when = strong(format!("{} {}", row.time, row.zone));
    vec![Span::Channel(row.channel.clone()), plain(" — "), when, plain(format!(", {}, weekly recap", row.days))]
}

/// When a channel's next recap comes; none while its workspace is left.
pub(in crate::bot) fn next_in_words(row: &ScheduleRow) -> Option<String> {
    Some(schedule_of(row).ok()?.zone.wording(row.next?.due))
}

impl Daily {
    /// The tip that a channel's recap of a date repeats: one that it saw in the two weeks before, else any; none that
    /// its recaps of the last weeks repeated, where there is another. The same in every process.
    pub(super) async fn worth_repeating(&self, row: &ScheduleRow, date: Date) -> Result<Option<String>, Error> {
        let back = |days| date.checked_sub(jiff::Span::new().days(days)).unwrap_or(date);
        let postings = self.store.postings(&row.workspace, &row.channel, back(REPEATED_WITHIN_DAYS)).await?;
        let of_kind = |kind, since: Date| {
            let earlier =
                postings.iter().filter(move |one| one.key.kind == kind && (since..date).contains(&one.key.date));
            let sent = earlier.filter(|one| one.state == PostingState::Sent);
            sent.filter_map(|one| one.tip.as_deref()).collect::<Vec<&str>>()
        };
        let seen = of_kind(PostingKind::Tip, back(SEEN_WITHIN_DAYS));
        let repeated = of_kind(PostingKind::Recap, back(REPEATED_WITHIN_DAYS));
        let all = self.deck.tips();
        let best = all.iter().map(|tip| tip.id.as_str()).min_by_key(|tip| {
            (!seen.contains(tip), repeated.contains(tip), place(&row.workspace, &row.channel, date, tip))
        });
        Ok(best.map(str::to_owned))
    }
}

/// Where a tip stands in a channel's order of one date.
fn place(workspace: &WorkspaceId, channel: &ChannelId, date: Date, tip: &str) -> [u8; 32] {
    digest(&["recap", workspace.as_str(), channel.as_str(), &date.to_string(), tip])
}
