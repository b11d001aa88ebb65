//! Every table of the schema, for a copy: those that others refer to come first.

use sqlx::{Row, any::AnyRow};

use super::{Result, StoreError};

/// A table.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// How many of the columns, from the first on, make up its key.
    pub(super) key: usize,
    pub(super) columns: &'static [(&'static str, Kind)],
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Real,
}
use Kind::{Real, Text, Whole};

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "workspaces",
        key: 1,
        columns: &[("workspace", Text), ("staff_role", Text), ("report_channel", Text), ("left_at", Whole)],
    },
    Table { name: "watched", key: 2, columns: &[("workspace", Text), ("channel", Text)] },
    Table {
        name: "schedules",
        key: 3,
        columns: &[
            ("workspace", Text),
            ("channel", Text),
            ("kind", Text),
            ("time", Text),
            ("zone", Text),
            ("days", Text),
            ("topics", Text),
            ("set_by", Text),
            ("next_date", Text),
            ("next_due", Whole),
        ],
    },
    Table { name: "skips", key: 3, columns: &[("workspace", Text), ("channel", Text), ("date", Text)] },
    Table {
        name: "postings",
        key: 4,
        columns: &[
            ("workspace", Text),
            ("channel", Text),
            ("kind", Text),
            ("date", Text),
            ("due", Whole),
            ("tip", Text),
            ("round", Whole),
            ("state", Text),
            ("holder", Text),
            ("lease_until", Whole),
            ("attempts", Whole),
            ("looks", Whole),
            ("sending_since", Whole),
            ("tried_at", Whole),
            ("message", Text),
            ("reason", Text),
            ("telling", Text),
            ("tell_at", Whole),
            ("tellings", Whole),
            ("told_at", Whole),
        ],
    },
    Table {
        name: "shown",
        key: 3,
        columns: &[("workspace", Text), ("channel", Text), ("tip", Text), ("round", Whole), ("shown_at", Whole)],
    },
    Table { name: "mutes", key: 3, columns: &[("workspace", Text), ("person", Text), ("rule", Text)] },
    Table {
        name: "counters",
        key: 3,
        columns: &[("workspace", Text), ("feature", Text), ("week", Text), ("uses", Whole), ("of_many", Whole)],
    },
    Table {
        name: "users_of",
        key: 4,
        columns: &[("workspace", Text), ("week", Text), ("person", Text), ("feature", Text)],
    },
    Table { name: "secrets", key: 1, columns: &[("name", Text), ("value", Text)] },
    Table {
        name: "api_keys",
        key: 1,
        columns: &[("name", Text), ("hash", Text), ("created", Text), ("last_used", Text)],
    },
    Table {
        name: "practised",
        key: 3,
        columns: &[
            ("workspace", Text),
            ("person", Text),
            ("card", Text),
            ("stability", Real),
            ("difficulty", Real),
            ("due", Whole),
            ("seen", Whole),
            ("times", Whole),
            ("lapses", Whole),
        ],
    },
    Table {
        name: "practice_mail",
        key: 2,
        columns: &[
            ("workspace", Text),
            ("person", Text),
            ("token", Text),
            ("time", Text),
            ("zone", Text),
            ("days", Text),
            ("next_due", Whole),
            ("last_due", Whole),
            ("failures", Whole),
        ],
    },
    Table {
        name: "quizzes",
        key: 3,
        columns: &[("workspace", Text), ("person", Text), ("quiz", Text), ("answers", Text)],
    },
    Table {
        name: "quiz_results",
        key: 4,
        columns: &[("workspace", Text), ("person", Text), ("quiz", Text), ("at", Whole), ("answers", Text)],
    },
    Table {
        name: "blog_feeds",
        key: 1,
        columns: &[
            ("feed", Text),
            ("etag", Text),
            ("last_modified", Text),
            ("begun_at", Whole),
            ("read_at", Whole),
            ("next_at", Whole),
            ("failures", Whole),
            ("told_at", Whole),
        ],
    },
    Table { name: "blog_known", key: 2, columns: &[("feed", Text), ("mark", Text), ("seen_at", Whole)] },
    Table {
        name: "blog_posts",
        key: 1,
        columns: &[
            ("post", Text),
            ("blog", Text),
            ("title", Text),
            ("link", Text),
            ("found_at", Whole),
            ("place", Whole),
        ],
    },
    Table {
        name: "blog_waiting",
        key: 3,
        columns: &[("workspace", Text), ("channel", Text), ("post", Text), ("at", Whole)],
    },
];

/// What stands in one column of one row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(Option<String>),
    Whole(Option<i64>),
    Real(Option<f64>),
}

impl Table {
    /// The names of the columns, or of those of the key alone.
    pub(super) fn names(&self, columns: usize) -> String {
        self.columns.iter().take(columns).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// A row, its columns in order.
    pub(super) fn read(&self, row: &AnyRow) -> Result<Vec<Value>> {
        let value = |(at, (_, kind)): (usize, &(&str, Kind))| {
            Ok(match kind {
                Text => Value::Text(row.try_get(at)?),
                Whole => Value::Whole(row.try_get(at)?),
                Real => Value::Real(row.try_get(at)?),
            })
        };
        self.columns.iter().enumerate().map(value).collect::<sqlx::Result<_>>().map_err(StoreError::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// A column that a copy left out would be lost.
    #[tokio::test]
    async fn every_table_and_column_of_the_schema_is_named() {
        let store = Store::in_memory().await.unwrap();
        let rows = sqlx::query(
            "SELECT m.name, c.name, c.type, c.pk FROM sqlite_master m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
        );
        let rows = rows.fetch_all(&store.pool).await.unwrap();
        let mut schema: Vec<(String, String, Kind, bool)> = rows
            .iter()
            .map(|row| {
                let kind = match row.get::<&str, _>(2) {
                    "TEXT" => Text,
                    "INTEGER" | "BIGINT" => Whole,
                    "DOUBLE PRECISION" => Real,
                    other => panic!("{other}"),
                };
                (row.get(0), row.get(1), kind, row.get::<i64, _>(3) > 0)
            })
            .collect();
        let mut ours: Vec<_> = TABLES
            .iter()
            .flat_map(|table| {
                let columns = table.columns.iter().enumerate();
                columns.map(|(at, (name, kind))| (table.name.into(), (*name).into(), *kind, at < table.key))
            })
            .collect();
        schema.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
        ours.sort_by(|one: &(String, String, _, _), other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
        assert_eq!(ours, schema);
    }
}
