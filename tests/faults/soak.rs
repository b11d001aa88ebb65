//! The long runs: a million watched messages and a hundred thousand interactions through the real bot and its Discord
//! adapter, and a thousand kill rounds. `just soak` runs them; a short one runs with the other tests.

use std::{fmt::Write as _, fs, path::PathBuf, process::Command, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    discord::interaction,
    inside::{House, WATCHED},
    killing::{Tally, kill},
};

/// How many messages and interactions go together before the next are sent.
const MESSAGES_AT_ONCE: u64 = 50;
const INTERACTIONS_AT_ONCE: u64 = 5;
/// How many threads of the watched channel the messages lie in.
const THREADS: u64 = 500;
/// Nobody here is asked to wait: each asks seldom enough.
const PEOPLE: u64 = 9_000;
/// A first response that did not come by then was too late for Discord; it counts as one that took so long.
const LOST_AFTER: Duration = Duration::from_secs(10);
/// How often the process is looked at.
const LOOKS: usize = 40;

/// What one look at the process showed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Look {
    messages: u64,
    resident_kib: u64,
    descriptors: usize,
    tasks: usize,
}

/// What a soak came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Soaked {
    messages: u64,
    interactions: u64,
    seconds: f64,
    p50_ms: f64,
    p99_ms: f64,
    longest_ms: f64,
    looks: Vec<Look>,
}

impl Soaked {
    fn half(&self, second: bool) -> &[Look] {
        let (first, last) = self.looks.split_at(self.looks.len() / 2);
        if second { last } else { first }
    }

    /// The least and the most of something in the second half.
    fn range<T: Ord + Copy>(&self, of: impl Fn(&Look) -> T) -> (T, T) {
        let all = || self.half(true).iter().map(&of);
        (all().min().unwrap(), all().max().unwrap())
    }

    /// Memory, descriptors and tasks are flat in the second half; loosely so, for the allocator breathes.
    fn is_flat(&self) {
        let (least, most) = self.range(|look| look.resident_kib);
        assert!(most - least <= 8 * 1024 + least / 10, "memory grows: {self:?}");
        let (least, most) = self.range(|look| look.descriptors);
        assert!(most - least <= 40, "descriptors: {self:?}");
        let (least, most) = self.range(|look| look.tasks);
        assert!(most - least <= 80, "tasks: {self:?}");
    }
}

fn look(messages: u64) -> Look {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    Look {
        messages,
        resident_kib: resident.trim().trim_end_matches(" kB").parse().unwrap(),
        descriptors: fs::read_dir("/proc/self/fd").unwrap().count(),
        tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
    }
}

/// What people write in support channels: short and long, calm and not, in more than one script.
fn text(dice: &mut fastrand::Rng) -> String {
    const SAID: [&str; 8] = [
        "My printer is on fire and nobody answers.",
        "Thanks, that worked!",
        "I have tried `reboot` three times now. This is ridiculous.",
        "Hello, since the update I cannot log in.\n> Error 0x80070057\nWhat should I do?",
        "Drucker geht wieder nicht 😡",
        "Could you please send the link again? https://example.org/help?id=7",
        "It says \"access denied\" and my deadline is today at five.",
        "印刷できません。",
    ];
    let mut text = String::new();
    for _ in 0..=dice.usize(0..6).pow(2) {
        let _ = write!(text, "{} ", SAID[dice.usize(0..SAID.len())]);
    }
    text.truncate(text.floor_char_boundary(2000));
    text
}

fn message(id: u64, dice: &mut fastrand::Rng) -> Value {
    let (thread, author) = (5_000 + dice.u64(0..THREADS), 1 + dice.u64(0..2_000));
    json!({"id": id.to_string(), "channel_id": thread.to_string(), "guild_id": "1", "type": 0, "content": text(dice),
        "author": {"id": author.to_string(), "username": "somebody"}, "member": {"roles": []}, "embeds": [],
        "timestamp": "2026-05-11T12:00:00.000000+00:00"})
}

/// One of the things that people ask for, in a thread that is watched.
fn question(id: u64, dice: &mut fastrand::Rng) -> Value {
    let draft = |dice: &mut fastrand::Rng| {
        let draft: String = text(dice).chars().take(400).collect();
        json!([{"name": "draft", "type": 3, "value": draft}])
    };
    let (name, options) = match dice.u8(0..10) {
        0..4 => ("review", draft(dice)),
        4..7 => ("coach", json!([])),
        7 => ("tip", json!([])),
        8 => ("listen", json!([])),
        _ => ("help", json!([])),
    };
    let mut asked = interaction(id, 10_000 + id % PEOPLE, name, &options);
    let thread = (5_000 + dice.u64(0..THREADS)).to_string();
    asked["channel_id"] = thread.clone().into();
    asked["channel"] = json!({"id": thread, "type": 11, "parent_id": WATCHED});
    asked
}

async fn soak(messages: u64) -> Soaked {
    let house = House::open().await;
    let discord = &house.discord;
    let threads: Vec<Value> = (0..THREADS)
        .map(|thread| json!({"id": (5_000 + thread).to_string(), "type": 11, "parent_id": WATCHED}))
        .collect();
    discord.push("GUILD_CREATE", &json!({"id": "1", "channels": [{"id": WATCHED, "type": 0}], "threads": threads}));
    house.answers(7).await;
    let interactions = messages / MESSAGES_AT_ONCE * INTERACTIONS_AT_ONCE;
    {
        let mut world = discord.world();
        world.lean = true;
        world.took.reserve(usize::try_from(interactions).unwrap());
    }
    let mut dice = fastrand::Rng::with_seed(20_261_122);
    let (began, mut looks, mut asked) = (Instant::now(), Vec::new(), 0);
    let rounds = messages / MESSAGES_AT_ONCE;
    for round in 0..rounds {
        for number in 0..MESSAGES_AT_ONCE {
            let id = 1_000_000 + round * MESSAGES_AT_ONCE + number;
            discord.push("MESSAGE_CREATE", &message(id, &mut dice));
            if number % (MESSAGES_AT_ONCE / INTERACTIONS_AT_ONCE) == 0 {
                asked += 1;
                discord.ask(asked, &question(asked, &mut dice));
            }
        }
        let all = usize::try_from(asked).unwrap();
        if !discord.soon(|world| world.took.len() >= all, LOST_AFTER).await {
            discord.world().give_up(LOST_AFTER);
        }
        if (round + 1) * LOOKS as u64 / rounds > looks.len() as u64 {
            house.bot.sweep();
            looks.push(look((round + 1) * MESSAGES_AT_ONCE));
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    assert!(house.bot.held_bytes() > 1 << 20, "they were watched indeed");
    let mut took = std::mem::take(&mut discord.world().took);
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    let soaked = Soaked { messages, interactions, seconds, p50_ms: at(50), p99_ms: at(99), longest_ms: at(100), looks };
    house.close().await;
    soaked
}

/// The soak itself, alone in its process: its figures are the process's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the others start it in a process of its own"]
async fn alone() {
    let Ok(messages) = std::env::var("BEDSIDE_SOAK_MESSAGES") else { return };
    let soaked = soak(messages.parse().unwrap()).await;
    fs::write(std::env::var("BEDSIDE_SOAK_RESULT").unwrap(), serde_json::to_vec(&soaked).unwrap()).unwrap();
}

fn in_its_own_process(messages: u64) -> Soaked {
    let folder = tempfile::tempdir().unwrap();
    let result = folder.path().join("result");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "soak::alone", "--ignored"]);
    command.env("BEDSIDE_SOAK_MESSAGES", messages.to_string()).env("BEDSIDE_SOAK_RESULT", &result);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&fs::read(result).unwrap()).unwrap()
}

#[test]
fn twenty_thousand_messages_and_two_thousand_interactions_leave_it_as_it_was() {
    let soaked = in_its_own_process(20_000);
    println!("{soaked:?}");
    soaked.is_flat();
    // Without optimisation and beside other tests; the figure that counts is the whole soak's.
    assert!(soaked.p50_ms < 2_700.0, "{soaked:?}");
}

/// How far the long runs have come; a run that was stopped goes on from here.
#[derive(Default, Serialize, Deserialize)]
struct State {
    seed: u64,
    batches: u32,
    tally: Tally,
    #[serde(skip)]
    soaked: Option<Soaked>,
}

fn place(file: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/soak");
    fs::create_dir_all(&folder).unwrap();
    folder.join(file)
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().map_or(usual, |given| given.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes an hour or so: just soak"]
async fn the_whole_soak() {
    let kept = fs::read(place("state.json")).ok();
    let mut state: State = kept.and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default();
    if state.seed == 0 {
        state.seed = number("BEDSIDE_SEED", fastrand::u64(1..));
    }
    let keep = |state: &State| fs::write(place("state.json"), serde_json::to_vec(state).unwrap()).unwrap();
    let rounds = u32::try_from(number("BEDSIDE_KILL_ROUNDS", 1_000)).unwrap();
    println!("seed {}; {} of {rounds} kill rounds done", state.seed, state.tally.rounds);
    let (seed, first, left) = (state.seed, state.batches, rounds.saturating_sub(state.tally.rounds));
    kill(seed, first, left, |batch, one| {
        state.batches = batch + 1;
        state.tally.add(one);
        keep(&state);
        fs::write(place("report.md"), report(&state)).unwrap();
        println!("seed {seed}: {} of {rounds} kill rounds done", state.tally.rounds);
    })
    .await;
    // Last, because its times are the machine's as well: where it was busy, these alone are taken once more.
    let soaked = in_its_own_process(number("BEDSIDE_SOAK_MESSAGES", 1_000_000));
    state.soaked = Some(soaked.clone());
    let report = report(&state);
    fs::write(place("report.md"), &report).unwrap();
    println!("{report}");
    soaked.is_flat();
    if !cfg!(debug_assertions) {
        assert!(soaked.p99_ms < 50.0, "p99 {} ms", soaked.p99_ms);
    }
    fs::remove_file(place("state.json")).unwrap();
}

/// The figures as a page, as far as they are there.
fn report(state: &State) -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1)).unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    let messages = state.soaked.as_ref().map_or_else(String::new, messages_report);
    let tally = &state.tally;
    format!(
        "Machine: {model}, {cores} cores; {build} build.\n\n{messages}\
         | kill rounds | |\n| --- | ---: |\n| rounds of `kill -9` | {} |\n| tips that came due | {} |\n\
         | caught by a kill with the send under way | {} |\n| caught claimed, before a send | {} |\n\
         | requests that Discord dropped, failed, limited or answered late | {} |\n| posted once | {} |\n\
         | missed and told | {} |\n| failed and told | {} |\n| unknown and told | {} |\n| posted twice | {} |\n\
         | neither posted nor told | {} |\n\nSeed {}.\n",
        tally.rounds,
        tally.due,
        tally.caught_sending,
        tally.caught_claimed,
        tally.wrongs,
        tally.sent,
        tally.missed,
        tally.failed,
        tally.unknown,
        tally.doubled,
        tally.untold,
        state.seed,
    )
}

fn messages_report(soaked: &Soaked) -> String {
    let mut page = format!(
        "{} watched messages and {} interactions in {:.0} s, through the Discord adapter in one process with the Discord \
         that it spoke to:\n\n| | first look | second half, least | second half, most |\n| --- | ---: | ---: | ---: |\n",
        soaked.messages, soaked.interactions, soaked.seconds
    );
    let mut row = |name: &str, of: &dyn Fn(&Look) -> String, range: (String, String)| {
        let _ = writeln!(page, "| {name} | {} | {} | {} |", of(&soaked.looks[0]), range.0, range.1);
    };
    let mib = |kib: u64| format!("{}.{}", kib / 1024, kib % 1024 * 10 / 1024);
    let range = soaked.range(|look| look.resident_kib);
    row("resident memory, MiB", &|look| mib(look.resident_kib), (mib(range.0), mib(range.1)));
    let range = soaked.range(|look| look.descriptors);
    row("descriptors", &|look| look.descriptors.to_string(), (range.0.to_string(), range.1.to_string()));
    let range = soaked.range(|look| look.tasks);
    row("tasks", &|look| look.tasks.to_string(), (range.0.to_string(), range.1.to_string()));
    let _ = write!(
        page,
        "\n| answers, ms | half within | 99 % within | longest |\n| --- | ---: | ---: | ---: |\n| | {:.1} | {:.1} | {:.1} |\n\n",
        soaked.p50_ms, soaked.p99_ms, soaked.longest_ms,
    );
    page
}
