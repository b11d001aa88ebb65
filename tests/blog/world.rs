//! A web server that does as it is told, a blog to serve, and the bot that reads it.

use std::{
    cell::RefCell,
    fmt::Write as _,
    rc::Rc,
    sync::{
        Arc, Mutex, Once,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bedside::{
    bot::{Clock, blog::Blog, daily::Daily},
    platforms::web::Web,
};
use jiff::SignedDuration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    common::at,
    model::{House, Message},
};

/// What the server answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// This, with status, further header lines and a body.
    This(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// A body without end.
    Endless,
    /// A byte now and then, without end.
    Drip,
    /// Nothing, for ever.
    Silence,
    /// It hangs up.
    HangUp,
    /// A body under validators, unless they are shown again.
    Guarded(Vec<u8>),
}

/// Longer than anything takes that ends, on the busiest machine.
pub const PATIENCE: Duration = Duration::from_mins(3);
pub const ETAG: &str = "\"first\"";
pub const DATE: &str = "Mon, 11 May 2026 08:00:00 GMT";

pub fn page(body: impl Into<Vec<u8>>) -> Answer {
    Answer::This(200, Vec::new(), body.into())
}

pub fn status(status: u16) -> Answer {
    Answer::This(status, Vec::new(), b"s3cret words of the server".to_vec())
}

/// A server on this machine.
pub struct Server {
    pub address: String,
    pub answer: Arc<Mutex<Answer>>,
    /// The head of every request.
    pub seen: Arc<Mutex<Vec<String>>>,
    /// How many bytes of bodies without end it could write.
    pub written: Arc<AtomicU64>,
}

impl Server {
    pub async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/feed", listener.local_addr().unwrap());
        let server =
            Self { address, answer: Arc::new(Mutex::new(answer)), seen: Arc::default(), written: Arc::default() };
        let (answer, seen, written) =
            (Arc::clone(&server.answer), Arc::clone(&server.seen), Arc::clone(&server.written));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (answer, seen, written) = (Arc::clone(&answer), Arc::clone(&seen), Arc::clone(&written));
                tokio::spawn(async move {
                    let _ = serve(socket, &answer, &seen, &written).await;
                });
            }
        });
        server
    }

    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

async fn serve(
    mut socket: TcpStream,
    answer: &Mutex<Answer>,
    seen: &Mutex<Vec<String>>,
    written: &AtomicU64,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        if socket.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    seen.lock().unwrap().push(head.clone());
    let answer = answer.lock().unwrap().clone();
    match answer {
        Answer::This(status, headers, body) => send(&mut socket, status, &headers, &body).await,
        Answer::Guarded(body) => {
            let unchanged = head.contains(&format!("if-none-match: {}", ETAG.to_lowercase()))
                && head.contains(&format!("if-modified-since: {}", DATE.to_lowercase()));
            let headers = [("etag", ETAG.to_owned()), ("last-modified", DATE.to_owned())];
            if unchanged {
                return send(&mut socket, 304, &headers, b"").await;
            }
            send(&mut socket, 200, &headers, &body).await
        }
        Answer::Endless => {
            socket.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<rss version=\"2.0\"><channel>").await?;
            let chunk = vec![b' '; 1 << 16];
            // A gigabyte; whoever reads it all has no bound.
            for _ in 0..(1 << 14) {
                socket.write_all(&chunk).await?;
                written.fetch_add(chunk.len() as u64, Ordering::SeqCst);
            }
            Ok(())
        }
        Answer::Drip => {
            socket.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<rss").await?;
            loop {
                socket.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        Answer::Silence => std::future::pending().await,
        Answer::HangUp => Ok(()),
    }
}

async fn send(
    socket: &mut TcpStream,
    status: u16,
    headers: &[(&'static str, String)],
    body: &[u8],
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
    if status != 304 {
        write!(head, "content-length: {}\r\n", body.len()).unwrap();
    }
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    socket.write_all(format!("{head}\r\n").as_bytes()).await?;
    socket.write_all(body).await
}

/// A post, as its blog writes it.
#[derive(Clone, Debug)]
pub struct Item {
    pub guid: String,
    pub link: String,
    pub title: String,
    /// As in an e-mail; none where empty.
    pub date: String,
    pub text: String,
}

/// Number `n` of a blog, published on that day of May 2026.
pub fn item(n: u32, day: u32) -> Item {
    Item {
        guid: format!("https://blog.example/?p={n}"),
        link: format!("https://blog.example/posts/{n}"),
        title: format!("Post number {n}"),
        date: format!("{day:02} May 2026 06:00:00 GMT"),
        text: format!("What number {n} says"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A blog as RSS 2.0.
pub fn rss(items: &[Item]) -> Vec<u8> {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>The Kind Desk</title>\
         <link>https://blog.example/</link><description>d</description>\n",
    );
    for Item { guid, link, title, date, text } in items {
        feed += "<item>";
        for (name, value) in
            [("guid", guid), ("link", link), ("title", title), ("pubDate", date), ("description", text)]
        {
            if !value.is_empty() {
                write!(feed, "<{name}>{}</{name}>", escaped(value)).unwrap();
            }
        }
        feed += "</item>\n";
    }
    (feed + "</channel></rss>").into_bytes()
}

/// The bot with a daily tip at nine in London, and the blog's server.
pub struct World {
    pub house: House,
    pub server: Server,
    pub blog: Arc<Blog>,
}

/// Seven in the morning of Monday, 11 May 2026 in London: too early to announce anything.
pub const START: &str = "2026-05-11T06:00:00Z";

impl World {
    pub async fn new(answer: Answer) -> Self {
        hear_every_thread();
        let house = House::new(START).await;
        let server = Server::start(answer).await;
        let blog = reader(&house, &house.daily, &server.address);
        let world = Self { house, server, blog };
        world.house.on("general", "09:00", "Europe/London", "Mon-Fri").await;
        world
    }

    /// The process ends and another starts.
    pub fn restart(&mut self) {
        self.house.restart();
        self.blog = reader(&self.house, &self.house.daily, &self.server.address);
    }

    pub async fn tick(&self) {
        let now = self.house.clock.now();
        self.blog.tick(now).await.unwrap();
        self.house.daily.tick(self.house.clock.now()).await.unwrap();
    }

    pub async fn tick_at(&self, time: &str) {
        self.house.clock.set(at(time));
        self.tick().await;
    }

    /// Lets everything happen until `end`, looking every half hour.
    pub async fn live_until(&self, end: &str) {
        while self.house.clock.now() < at(end) {
            self.house.clock.pass(SignedDuration::from_mins(30));
            self.tick().await;
        }
    }

    /// What was announced in a channel: the titles, in order.
    pub fn announced_in(&self, channel: &str) -> Vec<String> {
        self.announcements(channel).into_iter().map(|message| message.title).collect()
    }

    pub fn announced(&self) -> Vec<String> {
        self.announced_in("general")
    }

    pub fn announcements(&self, channel: &str) -> Vec<Message> {
        let mut messages = self.house.model.messages(channel);
        messages.retain(|message| message.text.contains("A new post on"));
        messages
    }
}

pub fn reader(house: &House, daily: &Arc<Daily>, address: &str) -> Arc<Blog> {
    let web = Web::patient(PATIENCE).unwrap();
    Blog::new(house.store.clone(), Arc::clone(daily), house.clock.clone(), Arc::new(web), address.to_owned())
}

/// What is logged on a thread.
type Page = Rc<RefCell<Vec<u8>>>;

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// What is logged on this thread from here on, at every level.
pub struct Logs(Page);

impl Logs {
    pub fn listen() -> Self {
        hear_every_thread();
        let page = Page::default();
        PAGE.set(Rc::clone(&page));
        Self(page)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }

    /// How many lines say this.
    pub fn count(&self, words: &str) -> usize {
        self.text().lines().filter(|line| line.contains(words)).count()
    }
}

/// One listener for all: where each test has its own, an event that a test without one tells first is lost to the others
/// (<https://github.com/tokio-rs/tracing/issues/3611>).
fn hear_every_thread() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(|| ThisThread)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

struct ThisThread;

impl std::io::Write for ThisThread {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        PAGE.with_borrow(|page| page.borrow_mut().extend_from_slice(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
