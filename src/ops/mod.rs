//! The bot seen from outside: three addresses for whoever looks after it. They say how it does, never what anybody
//! wrote or who: no name, no id, no text.
//!
//! - `/healthz`: 200 while the process is alive, 503 when it hangs and is best started again;
//! - `/readyz`: 200 while it can serve, 503 with a sentence for each thing in the way;
//! - `/metrics`: the figures, as Prometheus reads them.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::bot::{Bot, Condition};

/// What Prometheus calls the text that `/metrics` answers.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("`[ops] listen`: {0} cannot be listened on: {1}; choose another address, or stop what holds it")]
pub struct Taken(SocketAddr, String);

/// Listens, and answers once it runs.
pub struct Ops {
    listener: TcpListener,
}

impl Ops {
    /// Listens at `address`. Nothing is answered before [`Ops::run`].
    ///
    /// # Errors
    /// When the address is taken or not this machine's.
    pub async fn open(address: SocketAddr) -> Result<Self, Taken> {
        let taken = |error: std::io::Error| Taken(address, crate::config::plainly(&error));
        Ok(Self { listener: TcpListener::bind(address).await.map_err(taken)? })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `shutdown`.
    pub async fn run(self, bot: Arc<Bot>, shutdown: CancellationToken) {
        let routes = Router::new()
            .route("/healthz", get(healthz))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics))
            .with_state(bot);
        // Nobody waits for a scraper that holds its connection open.
        tokio::select! {
            ended = axum::serve(self.listener, routes).into_future() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "health and figures are not answered any more");
                }
            }
            () = shutdown.cancelled() => {}
        }
    }
}

async fn healthz(State(bot): State<Arc<Bot>>) -> Response {
    told(bot.alive())
}

async fn readyz(State(bot): State<Arc<Bot>>) -> Response {
    told(bot.ready().await)
}

async fn metrics(State(bot): State<Arc<Bot>>) -> Response {
    ([(CONTENT_TYPE, OPEN_METRICS)], bot.figures_now().await).into_response()
}

fn told(condition: Condition) -> Response {
    match condition {
        Condition::Good => "ok\n".into_response(),
        Condition::Bad(sentences) => (StatusCode::SERVICE_UNAVAILABLE, sentences.join("\n") + "\n").into_response(),
    }
}
