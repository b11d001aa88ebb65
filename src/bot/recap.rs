//! The weekly recap as a card: what was practised as a team, one tip worth repeating, two minutes for the stand-up.
//! Nobody is named, ranked or shown: a number stands there only where at least five people are behind it.

use jiff::civil::Date;

use super::{
    Library,
    answer::{Block, Card, Tone, plain, strong, text},
    overview::REVIEWS,
};
use crate::{
    content::{Drill, Pack, Task, Tip},
    practice::drill_for_tip,
    store::{Result, Store, Week, WorkspaceId},
};

/// What counts as practice, in the order shown: how it reads after its number, and the features that it sums up.
const PRACTICE: &[(&str, &[&str])] = &[
    ("practice cards asked for", &["practice now"]),
    ("practice cards answered", &["practice answered"]),
    ("looks at the empathy quotient", &["quiz empathy"]),
    ("looks at the levels of listening", &["quiz listening"]),
    ("drafts reviewed before they were sent", REVIEWS),
];

/// What a team practised in a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practised {
    /// The Monday of the week.
    pub monday: Date,
    /// How often what was used; only what at least five people used.
    pub counts: Vec<(&'static str, i64)>,
    /// Whether there is anything that is not shown: used by fewer than five, or by nobody.
    pub hidden: bool,
}

impl Practised {
    /// What was practised in the ISO week before the one that `date` lies in.
    pub(super) async fn before(date: Date, store: &Store, workspace: &WorkspaceId) -> Result<Self> {
        let monday = i64::from(date.weekday().to_monday_zero_offset()) + 7;
        let monday = date.checked_sub(jiff::Span::new().days(monday)).unwrap_or(date);
        let mut practised = Self { monday, counts: Vec::new(), hidden: false };
        for (reads, features) in PRACTICE {
            let mut sum = 0;
            for feature in *features {
                let uses = store.uses_of_many(workspace, feature, Week::of(monday)).await?;
                practised.hidden |= uses.is_none();
                sum += uses.unwrap_or(0);
            }
            if sum > 0 {
                practised.counts.push((*reads, sum));
            }
        }
        Ok(practised)
    }

    fn block(&self) -> Vec<Block> {
        let line = |(reads, count): &(&str, i64)| vec![strong(count.to_string()), plain(format!(" {reads}"))];
        let mut blocks = Vec::new();
        if !self.counts.is_empty() {
            blocks.push(Block::Bullets(self.counts.iter().map(line).collect()));
        }
        if self.counts.is_empty() {
            blocks.push(text(
                "Practice is between each of you and me: a number stands here only when at least five people are behind it.",
            ));
        } else if self.hidden {
            blocks.push(text("What fewer than five people used, or nobody, is not counted here."));
        }
        blocks
    }
}

/// The recap that repeats `tip`.
pub(super) fn card(library: &Library, pack: &Pack, tip: &Tip, practised: &Practised) -> Card {
    let mut blocks = vec![Block::Heading("Practised as a team".into())];
    blocks.extend(practised.block());
    blocks.push(Block::Heading("Worth repeating".into()));
    blocks.push(Block::Text(vec![plain(&tip.text)]));
    blocks.push(Block::Text(library.reading(tip)));
    blocks.push(Block::Heading("Two minutes for the stand-up".into()));
    blocks.extend(exercise(pack, tip));
    Card {
        title: format!("The week of {}", practised.monday.strftime("%-d %B")),
        tone: Tone::Good,
        blocks,
        ..Card::default()
    }
}

/// A two-minute exercise that goes with a tip: its practice card, said aloud; without one, the tip itself.
fn exercise(pack: &Pack, tip: &Tip) -> Vec<Block> {
    let spoken = |drill: &&Drill| matches!(drill.task, Task::Write | Task::Ask);
    let Some(drill) = drill_for_tip(pack, &tip.id).filter(spoken) else {
        return vec![Block::Steps(vec![
            vec![plain("Half a minute, each alone: where in today's work does this fit? "), strong(&tip.try_it)],
            vec![plain("A minute in pairs: say aloud how you would do it there. No customer's name is needed.")],
            vec![plain("Half a minute: whoever listened says one thing that would land.")],
        ])];
    };
    let look_for = drill.musts.iter().filter(|must| must.need).map(|must| must.what.as_str());
    vec![
        text("One of you reads this aloud, as the customer:"),
        Block::Quote(drill.message.clone()),
        Block::Steps(vec![
            vec![plain("Half a minute, each alone. "), plain(&drill.ask)],
            vec![plain("A minute in pairs: say yours aloud to each other.")],
            vec![plain("Half a minute: what landed? "), plain(look_for.collect::<Vec<_>>().join(" "))],
        ]),
    ]
}
