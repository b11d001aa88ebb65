//! `bedside doctor`: whether everything is set up, and what to mend. It looks, and changes nothing.

#[cfg(feature = "discord")]
mod discord;

use std::fmt::Write;

use serde::Serialize;

use super::{Failure, Shell, Status, arguments::Plainly, packs, paper::Ink, reload, write, write_json};
use crate::{
    config::{Config, plainly},
    store::{Examined, PostingKind, Store},
};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Look {
    /// What.
    what: &'static str,
    /// How it is.
    state: State,
    /// What was seen, and where it is not good, what to do.
    seen: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    /// It works, and there is something to know.
    Note,
    /// To be mended.
    Bad,
}

#[derive(Default)]
struct Looks(Vec<Look>);

impl Looks {
    fn good(&mut self, what: &'static str, seen: impl Into<String>) {
        self.0.push(Look { what, state: State::Good, seen: seen.into() });
    }

    fn note(&mut self, what: &'static str, seen: impl Into<String>) {
        self.0.push(Look { what, state: State::Note, seen: seen.into() });
    }

    fn bad(&mut self, what: &'static str, seen: impl Into<String>) {
        self.0.push(Look { what, state: State::Bad, seen: seen.into() });
    }
}

pub(super) fn run(shell: &Shell, format: Plainly) -> Result<Status, Failure> {
    let mut looks = Looks::default();
    let (config, problems) = Config::look(shell.config.as_deref());
    if problems.is_empty() {
        let file = config
            .file
            .as_ref()
            .map_or("nothing is configured; the defaults hold".into(), |file| file.display().to_string());
        looks.good("settings", file);
    }
    for problem in &problems {
        looks.bad("settings", problem.to_string());
    }
    match packs::over_the_built_in(&config.content) {
        Ok(pack) => {
            let counts = pack.counts();
            looks.good("packs", format!("{} rules, {} tips", counts.rules, counts.tips));
        }
        Err(problems) => problems.iter().for_each(|problem| looks.bad("packs", problem.to_string())),
    }
    super::runtime()?.block_on(async {
        let store = store(&config, &mut looks).await;
        #[cfg(feature = "discord")]
        discord::look(&config, store.as_ref(), &mut looks).await;
        #[cfg(not(feature = "discord"))]
        drop(store);
    });
    let bad = looks.0.iter().filter(|look| look.state == State::Bad).count();
    match format {
        Plainly::Json => write_json(&serde_json::json!({ "ok": bad == 0, "looks": looks.0 }))?,
        Plainly::Text => write(&page(shell, &looks.0))?,
    }
    match bad {
        0 => Ok(Status::Fine),
        1 => Err("1 thing to mend".to_owned().into()),
        bad => Err(format!("{bad} things to mend").into()),
    }
}

async fn store(config: &Config, looks: &mut Looks) -> Option<Examined> {
    let shown = Store::place(&config.store.url);
    let running = reload::answers(&config.store.socket());
    let found = match Store::examine(&config.store.url).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            match Store::hindrance(&config.store.url) {
                Some((folder, error)) => looks.bad(
                    "store",
                    format!(
                        "{shown} is not there yet, and the first start could not make it: {}: {}; let the user that runs \
                         the bot write to that folder, or name a file elsewhere under `[store] url`",
                        folder.display(),
                        plainly(&error)
                    ),
                ),
                None => looks.note("store", format!("{shown} is not there yet; the first start makes it")),
            }
            return None;
        }
        Err(error) => {
            looks.bad("store", format!("{shown}: {}", causes(&error)));
            return None;
        }
    };
    for damage in &found.damage {
        looks.bad("store", format!("{shown} is damaged ({damage}); stop the bot, put a copy in its place, and remove the files beside it whose names end in -wal and -shm"));
    }
    let (version, known) = (found.version, found.known);
    let by = if running { "; a bot runs on it" } else { "" };
    if version > known {
        looks.bad("store", format!("{shown} was used by a newer Bedside (its schema is {version}, this version knows {known}); start that version"));
    } else if version < known {
        looks.note(
            "store",
            format!("{shown} is of an older version (schema {version}); the next start brings it to {known}{by}"),
        );
    } else if found.damage.is_empty() {
        let (tips, recaps) = found.schedules.iter().partition::<Vec<_>, _>(|row| row.kind == PostingKind::Tip);
        let recaps = if recaps.is_empty() { String::new() } else { format!("; weekly recaps: {}", recaps.len()) };
        looks.good("store", format!("{shown} is sound; daily tips: {}{recaps}{by}", tips.len()));
    }
    if !found.writable {
        looks.bad(
            "store",
            format!(
                "{shown} cannot be written to by this user; run this as the user that runs the bot, or give it the {}",
                if config.store.file().is_some() { "file" } else { "right to, on the server that takes writes" }
            ),
        );
    }
    Some(found)
}

fn page(shell: &Shell, looks: &[Look]) -> String {
    let mut page = String::new();
    for look in looks {
        let (mark, ink) = match look.state {
            State::Good => ("✓", Ink::Green),
            State::Note => ("·", Ink::Blue),
            State::Bad => ("✗", Ink::Red),
        };
        shell.paper.beside(&mut page, ink, &format!("{mark} {}", look.what), &look.seen);
    }
    page
}

/// An error and what lies under it, in one line.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut under = error.source();
    while let Some(cause) = under {
        let _ = write!(line, " ({cause})");
        under = cause.source();
    }
    line
}
