//! Discord.
//!
//! | file | what it says |
//! | --- | --- |
//! | `gateway`, `shards`, `identifying` | one connection; keeping all of them; when each may begin anew |
//! | `payload`, `receive`, `request` | what Discord sends, read and sorted into requests and what is heard |
//! | `places`, `recent` | what is remembered of it: what holds what, and what came by already |
//! | `answer`, `render`, `describe`, `escape` | answers, in time and in private, as Discord shows them |
//! | `platform`, `permissions` | what the bot does unasked: post, look, check, tell |
//! | `register` | the table of commands, as Discord's |
//! | `examine` | whether all is set up, for `bedside doctor` |
//! | `rest`, `pace` | the one place through which every request goes, and how many a second |

mod answer;
mod describe;
mod escape;
mod examine;
mod gateway;
mod identifying;
mod pace;
mod payload;
mod permissions;
mod places;
mod platform;
mod receive;
mod recent;
mod register;
mod render;
mod request;
mod rest;
mod shards;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, de::DeserializeOwned};
use serenity::model::id::ApplicationId;
use tokio_util::sync::CancellationToken;

use self::{
    answer::Desk,
    platform::Outgoing,
    receive::Receiver,
    register::Registered,
    rest::{Call, Refusal, Rest},
};
use crate::{
    bot::{Bot, Platform},
    config::{self, Shards},
};
pub use examine::Examined;

/// What the names of its workspaces begin with, before a colon.
pub const NAME: &str = "discord";

/// Discord counts milliseconds from the first second of 2015.
const EPOCH: i64 = 1_420_070_400_000;
/// How many requests a second Discord takes from a bot, answers to interactions aside.
const REQUESTS: u16 = 50;
/// How long what was begun may take to finish when the bot stops.
const DRAIN: Duration = Duration::from_secs(8);

/// How Discord is reached.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The address of a proxy or a test server, without `/api/v10`; Discord itself by default.
    pub api: Option<String>,
    /// The shards of this process; as many as Discord recommends by default.
    pub shards: Option<Shards>,
}

impl From<&config::Discord> for Settings {
    fn from(decided: &config::Discord) -> Self {
        Self { api: decided.api.clone(), shards: decided.shards.clone() }
    }
}

impl Settings {
    /// How many of the bot's requests a second are this process's: Discord counts them over all processes.
    fn share(&self) -> u16 {
        let part =
            |shards: &Shards| u32::from(REQUESTS) * u32::try_from(shards.mine.len()).unwrap_or(1) / shards.of.max(1);
        self.shards.as_ref().and_then(|shards| part(shards).try_into().ok()).unwrap_or(REQUESTS).clamp(1, REQUESTS)
    }
}

/// Why Discord cannot be used; each says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The configured address is none.
    #[error("`[discord] api` must be an address such as http://127.0.0.1:3911")]
    Address,
    /// The token is not one, or not valid any more.
    #[error(
        "Discord does not accept the token: in the Developer Portal open your application, then Bot, then Reset Token, \
         and put the new one into DISCORD_TOKEN (or the file named by DISCORD_TOKEN_FILE)"
    )]
    Token,
    /// No TLS on this machine.
    #[error("no encrypted connection could be set up")]
    Tls,
    /// The gateway closed the connection for good.
    #[error("Discord's gateway refuses this bot (close code {0}): this version of Bedside is too old or at fault")]
    Gateway(u16),
    /// Not even the intents that no bot needs approval for were granted.
    #[error("Discord denies this bot even the plain intents (close code 4014)")]
    Intents,
    /// The shards that the operator named are not what Discord wants.
    #[error("{}", wrong_shards(*.0, *.1))]
    Shards(u16, u32),
}

impl Error {
    fn closed(code: u16) -> Self {
        match code {
            4004 => Self::Token,
            4014 => Self::Intents,
            other => Self::Gateway(other),
        }
    }
}

/// What to set where the gateway closed with 4010 or 4011 though `of` shards were named.
fn wrong_shards(code: u16, of: u32) -> String {
    match code {
        4011 => format!(
            "Discord's gateway wants more shards than `[discord] shards` names (of = {of}, close code 4011): `bedside \
             doctor` tells how many it recommends; set `of` to at least that in every process, share the numbers out \
             by `mine`, stop all of them and start them again"
        ),
        code => format!(
            "Discord's gateway refuses a shard of `[discord] shards` (of = {of}, close code {code}): set the same `of` \
             in every process, and the numbers from 0 to {} in `mine`, each in one process",
            of.saturating_sub(1)
        ),
    }
}

/// A connection to Discord.
pub struct Discord {
    rest: Arc<Rest>,
    outgoing: Arc<Outgoing>,
    token: String,
    shards: Option<Shards>,
    reads_messages: Arc<AtomicBool>,
}

#[derive(Deserialize)]
struct Application {
    id: ApplicationId,
}

impl Discord {
    /// Sets everything up without reaching out. Needs a running tokio.
    pub fn connect(settings: &Settings, token: &str) -> Result<Self, Error> {
        let token = token.trim();
        if token.is_empty() {
            return Err(Error::Token);
        }
        let rest = Arc::new(Rest::new(settings.api.as_deref(), token, settings.share())?);
        let reads_messages = Arc::new(AtomicBool::new(true));
        let outgoing = Arc::new(Outgoing::new(Arc::clone(&rest), Arc::clone(&reads_messages)));
        Ok(Self { rest, outgoing, token: token.to_owned(), shards: settings.shards.clone(), reads_messages })
    }

    /// What the bot uses to post, look and tell.
    pub fn platform(&self) -> Arc<dyn Platform> {
        Arc::clone(&self.outgoing) as Arc<dyn Platform>
    }

    /// Whether Discord grants the text of messages; without it nothing can be watched.
    pub fn reads_messages(&self) -> bool {
        self.reads_messages.load(Ordering::Relaxed)
    }

    /// Runs until `shutdown`, then finishes what was begun, in 8 s at most. Ends early only where trying again is
    /// no use.
    pub async fn run(&self, bot: Arc<Bot>, shutdown: CancellationToken) -> Result<(), Error> {
        let shutdown = shutdown.child_token();
        // Not ready before Discord says how many connections there are to be, and they stand.
        bot.figures().wanted(NAME, 1);
        let Some(me) = shutdown.run_until_cancelled(self.insist::<payload::Author>("users/@me")).await.transpose()?
        else {
            return Ok(());
        };
        let me = me.id.get();
        let receiver = Receiver::new(bot, Arc::new(Desk::new(Arc::clone(&self.rest), me)), me);
        let connected = async {
            let line = shards::Line {
                rest: &self.rest,
                token: &self.token,
                shards: self.shards.as_ref(),
                reads_messages: &self.reads_messages,
                receiver: &receiver,
            };
            let ended = shards::stay_connected(&line, &shutdown).await;
            shutdown.cancel();
            ended
        };
        let (ended, (), ()) = tokio::join!(connected, receiver.tell_comings(&shutdown), self.register(&shutdown));
        if tokio::time::timeout(DRAIN, receiver.finish()).await.is_err() {
            tracing::warn!(target: "bedside::discord", "some answers were not finished in time");
        }
        ended
    }

    /// Registers the commands, once for this run, whenever Discord lets it.
    async fn register(&self, shutdown: &CancellationToken) {
        let registering = async {
            let application = self.insist::<Application>("oauth2/applications/@me").await?;
            for tries in 1.. {
                match register::register(&self.rest, application.id.get()).await {
                    Ok(Registered::Unchanged) => {
                        tracing::info!(target: "bedside::discord", "the commands stand as registered");
                        break;
                    }
                    Ok(Registered::Replaced) => {
                        tracing::info!(target: "bedside::discord", "the commands were registered");
                        break;
                    }
                    Err(refusal @ Refusal::Refused { .. }) => {
                        tracing::error!(target: "bedside::discord", %refusal, "the commands were not registered");
                        break;
                    }
                    Err(refusal) => wait_after(&refusal, tries).await,
                }
            }
            Ok::<_, Error>(())
        };
        // A wrong token ends the run by way of the gateway.
        let _ = shutdown.run_until_cancelled(registering).await;
    }

    /// Asks until there is an answer; a refused token is the only way out.
    async fn insist<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.rest.call(Call::get(path)).await {
                Ok(answer) => return Ok(answer),
                Err(Refusal::Refused { status: 401, .. }) => return Err(Error::Token),
                Err(refusal) => wait_after(&refusal, tries).await,
            }
        }
    }
}

async fn wait_after(refusal: &Refusal, tries: u32) {
    tracing::warn!(target: "bedside::discord", %refusal, "Discord is not there yet");
    let wait = match refusal {
        Refusal::Busy(wait) => *wait,
        _ => Duration::ZERO,
    };
    tokio::time::sleep(wait + shards::backoff(tries)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_together_keep_within_what_discord_takes_from_the_bot() {
        let share = |shards: Option<(u32, u32)>| {
            let shards = shards.map(|(of, mine)| Shards { of, mine: (0..mine).collect() });
            Settings { api: None, shards }.share()
        };
        assert_eq!(share(None), 50);
        assert_eq!((share(Some((2, 1))), share(Some((2, 2)))), (25, 50));
        assert_eq!((share(Some((8, 3))), share(Some((3, 1)))), (18, 16));
        assert_eq!(share(Some((10_000, 1))), 1, "it is never silent");
    }
}
