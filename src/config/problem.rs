//! Something wrong in a file that a person wrote: where, what, and what would be right.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Where in a file; both count from one, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// The place of a byte of `text`.
    pub fn of(text: &str, byte: usize) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

/// Something wrong in a file. Displayed as `file:line:column: what is wrong; what would be right`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// Where in it; none when it is the file itself.
    pub place: Option<Place>,
    /// What is wrong and, after a semicolon, what would be right.
    pub what: String,
}

impl Problem {
    /// Something wrong with a file itself.
    pub fn of_file(file: &Path, wrong: &str, right: &str) -> Self {
        Self { file: file.into(), place: None, what: format!("{wrong}; {right}") }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.what)
    }
}
