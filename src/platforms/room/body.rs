//! Reading the bytes of a JSON body, for the page's routes and for the JSON API; each says what is wrong in its own words.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};

/// The most bytes of a request's body.
pub(super) const LONGEST: usize = 64 << 10;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why there are no bytes.
pub(super) enum Unread {
    /// The body is not said to be JSON.
    NotJson,
    /// It did not arrive in time.
    TooSlow,
    /// It is longer than [`LONGEST`].
    TooLarge,
    /// It did not arrive whole.
    Broken,
}

/// The bytes of a body that is said to be JSON.
pub(super) async fn json<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Unread> {
    if !says_json(request.headers()) {
        return Err(Unread::NotJson);
    }
    let read = tokio::time::timeout(PATIENCE, Bytes::from_request(request, state));
    read.await.map_err(|_| Unread::TooSlow)?.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Unread::TooLarge,
        _ => Unread::Broken,
    })
}

fn says_json(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = said.and_then(|said| said.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}
