//! The program itself: no token, one command, a room.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use reqwest::StatusCode;
use serde_json::Value;
use tempfile::TempDir;

struct Program {
    folder: TempDir,
    process: Child,
    address: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already when the test went well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn bedside(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.current_dir(folder);
    command
}

fn folder_for(listen: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bedside.toml"), format!("[room]\nlisten = \"{listen}\"\n")).unwrap();
    folder
}

fn start(folder: TempDir) -> Program {
    let mut process = bedside(folder.path())
        .env_remove("DISCORD_TOKEN")
        .env_remove("DISCORD_TOKEN_FILE")
        .env("RUST_LOG", "trace")
        .env("DISPLAY", ":nowhere")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("The room is open: ").unwrap_or_else(|| panic!("{line}")).to_owned();
    Program { folder, process, address }
}

#[tokio::test]
async fn without_a_token_the_room_opens_and_closes_when_asked() {
    let mut program = start(folder_for("127.0.0.1:0"));
    let client = reqwest::Client::new();
    let session = "0123456789abcdef0123456789abcdef";
    let get = |path: &str| client.get(format!("{}{path}", program.address)).header("X-Bedside-Session", session).send();
    let state: Value = get("/room/state?seat=agent").await.unwrap().json().await.unwrap();
    assert_eq!(state["channels"][1]["messages"].as_array().unwrap().len(), 1, "the tip of the day");
    let say = client.post(format!("{}/room/say", program.address)).header("X-Bedside-Session", session);
    let body = serde_json::json!({"seat": "agent", "channel": "team", "text": "c4n4ry-said"});
    assert_eq!(say.json(&body).send().await.unwrap().status(), 204);
    let open = get(&format!("/room/events?seat=agent&session={session}&after={}", state["last"])).await.unwrap();

    let id = program.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(program.process.wait().unwrap().success());
    drop(open);
    for file in std::fs::read_dir(program.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|found| found == b"c4n4ry"), "{}", path.display());
    }
}

#[tokio::test]
async fn the_address_that_is_told_leads_into_the_room_wherever_it_listens() {
    // Every address of this kind is this machine's own, on Linux alone without anybody saying so.
    let specific = cfg!(target_os = "linux").then_some("127.0.0.2:0");
    for listen in ["0.0.0.0:0"].into_iter().chain(specific) {
        let folder = folder_for(listen);
        let key = bedside(folder.path()).args(["key", "new", "desk"]).output().unwrap().stdout;
        let program = start(folder);
        let key = String::from_utf8(key).unwrap();
        let page = reqwest::Client::new().get(&program.address).basic_auth("anybody", Some(key.trim()));
        assert_eq!(page.send().await.unwrap().status(), StatusCode::OK, "{}", program.address);
    }
}
