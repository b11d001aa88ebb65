//! The packs in use: replaced whole while everything goes on, and the deck of tips in them.

use std::sync::{Arc, RwLock};

use super::{
    answer::{Block, Card, Line, Span, Tone, plain, strong},
    daily::{Deck, TipName},
    practice,
    recap::{self, Practised},
};
use crate::content::{Basis, Pack, Tip};

/// The packs in use.
pub struct Library {
    pack: RwLock<Arc<Pack>>,
    links: bool,
}

impl Library {
    /// Begins with a pack; `links` says whether cards lead to the blog.
    pub fn new(pack: Pack, links: bool) -> Self {
        Self { pack: RwLock::new(Arc::new(pack)), links }
    }

    /// The pack in use now.
    pub fn pack(&self) -> Arc<Pack> {
        Arc::clone(&self.pack.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Whether readers are sent on to the posts.
    pub fn links(&self) -> bool {
        self.links
    }

    /// Puts another pack in use.
    pub fn replace(&self, pack: Pack) {
        *self.pack.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(pack);
    }

    /// A post by its title, as a link where links are on and it has an address.
    pub fn post(&self, id: &str) -> Span {
        let pack = self.pack();
        match pack.post(id) {
            Some(post) => match &post.url {
                Some(url) if self.links => Span::Link { text: post.title.clone(), url: url.clone() },
                _ => plain(format!("“{}”", post.title)),
            },
            None => plain(id),
        }
    }

    /// Where to read on after a tip.
    pub(super) fn reading(&self, tip: &Tip) -> Line {
        // “Read more” says that the author says so: only where he does.
        let lead = if tip.basis == Basis::Author { "Read more: " } else { "Related reading: " };
        let mut reading = vec![plain(lead), self.post(&tip.post)];
        if let Some(source) = &tip.source {
            reading.push(plain(format!(" · after {source}")));
        }
        reading
    }

    /// A tip as a card.
    pub fn tip_card(&self, tip: &Tip) -> Card {
        let pack = self.pack();
        let topic = pack.topics.iter().find(|t| t.id == tip.topic).map_or("Tip", |t| t.name.as_str());
        Card {
            title: topic.to_owned(),
            tone: Tone::Good,
            blocks: vec![
                Block::Text(vec![plain(&tip.text)]),
                Block::Text(vec![strong("Try it: "), plain(&tip.try_it)]),
                Block::Text(self.reading(tip)),
            ],
            actions: practice::try_it(&pack, tip).into_iter().collect(),
            ..Card::default()
        }
    }
}

impl Deck for Library {
    fn tips(&self) -> Vec<TipName> {
        self.pack().tips.iter().map(|tip| TipName { id: tip.id.clone(), topic: tip.topic.clone() }).collect()
    }

    fn card(&self, tip: &str) -> Option<Card> {
        self.pack().tip(tip).map(|tip| self.tip_card(tip))
    }

    fn recap(&self, tip: &str, practised: &Practised) -> Option<Card> {
        let pack = self.pack();
        pack.tip(tip).map(|tip| recap::card(self, &pack, tip, practised))
    }
}
