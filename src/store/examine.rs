//! A look at a store from outside, and a copy of it: neither needs the bot to stop, and the look changes nothing.

use std::{path::Path, str::FromStr};

use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{BUSY_TIMEOUT, MIGRATIONS, Result, ScheduleRow, Store, StoreError};

/// What a look at a store found.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The version of its schema; what this program brings it to at the next start is [`Examined::known`].
    pub version: i64,
    /// The newest version that this program knows.
    pub known: i64,
    /// What is damaged, in SQLite's words; empty when it is sound.
    pub damage: Vec<String>,
    /// The daily tips in it; empty where the schema is of another version.
    pub schedules: Vec<ScheduleRow>,
}

impl Store {
    /// Looks at the store at `url` without writing to it. `None` when there is none yet.
    pub async fn examine(url: &str) -> Result<Option<Examined>> {
        let address = || StoreError::Address { url: url.to_owned() };
        let options = SqliteConnectOptions::from_str(url).map_err(|_| address())?;
        if !options.get_filename().exists() {
            return Ok(None);
        }
        let mut connection = reading(options).await?;
        let version = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations");
        let version = version.fetch_one(&mut connection).await?;
        let known = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
        let rows = sqlx::query("PRAGMA quick_check(20)").fetch_all(&mut connection).await?;
        let mut damage = Vec::new();
        for row in &rows {
            damage.push(row.try_get::<String, _>(0)?);
        }
        damage.retain(|line| line != "ok");
        let schedules = if version == known {
            let rows =
                sqlx::query("SELECT * FROM schedules ORDER BY workspace, channel").fetch_all(&mut connection).await?;
            ScheduleRow::read_all(&rows)?
        } else {
            Vec::new()
        };
        connection.close().await?;
        Ok(Some(Examined { version, known, damage, schedules }))
    }

    /// Copies the store at `url` to a new file, whole and as it is at one moment, while the bot goes on. An existing
    /// file is never written over.
    pub async fn backup(url: &str, to: &Path) -> Result<()> {
        let address = || StoreError::Address { url: url.to_owned() };
        let options = SqliteConnectOptions::from_str(url).map_err(|_| address())?;
        let cannot_open = |cause: std::io::Error| StoreError::Open { path: to.to_owned(), cause: cause.into() };
        // Made here first: what exists is refused, and nobody but this user may read the copy.
        let mut new = std::fs::OpenOptions::new();
        new.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
        new.open(to).map_err(cannot_open)?;
        let copied = async {
            let mut connection = reading(options).await?;
            sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().as_ref()).execute(&mut connection).await?;
            Ok(connection.close().await?)
        };
        copied.await.inspect_err(|_| drop(std::fs::remove_file(to)))
    }
}

async fn reading(options: SqliteConnectOptions) -> Result<SqliteConnection> {
    let options = options.create_if_missing(false).read_only(true).busy_timeout(BUSY_TIMEOUT);
    Ok(options.disable_statement_logging().connect().await?)
}
