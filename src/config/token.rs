//! The one secret: the bot's token, from the environment or a file of its own.

use std::{fmt, path::Path};

/// The variable that holds the token.
const VARIABLE: &str = "DISCORD_TOKEN";
/// The variable that names a file with the token in it.
const FILE_VARIABLE: &str = "DISCORD_TOKEN_FILE";

/// A Discord bot token. `Debug` and `Display` print nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes the token from `DISCORD_TOKEN` or the file that `DISCORD_TOKEN_FILE` names; none when neither is set.
    /// An empty variable counts as not set.
    pub fn from_environment() -> Result<Option<Self>, TokenTrouble> {
        Self::from_variables(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, TokenTrouble> {
        let set = |name| variable(name).filter(|value| !value.trim().is_empty());
        match (set(VARIABLE), set(FILE_VARIABLE)) {
            (Some(_), Some(_)) => Err(TokenTrouble::Both),
            (Some(value), None) => Self::parse(&value, VARIABLE).map(Some),
            (None, Some(file)) => {
                let text = std::fs::read_to_string(Path::new(&file))
                    .map_err(|error| TokenTrouble::Unreadable(file.clone(), crate::config::plainly(&error)))?;
                Self::parse(&text, &file).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    fn parse(text: &str, from: &str) -> Result<Self, TokenTrouble> {
        let wrong = |why| Err(TokenTrouble::NotAToken(from.to_owned(), why));
        let token = text.trim();
        if token.is_empty() {
            wrong("is empty")
        } else if token.starts_with("Bot ") {
            wrong("begins with “Bot ”, which Bedside adds itself")
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            wrong("holds spaces or characters that no token has")
        } else {
            Ok(Self(token.to_owned()))
        }
    }

    /// The token itself, for the platform's client and nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Why there is no token to use. Never shows any of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenTrouble {
    /// Both variables are set.
    #[error("DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set, and they may differ; unset one of them")]
    Both,
    /// The file cannot be read.
    #[error("DISCORD_TOKEN_FILE names {0}, which cannot be read: {1}; name a file that holds the token alone")]
    Unreadable(String, String),
    /// What was found is no token.
    #[error("{0} {1}; give the token alone, as the developer portal shows it under Bot → Reset Token")]
    NotAToken(String, &'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Option<Token>, TokenTrouble> {
        Token::from_variables(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_token_shows_nothing_of_itself() {
        let token = from(&[(VARIABLE, "abc.def.ghi\n")]).unwrap().unwrap();
        assert_eq!(token.reveal(), "abc.def.ghi");
        assert!(!format!("{token:?} {token} {token:#?}").contains("abc"));
    }

    #[test]
    fn a_file_may_hold_it_and_its_last_newline_is_dropped() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc.def\r\n").unwrap();
        let token = from(&[(FILE_VARIABLE, file.path().to_str().unwrap())]).unwrap().unwrap();
        assert_eq!(token.reveal(), "abc.def");
    }

    #[test]
    fn what_is_wrong_is_said_without_showing_it() {
        assert_eq!(from(&[]), Ok(None));
        assert_eq!(from(&[(VARIABLE, ""), (FILE_VARIABLE, " ")]), Ok(None));
        assert_eq!(from(&[(VARIABLE, "a"), (FILE_VARIABLE, "b")]), Err(TokenTrouble::Both));
        for bad in ["Bot abc.def", "abc def", "“abc”"] {
            let said = from(&[(VARIABLE, bad)]).unwrap_err().to_string();
            assert!(!said.contains("abc"), "{said}");
        }
        let said = from(&[(FILE_VARIABLE, "/nowhere/token")]).unwrap_err().to_string();
        assert!(said.contains("/nowhere/token") && said.contains("no such file"), "{said}");
    }
}
