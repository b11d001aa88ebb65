//! The life of the bot's process: how it reloads and how it stops.
#![cfg(all(unix, feature = "discord"))]

use std::{
    fs::File,
    io::{BufRead, BufReader, Lines, Read, Write},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
};

use tempfile::TempDir;

/// A bot whose Discord is an address where nobody answers.
struct Bot {
    folder: TempDir,
    process: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Bot {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("our-pack")).expect("a folder in it");
        write_tip(folder.path(), "A first tip.");
        let config = "content = [\"our-pack\"]\n[discord]\napi = \"http://127.0.0.1:9\"\n";
        std::fs::write(folder.path().join("bedside.toml"), config).expect("a configuration");
        let mut process = command(folder.path())
            .env("DISCORD_TOKEN", "MTIz.canary.abc")
            .env("RUST_LOG", "trace")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let mut bot = Self { folder, process, log };
        bot.until("packs loaded");
        bot
    }

    /// Reads the log until a line that holds `words`.
    fn until(&mut self, words: &str) -> String {
        let mut read = String::new();
        for line in self.log.by_ref() {
            read.push_str(&line.expect("text"));
            assert!(!read.contains("canary"), "the token stays out of the log: {read}");
            if read.contains(words) {
                return read;
            }
        }
        panic!("“{words}” never came: {read}");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    fn reload(&self) -> (i32, String, String) {
        let output = command(self.folder.path()).arg("reload").output().expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It has ended already when the test went well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.current_dir(folder).env_remove("DISCORD_TOKEN").env_remove("DISCORD_TOKEN_FILE").env_remove("RUST_LOG");
    command
}

/// A terminal: what sits before it, and what programs are given.
fn terminal() -> (File, File) {
    use rustix::{
        fs::{Mode, OFlags, open},
        pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    };
    let before = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&before).and_then(|()| unlockpt(&before)).expect("it may be used");
    let name = ptsname(&before, Vec::new()).expect("it has a name");
    let behind = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("it opens");
    (before.into(), behind.into())
}

/// Reads what a terminal shows until it has shown `words`, or until nobody writes any more.
fn shown(terminal: &mut File, words: Option<&str>) -> String {
    let (mut page, mut piece) = (Vec::new(), [0; 4096]);
    // When the last program has let go of a terminal, Linux calls that an error.
    while let Ok(read @ 1..) = terminal.read(&mut piece) {
        page.extend_from_slice(&piece[..read]);
        if words.is_some_and(|words| String::from_utf8_lossy(&page).contains(words)) {
            break;
        }
    }
    String::from_utf8(page).expect("text")
}

fn write_tip(folder: &Path, text: &str) {
    let tip = format!(
        "[[tip]]\nid = \"ours/one\"\npost = \"first-do-no-harm\"\ntopic = \"listening\"\nbasis = \"ours\"\n\
         text = \"{text}\"\ntry = \"Try it.\"\n"
    );
    std::fs::write(folder.join("our-pack/tips.toml"), tip).expect("a pack");
}

#[test]
fn it_stops_when_asked_and_takes_its_socket_along() {
    for signal in ["TERM", "INT"] {
        let mut bot = Bot::start();
        let socket = bot.folder.path().join("bedside.db.sock");
        assert!(socket.exists());
        bot.signal(signal);
        assert!(bot.process.wait().unwrap().success());
        assert!(!socket.exists());
    }
}

#[test]
fn a_changed_pack_is_taken_in_and_a_bad_one_refused() {
    let mut bot = Bot::start();
    write_tip(bot.folder.path(), "A better tip.");
    let (status, answer, _) = bot.reload();
    assert!(status == 0 && answer.starts_with("Loaded "), "{answer}");

    std::fs::write(bot.folder.path().join("our-pack/tips.toml"), "[[tip]\n").unwrap();
    let (status, answer, errors) = bot.reload();
    assert_eq!((status, answer.as_str()), (2, ""));
    assert!(errors.contains("tips.toml:1:") && errors.contains("Nothing was changed"), "{errors}");
    bot.until("not reloaded");

    write_tip(bot.folder.path(), "The best tip.");
    bot.signal("HUP");
    bot.until("packs loaded");

    let config = "content = [\"our-pack\"]\n[discord]\napi = \"http://127.0.0.1:9\"\n[tips]\nlinks = false\n";
    std::fs::write(bot.folder.path().join("bedside.toml"), config).unwrap();
    let (status, answer, _) = bot.reload();
    assert!(status == 0 && answer.contains("from the next start"), "{answer}");
}

#[test]
fn a_second_bot_on_the_same_store_runs_and_a_dead_ones_socket_is_taken_over() {
    let mut first = Bot::start();
    let socket = first.folder.path().join("bedside.db.sock");
    first.signal("KILL");
    first.process.wait().unwrap();
    assert!(socket.exists());
    let (status, _, errors) = first.reload();
    assert!(status == 2 && errors.contains("no bot runs"), "{errors}");

    let start = || {
        let mut command = command(first.folder.path());
        let mut process = command.env("DISCORD_TOKEN", "MTIz.abc").stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut told = String::new();
        for line in log {
            told.push_str(&line.unwrap());
            if told.contains("packs loaded") {
                break;
            }
        }
        (process, told)
    };
    let (mut second, told) = start();
    assert!(!told.contains("will not reach"), "{told}");
    let (mut third, told) = start();
    assert!(told.contains("bedside reload will not reach this process"), "{told}");
    assert_eq!(first.reload().0, 0);
    for process in [&mut second, &mut third] {
        process.kill().unwrap();
        process.wait().unwrap();
    }
}

#[test]
fn a_doctor_says_what_to_mend_and_a_copy_is_whole_while_the_bot_runs() {
    let bot = Bot::start();
    let folder = bot.folder.path();
    let run = |arguments: &[&str]| {
        let output = command(folder).env("DISCORD_TOKEN", "MTIz.canary.abc").args(arguments).output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
    };

    let (status, page, error) = run(&["doctor"]);
    assert_eq!((status, error.as_str()), (2, "1 thing to mend\n"), "{page}");
    assert!(page.contains("✗ token       Discord could not be reached"), "{page}");
    assert!(page.contains("✓ store       bedside.db is sound") && page.contains("a bot runs on it"), "{page}");
    assert!(!page.contains("canary"));

    let (status, said, _) = run(&["store", "backup", "copy.db"]);
    assert_eq!(status, 0, "{said}");
    let (status, page, _) = run(&["doctor", "--config", "bedside.toml"]);
    assert_eq!(status, 2, "{page}");
    let copy = std::fs::read(folder.join("copy.db")).expect("a copy");
    assert!(copy.starts_with(b"SQLite format 3\0"));
    let (status, _, error) = run(&["store", "backup", "copy.db"]);
    assert_eq!((status, error.contains("is there already")), (2, true), "{error}");
    assert_eq!(std::fs::read(folder.join("copy.db")).expect("a copy"), copy, "nothing is written over");
}

#[cfg(feature = "room")]
#[test]
fn a_start_where_a_bot_runs_already_says_so_and_elsewhere_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let configure = |folder: &Path, address: &str| {
        std::fs::write(folder.join("bedside.toml"), format!("[room]\nlisten = \"{address}\"\n")).expect("a file");
    };
    let second = |folder: &Path| {
        let output = command(folder).output().expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(2), ""));
        text(output.stderr)
    };
    configure(folder.path(), "127.0.0.1:0");
    let mut first = command(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(first.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("The room is open: http://").unwrap_or_else(|| panic!("{line}")).to_owned();

    configure(folder.path(), &address);
    let said = second(folder.path());
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("Bedside already runs on bedside.db"), "{said}");
    assert!(said.contains(&format!("http://{address}")) && said.contains("`[room] listen`"), "{said}");

    let elsewhere = tempfile::tempdir().expect("a folder");
    configure(elsewhere.path(), &address);
    let said = second(elsewhere.path());
    assert!(said.lines().count() == 1 && said.contains(&format!("cannot listen on {address}")), "{said}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).expect("a folder").count(), 1, "no store is left behind");
    first.kill().expect("it ends");
    first.wait().expect("it ended");
}

#[cfg(feature = "room")]
#[test]
fn whoever_starts_it_at_a_terminal_is_told_once_where_the_room_is_and_how_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let configure = |more: &str| {
        let config = format!("[room]\nlisten = \"127.0.0.1:0\"\n{more}");
        std::fs::write(folder.path().join("bedside.toml"), config).expect("a configuration");
    };
    let session = || {
        let (mut before, behind) = terminal();
        let mut command = command(folder.path());
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
        command.stdout(behind.try_clone().expect("a copy")).stderr(behind);
        let mut process = command.spawn().expect("the program starts");
        drop(command);
        let mut page = shown(&mut before, Some("The room is open: http://"));
        Command::new("kill").arg(process.id().to_string()).status().expect("kill runs");
        page += &shown(&mut before, None);
        process.wait().expect("it ends");
        page
    };
    configure("");
    let page = session();
    assert_eq!(page.to_lowercase().matches("the room is open").count(), 1, "{page}");
    assert!(page.lines().any(|line| line.contains("The room is open: http://") && line.contains("Ctrl+C stops it.")));
    assert!(page.contains("Discord is off: there is no token for it.\r\n"), "{page}");

    configure("[discord]\nenabled = false\n");
    let page = session();
    assert!(!page.contains("Discord is off"), "whoever switched it off knows: {page}");

    configure("[log]\nformat = \"json\"\n");
    let page = session();
    assert!(page.contains("\"message\":\"the room is open\"") && page.contains("The room is open: http://"), "{page}");
}

#[test]
fn practice_at_a_terminal_says_once_how_an_answer_is_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut before, behind) = terminal();
    let mut command = command(folder.path());
    command.arg("practice").stdin(behind.try_clone().expect("a copy"));
    command.stdout(behind.try_clone().expect("a copy")).stderr(behind);
    let mut process = command.spawn().expect("the program starts");
    drop(command);
    before.write_all(b"B\n\x04").expect("an answer is typed");
    let page = shown(&mut before, None);
    assert!(process.wait().expect("it ends").success(), "{page}");
    assert_eq!(page.matches("Ctrl").count(), 1, "{page}");
    assert!(page.contains("In all"), "{page}");
}
