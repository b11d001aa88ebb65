//! `quiz`: a few questions about oneself, one at a time, to be stopped and gone on with; for reflection, not a test.

use super::{
    Action, Answer, Block, Bot, Caller, Card, Choice, Error, Tone,
    answer::{ButtonStyle, Line, plain, strong, text},
    dispatch::gone,
};
use crate::{
    content::{Quiz, Total},
    practice::{QuizResult, quiz_result},
    store::QuizRun,
};

/// The most characters of an answer that stands in a menu as it is; longer ones stand in the card, by their letters.
const LONGEST_LABEL: usize = 80;

const NO_TEST: &str = "For reflection, not a validated test. Only you see it.";

impl Bot {
    pub(super) async fn quiz_command(&self, caller: &Caller, id: &str) -> Result<Answer, Error> {
        let pack = self.library.pack();
        let Some(quiz) = pack.quiz(id) else {
            let says = text("The packs in use hold no such quiz. /practice now deals a card all the same.");
            return Ok(Answer::Card(Card { title: "No quiz".into(), blocks: vec![says], ..Card::default() }));
        };
        let at = self.so_far(caller, quiz).await?;
        Ok(Answer::Card(match at {
            Some(chosen) if !chosen.is_empty() => left_off(quiz, chosen.len()),
            _ => {
                let again = !self.store.quiz_runs(&caller.workspace, &caller.person.id, id).await?.is_empty();
                self.quiz_intro(quiz, again)
            }
        }))
    }

    /// A press on a quiz's card; `argument` is the quiz, and the number of the item where it is about one.
    pub(super) async fn quiz_action(
        &self,
        caller: &Caller,
        what: &str,
        argument: &str,
        values: &[String],
    ) -> Result<Answer, Error> {
        let (id, number) = argument.split_once('.').unwrap_or((argument, ""));
        let pack = self.library.pack();
        let quiz = pack.quiz(id).ok_or_else(gone)?;
        if what == "begin" {
            self.store.begin_quiz(&caller.workspace, &caller.person.id, &quiz.id).await?;
            return Ok(Answer::Update(item(quiz, 0, None)));
        }
        let Some(chosen) = self.so_far(caller, quiz).await? else {
            return Err(Error::user(format!("That run of the quiz is over. /quiz {id} begins another.")));
        };
        match what {
            "go-on" => return Ok(Answer::Update(item(quiz, chosen.len(), None))),
            "stop" => return Ok(Answer::Update(stopped(quiz, chosen.len()))),
            "answer" | "back" => {}
            _ => return Err(gone()),
        }
        let number: usize = number.parse().map_err(|_| gone())?;
        if number != chosen.len() {
            let word = "That item is not the one you are at; nothing was changed. You are here:";
            return Ok(Answer::Update(item(quiz, chosen.len(), Some(word))));
        }
        if what == "back" {
            let before = &chosen[..chosen.len().saturating_sub(1)];
            return self.quiz_step(caller, quiz, &chosen, before).await;
        }
        let answers = &quiz.items[number].answers;
        let answer = values.first().and_then(|value| value.parse::<u8>().ok()).ok_or_else(gone)?;
        if usize::from(answer) >= answers.len() {
            return Err(gone());
        }
        let mut now = chosen.clone();
        now.push(answer);
        if now.len() < quiz.items.len() {
            return self.quiz_step(caller, quiz, &chosen, &now).await;
        }
        self.quiz_finished(caller, quiz, &chosen, now).await
    }

    async fn quiz_step(&self, caller: &Caller, quiz: &Quiz, before: &[u8], now: &[u8]) -> Result<Answer, Error> {
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        if self.store.set_quiz(workspace, person, &quiz.id, before, now).await? {
            return Ok(Answer::Update(item(quiz, now.len(), None)));
        }
        let at = self.so_far(caller, quiz).await?.unwrap_or_default().len();
        Ok(Answer::Update(item(quiz, at, Some("You answered twice at once; the first one counts."))))
    }

    async fn quiz_finished(
        &self,
        caller: &Caller,
        quiz: &Quiz,
        before: &[u8],
        chosen: Vec<u8>,
    ) -> Result<Answer, Error> {
        let (workspace, person) = (&caller.workspace, &caller.person.id);
        let runs = self.store.quiz_runs(workspace, person, &quiz.id).await?;
        let last = runs.first().filter(|run| fits(quiz, &run.answers) && run.answers.len() == quiz.items.len());
        let result = quiz_result(quiz, &chosen, last.map(|run| run.answers.as_slice()));
        let run = QuizRun { at: self.clock.now(), answers: chosen };
        if !self.store.finish_quiz(workspace, person, &quiz.id, before, &run).await? {
            return Err(Error::user(format!("That run of the quiz is over. /quiz {} begins another.", quiz.id)));
        }
        Ok(Answer::Update(self.quiz_card(quiz, &result)))
    }

    /// The answers chosen so far, as far as they fit the quiz in use: a pack may have changed meanwhile.
    async fn so_far(&self, caller: &Caller, quiz: &Quiz) -> Result<Option<Vec<u8>>, Error> {
        let kept = self.store.quiz(&caller.workspace, &caller.person.id, &quiz.id).await?;
        Ok(kept.filter(|chosen| chosen.len() < quiz.items.len() && fits(quiz, chosen)))
    }

    fn quiz_intro(&self, quiz: &Quiz, again: bool) -> Card {
        let mut blocks = vec![text(&quiz.intro)];
        blocks.push(Block::Text(vec![
            plain(format!(
                "{} items, one at a time. Stop when you like; what you chose is kept for you alone. From ",
                quiz.items.len()
            )),
            self.library.post(&quiz.post),
            plain("."),
        ]));
        if again {
            blocks.push(text("You have done it before; at the end I say how it moved."));
        }
        Card {
            title: quiz.title.clone(),
            blocks,
            footer: Some(NO_TEST.into()),
            actions: vec![button("begin", &quiz.id, "Begin", ButtonStyle::Primary)],
            ..Card::default()
        }
    }

    /// The result in words, the two lowest items with what to try, and how it moved.
    fn quiz_card(&self, quiz: &Quiz, result: &QuizResult) -> Card {
        let mut blocks = vec![
            text(&result.say),
            Block::Text(vec![
                strong(format!("{} of {}. ", number(quiz, result.total), number(quiz, result.of))),
                plain(moved(quiz, result.moved)),
            ]),
            Block::Heading("Two to begin with".into()),
        ];
        let mut lines: Vec<Line> = Vec::new();
        for at in result.lowest {
            if let Some(low) = quiz.items.get(at) {
                let mut line = vec![plain(&low.text)];
                if !low.tip.is_empty() {
                    line.extend([plain(" "), strong("Try: "), plain(&low.tip)]);
                }
                lines.push(line);
            }
        }
        blocks.push(Block::Bullets(lines));
        blocks.push(Block::Text(vec![plain("Related reading: "), self.library.post(&quiz.post)]));
        Card {
            title: format!("{}: how it came out", quiz.title),
            tone: Tone::Good,
            blocks,
            footer: Some(NO_TEST.into()),
            actions: vec![Action::Button {
                id: "practice:another:".into(),
                label: "Practise with a card".into(),
                style: ButtonStyle::Secondary,
            }],
            ..Card::default()
        }
    }
}

/// Whether each answer is one of its item's.
fn fits(quiz: &Quiz, chosen: &[u8]) -> bool {
    chosen.iter().zip(&quiz.items).all(|(answer, item)| usize::from(*answer) < item.answers.len())
}

/// A total as it is read: a sum, or an average to one place.
fn number(quiz: &Quiz, total: u32) -> String {
    match quiz.total {
        Total::Sum => total.to_string(),
        Total::TenfoldAverage => format!("{}.{}", total / 10, total % 10),
    }
}

fn moved(quiz: &Quiz, by: Option<i32>) -> String {
    let much = |by: i32| number(quiz, by.unsigned_abs());
    match by {
        None => "Come back in a few weeks, and I say how it moved.".into(),
        Some(0) => "The same as last time.".into(),
        Some(up @ 1..) => format!("Up by {} since last time.", much(up)),
        Some(down) => format!("Down by {} since last time, which may say more of the week than of you.", much(down)),
    }
}

fn button(what: &str, argument: &str, label: &str, style: ButtonStyle) -> Action {
    Action::Button { id: format!("quiz:{what}:{argument}"), label: label.into(), style }
}

/// An item, with its answers and how far one is.
fn item(quiz: &Quiz, at: usize, word: Option<&str>) -> Card {
    let Some(asked) = quiz.items.get(at) else { return stopped(quiz, at) };
    let mut blocks: Vec<Block> = word.map(text).into_iter().collect();
    blocks.push(Block::Text(vec![strong(&*asked.text)]));
    let short = asked.answers.iter().all(|answer| answer.text.chars().count() <= LONGEST_LABEL);
    let letters = || ('A'..='Z').map(String::from);
    if !short {
        let line = |(letter, answer): (String, &crate::content::QuizAnswer)| {
            vec![strong(format!("{letter}  ")), plain(&answer.text)]
        };
        blocks.push(Block::Bullets(letters().zip(&asked.answers).map(line).collect()));
    }
    let choices = asked.answers.iter().zip(letters()).enumerate().map(|(at, (answer, letter))| Choice {
        value: at.to_string(),
        label: if short { answer.text.clone() } else { letter },
        note: (!short).then(|| answer.text.clone()),
    });
    let here = format!("{}.{at}", quiz.id);
    let mut actions = vec![Action::Menu {
        id: format!("quiz:answer:{here}"),
        prompt: if short { "How often is it so?" } else { "Which is nearest to what you would do?" }.into(),
        choices: choices.collect(),
    }];
    if at > 0 {
        actions.push(button("back", &here, "Back one", ButtonStyle::Secondary));
    }
    actions.push(button("stop", &quiz.id, "Stop for now", ButtonStyle::Secondary));
    Card {
        title: format!("{}: {} of {}", quiz.title, at + 1, quiz.items.len()),
        blocks,
        footer: Some(NO_TEST.into()),
        actions,
        ..Card::default()
    }
}

fn left_off(quiz: &Quiz, at: usize) -> Card {
    Card {
        title: quiz.title.clone(),
        blocks: vec![text(format!(
            "You stopped at {} of {}. What you chose is still there.",
            at + 1,
            quiz.items.len()
        ))],
        footer: Some(NO_TEST.into()),
        actions: vec![
            button("go-on", &quiz.id, "Go on where you stopped", ButtonStyle::Primary),
            button("begin", &quiz.id, "Start afresh", ButtonStyle::Secondary),
        ],
        ..Card::default()
    }
}

fn stopped(quiz: &Quiz, at: usize) -> Card {
    Card {
        title: quiz.title.clone(),
        tone: Tone::Good,
        blocks: vec![text(format!(
            "Kept at {} of {}. /quiz {} goes on from there, whenever you like.",
            (at + 1).min(quiz.items.len()),
            quiz.items.len(),
            quiz.id
        ))],
        footer: Some(NO_TEST.into()),
        actions: vec![button("go-on", &quiz.id, "Go on", ButtonStyle::Secondary)],
        ..Card::default()
    }
}
