//! A tip as a poster for the notice board: a page of its own that prints on A4 and on Letter.

use axum::{
    extract::{Path, State},
    http::header,
    response::{Html, IntoResponse, Response},
};

use super::{problem::Problem, serve::Desk};
use crate::content::{Basis, Pack, Tip};

const PAGE: &str = include_str!("poster.html");
const STYLE: &str = include_str!("poster.css");

/// `/tips/{id}/poster`, where the id's own slash may stand as it is or as `%2F`; and the posters' style sheet.
pub(super) async fn page(State(desk): State<Desk>, path: Option<Path<String>>) -> Result<Response, Problem> {
    let nowhere = || Problem::nowhere("There is no such tip.");
    let Path(path) = path.ok_or_else(nowhere)?;
    if path == "poster.css" {
        return Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response());
    }
    let pack = desk.bot.library().pack();
    let tip = path.strip_suffix("/poster").and_then(|id| pack.tip(id)).ok_or_else(nowhere)?;
    Ok(Html(poster(&pack, tip)).into_response())
}

fn poster(pack: &Pack, tip: &Tip) -> String {
    let topic = pack.topics.iter().find(|topic| topic.id == tip.topic).map_or("Tip", |topic| &topic.name);
    let size = match tip.text.chars().count() {
        ..120 => "short",
        120..220 => "middling",
        _ => "long",
    };
    let lead = if tip.basis == Basis::Author { "From" } else { "Related reading:" };
    let source = tip.source.as_ref().map(|source| format!(" · after {source}")).unwrap_or_default();
    let post = pack.post(&tip.post).map_or("", |post| &post.title);
    let fills = [
        ("{topic}", topic),
        ("{size}", size),
        ("{text}", &tip.text),
        ("{try}", &tip.try_it),
        ("{lead}", lead),
        ("{post}", post),
        ("{source}", &source),
    ];
    // Piece by piece, so that nothing within a tip is taken for a place to fill.
    let mut page = String::new();
    let mut rest = PAGE;
    while let Some((at, (place, text))) =
        fills.iter().filter_map(|fill| Some((rest.find(fill.0)?, fill))).min_by_key(|(at, _)| *at)
    {
        page.push_str(&rest[..at]);
        page.push_str(&as_text(text));
        rest = &rest[at + place.len()..];
    }
    page + rest
}

/// Text that no browser takes for markup.
fn as_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_is_text_on_its_poster() {
        let pack = Pack::built_in();
        let mut tip = pack.tips[0].clone();
        tip.text = "Say <b>less</b> & {try} “more”.".into();
        let page = poster(&pack, &tip);
        assert!(page.contains("Say &lt;b&gt;less&lt;/b&gt; &amp; {try} “more”."), "{page}");
        assert!(!page.contains("{topic}") && !page.contains("{source}"), "{page}");
    }
}
