//! `bedside mood`: what a message seems to carry, with the evidence.

use serde_json::json;

use super::{
    Failure, Shell, Status,
    arguments::{self, Lines},
    input::{self, Text},
    lines,
    paper::{Ink, Paper},
    shown::harmless,
    write, write_json,
};
use crate::{
    config::Safety,
    content::{MoodName, Pack},
    mood::{Mood, mood},
    shapes,
};

/// Evidence beyond these is left to JSON.
const MOST_EVIDENCE: usize = 12;

pub(super) fn run(shell: &Shell, wanted: &arguments::Mood) -> Result<Status, Failure> {
    if wanted.schema {
        write_json(&shapes::mood_schema())?;
        return Ok(Status::Fine);
    }
    let (pack, safety) = shell.pack_and_safety()?;
    if wanted.format == Lines::Jsonl {
        lines::over(&wanted.files, |request, id| {
            let message = lines::text(request, "message")?.ok_or("`message` is missing; it is the text to read")?;
            serde_json::to_vec(&shapes::Mood::of(&mood(&pack, message), Some(id))).map_err(|error| error.to_string())
        })?;
        return Ok(Status::Fine);
    }
    let files = input::files(&wanted.files).map_err(Failure)?;
    let texts = input::texts(&files)?;
    let (mut unread, mut moods) = (Vec::new(), Vec::new());
    for text in texts {
        match text {
            Err(wrong) => unread.push(wrong),
            Ok(text) => {
                let found = mood(&pack, &text.text);
                if wanted.format == Lines::Json {
                    moods.push((text.name, found));
                } else {
                    write(&page(shell.paper, &pack, &text, &found, &safety))?;
                }
            }
        }
    }
    if wanted.format == Lines::Json {
        let moods = moods.iter().map(|(name, found)| shapes::Mood::of(found, Some(json!(name)))).collect();
        write_json(&shapes::Moods { moods })?;
    }
    if unread.is_empty() { Ok(Status::Fine) } else { Err(Failure(unread)) }
}

fn page(paper: Paper, pack: &Pack, text: &Text, found: &Mood, safety: &Safety) -> String {
    let ink = match found.upset {
        upset if upset >= 0.5 => Ink::Red,
        upset if upset >= 0.25 => Ink::Yellow,
        _ => Ink::Green,
    };
    let say = pack.mood(found.mood).map_or(found.mood.word(), |mood| mood.say.as_str());
    let mut page = String::new();
    if text.name != "-" {
        page.push_str(&paper.ink(Ink::Bold, &harmless(&text.name)));
        page.push('\n');
    }
    paper.beside(&mut page, ink, "Mood", &format!("{say} ({})", found.sure.name()));
    paper.beside(&mut page, ink, "Upset", found.level.name());
    if found.urgency >= 2.0 {
        paper.beside(&mut page, Ink::Yellow, "Urgency", "a clock is running");
    }
    let evidence = found.evidence.iter().take(MOST_EVIDENCE);
    paper.list(
        &mut page,
        Ink::Dim,
        "Because of",
        evidence.map(|sign| format!("{} ({})", super::review_text::quoted(sign.span.of(&text.text)), sign.signal)),
    );
    // What no signal names may still have moved the reading: its words say so.
    let unnamed = found.moved_by.iter().filter(|span| !found.evidence.iter().any(|sign| sign.span.overlaps(span)));
    paper.list(&mut page, Ink::Dim, "Also", unnamed.map(|span| super::review_text::quoted(span.of(&text.text))));
    if found.mood == MoodName::Safety {
        paper.beside(&mut page, Ink::Red, "Stop", &shapes::danger(safety));
    }
    page.push('\n');
    page
}
