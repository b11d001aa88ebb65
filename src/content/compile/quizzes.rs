//! Quizzes.

use super::Compiler;
use crate::content::{
    drills::{Band, Quiz, QuizAnswer, QuizItem, Total},
    layers::Written,
    pack::Tip,
    schema::{Placed, RawItem, RawQuiz},
};

/// The quizzes that the bot asks.
const ASKED: &[&str] = &["empathy", "listening"];
/// How many words a scale has: they count 0 to 4.
const SCALE: usize = 5;
/// The worths of the answers to a situation.
const WORTHS: [u8; 5] = [1, 2, 3, 4, 5];
/// The fewest and the most items.
const ITEMS: std::ops::RangeInclusive<usize> = 2..=24;
/// The most characters of what a quiz shows.
const LONGEST_TITLE: usize = 80;
const LONGEST_INTRO: usize = 600;
const LONGEST_WORD: usize = 40;
const LONGEST_ITEM: usize = 400;
const LONGEST_ANSWER: usize = 300;
const LONGEST_TIP: usize = 280;
const LONGEST_SAY: usize = 400;

impl Compiler<'_> {
    pub(super) fn quiz(&mut self, written: &Written<RawQuiz>, tips: &[Tip]) -> Quiz {
        let (file, raw) = (written.file, &written.item);
        if !ASKED.contains(&raw.id.get_ref().as_str()) {
            self.problem(file, &raw.id, format!("the quizzes that are asked: {}", ASKED.join(", ")));
        }
        self.length(file, &raw.title, LONGEST_TITLE);
        self.length(file, &raw.intro, LONGEST_INTRO);
        if !raw.scale.is_empty() && raw.scale.len() != SCALE {
            let what = format!("{} words in `scale`; {SCALE} are right, counted 0 to 4", raw.scale.len());
            self.problem(file, &raw.id, what);
        }
        for word in &raw.scale {
            self.length(file, word, LONGEST_WORD);
        }
        if !ITEMS.contains(&raw.item.len()) {
            let (fewest, most) = (ITEMS.start(), ITEMS.end());
            self.problem(file, &raw.id, format!("{} items; between {fewest} and {most} are right", raw.item.len()));
        }
        let total = if raw.scale.is_empty() { Total::TenfoldAverage } else { Total::Sum };
        Quiz {
            id: raw.id.get_ref().clone(),
            title: raw.title.get_ref().clone(),
            post: self.known_post(file, &raw.post),
            intro: raw.intro.get_ref().clone(),
            items: raw.item.iter().map(|item| self.item(file, raw, item, tips)).collect(),
            bands: self.bands(file, raw, total),
            total,
        }
    }

    fn item(&mut self, file: usize, quiz: &RawQuiz, raw: &RawItem, tips: &[Tip]) -> QuizItem {
        self.length(file, &raw.text, LONGEST_ITEM);
        self.length(file, &raw.tip, LONGEST_TIP);
        let answers = if quiz.scale.is_empty() { self.situation(file, raw) } else { self.statement(file, quiz, raw) };
        QuizItem { text: raw.text.get_ref().clone(), tip: self.what_to_try(file, &raw.tip, tips), answers }
    }

    /// The words of the tip that is named, or the words that stand there; none where a pack has switched that tip off.
    fn what_to_try(&mut self, file: usize, written: &Placed, tips: &[Tip]) -> String {
        let word = written.get_ref();
        if let Some(tip) = tips.iter().find(|tip| tip.id == *word) {
            return format!("{} {}", tip.text, tip.try_it);
        }
        if word.contains(char::is_whitespace) || !word.contains('/') {
            return word.clone();
        }
        if !self.merged.off.contains(word) {
            self.problem(file, written, format!("no tip is called `{word}`"));
        }
        String::new()
    }

    /// A statement is answered on the quiz's own scale.
    fn statement(&mut self, file: usize, quiz: &RawQuiz, raw: &RawItem) -> Vec<QuizAnswer> {
        if !raw.answers.is_empty() {
            self.problem(file, &raw.text, "where the quiz has a `scale`, an item has no `answers`");
        }
        let worth = |place: u8| if raw.reversed { 4_u8.saturating_sub(place) } else { place };
        let words = quiz.scale.iter().map(|word| word.get_ref().clone());
        (0..).zip(words).map(|(place, text)| QuizAnswer { text, worth: worth(place) }).collect()
    }

    /// A situation brings five answers of its own.
    fn situation(&mut self, file: usize, raw: &RawItem) -> Vec<QuizAnswer> {
        if raw.reversed {
            self.problem(file, &raw.text, "`reversed` goes with a quiz that has a `scale`");
        }
        let worths: Vec<u8> = raw.answers.iter().map(|answer| answer.worth).collect();
        let mut sorted = worths.clone();
        sorted.sort_unstable();
        if sorted != WORTHS {
            let what = "five `answers` are right, worth 1, 2, 3, 4 and 5, each once (or give the quiz a `scale`)";
            self.problem(file, &raw.text, what);
        } else if worths.is_sorted() || worths.iter().rev().is_sorted() {
            self.problem(file, &raw.text, "the answers stand in the order of their worth; shuffle them");
        }
        for answer in &raw.answers {
            self.length(file, &answer.text, LONGEST_ANSWER);
        }
        let own = raw.answers.iter();
        own.map(|answer| QuizAnswer { text: answer.text.get_ref().clone(), worth: answer.worth }).collect()
    }

    fn bands(&mut self, file: usize, raw: &RawQuiz, total: Total) -> Vec<Band> {
        let (lowest, highest) = match total {
            Total::Sum => (0, u32::try_from(raw.item.len() * 4).unwrap_or(u32::MAX)),
            Total::TenfoldAverage => (10, 50),
        };
        match raw.band.first() {
            None => self.problem(file, &raw.id, "say in `[[quiz.band]]` what a total means"),
            Some(first) if first.from > lowest => {
                let what = format!("the first band begins at {}; totals begin at {lowest}", first.from);
                self.problem(file, &first.say, what);
            }
            Some(_) => {}
        }
        let rising = raw.band.windows(2).filter(|pair| pair[1].from <= pair[0].from);
        for pair in rising {
            self.problem(file, &pair[1].say, "bands rise: `from` is above that of the band before");
        }
        for band in raw.band.iter().filter(|band| band.from > highest) {
            self.problem(file, &band.say, format!("no total is as high as {}; the highest is {highest}", band.from));
        }
        for band in &raw.band {
            self.length(file, &band.say, LONGEST_SAY);
        }
        raw.band.iter().map(|band| Band { from: band.from, say: band.say.get_ref().clone() }).collect()
    }
}
