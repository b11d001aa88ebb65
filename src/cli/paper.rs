//! The page that people read in their terminal: how wide it is, whether it has colours, and a few shapes.

use std::{fmt::Write, io::IsTerminal};

use super::{arguments::Colour, shown};

/// The widest page: longer lines are hard to read.
const WIDEST: usize = 100;
/// The page where nobody says how wide it is.
const USUAL: usize = 80;
/// The column where the text beside a label starts.
const LABEL: usize = 14;

/// How a page is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paper {
    /// Whether it has colours.
    pub(super) colour: bool,
    /// How many columns it has.
    pub(super) width: usize,
}

/// A way of setting words off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
    Blue,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Red => "1;31",
            Self::Yellow => "1;33",
            Self::Green => "1;32",
            Self::Blue => "1;34",
        }
    }
}

impl Paper {
    /// The paper that standard output is.
    pub(super) fn of_standard_output(colour: Colour) -> Self {
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        Self {
            colour: wants_colour(colour, std::io::stdout().is_terminal()),
            width: width.or(told).unwrap_or(USUAL).clamp(40, WIDEST),
        }
    }

    /// `words` in an ink.
    pub(super) fn ink(self, ink: Ink, words: &str) -> String {
        if self.colour && !words.is_empty() { format!("\x1b[{}m{words}\x1b[0m", ink.code()) } else { words.to_owned() }
    }

    /// A label and beside it a text that wraps under itself; `label` may be empty, `text` may be anybody's.
    pub(super) fn beside(self, page: &mut String, ink: Ink, label: &str, text: &str) {
        let margin = " ".repeat(LABEL.saturating_sub(shown::columns(label)));
        let mut lead = format!("  {}{margin}", self.ink(ink, label));
        for line in shown::wrapped(text, self.width - LABEL - 2) {
            let _ = writeln!(page, "{lead}{line}");
            lead = " ".repeat(LABEL + 2);
        }
    }

    /// A list under a label: each text on lines of its own, after a dash.
    pub(super) fn list(
        self,
        page: &mut String,
        ink: Ink,
        label: &str,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
    ) {
        let mut label = label;
        for text in texts {
            let margin = " ".repeat(LABEL.saturating_sub(shown::columns(label)));
            let mut lead = format!("  {}{margin}· ", self.ink(ink, label));
            for line in shown::wrapped(text.as_ref(), self.width - LABEL - 4) {
                let _ = writeln!(page, "{lead}{line}");
                lead = " ".repeat(LABEL + 4);
            }
            label = "";
        }
    }
}

/// Whether a stream gets colours: as asked, else on a terminal that has them, unless the environment says no.
pub(super) fn wants_colour(colour: Colour, terminal: bool) -> bool {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && !forbidden,
    }
}
