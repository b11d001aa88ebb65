//! What a person remembers of practice cards: numbers and instants, never a word of an answer.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{PersonId, Result, Store, WorkspaceId, clipped, count, instant, millis};

/// How many cards of a person are remembered; past it the one seen longest ago is forgotten.
const MOST_CARDS: i64 = 2_000;
/// The longest id of a card.
const LONGEST_CARD: usize = 200;
/// The largest number that is kept.
const MOST: f64 = 1_000_000.0;

/// What a person remembers of a card, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Practised {
    /// The card's id.
    pub card: String,
    /// How long it is remembered, in days.
    pub stability: f64,
    /// How hard it is for them.
    pub difficulty: f64,
    /// When it comes back.
    pub due: Timestamp,
    /// When they answered it last.
    pub seen: Timestamp,
    /// How often they answered it.
    pub times: u32,
    /// How often they had forgotten it.
    pub lapses: u32,
}

impl Practised {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            card: row.try_get("card")?,
            stability: row.try_get("stability")?,
            difficulty: row.try_get("difficulty")?,
            due: instant(row, "due")?,
            seen: instant(row, "seen")?,
            times: count(row, "times")?,
            lapses: count(row, "lapses")?,
        })
    }
}

/// A number that every database takes.
fn bounded(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.clamp(0.0, MOST) }
}

impl Store {
    /// Everything that a person remembers.
    pub async fn practised(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<Practised>> {
        let rows = sqlx::query(
            "SELECT card, stability, difficulty, due, seen, times, lapses FROM practised
             WHERE workspace = $1 AND person = $2 ORDER BY card",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Practised::read).collect()
    }

    /// Keeps what a person remembers of a card, if nothing changed since it was read: `seen_before` is when they had
    /// answered it last then, if ever. False where somebody was faster; nothing is changed then.
    pub async fn practise(
        &self,
        workspace: &WorkspaceId,
        person: &PersonId,
        seen_before: Option<Timestamp>,
        now: &Practised,
    ) -> Result<bool> {
        let mut transaction = self.begin_in(workspace).await?;
        let statement = match seen_before {
            Some(_) => {
                "UPDATE practised SET stability = $4, difficulty = $5, due = $6, seen = $7, times = $8, lapses = $9
                 WHERE workspace = $1 AND person = $2 AND card = $3 AND seen = $10"
            }
            None => {
                "INSERT INTO practised (workspace, person, card, stability, difficulty, due, seen, times, lapses)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
            }
        };
        let mut query = sqlx::query(statement)
            .bind(workspace.as_str())
            .bind(person.as_str())
            .bind(clipped(&now.card, LONGEST_CARD))
            .bind(bounded(now.stability))
            .bind(bounded(now.difficulty))
            .bind(millis(now.due))
            .bind(millis(now.seen))
            .bind(i64::from(now.times.min(1_000_000)))
            .bind(i64::from(now.lapses.min(1_000_000)));
        if let Some(before) = seen_before {
            query = query.bind(millis(before));
        }
        let changed = query.execute(&mut *transaction).await?.rows_affected() > 0;
        sqlx::query(
            "DELETE FROM practised WHERE workspace = $1 AND person = $2 AND card IN
                 (SELECT card FROM practised WHERE workspace = $1 AND person = $2
                  ORDER BY seen DESC, card LIMIT 1000000 OFFSET $3)",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .bind(MOST_CARDS)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(changed)
    }
}
