//! The program with a memory of its own, on a port that was free.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// What the program says before the address of its room.
const OPEN: &str = "The room is open: ";

/// A running room. It ends with this.
pub(crate) struct Room {
    folder: TempDir,
    process: Child,
    pub(crate) address: String,
    /// Where a browser goes first to show its key, if the room asks for one.
    pub(crate) door: Option<String>,
}

impl Room {
    pub(crate) fn open() -> Self {
        Self::with("", |_| None)
    }

    /// One that asks for a key.
    pub(crate) fn locked() -> Self {
        Self::with("require_keys = true\n", |folder| {
            let made = bedside(folder).args(["key", "new", "sam"]).output().expect("the program runs");
            Some(String::from_utf8(made.stdout).expect("a key").trim().to_owned())
        })
    }

    fn with(setting: &str, key: impl FnOnce(&Path) -> Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // A port of its own rather than 0: a room that is opened again must be found at the same address.
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address");
        let config = format!("[room]\nlisten = \"{free}\"\n{setting}");
        std::fs::write(folder.path().join("bedside.toml"), config).expect("a configuration");
        let door = key(folder.path()).map(|key| format!("http://sam:{key}@{free}/assets/icon.svg"));
        let (process, address) = start(folder.path());
        Self { folder, process, address, door }
    }

    /// Kills it without a word of warning.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("the program runs");
        self.process.wait().expect("it ends");
    }

    /// Starts it again with the memory that it had.
    pub(crate) fn open_again(&mut self) {
        (self.process, self.address) = start(self.folder.path());
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn bedside(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.current_dir(folder);
    command
}

fn start(folder: &Path) -> (Child, String) {
    let mut process = bedside(folder)
        .arg("run")
        .env_remove("DISCORD_TOKEN")
        .env_remove("DISCORD_TOKEN_FILE")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let said = BufReader::new(process.stdout.take().expect("a pipe"));
    let mut lines = said.lines().map(|line| line.expect("text"));
    let open = lines.find_map(|line| line.split_once(OPEN).map(|(_, address)| address.trim().to_owned()));
    (process, open.expect("it says where the room is"))
}
