//! Everything that this process logs.

use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

static PAGE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Keeps what anything in this process logs from now on, from whatever library, as loud as `level` or louder.
pub fn listen(level: Level) {
    let page = || PAGE.make_writer();
    let subscriber = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(page).finish();
    // The first test of a program does it for all.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Everything that was logged so far, by any test of this process.
pub fn logged() -> String {
    String::from_utf8_lossy(&PAGE.lock().unwrap()).into_owned()
}
