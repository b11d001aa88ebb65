//! `[store]`: a file, or a server.

use super::{Config, Reader, Value};

pub(super) fn url(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
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
