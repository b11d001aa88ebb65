//! The JSON API on a socket of its own, the program beside it, and a client that sends exactly what it is told.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, LazyLock},
};

use bedside::{
    bot::{Library, keys::Keys},
    config::Safety,
    content::Pack,
    platforms::room::api::{self, ApiState},
    store::Store,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::common::Hand;

/// Compiled once for all tests.
static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::new(Pack::built_in(), true)));

/// A server; it ends with the test.
pub struct Server {
    pub address: SocketAddr,
    pub clock: Arc<Hand>,
}

/// How a server is started.
pub struct Start<'a> {
    pub folder: Option<&'a Path>,
    pub require_keys: bool,
    pub limit: u32,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self { folder: None, require_keys: false, limit: 10_000 }
    }
}

impl Start<'_> {
    pub async fn server(self) -> Server {
        let store = match self.folder {
            Some(folder) => Store::open(&format!("sqlite://{}", folder.join("bedside.db").display())).await.unwrap(),
            None => Store::in_memory().await.unwrap(),
        };
        let clock = Arc::new(Hand::new("2026-05-11T12:00:00Z"));
        let state = ApiState {
            library: LIBRARY.clone(),
            safety: Safety { text: Some("Call 100.".into()) },
            keys: Keys::new(store, clock.clone()),
            clock: clock.clone(),
            require_keys: self.require_keys,
            limit: self.limit,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = api::routes(state).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Server { address, clock }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The body of a problem, after looking that it is a whole one.
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:.500}", self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!((&problem["type"], &problem["status"]), (&"about:blank".into(), &status.into()));
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        problem
    }
}

impl Server {
    /// Sends a request; `headers` are whole lines.
    pub async fn send(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let lines = headers.iter().map(|line| format!("{line}\r\n")).collect::<Vec<_>>().concat();
        let length = body.len();
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{lines}\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that has refused already may hang up in the middle of the body.
        let _ = stream.write_all(body).await;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        Reply { status, headers: lines.map(header).collect(), body: body.to_owned() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"").await
    }

    pub async fn post(&self, path: &str, body: &str) -> Reply {
        self.send("POST", path, &["Content-Type: application/json"], body.as_bytes()).await
    }

    pub async fn post_with(&self, path: &str, key: &str, body: &str) -> Reply {
        let authorization = format!("Authorization: {key}");
        self.send("POST", path, &["Content-Type: application/json", &authorization], body.as_bytes()).await
    }
}

/// Runs the program in a folder: status, standard output, standard error.
pub fn bedside(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_bedside"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}
