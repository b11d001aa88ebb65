//! `listen`: active-listening coaching: the habits and the five levels, each with one thing to try now.

use super::{
    Action, Answer, Block, Bot, Card, Choice, Error, Tone,
    answer::{plain, strong, text},
    dispatch::{Options, text_option},
};
use crate::content::{Level, Pack};

/// The most items of a menu.
const MOST_CHOICES: usize = 25;

impl Bot {
    pub(super) fn listen_command(&self, options: &Options) -> Result<Answer, Error> {
        match text_option(options, "topic") {
            Some(topic) => Ok(Answer::Card(self.listen_card(topic)?)),
            None => Ok(Answer::Card(self.listen_overview())),
        }
    }

    pub(super) fn listen_about(&self, topic: &str) -> Result<Answer, Error> {
        Ok(Answer::Update(self.listen_card(topic)?))
    }

    fn listen_overview(&self) -> Card {
        let pack = self.library.pack();
        let levels =
            pack.levels.iter().map(|l| vec![strong(format!("{}. {}: ", l.number, l.name)), plain(&l.what)]).collect();
        Card {
            title: "Listening, in five levels".into(),
            blocks: vec![
                Block::Bullets(levels),
                Block::Text(vec![
                    plain(
                        "A mirror, never a grade. Choose one below to see how it shows in writing and what to try now. From ",
                    ),
                    self.library.post("five-levels-of-listening"),
                    plain("."),
                ]),
            ],
            actions: vec![menu(&pack)],
            ..Card::default()
        }
    }

    fn listen_card(&self, topic: &str) -> Result<Card, Error> {
        let pack = self.library.pack();
        let wanted = topic.to_lowercase();
        let is = |id: &str, name: &str| id == wanted || name.to_lowercase() == wanted;
        if let Some(level) = pack.levels.iter().find(|l| is(&l.id, &l.name) || is(&l.id, &label(l))) {
            return Ok(Card {
                title: format!("Level {} of 5: {}", level.number, level.name),
                blocks: vec![
                    text(&level.what),
                    Block::Text(vec![strong("In writing: "), plain(&level.sign)]),
                    Block::Text(vec![strong("Try now: "), plain(&level.try_it)]),
                ],
                actions: vec![menu(&pack)],
                ..Card::default()
            });
        }
        let habit = pack.habits.iter().find(|h| is(&h.id, &h.name)).ok_or_else(|| {
            Error::user("I do not know that habit or level. Run /listen without a topic to see them all.")
        })?;
        Ok(Card {
            title: habit.name.clone(),
            tone: Tone::Good,
            blocks: vec![
                text(&habit.text),
                Block::Text(vec![strong("Try now: "), plain(&habit.try_it)]),
                Block::Text(vec![plain("Related reading: "), self.library.post(&habit.post)]),
            ],
            actions: vec![menu(&pack)],
            ..Card::default()
        })
    }
}

/// A level as menus and suggestions name it.
pub(super) fn label(level: &Level) -> String {
    format!("Level {}: {}", level.number, level.name)
}

fn menu(pack: &Pack) -> Action {
    let levels = pack.levels.iter().map(|l| Choice { value: l.id.clone(), label: label(l), note: None });
    let habits = pack.habits.iter().map(|h| Choice { value: h.id.clone(), label: h.name.clone(), note: None });
    Action::Menu {
        id: "listen:about:".into(),
        prompt: "Choose a level or a habit".into(),
        choices: levels.chain(habits).take(MOST_CHOICES).collect(),
    }
}
