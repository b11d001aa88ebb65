//! What a second version of a draft resolved.

use std::collections::BTreeSet;

use super::Review;

/// How a second review differs from the first, by the ids of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// No longer there.
    pub resolved: Vec<String>,
    /// Still there.
    pub remains: Vec<String>,
    /// There only now.
    pub new: Vec<String>,
}

/// Compares two reviews of the same reply.
pub fn compare(before: &Review, after: &Review) -> Change {
    let (old, now) = (rules(before), rules(after));
    let owned = |set: Vec<&&str>| set.into_iter().map(|rule| (*rule).to_owned()).collect();
    Change {
        resolved: owned(old.difference(&now).collect()),
        remains: owned(old.intersection(&now).collect()),
        new: owned(now.difference(&old).collect()),
    }
}

fn rules(review: &Review) -> BTreeSet<&str> {
    let findings = review.findings.iter().map(|f| f.rule.as_str());
    findings.chain(review.missing.iter().map(|m| m.rule.as_str())).collect()
}
