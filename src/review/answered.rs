//! The message that a draft answers: its feeling, its questions, its deadline, and its own words coming back.

use std::collections::HashSet;

use super::{Lack, Reader, matter::matter, shown};
use crate::{
    content::{AnswerTo, CueName, MoodName, Pack, Scanned},
    language::{ByteSpan, Ending, ProtectedKind, Text},
    mood::{Mood, Sureness, UpsetLevel, mood_of},
};

/// A message, read for what an answer owes it.
pub(super) struct Answered<'t> {
    pub scanned: Scanned<'t>,
    pub mood: Mood,
    /// The words that carry its matter, cut to their stems.
    pub matter: HashSet<String>,
}

impl<'t> Answered<'t> {
    pub(super) fn of(pack: &Pack, message: &'t str) -> Self {
        let (mood, text) = mood_of(pack, Text::read(message));
        let scanned = shown::scan(pack, text);
        let matter = matter(&scanned.text.folded).collect();
        Self { scanned, mood, matter }
    }

    /// Whether it carries a feeling that an answer should meet.
    pub(super) fn is_upset(&self) -> bool {
        self.mood.level >= UpsetLevel::Uneasy && self.mood.mood != MoodName::Thankful
            || self.is_tender() && self.mood.sure != Sureness::Guess
    }

    /// Whether it carries fear, shame or loss: feelings that a light touch does not meet.
    fn is_tender(&self) -> bool {
        matches!(self.mood.mood, MoodName::Anxious | MoodName::Embarrassed | MoodName::Grieving)
    }

    /// Whether it names a time by which it matters.
    pub(super) fn has_deadline(&self) -> bool {
        self.mood.evidence.iter().any(|e| e.signal.starts_with("deadline/"))
    }

    /// Whether somebody is held up by it, so that an answer owes more than an answer.
    pub(super) fn is_pressing(&self) -> bool {
        self.is_upset() || self.mood.urgency >= 2.0
    }

    /// What is asked, in spans of the folded message; a complaint in the form of a question is none.
    pub(super) fn questions(&self) -> Vec<ByteSpan> {
        const COMPLAINTS: &[&str] = &[
            "why is it always",
            "why does it always",
            "why is this so",
            "how hard",
            "seriously",
            "really",
            "how many times",
        ];
        let folded = &self.scanned.text.folded;
        let asked = self.scanned.text.sentences.iter().filter(|s| {
            let asked = s.span.of(folded);
            s.ending == Ending::Question && s.words >= 3 && !COMPLAINTS.iter().any(|c| asked.starts_with(c))
        });
        asked.flat_map(|s| parts(folded, s.span)).collect()
    }

    /// The matter of what they say they have tried already.
    fn tried(&self) -> HashSet<String> {
        const TRIED: &[&str] = &["already", "i've tried", "i have tried", "i tried", "have done"];
        let folded = &self.scanned.text.folded;
        let sentences = self.scanned.text.sentences.iter().map(|s| s.span.of(folded));
        sentences.filter(|s| TRIED.iter().any(|t| s.contains(t))).flat_map(matter).collect()
    }
}

/// “When does it come, and will she have access?” asks twice.
fn parts(folded: &str, question: ByteSpan) -> Vec<ByteSpan> {
    const AND: &str = ", and ";
    const OPENINGS: &[&str] = &[
        "will ", "is ", "are ", "does ", "do ", "can ", "could ", "when ", "how ", "who ", "what ", "where ", "which ",
        "why ",
    ];
    let text = question.of(folded);
    let (mut all, mut start) = (Vec::new(), question.start);
    for (at, _) in text.match_indices(AND) {
        let next = at + AND.len();
        if OPENINGS.iter().any(|opening| text[next..].starts_with(opening)) {
            all.push(ByteSpan { start, end: question.start + at });
            start = question.start + next;
        }
    }
    all.push(ByteSpan { start, end: question.end });
    all
}

/// Whether “when” asks for a time, and does not only tell one: “will it be gone when I move?”.
fn asks_when(asked: &str) -> bool {
    const BEFORE: &[&str] =
        &["and", "so", "but", "or", "know", "me", "us", "say", "tell", "idea", "sure", "until", "till"];
    const AFTER: &[&str] =
        &["will", "is", "are", "does", "do", "did", "can", "could", "would", "should", "was", "were"];
    let words: Vec<&str> = crate::language::words(asked).collect();
    words.iter().enumerate().filter(|(_, word)| **word == "when").any(|(at, _)| {
        let before = at.checked_sub(1).is_none_or(|before| BEFORE.contains(&words[before]));
        before || words.get(at + 1).is_some_and(|after| AFTER.contains(after))
    })
}

/// Nobody asks more in earnest, and the whole draft is read for each.
const MOST_QUESTIONS: usize = 50;

/// What a yes-or-no question may be answered with.
const YES_OR_NO: &[&str] = &["yes", "no", "yep", "yeah", "sure", "certainly", "absolutely"];

/// What shows that the message was taken in as a person's.
pub(super) const HEARD: &[CueName] =
    &[CueName::Feeling, CueName::Effect, CueName::Validation, CueName::Ownership, CueName::Apology];

impl Reader<'_> {
    /// How many words of the message's matter come back in the draft.
    pub(super) fn echoes(&self) -> usize {
        let Some(answered) = &self.answered else { return 0 };
        answered.matter.intersection(self.own_matter()).count()
    }

    /// The words that carry the draft's own matter, cut to their stems.
    fn own_matter(&self) -> &HashSet<String> {
        self.matter.get_or_init(|| matter(&self.scanned.text.folded).collect())
    }

    /// Whether the feeling in the message, or what it cost the reader, is met.
    pub(super) fn acknowledges(&self) -> bool {
        let Some(answered) = &self.answered else { return true };
        let shown = &self.shown;
        match answered.mood.mood {
            // A loss is met by a word for it; what it cost them at work is not the point.
            MoodName::Grieving => return shown.any(&[CueName::Feeling, CueName::Apology, CueName::Validation]),
            // Shame is met by thanks for telling; a light touch or their facts alone would look away.
            MoodName::Embarrassed => return shown.any(HEARD) || shown.any(&[CueName::Thanks, CueName::Credit]),
            // Fear is met by the fact that makes it safe.
            MoodName::Anxious if shown.any(&[CueName::Thanks, CueName::Reassurance]) => return true,
            _ => {}
        }
        // Where a clock runs, acting before it strikes is the kindness. A mild feeling is met by a light touch; a
        // strong one wants its facts back, or its name.
        let acted = answered.has_deadline() && self.meets_deadline();
        let mild = answered.mood.level <= UpsetLevel::Uneasy;
        let touched = mild && (self.echoes() >= 1 || shown.any(&[CueName::Greeting, CueName::Thanks]));
        shown.any(HEARD) || shown.has(CueName::Credit) || acted || touched || self.echoes() >= 3
    }

    /// What the message asked for and the draft does not meet.
    pub(super) fn unanswered(&self, to: AnswerTo) -> Vec<(Lack, Option<ByteSpan>)> {
        let Some(answered) = &self.answered else { return Vec::new() };
        match to {
            AnswerTo::Feeling if answered.is_upset() && !self.acknowledges() => vec![(Lack::Acknowledgement, None)],
            AnswerTo::Deadline if answered.has_deadline() && !self.meets_deadline() => vec![(Lack::Workaround, None)],
            AnswerTo::Questions => {
                let questions = answered.questions();
                let lone = questions.len() == 1;
                let unmet = questions.iter().take(MOST_QUESTIONS).filter(|asked| !self.meets(answered, **asked, lone));
                unmet.map(|asked| (Lack::AnswerToQuestion, Some(answered.scanned.text.origin(*asked)))).collect()
            }
            AnswerTo::Tried if self.asks_again(answered) => vec![(Lack::Restatement, None)],
            _ => Vec::new(),
        }
    }

    pub(super) fn meets_deadline(&self) -> bool {
        const DONE: &[&str] = &["now", "i've", "already", "done", "back"];
        let done = crate::language::words(&self.scanned.text.folded).any(|w| DONE.contains(&w));
        let times = self.shown.spans(CueName::Time);
        let in_time = if times.is_empty() {
            done && self.shown.has(CueName::Action)
        } else {
            times.iter().any(|time| !self.comes_too_late(*time))
        };
        in_time || self.shown.any(&[CueName::Workaround, CueName::Option])
    }

    /// Whether a time in the draft is a later day's, where the message's own ends today.
    fn comes_too_late(&self, time: ByteSpan) -> bool {
        const TODAY: &[&str] = &["deadline/in-minutes", "deadline/in-the-middle", "deadline/today", "deadline/by-time"];
        const LATER: &[&str] =
            &["tomorrow", "next week", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let Some(answered) = &self.answered else { return false };
        let message = &answered.scanned.text.folded;
        let ends_today = answered.mood.evidence.iter().any(|e| TODAY.contains(&e.signal.as_str()));
        // A day that the message names itself may be the one that it means.
        let later = |day: &&&str| time.of(&self.scanned.text.folded).contains(**day) && !message.contains(**day);
        ends_today && LATER.iter().any(|day| later(&day))
    }

    /// Whether a step of the draft is one that they have taken.
    fn asks_again(&self, answered: &Answered<'_>) -> bool {
        let tried = answered.tried();
        let text = &self.scanned.text;
        let credited = self.shown.has(CueName::Credit);
        let steps = self.shown.spans(CueName::Step).iter().filter_map(|step| text.sentence_at(step.start));
        !credited
            && steps
                .into_iter()
                .any(|i| matter(text.sentences[i].span.of(&text.folded)).any(|word| tried.contains(&word)))
    }

    /// Whether a draft is a link and nothing but a hand that points there, in words of its own or of the message.
    pub(super) fn only_points_elsewhere(&self) -> bool {
        const POINTING: &str = "a above and article at below check details docs documentation faq find following for go guide have \
                                here here's in info information is it it's kb link look more our page please read refer see that \
                                the there this to visit";
        let Some(answered) = &self.answered else { return false };
        let text = &self.scanned.text;
        let points = |word: &str| {
            POINTING.split(' ').chain(crate::language::words(&answered.scanned.text.folded)).any(|known| known == word)
        };
        let links = text.protected.iter().any(|(_, kind)| *kind == ProtectedKind::Link);
        links && crate::language::words(self.scanned.body().of(&text.folded)).all(points)
    }

    /// Whether a question is met, the only one or one of several: its words come back, or its kind of answer is there, or
    /// it is taken on.
    fn meets(&self, answered: &Answered<'_>, question: ByteSpan, lone: bool) -> bool {
        if self.only_points_elsewhere() {
            return false;
        }
        let draft = &self.scanned.text.folded;
        let asked = question.of(&answered.scanned.text.folded);
        let words: HashSet<String> = matter(asked).collect();
        let back = words.intersection(self.own_matter()).count();
        if back > 0 && back * 3 >= words.len() {
            return true;
        }
        let opens = |with: &[&str]| with.iter().any(|w| asked.starts_with(w) || asked.contains(&format!(" {w}")));
        if asks_when(asked) || opens(&["how long", "what time"]) {
            return self.shown.has(CueName::Time) || self.shown.has(CueName::NextStep);
        }
        // A lone question is met by any answer that is one; among several, words or a kind of answer must come back, where
        // it has words that can.
        let taken_on =
            self.shown.any(&[CueName::NextStep, CueName::Action, CueName::Owner, CueName::Step, CueName::PlainCause]);
        let statement = self.scanned.text.sentences.iter().any(|s| s.ending != Ending::Question && s.words >= 3);
        if lone || words.is_empty() {
            return taken_on || statement;
        }
        let replied = crate::language::words(draft).any(|w| YES_OR_NO.contains(&w));
        back > 0 && (taken_on || replied) || opens(&["who "]) && self.shown.has(CueName::Owner)
    }
}
