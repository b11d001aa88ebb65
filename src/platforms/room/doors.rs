//! Who may come in: requests that a page of this room made, or a program on this machine. A page on the internet may
//! send a browser here under a name of its own (DNS rebinding) or from its own origin; neither gets past.

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::problem::Problem;

/// Nothing but what the room itself serves, and no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// What every answer carries.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// The names that the room is reached by.
pub(super) struct Doors {
    hosts: Vec<String>,
}

impl Doors {
    /// The loopback names with the port listened on, and the configured ones as they are.
    pub(super) fn new(listens: SocketAddr, configured: &[String]) -> Self {
        let port = listens.port();
        let mut hosts: Vec<String> =
            ["localhost", "127.0.0.1", "[::1]"].iter().map(|name| format!("{name}:{port}")).collect();
        if port == 80 {
            hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        }
        hosts.extend(configured.iter().map(|host| host.to_ascii_lowercase()));
        Self { hosts }
    }

    fn knows(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    fn admits(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let refused = |detail| Err(Problem::new(StatusCode::FORBIDDEN, detail));
        let text = |value: &HeaderValue| value.to_str().map(str::to_owned).unwrap_or_default();
        let mut hosts = headers.get_all(header::HOST).iter().map(text);
        if !matches!((hosts.next(), hosts.next()), (Some(host), None) if self.knows(&host)) {
            return refused(
                "This room does not go by that name. It answers as localhost; other names stand under [room] hosts in the configuration.",
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

/// Lets a request in or not, and gives every answer its headers.
pub(super) async fn guard(State(doors): State<std::sync::Arc<Doors>>, request: Request, next: Next) -> Response {
    let mut response = match doors.admits(request.headers()) {
        Ok(()) => next.run(request).await,
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
        let doors = Doors::new("127.0.0.1:8484".parse().unwrap(), &["desk.example".into()]);
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, HeaderValue::from_static(value));
        }
        doors.admits(&headers).is_ok()
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
