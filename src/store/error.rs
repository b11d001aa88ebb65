//! What can go wrong with the store, and what to do about it.

use std::path::PathBuf;

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
