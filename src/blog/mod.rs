//! The blog's feed, without fetching it: bytes in, posts out, and which of them are new. Pure.
//!
//! - [`read`](read()): what a server sent → a [`Feed`], bounded and plain, or why it is none;
//! - [`unknown`]: the posts that match nothing known, by identifier, address and content;
//! - `address`: two ways of writing one address are one;
//! - `plain`: a title as plain text, whatever it holds.

mod address;
mod identity;
mod plain;
mod read;

use jiff::Timestamp;

pub use identity::{Mark, unknown};
pub use read::{Unreadable, read};

/// The longest title of a post or a blog, in characters.
pub const LONGEST_TITLE: usize = 200;
/// The longest link, in bytes.
pub const LONGEST_LINK: usize = 1000;

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// The blog's name, plain and bounded; empty where it has none.
    pub title: String,
    /// Its posts, newest first, at most 500.
    pub posts: Vec<Post>,
}

/// A post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Its title, plain and bounded; empty where it has none.
    pub title: String,
    /// Where it is read: `http` or `https`, without credentials.
    pub link: String,
    /// When it was published, as far as it says.
    pub published: Option<Timestamp>,
    /// What it is known by; at least one.
    pub marks: Vec<Mark>,
}
