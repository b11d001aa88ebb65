//! What a draft lacks, given its medium and the message it answers.

use super::{Lack, Reader};
use crate::{
    content::{CueName, Medium, Missing, MoodName},
    language::Ending,
};

/// Fewer words than this owe no parts: they are a turn of talk.
const FEWEST_WORDS: usize = 4;
/// A message of fewer words of matter needs no restating.
const FEWEST_MATTER: usize = 4;

impl Missing {
    /// In the words of the published JSON.
    pub(super) fn lack(self) -> Lack {
        match self {
            Self::Greeting | Self::Name => Lack::Greeting,
            Self::Thanks => Lack::Thanks,
            Self::Acknowledgement | Self::Ownership => Lack::Acknowledgement,
            Self::Restatement => Lack::Restatement,
            Self::Owner => Lack::Owner,
            Self::NextStep | Self::Action => Lack::NextStep,
            Self::Time => Lack::Time,
            Self::Check => Lack::Check,
            Self::Close => Lack::Close,
            Self::Workaround => Lack::Workaround,
        }
    }
}

/// What moves a matter on.
const MOVES: &[CueName] = &[
    CueName::NextStep,
    CueName::Action,
    CueName::Step,
    CueName::Owner,
    CueName::Check,
    CueName::Workaround,
    CueName::Option,
    CueName::QuestionExploring,
];

impl Reader<'_> {
    pub(super) fn lacks(&self, part: Missing) -> bool {
        let shown = &self.shown;
        let thankful = self.carries(MoodName::Thankful);
        let grieving = self.carries(MoodName::Grieving);
        let has_matter = self.answered.as_ref().is_some_and(|a| a.matter.len() >= FEWEST_MATTER);
        let brief = self.scanned.text.word_count() < FEWEST_WORDS;
        match part {
            Missing::Greeting => !shown.has(CueName::Greeting),
            Missing::Name => shown.has(CueName::Greeting) && !self.names_reader(),
            Missing::Thanks => self.was_helped() && !shown.any(&[CueName::Thanks, CueName::Credit]) && !grieving,
            Missing::Acknowledgement => {
                self.answered.as_ref().is_some_and(super::Answered::is_upset) && !self.acknowledges()
            }
            Missing::Restatement => has_matter && !thankful && self.echoes() == 0 && !shown.any(super::answered::HEARD),
            Missing::Owner => {
                let owned =
                    shown.any(&[CueName::Owner, CueName::Ownership, CueName::Time]) || self.speaks_as_somebody();
                !brief && !thankful && !owned
            }
            Missing::NextStep => {
                // A turn of talk owes a next step only to somebody who is held up.
                let owed =
                    self.medium != Medium::Chat || self.answered.as_ref().is_some_and(super::Answered::is_pressing);
                owed && !thankful && !grieving && !self.asks() && !shown.any(MOVES) && !shown.has(CueName::Time)
            }
            Missing::Time => self.promises() && !shown.has(CueName::Time),
            Missing::Check => shown.any(&[CueName::Action, CueName::Step]) && !shown.has(CueName::Check),
            Missing::Close => !shown.any(&[CueName::Close, CueName::Signature]),
            Missing::Workaround => {
                self.answered.as_ref().is_some_and(super::Answered::has_deadline) && !self.meets_deadline()
            }
            Missing::Ownership => self.is_blamed_on_us() && !shown.any(&[CueName::Ownership, CueName::Apology]),
            Missing::Action => {
                let owed =
                    self.medium != Medium::Chat || self.answered.as_ref().is_some_and(super::Answered::is_pressing);
                owed && shown.any(&[CueName::Feeling, CueName::Apology, CueName::Validation])
                    && !thankful
                    && !grieving
                    && !shown.any(MOVES)
                    && !shown.has(CueName::Time)
            }
        }
    }

    /// The message shows a deed to thank for: a test, a picture, a code, a report, or thanks of its own.
    fn was_helped(&self) -> bool {
        const DEEDS: &[&str] = &[
            "attached",
            "attachment",
            "screenshot",
            "screen shot",
            "photo of",
            "picture of",
            "log file",
            "log says",
            "log shows",
            "the log:",
            "error code",
            "to report",
            "reporting",
            "let you know",
            "heads up",
        ];
        self.answered.as_ref().is_some_and(|a| {
            let folded = &a.scanned.text.folded;
            let mut pairs = crate::language::words(folded).zip(crate::language::words(folded).skip(1));
            a.mood.evidence.iter().any(|e| e.signal == "expert/already-tried" || e.signal.starts_with("thanks/"))
                || DEEDS.iter().any(|deed| folded.contains(deed))
                || pairs.any(|(word, next)| word == "error" && next.contains(|c: char| c.is_ascii_digit()))
        })
    }

    fn carries(&self, mood: MoodName) -> bool {
        self.answered.as_ref().is_some_and(|a| a.mood.mood == mood)
    }

    /// A word with a capital after the greeting, before the first stop: “Hi Ana,”.
    fn names_reader(&self) -> bool {
        let Some(hello) = self.shown.spans(CueName::Greeting).first() else { return false };
        let text = &self.scanned.text;
        let rest = text
            .origin(crate::language::ByteSpan { start: hello.start, end: self.scanned.body().start.max(hello.end) });
        rest.of(text.original).split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase))
    }

    /// “I”, “my”, “we” anywhere: somebody is speaking.
    fn speaks_as_somebody(&self) -> bool {
        const SOMEBODY: &[&str] =
            &["i", "i'm", "i've", "i'll", "i'd", "me", "my", "we", "we've", "we're", "we'll", "our", "us"];
        crate::language::words(&self.scanned.text.folded).any(|w| SOMEBODY.contains(&w))
    }

    /// Whether the draft asks something.
    fn asks(&self) -> bool {
        self.scanned.text.sentences.iter().any(|s| s.ending == Ending::Question)
    }

    /// Something is still to come from us, whatever the reader does: “if …, I'll …” waits for them.
    fn promises(&self) -> bool {
        const COMING: &[&str] = &[
            "i'll ",
            "i will ",
            "we'll ",
            "we will ",
            "i'm going to ",
            "we're going to ",
            "working on",
            "looking into",
        ];
        let folded = &self.scanned.text.folded;
        let mut sentences = self.scanned.text.sentences.iter().map(|s| s.span.of(folded));
        self.medium != Medium::Chat
            && sentences.any(|s| COMING.iter().any(|c| s.contains(c)) && !s.contains("if ") && !s.contains("once "))
    }

    /// The message says that our change or our action caused it.
    fn is_blamed_on_us(&self) -> bool {
        const OURS: &[&str] = &[
            "your update",
            "your change",
            "your upgrade",
            "your patch",
            "you broke",
            "your migration",
            "your fix",
            "you deleted",
            "your rollout",
        ];
        self.answered.as_ref().is_some_and(|a| OURS.iter().any(|o| a.scanned.text.folded.contains(o)))
    }
}
