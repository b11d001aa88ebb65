//! The JSON API, version 1: reviews, moods, advice and tips for other programs, without a memory.
//!
//! | file | what it says |
//! | --- | --- |
//! | `operations` | the table of operations: the router and the document are made from it |
//! | `requests`, `body` | what may be asked, and how it is read: strictly, and never repeated |
//! | `answers` | a handler each |
//! | `problem` | what went wrong, as `application/problem+json` |
//! | `gate`, `limit` | who may ask, and how often |
//! | `document`, `reference` | the `OpenAPI` document, and the same for people |
//!
//! Nothing that is sent here is logged, kept or sent back in an error.

mod answers;
mod body;
mod document;
mod gate;
mod limit;
mod operations;
mod problem;
mod reference;
mod requests;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderName, HeaderValue, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};

use self::{limit::Limit, operations::OPERATIONS, problem::Problem};
use super::{body as room_body, doors::POLICY};
use crate::{
    bot::{Bot, Clock, Library, keys::Keys},
    config::Safety,
};

/// Where the API begins.
const PREFIX: &str = "/api/v1";

/// What every answer says to the browser that shows it.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// What the API is made of.
pub struct ApiState {
    /// The packs in use.
    pub library: Arc<Library>,
    /// What the operator wants said where somebody may be in danger.
    pub safety: Safety,
    /// Who may ask.
    pub keys: Keys,
    /// What time it is, for the limit.
    pub clock: Arc<dyn Clock>,
    /// Whether a key is needed: wherever the listener is not this machine's own, or the operator wants it.
    pub require_keys: bool,
    /// How many requests a minute one key, or one address without a key, may make.
    pub limit: u32,
}

impl ApiState {
    /// What a running bot has for the API.
    pub fn of(bot: &Bot, require_keys: bool, limit: u32) -> Self {
        Self {
            library: bot.shared_library(),
            safety: bot.settings().safety.clone(),
            keys: bot.keys(),
            clock: bot.clock(),
            require_keys,
            limit,
        }
    }
}

/// What the handlers have at hand.
struct Api {
    state: ApiState,
    limit: Limit,
    document: Bytes,
    page: Bytes,
}

/// The routes under `/api/v1`. The server must bring `ConnectInfo<SocketAddr>`: without it, all who come without a
/// key share one limit.
pub fn routes(state: ApiState) -> Router {
    let document = document::document(state.require_keys);
    let api = Arc::new(Api {
        limit: Limit::new(state.limit),
        page: reference::page(&document).into(),
        document: document.to_string().into(),
        state,
    });
    let mut router =
        Router::new().route("/", get(page)).route("/reference.css", get(style)).route("/openapi.json", get(openapi));
    for operation in OPERATIONS {
        let gate = middleware::from_fn_with_state(api.clone(), gate::gate);
        router = router.route(operation.path, (operation.route)().route_layer(gate));
    }
    let router = router
        .fallback(async || Problem::NotFound.into_response())
        .method_not_allowed_fallback(async || Problem::Method.into_response())
        .layer(DefaultBodyLimit::max(room_body::LONGEST))
        .layer(middleware::map_response(with_headers))
        .with_state(api);
    Router::new().nest_service(PREFIX, router)
}

async fn page(State(api): State<Arc<Api>>) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], api.page.clone()).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], reference::STYLE).into_response()
}

async fn openapi(State(api): State<Arc<Api>>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], api.document.clone()).into_response()
}

async fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
