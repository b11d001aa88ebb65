//! `bedside reload`: asks the running bot to take in changed packs, through the socket beside its store.
//!
//! The protocol is one line each way: `reload`, and a JSON object, [`Reloaded`].

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Failure, Shell, Status, write};

/// What the client says.
pub(super) const REQUEST: &str = "reload";
/// How long the bot may take to compile its packs.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer that is read.
const LONGEST_ANSWER: u64 = 1 << 20;

/// What the bot answers.
#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Reloaded {
    /// Whether the packs were taken in; when not, what ran before keeps running.
    pub(super) ok: bool,
    /// What was loaded, or everything that is wrong.
    pub(super) lines: Vec<String>,
}

/// The socket of the bot that runs on a store.
pub(super) fn socket(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".sock");
    name.into()
}

/// Whether a bot listens there.
#[cfg(all(unix, feature = "store"))]
pub(super) fn answers(socket: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(all(not(unix), feature = "store"))]
pub(super) fn answers(_: &Path) -> bool {
    false
}

pub(super) fn run(shell: &Shell) -> Result<Status, Failure> {
    let config = shell.config()?;
    let answer = ask(&socket(&config.store.file()))?;
    if !answer.ok {
        let mut sentences = answer.lines;
        sentences.push("Nothing was changed: the bot keeps running on what it had.".into());
        return Err(Failure(sentences));
    }
    for line in answer.lines {
        write(&format!("{}\n", super::shown::harmless(&line)))?;
    }
    Ok(Status::Fine)
}

#[cfg(unix)]
fn ask(socket: &Path) -> Result<Reloaded, Failure> {
    let shown = socket.display();
    let mut stream = std::os::unix::net::UnixStream::connect(socket).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => {
            format!("no bot runs on this store (nobody answers at {shown}); start it, or name its configuration with --config")
        }
        ErrorKind::PermissionDenied => format!("{shown}: permission denied; run this as the user that runs the bot"),
        _ => format!("{shown}: {error}; send the bot SIGHUP instead"),
    })?;
    let lost = |error: std::io::Error| format!("the bot did not answer at {shown} ({error}); its log says why");
    stream.set_read_timeout(Some(PATIENCE)).map_err(lost)?;
    writeln!(stream, "{REQUEST}").map_err(lost)?;
    let mut line = String::new();
    BufReader::new(stream.take(LONGEST_ANSWER)).read_line(&mut line).map_err(lost)?;
    serde_json::from_str(&line)
        .map_err(|_| Failure::from(format!("{shown} is another program's socket, or another version's")))
}

#[cfg(not(unix))]
fn ask(_: &Path) -> Result<Reloaded, Failure> {
    Err("this system has no Unix sockets; restart the bot instead".to_owned().into())
}
