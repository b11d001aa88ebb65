//! `rules`: what the team has switched off, and back on.

use super::{
    Answer, Block, Bot, Caller, Card, Error, Span, Tone,
    answer::{plain, text},
    dispatch::{Options, text_option},
};
use crate::content::problem::nearest;

/// The most rules that a card lists.
const MOST_LISTED: usize = 25;

impl Bot {
    pub(super) async fn rules_list(&self, caller: &Caller) -> Result<Answer, Error> {
        let muted = self.store.muted(&caller.workspace, None).await?;
        let pack = self.library.pack();
        let block = if muted.is_empty() {
            text(format!(
                "The team has switched no rule off: all {} are on. /rules off switches one off, for everybody here.",
                pack.rules.len()
            ))
        } else {
            let rest = muted.len().saturating_sub(MOST_LISTED);
            let lines = muted.into_iter().take(MOST_LISTED).map(|rule| {
                let why = pack.rule(&rule).map_or("no longer in the pack", |r| r.why.as_str()).to_owned();
                vec![Span::Code(rule), plain(" "), plain(why)]
            });
            let more = (rest > 0).then(|| vec![plain(format!("and {rest} more"))]);
            Block::Bullets(lines.chain(more).collect())
        };
        Ok(Answer::Card(Card {
            title: "Rules that are off for the team".into(),
            blocks: vec![block],
            ..Card::default()
        }))
    }

    pub(super) async fn rules_off(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let rule = self.known_rule(options)?;
        let new = self.store.mute(&caller.workspace, None, &rule).await?;
        Ok(switched(&rule, if new { " is off for the team from now on." } else { " was off already." }))
    }

    pub(super) async fn rules_on(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        let rule = text_option(options, "rule").unwrap_or_default();
        // A rule that has left the pack can still be taken off the list.
        let was = self.store.unmute(&caller.workspace, None, rule).await?;
        if was {
            return Ok(switched(rule, " is on again for the team."));
        }
        let rule = self.known_rule(options)?;
        Ok(switched(&rule, " was on already."))
    }

    fn known_rule(&self, options: &Options) -> Result<String, Error> {
        let typed = text_option(options, "rule").unwrap_or_default();
        let pack = self.library.pack();
        if let Some(rule) = pack.rule(typed) {
            return Ok(rule.id.clone());
        }
        let ids: Vec<&str> = pack.rules.iter().map(|r| r.id.as_str()).collect();
        let hint = nearest(typed, &ids).map_or_else(String::new, |near| format!(" Did you mean {near}?"));
        Err(Error::user(format!("I have no rule of that name.{hint} The suggestions show them as you type.")))
    }
}

fn switched(rule: &str, words: &str) -> Answer {
    Answer::Card(Card {
        title: "Rules".into(),
        tone: Tone::Good,
        blocks: vec![Block::Text(vec![Span::Code(rule.to_owned()), plain(words)])],
        ..Card::default()
    })
}
