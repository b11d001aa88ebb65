//! What can go wrong with the store, and what to do about it.

use std::path::{Path, PathBuf};

use super::address::{Address, Backend};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is none of ours.
    #[error(
        "“{url}” is no address of a store. Please write it as sqlite://FILE, as in sqlite://bedside.db, or as \
         postgres://USER@SERVER/DATABASE."
    )]
    Address {
        /// What was given, without what could be a password.
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
    /// The server does not answer, or the way there is cut.
    #[error(
        "The PostgreSQL server of the store, {server}, cannot be reached. Please check that it runs and that the \
         address is right."
    )]
    Unreachable {
        /// Which server and database.
        server: String,
        /// What the system said.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server does not let us in.
    #[error(
        "The PostgreSQL server of the store, {server}, refused the user or the password. Please check both; PGPASSWORD \
         or a .pgpass file may hold the password."
    )]
    Refused {
        /// Which server and database.
        server: String,
        /// What the server said.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server has no such database.
    #[error("There is no database at {server}. Please have it made: CREATE DATABASE, with the encoding UTF8.")]
    NoDatabase {
        /// Which server and database.
        server: String,
    },
    /// The user may not do what the store needs, or nobody may: a server that only follows another, say.
    #[error(
        "Bedside may not write to the store at {server}. Please give its user the right to make tables there, on the \
         server that takes writes."
    )]
    NoRight {
        /// Which server and database.
        server: String,
        /// What the server said.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server has no disk or no connection left.
    #[error(
        "The PostgreSQL server of the store, {server}, has no room left: its disk is full, or it has no connection or \
         memory to spare. Please make room."
    )]
    NoRoom {
        /// Which server and database.
        server: String,
        /// What the server said.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A copy as a file is made of a file.
    #[error(
        "The store is a database of a PostgreSQL server, {server}. Please copy it with PostgreSQL's own pg_dump, or to \
         a file with bedside store copy."
    )]
    NoFile {
        /// Which server and database.
        server: String,
    },
    /// The database cannot hold every text.
    #[error("The database at {server} has the encoding {encoding}. Please have one made with the encoding UTF8.")]
    Encoding {
        /// Which server and database.
        server: String,
        /// Its encoding.
        encoding: String,
    },
    /// There is nothing to copy.
    #[error("There is no store at {place}.")]
    NoStore {
        /// Where one was looked for.
        place: String,
    },
    /// A copy is of what this version writes.
    #[error("The store at {place} is of an older Bedside. Please start this version on it once, and copy it then.")]
    Older {
        /// Which store.
        place: String,
    },
    /// A copy needs two stores.
    #[error("Source and target are the same store.")]
    SameStore,
    /// What a bot writes while a store is copied would be missing in the copy.
    #[error("A bot runs on one of the two stores. Please stop it first: what it writes would be missing in the copy.")]
    InUse,
    /// The target of a copy holds something else.
    #[error(
        "The target holds something that the source does not (in its table {table}). Nothing was copied; please name an \
         empty store, or one where a copy of the same source was cut off."
    )]
    OtherData {
        /// Where it was found.
        table: &'static str,
    },
    /// Somebody wrote to one of them meanwhile.
    #[error(
        "The copy is not like its source (in the table {table}): somebody wrote to it meanwhile. Please stop whatever \
         runs on it, and copy again."
    )]
    Differs {
        /// Where it was found.
        table: &'static str,
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
    /// There was none to ask by: a server that is gone is asked again each time, so that it needs nobody's hand.
    #[error("The store gave no connection in time: it does not answer, or is too busy")]
    NoConnection(#[source] sqlx::Error),
    /// Anything else that the database says.
    #[error("The store failed")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::NoConnection(error),
            error => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Whether PostgreSQL gave up a transaction because of what another one did meanwhile (`serialization_failure`).
    pub(super) fn is_overtaken(&self) -> bool {
        code(self).as_deref() == Some("40001")
    }
}

/// What the store's methods return.
pub type Result<T> = std::result::Result<T, StoreError>;

impl Address {
    /// What went wrong as the store was opened or looked at, where the database's code tells.
    pub(super) fn explain(&self, error: StoreError) -> StoreError {
        match self.backend {
            Backend::Sqlite => of_file(error, &self.path),
            Backend::Postgres => of_server(error, &self.server),
        }
    }

    /// The same where there is no connection at all.
    pub(super) fn not_opened(&self, error: StoreError) -> StoreError {
        match (self.explain(error), self.backend) {
            (StoreError::Database(cause), Backend::Sqlite) => {
                StoreError::Open { path: self.path.clone(), cause: cause.into() }
            }
            (StoreError::Database(cause) | StoreError::NoConnection(cause), Backend::Postgres) => {
                StoreError::Unreachable { server: self.server.clone(), cause: cause.into() }
            }
            (told, _) => told,
        }
    }
}

/// SQLite's result codes: <https://www.sqlite.org/rescode.html>.
fn of_file(error: StoreError, path: &Path) -> StoreError {
    const BUSY_OR_LOCKED: [u32; 2] = [5, 6];
    const READ_ONLY_OR_NO_ROOM: [u32; 4] = [8, 10, 13, 14];
    const CORRUPT_OR_NO_DATABASE: [u32; 2] = [11, 26];
    let path = path.to_owned();
    match code(&error).and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff) {
        Some(code) if BUSY_OR_LOCKED.contains(&code) => StoreError::Held { path },
        Some(code) if READ_ONLY_OR_NO_ROOM.contains(&code) => StoreError::Open { path, cause: Box::new(error) },
        Some(code) if CORRUPT_OR_NO_DATABASE.contains(&code) => {
            StoreError::Damaged { path, what: "it is no sound database".into() }
        }
        _ => error,
    }
}

/// PostgreSQL's codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_server(error: StoreError, server: &str) -> StoreError {
    let server = server.to_owned();
    match code(&error).as_deref() {
        // Unknown user, wrong password, no line for it in pg_hba.conf.
        Some("28000" | "28P01") => StoreError::Refused { server, cause: said(error) },
        Some("3D000") => StoreError::NoDatabase { server },
        // No privilege; a transaction, or a server, that only reads.
        Some("42501" | "25006") => StoreError::NoRight { server, cause: said(error) },
        // A full disk, no memory, no connection left.
        Some(code) if code.starts_with("53") => StoreError::NoRoom { server, cause: said(error) },
        // Starting up or shutting down; the connection was lost.
        Some(code) if code.starts_with("57P") || code.starts_with("08") => {
            StoreError::Unreachable { server, cause: said(error) }
        }
        _ => error,
    }
}

/// What the server said, without our own words around it.
fn said(error: StoreError) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        StoreError::Database(sqlx::Error::Database(said)) => said.into_error(),
        other => Box::new(other),
    }
}

/// The database's code, if one lies under the error.
fn code(error: &StoreError) -> Option<String> {
    let mut under: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = under {
        if let Some(sqlx::Error::Database(database)) = error.downcast_ref() {
            return database.code().map(std::borrow::Cow::into_owned);
        }
        under = error.source();
    }
    None
}
