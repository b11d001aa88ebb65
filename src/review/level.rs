//! The listening level of a reply: a mirror with its evidence, never a grade.
//! After “The 5 Levels of Listening”, as the notes on that post describe how each shows in writing.

use super::{Finding, Lack, Missing, Reader, answered::HEARD};
use crate::content::{CueName, Severity};

/// A level of listening, with what it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// 1 (ignoring) to 5 (empathic).
    pub number: u8,
    /// How it is read.
    pub name: String,
    /// One thing to try now.
    pub try_it: String,
    /// What it was read from.
    pub evidence: Vec<String>,
}

/// Families of rules that a reader takes for a correction.
const CORRECTIVE: &[&str] = &["blame", "condescension", "dismissal", "sarcasm"];

impl Reader<'_> {
    pub(super) fn level(&self, findings: &[Finding], missing: &[Missing]) -> Option<Level> {
        self.answered.as_ref()?;
        let echoes = self.echoes();
        let heard = self.shown.any(HEARD) || self.shown.any(&[CueName::Credit, CueName::Thanks]);
        let moves =
            self.shown.any(&[CueName::Action, CueName::NextStep, CueName::Step, CueName::Owner, CueName::Workaround]);
        let unmet = missing.iter().filter(|m| matches!(m.what, Lack::AnswerToQuestion | Lack::Workaround)).count();
        let of_family = |families: &[&str]| {
            let family = |f: &&Finding| families.contains(&f.rule.split('/').next().unwrap_or_default());
            findings.iter().filter(family).map(|f| f.severity).max()
        };
        let corrective = of_family(CORRECTIVE).is_some();
        let judges = of_family(CORRECTIVE).max(of_family(&["threat", "harm"])) == Some(Severity::High);
        let canned = of_family(&["canned", "false-empathy"]).is_some();
        let unheard = missing.iter().any(|m| m.what == Lack::Acknowledgement && m.severity == Severity::High);
        let mut evidence = Vec::new();
        match echoes {
            0 => evidence.push("none of their own words come back".to_owned()),
            1 => evidence.push("one word of theirs comes back".to_owned()),
            n => evidence.push(format!("{n} words of theirs come back")),
        }
        evidence.push(
            if heard { "what it means to them is named" } else { "what it means to them is not named" }.to_owned(),
        );
        if unmet > 0 {
            evidence.push(if unmet == 1 {
                "one thing they need is open".into()
            } else {
                format!("{unmet} things they need are open")
            });
        }
        if corrective {
            evidence.push("it corrects or judges".to_owned());
        }
        if canned {
            evidence.push("it uses a set phrase".to_owned());
        }
        let meets_person = self.shown.any(&[
            CueName::Feeling,
            CueName::Effect,
            CueName::Validation,
            CueName::Ownership,
            CueName::Credit,
        ]);
        let number = match () {
            () if echoes == 0 && !heard && !moves => 1,
            () if (echoes == 0 || canned) && !moves && !meets_person => 2,
            () if judges || unmet > 0 || unheard || echoes == 0 && !heard => 3,
            () if corrective || !meets_person => 4,
            () => 5,
        };
        let level = &self.pack.levels[usize::from(number - 1_u8)];
        Some(Level { number, name: level.name.clone(), try_it: level.try_it.clone(), evidence })
    }
}
