//! What went wrong, as `application/problem+json` (RFC 9457). Sentences of ours only: never a word that was sent.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Problem {
    /// The body is not JSON; where it stops being so, as line and column.
    NotJson(Option<(usize, usize)>),
    /// The body did not come whole.
    NoBody,
    /// A key is needed; whether one was shown.
    NoKey { shown: bool },
    /// There is nothing at this address.
    NotFound,
    /// What is asked about is not known; what is.
    Unknown(String),
    /// The method is none that this address knows.
    Method,
    /// The body took too long to come.
    TooSlow,
    /// The body is too large.
    TooLarge,
    /// The body is not said to be JSON.
    MediaType,
    /// The request does not fit; what would.
    Unfit(&'static str),
    /// Too many requests; how many seconds to wait.
    TooMany(u64),
    /// A mistake of ours.
    Ours,
}

/// Every status that a refusal can have, with its meaning, as the document tells it.
pub(super) const REFUSALS: &[(StatusCode, &str)] = &[
    (StatusCode::BAD_REQUEST, "The body is not JSON, or did not come whole."),
    (StatusCode::UNAUTHORIZED, "A key is needed and none was shown, or the one shown is not known (any more)."),
    (StatusCode::FORBIDDEN, "The Host or the Origin names another site than this one."),
    (StatusCode::NOT_FOUND, "What is asked about is not known; the detail lists what is."),
    (StatusCode::METHOD_NOT_ALLOWED, "The method is not known here; the Allow header names those that are."),
    (StatusCode::REQUEST_TIMEOUT, "The body took too long to come."),
    (StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB."),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is not said to be application/json."),
    (StatusCode::UNPROCESSABLE_ENTITY, "The request does not fit its schema; the detail says what does."),
    (StatusCode::TOO_MANY_REQUESTS, "Too many requests; the Retry-After header says how many seconds to wait."),
    (StatusCode::INTERNAL_SERVER_ERROR, "A mistake of ours."),
];

/// Why there is no answer (RFC 9457).
#[derive(JsonSchema, Serialize)]
#[serde(rename = "Problem")]
pub(super) struct Written {
    /// Always `about:blank`: the status says what kind of problem it is.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What is wrong, and what would be right.
    detail: Cow<'static, str>,
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotJson(_) | Self::NoBody => StatusCode::BAD_REQUEST,
            Self::NoKey { .. } => StatusCode::UNAUTHORIZED,
            Self::NotFound | Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Ours => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn detail(self) -> Cow<'static, str> {
        match self {
            Self::NotJson(Some((line, column))) => {
                format!("The body is not JSON: it goes wrong at line {line}, column {column}.").into()
            }
            Self::NotJson(None) => "The body is not JSON.".into(),
            Self::NoBody => "The body did not come whole.".into(),
            Self::NoKey { shown: false } => {
                "A key is needed here: send Authorization: Bearer KEY. bedside key new NAME makes one.".into()
            }
            Self::NoKey { shown: true } => "The key is not known; it may have been revoked.".into(),
            Self::NotFound => "There is nothing at this address; /api/v1 tells what there is.".into(),
            Self::Unknown(known) => known.into(),
            Self::Method => "The method is not known here; the Allow header names those that are.".into(),
            Self::TooSlow => "The body took too long to come.".into(),
            Self::TooLarge => "The body is larger than 64 KiB.".into(),
            Self::MediaType => "The body must be JSON, and be said to be: Content-Type: application/json.".into(),
            Self::Unfit(what_fits) => what_fits.into(),
            Self::TooMany(seconds) => format!("Too many requests; try again in {seconds} s.").into(),
            Self::Ours => "Something went wrong on our side. What you sent was not kept; please try again.".into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let (mut retry, mut challenge) = (None, None);
        match &self {
            Self::TooMany(seconds) => retry = Some(HeaderValue::from(*seconds)),
            Self::NoKey { shown: false } => challenge = Some("Bearer realm=\"bedside\""),
            Self::NoKey { shown: true } => challenge = Some("Bearer realm=\"bedside\", error=\"invalid_token\""),
            _ => {}
        }
        let written = Written {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            detail: self.detail(),
        };
        let body = serde_json::to_vec(&written).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(seconds) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        if let Some(challenge) = challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}
