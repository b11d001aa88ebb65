//! What an operator sees from outside: counts, times and states. No name, no id, no word of anyone's; every label is
//! one of a few that are known beforehand.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use prometheus_client::{
    encoding::text,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::{Ask, Bot, Error, commands, practice::sealed};
use crate::store::{Final, PostingKind, PostingState};

/// The bounds of answer times, in seconds: from what a review takes to what Discord allows.
const ANSWERED_WITHIN: [f64; 10] = [0.000_25, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 3.0];
/// Past this the loop of the daily tips hangs: it pauses for a minute at most, and a look, with the hourly tidying, asks
/// the store a dozen times and waits for none of its jobs. The store answers or gives up within 35 s each time, so that
/// eight minutes are the longest.
const STUCK_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// What asks outside the table of commands: the families of actions and forms.
const FAMILIES: &[&str] =
    &["review", "tip", "listen", "watch", "privacy", "draft", "again", "practice", "quiz", "mistake"];
/// What asks and is known by none of these.
const UNKNOWN: &str = "unknown";

/// Names and values that are written in the code.
type Labels<const N: usize> = [(&'static str, &'static str); N];

/// The figures of a running bot.
pub struct Figures {
    requests: Family<Labels<2>, Counter>,
    answers: Family<Labels<1>, Histogram, fn() -> Histogram>,
    heard: Counter,
    postings: Family<Labels<2>, Counter>,
    connected: Family<Labels<1>, Gauge>,
    wanted: Family<Labels<1>, Gauge>,
    connections: Family<Labels<1>, Counter>,
    shards: Family<[(&'static str, u32); 1], Gauge>,
    messages: Gauge,
    drafts: Gauge,
    store: Gauge<f64, AtomicU64>,
    /// The process itself, by the names that every Prometheus client uses.
    resident: Gauge,
    descriptors: Gauge,
    /// When the daily tips looked last, in milliseconds; 0 before the first look.
    looked: AtomicI64,
    registry: Registry,
    /// One reading at a time: what is read at the moment is set before it is written.
    reading: Mutex<()>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was answered.
    Answered,
    /// The user was told what is in the way.
    Refused,
    /// It failed on our side.
    Failed,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Answered, Self::Refused, Self::Failed];

    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Answered,
            Err(Error::User(_)) => Self::Refused,
            Err(Error::Ours(_)) => Self::Failed,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl Default for Figures {
    fn default() -> Self {
        let mut figures = Self {
            requests: Family::default(),
            answers: Family::new_with_constructor(|| Histogram::new(ANSWERED_WITHIN)),
            heard: Counter::default(),
            postings: Family::default(),
            connected: Family::default(),
            wanted: Family::default(),
            connections: Family::default(),
            shards: Family::default(),
            messages: Gauge::default(),
            drafts: Gauge::default(),
            store: Gauge::default(),
            resident: Gauge::default(),
            descriptors: Gauge::default(),
            looked: AtomicI64::new(0),
            registry: Registry::default(),
            reading: Mutex::new(()),
        };
        figures.register();
        figures.begin();
        figures
    }
}

impl Figures {
    fn register(&mut self) {
        let r = &mut self.registry;
        r.register("bedside_requests", "Requests, by command and by what became of them", self.requests.clone());
        let answers = self.answers.clone();
        r.register_with_unit("bedside_answer", "Time to an answer, without the platform's own", Unit::Seconds, answers);
        r.register(
            "bedside_heard",
            "Messages heard in watched conversations, edits and deletions too",
            self.heard.clone(),
        );
        r.register("bedside_postings", "Postings, by kind and by what became of them", self.postings.clone());
        r.register("bedside_connected", "Connections that stand, by platform", self.connected.clone());
        r.register("bedside_connections_wanted", "Connections that ought to stand, by platform", self.wanted.clone());
        r.register("bedside_connections", "Connections that were made, by platform", self.connections.clone());
        r.register("bedside_shard_connected", "Whether each shard of this process is connected", self.shards.clone());
        r.register_with_unit(
            "bedside_messages_held",
            "Memory that held messages take",
            Unit::Bytes,
            self.messages.clone(),
        );
        let resident = self.resident.clone();
        r.register_with_unit("process_resident_memory", "Memory of the process", Unit::Bytes, resident);
        let descriptors = self.descriptors.clone();
        r.register("process_open_fds", "Files and sockets that the process holds open", descriptors);
        r.register("bedside_drafts_held", "Drafts under review", self.drafts.clone());
        r.register_with_unit(
            "bedside_store_answer",
            "Time of a read of the store, just now",
            Unit::Seconds,
            self.store.clone(),
        );
    }

    /// Counts begin at nothing: Prometheus sees no increase in one that begins with its first event.
    fn begin(&self) {
        for (kind, _) in PostingKind::ALL {
            let ends = PostingState::ALL.iter().filter(|(state, _)| *state != PostingState::Claimed);
            for (_, outcome) in ends {
                drop(self.postings.get_or_create(&[("kind", kind.name()), ("outcome", outcome)]));
            }
        }
        for command in commands::TABLE.iter().map(|row| row.name).chain(FAMILIES.iter().copied()).chain([UNKNOWN]) {
            for outcome in Outcome::ALL {
                drop(self.requests.get_or_create(&[("command", command), ("outcome", outcome.name())]));
            }
        }
    }

    pub(super) fn answered(&self, ask: &Ask, outcome: Outcome, took: Duration) {
        let command = label(ask);
        self.requests.get_or_create(&[("command", command), ("outcome", outcome.name())]).inc();
        self.answers.get_or_create(&[("command", command)]).observe(took.as_secs_f64());
    }

    pub(super) fn heard(&self) {
        self.heard.inc();
    }

    pub(super) fn posted(&self, kind: PostingKind, end: &Final<'_>) {
        self.postings.get_or_create(&[("kind", kind.name()), ("outcome", end.state().name())]).inc();
    }

    /// The daily tips looked for what is due.
    pub(super) fn looked(&self, now: Timestamp) {
        self.looked.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// A platform ought to hold so many connections.
    pub fn wanted(&self, platform: &'static str, connections: u32) {
        self.wanted.get_or_create(&[("platform", platform)]).set(connections.into());
        drop(self.connected.get_or_create(&[("platform", platform)]));
    }

    /// Of a platform that is split into shards, these are held by this process, and no others are told of.
    pub fn shards(&self, mine: &[u32]) {
        self.shards.clear();
        for shard in mine {
            drop(self.shards.get_or_create(&[("shard", *shard)]));
        }
    }

    /// A shard is connected; it is told as cut off once what this returns is dropped.
    pub fn shard(&self, shard: u32) -> Connection {
        let standing = self.shards.get_or_create_owned(&[("shard", shard)]);
        standing.inc();
        Connection(standing)
    }

    /// A connection of a platform stands; it is counted as cut off once what this returns is dropped.
    pub fn connected(&self, platform: &'static str) -> Connection {
        self.connections.get_or_create(&[("platform", platform)]).inc();
        let standing = self.connected.get_or_create_owned(&[("platform", platform)]);
        standing.inc();
        Connection(standing)
    }
}

/// A connection that stands.
pub struct Connection(Gauge);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Whether the bot can do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It can.
    Good,
    /// It cannot, and why, a sentence each.
    Bad(Vec<String>),
}

impl Bot {
    /// The figures, to be counted on.
    pub fn figures(&self) -> &Figures {
        &self.daily.figures
    }

    /// Whether the process is alive: its loop over the daily tips turns.
    pub fn alive(&self) -> Condition {
        let looked = self.figures().looked.load(Ordering::Relaxed);
        let since = self.clock.now().as_millisecond().saturating_sub(looked);
        if looked > 0 && since > STUCK_AFTER.as_millis().try_into().unwrap_or(i64::MAX) {
            return Condition::Bad(vec![format!("the daily tips have not been looked after for {} s", since / 1000)]);
        }
        Condition::Good
    }

    /// Whether the bot can serve: the store answers, and every connection that ought to stand does.
    pub async fn ready(&self) -> Condition {
        let mut wrong = Vec::new();
        if self.store.answers().await.is_err() {
            wrong.push("the store does not answer".to_owned());
        }
        let figures = self.figures();
        for platform in PLATFORMS {
            let of = |family: &Family<Labels<1>, Gauge>| family.get(&[("platform", platform)]).map_or(0, |g| g.get());
            let (wanted, connected) = (of(&figures.wanted), of(&figures.connected));
            if connected < wanted {
                wrong.push(format!("{platform}: {connected} of {wanted} connections stand"));
            }
        }
        if wrong.is_empty() { Condition::Good } else { Condition::Bad(wrong) }
    }

    /// Everything counted so far, as Prometheus reads it: in the text of `OpenMetrics`.
    pub async fn figures_now(&self) -> String {
        let began = std::time::Instant::now();
        let answers = self.store.answers().await.is_ok();
        let took = began.elapsed().as_secs_f64();
        let figures = self.figures();
        let _one = figures.reading.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        figures.store.set(if answers { took } else { f64::NAN });
        figures.messages.set(i64::try_from(self.watching.bytes()).unwrap_or(i64::MAX));
        figures.drafts.set(i64::try_from(self.drafts.len()).unwrap_or(i64::MAX));
        if let Some(bytes) = resident() {
            figures.resident.set(bytes);
        }
        figures
            .descriptors
            .set(std::fs::read_dir("/proc/self/fd").map_or(0, |open| open.count().try_into().unwrap_or(0)));
        let mut page = String::new();
        text::encode(&mut page, &figures.registry).expect("writing to a String cannot fail");
        page
    }
}

/// The platforms that hold connections.
const PLATFORMS: [&str; 1] = ["discord"];

/// A row of the table, the family of an action or a form, or `unknown`: ids are never trusted.
fn label(ask: &Ask) -> &'static str {
    match ask {
        Ask::Command { name, .. } | Ask::MessageCommand { name, .. } => {
            commands::named(name).map_or(UNKNOWN, |row| row.name)
        }
        Ask::Action { id, .. } | Ask::Form { id, .. } => {
            // A card that was sent in private seals its ids; practice alone is.
            let family = id.split(':').next().unwrap_or_default();
            let family = if family == sealed::MARK { "practice" } else { family };
            FAMILIES.iter().find(|known| **known == family).copied().unwrap_or(UNKNOWN)
        }
    }
}

/// The memory of this process that is in use, in bytes, where the system tells.
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<i64>().ok()? * 1024)
}
