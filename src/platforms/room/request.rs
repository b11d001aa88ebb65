//! What a page sends becomes a request of the bot's own kind. What does not fit is refused in words of ours: never
//! with an echo of what was typed.

use std::{collections::BTreeMap, convert::Infallible};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    body::{self, Unread},
    doors::Shown,
    problem::Problem,
    seats::{self, Channel, Seat, Sitter},
    sessions::{Session, Viewer},
};
use crate::{
    bot::{
        OptionValue,
        commands::{self, Command, Kind, Opt, Takes},
    },
    store::{ChannelId, RoleId},
};

/// The most characters of an option that says no less itself.
const LONGEST_OPTION: usize = 4_000;

/// The header that a page names its browser by.
const SESSION: &str = "x-bedside-session";

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        session(&parts.headers).ok_or_else(|| {
            Problem::unreadable("X-Bedside-Session must be 32 hexadecimal digits that the page made up.")
        })
    }
}

/// Where a request comes from: a browser, and the key that it showed where the room is locked.
pub(super) struct Browser {
    session: Session,
    key: Key,
}

impl Browser {
    /// Whoever sits there in a seat.
    pub(super) fn sits(self, seat: Seat) -> Viewer {
        Viewer { session: self.session, sitter: self.key.sits(seat) }
    }
}

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let session = Session::from_request_parts(parts, state).await?;
        let Ok(key) = Key::from_request_parts(parts, state).await;
        Ok(Self { session, key })
    }
}

/// The key that a request showed, where the room is locked.
pub(super) struct Key(pub(super) Option<Shown>);

impl Key {
    /// Whoever shows it, in a seat.
    pub(super) fn sits(&self, seat: Seat) -> Sitter {
        Sitter { seat, key: self.0.as_ref().map(Shown::name) }
    }
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Shown>().cloned()))
    }
}

/// The browser that a request names, if it does.
pub(super) fn session(headers: &HeaderMap) -> Option<Session> {
    headers.get(SESSION).and_then(|value| value.to_str().ok()).and_then(Session::read)
}

/// A body of JSON.
pub(super) struct Sent<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = body::json(request, state).await.map_err(|unread| match unread {
            Unread::NotJson => {
                let detail = "Send it as JSON, with Content-Type: application/json.";
                Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
            }
            Unread::TooSlow => Problem::new(StatusCode::REQUEST_TIMEOUT, "The request's body did not arrive in time."),
            Unread::TooLarge => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "That is more than 64 KiB; send less at a time.")
            }
            Unread::Broken => Problem::unreadable("The request's body did not arrive whole."),
        })?;
        let read = serde_json::from_slice(&body);
        // Its own words would quote what it stumbled over.
        read.map(Self).map_err(|_| Problem::unreadable("The body is not the JSON that this takes."))
    }
}

#[derive(Deserialize)]
pub(super) struct Say {
    pub(super) seat: Seat,
    pub(super) channel: String,
    pub(super) text: String,
}

#[derive(Deserialize)]
pub(super) struct Edit {
    pub(super) seat: Seat,
    pub(super) channel: String,
    pub(super) message: String,
    pub(super) text: String,
}

#[derive(Deserialize)]
pub(super) struct Delete {
    pub(super) seat: Seat,
    pub(super) channel: String,
    pub(super) message: String,
}

#[derive(Deserialize)]
pub(super) struct RunCommand {
    pub(super) seat: Seat,
    pub(super) channel: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) options: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct Suggest {
    pub(super) seat: Seat,
    pub(super) channel: String,
    pub(super) name: String,
    pub(super) option: String,
    #[serde(default)]
    pub(super) typed: String,
}

#[derive(Deserialize)]
pub(super) struct OnMessage {
    pub(super) seat: Seat,
    pub(super) channel: String,
    pub(super) message: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Act {
    pub(super) seat: Seat,
    pub(super) channel: String,
    #[serde(default)]
    pub(super) card: Option<String>,
    pub(super) id: String,
    #[serde(default)]
    pub(super) values: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Submit {
    pub(super) seat: Seat,
    pub(super) channel: String,
    #[serde(default)]
    pub(super) card: Option<String>,
    pub(super) id: String,
    #[serde(default)]
    pub(super) values: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct Dismiss {
    pub(super) seat: Seat,
    pub(super) card: String,
}

/// The channel that a page names.
pub(super) fn channel(id: &str) -> Result<&'static Channel, Problem> {
    seats::channel(id).ok_or_else(|| Problem::nowhere("There is no such channel in this room."))
}

/// The row of the table that a page names.
pub(super) fn row(name: &str, kind: Kind) -> Result<&'static Command, Problem> {
    commands::named(name).filter(|row| row.kind == kind).ok_or_else(|| Problem::nowhere("There is no such command."))
}

/// What was typed for the options of a command, as what they take.
pub(super) fn options(
    row: &Command,
    given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, OptionValue>, Problem> {
    let mut options = BTreeMap::new();
    for (name, value) in given {
        let known = row.options.iter().find(|option| option.name == name);
        let option = known.ok_or_else(|| Problem::unfit("The command has no option of that name."))?;
        if !value.trim().is_empty() {
            options.insert(name, option_value(option, value)?);
        }
    }
    Ok(options)
}

fn option_value(option: &Opt, value: String) -> Result<OptionValue, Problem> {
    let most = match option.takes {
        Takes::TextChannel | Takes::AnyChannel => {
            return channel(&value).map(|channel| OptionValue::Channel(ChannelId::new(channel.id)));
        }
        Takes::Role => {
            let role = seats::role(&value).ok_or_else(|| Problem::unfit("There is no such role in this room."))?;
            return Ok(OptionValue::Role(RoleId::new(role.id)));
        }
        Takes::Text(most) => usize::from(most),
        Takes::Suggested => LONGEST_OPTION,
    };
    if value.chars().count() > most {
        return Err(Problem::unfit("One of the options is longer than it may be."));
    }
    Ok(OptionValue::Text(value))
}
