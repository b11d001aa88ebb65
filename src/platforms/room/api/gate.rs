//! Who may ask: whoever shows a key that is known, or, where none is needed, anyone; each so often.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{super::doors::Lock, Api, limit::Who, problem::Problem};
use crate::bot::{keys::Keys, platform::Pending};

pub(super) async fn gate(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let shown = key_shown(request.headers()).map(str::to_owned);
    match admit(&api, shown, peer(&request)).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(api: &Api, shown: Option<String>, peer: Who) -> Result<(), Problem> {
    let name = match &shown {
        Some(key) => api.state.keys.recognise(key).await.map_err(|error| {
            tracing::error!(%error, "whether a key is known could not be looked up");
            Problem::Ours
        })?,
        None => None,
    };
    let known = name.is_some();
    // Whoever guesses at keys is counted as well, by address.
    api.limit.take(name.map_or(peer, Who::Key), api.state.clock.now()).map_err(Problem::TooMany)?;
    let may = known || (shown.is_none() && !api.state.require_keys);
    if may { Ok(()) } else { Err(Problem::NoKey { shown: shown.is_some() }) }
}

fn peer(request: &Request) -> Who {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    address.map_or(Who::Anyone, |ConnectInfo(address)| Who::at(address.ip()))
}

/// Keys lock the room's own doors, too, where it has a lock.
impl Lock for Keys {
    fn opens<'a>(&'a self, key: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(async move {
            self.recognise(key).await.unwrap_or_else(|error| {
                tracing::error!(%error, "whether a key is known could not be looked up");
                None
            })
        })
    }
}

/// The key in `Authorization: Bearer KEY`. Another scheme is somebody else's, a proxy's say.
fn key_shown(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}
