//! Opening a store: its connections, and its schema brought up to date.

use std::{borrow::Cow, path::Path, time::Duration};

use sqlx::{
    AnyConnection, ConnectOptions, Connection, Row, SqlSafeStr,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{
    Result, Store, StoreError, Writing,
    address::{Address, Backend},
    one_line,
};

/// The schema, oldest step first. A step that was released is never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../../migrations/0001_first.sql")),
    (2, "api keys", include_str!("../../migrations/0002_api_keys.sql")),
    (3, "practice", include_str!("../../migrations/0003_practice.sql")),
    (4, "kinds", include_str!("../../migrations/0004_kinds.sql")),
    (5, "blog", include_str!("../../migrations/0005_blog.sql")),
];

/// The newest version of the schema that this program knows.
pub(super) fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, ..)| *version)
}

/// The largest file that every start looks through for damage, in bytes: a fraction of a second's work.
const LARGEST_LOOKED_AT: u64 = 16 << 20;
/// How long a start waits for a server that starts too.
const STARTING: Duration = Duration::from_secs(10);
/// How long a server may take to give a connection before the caller is told.
const ACQUIRE: Duration = Duration::from_secs(5);

/// What holds on each connection. A claim that a power cut takes back could be sent twice, whatever is usual there.
const ON_SQLITE: &str = "PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL";
/// A replica that hangs must not hold the others up, nor a statement that has gone astray.
const ON_POSTGRES: &str = "SET statement_timeout = '30s'; SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '30s';
    SET application_name = 'bedside';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// What processes that start together queue for: any number that nobody else takes in this database.
const MIGRATING: i64 = 0x0062_6564_7369_6465;

impl Store {
    /// Opens the store at `url`: `sqlite://bedside.db`, whose file and folder are made at first start, or
    /// `postgres://user@server/database`. Brings the schema up to date. Any number of processes may open one store.
    pub async fn open(url: &str) -> Result<Self> {
        let address = Address::read(url)?;
        if address.makes {
            prepare_file(&address).await?;
        }
        // A connection that knew the schema from before it was brought up to date could miscount columns: one alone
        // does that, and is gone before the others come.
        let mut first = connect(&address).await?;
        let ready = make_ready(&mut first, &address).await;
        // The server ends what is left of it, if it does not hear this.
        drop(first.close().await);
        ready.map_err(|error| address.explain(error))?;
        let on_each = address.backend.on_each();
        // A failed write (a full disk, say) makes SQLite roll back by itself; sqlx goes on counting the transaction as
        // open, and every later one on that connection would fail.
        let pool = AnyPoolOptions::new()
            .max_connections(address.backend.most_connections())
            .min_connections(1)
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .after_connect(move |connection, _| Box::pin(async move { set(connection, on_each).await }));
        let pool = match address.backend {
            Backend::Sqlite => pool,
            Backend::Postgres => pool.acquire_timeout(ACQUIRE),
        };
        let pool =
            pool.connect_with(address.options.clone()).await.map_err(|cause| address.not_opened(cause.into()))?;
        Ok(Self { pool, backend: address.backend })
    }

    /// A store that lives as long as the process, for tests and trials.
    pub async fn in_memory() -> Result<Self> {
        let address = Address::read("sqlite::memory:")?;
        // A second connection would see a database of its own.
        let pool = AnyPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = pool.connect_with(address.options).await?;
        migrate(&mut *pool.acquire().await?, Backend::Sqlite).await?;
        Ok(Self { pool, backend: Backend::Sqlite })
    }

    /// A transaction that writes. With SQLite it takes the one write lock at once, so that it never has to give up
    /// half-way.
    pub(super) async fn begin(&self) -> Result<Writing> {
        Ok(self.pool.begin_with(self.backend.begin()).await?)
    }

    /// Whether nobody else is at what bears this number, until the transaction is over.
    pub(super) async fn alone(&self, transaction: &mut Writing, number: i64) -> Result<bool> {
        match self.backend {
            Backend::Sqlite => Ok(true),
            Backend::Postgres => {
                let lock = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)").bind(number);
                Ok(lock.fetch_one(&mut **transaction).await?)
            }
        }
    }

    /// Says something in a transaction that only PostgreSQL needs to hear: with SQLite there is one writer anyway.
    pub(super) async fn on_postgres(&self, transaction: &mut Writing, statement: &'static str) -> Result<()> {
        if self.backend == Backend::Postgres {
            sqlx::query(statement).execute(&mut **transaction).await?;
        }
        Ok(())
    }
}

impl Backend {
    /// What begins a transaction that writes, whatever is usual on the server.
    fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    /// How many connections a process holds.
    fn most_connections(self) -> u32 {
        match self {
            Self::Sqlite => 4,
            Self::Postgres => 8,
        }
    }

    fn on_each(self) -> &'static str {
        match self {
            Self::Sqlite => ON_SQLITE,
            Self::Postgres => ON_POSTGRES,
        }
    }

    /// A step of the schema as this one reads it.
    fn reads(self, step: &'static str) -> sqlx::SqlStr {
        match self {
            Self::Sqlite => sqlx::SqlStr::from_static(step),
            // Text is sorted and compared by its bytes, as SQLite does, whatever the database's own order is.
            Self::Postgres => sqlx::AssertSqlSafe(step.replace(" TEXT ", " TEXT COLLATE \"C\" ")).into_sql_str(),
        }
    }
}

async fn prepare_file(address: &Address) -> Result<()> {
    let path = &address.path;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|cause| StoreError::Open { path: path.clone(), cause: cause.into() })?;
    }
    if tokio::fs::metadata(path).await.is_ok_and(|file| file.len() == 0) {
        // A first start that was cut off leaves one too, so that it is no reason to refuse.
        tracing::warn!(store = %path.display(), "the store's file was empty; everything begins anew");
    }
    // Where it is there already, or cannot be made, the driver goes on, or says why not.
    let _ = make_private(path);
    Ok(())
}

/// Makes a new file that nobody but this user may read. What exists is refused.
pub(super) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut new = std::fs::OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    new.open(path).map(drop)
}

/// One connection. A server that is starting too is waited for.
pub(super) async fn connect(address: &Address) -> Result<AnyConnection> {
    let began = tokio::time::Instant::now();
    let connected = loop {
        match attempt(&address.options, STARTING.saturating_sub(began.elapsed())).await {
            Err(error) if is_starting(&error) && began.elapsed() < STARTING => {
                tokio::time::sleep(STARTING / 50).await;
            }
            done => break done,
        }
    };
    let mut connection = connected.map_err(|cause| address.not_opened(cause.into()))?;
    set(&mut connection, address.backend.on_each()).await.map_err(|cause| address.explain(cause.into()))?;
    Ok(connection)
}

async fn attempt(options: &AnyConnectOptions, patience: Duration) -> sqlx::Result<AnyConnection> {
    tokio::time::timeout(patience, options.connect()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => {
            [std::io::ErrorKind::ConnectionRefused, std::io::ErrorKind::ConnectionReset].contains(&error.kind())
        }
        sqlx::Error::Database(error) => error.code().is_some_and(|code| ["57P03", "53300"].contains(&&*code)),
        _ => false,
    }
}

async fn set(connection: &mut AnyConnection, statements: &'static str) -> sqlx::Result<()> {
    sqlx::raw_sql(statements).execute(connection).await.map(drop)
}

async fn make_ready(connection: &mut AnyConnection, address: &Address) -> Result<()> {
    match address.backend {
        Backend::Sqlite => {
            set(connection, "PRAGMA journal_mode = WAL").await?;
            look_for_damage(connection, &address.path).await?;
        }
        Backend::Postgres => {
            let encoding: String =
                sqlx::query_scalar("SELECT current_setting('server_encoding')").fetch_one(&mut *connection).await?;
            if encoding != "UTF8" {
                return Err(StoreError::Encoding { server: address.server.clone(), encoding });
            }
        }
    }
    migrate(connection, address.backend).await
}

/// What is damaged is told at the start, not when a tip is due. A large file would hold the start up; `bedside doctor`
/// looks at those.
async fn look_for_damage(connection: &mut AnyConnection, path: &Path) -> Result<()> {
    if tokio::fs::metadata(path).await.is_ok_and(|file| file.len() > LARGEST_LOOKED_AT) {
        return Ok(());
    }
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged { path: path.to_owned(), what: one_line(&found) }) }
}

/// Brings the schema up to date, in one transaction that processes starting at the same time wait for.
pub(super) async fn migrate(connection: &mut AnyConnection, backend: Backend) -> Result<()> {
    let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
        Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, backend.reads(sql), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    // Its own lock would be let go before the transaction is over.
    migrator.set_locking(false);
    let mut transaction = connection.begin_with(backend.begin()).await?;
    if backend == Backend::Postgres {
        // However long the one before takes: what it does is done once.
        sqlx::raw_sql("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0").execute(&mut *transaction).await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATING).execute(&mut *transaction).await?;
    }
    match migrator.run_direct(None, &mut *transaction, false).await {
        Ok(()) => {
            // SQLite begins a transaction on a file that may only be read, and fails at the first write: let it be
            // this one, which changes nothing.
            sqlx::query("UPDATE workspaces SET left_at = left_at WHERE 1 = 0").execute(&mut *transaction).await?;
            Ok(transaction.commit().await?)
        }
        Err(MigrateError::VersionMissing(_)) => {
            let found = sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut *transaction).await?;
            Err(StoreError::Newer { found: found.try_get(0)?, known: newest() })
        }
        Err(error) => Err(StoreError::Migrate(error)),
    }
}
