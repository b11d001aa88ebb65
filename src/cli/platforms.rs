//! Which platforms this process serves, and how they are reached: Discord where there is a token, the room unless it
//! is switched off, or both.

use std::sync::Arc;

#[cfg(feature = "room")]
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::Failure;
#[cfg(feature = "discord")]
use crate::platforms::discord::{self, Discord};
#[cfg(feature = "room")]
use crate::{
    bot::keys::Keys,
    platforms::room::{self, Room},
};
use crate::{
    bot::{Bot, Clock, Platform},
    config::{Config, Token},
    store::Store,
};

const NO_TOKEN: [&str; 3] = [
    "There is no token, so Bedside cannot connect to Discord, and the room is not open either.",
    "For the room, which needs no account anywhere, take `[room] enabled = false` out. For Discord: \
     https://discord.com/developers/applications → New Application → Bot → Reset Token; then set \
     DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it, and start again.",
    "Without either, everything in the terminal works: bedside review, mood, coach, tip and check; bedside --help shows how.",
];

/// What is to be served.
pub(super) struct Wanted {
    /// The token for Discord.
    pub(super) discord: Option<Token>,
    /// Whether the room is to be open.
    #[cfg_attr(not(feature = "room"), allow(dead_code, reason = "it is false then"))]
    pub(super) room: bool,
}

impl Wanted {
    /// Discord where there is a token for it, the room where it is enabled; at least one of them.
    pub(super) fn of(config: &Config) -> Result<Self, Failure> {
        let on_discord = cfg!(feature = "discord") && config.discord.enabled;
        let token = || Token::from_environment().map_err(|trouble| trouble.to_string());
        let discord = if on_discord { token()? } else { None };
        let room = cfg!(feature = "room") && config.room.enabled;
        match (&discord, room) {
            (None, false) if on_discord => Err(Failure(NO_TOKEN.map(str::to_owned).into())),
            (None, false) => {
                let wrong = "[discord] enabled and [room] enabled are both false, so there is nothing to run; take one of the lines out, or use the terminal: bedside --help";
                Err(wrong.to_owned().into())
            }
            _ => Ok(Self { discord, room }),
        }
    }

    /// Sets up what is wanted; nothing is served yet. An error is a sentence.
    #[cfg_attr(not(feature = "room"), allow(unused_variables, reason = "only the room reads the store and the clock"))]
    pub(super) async fn connect(
        self,
        config: &Config,
        store: &Store,
        clock: &Arc<dyn Clock>,
        #[cfg(feature = "room")] listener: Option<TcpListener>,
    ) -> Result<Connected, String> {
        #[cfg(feature = "discord")]
        let discord = match &self.discord {
            Some(token) => {
                let settings = discord::Settings::from(&config.discord);
                Some(Discord::connect(&settings, token.reveal()).map_err(|error| error.to_string())?)
            }
            None => None,
        };
        #[cfg(feature = "room")]
        let room = match listener {
            Some(listener) => Some(open_room(listener, config, store, clock).await?),
            None => None,
        };
        Ok(Connected {
            #[cfg(feature = "room")]
            alone: self.room && self.discord.is_none() && cfg!(feature = "discord") && config.discord.enabled,
            #[cfg(feature = "room")]
            for_machines: config.log.format == crate::config::LogFormat::Json,
            #[cfg(feature = "discord")]
            discord,
            #[cfg(feature = "room")]
            room,
        })
    }
}

#[cfg(feature = "room")]
async fn open_room(
    listener: TcpListener,
    config: &Config,
    store: &Store,
    clock: &Arc<dyn Clock>,
) -> Result<Room, String> {
    let settings = room::Settings {
        listen: config.room.listen,
        hosts: config.room.hosts.clone(),
        require_keys: config.room.require_keys,
        lock: lock(store, clock).await?,
        limit: config.room.limit,
        examples: config.room.examples,
    };
    Room::open(listener, settings, clock.clone()).map_err(|error| error.to_string())
}

/// What tells keys from other words, once there is a key.
#[cfg(feature = "room")]
async fn lock(store: &Store, clock: &Arc<dyn Clock>) -> Result<Option<Arc<dyn room::Lock>>, String> {
    let keys = Keys::new(store.clone(), clock.clone());
    let none = keys.list().await.map_err(|error| error.to_string())?.is_empty();
    Ok(if none { None } else { Some(Arc::new(keys)) })
}

/// The platforms of this process.
pub(super) struct Connected {
    /// Whether the room is all there is for want of a token.
    #[cfg(feature = "room")]
    alone: bool,
    /// Whether the log is for machines, which read nothing else.
    #[cfg(feature = "room")]
    for_machines: bool,
    #[cfg(feature = "discord")]
    discord: Option<Discord>,
    #[cfg(feature = "room")]
    room: Option<Room>,
}

impl Connected {
    /// What the bot uses to post, look and tell: each workspace is served by its own platform.
    pub(super) fn together(&self) -> Arc<dyn Platform> {
        let mut platforms: Vec<(&'static str, Arc<dyn Platform>)> = Vec::new();
        #[cfg(feature = "discord")]
        platforms.extend(self.discord.as_ref().map(|discord| (discord::NAME, discord.platform())));
        #[cfg(feature = "room")]
        platforms.extend(self.room.as_ref().map(|room| (room::NAME, room.platform())));
        Arc::new(crate::platforms::Together::new(platforms))
    }

    /// Serves until `shutdown`, or until one of them ends. An error is a sentence.
    pub(super) async fn run(self, bot: Arc<Bot>, shutdown: &CancellationToken) -> Result<(), String> {
        let on_discord = async {
            #[cfg(feature = "discord")]
            if let Some(discord) = self.discord {
                let ended = discord.run(bot.clone(), shutdown.clone()).await;
                shutdown.cancel();
                return ended.map_err(|error| error.to_string());
            }
            Ok::<(), String>(())
        };
        let in_room = async {
            #[cfg(feature = "room")]
            if let Some(room) = self.room {
                greet(&room, self.alone, self.for_machines);
                let ended = room.run(bot.clone(), shutdown.clone()).await;
                shutdown.cancel();
                return ended.map_err(|error| format!("the room closed: {error}"));
            }
            Ok::<(), String>(())
        };
        let (discord, room) = tokio::join!(on_discord, in_room);
        discord.and(room)
    }
}

/// Says where the room is, and that it is `alone` for want of a token; opens it in a browser where somebody sits
/// before one. Whoever sees both the answer and the log on a terminal is told once.
#[cfg(feature = "room")]
fn greet(room: &Room, alone: bool, for_machines: bool) {
    use std::{
        io::IsTerminal,
        process::{Command, Stdio},
    };
    let address = room.address();
    // Everywhere is no place that a browser could go to.
    let everywhere = address.ip().is_unspecified();
    let address = if everywhere { format!("http://localhost:{}", address.port()) } else { format!("http://{address}") };
    let watched = std::io::stdout().is_terminal() && std::io::stderr().is_terminal() && !for_machines;
    let mut page = format!("The room is open: {address}");
    if watched {
        page.push_str("  Ctrl+C stops it.");
        if alone {
            page.push_str("\nDiscord is off: there is no token for it.");
        }
    }
    if everywhere {
        page.push_str(
            "\nFrom other machines it is reached by the names that stand under [room] hosts in the configuration.",
        );
    }
    page.push('\n');
    // Whoever closed standard output reads the log.
    let _ = super::write(&page);
    if !watched {
        tracing::info!(address, "the room is open");
        if alone {
            tracing::info!("Discord is off: there is no token for it");
        }
    }
    let display =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|at| !at.is_empty()));
    if !(display && std::io::stdout().is_terminal()) {
        return;
    }
    let mut browser = Command::new("xdg-open");
    browser.arg(&address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut opening) = browser.spawn() {
        // It ends when the browser has taken over; nobody waits for it but this.
        tokio::task::spawn_blocking(move || opening.wait());
    }
}
