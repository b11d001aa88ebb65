//! A draft, read as its reader would.
//!
//! [`review`] takes a draft in its setting and returns a [`Review`]: a reading, strengths, findings, what is
//! missing, and the listening level when the message answered is known. It vouches for tone, never for facts.

mod answered;
mod compare;
mod examples;
mod inside;
mod level;
mod matter;
mod measure;
mod missing;
mod order;
mod reading;
mod shown;
mod strengths;

use std::{
    cell::OnceCell,
    collections::{BTreeSet, HashSet},
};

use serde::Serialize;

use crate::{
    content::{Medium, MoodName, Pack, Rule, RuleKind, Scanned, Severity},
    language::{ByteSpan, Text, identify},
};

use answered::Answered;
pub use compare::{Change, compare};
pub use examples::examples;
pub use level::Level;
pub use reading::{Landing, Reading};
use shown::Shown;
pub use strengths::Strength;

/// A reply before it is sent, in its setting.
#[derive(Clone, Copy)]
pub struct Draft<'t> {
    /// What the reply says.
    pub text: &'t str,
    /// The message that it answers, where known.
    pub answers: Option<&'t str>,
    /// Where it is sent.
    pub medium: Medium,
}

/// How a draft may land, and why.
#[derive(Clone, Debug)]
pub struct Review {
    /// How the whole may land.
    pub reading: Reading,
    /// What is done well, the most telling first.
    pub strengths: Vec<Strength>,
    /// Rules met in the words, worst first.
    pub findings: Vec<Finding>,
    /// What is not there, worst first.
    pub missing: Vec<Missing>,
    /// How well it listens, when the message answered is known.
    pub level: Option<Level>,
    /// The ISO 639-1 code of its language.
    pub language: &'static str,
    /// Whether the numbers are to be taken with care and findings are not given: the draft is not in English.
    pub foreign: bool,
    /// What the message answered seems to carry.
    pub answers: Option<MoodName>,
}

/// A rule met in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// The bytes of the draft.
    pub span: ByteSpan,
    /// What it does to its reader.
    pub why: String,
    /// What to try.
    pub instead: Vec<String>,
    /// The post that the rule draws from.
    pub post: String,
}

/// Something that the draft lacks, by a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What.
    pub what: Lack,
    /// The id of the rule.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// What its absence does.
    pub why: String,
    /// What to try.
    pub instead: Vec<String>,
    /// The post that the rule draws from.
    pub post: String,
    /// The words of the message answered that it is about, in bytes of that message.
    pub about: Option<ByteSpan>,
}

/// What a draft can lack, in the words of the published JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// A greeting, or the name in it.
    Greeting,
    /// The feeling or the effect, or the error owned.
    Acknowledgement,
    /// The matter in the reader's words.
    Restatement,
    /// Somebody who has it in hand.
    Owner,
    /// Who does what next.
    NextStep,
    /// When.
    Time,
    /// A close and a name.
    Close,
    /// An answer to a question.
    AnswerToQuestion,
    /// A way to meet the deadline.
    Workaround,
    /// Thanks.
    Thanks,
    /// Asking whether it worked.
    Check,
}

impl Lack {
    /// As it is read: “no greeting”, “no answer”.
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Acknowledgement => "acknowledgement",
            Self::Restatement => "word of what they wrote",
            Self::Owner => "owner",
            Self::NextStep => "next step",
            Self::Time => "time",
            Self::Close => "close",
            Self::AnswerToQuestion => "answer",
            Self::Workaround => "way to meet the deadline",
            Self::Thanks => "thanks",
            Self::Check => "check that it worked",
        }
    }
}

impl Review {
    /// The worst severity among findings and what is missing.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|f| f.severity).chain(self.missing.iter().map(|m| m.severity)).max()
    }

    /// Whether nothing in it is worth a change, and its words are likely to land well.
    pub fn reads_well(&self) -> bool {
        self.reading.landing == Landing::LandsWell && !self.foreign && !self.answers_danger()
    }

    /// Whether the message answered hints that somebody may be in danger: then no draft is good enough by itself.
    pub fn answers_danger(&self) -> bool {
        self.answers == Some(MoodName::Safety)
    }
}

/// Reviews a draft.
pub fn review(pack: &Pack, draft: &Draft<'_>) -> Review {
    review_without(pack, draft, &BTreeSet::new())
}

/// Reviews a draft without the rules that are switched off, by their ids.
pub fn review_without(pack: &Pack, draft: &Draft<'_>, off: &BTreeSet<String>) -> Review {
    let reader = Reader::of(pack, draft);
    let language = identify(&reader.scanned.text.folded);
    let foreign = language != "en";
    // The rules are English: what they say of another language would be chance.
    let (mut findings, mut missing) = if foreign { (Vec::new(), Vec::new()) } else { reader.draw() };
    findings.retain(|f| !off.contains(&f.rule));
    missing.retain(|m| !off.contains(&m.rule));
    keep_worst_of_each_place(&mut findings, reader.scanned.text.origin(reader.scanned.body()));
    missing.sort_by_key(|m| std::cmp::Reverse(m.severity));
    missing.dedup_by_key(|m| (m.what, m.about));
    let strengths = if foreign { Vec::new() } else { reader.strengths() };
    let level = if foreign { None } else { reader.level(&findings, &missing) };
    let mut reading = reader.reading(&findings, &missing, level.as_ref());
    reading.sure &= !foreign;
    let answers = reader.answered.as_ref().map(|a| a.mood.mood);
    Review { reading, strengths, findings, missing, level, language, foreign, answers }
}

/// A draft that has been read, with what it shows and what it answers.
struct Reader<'a> {
    pack: &'a Pack,
    medium: Medium,
    scanned: Scanned<'a>,
    shown: Shown,
    answered: Option<Answered<'a>>,
    /// The phrase rules that are met, by their places in the pack, and where in the folded text.
    phrases: Vec<(usize, ByteSpan)>,
    /// The words that carry its matter, once somebody asked for them.
    matter: OnceCell<HashSet<String>>,
}

impl<'a> Reader<'a> {
    fn of(pack: &'a Pack, draft: &Draft<'a>) -> Self {
        let scanned = shown::scan(pack, Text::read(draft.text));
        let answered = draft.answers.filter(|m| !m.trim().is_empty()).map(|message| Answered::of(pack, message));
        let shown = Shown::default();
        let (phrases, matter) = (Vec::new(), OnceCell::new());
        let mut reader = Self { pack, medium: draft.medium, scanned, shown, answered, phrases, matter };
        reader.phrases = reader.phrases();
        reader.shown = Shown::of(pack, &reader.scanned, |span| reader.is_spoilt(span));
        reader
    }

    fn phrases(&self) -> Vec<(usize, ByteSpan)> {
        self.pack
            .rules_met(&self.scanned)
            .filter_map(|place| {
                let rule = &self.pack.rules[place];
                let phrase = rule.phrase().filter(|_| self.concerns(rule))?;
                let mut spans = self.scanned.met(phrase).into_iter().filter(|span| !self.allowed(*span));
                Some((place, spans.nth(phrase.count.saturating_sub(1))?))
            })
            .collect()
    }

    /// Whether what stands here does no good: it is part of a phrase that hurts, or in one sentence with one that
    /// hurts badly. “As I said on Monday” gives no time.
    fn is_spoilt(&self, span: ByteSpan) -> bool {
        let here = self.scanned.text.sentence_at(span.start);
        self.phrases.iter().any(|(rule, met)| match self.pack.rules[*rule].severity {
            Severity::High => met.overlaps(&span) || here.is_some() && self.scanned.text.sentence_at(met.start) == here,
            Severity::Medium => met.overlaps(&span),
            Severity::Low => false,
        })
    }

    /// Every rule that is met, whatever else is.
    fn draw(&self) -> (Vec<Finding>, Vec<Missing>) {
        let mut findings = Vec::new();
        let mut missing = Vec::new();
        // A bare link has no words, and answers nobody.
        if self.scanned.text.word_count() == 0 && !self.only_points_elsewhere() {
            return (findings, missing);
        }
        let of_phrase =
            |(rule, span): &(usize, ByteSpan)| finding(&self.pack.rules[*rule], self.scanned.text.origin(*span));
        findings.extend(self.phrases.iter().map(of_phrase));
        let wordless = self.pack.wordless.iter().map(|place| &self.pack.rules[*place]);
        for rule in wordless.filter(|rule| self.concerns(rule)) {
            match &rule.kind {
                RuleKind::Phrase(_) => {}
                RuleKind::Inside(inside) => findings.extend(self.inside(inside).map(|span| finding(rule, span))),
                RuleKind::Measure(measure, limit) => {
                    findings.extend(self.measure(*measure, *limit).map(|span| finding(rule, span)));
                }
                RuleKind::Order => findings.extend(self.order().map(|span| finding(rule, span))),
                RuleKind::Missing(part) => missing.extend(self.lacks(*part).then(|| lack(rule, part.lack(), None))),
                RuleKind::Answer(to) => {
                    missing.extend(self.unanswered(*to).into_iter().map(|(what, about)| lack(rule, what, about)));
                }
            }
        }
        (findings, missing)
    }

    fn concerns(&self, rule: &Rule) -> bool {
        (rule.media.is_empty() || rule.media.contains(&self.medium))
            && (rule.moods.is_empty() || self.answered.as_ref().is_some_and(|a| rule.moods.contains(&a.mood.mood)))
    }

    /// Whether the pack allows the words.
    fn allowed(&self, span: ByteSpan) -> bool {
        let words = span.of(&self.scanned.text.folded);
        self.pack.allow.iter().any(|allowed| words.contains(allowed.as_str()))
    }
}

fn finding(rule: &Rule, span: ByteSpan) -> Finding {
    Finding {
        rule: rule.id.clone(),
        severity: rule.severity,
        span,
        why: rule.why.clone(),
        instead: rule.instead.clone(),
        post: rule.post.clone(),
    }
}

fn lack(rule: &Rule, what: Lack, about: Option<ByteSpan>) -> Missing {
    Missing {
        what,
        rule: rule.id.clone(),
        severity: rule.severity,
        why: rule.why.clone(),
        instead: rule.instead.clone(),
        post: rule.post.clone(),
        about,
    }
}

/// By severity; what endangers somebody or their data comes before what only hurts.
fn worst_first(finding: &Finding) -> impl Ord + use<> {
    (std::cmp::Reverse(finding.severity), !finding.rule.starts_with("harm/"))
}

/// Words are reported once: of findings that overlap, the worst stays, then the one that quotes more; what is said of
/// the draft as a whole comes after what is said of its words.
fn keep_worst_of_each_place(findings: &mut Vec<Finding>, body: ByteSpan) {
    let whole = |f: &Finding| f.span.start <= body.start && f.span.end >= body.end;
    findings.sort_by_key(|f| (worst_first(f), whole(f), std::cmp::Reverse(f.span.end - f.span.start), f.span.start));
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        if !kept.iter().any(|k| k.span.overlaps(&finding.span)) {
            kept.push(finding);
        }
    }
    kept.sort_by_key(|f| (worst_first(f), f.span.start));
    *findings = kept;
}
