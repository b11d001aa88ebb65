//! `bedside coach`: what to say first, what to ask and what to avoid, for a conversation or a situation.

use super::{
    Failure, Shell, Status,
    arguments::{self, Plainly},
    input, packs,
    paper::{Ink, Paper},
    write, write_json,
};
use crate::{
    coach::{Advice, Turn, coach},
    config::Config,
    content::{Pack, problem::nearest},
    shapes,
};

/// Who speaks, in a written conversation; everybody else is the customer.
const AGENTS: &[&str] = &["agent", "me", "support", "staff", "helpdesk", "help desk"];
const CUSTOMERS: &[&str] = &["customer", "user", "client", "caller"];

pub(super) fn run(shell: &Shell, wanted: &arguments::Coach) -> Result<Status, Failure> {
    let config = shell.config()?;
    let pack = packs::over_the_built_in(&config.content)?;
    if let Some(about) = &wanted.about {
        known_state(&pack, about)?;
    }
    let text = match &wanted.file {
        None if wanted.about.is_some() => String::new(),
        file => input::read(file.as_deref().unwrap_or("-".as_ref()))?.text,
    };
    let messages = conversation(&text);
    let turns: Vec<_> = messages
        .iter()
        .map(|(from_customer, text)| Turn { from_customer: *from_customer, text, minutes_ago: None })
        .collect();
    let Some(advice) = coach(&pack, &turns, wanted.about.as_deref()) else {
        let wrong = "there is no message of a customer to coach for; write one, or name a situation with --about";
        return Err(wrong.to_owned().into());
    };
    match wanted.format {
        Plainly::Json => write_json(&shapes::Advice::of(&advice, &config.safety))?,
        Plainly::Text => write(&page(shell.paper, &pack, &advice, &config))?,
    }
    Ok(Status::Fine)
}

/// A single word must name a state; more words describe a situation.
fn known_state(pack: &Pack, about: &str) -> Result<(), Failure> {
    let known: Vec<&str> = pack.states.iter().map(|state| state.id.as_str()).collect();
    let lower = about.trim().to_lowercase();
    let named = pack.states.iter().any(|state| state.id == lower || state.name.to_lowercase() == lower);
    if named || lower.contains(char::is_whitespace) {
        return Ok(());
    }
    let hint = match nearest(&lower, &known) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("choose one of {}, or describe the situation in a few words", known.join(", ")),
    };
    Err(format!("there is no coaching about “{about}”; {hint}").into())
}

/// Reads a written conversation: a line begins a message, an indented one continues it.
/// Each message comes with whether it is the customer's.
fn conversation(text: &str) -> Vec<(bool, String)> {
    let mut turns: Vec<(bool, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let speaker = line.split_once(':').map(|(name, said)| (name.trim().to_lowercase(), said));
        let turn = |from_customer, said: &str| (from_customer, said.trim().to_owned());
        match speaker {
            Some((name, said)) if AGENTS.contains(&name.as_str()) => turns.push(turn(false, said)),
            Some((name, said)) if CUSTOMERS.contains(&name.as_str()) => turns.push(turn(true, said)),
            _ => match turns.last_mut() {
                Some((_, last)) if line.starts_with([' ', '\t']) => {
                    last.push('\n');
                    last.push_str(line.trim());
                }
                _ => turns.push(turn(true, line)),
            },
        }
    }
    turns
}

fn page(paper: Paper, pack: &Pack, advice: &Advice, config: &Config) -> String {
    let mut page = String::new();
    if advice.safety {
        paper.beside(&mut page, Ink::Red, "Stop", &shapes::danger(&config.safety));
        return page;
    }
    let seems = if advice.say.is_empty() { advice.name.clone() } else { format!("{}: {}", advice.name, advice.say) };
    paper.beside(&mut page, Ink::Bold, "Seems", &seems);
    page.push('\n');
    paper.beside(&mut page, Ink::Green, "First", &advice.first);
    paper.beside(&mut page, Ink::Bold, "Shape", &advice.shape);
    paper.beside(&mut page, Ink::Dim, "", &advice.shape_note);
    for (ink, label, texts) in [
        (Ink::Bold, "Then", &advice.steps),
        (Ink::Blue, "Ask", &advice.ask),
        (Ink::Green, "Do", &advice.moves),
        (Ink::Yellow, "Avoid", &advice.avoid),
    ] {
        if !texts.is_empty() {
            page.push('\n');
            paper.list(&mut page, ink, label, texts);
        }
    }
    if let Some(post) = pack.post(&advice.post) {
        page.push('\n');
        paper.beside(&mut page, Ink::Dim, "Related", &super::tip::reading(post, config.tips.links));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_read_line_by_line() {
        let turns =
            conversation("Customer: It broke.\n  Again: at 9:15.\n\nagent: Sorry.\nMe:  On it\nNote: it is urgent\n");
        let told: Vec<_> = turns.iter().map(|(from_customer, text)| (*from_customer, text.as_str())).collect();
        assert_eq!(
            told,
            [(true, "It broke.\nAgain: at 9:15."), (false, "Sorry."), (false, "On it"), (true, "Note: it is urgent")]
        );
    }
}
