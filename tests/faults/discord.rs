//! A small Discord of the tests' own, over real sockets: as much of it as the bot uses, and whatever it may do wrong.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc, LazyLock, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, mpsc},
    time::Instant,
};
use tokio_tungstenite::tungstenite::{
    Message as Frame,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

/// A second server, which lies on shard 1 where there are two or more; the first lies on shard 0. Its channels have
/// numbers from 5,000 on.
pub const OTHER: &str = "4194304";
/// The bot, its application, and the one server.
pub const BOT: &str = "5";
pub const APPLICATION: &str = "6";
pub const SERVER: &str = "1";
/// Where everybody is told things in private.
pub const PRIVATE: &str = "31";
/// The first response behind which the answer follows.
const DEFERRED: u8 = 5;
const EPOCH: i64 = 1_420_070_400_000;
/// Longer than anything here takes on the busiest machine; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_mins(3);

/// Rings now and then in the machine's own time, whatever a test does with tokio's.
static RINGS: LazyLock<Arc<Notify>> = LazyLock::new(|| {
    let rings = Arc::new(Notify::new());
    let bell = Arc::clone(&rings);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(20));
            bell.notify_waiters();
        }
    });
    rings
});

/// A message that stands in a channel.
#[derive(Clone, Debug)]
pub struct Standing {
    pub id: u64,
    /// Date and key, where it is a posting's or a telling's.
    pub mark: String,
    pub body: Value,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fate {
    /// How long until it is done.
    pub before: Duration,
    /// Whether it is done at all.
    pub done: bool,
    /// How long after that until it is answered.
    pub after: Duration,
    pub answer: Told,
    /// What is told of the limit: how many, how many are left, and the seconds until all are there again.
    pub limit: Option<(usize, usize, f64)>,
}

/// What the bot is told.
#[derive(Clone, Copy, Debug, Default)]
pub enum Told {
    #[default]
    Truth,
    Failed,
    /// 429 with the seconds to wait; whether for everything.
    Wait(f64, bool),
    /// The connection ends.
    Nothing,
}

impl Fate {
    pub const FINE: Self =
        Self { before: Duration::ZERO, done: true, after: Duration::ZERO, answer: Told::Truth, limit: None };
}

/// How the gateway greets the next connections.
#[derive(Clone, Copy, Debug)]
pub enum Opening {
    /// The session is invalid; whether it may be resumed.
    Invalid(bool),
    Close(u16),
}

pub type Fates = Box<dyn FnMut(&str, &str) -> Fate + Send>;

#[derive(Default)]
pub struct World {
    pub channels: BTreeMap<String, Vec<Standing>>,
    /// What is remembered of nonces, by channel.
    pub nonces: HashMap<(String, String), u64>,
    /// Cards told in private.
    pub told: Vec<Value>,
    /// First responses and later ones, by interaction.
    pub answers: HashMap<String, Vec<Value>>,
    /// Every request: method, path and when.
    pub requests: Vec<(String, Instant)>,
    pub posts: usize,
    /// Whether only times of answers are kept: a long run must not grow by what it observes.
    pub lean: bool,
    asked: HashMap<u64, Instant>,
    /// How long each answer took.
    pub took: Vec<Duration>,
    fates: Option<Fates>,
    commands: Value,
    last: u64,
    pub openings: VecDeque<Opening>,
    pub identifies: Vec<Instant>,
    pub resumes: Vec<Instant>,
    /// The shard of each identify, and of how many; and of each resume.
    pub identified: Vec<(u64, u64)>,
    pub resumed: Vec<u64>,
    /// What is recommended and allowed: shards, groups that may identify at once, new sessions left.
    pub recommended: (u64, u64, u64),
    /// Every try to reach the gateway.
    pub tries: Vec<Instant>,
    /// Whether the gateway is out of reach.
    pub out: bool,
    sessions: u64,
    /// Servers that it is in besides.
    pub joined: Vec<String>,
    /// The session of each shard.
    lines: BTreeMap<u64, Line>,
}

/// A shard's session.
#[derive(Default)]
pub struct Line {
    session: String,
    of: u64,
    seq: u64,
    /// What was sent and can be sent again.
    sent: Vec<(u64, String)>,
    socket: Option<mpsc::UnboundedSender<Push>>,
}

impl Line {
    fn send(&self, push: Push) {
        if let Some(socket) = &self.socket {
            // One that has ended takes nothing; what is missed is sent again when it is resumed.
            let _ = socket.send(push);
        }
    }
}

#[derive(Clone)]
enum Push {
    Text(String),
    Close(u16),
    /// The connection breaks.
    Cut,
}

pub struct Discord {
    pub api: String,
    gateway: String,
    world: Mutex<World>,
    changed: Notify,
    busy: AtomicUsize,
}

impl Discord {
    pub async fn open() -> Arc<Self> {
        let rest = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let discord = Arc::new(Self {
            api: format!("http://{}", rest.local_addr().unwrap()),
            gateway: format!("ws://{}", gateway.local_addr().unwrap()),
            world: Mutex::new(World { commands: json!([]), recommended: (1, 1, 999), ..World::default() }),
            changed: Notify::new(),
            busy: AtomicUsize::new(0),
        });
        let here = Arc::clone(&discord);
        tokio::spawn(async move {
            while let Ok((socket, _)) = rest.accept().await {
                socket.set_nodelay(true).unwrap();
                let here = Arc::clone(&here);
                tokio::spawn(async move {
                    here.busy.fetch_add(1, Ordering::SeqCst);
                    here.serve(socket).await;
                    here.busy.fetch_sub(1, Ordering::SeqCst);
                    here.changed.notify_waiters();
                });
            }
        });
        let here = Arc::clone(&discord);
        tokio::spawn(async move {
            while let Ok((socket, _)) = gateway.accept().await {
                socket.set_nodelay(true).unwrap();
                tokio::spawn(Arc::clone(&here).speak(socket));
            }
        });
        discord
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// What becomes of requests from now on.
    pub fn decide(&self, fates: Option<Fates>) {
        self.world().fates = fates;
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, so: impl FnMut(&World) -> bool) {
        assert!(self.soon(so, PATIENCE).await, "it never came to that: {what}");
    }

    /// Waits until something is so, but not for ever; whether it is.
    pub async fn soon(&self, mut so: impl FnMut(&World) -> bool, patience: Duration) -> bool {
        let end = std::time::Instant::now() + patience;
        loop {
            let (changed, rings) = (self.changed.notified(), RINGS.notified());
            if so(&self.world()) {
                return true;
            }
            if std::time::Instant::now() > end {
                return false;
            }
            tokio::select! {
                () = changed => {}
                () = rings => {}
            }
        }
    }

    /// Waits until nothing is under way any more: the bot is gone, and what it sent has been dealt with.
    pub async fn settled(&self) {
        assert!(self.soon(|_| self.busy.load(Ordering::SeqCst) == 0, PATIENCE).await, "something is under way still");
    }

    /// The messages in a channel that bear a mark.
    pub fn marked(&self, channel: &str) -> Vec<Standing> {
        let world = self.world();
        let all = world.channels.get(channel).into_iter().flatten();
        all.filter(|message| !message.mark.is_empty()).cloned().collect()
    }

    // The gateway, as a test plays it.

    /// Sends an event to the shard of the server that it tells of, or to shard 0.
    pub fn push(&self, name: &str, data: &Value) {
        let mut world = self.world();
        let of_server = if name.starts_with("GUILD_") { &data["id"] } else { &data["guild_id"] };
        let server = of_server.as_str().and_then(|id| id.parse().ok()).unwrap_or(0_u64);
        let lean = world.lean;
        let line = world.lines.iter_mut().find(|(shard, line)| on_shard(server, **shard, line.of));
        let Some((_, line)) = line else { return };
        line.seq += 1;
        let text = json!({"op": 0, "t": name, "s": line.seq, "d": data}).to_string();
        if !lean {
            line.sent.push((line.seq, text.clone()));
        }
        line.send(Push::Text(text));
    }

    /// Sends a frame as it is, to every shard.
    pub fn push_raw(&self, text: &str) {
        self.world().send(&Push::Text(text.to_owned()));
    }

    /// Ends all connections with a code, or by breaking them.
    pub fn cut(&self, code: Option<u16>) {
        self.world().send(&code.map_or(Push::Cut, Push::Close));
    }

    /// The same, of one shard.
    pub fn cut_one(&self, shard: u64, code: Option<u16>) {
        self.world().lines[&shard].send(code.map_or(Push::Cut, Push::Close));
    }

    /// Somebody runs a command; returns what its answers are known by.
    pub fn run(&self, person: u64, name: &str, options: &Value) -> String {
        self.run_in(SERVER, person, name, options)
    }

    /// The same, in one of the servers.
    pub fn run_in(&self, server: &str, person: u64, name: &str, options: &Value) -> String {
        let id = self.world().next_id();
        let mut told = interaction(id, person, name, options);
        told["guild_id"] = server.into();
        self.push("INTERACTION_CREATE", &told);
        id.to_string()
    }

    /// Somebody asks something, and how long the first response takes is kept.
    pub fn ask(&self, id: u64, given: &Value) {
        self.world().asked.insert(id, Instant::now());
        self.push("INTERACTION_CREATE", given);
    }

    /// What was answered to that, once it was; on a machine that is busy it may have been deferred first.
    pub async fn answered(&self, interaction: &str) -> Value {
        let answer =
            |world: &World| world.answers.get(interaction)?.iter().find(|one| one["type"] != DEFERRED).cloned();
        self.until("an answer", |world| answer(world).is_some()).await;
        answer(&self.world()).unwrap()
    }

    /// How often that was answered, a deferral and what follows it counted as one.
    pub fn times_answered(&self, interaction: &str) -> usize {
        self.world().answers[interaction].iter().filter(|one| one.get("type").is_some()).count()
    }

    async fn speak(self: Arc<Self>, socket: TcpStream) {
        let (opening, out) = {
            let mut world = self.world();
            world.tries.push(Instant::now());
            (if world.out { None } else { world.openings.pop_front() }, world.out)
        };
        self.changed.notify_waiters();
        if out {
            return;
        }
        let Ok(mut socket) = tokio_tungstenite::accept_async(socket).await else { return };
        let hello = json!({"op": 10, "d": {"heartbeat_interval": 41_250}}).to_string();
        if socket.send(Frame::Text(hello)).await.is_err() {
            return;
        }
        let (line, mut pushed) = mpsc::unbounded_channel();
        loop {
            let out = tokio::select! {
                Some(push) = pushed.recv() => match push {
                    Push::Text(text) => socket.send(Frame::Text(text)).await,
                    Push::Close(code) => return close(&mut socket, code).await,
                    Push::Cut => return,
                },
                heard = socket.next() => {
                    let Some(Ok(Frame::Text(text))) = heard else { return };
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    match (frame["op"].as_u64(), opening) {
                        (Some(1), _) => socket.send(Frame::Text(json!({"op": 11}).to_string())).await,
                        (Some(2 | 6), Some(Opening::Close(code))) => return close(&mut socket, code).await,
                        (Some(2 | 6), Some(Opening::Invalid(resumable))) => {
                            self.note(&frame);
                            socket.send(Frame::Text(json!({"op": 9, "d": resumable}).to_string())).await
                        }
                        (Some(2 | 6), None) => {
                            self.greet(&frame, &line);
                            Ok(())
                        }
                        _ => Ok(()),
                    }
                }
            };
            if out.is_err() {
                return;
            }
        }
    }

    fn note(&self, frame: &Value) {
        let mut world = self.world();
        let now = Instant::now();
        if frame["op"] == 2 {
            world.identifies.push(now);
            world.identified.push(shard_of(frame));
        } else {
            world.resumes.push(now);
            let shard = world.line_of(frame);
            world.resumed.extend(shard);
        }
        drop(world);
        self.changed.notify_waiters();
    }

    /// Begins a session, or goes on with it where it was cut.
    fn greet(&self, frame: &Value, line: &mpsc::UnboundedSender<Push>) {
        let mut world = self.world();
        if frame["op"] == 2 {
            world.sessions += 1;
            let (shard, of) = shard_of(frame);
            let session = format!("s{}", world.sessions);
            let new = Line { session, of, seq: 1, sent: Vec::new(), socket: Some(line.clone()) };
            world.lines.insert(shard, new);
            let ready = self.ready_of(&world, shard).to_string();
            world.lines[&shard].send(Push::Text(ready));
        } else {
            let from = frame["d"]["seq"].as_u64().unwrap();
            let shard = world.line_of(frame).expect("a session that began here");
            let there = world.lines.get_mut(&shard).expect("it was found just now");
            there.socket = Some(line.clone());
            for (_, text) in there.sent.iter().filter(|(seq, _)| *seq > from) {
                there.send(Push::Text(text.clone()));
            }
            there.seq += 1;
            there.send(Push::Text(json!({"op": 0, "t": "RESUMED", "s": there.seq, "d": {}}).to_string()));
        }
        drop(world);
        self.note(frame);
    }

    /// What a new session of shard 0 begins with.
    pub fn ready(&self, world: &World) -> Value {
        self.ready_of(world, 0)
    }

    fn ready_of(&self, world: &World, shard: u64) -> Value {
        let line = &world.lines[&shard];
        // Who holds all shards has one server, unless a test has it join others.
        let known = [SERVER, OTHER].into_iter().filter(|id| line.of > 1 || *id == SERVER);
        let all = known.chain(world.joined.iter().map(String::as_str));
        let there = all.filter(|id| on_shard(id.parse().unwrap(), shard, line.of));
        let servers: Vec<Value> = there.map(|id| json!({"id": id, "unavailable": true})).collect();
        json!({"op": 0, "t": "READY", "s": line.seq, "d": {
            "v": 10, "user": {"id": BOT, "bot": true}, "session_id": line.session,
            "resume_gateway_url": self.gateway, "application": {"id": APPLICATION},
            "shard": [shard, line.of], "guilds": servers,
        }})
    }

    // The REST interface.

    async fn serve(&self, mut socket: TcpStream) {
        let mut bytes = Vec::new();
        loop {
            let Some((method, path, body)) = read(&mut socket, &mut bytes).await else { return };
            let fate = {
                let mut world = self.world();
                if !world.lean {
                    world.requests.push((format!("{method} {path}"), Instant::now()));
                }
                world.posts += usize::from(method == "POST" && path.ends_with("/messages"));
                world.fates.as_mut().map_or(Fate::FINE, |fates| fates(&method, &path))
            };
            self.changed.notify_waiters();
            pause(fate.before).await;
            let answer = if fate.done { self.perform(&method, &path, &body) } else { (200, json!({})) };
            self.changed.notify_waiters();
            pause(fate.after).await;
            let (status, answer) = match fate.answer {
                Told::Truth => answer,
                Told::Failed => (500, json!({"code": 0})),
                Told::Wait(seconds, global) => (429, json!({"retry_after": seconds, "global": global})),
                Told::Nothing => return,
            };
            let text = if status == 204 { String::new() } else { answer.to_string() };
            let limits = fate.limit.map_or(String::new(), |(limit, left, reset)| {
                format!(
                    "x-ratelimit-bucket: {}\r\nx-ratelimit-limit: {limit}\r\nx-ratelimit-remaining: {left}\r\n\
                     x-ratelimit-reset-after: {reset}\r\nx-ratelimit-reset: 0\r\n",
                    path.replace('/', "-")
                )
            });
            let head = format!("HTTP/1.1 {status} X\r\n{limits}content-length: {}\r\n\r\n{text}", text.len());
            if socket.write_all(head.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    fn perform(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut world = self.world();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<&str> = path.trim_start_matches("/api/v10/").split('/').collect();
        match (method, &parts[..]) {
            ("GET", ["users", "@me"]) => (200, json!({"id": BOT, "bot": true})),
            ("GET", ["oauth2", "applications", "@me"]) => (200, json!({"id": APPLICATION})),
            ("GET", ["gateway", "bot"]) => {
                let (shards, at_once, left) = world.recommended;
                let limit =
                    json!({"total": 1000, "remaining": left, "reset_after": 86_400_000, "max_concurrency": at_once});
                (200, json!({"url": self.gateway, "shards": shards, "session_start_limit": limit}))
            }
            ("GET", ["applications", _, "commands"]) => (200, world.commands.clone()),
            ("PUT", ["applications", _, "commands"]) => {
                world.commands = body.clone();
                (200, body.clone())
            }
            ("GET", ["channels", id]) => {
                let server = if id.parse::<u64>().is_ok_and(|id| id >= 5000) { OTHER } else { SERVER };
                (200, json!({"id": id, "type": 0, "guild_id": server}))
            }
            // View Channel, Send Messages, Embed Links, Read Message History.
            ("GET", ["guilds", id]) => {
                (200, json!({"id": id, "owner_id": "9", "roles": [{"id": id, "permissions": "84992"}]}))
            }
            ("GET", ["guilds", _, "members", _]) => (200, json!({"roles": []})),
            ("GET", ["channels", id, "messages"]) => (200, world.list(id, query)),
            ("POST", ["channels", PRIVATE, "messages"]) => {
                let before = world.channels.get(PRIVATE).map_or(0, Vec::len);
                let id = world.stand(PRIVATE, body);
                if world.channels[PRIVATE].len() > before {
                    world.told.push(body.clone());
                }
                (200, json!({"id": id.to_string()}))
            }
            ("POST", ["channels", id, "messages"]) => {
                let id = world.stand(id, body);
                (200, json!({"id": id.to_string(), "author": {"id": BOT}}))
            }
            ("POST", ["users", "@me", "channels"]) => (200, json!({"id": PRIVATE})),
            ("POST", ["interactions", id, _, "callback"]) => {
                let known = id.parse().ok().and_then(|id| world.asked.remove(&id));
                match known {
                    Some(asked) => world.took.push(asked.elapsed()),
                    None => world.answers.entry((*id).to_owned()).or_default().push(body.clone()),
                }
                (204, json!(null))
            }
            ("PATCH" | "POST", ["webhooks", _, token, ..]) => {
                let id = token.trim_start_matches('t').to_owned();
                world.answers.entry(id).or_default().push(body.clone());
                (200, json!({"id": world.next_id().to_string()}))
            }
            _ => (404, json!({"code": 0})),
        }
    }
}

impl World {
    pub fn next_id(&mut self) -> u64 {
        let now = u64::try_from(Timestamp::now().as_millisecond() - EPOCH).unwrap() << 22;
        self.last = now.max(self.last + 1);
        self.last
    }

    /// The last event, word for word.
    pub fn again(&self) -> String {
        self.lines[&0].sent.last().unwrap().1.clone()
    }

    /// Waits for no answer any more; each counts as one that took so long.
    pub fn give_up(&mut self, after: Duration) {
        let lost = self.asked.drain().count();
        self.took.extend(std::iter::repeat_n(after, lost));
    }

    /// Lets a message stand, unless its nonce was seen lately.
    fn stand(&mut self, channel: &str, body: &Value) -> u64 {
        let nonce = body["nonce"].as_str().unwrap_or_default().to_owned();
        assert!(nonce.len() <= 25, "a nonce has 25 characters at most");
        let known = (channel.to_owned(), nonce.clone());
        if body["enforce_nonce"] == true
            && let Some(id) = self.nonces.get(&known)
        {
            return *id;
        }
        let id = self.next_id();
        self.nonces.insert(known, id);
        let footer = body["embeds"][0]["footer"]["text"].as_str().unwrap_or_default();
        let mark = footer.rsplit_once(" · ").and_then(|(before, key)| {
            let date = before.get(before.len().checked_sub(10)?..)?;
            date.parse::<jiff::civil::Date>().ok().map(|date| format!("{date} · {key}"))
        });
        let standing = Standing { id, mark: mark.unwrap_or_default(), body: body.clone() };
        self.channels.entry(channel.to_owned()).or_default().push(standing);
        id
    }

    /// A page of a channel, newest first.
    fn list(&self, channel: &str, query: &str) -> Value {
        let before = query.split('&').find_map(|one| one.strip_prefix("before=")?.parse().ok()).unwrap_or(u64::MAX);
        let all = self.channels.get(channel).into_iter().flatten().rev();
        let page = all.filter(|message| message.id < before).take(100);
        page.map(|message| {
            json!({"id": message.id.to_string(), "author": {"id": BOT, "bot": true}, "embeds": message.body["embeds"]})
        })
        .collect()
    }

    fn send(&self, push: &Push) {
        self.lines.values().for_each(|line| line.send(push.clone()));
    }

    /// The shard whose session a resume names.
    fn line_of(&self, frame: &Value) -> Option<u64> {
        let named = frame["d"]["session_id"].as_str();
        self.lines.iter().find(|(_, line)| Some(line.session.as_str()) == named).map(|(shard, _)| *shard)
    }
}

/// The shard that an identify names, and of how many.
fn shard_of(frame: &Value) -> (u64, u64) {
    let part = |at: usize| frame["d"]["shard"][at].as_u64().expect("every identify names its shard");
    (part(0), part(1))
}

fn on_shard(server: u64, shard: u64, of: u64) -> bool {
    (server >> 22) % of == shard
}

/// What Discord tells when somebody runs a command.
pub fn interaction(id: u64, person: u64, name: &str, options: &Value) -> Value {
    let mut words = name.split(' ');
    let (root, verb) = (words.next().unwrap(), words.next());
    let options = verb.map_or(options.clone(), |verb| json!([{"name": verb, "type": 1, "options": options.clone()}]));
    // Manage Server and Manage Messages.
    json!({
        "id": id.to_string(), "application_id": APPLICATION, "type": 2, "token": format!("t{id}"),
        "guild_id": SERVER, "channel_id": "20", "channel": {"id": "20", "type": 0},
        "member": {"user": {"id": person.to_string()}, "roles": [], "permissions": "8224"},
        "data": {"id": "1", "type": 1, "name": root, "options": options},
    })
}

async fn close(socket: &mut tokio_tungstenite::WebSocketStream<TcpStream>, code: u16) {
    let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
    let _ = socket.close(Some(frame)).await;
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// Reads one request; nothing when the other side is gone.
async fn read(socket: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<(String, String, Value)> {
    loop {
        if let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
            let length = |line: &str| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok();
            let end = head + 4 + text.lines().find_map(length).unwrap_or(0);
            if bytes.len() >= end {
                let mut words = text.split(' ');
                let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
                let body = serde_json::from_slice(&bytes[head + 4..end]).unwrap_or_default();
                bytes.drain(..end);
                return Some((method, path, body));
            }
        }
        if socket.read_buf(bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    }
}
