//! Two ways of writing one address are one.

use url::Url;

use super::LONGEST_LINK;

/// What a query says about the way a reader came, and not about the page.
const TRACKING: &[&str] = &[
    "fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "ref", "ref_src",
    "source", "cmpid", "spm",
];
const TRACKING_FAMILIES: &[&str] = &["utm_", "pk_", "mtm_", "piwik_", "at_", "hsa_"];
/// Pages that only lead on to another address, and where in the query they name it.
const WRAPPERS: &[(&str, &str, &[&str])] =
    &[("google.com", "/url", &["url", "q"]), ("l.facebook.com", "/l.php", &["u"]), ("out.reddit.com", "/", &["url"])];

/// A link that a reader may be sent to: on the web, without credentials, of bounded length.
pub(super) fn link(written: &str) -> Option<Url> {
    let written = written.trim();
    if written.len() > LONGEST_LINK {
        return None;
    }
    let url = Url::parse(written).ok()?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= LONGEST_LINK;
    fits.then_some(url)
}

/// The address without what differs between two ways of writing it: scheme, `www.`, case of the host, default port,
/// slash at the end, fragment, tracking, and a page that only leads on.
pub(super) fn normalised(url: &Url) -> String {
    let inner = unwrapped(url);
    let url = inner.as_ref().unwrap_or(url);
    let host = host(url);
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    let path = url.path().trim_end_matches('/');
    let mut pairs: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| !tracks(name)).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
    pairs.sort();
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{host}{port}{path}?{}", query.join("&"))
}

fn host(url: &Url) -> &str {
    // The parser has lowered it.
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    host.strip_prefix("www.").unwrap_or(host)
}

fn unwrapped(url: &Url) -> Option<Url> {
    let (.., names) = WRAPPERS.iter().find(|(at, path, _)| host(url) == *at && url.path() == *path)?;
    url.query_pairs().find(|(name, _)| names.contains(&name.as_ref())).and_then(|(_, inner)| link(&inner))
}

fn tracks(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING.contains(&name.as_str()) || TRACKING_FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(written: &str) -> String {
        normalised(&link(written).unwrap())
    }

    #[test]
    fn one_page_has_one_address_however_it_is_written() {
        let page = one("https://blog.example/2026/a-post");
        for same in [
            "http://blog.example/2026/a-post",
            "https://www.blog.example/2026/a-post/",
            "HTTPS://WWW.Blog.Example:443/2026/a-post#comments",
            "http://blog.example:80/2026/a-post?utm_source=rss&utm_medium=feed",
            "  https://blog.example/2026/a-post?fbclid=x&UTM_Campaign=y#top ",
            "https://blog.example./2026/a-post",
            "https://www.google.com/url?sa=t&url=https%3A%2F%2Fblog.example%2F2026%2Fa-post%2F",
            "https://blog.example/2026/x/../a-post",
        ] {
            assert_eq!(one(same), page, "{same}");
        }
        for other in [
            "https://blog.example/2026/another",
            "https://blog.example/2026/A-Post",
            "https://news.blog.example/2026/a-post",
            "https://blog.example:8443/2026/a-post",
            "https://blog.example/2026/a-post?p=2",
        ] {
            assert_ne!(one(other), page, "{other}");
        }
        assert_eq!(one("https://blog.example/?b=2&a=1&ref=x"), one("http://blog.example?a=1&b=2"));
    }

    #[test]
    fn a_link_leads_to_the_web_and_nowhere_else() {
        for wrong in [
            "",
            "a-post",
            "//blog.example/a",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://blog.example/a",
            "https://me@blog.example/",
            "https://me:secret@blog.example/",
            "https://",
            &format!("https://blog.example/{}", "a".repeat(LONGEST_LINK)),
            &format!("https://blog.example/{}", "é".repeat(400)),
        ] {
            assert_eq!(link(wrong), None, "{wrong}");
        }
    }
}
