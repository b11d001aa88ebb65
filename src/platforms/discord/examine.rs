//! Whether everything is set up on Discord's side, for `bedside doctor`. Asks, and changes nothing.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serenity::model::application::ApplicationFlags;

use super::{
    Discord, Error, payload,
    rest::{Call, Refusal},
    shards::Recommended,
};

/// What a look at Discord found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Whether the Message Content intent is switched on.
    pub reads_messages: bool,
    /// How far this machine's clock is ahead of Discord's; none where Discord did not say.
    pub clock_ahead: Option<SignedDuration>,
    /// How many servers the bot is in, as far as Discord counts them.
    pub servers: Option<u32>,
    /// How many shards Discord recommends.
    pub shards: u32,
    /// How many new sessions of how many are left today.
    pub sessions: (u32, u32),
}

/// The application, as far as it matters here.
#[derive(Deserialize)]
struct Application {
    #[serde(default)]
    flags: u64,
    approximate_guild_count: Option<u32>,
}

impl Discord {
    /// Asks Discord who the bot is, what it was granted and what time it is. An error is a sentence.
    pub async fn examine(&self, now: fn() -> Timestamp) -> Result<Examined, String> {
        let sentence = |refusal: Refusal| match refusal {
            Refusal::Refused { status: 401, .. } => Error::Token.to_string(),
            other => other.to_string(),
        };
        self.rest.call::<payload::Author>(Call::get("users/@me")).await.map_err(sentence)?;
        let application: Application = self.rest.call(Call::get("oauth2/applications/@me")).await.map_err(sentence)?;
        let flags = ApplicationFlags::from_bits_truncate(application.flags);
        let either = ApplicationFlags::GATEWAY_MESSAGE_CONTENT | ApplicationFlags::GATEWAY_MESSAGE_CONTENT_LIMITED;
        let recommended = Recommended::ask(&self.rest).await.map_err(sentence)?;
        let limit = recommended.session_start_limit;
        let asked = now();
        let theirs = self.rest.clock().await.map_err(sentence)?;
        let answered = now();
        Ok(Examined {
            reads_messages: flags.intersects(either),
            clock_ahead: theirs.map(|theirs| ahead(asked..answered, theirs)),
            servers: application.approximate_guild_count,
            shards: recommended.shards,
            sessions: (limit.remaining, limit.total),
        })
    }
}

/// How far a clock is ahead that showed these times while the other was read; the answer may have been on its way for long.
fn ahead(ours: Range<Timestamp>, theirs: Timestamp) -> SignedDuration {
    ours.start.duration_since(theirs).max(SignedDuration::ZERO)
        + ours.end.duration_since(theirs).min(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_answer_is_no_wrong_clock() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for (asked, answered, theirs, expected) in
            [(100, 120, 110, 0), (100, 101, 100, 0), (100, 101, 40, 60), (100, 101, 161, -60)]
        {
            assert_eq!(ahead(at(asked)..at(answered), at(theirs)), SignedDuration::from_secs(expected));
        }
    }
}
