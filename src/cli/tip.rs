//! `bedside tip`: one tip to try today.

use std::hash::{BuildHasher, RandomState};

use super::{Failure, Shell, Status, arguments::Plainly, packs, paper::Ink, write, write_json};
use crate::{
    content::{Basis, Pack, Post, Tip, problem::nearest},
    shapes,
};

pub(super) fn run(shell: &Shell, topic: Option<&str>, format: Plainly) -> Result<Status, Failure> {
    let config = shell.config()?;
    let links = config.tips.links;
    let pack = packs::over_the_built_in(&config.content)?;
    let topic = topic.map(|wanted| known_topic(&pack, wanted)).transpose()?;
    let tips: Vec<&Tip> = pack.tips.iter().filter(|tip| topic.as_ref().is_none_or(|id| tip.topic == *id)).collect();
    let Some(tip) = any(&tips) else {
        return Err("there is no tip about that yet; leave --topic out".to_owned().into());
    };
    let post = pack.post(&tip.post);
    match format {
        Plainly::Json => write_json(&shapes::Tip::of(tip, &pack, links))?,
        Plainly::Text => {
            let mut page = String::new();
            shell.paper.beside(&mut page, Ink::Green, "Tip", &tip.text);
            shell.paper.beside(&mut page, Ink::Bold, "Try it", &tip.try_it);
            if let Some(post) = post {
                // Only where the author says so is the reader sent on to read more of it.
                let lead = if tip.basis == Basis::Author { "Read more" } else { "Related" };
                shell.paper.beside(&mut page, Ink::Dim, lead, &reading(post, links));
            }
            write(&page)?;
        }
    }
    Ok(Status::Fine)
}

/// The topic that was typed, by its id or its name.
fn known_topic(pack: &Pack, wanted: &str) -> Result<String, Failure> {
    let lower = wanted.to_lowercase();
    if let Some(topic) = pack.topics.iter().find(|topic| topic.id == lower || topic.name.to_lowercase() == lower) {
        return Ok(topic.id.clone());
    }
    let known: Vec<&str> = pack.topics.iter().map(|topic| topic.id.as_str()).collect();
    let hint = match nearest(&lower, &known) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("choose one of {}", known.join(", ")),
    };
    Err(format!("there is no topic “{wanted}”; {hint}").into())
}

/// Any one of them: the terminal keeps no memory, so there is no round to follow.
fn any<'t>(tips: &[&'t Tip]) -> Option<&'t Tip> {
    let drawn = usize::try_from(RandomState::new().hash_one("tip") & 0xffff_ffff).unwrap_or(0);
    tips.get(drawn.checked_rem(tips.len())?).copied()
}

/// A post's title, and where it is found unless the operator wants no links.
pub(super) fn reading(post: &Post, links: bool) -> String {
    match &post.url {
        Some(url) if links => format!("{} — {url}", post.title),
        _ => post.title.clone(),
    }
}
