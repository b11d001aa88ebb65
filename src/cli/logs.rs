//! What the operator is told while the bot runs: on standard error, for people or for machines.
//!
//! Only Bedside's own events pass, by an allow-list. The libraries under it write payloads into theirs — a text frame
//! that would not parse, a body as bytes — and a payload holds what people wrote.

use std::io;

use tracing::Metadata;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterFn, ParseError, filter_fn},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
};

use crate::config::{Log, LogFormat};

/// Starts telling, for the rest of the process. `rust_log` is the value of `RUST_LOG`, and wins over the level.
///
/// # Errors
/// A sentence when `rust_log` is no filter.
pub(super) fn start(log: Log, rust_log: Option<&str>, colour: bool) -> Result<(), String> {
    let subscriber = subscriber(log, rust_log, colour, io::stderr).map_err(|error| {
        format!("RUST_LOG is not a filter: {error}; write it as in RUST_LOG=debug or RUST_LOG=bedside=trace")
    })?;
    tracing::subscriber::set_global_default(subscriber).map_err(|error| error.to_string())
}

fn subscriber<W>(
    log: Log,
    rust_log: Option<&str>,
    colour: bool,
    writer: W,
) -> Result<impl tracing::Subscriber + Send + Sync, ParseError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let wanted = match rust_log.filter(|text| !text.trim().is_empty()) {
        Some(text) => EnvFilter::builder().parse(text)?,
        None => EnvFilter::default().add_directive(log.level.into()),
    };
    let lines = fmt::layer().with_writer(writer).with_ansi(colour && log.format == LogFormat::Text);
    let lines = match log.format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    Ok(Registry::default().with(lines.with_filter(wanted).with_filter(ours())))
}

/// Lets through what Bedside itself tells.
fn ours() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    filter_fn(|metadata| {
        let target = metadata.target();
        target == "bedside" || target.starts_with("bedside::")
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn told(format: LogFormat, rust_log: Option<&str>) -> String {
        let page: &Mutex<Vec<u8>> = Box::leak(Box::default());
        let log = Log { format, level: tracing::Level::INFO };
        let subscriber = subscriber(log, rust_log, false, || page.make_writer()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            for_each_library_under_us();
            tracing::error!(target: "bedsidecar", "canary");
            tracing::info!(target: "bedside", "ready");
            tracing::debug!(target: "bedside::bot", "detail");
        });
        String::from_utf8(page.lock().unwrap().clone()).unwrap()
    }

    fn for_each_library_under_us() {
        macro_rules! speak {
            ($($target:literal),*) => {$(
                let span = tracing::error_span!(target: $target, "canary", payload = "canary");
                let _inside = span.enter();
                tracing::error!(target: $target, payload = ?b"canary", "canary");
                tracing::trace!(target: $target, "canary");
            )*};
        }
        speak!(
            "serenity",
            "serenity::gateway::ws",
            "tungstenite",
            "tokio_tungstenite",
            "hyper",
            "hyper_util",
            "reqwest",
            "rustls",
            "h2",
            "sqlx",
            "twilight_http_ratelimiting",
            "log"
        );
    }

    #[test]
    fn only_our_own_events_pass_whatever_is_asked_for() {
        for asked in [None, Some("trace"), Some("serenity=trace,bedside=trace"), Some("[canary]=trace,trace")] {
            for format in [LogFormat::Text, LogFormat::Json] {
                let told = told(format, asked);
                assert!(!told.contains("canary"), "{asked:?}: {told}");
                assert!(told.contains("ready"), "{asked:?}: {told}");
                assert_eq!(told.contains("detail"), asked.is_some(), "{asked:?}: {told}");
            }
        }
    }

    #[test]
    fn a_line_for_machines_is_one_object() {
        let told = told(LogFormat::Json, None);
        let line: serde_json::Value = serde_json::from_str(told.trim()).unwrap();
        assert_eq!((&line["level"], &line["message"]), (&"INFO".into(), &"ready".into()));
    }

    #[test]
    fn a_filter_that_is_none_is_told() {
        let log = Log { format: LogFormat::Text, level: tracing::Level::INFO };
        assert!(subscriber(log, Some("bedside=loud"), false, io::stderr).is_err());
        assert!(!told(LogFormat::Text, Some("error")).contains("ready"));
    }
}
