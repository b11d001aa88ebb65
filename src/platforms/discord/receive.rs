//! Discord's events become requests and what the bot hears. In order, at once, without waiting: whatever takes
//! time is handed to a bounded number of tasks.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use serenity::model::{
    Permissions,
    id::{ChannelId, GuildId},
};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    answer::Desk,
    payload::{
        Channel, Filled, Given, GuildGone, GuildHere, Interaction, Message, MessageGone, MessagesGone, Ready,
        ThreadsHere, carried,
    },
    places::Places,
    recent::Recent,
};
use crate::{
    bot::{
        Ask, Bot, Caller, Heard, OptionValue, Place, Request,
        request::{Message as Said, Person},
    },
    store::{self, MessageId, PersonId, RoleId, WorkspaceId},
};

/// How many interactions are answered at the same time; one more is let go.
const MOST_AT_ONCE: usize = 256;
/// How many interactions are remembered, so that none is acted on twice.
const REMEMBERED: usize = 4096;

/// Takes events from all shards.
pub(super) struct Receiver {
    bot: Arc<Bot>,
    desk: Arc<Desk>,
    me: u64,
    places: Mutex<Places>,
    recent: Mutex<Recent>,
    comings: Mutex<BTreeMap<GuildId, Coming>>,
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
            comings: Mutex::default(),
            came: Notify::new(),
            seats: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            tasks: TaskTracker::new(),
        }
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

    fn places(&self) -> std::sync::MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Servers that were left while the bot was not connected stand no more in the list of the ready event.
    fn ready(&self, shard: (u32, u32), ready: &Ready) {
        let present: Vec<_> = ready.guilds.iter().map(|guild| guild.id).collect();
        tracing::info!(target: "bedside::discord", shard = shard.0, servers = present.len(), "connected");
        let missing = self.places().missing(shard, &present);
        for id in missing {
            self.guild_gone(&GuildGone { id, unavailable: false });
        }
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

    /// Tells the bot of servers that it came to or left, one after the other, until `stop`.
    pub(super) async fn tell_comings(&self, stop: &CancellationToken) {
        while stop.run_until_cancelled(self.came.notified()).await.is_some() {
            loop {
                let next = self.comings.lock().expect("no holder panics").pop_first();
                let Some((guild, coming)) = next else { break };
                let workspace = workspace(guild);
                match coming {
                    Coming::Arrived => self.bot.arrived(&workspace).await,
                    Coming::Left => self.bot.left(&workspace).await,
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
        if let Some((workspace, place)) = self.watched(message.guild_id, message.channel_id) {
            let text = message.content.unwrap_or_default();
            self.bot.heard(&workspace, &place, Heard::Written(Said { text, ..said }));
        }
    }

    fn edited(&self, message: Message) {
        if said(&message, self.me).automatic && message.author.is_some() {
            return;
        }
        let Some(text) = message.content else { return };
        if let Some((workspace, place)) = self.watched(message.guild_id, message.channel_id) {
            let id = MessageId::new(message.id.to_string());
            self.bot.heard(&workspace, &place, Heard::Edited { id, text });
        }
    }

    fn deleted(&self, gone: &MessagesGone) {
        if let Some((workspace, place)) = self.watched(gone.guild_id, Some(gone.channel_id)) {
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

fn workspace(guild: GuildId) -> WorkspaceId {
    WorkspaceId::new(format!("discord:{guild}"))
}

/// A message without its text; a system message counts as written by a machine.
fn said(message: &Message, me: u64) -> Said {
    const WRITTEN_BY_PEOPLE: [u8; 2] = [0, 19]; // a message, a reply
    let author = message.author.as_ref();
    let by_machine = author.is_none_or(|author| author.bot || author.system || author.id.get() == me);
    Said {
        id: MessageId::new(message.id.to_string()),
        author: PersonId::new(author.map(|author| author.id.to_string()).unwrap_or_default()),
        automatic: by_machine || message.webhook_id.is_some() || !WRITTEN_BY_PEOPLE.contains(&message.kind),
        at: message.timestamp.unwrap_or_else(|| written_at(message.id.get())),
        text: String::new(),
    }
}

/// When a snowflake was made: <https://docs.discord.com/developers/reference#snowflakes>.
fn written_at(snowflake: u64) -> jiff::Timestamp {
    let milliseconds = i64::try_from(snowflake >> 22).expect("42 bits") + super::EPOCH;
    jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

/// Who did it and where; nothing outside a server.
fn caller(interaction: &Interaction, places: &Places) -> Option<Caller> {
    let (guild, channel) = (interaction.guild_id?, interaction.channel_id?);
    let member = interaction.member.as_ref()?;
    let may = |one| member.permissions.intersects(one | Permissions::ADMINISTRATOR);
    let parent = interaction.channel.as_ref().and_then(|channel| channel.parent_id);
    Some(Caller {
        workspace: workspace(guild),
        place: places.place(guild, channel, parent),
        person: Person {
            id: PersonId::new(member.user.id.to_string()),
            roles: member.roles.iter().map(|role| RoleId::new(role.to_string())).collect(),
            manage_server: may(Permissions::MANAGE_GUILD),
            manage_messages: may(Permissions::MANAGE_MESSAGES),
        },
    })
}

/// Kinds of interaction.
pub(super) const COMMAND: u8 = 2;
pub(super) const COMPONENT: u8 = 3;
pub(super) const AUTOCOMPLETE: u8 = 4;
pub(super) const FORM: u8 = 5;

/// What was asked; nothing for a kind that the bot does not know. Takes the texts out of the interaction.
pub(super) fn request(interaction: &mut Interaction, caller: Caller, me: u64) -> Option<Request> {
    let data = std::mem::take(&mut interaction.data);
    let ask = match (interaction.kind, data.kind) {
        (COMMAND, None | Some(1)) => {
            let (name, given) = command(data.name, data.options);
            let options = given.into_iter().filter_map(|given| Some((given.name.clone(), value(given)?))).collect();
            Ask::Command { name, options }
        }
        (COMMAND, Some(3)) => {
            let mut messages = data.resolved.messages;
            let mut message = messages.remove(&data.target_id?)?;
            let text = message.content.take().unwrap_or_default();
            Ask::MessageCommand { name: data.name, message: Said { text, ..said(&message, me) } }
        }
        (COMPONENT, _) => Ask::Action { id: data.custom_id, values: data.values },
        (FORM, _) => {
            let mut values = BTreeMap::new();
            for part in data.components {
                gather(part, &mut values);
            }
            Ask::Form { id: data.custom_id, values }
        }
        _ => return None,
    };
    Some(Request { event: format!("discord:{}", interaction.id), caller, ask })
}

/// The option that is being typed into: the command, the option, and what stands in it so far.
pub(super) fn typed(interaction: &mut Interaction) -> Option<(String, String, String)> {
    let data = std::mem::take(&mut interaction.data);
    let (name, given) = command(data.name, data.options);
    let focused = given.into_iter().find(|given| given.focused)?;
    let so_far = focused.value.as_str().unwrap_or_default().to_owned();
    Some((name, focused.name, so_far))
}

/// The row's name and its options: a subcommand's stand one level down.
fn command(name: String, mut options: Vec<Given>) -> (String, Vec<Given>) {
    const SUBCOMMAND: u8 = 1;
    match options.iter().position(|given| given.kind == SUBCOMMAND) {
        Some(at) => {
            let sub = options.swap_remove(at);
            (format!("{name} {}", sub.name), sub.options)
        }
        None => (name, options),
    }
}

fn value(given: Given) -> Option<OptionValue> {
    let serde_json::Value::String(text) = given.value else { return None };
    match given.kind {
        3 => Some(OptionValue::Text(text)),
        7 => Some(OptionValue::Channel(store::ChannelId::new(text))),
        8 => Some(OptionValue::Role(RoleId::new(text))),
        _ => None,
    }
}

fn gather(part: Filled, values: &mut BTreeMap<String, String>) {
    if let Some(value) = part.value {
        values.insert(part.custom_id, value);
    }
    for inner in part.components.into_iter().chain(part.component.map(|inner| *inner)) {
        gather(inner, values);
    }
}
