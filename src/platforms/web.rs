//! The web as the blog's reader sees it: one address, asked politely, and never more of it than fits.

use std::{net::IpAddr, time::Duration};

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::{
    Client, Response, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
        IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
    },
    redirect::{Attempt, Policy},
};
use url::{Host, Url};

use crate::bot::{
    blog::{Body, Fetch, FetchTrouble, Fetched, Validators},
    platform::Pending,
};

/// The most that is read of an answer, in bytes.
const MOST: usize = 4 << 20;
/// How often one answer may lead on to another.
const REDIRECTS: usize = 5;
/// How long everything together may take, from the first look-up to the last byte.
const PATIENCE: Duration = Duration::from_secs(20);
const FEEDS: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, \
                     text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";

/// Fetches over HTTP: no cookies, no compression, a bounded body in a bounded time.
pub struct Web {
    client: Client,
    patience: Duration,
}

impl Web {
    /// Needs a running tokio. An error is a sentence.
    pub fn new() -> Result<Self, String> {
        Self::patient(PATIENCE)
    }

    /// With another bound of time than twenty seconds.
    pub fn patient(patience: Duration) -> Result<Self, String> {
        let client = Client::builder()
            .user_agent(concat!("Bedside/", env!("CARGO_PKG_VERSION"), " (reads the feed of one blog)"))
            .redirect(Policy::custom(|attempt| match leads_astray(&attempt) {
                Some(astray) => attempt.error(astray),
                None => attempt.follow(),
            }))
            .referer(false)
            .no_proxy()
            // Once an hour, a connection is not worth keeping.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|_| "the encryption that the blog's feed needs cannot be set up".to_owned())?;
        Ok(Self { client, patience })
    }

    async fn get(&self, address: &str, validators: Validators<'_>) -> Result<Fetched, FetchTrouble> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(FEEDS));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        for (name, value) in [(IF_NONE_MATCH, validators.etag), (IF_MODIFIED_SINCE, validators.last_modified)] {
            headers.extend(value.and_then(|value| Some((name, HeaderValue::from_str(value).ok()?))));
        }
        let response = self.client.get(address).headers(headers).send().await.map_err(|error| lost(&error))?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::Unchanged);
        }
        if status != StatusCode::OK {
            let wait = response.headers().get(RETRY_AFTER).and_then(|value| asked(value.to_str().ok()?));
            let name = status.canonical_reason().map_or_else(String::new, |name| format!(" ({name})"));
            return Err(FetchTrouble { reason: format!("the server answered {}{name}", status.as_u16()), wait });
        }
        if response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(because("the server answered in a compressed form, which was not asked for"));
        }
        let header = |name: HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (etag, last_modified) = (header(ETAG), header(LAST_MODIFIED));
        let from = response.url().to_string();
        Ok(Fetched::Body(Body { bytes: bytes(response).await?, from, etag, last_modified }))
    }
}

impl Fetch for Web {
    fn fetch<'a>(&'a self, address: &'a str, validators: Validators<'a>) -> Pending<'a, Result<Fetched, FetchTrouble>> {
        Box::pin(async move {
            let get = tokio::time::timeout(self.patience, self.get(address, validators)).await;
            let late = || because(format!("the server took longer than {} s", self.patience.as_secs_f32()));
            get.unwrap_or_else(|_| Err(late()))
        })
    }
}

/// The body, unless it is too large; then the connection is closed and the rest never read.
async fn bytes(mut response: Response) -> Result<Vec<u8>, FetchTrouble> {
    let too_much = || because(format!("the answer is larger than {} MiB", MOST >> 20));
    if response.content_length().is_some_and(|length| length > MOST as u64) {
        return Err(too_much());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        if bytes.len() + chunk.len() > MOST {
            return Err(too_much());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Why an answer is not followed to where it leads, if it is not.
fn leads_astray(attempt: &Attempt<'_>) -> Option<&'static str> {
    let at_home = attempt.previous().first().is_some_and(is_loopback);
    let to = attempt.url();
    if attempt.previous().len() > REDIRECTS {
        return Some("it leads on and on");
    }
    let allowed = match to.scheme() {
        "https" => at_home || !is_loopback(to),
        "http" => at_home && is_loopback(to),
        _ => false,
    };
    (!allowed || !to.username().is_empty() || to.password().is_some()).then_some("it leads to where nothing is read")
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).to_canonical().is_loopback(),
        None => false,
    }
}

/// In our own words: the library's name the whole address.
fn lost(error: &reqwest::Error) -> FetchTrouble {
    because(if error.is_redirect() {
        "the server leads on more than five times, or to an address without https"
    } else if error.is_builder() {
        "the address cannot be asked"
    } else if error.is_connect() {
        "the server could not be reached"
    } else {
        "the connection broke"
    })
}

fn because(reason: impl Into<String>) -> FetchTrouble {
    FetchTrouble { reason: reason.into(), wait: None }
}

/// How long the server asks to be left alone: seconds, or until a date.
fn asked(retry_after: &str) -> Option<Duration> {
    if let Ok(seconds) = retry_after.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTimeParser::new().parse_timestamp(retry_after.trim()).ok()?;
    Duration::try_from(until.duration_since(Timestamp::now())).ok()
}
