//! The bot and its adapter in this process, on a Discord of the tests' own; a clock for the adapter's waits in hand.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use bedside::{
    bot::{
        Bot, Card, Library, Platform, Settings, SystemClock,
        daily::{Daily, GRACE},
        platform::{Destination, Found, Known, Pending, Permission, Sent, Trouble},
    },
    content::Pack,
    platforms::discord::{Discord as Adapter, Settings as Address},
    store::{ChannelId, NewSchedule, Next, PersonId, PostingKind, Store, WorkspaceId},
};
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    common::{logged::listen, stores::StorePlace},
    discord::{Discord, World},
};

pub static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::new(Pack::built_in(), true)));

/// Everything that is watched lies in this channel.
pub const WATCHED: &str = "20";

pub fn workspace() -> WorkspaceId {
    WorkspaceId::new("discord:1")
}

/// A daily tip in `channel`, due next at `next`.
pub fn tip_due(channel: ChannelId, next: Next) -> NewSchedule {
    NewSchedule {
        channel,
        kind: PostingKind::Tip,
        time: "09:00".into(),
        zone: "UTC".into(),
        days: "every day".into(),
        topics: Vec::new(),
        set_by: PersonId::new("7"),
        next,
    }
}

pub struct House {
    pub discord: Arc<Discord>,
    pub bot: Arc<Bot>,
    pub store: Store,
    /// Rung when a call hangs.
    pub hangs: Arc<Notify>,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<()>,
    pub place: StorePlace,
}

impl House {
    /// Connected, its server there, one channel watched.
    pub async fn open() -> Self {
        let place = StorePlace::sqlite();
        let house = Self::begin(place.open().await, place).await;
        house.discord.until("it is connected", |world| !world.identifies.is_empty()).await;
        house.arrive();
        house
    }

    async fn begin(store: Store, place: StorePlace) -> Self {
        listen(tracing::Level::INFO);
        let discord = Discord::open().await;
        let adapter = Adapter::connect(&Address { shards: None, api: Some(discord.api.clone()) }, "token").unwrap();
        let hangs = Arc::new(Notify::new());
        let platform = Arc::new(Frail { inner: adapter.platform(), hangs: Arc::clone(&hangs) });
        let (library, clock) = (Arc::clone(&LIBRARY), Arc::new(SystemClock));
        store.watch(&workspace(), &ChannelId::new(WATCHED)).await.unwrap();
        let daily = Daily::new(store.clone(), platform.clone(), clock.clone(), library.clone(), GRACE);
        let bot = Bot::new(store.clone(), platform, clock, library, daily, Settings::default()).await.unwrap();
        let bot = Arc::new(bot);
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let (bot, stop) = (Arc::clone(&bot), stop.clone());
            async move { adapter.run(bot, stop).await.unwrap() }
        });
        Self { discord, bot, store, hangs, stop, running, place }
    }

    /// The server tells of itself, as it does after every greeting.
    pub fn arrive(&self) {
        let channels = serde_json::json!([{"id": WATCHED, "type": 0}]);
        self.discord.push("GUILD_CREATE", &serde_json::json!({"id": "1", "channels": channels, "threads": []}));
    }

    /// Somebody asks for help; the answer must be one.
    pub async fn answers(&self, person: u64) {
        let asked = self.discord.run(person, "help", &serde_json::json!([]));
        self.helped(&asked).await;
    }

    pub async fn helped(&self, asked: &str) {
        let answer = self.discord.answered(asked).await.to_string();
        assert!(answer.contains("/review"), "{answer}");
    }

    pub async fn close(self) {
        self.stop.cancel();
        self.running.await.unwrap();
    }
}

/// Time stands still, save where a test moves it, for as long as this lives: what waits for the store, which works on
/// a thread of its own, is not overtaken by the clock.
pub struct Still {
    _end: std::sync::mpsc::Sender<()>,
}

impl Still {
    pub fn hold() -> Self {
        let (end, ended) = std::sync::mpsc::channel::<()>();
        // Tokio's paused clock does not run ahead while this runs.
        tokio::task::spawn_blocking(move || ended.recv());
        Self { _end: end }
    }

    /// Lets time pass in such steps until something is so, `most` at the longest; how long it took.
    pub async fn pass(
        &self,
        discord: &Discord,
        step: Duration,
        most: Duration,
        mut so: impl FnMut(&World) -> bool,
    ) -> Duration {
        let mut passed = Duration::ZERO;
        while !so(&discord.world()) {
            assert!(passed < most, "it never came to that");
            tokio::time::advance(step).await;
            passed += step;
            settle(discord).await;
        }
        passed
    }
}

/// Waits until nothing stirs: on a machine that is busy, what is on its way over a socket must not be overtaken either.
async fn settle(discord: &Discord) {
    let stirred = || {
        let world = discord.world();
        let answers: usize = world.answers.values().map(Vec::len).sum();
        (world.requests.len(), world.tries.len(), world.identifies.len() + world.resumes.len(), answers)
    };
    let (mut before, mut quiet) = (stirred(), 0);
    while quiet < 2 {
        for _ in 0..30 {
            tokio::task::yield_now().await;
        }
        std::thread::sleep(Duration::from_micros(300));
        let now = stirred();
        quiet = if now == before { quiet + 1 } else { 0 };
        before = now;
    }
}

/// Discord, and a channel whose check panics, and one whose check never ends.
struct Frail {
    inner: Arc<dyn Platform>,
    hangs: Arc<Notify>,
}

pub const PANICS: &str = "13";
pub const HANGS: &str = "14";

impl Platform for Frail {
    fn post<'a>(&'a self, to: &'a Destination, card: &'a Card, nonce: &'a str, mark: &'a str) -> Pending<'a, Sent> {
        self.inner.post(to, card, nonce, mark)
    }

    fn find<'a>(&'a self, at: &'a Destination, mark: &'a str, since: Timestamp) -> Pending<'a, Found> {
        self.inner.find(at, mark, since)
    }

    fn lacking<'a>(&'a self, at: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
        match at.channel.as_str() {
            PANICS => panic!("Marmaduke wrote a flibbertigibbet"),
            HANGS => Box::pin(async {
                self.hangs.notify_one();
                std::future::pending().await
            }),
            _ => self.inner.lacking(at),
        }
    }

    fn tell<'a>(
        &'a self,
        workspace: &'a WorkspaceId,
        person: &'a PersonId,
        card: &'a Card,
        known: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>> {
        self.inner.tell(workspace, person, card, known)
    }
}
