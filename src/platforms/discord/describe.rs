//! What a card says becomes Discord's Markdown, as much of it as there is room for.

use super::escape::{escape, escape_within, length, shorten};
use crate::bot::answer::{Block, Line, Span};

/// Text that never grows past its room: once something was cut, nothing more is taken.
struct Page {
    out: String,
    room: usize,
    full: bool,
}

impl Page {
    fn left(&self) -> usize {
        self.room - length(&self.out)
    }

    /// Takes the markup whole or not at all.
    fn markup(&mut self, text: &str) {
        if self.full || length(text) > self.left() {
            self.full = true;
        } else {
            self.out.push_str(text);
        }
    }

    /// Takes as much of the words as fits between `before` and `after`.
    fn words(&mut self, before: &str, words: &str, after: &str) {
        let around = length(before) + length(after);
        if self.full || around + 2 > self.left() {
            self.full = true;
            return;
        }
        let (shown, whole) = escape_within(words, self.left() - around);
        self.out.push_str(before);
        self.out.push_str(&shown);
        self.out.push_str(after);
        self.full = !whole;
    }
}

/// Writes the blocks one below the other; what is cut ends with “…”.
pub(super) fn blocks(blocks: &[Block], room: usize) -> String {
    let mut page = Page { out: String::new(), room, full: false };
    for (at, block) in blocks.iter().enumerate() {
        if at > 0 {
            let after_heading = matches!(blocks[at - 1], Block::Heading(_));
            page.markup(if after_heading { "\n" } else { "\n\n" });
        }
        match block {
            Block::Heading(text) => page.words("**", text, "**"),
            Block::Text(line) => spans(&mut page, line),
            Block::Bullets(lines) => list(&mut page, lines, |_| "- ".to_owned()),
            Block::Steps(lines) => list(&mut page, lines, |at| format!("{}. ", at + 1)),
            Block::Quote(text) => {
                for (at, line) in text.lines().enumerate() {
                    page.markup(if at == 0 { "> " } else { "\n> " });
                    page.words("", line, "");
                }
            }
        }
        if page.full {
            break;
        }
    }
    let mut out = page.out.trim_end().to_owned();
    if page.full && !out.ends_with('…') && length(&out) < room {
        out.push('…');
    }
    out
}

fn list(page: &mut Page, lines: &[Line], marker: impl Fn(usize) -> String) {
    for (at, line) in lines.iter().enumerate() {
        page.markup(&format!("{}{}", if at == 0 { "" } else { "\n" }, marker(at)));
        spans(page, line);
    }
}

fn spans(page: &mut Page, line: &[Span]) {
    for span in line {
        match span {
            Span::Plain(text) => page.words("", text, ""),
            Span::Strong(text) => page.words("**", text, "**"),
            Span::Words(text) => page.words("“", &one_line(text), "”"),
            Span::Code(text) => page.markup(&code(text)),
            Span::Channel(id) => page.markup(&mention("#", id.as_str())),
            Span::Role(id) => page.markup(&mention("@&", id.as_str())),
            Span::Link { text, url } => match web_address(url) {
                Some(url) => page.markup(&format!("[{}]({url})", escape(&one_line(text)))),
                None => page.words("", text, ""),
            },
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Nothing within is active, as long as no backtick ends it.
fn code(text: &str) -> String {
    let text = one_line(&shorten(text, 200)).replace('`', "ˋ");
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn mention(sign: &str, id: &str) -> String {
    if !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) { format!("<{sign}{id}>") } else { code(id) }
}

/// The address, unable to end the link that it stands in; nothing when it does not lead to the web.
pub(super) fn web_address(url: &str) -> Option<String> {
    (url.starts_with("https://") || url.starts_with("http://")).then(|| {
        let mut safe = String::with_capacity(url.len());
        for c in url.chars() {
            match c {
                '(' => safe.push_str("%28"),
                ')' => safe.push_str("%29"),
                '<' => safe.push_str("%3C"),
                '>' => safe.push_str("%3E"),
                ' ' => safe.push_str("%20"),
                c if c.is_control() => {}
                c => safe.push(c),
            }
        }
        safe
    })
}
