//! The keys of the configuration: one row each, with what it takes and where it goes.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    ops::Range,
    path::Path,
    time::Duration,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue, Error},
};

use super::{Config, LogFormat, Shards};
use crate::content::problem::{Problem, nearest};

type Value<'i> = Spanned<DeValue<'i>>;
type Take = for<'i> fn(&mut Reader<'_>, &Value<'i>, &mut Config);

/// A key, with its section before a dot, and what takes its value.
struct Key {
    name: &'static str,
    take: Take,
}

const KEYS: &[Key] = &[
    Key { name: "content", take: content },
    Key { name: "discord.enabled", take: |r, v, c| r.boolean(v, "discord.enabled", &mut c.discord.enabled) },
    Key { name: "discord.api", take: api },
    Key { name: "discord.shards", take: shards },
    Key { name: "room.enabled", take: |r, v, c| r.boolean(v, "room.enabled", &mut c.room.enabled) },
    Key { name: "room.listen", take: |r, v, c| listen(r, v, "room.listen", &mut c.room.listen) },
    Key { name: "room.hosts", take: hosts },
    Key { name: "room.require_keys", take: |r, v, c| r.boolean(v, "room.require_keys", &mut c.room.require_keys) },
    Key { name: "room.limit", take: limit },
    Key { name: "room.examples", take: |r, v, c| r.boolean(v, "room.examples", &mut c.room.examples) },
    Key { name: "store.url", take: store_url },
    Key { name: "log.format", take: log_format },
    Key { name: "log.level", take: log_level },
    Key { name: "tips.grace", take: grace },
    Key { name: "tips.links", take: |r, v, c| r.boolean(v, "tips.links", &mut c.tips.links) },
    Key {
        name: "ops.listen",
        take: |r, v, c| listen(r, v, "ops.listen", c.ops.listen.insert(([127, 0, 0, 1], 9484).into())),
    },
    Key { name: "safety.text", take: safety_text },
    Key { name: "blog.feed", take: feed },
];

const TOKEN_HINT: &str = "the token is a secret, and this file gets copied, mailed and committed; take it out, reset it \
                          if others saw the file, and set DISCORD_TOKEN or DISCORD_TOKEN_FILE in the environment";

/// How long a tip may be late at most: past a day it would meet the next one.
const LONGEST_GRACE: Duration = Duration::from_hours(24);
/// The highest limit of requests a minute: past it there is none to speak of.
const MOST_REQUESTS: u32 = 1_000_000;
/// The most shards: at 2,500 servers each, more than Discord has for anybody.
const MOST_SHARDS: u32 = 10_000;
/// The longest address of a feed, in bytes.
const LONGEST_ADDRESS: usize = 1000;
/// The most characters of the safety text: more would not fit on a card beside the rest.
const LONGEST_SAFETY_TEXT: usize = 1000;

/// Reads a document key by key and gathers everything that is wrong.
pub(super) struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    problems: Vec<Problem>,
    syntax_lines: Vec<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a Path, text: &'a str) -> Self {
        Self { file, text, problems: Vec::new(), syntax_lines: Vec::new() }
    }

    /// Notes a syntax error. Only the parser's message is used: its display would print the line, secrets and all.
    pub(super) fn syntax(&mut self, error: &Error) {
        let at = error.span().map_or(0, |span| span.start);
        let problem = self.problem(at, format!("{}; write TOML, as in key = \"value\"", error.message().trim()));
        self.syntax_lines.push(problem.line);
        self.problems.push(problem);
    }

    fn wrong(&mut self, span: &Range<usize>, what: impl Into<String>) {
        let problem = self.problem(span.start, what);
        // What the parser made of a line that it could not read is no second mistake.
        if !self.syntax_lines.contains(&problem.line) {
            self.problems.push(problem);
        }
    }

    fn problem(&self, byte: usize, what: impl Into<String>) -> Problem {
        Problem::at(&self.file.display().to_string(), self.text, byte, what)
    }

    pub(super) fn document(&mut self, document: &DeTable<'_>, config: &mut Config) {
        for (key, value) in document {
            let name = key.get_ref().as_ref();
            if let Some(row) = KEYS.iter().find(|row| row.name == name) {
                (row.take)(self, value, config);
            } else if KEYS.iter().any(|row| section_of(row.name) == Some(name)) {
                match value.get_ref() {
                    DeValue::Table(table) => self.section(name, table, config),
                    _ => self.wrong(&value.span(), format!("`{name}` is a section; write `[{name}]` above its keys")),
                }
            } else {
                self.unknown(&key.span(), None, name);
            }
        }
    }

    fn section(&mut self, section: &str, table: &DeTable<'_>, config: &mut Config) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let full = format!("{section}.{name}");
            match KEYS.iter().find(|row| row.name == full) {
                Some(row) => (row.take)(self, value, config),
                None => self.unknown(&key.span(), Some(section), name),
            }
        }
    }

    fn unknown(&mut self, span: &Range<usize>, section: Option<&str>, name: &str) {
        if name.to_lowercase().contains("token") {
            return self.wrong(span, format!("`{name}` does not belong here; {TOKEN_HINT}"));
        }
        let (shown, at) = (shorten(name), section.map_or("at the top".to_owned(), |name| format!("in [{name}]")));
        let elsewhere = KEYS.iter().find(|row| last(row.name) == name && section_of(row.name) != section);
        // A name of any length may be asked about, so the costly measure sees short ones only.
        let near = (name.len() <= 40).then(|| nearest(&name.to_lowercase(), &known(section))).flatten();
        let hint = match (elsewhere.map(|row| (row, section_of(row.name))), near) {
            (Some((_, Some(right))), _) => format!("it belongs under [{right}]"),
            (Some((row, None)), _) => format!("`{}` stands at the top, above every section", row.name),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("known {at} are {}", list(known(section))),
        };
        self.wrong(span, format!("there is no key `{shown}` {at}; {hint}"));
    }

    fn string<'v>(&mut self, value: &'v Value<'_>, key: &str, example: &str) -> Option<&'v str> {
        let found = value.get_ref().as_str();
        if found.is_none() {
            let kind = value.get_ref().type_str();
            self.wrong(&value.span(), format!("`{key}` takes text, and this is {kind}; write it as in {example}"));
        }
        found
    }

    fn boolean(&mut self, value: &Value<'_>, key: &str, into: &mut bool) {
        match value.get_ref().as_bool() {
            Some(set) => *into = set,
            None => self.wrong(&value.span(), format!("`{key}` is on or off; write true or false, without quotes")),
        }
    }

    fn choice<T: Copy>(&mut self, value: &Value<'_>, key: &str, choices: &[(&str, T)], into: &mut T) {
        let example = format!("\"{}\"", choices[0].0);
        let Some(name) = self.string(value, key, &example) else { return };
        if let Some((_, chosen)) = choices.iter().find(|(known, _)| *known == name) {
            *into = *chosen;
        } else {
            let known = list(choices.iter().map(|(name, _)| *name));
            self.wrong(&value.span(), format!("`{key}` cannot be \"{}\"; choose one of {known}", shorten(name)));
        }
    }

    /// Everything that is wrong, in the order of the file.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.problems.sort();
        self.problems
    }
}

fn content(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "content = [\"./our-pack\"]";
    let Some(folders) = value.get_ref().as_array() else {
        return reader.wrong(&value.span(), format!("`content` takes a list of folders; write it as in {EXAMPLE}"));
    };
    for folder in folders {
        let Some(name) = reader.string(folder, "content", EXAMPLE) else { continue };
        let path = reader.file.parent().unwrap_or(Path::new("")).join(name);
        if path.is_dir() {
            config.content.push(path);
        } else {
            let shown = path.display();
            reader.wrong(
                &folder.span(),
                format!("there is no folder {shown}; name a pack's folder, relative to this file"),
            );
        }
    }
}

fn api(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
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

fn shards(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
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

/// A number without sign or fraction.
fn whole(value: &Value<'_>) -> Option<u32> {
    let written = value.get_ref().as_integer()?;
    u32::from_str_radix(written.as_str(), written.radix()).ok()
}

fn listen(reader: &mut Reader<'_>, value: &Value<'_>, key: &str, into: &mut SocketAddr) {
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

fn hosts(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
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

fn limit(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
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

fn store_url(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "\"sqlite://bedside.db\"";
    let Some(url) = reader.string(value, "store.url", EXAMPLE) else { return };
    let file = url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//"));
    match file {
        Some(":memory:") => reader.wrong(
            &value.span(),
            format!("a store in memory forgets which tips were posted; name a file, as in {EXAMPLE}"),
        ),
        Some(file) if !file.is_empty() && !file.starts_with('?') => url.clone_into(&mut config.store.url),
        _ => match postgres(url) {
            Ok(()) => url.clone_into(&mut config.store.url),
            Err(why) => reader.wrong(&value.span(), format!("`store.url` {why}")),
        },
    }
}

/// Looks at the address of a PostgreSQL database as far as it can be without asking the server.
fn postgres(url: &str) -> Result<(), String> {
    const EXAMPLES: &str = "\"sqlite://bedside.db\" or \"postgres://bedside@db.example/bedside\"";
    let wrong = || format!("is no address of a store; write it as in {EXAMPLES}");
    let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")).ok_or_else(wrong)?;
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    // A password may hold a question mark.
    let user = rest.rsplit_once('@').map_or("", |(user, _)| user);
    if user.contains(':') || options.split('&').any(|option| option.starts_with("password=")) {
        return Err("holds a password; secrets do not belong in this file: take it out, and set PGPASSWORD in the \
                    environment, or PGPASSFILE to a file that holds it"
            .into());
    }
    if place.is_empty() && options.is_empty() { Err(wrong()) } else { Ok(()) }
}

fn log_format(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    let choices = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    reader.choice(value, "log.format", &choices, &mut config.log.format);
}

fn log_level(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    use tracing::Level;
    let choices = [
        ("info", Level::INFO),
        ("error", Level::ERROR),
        ("warn", Level::WARN),
        ("debug", Level::DEBUG),
        ("trace", Level::TRACE),
    ];
    reader.choice(value, "log.level", &choices, &mut config.log.level);
}

fn grace(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "\"4h\" or \"90m\"";
    let Some(text) = reader.string(value, "tips.grace", EXAMPLE) else { return };
    let duration = text.parse::<jiff::SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok());
    match duration {
        Some(grace) if grace.is_zero() => reader.wrong(
            &value.span(),
            "with no grace at all, a tip that is a second late would be missed; write at least a few minutes, as in \"30m\"",
        ),
        Some(grace) if grace > LONGEST_GRACE => reader.wrong(
            &value.span(),
            "`tips.grace` is longer than a day, so a late tip would meet the next one; write \"24h\" at most",
        ),
        Some(grace) => config.tips.grace = grace,
        None => reader.wrong(
            &value.span(),
            format!("\"{}\" is no length of time; write it as in {EXAMPLE}", shorten(text)),
        ),
    }
}

fn safety_text(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
    const EXAMPLE: &str = "\"Call the duty manager on extension 100.\"";
    let Some(text) = reader.string(value, "safety.text", EXAMPLE) else { return };
    let length = text.chars().count();
    if text.trim().is_empty() {
        reader.wrong(
            &value.span(),
            format!("`safety.text` is empty; write whom to call, as in {EXAMPLE}, or leave it out"),
        );
    } else if length > LONGEST_SAFETY_TEXT {
        reader.wrong(
            &value.span(),
            format!("`safety.text` has {length} characters; {LONGEST_SAFETY_TEXT} at most fit on a card"),
        );
    } else {
        config.safety.text = Some(text.trim().to_owned());
    }
}

fn feed(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
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

fn section_of(name: &str) -> Option<&str> {
    name.split_once('.').map(|(section, _)| section)
}

fn last(name: &'static str) -> &'static str {
    name.split_once('.').map_or(name, |(_, last)| last)
}

/// What may stand in a section, or at the top: the sections too.
fn known(section: Option<&str>) -> Vec<&'static str> {
    let mut names: Vec<_> = KEYS
        .iter()
        .filter_map(|row| match (section, section_of(row.name)) {
            (Some(wanted), Some(found)) => (wanted == found).then(|| last(row.name)),
            (Some(_), None) => None,
            (None, found) => Some(found.unwrap_or(row.name)),
        })
        .collect();
    names.dedup();
    names
}

fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What somebody wrote, short and without control characters, to be repeated in a problem.
fn shorten(name: &str) -> String {
    let mut shown: String = name.chars().take(40).filter(|c| !c.is_control()).collect();
    if name.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
