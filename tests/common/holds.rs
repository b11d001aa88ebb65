//! What holds for any text whatever: no panic, spans where they may lie, the same answer twice. For the properties and
//! for the fuzzers.
#![allow(clippy::unwrap_used, dead_code, reason = "each of them uses its part")]

use std::sync::LazyLock;

use bedside::{
    content::{Medium, Pack},
    language::{ByteSpan, ProtectedKind, Text, identify},
    mood::mood,
    review::{Draft, Review, review},
};

pub(crate) static PACK: LazyLock<Pack> = LazyLock::new(Pack::built_in);

fn lies_well(span: ByteSpan, text: &str) {
    assert!(span.start <= span.end && span.end <= text.len(), "{span:?} of {}", text.len());
    assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{span:?} cuts a character");
}

/// No words that are quoted back lie wholly within what is never judged, and none begins or ends in it.
fn is_outside(what: &str, span: ByteSpan, protected: &[(ByteSpan, ProtectedKind)]) {
    for (aside, kind) in protected {
        let within = |at: usize| aside.start <= at && at < aside.end;
        assert!(!within(span.start), "{what}: {span:?} begins in {kind:?} {aside:?}");
        assert!(span.end == span.start || !within(span.end - 1), "{what}: {span:?} ends in {kind:?} {aside:?}");
    }
}

/// Words that moved a reading are told once, however often they are said.
fn are_told_once(words: &[ByteSpan], text: &str) {
    for (at, span) in words.iter().enumerate() {
        lies_well(*span, text);
        let told_before = words[..at].iter().any(|other| other.of(text).eq_ignore_ascii_case(span.of(text)));
        assert!(!told_before, "the word at {span:?} is told twice");
    }
}

pub(crate) fn review_holds(draft: &str, answers: Option<&str>, medium: Medium) -> Review {
    let draft = Draft { text: draft, answers, medium };
    let found = review(&PACK, &draft);
    let protected = Text::read(draft.text).protected;
    for finding in &found.findings {
        lies_well(finding.span, draft.text);
        assert!(finding.span.start < finding.span.end, "{} points at nothing", finding.rule);
        is_outside(&finding.rule, finding.span, &protected);
        for other in found.findings.iter().filter(|other| !std::ptr::eq(*other, finding)) {
            assert!(!other.span.overlaps(&finding.span), "{} and {}", other.rule, finding.rule);
        }
    }
    for strength in &found.strengths {
        if let Some(span) = strength.span {
            lies_well(span, draft.text);
            is_outside(&strength.text, span, &protected);
        }
    }
    for span in found.missing.iter().filter_map(|missing| missing.about) {
        lies_well(span, answers.unwrap());
    }
    are_told_once(&found.reading.hardened_by, draft.text);
    are_told_once(&found.reading.softened_by, draft.text);
    for scale in [found.reading.risk, found.reading.care] {
        assert!((0.0..=1.0).contains(&scale), "{scale}");
    }
    found
}

pub(crate) fn mood_holds(message: &str) {
    let found = mood(&PACK, message);
    let protected = Text::read(message).protected;
    for evidence in &found.evidence {
        lies_well(evidence.span, message);
        is_outside(&evidence.signal, evidence.span, &protected);
    }
    are_told_once(&found.moved_by, message);
    assert!((0.0..=1.0).contains(&found.upset) && found.urgency.is_finite());
    assert_eq!(format!("{found:?}"), format!("{:?}", mood(&PACK, message)));
}

pub(crate) fn language_holds(text: &str) {
    let read = Text::read(text);
    for sentence in &read.sentences {
        lies_well(sentence.span, &read.folded);
        lies_well(read.origin(sentence.span), text);
    }
    let mut end = 0;
    for (span, kind) in &read.protected {
        lies_well(*span, text);
        assert!(span.start >= end, "{kind:?} {span:?} begins before {end}");
        end = span.end;
    }
    for (at, character) in read.folded.char_indices() {
        lies_well(read.origin(ByteSpan { start: at, end: at + character.len_utf8() }), text);
    }
    assert_eq!(identify(&read.folded), identify(&read.folded));
}
