//! `bedside run`: the life of the process, from its first line to its last.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Failure, Shell, Status,
    control::{Asked, Ear},
    listening::Listening,
    logs, packs,
    platforms::Wanted,
    reload::Reloaded,
};
#[cfg(feature = "blog")]
use crate::{bot::blog::Blog, platforms::web::Web};
use crate::{
    bot::{
        Bot, Clock, Library, Settings, SystemClock,
        daily::{Daily, Deck},
    },
    config::Config,
    content::{Counts, Pack},
    store::Store,
};

/// How long what is under way may take to finish once the process is asked to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How often what is too old is let go of.
const SWEEP: SignedDuration = SignedDuration::from_mins(1);
/// The most threads that serve: enough for any bot, and within the tasks that the unit in `deploy/` allows on any machine.
const MOST_WORKERS: usize = 8;

pub(super) fn run(shell: &Shell, colour: bool) -> Result<Status, Failure> {
    let config = shell.config()?;
    let pack = packs::over_the_built_in(&config.content)?;
    // Nobody's first question waits for it.
    pack.prepare_all();
    let wanted = Wanted::of(&config)?;
    logs::start(config.log, std::env::var("RUST_LOG").ok().as_deref(), colour)?;
    hide_panic_messages();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime cannot start: {error}"))?;
    let ended = runtime.block_on(live(shell, config, wanted, pack));
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

async fn live(shell: &Shell, config: Config, wanted: Wanted, pack: Pack) -> Result<Status, Failure> {
    // First of all: as process 1 there is no default that would end us.
    let mut stops = Stops::listen()?;
    let mut hangups = signal(SignalKind::hangup()).map_err(no_signals)?;
    let listening = Listening::at(&config, &wanted).await?;
    let (asks, mut asked) = mpsc::channel(1);
    let ear = ear(&config, asks).await;
    tell_counts(pack.counts());
    let library = Arc::new(Library::new(pack, config.tips.links));
    let shutdown = CancellationToken::new();
    let mut serving = tokio::spawn(serve(config.clone(), wanted, listening, library.clone(), shutdown.clone()));
    let reloader = Reloader { shell, started_with: &config, library };
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

/// Runs the bot until `shutdown`, and returns once nothing is under way. An error is a sentence.
async fn serve(
    config: Config,
    wanted: Wanted,
    #[cfg_attr(not(any(feature = "ops", feature = "room")), allow(unused_variables, reason = "nothing listens then"))]
    listening: Listening,
    library: Arc<Library>,
    shutdown: CancellationToken,
) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = Store::open(&config.store.url).await.map_err(|error| error.to_string())?;
    let platforms = wanted
        .connect(
            &config,
            &store,
            &clock,
            #[cfg(feature = "room")]
            listening.room,
        )
        .await?;
    let platform = platforms.together();
    let grace = SignedDuration::try_from(config.tips.grace).unwrap_or(SignedDuration::MAX);
    let daily = Daily::new(store.clone(), platform.clone(), clock.clone(), library.clone() as Arc<dyn Deck>, grace);
    let settings = Settings { safety: config.safety };
    let bot = Bot::new(store.clone(), platform, clock.clone(), library, daily.clone(), settings)
        .await
        .map_err(|error| error.to_string())?;
    let bot = Arc::new(bot);
    // When a platform is lost for good, the process ends: whoever runs it is to know.
    let connected = async {
        let ended = platforms.run(bot.clone(), &shutdown).await;
        shutdown.cancel();
        ended
    };
    let announcing = announce(config.blog.feed, &store, &daily, &clock, &shutdown);
    let seen = async {
        #[cfg(feature = "ops")]
        if let Some(ops) = listening.ops {
            ops.run(bot.clone(), shutdown.clone()).await;
        }
    };
    let (ended, ..) = tokio::join!(
        connected,
        daily.clone().run(shutdown.clone()),
        bot.send_practice(&shutdown),
        announcing,
        seen,
        sweep(&bot, &*clock, &shutdown)
    );
    store.close().await;
    ended
}

/// Announces new posts of the blog, where the configuration names its feed.
#[cfg(feature = "blog")]
async fn announce(
    feed: Option<String>,
    store: &Store,
    daily: &Arc<Daily>,
    clock: &Arc<dyn Clock>,
    shutdown: &CancellationToken,
) {
    let Some(address) = feed else { return };
    match Web::new() {
        Ok(web) => {
            let blog = Blog::new(store.clone(), daily.clone(), clock.clone(), Arc::new(web), address);
            blog.run(shutdown.clone()).await;
        }
        Err(error) => tracing::error!(error, "new posts of the blog are not announced"),
    }
}

#[cfg(not(feature = "blog"))]
async fn announce(feed: Option<String>, _: &Store, _: &Arc<Daily>, _: &Arc<dyn Clock>, _: &CancellationToken) {
    if feed.is_some() {
        tracing::warn!("this Bedside was built without `blog`, so that [blog] feed announces nothing");
    }
}

/// Lets go of what is too old to be held, now and then.
async fn sweep(bot: &Bot, clock: &dyn Clock, shutdown: &CancellationToken) {
    loop {
        bot.sweep();
        if shutdown.run_until_cancelled(clock.until(clock.now() + SWEEP)).await.is_none() {
            return;
        }
    }
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
    let path = config.store.socket();
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
    library: Arc<Library>,
}

impl Reloader<'_> {
    fn reload(&self) -> Reloaded {
        let loaded = self.shell.config().and_then(|config| {
            let pack = packs::over_the_built_in(&config.content)?;
            pack.prepare_all();
            Ok((config, pack))
        });
        match loaded {
            Ok((config, pack)) => {
                let counts = pack.counts();
                self.library.replace(pack);
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
