//! Who may come in: requests that a page of this room made, or a program on this machine. A page on the internet may
//! send a browser here under a name of its own (DNS rebinding) or from its own origin; neither gets past.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use base64::{Engine, prelude::BASE64_STANDARD};

use super::problem::Problem;
use crate::bot::platform::Pending;

/// What the room is locked with, where it is.
pub trait Lock: Send + Sync {
    /// What the key that opens it is called; nothing where it does not.
    fn opens<'a>(&'a self, key: &'a str) -> Pending<'a, Option<String>>;
}

/// The key that opened a locked room for a request.
#[derive(Clone)]
pub(super) struct Shown {
    lock: Arc<dyn Lock>,
    key: String,
    name: Arc<str>,
}

impl Shown {
    /// Whether it opens the room still: it may be revoked while something is being answered.
    pub(super) async fn still_opens(&self) -> bool {
        self.lock.opens(&self.key).await.is_some()
    }

    /// What whoever runs the room called it.
    pub(super) fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }
}

/// Where the JSON API begins, which asks for keys itself.
const API: &str = "/api/";

/// Nothing but what the room itself serves, and no frame around it.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// What every answer carries.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// The names that the room is reached by, and what it is locked with.
pub(super) struct Doors {
    hosts: Vec<String>,
    lock: Option<Arc<dyn Lock>>,
}

impl Doors {
    /// The loopback names and the address listened on, with its port, and the configured names as they are. A page on
    /// the internet can make a name lead here, but no address.
    pub(super) fn new(listens: SocketAddr, configured: &[String], lock: Option<Arc<dyn Lock>>) -> Self {
        let mut names = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        match listens.ip() {
            ip if ip.is_unspecified() => {}
            IpAddr::V4(ip) => names.push(ip.to_string()),
            IpAddr::V6(ip) => names.push(format!("[{ip}]")),
        }
        let port = listens.port();
        let mut hosts: Vec<String> = names.iter().map(|name| format!("{name}:{port}")).collect();
        if port == 80 {
            hosts.append(&mut names);
        }
        hosts.extend(configured.iter().map(|host| host.to_ascii_lowercase()));
        Self { hosts, lock }
    }

    fn knows(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    /// What the room is locked with for a request.
    fn lock_for(&self, request: &Request) -> Option<Arc<dyn Lock>> {
        self.lock.clone().filter(|_| !request.uri().path().starts_with(API))
    }

    fn admits(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let refused = |detail| Err(Problem::new(StatusCode::FORBIDDEN, detail));
        let text = |value: &HeaderValue| value.to_str().map(str::to_owned).unwrap_or_default();
        let mut hosts = headers.get_all(header::HOST).iter().map(text);
        if !matches!((hosts.next(), hosts.next()), (Some(host), None) if self.knows(&host)) {
            return refused(
                "This room does not go by that name. It answers as localhost and by the address that it listens on; other names stand under [room] hosts in the configuration.",
            );
        }
        for origin in headers.get_all(header::ORIGIN).iter().map(text) {
            let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            if !host.is_some_and(|host| self.knows(host)) {
                return refused("Another site's page sent this, and the room answers its own page alone.");
            }
        }
        Ok(())
    }
}

/// The key that a request shows: as `Bearer`, from a program, or as the password of `Basic`, which is how a browser asks
/// for one and sends it from then on.
fn key_shown(headers: &HeaderMap) -> Option<String> {
    let (scheme, shown) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(shown.trim().to_owned());
    }
    let pair = scheme.eq_ignore_ascii_case("basic").then(|| BASE64_STANDARD.decode(shown.trim()).ok()).flatten()?;
    String::from_utf8(pair).ok()?.split_once(':').map(|(_, key)| key.to_owned())
}

fn locked() -> Response {
    let detail = "This room asks for a key; whoever runs it makes one with: bedside key new NAME";
    let ask = "Basic realm=\"Bedside: any name, and a key as the password\", charset=\"UTF-8\"";
    ([(header::WWW_AUTHENTICATE, ask)], Problem::new(StatusCode::UNAUTHORIZED, detail)).into_response()
}

/// What opened the room, where it is locked; an error where it stays shut.
async fn unlocked(lock: Option<Arc<dyn Lock>>, key: Option<String>) -> Result<Option<Shown>, ()> {
    let Some(lock) = lock else { return Ok(None) };
    let key = key.ok_or(())?;
    let name = lock.opens(&key).await.ok_or(())?.into();
    Ok(Some(Shown { lock, key, name }))
}

/// Lets a request in or not, and gives every answer its headers.
pub(super) async fn guard(State(doors): State<Arc<Doors>>, mut request: Request, next: Next) -> Response {
    let (lock, key) = (doors.lock_for(&request), key_shown(request.headers()));
    let mut response = match doors.admits(request.headers()) {
        Ok(()) => match unlocked(lock, key).await {
            Ok(shown) => {
                if let Some(shown) = shown {
                    request.extensions_mut().insert(shown);
                }
                next.run(request).await
            }
            Err(()) => locked(),
        },
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // What nobody marked as fit to be kept is not kept.
    if !headers.contains_key(header::ETAG) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(pairs: &[(HeaderName, &'static str)]) -> bool {
        let doors = Doors::new("127.0.0.1:8484".parse().unwrap(), &["desk.example".into()], None);
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, HeaderValue::from_static(value));
        }
        doors.admits(&headers).is_ok()
    }

    #[test]
    fn the_address_that_is_listened_on_is_one_of_its_names_where_it_is_one() {
        let knows = |listens: &str, host: &str| Doors::new(listens.parse().unwrap(), &[], None).knows(host);
        assert!(knows("192.168.1.5:8484", "192.168.1.5:8484") && knows("192.168.1.5:80", "192.168.1.5"));
        assert!(knows("[fd00::5]:8484", "[fd00::5]:8484") && knows("0.0.0.0:8484", "localhost:8484"));
        assert!(!knows("192.168.1.5:8484", "192.168.1.6:8484") && !knows("192.168.1.5:8484", "192.168.1.5"));
        assert!(!knows("0.0.0.0:8484", "0.0.0.0:8484") && !knows("[::]:8484", "[::]:8484"));
    }

    #[test]
    fn only_its_own_names_and_its_own_page_come_in() {
        use header::{HOST, ORIGIN};
        for host in ["localhost:8484", "127.0.0.1:8484", "[::1]:8484", "LOCALHOST:8484", "desk.example"] {
            assert!(admitted(&[(HOST, host)]), "{host}");
        }
        for host in
            ["evil.example:8484", "localhost", "localhost:80", "127.0.0.1:8484.evil.example", "", "desk.example:1"]
        {
            assert!(!admitted(&[(HOST, host)]), "{host}");
        }
        assert!(!admitted(&[]) && !admitted(&[(HOST, "localhost:8484"), (HOST, "evil.example")]));
        assert!(admitted(&[(HOST, "localhost:8484"), (ORIGIN, "http://localhost:8484")]));
        for origin in ["null", "http://evil.example", "http://localhost:1", "file://localhost:8484", "localhost:8484"] {
            assert!(!admitted(&[(HOST, "localhost:8484"), (ORIGIN, origin)]), "{origin}");
        }
    }
}
