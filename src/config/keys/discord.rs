//! `[discord]`: where its API is, and which shards are this process's.

use toml::de::DeValue;

use super::{Config, Reader, Value, shorten, whole};
use crate::config::Shards;

/// The most shards: at 2,500 servers each, more than Discord has for anybody.
const MOST_SHARDS: u32 = 10_000;

pub(super) fn api(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "\"http://127.0.0.1:3911\"";
    let Some(url) = reader.string(value, "discord.api", EXAMPLE) else { return };
    let trimmed = url.trim_end_matches('/');
    let host = trimmed.strip_prefix("http://").or_else(|| trimmed.strip_prefix("https://"));
    match host {
        Some(host) if host.contains('@') => reader.wrong(
            &value.span(),
            "`discord.api` carries a name or a password, and secrets do not belong in this file; leave out what stands before the @",
        ),
        Some(host)
            if !host.is_empty()
                && !host.starts_with([':', '/'])
                && host.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#')) =>
        {
            config.discord.api = Some(trimmed.to_owned());
        }
        _ => reader.wrong(
            &value.span(),
            format!("`discord.api` is not an address; write it as in {EXAMPLE}, or leave it out for Discord itself"),
        ),
    }
}

pub(super) fn shards(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "{ of = 8, mine = [0, 1] }";
    let DeValue::Table(table) = value.get_ref() else {
        return reader.wrong(
            &value.span(),
            format!(
                "`discord.shards` is how many shards there are and which are this process's; write it as in {EXAMPLE}, \
                 or leave it out for as many as Discord recommends"
            ),
        );
    };
    for key in table.keys() {
        let name = key.get_ref().as_ref();
        if !matches!(name, "of" | "mine") {
            let shown = shorten(name);
            reader
                .wrong(&key.span(), format!("there is no key `{shown}` in `discord.shards`; write it as in {EXAMPLE}"));
        }
    }
    let Some(written) = table.get("of") else {
        return reader.wrong(
            &value.span(),
            format!("`discord.shards` does not say how many shards there are; write it as in {EXAMPLE}"),
        );
    };
    let Some(of) = whole(written).filter(|of| (1..=MOST_SHARDS).contains(of)) else {
        return reader.wrong(
            &written.span(),
            format!(
                "`of` is how many shards there are over all processes, 1 to {MOST_SHARDS}; write it as in {EXAMPLE}"
            ),
        );
    };
    // One process with all of them.
    let Some(written) = table.get("mine") else {
        return config.discord.shards = Some(Shards { of, mine: (0..of).collect() });
    };
    let Some(numbers) = written.get_ref().as_array().filter(|numbers| !numbers.is_empty()) else {
        return reader.wrong(
            &written.span(),
            format!("`mine` lists the shards of this process, at least one; write it as in {EXAMPLE}"),
        );
    };
    let mut mine = Vec::new();
    for one in numbers {
        match whole(one) {
            Some(number) if number >= of => reader.wrong(
                &one.span(),
                format!("there is no shard {number} where `of` is {of}; they count from 0 to {}", of - 1),
            ),
            Some(number) if mine.contains(&number) => reader.wrong(
                &one.span(),
                format!("shard {number} stands in `mine` twice; each shard is held once, by one process"),
            ),
            Some(number) => mine.push(number),
            None => reader.wrong(
                &one.span(),
                format!("`mine` takes the numbers of shards, from 0 to {}; write it as in {EXAMPLE}", of - 1),
            ),
        }
    }
    mine.sort_unstable();
    config.discord.shards = Some(Shards { of, mine });
}
