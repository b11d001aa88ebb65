//! `tip`: one tip now, for the caller alone, until they share it.

use super::{
    Action, Answer, Bot, Caller, Error,
    answer::ButtonStyle,
    commands::Who,
    dispatch::{Options, gone, text_option},
};
use crate::content::{Pack, Tip, Topic};

impl Bot {
    pub(super) fn tip_command(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let pack = self.library.pack();
        let topic = match text_option(options, "topic") {
            Some(typed) => Some(topic(&pack, typed)?),
            None => None,
        };
        let topic = topic.map(|t| t.id.as_str());
        Ok(Answer::Card(self.some_tip(&pack, topic, None, self.is_staff(caller))?))
    }

    /// Another than the one seen, on its topic or on any.
    pub(super) fn another_tip(&self, caller: &Caller, seen: &str, same_topic: bool) -> Result<Answer, Error> {
        let pack = self.library.pack();
        let topic = pack.tip(seen).filter(|_| same_topic).map(|tip| tip.topic.as_str());
        Ok(Answer::Update(self.some_tip(&pack, topic, Some(seen), self.is_staff(caller))?))
    }

    pub(super) fn share_tip(&self, caller: &Caller, id: &str) -> Result<Answer, Error> {
        self.require(caller, Who::Staff)?;
        let pack = self.library.pack();
        let tip = pack.tip(id).ok_or_else(gone)?;
        Ok(Answer::Share(self.library.tip_card(tip)))
    }

    fn some_tip(
        &self,
        pack: &Pack,
        topic: Option<&str>,
        seen: Option<&str>,
        may_share: bool,
    ) -> Result<super::Card, Error> {
        let mut candidates: Vec<&Tip> = pack.tips.iter().filter(|tip| topic.is_none_or(|t| tip.topic == t)).collect();
        if candidates.len() > 1 {
            candidates.retain(|tip| seen != Some(tip.id.as_str()));
        }
        let tip = candidates.get(fastrand::usize(..candidates.len().max(1)));
        let tip = tip.ok_or_else(|| Error::user("I have no tip on that just now. /tip without a topic finds one."))?;
        let mut card = self.library.tip_card(tip);
        card.actions.push(Action::Button {
            id: format!("tip:{}:{}", if topic.is_some() { "same-topic" } else { "another" }, tip.id),
            label: "Another tip".into(),
            style: ButtonStyle::Secondary,
        });
        if may_share {
            card.actions.push(Action::Button {
                id: format!("tip:share:{}", tip.id),
                label: "Share with this channel".into(),
                style: ButtonStyle::Secondary,
            });
        }
        Ok(card)
    }
}

/// The topic that was typed, by its id or its name.
fn topic<'p>(pack: &'p Pack, typed: &str) -> Result<&'p Topic, Error> {
    let wanted = typed.to_lowercase();
    pack.topics.iter().find(|t| t.id == wanted || t.name.to_lowercase() == wanted).ok_or_else(|| {
        let names: Vec<&str> = pack.topics.iter().map(|t| t.name.as_str()).collect();
        Error::user(format!("I have no tips on that topic. I have some on: {}.", names.join(", ")))
    })
}
