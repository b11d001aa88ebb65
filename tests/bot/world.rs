//! A workspace with the bot in it: a platform that remembers what it was told, a clock in hand, a store in a
//! temporary file, and everything that was logged.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use bedside::{
    bot::{
        Action, Answer, Ask, Bot, Caller, Card, Choice, Form, Heard, Library, Message, OptionValue, Person, Place,
        Platform, Request, Settings,
        daily::{Daily, Deck, GRACE},
        platform::{Destination, Found, Known, Pending, Permission, Sent, Trouble},
    },
    content::Pack,
    store::{ChannelId, MessageId, PersonId, RoleId, Store, WorkspaceId},
};
use jiff::{SignedDuration, Timestamp};

pub use crate::common::{Hand, buttons, logged::logged, words};
use crate::common::{logged::listen, stores::StorePlace};

/// Noon in London on a Monday.
pub const MONDAY: &str = "2026-05-11T11:00:00Z";

/// A platform that takes every tip and remembers who was told what.
#[derive(Default)]
pub struct Stage {
    pub posted: Mutex<Vec<(String, String)>>,
    pub cards: Mutex<Vec<Card>>,
    pub reads: AtomicBool,
    /// Which channel is hidden from the bot.
    pub hidden: Mutex<Option<&'static str>>,
    /// Who was told what in private, in which workspace.
    pub told: Mutex<Vec<(String, String, Card)>>,
    /// What comes of the next tellings, in order; they arrive where nothing is said.
    pub refusals: Mutex<Vec<Trouble>>,
    /// Whose next telling dies before it is said.
    pub dies: Mutex<Option<&'static str>>,
    /// No telling gets through while somebody writes here.
    pub gate: tokio::sync::RwLock<()>,
}

impl Platform for Stage {
    fn post<'a>(&'a self, to: &'a Destination, card: &'a Card, _: &'a str, _: &'a str) -> Pending<'a, Sent> {
        let mut posted = self.posted.lock().unwrap();
        posted.push((to.channel.to_string(), words(card)));
        self.cards.lock().unwrap().push(card.clone());
        let id = MessageId::new(posted.len().to_string());
        Box::pin(async move { Sent::Done(id) })
    }

    fn find<'a>(&'a self, _: &'a Destination, _: &'a str, _: Timestamp) -> Pending<'a, Found> {
        Box::pin(async { Found::No })
    }

    fn lacking<'a>(&'a self, at: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
        let hidden = self.hidden.lock().unwrap().is_some_and(|hidden| hidden == at.channel.as_str());
        Box::pin(async move { Ok(if hidden { vec![Permission::ViewChannel] } else { Vec::new() }) })
    }

    fn tell<'a>(
        &'a self,
        workspace: &'a WorkspaceId,
        person: &'a PersonId,
        card: &'a Card,
        _: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>> {
        Box::pin(async move {
            if self.dies.lock().unwrap().take_if(|dies| *dies == person.as_str()).is_some() {
                std::panic::resume_unwind(Box::new("the telling dies"));
            }
            let _open = self.gate.read().await;
            if let Some(refusal) = self.refusals.lock().unwrap().pop() {
                return Err(refusal);
            }
            self.told.lock().unwrap().push((workspace.to_string(), person.to_string(), card.clone()));
            Ok(())
        })
    }

    fn reads_messages(&self, _: &WorkspaceId) -> bool {
        self.reads.load(Ordering::SeqCst)
    }
}

/// Compiling a pack takes a while in a debug build; whoever replaces it brings a library of their own.
static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::new(Pack::built_in(), true)));

pub struct World {
    pub place: StorePlace,
    pub store: Store,
    pub stage: Arc<Stage>,
    pub clock: Arc<Hand>,
    pub library: Arc<Library>,
    pub daily: Arc<Daily>,
    pub bot: Arc<Bot>,
    events: AtomicU64,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Arc::clone(&LIBRARY), Settings::default()).await
    }

    pub async fn with(library: Arc<Library>, settings: Settings) -> Self {
        listen(tracing::Level::TRACE);
        let place = StorePlace::new();
        let store = place.open().await;
        let stage = Arc::new(Stage { reads: AtomicBool::new(true), ..Stage::default() });
        let clock = Arc::new(Hand::new(MONDAY));
        let deck = Arc::clone(&library) as Arc<dyn Deck>;
        let daily = Daily::new(store.clone(), stage.clone(), clock.clone(), deck, GRACE);
        let bot =
            Bot::new(store.clone(), stage.clone(), clock.clone(), library.clone(), daily.clone(), settings.clone())
                .await
                .unwrap();
        let bot = Arc::new(bot);
        Self { place, store, stage, clock, library, daily, bot, events: AtomicU64::new(0) }
    }

    /// The process ends and another starts on the same store.
    pub async fn restart(&mut self) {
        let (stage, clock) = (self.stage.clone(), self.clock.clone());
        let bot =
            Bot::new(self.store.clone(), stage, clock, self.library.clone(), self.daily.clone(), Settings::default());
        self.bot = Arc::new(bot.await.unwrap());
    }

    pub fn pass(&self, by: SignedDuration) {
        self.clock.pass(by);
    }

    /// Asks as the person at hand would, at their pace: no one here is asked to wait unless a test is about it.
    pub async fn ask(&self, caller: &Caller, ask: Ask) -> Answer {
        self.pass(SignedDuration::from_secs(2));
        self.ask_at_once(caller, ask).await
    }

    pub async fn ask_at_once(&self, caller: &Caller, ask: Ask) -> Answer {
        let event = self.events.fetch_add(1, Ordering::SeqCst).to_string();
        let answer = self.bot.answer(Request { event, caller: caller.clone(), ask }).await;
        fits(&answer);
        answer
    }

    pub async fn run(&self, caller: &Caller, name: &str, options: &[(&str, &str)]) -> Answer {
        self.ask(caller, command(name, options)).await
    }

    /// Runs a command that answers with a card for the caller alone.
    pub async fn card(&self, caller: &Caller, name: &str, options: &[(&str, &str)]) -> Card {
        card(self.run(caller, name, options).await)
    }

    pub async fn said(&self, caller: &Caller, name: &str, options: &[(&str, &str)]) -> String {
        words(&self.card(caller, name, options).await)
    }

    pub async fn on_message(&self, caller: &Caller, name: &str, message: Message) -> Card {
        card(self.ask(caller, Ask::MessageCommand { name: name.into(), message }).await)
    }

    /// Presses a button of a card by what it says.
    pub async fn press(&self, caller: &Caller, on: &Card, label: &str) -> Answer {
        self.action(caller, &button(on, label), &[]).await
    }

    /// Chooses an item of the menu of a card.
    pub async fn choose(&self, caller: &Caller, on: &Card, value: &str) -> Answer {
        let (id, choices) = menu(on);
        assert!(choices.iter().any(|choice| choice.value == value), "no {value} in {choices:?}");
        self.action(caller, &id, &[value]).await
    }

    pub async fn action(&self, caller: &Caller, id: &str, values: &[&str]) -> Answer {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.ask(caller, Ask::Action { id: id.to_owned(), values }).await
    }

    /// Sends a form off with what stands in it, save for what is changed.
    pub async fn submit(&self, caller: &Caller, form: &Form, changes: &[(&str, &str)]) -> Answer {
        let mut values: BTreeMap<String, String> =
            form.fields.iter().map(|field| (field.id.clone(), field.value.clone())).collect();
        for (field, value) in changes {
            assert!(values.insert((*field).to_owned(), (*value).to_owned()).is_some(), "no field {field}");
        }
        self.ask(caller, Ask::Form { id: form.id.clone(), values }).await
    }

    pub fn hear(&self, place: &Place, id: &str, author: &str, text: &str) {
        self.heard(place, Heard::Written(message(id, author, text)));
    }

    pub fn heard(&self, place: &Place, heard: Heard) {
        self.bot.heard(&workspace(), place, heard);
    }

    pub async fn watch(&self, channel: &str) {
        let said = self.said(&lead(), "watch add", &[("channel", channel)]).await;
        assert!(said.contains("is watched"), "{said}");
    }

    /// Every byte that the store has on disk.
    pub fn disk(&self) -> Vec<u8> {
        self.place.bytes()
    }

    /// The rows of a workspace that say something, without the counters.
    pub async fn kept(&self) -> String {
        let (here, store) = (workspace(), &self.store);
        format!(
            "{:?} {:?} {:?}",
            store.settings(&here).await.unwrap(),
            store.schedules(&here).await.unwrap(),
            store.muted(&here, None).await.unwrap(),
        )
    }
}

pub fn workspace() -> WorkspaceId {
    WorkspaceId::new("discord:1")
}

pub fn place(conversation: &str, parents: &[&str]) -> Place {
    Place {
        conversation: ChannelId::new(conversation),
        parents: parents.iter().map(|parent| ChannelId::new(*parent)).collect(),
    }
}

pub fn support() -> Place {
    place("support", &[])
}

fn person(id: &str) -> Caller {
    let person = Person { id: PersonId::new(id), roles: Vec::new(), manage_server: false, manage_messages: false };
    Caller { workspace: workspace(), place: support(), person }
}

/// Somebody who is helped.
pub fn customer() -> Caller {
    person("dan")
}

/// Somebody who answers customers: no staff role is set, and they may moderate.
pub fn agent() -> Caller {
    let mut agent = person("alice");
    agent.person.manage_messages = true;
    agent
}

/// Another one.
pub fn colleague() -> Caller {
    let mut colleague = agent();
    colleague.person.id = PersonId::new("bob");
    colleague
}

/// Somebody who runs the server.
pub fn lead() -> Caller {
    let mut lead = person("lena");
    lead.person.manage_server = true;
    lead
}

pub fn in_place(mut caller: Caller, place: Place) -> Caller {
    caller.place = place;
    caller
}

pub fn elsewhere(mut caller: Caller) -> Caller {
    caller.workspace = WorkspaceId::new("discord:2");
    caller
}

pub fn message(id: &str, author: &str, text: &str) -> Message {
    Message {
        id: MessageId::new(id),
        author: PersonId::new(author),
        roles: Vec::new(),
        automatic: false,
        at: Timestamp::UNIX_EPOCH,
        text: text.into(),
    }
}

pub fn command(name: &str, options: &[(&str, &str)]) -> Ask {
    let value = |name: &str, value: &str| match name {
        "channel" => OptionValue::Channel(ChannelId::new(value)),
        "role" => OptionValue::Role(RoleId::new(value)),
        _ => OptionValue::Text(value.to_owned()),
    };
    let options = options.iter().map(|(name, given)| ((*name).to_owned(), value(name, given))).collect();
    Ask::Command { name: name.to_owned(), options }
}

pub fn card(answer: Answer) -> Card {
    match answer {
        Answer::Card(card) => card,
        other => panic!("no card for the caller alone: {other:?}"),
    }
}

pub fn update(answer: Answer) -> Card {
    match answer {
        Answer::Update(card) => card,
        other => panic!("no update: {other:?}"),
    }
}

pub fn form(answer: Answer) -> Form {
    match answer {
        Answer::Form(form) => form,
        other => panic!("no form: {other:?}"),
    }
}

/// Whatever is answered, as it reads.
pub fn reads(answer: &Answer) -> String {
    match answer {
        Answer::Card(card) | Answer::Update(card) | Answer::Share(card) => words(card),
        Answer::Form(form) => format!("a form: {}", form.title),
    }
}

/// A refusal of something that the user can put right.
pub fn refused(answer: &Answer) -> String {
    let Answer::Card(card) = answer else { panic!("not refused: {answer:?}") };
    assert_eq!(card.title, "Not quite", "{}", words(card));
    words(card)
}

pub fn button(on: &Card, label: &str) -> String {
    let found = on.actions.iter().find_map(|action| match action {
        Action::Button { id, label: says, .. } if says == label => Some(id.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no “{label}” among {:?}", buttons(on)))
}

pub fn menu(on: &Card) -> (String, &[Choice]) {
    let found = on.actions.iter().find_map(|action| match action {
        Action::Menu { id, choices, .. } => Some((id.clone(), choices.as_slice())),
        Action::Button { .. } => None,
    });
    found.unwrap_or_else(|| panic!("no menu among {:?}", buttons(on)))
}

/// What every platform may count on.
pub fn fits(answer: &Answer) {
    let characters = |text: &str| text.chars().count();
    let card = match answer {
        Answer::Card(card) | Answer::Update(card) | Answer::Share(card) => card,
        Answer::Form(form) => {
            assert!((1..=100).contains(&form.id.len()) && (1..=45).contains(&characters(&form.title)));
            assert!((1..=5).contains(&form.fields.len()));
            for field in &form.fields {
                assert!((1..=45).contains(&characters(&field.label)), "{}", field.label);
                assert!(characters(&field.hint) <= 100, "{}", field.hint);
                assert!(characters(&field.value) <= usize::from(field.limit) && field.limit <= 4_000);
            }
            return;
        }
    };
    let read = words(card);
    assert!(!card.title.is_empty() && !card.blocks.is_empty(), "a card that says nothing: {read}");
    assert!(characters(&read) <= 6_000, "{} characters: {read}", characters(&read));
    let mut ids = Vec::new();
    for action in &card.actions {
        let id = match action {
            Action::Button { id, label, .. } => {
                assert!((1..=80).contains(&characters(label)), "{label}");
                id
            }
            Action::Menu { id, prompt, choices } => {
                assert!(characters(prompt) <= 150 && (1..=25).contains(&choices.len()), "{prompt}");
                let mut values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
                assert!(choices.iter().all(|c| (1..=100).contains(&characters(&c.value)) && !c.label.is_empty()));
                values.sort_unstable();
                values.dedup();
                assert_eq!(values.len(), choices.len(), "an item stands there twice");
                id
            }
        };
        assert!((1..=100).contains(&characters(id)), "{id}");
        assert!(!ids.contains(&id), "two actions of one id: {id}");
        ids.push(id);
    }
    let buttons = card.actions.iter().filter(|action| matches!(action, Action::Button { .. })).count();
    assert!(buttons <= 5 && card.actions.len() - buttons <= 4, "more than fits: {:?}", self::buttons(card));
}
