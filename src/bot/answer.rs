//! What the bot answers with: a card, a form, or an update of the card that an action sat on.
//! Text is a list of [`Span`]s, so that each platform escapes what people wrote in its own way.

use std::fmt;

/// The answer to a request. Only the caller sees it, save for [`Answer::Share`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A new card, for the caller alone.
    Card(Card),
    /// The card that the action sat on changes into this one.
    Update(Card),
    /// A form opens.
    Form(Form),
    /// A card for everybody in the conversation, which the caller asked to share.
    Share(Card),
}

/// What the bot shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// The heading.
    pub title: String,
    /// Where the heading leads, if anywhere.
    pub link: Option<String>,
    /// The colour beside it.
    pub tone: Tone,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Small print.
    pub footer: Option<String>,
    /// Buttons and menus, in order.
    pub actions: Vec<Action>,
}

/// How a card feels at a glance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Information.
    #[default]
    Plain,
    /// Reads well, done.
    Good,
    /// Worth a change.
    Care,
    /// Mend before sending; safety.
    Stop,
}

/// A piece of a card. `Debug` never shows somebody's words.
#[derive(Clone, PartialEq)]
pub enum Block {
    /// A heading over what follows.
    Heading(String),
    /// A paragraph.
    Text(Line),
    /// A list.
    Bullets(Vec<Line>),
    /// A numbered list.
    Steps(Vec<Line>),
    /// Somebody's words, set apart.
    Quote(String),
}

/// A line of text.
pub type Line = Vec<Span>;

/// A run of text of one kind. All text is plain: platforms escape it. `Debug` never shows somebody's words.
#[derive(Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain text.
    Plain(String),
    /// Emphasised text.
    Strong(String),
    /// Words quoted from a draft or a message.
    Words(String),
    /// Something to type, or an identifier.
    Code(String),
    /// A channel, named as the platform names it.
    Channel(crate::store::ChannelId),
    /// A role, named as the platform names it; never notifies.
    Role(crate::store::RoleId),
    /// A link.
    Link {
        /// What is read.
        text: String,
        /// Where it leads.
        url: String,
    },
}

/// A button or a menu on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A button.
    Button {
        /// What comes back when it is pressed; at most 100 characters.
        id: String,
        /// What it says; at most 80 characters.
        label: String,
        /// How it looks.
        style: ButtonStyle,
    },
    /// A menu of which one item is chosen.
    Menu {
        /// What comes back when an item is chosen; at most 100 characters.
        id: String,
        /// What it says while nothing is chosen.
        prompt: String,
        /// The items; at most 25.
        choices: Vec<Choice>,
    },
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonStyle {
    /// The likeliest next move.
    Primary,
    /// Any other move.
    Secondary,
    /// Something that cannot be taken back.
    Danger,
}

/// An item of a menu, or a suggestion while an option is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What comes back.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line below it.
    pub note: Option<String>,
}

/// What the bot asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What comes back with the values; at most 100 characters.
    pub id: String,
    /// The heading; at most 45 characters.
    pub title: String,
    /// What is asked; at most five.
    pub fields: Vec<Field>,
}

/// One question of a form. `Debug` never shows what stands in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// What the value comes back under.
    pub id: String,
    /// The question; at most 45 characters.
    pub label: String,
    /// A hint shown while it is empty; at most 100 characters.
    pub hint: String,
    /// What stands in it at first.
    pub value: String,
    /// Whether it takes several lines.
    pub long: bool,
    /// Whether it must be filled in.
    pub required: bool,
    /// The most characters it takes; at most 4,000.
    pub limit: u16,
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heading(text) => f.debug_tuple("Heading").field(text).finish(),
            Self::Text(line) => f.debug_tuple("Text").field(line).finish(),
            Self::Bullets(lines) => f.debug_tuple("Bullets").field(lines).finish(),
            Self::Steps(lines) => f.debug_tuple("Steps").field(lines).finish(),
            Self::Quote(words) => f.debug_tuple("Quote").field(&Unsaid(words)).finish(),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.debug_tuple("Plain").field(text).finish(),
            Self::Strong(text) => f.debug_tuple("Strong").field(text).finish(),
            Self::Words(words) => f.debug_tuple("Words").field(&Unsaid(words)).finish(),
            Self::Code(text) => f.debug_tuple("Code").field(text).finish(),
            Self::Channel(channel) => f.debug_tuple("Channel").field(channel).finish(),
            Self::Role(role) => f.debug_tuple("Role").field(role).finish(),
            Self::Link { text, url } => f.debug_struct("Link").field("text", text).field("url", url).finish(),
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut field = f.debug_struct("Field");
        field.field("id", &self.id).field("label", &self.label).field("value", &Unsaid(&self.value));
        field.finish_non_exhaustive()
    }
}

/// Somebody's words, as `Debug` may show them: how many bytes there are.
pub(super) struct Unsaid<'t>(pub(super) &'t str);

impl fmt::Debug for Unsaid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// A plain run of text.
pub fn plain(text: impl Into<String>) -> Span {
    Span::Plain(text.into())
}

/// An emphasised run of text.
pub fn strong(text: impl Into<String>) -> Span {
    Span::Strong(text.into())
}

/// A paragraph of plain text.
pub fn text(text: impl Into<String>) -> Block {
    Block::Text(vec![plain(text)])
}
