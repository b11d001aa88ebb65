//! A look at a store from outside, and a copy of it: neither needs the bot to stop, and the look changes nothing.

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use sqlx::{AnyConnection, Connection, Row};

use super::{
    Result, ScheduleRow, Store, StoreError,
    address::{Address, Backend},
    open::{connect, make_private, newest},
    schedules,
};

/// What a look at a store found.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The version of its schema; what this program brings it to at the next start is [`Examined::known`].
    pub version: i64,
    /// The newest version that this program knows.
    pub known: i64,
    /// What is damaged, in SQLite's words; empty when it is sound.
    pub damage: Vec<String>,
    /// Whether this user may write to it.
    pub writable: bool,
    /// The schedules in it that something comes of, of each channel one after the other; empty where the schema is of
    /// another version.
    pub schedules: Vec<ScheduleRow>,
}

impl Store {
    /// Looks at the store at `url` without writing to it. `None` when there is none yet.
    pub async fn examine(url: &str) -> Result<Option<Examined>> {
        let address = Address::to_read(url)?;
        if address.backend == Backend::Sqlite && !address.path.exists() {
            return Ok(None);
        }
        let mut connection = connect(&address).await?;
        let found = look(&mut connection, &address).await;
        connection.close().await?;
        found.map_err(|error| address.explain(error))
    }

    /// Why this user could not make the store at `url`, whose file is not there yet: the folder that stands in the way,
    /// and what the system says of it. `None` where nothing does. Nothing is made, not for a moment.
    pub fn hindrance(url: &str) -> Option<(PathBuf, io::Error)> {
        let address = Address::read(url).ok().filter(|address| address.backend == Backend::Sqlite)?;
        for folder in address.path.ancestors().skip(1) {
            // Nobody knows their folder as nothing, and few as a dot.
            let here = || std::env::current_dir().unwrap_or_else(|_| ".".into());
            let folder = if folder.as_os_str().is_empty() { here() } else { folder.to_owned() };
            let error = match std::fs::metadata(&folder) {
                Ok(found) if found.is_dir() => may_write(&folder).err()?,
                Ok(_) => ErrorKind::NotADirectory.into(),
                // The start makes it, in the folder above; or what is above is no folder.
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => continue,
                Err(error) => error,
            };
            return Some((folder, error));
        }
        None
    }

    /// Copies the store at `url` to a new file, whole and as it is at one moment, while the bot goes on. An existing
    /// file is never written over.
    pub async fn backup(url: &str, to: &Path) -> Result<()> {
        let address = Address::to_read(url)?;
        if address.backend == Backend::Postgres {
            return Err(StoreError::NoFile { server: address.server });
        }
        let cannot_open = |cause: std::io::Error| StoreError::Open { path: to.to_owned(), cause: cause.into() };
        make_private(to).map_err(cannot_open)?;
        let copied = async {
            let mut connection = connect(&address).await?;
            sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(&mut connection).await?;
            Ok(connection.close().await?)
        };
        copied.await.inspect_err(|_| drop(std::fs::remove_file(to)))
    }
}

/// Whether this user may make files in a folder: the system is asked, and nothing is tried.
#[cfg(unix)]
fn may_write(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    Ok(accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)?)
}

#[cfg(not(unix))]
fn may_write(folder: &Path) -> io::Result<()> {
    let fixed = std::fs::metadata(folder)?.permissions().readonly();
    if fixed { Err(ErrorKind::PermissionDenied.into()) } else { Ok(()) }
}

async fn look(connection: &mut AnyConnection, address: &Address) -> Result<Option<Examined>> {
    let mut damage = Vec::new();
    let ours = match address.backend {
        Backend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
        Backend::Postgres => "SELECT count(to_regclass('_sqlx_migrations'))",
    };
    // As a start leaves it that was ended at once, or a server for others too: the next start begins there.
    if sqlx::query_scalar::<_, i64>(ours).fetch_one(&mut *connection).await? == 0 {
        return Ok(None);
    }
    let writable = match address.backend {
        Backend::Sqlite => {
            let rows = sqlx::query("PRAGMA quick_check(20)").fetch_all(&mut *connection).await?;
            for row in &rows {
                damage.push(row.try_get::<String, _>(0)?);
            }
            damage.retain(|line| line != "ok");
            OpenOptions::new().append(true).open(&address.path).is_ok()
        }
        Backend::Postgres => {
            let may = "SELECT has_table_privilege('workspaces', 'INSERT') AND NOT pg_is_in_recovery()";
            sqlx::query_scalar(may).fetch_one(&mut *connection).await?
        }
    };
    let version = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations");
    let version = version.fetch_one(&mut *connection).await?;
    let known = newest();
    let schedules = if version == known {
        ScheduleRow::read_all(&sqlx::query(schedules::ALL).fetch_all(connection).await?)?
    } else {
        Vec::new()
    };
    Ok(Some(Examined { version, known, damage, writable, schedules }))
}
