//! `kill -9` at random moments of the tip cycle, against a Discord that drops answers, answers late, and says 429 and
//! 500: every (channel, date) has exactly one tip, or one recorded and told miss.
//!
//! The program has no switch for its clock. So each round makes schedules due now, and the time between two rounds
//! passes by making everything in the store so much older while nobody runs. Discord forgets nonces meanwhile: only
//! looking first keeps a second tip out.
//!
//! On PostgreSQL three replicas share the store, and are killed one after the other.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bedside::{
    store::{ChannelId, Next, PostingState, Store},
    tips::{Schedule, written},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use sqlx::AnyPool;

use crate::{
    common::stores::{StorePlace, on_postgres},
    discord::{Discord, Fate, PATIENCE, PRIVATE, Told},
    inside::{tip_due, workspace},
    program::Home,
};

/// How many rounds share a store; a run that was stopped goes on with the batch that it was at.
const BATCH: u32 = 25;
/// How many channels have a tip due in each round.
const CHANNELS: usize = 30;
const REPORT: &str = "900";

fn channel(number: usize) -> ChannelId {
    ChannelId::new((100 + number).to_string())
}

/// What the rounds came to.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    pub rounds: u32,
    /// Postings that were due.
    pub due: u32,
    /// Postings that a kill caught with their send under way or of unknown outcome.
    pub caught_sending: u32,
    /// Postings that a kill caught claimed, before a send.
    pub caught_claimed: u32,
    /// Requests to which Discord did something wrong.
    pub wrongs: u32,
    pub sent: u32,
    pub missed: u32,
    pub failed: u32,
    pub unknown: u32,
    /// Tips that stood twice, and dates that ended untold: none.
    pub doubled: u32,
    pub untold: u32,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        let Self { rounds, due, caught_sending, caught_claimed, wrongs, sent, missed, failed, unknown, .. } = other;
        self.rounds += rounds;
        self.due += due;
        self.caught_sending += caught_sending;
        self.caught_claimed += caught_claimed;
        self.wrongs += wrongs;
        self.sent += sent;
        self.missed += missed;
        self.failed += failed;
        self.unknown += unknown;
        self.doubled += other.doubled;
        self.untold += other.untold;
    }
}

/// Fifty rounds, or as many as `BEDSIDE_KILL_ROUNDS` says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_every_date_has_one_tip_or_one_told_miss() {
    let rounds = std::env::var("BEDSIDE_KILL_ROUNDS").ok().map_or(50, |number| number.parse().unwrap());
    let seed = std::env::var("BEDSIDE_SEED").ok().map_or_else(|| fastrand::u64(..), |number| number.parse().unwrap());
    let tally = kill(seed, 0, rounds, |_, _| {}).await;
    println!("seed {seed}: {tally:?}");
    // How many of each depends on how busy the machine is.
    assert!(tally.sent > 0 && tally.caught_sending > 0 && tally.wrongs > 0, "{tally:?}");
}

/// Plays rounds in batches, from the batch `first` on; `done` hears of each batch's end.
pub async fn kill(seed: u64, first: u32, rounds: u32, mut done: impl FnMut(u32, Tally)) -> Tally {
    let mut tally = Tally::default();
    let mut left = rounds;
    for batch in first.. {
        if left == 0 {
            break;
        }
        let now = left.min(BATCH);
        let one = Box::pin(play(seed, batch, now)).await;
        left -= now;
        tally.add(one);
        done(batch, one);
    }
    tally
}

struct Batch {
    /// One a replica.
    homes: Vec<Home>,
    discord: Arc<Discord>,
    store: Store,
    pool: AnyPool,
    _place: StorePlace,
    dice: fastrand::Rng,
    /// What was made due: channel and date.
    due: Vec<(ChannelId, Date)>,
    tally: Tally,
    /// Whether what goes wrong is told in a channel, or in private.
    in_channel: bool,
    what: String,
}

async fn play(seed: u64, batch: u32, rounds: u32) -> Tally {
    let discord = Discord::open().await;
    let place = StorePlace::new();
    let store = place.open().await;
    let pool = AnyPool::connect(&place.url()).await.unwrap();
    let replicas = if on_postgres() { 3 } else { 1 };
    let home = |number| {
        let home = Home::new(&discord.api);
        home.configure(&discord.api, (replicas, number), &place.url());
        home
    };
    let homes = (0..replicas).map(home).collect();
    let dice = fastrand::Rng::with_seed(seed ^ u64::from(batch).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let what = format!("seed {seed}, batch {batch}");
    let in_channel = batch.is_multiple_of(2);
    let (due, tally) = (Vec::new(), Tally::default());
    let mut batch = Batch { homes, discord, store, pool, _place: place, dice, due, tally, in_channel, what };
    batch.begin().await;
    for _ in 0..rounds {
        batch.round().await;
    }
    batch.end().await;
    batch.judge().await;
    batch.tally
}

impl Batch {
    /// Every channel gets its schedule, not due before tomorrow.
    async fn begin(&self) {
        if self.in_channel {
            self.store.set_report(&workspace(), Some(&ChannelId::new(REPORT))).await.unwrap();
        }
        let schedule = Schedule {
            time: written::time("09:00").unwrap(),
            zone: written::zone("UTC").unwrap(),
            days: written::days("daily").unwrap(),
        };
        let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
        let next = schedule.next(tomorrow).unwrap();
        for number in 0..CHANNELS {
            let next = Next { date: next.date, due: next.due };
            self.store.set_schedule(&workspace(), &tip_due(channel(number), next)).await.unwrap();
        }
    }

    async fn round(&mut self) {
        self.tally.rounds += 1;
        let fresh = self.make_due().await;
        let seed = self.dice.u64(..);
        self.discord.decide(Some(Box::new(misbehave(fastrand::Rng::with_seed(seed)))));
        let before = self.discord.world().posts;
        let connected = self.discord.world().identifies.len();
        let mut bots: Vec<_> = self.homes.iter().map(Home::start).collect();
        // A moment by what was reached, and a little later by chance: before the first send, amid them, after the last.
        let reached = if self.dice.u8(0..5) == 0 { 0 } else { self.dice.usize(1..=fresh.max(1)) };
        // On a machine that is busy, a start takes its time.
        self.discord.soon(|world| world.identifies.len() >= connected + bots.len(), Duration::from_secs(15)).await;
        if reached > 0 {
            // What waits for its retry does not come in this round.
            let patience = Duration::from_millis(self.dice.u64(500..2_500));
            self.discord.soon(|world| world.posts >= before + reached, patience).await;
        }
        self.dice.shuffle(&mut bots);
        for bot in bots {
            tokio::time::sleep(Duration::from_micros(self.dice.u64(0..40_000))).await;
            bot.kill();
        }
        self.discord.settled().await;
        self.count_caught().await;
        // Mostly as long as a lease; now and then the process stays away for longer than the grace.
        let away = if self.dice.u8(0..16) == 0 { 5 * 3600 } else { self.dice.i64(160..400) };
        self.pass(away).await;
    }

    /// Brings the next date of every schedule forward to now, unless an earlier one is not worked off yet.
    async fn make_due(&mut self) -> usize {
        let now = Timestamp::now();
        let mut fresh = 0;
        for row in self.store.schedules(&workspace()).await.unwrap() {
            let Some(next) = row.next.filter(|next| next.due > now) else { continue };
            let due = Next { date: next.date, due: now - SignedDuration::from_secs(1) };
            assert!(self.store.set_next(&row, Some(due)).await.unwrap());
            self.due.push((row.channel.clone(), next.date));
            fresh += 1;
        }
        fresh
    }

    async fn count_caught(&mut self) {
        let (sending, claimed): (i64, i64) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE sending_since IS NOT NULL), count(*) FILTER (WHERE sending_since IS NULL)
             FROM postings WHERE holder IS NOT NULL",
        )
        .fetch_one(&self.pool)
        .await
        .unwrap();
        self.tally.caught_sending += u32::try_from(sending).unwrap();
        self.tally.caught_claimed += u32::try_from(claimed).unwrap();
    }

    /// So many seconds pass while nobody runs.
    async fn pass(&self, seconds: i64) {
        let (by, now) = (seconds * 1000, Timestamp::now().as_millisecond());
        sqlx::query(
            "UPDATE postings SET due = due - $1, lease_until = lease_until - $1, sending_since = sending_since - $1,
                 tried_at = tried_at - $1, tell_at = tell_at - $1",
        )
        .bind(by)
        .execute(&self.pool)
        .await
        .unwrap();
        sqlx::query("UPDATE schedules SET next_due = next_due - $1 WHERE next_due <= $2")
            .bind(by)
            .bind(now)
            .execute(&self.pool)
            .await
            .unwrap();
        self.discord.world().nonces.clear();
    }

    /// Discord is itself again, and nobody kills: everything comes to its end.
    async fn end(&mut self) {
        self.discord.decide(None);
        // On a busy machine a kill may cut off what was not at rest yet: as long as something comes to its end, go on.
        let (mut least, mut in_vain) = (i64::MAX, 0);
        while in_vain < 40 {
            let open = self.open().await;
            if open == 0 {
                return;
            }
            in_vain = if open < least { 0 } else { in_vain + 1 };
            least = least.min(open);
            let bot = self.homes[0].start();
            let quiet = async {
                while self.store.next_wake().await.unwrap().is_some_and(|wake| wake <= Timestamp::now()) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(PATIENCE, quiet).await.expect("what is due is dealt with");
            // What waits now waits for its time.
            self.at_rest().await;
            bot.kill();
            self.discord.settled().await;
            let wake = self.store.next_wake().await.unwrap().unwrap_or(Timestamp::MIN);
            self.pass(wake.duration_since(Timestamp::now()).as_secs().max(0) + 1).await;
        }
        panic!("{}: it never came to an end; {least} are open", self.what);
    }

    /// Waits until nobody seems to be at anything; who is cut off here is cut off once more, and that is all.
    async fn at_rest(&self) {
        const HELD: &str = "SELECT count(*) FROM postings WHERE holder IS NOT NULL";
        let mut quiet = (0, 0);
        for _ in 0..250 {
            let held: i64 = sqlx::query_scalar(HELD).fetch_one(&self.pool).await.unwrap();
            let requests = self.discord.world().requests.len();
            quiet = if held == 0 && requests == quiet.0 { (requests, quiet.1 + 1) } else { (requests, 0) };
            if quiet.1 == 20 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn open(&self) -> i64 {
        const OPEN: &str = "SELECT (SELECT count(*) FROM postings WHERE lease_until IS NOT NULL OR tell_at IS NOT NULL)
            + (SELECT count(*) FROM schedules WHERE next_due <= $1)";
        let now = Timestamp::now().as_millisecond();
        sqlx::query_scalar(OPEN).bind(now).fetch_one(&self.pool).await.unwrap()
    }

    /// One tip for every date, or one miss that was told.
    async fn judge(&mut self) {
        let first = self.due.iter().map(|(_, date)| *date).min().unwrap();
        let told: Vec<_> = [REPORT, PRIVATE].into_iter().flat_map(|place| self.discord.marked(place)).collect();
        assert_eq!(told.len(), self.discord.marked(if self.in_channel { REPORT } else { PRIVATE }).len());
        let reports: String = told.iter().map(|one| one.body.to_string()).collect();
        let mut ends = BTreeMap::new();
        for number in 0..CHANNELS {
            let channel = channel(number);
            for posting in self.store.postings(&workspace(), &channel, first).await.unwrap() {
                ends.insert((channel.clone(), posting.key.date), posting);
            }
        }
        let mut wrong = Vec::new();
        for (channel, date) in &self.due {
            let standing = self.discord.marked(channel.as_str());
            let standing: Vec<_> = standing.iter().filter(|one| one.mark.starts_with(&date.to_string())).collect();
            let Some(posting) = ends.remove(&(channel.clone(), *date)) else {
                self.tally.untold += 1;
                wrong.push(format!("{channel} {date}: no posting; {} stand", standing.len()));
                continue;
            };
            self.tally.due += 1;
            self.tally.doubled += u32::from(standing.len() > 1);
            let told = posting.told_at.is_some() && reports.contains(&format!("<#{channel}>"));
            let right = match posting.state {
                PostingState::Sent => {
                    self.tally.sent += 1;
                    standing.len() == 1
                        && posting.message.as_ref().is_some_and(|id| id.as_str() == standing[0].id.to_string())
                }
                PostingState::Missed => {
                    self.tally.missed += 1;
                    standing.is_empty() && told
                }
                PostingState::Failed => {
                    self.tally.failed += 1;
                    standing.is_empty() && told
                }
                PostingState::Unknown => {
                    self.tally.unknown += 1;
                    standing.len() <= 1 && told
                }
                PostingState::Claimed | PostingState::Skipped => false,
            };
            if !right {
                self.tally.untold += u32::from(!told && posting.state != PostingState::Sent);
                wrong.push(format!("{channel} {date}: {} stand; {posting:?}", standing.len()));
            }
        }
        wrong.extend(ends.into_keys().map(|(channel, date)| format!("{channel} {date} was never due")));
        let mut marks: Vec<String> = told.into_iter().map(|one| one.mark).collect();
        let count = marks.len();
        marks.sort_unstable();
        marks.dedup();
        if marks.len() != count {
            wrong.push("something was told twice".into());
        }
        self.tally.wrongs = WRONGS.swap(0, std::sync::atomic::Ordering::SeqCst);
        let logs: Vec<String> = self.homes.iter().map(Home::log).collect();
        assert!(wrong.is_empty(), "{}: {}\n{}", self.what, wrong.join("\n"), logs.join("\n"));
    }
}

static WRONGS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// A Discord on a bad day.
fn misbehave(mut dice: fastrand::Rng) -> impl FnMut(&str, &str) -> Fate {
    move |_, path| {
        if !(path.contains("/channels/") || path.contains("/guilds/")) {
            return Fate::FINE;
        }
        let short = Duration::from_millis(dice.u64(0..30));
        let fate = match dice.u8(0..100) {
            0..56 => return Fate { before: short, ..Fate::FINE },
            56..64 => Fate { done: false, answer: Told::Wait(dice.f64() / 2.0, dice.u8(0..8) == 0), ..Fate::FINE },
            64..74 => Fate { done: dice.bool(), answer: Told::Failed, ..Fate::FINE },
            74..84 => Fate { before: short, answer: Told::Nothing, ..Fate::FINE },
            84..89 => Fate { done: false, answer: Told::Nothing, ..Fate::FINE },
            _ => {
                let long = Duration::from_millis(dice.u64(100..900));
                Fate { before: long, after: long, ..Fate::FINE }
            }
        };
        WRONGS.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        fate
    }
}
