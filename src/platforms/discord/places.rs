//! What holds what: a thread lies in a channel or forum, a channel in a category. Learnt from the gateway.

use std::collections::{HashMap, HashSet};

use serenity::model::id::{ChannelId, GuildId};

use super::payload::Channel;
use crate::{bot::Place, store};

/// Discord allows 500 channels and 1,000 open threads in a server.
const MOST_IN_A_GUILD: usize = 2000;
/// A thread, its channel, its category: nothing lies deeper.
const DEEPEST: usize = 3;

/// The servers that the bot is in, and what holds each of their channels.
#[derive(Default)]
pub(super) struct Places {
    guilds: HashMap<GuildId, HashMap<ChannelId, ChannelId>>,
}

impl Places {
    /// Takes note of a server; says whether it is new to this process.
    pub(super) fn arrive<'a>(&mut self, guild: GuildId, channels: impl Iterator<Item = &'a Channel>) -> bool {
        let parents = channels.filter_map(|c| Some((c.id, c.parent_id?))).take(MOST_IN_A_GUILD).collect();
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
        let Some(parents) = self.guilds.get_mut(&guild) else { return };
        match channel.parent_id {
            Some(parent) => {
                if parents.len() >= MOST_IN_A_GUILD
                    && !parents.contains_key(&channel.id)
                    && let Some(&oldest) = parents.keys().min()
                {
                    parents.remove(&oldest);
                }
                parents.insert(channel.id, parent);
            }
            None => drop(parents.remove(&channel.id)),
        }
    }

    /// Forgets a channel or thread that is gone.
    pub(super) fn forget(&mut self, guild: GuildId, channel: ChannelId) {
        if let Some(parents) = self.guilds.get_mut(&guild) {
            parents.remove(&channel);
        }
    }

    /// The place of a conversation; `parent` is what the event itself says holds it.
    pub(super) fn place(&self, guild: GuildId, channel: ChannelId, parent: Option<ChannelId>) -> Place {
        let parents = self.guilds.get(&guild);
        let holds = |channel: &ChannelId| parents.and_then(|parents| parents.get(channel)).copied();
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
            kind: 0,
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
    fn memory_is_bounded() {
        let mut places = Places::default();
        places.arrive(GuildId::new(1), [].iter());
        for id in 1..5000 {
            places.learn(GuildId::new(1), &channel(id, Some(9999)));
        }
        assert_eq!(places.guilds[&GuildId::new(1)].len(), MOST_IN_A_GUILD);
        assert_eq!(above(&places, 4999, None), "9999");
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
