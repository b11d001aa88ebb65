//! `bedside store`: the file that the bot remembers in.

use std::path::Path;

use super::{Failure, Shell, Status, arguments::StoreWanted, doctor::causes, write};
use crate::store::Store;

pub(super) fn run(shell: &Shell, wanted: &StoreWanted) -> Result<Status, Failure> {
    let config = shell.config()?;
    match wanted {
        StoreWanted::Backup { to } => backup(&config.store.url, to),
    }
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
