//! A throw-away PostgreSQL cluster, made with the machine's own `initdb`. It goes with the processes that use it,
//! however they end.
#![allow(dead_code, reason = "each test program uses its part")]

use std::{
    fs::File,
    io::Write,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

/// Waits until nobody holds the lock, for good, and clears away. Beside the tests, since those may be killed.
const CARETAKER: &str = r#"
exec 9>>"$1"
until flock -x 9 && flock -u 9 && sleep "$2" && flock -n -x 9; do :; done
eval "$3"
rm -rf "$4" "$5"
"#;
/// How long a shared cluster waits for the next test program, in seconds.
const LINGER: &str = "20";

/// The folder of PostgreSQL's programs; none where it is not installed.
pub fn programs() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .filter(|folder| folder.join("initdb").exists())
            .collect();
        versions.sort();
        let newest = versions.pop();
        if newest.is_none() {
            assert!(std::env::var_os("BEDSIDE_NEEDS_POSTGRES").is_none(), "install Debian's postgresql");
            // Not as a test prints, which is shown of those that fail alone.
            std::io::stderr()
                .write_all(b"SKIPPED: there is no PostgreSQL on this machine: nothing was tried on it\n")
                .unwrap();
        }
        newest
    });
    found.as_deref()
}

/// A cluster that runs until this is dropped.
pub struct Cluster {
    folder: PathBuf,
    /// Held as long as the cluster is used; the system lets it go with the process.
    _lock: File,
}

impl Cluster {
    /// The one that the test programs of this build share.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| {
            programs()?;
            let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
            std::fs::create_dir_all(home).unwrap();
            let (lock_path, at) = (home.join("postgres.lock"), home.join("postgres.at"));
            loop {
                let lock = File::options().append(true).create(true).open(&lock_path).unwrap();
                lock.lock_shared().unwrap();
                if let Ok(folder) = std::fs::read_to_string(&at) {
                    let cluster = Self { folder: folder.into(), _lock: lock };
                    if cluster.ask("postgres", "SELECT 1").status.success() {
                        return Some(cluster);
                    }
                    // It died; whoever uses it still has to go first.
                    drop(cluster);
                } else {
                    lock.unlock().unwrap();
                }
                let lock = File::options().append(true).create(true).open(&lock_path).unwrap();
                lock.lock().unwrap();
                let folder = std::fs::read_to_string(&at).unwrap_or_default();
                if folder.is_empty() || !socket(Path::new(&folder)).exists() {
                    let folder = make();
                    File::create(&at).unwrap().write_all(folder.to_str().unwrap().as_bytes()).unwrap();
                    take_care(&folder, &lock_path, LINGER, &at);
                }
            }
        });
        shared.as_ref()
    }

    /// One of a test's own, to be stopped and started.
    pub fn own() -> Option<Self> {
        programs()?;
        let folder = make();
        let path = folder.join("lock");
        let lock = File::options().append(true).create(true).open(&path).unwrap();
        lock.lock().unwrap();
        take_care(&folder, &path, "0", &path);
        Some(Self { folder, _lock: lock })
    }

    /// The address of a database in it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://bedside@localhost/{database}?host={}", self.folder.display())
    }

    /// The same for another user, with a password.
    pub fn url_of(&self, user: &str, password: &str, database: &str) -> String {
        format!("postgres://{user}:{password}@localhost/{database}?host={}", self.folder.display())
    }

    /// Puts some SQL to it.
    pub fn ask(&self, database: &str, sql: &str) -> Output {
        Command::new(programs().unwrap().join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "bedside", "-d", database, "-c", sql, "-h"])
            .arg(&self.folder)
            .output()
            .unwrap()
    }

    /// What it answers.
    pub fn told(&self, database: &str, sql: &str) -> String {
        let output = self.ask(database, sql);
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Everything in a database, as SQL.
    pub fn dump(&self, database: &str) -> Vec<u8> {
        let mut command = Command::new(programs().unwrap().join("pg_dump"));
        let output = command.args(["-U", "bedside", "-d", database, "-h"]).arg(&self.folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap()
    }

    /// Stops it as an operator would; what is under way is cut off.
    pub fn stop(&self) {
        done(control(&self.folder).args(["stop", "-m", "fast"]));
    }

    /// It dies in the middle of whatever it does.
    pub fn crash(&self) {
        done(control(&self.folder).args(["stop", "-m", "immediate"]));
    }

    pub fn start(&self) {
        start(&self.folder);
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join(".s.PGSQL.5432")
}

/// PostgreSQL refuses root: then it runs as its own user, or nobody.
fn as_its_user(program: impl AsRef<Path>) -> Command {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return Command::new(program.as_ref());
    }
    let mut command = Command::new("runuser");
    command.args(["-u", its_user(), "--"]).arg(program.as_ref());
    command
}

fn its_user() -> &'static str {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    if users.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" }
}

fn done(command: &mut Command) {
    // Not to a pipe: the server would hold it open.
    let log = tempfile::tempfile().unwrap();
    command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    let status = command.current_dir("/").status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn control(folder: &Path) -> Command {
    let mut command = as_its_user(programs().unwrap().join("pg_ctl"));
    // A loaded machine may take its time.
    command.args(["-w", "-t", "600", "-D"]).arg(folder.join("data"));
    command
}

fn start(folder: &Path) {
    done(control(folder).args(["start", "-l"]).arg(folder.join("log")));
}

/// Makes a cluster and starts it, on a socket in its folder alone.
fn make() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("bedside-pg-").tempdir().unwrap().keep();
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        done(Command::new("chown").arg(its_user()).arg(&folder));
    }
    let data = folder.join("data");
    let made = ["--auth=trust", "--username=bedside", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"];
    done(as_its_user(programs().unwrap().join("initdb")).args(made).arg(&data));
    let settings = format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 300\nshared_buffers = '64MB'\n\
         fsync = off\nfull_page_writes = off\n",
        folder.display()
    );
    File::options().append(true).open(data.join("postgresql.conf")).unwrap().write_all(settings.as_bytes()).unwrap();
    // One user has to show a password.
    let doors = "local all locked scram-sha-256\nlocal all all trust\n";
    std::fs::write(data.join("pg_hba.conf"), doors).unwrap();
    start(&folder);
    folder
}

fn take_care(folder: &Path, lock: &Path, linger: &str, at: &Path) {
    let mut stop = control(folder);
    stop.args(["stop", "-m", "immediate"]);
    let words = std::iter::once(stop.get_program()).chain(stop.get_args());
    let line: Vec<String> = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let mut caretaker = Command::new("setsid");
    caretaker.args(["--fork", "sh", "-c", CARETAKER, "caretaker"]).arg(lock).arg(linger).arg(line.join(" "));
    done(caretaker.arg(folder).arg(at));
}
