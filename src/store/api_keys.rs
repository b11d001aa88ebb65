//! Keys of the JSON API: what tells one that is shown, and never the key.

use jiff::civil::Date;
use sqlx::Row;

use super::{Result, Store, StoreError, date};

/// How many keys there can be.
const MOST_KEYS: i64 = 100;

/// A key, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// What it is called.
    pub name: String,
    /// The SHA-256 of the key, in hexadecimal.
    pub hash: String,
    /// The UTC day on which it was made.
    pub created: Date,
    /// The last UTC day on which it was shown.
    pub last_used: Option<Date>,
}

impl Store {
    /// Keeps a key under a name of at most 64 characters; false when the name is taken.
    pub async fn add_api_key(&self, name: &str, hash: &str, created: Date) -> Result<bool> {
        let mut transaction = self.begin().await?;
        // Two that come at once are counted one after the other.
        self.on_postgres(&mut transaction, "LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE").await?;
        let inserted =
            sqlx::query("INSERT INTO api_keys (name, hash, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(name)
                .bind(hash)
                .bind(created.to_string())
                .execute(&mut *transaction)
                .await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM api_keys").fetch_one(&mut *transaction).await?;
        if count > MOST_KEYS {
            return Err(StoreError::Full { what: "keys", limit: MOST_KEYS });
        }
        transaction.commit().await?;
        Ok(inserted.rows_affected() > 0)
    }

    /// Every key, by name.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let rows = sqlx::query("SELECT name, hash, created, last_used FROM api_keys ORDER BY name")
            .fetch_all(&self.pool)
            .await?;
        let key = |row| {
            let last_used: Option<&str> = Row::try_get(row, "last_used")?;
            Ok(ApiKey {
                name: Row::try_get(row, "name")?,
                hash: Row::try_get(row, "hash")?,
                created: date(row, "created")?,
                last_used: last_used
                    .map(str::parse)
                    .transpose()
                    .map_err(|_| StoreError::Unreadable { what: "date" })?,
            })
        };
        rows.iter().map(key).collect()
    }

    /// Notes that a key was shown on that day.
    pub async fn api_key_used(&self, name: &str, day: Date) -> Result<()> {
        sqlx::query("UPDATE api_keys SET last_used = $2 WHERE name = $1")
            .bind(name)
            .bind(day.to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets a key; false when there was none of that name.
    pub async fn remove_api_key(&self, name: &str) -> Result<bool> {
        let deleted = sqlx::query("DELETE FROM api_keys WHERE name = $1").bind(name).execute(&self.pool).await?;
        Ok(deleted.rows_affected() > 0)
    }
}
