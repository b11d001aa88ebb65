//! `review`, “How does this read?”, the draft form, and what can be done with a review.

mod card;

use std::collections::BTreeMap;

use super::{
    Answer, Bot, Caller, Error, Form, Message,
    answer::Field,
    commands::Who,
    dispatch::{Options, gone, text_option},
    drafts::{Answered, Held},
};
use crate::{
    content::MoodName,
    mood::mood,
    review::{self, Draft, Review},
    store::PersonId,
};
use card::View;

/// The most characters of a draft, on any platform; what a form of Discord takes.
const LONGEST_DRAFT: u16 = 4_000;

impl Bot {
    pub(super) async fn review_command(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let (answers, endangered) = self.what_it_answers(caller);
        let Some(draft) = text_option(options, "draft") else {
            let held = Held::new(String::new(), answers, endangered);
            let id = self.drafts.hold(caller, held.clone(), self.clock.now());
            return Ok(Answer::Form(form("draft", &id, &held)));
        };
        let held = Held::new(bounded(draft)?, answers, endangered);
        let id = self.drafts.hold(caller, held.clone(), self.clock.now());
        Ok(Answer::Card(self.review_card(caller, &id, &held, View::Brief).await?))
    }

    pub(super) async fn how_does_this_read(&self, caller: &Caller, message: &Message) -> Result<Answer, Error> {
        if message.author != caller.person.id {
            return Err(Error::user(
                "I read this back only to the person who wrote it: a review of somebody else's words helps nobody. To answer this message, choose “Help me answer”.",
            ));
        }
        if message.text.trim().is_empty() {
            return Err(Error::user("That message has no text for me to read."));
        }
        let held = Held::new(bounded(&message.text)?, None, false);
        let id = self.drafts.hold(caller, held.clone(), self.clock.now());
        Ok(Answer::Card(self.review_card(caller, &id, &held, View::Brief).await?))
    }

    /// The form came back, with a first draft or another version of one. Opened from a review (`again`), its answer
    /// takes that review's place; opened from elsewhere, it leaves alone what it was opened from.
    pub(super) async fn draft_submitted(
        &self,
        caller: &Caller,
        from: &str,
        id: &str,
        values: &BTreeMap<String, String>,
    ) -> Result<Answer, Error> {
        let now = self.clock.now();
        let draft = bounded(values.get("draft").map_or("", String::as_str))?;
        if draft.trim().is_empty() {
            return Err(Error::user(
                "There is no draft in the form yet. Run /review again and write or paste it there.",
            ));
        }
        // A form outlives what it belongs to: then its draft is reviewed as a first one, and nothing is lost.
        let known = self.drafts.get(caller, id, now);
        let version_two = known.as_ref().is_some_and(|k| !k.draft.is_empty());
        let mut held = known.clone().unwrap_or_else(|| Held::new(String::new(), None, false));
        if version_two {
            held.before = Some(self.reviewed(caller, &held).await?);
        }
        held.draft = draft;
        if let Some(message) = values.get("answers") {
            held.answers = answered(message, held.answers.take());
        }
        held.dismissing = None;
        let id = match known {
            Some(_) => {
                self.drafts.replace(caller, id, held.clone(), now);
                id.to_owned()
            }
            None => self.drafts.hold(caller, held.clone(), now),
        };
        if let Some(before) = &held.before {
            let after = self.reviewed(caller, &held).await?;
            let mended = review::compare(before, &after).resolved.len();
            for _ in 0..mended {
                self.count(caller, "finding mended").await;
            }
        }
        let card = self.review_card(caller, &id, &held, View::Brief).await?;
        Ok(if version_two && from == "again" { Answer::Update(card) } else { Answer::Card(card) })
    }

    pub(super) async fn review_action(
        &self,
        caller: &Caller,
        what: &str,
        id: &str,
        values: &[String],
    ) -> Result<Answer, Error> {
        let now = self.clock.now();
        let mut held = self.drafts.get(caller, id, now).ok_or_else(|| {
            Error::user("I hold a draft for 15 minutes and then forget it, so this one is gone. Run /review again; nothing of it was kept.")
        })?;
        let view = match what {
            "write" => return Ok(Answer::Form(form("draft", id, &held))),
            "edit" => return Ok(Answer::Form(form("again", id, &held))),
            "brief" => View::Brief,
            "all" => View::All,
            "why" => View::Why,
            "dismiss" => {
                let rule = values.first().filter(|rule| self.library.pack().rule(rule).is_some()).ok_or_else(gone)?;
                held.dismissing = Some(rule.clone());
                self.drafts.replace(caller, id, held.clone(), now);
                View::Dismiss
            }
            "for-draft" | "for-me" | "for-team" => {
                let rule = held.dismissing.take().ok_or_else(gone)?;
                self.dismiss(caller, what, &rule, &mut held).await?;
                self.drafts.replace(caller, id, held.clone(), now);
                View::Brief
            }
            _ => return Err(gone()),
        };
        Ok(Answer::Update(self.review_card(caller, id, &held, view).await?))
    }

    async fn dismiss(&self, caller: &Caller, whom: &str, rule: &str, held: &mut Held) -> Result<(), Error> {
        let person: Option<&PersonId> = match whom {
            "for-draft" => {
                held.dismissed.insert(rule.to_owned());
                return Ok(());
            }
            "for-me" => Some(&caller.person.id),
            _ => {
                self.require(caller, Who::ManageServer)?;
                None
            }
        };
        self.store.mute(&caller.workspace, person, rule).await?;
        Ok(())
    }

    /// Reviews what is held, without what the team, the caller or this draft dismissed.
    async fn reviewed(&self, caller: &Caller, held: &Held) -> Result<Review, Error> {
        let mut off = self.store.muted(&caller.workspace, Some(&caller.person.id)).await?;
        off.extend(held.dismissed.iter().cloned());
        let pack = self.library.pack();
        let draft = Draft { text: &held.draft, answers: held.message(), medium: held.medium };
        Ok(review::review_without(&pack, &draft, &off))
    }

    async fn review_card(&self, caller: &Caller, id: &str, held: &Held, view: View) -> Result<super::Card, Error> {
        let review = self.reviewed(caller, held).await?;
        let endangered = held.endangered || review.answers_danger();
        let safety = endangered.then(|| self.safety_text());
        let card = card::Rendered { library: &self.library, review: &review, held, id, view, safety };
        Ok(card.card(caller.person.manage_server))
    }

    /// In a watched conversation: what somebody who is helped wrote last, most likely what a draft there answers, and
    /// whether anybody there may be in danger.
    fn what_it_answers(&self, caller: &Caller) -> (Option<Answered>, bool) {
        if !self.is_staff(caller) {
            return (None, false);
        }
        let messages = self.watching.conversation(&caller.workspace, &caller.place.conversation, self.clock.now());
        let turns = self.turns(caller, &messages);
        let last = turns.iter().zip(&messages).rev().find(|(turn, _)| turn.from_customer);
        let answers = last.map(|(_, m)| Answered { text: m.text.clone(), author: Some(m.author.clone()) });
        let pack = self.library.pack();
        let endangered = turns.iter().any(|turn| turn.from_customer && mood(&pack, turn.text).mood == MoodName::Safety);
        (answers, endangered)
    }
}

/// The message that a form came back with: the one known before, unless it was changed.
fn answered(message: &str, known: Option<Answered>) -> Option<Answered> {
    let typed = message.trim();
    known
        .filter(|known| !typed.is_empty() && seen(&shortened(&known.text)).eq(seen(typed)))
        .or_else(|| (!typed.is_empty()).then(|| Answered { text: shortened(typed), author: None }))
}

/// What is seen of a text: a form may give it back without the rest.
fn seen(text: &str) -> impl Iterator<Item = char> + '_ {
    let unseen = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
    };
    text.chars().filter(move |c| !unseen(*c))
}

fn bounded(draft: &str) -> Result<String, Error> {
    let length = draft.chars().count();
    if length > usize::from(LONGEST_DRAFT) {
        return Err(Error::user(format!(
            "That draft has {length} characters; I read up to {LONGEST_DRAFT} at a time here. Review it in parts: the opening and the close tell most about tone."
        )));
    }
    Ok(draft.to_owned())
}

fn form(from: &str, id: &str, held: &Held) -> Form {
    Form {
        id: format!("{from}:{id}"),
        title: "Review a draft".into(),
        fields: vec![
            Field {
                id: "draft".into(),
                label: "Your draft".into(),
                hint: "Write or paste your reply. Only you see the review; nothing is sent or stored.".into(),
                value: held.draft.clone(),
                long: true,
                required: true,
                limit: LONGEST_DRAFT,
            },
            Field {
                id: "answers".into(),
                label: "The message it answers (if you like)".into(),
                hint: "With it I can tell whether its questions, deadline and feeling are met.".into(),
                value: shortened(held.message().unwrap_or_default()),
                long: true,
                required: false,
                limit: LONGEST_DRAFT,
            },
        ],
    }
}

/// A watched message can be longer than what a form takes.
fn shortened(message: &str) -> String {
    message.chars().take(usize::from(LONGEST_DRAFT)).collect()
}
