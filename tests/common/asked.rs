//! A bot that is asked anything at all, for the properties and for the fuzzers.
#![allow(clippy::unwrap_used)]

use std::{cell::Cell, collections::BTreeMap, sync::Arc};

use bedside::{
    bot::{
        Answer, Ask, Bot, Caller, Card, Library, Person, Place, Platform, Request, Settings, SystemClock,
        daily::{Daily, GRACE},
        platform::{Destination, Found, Known, Pending, Permission, Sent, Trouble},
    },
    content::Pack,
    store::{ChannelId, PersonId, Store, WorkspaceId},
};

struct Nobody;

impl Platform for Nobody {
    fn post<'a>(&'a self, _: &'a Destination, _: &'a Card, _: &'a str, _: &'a str) -> Pending<'a, Sent> {
        Box::pin(async { Sent::Refused(Trouble::Gone) })
    }
    fn find<'a>(&'a self, _: &'a Destination, _: &'a str, _: jiff::Timestamp) -> Pending<'a, Found> {
        Box::pin(async { Found::No })
    }
    fn lacking<'a>(&'a self, _: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
        Box::pin(async { Err(Trouble::Gone) })
    }
    fn tell<'a>(
        &'a self,
        _: &'a WorkspaceId,
        _: &'a PersonId,
        _: &'a Card,
        _: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>> {
        Box::pin(async { Err(Trouble::Gone) })
    }
}

/// A bot in memory, and how many people have asked it so far.
pub(crate) struct Asked {
    runtime: tokio::runtime::Runtime,
    bot: Bot,
    people: Cell<u32>,
}

impl Asked {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let bot = runtime.block_on(async {
            let store = Store::in_memory().await.unwrap();
            let (platform, clock) = (Arc::new(Nobody), Arc::new(SystemClock));
            let library = Arc::new(Library::new(Pack::built_in(), true));
            let daily = Daily::new(store.clone(), platform.clone(), clock.clone(), library.clone(), GRACE);
            Bot::new(store, platform, clock, library, daily, Settings::default()).await.unwrap()
        });
        Self { runtime, bot, people: Cell::new(0) }
    }

    /// Presses an action, or submits a form, with this id: whatever it is, a card that says something comes back, and
    /// nothing broke.
    pub(crate) fn answers(&self, id: String, values: Vec<String>, form: bool, lead: bool) {
        // Somebody else each time, so that nobody is asked to slow down.
        self.people.set(self.people.get() + 1);
        let person = Person {
            id: PersonId::new(self.people.get().to_string()),
            roles: Vec::new(),
            manage_server: lead,
            manage_messages: lead,
        };
        let place = Place { conversation: ChannelId::new("1"), parents: Vec::new() };
        let caller = Caller { workspace: WorkspaceId::new("discord:1"), place, person };
        let fields = values.iter().cloned().map(|value| ("draft".to_owned(), value)).collect::<BTreeMap<_, _>>();
        let ask = if form { Ask::Form { id, values: fields } } else { Ask::Action { id, values } };
        match self.runtime.block_on(self.bot.answer(Request { event: String::new(), caller, ask })) {
            // The forms that need nothing to be known.
            Answer::Form(form) => {
                let known = ["mistake:", "practice:"].iter().any(|known| form.id.starts_with(known));
                assert!(known, "a form without a draft: {}", form.id);
            }
            Answer::Card(card) | Answer::Update(card) | Answer::Share(card) => {
                assert!(!card.title.contains("my fault") && !card.blocks.is_empty(), "{card:?}");
            }
        }
    }
}
