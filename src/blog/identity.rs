//! What a post is known by, and which posts are not known yet.

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasher,
};

use super::{Post, address};
use crate::digest::digest;

/// With so many others of which a post shares nothing but its identifier, or its address, that is none.
const STRANGERS: usize = 2;

/// One thing that a post is known by: the SHA-256 of its identifier, its address or its content, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark(String);

impl Mark {
    fn of(kind: &str, parts: &[&str]) -> Self {
        Self(hex::encode(digest(&[&[kind], parts].concat())))
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

/// The marks of posts that stand together in one feed. An identifier or address that several of them share which have
/// nothing else in common (the blog's front page, say) identifies none.
pub(super) fn marks(all: &[Papers<'_>]) -> Vec<Vec<Mark>> {
    let mut marked: Vec<[Option<Mark>; 3]> = all.iter().map(of_one).collect();
    let mut first: HashMap<Mark, (usize, usize)> = HashMap::new();
    for (at, marks) in marked.iter().enumerate() {
        for mark in marks[..2].iter().flatten() {
            let (other, strangers) = first.entry(mark.clone()).or_insert((at, 0));
            let in_common = marks.iter().flatten().filter(|mark| marked[*other].iter().flatten().any(|m| m == *mark));
            *strangers += usize::from(in_common.count() == 1);
        }
    }
    let is_shared = |mark: &Mark| first.get(mark).is_some_and(|(_, strangers)| *strangers >= STRANGERS);
    for marks in &mut marked {
        // One that has nothing but what it shares keeps it: something has to stand for it.
        if marks.iter().flatten().any(|mark| !is_shared(mark)) {
            for mark in marks {
                mark.take_if(|mark| is_shared(mark));
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
pub fn unknown<'p, S: BuildHasher>(known: &HashSet<Mark, S>, posts: &'p [Post]) -> Vec<&'p Post> {
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
