//! Several shards: in one process, or split over two on one store.

use std::{sync::Arc, time::Duration};

use bedside::{
    bot::{
        Bot, Condition, Platform, Settings, SystemClock,
        daily::{Daily, GRACE},
    },
    config::Shards,
    platforms::discord::{Discord as Adapter, Error, Settings as Address},
    store::{ChannelId, MailTimes, NewSchedule, Next, PersonId, PostingKind, Store, WorkspaceId},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    common::logged::{listen, logged},
    discord::{APPLICATION, Discord, OTHER, Opening, SERVER, World},
    inside::{LIBRARY, Still, tip_due},
    program::{Home, soon_async},
};

const STEP: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_mins(10);
/// What a machine that is busy with other things may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// One process: its own connections to the store and to Discord.
struct Replica {
    bot: Arc<Bot>,
    daily: Arc<Daily>,
    stop: CancellationToken,
    connected: JoinHandle<Result<(), Error>>,
    posting: JoinHandle<()>,
    mailing: JoinHandle<()>,
}

impl Replica {
    async fn start(discord: &Discord, url: &str, shards: Option<Shards>) -> Self {
        listen(tracing::Level::INFO);
        let store = Store::open(url).await.unwrap();
        let adapter = Adapter::connect(&Address { api: Some(discord.api.clone()), shards }, "token").unwrap();
        let (platform, clock, library) = (adapter.platform(), Arc::new(SystemClock), Arc::clone(&LIBRARY));
        let platform: Arc<dyn Platform> = platform;
        let daily = Daily::new(store.clone(), platform.clone(), clock.clone(), library.clone(), GRACE);
        let bot = Bot::new(store, platform, clock, library, daily.clone(), Settings::default()).await.unwrap();
        let (bot, stop) = (Arc::new(bot), CancellationToken::new());
        let connected = tokio::spawn({
            let (bot, stop) = (Arc::clone(&bot), stop.clone());
            async move { adapter.run(bot, stop).await }
        });
        let posting = tokio::spawn(daily.clone().run(stop.clone()));
        let mailing = tokio::spawn({
            let (bot, stop) = (Arc::clone(&bot), stop.clone());
            async move { bot.send_practice(&stop).await }
        });
        Self { bot, daily, stop, connected, posting, mailing }
    }

    /// Ends as it should.
    async fn close(self) {
        self.stop.cancel();
        self.connected.await.unwrap().unwrap();
        self.posting.await.unwrap();
        self.mailing.await.unwrap();
    }

    /// Is gone, from one moment to the next.
    async fn die(self) {
        self.connected.abort();
        self.posting.abort();
        self.mailing.abort();
        for task in [self.posting, self.mailing] {
            assert!(task.await.unwrap_err().is_cancelled());
        }
        assert!(self.connected.await.unwrap_err().is_cancelled());
    }

    async fn figure(&self, line: &str) -> bool {
        self.bot.figures_now().await.lines().any(|one| one == line)
    }
}

/// A store's address, and the folder that it lies in.
fn store() -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (format!("sqlite://{}", folder.path().join("bedside.db").display()), folder)
}

fn part(of: u32, mine: &[u32]) -> Shards {
    Shards { of, mine: mine.to_vec() }
}

fn arrive(discord: &Discord) {
    for server in [SERVER, OTHER] {
        discord.push("GUILD_CREATE", &json!({"id": server, "channels": [], "threads": []}));
    }
}

fn identified(world: &World) -> Vec<(u64, u64)> {
    let mut shards = world.identified.clone();
    shards.sort_unstable();
    shards
}

/// What was answered to that; on a busy machine it may have been deferred first.
fn given<'a>(world: &'a World, interaction: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    const DEFERRED: u8 = 5;
    world.answers.get(interaction).into_iter().flatten().filter(|one| one["type"] != DEFERRED)
}

async fn helped(discord: &Discord, asked: &[String]) {
    let all = |world: &World| asked.iter().all(|id| given(world, id).next().is_some());
    assert!(discord.soon(all, PATIENCE).await, "not everything was answered");
    let world = discord.world();
    for id in asked {
        let given: Vec<_> = given(&world, id).collect();
        assert_eq!(given.len(), 1, "{id} was answered {} times", given.len());
        assert!(given[0].to_string().contains("/review"), "{given:?}");
    }
}

/// Whether nothing that was asked so far was answered twice.
fn once(world: &World) -> bool {
    world.answers.keys().all(|id| given(world, id).count() == 1)
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_is_cut_resumes_alone() {
    let still = Still::hold();
    let (url, _folder) = store();
    let discord = Discord::open().await;
    discord.world().recommended = (2, 16, 999);
    let replica = Replica::start(&discord, &url, None).await;
    discord.until("both shards are there", |world| world.identified.len() == 2).await;
    arrive(&discord);
    helped(&discord, &[discord.run(1, "help", &json!([])), discord.run_in(OTHER, 2, "help", &json!([]))]).await;
    assert_eq!(replica.bot.ready().await, Condition::Good);
    for times in 1..=5_usize {
        discord.cut_one(1, None);
        // Somebody asks there while nobody listens; on the other shard all goes on, without a moment's wait.
        let person = 100 + times as u64;
        let waiting = discord.run_in(OTHER, person, "help", &json!([]));
        helped(&discord, &[discord.run(person, "help", &json!([]))]).await;
        let took = still.pass(&discord, STEP, LONG, |world| world.resumed.len() == times).await;
        assert!(took <= Duration::from_secs(3), "back after {took:?}");
        helped(&discord, &[waiting]).await;
    }
    {
        let world = discord.world();
        assert_eq!(world.resumed, [1; 5], "the other shard's session was left alone");
        assert_eq!(identified(&world), [(0, 2), (1, 2)]);
        assert!(once(&world), "nothing was answered twice");
    }
    assert_eq!(replica.bot.ready().await, Condition::Good);
    // While one is cut, the process is not ready, and its figures say which.
    discord.world().out = true;
    discord.cut_one(1, None);
    assert!(soon_frozen(async || replica.figure("bedside_shard_connected{shard=\"1\"} 0").await).await);
    assert!(replica.figure("bedside_shard_connected{shard=\"0\"} 1").await);
    let told = vec!["discord: 1 of 2 connections stand".to_owned()];
    assert_eq!(replica.bot.ready().await, Condition::Bad(told));
    replica.close().await;
}

#[tokio::test(start_paused = true)]
async fn shards_identify_as_fast_as_discord_allows_and_no_faster() {
    let still = Still::hold();
    let (url, _folder) = store();
    // One at a time: five seconds lie between two.
    let discord = Discord::open().await;
    discord.world().recommended = (4, 1, 999);
    let replica = Replica::start(&discord, &url, None).await;
    still.pass(&discord, STEP, LONG, |world| world.identifies.len() == 4).await;
    {
        let world = discord.world();
        assert_eq!(identified(&world), [(0, 4), (1, 4), (2, 4), (3, 4)]);
        for two in world.identifies.windows(2) {
            assert!(two[1] - two[0] >= Duration::from_secs(5), "{:?}", world.identifies);
        }
    }
    replica.close().await;
    // Sixteen at once: no time passes.
    let discord = Discord::open().await;
    discord.world().recommended = (4, 16, 999);
    let replica = Replica::start(&discord, &url, None).await;
    discord.until("all four are there", |world| world.identifies.len() == 4).await;
    assert!(discord.world().identifies.windows(2).all(|two| two[0] == two[1]));
    replica.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_day_without_new_sessions_left_is_waited_out_and_told() {
    let still = Still::hold();
    let (url, _folder) = store();
    let discord = Discord::open().await;
    discord.world().recommended = (1, 1, 0);
    let replica = Replica::start(&discord, &url, None).await;
    let words = "Discord gives this bot no more new sessions today";
    assert!(soon_frozen(async || logged().contains(words)).await, "the operator is told");
    let step = Duration::from_mins(1);
    let day = Duration::from_hours(24);
    let took = still.pass(&discord, step, day * 2, |world| !world.identifies.is_empty()).await;
    assert!(took >= day && took <= day + step * 2, "{took:?}");
    replica.close().await;
}

/// Waits, with the clock at rest, for what other tasks do.
async fn soon_frozen(so: impl AsyncFn() -> bool) -> bool {
    let end = std::time::Instant::now() + PATIENCE;
    while !so().await {
        if std::time::Instant::now() > end {
            return false;
        }
        tokio::task::yield_now().await;
    }
    true
}

#[tokio::test]
async fn a_number_of_shards_that_discord_refuses_is_told_with_what_to_set() {
    let (url, _folder) = store();
    for (code, sentence) in [(4011, "set `of` to at least that"), (4010, "set the same `of` in every process")] {
        let discord = Discord::open().await;
        discord.world().openings.push_back(Opening::Close(code));
        let replica = Replica::start(&discord, &url, Some(part(2, &[1]))).await;
        let told = tokio::time::timeout(PATIENCE, replica.connected).await.expect("it ends").unwrap();
        let told = told.unwrap_err().to_string();
        assert!(told.contains(sentence) && told.contains("`[discord] shards`"), "{told}");
        assert!(told.contains("of = 2") && told.contains(&code.to_string()), "{told}");
        assert_eq!(discord.world().tries.len(), 1, "it is no use to try again");
        replica.stop.cancel();
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_number_of_its_own_it_takes_the_one_that_discord_wants_now() {
    let still = Still::hold();
    let (url, _folder) = store();
    let discord = Discord::open().await;
    discord.world().openings.push_back(Opening::Close(4011));
    let replica = Replica::start(&discord, &url, None).await;
    discord.until("one shard was tried", |world| world.tries.len() == 1).await;
    discord.world().recommended = (2, 1, 998);
    still.pass(&discord, STEP, LONG, |world| world.identified.len() == 2).await;
    {
        let world = discord.world();
        assert_eq!(identified(&world), [(0, 2), (1, 2)]);
        assert!(world.identifies[0] - world.tries[0] >= Duration::from_secs(5), "the refused one counts too");
    }
    assert!(logged().contains("Discord wants another number of shards"));
    assert!(soon_frozen(async || replica.bot.ready().await == Condition::Good).await);
    replica.close().await;
}

#[tokio::test]
async fn a_doctor_tells_how_many_shards_discord_recommends() {
    let discord = Discord::open().await;
    let home = Home::new(&discord.api);
    let plain = std::fs::read_to_string(home.path("bedside.toml")).unwrap();
    let split = plain.replace("[discord]\n", "[discord]\nshards = { of = 2, mine = [1] }\n");
    for (recommended, config, said) in [
        ((1, 1, 990), &plain, "✓ shards Discord recommends 1, all in this process"),
        ((1, 1, 990), &plain, "✓ shards new sessions left today: 990 of 1000"),
        ((2, 1, 990), &split, "✓ shards 1 of 2 in this process; Discord recommends 2"),
        ((4, 1, 990), &split, "· shards Discord recommends 4, and `[discord] shards` names 2; set `of` to 4"),
        ((1, 1, 0), &plain, "✗ shards Discord gives no more new sessions today, of 1000"),
    ] {
        discord.world().recommended = recommended;
        std::fs::write(home.path("bedside.toml"), config).unwrap();
        let mut doctor = std::process::Command::new(env!("CARGO_BIN_EXE_bedside"));
        doctor.arg("doctor").current_dir(home.folder.path()).env("DISCORD_TOKEN", "a.b.c").env_remove("RUST_LOG");
        let page = tokio::task::spawn_blocking(move || doctor.output().unwrap().stdout).await.unwrap();
        // Long lines are folded.
        let page = String::from_utf8(page).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains(said), "{page}");
    }
}

#[tokio::test]
async fn a_doctor_looks_at_each_channel_once_and_at_none_of_a_server_that_left() {
    let discord = Discord::open().await;
    let home = Home::new(&discord.api);
    let store = Store::open(&home.url()).await.unwrap();
    make_due(&store, SERVER, 4001..4002).await;
    make_due(&store, OTHER, 5001..5003).await;
    let recap = NewSchedule {
        channel: ChannelId::new("4001"),
        kind: PostingKind::Recap,
        time: "09:00".into(),
        zone: "UTC".into(),
        days: "Mon".into(),
        topics: Vec::new(),
        set_by: PersonId::new("7"),
        next: Next { date: "2026-05-11".parse().unwrap(), due: "2026-05-11T09:00:00Z".parse().unwrap() },
    };
    store.set_schedule(&WorkspaceId::new(format!("discord:{SERVER}")), &recap).await.unwrap();
    store.left(&WorkspaceId::new(format!("discord:{OTHER}")), Timestamp::now()).await.unwrap();
    store.close().await;

    let mut doctor = std::process::Command::new(env!("CARGO_BIN_EXE_bedside"));
    doctor.arg("doctor").current_dir(home.folder.path()).env("DISCORD_TOKEN", "a.b.c").env_remove("RUST_LOG");
    let page = tokio::task::spawn_blocking(move || doctor.output().unwrap().stdout).await.unwrap();

    let page = String::from_utf8(page).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains("is sound; daily tips: 1; weekly recaps: 1"), "{page}");
    assert!(
        page.contains("✓ permissions all is granted; channels that are posted to: 1") && !page.contains('✗'),
        "{page}"
    );
}

/// Makes a tip due now in so many channels of a server, from a number on.
async fn make_due(store: &Store, server: &str, channels: std::ops::Range<u64>) {
    let due = Timestamp::now() - SignedDuration::from_mins(1);
    let (at, workspace) = (due.to_zoned(TimeZone::UTC), WorkspaceId::new(format!("discord:{server}")));
    for channel in channels {
        let new = NewSchedule {
            channel: ChannelId::new(channel.to_string()),
            kind: PostingKind::Tip,
            time: at.strftime("%H:%M").to_string(),
            zone: "UTC".into(),
            days: "every day".into(),
            topics: Vec::new(),
            set_by: PersonId::new("7"),
            next: Next { date: at.date(), due },
        };
        store.set_schedule(&workspace, &new).await.unwrap();
    }
}

/// Waits until every tip that is due stands, and nobody has anything in hand; each stands once.
async fn posted_once(discord: &Discord, store: &Store, channels: impl IntoIterator<Item = u64>) {
    let all: Vec<String> = channels.into_iter().map(|channel| channel.to_string()).collect();
    assert!(discord.soon(|world| world.posts >= all.len(), PATIENCE).await, "{} posts", discord.world().posts);
    let quiet = async || store.next_wake().await.unwrap().is_none_or(|wake| wake > Timestamp::now());
    assert!(soon_async(quiet).await, "something is in hand still");
    assert_eq!(discord.world().posts, all.len(), "nothing was sent twice");
    for channel in all {
        assert_eq!(discord.marked(&channel).len(), 1, "in channel {channel}");
    }
}

#[tokio::test]
async fn two_processes_answer_everything_once_and_post_every_tip_once() {
    let (url, _folder) = store();
    let discord = Discord::open().await;
    let store = Store::open(&url).await.unwrap();
    make_due(&store, SERVER, 100..115).await;
    make_due(&store, OTHER, 5000..5015).await;
    let first = Replica::start(&discord, &url, Some(part(2, &[0]))).await;
    let second = Replica::start(&discord, &url, Some(part(2, &[1]))).await;
    assert!(discord.soon(|world| world.identified.len() == 2, PATIENCE).await);
    assert_eq!(identified(&discord.world()), [(0, 2), (1, 2)]);
    arrive(&discord);
    let ask = |server: &str, people: std::ops::Range<u64>| -> Vec<String> {
        people.map(|person| discord.run_in(server, person, "help", &json!([]))).collect()
    };
    helped(&discord, &ask(SERVER, 200..220)).await;
    helped(&discord, &ask(OTHER, 200..220)).await;
    let twenty = "bedside_requests_total{command=\"help\",outcome=\"answered\"} 20";
    assert!(first.figure(twenty).await && second.figure(twenty).await, "each answers what comes to its shard");
    for (replica, own, other) in [(&first, 0, 1), (&second, 1, 0)] {
        assert_eq!(replica.bot.ready().await, Condition::Good);
        assert!(replica.figure(&format!("bedside_shard_connected{{shard=\"{own}\"}} 1")).await);
        let page = replica.bot.figures_now().await;
        assert!(!page.contains(&format!("shard=\"{other}\"")), "the other's shard is not its own");
    }
    posted_once(&discord, &store, (100..115).chain(5000..5015)).await;

    // A session begun anew tells a process of its own servers alone: the other's are not taken for left.
    discord.cut_one(0, Some(4009));
    assert!(discord.soon(|world| world.identified.len() == 3, PATIENCE).await);
    helped(&discord, &ask(SERVER, 220..230)).await;
    for server in [SERVER, OTHER] {
        let workspace = WorkspaceId::new(format!("discord:{server}"));
        assert!(store.resting_schedules(&workspace).await.unwrap().is_empty(), "nothing rests in {server}");
    }

    // One dies. The other posts for both; whoever takes the shard over answers there.
    second.die().await;
    make_due(&store, OTHER, 5100..5105).await;
    first.daily.changed();
    posted_once(&discord, &store, (100..115).chain(5000..5015).chain(5100..5105)).await;
    helped(&discord, &ask(SERVER, 230..240)).await;
    let begun = discord.world().identified.len();
    let third = Replica::start(&discord, &url, Some(part(2, &[1]))).await;
    assert!(discord.soon(|world| world.identified.len() > begun, PATIENCE).await);
    helped(&discord, &ask(OTHER, 220..240)).await;
    assert!(once(&discord.world()), "nothing was answered twice");
    for replica in [first, third] {
        replica.close().await;
    }
}

#[tokio::test]
async fn a_server_that_removed_the_bot_while_no_process_ran_has_left_and_no_other_has() {
    let (url, _folder) = store();
    let discord = Discord::open().await;
    let store = Store::open(&url).await.unwrap();
    let due = Timestamp::now() + SignedDuration::from_hours(24);
    let next = Next { date: due.to_zoned(TimeZone::UTC).date(), due };
    // On shard 0, with the highest number: whoever comes after the others has seen what became of them.
    let names = [&["discord:", SERVER], &["discord:", OTHER], &["room:", "8388608"], &["discord:", "8388608"]];
    let [here, others, room, removed] = names.map(|name| WorkspaceId::new(name.concat()));
    for workspace in [&here, &others, &room, &removed] {
        store.set_schedule(workspace, &tip_due(ChannelId::new("100"), next)).await.unwrap();
    }
    let has = async |workspace: &WorkspaceId| store.workspaces().await.unwrap().contains(workspace);
    let replica = Replica::start(&discord, &url, Some(part(2, &[0]))).await;
    assert!(soon_async(async || !has(&removed).await).await, "it has left");
    assert!(has(&here).await && has(&others).await && has(&room).await);
    assert_eq!(store.resting_schedules(&removed).await.unwrap().len(), 1, "its tips rest");

    // It adds the bot again; what a session began with, told twice, takes nothing back.
    discord.push("GUILD_CREATE", &json!({"id": "8388608", "channels": [], "threads": []}));
    assert!(soon_async(async || has(&removed).await).await, "it is back");
    discord.world().joined = vec!["8388608".into()];
    let ready = discord.ready(&discord.world()).to_string();
    discord.push_raw(&ready);
    discord.push_raw(&ready);
    discord.push("GUILD_DELETE", &json!({"id": SERVER}));
    assert!(soon_async(async || !has(&here).await).await);
    assert!(has(&others).await && has(&room).await && has(&removed).await);
    assert!(store.resting_schedules(&removed).await.unwrap().is_empty(), "its tips go on");
    replica.close().await;
}

/// The figures in `docs/sizes.md`, as this machine gives them: `cargo test --release --test faults -- --ignored
/// --exact shards::figures_by_size --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it measures, and judges nothing"]
async fn figures_by_size() {
    for shards in [1, 4] {
        let discord = Discord::open().await;
        discord.world().recommended = (shards, 16, 999);
        discord.world().lean = true;
        let home = Home::new(&discord.api);
        let program = home.start();
        let there = usize::try_from(shards).unwrap();
        assert!(discord.soon(|world| world.identifies.len() == there, PATIENCE).await);
        println!("{shards} shards, no server: {} MB", settled(program.id()).await);
        let mut servers = 1_u64..;
        for size in [1_000_u64, 2_500, 10_000] {
            for number in servers.by_ref() {
                discord.push("GUILD_CREATE", &server(number));
                if number == size {
                    break;
                }
            }
            println!("{shards} shards, {size} servers of 50 channels: {} MB", settled(program.id()).await);
        }
    }
    for processes in [1, 2] {
        let (url, _folder) = store();
        let discord = Discord::open().await;
        discord.world().joined = (2..=10).map(|server: u64| server.to_string()).collect();
        let store = Store::open(&url).await.unwrap();
        for server in 1..=10 {
            make_due(&store, &server.to_string(), server * 100..server * 100 + 100).await;
        }
        let mut replicas = Vec::new();
        let began = std::time::Instant::now();
        for mine in 0..processes {
            replicas.push(Replica::start(&discord, &url, Some(part(processes, &[mine]))).await);
        }
        assert!(discord.soon(|world| world.posts >= 1_000, PATIENCE * 5).await);
        println!("1,000 tips due at once, {processes} processes: {} s", began.elapsed().as_secs());
        posted_once(&discord, &store, 100..1_100).await;
        for replica in replicas {
            replica.close().await;
        }
    }
}

/// A private card is sent by whichever process comes first, for a server of shard 1; what is pressed on it comes to
/// shard 0, whose process has never met that server.
#[tokio::test]
async fn a_private_card_is_sent_once_and_answered_by_the_process_with_shard_0() {
    let (url, _folder) = store();
    let discord = Discord::open().await;
    let store = Store::open(&url).await.unwrap();
    let due = Timestamp::now() - SignedDuration::from_mins(1);
    let time = due.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string();
    let times = MailTimes { time, zone: "UTC".into(), days: "every day".into() };
    let workspace = WorkspaceId::new(format!("discord:{OTHER}"));
    for person in 300..305 {
        store.set_practice_mail(&workspace, &PersonId::new(person.to_string()), &times, due).await.unwrap();
    }
    let first = Replica::start(&discord, &url, Some(part(2, &[0]))).await;
    let second = Replica::start(&discord, &url, Some(part(2, &[1]))).await;
    assert!(discord.soon(|world| world.told.len() >= 5 && world.identified.len() == 2, PATIENCE).await);
    let quiet = async || store.next_practice_mail().await.unwrap().is_none_or(|next| next > Timestamp::now());
    assert!(soon_async(quiet).await);
    let buttons: Vec<String> = {
        let world = discord.world();
        assert_eq!(world.told.len(), 5, "nobody had two");
        let rows = world.told.iter().flat_map(|card| card["components"].as_array().unwrap());
        let all = rows.flat_map(|row| row["components"].as_array().unwrap());
        let ids = all.filter_map(|button| button["custom_id"].as_str()).filter(|id| id.contains("practice:stop"));
        ids.map(str::to_owned).collect()
    };
    // Whose card is whose only the token in it knows: each person tries all of them, and one is theirs.
    let mut stopped = 0;
    for person in 300..305 {
        for (number, button) in buttons.iter().enumerate() {
            let id = person * 10 + number;
            let press = json!({"id": id.to_string(), "application_id": APPLICATION, "type": 3, "token": format!("t{id}"),
                "channel_id": "31", "user": {"id": person.to_string()},
                "data": {"component_type": 2, "custom_id": button}});
            discord.push("INTERACTION_CREATE", &press);
            let id = id.to_string();
            assert!(discord.soon(|world| given(world, &id).next().is_some(), PATIENCE).await);
            let said = given(&discord.world(), &id).next().unwrap().to_string();
            stopped += usize::from(said.contains("Practice cards are off"));
        }
    }
    assert_eq!(stopped, 5);
    for replica in [first, second] {
        replica.close().await;
    }
}

/// What Discord tells of a server of ordinary size.
fn server(number: u64) -> serde_json::Value {
    let id = number << 22;
    let channels: Vec<_> = (1..=50_u64)
        .map(|channel| {
            let parent = (channel > 5).then(|| (id + 1 + channel % 5).to_string());
            json!({"id": (id + channel).to_string(), "type": if channel > 5 { 0 } else { 4 }, "parent_id": parent,
                "name": format!("channel-{channel}"), "permission_overwrites": []})
        })
        .collect();
    json!({"id": id.to_string(), "name": format!("Server {number}"), "channels": channels, "threads": []})
}

/// The memory of a process in MB, once it stays where it is.
async fn settled(process: u32) -> u64 {
    let resident = || {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1000
    };
    let mut last = (0, 0);
    while last.1 < 5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = resident();
        last = if now == last.0 { (now, last.1 + 1) } else { (now, 0) };
    }
    last.0
}
