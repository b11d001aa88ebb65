//! The keys of the configuration: one row each, with what it takes and where it goes.

mod blog;
mod discord;
mod room;
mod store;
mod tips;

use std::{ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue, Error},
};

use super::{Config, LogFormat};
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
    Key { name: "discord.api", take: discord::api },
    Key { name: "discord.shards", take: discord::shards },
    Key { name: "room.enabled", take: |r, v, c| r.boolean(v, "room.enabled", &mut c.room.enabled) },
    Key { name: "room.listen", take: |r, v, c| room::listen(r, v, "room.listen", &mut c.room.listen) },
    Key { name: "room.hosts", take: room::hosts },
    Key { name: "room.require_keys", take: |r, v, c| r.boolean(v, "room.require_keys", &mut c.room.require_keys) },
    Key { name: "room.limit", take: room::limit },
    Key { name: "room.examples", take: |r, v, c| r.boolean(v, "room.examples", &mut c.room.examples) },
    Key { name: "store.url", take: store::url },
    Key { name: "log.format", take: log_format },
    Key { name: "log.level", take: log_level },
    Key { name: "tips.grace", take: tips::grace },
    Key { name: "tips.links", take: |r, v, c| r.boolean(v, "tips.links", &mut c.tips.links) },
    Key {
        name: "ops.listen",
        take: |r, v, c| room::listen(r, v, "ops.listen", c.ops.listen.insert(([127, 0, 0, 1], 9484).into())),
    },
    Key { name: "safety.text", take: safety_text },
    Key { name: "blog.feed", take: blog::feed },
];

const TOKEN_HINT: &str = "the token is a secret, and this file gets copied, mailed and committed; take it out, reset it \
                          if others saw the file, and set DISCORD_TOKEN or DISCORD_TOKEN_FILE in the environment";

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
        let ops = document.get("ops").and_then(|ops| ops.get_ref().as_table());
        if let Some(listen) = ops.and_then(|ops| ops.get("listen")) {
            room::apart(self, listen, config);
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

/// A number without sign or fraction.
fn whole(value: &Value<'_>) -> Option<u32> {
    let written = value.get_ref().as_integer()?;
    u32::from_str_radix(written.as_str(), written.radix()).ok()
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
