//! `bedside coach`: what to say first, what to ask and what to avoid, for a conversation or a situation.

use serde_json::json;

use super::{
    Failure, Shell, Status,
    arguments::{self, Plainly},
    engines::coach::{Advice, Turn, coach},
    input,
    paper::{Ink, Paper},
    write, write_json,
};
use crate::content::{Pack, problem::nearest};

/// Who speaks, in a written conversation; everybody else is the customer.
const AGENTS: &[&str] = &["agent", "me", "support", "staff", "helpdesk", "help desk"];
const CUSTOMERS: &[&str] = &["customer", "user", "client", "caller"];

pub(super) fn run(shell: &Shell, wanted: &arguments::Coach) -> Result<Status, Failure> {
    let pack = shell.pack()?;
    if let Some(about) = &wanted.about {
        known_state(&pack, about)?;
    }
    let turns = match &wanted.file {
        None if wanted.about.is_some() => Vec::new(),
        file => conversation(&input::read(file.as_deref().unwrap_or("-".as_ref()))?.text),
    };
    let advice = coach(&pack, &turns, wanted.about.as_deref());
    match wanted.format {
        Plainly::Json => write_json(&as_json(&advice))?,
        Plainly::Text => write(&page(shell.paper, &pack, &advice))?,
    }
    Ok(Status::Fine)
}

fn known_state(pack: &Pack, about: &str) -> Result<(), Failure> {
    let known: Vec<&str> = pack.states.iter().map(|state| state.id.as_str()).collect();
    if known.contains(&about) {
        return Ok(());
    }
    let hint = match nearest(about, &known) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("choose one of {}", known.join(", ")),
    };
    Err(format!("there is no coaching about “{about}”; {hint}").into())
}

/// Reads a written conversation: a line begins a message, an indented one continues it.
fn conversation(text: &str) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let speaker = line.split_once(':').map(|(name, said)| (name.trim().to_lowercase(), said));
        let turn = |from_customer, said: &str| Turn { from_customer, text: said.trim().to_owned() };
        match speaker {
            Some((name, said)) if AGENTS.contains(&name.as_str()) => turns.push(turn(false, said)),
            Some((name, said)) if CUSTOMERS.contains(&name.as_str()) => turns.push(turn(true, said)),
            _ => match turns.last_mut() {
                Some(last) if line.starts_with([' ', '\t']) => {
                    last.text.push('\n');
                    last.text.push_str(line.trim());
                }
                _ => turns.push(turn(true, line)),
            },
        }
    }
    turns
}

fn as_json(advice: &Advice) -> serde_json::Value {
    json!({
        "state": advice.state,
        "say": advice.say,
        "evidence": advice.evidence,
        "first": advice.first,
        "steps": advice.steps,
        "ask": advice.ask,
        "do": advice.do_,
        "avoid": advice.avoid,
        "shape": advice.shape,
        "shape_note": advice.shape_note,
        "post": advice.post,
        "safety": advice.safety,
    })
}

fn page(paper: Paper, pack: &Pack, advice: &Advice) -> String {
    let mut page = String::new();
    if let Some(safety) = &advice.safety {
        paper.beside(&mut page, Ink::Red, "Stop", safety);
        page.push('\n');
        return page;
    }
    paper.beside(&mut page, Ink::Bold, "Seems", &advice.say);
    paper.list(&mut page, Ink::Dim, "Because of", &advice.evidence);
    page.push('\n');
    paper.beside(&mut page, Ink::Green, "First", &advice.first);
    paper.beside(&mut page, Ink::Dim, "Shape", &advice.shape);
    paper.beside(&mut page, Ink::Dim, "", &advice.shape_note);
    page.push('\n');
    paper.list(&mut page, Ink::Bold, "Then", &advice.steps);
    paper.list(&mut page, Ink::Blue, "Ask", &advice.ask);
    paper.list(&mut page, Ink::Green, "Do", &advice.do_);
    paper.list(&mut page, Ink::Yellow, "Avoid", &advice.avoid);
    if let Some(post) = pack.post(&advice.post) {
        page.push('\n');
        paper.beside(&mut page, Ink::Dim, "Related", &super::tip::reading(post));
    }
    page.push('\n');
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_read_line_by_line() {
        let turns = conversation("Customer: It broke.\n  Again: at 9:15.\n\nagent: Sorry.\nMe:  On it\nNote: it is urgent\n");
        let told: Vec<_> = turns.iter().map(|turn| (turn.from_customer, turn.text.as_str())).collect();
        assert_eq!(
            told,
            [(true, "It broke.\nAgain: at 9:15."), (false, "Sorry."), (false, "On it"), (true, "Note: it is urgent")]
        );
    }
}
