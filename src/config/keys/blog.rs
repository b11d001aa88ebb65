//! `[blog]`: the feed.

use std::net::{IpAddr, Ipv6Addr};

use super::{Config, Reader, Value};

/// The longest address of a feed, in bytes.
const LONGEST_ADDRESS: usize = 1000;

pub(super) fn feed(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "\"https://blog.example.org/feed\"";
    let Some(url) = reader.string(value, "blog.feed", EXAMPLE) else { return };
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let (host, _) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let wrong = if host.contains('@') {
        "`blog.feed` carries a name or a password, and secrets do not belong in this file; leave out what stands \
         before the @"
            .to_owned()
    } else if !(is_host(host) && url.chars().all(|c| c.is_ascii_graphic()) && url.len() <= LONGEST_ADDRESS) {
        format!("`blog.feed` is not an address; write it as in {EXAMPLE}, or leave it out and nothing is announced")
    } else {
        match scheme {
            "https" => return config.blog.feed = Some(url.to_owned()),
            "http" if is_loopback(host) => return config.blog.feed = Some(url.to_owned()),
            "http" => {
                "`blog.feed` is not encrypted, so that anybody on the way could announce what they like; write https"
                    .to_owned()
            }
            _ => format!("`blog.feed` begins with https; write it as in {EXAMPLE}"),
        }
    };
    reader.wrong(&value.span(), wrong);
}

/// Whether it is a host, with a port or without.
fn is_host(written: &str) -> bool {
    let (host, port) = match written.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (written, None),
    };
    let name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let fits = address.map_or_else(|| name(host), |address| address.parse::<Ipv6Addr>().is_ok());
    fits && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Whether a host, with a port or without, is this machine.
fn is_loopback(written: &str) -> bool {
    let host = written
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next())
        .unwrap_or_else(|| written.split(':').next().unwrap_or_default());
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
