//! Where this process listens. It is settled before anything else is done, so that a start that must fail does so at
//! once, with one sentence, and leaves nothing behind.

#[cfg(feature = "room")]
use tokio::net::TcpListener;

use super::platforms::Wanted;
#[cfg(feature = "room")]
use super::reload;
use crate::config::Config;
#[cfg(feature = "ops")]
use crate::ops::Ops;
#[cfg(feature = "room")]
use crate::{
    platforms::room::{self, Room},
    store::Store,
};

/// What listens; nothing is answered yet.
pub(super) struct Listening {
    /// For the room; none where it stays closed.
    #[cfg(feature = "room")]
    pub(super) room: Option<TcpListener>,
    /// For health and figures.
    #[cfg(feature = "ops")]
    pub(super) ops: Option<Ops>,
}

impl Listening {
    /// Listens wherever the configuration says. An error is a sentence.
    #[cfg_attr(
        not(any(feature = "ops", feature = "room")),
        allow(unused_variables, clippy::unused_async, reason = "nothing listens then")
    )]
    pub(super) async fn at(config: &Config, wanted: &Wanted) -> Result<Self, String> {
        Ok(Self {
            #[cfg(feature = "room")]
            room: if wanted.room { room(config, wanted.discord.is_some()).await? } else { None },
            #[cfg(feature = "ops")]
            ops: match config.ops.listen {
                Some(address) => Some(Ops::open(address).await.map_err(|error| error.to_string())?),
                None => None,
            },
        })
    }
}

#[cfg(feature = "room")]
async fn room(config: &Config, on_discord: bool) -> Result<Option<TcpListener>, String> {
    match Room::listen(config.room.listen).await {
        Ok(listener) => Ok(Some(listener)),
        // Another process on this machine has it; Discord is served all the same.
        Err(error @ room::Error::Taken(..)) if on_discord => {
            tracing::warn!(%error, "the room stays closed");
            Ok(None)
        }
        Err(room::Error::Taken(address, _)) if reload::answers(&config.store.socket()) => Err(format!(
            "Bedside already runs on {}, and its room is most likely the one at http://{address}; look at it there. To \
             start another one beside it, choose another address for that under `[room] listen`",
            Store::place(&config.store.url)
        )),
        Err(error) => Err(error.to_string()),
    }
}
