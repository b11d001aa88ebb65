//! Quizzes: the one that somebody is at, and their last results. Chosen answers are kept as digits.

use jiff::Timestamp;
use sqlx::Row;

use super::{PersonId, Result, Store, WorkspaceId, clipped, instant, millis};

/// How many results of one quiz are kept for a person; past it the oldest goes.
const MOST_RESULTS: i64 = 20;
/// The longest id of a quiz, and the most items.
const LONGEST: usize = 100;

/// A quiz that somebody finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuizRun {
    /// When they finished it.
    pub at: Timestamp,
    /// Which answer they chose to each item, from 0 on.
    pub answers: Vec<u8>,
}

/// Chosen answers as they are kept: a digit each.
fn digits(answers: &[u8]) -> String {
    answers.iter().take(LONGEST).map(|answer| char::from(b'0' + (*answer).min(9))).collect()
}

fn answers(digits: &str) -> Vec<u8> {
    digits.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
}

impl Store {
    /// The answers chosen so far in a quiz that somebody is at.
    pub async fn quiz(&self, workspace: &WorkspaceId, person: &PersonId, quiz: &str) -> Result<Option<Vec<u8>>> {
        let kept: Option<String> =
            sqlx::query_scalar("SELECT answers FROM quizzes WHERE workspace = $1 AND person = $2 AND quiz = $3")
                .bind(workspace.as_str())
                .bind(person.as_str())
                .bind(clipped(quiz, LONGEST))
                .fetch_optional(&self.pool)
                .await?;
        Ok(kept.as_deref().map(answers))
    }

    /// Begins a quiz, afresh where somebody is at it.
    pub async fn begin_quiz(&self, workspace: &WorkspaceId, person: &PersonId, quiz: &str) -> Result<()> {
        let mut transaction = self.begin_in(workspace).await?;
        sqlx::query(
            "INSERT INTO quizzes (workspace, person, quiz, answers) VALUES ($1, $2, $3, '')
             ON CONFLICT (workspace, person, quiz) DO UPDATE SET answers = ''",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .bind(clipped(quiz, LONGEST))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps the answers chosen so far, if they were `before` until now; false where somebody was faster.
    pub async fn set_quiz(
        &self,
        workspace: &WorkspaceId,
        person: &PersonId,
        quiz: &str,
        before: &[u8],
        now: &[u8],
    ) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE quizzes SET answers = $5 WHERE workspace = $1 AND person = $2 AND quiz = $3 AND answers = $4",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .bind(clipped(quiz, LONGEST))
        .bind(digits(before))
        .bind(digits(now))
        .execute(&self.pool)
        .await?;
        Ok(update.rows_affected() > 0)
    }

    /// Ends a quiz whose answers were `before` until now, and keeps its result; false where somebody was faster.
    pub async fn finish_quiz(
        &self,
        workspace: &WorkspaceId,
        person: &PersonId,
        quiz: &str,
        before: &[u8],
        run: &QuizRun,
    ) -> Result<bool> {
        let quiz = clipped(quiz, LONGEST);
        let mut transaction = self.begin_among(workspace).await?;
        let ended =
            sqlx::query("DELETE FROM quizzes WHERE workspace = $1 AND person = $2 AND quiz = $3 AND answers = $4")
                .bind(workspace.as_str())
                .bind(person.as_str())
                .bind(quiz)
                .bind(digits(before))
                .execute(&mut *transaction)
                .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO quiz_results (workspace, person, quiz, at, answers) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace, person, quiz, at) DO UPDATE SET answers = excluded.answers",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .bind(quiz)
        .bind(millis(run.at))
        .bind(digits(&run.answers))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM quiz_results WHERE workspace = $1 AND person = $2 AND quiz = $3 AND at NOT IN
                 (SELECT at FROM quiz_results WHERE workspace = $1 AND person = $2 AND quiz = $3
                  ORDER BY at DESC LIMIT $4)",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .bind(quiz)
        .bind(MOST_RESULTS)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The last runs of a quiz by somebody, the newest first.
    pub async fn quiz_runs(&self, workspace: &WorkspaceId, person: &PersonId, quiz: &str) -> Result<Vec<QuizRun>> {
        let rows = sqlx::query(
            "SELECT at, answers FROM quiz_results WHERE workspace = $1 AND person = $2 AND quiz = $3 ORDER BY at DESC",
        )
        .bind(workspace.as_str())
        .bind(person.as_str())
        .bind(clipped(quiz, LONGEST))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| Ok(QuizRun { at: instant(row, "at")?, answers: answers(row.try_get("answers")?) }))
            .collect()
    }
}
