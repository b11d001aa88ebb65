//! The table of commands: the one source of every surface (Discord's registration, `help`, the README's table).

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// What is typed or chosen. Two words are a command and its subcommand.
    pub name: &'static str,
    /// How it is reached.
    pub kind: Kind,
    /// What it does, in at most 100 characters.
    pub summary: &'static str,
    /// What it takes, required options first.
    pub options: &'static [Opt],
    /// Who may run it.
    pub who: Who,
}

/// How a command is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Typed after a slash.
    Slash,
    /// Chosen on a message.
    Message,
}

/// An option of a command.
#[derive(Clone, Copy, Debug)]
pub struct Opt {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in at most 100 characters.
    pub summary: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it must be given.
    pub required: bool,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Free text, of at most this many characters.
    Text(u16),
    /// Text, with suggestions while it is typed.
    Suggested,
    /// A text channel (or announcement channel) to post in.
    TextChannel,
    /// A channel, forum, thread or category.
    AnyChannel,
    /// A role.
    Role,
}

/// Who may run a command. Checked by the bot at every use, whatever the platform hid or showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone.
    Anyone,
    /// Holders of the staff role; where none is set, those who hold Manage Messages there.
    Staff,
    /// The author of the message it is run on.
    Author,
    /// Those who hold Manage Server.
    ManageServer,
}

impl Who {
    /// How the README and `help` word it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Staff => "staff",
            Self::Author => "its author",
            Self::ManageServer => "Manage Server",
        }
    }
}

const fn opt(name: &'static str, takes: Takes, summary: &'static str) -> Opt {
    Opt { name, summary, takes, required: false }
}

const fn must(name: &'static str, takes: Takes, summary: &'static str) -> Opt {
    Opt { name, summary, takes, required: true }
}

const fn slash(name: &'static str, who: Who, summary: &'static str, options: &'static [Opt]) -> Command {
    Command { name, kind: Kind::Slash, summary, options, who }
}

const fn on_message(name: &'static str, who: Who, summary: &'static str) -> Command {
    Command { name, kind: Kind::Message, summary, options: &[], who }
}

use Takes::{AnyChannel, Role, Suggested, Text, TextChannel};
use Who::{Anyone, Author, ManageServer, Staff};

/// On a message: coach for it, and review a draft that answers it.
pub const HELP_ME_ANSWER: &str = "Help me answer";
/// On one's own message: review it.
pub const HOW_DOES_THIS_READ: &str = "How does this read?";

/// Every command there is.
pub const TABLE: &[Command] = &[
    slash(
        "coach",
        Staff,
        "What this conversation seems to carry, what to say first, ask and avoid",
        &[opt(
            "about",
            Suggested,
            "A situation to be coached for, instead of this conversation; “mistake” for one of your own",
        )],
    ),
    slash(
        "review",
        Anyone,
        "Review a draft reply before you send it; opens a form when you give none",
        &[opt("draft", Text(4000), "Your draft (nobody else sees it, nothing is stored)")],
    ),
    on_message(HELP_ME_ANSWER, Staff, "Coach for this message, with a form for a draft that answers it"),
    on_message(HOW_DOES_THIS_READ, Author, "Review your own message"),
    slash("tip", Anyone, "One tip now", &[opt("topic", Suggested, "What the tip should be about")]),
    slash(
        "listen",
        Anyone,
        "Active-listening coaching: the habits and the five levels",
        &[opt("topic", Suggested, "A habit or a level")],
    ),
    slash("practice now", Anyone, "One practice card, in a minute, just before you would forget it", &[]),
    slash(
        "practice on",
        Anyone,
        "Send you a practice card in private, on the days and at the time you choose",
        &[
            must("time", Text(5), "When, as HH:MM"),
            must("zone", Suggested, "Time zone, as in Europe/London"),
            opt("days", Suggested, "Which days, as in Mon-Fri (the default) or Mon,Wed,Fri"),
        ],
    ),
    slash("practice off", Anyone, "Send you no more practice cards", &[]),
    slash("quiz empathy", Anyone, "Twelve statements on empathy, for reflection; stop and go on as you like", &[]),
    slash("quiz listening", Anyone, "Ten situations and how you would listen, for reflection", &[]),
    slash(
        "daily on",
        ManageServer,
        "Post one tip a day in a channel",
        &[
            must("channel", TextChannel, "Where the tip is posted"),
            must("time", Text(5), "When, as HH:MM"),
            must("zone", Suggested, "Time zone, as in Europe/London"),
            opt("days", Suggested, "Which days, as in Mon-Fri (the default) or Mon,Wed,Fri"),
            opt("topics", Suggested, "Which topics, separated by commas; all of them by default"),
        ],
    ),
    slash(
        "daily off",
        ManageServer,
        "Stop the daily tip in a channel",
        &[opt("channel", TextChannel, "Which channel; this one by default")],
    ),
    slash("daily list", ManageServer, "The daily tips: when, what comes next, what was missed and why", &[]),
    slash(
        "daily skip",
        ManageServer,
        "Leave out the daily tip on a date",
        &[
            opt("channel", TextChannel, "Which channel; this one by default"),
            opt("date", Text(10), "Which date, as YYYY-MM-DD; the next one by default"),
        ],
    ),
    slash(
        "daily now",
        ManageServer,
        "Post today's tip early, under today's date",
        &[opt("channel", TextChannel, "Which channel; this one by default")],
    ),
    slash(
        "recap on",
        ManageServer,
        "Post a recap on Mondays: the team's practice in numbers, a tip to repeat, a short exercise",
        &[
            must("channel", TextChannel, "Where the recap is posted"),
            opt("zone", Suggested, "Time zone, as in Europe/London; the daily tip's by default"),
            opt("time", Text(5), "When, as HH:MM; the daily tip's by default"),
        ],
    ),
    slash(
        "recap off",
        ManageServer,
        "Stop the weekly recap in a channel",
        &[opt("channel", TextChannel, "Which channel; this one by default")],
    ),
    slash(
        "watch add",
        ManageServer,
        "Make a channel, forum or category a support channel that coaching knows",
        &[must("channel", AnyChannel, "A channel, forum or category; its threads and posts come along")],
    ),
    slash(
        "watch remove",
        ManageServer,
        "Stop watching a channel and forget what it held",
        &[must("channel", AnyChannel, "A channel, forum or category")],
    ),
    slash("watch list", ManageServer, "What is watched, and who is staff", &[]),
    slash(
        "watch staff",
        ManageServer,
        "Say which role answers customers",
        &[must("role", Role, "Who may use coach and Help me answer")],
    ),
    slash("rules list", ManageServer, "Which rules the team has switched off", &[]),
    slash("rules off", ManageServer, "Switch a rule off for the team", &[must("rule", Suggested, "The rule's id")]),
    slash("rules on", ManageServer, "Switch a rule back on for the team", &[must("rule", Suggested, "The rule's id")]),
    slash(
        "report",
        ManageServer,
        "Say where missed, failed and unknown tips are told",
        &[must("channel", TextChannel, "A channel that the team's leads read")],
    ),
    slash("privacy", Anyone, "What is kept about you, word for word", &[]),
    slash("forget-me", Anyone, "Delete what is kept about you, and prove it", &[]),
    slash("help", Anyone, "What Bedside does, in one card", &[]),
];

/// The row that is meant where only the first of its words is typed.
pub fn meant(name: &str) -> &str {
    if name == "practice" { "practice now" } else { name }
}

/// The row of that name.
pub fn named(name: &str) -> Option<&'static Command> {
    TABLE.iter().find(|row| row.name == name)
}
