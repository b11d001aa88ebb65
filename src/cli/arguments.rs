//! What can be typed after `bedside`. The doc comments here are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::content::{Medium, Severity};

/// Bedside manner for the help desk: reviews a draft reply before it is sent, reads the mood of a message,
/// coaches an answer, and posts one tip a day, on Discord or in a room of its own.
///
/// Without a command it runs the bot: with no token, in the room, a page on this machine. Everything else works here in
/// the terminal, without a network or a token, and keeps nothing.
#[derive(Debug, Parser)]
#[command(
    name = "bedside",
    version,
    after_help = "\
Examples:
  echo \"You should have called sooner.\" | bedside review
  bedside review reply.txt --answers their-message.txt --medium email
  bedside review saved-replies/                 (every .txt and .md in it)
  bedside coach --about angry
  bedside                                       (opens the room: a page on this machine)
  DISCORD_TOKEN_FILE=token.txt bedside          (runs the bot on Discord, and the room)

Exit status: 0 fine; 1 a review found something at or over --fail-on; 2 wrong use or configuration."
)]
pub(super) struct Arguments {
    /// The configuration [default: bedside.toml in the current folder, when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// When to use colours; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the bot (the same as bedside alone)
    ///
    /// Opens the room, a page on this machine ([room] in the configuration), and connects to Discord where there is a
    /// token in `DISCORD_TOKEN`, or in the file that `DISCORD_TOKEN_FILE` names. Runs until SIGTERM or Ctrl-C; what it
    /// is doing then is finished within ten seconds. SIGHUP, or `bedside reload`, takes changed packs in without a
    /// restart.
    Run,

    /// Review a draft reply before it is sent
    Review(Review),

    /// Read the mood of a message, with the evidence
    #[command(after_help = "\
Examples:
  echo \"This is the third time I ask!\" | bedside mood
  bedside mood message.txt --format json

With --format jsonl, each line of input is one JSON object, {\"id\", \"message\"}, and is answered by one line, in order.")]
    Mood(Mood),

    /// Coach an answer: what to say first, what to ask, what to avoid
    ///
    /// Reads a conversation, one message a line, oldest first. A line that begins with "agent:" or "me:" is the help
    /// desk's; every other line is the customer's, with or without "customer:" before it. Lines that are indented
    /// continue the message above them.
    #[command(after_help = "\
Examples:
  bedside coach conversation.txt
  bedside coach --about angry          (no conversation: what helps with anger in general)")]
    Coach(Coach),

    /// Show one tip to try today
    #[command(after_help = "\
Examples:
  bedside tip
  bedside tip --topic listening")]
    Tip {
        /// What the tip should be about, as in listening or empathy
        #[arg(long, value_name = "TOPIC")]
        topic: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t = Plainly::Text)]
        format: Plainly,
    },

    /// Practise on a card: answer a customer, and hear how it does
    ///
    /// Shows the card, reads your answer from standard input, and judges it. Nothing is kept.
    #[command(after_help = "\
Examples:
  bedside practice
  bedside practice vpn-drops/mid-demo
  bedside practice vpn-drops/mid-demo < my-answer.txt")]
    Practice {
        /// The card's id [default: any card]
        #[arg(value_name = "CARD")]
        card: Option<String>,
    },

    /// Check the configuration and the packs, and tell everything that is wrong at once
    ///
    /// A pack's own examples are run: every `bad` must draw its rule, and every `good` must not.
    #[command(after_help = "\
Examples:
  bedside check                        (bedside.toml, its packs, and the built-in one)
  bedside check our-pack               (a folder, as a pack laid over the built-in one)
  bedside check other.toml our-pack --format json")]
    Check {
        /// Packs (folders) and configurations (files) to check [default: what `bedside run` would use]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t = Plainly::Text)]
        format: Plainly,
    },

    /// Make, list and revoke keys of the JSON API
    ///
    /// A program elsewhere shows its key to ask for reviews over the network. The running bot knows a new key, and
    /// refuses a revoked one, at once.
    #[cfg(feature = "room")]
    Key {
        #[command(subcommand)]
        wanted: Key,
    },

    /// Have the running bot take in changed packs
    ///
    /// Speaks to the bot that runs on the same store, through a socket beside it. A bad pack is refused with
    /// everything that is wrong, and the good one keeps running. The same happens on SIGHUP.
    Reload,

    /// Look whether everything is set up, and say what to mend
    ///
    /// Looks at the configuration and the packs, the store, Discord's token and intents, this machine's clock, and the
    /// bot's permissions in the channels that it posts to. Changes nothing; the bot may run meanwhile.
    #[cfg(feature = "store")]
    Doctor {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t = Plainly::Text)]
        format: Plainly,
    },

    /// Look after what the bot remembers: copy it, or move house
    #[cfg(feature = "store")]
    Store {
        #[command(subcommand)]
        wanted: StoreWanted,
    },
}

#[cfg(feature = "store")]
#[derive(Debug, Subcommand)]
pub(super) enum StoreWanted {
    /// Copy the store to a new file, whole and as it is at one moment, while the bot runs
    Backup {
        /// The copy; must not be there yet
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Move house: copy a store to another, from a file to PostgreSQL or back, and compare every row
    ///
    /// Stop the bot first, every process of it: where several share a file, the first alone is sure to be noticed. What
    /// one writes meanwhile is missing in the copy.
    ///
    /// The target must be empty, or one where a copy of the same source was cut off: that is gone on with. The source is
    /// not changed.
    #[command(after_help = "\
Example:
  bedside store copy sqlite://bedside.db postgres://bedside@db.example/bedside

Leave a password out of the address: PGPASSWORD, or PGPASSFILE with a file that holds it, says it.")]
    Copy {
        /// The address of the store to copy
        #[arg(value_name = "FROM")]
        from: String,
        /// The address of its copy
        #[arg(value_name = "TO")]
        to: String,
    },
}

#[cfg(feature = "room")]
#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// Make a key and print it, this once: only its hash is kept
    New {
        /// Whose key it is, as in ticket-system
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List the keys: their names, when they were made and last used
    List {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t = Plainly::Text)]
        format: Plainly,
    },
    /// Make a key useless
    Revoke {
        /// Whose key it is
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// Review a draft reply before it is sent
///
/// Shows how the draft may land, what it does well, what to change and why, and what is missing. Each file is one
/// draft; a folder stands for every .txt and .md in it. Without a file, the draft is read from standard input.
/// Quotes, code, logs and links are never judged.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  echo \"You should have called sooner.\" | bedside review
  bedside review reply.txt --answers their-message.txt --medium email
  bedside review saved-replies/ --fail-on medium          (in CI: exit 1 when one is found)
  bedside review saved-replies/ --format github           (in CI: notes on the lines of a pull request)
  bedside review --format jsonl < drafts.jsonl            (a line in, a line out; --schema describes them)

Exit status: 0 fine; 1 something at or over --fail-on; 2 wrong use, or something that could not be read.")]
pub(super) struct Review {
    /// Drafts, or folders of drafts; - is standard input
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,

    /// The message that the draft answers: its feeling, questions and deadline are then looked for in the draft
    #[arg(long, value_name = "FILE")]
    pub(super) answers: Option<PathBuf>,

    /// Where the draft will be sent: a chat owes no greeting, an email owes greeting, close and name
    #[arg(long, value_enum, default_value_t = MediumName::Chat)]
    pub(super) medium: MediumName,

    /// Show everything in text, not just the three worst findings and the three worst things missing
    #[arg(long)]
    pub(super) all: bool,

    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,

    /// The mildest severity that makes the exit status 1
    #[arg(long, value_enum, default_value_t = FailOn::High, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,

    /// Print the JSON schema of what --format jsonl takes and answers, and stop
    #[arg(long)]
    pub(super) schema: bool,
}

#[derive(Args, Debug)]
pub(super) struct Mood {
    /// Messages, or folders of messages; - is standard input
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,

    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Lines::Text)]
    pub(super) format: Lines,

    /// Print the JSON schema of what --format jsonl takes and answers, and stop
    #[arg(long)]
    pub(super) schema: bool,
}

#[derive(Args, Debug)]
pub(super) struct Coach {
    /// The conversation; - is standard input
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,

    /// A situation to be coached for, as in angry, anxious or bad-news
    #[arg(long, value_name = "STATE")]
    pub(super) about: Option<String>,

    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Plainly::Text)]
    pub(super) format: Plainly,
}

/// How a review is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// One JSON object for all drafts
    Json,
    /// JSON lines in, JSON lines out
    Jsonl,
    /// Notes that GitHub Actions shows on a pull request
    Github,
}

/// How a mood is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Lines {
    /// For people
    Text,
    /// One JSON object for all messages
    Json,
    /// JSON lines in, JSON lines out
    Jsonl,
}

/// How a single answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Plainly {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// Where a draft will be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MediumName {
    /// A message in a conversation
    Chat,
    /// A comment on a ticket
    Ticket,
    /// An e-mail
    Email,
}

impl From<MediumName> for Medium {
    fn from(name: MediumName) -> Self {
        match name {
            MediumName::Chat => Self::Chat,
            MediumName::Ticket => Self::Ticket,
            MediumName::Email => Self::Email,
        }
    }
}

/// The mildest severity that counts as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Mend before sending
    High,
    /// Worth a change
    Medium,
    /// Anything at all
    Low,
    /// Only tell
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the exit status 1.
    pub(super) fn reached(self, severity: Severity) -> bool {
        match self {
            Self::High => severity == Severity::High,
            Self::Medium => severity != Severity::Low,
            Self::Low => true,
            Self::Never => false,
        }
    }
}
