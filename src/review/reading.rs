//! How the whole draft may land: two numbers, and the words that people are shown.

use serde::Serialize;

use super::{Finding, Missing, Reader};
use crate::content::{CueName, Severity};

/// How a draft may land.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// How badly it may land, 0 to 1.
    pub risk: f32,
    /// How much understanding it shows, 0 to 1.
    pub care: f32,
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

impl Reading {
    /// In words.
    pub fn landing(self) -> Landing {
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

/// What a cue takes from the risk. Directions after Danescu-Niculescu-Mizil et al. 2013; sizes are ours.
const SOFTENS: &[(CueName, f32)] = &[
    (CueName::Thanks, 0.7),
    (CueName::Deference, 0.4),
    (CueName::Greeting, 0.4),
    (CueName::Apology, 0.3),
    (CueName::Hedge, 0.2),
    (CueName::Close, 0.3),
    (CueName::Check, 0.3),
    (CueName::Validation, 0.3),
    (CueName::Feeling, 0.2),
    (CueName::Option, 0.2),
];

/// What a cue gives to care. Mechanisms after Sharma et al. 2020; sizes are ours.
const CARES: &[(CueName, f32)] = &[
    (CueName::Feeling, 1.2),
    (CueName::Effect, 0.9),
    (CueName::Validation, 0.9),
    (CueName::QuestionExploring, 0.6),
    (CueName::Ownership, 0.5),
    (CueName::Credit, 0.5),
    (CueName::Apology, 0.4),
    (CueName::Thanks, 0.3),
    (CueName::Option, 0.2),
    (CueName::Check, 0.2),
];

impl Reader<'_> {
    pub(super) fn reading(&self, findings: &[Finding], missing: &[Missing]) -> Reading {
        let weight = |severity| match severity {
            Severity::High => 2.0,
            Severity::Medium => 1.0,
            Severity::Low => 0.3,
        };
        let found: f32 = findings.iter().map(|f| weight(f.severity)).sum();
        let absent: f32 = missing.iter().map(|m| weight(m.severity) * 0.4).sum();
        let softened: f32 = SOFTENS.iter().filter(|(cue, _)| self.shown.has(*cue)).map(|(_, w)| w).sum();
        let heat = (self.own_mood.upset - 0.13).max(0.0) * 2.5;
        let risk = squash(-1.2 + found + absent.min(1.5) + heat - softened);
        let care = squash(
            -1.6 + CARES.iter().filter(|(cue, _)| self.shown.has(*cue)).map(|(_, w)| w).sum::<f32>()
                + up_to(self.echoes(), 6) * 1.2
                + up_to(self.scanned.text.word_count(), 120)
                - found * 0.4,
        );
        Reading { risk: agree(risk, findings, missing), care }
    }
}

/// A count as a share of the most that matters.
fn up_to(count: usize, most: u16) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(most).min(most)) / f32::from(most)
}

fn squash(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// A reading never contradicts what stands beside it; within its band it keeps its order.
fn agree(risk: f32, findings: &[Finding], missing: &[Missing]) -> f32 {
    /// Without a finding worth a change the upper part of the scale is pressed together below “could land cold”.
    const PRESSED_FROM: f32 = 0.3;
    let worst = findings.iter().map(|f| f.severity).chain(missing.iter().map(|m| m.severity)).max();
    let (low, high) = match worst {
        Some(Severity::High) => (STINGS, 1.0),
        Some(Severity::Medium) => (COLD, STINGS),
        _ if risk <= PRESSED_FROM => return risk,
        _ => return PRESSED_FROM + (risk - PRESSED_FROM) / (1.0 - PRESSED_FROM) * (COLD - PRESSED_FROM) * 0.99,
    };
    low + risk * (high - low) * 0.99
}
