//! What a server sent becomes a feed, or is none.

use std::borrow::Cow;

use feed_rs::{
    model::{Entry, Text},
    parser::{Builder, ParseErrorKind, ParseFeedError},
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};
use url::Url;

use super::{
    Feed, LONGEST_TITLE, Post, address,
    identity::{Papers, marks},
    plain::plain,
};

/// How many posts are read: the newest.
const MOST_POSTS: usize = 500;
/// More tags, objects or values than this and reading them would take more memory than a feed is worth.
const MOST_TAGS: usize = 100_000;
const MOST_ENTRIES: usize = 5_000;
/// How long the address is that relative links start from, and how often it may be changed: each is held while its
/// element is open.
const LONGEST_BASE: usize = 1_000;
const MOST_BASES: usize = 20;
/// How much of what a post says takes part in its identity, in characters.
const SUMMARY: usize = 300;
/// The longest identifier that is looked at, in bytes; the rest of a longer one is left out.
const LONGEST_GUID: usize = 2_000;

/// Why it is no feed; never with a word of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing at all.
    #[error("the answer is empty")]
    Empty,
    /// HTML.
    #[error("it is a web page and no feed")]
    Page,
    /// Neither XML nor JSON that a feed could be.
    #[error("it is neither RSS nor Atom nor a JSON feed")]
    NoFeed,
    /// Broken on the way, or by its maker.
    #[error("it is broken: it cannot be read to its end")]
    Broken,
    /// JSON of another version.
    #[error("it is a JSON feed of a version that is not known here")]
    Version,
    /// Larger than anything that a feed needs.
    #[error("it holds more than a feed may")]
    TooMuch,
}

/// Reads RSS, Atom or a JSON feed. `from` is where it was read, which relative links start from. Posts without a link
/// that a reader could follow are left out.
pub fn read(bytes: &[u8], from: &str) -> Result<Feed, Unreadable> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes).trim_ascii();
    let slim = match bytes.first() {
        None => return Err(Unreadable::Empty),
        // What is not written in one byte a letter would slip past the bounds.
        Some(_) if bytes.contains(&0) => return Err(Unreadable::NoFeed),
        Some(b'<') => bound(bytes).map(|()| Cow::Borrowed(bytes))?,
        Some(b'{') => Cow::Owned(slimmed(bytes)?),
        Some(_) => return Err(Unreadable::NoFeed),
    };
    let parser = Builder::new().base_uri(Some(from)).id_generator(|_, _, _| String::new()).build();
    let feed = parser.parse(&*slim).map_err(|error| why(&error, bytes))?;
    let from = Url::parse(from).ok();
    let mut entries: Vec<(Entry, Url)> =
        feed.entries.into_iter().filter_map(|entry| link(&entry, from.as_ref()).map(|link| (entry, link))).collect();
    // Newest first; where nothing says when, the feed's own order counts.
    entries.sort_by_key(|(entry, _)| std::cmp::Reverse(published(entry).unwrap_or(Timestamp::MAX)));
    entries.truncate(MOST_POSTS);
    Ok(Feed { title: title(feed.title.as_ref()), posts: posts(&entries) })
}

fn posts(entries: &[(Entry, Url)]) -> Vec<Post> {
    let shown: Vec<(String, String)> = entries
        .iter()
        .map(|(entry, _)| {
            let body = entry.content.as_ref().and_then(|content| content.body.as_deref());
            let said = entry.summary.as_ref().map(|text| text.content.as_str()).or(body).unwrap_or_default();
            (title(entry.title.as_ref()), plain(said, SUMMARY))
        })
        .collect();
    let papers: Vec<Papers<'_>> = entries
        .iter()
        .zip(&shown)
        .map(|((entry, link), (title, summary))| Papers {
            guid: &entry.id[..entry.id.floor_char_boundary(LONGEST_GUID)],
            link,
            title,
            // A change of the date that it was edited at must not make it another post.
            day: entry.published.and_then(|at| instant(at.timestamp())).map(day),
            summary,
        })
        .collect();
    let marks = marks(&papers);
    entries
        .iter()
        .zip(shown.iter().zip(marks))
        .map(|((entry, link), ((title, _), marks))| Post {
            title: title.clone(),
            link: link.to_string(),
            published: published(entry),
            marks,
        })
        .collect()
}

fn title(text: Option<&Text>) -> String {
    text.map(|text| plain(&text.content, LONGEST_TITLE)).unwrap_or_default()
}

fn published(entry: &Entry) -> Option<Timestamp> {
    instant(entry.published.or(entry.updated)?.timestamp())
}

fn instant(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// Where a reader finds the post: its link, or else an identifier that is one.
fn link(entry: &Entry, from: Option<&Url>) -> Option<Url> {
    let leads = |rel: Option<&str>| matches!(rel, None | Some("alternate" | ""));
    let mut links = entry.links.iter().filter(|link| leads(link.rel.as_deref()) && link.target.is_none());
    let resolved = |written: &str| address::link(written).or_else(|| address::link(from?.join(written).ok()?.as_str()));
    links.find_map(|one| resolved(&one.href)).or_else(|| address::link(&entry.id))
}

/// In our own words: the reader's may quote what was sent.
fn why(error: &ParseFeedError, bytes: &[u8]) -> Unreadable {
    match error {
        ParseFeedError::ParseError(ParseErrorKind::NoFeedRoot) if is_page(bytes) => Unreadable::Page,
        ParseFeedError::ParseError(ParseErrorKind::NoFeedRoot) => Unreadable::NoFeed,
        ParseFeedError::JsonUnsupportedVersion(_) => Unreadable::Version,
        _ => Unreadable::Broken,
    }
}

fn is_page(bytes: &[u8]) -> bool {
    let start = bytes[..bytes.len().min(1_000)].to_ascii_lowercase();
    [&b"<html"[..], b"<!doctype html"].iter().any(|tag| start.windows(tag.len()).any(|at| at == *tag))
}

/// Refuses XML that would grow out of all proportion when it is read.
fn bound(xml: &[u8]) -> Result<(), Unreadable> {
    let (mut tags, mut entries, mut bases) = (0, 0, 0);
    for (at, _) in xml.iter().enumerate().filter(|(_, byte)| **byte == b'<') {
        let end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<');
        let name = xml[at + 1..].split(end).next().unwrap_or_default();
        let name = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        tags += 1;
        entries += usize::from(matches!(name, b"item" | b"entry"));
    }
    for (at, _) in xml.windows(8).enumerate().filter(|(_, word)| *word == b"xml:base") {
        let value = xml[at + 8..].trim_ascii_start();
        let Some(value) = value.strip_prefix(b"=").map(<[u8]>::trim_ascii_start) else { continue };
        let Some((quote, value)) = value.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\'')) else {
            continue;
        };
        let value = value.split(|byte| byte == quote).next().unwrap_or_default();
        if value.len() > LONGEST_BASE {
            return Err(Unreadable::TooMuch);
        }
        bases += usize::from(!value.starts_with(b"http"));
    }
    let fits = tags <= MOST_TAGS && entries <= MOST_ENTRIES && bases <= MOST_BASES;
    fits.then_some(()).ok_or(Unreadable::TooMuch)
}

/// A JSON feed without what is not read here: its authors, say, would be copied into every post.
fn slimmed(json: &[u8]) -> Result<Vec<u8>, Unreadable> {
    const KEPT: &[&str] =
        &["url", "external_url", "title", "summary", "content_text", "date_published", "date_modified"];
    if json.iter().filter(|byte| matches!(byte, b'{' | b'[' | b',')).count() > MOST_TAGS {
        return Err(Unreadable::TooMuch);
    }
    let Ok(Value::Object(mut feed)) = serde_json::from_slice(json) else { return Err(Unreadable::Broken) };
    let Some(Value::Array(items)) = feed.remove("items") else { return Err(Unreadable::NoFeed) };
    if items.len() > MOST_ENTRIES {
        return Err(Unreadable::TooMuch);
    }
    let text = |map: &mut Map<String, Value>, key: &str| map.remove(key).filter(Value::is_string);
    let items = items.into_iter().filter_map(|item| {
        let Value::Object(mut item) = item else { return None };
        let mut slim = Map::new();
        // A number is no text, and many a feed has one here all the same.
        let id = item.remove("id").map(|id| if let Value::Number(id) = id { id.to_string().into() } else { id });
        slim.extend(id.filter(Value::is_string).map(|id| ("id".to_owned(), id)));
        for key in KEPT {
            slim.extend(text(&mut item, key).map(|value| ((*key).to_owned(), value)));
        }
        Some(Value::Object(slim))
    });
    let items = Value::Array(items.collect());
    let mut slim = Map::from_iter([("items".to_owned(), items)]);
    let Some(version) = text(&mut feed, "version") else { return Err(Unreadable::NoFeed) };
    slim.insert("version".into(), version);
    slim.insert("title".into(), text(&mut feed, "title").unwrap_or_else(|| "".into()));
    serde_json::to_vec(&slim).map_err(|_| Unreadable::Broken)
}
