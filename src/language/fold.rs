//! The folded copy that patterns run on, the sentences of it, and the way back.

use super::{
    ByteSpan, Ending, SET_ASIDE, Sentence,
    protect::{ASIDE, Layout, MARKUP, PROSE, QUOTED},
};

/// A folded text.
pub(super) struct Folded {
    pub text: String,
    pub origins: Origins,
    /// Where each block begins in the folded text, and whether it stands in a list.
    pub blocks: Vec<(usize, bool)>,
}

/// From folded positions to original ones: between two entries the distance does not change.
#[derive(Debug, Default)]
pub(super) struct Origins(Vec<(usize, usize)>);

impl Origins {
    /// Notes that the next folded byte comes from `original`.
    fn note(&mut self, folded: usize, original: usize) {
        if let Some(&(f, o)) = self.0.last() {
            if original.wrapping_sub(folded) == o.wrapping_sub(f) {
                return;
            }
            if f == folded {
                self.0.pop();
            }
        }
        self.0.push((folded, original));
    }

    fn position(&self, folded: usize) -> usize {
        let after = self.0.partition_point(|&(f, _)| f <= folded);
        after.checked_sub(1).map_or(0, |i| self.0[i].1 + (folded - self.0[i].0))
    }

    pub(super) fn span(&self, original: &str, span: ByteSpan) -> ByteSpan {
        let start = floor(original, self.position(span.start));
        if span.end <= span.start {
            return ByteSpan { start, end: start };
        }
        // The end is where the last covered character ends: what was dropped after it is not part of the span.
        let last = floor(original, self.position(span.end - 1)).max(start);
        let end = last + original[last..].chars().next().map_or(0, char::len_utf8);
        ByteSpan { start, end }
    }
}

fn floor(text: &str, position: usize) -> usize {
    let mut at = position.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Folds a text whose bytes have been classed.
pub(super) fn fold(original: &str, layout: &Layout) -> Folded {
    let mut out = String::with_capacity(original.len() + 1);
    let mut origins = Origins::default();
    let mut blocks = Vec::new();
    let mut next_block = layout.blocks.iter().copied().peekable();
    let mut listed = false;
    let mut fresh = true; // nothing of this block has been written yet
    let mut aside = MARKUP;
    let mut line_breaks = 0;
    let bytes = original.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        while let Some(&(start, in_list)) = next_block.peek()
            && start <= at
        {
            next_block.next();
            listed = in_list;
            fresh = true;
            trim_space(&mut out);
            if !out.is_empty() && !out.ends_with('\n') {
                origins.note(out.len(), at);
                out.push('\n');
            }
        }
        let class = layout.class[at];
        let byte = bytes[at];
        if class == ASIDE || class == QUOTED {
            if aside != class {
                begin(&mut blocks, &mut fresh, out.len(), listed);
                break_line(&mut out, &mut line_breaks, true);
                origins.note(out.len(), at);
                out.push(SET_ASIDE);
                aside = class;
            }
            line_breaks = usize::from(class == ASIDE && byte == b'\n');
            at += 1;
            continue;
        }
        aside = MARKUP;
        if byte == b'\n' {
            line_breaks += 1;
            at += 1;
            continue;
        }
        if class != PROSE {
            at += 1;
            continue;
        }
        if byte.is_ascii() {
            if byte.is_ascii_whitespace() || byte.is_ascii_control() {
                space(&mut out, &mut origins, at);
            } else {
                begin(&mut blocks, &mut fresh, out.len(), listed);
                break_line(&mut out, &mut line_breaks, byte.is_ascii_uppercase() || byte.is_ascii_digit());
                origins.note(out.len(), at);
                out.push(byte.to_ascii_lowercase() as char);
            }
            at += 1;
            continue;
        }
        let Some(character) = original.get(at..).and_then(|rest| rest.chars().next()) else {
            at += 1;
            continue;
        };
        match character {
            c if c.is_whitespace() => space(&mut out, &mut origins, at),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            c => {
                begin(&mut blocks, &mut fresh, out.len(), listed);
                break_line(&mut out, &mut line_breaks, c.is_uppercase());
                let from = out.len();
                origins.note(from, at);
                match c {
                    '‘' | '’' | 'ʼ' | '´' | '＇' => out.push('\''),
                    '“' | '”' | '„' | '«' | '»' => out.push('"'),
                    '‐'..='―' | '−' => out.push('-'),
                    '…' => out.push_str("..."),
                    c => out.extend(c.to_lowercase()),
                }
                // A letter that grows when it is folded stays the one that was written.
                for position in from + c.len_utf8()..out.len() {
                    origins.note(position, at);
                }
            }
        }
        at += character.len_utf8();
    }
    trim_space(&mut out);
    Folded { text: out, origins, blocks }
}

fn begin(blocks: &mut Vec<(usize, bool)>, fresh: &mut bool, at: usize, listed: bool) {
    if std::mem::take(fresh) {
        blocks.push((at, listed));
    }
}

/// One space for any run of white space, none at the start of a block.
fn space(out: &mut String, origins: &mut Origins, at: usize) {
    if !(out.is_empty() || out.ends_with([' ', '\n'])) {
        origins.note(out.len(), at);
        out.push(' ');
    }
}

/// A line break inside a paragraph ends a sentence where the writer meant it to: the next line opens afresh.
fn break_line(out: &mut String, line_breaks: &mut usize, opens_afresh: bool) {
    let breaks = std::mem::take(line_breaks);
    if breaks == 0 || out.is_empty() || out.ends_with('\n') {
        return;
    }
    trim_space(out);
    out.push(if breaks > 1 || opens_afresh || out.ends_with([',', '.', '!', '?', ':']) { '\n' } else { ' ' });
}

fn trim_space(out: &mut String) {
    while out.ends_with(' ') {
        out.pop();
    }
}

/// Ends that are no ends.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "approx", "no", "ext", "dept", "e.g", "i.e", "a.m", "p.m",
    "eg", "ie", "inc", "ltd", "min", "max", "fig", "tel", "jr", "sr",
];

/// Splits a folded text into sentences.
pub(super) fn sentences(folded: &str, blocks: &[(usize, bool)]) -> Vec<Sentence> {
    let mut found = Vec::with_capacity(folded.len() / 48 + 1);
    let bytes = folded.as_bytes();
    let mut start = 0;
    let mut paragraph = 0;
    let mut block = 0;
    let mut at = 0;
    while at <= bytes.len() {
        let end_of_line = at == bytes.len() || bytes[at] == b'\n';
        if !end_of_line && !matches!(bytes[at], b'.' | b'!' | b'?') {
            at += 1;
            continue;
        }
        let mut end = at;
        if !end_of_line {
            while end < bytes.len() && matches!(bytes[end], b'.' | b'!' | b'?' | b'"' | b'\'' | b')') {
                end += 1;
            }
            let closes = end == bytes.len() || matches!(bytes[end], b' ' | b'\n');
            if !closes || bytes[at] == b'.' && is_abbreviation(&folded[start..at], &folded[end..]) {
                at = end;
                continue;
            }
        }
        while block + 1 < blocks.len() && blocks[block + 1].0 <= start {
            block += 1;
            paragraph += 1;
        }
        let raw = &folded[start..end];
        let lead = raw.len() - raw.trim_start().len();
        let body = raw.trim();
        if !body.is_empty() {
            let words = super::words(body).count();
            let ending = match bytes.get(at) {
                Some(b'?') => Ending::Question,
                Some(b'!') if body.contains('?') => Ending::Question,
                Some(b'!') => Ending::Exclamation,
                _ => Ending::Statement,
            };
            let listed = blocks.get(block).is_some_and(|b| b.1);
            found.push(Sentence {
                span: ByteSpan { start: start + lead, end: start + lead + body.len() },
                ending,
                words,
                paragraph,
                listed,
            });
        }
        start = if end_of_line { end + 1 } else { end };
        at = start.max(end);
        if end_of_line && at > bytes.len() {
            break;
        }
    }
    found
}

/// Whether a full stop belongs to the word before it; `a.m.` may still end a sentence before a new one.
fn is_abbreviation(before: &str, after: &str) -> bool {
    let word = before.rsplit([' ', '(', '\n']).next().unwrap_or_default();
    let known =
        ABBREVIATIONS.contains(&word) || word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic() && word != "i";
    known && !after.trim_start().is_empty()
}
