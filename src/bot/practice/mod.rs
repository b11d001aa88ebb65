//! `practice`: one card at a time, dealt just before it would be forgotten; its answer is judged and let go.
//!
//! - here: a card is dealt, answered and judged;
//! - `card`: what is shown;
//! - `mail`: cards in private at chosen times: `practice on` and `off`;
//! - `sending`: those cards come due;
//! - `sealed`: the ids in a card that was sent in private, where no workspace is known.

mod card;
mod mail;
pub(super) mod sealed;
mod sending;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    Answer, Bot, Caller, Card, Error,
    answer::{Action, ButtonStyle, Field, Form, Line},
    dispatch::gone,
};
use crate::{
    content::{Drill, Pack, Task, Tip},
    digest::digest,
    practice::{Dealt, Judgement, Memory, RETENTION, deal, drill_for_tip, judge, remember},
    store::{PersonId, Practised, WorkspaceId},
};
use card::Comes;

/// A second answer within this counts as the same one.
const SAME_ANSWER: SignedDuration = SignedDuration::from_hours(1);
/// After so long without practice the person is met with a fresh start.
const LAPSE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The most characters of an answer.
const LONGEST_ANSWER: u16 = 1_000;

/// The button of a tip that deals the card belonging to it; none where the pack has no card, or the id is too long.
pub(super) fn try_it(pack: &Pack, tip: &Tip) -> Option<Action> {
    const LONGEST_TIP: usize = 80;
    drill_for_tip(pack, &tip.id).filter(|_| tip.id.len() <= LONGEST_TIP)?;
    Some(Action::Button {
        id: format!("practice:tip:{}", tip.id),
        label: "Try it".into(),
        style: ButtonStyle::Secondary,
    })
}

/// What stands for a card in the ids of actions: its own id, or a short hash where that is long.
fn name_of(drill: &Drill) -> String {
    const LONGEST: usize = 48;
    if drill.id.len() <= LONGEST { drill.id.clone() } else { format!("~{:016x}", hash(&[&drill.id])) }
}

/// The card that an action is about; what is unknown, old or forged is none.
fn named<'p>(pack: &'p Pack, name: &str) -> Result<&'p Drill, Error> {
    let hashed = || pack.drills.iter().find(|drill| name.starts_with('~') && name_of(drill) == name);
    pack.drill(name).or_else(hashed).ok_or_else(gone)
}

fn hash(parts: &[&str]) -> u64 {
    digest(parts).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// What somebody remembers, as it is reckoned with.
fn memory(kept: &Practised) -> Memory {
    Memory {
        stability: kept.stability,
        difficulty: kept.difficulty,
        due: kept.due,
        seen: kept.seen,
        times: kept.times,
        lapses: kept.lapses,
    }
}

fn kept(card: &str, memory: &Memory) -> Practised {
    Practised {
        card: card.to_owned(),
        stability: memory.stability,
        difficulty: memory.difficulty,
        due: memory.due,
        seen: memory.seen,
        times: memory.times,
        lapses: memory.lapses,
    }
}

/// Whether somebody comes back after a long while.
fn lapsed(known: &[(String, Memory)], now: Timestamp) -> bool {
    known.iter().map(|(_, memory)| memory.seen).max().is_some_and(|last| now.duration_since(last) >= LAPSE)
}

impl Bot {
    pub(super) async fn practice_now(&self, caller: &Caller) -> Result<Answer, Error> {
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        let now = self.clock.now();
        let known = self.remembered(workspace, person).await?;
        let mut lead: Vec<Line> = Vec::new();
        lead.extend(self.was_unreachable(workspace, person).await?);
        if lapsed(&known, now) {
            lead.push(card::fresh_start());
        }
        Ok(Answer::Card(self.some_card(caller, &known, None, lead)))
    }

    pub(super) async fn practice_action(
        &self,
        caller: &Caller,
        what: &str,
        argument: &str,
        values: &[String],
    ) -> Result<Answer, Error> {
        let pack = self.library.pack();
        match what {
            "another" => {
                let known = self.remembered(&caller.workspace, &caller.person.id).await?;
                let seen = named(&pack, argument).ok().map(|drill| drill.id.as_str());
                Ok(Answer::Update(self.some_card(caller, &known, seen, Vec::new())))
            }
            "answer" => Ok(Answer::Form(answer_form(named(&pack, argument)?, "first", None))),
            "again" => Ok(Answer::Form(answer_form(named(&pack, argument)?, "again", None))),
            "choose" => {
                let drill = named(&pack, argument)?;
                let Task::Choose { options, .. } = &drill.task else { return Err(gone()) };
                let letters = card::letters(options.len());
                let letter = values.first().filter(|value| letters.contains(*value)).ok_or_else(gone)?;
                Ok(Answer::Form(answer_form(drill, "first", Some(letter))))
            }
            "tip" => self.practice_tip(caller, argument).await,
            "stop" => self.stop_practice(caller).await,
            _ => Err(gone()),
        }
    }

    /// Deals the card that belongs to a tip, whoever pressed and wherever: always as a card of their own.
    async fn practice_tip(&self, caller: &Caller, tip: &str) -> Result<Answer, Error> {
        let pack = self.library.pack();
        pack.tip(tip).ok_or_else(gone)?;
        let drill = drill_for_tip(&pack, tip)
            .ok_or_else(|| Error::user("No card belongs to that tip just now. /practice now deals another one."))?;
        let now = self.clock.now();
        let known = self.remembered(&caller.workspace, &caller.person.id).await?;
        let mut lead: Vec<Line> = Vec::new();
        if lapsed(&known, now) {
            lead.push(card::fresh_start());
        }
        let waits = known.iter().find(|(id, memory)| *id == drill.id && memory.due > now);
        lead.extend(waits.map(|(_, memory)| card::had_already(memory.due, now)));
        Ok(Answer::Card(card::dealt(&self.library, drill, &name_of(drill), lead)))
    }

    /// The form came back: the answer is judged, what it says about memory is kept, and its text is let go.
    pub(super) async fn practice_submitted(
        &self,
        caller: &Caller,
        id: &str,
        values: &BTreeMap<String, String>,
    ) -> Result<Answer, Error> {
        let (how, name) = id.split_once(':').ok_or_else(gone)?;
        let again = match how {
            "first" => false,
            "again" => true,
            _ => return Err(gone()),
        };
        let pack = self.library.pack();
        let drill = named(&pack, name)?;
        let answer = values.get("answer").map_or("", |answer| answer.trim());
        if answer.is_empty() {
            return Err(Error::user("There is no answer in the form yet. Press “Answer” again; a sentence is enough."));
        }
        if answer.chars().count() > usize::from(LONGEST_ANSWER) {
            return Err(Error::user(format!(
                "I read up to {LONGEST_ANSWER} characters here; a few sentences are enough."
            )));
        }
        let judgement = judge(&pack, drill, answer);
        if judgement.safety {
            return Ok(Answer::Update(self.safety_card("What you wrote may be about somebody in danger. That is no practice, and nothing of it was kept or counted.")));
        }
        let comes = self.remember_answer(caller, drill, &judgement, again).await?;
        let now = self.clock.now();
        Ok(Answer::Update(card::judged(&self.library, drill, &name_of(drill), &judgement, comes, now)))
    }

    /// Keeps what an answer says about memory, once.
    async fn remember_answer(
        &self,
        caller: &Caller,
        drill: &Drill,
        judgement: &Judgement,
        again: bool,
    ) -> Result<Comes, Error> {
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        let now = self.clock.now();
        let known = self.remembered(workspace, person).await?;
        let before = known.iter().find(|(id, _)| *id == drill.id).map(|(_, memory)| memory);
        let practice_alone =
            before.is_some_and(|memory| now.duration_since(memory.seen) < SAME_ANSWER || again && memory.due > now);
        if let Some(memory) = before.filter(|_| practice_alone) {
            return Ok(Comes { back: Some(memory.due), counted: false });
        }
        let after = remember(before, judgement.rating, now, RETENTION);
        let seen_before = before.map(|memory| memory.seen);
        if !self.store.practise(workspace, person, seen_before, &kept(&drill.id, &after)).await? {
            // The same answer twice at once: the other one counted.
            return Ok(Comes { back: None, counted: false });
        }
        self.count(caller, "practice answered").await;
        Ok(Comes { back: Some(after.due), counted: true })
    }

    /// What somebody remembers of every card.
    async fn remembered(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Vec<(String, Memory)>, Error> {
        let rows = self.store.practised(workspace, person).await?;
        Ok(rows.into_iter().map(|row| (row.card.clone(), memory(&row))).collect())
    }

    /// A card that is due, or else a new one, or else when the next one comes; not the one just seen.
    fn some_card(&self, caller: &Caller, known: &[(String, Memory)], seen: Option<&str>, lead: Vec<Line>) -> Card {
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        self.dealt(workspace, person, known, seen, &lead).unwrap_or_else(|next| {
            let now = self.clock.now();
            card::nothing_due(next, now, lead, seen.is_some())
        })
    }

    /// Deals a card; otherwise says when the next one comes back, if any does.
    fn dealt(
        &self,
        workspace: &WorkspaceId,
        person: &PersonId,
        known: &[(String, Memory)],
        seen: Option<&str>,
        lead: &[Line],
    ) -> Result<Card, Option<Timestamp>> {
        let now = self.clock.now();
        let pack = self.library.pack();
        let mut order = hash(&[workspace.as_str(), person.as_str()]);
        if seen.is_some() {
            order ^= fastrand::u64(..);
        }
        match deal(&pack, known, now, order, seen) {
            Dealt::Due(drill) | Dealt::New(drill) => {
                Ok(card::dealt(&self.library, drill, &name_of(drill), lead.to_vec()))
            }
            Dealt::Nothing { next } => Err(next),
        }
    }
}

/// The form that an answer is written into; `chosen` is the letter that was chosen already.
fn answer_form(drill: &Drill, how: &str, chosen: Option<&str>) -> Form {
    let (label, hint) = match &drill.task {
        Task::Write => ("Your words", "As you would send it. Only you see what comes of it; nothing is stored."),
        Task::Mend { .. } => ("The draft, mended", "Change what you would change. Nothing is stored."),
        Task::Ask => ("Your question", "As you would ask it. Nothing is stored."),
        Task::Choose { .. } => ("Your choice and why", "The letter first, then what speaks for it. Nothing is stored."),
        Task::Order { .. } => ("The letters, in order", "As in C A B D."),
    };
    let value = match (&drill.task, chosen) {
        (Task::Choose { .. }, Some(letter)) => format!("{letter}, because "),
        (Task::Mend { draft }, _) => draft.chars().take(usize::from(LONGEST_ANSWER)).collect(),
        _ => String::new(),
    };
    Form {
        id: format!("practice:{how}:{}", name_of(drill)),
        title: "Practice".into(),
        fields: vec![Field {
            id: "answer".into(),
            label: label.into(),
            hint: hint.into(),
            value,
            long: !matches!(drill.task, Task::Order { .. }),
            required: true,
            limit: LONGEST_ANSWER,
        }],
    }
}
