//! The parts of Discord's payloads that are read. Everything else in them is passed over unread, so that what
//! Discord adds tomorrow breaks nothing and a server of thousands costs no memory.

use std::{borrow::Cow, collections::HashMap};

use serde::{Deserialize, de::DeserializeOwned};
use serenity::model::{
    Permissions,
    channel::PermissionOverwrite,
    id::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId},
};

/// The head of a gateway frame.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    pub(super) op: u8,
    #[serde(default)]
    pub(super) s: Option<u64>,
    #[serde(default, borrow)]
    pub(super) t: Option<Cow<'a, str>>,
}

impl<'a> Frame<'a> {
    /// Reads the head alone where it comes first, as Discord sends it: what the frame carries is read once, by
    /// whoever wants it. Nothing when it is no frame.
    pub(super) fn head_of(text: &'a str) -> Option<Self> {
        Self::first(text).or_else(|| serde_json::from_str(text).ok())
    }

    /// `{"t":"NAME","s":1,"op":0,"d":…`, to the letter.
    fn first(text: &'a str) -> Option<Self> {
        let (t, rest) = text.strip_prefix(r#"{"t":""#)?.split_once('"')?;
        let (s, rest) = rest.strip_prefix(r#","s":"#)?.split_once(',')?;
        let plain = t.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        (plain && rest.starts_with(r#""op":0,"d":{"#)).then_some(Frame {
            op: 0,
            s: Some(s.parse().ok()?),
            t: Some(t.into()),
        })
    }
}

/// What a frame carries.
#[derive(Deserialize)]
pub(super) struct Carried<T> {
    pub(super) d: T,
}

/// Reads what a frame carries, unless it is malformed beyond half a character.
pub(super) fn carried<T: DeserializeOwned>(text: &str) -> Option<T> {
    let read = |text: &str| serde_json::from_str::<Carried<T>>(text).ok().map(|frame| frame.d);
    read(text).or_else(|| mend(text).and_then(|mended| read(&mended)))
}

/// Replaces surrogates that lack their other half, which JSON can spell and text cannot hold; nothing when
/// there are none.
fn mend(text: &str) -> Option<String> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (mut mended, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                mended.push_str(&text[copied..at]);
                mended.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            _ => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    (copied > 0).then(|| mended + &text[copied..])
}

#[derive(Deserialize)]
pub(super) struct Hello {
    pub(super) heartbeat_interval: u64,
}

#[derive(Deserialize)]
pub(super) struct Ready {
    pub(super) session_id: String,
    pub(super) resume_gateway_url: String,
    pub(super) guilds: Vec<GuildGone>,
}

#[derive(Deserialize)]
pub(super) struct GuildHere {
    pub(super) id: GuildId,
    #[serde(default)]
    pub(super) unavailable: bool,
    #[serde(default)]
    pub(super) channels: Vec<Channel>,
    #[serde(default)]
    pub(super) threads: Vec<Channel>,
}

#[derive(Deserialize)]
pub(super) struct GuildGone {
    pub(super) id: GuildId,
    #[serde(default)]
    pub(super) unavailable: bool,
}

#[derive(Deserialize)]
pub(super) struct Channel {
    pub(super) id: ChannelId,
    #[serde(default, rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) guild_id: Option<GuildId>,
    #[serde(default)]
    pub(super) parent_id: Option<ChannelId>,
    #[serde(default)]
    pub(super) permission_overwrites: Vec<PermissionOverwrite>,
}

impl Channel {
    /// Whether it is a thread, of whatever kind, or a post in a forum.
    pub(super) fn is_thread(&self) -> bool {
        matches!(self.kind, 10..=12)
    }
}

#[derive(Deserialize)]
pub(super) struct ThreadsHere {
    pub(super) guild_id: GuildId,
    pub(super) threads: Vec<Channel>,
}

#[derive(Deserialize)]
pub(super) struct Author {
    pub(super) id: UserId,
    #[serde(default)]
    pub(super) bot: bool,
    #[serde(default)]
    pub(super) system: bool,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) id: MessageId,
    #[serde(default)]
    pub(super) channel_id: Option<ChannelId>,
    #[serde(default)]
    pub(super) guild_id: Option<GuildId>,
    #[serde(default)]
    pub(super) author: Option<Author>,
    #[serde(default)]
    pub(super) member: Option<Membership>,
    #[serde(default)]
    pub(super) content: Option<String>,
    #[serde(default, rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) webhook_id: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(super) timestamp: Option<jiff::Timestamp>,
    #[serde(default)]
    pub(super) flags: Option<u64>,
    #[serde(default)]
    pub(super) embeds: Vec<Embed>,
}

#[derive(Deserialize)]
pub(super) struct Embed {
    #[serde(default)]
    pub(super) footer: Option<EmbedFooter>,
}

#[derive(Deserialize)]
pub(super) struct EmbedFooter {
    #[serde(default)]
    pub(super) text: String,
}

#[derive(Deserialize)]
pub(super) struct MessageGone {
    pub(super) id: MessageId,
    pub(super) channel_id: ChannelId,
    pub(super) guild_id: Option<GuildId>,
}

#[derive(Deserialize)]
pub(super) struct MessagesGone {
    pub(super) ids: Vec<MessageId>,
    pub(super) channel_id: ChannelId,
    pub(super) guild_id: Option<GuildId>,
}

#[derive(Deserialize)]
pub(super) struct Interaction {
    pub(super) id: InteractionId,
    pub(super) application_id: ApplicationId,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) token: String,
    #[serde(default)]
    pub(super) guild_id: Option<GuildId>,
    #[serde(default)]
    pub(super) channel_id: Option<ChannelId>,
    #[serde(default)]
    pub(super) channel: Option<Channel>,
    #[serde(default)]
    pub(super) member: Option<Member>,
    /// Who did it, in a private conversation with the bot.
    #[serde(default)]
    pub(super) user: Option<Author>,
    #[serde(default)]
    pub(super) message: Option<Message>,
    #[serde(default)]
    pub(super) data: Asked,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub(super) user: Author,
    #[serde(default)]
    pub(super) roles: Vec<RoleId>,
    #[serde(default)]
    pub(super) permissions: Permissions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    #[serde(rename = "type")]
    pub(super) kind: Option<u8>,
    pub(super) name: String,
    pub(super) options: Vec<Given>,
    pub(super) resolved: Resolved,
    pub(super) target_id: Option<MessageId>,
    pub(super) custom_id: String,
    pub(super) values: Vec<String>,
    pub(super) components: Vec<Filled>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Resolved {
    pub(super) messages: HashMap<MessageId, Message>,
}

#[derive(Deserialize)]
pub(super) struct Given {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) value: serde_json::Value,
    #[serde(default)]
    pub(super) options: Vec<Given>,
    #[serde(default)]
    pub(super) focused: bool,
}

/// A component of a submitted form: a row, a label, or the field within.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    pub(super) custom_id: String,
    pub(super) value: Option<String>,
    pub(super) components: Vec<Filled>,
    pub(super) component: Option<Box<Filled>>,
}

#[derive(Deserialize)]
pub(super) struct Role {
    pub(super) id: RoleId,
    pub(super) permissions: Permissions,
}

#[derive(Deserialize)]
pub(super) struct Guild {
    pub(super) id: GuildId,
    pub(super) owner_id: UserId,
    pub(super) roles: Vec<Role>,
}

#[derive(Deserialize)]
pub(super) struct Membership {
    #[serde(default)]
    pub(super) roles: Vec<RoleId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_alike_wherever_it_stands() {
        let read = |text: &str| Frame::head_of(text).map(|head| (head.op, head.s, head.t.map(String::from)));
        let event = Some((0, Some(7), Some("RESUMED".to_owned())));
        for text in [
            r#"{"t":"RESUMED","s":7,"op":0,"d":{"a":{}}}"#,
            r#"{"op":0,"t":"RESUMED","s":7,"d":{}}"#,
            r#"{ "t" : "RESUMED", "s": 7, "op":0,"d":{}}"#,
            r#"{"t":"\u0052ESUMED","s":7,"op":0,"d":{}}"#,
        ] {
            assert_eq!(read(text), event, "{text}");
        }
        assert_eq!(read(r#"{"t":null,"s":null,"op":11,"d":null}"#), Some((11, None, None)));
        assert_eq!(
            read(r#"{"t":"A","s":7,"op":0,"d":{}"#).map(|head| head.0),
            Some(0),
            "the event itself is judged later"
        );
        for text in ["", "{", "[]", r#"{"t":"A","s":-1,"op":0,"d":{}}"#, r#"{"t":"A""#] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn half_a_character_does_not_lose_the_event() {
        let content = |json: &str| {
            carried::<Message>(&format!(r#"{{"op":0,"d":{{"id":"1","content":"{json}"}}}}"#)).and_then(|m| m.content)
        };
        assert_eq!(content(r"a\\ud800b").as_deref(), Some(r"a\ud800b"), "a backslash of its own");
        assert_eq!(content(r"a\ud800b").as_deref(), Some("a\u{FFFD}b"));
        assert_eq!(content(r"\udc00\ud83d\ude00\ud83d\\").as_deref(), Some("\u{FFFD}😀\u{FFFD}\\"));
        assert_eq!(content(r"\u12").as_deref(), None);
    }
}
