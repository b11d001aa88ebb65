//! `bedside store`: what the bot remembers, copied to a file or to another store.

use std::{
    io::{IsTerminal, stderr},
    path::Path,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Failure, Shell, Status, arguments::StoreWanted, doctor::causes, reload, tell, write};
use crate::{
    config,
    store::{Progress, Store},
};

pub(super) fn run(shell: &Shell, wanted: &StoreWanted) -> Result<Status, Failure> {
    match wanted {
        StoreWanted::Backup { to } => backup(&shell.config()?.store.url, to),
        StoreWanted::Copy { from, to } => copy(from, to),
    }
}

fn copy(from: &str, to: &str) -> Result<Status, Failure> {
    let (from, to) = (config::Store { url: from.into() }, config::Store { url: to.into() });
    for store in [&from, &to] {
        if store.file().is_some() && reload::answers(&store.socket()) {
            let place = Store::place(&store.url);
            return Err(format!("a bot runs on {place}; stop it first, and nothing is missing in the copy").into());
        }
    }
    let bar = stderr().is_terminal().then(bar);
    let mut at = String::new();
    let show = |Progress { table, compares, done, of }: Progress| {
        let what = format!("{} {table}", if compares { "comparing" } else { "copying" });
        match &bar {
            Some(bar) => {
                bar.set_length(of);
                bar.set_position(done);
                bar.set_message(what);
            }
            None if at != what => {
                tell(&[format!("{done} of {of}: {what}")]);
                at = what;
            }
            None => {}
        }
    };
    let copied = super::runtime()?.block_on(Store::copy(&from.url, &to.url, show));
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    let copied = copied.map_err(|error| causes(&error))?;
    let before = if copied.already > 0 { format!(" ({} of them before)", copied.already) } else { String::new() };
    write(&format!(
        "Copied {} rows{before} to {}, and compared each with its source.\nName the copy under [store] url, and start \
         the bot; {} is as it was.\n",
        copied.rows,
        Store::place(&to.url),
        Store::place(&from.url)
    ))?;
    Ok(Status::Fine)
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} % {msg}");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn backup(url: &str, to: &Path) -> Result<Status, Failure> {
    if to.exists() {
        return Err(
            format!("{} is there already; name a file that is not, and nothing is written over", to.display()).into()
        );
    }
    let done = super::runtime()?.block_on(Store::backup(url, to));
    done.map_err(|error| format!("nothing was copied: {}", causes(&error)))?;
    let bytes = std::fs::metadata(to)?.len();
    write(&format!(
        "Copied to {} ({} KiB). Stop the bot before you put a copy in the store's place.\n",
        to.display(),
        bytes.div_ceil(1024)
    ))?;
    Ok(Status::Fine)
}
