//! `daily on`, `off`, `list`, `skip` and `now`. Who may run them is checked before they are called.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{
    Daily, Deck,
    coming::DAYS_BACK,
    due::{next_of, schedule_of},
    kinds::of_kind,
    recap,
    sending::Outcome,
    telling::state_wording,
};
use crate::{
    bot::{
        Answer, Card, Error, OptionValue, Tone,
        answer::{Block, Line, Span, plain, strong, text},
        dispatch::{required, text_option},
        platform::{Destination, Trouble},
        request::Caller,
    },
    store::{ChannelId, NewSchedule, Posting, PostingKind, PostingState, ScheduleRow},
    tips::{Days, Schedule, Zone, written},
};

/// The options of a command, by name.
pub type Options = BTreeMap<String, OptionValue>;

/// How many channels one list shows, how many dates to come, and how much that went wrong.
const CHANNELS_LISTED: usize = 20;
const SKIPS_LISTED: usize = 5;
const TROUBLES_LISTED: usize = 5;

pub(in crate::bot) fn channel_option(options: &Options) -> Option<ChannelId> {
    match options.get("channel") {
        Some(OptionValue::Channel(channel)) => Some(channel.clone()),
        _ => None,
    }
}

pub(super) fn card(title: &str, tone: Tone, blocks: Vec<Block>) -> Answer {
    Answer::Card(Card { title: title.into(), tone, blocks, ..Card::default() })
}

/// `daily on`: sets a channel's daily tip, or changes it.
pub async fn on(daily: &Daily, caller: &Caller, options: &Options) -> Result<Answer, Error> {
    let channel = channel_option(options).ok_or_else(|| Error::user("Please say in which channel."))?;
    let schedule = Schedule {
        time: written::time(required(options, "time", "09:00")?)?,
        zone: written::zone(required(options, "zone", "Europe/London")?)?,
        days: text_option(options, "days").map_or(Ok(Days::WEEKDAYS), written::days)?,
    };
    let topics = topics(&*daily.deck, text_option(options, "topics").unwrap_or(""))?;
    check_permissions(daily, caller, &channel).await?;

    let mut row = ScheduleRow {
        workspace: caller.workspace.clone(),
        channel: channel.clone(),
        kind: PostingKind::Tip,
        time: schedule.time.to_string(),
        zone: schedule.zone.name().to_owned(),
        days: schedule.days.to_string(),
        topics,
        set_by: Some(caller.person.id.clone()),
        next: None,
    };
    let now = daily.clock.now();
    let next = daily.next_free(&row, now).await?.ok_or_else(|| Error::user("That time never comes."))?;
    row.next = Some(next);
    let known = daily.store.schedule(&caller.workspace, &channel, PostingKind::Tip).await?.is_some();
    let new = NewSchedule {
        channel: channel.clone(),
        kind: row.kind,
        time: row.time.clone(),
        zone: row.zone.clone(),
        days: row.days.clone(),
        topics: row.topics.clone(),
        set_by: caller.person.id.clone(),
        next,
    };
    daily.store.set_schedule(&caller.workspace, &new).await?;
    daily.changed();

    let skipped = daily.store.skips(&caller.workspace, &channel, next.date).await?;
    let mut blocks = vec![Block::Text(summary(&row)), Block::Text(upcoming(&schedule, next.due, &skipped))];
    blocks.push(Block::Text(who_is_told(daily, caller).await?));
    Ok(card(if known { "The daily tip is changed" } else { "The daily tip is on" }, Tone::Good, blocks))
}

/// Who is told when a posting goes wrong.
pub(super) async fn who_is_told(daily: &Daily, caller: &Caller) -> Result<Line, Error> {
    Ok(match daily.store.settings(&caller.workspace).await?.report {
        Some(report) => vec![plain("If one goes wrong, it is told in "), Span::Channel(report), plain(".")],
        None => vec![
            plain("If one goes wrong, you are told in private; "),
            Span::Code("report".into()),
            plain(" names a channel for that instead."),
        ],
    })
}

/// `daily off`: stops a channel's daily tip.
pub async fn off(daily: &Daily, caller: &Caller, options: &Options) -> Result<Answer, Error> {
    let row = schedule_meant(daily, caller, options).await?;
    daily.store.remove_schedule(&row.workspace, &row.channel, row.kind).await?;
    daily.changed();
    let line = vec![plain("No more tips are posted in "), Span::Channel(row.channel), plain(".")];
    Ok(card("The daily tip is off", Tone::Good, vec![Block::Text(line)]))
}

/// `daily list`: when each comes next, what was left out, what went wrong and why.
pub async fn list(daily: &Daily, caller: &Caller) -> Result<Answer, Error> {
    let rows = daily.store.schedules(&caller.workspace).await?;
    if rows.is_empty() {
        let hint = vec![
            plain("No channel has one yet. "),
            Span::Code("daily on".into()),
            plain(" sets one: a channel, a time and a time zone."),
        ];
        return Ok(card("Daily tips", Tone::Plain, vec![Block::Text(hint)]));
    }
    let recaps = rows.iter().any(|row| row.kind == PostingKind::Recap);
    let now = daily.clock.now();
    let mut blocks = Vec::new();
    for row in rows.iter().take(CHANNELS_LISTED) {
        blocks.push(Block::Text(match row.kind {
            PostingKind::Recap => recap::summary(row),
            PostingKind::Tip | PostingKind::Post => summary(row),
        }));
        blocks.push(Block::Bullets(state_of(daily, row, now).await?));
    }
    if rows.len() > CHANNELS_LISTED {
        let what = if recaps { "schedules" } else { "channels" };
        blocks.push(text(format!("and {} more {what}", rows.len() - CHANNELS_LISTED)));
    }
    Ok(card(if recaps { "Daily tips and weekly recaps" } else { "Daily tips" }, Tone::Plain, blocks))
}

/// `daily skip`: leaves out a date, the next one by default.
pub async fn skip(daily: &Daily, caller: &Caller, options: &Options) -> Result<Answer, Error> {
    let row = schedule_meant(daily, caller, options).await?;
    let schedule = schedule_of(&row).map_err(Error::ours)?;
    let now = daily.clock.now();
    let today = schedule.zone.date_at(now);
    let skipped = daily.store.skips(&row.workspace, &row.channel, today).await?;
    let date = if let Some(given) = text_option(options, "date") {
        date_meant(given, &schedule, today, now)?
    } else {
        let first = row.next.map_or(today, |next| next.date.max(today));
        let mut coming = schedule.on_or_after(first).filter(|one| one.due > now);
        let next = coming.find(|one| !skipped.contains(&one.date));
        next.ok_or_else(|| Error::user("There is no date left to leave out."))?.date
    };
    let key = row.key(date);
    if let Some(posting) = daily.store.posting(&key).await? {
        let state = state_wording(posting.state).to_lowercase();
        return Err(Error::user(format!("The tip of {date} cannot be left out any more: it is {state}.")));
    }
    let fresh = daily.store.skip(&row.workspace, &row.channel, date).await?;
    daily.changed();
    let all = daily.store.skips(&row.workspace, &row.channel, today).await?;
    let after = schedule.on_or_after(today).find(|one| one.due > now && !all.contains(&one.date));
    let mut line = vec![
        plain(if fresh { "Left out in " } else { "It was left out already in " }),
        Span::Channel(row.channel.clone()),
        plain(format!(": {}.", date.strftime("%a %-d %b %Y"))),
    ];
    if let Some(after) = after {
        line.push(plain(format!(" The next tip comes on {}.", schedule.zone.wording(after.due))));
    }
    Ok(card("One tip is left out", Tone::Good, vec![Block::Text(line)]))
}

/// `daily now`: posts today's tip early, under today's date.
pub async fn now(daily: &Daily, caller: &Caller, options: &Options) -> Result<Answer, Error> {
    let row = schedule_meant(daily, caller, options).await?;
    let schedule = schedule_of(&row).map_err(Error::ours)?;
    let now = daily.clock.now();
    let today = schedule.zone.date_at(now);
    let key = row.key(today);
    let pick = daily.pick(&row.workspace, &row.channel, &row.topics).await?;
    let pick = pick.ok_or_else(|| Error::user(format!("Nothing was posted: {}.", super::due::NO_TIP)))?;
    let claim = daily.store.claim_now(&key, &pick.tip, pick.round, daily.lease(now), now).await?;
    let Some(posting) = claim else {
        let state = daily.store.posting(&key).await?.map(|posting| posting.state);
        return Err(Error::user(match state {
            Some(PostingState::Sent) => "Today's tip stands there already; a channel gets one a day.",
            Some(PostingState::Unknown) => {
                "Nobody can tell whether today's tip stands there, so it is not posted again. Please look."
            }
            _ => "Today's tip is being posted this very moment. Please look again in a minute.",
        }));
    };
    let outcome = daily.carry(posting, now).await?;
    if row.next.is_some_and(|next| next.date == today) {
        let next = daily.next_free(&row, now).await?;
        daily.store.set_next(&row, next).await?;
    }
    daily.changed();
    let tip = daily.store.posting(&key).await?.and_then(|posting| posting.tip);
    let title = tip.and_then(|tip| title(&*daily.deck, &tip));
    let place = Span::Channel(row.channel);
    Ok(match outcome {
        Outcome::Stands(_) => {
            let mut line = vec![plain("Today's tip stands in "), place];
            line.push(plain(title.map_or_else(|| ".".to_owned(), |title| format!(": {title}."))));
            card("Posted", Tone::Good, vec![Block::Text(line)])
        }
        Outcome::Later(at, reason) => {
            let line = vec![
                plain("Today's tip could not be posted yet in "),
                place,
                plain(format!(": {reason}. It is tried again from {} on.", schedule.zone.wording(at))),
            ];
            card("Not posted yet", Tone::Care, vec![Block::Text(line)])
        }
        Outcome::Ended(reason) => {
            let line = vec![plain("Today's tip was not posted in "), place, plain(format!(": {reason}."))];
            card("Not posted", Tone::Care, vec![Block::Text(line)])
        }
        Outcome::Lost => card("On its way", Tone::Plain, vec![text("Another process is posting today's tip.")]),
    })
}

/// The schedule of the channel named, or of the one that the caller is in.
async fn schedule_meant(daily: &Daily, caller: &Caller, options: &Options) -> Result<ScheduleRow, Error> {
    let named = channel_option(options);
    let places: Vec<ChannelId> = match &named {
        Some(channel) => vec![channel.clone()],
        None => caller.place.lineage().cloned().collect(),
    };
    for channel in &places {
        if let Some(row) = daily.store.schedule(&caller.workspace, channel, PostingKind::Tip).await? {
            return Ok(row);
        }
    }
    let place = if named.is_some() { "That channel" } else { "This channel" };
    Err(Error::user(format!("{place} has no daily tip. “daily list” shows those that have, “daily on” sets one.")))
}

/// Says what to grant where something is lacking.
pub(in crate::bot) async fn check_permissions(
    daily: &Daily,
    caller: &Caller,
    channel: &ChannelId,
) -> Result<(), Error> {
    let at = Destination { workspace: caller.workspace.clone(), channel: channel.clone() };
    match daily.platform.lacking(&at).await {
        Ok(lacking) if lacking.is_empty() => Ok(()),
        Ok(lacking) => {
            let names: Vec<&str> = lacking.iter().map(|one| one.name()).collect();
            Err(Error::user(format!(
                "I may not post in that channel yet, so nothing was changed. Please grant me {} there \
                 (channel settings, Permissions), then run this again.",
                names.join(", ")
            )))
        }
        Err(Trouble::Gone | Trouble::Lacking(_)) => {
            Err(Error::user("I cannot see that channel. Please grant me View Channel there, or choose another one."))
        }
        Err(trouble) => Err(Error::user(format!(
            "I could not check what I may do in that channel ({trouble}), so nothing was changed. \
             Please try again in a moment."
        ))),
    }
}

/// Reads topics; every one must have tips.
fn topics(deck: &dyn Deck, given: &str) -> Result<Vec<String>, Error> {
    let mut known: Vec<String> = deck.tips().into_iter().map(|tip| tip.topic).collect();
    known.sort_unstable();
    known.dedup();
    let mut topics: Vec<String> = Vec::new();
    for topic in given.split([',', ';']).map(|topic| topic.trim().to_lowercase().replace(' ', "-")) {
        if topic.is_empty() || topic == "all" || topics.contains(&topic) {
            continue;
        }
        if !known.contains(&topic) {
            let near =
                known.iter().max_by(|a, b| strsim::jaro_winkler(a, &topic).total_cmp(&strsim::jaro_winkler(b, &topic)));
            let near = near.filter(|near| strsim::jaro_winkler(near, &topic) > 0.8);
            let hint = match near {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("There are: {}.", known.join(", ")),
            };
            let shown: String = topic.chars().take(40).collect();
            return Err(Error::user(format!("There are no tips on “{shown}”. {hint}")));
        }
        topics.push(topic);
    }
    Ok(topics)
}

/// Reads a date that can still be left out.
fn date_meant(given: &str, schedule: &Schedule, today: Date, now: Timestamp) -> Result<Date, Error> {
    let date: Date = match given.to_lowercase().as_str() {
        "today" => today,
        "tomorrow" => today.tomorrow().unwrap_or(today),
        _ if given.len() == 10 => given.parse().map_err(|_| unclear_date(given, today))?,
        _ => return Err(unclear_date(given, today)),
    };
    let Some(due) = schedule.due(date) else {
        return Err(Error::user(format!(
            "There is no tip on {} anyway; this channel's come on {}.",
            date.strftime("%a %-d %b %Y"),
            schedule.days
        )));
    };
    if due <= now {
        return Err(Error::user(format!("{date} at {} is over already.", schedule.time)));
    }
    if schedule.on_or_after(today).all(|one| one.date != date) {
        return Err(Error::user("That is more than a year away. Please leave it out nearer the time."));
    }
    Ok(date)
}

fn unclear_date(given: &str, today: Date) -> Error {
    let shown: String = given.chars().take(40).collect();
    Error::user(format!("I could not read “{shown}” as a date. Please write it as YYYY-MM-DD, as in {today}."))
}

/// A tip as its card is headed, and its id; `None` when it is gone.
fn title(deck: &dyn Deck, tip: &str) -> Option<String> {
    let card = deck.card(tip)?;
    Some(if card.title.is_empty() || card.title == tip { tip.to_owned() } else { format!("{} ({tip})", card.title) })
}

/// A schedule in one line.
fn summary(row: &ScheduleRow) -> Line {
    let topics = if row.topics.is_empty() { "all topics".to_owned() } else { row.topics.join(", ") };
    vec![
        Span::Channel(row.channel.clone()),
        plain(" — "),
        strong(format!("{} {}", row.time, row.zone)),
        plain(format!(", {}, {topics}", row.days)),
    ]
}

/// When the next tip comes, past the dates left out.
fn upcoming(schedule: &Schedule, first: Timestamp, skipped: &[Date]) -> Line {
    let from = schedule.zone.date_at(first);
    let next = schedule.on_or_after(from).find(|one| one.due >= first && !skipped.contains(&one.date));
    let when = next.map_or_else(|| "not within a year".to_owned(), |next| schedule.zone.wording(next.due));
    vec![plain("Next: "), strong(when)]
}

/// What stands, comes and went wrong in a channel.
async fn state_of(daily: &Daily, row: &ScheduleRow, now: Timestamp) -> Result<Vec<Line>, Error> {
    let Ok(schedule) = schedule_of(row) else {
        return Ok(vec![vec![plain("This version cannot read its time or zone. Please set it again.")]]);
    };
    let today = schedule.zone.date_at(now);
    let from = today.checked_sub(jiff::Span::new().days(DAYS_BACK)).unwrap_or(today);
    let mut postings = daily.store.postings(&row.workspace, &row.channel, from).await?;
    // What was announced in a channel goes with its tips.
    postings.retain(|posting| posting.key.kind.schedule() == row.kind);
    let skipped = match row.kind {
        PostingKind::Tip => daily.store.skips(&row.workspace, &row.channel, today).await?,
        PostingKind::Recap | PostingKind::Post => Vec::new(),
    };

    let mut lines = Vec::new();
    if let Some(next) = row.next.or_else(|| schedule.next(now).map(next_of)) {
        lines.push(upcoming(&schedule, next.due, &skipped));
    }
    let coming: Vec<String> = skipped
        .iter()
        .filter(|date| schedule.due(**date).is_some_and(|due| due > now))
        .take(SKIPS_LISTED)
        .map(|date| date.strftime("%a %-d %b").to_string())
        .collect();
    if !coming.is_empty() {
        lines.push(vec![plain(format!("Left out: {}", coming.join(", ")))]);
    }
    let mut of_row = postings.iter().filter(|posting| posting.key.kind == row.kind);
    if let Some(last) = of_row.find(|posting| posting.state == PostingState::Sent) {
        let tip = last.tip.as_deref().and_then(|tip| title(&*daily.deck, tip));
        let tip = tip.map_or_else(String::new, |title| format!(" — {title}"));
        lines.push(vec![plain(format!("Last: {}{tip}", last.key.date.strftime("%a %-d %b")))]);
    }
    let troubles = postings
        .iter()
        .filter(|posting| !matches!(posting.state, PostingState::Sent | PostingState::Skipped))
        .take(TROUBLES_LISTED);
    lines.extend(troubles.map(|posting| trouble(posting, &schedule.zone)));
    Ok(lines)
}

/// A posting that went wrong, or waits.
fn trouble(posting: &Posting, zone: &Zone) -> Line {
    let reason = posting.reason.as_deref().map_or_else(String::new, |reason| format!(" — {reason}"));
    let again = posting.lease_until.map_or_else(String::new, |at| format!("; tried again at {}", zone.wording(at)));
    let of_kind = of_kind(posting.key.kind);
    let line = format!("{of_kind}: {}{reason}{again}", posting.key.date.strftime("%a %-d %b"));
    vec![strong(state_wording(posting.state)), plain(line)]
}
