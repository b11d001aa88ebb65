//! `coach` and the message command “Help me answer”: what to say first, what to ask, what to avoid.

use super::{
    Action, Answer, Block, Bot, Caller, Card, Error, Message, Span, Tone,
    answer::{ButtonStyle, Line, plain, strong, text},
    dispatch::{Options, text_option},
    drafts::{Answered, Held},
    mistake::{self, MISTAKE},
};
use crate::{
    coach::{Advice, Turn, coach},
    store::PersonId,
};

/// The most words of evidence that a card quotes.
const MOST_EVIDENCE: usize = 4;

impl Bot {
    pub(super) fn coach_command(&self, caller: &Caller, options: &Options) -> Result<Answer, Error> {
        if let Some(about) = text_option(options, "about") {
            if about.eq_ignore_ascii_case(MISTAKE) {
                return Ok(Answer::Form(mistake::form()));
            }
            let pack = self.library.pack();
            let advice = coach(&pack, &[], Some(about)).ok_or_else(|| {
                Error::user("I do not know that situation. The suggestions show the ones I know; a sentence of what happened works too.")
            })?;
            return Ok(Answer::Card(self.advice_card(&advice, about)));
        }
        let place = &caller.place;
        let messages = self.watching.conversation(&caller.workspace, &place.conversation, self.clock.now());
        let turns = self.turns(caller, &messages);
        let pack = self.library.pack();
        match coach(&pack, &turns, None) {
            Some(advice) => {
                let last = turns.iter().rev().find(|t| t.from_customer).map_or("", |t| t.text);
                Ok(Answer::Card(self.advice_card(&advice, last)))
            }
            None if !self.watches(&caller.workspace, place) => Err(Error::user(format!(
                "This conversation is not watched, so I have read nothing of it. Choose “Help me answer” on a message ({}), give me the situation with /coach about, or have somebody with Manage Server run /watch add.",
                self.platform.on_a_message(&caller.workspace)
            ))),
            None if !self.platform.reads_messages(&caller.workspace) => Err(Error::user(
                "I may not read messages here: whoever runs me switches on Message Content Intent and restarts me. Until then choose “Help me answer” on the message, or tell me the situation with /coach about.",
            )),
            None => Err(Error::user(
                "I have seen no customer's message here in the last two hours (I hold nothing longer, and nothing from before I started). Choose “Help me answer” on the message, or tell me the situation with /coach about.",
            )),
        }
    }

    /// Coaches for one message, and holds it so that a draft can be reviewed as its answer.
    pub(super) fn help_me_answer(&self, caller: &Caller, message: &Message) -> Result<Answer, Error> {
        if message.text.trim().is_empty() {
            return Err(Error::user(
                "That message has no text for me to read: it may be an image, a file or a system message.",
            ));
        }
        let pack = self.library.pack();
        let place = &caller.place.conversation;
        let mut before = self.watching.conversation(&caller.workspace, place, self.clock.now());
        before.retain(|known| known.id != message.id);
        // What was said before matters for safety; the message itself is what is coached for.
        let mut turns = self.turns(caller, &before);
        turns.push(Turn { from_customer: true, text: &message.text, minutes_ago: None });
        let advice = coach(&pack, &turns, None).ok_or_else(|| Error::user("I can make nothing of that message."))?;
        let mut card = self.advice_card(&advice, &message.text);
        let answers = Answered { text: message.text.clone(), author: Some(message.author.clone()) };
        let held = Held::new(String::new(), Some(answers), advice.safety);
        let id = self.drafts.hold(caller, held, self.clock.now());
        card.actions.push(Action::Button {
            id: format!("review:write:{id}"),
            label: if advice.safety { "Review a draft all the same".into() } else { "Write a draft".into() },
            style: ButtonStyle::Primary,
        });
        Ok(Answer::Card(card))
    }

    /// Who is who: staff by role, by having used a staff command, or by being the caller; everybody else is helped.
    pub(super) fn turns<'m>(&self, caller: &Caller, messages: &'m [Message]) -> Vec<Turn<'m>> {
        let role = self.workspaces.staff(&caller.workspace);
        let is_staff = |author: &PersonId, message: &Message| {
            *author == caller.person.id
                || role.as_ref().is_some_and(|role| message.roles.contains(role))
                || self.watching.is_known_staff(&caller.workspace, author)
        };
        let now = self.clock.now();
        let turn = |m: &'m Message| Turn {
            from_customer: !is_staff(&m.author, m),
            text: &m.text,
            minutes_ago: u32::try_from(now.duration_since(m.at).as_mins()).ok(),
        };
        messages.iter().map(turn).collect()
    }

    /// What the operator, or we, want said where somebody may be in danger.
    pub(super) fn safety_text(&self) -> &str {
        self.settings.safety.words()
    }

    /// What is shown instead of anything else where somebody may be in danger.
    pub(super) fn safety_card(&self, lead: &str) -> Card {
        Card {
            title: "A person first".into(),
            tone: Tone::Stop,
            blocks: vec![text(lead), text(self.safety_text())],
            ..Card::default()
        }
    }

    fn advice_card(&self, advice: &Advice, message: &str) -> Card {
        if advice.safety {
            return self.safety_card(&format!("What was written here {}. I do not coach here.", advice.say));
        }
        let mut blocks = Vec::new();
        if let Some(found) = &advice.mood {
            let mut line: Line = vec![plain(format!("It {} ({}).", advice.say, found.sure.name()))];
            let mut quoted: Vec<&str> = Vec::new();
            for words in found.evidence.iter().map(|e| e.span.of(message)) {
                if !words.is_empty() && !quoted.contains(&words) && quoted.len() < MOST_EVIDENCE {
                    line.push(plain(if quoted.is_empty() { " Read from: " } else { ", " }));
                    line.push(Span::Words(words.to_owned()));
                    quoted.push(words);
                }
            }
            blocks.push(Block::Text(line));
        }
        blocks.push(Block::Text(vec![strong("Say first: "), plain(&advice.first)]));
        blocks.push(Block::Heading("In this order".into()));
        blocks.push(Block::Steps(lines(&advice.steps)));
        blocks.push(Block::Heading("You may ask".into()));
        blocks.push(Block::Bullets(lines(&advice.ask)));
        blocks.push(Block::Heading("It helps to".into()));
        blocks.push(Block::Bullets(lines(&advice.moves)));
        blocks.push(Block::Heading("Better avoided".into()));
        blocks.push(Block::Bullets(lines(&advice.avoid)));
        blocks.push(Block::Heading("The shape of an answer".into()));
        blocks.push(Block::Quote(advice.shape.clone()));
        blocks.push(text(&advice.shape_note));
        blocks.push(Block::Text(vec![plain("Related reading: "), self.library.post(&advice.post)]));
        Card { title: format!("Coaching: {}", advice.name), blocks, ..Card::default() }
    }
}

fn lines(texts: &[String]) -> Vec<Line> {
    texts.iter().map(|t| vec![plain(t)]).collect()
}
