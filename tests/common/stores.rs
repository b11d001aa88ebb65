//! Where the tests keep a store: an SQLite file, or a database of a throw-away PostgreSQL cluster where
//! `BEDSIDE_TEST_STORE` says `postgres`. What holds on the one holds on the other.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its part")]

#[path = "cluster.rs"]
pub mod cluster;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use bedside::store::Store;
use cluster::Cluster;
use tempfile::TempDir;

/// A place for a store; what is there goes with it.
pub enum StorePlace {
    Sqlite(TempDir),
    Postgres(&'static Cluster, String),
}

/// A fresh store of the kind under test, and its place, which is to live as long.
pub async fn fresh() -> (Store, Option<StorePlace>) {
    if !on_postgres() {
        return (Store::in_memory().await.unwrap(), None);
    }
    let place = StorePlace::new();
    (place.open().await, Some(place))
}

/// Whether this run keeps its stores on PostgreSQL.
pub fn on_postgres() -> bool {
    match std::env::var("BEDSIDE_TEST_STORE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("BEDSIDE_TEST_STORE is postgres or sqlite, not {other}"),
    }
}

impl StorePlace {
    /// A place of the kind under test.
    pub fn new() -> Self {
        if on_postgres() {
            Self::postgres().expect("PostgreSQL was asked for, and is not installed")
        } else {
            Self::sqlite()
        }
    }

    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A database with the schema in it; none where there is no PostgreSQL.
    pub fn postgres() -> Option<Self> {
        Self::of_template(template())
    }

    /// A place of the kind under test with nothing in it.
    pub fn empty() -> Self {
        if on_postgres() { Self::empty_postgres().expect("PostgreSQL is not installed") } else { Self::sqlite() }
    }

    /// A database with nothing in it.
    pub fn empty_postgres() -> Option<Self> {
        Self::of_template("template0")
    }

    fn of_template(template: &str) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let cluster = Cluster::shared()?;
        let name = format!("t_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        // Another process may have had that number before.
        cluster.told("postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        cluster.told("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Some(Self::Postgres(cluster, name))
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", folder.path().join("bedside.db").display()),
            Self::Postgres(cluster, name) => cluster.url(name),
        }
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url()).await.unwrap()
    }

    /// Everything that is on disk; of a server, everything that is in its tables.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Sqlite(folder) => {
                let files = std::fs::read_dir(folder.path()).unwrap();
                files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
            }
            Self::Postgres(cluster, name) => cluster.dump(name),
        }
    }

    /// The columns that hold a text somewhere, as table and column.
    pub async fn columns_with(&self, wanted: &str) -> Vec<String> {
        let list = match self {
            Self::Sqlite(_) => {
                "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND c.type = 'TEXT'"
            }
            Self::Postgres(..) => {
                "SELECT table_name || '.' || column_name FROM information_schema.columns
                 WHERE table_schema = 'public' AND data_type = 'text'"
            }
        };
        let mut connection = self.connect().await;
        let columns: Vec<String> = sqlx::query_scalar(list).fetch_all(&mut connection).await.unwrap();
        let mut found = Vec::new();
        for column in columns {
            let (table, name) = column.split_once('.').unwrap();
            let sql = format!("SELECT count(*) FROM {table} WHERE {name} LIKE '%{wanted}%'");
            let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
            if rows > 0 {
                found.push(column);
            }
        }
        found.sort();
        found
    }

    async fn connect(&self) -> sqlx::AnyConnection {
        sqlx::any::install_default_drivers();
        <sqlx::AnyConnection as sqlx::Connection>::connect(&self.url()).await.unwrap()
    }

    /// Runs statements behind the store's back.
    pub async fn run(&self, sql: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
    }
}

impl Drop for StorePlace {
    fn drop(&mut self) {
        if let Self::Postgres(cluster, name) = self {
            // A server that is gone takes it along.
            drop(cluster.ask("postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        }
    }
}

/// The database that the others are copied from, brought up to date once. It sorts by a language's rules, as an
/// operator's may: nothing depends on those.
fn template() -> &'static str {
    static MADE: OnceLock<String> = OnceLock::new();
    MADE.get_or_init(|| {
        let Some(cluster) = Cluster::shared() else { return "none".into() };
        let mut hasher = DefaultHasher::new();
        let mut steps: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"))
            .unwrap()
            .map(|step| step.unwrap().path())
            .collect();
        steps.sort();
        for step in &steps {
            std::fs::read(step).unwrap().hash(&mut hasher);
        }
        let name = format!("template_{:016x}", hasher.finish());
        let lock = std::fs::File::create(concat!(env!("CARGO_TARGET_TMPDIR"), "/postgres.template")).unwrap();
        lock.lock().unwrap();
        if cluster.told("postgres", &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")).is_empty() {
            let order = "LOCALE_PROVIDER icu ICU_LOCALE 'en'";
            cluster.told("postgres", "DROP DATABASE IF EXISTS making WITH (FORCE)");
            cluster.told("postgres", &format!("CREATE DATABASE making TEMPLATE template0 {order}"));
            let url = cluster.url("making");
            let made = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async { Store::open(&url).await.unwrap().close().await });
            });
            made.join().unwrap();
            // The server takes a moment to notice that nobody is there any more; renaming waits for it.
            cluster.told("postgres", &format!("ALTER DATABASE making RENAME TO {name}"));
        }
        name
    })
}
