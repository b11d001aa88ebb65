//! Keeps every shard connected: as many as Discord recommends, identified no faster than it allows, resumed
//! when cut off, and without the text of messages where Discord does not grant it.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde::Deserialize;
use serenity::model::gateway::GatewayIntents;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Error,
    gateway::{self, Ended, Identity, Session},
    receive::Receiver,
    rest::{Call, Refusal, Rest},
};

/// Discord lets each group of shards identify once in this time.
const BETWEEN_IDENTIFIES: Duration = Duration::from_secs(5);
/// A connection that held this long begins its count of failures anew.
const STEADY: Duration = Duration::from_secs(30);
/// A session that was lost in mid-flow is taken up again after two seconds at most.
const SOON: u32 = 3;
/// The longest wait before connecting again.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// What Discord recommends.
#[derive(Deserialize)]
struct Recommended {
    url: String,
    shards: u32,
    session_start_limit: StartLimit,
}

#[derive(Deserialize)]
struct StartLimit {
    remaining: u32,
    /// Milliseconds.
    reset_after: u64,
    max_concurrency: u32,
}

/// Stays connected until `stop`, or until connecting again is no use.
pub(super) async fn stay_connected(
    rest: &Rest,
    token: &str,
    reads_messages: &AtomicBool,
    receiver: &Receiver,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let mut failures = 0;
    while !stop.is_cancelled() {
        match rest.call::<Recommended>(Call::get("gateway/bot")).await {
            Ok(recommended) => {
                failures = 0;
                if run_shards(&recommended, token, reads_messages, receiver, stop).await? == Round::Over {
                    return Ok(());
                }
            }
            Err(Refusal::Refused { status: 401, .. }) => return Err(Error::Token),
            Err(refusal) => tracing::warn!(target: "bedside::discord", %refusal, "Discord is not there yet"),
        }
        failures += 1;
        stop.run_until_cancelled(tokio::time::sleep(backoff(failures))).await;
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Round {
    Over,
    Again,
}

async fn run_shards(
    recommended: &Recommended,
    token: &str,
    reads_messages: &AtomicBool,
    receiver: &Receiver,
    stop: &CancellationToken,
) -> Result<Round, Error> {
    receiver.figures().wanted(super::NAME, recommended.shards.max(1));
    let gate = Gate::new(&recommended.session_start_limit);
    let round = stop.child_token();
    let keepers = (0..recommended.shards.max(1)).map(|index| {
        let keeper = Keeper {
            url: &recommended.url,
            token,
            shard: (index, recommended.shards.max(1)),
            reads_messages,
            gate: &gate,
            receiver,
        };
        let round = &round;
        async move {
            let ended = keeper.keep(round).await;
            round.cancel();
            ended
        }
    });
    let mut result = Ok(Round::Over);
    for ended in futures_util::future::join_all(keepers).await {
        match ended {
            Ended::Fatal(code) => return Err(Error::closed(code)),
            Ended::Reshard => result = Ok(Round::Again),
            _ => {}
        }
    }
    result
}

/// Keeps one shard connected.
struct Keeper<'a> {
    url: &'a str,
    token: &'a str,
    shard: (u32, u32),
    reads_messages: &'a AtomicBool,
    gate: &'a Gate,
    receiver: &'a Receiver,
}

impl Keeper<'_> {
    /// Gives [`Ended::Stopped`], [`Ended::Reshard`] or [`Ended::Fatal`].
    async fn keep(&self, stop: &CancellationToken) -> Ended {
        let mut session: Option<Session> = None;
        let mut failures = 0;
        while !stop.is_cancelled() {
            if session.is_none() && stop.run_until_cancelled(self.gate.pass(self.shard.0)).await.is_none() {
                break;
            }
            let reads = self.reads_messages.load(Ordering::Relaxed);
            let identity = Identity { url: self.url, token: self.token, shard: self.shard, intents: intents(reads) };
            let began = Instant::now();
            let mut standing = None;
            let outcome = Box::pin(gateway::connect(&identity, &mut session, stop, &mut |name, text| {
                if matches!(name, "READY" | "RESUMED") {
                    standing.get_or_insert_with(|| self.receiver.figures().connected(super::NAME));
                }
                self.receiver.take(self.shard, name, text);
            }))
            .await;
            drop(standing);
            match outcome.ended {
                Ended::IntentDenied if reads => {
                    tracing::warn!(
                        target: "bedside::discord",
                        "Discord does not grant the Message Content intent, so watching is off; everything else works. \
                         Switch it on under Bot in the Developer Portal and start again."
                    );
                    self.reads_messages.store(false, Ordering::Relaxed);
                    session = None;
                    continue;
                }
                Ended::IntentDenied => return Ended::Fatal(4014),
                Ended::Again | Ended::Anew => {}
                other => return other,
            }
            failures = match outcome.ready {
                true if began.elapsed() > STEADY => 0,
                true if session.is_some() => (failures + 1).min(SOON),
                _ => failures + 1,
            };
            let wait = backoff(failures);
            tracing::info!(
                target: "bedside::discord", shard = self.shard.0, resumes = session.is_some(), wait = ?wait, "connecting again"
            );
            stop.run_until_cancelled(tokio::time::sleep(wait)).await;
        }
        Ended::Stopped
    }
}

/// What is asked for: the servers, and their messages where their text may be read.
fn intents(reads_messages: bool) -> GatewayIntents {
    let watching = GatewayIntents::GUILD_MESSAGES | GatewayIntents::MESSAGE_CONTENT;
    if reads_messages { GatewayIntents::GUILDS | watching } else { GatewayIntents::GUILDS }
}

/// Almost at once the first time, then longer and longer, never all shards in the same moment.
pub(super) fn backoff(failures: u32) -> Duration {
    let longest = match failures {
        0 | 1 => Duration::from_millis(250),
        n => Duration::from_secs(1 << (n - 2).min(7)).min(LONGEST_WAIT),
    };
    longest.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// Lets shards identify no faster, and no more often, than Discord allows.
struct Gate {
    groups: Vec<Mutex<Option<Instant>>>,
    left: Mutex<(u32, Instant)>,
}

impl Gate {
    fn new(limit: &StartLimit) -> Self {
        Self {
            groups: (0..limit.max_concurrency.max(1)).map(|_| Mutex::new(None)).collect(),
            left: Mutex::new((limit.remaining, Instant::now() + Duration::from_millis(limit.reset_after))),
        }
    }

    async fn pass(&self, shard: u32) {
        let mut last = self.groups[shard as usize % self.groups.len()].lock().await;
        if let Some(last) = *last {
            sleep_until(last + BETWEEN_IDENTIFIES).await;
        }
        self.spend().await;
        *last = Some(Instant::now());
    }

    /// Discord resets the token of a bot that identifies too often in a day.
    async fn spend(&self) {
        let mut left = self.left.lock().await;
        let (remaining, reset) = *left;
        if remaining == 0 {
            tracing::warn!(target: "bedside::discord", "no more sessions today; waiting for Discord's limit to reset");
            sleep_until(reset).await;
        }
        let day = Duration::from_hours(24);
        *left =
            if Instant::now() >= reset { (999, Instant::now() + day) } else { (remaining.saturating_sub(1), reset) };
    }
}
