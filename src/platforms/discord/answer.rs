//! Answers to interactions: within three seconds always, in private unless the caller shares, never twice.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::{
    NAME,
    payload::Interaction,
    render::{self, EPHEMERAL, Seen},
    request::{self, AUTOCOMPLETE, FORM},
    rest::{Call, Refusal, Rest},
};
use crate::bot::{Answer, Bot, Caller, Card, Tone, answer::text};

/// A handler that takes longer than this is waited for behind a deferral.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Discord takes a first response for three seconds; a little is left for the way there.
const FIRST_WITHIN: Duration = Duration::from_millis(2700);
/// The longest that a handler may take at all.
const LONGEST: Duration = Duration::from_mins(1);

/// Kinds of first response.
mod first {
    pub(super) const CARD: u8 = 4;
    pub(super) const DEFERRED_CARD: u8 = 5;
    pub(super) const DEFERRED_UPDATE: u8 = 6;
    pub(super) const UPDATE: u8 = 7;
    pub(super) const SUGGESTIONS: u8 = 8;
    pub(super) const FORM: u8 = 9;
}

/// Attends to interactions.
pub(super) struct Desk {
    rest: Arc<Rest>,
    me: u64,
}

impl Desk {
    pub(super) fn new(rest: Arc<Rest>, me: u64) -> Self {
        Self { rest, me }
    }

    /// Answers one interaction, whatever happens in between.
    pub(super) async fn attend(&self, bot: &Arc<Bot>, mut interaction: Interaction, caller: Option<Caller>) {
        let exchange = Exchange::new(&self.rest, &interaction);
        let Some(caller) = caller else {
            if let Some(person) = request::in_private(&interaction) {
                let Some(ask) = request::ask(&mut interaction, self.me) else { return };
                let bot = Arc::clone(bot);
                let work = tokio::spawn(async move { bot.answer_in_private(NAME, person, ask).await });
                exchange.wait_for(work).await;
            } else if interaction.kind != AUTOCOMPLETE {
                exchange.first(first::CARD, Some(private(&only_in_servers()))).await;
            }
            return;
        };
        if interaction.kind == AUTOCOMPLETE {
            if let Some((command, option, typed)) = request::typed(&mut interaction) {
                let suggest = AssertUnwindSafe(|| bot.suggest(&caller, &command, &option, &typed));
                let choices = catch_unwind(suggest).unwrap_or_default();
                exchange.first(first::SUGGESTIONS, Some(render::suggestions(&choices))).await;
            }
            return;
        }
        let Some(request) = request::request(&mut interaction, caller, self.me) else {
            tracing::warn!(target: "bedside::discord", kind = interaction.kind, "an interaction of an unknown kind");
            return;
        };
        let bot = Arc::clone(bot);
        exchange.wait_for(tokio::spawn(async move { bot.answer(request).await })).await;
    }
}

/// One interaction and where its answers go.
struct Exchange<'a> {
    rest: &'a Rest,
    id: u64,
    application: u64,
    token: String,
    began: Instant,
    kind: u8,
    source: Source,
}

/// The message that an interaction sat on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// None: a command.
    None,
    /// The caller's own card, or a message in their private conversation with the bot.
    Private,
    /// A message that others see too: an update of it would show them a private answer.
    Public,
}

impl<'a> Exchange<'a> {
    fn new(rest: &'a Rest, interaction: &Interaction) -> Self {
        let source = match &interaction.message {
            None => Source::None,
            Some(message) if message.flags.unwrap_or_default() & EPHEMERAL != 0 => Source::Private,
            Some(_) if request::in_private(interaction).is_some() => Source::Private,
            Some(_) => Source::Public,
        };
        Self {
            rest,
            id: interaction.id.get(),
            application: interaction.application_id.get(),
            token: interaction.token.clone(),
            began: Instant::now(),
            kind: interaction.kind,
            source,
        }
    }

    /// Answers at once where the handler is quick, and behind a deferral where it is not.
    async fn wait_for(&self, mut work: JoinHandle<Answer>) {
        match timeout(PATIENCE, &mut work).await {
            Ok(done) => self.answer(done.unwrap_or_else(|error| apology(&error))).await,
            Err(_) => self.answer_later(work).await,
        }
    }

    /// Answers at once.
    async fn answer(&self, answer: Answer) {
        let own = self.source == Source::Private;
        let (kind, data) = match &answer {
            Answer::Update(card) if own => (first::UPDATE, replacement(card)),
            Answer::Card(card) | Answer::Update(card) => (first::CARD, private(card)),
            // Discord opens no form in answer to a form.
            Answer::Form(_) if self.kind == FORM => (first::CARD, private(&press_again())),
            Answer::Form(form) => (first::FORM, render::form(form)),
            Answer::Share(_) if own => (first::UPDATE, replacement(&shared())),
            Answer::Share(_) => (first::CARD, private(&shared())),
        };
        let taken = self.first(kind, Some(data)).await;
        if let (true, Answer::Share(card)) = (taken, &answer) {
            self.share(card).await;
        }
    }

    /// Defers, waits, and answers then. What is deferred can no longer become a form.
    async fn answer_later(&self, mut work: JoinHandle<Answer>) {
        let own = self.source == Source::Private;
        let (kind, data) = if own {
            (first::DEFERRED_UPDATE, None)
        } else {
            (first::DEFERRED_CARD, Some(json!({"flags": EPHEMERAL})))
        };
        if !self.first(kind, data).await {
            work.abort();
            return;
        }
        let answer = if let Ok(done) = timeout(LONGEST, &mut work).await {
            done.unwrap_or_else(|error| apology(&error))
        } else {
            work.abort();
            let reference = reference();
            tracing::error!(target: "bedside::discord", reference, "a handler took longer than a minute");
            Answer::Card(sorry(&reference))
        };
        let (card, below) = match &answer {
            Answer::Card(card) => (card, own),
            Answer::Update(card) => (card, false),
            Answer::Form(_) => (&press_again(), own),
            Answer::Share(_) => (&shared(), false),
        };
        let taken = if below { self.follow(private(card)).await } else { self.edit(replacement(card)).await };
        if let (Ok(()), Answer::Share(card)) = (taken, &answer) {
            self.share(card).await;
        }
    }

    /// Shows the card to everybody, and says so in private if that fails.
    async fn share(&self, card: &Card) {
        if let Err(refusal) = self.follow(render::message(card, Seen::ByAll, None)).await {
            let told = if refusal.is_perhaps_done() { perhaps_shared() } else { not_shared() };
            // It was logged already.
            let _ = self.edit(replacement(&told)).await;
        }
    }

    /// Sends the first response, again if need be, as long as Discord takes one. Says whether it was taken.
    async fn first(&self, kind: u8, data: Option<Value>) -> bool {
        const ALREADY_ACKNOWLEDGED: u64 = 40060;
        let path = format!("interactions/{}/{}/callback", self.id, self.token);
        let mut body = json!({"type": kind});
        if let Some(data) = data {
            body["data"] = data;
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let left = FIRST_WITHIN.saturating_sub(self.began.elapsed());
            let call = Call::post(path.clone(), body.clone()).by_token(self.id);
            let refusal = match timeout(left, self.rest.tell(call)).await {
                Ok(Ok(())) => return true,
                Ok(Err(refusal)) if tries > 1 && refusal.code() == ALREADY_ACKNOWLEDGED => return true,
                Ok(Err(refusal)) => refusal,
                Err(_) => Refusal::Lost("it came too late"),
            };
            let wait = pause(&refusal, tries);
            let in_time = self.began.elapsed() + wait.unwrap_or_default() < FIRST_WITHIN;
            let Some(wait) = wait.filter(|_| in_time) else {
                tracing::warn!(target: "bedside::discord", kind, tries, %refusal, "a first response was not taken");
                return false;
            };
            sleep(wait).await;
        }
    }

    /// Changes the first response, or the message that the interaction sat on.
    async fn edit(&self, message: Value) -> Result<(), Refusal> {
        let path = format!("webhooks/{}/{}/messages/@original", self.application, self.token);
        self.afterwards(|| Call::patch(path.clone(), message.clone()), |_| true).await
    }

    /// Sends a further message. What was perhaps done is not done again: a card shown twice is worse than none.
    async fn follow(&self, message: Value) -> Result<(), Refusal> {
        let path = format!("webhooks/{}/{}", self.application, self.token);
        self.afterwards(|| Call::post(path.clone(), message.clone()), |refusal| !refusal.is_perhaps_done()).await
    }

    /// Makes a call, and makes it again where that is some use and may be done after such a refusal.
    async fn afterwards(&self, call: impl Fn() -> Call, may_again: fn(&Refusal) -> bool) -> Result<(), Refusal> {
        let mut tries = 0;
        loop {
            tries += 1;
            let Err(refusal) = self.rest.tell(call().by_token(self.id)).await else { return Ok(()) };
            match pause(&refusal, tries) {
                Some(wait) if tries < 3 && may_again(&refusal) => sleep(wait).await,
                _ => {
                    tracing::warn!(target: "bedside::discord", tries, %refusal, "an answer was not taken");
                    return Err(refusal);
                }
            }
        }
    }
}

/// How long to wait before the same is tried again; nothing where that is no use.
fn pause(refusal: &Refusal, tries: u32) -> Option<Duration> {
    match refusal {
        Refusal::Refused { .. } => None,
        Refusal::Busy(wait) => Some(*wait + Duration::from_millis(fastrand::u64(0..100))),
        Refusal::Unsent | Refusal::Lost(_) | Refusal::Failed(_) => Some(Duration::from_millis(200) * tries),
    }
}

fn private(card: &Card) -> Value {
    render::message(card, Seen::ByCaller, None)
}

/// Whoever saw what this replaces sees it.
fn replacement(card: &Card) -> Value {
    render::message(card, Seen::ByAll, None)
}

/// A panic's own words may hold what somebody wrote, so they are passed over.
fn apology(error: &tokio::task::JoinError) -> Answer {
    let reference = reference();
    tracing::error!(target: "bedside::discord", reference, panicked = error.is_panic(), "a handler did not finish");
    Answer::Card(sorry(&reference))
}

fn reference() -> String {
    std::iter::repeat_with(|| char::from(*fastrand::choice(b"23456789abcdefghjkmnpqrstuvwxyz").expect("not empty")))
        .take(6)
        .collect()
}

fn card(tone: Tone, title: &str, says: &str) -> Card {
    Card { title: title.into(), tone, blocks: vec![text(says)], ..Card::default() }
}

fn sorry(reference: &str) -> Card {
    let says = format!(
        "That went wrong on our side, and nothing you wrote was kept. Please try again. If it stays so, tell whoever runs this bot: {reference}"
    );
    card(Tone::Care, "Sorry", &says)
}

fn press_again() -> Card {
    card(Tone::Care, "Once more, please", "The form could not be opened just now. Please ask for it again.")
}

fn only_in_servers() -> Card {
    card(Tone::Plain, "In a server, please", "I help where your team works: ask me in one of its channels.")
}

fn shared() -> Card {
    card(Tone::Good, "Shared", "Everybody in this conversation sees it now.")
}

fn not_shared() -> Card {
    card(Tone::Care, "Not shared", "Discord did not take it, so nobody else has seen it. Please try again in a moment.")
}

fn perhaps_shared() -> Card {
    let says = "Discord did not say whether it took it, so it is not sent again. Please look whether it stands here.";
    card(Tone::Care, "Perhaps shared", says)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::{
        bot::{Library, Settings, SystemClock, daily},
        content::Pack,
        platforms::discord::{Discord, Settings as Address},
        store::{MailTimes, PersonId, Store, WorkspaceId},
    };

    /// A Discord that takes everything; what it was sent.
    async fn discord() -> (String, Arc<Mutex<Vec<Value>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let recorder = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                let body = loop {
                    socket.read_buf(&mut bytes).await.unwrap();
                    let text = String::from_utf8_lossy(&bytes);
                    let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
                    if let Ok(body) = serde_json::from_str(body) {
                        break body;
                    }
                };
                recorder.lock().unwrap().push(body);
                socket.write_all(b"HTTP/1.1 204 X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            }
        });
        (address, seen)
    }

    #[tokio::test]
    async fn a_press_in_private_changes_the_card_there_and_a_forged_one_is_answered_kindly() {
        let (address, seen) = discord().await;
        let platform =
            Discord::connect(&Address { shards: None, api: Some(address.clone()) }, "token").unwrap().platform();
        let store = Store::in_memory().await.unwrap();
        let library = Arc::new(Library::new(Pack::built_in(), true));
        let clock = Arc::new(SystemClock);
        let daily = daily::Daily::new(store.clone(), platform.clone(), clock.clone(), library.clone(), daily::GRACE);
        let bot = Bot::new(store.clone(), platform, clock, library, daily, Settings::default()).await.unwrap();
        let bot = Arc::new(bot);
        let (workspace, person) = (WorkspaceId::new("discord:1"), PersonId::new("7"));
        let times = MailTimes { time: "09:00".into(), zone: "UTC".into(), days: "every day".into() };
        store.set_practice_mail(&workspace, &person, &times, jiff::Timestamp::now()).await.unwrap();
        let token = store.practice_mail(&workspace, &person).await.unwrap().unwrap().token;

        let desk = Desk::new(Arc::new(Rest::new(Some(&address), "token", 50).unwrap()), 5);
        let press = async |id: String, user: &str| {
            let pressed = json!({"id": "100", "application_id": "5", "type": 3, "token": "t", "channel_id": "20",
                "user": {"id": user}, "message": {"id": "9"}, "data": {"custom_id": id, "component_type": 2}});
            desk.attend(&bot, serde_json::from_value(pressed).unwrap(), None).await;
            seen.lock().unwrap().pop().unwrap()
        };
        let somebody_else = press(format!("in:{token}:practice:stop:"), "8").await;
        assert_eq!(
            (&somebody_else["type"], &somebody_else["data"]["flags"]),
            (&json!(first::CARD), &json!(EPHEMERAL)),
            "{somebody_else}"
        );
        let forged = press("practice:stop:".into(), "7").await;
        assert!(forged.to_string().contains("Nothing is lost"), "{forged}");
        assert!(store.practice_mail(&workspace, &person).await.unwrap().is_some());
        let stopped = press(format!("in:{token}:practice:stop:"), "7").await;
        assert_eq!(stopped["type"], first::UPDATE, "{stopped}");
        assert!(stopped.to_string().contains("Practice cards are off") && stopped["data"].get("flags").is_none());
        assert!(store.practice_mail(&workspace, &person).await.unwrap().is_none());
    }
}
