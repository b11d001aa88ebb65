//! `help`: what the bot does, in one card.

use super::{
    Answer, Block, Bot, Caller, Card,
    answer::{plain, strong, text},
    commands::{Kind, TABLE, Who},
};

impl Bot {
    pub(super) fn help(&self, caller: &Caller) -> Answer {
        let row = |kind: Kind| {
            TABLE.iter().filter(move |c| c.kind == kind && self.may(caller, c.who)).map(move |c| {
                let name = if kind == Kind::Slash { format!("/{}", c.name) } else { c.name.to_owned() };
                vec![strong(name), plain(format!(": {}", c.summary))]
            })
        };
        let mut blocks = vec![
            text(
                "I help you answer well. I read a draft as its reader might, coach when you ask, and post one tip a day. Only you see what I answer; I never send anything for you.",
            ),
            Block::Bullets(row(Kind::Slash).collect()),
            Block::Heading(format!("On a message: {}", self.platform.on_a_message(&caller.workspace))),
            Block::Bullets(row(Kind::Message).collect()),
        ];
        if !self.platform.reads_messages(&caller.workspace) && self.may(caller, Who::Staff) {
            blocks.push(text("Message Content Intent is off for this bot, so watching rests. Everything else works."));
        }
        blocks.push(text("I vouch for tone, not for facts. /privacy says what I keep."));
        Answer::Card(Card { title: "Bedside".into(), blocks, ..Card::default() })
    }
}
