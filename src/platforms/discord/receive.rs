//! Discord's events become requests and what the bot hears. In order, at once, without waiting: whatever takes
//! time is handed to a bounded number of tasks.

use std::{
    collections::{BTreeMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use jiff::Timestamp;
use serenity::model::id::{ChannelId, GuildId};
use tokio::{
    sync::{Notify, Semaphore},
    time::interval,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    EPOCH,
    answer::Desk,
    payload::{
        Channel, GuildGone, GuildHere, Interaction, Message, MessageGone, MessagesGone, Ready, ThreadsHere, carried,
    },
    places::{Places, lies_on},
    recent::Recent,
    request::{caller, guild, said, workspace},
};
use crate::{
    bot::{Bot, Figures, Heard, Place, request::Message as Said},
    store::{MessageId, WorkspaceId},
};

/// How many interactions are answered at the same time; one more is let go. With more let in, a slow machine would
/// answer none of them within Discord's three seconds.
const MOST_AT_ONCE: usize = 256;
/// How many interactions are remembered, so that none is acted on twice; and how many deleted messages.
const REMEMBERED: usize = 4096;
/// The pause before what could not be recorded of servers that came or went is tried again.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(30);

/// Takes events from all shards.
pub(super) struct Receiver {
    bot: Arc<Bot>,
    desk: Arc<Desk>,
    me: u64,
    places: Mutex<Places>,
    recent: Mutex<Recent>,
    /// Messages that were deleted: told again, or out of order, they do not come back.
    gone: Mutex<Recent>,
    comings: Mutex<BTreeMap<GuildId, Coming>>,
    /// What the new session of a shard began with, until it is compared with what is recorded.
    begun: Mutex<BTreeMap<(u32, u32), HashSet<GuildId>>>,
    came: Notify,
    seats: Arc<Semaphore>,
    tasks: TaskTracker,
}

#[derive(Clone, Copy)]
enum Coming {
    Arrived,
    Left,
}

impl Receiver {
    pub(super) fn new(bot: Arc<Bot>, desk: Arc<Desk>, me: u64) -> Self {
        Self {
            bot,
            desk,
            me,
            places: Mutex::default(),
            recent: Mutex::new(Recent::new(REMEMBERED)),
            gone: Mutex::new(Recent::new(REMEMBERED)),
            comings: Mutex::default(),
            begun: Mutex::default(),
            came: Notify::new(),
            seats: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            tasks: TaskTracker::new(),
        }
    }

    pub(super) fn figures(&self) -> &Figures {
        self.bot.figures()
    }

    /// Takes one event, given its name and its whole frame. Never panics, never waits.
    pub(super) fn take(&self, shard: (u32, u32), name: &str, text: &str) {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.sort(shard, name, text)));
        match outcome {
            Ok(Some(())) => {}
            Ok(None) => tracing::warn!(target: "bedside::discord", event = name, "an event could not be read"),
            Err(_) => tracing::error!(target: "bedside::discord", event = name, "an event made the bot stumble"),
        }
    }

    /// Gives nothing for a malformed event.
    fn sort(&self, shard: (u32, u32), name: &str, text: &str) -> Option<()> {
        match name {
            "READY" => self.ready(shard, &carried(text)?),
            "GUILD_CREATE" => self.guild_here(&carried(text)?),
            "GUILD_DELETE" => self.guild_gone(&carried(text)?),
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "THREAD_CREATE" | "THREAD_UPDATE" => self.channel(&carried(text)?),
            "CHANNEL_DELETE" | "THREAD_DELETE" => self.channel_gone(&carried(text)?),
            "THREAD_LIST_SYNC" => self.threads(&carried(text)?),
            "MESSAGE_CREATE" => self.written(carried(text)?),
            "MESSAGE_UPDATE" => self.edited(carried(text)?),
            "MESSAGE_DELETE" => {
                let gone: MessageGone = carried(text)?;
                self.deleted(&MessagesGone {
                    ids: vec![gone.id],
                    channel_id: gone.channel_id,
                    guild_id: gone.guild_id,
                });
            }
            "MESSAGE_DELETE_BULK" => self.deleted(&carried(text)?),
            "INTERACTION_CREATE" => self.interaction(carried(text)?),
            _ => {}
        }
        Some(())
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Servers that were left while the bot was not connected stand no more in the list of the ready event.
    fn ready(&self, shard: (u32, u32), ready: &Ready) {
        let present: HashSet<_> = ready.guilds.iter().map(|guild| guild.id).collect();
        tracing::info!(target: "bedside::discord", shard = shard.0, servers = present.len(), "connected");
        let missing = self.places().missing(shard, &present);
        for id in missing {
            self.guild_gone(&GuildGone { id, unavailable: false });
        }
        self.begun.lock().expect("no holder panics").insert(shard, present);
        self.came.notify_one();
    }

    /// Servers that are recorded, and that a new session of their shard did not begin with, were left while no process
    /// was connected. False where nobody can tell yet.
    async fn compare(&self) -> bool {
        let begun = std::mem::take(&mut *self.begun.lock().expect("no holder panics"));
        if begun.is_empty() {
            return true;
        }
        let Ok(recorded) = self.bot.recorded().await else {
            let mut waiting = self.begun.lock().expect("no holder panics");
            for (shard, present) in begun {
                waiting.entry(shard).or_insert(present);
            }
            return false;
        };
        // Held to the end: one that arrives meanwhile is noted after this.
        let places = self.places();
        for id in recorded.iter().filter_map(guild) {
            let missed = |(shard, present): (&_, &HashSet<_>)| lies_on(id, *shard) && !present.contains(&id);
            if !places.knows(id) && begun.iter().any(missed) {
                self.note(id, Coming::Left);
            }
        }
        true
    }

    fn guild_here(&self, guild: &GuildHere) {
        if !guild.unavailable && self.places().arrive(guild.id, guild.channels.iter().chain(&guild.threads)) {
            self.note(guild.id, Coming::Arrived);
        }
    }

    /// `unavailable` is an outage: nothing was left, and nothing is forgotten.
    fn guild_gone(&self, guild: &GuildGone) {
        if !guild.unavailable {
            self.places().leave(guild.id);
            self.note(guild.id, Coming::Left);
        }
    }

    /// The last word about a server counts; at most one waits for each.
    fn note(&self, guild: GuildId, coming: Coming) {
        self.comings.lock().expect("no holder panics").insert(guild, coming);
        self.came.notify_one();
    }

    /// Tells the bot of servers that it came to or left, one after the other, until `stop`: nobody else would say again
    /// what could not be recorded.
    pub(super) async fn tell_comings(&self, stop: &CancellationToken) {
        let mut failed = BTreeMap::new();
        let mut again = interval(PAUSE_AFTER_FAILURE);
        let mut waits = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.came.notified() => {}
                _ = again.tick(), if waits => {
                    let mut comings = self.comings.lock().expect("no holder panics");
                    for (guild, coming) in std::mem::take(&mut failed) {
                        comings.entry(guild).or_insert(coming);
                    }
                }
            }
            let compared = self.compare().await;
            self.tell_waiting(&mut failed).await;
            let waited = std::mem::replace(&mut waits, !compared || !failed.is_empty());
            if waits && !waited {
                again.reset();
            }
        }
    }

    /// Tells what waits; what was not recorded is in `failed` after it.
    async fn tell_waiting(&self, failed: &mut BTreeMap<GuildId, Coming>) {
        loop {
            let next = self.comings.lock().expect("no holder panics").pop_first();
            let Some((guild, coming)) = next else { return };
            // What was said of it before counts no more.
            failed.remove(&guild);
            let workspace = workspace(guild);
            let telling = async {
                match coming {
                    Coming::Arrived => self.bot.arrived(&workspace).await,
                    Coming::Left => self.bot.left(&workspace).await,
                }
            };
            match AssertUnwindSafe(telling).catch_unwind().await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => drop(failed.insert(guild, coming)),
                Err(_) => {
                    tracing::error!(target: "bedside::discord", "a server that came or went made the bot stumble");
                }
            }
        }
    }

    fn channel(&self, channel: &Channel) {
        if let Some(guild) = channel.guild_id {
            self.places().learn(guild, channel);
        }
    }

    fn threads(&self, here: &ThreadsHere) {
        let mut places = self.places();
        for thread in &here.threads {
            places.learn(here.guild_id, thread);
        }
    }

    fn channel_gone(&self, channel: &Channel) {
        let Some(guild) = channel.guild_id else { return };
        let place = self.places().place(guild, channel.id, channel.parent_id);
        self.bot.heard(&workspace(guild), &place, Heard::Gone);
        self.places().forget(guild, channel.id);
    }

    /// The place of a message, where it is watched.
    fn watched(&self, guild: Option<GuildId>, channel: Option<ChannelId>) -> Option<(WorkspaceId, Place)> {
        let guild = guild?;
        let place = self.places().place(guild, channel?, None);
        let workspace = workspace(guild);
        self.bot.watches(&workspace, &place).then_some((workspace, place))
    }

    fn written(&self, message: Message) {
        let said = said(&message, self.me);
        if said.automatic || message.content.as_ref().is_none_or(|content| content.trim().is_empty()) {
            return;
        }
        if self.gone.lock().expect("no holder panics").knows(message.id.get()) {
            return;
        }
        if let Some((workspace, place)) = self.watched(message.guild_id, message.channel_id) {
            let text = message.content.unwrap_or_default();
            self.bot.heard(&workspace, &place, Heard::Written(Said { text, ..said }));
        }
    }

    fn edited(&self, message: Message) {
        let said = said(&message, self.me);
        if said.automatic && message.author.is_some() {
            return;
        }
        let Some(text) = message.content else { return };
        let Some((workspace, place)) = self.watched(message.guild_id, message.channel_id) else { return };
        let is_gone = self.gone.lock().expect("no holder panics").knows(message.id.get());
        if is_new(message.id.get(), Timestamp::now()) && message.author.is_some() && !is_gone {
            // Its writing may not have been told yet; told after this, it counts as told twice.
            self.bot.heard(&workspace, &place, Heard::Written(Said { text: text.clone(), ..said }));
        }
        let id = MessageId::new(message.id.to_string());
        self.bot.heard(&workspace, &place, Heard::Edited { id, text });
    }

    fn deleted(&self, gone: &MessagesGone) {
        if let Some((workspace, place)) = self.watched(gone.guild_id, Some(gone.channel_id)) {
            let mut known = self.gone.lock().expect("no holder panics");
            for id in &gone.ids {
                let _ = known.is_new(id.get());
            }
            drop(known);
            let ids = gone.ids.iter().map(|id| MessageId::new(id.to_string())).collect();
            self.bot.heard(&workspace, &place, Heard::Deleted(ids));
        }
    }

    fn interaction(&self, interaction: Interaction) {
        if !self.recent.lock().expect("no holder panics").is_new(interaction.id.get()) {
            return;
        }
        let Ok(seat) = Arc::clone(&self.seats).try_acquire_owned() else {
            tracing::warn!(target: "bedside::discord", at_once = MOST_AT_ONCE, "too many at once; one was let go");
            return;
        };
        let caller = caller(&interaction, &self.places());
        let (desk, bot) = (Arc::clone(&self.desk), Arc::clone(&self.bot));
        self.tasks.spawn(async move {
            desk.attend(&bot, interaction, caller).await;
            drop(seat);
        });
    }

    /// Waits until everything that was begun is answered.
    pub(super) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Whether a message was written a moment ago, as its id tells.
fn is_new(id: u64, now: Timestamp) -> bool {
    const MOMENT: i64 = 60_000;
    let written = i64::try_from(id >> 22).unwrap_or(i64::MAX).saturating_add(EPOCH);
    (now.as_millisecond() - written).abs() <= MOMENT
}
