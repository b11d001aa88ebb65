//! What people wrote, made fit for a terminal: no control character, no escape sequence and no override of the
//! reading direction reaches it raw, and long lines are wrapped. Byte offsets of the original can be found again.

use std::{borrow::Cow, ops::Range};

use unicode_width::UnicodeWidthChar;

/// A text as it is shown, with the way from the original's bytes to it.
pub(super) struct Shown {
    /// The text to show, wrapped.
    pub(super) text: String,
    /// For each byte of the original, and its end, the byte of `text` where it is shown.
    places: Vec<usize>,
}

impl Shown {
    /// Makes `original` harmless and wraps it at `width` columns.
    pub(super) fn new(original: &str, width: usize) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut places = Vec::with_capacity(original.len() + 1);
        let mut column = 0;
        let mut last_space = None;
        for (at, character) in original.char_indices() {
            let piece = harmless_character(character, original[at..].chars().nth(1));
            let wide = columns(&piece);
            if column + wide > width && character != '\n' && !piece.trim().is_empty() {
                column = wrap(&mut text, &mut last_space);
            }
            if character == ' ' && column > 0 {
                last_space = Some(text.len());
            }
            places.resize(at + character.len_utf8(), text.len());
            text.push_str(&piece);
            column += wide;
            if piece == "\n" {
                (column, last_space) = (0, None);
            }
        }
        places.push(text.len());
        Self { text, places }
    }

    /// Where a span of the original is shown: a range for each line that it touches, none of them empty.
    pub(super) fn lines_of(&self, start: usize, end: usize) -> Vec<Range<usize>> {
        let place = |at: usize| self.places[at.min(self.places.len() - 1)];
        let (from, to) = (place(start), place(end).max(place(start)));
        let mut ranges = Vec::new();
        let mut at = from;
        for line in self.text[from..to].split_inclusive('\n') {
            let words = line.trim();
            if !words.is_empty() {
                let lead = line.len() - line.trim_start().len();
                ranges.push(at + lead..at + lead + words.len());
            }
            at += line.len();
        }
        ranges
    }
}

/// Breaks the last line at its last space, or here when it has none. Returns the column reached.
fn wrap(text: &mut String, last_space: &mut Option<usize>) -> usize {
    if let Some(space) = last_space.take() {
        text.replace_range(space..=space, "\n");
        columns(&text[space + 1..])
    } else {
        text.push('\n');
        0
    }
}

/// `text` on one line or several, harmless.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| character == '\n' || !is_harmful(character)) {
        return Cow::Borrowed(text);
    }
    let mut after = text.chars().skip(1);
    Cow::Owned(text.chars().map(|character| harmless_character(character, after.next())).collect())
}

/// `text` wrapped into lines of at most `width` columns, at spaces; harmless, and without line breaks of its own.
/// A longer web address stays whole on a line of its own: in two pieces nobody can follow it.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let (mut lines, mut words) = (Vec::new(), Vec::new());
    let fill = |words: &mut Vec<&str>, lines: &mut Vec<String>| {
        lines.extend(Shown::new(&std::mem::take(words).join(" "), width).text.lines().map(str::to_owned));
    };
    for word in text.split_whitespace() {
        if word.contains("://") && columns(word) > width {
            fill(&mut words, &mut lines);
            lines.push(harmless(word).into_owned());
        } else {
            words.push(word);
        }
    }
    fill(&mut words, &mut lines);
    lines
}

/// How many columns of a terminal `text` takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

fn harmless_character(character: char, next: Option<char>) -> String {
    match character {
        '\r' if next == Some('\n') => String::new(),
        '\t' => "    ".into(),
        '\n' | '\u{2028}' | '\u{2029}' => "\n".into(),
        // Unicode has a picture for each: ␛ for an escape.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('�').into(),
        '\u{7f}' => "␡".into(),
        other if is_harmful(other) => format!("⟨U+{:04X}⟩", u32::from(other)),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_harmful_is_left() {
        let shown = Shown::new("a\u{1b}[31mb\u{202e}c\u{9b}d\r\ne\u{7}\u{2066}", 80).text;
        assert_eq!(shown, "a␛[31mb⟨U+202E⟩c⟨U+009B⟩d\ne␇⟨U+2066⟩");
        assert_eq!(harmless("a\u{1b}]0;title\u{7}"), "a␛]0;title␇");
        assert!(matches!(harmless("plain\ntext"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_are_wrapped_at_spaces_and_spans_follow() {
        let original = "\u{1b}one two three four";
        let shown = Shown::new(original, 9);
        assert_eq!(shown.text, "␛one two\nthree\nfour");
        let words = |word: &str| {
            let at = original.find(word).unwrap();
            let lines = shown.lines_of(at, at + word.len());
            lines.into_iter().map(|range| shown.text[range].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words("two"), ["two"]);
        assert_eq!(words("two three"), ["two", "three"]);
        assert_eq!(words("four"), ["four"]);
    }

    #[test]
    fn a_word_without_end_is_broken_and_wide_characters_count_twice() {
        assert_eq!(Shown::new("abcdefghij", 4).text, "abcd\nefgh\nij");
        assert_eq!(Shown::new("日本語です", 4).text, "日本\n語で\nす");
        assert_eq!(wrapped("one  two\nthree", 8), ["one two", "three"]);
        assert_eq!(wrapped("", 8), [""; 0]);
        assert_eq!(wrapped("see http://a.example/b\u{1b} now", 8), ["see", "http://a.example/b␛", "now"]);
    }

    proptest::proptest! {
        #[test]
        fn any_span_of_any_text_is_found(text in "(?s).{0,60}", width in 1usize..20, a in 0usize..80, b in 0usize..80) {
            let shown = Shown::new(&text, width);
            let edges: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (edges[a % edges.len()], edges[b % edges.len()]);
            for range in shown.lines_of(a.min(b), a.max(b)) {
                proptest::prop_assert!(!range.is_empty() && !shown.text[range].contains('\n'));
            }
            proptest::prop_assert!(shown.text.chars().all(|c| c == '\n' || !is_harmful(c)));
        }
    }
}
