//! `privacy` and `forget-me`: what is kept about the caller, word for word, and its deletion, proven.

use super::{
    Action, Answer, Block, Bot, Caller, Card, Choice, Error, Tone,
    answer::{plain, text},
    dispatch::gone,
};
use crate::store::Kept;

/// The most items of a menu.
const MOST_CHOICES: usize = 25;

const PROMISE: &str = "Drafts live in my memory for 15 minutes, messages of watched \
     channels for two hours at most; an answer to a practice card is read once and held nowhere. They are never written \
     to a disk, a log or a statistic. Nobody else is shown what you ask me.";

impl Bot {
    pub(super) async fn privacy(&self, caller: &Caller) -> Result<Answer, Error> {
        Ok(Answer::Card(self.privacy_card(caller).await?))
    }

    /// Switches a rule back on that the caller had switched off for themselves.
    pub(super) async fn back_on(&self, caller: &Caller, values: &[String]) -> Result<Answer, Error> {
        let rule = values.first().ok_or_else(gone)?;
        self.store.unmute(&caller.workspace, Some(&caller.person.id), rule).await?;
        Ok(Answer::Update(self.privacy_card(caller).await?))
    }

    async fn privacy_card(&self, caller: &Caller) -> Result<Card, Error> {
        self.sweep();
        let promise = format!("{} {PROMISE}", self.platform.carries(&caller.workspace));
        let mut blocks = vec![text(&promise), Block::Heading("Kept about you here".into())];
        blocks.push(self.kept(caller).await?);
        blocks.push(text("Kept for this server: which channels are watched, the staff role, the report channel, the daily tips, weekly recaps and their postings, rules the team switched off, and how often each feature is used in a week. Where it must be known whether at least five people used something, a keyed hash stands for each; it is deleted with the week, and all that remains is whether there were five."));
        blocks.push(text("/forget-me deletes what is kept about you. When a server removes me, everything of it is deleted after 30 days."));
        let kept = self.store.about(&caller.workspace, &caller.person.id).await?;
        let muted = kept.into_iter().filter_map(|kept| match kept {
            Kept::Mute(rule) => Some(Choice { value: rule.clone(), label: rule, note: None }),
            _ => None,
        });
        let choices: Vec<Choice> = muted.take(MOST_CHOICES).collect();
        let menu = (!choices.is_empty()).then(|| Action::Menu {
            id: "privacy:back-on:".into(),
            prompt: "Switch a rule back on for yourself …".into(),
            choices,
        });
        let actions = menu.into_iter().collect();
        Ok(Card { title: "What I keep".into(), blocks, actions, ..Card::default() })
    }

    pub(super) async fn forget_me(&self, caller: &Caller) -> Result<Answer, Error> {
        self.sweep();
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        let deleted = self.store.forget(workspace, person).await?;
        let known = self.watching.is_known_staff(workspace, person);
        let messages =
            self.watching.forget_person(workspace, person) + self.drafts.forget_answers_to(workspace, person);
        let drafts = self.drafts.forget_person(workspace, person);
        self.cooldowns.forget_person(workspace, person);
        let mut lines: Vec<_> = deleted.iter().map(|kept| vec![plain(kept.to_string())]).collect();
        if messages > 0 {
            lines.push(vec![plain(format!("{messages} of your messages, from memory"))]);
        }
        if drafts > 0 {
            lines.push(vec![plain(format!("{drafts} of your drafts, from memory"))]);
        }
        if known {
            lines.push(vec![plain("that you answer customers here, from memory")]);
        }
        lines.extend(self.platform.forget(workspace, person).into_iter().map(|line| vec![plain(line)]));
        if lines.is_empty() {
            lines.push(vec![plain("nothing: there was nothing to delete")]);
        }
        Ok(Answer::Card(Card {
            title: "Forgotten".into(),
            tone: Tone::Good,
            blocks: vec![
                Block::Heading("Deleted".into()),
                Block::Bullets(lines),
                Block::Heading("Kept about you now".into()),
                self.kept(caller).await?,
            ],
            ..Card::default()
        }))
    }

    /// What is kept, looked up afresh.
    async fn kept(&self, caller: &Caller) -> Result<Block, Error> {
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        let mut lines: Vec<_> =
            self.store.about(workspace, person).await?.iter().map(|kept| vec![plain(kept.to_string())]).collect();
        let messages = self.watching.count_of(workspace, person) + self.drafts.answers_to(workspace, person);
        if messages > 0 {
            let words =
                format!("in memory: {messages} of your messages, from watched channels or as one to be answered");
            lines.push(vec![plain(words)]);
        }
        let drafts = self.drafts.count_of(workspace, person);
        if drafts > 0 {
            lines.push(vec![plain(format!("in memory: {drafts} of your drafts"))]);
        }
        if self.watching.is_known_staff(workspace, person) {
            lines.push(vec![plain("in memory: that you answer customers here, known from the commands you used")]);
        }
        let held = self.platform.held(workspace, person).into_iter();
        lines.extend(held.map(|line| vec![plain(format!("in memory: {line}"))]));
        Ok(if lines.is_empty() { text("Nothing.") } else { Block::Bullets(lines) })
    }
}
