//! `privacy` and `forget-me`: what is kept about the caller, word for word, and its deletion, proven.

use super::{
    Answer, Block, Bot, Caller, Card, Error, Tone,
    answer::{plain, text},
};

const PROMISE: &str = "Discord carries your text; I keep none of it. Drafts live in my memory for 15 minutes, messages of watched \
     channels for two hours at most, and neither is ever written to a disk, a log or a statistic. Nobody else is shown what you \
     ask me.";

impl Bot {
    pub(super) async fn privacy(&self, caller: &Caller) -> Result<Answer, Error> {
        let mut blocks = vec![text(PROMISE), Block::Heading("Kept about you here".into())];
        blocks.push(self.kept(caller).await?);
        blocks.push(text("Kept for this server: which channels are watched, the staff role, the report channel, the daily tips and their postings, rules the team switched off, and how often each feature is used in a week. Where it must be known whether at least five people used something, a keyed hash stands for each; it is deleted with the week."));
        blocks.push(text("/forget-me deletes what is kept about you. When a server removes me, everything of it is deleted after 30 days."));
        Ok(Answer::Card(Card { title: "What I keep".into(), blocks, ..Card::default() }))
    }

    pub(super) async fn forget_me(&self, caller: &Caller) -> Result<Answer, Error> {
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        let deleted = self.store.forget(workspace, person).await?;
        let messages = self.watching.forget_person(workspace, person);
        let drafts = self.drafts.forget_person(workspace, person);
        self.cooldowns.forget_person(workspace, person);
        let mut lines: Vec<_> = deleted.iter().map(|kept| vec![plain(kept.to_string())]).collect();
        if messages > 0 {
            lines.push(vec![plain(format!("{messages} of your messages, from memory"))]);
        }
        if drafts > 0 {
            lines.push(vec![plain(format!("{drafts} of your drafts, from memory"))]);
        }
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
        let messages = self.watching.count_of(workspace, person);
        if messages > 0 {
            lines.push(vec![plain(format!("in memory: {messages} of your messages in watched channels"))]);
        }
        let drafts = self.drafts.count_of(workspace, person);
        if drafts > 0 {
            lines.push(vec![plain(format!("in memory: {drafts} of your drafts"))]);
        }
        Ok(if lines.is_empty() { text("Nothing.") } else { Block::Bullets(lines) })
    }
}
