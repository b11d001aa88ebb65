//! What the page is sent, in the shapes of the room's protocol. Everything that anybody wrote is text, and no shape
//! here has a `Debug` that could show it.

use serde::Serialize;

use super::seats;
use crate::bot::{self, answer::ButtonStyle};

/// A message in a channel: somebody's words, or a card of the bot's.
#[derive(Clone, Serialize)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) channel: &'static str,
    pub(super) author: Author,
    pub(super) at: String,
    pub(super) text: Option<String>,
    pub(super) card: Option<Card>,
}

#[derive(Clone, Serialize)]
pub(super) struct Author {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: &'static str,
}

impl Author {
    pub(super) fn bot() -> Self {
        Self { id: "bedside".into(), name: "Bedside".into(), role: "bot" }
    }

    pub(super) fn sitter(sitter: &seats::Sitter) -> Self {
        Self { id: sitter.id(), name: sitter.seat.name().into(), role: sitter.seat.id() }
    }

    /// A customer who only wrote, and has no seat.
    pub(super) fn customer(id: &str, name: &str) -> Self {
        Self { id: id.into(), name: name.into(), role: "customer" }
    }
}

/// A card that one person sees in one browser.
#[derive(Clone, Serialize)]
pub(super) struct PrivateCard {
    pub(super) id: String,
    pub(super) channel: &'static str,
    pub(super) card: Card,
}

#[derive(Clone, Serialize)]
pub(super) struct Card {
    title: String,
    link: Option<String>,
    tone: &'static str,
    blocks: Vec<Block>,
    footer: Option<String>,
    actions: Vec<Action>,
}

#[derive(Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Block {
    Heading { text: String },
    Text { line: Vec<Span> },
    Bullets { lines: Vec<Vec<Span>> },
    Steps { lines: Vec<Vec<Span>> },
    Quote { text: String },
}

#[derive(Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Span {
    Plain { text: String },
    Strong { text: String },
    Words { text: String },
    Code { text: String },
    Channel { id: String, name: String },
    Role { id: String, name: String },
    Link { text: String, url: String },
}

#[derive(Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Action {
    Button { id: String, label: String, style: &'static str },
    Menu { id: String, prompt: String, choices: Vec<Choice> },
}

#[derive(Clone, Serialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) note: Option<String>,
}

#[derive(Clone, Serialize)]
pub(super) struct Form {
    id: String,
    title: String,
    fields: Vec<Field>,
}

#[derive(Clone, Serialize)]
struct Field {
    id: String,
    label: String,
    hint: String,
    value: String,
    long: bool,
    required: bool,
    limit: u16,
}

/// The answer to something that somebody did.
#[derive(Clone, Serialize)]
pub(super) struct Answer {
    pub(super) kind: &'static str,
    pub(super) private: Option<PrivateCard>,
    pub(super) form: Option<Form>,
}

impl From<&bot::Card> for Card {
    fn from(card: &bot::Card) -> Self {
        let tone = match card.tone {
            bot::Tone::Plain => "plain",
            bot::Tone::Good => "good",
            bot::Tone::Care => "care",
            bot::Tone::Stop => "stop",
        };
        Self {
            title: card.title.clone(),
            link: card.link.clone().filter(|link| leads_out(link)),
            tone,
            blocks: card.blocks.iter().map(Block::from).collect(),
            footer: card.footer.clone(),
            actions: card.actions.iter().map(Action::from).collect(),
        }
    }
}

/// A link that a browser opens as a page, and does not run.
fn leads_out(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

impl From<&bot::Block> for Block {
    fn from(block: &bot::Block) -> Self {
        let lines = |lines: &[Vec<bot::Span>]| lines.iter().map(|one| line(one)).collect();
        match block {
            bot::Block::Heading(text) => Self::Heading { text: text.clone() },
            bot::Block::Text(spans) => Self::Text { line: line(spans) },
            bot::Block::Bullets(all) => Self::Bullets { lines: lines(all) },
            bot::Block::Steps(all) => Self::Steps { lines: lines(all) },
            bot::Block::Quote(text) => Self::Quote { text: text.clone() },
        }
    }
}

fn line(spans: &[bot::Span]) -> Vec<Span> {
    spans.iter().map(Span::from).collect()
}

impl From<&bot::Span> for Span {
    fn from(span: &bot::Span) -> Self {
        let text = |text: &String| text.clone();
        match span {
            bot::Span::Link { text: words, url } if leads_out(url) => {
                Self::Link { text: text(words), url: url.clone() }
            }
            bot::Span::Plain(words) | bot::Span::Link { text: words, .. } => Self::Plain { text: text(words) },
            bot::Span::Strong(words) => Self::Strong { text: text(words) },
            bot::Span::Words(words) => Self::Words { text: text(words) },
            bot::Span::Code(words) => Self::Code { text: text(words) },
            bot::Span::Channel(id) => {
                let name = seats::channel(id.as_str()).map_or_else(|| format!("#{id}"), |known| known.name.into());
                Self::Channel { id: id.to_string(), name }
            }
            bot::Span::Role(id) => {
                let name = seats::role(id.as_str()).map_or_else(|| format!("@{id}"), |known| known.name.into());
                Self::Role { id: id.to_string(), name }
            }
        }
    }
}

impl From<&bot::Action> for Action {
    fn from(action: &bot::Action) -> Self {
        match action {
            bot::Action::Button { id, label, style } => {
                let style = match style {
                    ButtonStyle::Primary => "primary",
                    ButtonStyle::Secondary => "secondary",
                    ButtonStyle::Danger => "danger",
                };
                Self::Button { id: id.clone(), label: label.clone(), style }
            }
            bot::Action::Menu { id, prompt, choices } => Self::Menu {
                id: id.clone(),
                prompt: prompt.clone(),
                choices: choices.iter().map(Choice::from).collect(),
            },
        }
    }
}

impl From<&bot::Choice> for Choice {
    fn from(choice: &bot::Choice) -> Self {
        Self { value: choice.value.clone(), label: choice.label.clone(), note: choice.note.clone() }
    }
}

impl From<&bot::Form> for Form {
    fn from(form: &bot::Form) -> Self {
        let field = |field: &bot::answer::Field| Field {
            id: field.id.clone(),
            label: field.label.clone(),
            hint: field.hint.clone(),
            value: field.value.clone(),
            long: field.long,
            required: field.required,
            limit: field.limit,
        };
        Self { id: form.id.clone(), title: form.title.clone(), fields: form.fields.iter().map(field).collect() }
    }
}
