//! `coach mistake`: owning a mistake in one's own words: what happened, its effect, the repair, what will change; regret
//! once. Never a text to paste, and nothing of it is kept.

use std::collections::BTreeMap;

use super::{
    Action, Answer, Block, Bot, Caller, Card, Error, Form, Span, Tone,
    answer::{ButtonStyle, Field, Line, plain, strong, text},
    commands::Who,
};
use crate::{
    content::{CueName, Medium, MoodName, Pack, Scanned},
    language::Text,
    mood::mood,
    review::{self, Draft},
};

/// What is typed for it.
pub(super) const MISTAKE: &str = "mistake";

/// The most characters of one part.
const LONGEST: u16 = 1_000;
/// How many findings are shown.
const MOST_SHOWN: usize = 3;
/// The most characters that are quoted of a finding, and of a part.
const LONGEST_QUOTE: usize = 120;
const LONGEST_PART: usize = 300;

/// A part of owning a mistake: the field, what it asks, a hint, and what its lack or its vagueness is met with.
struct Part {
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    /// Asked where the field is empty.
    empty: &'static str,
    /// What shows that it is there, said in a line; and what is asked where nothing does.
    shows: CueName,
    there: &'static str,
    vague: &'static str,
}

const PARTS: &[Part] = &[
    Part {
        id: "happened",
        label: "What happened",
        hint: "Who did what, and when. I or we, not “mistakes were made”.",
        empty: "Begin here: who did what, and when? The plain fact, before any reason for it.",
        shows: CueName::Ownership,
        there: "You say whose it was. That is the part that counts most.",
        vague: "Is it plain whose it was? “I” or “we”, and the deed, in one sentence.",
    },
    Part {
        id: "effect",
        label: "What it did to them",
        hint: "What stopped, what was lost, before what. In their facts, not in ours.",
        empty: "What did it take from them: which hour, which file, before which event?",
        shows: CueName::Effect,
        there: "You name what it cost them.",
        vague: "Would they find their own day in it: what stopped, and before what?",
    },
    Part {
        id: "repair",
        label: "How you put it right",
        hint: "What is done, what comes next, and by when.",
        empty: "What is put right already, and what comes next? This carries more than any regret.",
        shows: CueName::Time,
        there: "It has a time, so the wait has an end.",
        vague: "By when? A time that you can keep, even if it is only for the next word from you.",
    },
    Part {
        id: "change",
        label: "What will change",
        hint: "One thing, small and yours, that keeps it from coming back.",
        empty: "What keeps it from coming back? One thing, small enough that you will do it.",
        shows: CueName::Owner,
        there: "Somebody is in it who will do it: you.",
        vague: "Who will do it? A change with nobody in it is a wish.",
    },
];

/// The form with its four parts.
pub(super) fn form() -> Form {
    let field = |part: &Part| Field {
        id: part.id.into(),
        label: part.label.into(),
        hint: part.hint.into(),
        value: String::new(),
        long: true,
        required: part.id == "happened",
        limit: LONGEST,
    };
    Form { id: "mistake:".into(), title: "Owning a mistake".into(), fields: PARTS.iter().map(field).collect() }
}

impl Bot {
    /// Another go at it; what stood in the form before is gone.
    pub(super) fn mistake_again(&self, caller: &Caller) -> Result<Answer, Error> {
        self.require(caller, Who::Staff)?;
        Ok(Answer::Form(form()))
    }

    /// Walks through what was written, part by part.
    pub(super) async fn mistake_submitted(
        &self,
        caller: &Caller,
        values: &BTreeMap<String, String>,
    ) -> Result<Answer, Error> {
        self.require(caller, Who::Staff)?;
        let written = |part: &Part| values.get(part.id).map_or("", |text| text.trim());
        if PARTS.iter().all(|part| written(part).is_empty()) {
            return Err(Error::user("There is nothing in the form yet. A line on what happened is a beginning."));
        }
        if PARTS.iter().any(|part| written(part).chars().count() > usize::from(LONGEST)) {
            return Err(Error::user(format!("I read up to {LONGEST} characters a part; owning it takes few words.")));
        }
        let whole: Vec<&str> = PARTS.iter().map(written).filter(|text| !text.is_empty()).collect();
        let whole = whole.join("\n\n");
        let pack = self.library.pack();
        if mood(&pack, &whole).mood == MoodName::Safety {
            return Ok(Answer::Card(self.safety_card(
                "What you wrote may be about somebody in danger, perhaps you. That comes before any mistake.",
            )));
        }
        let off = self.store.muted(&caller.workspace, Some(&caller.person.id)).await?;
        let draft = Draft { text: &whole, answers: None, medium: Medium::Chat };
        let review = review::review_without(&pack, &draft, &off);

        let mut blocks = Vec::new();
        for part in PARTS {
            let words = written(part);
            let says = if words.is_empty() {
                part.empty
            } else if shown(&pack, words, part.shows) > 0 {
                part.there
            } else {
                part.vague
            };
            blocks.push(Block::Heading(part.label.into()));
            if !words.is_empty() {
                blocks.push(Block::Quote(clipped(words, LONGEST_PART)));
            }
            blocks.push(text(says));
        }
        blocks.push(Block::Text(vec![strong("Regret: "), plain(regret(shown(&pack, &whole, CueName::Apology)))]));
        let findings: Vec<_> = review.findings.iter().take(MOST_SHOWN).collect();
        if !findings.is_empty() {
            blocks.push(Block::Heading("Worth another look".into()));
            let line = |finding: &&review::Finding| -> Line {
                let quote = clipped(finding.span.of(&whole), LONGEST_QUOTE);
                let way = finding.instead.first().map_or("", String::as_str);
                vec![Span::Words(quote), plain(format!(" {} ", finding.why)), strong("Try: "), plain(way)]
            };
            blocks.push(Block::Bullets(findings.iter().map(line).collect()));
        }
        blocks.push(text(
            "Say it in this order, in your own words, and let it end with what happens next. Then let it go: who owns a mistake has done the hard part, and grace is for you too.",
        ));
        blocks.push(Block::Text(vec![plain("Related reading: "), self.library.post("made-a-mistake")]));
        Ok(Answer::Card(Card {
            title: "Owning it".into(),
            tone: if findings.is_empty() { Tone::Good } else { Tone::Plain },
            blocks,
            footer: Some("Only you see this, and nothing of it is kept: copy what you want to keep.".into()),
            actions: vec![Action::Button {
                id: "mistake:again:".into(),
                label: "Once more".into(),
                style: ButtonStyle::Secondary,
            }],
            ..Card::default()
        }))
    }
}

fn clipped(words: &str, most: usize) -> String {
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}

/// How often a text shows something.
fn shown(pack: &Pack, words: &str, cue: CueName) -> usize {
    let scanned = Scanned::of(Text::read(words), &pack.drafts);
    let mut spans = scanned.met(&pack.cue(cue).phrase);
    spans.sort();
    let mut end = 0;
    spans.retain(|span| {
        let apart = span.start >= end;
        end = end.max(span.end);
        apart
    });
    spans.len()
}

fn regret(times: usize) -> &'static str {
    match times {
        0 => "Not there yet. Once, plainly, for what it cost them.",
        1 => "Said once. That is enough.",
        _ => "Said more than once. The first one carries; each further one asks them to console you.",
    }
}
