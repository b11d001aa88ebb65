//! The one place through which every request to Discord goes: limited, timed, and told apart by what is known
//! of its outcome. Retries belong to the caller. No error carries a body, a token or an address.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use twilight_http_ratelimiting::{Endpoint, Method, RateLimitHeaders, RateLimiter};

use super::{Error, pace::Pace};

/// Where Discord itself is.
const DISCORD: &str = "https://discord.com";
/// How long one request may take, and how long it may wait for its turn.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The limiter remembers a path for hours, and keeps one request per path in flight. Interaction tokens would
/// fill it without end (and its logs with secrets), so calls by token share these few lanes instead.
const LANES: u64 = 32;

/// A connection to Discord's REST interface.
pub(super) struct Rest {
    client: reqwest::Client,
    base: String,
    /// The limits of each route; what all routes together may do is the pace's.
    limiter: RateLimiter,
    pace: Pace,
    /// Discord asked the whole bot to be quiet until then.
    quiet_until: Mutex<Option<Instant>>,
}

/// One request.
pub(super) struct Call {
    method: Method,
    path: String,
    lane: Option<String>,
    body: Option<Value>,
}

impl Call {
    /// Reads `path`, which may carry a query.
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::Get, path: path.into(), lane: None, body: None }
    }

    /// Makes something at `path`.
    pub(super) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::Post, path: path.into(), lane: None, body: Some(body) }
    }

    /// Changes what is at `path`.
    pub(super) fn patch(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::Patch, path: path.into(), lane: None, body: Some(body) }
    }

    /// Replaces what is at `path`.
    pub(super) fn put(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::Put, path: path.into(), lane: None, body: Some(body) }
    }

    /// Says that the path carries the token of the interaction with this id.
    pub(super) fn by_token(mut self, interaction: u64) -> Self {
        self.lane = Some(format!("webhooks/lane-{}", interaction % LANES));
        self
    }

    fn endpoint(&self) -> Endpoint {
        let path = self.lane.as_deref().unwrap_or_else(|| self.path.split('?').next().unwrap_or_default());
        Endpoint { method: self.method, path: path.to_owned() }
    }
}

/// Why a call brought no answer, by what is known of its outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// Discord refused; nothing happened.
    #[error("Discord refused (status {status}, code {code})")]
    Refused {
        /// The HTTP status, 400 to 499.
        status: u16,
        /// Discord's own code, 0 where it gave none.
        code: u64,
    },
    /// Discord asks to wait; nothing happened.
    #[error("Discord asks to wait {} s", .0.as_secs())]
    Busy(Duration),
    /// Discord was not reached; nothing happened.
    #[error("Discord could not be reached")]
    Unsent,
    /// It was sent, and nobody knows what became of it.
    #[error("Discord's answer was lost ({0})")]
    Lost(&'static str),
    /// Discord failed, and may have done it all the same.
    #[error("Discord failed (status {0})")]
    Failed(u16),
}

impl Refusal {
    /// Discord's code for this refusal, if it gave one.
    pub(super) fn code(&self) -> u64 {
        match self {
            Self::Refused { code, .. } => *code,
            _ => 0,
        }
    }

    /// Whether it may have been done all the same.
    pub(super) fn is_perhaps_done(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Failed(_))
    }
}

impl Rest {
    /// Needs a running tokio. `api` is where Discord is reached, when not at Discord's own address; no more than
    /// `a_second` requests leave in a second, answers to interactions aside.
    pub(super) fn new(api: Option<&str>, token: &str, a_second: u16) -> Result<Self, Error> {
        let api = api.unwrap_or(DISCORD).trim_end_matches('/');
        if !reqwest::Url::parse(api).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err(Error::Address);
        }
        let mut authorization = HeaderValue::try_from(format!("Bot {token}")).map_err(|_| Error::Token)?;
        authorization.set_sensitive(true);
        let client = reqwest::Client::builder()
            .user_agent(concat!("DiscordBot (", env!("CARGO_PKG_NAME"), ", ", env!("CARGO_PKG_VERSION"), ")"))
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, authorization)]))
            .connect_timeout(Duration::from_secs(5))
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| Error::Tls)?;
        Ok(Self {
            client,
            base: format!("{api}/api/v10/"),
            limiter: RateLimiter::new(u16::MAX),
            pace: Pace::new(a_second),
            quiet_until: Mutex::new(None),
        })
    }

    /// Sends one request and reads what comes back as a `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, Refusal> {
        let body = self.send(call).await?;
        serde_json::from_slice(&body).map_err(|_| Refusal::Lost("it could not be read"))
    }

    /// Discord's own clock, as the head of an answer tells it; none where it does not.
    pub(super) async fn clock(&self) -> Result<Option<Timestamp>, Refusal> {
        let url = format!("{}gateway", self.base);
        let answer = self.client.get(url).send().await.map_err(|error| lost(&error))?;
        let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()).map(|date| date.timestamp()))
    }

    /// Sends one request whose answer says nothing of interest.
    pub(super) async fn tell(&self, call: Call) -> Result<(), Refusal> {
        self.send(call).await.map(drop)
    }

    async fn send(&self, call: Call) -> Result<Vec<u8>, Refusal> {
        let permit = in_time(self.limiter.acquire(call.endpoint())).await?;
        self.wait_for_quiet().await?;
        // Discord counts no call by token, and whoever pressed a button waits for it.
        let turn = if call.lane.is_none() { Some(in_time(self.pace.turn()).await?) } else { None };
        let method = reqwest::Method::from_bytes(call.method.name().as_bytes()).expect("the names are HTTP's");
        let mut request = self.client.request(method, format!("{}{}", self.base, call.path));
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| lost(&error))?;
        drop(turn);
        let status = response.status().as_u16();
        let headers = response.headers();
        permit.complete(if call.lane.is_some() { None } else { limits(headers) });
        if (200..300).contains(&status) {
            return response.bytes().await.map(Vec::from).map_err(|error| lost_after_headers(&error));
        }
        let waits = headers.get(RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
        let everywhere = headers.contains_key("x-ratelimit-global");
        let refused: Refused = match response.bytes().await {
            Ok(body) => serde_json::from_slice(&body).unwrap_or_default(),
            Err(_) => Refused::default(),
        };
        Err(match status {
            429 => self.busy(refused.retry_after.or(waits), everywhere || refused.global),
            400..=499 => Refusal::Refused { status, code: refused.code },
            _ => Refusal::Failed(status),
        })
    }

    fn busy(&self, seconds: Option<f64>, everywhere: bool) -> Refusal {
        let wait = Duration::try_from_secs_f64(seconds.unwrap_or(1.0)).unwrap_or(TIMEOUT);
        if everywhere {
            *self.quiet_until.lock().expect("no holder panics") = Some(Instant::now() + wait);
        }
        Refusal::Busy(wait)
    }

    /// After a global limit everybody would fire at once, so each waits a little longer by chance.
    async fn wait_for_quiet(&self) -> Result<(), Refusal> {
        let until = *self.quiet_until.lock().expect("no holder panics");
        let Some(wait) = until.and_then(|until| until.checked_duration_since(Instant::now())) else { return Ok(()) };
        if wait > TIMEOUT {
            return Err(Refusal::Busy(wait));
        }
        tokio::time::sleep(wait + Duration::from_millis(fastrand::u64(0..1000))).await;
        Ok(())
    }
}

/// Waits for a request's turn, but not for ever.
async fn in_time<T>(turn: impl Future<Output = T>) -> Result<T, Refusal> {
    tokio::time::timeout(TIMEOUT, turn).await.map_err(|_| Refusal::Busy(TIMEOUT))
}

/// What Discord says when it refuses, without its words.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    code: u64,
    retry_after: Option<f64>,
    global: bool,
}

fn lost(error: &reqwest::Error) -> Refusal {
    if error.is_connect() || error.is_builder() { Refusal::Unsent } else { lost_after_headers(error) }
}

fn lost_after_headers(error: &reqwest::Error) -> Refusal {
    Refusal::Lost(if error.is_timeout() { "it came too late" } else { "the connection broke" })
}

fn limits(headers: &HeaderMap) -> Option<RateLimitHeaders> {
    let text = |name| headers.get(name)?.to_str().ok();
    let reset_after: f64 = text(RateLimitHeaders::RESET_AFTER)?.parse().ok()?;
    Some(RateLimitHeaders {
        bucket: text(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: text(RateLimitHeaders::LIMIT)?.parse().ok()?,
        remaining: text(RateLimitHeaders::REMAINING)?.parse().ok()?,
        reset_at: Instant::now() + Duration::try_from_secs_f64(reset_after).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interaction_token_never_reaches_the_limiter() {
        let call = Call::post("webhooks/1/secret-token", Value::Null).by_token(65);
        assert_eq!(call.endpoint().path, "webhooks/lane-1");
        assert_eq!(Call::get("channels/1/messages?limit=2").endpoint().path, "channels/1/messages");
    }

    #[tokio::test]
    async fn only_an_address_is_taken_as_one() {
        for wrong in ["", "localhost", "ftp://localhost", "127.0.0.1:3911"] {
            assert!(matches!(Rest::new(Some(wrong), "t", 50), Err(Error::Address)), "{wrong}");
        }
        assert_eq!(
            Rest::new(Some("http://127.0.0.1:1/"), "t", 50).map(|r| r.base).ok().unwrap(),
            "http://127.0.0.1:1/api/v10/"
        );
        assert!(matches!(Rest::new(None, "two\nlines", 50), Err(Error::Token)));
    }

    #[tokio::test]
    async fn nobody_listening_means_that_nothing_happened() {
        let rest = Rest::new(Some("http://127.0.0.1:9"), "t", 50).ok().unwrap();
        assert_eq!(rest.tell(Call::get("users/@me")).await, Err(Refusal::Unsent));
    }
}
