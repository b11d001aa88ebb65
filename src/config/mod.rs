//! What the operator decides: `bedside.toml`, and the one secret, which never stands in it.
//!
//! A configuration is read whole or refused whole, with everything that is wrong told at once.

mod keys;
mod token;

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use toml::de::DeTable;

use crate::content::Problem;
pub use token::{Token, TokenTrouble};

/// The file looked for in the current folder when none is named.
pub const DEFAULT_FILE: &str = "bedside.toml";

/// Everything the operator decides. [`Config::default`] is what holds where the file is silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The file it came from; none when nothing was configured.
    pub file: Option<PathBuf>,
    /// Packs laid over the built-in one, in order.
    pub content: Vec<PathBuf>,
    /// The Discord adapter.
    pub discord: Discord,
    /// The room: the bot on a page.
    pub room: Room,
    /// Where the bot remembers.
    pub store: Store,
    /// What is told to the operator, and how.
    pub log: Log,
    /// The daily tip.
    pub tips: Tips,
    /// Health and figures, for whoever looks after the process.
    pub ops: Ops,
    /// What is said where somebody may be in danger.
    pub safety: Safety,
    /// The blog whose new posts are announced.
    pub blog: Blog,
}

/// `[discord]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Discord {
    /// Whether the bot connects to Discord.
    pub enabled: bool,
    /// The API to speak to instead of Discord's own: a proxy or a test server, without a slash at the end.
    pub api: Option<String>,
    /// The shards of this process; without them it holds as many as Discord recommends.
    pub shards: Option<Shards>,
}

/// `[discord] shards`: which part of the bot's servers this process is connected for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shards {
    /// How many there are, over all processes; at least 1.
    pub of: u32,
    /// Those of this process, in order, each below `of`; at least one.
    pub mine: Vec<u32>,
}

/// `[room]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// Whether the room is open.
    pub enabled: bool,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The names that it is reached by besides the loopback ones, as a browser's address bar shows them.
    pub hosts: Vec<String>,
    /// Whether everybody must show a key; whoever comes from elsewhere must in any case.
    pub require_keys: bool,
    /// How many requests a minute each key, or each address without one, may make of the JSON API.
    pub limit: u32,
    /// Whether a start plays a few example tickets into #support.
    pub examples: bool,
}

/// `[store]`.
#[derive(Clone, PartialEq)]
pub struct Store {
    /// An SQLite address, as in `sqlite://bedside.db`, whose relative paths start at the current folder; or a
    /// PostgreSQL address, as in `postgres://bedside@db.example/bedside`.
    pub url: String,
}

impl Store {
    /// The store's file; none where a server keeps it.
    pub fn file(&self) -> Option<PathBuf> {
        let path = self.url.strip_prefix("sqlite:")?.trim_start_matches("//");
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// The socket by which other commands reach the bot that runs on it: beside its file, or in the current folder.
    pub fn socket(&self) -> PathBuf {
        let mut name = self.file().unwrap_or_else(|| "bedside".into()).into_os_string();
        name.push(".sock");
        name.into()
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // An address of a server may hold a password.
        f.debug_struct("Store").field("file", &self.file()).finish_non_exhaustive()
    }
}

/// `[log]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// The least that is told; `RUST_LOG` wins over it.
    pub level: tracing::Level,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// `[tips]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tips {
    /// How late a tip may still be posted after downtime.
    pub grace: Duration,
    /// Whether cards link to the posts they draw from.
    pub links: bool,
}

/// `[ops]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ops {
    /// Where `/healthz`, `/readyz` and `/metrics` are answered; nowhere by default.
    pub listen: Option<SocketAddr>,
}

/// `[safety]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Safety {
    /// The operator's own words where a message hints at danger: whom to call.
    pub text: Option<String>,
}

impl Safety {
    /// What is said where somebody may be in danger: the operator's words, or ours where there are none.
    pub fn words(&self) -> &str {
        self.text.as_deref().unwrap_or(
            "Do not work on the ticket alone now. Tell your lead or the person your site names for this, stay \
             reachable, and follow your site's procedure. If somebody may be in danger at this moment, call the local \
             emergency number first.",
        )
    }
}

/// `[blog]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blog {
    /// The address of its feed; without one nothing is fetched.
    pub feed: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            file: None,
            content: Vec::new(),
            discord: Discord { enabled: true, api: None, shards: None },
            room: Room {
                enabled: true,
                listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8484)),
                hosts: Vec::new(),
                require_keys: false,
                limit: 60,
                examples: true,
            },
            store: Store { url: "sqlite://bedside.db".into() },
            log: Log { format: LogFormat::Text, level: tracing::Level::INFO },
            tips: Tips { grace: Duration::from_hours(4), links: true },
            ops: Ops::default(),
            safety: Safety::default(),
            blog: Blog::default(),
        }
    }
}

impl Config {
    /// Reads `file`, or `bedside.toml` in the current folder when it is there, or nothing at all.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file.
    pub fn find(file: Option<&Path>) -> Result<Self, Vec<Problem>> {
        let (config, problems) = Self::look(file);
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Like [`Config::find`], with what could be read of it beside everything that is wrong.
    pub fn look(file: Option<&Path>) -> (Self, Vec<Problem>) {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let refused = |what: String| {
            let problem = Problem::at(&path.display().to_string(), "", 0, what);
            (Self::default(), vec![problem])
        };
        match std::fs::read(path).map(String::from_utf8) {
            Ok(Ok(text)) => Self::read(path, &text),
            Ok(Err(_)) => refused("is not UTF-8 text; save it as UTF-8".into()),
            Err(error) if error.kind() == ErrorKind::NotFound && file.is_none() => (Self::default(), Vec::new()),
            Err(error) => refused(format!("cannot be read: {}; name a file, or leave --config out", plainly(&error))),
        }
    }

    /// Reads the text of a configuration as far as it can be read; `file` names it in problems, and `content` is
    /// relative to its folder. The problems come in the order of the file.
    pub fn read(file: &Path, text: &str) -> (Self, Vec<Problem>) {
        let (document, syntax) = DeTable::parse_recoverable(text);
        let mut reader = keys::Reader::new(file, text);
        for error in &syntax {
            reader.syntax(error);
        }
        let mut config = Self { file: Some(file.into()), ..Self::default() };
        reader.document(document.get_ref(), &mut config);
        (config, reader.finish())
    }
}

/// An I/O error in the words a person would use, without the operating system's number.
pub(crate) fn plainly(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::IsADirectory => "it is a folder".into(),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod tests;
