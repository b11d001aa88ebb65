//! What Discord tells a bot, with the fields that it sends whether somebody reads them or not.

use serde_json::{Value, json};

/// Ids as long as Discord's.
const FIRST: u64 = 1_280_000_000_000_000_000;
pub(crate) const ME: u64 = 1_180_000_000_000_000_001;
/// Channels and roles of a server.
const CHANNELS: u64 = 30;
const ROLES: u64 = 15;

/// The server with that number, of which the first is 0.
pub(crate) fn server_id(server: u64) -> u64 {
    FIRST + server * 1_000_000
}

/// The server that something in it belongs to.
pub(crate) fn server_of(id: u64) -> u64 {
    id - id % 1_000_000
}

fn channel_id(server: u64, channel: u64) -> u64 {
    server_id(server) + 1000 + channel
}

/// What people write at a help desk, about 185 bytes each.
pub(crate) fn texts() -> Vec<String> {
    include_str!("../messages.txt").lines().map(|line| json!(line).to_string()).collect()
}

pub(crate) fn user(id: u64, name: &str, bot: bool) -> Value {
    json!({
        "username": name, "public_flags": 0, "primary_guild": null, "id": id.to_string(), "global_name": name,
        "display_name_styles": null, "discriminator": "0", "collectibles": null, "clan": null, "bot": bot,
        "avatar_decoration_data": null, "avatar": "b2ca6b3d0a3c6d0f2f5d1f0b7a4e9c11",
    })
}

pub(crate) fn ready(address: &str, servers: u64) -> String {
    let guilds: Vec<Value> =
        (0..servers).map(|server| json!({"id": server_id(server).to_string(), "unavailable": true})).collect();
    json!({
        "v": 10, "user_settings": {}, "user": {
            "verified": true, "username": "bedside", "mfa_enabled": true, "id": ME.to_string(), "global_name": null,
            "flags": 0, "email": null, "discriminator": "1234", "clan": null, "bot": true, "avatar": null,
        },
        "session_type": "normal", "session_id": "d6a5d3a0c3b14b6f9f0e", "resume_gateway_url": address,
        "relationships": [], "private_channels": [], "presences": [], "guilds": guilds, "guild_join_requests": [],
        "geo_ordered_rtc_regions": ["rotterdam"], "auth": {}, "shard": [0, 1],
        "application": {"id": ME.to_string(), "flags": 565_248}, "_trace": ["bench"],
    })
    .to_string()
}

pub(crate) fn guild(server: u64) -> String {
    let id = server_id(server);
    let channels: Vec<Value> = (0..CHANNELS)
        .map(|at| {
            json!({
                "version": 1_733_400_000_000_u64, "type": 0, "topic": "How may we help? Say what you see.",
                "rate_limit_per_user": 0, "position": at, "permission_overwrites": [
                    {"type": 0, "id": id.to_string(), "deny": "0", "allow": "1024"},
                ],
                "parent_id": null, "nsfw": false, "name": format!("support-{at}"), "last_message_id": null,
                "id": channel_id(server, at).to_string(), "icon_emoji": {"name": "🧰", "id": null}, "flags": 0,
            })
        })
        .collect();
    json!({
        "id": id.to_string(), "name": format!("Help desk {server}"), "unavailable": false, "large": false,
        "member_count": 40, "owner_id": (id + 9).to_string(), "joined_at": "2025-03-03T09:12:13.004000+00:00",
        "roles": roles(id), "channels": channels, "threads": [], "voice_states": [], "presences": [], "members": [
            {"user": user(ME, "bedside", true), "roles": [], "premium_since": null, "pending": false, "nick": null,
             "mute": false, "joined_at": "2025-03-03T09:12:13.004000+00:00", "flags": 0, "deaf": false,
             "communication_disabled_until": null, "banner": null, "avatar": null},
        ],
        "emojis": [], "stickers": [], "features": ["COMMUNITY", "NEWS"], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [], "embedded_activities": [], "activity_instances": [],
        "system_channel_id": null, "system_channel_flags": 0, "rules_channel_id": null, "public_updates_channel_id": null,
        "safety_alerts_channel_id": null, "afk_channel_id": null, "afk_timeout": 300, "application_id": null,
        "verification_level": 1, "default_message_notifications": 1, "explicit_content_filter": 2, "mfa_level": 0,
        "nsfw": false, "nsfw_level": 0, "premium_tier": 0, "premium_subscription_count": 0, "premium_progress_bar_enabled": false,
        "preferred_locale": "en-US", "vanity_url_code": null, "description": null, "banner": null, "icon": null,
        "splash": null, "discovery_splash": null, "home_header": null, "hub_type": null, "region": "deprecated",
        "max_members": 500_000, "max_video_channel_users": 25, "max_stage_video_channel_users": 50, "lazy": true,
        "version": 1_733_400_000_000_u64, "application_command_counts": {}, "incidents_data": null, "profile": null,
    })
    .to_string()
}

fn roles(server: u64) -> Vec<Value> {
    (0..ROLES)
        .map(|at| {
            json!({
                "version": 1_733_400_000_000_u64, "unicode_emoji": null, "tags": {}, "position": at,
                "permissions": "2248473465835073", "name": if at == 0 { "@everyone".into() } else { format!("tier {at}") },
                "mentionable": false, "managed": false, "id": (server + at).to_string(), "icon": null, "hoist": false,
                "flags": 0, "color": 0, "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            })
        })
        .collect()
}

/// What `GET guilds/…` answers.
pub(crate) fn guild_now(id: u64) -> Value {
    json!({"id": id.to_string(), "name": "Help desk", "owner_id": (id + 9).to_string(), "roles": roles(id)})
}

/// One message in a channel of the first server; `text` is JSON already.
pub(crate) fn message(number: u64, channel: u64, text: &str) -> String {
    let (server, person) = (server_id(0), 700_000_000_000_000_000 + number % 97 * 1_000_003);
    let (id, channel, role) = (1_400_000_000_000_000_000 + number * 4096, channel_id(0, channel), server + 3);
    let (minute, second, milli) = (number / 60_000 % 60, number / 1000 % 60, number % 1000);
    format!(
        r#"{{"type":0,"tts":false,"timestamp":"2026-11-20T09:{minute:02}:{second:02}.{milli:03}000+00:00","pinned":false,"nonce":"{id}","mentions":[],"mention_roles":[],"mention_everyone":false,"member":{{"roles":["{role}"],"premium_since":null,"pending":false,"nick":null,"mute":false,"joined_at":"2025-03-03T09:12:13.004000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,"banner":null,"avatar":null}},"id":"{id}","flags":0,"embeds":[],"edited_timestamp":null,"content":{text},"components":[],"channel_type":0,"channel_id":"{channel}","author":{{"username":"someone.{person}","public_flags":0,"primary_guild":null,"id":"{person}","global_name":"Someone","display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,"avatar_decoration_data":null,"avatar":"b2ca6b3d0a3c6d0f2f5d1f0b7a4e9c11"}},"attachments":[],"guild_id":"{server}"}}"#
    )
}

/// An administrator says `/watch add` in a channel of the first server.
pub(crate) fn watch(channel: u64) -> String {
    let (server, channel) = (server_id(0), channel_id(0, channel));
    let resolved =
        json!({"id": channel.to_string(), "name": "support", "type": 0, "permissions": "8", "parent_id": null});
    json!({
        "version": 1, "type": 2, "token": "bench-interaction-token", "locale": "en-US", "guild_locale": "en-US",
        "id": (1_390_000_000_000_000_000_u64 + channel % 1000).to_string(), "application_id": ME.to_string(),
        "guild_id": server.to_string(), "channel_id": channel.to_string(),
        "channel": {"id": channel.to_string(), "type": 0, "guild_id": server.to_string(), "name": "support"},
        "member": {"user": user(server + 9, "owner", false), "roles": [], "permissions": "8", "joined_at": "2025-03-03T09:12:13.004000+00:00"},
        "data": {"type": 1, "name": "watch", "id": "1", "options": [
            {"type": 1, "name": "add", "options": [{"type": 7, "name": "channel", "value": channel.to_string()}]},
        ], "resolved": {"channels": {channel.to_string(): resolved}}},
        "entitlements": [], "context": 0, "authorizing_integration_owners": {"0": server.to_string()}, "app_permissions": "8",
    })
    .to_string()
}
