//! Moving house: one store copied to another, row for row, whatever keeps the one and the other.

use std::time::Duration;

use sqlx::{
    Any, AnyConnection, AssertSqlSafe, Connection,
    query::{Query, QueryScalar},
};

use super::{
    Result, Store, StoreError,
    address::{Address, Backend},
    open::{connect, newest},
    tables::{TABLES, Table, Value},
};

/// How many rows are read at a time.
const PAGE: i64 = 1_000;
/// How long a server may take to notice that a bot has ended.
const LEAVING: Duration = Duration::from_secs(3);
/// How many rows are written by one statement.
const AT_ONCE: usize = 100;

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The table that it is at.
    pub table: &'static str,
    /// Whether its rows are compared by now, and not copied any more.
    pub compares: bool,
    /// Rows copied or compared so far.
    pub done: u64,
    /// How many there will have been.
    pub of: u64,
}

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How many rows the source has; each was compared with its copy.
    pub rows: u64,
    /// How many of them were there already, from a copy that was cut off.
    pub already: u64,
}

type Row = Vec<Value>;

impl Store {
    /// Copies the store at `from`, as it is at one moment, to an empty one at `to`, or to one that a copy of the same
    /// source left half full; then compares every row. Nothing in the source is changed, and a target with anything
    /// else in it is refused as it is. No bot may run on either.
    pub async fn copy(from: &str, to: &str, mut tell: impl FnMut(Progress)) -> Result<Copied> {
        let (source, target) = (Address::to_read(from)?, Address::read(to)?);
        let same_file = source.backend == Backend::Sqlite && source.path == target.path;
        if same_file || (source.backend == Backend::Postgres && source.server == target.server) {
            return Err(StoreError::SameStore);
        }
        if source.backend == Backend::Sqlite && !source.path.exists() {
            return Err(StoreError::NoStore { place: source.place() });
        }
        for address in [&source, &target] {
            if is_in_use(address).await? {
                return Err(StoreError::InUse);
            }
        }
        let known = newest();
        match Self::examine(from).await? {
            None => return Err(StoreError::NoStore { place: source.place() }),
            Some(found) if found.version > known => return Err(StoreError::Newer { found: found.version, known }),
            Some(found) if found.version < known => return Err(StoreError::Older { place: source.place() }),
            Some(_) => {}
        }
        if Self::examine(to).await?.is_some_and(|found| found.version < known) {
            return Err(StoreError::OtherData { table: "_sqlx_migrations" });
        }
        Self::open(to).await?.close().await;
        let (mut reading, mut writing) = (connect(&source).await?, connect(&target).await?);
        let copied = copy(&mut reading, &mut writing, &mut tell).await;
        drop(reading.close().await);
        drop(writing.close().await);
        copied
    }
}

async fn copy(
    source: &mut AnyConnection,
    target: &mut AnyConnection,
    tell: &mut impl FnMut(Progress),
) -> Result<Copied> {
    for connection in [&mut *source, &mut *target] {
        if Backend::of(connection) == Backend::Postgres {
            sqlx::raw_sql("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
                .execute(connection)
                .await?;
        }
    }
    // All that is read is of one moment, however long it takes.
    let one_moment = match Backend::of(source) {
        Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Backend::Sqlite => "BEGIN",
    };
    let mut source = source.begin_with(one_moment).await?;
    let (mut rows, mut already) = (0, 0);
    for table in TABLES {
        rows += count(&mut source, table).await?;
        // Before anything is written: a target with something of its own is left alone.
        already += compare(&mut source, target, table, false, &mut |_| ()).await?;
    }
    let mut done = 0;
    for compares in [false, true] {
        for table in TABLES {
            let mut step = |more| {
                done += more;
                tell(Progress { table: table.name, compares, done, of: rows * 2 });
            };
            step(0);
            if compares {
                compare(&mut source, target, table, true, &mut step).await?;
            } else {
                fill(&mut source, target, table, &mut step).await?;
            }
        }
    }
    if Backend::of(target) == Backend::Postgres {
        // So that the first questions put to it are planned for what is there.
        sqlx::raw_sql("ANALYZE").execute(target).await?;
    }
    Ok(Copied { rows, already })
}

/// Whether a bot is connected to a server; a file's own is known by its socket. One that has just ended is waited for.
async fn is_in_use(address: &Address) -> Result<bool> {
    if address.backend == Backend::Sqlite {
        return Ok(false);
    }
    let mut connection = connect(address).await?;
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'bedside' AND pid <> pg_backend_pid()";
    let mut left = LEAVING;
    let in_use = loop {
        let others: i64 = sqlx::query_scalar(others).fetch_one(&mut connection).await?;
        if others == 0 || left.is_zero() {
            break others > 0;
        }
        left = left.saturating_sub(LEAVING / 30);
        tokio::time::sleep(LEAVING / 30).await;
    };
    connection.close().await?;
    Ok(in_use)
}

async fn count(connection: &mut AnyConnection, table: &Table) -> Result<u64> {
    let count: QueryScalar<_, i64, _> =
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {}", table.name)));
    Ok(u64::try_from(count.fetch_one(connection).await?).unwrap_or(0))
}

/// The rows of a table after a key, in the order of the keys: by their bytes, with the one as with the other.
async fn page(connection: &mut AnyConnection, table: &Table, after: Option<&Row>) -> Result<Vec<Row>> {
    let (columns, key) = (table.names(table.columns.len()), table.names(table.key));
    let places = (1..=table.key).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let from = after.map_or(String::new(), |_| format!("WHERE ({key}) > ({places})"));
    let sql = format!("SELECT {columns} FROM {} {from} ORDER BY {key} LIMIT {PAGE}", table.name);
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in after.into_iter().flatten().take(table.key) {
        query = bind(query, value);
    }
    query.fetch_all(connection).await?.iter().map(|row| table.read(row)).collect()
}

fn bind<'q>(query: Query<'q, Any, sqlx::any::AnyArguments>, value: &Value) -> Query<'q, Any, sqlx::any::AnyArguments> {
    match value {
        Value::Text(text) => query.bind(text.clone()),
        Value::Whole(number) => query.bind(*number),
        Value::Real(number) => query.bind(*number),
    }
}

/// A table's rows, one after the other.
struct Rows<'t> {
    table: &'t Table,
    page: std::vec::IntoIter<Row>,
    last: Option<Row>,
    over: bool,
}

impl<'t> Rows<'t> {
    fn of(table: &'t Table) -> Self {
        Self { table, page: Vec::new().into_iter(), last: None, over: false }
    }

    async fn next(&mut self, connection: &mut AnyConnection) -> Result<Option<Row>> {
        if self.page.len() == 0 && !self.over {
            let page = page(connection, self.table, self.last.as_ref()).await?;
            self.over = page.is_empty();
            self.last = page.last().cloned();
            self.page = page.into_iter();
        }
        Ok(self.page.next())
    }
}

/// Goes through both tables side by side: how many rows are in both, alike. What the target alone has, or has
/// otherwise, is an error; what it lacks is one where it is to be `whole`.
async fn compare(
    source: &mut AnyConnection,
    target: &mut AnyConnection,
    table: &'static Table,
    whole: bool,
    step: &mut impl FnMut(u64),
) -> Result<u64> {
    let differs =
        || if whole { StoreError::Differs { table: table.name } } else { StoreError::OtherData { table: table.name } };
    let (mut ours, mut theirs) = (Rows::of(table), Rows::of(table));
    let (mut alike, mut told) = (0, 0);
    let mut there = theirs.next(target).await?;
    while let Some(row) = ours.next(source).await? {
        match &there {
            Some(copy) if copy[..table.key] == row[..table.key] => {
                if *copy != row {
                    return Err(differs());
                }
                alike += 1;
                there = theirs.next(target).await?;
            }
            _ if whole => return Err(differs()),
            _ => {}
        }
        told += 1;
        if told == PAGE.unsigned_abs() {
            step(std::mem::take(&mut told));
        }
    }
    step(told);
    if there.is_some() { Err(differs()) } else { Ok(alike) }
}

/// Writes the rows that are missing, a page in a transaction.
async fn fill(
    source: &mut AnyConnection,
    target: &mut AnyConnection,
    table: &Table,
    step: &mut impl FnMut(u64),
) -> Result<()> {
    let mut last = None;
    loop {
        let rows = page(source, table, last.as_ref()).await?;
        let Some(row) = rows.last() else { return Ok(()) };
        last = Some(row.clone());
        let mut transaction = target.begin().await?;
        for rows in rows.chunks(AT_ONCE) {
            let mut places = (1..=rows.len() * table.columns.len()).map(|place| format!("${place}"));
            let mut values = Vec::with_capacity(rows.len());
            for row in rows {
                values.push(format!("({})", places.by_ref().take(row.len()).collect::<Vec<_>>().join(", ")));
            }
            let sql = format!(
                "INSERT INTO {} ({}) VALUES {} ON CONFLICT DO NOTHING",
                table.name,
                table.names(table.columns.len()),
                values.join(", ")
            );
            let query = rows.iter().flatten().fold(sqlx::query(AssertSqlSafe(sql)), bind);
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        step(rows.len() as u64);
    }
}
