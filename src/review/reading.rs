//! How the whole draft may land: two numbers, what people are shown of them, and the words that moved them.

use serde::Serialize;

use super::{Finding, Level, Missing, Reader};
use crate::{
    content::Severity,
    language::ByteSpan,
    readings::{chance, furthest},
};

/// How a draft may land.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// How badly it may land, 0 to 1: the chance that people would call it impolite, what is found and missing heeded.
    pub risk: f32,
    /// How much understanding it shows, 0 to 1.
    pub care: f32,
    /// In words: as the numbers say it, and never milder than the worst finding.
    pub landing: Landing,
    /// Whether that is clear: false where the words are few or not English, or the number lies near the border.
    pub sure: bool,
    /// The words that moved `risk` furthest up, in bytes of the draft.
    pub hardened_by: Vec<ByteSpan>,
    /// The words that moved it furthest down.
    pub softened_by: Vec<ByteSpan>,
}

/// How a draft may land, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Landing {
    /// Nothing in it is likely to hurt.
    LandsWell,
    /// It may be read as distant.
    CouldLandCold,
    /// It may hurt.
    LikelyToSting,
}

/// From here on words alone say that a draft could land cold, unless it shows this much understanding, or listens at this
/// level. That it stings takes a finding.
const COLD: f32 = 0.75;
const CARING: f32 = 0.35;
const LISTENS: u8 = 3;
/// Fewer words than these, or a risk this near to [`COLD`], make a guess.
const FEW_WORDS: usize = 4;
const NEAR: f32 = 0.1;
/// How many words are told for each direction.
const WORDS_SHOWN: usize = 3;
/// What a finding adds to the logit of `risk`, by severity, and all of them at most. Among texts that people rated, a high
/// one makes “impolite” some ten times as likely and a medium one some four times (`docs/false-alarms.md`); the words have
/// told part of that already.
const FOUND: [f32; 3] = [0.1, 0.8, 2.0];
const MOST_FOUND: f32 = 3.0;
/// What something missing adds of that: little by itself, more where the message answered tells what was owed.
const ABSENT: f32 = 0.2;
const OWED: f32 = 0.7;
const MOST_ABSENT: f32 = 2.0;
/// What `risk` is at least beside the worst finding; where the message answered is known, beside the worst gap too: a
/// script may be polite in every word and cold as an answer.
const LEAST: [f32; 3] = [0.0, 0.0, 0.5];
const LEAST_ANSWERING: [f32; 3] = [0.0, 0.4, 0.7];
/// What these take from the logit of `care`, of what they add to that of `risk`.
const CARELESS: f32 = 0.4;
const UNCARING: f32 = 0.2;
/// What an echo of the message answered adds to the logit of `care`, and how many of them count.
const ECHO: f32 = 0.15;
const ECHOES: u8 = 6;

impl Landing {
    /// As it is read.
    pub fn name(self) -> &'static str {
        match self {
            Self::LandsWell => "lands well",
            Self::CouldLandCold => "could land cold",
            Self::LikelyToSting => "likely to sting",
        }
    }

    /// What findings and what is missing say, and words where they alone speak against a draft.
    fn of(worst: Option<Severity>, words_are_cold: bool) -> Self {
        match worst {
            Some(Severity::High) => Self::LikelyToSting,
            Some(Severity::Medium) => Self::CouldLandCold,
            _ if words_are_cold => Self::CouldLandCold,
            _ => Self::LandsWell,
        }
    }
}

impl Reader<'_> {
    pub(super) fn reading(&self, findings: &[Finding], missing: &[Missing], level: Option<&Level>) -> Reading {
        let text = &self.scanned.text;
        let weighed = self.pack.readings.weigh(text);
        let (owed, least) = if self.answered.is_some() { (OWED, LEAST_ANSWERING) } else { (ABSENT, LEAST) };
        let found: f32 = findings.iter().map(|f| FOUND[f.severity as usize]).sum();
        let absent: f32 = missing.iter().map(|m| FOUND[m.severity as usize] * owed).sum();
        let echoed = f32::from(u8::try_from(self.echoes()).unwrap_or(ECHOES).min(ECHOES)) * ECHO;
        let found_worst = findings.iter().map(|f| f.severity).max();
        let worst = found_worst.max(missing.iter().map(|m| m.severity).max());
        let judged = if self.answered.is_some() { worst } else { found_worst };
        let risk = chance(weighed.risk + found.min(MOST_FOUND) + absent.min(MOST_ABSENT))
            .max(judged.map_or(0.0, |worst| least[worst as usize]));
        let care = chance(weighed.care + echoed - found * CARELESS - absent * UNCARING);
        let listens = care >= CARING || level.is_some_and(|level| level.number >= LISTENS);
        let in_risk = weighed.in_risk();
        let moved = |up| furthest(text, &in_risk, up, WORDS_SHOWN);
        Reading {
            risk,
            care,
            landing: Landing::of(worst, risk >= COLD && !listens),
            sure: worst >= Some(Severity::Medium) || text.word_count() >= FEW_WORDS && (risk - COLD).abs() >= NEAR,
            hardened_by: moved(true),
            softened_by: moved(false),
        }
    }
}
