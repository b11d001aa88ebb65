//! `bedside practice`: a card, an answer, and what is said of it. Nothing is kept.

use std::hash::{BuildHasher, RandomState};

use super::{Failure, Shell, Status, input, packs, paper::Ink, paper::Paper, write};
use crate::{
    config::Safety,
    content::{Drill, Pack, Task, problem::nearest},
    practice::{Judgement, judge},
};

pub(super) fn run(shell: &Shell, card: Option<&str>) -> Result<Status, Failure> {
    let config = shell.config()?;
    let pack = packs::over_the_built_in(&config.content)?;
    let drill = match card {
        Some(id) => known(&pack, id)?,
        None => any(&pack).ok_or_else(|| "the packs hold no card to practise with".to_owned())?,
    };
    write(&front(shell.paper, drill))?;
    let answer = input::read("-".as_ref())?.text;
    write(&back(shell.paper, &judge(&pack, drill, &answer), &config.safety))?;
    Ok(Status::Fine)
}

fn known<'p>(pack: &'p Pack, id: &str) -> Result<&'p Drill, Failure> {
    pack.drill(id).ok_or_else(|| {
        let known: Vec<&str> = pack.drills.iter().map(|drill| drill.id.as_str()).collect();
        let hint = nearest(id, &known)
            .map_or_else(|| "leave it out to be dealt one".to_owned(), |near| format!("did you mean {near}?"));
        format!("there is no card “{id}”; {hint}").into()
    })
}

/// Any one of them: the terminal keeps no memory, so nothing is due.
fn any(pack: &Pack) -> Option<&Drill> {
    let drawn = usize::try_from(RandomState::new().hash_one("card") & 0xffff_ffff).unwrap_or(0);
    pack.drills.get(drawn.checked_rem(pack.drills.len())?)
}

fn front(paper: Paper, drill: &Drill) -> String {
    let mut page = String::new();
    paper.beside(&mut page, Ink::Dim, "Card", &drill.id);
    paper.beside(&mut page, Ink::Dim, "Trains", &drill.trains);
    paper.beside(&mut page, Ink::Bold, "Customer", &drill.message);
    if let Task::Mend { draft } = &drill.task {
        paper.beside(&mut page, Ink::Bold, "Draft", draft);
    }
    if let Task::Choose { options, .. } | Task::Order { pieces: options, .. } = &drill.task {
        for (letter, option) in ('A'..).zip(options) {
            paper.beside(&mut page, Ink::Bold, &letter.to_string(), option);
        }
    }
    paper.beside(&mut page, Ink::Blue, "Task", &drill.ask);
    page
}

fn back(paper: Paper, judgement: &Judgement, safety: &Safety) -> String {
    let mut page = String::new();
    if judgement.safety {
        let text = safety
            .text
            .as_deref()
            .unwrap_or("This sounds as if somebody may be in danger. Speak to a person you trust, now.");
        paper.beside(&mut page, Ink::Yellow, "First of all", text);
        return page;
    }
    if !judgement.strength.is_empty() {
        paper.beside(&mut page, Ink::Green, "Strength", &judgement.strength);
    }
    if let Some(try_next) = &judgement.try_next {
        paper.beside(&mut page, Ink::Blue, "Try", try_next);
    }
    let had_to = judgement.had_to.iter().map(|had| format!("{} {}", if had.met { "✓" } else { "–" }, had.what));
    paper.list(&mut page, Ink::Bold, "It had to", had_to);
    if let Some(explain) = &judgement.explain {
        paper.beside(&mut page, Ink::Bold, "Because", explain);
    }
    let (ink, verdict) = if judgement.good {
        (Ink::Green, "It does what the card asks.")
    } else {
        (Ink::Yellow, "Not yet. Another try costs nothing.")
    };
    paper.beside(&mut page, ink, "In all", verdict);
    page
}
