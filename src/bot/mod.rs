//! The platform-neutral bot: a table of commands, a handler each, and what they share.
//!
//! A [`Request`] comes in, an [`Answer`] goes out; no platform type is seen in between. The front door is [`Bot`]:
//! [`Bot::answer`], [`Bot::suggest`] and [`Bot::heard`].
//!
//! | file | what it says |
//! | --- | --- |
//! | `commands` | the table of commands, the one source of every surface |
//! | `request`, `answer` | what comes in and what goes out |
//! | `platform` | what the bot needs of a platform when nobody is asking |
//! | `dispatch` | from a request to its handler: cooldown, permission, the two kinds of error |
//! | `practice`, `quiz`, `mistake` | cards to practise with, also in private at chosen times; quizzes; owning a mistake |
//! | `review`, `coach`, `tip`, `listen`, `daily`, `watch`, `rules`, `report`, `privacy`, `help` | a handler each |
//! | `watching`, `drafts`, `cooldown` | what is held in memory, bounded |
//! | `recap` | a team's week as a card |
//! | `figures` | what an operator sees from outside |
//! | `library` | the packs in use |
//! | `keys` | who may use the JSON API |
//! | `overview` | what a lead sees at a glance |
//! | `blog` | new posts of the blog, announced where the tips are posted |
//! | `workspaces` | settings of workspaces, their coming and going |

pub mod answer;
#[cfg(feature = "blog")]
pub mod blog;
mod coach;
pub mod commands;
mod cooldown;
pub mod daily;
mod dispatch;
mod drafts;
mod error;
pub mod figures;
mod help;
#[cfg(feature = "room")]
pub mod keys;
mod library;
mod listen;
mod mistake;
mod overview;
pub mod platform;
mod practice;
mod privacy;
mod quiz;
mod recap;
pub mod report;
pub mod request;
mod review;
mod rules;
mod suggest;
mod tip;
mod watch;
mod watching;
mod workspaces;

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

pub use answer::{Action, Answer, Block, Card, Choice, Form, Span, Tone};
pub use dispatch::apology;
pub use error::Error;
pub use figures::{Condition, Figures};
pub use library::Library;
pub use overview::{Counted, Overview, Planned};
pub use platform::{Clock, Platform, SystemClock};
pub use recap::Practised;
pub use request::{Ask, Caller, Heard, Message, OptionValue, Person, Place, Request};

use self::{cooldown::Cooldowns, daily::Daily, drafts::Drafts, watching::Watching, workspaces::Workspaces};
use crate::{
    config::Safety,
    store::{Store, WorkspaceId},
};

/// What the bot is told at its start.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What the operator wants said where a message hints at self-harm, violence or danger.
    pub safety: Safety,
}

/// The bot. It answers requests, hears what is said in watched conversations, and keeps the daily tip's promise.
pub struct Bot {
    store: Store,
    platform: Arc<dyn Platform>,
    clock: Arc<dyn Clock>,
    library: Arc<Library>,
    daily: Arc<Daily>,
    settings: Settings,
    watching: Watching,
    drafts: Drafts,
    cooldowns: Cooldowns,
    workspaces: Workspaces,
    /// Rung when somebody's private cards changed.
    mail_changed: Notify,
    /// How many counts may wait for the store.
    counting: Semaphore,
}

impl Bot {
    /// Sets the bot up and reads what its workspaces watch.
    pub async fn new(
        store: Store,
        platform: Arc<dyn Platform>,
        clock: Arc<dyn Clock>,
        library: Arc<Library>,
        daily: Arc<Daily>,
        settings: Settings,
    ) -> Result<Self, Error> {
        let bot = Self {
            store,
            platform,
            clock,
            library,
            daily,
            settings,
            watching: Watching::default(),
            drafts: Drafts::default(),
            cooldowns: Cooldowns::default(),
            workspaces: Workspaces::default(),
            mail_changed: Notify::new(),
            counting: Semaphore::new(dispatch::MOST_COUNTING),
        };
        for workspace in bot.store.workspaces().await? {
            bot.read_settings(&workspace).await?;
        }
        Ok(bot)
    }

    /// Takes in what happened in a conversation; cheap, and nothing where it is not watched.
    pub fn heard(&self, workspace: &WorkspaceId, place: &Place, heard: Heard) {
        self.figures().heard();
        self.watching.heard(workspace, place, heard, self.clock.now());
    }

    /// Whether a conversation is watched.
    pub fn watches(&self, workspace: &WorkspaceId, place: &Place) -> bool {
        self.watching.watches(workspace, place)
    }

    /// The packs in use.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The packs in use, to be held.
    pub fn shared_library(&self) -> Arc<Library> {
        self.library.clone()
    }

    /// What time it is.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// What the bot was told at its start.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many bytes the messages held in memory take, roughly: their texts and what each takes besides.
    pub fn held_bytes(&self) -> usize {
        self.watching.bytes()
    }

    /// Lets go of what is too old to be held in memory; what is stored, the daily service tidies.
    pub fn sweep(&self) {
        let now = self.clock.now();
        self.watching.sweep(now);
        self.drafts.sweep(now);
        self.cooldowns.sweep(now);
    }
}
