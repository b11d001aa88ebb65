//! `[tips]`: how late one may be.

use std::time::Duration;

use super::{Config, Reader, Value, shorten};

/// How long a tip may be late at most: past a day it would meet the next one.
const LONGEST_GRACE: Duration = Duration::from_hours(24);

pub(super) fn grace(reader: &mut Reader<'_>, value: &Value<'_>, config: &mut Config) {
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
