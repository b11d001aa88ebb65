//! What is said of an answer.

use super::{
    choose,
    memory::Rating,
    order,
    own::{is_again, own_words, unwrapped},
    written,
};
use crate::{
    content::{Drill, Measure, MoodName, Pack, RuleKind, Severity, Task},
    mood::mood,
    review::{Draft, Finding, Review, review},
};

/// What is said of an answer: what holds, one thing to try, what a good answer had to do. Never a model answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Whether it does what it had to.
    pub good: bool,
    /// How well.
    pub rating: Rating,
    /// One thing that holds; empty where there is nothing of one's own to praise.
    pub strength: String,
    /// One thing to try.
    pub try_next: Option<String>,
    /// What a good answer had to do.
    pub had_to: Vec<HadTo>,
    /// Why the right letters are right.
    pub explain: Option<String>,
    /// The answer carries a hint of self-harm or violence: it is not judged, everything else is empty, and nothing is to
    /// be remembered of it.
    pub safety: bool,
}

/// Something that a good answer had to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HadTo {
    /// What.
    pub what: String,
    /// Whether this one did.
    pub met: bool,
}

/// Families of rules that no good answer meets, however mildly.
const NEVER: &[&str] = &["harm", "safety"];
/// So many findings of medium severity make an answer poor.
const TOO_MANY: usize = 2;

/// What every answer to a task of asking has to do.
const ASKS: &str = "Put it as a question.";
/// What every answer has to do.
const HURTS_NOBODY: &str = "Pass a review with nothing to mend first.";

/// Judges an answer to a drill.
pub fn judge(pack: &Pack, drill: &Drill, answer: &str) -> Judgement {
    if mood(pack, answer).mood == MoodName::Safety {
        return Judgement {
            good: false,
            rating: Rating::Again,
            strength: String::new(),
            try_next: None,
            had_to: Vec::new(),
            explain: None,
            safety: true,
        };
    }
    let answer = unwrapped(answer);
    match &drill.task {
        Task::Choose { options, right } => chosen(pack, drill, options, *right, &answer),
        Task::Order { pieces, right } => ordered(pack, drill, pieces, right, &answer),
        Task::Write | Task::Mend { .. } | Task::Ask => reply(pack, drill, &answer),
    }
}

fn chosen(pack: &Pack, drill: &Drill, options: &[String], right: usize, answer: &str) -> Judgement {
    let choice = choose::read(answer, options);
    let is_right = choice == Some(right);
    let met = written::met(pack, drill, &own_words(drill, answer), Vec::new());
    let unmet = unmet(drill, &met);
    let letter = letters(&[right]);
    let mut had_to = vec![HadTo { what: format!("Choose {letter}."), met: is_right }];
    had_to.extend(musts(drill, &met));
    let try_next = match choice {
        None => Some("Begin with the letter of your choice, and say why in a few words.".to_owned()),
        Some(_) if !is_right => {
            Some(format!("Read {letter} again, as the customer would: what does it do that yours does not?"))
        }
        Some(_) => unmet.try_next.map(|what| format!("Say in your why what makes it land: {}", lower_first(what))),
    };
    let strength = match () {
        () if is_right => format!("You chose the one that lands better: {letter}."),
        () => first_met(drill, &met).unwrap_or_default(),
    };
    let good = is_right && unmet.needed == 0;
    let rating = match () {
        () if good => Rating::Good,
        () if is_right && unmet.needed == 1 => Rating::Hard,
        () => Rating::Again,
    };
    Judgement { good, rating, strength, try_next, had_to, explain: drill.explain.clone(), safety: false }
}

fn ordered(pack: &Pack, drill: &Drill, pieces: &[String], right: &[usize], answer: &str) -> Judgement {
    let order = order::read(answer, pieces);
    let exact = order.as_deref() == Some(right);
    let near = order.as_deref().is_some_and(|order| order::one_swap_away(order, right));
    let good = exact || near;
    let same = |at: usize| order.as_ref().is_some_and(|order| order.get(at) == right.get(at));
    let strength = match () {
        () if exact => "Every piece is in its place.".to_owned(),
        () if near => "All but two neighbours are in their place.".to_owned(),
        () if same(0) => "You begin with what comes first.".to_owned(),
        () if same(right.len() - 1) => "You end with what comes last.".to_owned(),
        () => String::new(),
    };
    let try_next = match () {
        () if exact => None,
        () if near => {
            Some("Two neighbours change places; say both orders aloud as if you were the customer.".to_owned())
        }
        () if order.is_some() => {
            Some("Ask of each piece: what does the customer need to have heard before it?".to_owned())
        }
        () => Some("Write one letter for each piece, in the order in which you would send them.".to_owned()),
    };
    let mut had_to = vec![HadTo { what: format!("Put them in this order: {}.", letters(right)), met: exact }];
    let met = written::met(pack, drill, &own_words(drill, answer), Vec::new());
    had_to.extend(musts(drill, &met));
    let rating = match () {
        () if exact => Rating::Easy,
        () if near => Rating::Good,
        () => Rating::Again,
    };
    Judgement { good, rating, strength, try_next, had_to, explain: drill.explain.clone(), safety: false }
}

fn reply(pack: &Pack, drill: &Drill, answer: &str) -> Judgement {
    let own = own_words(drill, answer);
    if let Some(what) = no_answer(drill, answer, &own) {
        return Judgement {
            good: false,
            rating: Rating::Again,
            strength: String::new(),
            try_next: Some(what.to_owned()),
            had_to: musts(drill, &vec![false; drill.musts.len()]).collect(),
            explain: None,
            safety: false,
        };
    }
    let review = review(pack, &Draft { text: &own, answers: Some(&drill.message), medium: drill.medium });
    let findings: Vec<&Finding> = review.findings.iter().filter(|finding| concerns(pack, drill, finding)).collect();
    let spoilt = findings.iter().filter(|f| f.severity >= Severity::Medium).map(|f| f.span).collect();
    let met = written::met(pack, drill, &own, spoilt);
    let unmet = unmet(drill, &met);
    let asks = drill.task != Task::Ask || written::asks(&own);
    let hurting = hurting(&findings);
    let good = unmet.needed == 0 && hurting.is_none() && asks;
    let nothing_found = findings.iter().all(|finding| finding.severity == Severity::Low);
    let all_met = met.iter().all(|met| *met);
    let rating = match () {
        () if good && all_met && nothing_found && !review.strengths.is_empty() => Rating::Easy,
        () if good => Rating::Good,
        () if asks && unmet.needed == 1 && nothing_found => Rating::Hard,
        () => Rating::Again,
    };
    // What is asked of every answer is said where this one lacks it, so that no list of what holds ends in a “no”.
    let lacks = [(!asks).then_some(ASKS), hurting.map(|_| HURTS_NOBODY)];
    let of_all = lacks.into_iter().flatten().map(|what| HadTo { what: what.to_owned(), met: false });
    Judgement {
        good,
        rating,
        strength: strength(drill, &review, &findings, &met, &own),
        try_next: try_next(&review, &findings, hurting, &unmet, asks),
        had_to: musts(drill, &met).chain(of_all).collect(),
        explain: None,
        safety: false,
    }
}

/// Why something is no answer at all, as a thing to try.
fn no_answer(drill: &Drill, answer: &str, own: &str) -> Option<&'static str> {
    if answer.trim().is_empty() {
        return Some("Write what you would send, be it two sentences; nobody else reads it.");
    }
    if matches!(&drill.task, Task::Mend { draft } if is_again(draft, answer)) {
        return Some("This is the draft as it stood. Change what would hurt you if you were its reader.");
    }
    if is_again(&drill.message, answer) || !written::is_prose(own) && written::is_prose(answer) {
        return Some("These are the card's own words. Say it in yours, as you would to this customer.");
    }
    (!written::is_prose(own)).then_some("Write a whole sentence or two, as you would send it to this customer.")
}

/// Whether a finding says something about an answer to this drill: a beginning may be short, and a question comes first
/// where a question was asked for.
fn concerns(pack: &Pack, drill: &Drill, finding: &Finding) -> bool {
    match pack.rule(&finding.rule).map(|rule| &rule.kind) {
        Some(RuleKind::Measure(Measure::Words, _)) => false,
        Some(RuleKind::Measure(Measure::QuestionFirst, _)) => drill.task != Task::Ask,
        _ => true,
    }
}

/// The worst finding, where what is found makes the answer poor.
fn hurting<'f>(findings: &[&'f Finding]) -> Option<&'f Finding> {
    let family = |finding: &Finding| finding.rule.split('/').next().is_some_and(|family| NEVER.contains(&family));
    let worst = findings.iter().find(|finding| finding.severity == Severity::High || family(finding));
    let medium = findings.iter().filter(|finding| finding.severity == Severity::Medium);
    worst.or_else(|| medium.clone().next().filter(|_| medium.count() >= TOO_MANY)).copied()
}

/// What is not met.
struct Unmet<'d> {
    /// How many needed musts.
    needed: usize,
    /// The first of them, or else the first that is welcome.
    try_next: Option<&'d str>,
}

fn unmet<'d>(drill: &'d Drill, met: &[bool]) -> Unmet<'d> {
    let unmet = |need: bool| {
        drill.musts.iter().zip(met).filter(move |(must, met)| must.need == need && !**met).map(|(must, _)| &*must.what)
    };
    Unmet { needed: unmet(true).count(), try_next: unmet(true).next().or_else(|| unmet(false).next()) }
}

fn musts(drill: &Drill, met: &[bool]) -> impl Iterator<Item = HadTo> {
    drill.musts.iter().zip(met).map(|(must, met)| HadTo { what: must.what.clone(), met: *met })
}

fn first_met(drill: &Drill, met: &[bool]) -> Option<String> {
    let must = drill.musts.iter().zip(met).find(|(_, met)| **met)?.0;
    Some(format!("This holds: {}", lower_first(&must.what)))
}

/// Something true and good: by the review, by a must, or by what holds of any answer that hurts nobody.
fn strength(drill: &Drill, review: &Review, findings: &[&Finding], met: &[bool], own: &str) -> String {
    const SHORT: usize = 60;
    let of_review = review.strengths.first().map(|strength| strength.text.clone());
    let fallback = || match () {
        () if written::asks(own) => "You ask, instead of guessing.",
        () if findings.is_empty() && !review.foreign => "Nothing in it is likely to hurt its reader.",
        () if own.split_whitespace().count() <= SHORT => "It is short enough to be read at once.",
        () => "You took the time to write a whole answer.",
    };
    of_review.or_else(|| first_met(drill, met)).unwrap_or_else(|| fallback().to_owned())
}

fn try_next(
    review: &Review,
    findings: &[&Finding],
    hurting: Option<&Finding>,
    unmet: &Unmet<'_>,
    asks: bool,
) -> Option<String> {
    if review.foreign && unmet.needed > 0 {
        return Some("Only English is read here: say it in English, in simple words.".to_owned());
    }
    let instead = |finding: &Finding| finding.instead.first().cloned();
    let of_severity = |severity| findings.iter().find(|f| f.severity == severity).and_then(|finding| instead(finding));
    let question = (!asks).then(|| "Put it as a question to this customer.".to_owned());
    let of_must = || unmet.try_next.map(str::to_owned);
    let of_hurting = hurting.and_then(instead);
    let needed = || if unmet.needed > 0 { of_must() } else { of_severity(Severity::Medium).or_else(of_must) };
    of_hurting.or(question).or_else(needed).or_else(|| of_severity(Severity::Low))
}

/// “CAB” for the places of pieces.
fn letters(places: &[usize]) -> String {
    let all: Vec<String> = places.iter().filter_map(|&place| ('A'..='Z').nth(place)).map(String::from).collect();
    all.join(" ")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    // An abbreviation keeps its capital.
    let is_word = chars.as_str().starts_with(|c: char| c.is_lowercase() || c == ' ');
    if is_word { first.to_lowercase().chain(chars).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
