//! A tip, as machines read it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::content;

/// One idea to try today.
#[derive(JsonSchema, Serialize)]
pub struct Tip<'a> {
    /// The tip's id.
    id: &'a str,
    /// The id of its topic.
    topic: &'a str,
    /// The idea.
    text: &'a str,
    /// One concrete line to try.
    r#try: &'a str,
    /// The post that it draws from.
    post: Option<Post<'a>>,
}

/// A blog post.
#[derive(JsonSchema, Serialize)]
struct Post<'a> {
    /// The post's id.
    id: &'a str,
    /// Its title.
    title: &'a str,
    /// Where it is found; null when that is not known, or the operator wants no links.
    url: Option<&'a str>,
}

impl<'a> Tip<'a> {
    /// A tip as it is published; `links` says whether readers are sent on to the post.
    pub fn of(tip: &'a content::Tip, pack: &'a content::Pack, links: bool) -> Self {
        let post = pack.post(&tip.post).map(|post| Post {
            id: &post.id,
            title: &post.title,
            url: post.url.as_deref().filter(|_| links),
        });
        Self { id: &tip.id, topic: &tip.topic, text: &tip.text, r#try: &tip.try_it, post }
    }
}
