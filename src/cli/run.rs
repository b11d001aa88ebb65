//! `bedside run`: the life of the process, from its first line to its last.

use std::{sync::Arc, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Failure, Shell, Status,
    control::{Asked, Ear},
    logs, packs,
    reload::{Reloaded, socket},
};
use crate::{
    config::{Config, Token},
    content::{Counts, Pack},
};

/// How long what is under way may take to finish once the process is asked to stop.
const DRAIN: Duration = Duration::from_secs(10);

const NO_TOKEN: [&str; 3] = [
    "There is no token, so Bedside cannot connect to Discord.",
    "To get one: https://discord.com/developers/applications → New Application → Bot → Reset Token; then set \
     DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it, and start again.",
    "Without one, everything in the terminal works: bedside review, mood, coach, tip and check; bedside --help shows how.",
];

/// What the bot runs on. The pack changes on a reload; everything else holds until the process ends.
pub(super) struct Life {
    /// What the operator decided.
    pub(super) config: Config,
    /// The bot's token.
    pub(super) token: Token,
    /// The packs: look at it for every request, and a reload is felt at once.
    pub(super) pack: watch::Receiver<Arc<Pack>>,
    /// Cancelled when the process is asked to stop.
    pub(super) shutdown: CancellationToken,
}

pub(super) fn run(shell: &Shell, colour: bool) -> Result<Status, Failure> {
    let config = shell.config()?;
    let pack = packs::over_the_built_in(&config.content)?;
    if !config.discord.enabled {
        let wrong = "[discord] enabled is false, so there is nothing to run; take the line out, or use the terminal: bedside --help";
        return Err(wrong.to_owned().into());
    }
    let Some(token) = Token::from_environment().map_err(|trouble| trouble.to_string())? else {
        return Err(Failure(NO_TOKEN.map(str::to_owned).into()));
    };
    logs::start(config.log, std::env::var("RUST_LOG").ok().as_deref(), colour)?;
    hide_panic_messages();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime cannot start: {error}"))?;
    let ended = runtime.block_on(live(shell, config, token, pack));
    // What still hangs after the drain is not waited for.
    runtime.shutdown_background();
    ended
}

/// A panic's message may quote the text that it stumbled over; only its place is told.
fn hide_panic_messages() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of the bot failed and was dropped; this is a mistake in Bedside");
    }));
}

async fn live(shell: &Shell, config: Config, token: Token, pack: Pack) -> Result<Status, Failure> {
    // First of all: as process 1 there is no default that would end us.
    let mut stops = Stops::listen()?;
    let mut hangups = signal(SignalKind::hangup()).map_err(no_signals)?;
    let (asks, mut asked) = mpsc::channel(1);
    let ear = ear(&config, asks).await;
    tell_counts(pack.counts());
    let (packs, pack) = watch::channel(Arc::new(pack));
    let shutdown = CancellationToken::new();
    let life = Life { config: config.clone(), token, pack, shutdown: shutdown.clone() };
    let mut serving = tokio::spawn(serve(life));
    let reloader = Reloader { shell, started_with: &config, packs };
    let ended = loop {
        tokio::select! {
            ended = &mut serving => break Some(ended),
            name = stops.next() => {
                tracing::info!(signal = name, "stopping; what is under way is finished first");
                shutdown.cancel();
                break tokio::select! {
                    ended = timeout(DRAIN, &mut serving) => ended.ok(),
                    _ = stops.next() => None,
                };
            }
            _ = hangups.recv() => drop(reloader.reload()),
            Some(waiting) = asked.recv() => drop(waiting.send(reloader.reload())),
        }
    };
    if let Some(ear) = ear {
        ear.abort();
        // Its socket's file goes with it.
        let _ = ear.await;
    }
    match ended {
        Some(Ok(Ok(()))) => {
            tracing::info!("stopped");
            Ok(Status::Fine)
        }
        Some(Ok(Err(sentence))) => Err(sentence.into()),
        Some(Err(_)) => Err("the bot failed; the log says where".to_owned().into()),
        None => {
            tracing::warn!("stopped before everything under way was finished");
            Ok(Status::Fine)
        }
    }
}

/// Runs the platforms until the shutdown, and returns once nothing is under way. An error is a sentence.
async fn serve(life: Life) -> Result<(), String> {
    life.shutdown.cancelled().await;
    Ok(())
}

/// What asks the process to end.
struct Stops {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Stops {
    fn listen() -> Result<Self, Failure> {
        let terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt()).map_err(no_signals)? })
    }

    /// Waits for one and names it.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "a function for map_err")]
fn no_signals(error: std::io::Error) -> Failure {
    format!("signals cannot be heard: {error}").into()
}

/// Listens beside the store; without it the bot runs all the same.
async fn ear(config: &Config, asks: mpsc::Sender<Asked>) -> Option<tokio::task::JoinHandle<()>> {
    let path = socket(&config.store.file());
    match Ear::open(path.clone()).await {
        Ok(ear) => Some(tokio::spawn(ear.listen(asks))),
        Err(error) => {
            tracing::warn!(socket = %path.display(), %error, "bedside reload will not reach this process; SIGHUP does");
            None
        }
    }
}

/// Takes changed packs in, or refuses them whole.
struct Reloader<'a> {
    shell: &'a Shell,
    started_with: &'a Config,
    packs: watch::Sender<Arc<Pack>>,
}

impl Reloader<'_> {
    fn reload(&self) -> Reloaded {
        let loaded = self.shell.config().and_then(|config| {
            let pack = packs::over_the_built_in(&config.content)?;
            Ok((config, pack))
        });
        match loaded {
            Ok((config, pack)) => {
                let counts = pack.counts();
                self.packs.send_replace(Arc::new(pack));
                tell_counts(counts);
                let mut lines = vec![format!("Loaded {}.", in_words(counts))];
                let content = self.started_with.content.clone();
                if (Config { content, ..config }) != *self.started_with {
                    lines.push("Other settings have changed too; they hold from the next start.".into());
                }
                Reloaded { ok: true, lines }
            }
            Err(Failure(lines)) => {
                for problem in &lines {
                    tracing::error!(problem, "the packs were not reloaded; the good ones keep running");
                }
                Reloaded { ok: false, lines }
            }
        }
    }
}

fn tell_counts(Counts { posts, tips, rules, states, .. }: Counts) {
    tracing::info!(posts, tips, rules, states, "packs loaded");
}

fn in_words(Counts { posts, tips, rules, states, .. }: Counts) -> String {
    format!("{posts} posts, {tips} tips, {rules} rules, {states} states")
}
