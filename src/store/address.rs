//! Where a store is: a file for `SQLite`, or a database of a `PostgreSQL` server.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{
    AnyConnection, ConnectOptions, any::AnyConnectOptions, postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};

use super::{Result, Store, StoreError};

/// What keeps a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    /// A file of this machine.
    Sqlite,
    /// A server, for any number of replicas.
    Postgres,
}

impl Backend {
    /// What a connection goes to.
    pub(super) fn of(connection: &AnyConnection) -> Self {
        // As the drivers call themselves.
        if connection.backend_name() == "PostgreSQL" { Self::Postgres } else { Self::Sqlite }
    }
}

/// What a PostgreSQL address may say besides server, user and database. Whatever else stands there would be left out
/// silently; so would a name of the application, by which a copy sees the bots that run.
const POSTGRES_OPTIONS: &[&str] = &[
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// A store's address, read. It holds the password, so that it has no `Debug`.
pub(super) struct Address {
    pub(super) backend: Backend,
    /// As the driver takes it.
    pub(super) options: AnyConnectOptions,
    /// Which file; empty for a server.
    pub(super) path: PathBuf,
    /// Which server and database, as they may be shown; empty for a file.
    pub(super) server: String,
    /// Whether opening it makes a file where there is none.
    pub(super) makes: bool,
}

impl Store {
    /// Where the store at `url` is, fit to be shown: a file's path, or a server and its database; never a password.
    pub fn place(url: &str) -> String {
        Address::read(url).map_or_else(|_| shown(url), |address| address.place())
    }
}

impl Address {
    /// Reads `sqlite://FILE` or `postgres://…`.
    pub(super) fn read(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let none_of_ours = || StoreError::Address { url: shown(url) };
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Self::of_file(url, "rwc").ok_or_else(none_of_ours),
            Some("postgres" | "postgresql") => Self::of_server(url).ok_or_else(none_of_ours),
            _ => Err(none_of_ours()),
        }
    }

    /// The same file, to be read alone and not to be made; a server stays as it is.
    pub(super) fn to_read(url: &str) -> Result<Self> {
        let address = Self::read(url)?;
        match address.backend {
            Backend::Sqlite => Self::of_file(url, "ro").ok_or_else(|| StoreError::Address { url: shown(url) }),
            Backend::Postgres => Ok(address),
        }
    }

    /// Where it is, as it may be shown.
    pub(super) fn place(&self) -> String {
        match self.backend {
            Backend::Sqlite => self.path.display().to_string(),
            Backend::Postgres => self.server.clone(),
        }
    }

    fn of_file(url: &str, mode: &str) -> Option<Self> {
        let path = SqliteConnectOptions::from_str(url).ok()?.get_filename().to_owned();
        let in_memory = url.contains(":memory:");
        let (_, given) = url.split_once('?').unwrap_or_default();
        let read_only = given.split('&').any(|option| option == "mode=ro");
        let mut options: Vec<&str> =
            given.split('&').filter(|option| !option.is_empty() && !option.starts_with("mode=")).collect();
        let mode = format!("mode={}", if read_only { "ro" } else { mode });
        options.push(&mode);
        // As text between colon and question mark, so that nobody takes the beginning of the path for a server.
        let url = if in_memory {
            "sqlite::memory:".to_owned()
        } else {
            format!("sqlite:{}?{}", encoded(&path)?, options.join("&"))
        };
        let options = AnyConnectOptions::from_str(&url).ok()?.disable_statement_logging();
        let makes = !in_memory && mode == "mode=rwc";
        Some(Self { backend: Backend::Sqlite, options, path, server: String::new(), makes })
    }

    fn of_server(url: &str) -> Option<Self> {
        let options = AnyConnectOptions::from_str(url).ok()?.disable_statement_logging();
        let known = |name: &str| POSTGRES_OPTIONS.contains(&name) || name.starts_with("options[");
        if !options.database_url.query_pairs().all(|(name, _)| known(&name)) {
            return None;
        }
        let read = PgConnectOptions::from_str(url).ok()?;
        let place = match read.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => format!("{}:{}", read.get_host(), read.get_port()),
        };
        let server = format!("{place}/{}", read.get_database().unwrap_or_else(|| read.get_username()));
        Some(Self { backend: Backend::Postgres, options, path: PathBuf::new(), server, makes: false })
    }
}

/// A path as it may stand in an address: SQLite's driver decodes it again.
fn encoded(path: &Path) -> Option<String> {
    let mut text = String::new();
    for byte in path.to_str()?.bytes() {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    Some(text)
}

/// An address as it may be shown: without what could be a password, however it was misspelt.
pub(super) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once(':').filter(|(scheme, _)| *scheme != "sqlite") else {
        return url.to_owned();
    };
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    match place.rsplit_once('@') {
        // A question mark within a password, or an @ within an option: nobody can tell which.
        _ if options.contains('@') => format!("{scheme}://…"),
        Some((_, place)) => format!("{scheme}://…@{place}"),
        None => format!("{scheme}:{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown_however_the_address_is_written() {
        for url in [
            "postgres://me:s3cret@db/bedside",
            "postgres://me:s3cret/@db/bedside?sslmode=require",
            "postgress://me:s3cret@db/bedside",
            "postgres://me:s3c?ret@db/bedside",
            "mysql:me:s3cret@db",
            "postgres://db/bedside?password=s3cret",
            "postgres://db:port/bedside?passwort=s3cret",
            "postgres://me:s3cret@db/bedside?pasword=x",
            "postgres://db/bedside?passwort=x@s3cret",
        ] {
            assert!(!Store::place(url).contains("s3c"), "{}", Store::place(url));
            assert!(!shown(url).contains("s3c"), "{}", shown(url));
            match Address::read(url) {
                Ok(address) => assert!(!address.server.contains("s3c") && address.server.contains("db")),
                Err(error) => assert!(!format!("{error} {error:?}").contains("s3c"), "{error:?}"),
            }
        }
        assert_eq!(Address::read("postgres://me:s3cret@db/bedside").ok().unwrap().server, "db:5432/bedside");
    }

    #[test]
    fn what_would_be_left_out_silently_is_refused() {
        for left_out in ["pasword=x", "sslmode=require&application_name=replica-2"] {
            let read = Address::read(&format!("postgres://db/bedside?{left_out}"));
            assert!(read.is_err(), "{left_out}");
        }
    }

    #[test]
    fn a_path_comes_to_the_driver_as_it_was_written() {
        for path in ["bedside.db", "a folder/../ü#?.db", "/var/lib/../x%41.db", "../up.db"] {
            let encoded_once = path.replace('%', "%25").replace('?', "%3F");
            for url in [format!("sqlite://{encoded_once}"), format!("sqlite:{encoded_once}?cache=private")] {
                let address = Address::read(&url).ok().unwrap();
                assert_eq!(address.path, Path::new(path));
                let driven = SqliteConnectOptions::from_url(&address.options.database_url).unwrap();
                assert_eq!(driven.get_filename(), Path::new(path), "{}", address.options.database_url);
            }
        }
    }
}
