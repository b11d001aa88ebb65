//! The routes, and what each does.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Query, State},
    http::{HeaderMap, StatusCode},
    middleware,
    response::{
        IntoResponse, Response,
        sse::{KeepAlive, Sse},
    },
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{
    assets, body,
    doors::{self, Doors},
    hall::{Hall, LONGEST_MESSAGE},
    lead, poster,
    problem::Problem,
    request::{self, Act, Browser, Delete, Dismiss, Edit, Key, OnMessage, RunCommand, Say, Sent, Submit, Suggest},
    seats::{self, Channel, Seat, Sitter},
    sessions::{Session, Viewer},
    state, streams,
    wire::{Answer, Author, Choice, Form},
};
use crate::{
    bot::{self, Ask, Bot, Heard, Request, commands::Kind},
    content::Medium,
    review::{self, Draft},
    shapes,
    store::MessageId,
};

/// The most event streams open at once.
const MOST_STREAMS: usize = 256;
/// How often a silent stream is kept alive.
const KEEP_ALIVE: std::time::Duration = std::time::Duration::from_secs(15);

/// What every route works with.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) bot: Arc<Bot>,
    pub(super) hall: Arc<Hall>,
    streams: Arc<Semaphore>,
    shutdown: CancellationToken,
}

type Answered = Result<Response, Problem>;

/// Everything that the room answers.
pub(super) fn routes(bot: Arc<Bot>, hall: Arc<Hall>, api: Router, doors: Doors, shutdown: CancellationToken) -> Router {
    let desk = Desk { bot, hall, streams: Arc::new(Semaphore::new(MOST_STREAMS)), shutdown };
    Router::new()
        .route("/room/state", get(state_of))
        .route("/room/events", get(events))
        .route("/room/say", post(say))
        .route("/room/edit", post(edit))
        .route("/room/delete", post(delete))
        .route("/room/command", post(command))
        .route("/room/suggest", post(suggest))
        .route("/room/message-command", post(message_command))
        .route("/room/action", post(action))
        .route("/room/form", post(form))
        .route("/room/dismiss", post(dismiss))
        .route("/room/review", post(review_as_typed))
        .route("/room/lead", get(lead::page))
        .route("/room/lead/skip", post(lead::skip))
        .route("/tips/{*path}", get(poster::page))
        .with_state(desk)
        .merge(api)
        .fallback(assets::serve)
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "That address takes another method.")
        })
        .layer(DefaultBodyLimit::max(body::LONGEST))
        .layer(middleware::from_fn_with_state(Arc::new(doors), doors::guard))
}

#[derive(Deserialize)]
struct Where {
    seat: Seat,
}

async fn state_of(
    State(desk): State<Desk>,
    key: Key,
    headers: HeaderMap,
    query: Result<Query<Where>, axum::extract::rejection::QueryRejection>,
) -> Answered {
    let Query(Where { seat }) = query.map_err(|_| Problem::unreadable("Say which seat, as in ?seat=agent."))?;
    let sitter = key.sits(seat);
    let viewer = request::session(&headers).map(|session| Viewer { session, sitter: sitter.clone() });
    if let Some(viewer) = &viewer {
        desk.hall.note(viewer);
    }
    Ok(Json(state::of(&desk, &sitter, viewer.as_ref())).into_response())
}

#[derive(Deserialize)]
struct Follow {
    seat: Seat,
    session: String,
    after: Option<u64>,
}

async fn events(
    State(desk): State<Desk>,
    key: Key,
    headers: HeaderMap,
    query: Result<Query<Follow>, axum::extract::rejection::QueryRejection>,
) -> Answered {
    let unreadable = || Problem::unreadable("Say who listens, as in ?seat=agent&session=…&after=17.");
    let Query(follow) = query.map_err(|_| unreadable())?;
    let session = Session::read(&follow.session).ok_or_else(unreadable)?;
    let viewer = Viewer { session, sitter: key.sits(follow.seat) };
    let full = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Too many pages are open; close one.");
    let place = Arc::clone(&desk.streams).try_acquire_owned().map_err(full)?;
    // A page that reconnects names the last event that it saw.
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let stream = streams::listen(&desk.hall, viewer, last.or(follow.after), key.0, desk.shutdown.clone());
    let stream = futures_util::StreamExt::map(stream, move |event| {
        let _held = &place;
        event
    });
    let kept = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(([("x-accel-buffering", "no")], Sse::new(stream).keep_alive(kept)).into_response())
}

/// Whether a text is meant for the bot rather than for everybody: a slash and a word. A path has a second slash in its
/// first word, and whoever begins with a space means the slash as text.
fn asks(text: &str) -> bool {
    let first = text.strip_prefix('/').and_then(|rest| rest.split_whitespace().next());
    first.is_some_and(|word| word.starts_with(char::is_alphabetic) && !word.contains('/'))
}

/// Whether a text may stand in a channel: there is one, it fits, and it asks Bedside nothing.
fn speakable(text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::unfit("There is nothing to say yet."));
    }
    if text.chars().count() > LONGEST_MESSAGE {
        return Err(Problem::unfit("A message has 4,000 characters at most."));
    }
    if asks(text) {
        let detail = "That begins like a command, so nothing was sent. To say it to everybody, begin with a space.";
        return Err(Problem::unfit(detail));
    }
    Ok(())
}

async fn say(State(desk): State<Desk>, from: Browser, Sent(Say { seat, channel, text }): Sent<Say>) -> Answered {
    let channel = request::channel(&channel)?;
    speakable(&text)?;
    let viewer = from.sits(seat);
    desk.hall.note(&viewer);
    let at = desk.hall.clock.now();
    let id = desk.hall.say(channel, Author::sitter(&viewer.sitter), at, &text);
    let said = Heard::Written(viewer.sitter.said(&id, at, &text));
    desk.bot.heard(&seats::workspace(), &seats::place(channel), said);
    Ok(StatusCode::NO_CONTENT.into_response())
}

const NOT_YOURS: &str = "There is no message of yours there.";

async fn edit(State(desk): State<Desk>, from: Browser, Sent(edit): Sent<Edit>) -> Answered {
    let channel = request::channel(&edit.channel)?;
    speakable(&edit.text)?;
    if !desk.hall.edit(channel, &edit.message, &from.sits(edit.seat).sitter, &edit.text) {
        return Err(Problem::nowhere(NOT_YOURS));
    }
    let edited = Heard::Edited { id: MessageId::new(edit.message), text: edit.text };
    desk.bot.heard(&seats::workspace(), &seats::place(channel), edited);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn delete(State(desk): State<Desk>, from: Browser, Sent(delete): Sent<Delete>) -> Answered {
    let channel = request::channel(&delete.channel)?;
    if !desk.hall.delete(channel, &delete.message, &from.sits(delete.seat).sitter) {
        return Err(Problem::nowhere(NOT_YOURS));
    }
    let deleted = Heard::Deleted(vec![MessageId::new(delete.message)]);
    desk.bot.heard(&seats::workspace(), &seats::place(channel), deleted);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn command(State(desk): State<Desk>, from: Browser, Sent(run): Sent<RunCommand>) -> Answered {
    let channel = request::channel(&run.channel)?;
    let row = request::row(&run.name, Kind::Slash)?;
    let options = request::options(row, run.options)?;
    desk.answer(from.sits(run.seat), channel, None, Ask::Command { name: run.name, options }).await
}

async fn suggest(State(desk): State<Desk>, from: Browser, Sent(typing): Sent<Suggest>) -> Answered {
    let channel = request::channel(&typing.channel)?;
    let row = request::row(&typing.name, Kind::Slash)?;
    let found =
        desk.bot.suggest(&from.sits(typing.seat).sitter.caller(channel), row.name, &typing.option, &typing.typed);
    let choices: Vec<Choice> = found.iter().map(Choice::from).collect();
    Ok(Json(json!({ "choices": choices })).into_response())
}

async fn message_command(State(desk): State<Desk>, from: Browser, Sent(on): Sent<OnMessage>) -> Answered {
    let channel = request::channel(&on.channel)?;
    request::row(&on.name, Kind::Message)?;
    let gone = || Problem::nowhere("That message is not there any more.");
    let message = desk.hall.message(channel, &on.message).ok_or_else(gone)?;
    let at = message.at.parse().unwrap_or_else(|_| desk.hall.clock.now());
    let text = message.text.as_deref().unwrap_or_default();
    let said = match Sitter::read(&message.author.id) {
        Some(sitter) => sitter.said(&message.id, at, text),
        None => bot::Message {
            automatic: message.text.is_none(),
            ..seats::said(&message.id, &message.author.id, Vec::new(), at, text)
        },
    };
    let ask = Ask::MessageCommand { name: on.name, message: said };
    desk.answer(from.sits(on.seat), channel, None, ask).await
}

async fn action(State(desk): State<Desk>, from: Browser, Sent(act): Sent<Act>) -> Answered {
    let channel = request::channel(&act.channel)?;
    let ask = Ask::Action { id: act.id, values: act.values };
    desk.answer(from.sits(act.seat), channel, act.card.as_deref(), ask).await
}

async fn form(State(desk): State<Desk>, from: Browser, Sent(submit): Sent<Submit>) -> Answered {
    let channel = request::channel(&submit.channel)?;
    let ask = Ask::Form { id: submit.id, values: submit.values };
    desk.answer(from.sits(submit.seat), channel, submit.card.as_deref(), ask).await
}

async fn dismiss(State(desk): State<Desk>, from: Browser, Sent(Dismiss { seat, card }): Sent<Dismiss>) -> Answered {
    desk.hall.dismiss(&from.sits(seat), &card);
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl Desk {
    /// Asks the bot, and shows what it answers to whom it is for.
    async fn answer(&self, viewer: Viewer, channel: &'static Channel, on: Option<&str>, ask: Ask) -> Answered {
        let event = format!("room:{}", self.hall.number());
        let request = Request { event, caller: viewer.sitter.caller(channel), ask };
        let bot = Arc::clone(&self.bot);
        // A handler that stumbles takes nothing along; a page that goes away in the middle leaves nothing half done.
        let answer = tokio::spawn(async move { bot.answer(request).await }).await.unwrap_or_else(|error| {
            let reference = format!("{:06x}", fastrand::u32(..) & 0xff_ffff);
            tracing::error!(target: "bedside::room", reference, panicked = error.is_panic(), "a handler did not finish");
            bot::apology(&reference)
        });
        let shown = |card: &bot::Card, on: Option<&str>| {
            let (private, changed) = self.hall.show(&viewer, channel, on, card);
            Answer { kind: if changed { "update" } else { "card" }, private: Some(private), form: None }
        };
        let answer = match &answer {
            bot::Answer::Card(card) => shown(card, None),
            bot::Answer::Update(card) => shown(card, on),
            bot::Answer::Form(form) => Answer { kind: "form", private: None, form: Some(Form::from(form)) },
            bot::Answer::Share(card) => {
                self.hall.post(channel, card, None);
                // What was pressed to share it says so, and offers it no more.
                let private = on.and_then(|on| shown(&shared(), Some(on)).private);
                Answer { kind: "share", private, form: None }
            }
        };
        Ok(Json(answer).into_response())
    }
}

/// What stands where a card was shared from.
fn shared() -> bot::Card {
    let blocks = vec![bot::Block::Text(vec![bot::Span::Plain("Everybody in this channel sees it now.".into())])];
    bot::Card { title: "Shared".into(), tone: bot::Tone::Good, blocks, ..bot::Card::default() }
}

#[derive(Deserialize)]
struct AsTyped {
    draft: String,
    answers: Option<String>,
    #[serde(default)]
    medium: Medium,
}

/// Reviews a draft while it is typed, as the team's settings have it; holds nothing of it.
async fn review_as_typed(State(desk): State<Desk>, _: Session, Sent(typed): Sent<AsTyped>) -> Answered {
    let off = desk.bot.switched_off(&seats::workspace()).await.map_err(|_| Problem::ours())?;
    let (pack, safety) = (desk.bot.library().pack(), desk.bot.settings().safety.clone());
    let reviewed = tokio::task::spawn_blocking(move || {
        let answers = typed.answers.as_deref().filter(|message| !message.trim().is_empty());
        let review = review::review_without(&pack, &Draft { text: &typed.draft, answers, medium: typed.medium }, &off);
        Json(shapes::Review::of(&review, &safety, None)).into_response()
    });
    reviewed.await.map_err(|_| Problem::ours())
}
