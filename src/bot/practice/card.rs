//! What practice shows: a card to answer, what an answer did, and when the next one comes.

use jiff::Timestamp;

use super::super::{
    Action, Block, Card, Choice, Library, Tone,
    answer::{ButtonStyle, Line, plain, strong, text},
};
use crate::{
    content::{Drill, Medium, Task},
    practice::{HadTo, Judgement},
};

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comes {
    /// When the card comes back, where that is known.
    pub(super) back: Option<Timestamp>,
    /// Whether this answer had a say in it.
    pub(super) counted: bool,
}

/// Said after a long while: no count of what was missed, no streak.
pub(super) fn fresh_start() -> Line {
    vec![plain("Good to see you. Everything is as you left it; one card is plenty.")]
}

/// Said where a card is dealt before its time.
pub(super) fn had_already(due: Timestamp, now: Timestamp) -> Line {
    vec![plain(format!("You have had this one; it would come back {}. Once more does no harm.", when(due, now)))]
}

/// The letters of so many options.
pub(super) fn letters(count: usize) -> Vec<String> {
    ('A'..='Z').take(count).map(String::from).collect()
}

/// How far off an instant is: “in about 5 hours”, “in 3 days”.
pub(super) fn when(due: Timestamp, now: Timestamp) -> String {
    let hours = due.duration_since(now).as_hours();
    match hours {
        ..1 => "within the hour".into(),
        1 => "in about an hour".into(),
        2..20 => format!("in about {hours} hours"),
        20..36 => "in a day".into(),
        36..1440 => format!("in {} days", (hours + 12) / 24),
        _ => format!("in {} months", (hours + 360) / 720),
    }
}

fn button(id: String, label: &str, style: ButtonStyle) -> Action {
    Action::Button { id, label: label.into(), style }
}

fn medium(medium: Medium) -> &'static str {
    match medium {
        Medium::Chat => "in chat",
        Medium::Ticket => "in a ticket",
        Medium::Email => "by email",
    }
}

/// What a card is about: the customer's message, and the draft or the options that belong to it.
fn matter(drill: &Drill) -> Vec<Block> {
    let mut blocks = vec![
        Block::Text(vec![strong(format!("A customer writes {}:", medium(drill.medium)))]),
        Block::Quote(drill.message.clone()),
    ];
    let lettered = |texts: &[String]| {
        let line = |(letter, text): (String, &String)| vec![strong(format!("{letter}  ")), plain(text)];
        Block::Bullets(letters(texts.len()).into_iter().zip(texts).map(line).collect())
    };
    match &drill.task {
        Task::Mend { draft } => {
            blocks.push(Block::Text(vec![strong("The draft:")]));
            blocks.push(Block::Quote(draft.clone()));
        }
        Task::Choose { options: texts, .. } | Task::Order { pieces: texts, .. } => blocks.push(lettered(texts)),
        Task::Write | Task::Ask => {}
    }
    blocks
}

/// A card to be answered.
pub(super) fn dealt(library: &Library, drill: &Drill, name: &str, lead: Vec<Line>) -> Card {
    let mut blocks: Vec<Block> = lead.into_iter().map(Block::Text).collect();
    blocks.extend(matter(drill));
    blocks.push(Block::Text(vec![strong("Your turn: "), plain(&drill.ask)]));
    blocks.push(Block::Text(vec![
        plain(format!("It trains {}. From ", drill.trains)),
        library.post(&drill.post),
        plain("."),
    ]));
    let mut actions = Vec::new();
    if let Task::Choose { options, .. } = &drill.task {
        // Whole: each platform shortens it to what its menus hold, and knows where.
        let choice = |(letter, text): (String, &String)| Choice {
            value: letter.clone(),
            label: letter,
            note: Some(text.clone()),
        };
        actions.push(Action::Menu {
            id: format!("practice:choose:{name}"),
            prompt: "Choose one and say why …".into(),
            choices: letters(options.len()).into_iter().zip(options).map(choice).collect(),
        });
    }
    // Beside a menu too: a platform may take no second choice of the same letter once its form was closed unsent.
    actions.push(button(format!("practice:answer:{name}"), "Answer", ButtonStyle::Primary));
    actions.push(button(format!("practice:another:{name}"), "Another card", ButtonStyle::Secondary));
    Card {
        title: "One card".into(),
        blocks,
        footer: Some("A minute is plenty. Only you see it; your answer is read once and never kept.".into()),
        actions,
        ..Card::default()
    }
}

/// What an answer did.
pub(super) fn judged(
    library: &Library,
    drill: &Drill,
    name: &str,
    judgement: &Judgement,
    comes: Comes,
    now: Timestamp,
) -> Card {
    let mut blocks = Vec::new();
    if !judgement.strength.is_empty() {
        blocks.push(Block::Text(vec![strong("What works: "), plain(&judgement.strength)]));
    }
    if let Some(next) = &judgement.try_next {
        blocks.push(Block::Text(vec![strong("One thing to try: "), plain(next)]));
    }
    if !judgement.had_to.is_empty() {
        blocks.push(Block::Heading("What a good answer had to do".into()));
        let line = |had_to: &HadTo| vec![strong(if had_to.met { "met: " } else { "not yet: " }), plain(&had_to.what)];
        blocks.push(Block::Bullets(judgement.had_to.iter().map(line).collect()));
    }
    if let Some(explain) = &judgement.explain {
        blocks.push(text(explain));
    }
    // It is read again beside what was said of it, and answered again from here.
    blocks.push(Block::Heading("The card".into()));
    blocks.extend(matter(drill));
    blocks.push(Block::Text(vec![plain("Related reading: "), library.post(&drill.post)]));
    let back = comes.back.map(|due| when(due, now));
    blocks.push(text(match (back, comes.counted) {
        (Some(back), true) => format!("This card comes back {back}."),
        (Some(back), false) => format!("That was for practice alone: the card comes back {back}, as before."),
        (None, _) => "That was for practice alone.".into(),
    }));
    Card {
        title: if judgement.good { "That does what it had to" } else { "On its way" }.into(),
        tone: if judgement.good { Tone::Good } else { Tone::Plain },
        blocks,
        footer: Some("Only you see this. Your answer is forgotten already.".into()),
        actions: vec![
            button(format!("practice:another:{name}"), "Another card", ButtonStyle::Primary),
            button(format!("practice:again:{name}"), "Try this one again", ButtonStyle::Secondary),
        ],
        ..Card::default()
    }
}

/// There is no card to deal.
pub(super) fn nothing_due(next: Option<Timestamp>, now: Timestamp, lead: Vec<Line>, another: bool) -> Card {
    let mut blocks: Vec<Block> = lead.into_iter().map(Block::Text).collect();
    blocks.push(text(match (next, another) {
        (Some(due), _) => format!("No other card is due. The next one comes back {}.", when(due, now)),
        (None, true) => "There is no other card just now; that one is plenty.".into(),
        (None, false) => "There is no card to practise with: the packs in use hold none.".into(),
    }));
    blocks
        .push(text("Until then: /tip, in a channel of your team, has an idea for today, and “Try it” on a tip deals the card that belongs to it."));
    Card { title: "Nothing is due".into(), tone: Tone::Good, blocks, ..Card::default() }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::content::Pack;

    #[test]
    fn a_menu_cuts_no_option_in_the_middle_of_a_word() {
        let library = Library::new(Pack::built_in(), true);
        for drill in &library.pack().drills {
            let Task::Choose { options, .. } = &drill.task else { continue };
            let card = dealt(&library, drill, &drill.id, Vec::new());
            let menu = card.actions.iter().find_map(|action| match action {
                Action::Menu { choices, .. } => Some(choices),
                Action::Button { .. } => None,
            });
            let notes: Vec<_> = menu.unwrap().iter().map(|choice| choice.note.clone().unwrap()).collect();
            assert_eq!(&notes, options, "{}", drill.id);
        }
    }

    #[test]
    fn how_far_off_is_said_in_words() {
        let now = Timestamp::UNIX_EPOCH;
        for (minutes, words) in [
            (-5, "within the hour"),
            (59, "within the hour"),
            (60, "in about an hour"),
            (300, "in about 5 hours"),
            (60 * 24, "in a day"),
            (60 * 24 * 3, "in 3 days"),
            (60 * 24 * 59, "in 59 days"),
            (60 * 24 * 90, "in 3 months"),
        ] {
            assert_eq!(when(now + SignedDuration::from_mins(minutes), now), words);
        }
    }
}
