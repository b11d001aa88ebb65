//! `bedside key`: keys of the JSON API, made, listed and revoked in the store that the running bot reads too.

use std::{fmt::Write, sync::Arc};

use super::{
    Failure, Shell, Status,
    arguments::{Key, Plainly},
    write, write_json,
};
use crate::{
    bot::{
        Error, SystemClock,
        keys::{ApiKey, Keys},
    },
    store::Store,
};

pub(super) fn run(shell: &Shell, wanted: &Key) -> Result<Status, Failure> {
    let config = shell.config()?;
    super::runtime()?.block_on(async {
        let store = Store::open(&config.store.url).await.map_err(|error| error.to_string())?;
        let keys = Keys::new(store.clone(), Arc::new(SystemClock));
        let done = answer(&keys, wanted).await;
        store.close().await;
        done
    })
}

async fn answer(keys: &Keys, wanted: &Key) -> Result<Status, Failure> {
    match wanted {
        Key::New { name } => {
            let key = keys.make(name).await.map_err(sentence)?;
            write(&format!("{key}\n"))?;
            super::tell(&["This is the only time that the key is shown; send it as Authorization: Bearer KEY.".into()]);
        }
        Key::List { format } => {
            let keys = keys.list().await.map_err(sentence)?;
            match format {
                Plainly::Json => write_json(&keys.iter().map(as_json).collect::<Vec<_>>())?,
                Plainly::Text => write(&page(&keys))?,
            }
        }
        Key::Revoke { name } => {
            keys.revoke(name).await.map_err(sentence)?;
            write(&format!("{name} is revoked.\n"))?;
        }
    }
    Ok(Status::Fine)
}

fn sentence(error: Error) -> Failure {
    match error {
        Error::User(words) => words.into(),
        Error::Ours(cause) => cause.to_string().into(),
    }
}

fn as_json(key: &ApiKey) -> serde_json::Value {
    serde_json::json!({ "name": key.name, "created": key.created, "last_used": key.last_used })
}

fn page(keys: &[ApiKey]) -> String {
    if keys.is_empty() {
        return "There are no keys; bedside key new NAME makes one.\n".to_owned();
    }
    let widest = keys.iter().map(|key| key.name.len()).max().unwrap_or_default();
    keys.iter().fold(String::new(), |mut page, ApiKey { name, created, last_used, .. }| {
        let used = last_used.map_or("never used".to_owned(), |day| format!("last used {day}"));
        let _ = writeln!(page, "{name:widest$}  made {created}  {used}");
        page
    })
}
