//! The few answers that a bot asks for over HTTP, with Discord's limits on posting: 5 in 5 s a channel, 50 a second
//! in all.

use std::{collections::HashMap, sync::Arc, time::Instant};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    Discord,
    events::{self, ME},
};

/// In one channel, in 5 s.
const IN_A_CHANNEL: usize = 5;
/// In all, in a second.
const IN_ALL: usize = 50;

/// What the bot posted.
#[derive(Default)]
pub(crate) struct Posts {
    at: Vec<Instant>,
    in_channel: HashMap<u64, Vec<Instant>>,
    /// Every request, posts or not.
    requests: Vec<Instant>,
    refused: u64,
    twice: u64,
}

impl Posts {
    pub(crate) fn figures(&self) -> Value {
        let most = |times: &[Instant]| {
            let mut first = 0;
            let within = times.iter().enumerate().map(|(place, at)| {
                while at.duration_since(times[first]).as_secs_f64() >= 1.0 {
                    first += 1;
                }
                place - first + 1
            });
            within.max().unwrap_or_default()
        };
        let seconds = self.at.first().zip(self.at.last()).map_or(0.0, |(first, last)| (*last - *first).as_secs_f64());
        json!({
            "posts": self.at.len(), "seconds": seconds, "most_in_a_second": most(&self.at), "refused": self.refused,
            "most_requests_in_a_second": most(&self.requests), "channels_with_two": self.twice,
        })
    }
}

pub(crate) async fn answer(
    State(discord): State<Arc<Discord>>,
    method: Method,
    Path(path): Path<String>,
    body: Bytes,
) -> Response {
    let now = Instant::now();
    let parts: Vec<&str> = path.split('/').collect();
    let id = |at: usize| parts.get(at).and_then(|part| part.parse::<u64>().ok()).unwrap_or_default();
    if parts[0] != "interactions" {
        let mut posts = discord.posts.lock().expect("no holder panics");
        let recent = posts.requests.iter().rev().take_while(|at| now.duration_since(**at).as_secs_f64() < 1.0).count();
        if recent >= IN_ALL {
            posts.refused += 1;
            let wait = json!({"message": "You are being rate limited.", "retry_after": 0.5, "global": true});
            return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1"), ("x-ratelimit-global", "true")], Json(wait))
                .into_response();
        }
        posts.requests.push(now);
    }
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["users", "@me"]) => Json(events::user(ME, "bedside", true)).into_response(),
        ("GET", ["gateway", ..]) => Json(json!({
            "url": discord.address, "shards": 1,
            "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1},
        }))
        .into_response(),
        ("GET", ["oauth2", "applications", "@me"] | ["applications", "@me"]) => {
            Json(json!({"id": ME.to_string(), "name": "bedside", "flags": 565_248, "description": ""})).into_response()
        }
        ("GET", ["applications", _, "commands"]) => Json(json!([])).into_response(),
        ("PUT", ["applications", _, "commands"]) => {
            Json(serde_json::from_slice::<Value>(&body).unwrap_or_default()).into_response()
        }
        ("GET", ["guilds", _]) => Json(events::guild_now(id(1))).into_response(),
        ("GET", ["guilds", _, "members", _]) => {
            Json(json!({"user": events::user(ME, "bedside", true), "roles": []})).into_response()
        }
        ("GET", ["channels", _]) => Json(json!({
            "id": id(1).to_string(), "type": 0, "guild_id": events::server_of(id(1)).to_string(),
            "permission_overwrites": [],
        }))
        .into_response(),
        ("GET", ["channels", _, "messages"]) => Json(json!([])).into_response(),
        ("POST", ["channels", _, "messages"]) => post(&discord, id(1), now),
        // Interactions and what follows on them.
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

fn post(discord: &Discord, channel: u64, now: Instant) -> Response {
    let mut posts = discord.posts.lock().expect("no holder panics");
    let recent = posts.in_channel.entry(channel).or_default();
    let again = !recent.is_empty();
    recent.retain(|at| now.duration_since(*at).as_secs_f64() < 5.0);
    if recent.len() >= IN_A_CHANNEL {
        posts.refused += 1;
        let wait = json!({"message": "You are being rate limited.", "retry_after": 1.0, "global": false});
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")], Json(wait)).into_response();
    }
    recent.push(now);
    let left = (IN_A_CHANNEL - recent.len()).to_string();
    posts.twice += u64::from(again);
    posts.at.push(now);
    let id = (1_410_000_000_000_000_000 + posts.at.len()).to_string();
    let limits = [
        ("x-ratelimit-bucket", "bench-messages"),
        ("x-ratelimit-limit", "5"),
        ("x-ratelimit-remaining", left.as_str()),
        ("x-ratelimit-reset", "0"),
        ("x-ratelimit-reset-after", "5.0"),
    ];
    (limits, Json(json!({"id": id, "channel_id": channel.to_string(), "content": ""}))).into_response()
}
