//! What is kept about a person, and its deletion. Everything here is of one workspace: nothing crosses.

use std::fmt;

use sqlx::Row;

use super::{ChannelId, PersonId, PostingKind, Result, Store, WorkspaceId, Writing};

/// One thing that is kept about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// They set a channel's daily tip and are told when one goes wrong.
    SetSchedule(ChannelId),
    /// They set a channel's weekly recap and are told when one goes wrong.
    SetRecap(ChannelId),
    /// They switched a rule off for themselves.
    Mute(String),
    /// What they remember of so many practice cards.
    Practised(i64),
    /// Practice cards are sent to them in private.
    PracticeMail {
        /// On which days.
        days: String,
        /// When, as HH:MM.
        time: String,
        /// The IANA name of the time zone.
        zone: String,
    },
    /// They are at a quiz.
    QuizBegun(String),
    /// They finished a quiz so many times.
    QuizResults {
        /// Which quiz.
        quiz: String,
        /// How many results are kept.
        results: i64,
    },
    /// A keyed hash says that somebody used a feature in a week.
    Counted {
        /// Which feature.
        feature: String,
        /// Which week, as in `2026-W20`.
        week: String,
    },
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetSchedule(channel) => write!(f, "that you set the daily tip of channel {channel}"),
            Self::SetRecap(channel) => write!(f, "that you set the weekly recap of channel {channel}"),
            Self::Mute(rule) => write!(f, "that you switched the rule {rule} off for yourself"),
            Self::Practised(cards) => write!(
                f,
                "what you remember of {cards} practice {}: when you had each last, when it comes back, how often you had \
                 it and how well it stuck; never what you answered",
                if *cards == 1 { "card" } else { "cards" }
            ),
            Self::PracticeMail { days, time, zone } => write!(
                f,
                "that a practice card is sent to you in private, {days} at {time} ({zone}), and when the last one was"
            ),
            Self::QuizBegun(quiz) => write!(f, "which answers you chose so far in the quiz {quiz}, as digits"),
            Self::QuizResults { quiz, results } => {
                let runs = if *results == 1 { "your last run".into() } else { format!("your last {results} runs") };
                write!(f, "which answers you chose in {runs} of the quiz {quiz}, as digits, and when")
            }
            Self::Counted { feature, week } => {
                write!(f, "a keyed hash, deleted after week {week}, that counts you once among the users of {feature}")
            }
        }
    }
}

impl Store {
    /// Everything that is kept about a person in a workspace.
    pub async fn about(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<Kept>> {
        let hashes = self.hashes_of(workspace, person).await?;
        let mut transaction = self.pool.begin().await?;
        kept(&mut transaction, workspace, person, &hashes).await
    }

    /// Deletes everything that is kept about a person in a workspace; returns what it deleted. Afterwards
    /// [`Store::about`] is empty.
    pub async fn forget(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<Kept>> {
        let hashes = self.hashes_of(workspace, person).await?;
        let mut transaction = self.begin_among(workspace).await?;
        let deleted = kept(&mut transaction, workspace, person, &hashes).await?;
        for statement in [
            "UPDATE schedules SET set_by = NULL WHERE workspace = $1 AND set_by = $2",
            "DELETE FROM mutes WHERE workspace = $1 AND person = $2 AND person <> ''",
            "DELETE FROM practised WHERE workspace = $1 AND person = $2",
            "DELETE FROM practice_mail WHERE workspace = $1 AND person = $2",
            "DELETE FROM quizzes WHERE workspace = $1 AND person = $2",
            "DELETE FROM quiz_results WHERE workspace = $1 AND person = $2",
        ] {
            sqlx::query(statement).bind(workspace.as_str()).bind(person.as_str()).execute(&mut *transaction).await?;
        }
        for (week, hash) in &hashes {
            sqlx::query("DELETE FROM users_of WHERE workspace = $1 AND week = $2 AND person = $3")
                .bind(workspace.as_str())
                .bind(week)
                .bind(hash)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(deleted)
    }

    /// The person's hash of every week whose hashes are kept, by week.
    async fn hashes_of(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<(String, String)>> {
        let weeks: Vec<String> = sqlx::query_scalar("SELECT DISTINCT week FROM users_of WHERE workspace = $1")
            .bind(workspace.as_str())
            .fetch_all(&self.pool)
            .await?;
        let mut hashes = Vec::with_capacity(weeks.len());
        for week in weeks {
            let hash = self.hash_of(workspace, &week, person).await?;
            hashes.push((week, hash));
        }
        Ok(hashes)
    }
}

async fn kept(
    transaction: &mut Writing,
    workspace: &WorkspaceId,
    person: &PersonId,
    hashes: &[(String, String)],
) -> Result<Vec<Kept>> {
    let mut kept = Vec::new();
    let rows = sqlx::query(
        "SELECT channel, kind FROM schedules WHERE workspace = $1 AND set_by = $2 ORDER BY channel, kind DESC",
    )
    .bind(workspace.as_str())
    .bind(person.as_str())
    .fetch_all(&mut **transaction)
    .await?;
    for row in rows {
        let channel = ChannelId::new(row.try_get::<String, _>("channel")?);
        kept.push(match PostingKind::read(&row)? {
            PostingKind::Recap => Kept::SetRecap(channel),
            PostingKind::Tip | PostingKind::Post => Kept::SetSchedule(channel),
        });
    }
    let rules: Vec<String> = sqlx::query_scalar(
        "SELECT rule FROM mutes WHERE workspace = $1 AND person = $2 AND person <> '' ORDER BY rule",
    )
    .bind(workspace.as_str())
    .bind(person.as_str())
    .fetch_all(&mut **transaction)
    .await?;
    kept.extend(rules.into_iter().map(Kept::Mute));
    kept_of_practice(transaction, workspace, person, &mut kept).await?;
    for (week, hash) in hashes {
        let rows = sqlx::query(
            "SELECT feature FROM users_of WHERE workspace = $1 AND week = $2 AND person = $3 ORDER BY feature",
        )
        .bind(workspace.as_str())
        .bind(week)
        .bind(hash)
        .fetch_all(&mut **transaction)
        .await?;
        for row in rows {
            kept.push(Kept::Counted { feature: row.try_get(0)?, week: week.clone() });
        }
    }
    Ok(kept)
}

async fn kept_of_practice(
    transaction: &mut Writing,
    workspace: &WorkspaceId,
    person: &PersonId,
    kept: &mut Vec<Kept>,
) -> Result<()> {
    let cards: i64 = sqlx::query_scalar("SELECT count(*) FROM practised WHERE workspace = $1 AND person = $2")
        .bind(workspace.as_str())
        .bind(person.as_str())
        .fetch_one(&mut **transaction)
        .await?;
    kept.extend((cards > 0).then_some(Kept::Practised(cards)));
    let mail = sqlx::query("SELECT days, time, zone FROM practice_mail WHERE workspace = $1 AND person = $2")
        .bind(workspace.as_str())
        .bind(person.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    if let Some(row) = mail {
        kept.push(Kept::PracticeMail { days: row.try_get(0)?, time: row.try_get(1)?, zone: row.try_get(2)? });
    }
    let begun: Vec<String> =
        sqlx::query_scalar("SELECT quiz FROM quizzes WHERE workspace = $1 AND person = $2 ORDER BY quiz")
            .bind(workspace.as_str())
            .bind(person.as_str())
            .fetch_all(&mut **transaction)
            .await?;
    kept.extend(begun.into_iter().map(Kept::QuizBegun));
    let finished = sqlx::query(
        "SELECT quiz, count(*) FROM quiz_results WHERE workspace = $1 AND person = $2 GROUP BY quiz ORDER BY quiz",
    )
    .bind(workspace.as_str())
    .bind(person.as_str())
    .fetch_all(&mut **transaction)
    .await?;
    for row in finished {
        kept.push(Kept::QuizResults { quiz: row.try_get(0)?, results: row.try_get(1)? });
    }
    Ok(())
}
