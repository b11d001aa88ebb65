//! Chromium, driven: one driver a walk, one browser a person, so that two people share nothing.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::room::Room;

const CHROMIUM: &str = "/usr/bin/chromium";
const DRIVER: &str = "/usr/bin/chromedriver";
/// How long anything on the page may take to come about.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const SHIFT: char = '\u{e008}';
pub(crate) const CTRL: char = '\u{e009}';
pub(crate) const TAB: char = '\u{e004}';
pub(crate) const ENTER: char = '\u{e007}';
pub(crate) const ESCAPE: char = '\u{e00c}';
pub(crate) const UP: char = '\u{e013}';
pub(crate) const DOWN: char = '\u{e015}';

/// A room, and a driver to visit it with. Browsers are heavy: one walk at a time.
pub(crate) struct House {
    pub(crate) room: Room,
    driver: Driver,
    _alone: tokio::sync::MutexGuard<'static, ()>,
}

static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

impl House {
    /// Nothing, said loudly, where there is no browser.
    pub(crate) async fn open() -> Option<Self> {
        Self::around(Room::open).await
    }

    /// The same around a room that asks for a key, which every browser has.
    pub(crate) async fn locked() -> Option<Self> {
        Self::around(Room::locked).await
    }

    async fn around(room: fn() -> Room) -> Option<Self> {
        for program in [CHROMIUM, DRIVER] {
            if !Path::new(program).exists() {
                assert!(std::env::var_os("BEDSIDE_NEEDS_BROWSER").is_none(), "{program} is not installed");
                eprintln!("SKIPPED, NOT TESTED: {program} is not installed; apt-get install chromium chromium-driver");
                return None;
            }
        }
        let alone = ALONE.lock().await;
        Some(Self { room: room(), driver: Driver::start(), _alone: alone })
    }

    /// A browser of its own, at a place in the room: `agent/support/desk`.
    pub(crate) async fn visit(&self, place: &str) -> Page {
        let page = self.driver.browser().await;
        if let Some(door) = &self.room.door {
            page.client.goto(door).await.expect("the key opens");
        }
        page.client.goto(&format!("{}/#/{place}", self.room.address)).await.expect("the page loads");
        page.until("the room is shown", "document.querySelector('#channels a') !== null").await;
        page
    }
}

struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new(DRIVER)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let said = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut lines = said.lines().map(|line| line.expect("text"));
        let port = lines
            .find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok())
            .expect("the driver names its port");
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port }
    }

    async fn browser(&self) -> Page {
        let folder = tempfile::tempdir().expect("a folder");
        // Nothing but the room may be reached, and nothing is asked of anybody else.
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-quic".into(),
            "--disable-dev-shm-usage".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--lang=en-GB".into(),
            "--window-size=1360,900".into(),
            format!("--user-data-dir={}", folder.path().display()),
        ];
        let options = json!({ "binary": CHROMIUM, "args": arguments });
        let wanted = json!({ "goog:chromeOptions": options });
        let Value::Object(wanted) = wanted else { unreachable!("it was written as an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .expect("a browser");
        let session = client.session_id().await.expect("a session").expect("its name");
        Page { client, port: self.port, session, _folder: folder }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One person's browser.
pub(crate) struct Page {
    pub(crate) client: Client,
    port: u16,
    session: String,
    _folder: TempDir,
}

impl Page {
    /// The first element of a selector, once it is there and seen.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let seen = "[...document.querySelectorAll(WHAT)].some((e) => e.checkVisibility())";
        self.until(css, &seen.replace("WHAT", &json!(css).to_string())).await;
        self.client.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await;
        // In one go, for the page may be written anew in between.
        let text = self.value(&format!("document.querySelector({})?.innerText", json!(css))).await;
        text.as_str().unwrap_or_else(|| panic!("{css} is gone again")).to_owned()
    }

    pub(crate) async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.expect("a selector").len()
    }

    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await;
        // Brought into sight first, as a person would; then pressed by the browser itself.
        let script = "document.querySelector(arguments[0]).scrollIntoView({block: 'center'})";
        self.client.execute(script, vec![json!(css)]).await.expect("it scrolls");
        self.find(css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Writes into a field, in place of what stood there.
    pub(crate) async fn write(&self, css: &str, words: &str) {
        let field = self.find(css).await;
        field.clear().await.expect("it empties");
        field.send_keys(words).await.expect("it takes words");
    }

    pub(crate) async fn choose(&self, css: &str, label_holds: &str) {
        let script = "const s = document.querySelector(arguments[0]);
            const o = [...s.options].find((o) => o.text.includes(arguments[1]));
            if (!o) return false; s.value = o.value; s.dispatchEvent(new Event('change', {bubbles: true})); return true;";
        let chosen = self.client.execute(script, vec![json!(css), json!(label_holds)]).await.expect("a choice");
        assert_eq!(chosen, json!(true), "{css} offers no {label_holds}");
    }

    /// Waits until an expression holds on the page.
    pub(crate) async fn until(&self, what: &str, expression: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1]; const end = performance.now() + {};
             (function look() {{ let is; try {{ is = Boolean({expression}); }} catch (e) {{ is = false; }}
               if (is || performance.now() > end) done(is); else setTimeout(look, 15); }})();",
            PATIENCE.as_millis()
        );
        let held = self.client.execute_async(&script, Vec::new()).await.unwrap_or_else(|e| panic!("{what}: {e}"));
        if held != json!(true) {
            let page = self.value("document.body.innerText").await;
            panic!("it never came about: {what}\n{}", page.as_str().unwrap_or_default());
        }
    }

    pub(crate) async fn value(&self, expression: &str) -> Value {
        self.client.execute(&format!("return {expression};"), Vec::new()).await.expect("a value")
    }

    /// Strikes keys one after the other, wherever the focus is.
    pub(crate) async fn strike(&self, keys: &str) {
        let mut strokes = KeyActions::new("keyboard".into());
        for key in keys.chars() {
            strokes = strokes.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        }
        self.client.perform_actions(strokes).await.expect("keys");
    }

    /// Strikes a key while others are held.
    pub(crate) async fn chord(&self, held: char, key: char) {
        let strokes = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(strokes).await.expect("keys");
    }

    /// Goes from stop to stop until the focus stands on an element of the selector.
    pub(crate) async fn tab_to(&self, css: &str) {
        let here = format!("document.activeElement?.matches({})", json!(css));
        for _ in 0..80 {
            if self.value(&here).await == json!(true) {
                return;
            }
            self.strike(&TAB.to_string()).await;
        }
        panic!("the keyboard never reaches {css}");
    }

    /// Keeps what is seen as a picture, where `BEDSIDE_PICTURES` names a folder to look at afterwards.
    pub(crate) async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("BEDSIDE_PICTURES") {
            let picture = self.client.screenshot().await.expect("a picture");
            std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).expect("the folder is there");
        }
    }

    /// Asks the browser to prefer dark pages, or light ones.
    pub(crate) fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.tell_browser("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Makes the page so many pixels wide and high.
    pub(crate) fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tell_browser("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Lets nothing come from these addresses, `*` for any letters; with none, everything comes again.
    pub(crate) fn cut_off(&self, addresses: &[&str]) {
        self.tell_browser("Network.enable", &json!({}));
        self.tell_browser("Network.setBlockedURLs", &json!({ "urls": addresses }));
    }

    fn tell_browser(&self, command: &str, parameters: &Value) {
        let body = json!({ "cmd": command, "params": parameters });
        let answer = self.tell_driver("POST", "/goog/cdp/execute", &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// A word to the driver that the library has no verb for.
    fn tell_driver(&self, method: &str, path: &str, body: &str) -> String {
        let mut driver = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        let (session, length) = (&self.session, body.len());
        let request = format!(
            "{method} /session/{session}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        driver.write_all(request.as_bytes()).expect("it takes a request");
        let _ = driver.set_read_timeout(Some(PATIENCE));
        // It keeps the connection open whatever it is asked, so the answer is read by its length.
        let mut answer = BufReader::new(driver);
        let (mut status, mut line, mut length) = (String::new(), String::new(), 0);
        let _ = answer.read_line(&mut status);
        while answer.read_line(&mut line).is_ok_and(|read| read > 2) {
            if let Some((_, digits)) = line.to_ascii_lowercase().split_once("content-length:") {
                length = digits.trim().parse().unwrap_or(0);
            }
            line.clear();
        }
        let _ = answer.take(length).read_to_string(&mut status);
        status
    }
}

impl Drop for Page {
    /// The browser ends with its page, whether the walk went well or not.
    fn drop(&mut self) {
        self.tell_driver("DELETE", "", "");
    }
}
