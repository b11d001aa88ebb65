//! `[room]`, and where anything listens.

use std::net::SocketAddr;

use super::{Config, Reader, Value, shorten, whole};

/// The highest limit of requests a minute: past it there is none to speak of.
const MOST_REQUESTS: u32 = 1_000_000;

pub(super) fn listen(reader: &mut Reader<'_>, value: &Value<'_>, key: &str, into: &mut SocketAddr) {
    let example = format!("\"{into}\"");
    let Some(address) = reader.string(value, key, &example) else { return };
    // A browser's way of writing it is understood; any other name would need a look-up.
    let numeric =
        address.strip_prefix("localhost:").map_or_else(|| address.to_owned(), |port| format!("127.0.0.1:{port}"));
    match numeric.parse::<SocketAddr>() {
        Ok(address) => *into = address,
        Err(_) => reader.wrong(
            &value.span(),
            format!("\"{}\" is no address and port; write `{key}` as in {example}", shorten(address)),
        ),
    }
}

/// Notes that both would listen in one place, at the value of `ops.listen`.
pub(super) fn apart(reader: &mut Reader<'_>, value: &Value<'_>, config: &Config) {
    let Some(ops) = config.ops.listen.filter(|ops| config.room.enabled && collide(*ops, config.room.listen)) else {
        return;
    };
    reader.wrong(
        &value.span(),
        format!("`ops.listen` is {ops}, where the room listens too (`room.listen`); give one of them another port"),
    );
}

/// Whether nobody can listen on both. The system chooses a port 0 anew each time.
fn collide(one: SocketAddr, other: SocketAddr) -> bool {
    let anywhere = one.is_ipv4() == other.is_ipv4() && (one.ip().is_unspecified() || other.ip().is_unspecified());
    one.port() != 0 && one.port() == other.port() && (anywhere || one.ip() == other.ip())
}

pub(super) fn hosts(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "hosts = [\"bedside.example.org\"]";
    let Some(names) = value.get_ref().as_array() else {
        return reader.wrong(&value.span(), format!("`room.hosts` takes a list of names; write it as in {EXAMPLE}"));
    };
    for one in names {
        let Some(name) = reader.string(one, "room.hosts", EXAMPLE) else { continue };
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if name.is_empty() || !name.chars().all(fits) {
            let wrong = format!(
                "\"{}\" is no host; write what stands between http:// and the next slash, as in {EXAMPLE}",
                shorten(name)
            );
            reader.wrong(&one.span(), wrong);
        } else {
            config.room.hosts.push(name.to_ascii_lowercase());
        }
    }
}

pub(super) fn limit(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    match whole(value).filter(|number| (1..=MOST_REQUESTS).contains(number)) {
        Some(limit) => config.room.limit = limit,
        None => reader.wrong(
            &value.span(),
            format!(
                "`room.limit` is how many requests a minute a key may make, 1 to {MOST_REQUESTS}; write it as in 60"
            ),
        ),
    }
}
