//! Keeps the shards of this process connected, each with a session of its own: resumed when cut off, and without the
//! text of messages where Discord does not grant it. They are those that the operator names, or as many as Discord
//! recommends.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde::Deserialize;
use serenity::model::gateway::GatewayIntents;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Error,
    gateway::{self, Ended, Identity, Session},
    identifying::{Gate, StartLimit},
    receive::Receiver,
    rest::{Call, Refusal, Rest},
};
use crate::config::Shards;

/// A connection that held this long begins its count of failures anew.
const STEADY: Duration = Duration::from_secs(30);
/// A session that was lost in mid-flow is taken up again after two seconds at most.
const SOON: u32 = 3;
/// After so many tries in a row that led nowhere, a session is not taken up again as before.
const IN_VAIN: u32 = 5;
/// The longest wait before connecting again.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// What Discord recommends.
#[derive(Deserialize)]
pub(super) struct Recommended {
    url: String,
    pub(super) shards: u32,
    pub(super) session_start_limit: StartLimit,
}

impl Recommended {
    pub(super) async fn ask(rest: &Rest) -> Result<Self, Refusal> {
        rest.call(Call::get("gateway/bot")).await
    }
}

/// What connecting takes.
pub(super) struct Line<'a> {
    pub(super) rest: &'a Rest,
    pub(super) token: &'a str,
    /// The shards that the operator names.
    pub(super) shards: Option<&'a Shards>,
    pub(super) reads_messages: &'a AtomicBool,
    pub(super) receiver: &'a Receiver,
}

/// Stays connected until `stop`, or until connecting again is no use.
pub(super) async fn stay_connected(line: &Line<'_>, stop: &CancellationToken) -> Result<(), Error> {
    let mut failures = 0;
    let mut gate: Option<Gate> = None;
    while !stop.is_cancelled() {
        match Recommended::ask(line.rest).await {
            Ok(recommended) => {
                let limit = &recommended.session_start_limit;
                match &mut gate {
                    Some(gate) => gate.renew(limit),
                    none => drop(none.insert(Gate::new(limit))),
                }
                let gate = gate.as_ref().expect("it was made just now");
                let began = Instant::now();
                if line.run_shards(&recommended, gate, stop).await? == Round::Over {
                    return Ok(());
                }
                // Each round costs new sessions, of which a day has a thousand.
                failures = if began.elapsed() > STEADY { 0 } else { failures };
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

impl Line<'_> {
    /// Keeps all shards connected until `stop`, or until Discord wants another number of them.
    async fn run_shards(
        &self,
        recommended: &Recommended,
        gate: &Gate,
        stop: &CancellationToken,
    ) -> Result<Round, Error> {
        let shards = match self.shards {
            Some(named) => {
                if named.of < recommended.shards {
                    tracing::warn!(
                        target: "bedside::discord", recommended = recommended.shards, of = named.of,
                        "Discord recommends more shards than `[discord] shards` says; set `of` higher in every process"
                    );
                }
                named.clone()
            }
            None => Shards { of: recommended.shards.max(1), mine: (0..recommended.shards.max(1)).collect() },
        };
        let figures = self.receiver.figures();
        figures.wanted(super::NAME, shards.mine.len().try_into().unwrap_or(u32::MAX));
        figures.shards(&shards.mine);
        let round = stop.child_token();
        let keepers = shards.mine.iter().map(|index| {
            let keeper = Keeper { line: self, url: &recommended.url, shard: (*index, shards.of), gate };
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
                Ended::Reshard(code) if self.shards.is_some() => return Err(Error::Shards(code, shards.of)),
                Ended::Reshard(code) => {
                    tracing::warn!(
                        target: "bedside::discord", code, shards = shards.of,
                        "Discord wants another number of shards; it is asked how many, and all connect anew"
                    );
                    result = Ok(Round::Again);
                }
                _ => {}
            }
        }
        result
    }
}

/// Keeps one shard connected.
struct Keeper<'a> {
    line: &'a Line<'a>,
    url: &'a str,
    shard: (u32, u32),
    gate: &'a Gate,
}

impl Keeper<'_> {
    /// Gives [`Ended::Stopped`], [`Ended::Reshard`] or [`Ended::Fatal`].
    async fn keep(&self, stop: &CancellationToken) -> Ended {
        let mut session: Option<Session> = None;
        let (mut failures, mut in_vain) = (0, 0);
        while !stop.is_cancelled() {
            let turn = match session {
                Some(_) => None,
                None => match stop.run_until_cancelled(self.gate.pass(self.shard.0)).await {
                    Some(turn) => Some(turn),
                    None => break,
                },
            };
            let Line { token, reads_messages, receiver, .. } = self.line;
            let reads = reads_messages.load(Ordering::Relaxed);
            let identity = Identity { url: self.url, token, shard: self.shard, intents: intents(reads) };
            let began = Instant::now();
            let mut standing = None;
            let outcome = Box::pin(gateway::connect(&identity, &mut session, turn, stop, &mut |name, text| {
                if matches!(name, "READY" | "RESUMED") {
                    standing.get_or_insert_with(|| {
                        (receiver.figures().connected(super::NAME), receiver.figures().shard(self.shard.0))
                    });
                }
                receiver.take(self.shard, name, text);
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
                    reads_messages.store(false, Ordering::Relaxed);
                    session = None;
                    continue;
                }
                Ended::IntentDenied => return Ended::Fatal(4014),
                Ended::Again | Ended::Anew => {}
                other => return other,
            }
            in_vain = if outcome.ready { 0 } else { in_vain + 1 };
            if in_vain >= IN_VAIN {
                // What is not even reached costs none of the day's new sessions, and loses no event.
                if outcome.reached {
                    session = None;
                } else if let Some(session) = &mut session {
                    session.resume_at(self.url);
                }
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
