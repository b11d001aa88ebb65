//! Finds what a draft holds that is not the writer's own prose: quotes, code, logs, links, mentions, labels.

use std::{ops::Range, sync::LazyLock};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex_automata::meta::Regex;

use super::ByteSpan;

/// Why a span is never judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A block quote, or a message quoted below a reply.
    Quote,
    /// Words in quotation marks.
    Quoted,
    /// Code, inline or fenced, or raw HTML.
    Code,
    /// A line of a log or an error message.
    Log,
    /// A link, its text included, a path or an e-mail address.
    Link,
    /// A mention of a person, role or channel, or a custom emoji.
    Mention,
    /// The name of something on the screen.
    Label,
}

/// The class of each byte of the original.
pub(super) struct Layout {
    /// One [`PROSE`], [`MARKUP`] or protected class a byte.
    pub class: Vec<u8>,
    /// What is protected, in order.
    pub protected: Vec<(ByteSpan, Kind)>,
    /// Where a block (paragraph, list item, heading, cell) begins, and whether it stands in a list.
    pub blocks: Vec<(usize, bool)>,
}

pub(super) const MARKUP: u8 = 0;
pub(super) const PROSE: u8 = 1;
/// Protected; the quotation marks around it stay.
pub(super) const QUOTED: u8 = 2;
/// Protected, whole.
pub(super) const ASIDE: u8 = 3;

/// Something that is protected wherever it stands; it is looked for only where one of its signs is there.
struct Token {
    signs: &'static [&'static str],
    kind: Kind,
    pattern: Regex,
}

static TOKENS: LazyLock<[Token; 5]> = LazyLock::new(|| {
    let token = |signs, kind, pattern| Token { signs, kind, pattern: Regex::new(pattern).expect("a fixed pattern") };
    [
        token(&[":/", "www."], Kind::Link, r#"(?:https?|ftp|file|mailto)://?[^\s<>"]+|www\.[^\s<>"]+"#),
        token(&["@"], Kind::Link, r"[0-9A-Za-z_.+-]{1,64}@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+"),
        token(
            &["\\", "/"],
            Kind::Link,
            r#"[A-Za-z]:\\[^\s"<>|]+|\\\\[0-9A-Za-z.-]+\\[^\s"]*|(?:/[0-9A-Za-z_.~-]+){2,}/?"#,
        ),
        // Mentions, custom emoji, timestamps.
        token(
            &["@", "<"],
            Kind::Mention,
            r"<(?:@[!&]?|#|a?:[0-9A-Za-z_]{1,32}:|t:)[\d:A-Za-z-]{1,32}>|@(?:everyone|here)|@[0-9A-Za-z_.]{2,32}",
        ),
        token(
            &["\"", "“", "„", "«"],
            Kind::Quoted,
            r#""[^"\n]{1,240}"|“[^”\n]{1,240}”|„[^“”\n]{1,240}[“”]|«[^»\n]{1,240}»"#,
        ),
    ]
});

/// Deeper nesting than this is not read as Markdown but as plain text: nobody writes it, and reading it costs.
const MOST_QUOTE_MARKS: usize = 64;

impl Layout {
    pub(super) fn of(text: &str) -> Self {
        let mut layout = Self { class: vec![MARKUP; text.len()], protected: Vec::new(), blocks: Vec::new() };
        if is_plain(text) {
            layout.class.fill(PROSE);
            layout.blocks.push((0, false));
        } else if is_plain_lines(text) {
            layout.read_lines(text);
        } else {
            layout.read_markdown(text, 0..text.len());
        }
        layout.protect_reply_history(text);
        layout.protect_tokens(text);
        layout.protect_logs(text);
        layout.join_protected();
        layout
    }

    /// Puts what is protected in order; what lies in something else, or reaches into it, is one with it.
    fn join_protected(&mut self) {
        self.protected.sort_unstable_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        self.protected.dedup_by(|(span, _), (before, _)| {
            let joined = span.start < before.end;
            before.end = if joined { before.end.max(span.end) } else { before.end };
            joined
        });
    }

    /// Paragraphs as Markdown sees them: lines of prose, with empty ones between.
    fn read_lines(&mut self, text: &str) {
        let mut start = 0;
        let mut opens = true;
        for line in text.split('\n') {
            if !line.is_empty() {
                self.class[start..start + line.len()].fill(PROSE);
                self.blocks.extend(opens.then_some((start, false)));
            }
            opens = line.is_empty();
            start += line.len() + 1;
        }
    }

    fn read_markdown(&mut self, text: &str, part: Range<usize>) {
        let mut aside: Option<(TagEnd, Kind, usize)> = None;
        let mut depth = 0usize;
        let mut lists = 0usize;
        let mut strong: Option<usize> = None;
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for (event, within) in Parser::new_ext(&text[part.clone()], options).into_offset_iter() {
            let range = part.start + within.start..part.start + within.end;
            if let Some((until, kind, start)) = aside {
                match event {
                    Event::Start(ref tag) if tag.to_end() == until => depth += 1,
                    Event::End(end) if end == until && depth == 0 => {
                        aside = None;
                        match kind {
                            Kind::Quote => self.read_quote(text, start..range.end),
                            kind => self.protect(start..range.end, kind),
                        }
                    }
                    Event::End(end) if end == until => depth -= 1,
                    _ => {}
                }
                continue;
            }
            match event {
                Event::Start(tag) => {
                    let end = tag.to_end();
                    match tag {
                        Tag::BlockQuote(_) => aside = Some((end, Kind::Quote, range.start)),
                        Tag::CodeBlock(CodeBlockKind::Fenced(_)) | Tag::HtmlBlock => {
                            aside = Some((end, Kind::Code, range.start));
                        }
                        Tag::Link { .. } | Tag::Image { .. } => aside = Some((end, Kind::Link, range.start)),
                        Tag::List(_) => lists += 1,
                        Tag::Strong => strong = Some(range.start),
                        Tag::Paragraph | Tag::Item | Tag::Heading { .. } | Tag::TableCell | Tag::CodeBlock(_) => {
                            self.blocks.push((range.start, lists > 0));
                        }
                        _ => {}
                    }
                }
                Event::End(TagEnd::List(_)) => {
                    lists -= 1;
                    self.blocks.push((range.end, lists > 0));
                }
                Event::End(TagEnd::Strong) => {
                    if let Some(start) = strong.take().filter(|&start| is_label(text, start..range.end)) {
                        self.protect(start..range.end, Kind::Label);
                    }
                }
                Event::Text(_) => self.class[range].fill(PROSE),
                Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) => self.protect(range, Kind::Code),
                _ => {}
            }
        }
    }

    /// Markdown lets a line without a `>` continue a block quote; chat and mail do not, and whoever answers right below
    /// a quoted line means the answer as their own.
    fn read_quote(&mut self, text: &str, quote: Range<usize>) {
        let is_own = |line: &str| !line.trim_start().starts_with('>') && !line.trim().is_empty();
        let (mut at, mut run, mut own) = (quote.start, quote.start, false);
        let mut end_run = |run: Range<usize>, own| match own {
            _ if run.is_empty() => {}
            true => self.read_markdown(text, run),
            false => self.protect(run, Kind::Quote),
        };
        for line in text[quote.clone()].split_inclusive('\n') {
            if is_own(line) != own {
                end_run(run..at, own);
                (run, own) = (at, !own);
            }
            at += line.len();
        }
        end_run(run..quote.end, own);
    }

    fn protect(&mut self, range: Range<usize>, kind: Kind) {
        if kind == Kind::Quoted {
            // The marks themselves stay prose, so that "the quoted word" keeps its place in the sentence.
            self.class[range.clone()].fill(QUOTED);
        } else {
            self.class[range.clone()].fill(ASIDE);
        }
        self.protected.push((range.into(), kind));
    }

    /// Everything below “On … wrote:” or “-----Original Message-----” is somebody else's.
    fn protect_reply_history(&mut self, text: &str) {
        static HISTORY: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?m)^(?:-{2,} ?(?:Original Message|Forwarded message|Ursprüngliche Nachricht) ?-{2,}|From: .{1,200}\n(?:Sent|Date|To): |On [^\n]{6,120} wrote:[ \t]*$)",
            )
            .expect("a fixed pattern")
        });
        if !(text.contains("wrote:") || text.contains("--") || text.contains("From: ")) {
            return;
        }
        if let Some(found) = HISTORY.find(text) {
            // Where the writer answers below the quotation, the quoted lines are block quotes already.
            let rest = &text[found.start()..];
            let header_end = found.start() + rest.find('\n').map_or(rest.len(), |i| i + 1);
            let answers_below = text[header_end..].lines().any(|l| l.starts_with('>'));
            let end = if answers_below { header_end } else { text.len() };
            self.protect(found.start()..end, Kind::Quote);
        }
    }

    /// Links, paths, addresses, mentions and quoted words, wherever they stand in prose.
    fn protect_tokens(&mut self, text: &str) {
        for token in TOKENS.iter().filter(|token| token.signs.iter().any(|sign| text.contains(sign))) {
            for found in token.pattern.find_iter(text) {
                let range = found.range();
                if self.class[range.start] != PROSE {
                    continue;
                }
                match token.kind {
                    Kind::Link => self.protect(trim_link(text, range), Kind::Link),
                    Kind::Quoted if is_quotation(text, &range) => {
                        let open = text[range.clone()].chars().next().map_or(1, char::len_utf8);
                        let close = text[range.clone()].chars().next_back().map_or(1, char::len_utf8);
                        self.protect(range.start + open..range.end - close, Kind::Quoted);
                    }
                    Kind::Quoted => {}
                    kind => self.protect(range, kind),
                }
            }
        }
    }

    /// Lines that a machine wrote.
    fn protect_logs(&mut self, text: &str) {
        static LOG: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"^[ \t]*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d[\]., ]|\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|TRACE|CRITICAL)\b|(?i:error|fatal|warning|exception)(?: \w+)?: |Traceback \(|Exception in |at [\w.$<>]+\([^)\n]*\)|\w+(?:\.\w+)*(?:Error|Exception): )",
            )
            .expect("a fixed pattern")
        });
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let range = start..start + line.trim_end_matches(['\n', '\r']).len();
            start += line.len();
            // A cheap look first: a log line begins with a digit, a bracket, a capital or a known word.
            if line.contains([':', '(']) && self.class[range.clone()].contains(&PROSE) && LOG.is_match(line) {
                self.protect(range, Kind::Log);
            }
        }
    }
}

/// Whether Markdown has nothing to say about a text, so that it need not be parsed.
fn is_plain(text: &str) -> bool {
    if text
        .lines()
        .any(|l| l.chars().take_while(|c| *c == '>' || *c == ' ').filter(|c| *c == '>').count() > MOST_QUOTE_MARKS)
    {
        return true;
    }
    !text.contains('\n') && !has_signs(text) && !text.starts_with([' ', '-', '+', '=']) && !starts_numbered(text)
}

/// The same for several lines: none of them begins or ends as Markdown could mean it.
fn is_plain_lines(text: &str) -> bool {
    !has_signs(text)
        && text.split('\n').all(|l| l.is_empty() || l.starts_with(char::is_alphabetic) && !l.ends_with([' ', '\r']))
}

/// Whether a text holds anything that Markdown gives a meaning.
fn has_signs(text: &str) -> bool {
    let is_sign = |b| matches!(b, b'`' | b'*' | b'_' | b'#' | b'[' | b'<' | b'>' | b'~' | b'|' | b'&' | b'\\' | b'\t');
    text.bytes().any(is_sign)
}

fn starts_numbered(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && text[digits..].starts_with(['.', ')'])
}

/// Bold words inside a sentence that begin with a capital are the name of something on the screen.
fn is_label(text: &str, range: Range<usize>) -> bool {
    let words = text[range.clone()].trim_matches(['*', '_', ' ']);
    let shouted = words.chars().filter(|c| c.is_alphabetic()).count() > 3 && !words.chars().any(char::is_lowercase);
    let before = text[..range.start].trim_end_matches([' ', '\t']);
    let opens_sentence = before.is_empty() || before.ends_with(['.', '!', '?', '\n', ':']);
    words.starts_with(char::is_uppercase) && words.split_whitespace().count() <= 4 && !shouted && !opens_sentence
}

/// A quotation mark opens after a space and closes before one; 5" and 6" are inches.
fn is_quotation(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// A full stop or bracket after a link is the sentence's, not the link's.
fn trim_link(text: &str, range: Range<usize>) -> Range<usize> {
    let kept = text[range.clone()].trim_end_matches(['.', ',', ')', '!', '?', ';', ':', '\'']).len();
    range.start..range.start + kept.max(1)
}
