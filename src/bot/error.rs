//! The two kinds of error: the user's, said kindly with the way out, and ours, which the user gets an apology for.

use crate::store::StoreError;

/// Why a handler gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something that the user can put right; fit to show to them as it is.
    #[error("{0}")]
    User(String),
    /// Something that the user can do nothing about; goes to the log under a reference.
    #[error(transparent)]
    Ours(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An error of the user's.
    pub fn user(words: impl Into<String>) -> Self {
        Self::User(words.into())
    }

    /// An error of ours.
    pub fn ours(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Ours(cause.into())
    }
}

/// An error and what caused it, outermost first: how the log tells it, in text as in JSON.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // Many an error says its cause itself.
        if !told.contains(&words) {
            told = format!("{told}: {words}");
        }
        cause = error.source();
    }
    told
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full { .. } => Self::User(error.to_string()),
            other => Self::ours(other),
        }
    }
}

impl From<crate::tips::Unclear> for Error {
    fn from(unclear: crate::tips::Unclear) -> Self {
        Self::User(unclear.to_string())
    }
}
