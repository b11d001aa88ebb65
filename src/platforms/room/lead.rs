//! The lead's page: channels, schedules, what went wrong, what is switched off, and the weeks without names.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    problem::Problem,
    request::{self, Browser, Sent},
    seats::{self, CHANNELS, Seat},
    serve::Desk,
};
use crate::{
    bot::{
        Counted, Error, Planned,
        daily::{Coming, Told},
    },
    store::ChannelId,
};

#[derive(Deserialize)]
pub(super) struct Asking {
    seat: Option<Seat>,
}

pub(super) async fn page(
    State(desk): State<Desk>,
    query: Result<Query<Asking>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asking) = query.map_err(|_| Problem::unreadable("There is no such seat."))?;
    if asking.seat.is_some_and(|seat| seat != Seat::Lead) {
        return Err(Problem::forbidden("This page is the lead's."));
    }
    let overview = desk.bot.overview(&seats::workspace()).await.map_err(|error| ours(&error))?;
    let channels = CHANNELS.iter().map(|channel| {
        let watched = overview.watched.iter().any(|watched| watched.as_str() == channel.id);
        json!({"id": channel.id, "name": channel.name, "watched": watched})
    });
    Ok(Json(json!({
        "channels": channels.collect::<Vec<_>>(),
        "schedules": overview.schedules.iter().map(|planned| schedule(&desk, planned)).collect::<Vec<_>>(),
        "recaps": overview.recaps.iter().map(|(channel, next)| json!({"name": name(channel), "next": next})).collect::<Vec<_>>(),
        "rules_off": overview.rules_off.iter().map(|rule| json!({"id": rule, "since": null})).collect::<Vec<_>>(),
        "weeks": overview.weeks.map(|weeks| weeks.iter().map(week).collect::<Vec<_>>()),
    }))
    .into_response())
}

fn name(channel: &ChannelId) -> String {
    seats::channel(channel.as_str()).map_or_else(|| format!("#{channel}"), |channel| channel.name.to_owned())
}

fn schedule(desk: &Desk, planned: &Planned) -> Value {
    let id = planned.channel.as_str();
    json!({
        "channel": id,
        "name": name(&planned.channel),
        "time": planned.time,
        "zone": planned.zone,
        "days": planned.days.split(", ").collect::<Vec<_>>(),
        "topics": planned.topics,
        "next": planned.next.iter().map(|coming| next(desk, coming)).collect::<Vec<_>>(),
        "told": planned.told.iter().map(told).collect::<Vec<_>>(),
    })
}

fn next(desk: &Desk, coming: &Coming) -> Value {
    let pack = desk.bot.library().pack();
    let tip = coming.tip.as_deref().and_then(|tip| pack.tip(tip)).map(|tip| {
        let topic = pack.topics.iter().find(|topic| topic.id == tip.topic);
        let post = pack.post(&tip.post);
        json!({
            "id": tip.id,
            "title": topic.map_or("Tip", |topic| &topic.name),
            "text": tip.text,
            "post": {"title": post.map_or("", |post| &post.title), "url": post.and_then(|post| post.url.as_ref())},
        })
    });
    json!({"date": coming.date.to_string(), "at": coming.at.to_string(), "tip": tip, "skipped": coming.skipped})
}

fn told(told: &Told) -> Value {
    json!({"date": told.date.to_string(), "outcome": told.state.name(), "reason": told.reason})
}

fn week(counted: &Counted) -> Value {
    json!({
        "week": counted.week.to_string(), "tips": counted.tips, "reviews": counted.reviews, "mended": counted.mended,
    })
}

#[derive(Deserialize)]
pub(super) struct Skip {
    channel: String,
    date: String,
}

pub(super) async fn skip(
    State(desk): State<Desk>,
    from: Browser,
    Sent(Skip { channel, date }): Sent<Skip>,
) -> Result<Response, Problem> {
    let channel = request::channel(&channel)?;
    let date: Date = date.parse().map_err(|_| Problem::unfit("Write the date as YYYY-MM-DD."))?;
    let caller = from.sits(Seat::Lead).sitter.caller(channel);
    match desk.bot.leave_out(&caller, &ChannelId::new(channel.id), date).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        // Of what was typed, only a date and a channel that were understood can come back in this.
        Err(Error::User(words)) => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, words)),
        Err(error) => Err(ours(&error)),
    }
}

/// Our fault: the cause goes to the log.
pub(super) fn ours(error: &Error) -> Problem {
    tracing::error!(target: "bedside::room", cause = %error, "a request failed");
    Problem::ours()
}
