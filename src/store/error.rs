//! What can go wrong with the store, and what to do about it.

use std::path::{Path, PathBuf};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is none of ours.
    #[error("“{url}” is no address of a store. Please write it as sqlite://FILE, as in sqlite://bedside.db.")]
    Address {
        /// What was given.
        url: String,
    },
    /// The file or its folder cannot be made or opened.
    #[error("The store file {} cannot be opened. Please check that Bedside may write there, and that the disk is neither full nor read-only.", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file is no sound database.
    #[error("The store file {} is damaged ({what}). Nothing in it was changed. Please put a copy in its place, remove the files beside it whose names end in -wal and -shm, and start again.", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Somebody else has the file to themselves.
    #[error("The store file {} is held by another program, a backup perhaps. Please start again once it has finished.", path.display())]
    Held {
        /// Which file.
        path: PathBuf,
    },
    /// A later version has been here.
    #[error(
        "The store was last used by a newer Bedside (its schema is {found}; this version knows {known}). \
         Please start that version or a later one, or give this one another store."
    )]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error(
        "The store could not be brought up to date. Nothing in it was changed; please restore a copy, or report this."
    )]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// There is a bound on everything that is kept.
    #[error("There can be at most {limit} {what}. Please remove one first.")]
    Full {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// The bound.
        limit: i64,
    },
    /// A value in the store is none that this version writes.
    #[error("The store holds a {what} that cannot be read")]
    Unreadable {
        /// What it should have been.
        what: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("The operating system gave no random bytes")]
    Random,
    /// Anything else that the database says.
    #[error("The store failed")]
    Database(#[from] sqlx::Error),
}

/// What the store's methods return.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// What went wrong as the file at `path` was opened, where SQLite's result code tells:
    /// <https://www.sqlite.org/rescode.html>.
    pub(super) fn of_file(self, path: &Path) -> Self {
        const BUSY_OR_LOCKED: [u32; 2] = [5, 6];
        const READ_ONLY_OR_NO_ROOM: [u32; 4] = [8, 10, 13, 14];
        const CORRUPT_OR_NO_DATABASE: [u32; 2] = [11, 26];
        let path = path.to_owned();
        match code(&self) {
            Some(code) if BUSY_OR_LOCKED.contains(&code) => Self::Held { path },
            Some(code) if READ_ONLY_OR_NO_ROOM.contains(&code) => Self::Open { path, cause: Box::new(self) },
            Some(code) if CORRUPT_OR_NO_DATABASE.contains(&code) => {
                Self::Damaged { path, what: "it is no sound database".into() }
            }
            _ => self,
        }
    }
}

/// SQLite's primary result code, if one lies under the error.
fn code(error: &StoreError) -> Option<u32> {
    let mut under: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = under {
        if let Some(sqlx::Error::Database(database)) = error.downcast_ref() {
            return database.code()?.parse::<u32>().ok().map(|code| code & 0xff);
        }
        under = error.source();
    }
    None
}
