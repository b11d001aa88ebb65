//! The names by which content and engines know each other. Each list is a table: a name and the word in the files.

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$variant_doc])* $variant,)* }

        impl $type {
            /// Every name, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in the files.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The name that a word in the files stands for.
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|name| name.word() == word)
            }

            /// All the words, to say what would have been right.
            pub fn words() -> Vec<&'static str> {
                Self::ALL.iter().map(|name| name.word()).collect()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}

names! {
    /// What a message seems to carry.
    MoodName {
        /// Nothing out of the ordinary.
        Calm = "calm",
        /// Thanks.
        Thankful = "thankful",
        /// Not following.
        Confused = "confused",
        /// Fear of what may come.
        Anxious = "anxious",
        /// Shame.
        Embarrassed = "embarrassed",
        /// Being held up, again.
        Frustrated = "frustrated",
        /// Anger.
        Angry = "angry",
        /// A clock that runs.
        Urgent = "urgent",
        /// A loss.
        Grieving = "grieving",
        /// A hint at self-harm, violence or danger: no coaching, a human.
        Safety = "safety",
    }
}

names! {
    /// What a draft can show; the engines ask for these cues by name.
    CueName {
        /// Hello.
        Greeting = "greeting",
        /// A courteous ending.
        Close = "close",
        /// The writer's name at the end.
        Signature = "signature",
        /// Thanks.
        Thanks = "thanks",
        /// Regret.
        Apology = "apology",
        /// Owning an error.
        Ownership = "ownership",
        /// Somebody who has this in hand: “I”.
        Owner = "owner",
        /// What is or will be done.
        Action = "action",
        /// Who does what next.
        NextStep = "next-step",
        /// A clock time, a date, a span.
        Time = "time",
        /// Asking whether it worked.
        Check = "check",
        /// A feeling named.
        Feeling = "feeling",
        /// What it cost the reader.
        Effect = "effect",
        /// What is possible.
        Option = "option",
        /// A way to carry on meanwhile.
        Workaround = "workaround",
        /// An open question about their situation.
        QuestionExploring = "question-exploring",
        /// A technical instruction.
        Step = "step",
        /// Saying that the feeling or the view makes sense.
        Validation = "validation",
        /// The fact that makes it safe.
        Reassurance = "reassurance",
        /// Credit for what the reader did.
        Credit = "credit",
        /// The cause, plainly.
        PlainCause = "plain-cause",
        /// Bad news, told.
        BadNews = "bad-news",
        /// A refusal.
        Refusal = "refusal",
        /// Softening.
        Hedge = "hedge",
        /// Deference or praise.
        Deference = "deference",
    }
}

names! {
    /// What a draft can lack.
    Missing {
        /// A greeting.
        Greeting = "greeting",
        /// The reader's name.
        Name = "name",
        /// Thanks.
        Thanks = "thanks",
        /// The feeling or the effect, to an upset reader.
        Acknowledgement = "acknowledgement",
        /// Their matter in their words.
        Restatement = "restatement",
        /// Somebody who has it in hand.
        Owner = "owner",
        /// Who does what next.
        NextStep = "next-step",
        /// When.
        Time = "time",
        /// Asking whether it worked.
        Check = "check",
        /// A close and a name.
        Close = "close",
        /// A way to meet a deadline.
        Workaround = "workaround",
        /// Owning our error.
        Ownership = "ownership",
        /// Anything done at all.
        Action = "action",
    }
}

names! {
    /// What a draft can be measured by.
    Measure {
        /// Words in capitals.
        Capitals = "capitals",
        /// Marks in a row.
        Marks = "marks",
        /// Words in a sentence.
        SentenceWords = "sentence-words",
        /// Instructions in one paragraph.
        StepsInParagraph = "steps-in-paragraph",
        /// Words in all; fires below its limit.
        Words = "words",
        /// Acronyms without a gloss.
        Acronyms = "acronyms",
        /// Apologies.
        Apologies = "apologies",
        /// Emoji.
        Emoji = "emoji",
        /// Trailing dots.
        Ellipsis = "ellipsis",
        /// A question before anything else.
        QuestionFirst = "question-first",
        /// Negative words among a hundred.
        NegativeWords = "negative-words",
    }
}

names! {
    /// What in the message answered must be met.
    AnswerTo {
        /// Each question.
        Questions = "questions",
        /// The deadline.
        Deadline = "deadline",
        /// The feeling.
        Feeling = "feeling",
        /// What they have tried already, not to be asked for again.
        Tried = "tried",
    }
}
