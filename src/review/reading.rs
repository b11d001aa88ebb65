//! How the whole draft may land: two numbers, the words that people are shown, and the words that moved them.

use serde::Serialize;

use super::{Finding, Missing, Reader};
use crate::{content::Severity, language::ByteSpan, readings::chance};

/// How a draft may land.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// How badly it may land, 0 to 1: the chance that people would call it impolite, and at least what its findings say.
    pub risk: f32,
    /// How much understanding it shows, 0 to 1.
    pub care: f32,
    /// The words that moved `risk` furthest up, in bytes of the draft.
    pub hardened_by: Vec<ByteSpan>,
    /// The words that moved it furthest down.
    pub softened_by: Vec<ByteSpan>,
}

/// The same in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Landing {
    /// Nothing in it is likely to hurt.
    LandsWell,
    /// It may be read as distant.
    CouldLandCold,
    /// It may hurt.
    LikelyToSting,
}

/// From here on a draft could land cold; a medium finding puts it here at least.
const COLD: f32 = 0.4;
/// From here on it is likely to sting; a high finding puts it here at least, and nothing else does.
const STINGS: f32 = 0.7;
/// How many words are shown for each direction.
const SHOWN: usize = 3;
/// What findings and what is missing add to the logit, by severity.
const FOUND: [f32; 3] = [0.1, 0.5, 0.8];
const ABSENT: f32 = 0.3;
/// What an echo of the message answered adds to care, and how many of them count.
const ECHO: f32 = 0.15;
const ECHOES: usize = 6;

impl Reading {
    /// In words.
    pub fn landing(&self) -> Landing {
        match self.risk {
            r if r >= STINGS => Landing::LikelyToSting,
            r if r >= COLD => Landing::CouldLandCold,
            _ => Landing::LandsWell,
        }
    }
}

impl Landing {
    /// As it is read.
    pub fn name(self) -> &'static str {
        match self {
            Self::LandsWell => "lands well",
            Self::CouldLandCold => "could land cold",
            Self::LikelyToSting => "likely to sting",
        }
    }
}

impl Reader<'_> {
    pub(super) fn reading(&self, findings: &[Finding], missing: &[Missing]) -> Reading {
        let text = &self.scanned.text;
        let weighed = self.pack.readings.weigh(text);
        let found: f32 = findings.iter().map(|f| FOUND[f.severity as usize]).sum();
        let absent: f32 = missing.iter().map(|m| FOUND[m.severity as usize] * ABSENT).sum();
        let echoed = f32::from(u8::try_from(self.echoes().min(ECHOES)).unwrap_or_default()) * ECHO;
        let moved = |up| weighed.moved_risk(up, SHOWN).iter().map(|moved| text.origin(moved.span)).collect();
        Reading {
            risk: agree(chance(weighed.risk + found.min(2.0) + absent.min(1.0)), findings, missing),
            care: chance(weighed.care + echoed - found * 0.5),
            hardened_by: moved(true),
            softened_by: moved(false),
        }
    }
}

/// A reading never contradicts what stands beside it; within its band it keeps its order.
fn agree(risk: f32, findings: &[Finding], missing: &[Missing]) -> f32 {
    let worst = findings.iter().map(|f| f.severity).chain(missing.iter().map(|m| m.severity)).max();
    let within = |low: f32, high: f32| low + risk * (high - low) * 0.999;
    match worst {
        Some(Severity::High) => within(STINGS, 1.0),
        Some(Severity::Medium) => risk.max(within(COLD, STINGS)).min(STINGS * 0.999),
        // Words alone do not sting for certain: the upper end of the scale is pressed together below.
        _ if risk < COLD => risk,
        _ => COLD + (risk - COLD) / (1.0 - COLD) * (STINGS - COLD) * 0.999,
    }
}
