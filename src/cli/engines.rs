//! Stand-ins for the engines until they land.
#![allow(missing_docs, dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
use crate::content::{Medium, MoodName, Pack, Severity};
use crate::language::ByteSpan;

pub mod review {
    use super::*;
    pub struct Draft<'a> { pub text: &'a str, pub answers: Option<&'a str>, pub medium: Medium }
    pub struct Reading { pub risk: f32, pub care: f32, pub words: &'static str }
    pub struct Strength { pub text: String, pub span: Option<ByteSpan> }
    pub struct Finding { pub rule: String, pub severity: Severity, pub span: ByteSpan, pub why: String, pub instead: Vec<String>, pub post: String }
    pub struct Missing { pub what: &'static str, pub rule: String, pub severity: Severity, pub why: String, pub instead: Vec<String> }
    pub struct Level { pub number: u8, pub name: &'static str, pub evidence: Vec<String> }
    pub struct Review { pub reading: Reading, pub strengths: Vec<Strength>, pub findings: Vec<Finding>, pub missing: Vec<Missing>, pub level: Option<Level>, pub language: String, pub marked: bool, pub notes: Vec<String> }
    pub fn review(_: &Pack, draft: &Draft) -> Review {
        let mut findings = vec![];
        for (words, rule, sev, why, instead) in [
            ("You should have", "blame/should-have", Severity::High, "It judges a moment that cannot be changed, and asks for a defence.", "After the fix, say what helps next time: “Saving to the shared drive keeps a copy.”"),
            ("Just restart", "minimising/just", Severity::Medium, "“Just” may make their trouble sound small, and them slow for not having solved it.", "Say the step plainly, and how long it takes."),
            ("PEBKAC", "jargon/unexplained", Severity::Low, "Letters that the reader may not know leave them outside.", "Spell it out once."),
            ("Obviously", "condescension/obviously", Severity::High, "It may tell the reader that they ought to have known.", "Leave the word out; the sentence stands without it.")] {
            let mut from = 0;
            while let Some(at) = draft.text[from..].find(words) { findings.push(Finding { rule: rule.into(), severity: sev, span: ByteSpan { start: from + at, end: from + at + words.len() }, why: why.into(), instead: vec![instead.into()], post: "first-do-no-harm".into() }); from += at + words.len(); }
        }
        let bad = !findings.is_empty();
        Review { reading: Reading { risk: if bad { 0.7 } else { 0.1 }, care: 0.4, words: if bad { "likely to sting" } else { "lands well" } },
            strengths: draft.text.find("Thanks").map(|s| Strength { text: "You thank them before anything else.".into(), span: Some(ByteSpan { start: s, end: s + 6 }) }).into_iter().collect(),
            findings,
            missing: if bad { vec![Missing { what: "next_step", rule: "missing/next-step".into(), severity: Severity::Medium, why: "The reader is left to guess who does what next.".into(), instead: vec!["Say what you will do, and by when.".into()] }] } else { vec![] },
            level: draft.answers.map(|_| Level { number: 2, name: "pretend", evidence: vec!["It answers none of the two questions asked.".into(), "It repeats none of their words.".into()] }),
            language: "en".into(), marked: false, notes: vec![] }
    }
}
pub mod mood {
    use super::*;
    pub struct Evidence { pub signal: String, pub span: ByteSpan }
    #[derive(Clone, Copy)] pub enum UpsetLevel { Calm, Upset }
    impl UpsetLevel { pub fn name(self) -> &'static str { match self { Self::Calm => "calm", Self::Upset => "upset" } } }
    #[derive(Clone, Copy)] pub enum Sureness { Fair }
    impl Sureness { pub fn name(self) -> &'static str { "fairly clear" } }
    pub struct Mood { pub upset: f32, pub level: UpsetLevel, pub mood: MoodName, pub evidence: Vec<Evidence>, pub urgency: f32, pub sure: Sureness }
    pub fn mood(_: &Pack, text: &str) -> Mood {
        let evidence: Vec<_> = text.find("unacceptable").map(|s| Evidence { signal: "anger/unacceptable".into(), span: ByteSpan { start: s, end: s + 12 } }).into_iter().collect();
        let bad = !evidence.is_empty();
        Mood { upset: if bad { 0.7 } else { 0.1 }, level: if bad { UpsetLevel::Upset } else { UpsetLevel::Calm }, mood: if bad { MoodName::Angry } else { MoodName::Calm }, evidence, urgency: 0.0, sure: Sureness::Fair }
    }
}
pub mod coach {
    use super::*;
    pub struct Turn { pub from_customer: bool, pub text: String }
    pub struct Advice { pub state: String, pub say: String, pub evidence: Vec<String>, pub steps: Vec<String>, pub first: String, pub ask: Vec<String>, pub do_: Vec<String>, pub avoid: Vec<String>, pub shape: String, pub shape_note: String, pub post: String, pub safety: Option<String> }
    pub fn coach(_: &Pack, _: &[Turn], about: Option<&str>) -> Advice {
        Advice { state: about.unwrap_or("angry").into(), say: "sounds angry".into(), evidence: vec!["“unacceptable”".into()], steps: vec!["Acknowledge".into(), "Own".into(), "Act".into()], first: "What it cost them.".into(), ask: vec!["When do you need it by?".into()], do_: vec!["Give a time.".into()], avoid: vec!["Explaining policy first.".into()], shape: "{name}, losing {thing} …".into(), shape_note: "Put it in your own words.".into(), post: "first-do-no-harm".into(), safety: None }
    }
}
