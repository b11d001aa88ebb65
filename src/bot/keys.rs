//! Keys of the JSON API: made, listed, revoked, and recognised when one is shown.

use std::sync::Arc;

use jiff::{civil::Date, tz::TimeZone};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Bot, Clock, Error};
pub use crate::store::ApiKey;
use crate::store::Store;

/// What every key begins with, so that a secret scanner, or a person, knows one when they see it.
const PREFIX: &str = "bedside_";
/// The random bytes of a key.
const RANDOM_BYTES: usize = 32;
/// The longest name.
const LONGEST_NAME: usize = 64;

/// The keys of the JSON API.
#[derive(Clone)]
pub struct Keys {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Keys {
    /// Keys are kept in the store; the clock tells which day it is.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Makes a key and returns it. Nobody can see it again.
    pub async fn make(&self, name: &str) -> Result<String, Error> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(fits) {
            let wrong = "a key's name is 1 to 64 letters, digits, dots, dashes, underscores and @; try ticket-system";
            return Err(Error::user(wrong));
        }
        let mut random = [0; RANDOM_BYTES];
        getrandom::fill(&mut random).map_err(|_| Error::ours("the operating system gave no random bytes"))?;
        let key = format!("{PREFIX}{}", hex::encode(random));
        if self.store.add_api_key(name, &hash(&key), self.today()).await? {
            return Ok(key);
        }
        Err(Error::user(format!("there is a key called {name} already; revoke it first, or choose another name")))
    }

    /// Every key, by name; what they say stays secret.
    pub async fn list(&self) -> Result<Vec<ApiKey>, Error> {
        Ok(self.store.api_keys().await?)
    }

    /// Makes a key useless from now on, in every process.
    pub async fn revoke(&self, name: &str) -> Result<(), Error> {
        if self.store.remove_api_key(name).await? {
            return Ok(());
        }
        Err(Error::user("there is no key of that name; bedside key list shows them"))
    }

    /// The name of the key that is shown, when it is one.
    pub async fn recognise(&self, shown: &str) -> Result<Option<String>, Error> {
        let shown = hash(shown);
        // Every hash is compared, and each in the same time: how long it takes tells nothing.
        let mut found = None;
        for key in self.store.api_keys().await? {
            if bool::from(key.hash.as_bytes().ct_eq(shown.as_bytes())) {
                found = Some(key);
            }
        }
        let Some(key) = found else { return Ok(None) };
        let today = self.today();
        if key.last_used != Some(today) {
            self.store.api_key_used(&key.name, today).await?;
        }
        Ok(Some(key.name))
    }

    fn today(&self) -> Date {
        self.clock.now().to_zoned(TimeZone::UTC).date()
    }
}

impl Bot {
    /// The keys of the JSON API.
    pub fn keys(&self) -> Keys {
        Keys::new(self.store.clone(), self.clock.clone())
    }
}

/// The SHA-256 of a key: with 256 random bits in it, a slow hash would add nothing.
fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}
