//! What people wrote, made inert in Discord's Markdown; and text cut short with grace.

use unicode_segmentation::UnicodeSegmentation;

/// How Discord counts a text: never less than its characters.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Shows the text as it was written: no formatting, no mention, no masked link, no hidden direction.
pub(super) fn escape(text: &str) -> String {
    Escaper::default().push(text).out
}

/// Escapes as much of the text as fits in `room`, and says whether all of it did. What is cut ends at a word
/// where one is near, and with “…”.
pub(super) fn escape_within(text: &str, room: usize) -> (String, bool) {
    let whole = escape(text);
    if length(&whole) <= room {
        return (whole, true);
    }
    let mut escaper = Escaper::default();
    let (mut fits, mut word) = (0, 0);
    for grapheme in text.graphemes(true) {
        let before = escaper.out.len();
        escaper = escaper.push(grapheme);
        if length(&escaper.out) + 1 > room {
            break;
        }
        fits = escaper.out.len();
        if grapheme.chars().all(char::is_whitespace) {
            word = before;
        }
    }
    let end = if fits - word < 40 && word > 0 { word } else { fits };
    let mut cut = escaper.out;
    cut.truncate(end);
    if room > 0 {
        cut.push('…');
    }
    (cut, false)
}

/// Shortens a text that needs no escaping to at most `most`, at a word where one is near.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let text: String = text.chars().filter(|&c| !invisible(c)).collect();
    if length(&text) <= most {
        return text;
    }
    let (mut taken, mut end, mut word) = (1, 0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        taken += length(grapheme);
        if taken > most {
            break;
        }
        if grapheme.chars().all(char::is_whitespace) {
            word = at;
        }
        end = at + grapheme.len();
    }
    let end = if end - word < 40 && word > 0 { word } else { end };
    format!("{}…", &text[..end])
}

/// Control characters and overrides of direction, which make a text read differently than it is written.
fn invisible(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Escapes piece by piece: what a character may do depends on where in its line it stands.
#[derive(Default)]
struct Escaper {
    out: String,
    line: Line,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Line {
    /// Nothing but blanks so far.
    #[default]
    Start,
    /// Digits so far: a full stop would make it a list.
    Number,
    Within,
}

impl Escaper {
    fn push(mut self, text: &str) -> Self {
        for c in text.chars().filter(|&c| !invisible(c)) {
            let active = match c {
                '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' | '>' => true,
                '#' | '-' | '+' => self.line == Line::Start,
                '.' | ')' => self.line == Line::Number,
                _ => false,
            };
            if active {
                self.out.push('\\');
            }
            self.out.push(c);
            if c == '@' {
                self.out.push('\u{200B}'); // neither @everyone nor a name is a mention with a gap in it
            }
            self.line = match (self.line, c) {
                (_, '\n') => Line::Start,
                (Line::Start, c) if c.is_whitespace() => Line::Start,
                (Line::Start | Line::Number, '0'..='9') => Line::Number,
                _ => Line::Within,
            };
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_write_formats_pings_or_links() {
        for (written, shown) in [
            ("plain words, 100% - really (yes) #1", "plain words, 100% - really (yes) #1"),
            ("**bold** _it_ ~~no~~ ||spoiler||", "\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ \\|\\|spoiler\\|\\|"),
            ("@everyone @here", "@\u{200B}everyone @\u{200B}here"),
            ("<@123> <@&1> <#2>", "\\<@\u{200B}123\\> \\<@\u{200B}&1\\> \\<#2\\>"),
            ("[click](https://bad.example)", "\\[click\\](https://bad.example)"),
            ("```\ncode\n```", "\\`\\`\\`\ncode\n\\`\\`\\`"),
            ("# big\n-# small\n- item\n> quote\n10. ten", "\\# big\n\\-# small\n\\- item\n\\> quote\n10\\. ten"),
            ("a \u{202E}txt.exe\u{0} b", "a txt.exe b"),
            ("Step 1:\tRestart", "Step 1:\tRestart"),
            ("\\*", "\\\\\\*"),
        ] {
            assert_eq!(escape(written), shown);
        }
    }

    #[test]
    fn a_cut_never_splits_an_escape_or_a_grapheme() {
        for room in 0..40 {
            let (cut, whole) = escape_within("**** 👩‍👩‍👧‍👦 [[[[ and then some more", room);
            assert!(length(&cut) <= room, "{room}: {cut}");
            assert_eq!(whole, !cut.ends_with('…') && room > 0, "{room}: {cut}");
            let slashes = cut.trim_end_matches('…').chars().rev().take_while(|&c| c == '\\').count();
            assert_eq!(slashes % 2, 0, "{room}: {cut}");
        }
        assert_eq!(escape_within("one two three", 9), ("one two…".into(), false));
        assert_eq!(shorten("one two three", 9), "one two…");
        assert_eq!(shorten("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12), "👩‍👩‍👧‍👦…");
        assert_eq!(shorten("abc", 3), "abc");
        assert_eq!(shorten("a\u{0}b\tc\nd", 9), "ab\tc\nd", "what people lay out stays laid out");
    }
}
