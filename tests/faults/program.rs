//! The real program, beside its store and its Discord.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::discord::PATIENCE;

/// A folder with a configuration, in which the program runs.
pub struct Home {
    pub folder: TempDir,
    log: Arc<Mutex<String>>,
}

impl Home {
    pub fn new(api: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self { folder, log: Arc::default() };
        home.configure(api, (1, 0), "sqlite://bedside.db");
        home
    }

    /// Of so many shards it holds one, by its number.
    pub fn configure(&self, api: &str, (of, mine): (usize, usize), store: &str) {
        let shards = if of > 1 { format!("shards = {{ of = {of}, mine = [{mine}] }}\n") } else { String::new() };
        let text = format!("[discord]\napi = \"{api}\"\n{shards}[room]\nenabled = false\n[store]\nurl = \"{store}\"\n");
        std::fs::write(self.folder.path().join("bedside.toml"), text).unwrap();
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path("bedside.db").display())
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("DISCORD_TOKEN", "a.b.c").stdin(Stdio::null());
        command.env_remove("DISCORD_TOKEN_FILE").env_remove("RUST_LOG").stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    pub fn start(&self) -> Running {
        self.begin(&mut self.command(Path::new(env!("CARGO_BIN_EXE_bedside"))))
    }

    /// Starts it by a line for the shell, in which `"$1"` is the program.
    pub fn start_by(&self, line: &str) -> Running {
        let mut command = self.command(Path::new("/bin/sh"));
        self.begin(command.args(["-c", line, "sh", env!("CARGO_BIN_EXE_bedside")]))
    }

    fn begin(&self, command: &mut Command) -> Running {
        let mut process = command.spawn().expect("the program starts");
        let (told, log) = (BufReader::new(process.stderr.take().unwrap()), Arc::clone(&self.log));
        std::thread::spawn(move || {
            for line in told.lines().map_while(Result::ok) {
                let mut log = log.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Running(process)
    }

    /// Everything that it logged.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log holds these words.
    pub async fn logs(&self, words: &str) {
        assert!(soon(|| self.log().contains(words)).await, "“{words}” was never logged: {}", self.log());
    }
}

/// Waits for what another process does, but not for ever; in the machine's own time, whatever a test does with tokio's.
pub async fn soon(mut so: impl FnMut() -> bool) -> bool {
    soon_async(async || so()).await
}

/// The program while it runs; it is ended with the test.
pub struct Running(Child);

impl Running {
    /// `kill -9`.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Waits until it ends by itself; its status.
    pub async fn ended(&mut self) -> Option<i32> {
        assert!(soon(|| self.0.try_wait().unwrap().is_some()).await, "it runs still");
        self.0.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already when the test went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The same, of something that takes a look of its own.
pub async fn soon_async(mut so: impl AsyncFnMut() -> bool) -> bool {
    let end = Instant::now() + PATIENCE;
    while !so().await {
        if Instant::now() > end {
            return false;
        }
        tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(20))).await.unwrap();
    }
    true
}
