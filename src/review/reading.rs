//! How the whole draft may land: two numbers, what people are shown of them, and the words that moved them.

use serde::Serialize;

use super::{Finding, Missing, Reader};
use crate::{content::Severity, language::ByteSpan, readings::chance};

/// How a draft may land.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// How badly it may land, 0 to 1: the chance that people would call it impolite, what is found and missing heeded.
    pub risk: f32,
    /// How much understanding it shows, 0 to 1.
    pub care: f32,
    /// In words: as the numbers say it, and never milder than the worst finding.
    pub landing: Landing,
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

/// From here on words alone say that a draft could land cold. That it stings takes a finding too.
const COLD: f32 = 0.6;
/// The least risk beside a high finding.
const STINGS: f32 = 0.5;
/// How many words are told for each direction.
const WORDS_SHOWN: usize = 3;
/// What a finding adds to the logit of `risk`, low, medium and high, and what something missing adds of that. Among texts
/// that people rated a high finding makes “impolite” some ten times as likely, a medium one some four times
/// (`docs/false-alarms.md`); the words have told part of that already.
const FOUND: [f32; 3] = [0.05, 0.35, 1.2];
const ABSENT: f32 = 0.3;
/// What findings take from `care`, of what they add to `risk`.
const CARELESS: f32 = 0.5;
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

    /// What a reading of these numbers says beside these findings.
    fn of(risk: f32, findings: &[Finding], missing: &[Missing]) -> Self {
        let worst = findings.iter().map(|f| f.severity).chain(missing.iter().map(|m| m.severity)).max();
        let found = match worst {
            Some(Severity::High) => Self::LikelyToSting,
            Some(Severity::Medium) => Self::CouldLandCold,
            _ => Self::LandsWell,
        };
        found.max(if risk < COLD { Self::LandsWell } else { Self::CouldLandCold })
    }
}

impl Reader<'_> {
    pub(super) fn reading(&self, findings: &[Finding], missing: &[Missing]) -> Reading {
        let text = &self.scanned.text;
        let weighed = self.pack.readings.weigh(text);
        let found: f32 = findings.iter().map(|f| FOUND[f.severity as usize]).sum();
        let absent: f32 = missing.iter().map(|m| FOUND[m.severity as usize] * ABSENT).sum();
        let stings = findings.iter().any(|f| f.severity == Severity::High);
        let risk = chance(weighed.risk + found.min(2.5) + absent.min(1.0)).max(if stings { STINGS } else { 0.0 });
        let echoed = f32::from(u8::try_from(self.echoes()).unwrap_or(ECHOES).min(ECHOES)) * ECHO;
        let moved = |up| weighed.moved_risk(up, WORDS_SHOWN).iter().map(|moved| text.origin(moved.span)).collect();
        Reading {
            risk,
            care: chance(weighed.care + echoed - found * CARELESS),
            landing: Landing::of(risk, findings, missing),
            hardened_by: moved(true),
            softened_by: moved(false),
        }
    }
}
