//! What the weights are keyed by: words, the halves of a contraction, marks, symbols.

use super::table::hash;
use crate::language::{ByteSpan, SET_ASIDE, Text};

/// A word, half a contraction (“do”, “n't”), a mark or a symbol of the folded text.
#[derive(Clone, Copy, Debug)]
pub struct Token<'t> {
    /// As it is looked up.
    pub text: &'t str,
    /// Where it stands in the folded text.
    pub span: ByteSpan,
    /// Whether it is a word rather than a mark.
    pub word: bool,
    /// Whether it is the first word of its sentence.
    pub first: bool,
    /// Whether it is written like a name: a capital, then none, within a sentence. Names weigh nothing.
    pub name: bool,
    key: u64,
}

impl Token<'_> {
    /// What the weights know it by.
    pub fn key(&self) -> u64 {
        self.key
    }
}

/// The tokens of a text, in order; what is set aside yields none.
pub fn tokens<'t>(text: &'t Text<'_>) -> Vec<Token<'t>> {
    let folded = text.folded.as_str();
    let mut found = Vec::with_capacity(folded.len() / 4);
    for sentence in &text.sentences {
        let before = found.len();
        split(folded, sentence.span, &mut found);
        for token in &mut found[before..] {
            token.name = token.word && is_title(text.origin(token.span).of(text.original));
        }
        if let Some(first) = found[before..].iter_mut().find(|token| token.word) {
            (first.first, first.name) = (true, false);
        }
    }
    found
}

/// “Dick” and “Outlook”, not “DICK”, not “I”.
fn is_title(written: &str) -> bool {
    let mut letters = written.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

fn split<'t>(folded: &'t str, within: ByteSpan, found: &mut Vec<Token<'t>>) {
    let mut at = within.start;
    while at < within.end {
        let rest = &folded[at..within.end];
        let Some(c) = rest.chars().next() else { break };
        let length = match c {
            c if c.is_alphanumeric() => {
                let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '\'')).unwrap_or(rest.len());
                let length = rest[..length].trim_end_matches('\'').len();
                contraction(folded, at, length, found);
                length
            }
            '.' => {
                let length = rest.len() - rest.trim_start_matches('.').len();
                push(folded, at, length, if length > 1 { Some("...") } else { None }, false, found);
                length
            }
            // A variation selector or a joiner says nothing of its own.
            c if c.is_whitespace() || c == SET_ASIDE || matches!(c, '\u{fe0f}' | '\u{200d}') => c.len_utf8(),
            c => {
                push(folded, at, c.len_utf8(), None, false, found);
                c.len_utf8()
            }
        };
        at += length;
    }
}

/// “don't” is “do”, “n't”; “you're” is “you”, “'re”; “cannot” is “can”, “not”.
fn contraction<'t>(folded: &'t str, at: usize, length: usize, found: &mut Vec<Token<'t>>) {
    let word = &folded[at..at + length];
    let stem = match word.find('\'') {
        None if word == "cannot" => 3,
        None => length,
        Some(_) if word.ends_with("n't") => length - 3,
        Some(mark) => mark,
    };
    if stem > 0 {
        push(folded, at, stem, None, true, found);
    }
    if stem < length {
        push(folded, at + stem, length - stem, None, true, found);
    }
}

fn push<'t>(
    folded: &'t str,
    start: usize,
    length: usize,
    reads: Option<&'t str>,
    word: bool,
    found: &mut Vec<Token<'t>>,
) {
    let span = ByteSpan { start, end: start + length };
    let text = reads.unwrap_or_else(|| span.of(folded));
    found.push(Token { text, span, word, first: false, name: false, key: hash(text) });
}

#[cfg(test)]
mod tests {
    use super::{
        super::table::{joined, key},
        *,
    };

    fn read(text: &str) -> String {
        let text = Text::read(text);
        tokens(&text)
            .iter()
            .map(|t| if t.first { format!("|{}", t.text) } else { t.text.into() })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn splits_as_the_weights_are_written() {
        assert_eq!(
            read("You can’t, and `x` didn't... Why?! “No” 🙄"),
            "|you ca n't , and did n't ... |why ? ! \" \" 🙄"
        );
        assert_eq!(read("I cannot; you're late."), "|i can not ; you 're late .");
    }

    #[test]
    fn knows_a_name_by_its_capital() {
        let text = Text::read("Morning Dick, DON'T panic, I asked Grace. Hope it helps.");
        let names: Vec<&str> = tokens(&text).iter().filter(|t| t.name).map(|t| t.text).collect();
        assert_eq!(names, ["dick", "grace"]);
    }

    #[test]
    fn a_term_of_the_file_has_the_key_of_its_tokens() {
        let text = Text::read("You don't");
        let found = tokens(&text);
        let spelled = found.iter().map(Token::key).reduce(joined);
        assert_eq!(spelled, Some(key("you do n't")));
    }
}
