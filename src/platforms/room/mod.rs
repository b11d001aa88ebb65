//! The room: the bot on a page of this machine's own, with no account anywhere. A third platform, not a second
//! program: what somebody does on the page becomes a request of the bot's, and its answers are shown as they are.
//!
//! | file | what it says |
//! | --- | --- |
//! | `serve`, `request` | the routes; what a page sends, read and refused |
//! | `doors`, `problem` | who may come in; what went wrong, as problem+json |
//! | `seats` | who sits in the room, its channels and roles |
//! | `hall` | the room behind one lock: `channels` (what was said), `sessions` (who sees what alone), `streams` (what happened) |
//! | `state`, `wire` | what a page begins with, and the shapes it is sent |
//! | `platform` | what the bot does unasked: post, look, check, tell |
//! | `first_start` | what a room holds when somebody comes in |
//! | `lead`, `poster` | the lead's page; a tip for the notice board |
//! | `assets` | the page's own files |
//! | `api` | the JSON API, for other programs |

pub mod api;
mod assets;
mod body;
mod channels;
mod doors;
mod first_start;
mod hall;
mod lead;
mod platform;
mod poster;
mod problem;
mod request;
mod seats;
mod serve;
mod sessions;
mod state;
mod streams;
mod wire;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::{doors::Doors, hall::Hall, platform::Outgoing};
use crate::bot::{Bot, Clock, Platform};
pub use doors::Lock;
pub use seats::{NAME, workspace};

/// How often whoever has been away too long is forgotten.
const SWEEP: SignedDuration = SignedDuration::from_mins(1);
/// How long requests at hand may take once the room closes.
const DRAIN: Duration = Duration::from_secs(5);

/// How the room is opened.
#[derive(Clone)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The names that it is reached by besides the loopback ones.
    pub hosts: Vec<String>,
    /// Whether everybody must show a key. Where others than this machine could come in, they must in any case.
    pub require_keys: bool,
    /// What tells keys from other words; none while there is no key.
    pub lock: Option<Arc<dyn Lock>>,
    /// How many requests a minute each key, or each address without one, may make of the JSON API.
    pub limit: u32,
    /// Whether a few example tickets are played into #support.
    pub examples: bool,
}

/// Why the room cannot be opened; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Keys are to be shown, and there is none.
    #[error(
        "on {0} the room must ask whoever comes for a key, since anybody who reaches it could read along and sit in the \
         lead's seat, and there is no key yet; make one with `bedside key new NAME`, or listen on 127.0.0.1 without \
         `[room] require_keys`"
    )]
    NoKey(SocketAddr),
    /// The address cannot be listened on.
    #[error("the room cannot listen on {0}: {1}; choose another address under `[room] listen`, or stop what holds it")]
    Taken(SocketAddr, String),
}

/// A room that listens, and answers once it runs.
pub struct Room {
    listener: TcpListener,
    address: SocketAddr,
    hall: Arc<Hall>,
    settings: Settings,
}

impl Room {
    /// Listens on an address, which may be long before there is all that [`Room::open`] needs.
    pub async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
        TcpListener::bind(address).await.map_err(|error| Error::Taken(address, crate::config::plainly(&error)))
    }

    /// Opens the room behind what listens. Nothing is answered before [`Room::run`].
    pub fn open(listener: TcpListener, settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let locked = settings.require_keys || !settings.listen.ip().is_loopback();
        if locked && settings.lock.is_none() {
            return Err(Error::NoKey(settings.listen));
        }
        let taken = |error: std::io::Error| Error::Taken(settings.listen, crate::config::plainly(&error));
        let address = listener.local_addr().map_err(taken)?;
        Ok(Self { listener, address, hall: Arc::new(Hall::new(clock)), settings })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the bot uses to post, look and tell in the room's workspace.
    pub fn platform(&self) -> Arc<dyn Platform> {
        Arc::new(Outgoing::new(Arc::clone(&self.hall)))
    }

    /// Makes the room ready, then answers until `shutdown`, and ends what is at hand.
    pub async fn run(self, bot: Arc<Bot>, shutdown: CancellationToken) -> std::io::Result<()> {
        let Self { listener, address, hall, settings } = self;
        if let Err(error) = first_start::prepare(&bot, &hall, settings.examples).await {
            tracing::error!(target: "bedside::room", cause = %error, "the room could not be made ready");
        }
        let locked = settings.require_keys || !address.ip().is_loopback();
        let api = api::routes(api::ApiState::of(&bot, locked, settings.limit));
        let doors = Doors::new(address, &settings.hosts, settings.lock.filter(|_| locked));
        let routes = serve::routes(bot, Arc::clone(&hall), api, doors, shutdown.clone());
        let closing = shutdown.clone();
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, routes).with_graceful_shutdown(async move { closing.cancelled().await });
        let drained = async {
            shutdown.cancelled().await;
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            ended = serving.into_future() => ended,
            () = drained => Ok(()),
            () = sweep(&hall) => Ok(()),
        }
    }
}

/// Forgets, now and then, whoever has been away too long.
async fn sweep(hall: &Hall) {
    loop {
        hall.clock.until(hall.clock.now().saturating_add(SWEEP).unwrap_or_default()).await;
        hall.sweep();
    }
}
