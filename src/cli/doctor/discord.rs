//! What `bedside doctor` sees of Discord.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Looks;
use crate::{
    bot::platform::{Destination, Platform, Trouble},
    config::{Config, Token},
    platforms::discord::{Discord, Examined, NAME, Settings},
    store::{self, PostingKind, ScheduleRow},
};

/// Past this the daily tip would be felt to be early or late, and Discord's own times are told wrongly.
const CLOCK_MAY_DIFFER: SignedDuration = SignedDuration::from_secs(5);
/// The most channels whose permissions are looked at.
const MOST_CHANNELS: usize = 50;

/// Looks at the token, what it grants, the clock, and the channels that are posted to.
pub(super) async fn look(config: &Config, store: Option<&store::Examined>, looks: &mut Looks) {
    let token = match Token::from_environment() {
        Ok(Some(token)) if config.discord.enabled => token,
        Ok(Some(_)) => return looks.note("discord", "there is a token, and `[discord] enabled = false`"),
        Ok(None) if config.room.enabled => {
            return looks.note("discord", "there is no token; the room works without one");
        }
        Ok(None) => {
            return looks
                .bad("discord", "there is no token; set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it");
        }
        Err(trouble) => return looks.bad("token", trouble.to_string()),
    };
    let settings = Settings::from(&config.discord);
    let discord = match Discord::connect(&settings, token.reveal()) {
        Ok(discord) => discord,
        Err(error) => return looks.bad("token", error.to_string()),
    };
    let found = match discord.examine(Timestamp::now).await {
        Ok(found) => found,
        Err(sentence) => return looks.bad("token", sentence),
    };
    looks.good(
        "token",
        found.servers.map_or("Discord accepts it".into(), |n| format!("Discord accepts it; servers: {n}")),
    );
    if found.reads_messages {
        looks.good("intents", "Message Content is granted");
    } else {
        looks.note("intents", "Message Content is not granted, so watching is off and all else works; switch it on in the Developer Portal under Bot");
    }
    shards(config, &found, looks);
    match found.clock_ahead {
        Some(ahead) if ahead.abs() > CLOCK_MAY_DIFFER => looks.bad(
            "clock",
            format!(
                "this machine is {} s {} Discord's clock; tips would be posted at the wrong time; let it keep network time",
                ahead.abs().as_secs(),
                if ahead.is_positive() { "ahead of" } else { "behind" }
            ),
        ),
        Some(_) => looks.good("clock", "agrees with Discord's"),
        None => looks.note("clock", "Discord did not say what time it is"),
    }
    let prefix = format!("{NAME}:");
    let schedules = store.map_or(&[][..], |store| &store.schedules);
    let of_one_channel = |a: &ScheduleRow, b: &ScheduleRow| (&a.workspace, &a.channel) == (&b.workspace, &b.channel);
    let channels = schedules.chunk_by(of_one_channel).filter(|rows| rows[0].workspace.as_str().starts_with(&prefix));
    let channels: Vec<&[ScheduleRow]> = channels.collect();
    let (mut fine, platform) = (0, discord.platform());
    for rows in channels.iter().take(MOST_CHANNELS) {
        let (workspace, channel) = (rows[0].workspace.clone(), rows[0].channel.clone());
        let what: Vec<&str> = rows.iter().map(|row| posted(row.kind)).collect();
        match lacking(&platform, &Destination { workspace, channel: channel.clone() }).await {
            None => fine += 1,
            Some(trouble) => {
                looks.bad("permissions", format!("{} of channel {channel}: {trouble}", what.join(" and ")));
            }
        }
    }
    if fine > 0 {
        let looked_at = match channels.len() {
            all if all > MOST_CHANNELS => format!(", of {all}; the first {MOST_CHANNELS} were looked at"),
            _ => String::new(),
        };
        looks.good("permissions", format!("all is granted; channels that are posted to: {fine}{looked_at}"));
    }
}

fn posted(kind: PostingKind) -> &'static str {
    if kind == PostingKind::Recap { "the weekly recap" } else { "the daily tip" }
}

/// Looks at how the servers are split, and whether the bot may connect today.
fn shards(config: &Config, found: &Examined, looks: &mut Looks) {
    let recommends = format!("Discord recommends {}", found.shards);
    match &config.discord.shards {
        None => looks.good("shards", format!("{recommends}, all in this process")),
        Some(named) if named.of < found.shards => looks.note(
            "shards",
            format!(
                "{recommends}, and `[discord] shards` names {}; set `of` to {} in every process, share the numbers out by \
                 `mine`, stop all of them and start them again",
                named.of, found.shards
            ),
        ),
        Some(named) => {
            let mine: Vec<_> = named.mine.iter().map(ToString::to_string).collect();
            looks.good("shards", format!("{} of {} in this process; {recommends}", mine.join(", "), named.of));
        }
    }
    match found.sessions {
        (0, total) => looks.bad(
            "shards",
            format!(
                "Discord gives no more new sessions today, of {total}; see whether a process keeps starting again, and \
                 leave those that run alone"
            ),
        ),
        (left, total) => looks.good("shards", format!("new sessions left today: {left} of {total}")),
    }
}

/// What stands between the bot and a channel.
async fn lacking(platform: &Arc<dyn Platform>, at: &Destination) -> Option<String> {
    match platform.lacking(at).await {
        Ok(lacking) if lacking.is_empty() => None,
        Ok(lacking) => Some(format!("{}; grant it in the channel's settings", Trouble::Lacking(lacking))),
        Err(trouble) => Some(trouble.to_string()),
    }
}
