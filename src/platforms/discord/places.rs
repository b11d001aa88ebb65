//! What holds what: a thread lies in a channel or forum, a channel in a category. Learnt from the gateway.

use std::collections::{HashMap, HashSet};

use serenity::model::id::{ChannelId, GuildId};

use super::payload::Channel;
use crate::{bot::Place, store};

/// Discord allows 500 channels and 1,000 open threads in a server; so many of each are remembered.
const MOST_IN_A_GUILD: usize = 2000;
/// A thread, its channel, its category: nothing lies deeper.
const DEEPEST: usize = 3;

/// The servers that the bot is in, and what holds each of their channels.
#[derive(Default)]
pub(super) struct Places {
    guilds: HashMap<GuildId, Parents>,
}

/// What holds each channel and thread of a server. Threads come without end, and only of them the one that was heard of
/// longest ago is forgotten for a new one: without its forum's category a thread leads nowhere.
#[derive(Default)]
struct Parents {
    of_channels: HashMap<ChannelId, ChannelId>,
    of_threads: HashMap<ChannelId, (ChannelId, u64)>,
    /// How many threads were heard of.
    heard: u64,
}

impl Parents {
    fn learn(&mut self, channel: &Channel) {
        let Some(parent) = channel.parent_id else { return self.forget(channel.id) };
        if !channel.is_thread() {
            if self.of_channels.len() < MOST_IN_A_GUILD || self.of_channels.contains_key(&channel.id) {
                self.of_channels.insert(channel.id, parent);
            }
            return;
        }
        if self.of_threads.len() >= MOST_IN_A_GUILD && !self.of_threads.contains_key(&channel.id) {
            let oldest = self.of_threads.iter().min_by_key(|(_, (_, heard))| heard).map(|(thread, _)| *thread);
            oldest.and_then(|thread| self.of_threads.remove(&thread));
        }
        self.heard += 1;
        self.of_threads.insert(channel.id, (parent, self.heard));
    }

    fn forget(&mut self, channel: ChannelId) {
        self.of_channels.remove(&channel);
        self.of_threads.remove(&channel);
    }

    fn holder(&self, channel: ChannelId) -> Option<ChannelId> {
        self.of_channels.get(&channel).or_else(|| Some(&self.of_threads.get(&channel)?.0)).copied()
    }
}

impl Places {
    /// Takes note of a server; says whether it is new to this process.
    pub(super) fn arrive<'a>(&mut self, guild: GuildId, channels: impl Iterator<Item = &'a Channel>) -> bool {
        let mut parents = Parents::default();
        channels.for_each(|channel| parents.learn(channel));
        self.guilds.insert(guild, parents).is_none()
    }

    /// Forgets a server; says whether it was known.
    pub(super) fn leave(&mut self, guild: GuildId) -> bool {
        self.guilds.remove(&guild).is_some()
    }

    /// The servers of one shard that are not among these.
    pub(super) fn missing(&self, shard: (u32, u32), present: &HashSet<GuildId>) -> Vec<GuildId> {
        self.guilds.keys().filter(|guild| lies_on(**guild, shard) && !present.contains(guild)).copied().collect()
    }

    /// Whether the bot is known to be in a server.
    pub(super) fn knows(&self, guild: GuildId) -> bool {
        self.guilds.contains_key(&guild)
    }

    /// Takes note of what holds a channel or thread.
    pub(super) fn learn(&mut self, guild: GuildId, channel: &Channel) {
        if let Some(parents) = self.guilds.get_mut(&guild) {
            parents.learn(channel);
        }
    }

    /// Forgets a channel or thread that is gone.
    pub(super) fn forget(&mut self, guild: GuildId, channel: ChannelId) {
        if let Some(parents) = self.guilds.get_mut(&guild) {
            parents.forget(channel);
        }
    }

    /// The place of a conversation; `parent` is what the event itself says holds it.
    pub(super) fn place(&self, guild: GuildId, channel: ChannelId, parent: Option<ChannelId>) -> Place {
        let parents = self.guilds.get(&guild);
        let holds = |channel: &ChannelId| parents.and_then(|parents| parents.holder(*channel));
        let first = holds(&channel).or(parent);
        let above = std::iter::successors(first, holds).take(DEEPEST);
        Place { conversation: key(channel), parents: above.map(key).collect() }
    }
}

/// Whether a server lies on this shard, of so many: <https://docs.discord.com/developers/events/gateway#sharding>.
pub(super) fn lies_on(guild: GuildId, (shard, of): (u32, u32)) -> bool {
    (guild.get() >> 22) % u64::from(of.max(1)) == u64::from(shard)
}

fn key(channel: ChannelId) -> store::ChannelId {
    store::ChannelId::new(channel.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(id: u64, parent: Option<u64>) -> Channel {
        Channel {
            id: ChannelId::new(id),
            kind: if id >= 1000 { 11 } else { 0 },
            guild_id: None,
            parent_id: parent.map(ChannelId::new),
            permission_overwrites: vec![],
        }
    }

    fn above(places: &Places, id: u64, parent: Option<u64>) -> String {
        let place = places.place(GuildId::new(1), ChannelId::new(id), parent.map(ChannelId::new));
        place.parents.iter().map(store::ChannelId::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_thread_lies_in_its_channel_and_category() {
        let mut places = Places::default();
        assert!(places.arrive(GuildId::new(1), [channel(10, None), channel(20, Some(10))].iter()));
        assert!(!places.arrive(GuildId::new(1), [channel(10, None), channel(20, Some(10))].iter()));
        places.learn(GuildId::new(1), &channel(30, Some(20)));
        assert_eq!(above(&places, 30, None), "20 10");
        assert_eq!(above(&places, 31, Some(20)), "20 10", "the event's own word for an unknown thread");
        places.learn(GuildId::new(1), &channel(20, None));
        assert_eq!(above(&places, 30, None), "20");
        places.forget(GuildId::new(1), ChannelId::new(30));
        assert_eq!(above(&places, 30, None), "");
    }

    #[test]
    fn a_circle_ends() {
        let mut places = Places::default();
        places.arrive(GuildId::new(1), [channel(10, Some(20)), channel(20, Some(10))].iter());
        assert_eq!(above(&places, 10, None), "20 10 20");
    }

    #[test]
    fn memory_is_bounded_and_threads_without_end_push_no_channel_out() {
        let (mut places, guild) = (Places::default(), GuildId::new(1));
        places.arrive(guild, [channel(10, None), channel(20, Some(10))].iter());
        for id in 1000..9000 {
            places.learn(guild, &channel(id, Some(20)));
            // One that is older than they are and goes on.
            places.learn(guild, &channel(1000, Some(20)));
        }
        let parents = &places.guilds[&guild];
        assert_eq!((parents.of_channels.len(), parents.of_threads.len()), (1, MOST_IN_A_GUILD));
        assert_eq!((above(&places, 8999, None), above(&places, 1000, None)), ("20 10".into(), "20 10".into()));
        assert_eq!(above(&places, 1001, None), "", "the one that was heard of longest ago");
        for id in 100..9000 {
            places.learn(guild, &channel(id % 900 + 100, Some(10)));
        }
        assert!(places.guilds[&guild].of_channels.len() <= MOST_IN_A_GUILD);
    }

    #[test]
    fn only_a_shards_own_servers_are_missed() {
        let mut places = Places::default();
        let (even, odd) = (GuildId::new(2 << 22), GuildId::new(1 << 22));
        places.arrive(even, [].iter());
        places.arrive(odd, [].iter());
        assert_eq!(places.missing((0, 2), &HashSet::new()), [even]);
        assert!(places.missing((1, 2), &HashSet::from([odd])).is_empty());
    }
}
