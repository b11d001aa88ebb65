//! What a post is known by, and which posts are not known yet.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use sha2::{Digest, Sha256};

use super::{Post, address};

/// One thing that a post is known by: the SHA-256 of its identifier, its address or its content, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark(String);

impl Mark {
    fn of(kind: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in std::iter::once(&kind).chain(parts) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String cannot fail");
            text
        }))
    }

    /// A mark as it was kept.
    pub fn kept(mark: String) -> Self {
        Self(mark)
    }

    /// As it is kept: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What identifies a post, as it stands in the feed.
#[derive(Clone, Debug)]
pub(super) struct Papers<'a> {
    /// The publisher's own identifier; empty where there is none.
    pub(super) guid: &'a str,
    /// Where it is read.
    pub(super) link: &'a url::Url,
    /// Its title, plain.
    pub(super) title: &'a str,
    /// The day it was published, as far as it says.
    pub(super) day: Option<String>,
    /// The beginning of what it says, plain.
    pub(super) summary: &'a str,
}

/// The marks of posts that stand together in one feed. An identifier or address that two of them share which have
/// nothing else in common (the blog's front page, say) identifies neither.
pub(super) fn marks(all: &[Papers<'_>]) -> Vec<Vec<Mark>> {
    let mut marked: Vec<[Option<Mark>; 3]> = all.iter().map(of_one).collect();
    let mut shared: HashSet<Mark> = HashSet::new();
    let mut first: HashMap<&Mark, usize> = HashMap::new();
    for (at, marks) in marked.iter().enumerate() {
        for mark in marks[..2].iter().flatten() {
            let other = &marked[*first.entry(mark).or_insert(at)];
            let in_common = marks.iter().flatten().filter(|mark| other.contains(&Some((*mark).clone()))).count();
            if in_common == 1 {
                shared.insert(mark.clone());
            }
        }
    }
    for marks in &mut marked {
        // One that has nothing but what it shares keeps it: something has to stand for it.
        if marks.iter().flatten().any(|mark| !shared.contains(mark)) {
            for mark in marks {
                mark.take_if(|mark| shared.contains(mark));
            }
        }
    }
    marked.into_iter().map(|marks| marks.into_iter().flatten().collect()).collect()
}

/// Identifier, address, content.
fn of_one(papers: &Papers<'_>) -> [Option<Mark>; 3] {
    let address = address::normalised(papers.link);
    let guid = papers.guid.trim();
    // Many an identifier is an address, and moves as addresses do.
    let guid = address::link(guid).map_or_else(|| guid.to_owned(), |url| address::normalised(&url));
    let title = papers.title.to_lowercase();
    let content = match (&papers.day, title.is_empty(), papers.summary.is_empty()) {
        (Some(day), false, _) => Some(Mark::of("content", &[&title, day])),
        // A title alone may come back (“Open thread”), so that what it says has to tell.
        (_, _, false) => Some(Mark::of("said", &[&title, &papers.summary.to_lowercase()])),
        _ => None,
    };
    [(!guid.is_empty()).then(|| Mark::of("guid", &[&guid])), Some(Mark::of("address", &[&address])), content]
}

/// The posts that match nothing `known`, each once, oldest first.
pub fn unknown<'p>(known: &HashSet<Mark>, posts: &'p [Post]) -> Vec<&'p Post> {
    let mut seen: HashSet<&Mark> = known.iter().collect();
    let mut found: Vec<&Post> = Vec::new();
    for post in posts {
        if !post.marks.iter().any(|mark| seen.contains(mark)) {
            found.push(post);
        }
        // What a known post bears besides is known too.
        seen.extend(&post.marks);
    }
    // Feeds stand newest first; where nothing says when, that order counts.
    found.reverse();
    found.sort_by_key(|post| post.published.unwrap_or(jiff::Timestamp::MAX));
    found
}
