//! What people practise with: cards, which are *drills* here (a card is what the bot shows), and quizzes.

use std::ops::Range;

use super::schema::Medium;

/// A one-minute exercise: a customer's message and something to do with it.
#[derive(Clone, Debug)]
pub struct Drill {
    /// Its id, `family/name`.
    pub id: String,
    /// The post it draws from.
    pub post: String,
    /// What it trains: a fragment.
    pub trains: String,
    /// The tips whose “Try it” deals it; none that the pack has switched off.
    pub tips: Vec<String>,
    /// The rules that it trains; none that the pack has switched off.
    pub rules: Vec<String>,
    /// What is to be done.
    pub task: Task,
    /// Where the answer would be sent.
    pub medium: Medium,
    /// The customer's words.
    pub message: String,
    /// The task in words.
    pub ask: String,
    /// What a good answer has to do.
    pub musts: Vec<Must>,
    /// Shown after answering, where one chooses or orders.
    pub explain: Option<String>,
}

/// What a drill asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// A reply or its beginning.
    Write,
    /// A draft, mended.
    Mend {
        /// What is to be mended.
        draft: String,
    },
    /// A question to the customer.
    Ask,
    /// A letter, and why.
    Choose {
        /// Two to four texts, shown as A, B, C and D.
        options: Vec<String>,
        /// The place of the right one.
        right: usize,
    },
    /// Letters in the right order.
    Order {
        /// Three to five pieces in a wrong order, shown as A, B, C and so on.
        pieces: Vec<String>,
        /// The places of the pieces in the right order.
        right: Vec<usize>,
    },
}

/// Something that a good answer has to do.
#[derive(Clone, Debug)]
pub struct Must {
    /// What, as it is shown after answering: never a sentence to paste.
    pub what: String,
    /// Whether an answer without it is poor; otherwise it is only welcome.
    pub need: bool,
    /// The cues that meet it, by their places in the pack.
    pub cues: Vec<usize>,
    /// The patterns that meet it, by their places in the pack's patterns of practice.
    pub say: Range<u32>,
    /// The patterns that an answer must not hold, by their places there.
    pub not: Range<u32>,
}

/// Questions about oneself, for reflection: no validated test.
#[derive(Clone, Debug)]
pub struct Quiz {
    /// Its id.
    pub id: String,
    /// How it is read.
    pub title: String,
    /// The post it draws from.
    pub post: String,
    /// What it is and what it is not.
    pub intro: String,
    /// What is asked.
    pub items: Vec<QuizItem>,
    /// What totals mean, the lowest first.
    pub bands: Vec<Band>,
    /// How the total is made.
    pub total: Total,
}

/// How a quiz makes its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// What the answers are worth, together: 0 to 4 an item.
    Sum,
    /// Ten times what they are worth on average: 10 to 50.
    TenfoldAverage,
}

/// A statement or a situation with its answers.
#[derive(Clone, Debug)]
pub struct QuizItem {
    /// The statement or the situation.
    pub text: String,
    /// What to try where it is among the lowest, in words; empty where a pack has switched that tip off.
    pub tip: String,
    /// The answers, as they are shown.
    pub answers: Vec<QuizAnswer>,
}

/// An answer to an item of a quiz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuizAnswer {
    /// As it is shown.
    pub text: String,
    /// What it counts: 0 to 4 on the scale of a quiz, with reversed statements counted backwards; 1 to 5 otherwise.
    pub worth: u8,
}

/// What a quiz says from some total on.
#[derive(Clone, Debug)]
pub struct Band {
    /// The lowest total of the band.
    pub from: u32,
    /// What it says.
    pub say: String,
}
