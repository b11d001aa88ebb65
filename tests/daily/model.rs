//! A platform, a clock and a deck in hand.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use bedside::{
    bot::{
        Answer, Caller, Card, Clock, OptionValue, Place, Platform, Practised,
        daily::{Daily, Deck, Options, TipName},
        platform::{Destination, Found, Known, Pending, Permission, Sent, Trouble},
        request::Person,
    },
    store::{ChannelId, MessageId, PersonId, PostingKey, PostingKind, PostingState, Store, WorkspaceId},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::common::stores::{StorePlace, fresh};
pub use crate::common::{Hand, at, words};

/// What the platform does with the next post in a channel, or card told to a person.
#[derive(Clone, Debug)]
pub enum Next {
    /// Refuses it.
    Refuse(Trouble),
    /// Delivers it, and the answer is lost.
    LoseAnswer,
    /// Neither delivers nor answers.
    LosePost,
    /// The answer is lost; the message stands so many seconds later.
    Late(i64),
    /// The process dies before the post goes out.
    DieBefore,
    /// The process dies once the message stands.
    DieAfter,
    /// It never answers, and delivers nothing.
    Hang,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub channel: String,
    pub title: String,
    pub mark: String,
    pub nonce: String,
    pub text: String,
    pub at: Timestamp,
}

#[derive(Default)]
pub struct World {
    pub messages: Vec<Message>,
    pub told: Vec<(String, String)>,
    /// What was told in private is known by: person, mark and when.
    pub told_marks: Vec<(String, String, Timestamp)>,
    pub scripts: HashMap<String, VecDeque<Next>>,
    pub looks: VecDeque<Found>,
    pub lacking: HashMap<String, Vec<Permission>>,
    pub gone: Vec<String>,
    pub deaf: Vec<String>,
    pub posts: u32,
    /// It forgets nonces at once: only looking first keeps a second message out.
    pub forgetful: bool,
}

pub struct Model {
    pub world: Mutex<World>,
    pub clock: Arc<Hand>,
}

/// Ends the work at hand as the death of the process would: nothing after it happens.
fn die() -> ! {
    std::panic::resume_unwind(Box::new("the process dies"))
}

fn id(index: usize) -> MessageId {
    MessageId::new(index.to_string())
}

impl Model {
    pub fn script(&self, channel: &str, next: impl IntoIterator<Item = Next>) {
        self.world.lock().unwrap().scripts.entry(channel.into()).or_default().extend(next);
    }

    pub fn messages(&self, channel: &str) -> Vec<Message> {
        let now = self.clock.now();
        let world = self.world.lock().unwrap();
        world.messages.iter().filter(|message| message.channel == channel && message.at <= now).cloned().collect()
    }

    pub fn told(&self) -> Vec<(String, String)> {
        self.world.lock().unwrap().told.clone()
    }

    pub fn posts(&self) -> u32 {
        self.world.lock().unwrap().posts
    }

    /// Delivers unless the nonce was seen within the last minutes.
    fn deliver(&self, to: &Destination, card: &Card, nonce: &str, mark: &str, at: Timestamp) -> MessageId {
        let mut world = self.world.lock().unwrap();
        assert!(nonce.len() <= 25);
        let recent = |message: &Message| {
            message.nonce == nonce && at.duration_since(message.at).abs() < SignedDuration::from_mins(3)
        };
        if let Some(known) = world.messages.iter().position(recent).filter(|_| !world.forgetful) {
            return id(known);
        }
        world.messages.push(Message {
            channel: to.channel.to_string(),
            title: card.title.clone(),
            mark: mark.into(),
            nonce: nonce.into(),
            text: words(card),
            at,
        });
        id(world.messages.len() - 1)
    }
}

impl Platform for Model {
    fn post<'a>(&'a self, to: &'a Destination, card: &'a Card, nonce: &'a str, mark: &'a str) -> Pending<'a, Sent> {
        Box::pin(async move {
            let now = self.clock.now();
            let channel = to.channel.as_str();
            let (next, refusal) = {
                let mut world = self.world.lock().unwrap();
                world.posts += 1;
                let gone = world.gone.iter().any(|gone| gone == channel).then_some(Trouble::Gone);
                let lacking = world.lacking.get(channel).filter(|lacking| !lacking.is_empty());
                let refusal = gone.or_else(|| lacking.cloned().map(Trouble::Lacking));
                (world.scripts.get_mut(channel).and_then(VecDeque::pop_front), refusal)
            };
            if let Some(trouble) = refusal {
                return Sent::Refused(trouble);
            }
            let lost = || Sent::Unknown("the answer was lost".into());
            match next {
                None => Sent::Done(self.deliver(to, card, nonce, mark, now)),
                Some(Next::Refuse(trouble)) => Sent::Refused(trouble),
                Some(Next::LosePost) => lost(),
                Some(Next::LoseAnswer) => {
                    self.deliver(to, card, nonce, mark, now);
                    lost()
                }
                Some(Next::Late(seconds)) => {
                    self.deliver(to, card, nonce, mark, now + SignedDuration::from_secs(seconds));
                    lost()
                }
                Some(Next::DieBefore) => die(),
                Some(Next::DieAfter) => {
                    self.deliver(to, card, nonce, mark, now);
                    die()
                }
                Some(Next::Hang) => std::future::pending().await,
            }
        })
    }

    fn find<'a>(&'a self, at: &'a Destination, mark: &'a str, since: Timestamp) -> Pending<'a, Found> {
        Box::pin(async move {
            let now = self.clock.now();
            let mut world = self.world.lock().unwrap();
            if let Some(found) = world.looks.pop_front() {
                return found;
            }
            let lacking = world.lacking.get(at.channel.as_str()).cloned().unwrap_or_default();
            if lacking.contains(&Permission::ReadMessageHistory) {
                return Found::Undecided(Trouble::Lacking(vec![Permission::ReadMessageHistory]));
            }
            let seen = |message: &Message| {
                message.channel == at.channel.as_str() && message.mark == mark && (since..=now).contains(&message.at)
            };
            world.messages.iter().position(seen).map_or(Found::No, |index| Found::Yes(id(index)))
        })
    }

    fn lacking<'a>(&'a self, at: &'a Destination) -> Pending<'a, Result<Vec<Permission>, Trouble>> {
        Box::pin(async move {
            let world = self.world.lock().unwrap();
            if world.gone.iter().any(|gone| gone == at.channel.as_str()) {
                return Err(Trouble::Gone);
            }
            Ok(world.lacking.get(at.channel.as_str()).cloned().unwrap_or_default())
        })
    }

    fn tell<'a>(
        &'a self,
        _: &'a WorkspaceId,
        person: &'a PersonId,
        card: &'a Card,
        known: Option<Known<'a>>,
    ) -> Pending<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let next = {
                let mut world = self.world.lock().unwrap();
                if world.deaf.iter().any(|deaf| deaf == person.as_str()) {
                    return Err(Trouble::Failed("their door is closed".into()));
                }
                world.scripts.get_mut(person.as_str()).and_then(VecDeque::pop_front)
            };
            let lost = || Err(Trouble::Failed("the answer was lost".into()));
            match next {
                Some(Next::Refuse(trouble)) => return Err(trouble),
                Some(Next::LosePost) => return lost(),
                Some(Next::DieBefore) => die(),
                Some(Next::Hang) => std::future::pending().await,
                _ => {}
            }
            {
                let mut world = self.world.lock().unwrap();
                world.told.push((person.to_string(), words(card)));
                let mark = known.map(|known| known.mark.to_owned()).unwrap_or_default();
                world.told_marks.push((person.to_string(), mark, self.clock.now()));
            }
            match next {
                Some(Next::LoseAnswer) => lost(),
                Some(Next::DieAfter) => die(),
                _ => Ok(()),
            }
        })
    }

    fn find_told<'a>(
        &'a self,
        _: &'a WorkspaceId,
        person: &'a PersonId,
        mark: &'a str,
        since: Timestamp,
    ) -> Pending<'a, Found> {
        Box::pin(async move {
            let mut world = self.world.lock().unwrap();
            if let Some(found) = world.looks.pop_front() {
                return found;
            }
            let bears = |one: &(String, String, Timestamp)| one.0 == person.as_str() && one.1 == mark && one.2 >= since;
            world.told_marks.iter().position(bears).map_or(Found::No, |index| Found::Yes(id(index)))
        })
    }
}

pub fn said(answer: &Answer) -> String {
    match answer {
        Answer::Card(card) => words(card),
        other => panic!("no card for the caller alone: {other:?}"),
    }
}

/// A deck of numbered tips on two topics.
pub struct Tips {
    pub count: AtomicU32,
    /// The process dies the next time that a card is made: after the claim, before the send.
    pub die: AtomicBool,
}

impl Deck for Tips {
    fn tips(&self) -> Vec<TipName> {
        (0..self.count.load(Ordering::SeqCst))
            .map(|number| TipName {
                id: format!("tip/{number}"),
                topic: if number % 2 == 0 { "listening".into() } else { "empathy".into() },
            })
            .collect()
    }

    fn card(&self, tip: &str) -> Option<Card> {
        if self.die.swap(false, Ordering::SeqCst) {
            die();
        }
        let known = self.tips().iter().any(|known| known.id == tip);
        known.then(|| Card { title: tip.to_owned(), ..Card::default() })
    }

    fn recap(&self, tip: &str, practised: &Practised) -> Option<Card> {
        let mut card = self.card(tip)?;
        let counts: Vec<String> = practised.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        card.title = format!("recap of {}: {tip}: {}", practised.monday, counts.join(", "));
        Some(card)
    }
}

/// A workspace with its service.
pub struct House {
    pub store: Store,
    pub model: Arc<Model>,
    pub clock: Arc<Hand>,
    pub tips: Arc<Tips>,
    pub daily: Arc<Daily>,
    /// Where the store is, if it goes with the house.
    _place: Option<StorePlace>,
}

pub fn workspace() -> WorkspaceId {
    WorkspaceId::new("discord:1")
}

pub fn caller(person: &str) -> Caller {
    Caller {
        workspace: workspace(),
        place: Place { conversation: ChannelId::new("general"), parents: Vec::new() },
        person: Person { id: PersonId::new(person), roles: Vec::new(), manage_server: true, manage_messages: true },
    }
}

pub fn options(pairs: &[(&str, &str)]) -> Options {
    let value = |name: &str, value: &str| match name {
        "channel" => OptionValue::Channel(ChannelId::new(value)),
        _ => OptionValue::Text(value.to_owned()),
    };
    pairs.iter().map(|(name, given)| ((*name).to_owned(), value(name, given))).collect::<BTreeMap<_, _>>()
}

impl House {
    pub async fn new(now: &str) -> Self {
        let (store, place) = fresh().await;
        Self { _place: place, ..Self::with(store, now) }
    }

    pub fn with(store: Store, now: &str) -> Self {
        let clock = Arc::new(Hand::new(now));
        let model = Arc::new(Model { world: Mutex::default(), clock: Arc::clone(&clock) });
        let tips = Arc::new(Tips { count: AtomicU32::new(7), die: AtomicBool::new(false) });
        let daily = Self::service(&store, &model, &clock, &tips);
        Self { store, model, clock, tips, daily, _place: None }
    }

    fn service(store: &Store, model: &Arc<Model>, clock: &Arc<Hand>, tips: &Arc<Tips>) -> Arc<Daily> {
        let (model, clock, tips) = (Arc::clone(model), Arc::clone(clock), Arc::clone(tips));
        Daily::new(store.clone(), model, clock, tips, bedside::bot::daily::GRACE)
    }

    /// Another process on the same store and platform.
    pub fn another(&self) -> Arc<Daily> {
        Self::service(&self.store, &self.model, &self.clock, &self.tips)
    }

    /// Another process that opened the store's file for itself.
    pub fn another_on(&self, store: &Store) -> Arc<Daily> {
        Self::service(store, &self.model, &self.clock, &self.tips)
    }

    /// The process dies and a new one starts.
    pub fn restart(&mut self) {
        self.daily = self.another();
    }

    pub async fn on(&self, channel: &str, time: &str, zone: &str, days: &str) -> String {
        let given = options(&[("channel", channel), ("time", time), ("zone", zone), ("days", days)]);
        said(&bedside::bot::daily::on(&self.daily, &caller("ann"), &given).await.unwrap())
    }

    pub async fn tick_at(&self, time: &str) {
        self.tick(at(time)).await;
    }

    pub async fn tick(&self, time: Timestamp) {
        self.clock.set(time);
        self.daily.tick(time).await.unwrap();
    }

    /// Lets everything happen that comes due until `end`, each at its time.
    pub async fn live_until(&self, end: &str) {
        while let Some(wake) = self.store.next_wake().await.unwrap().filter(|wake| *wake <= at(end)) {
            self.tick(wake.max(self.clock.now())).await;
        }
        self.clock.set(at(end));
    }

    pub async fn state(&self, channel: &str, date: Date) -> Option<(PostingState, Option<String>)> {
        let key = PostingKey { workspace: workspace(), channel: ChannelId::new(channel), date, kind: PostingKind::Tip };
        self.store.posting(&key).await.unwrap().map(|posting| (posting.state, posting.reason))
    }
}

pub fn busy(seconds: u64) -> Next {
    Next::Refuse(Trouble::Busy(Duration::from_secs(seconds)))
}

pub fn broken() -> Next {
    Next::Refuse(Trouble::Failed("the platform answered 500".into()))
}
