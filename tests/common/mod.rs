//! What the tests of the bot and of its daily tip share: a clock in hand, and a card as a person reads it.
#![allow(dead_code, reason = "each test program uses its part")]

pub mod logged;
pub mod stores;

use std::sync::Mutex;

use bedside::bot::{Action, Block, Card, Clock, Span, platform::Pending};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

pub fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// A clock in hand.
pub struct Hand {
    now: Mutex<Timestamp>,
    moved: Notify,
}

impl Hand {
    pub fn new(now: &str) -> Self {
        Self { now: Mutex::new(at(now)), moved: Notify::new() }
    }

    pub fn set(&self, to: Timestamp) {
        *self.now.lock().unwrap() = to;
        self.moved.notify_waiters();
    }

    pub fn pass(&self, by: SignedDuration) {
        self.set(self.now() + by);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn until(&self, when: Timestamp) -> Pending<'_, ()> {
        Box::pin(async move {
            loop {
                let moved = self.moved.notified();
                if self.now() >= when {
                    return;
                }
                moved.await;
            }
        })
    }
}

/// Everything that a card says, as plain text: heading, body, small print.
pub fn words(card: &Card) -> String {
    fn line(spans: &[Span]) -> String {
        spans
            .iter()
            .map(|span| match span {
                Span::Plain(text) | Span::Strong(text) | Span::Code(text) | Span::Link { text, .. } => text.clone(),
                Span::Words(text) => format!("“{text}”"),
                Span::Channel(channel) => format!("#{channel}"),
                Span::Role(role) => format!("@{role}"),
            })
            .collect()
    }
    let mut text = vec![card.title.clone()];
    for block in &card.blocks {
        match block {
            Block::Heading(words) => text.push(words.clone()),
            Block::Quote(words) => text.push(format!("> {words}")),
            Block::Text(spans) => text.push(line(spans)),
            Block::Bullets(lines) => text.extend(lines.iter().map(|spans| format!("- {}", line(spans)))),
            Block::Steps(lines) => {
                text.extend(lines.iter().zip(1..).map(|(spans, number)| format!("{number}. {}", line(spans))));
            }
        }
    }
    text.extend(card.footer.clone());
    text.join("\n")
}

/// What can be pressed on a card, as it reads.
pub fn buttons(card: &Card) -> Vec<String> {
    let labels = card.actions.iter().map(|action| match action {
        Action::Button { label, .. } => label.clone(),
        Action::Menu { prompt, .. } => prompt.clone(),
    });
    labels.collect()
}
