//! A review as a person reads it: the draft with its findings underlined, the reasons beside them, then the rest.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use super::{
    input::Text,
    paper::{Ink, Paper},
    shown::{Shown, columns, harmless, wrapped},
};
use crate::{
    config::Safety,
    content::Severity,
    review::{Finding, Lack, Landing, Missing, Review},
    shapes,
};

/// More findings than these, or more that is missing, worst first, wait behind --all.
const FIRST: usize = 3;
/// Nobody reads more than these, and drawing them takes longer the more there are.
const MOST_FINDINGS: usize = 100;
/// A draft of more lines than these is shown around its findings alone.
const LONGEST_DRAFT: usize = 30;
/// The narrowest and the widest that reasons beside the draft may get.
const REASON: std::ops::RangeInclusive<usize> = 24..=48;

/// A line on a draft that needs no page.
pub(super) fn line(paper: Paper, text: &Text, review: &Review) -> String {
    let (ink, words) = verdict(review);
    format!("{}  {}\n", paper.ink(ink, &words), harmless(&text.name))
}

/// The whole review of one draft, and of the message that it answers where that is known.
pub(super) fn page(
    paper: Paper,
    text: &Text,
    answers: Option<&str>,
    review: &Review,
    safety: &Safety,
    all: bool,
) -> String {
    let most = if all { MOST_FINDINGS } else { FIRST };
    let findings = worst_first(review, most);
    let mut page = heading(paper, text, review);
    if review.answers_danger() {
        page.push('\n');
        paper.beside(&mut page, Ink::Red, "Stop", &shapes::danger(safety));
    }
    // Where somebody may be in danger, no reply is praised.
    if let Some(strength) = review.strengths.first().filter(|_| !review.answers_danger()) {
        page.push('\n');
        paper.beside(
            &mut page,
            Ink::Green,
            "Does well",
            &with_words(&strength.text, strength.span.map(|s| s.of(&text.text))),
        );
    }
    if review.reads_well() {
        page.push('\n');
        paper.beside(&mut page, Ink::Green, "Reads well", "That is about the tone; for the facts you know best.");
    }
    if !findings.is_empty() {
        page.push('\n');
        page.push_str(&drawing(paper, &text.text, &findings));
    }
    for (number, finding) in (1..).zip(&findings) {
        page.push('\n');
        remedy(paper, &mut page, number, finding, &text.text);
    }
    if !review.missing.is_empty() {
        page.push('\n');
        paper.list(&mut page, Ink::Yellow, "Missing", missing(&review.missing, most, answers));
    }
    let hidden = review.findings.len() - findings.len() + review.missing.len().saturating_sub(most);
    if hidden > 0 {
        let more = if all { "they are in --format json" } else { "see them with --all" };
        page.push('\n');
        paper.beside(&mut page, Ink::Dim, "", &format!("… and {hidden} more: {more}."));
    }
    if let Some(level) = review.level.as_ref().filter(|_| !review.answers_danger()) {
        page.push('\n');
        paper.beside(&mut page, Ink::Blue, "Listening", &format!("{} of 5, {}", level.number, level.name));
        paper.list(&mut page, Ink::Dim, "", &level.evidence);
    }
    if review.foreign {
        page.push('\n');
        let note = format!(
            "This does not read as English ({}): take the numbers with care; no findings are given.",
            review.language
        );
        paper.beside(&mut page, Ink::Yellow, "Note", &note);
    }
    page.push('\n');
    page
}

fn heading(paper: Paper, text: &Text, review: &Review) -> String {
    let (ink, words) = verdict(review);
    let name = if text.name == "-" { String::new() } else { harmless(&text.name).into_owned() };
    let moved = moved(text, review);
    let used = columns(&words) + columns(&name) + columns(&moved) + 2;
    if moved.is_empty() {
        return format!("{}  {}", paper.ink(ink, &words), paper.ink(Ink::Bold, &name)).trim_end().to_owned() + "\n";
    }
    let gap = " ".repeat(paper.width.saturating_sub(used).max(2));
    format!("{}  {}{gap}{}\n", paper.ink(ink, &words), paper.ink(Ink::Bold, &name), paper.ink(Ink::Dim, &moved))
}

/// The words that moved the reading: those that hardened it, or, where it lands well, those that softened it.
fn moved(text: &Text, review: &Review) -> String {
    let (by, words) = match review.reading.landing {
        Landing::LandsWell => ("softer by", &review.reading.softened_by),
        _ => ("harder by", &review.reading.hardened_by),
    };
    let quoted: Vec<String> = words.iter().map(|span| quoted(span.of(&text.text))).collect();
    if quoted.is_empty() || review.foreign { String::new() } else { format!("{by} {}", quoted.join(", ")) }
}

/// How the whole reads, in words, with the colour of its worst.
fn verdict(review: &Review) -> (Ink, String) {
    if review.answers_danger() {
        return (Ink::Red, "A person first".to_owned());
    }
    let worst = review.findings.iter().map(|finding| finding.severity).max();
    let landing = review.reading.landing;
    let ink = match (landing, worst) {
        (_, Some(Severity::High)) | (Landing::LikelyToSting, _) => Ink::Red,
        (Landing::LandsWell, _) => Ink::Green,
        (Landing::CouldLandCold, _) => Ink::Yellow,
    };
    let words = if review.reading.sure { landing.name().to_owned() } else { format!("{}, at a guess", landing.name()) };
    let mut letters = words.chars();
    let capital = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    (ink, capital + letters.as_str())
}

fn worst_first(review: &Review, most: usize) -> Vec<&Finding> {
    let mut findings: Vec<_> = review.findings.iter().collect();
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.span.start));
    findings.truncate(most);
    findings
}

/// The draft with its findings underlined and the reasons in the margin.
fn drawing(paper: Paper, draft: &str, findings: &[&Finding]) -> String {
    // The draft takes two thirds of the page, so that a reason fits beside its last word.
    let draft_width = (paper.width * 2 / 3).max(30);
    let shown = Shown::new(draft, draft_width);
    let mut snippet =
        Snippet::source(shown.text.as_str()).line_numbering(false).fold(shown.text.lines().count() > LONGEST_DRAFT);
    for (number, finding) in (1..).zip(findings) {
        let lines = shown.lines_of(finding.span.start, finding.span.end);
        let kind = if finding.severity == Severity::High { AnnotationKind::Primary } else { AnnotationKind::Context };
        let Some((last, before)) = lines.split_last() else { continue };
        snippet = snippet.annotations(before.iter().map(|line| kind.span(line.clone())));
        let line_start = shown.text[..last.start].rfind('\n').map_or(0, |at| at + 1);
        let room = paper.width.saturating_sub(columns(&shown.text[line_start..last.start]) + 3);
        let room = room.clamp(*REASON.start(), *REASON.end());
        // A label has one line, so a long reason is several labels of the same words.
        for reason in wrapped(&format!("{number}  {}", finding.why), room) {
            snippet = snippet.annotation(kind.span(last.clone()).label(reason));
        }
    }
    let renderer = if paper.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Unicode).term_width(paper.width + 2);
    let drawn = renderer.render(&[Level::ERROR.no_name().primary_title("").element(snippet)]);
    // The title stands in our own heading, so its line goes; the last line may be a reason, which the end must not cover.
    let mut page = String::with_capacity(drawn.len());
    for line in drawn.lines().skip(1) {
        let covered = line.contains("╰╴") && !line.trim_end_matches("\u{1b}[0m").ends_with("╰╴");
        page.push_str(if covered { line.replace("╰╴", "│ ") } else { line.to_owned() }.trim_end());
        page.push('\n');
    }
    page
}

fn remedy(paper: Paper, page: &mut String, number: usize, finding: &Finding, draft: &str) {
    let (ink, urgency) = match finding.severity {
        Severity::High => (Ink::Red, "mend first"),
        Severity::Medium => (Ink::Yellow, "change"),
        Severity::Low => (Ink::Blue, "consider"),
    };
    let label = format!("{number} {urgency}");
    paper.beside(page, ink, &label, &format!("{}  ({})", quoted(finding.span.of(draft)), finding.rule));
    for instead in &finding.instead {
        paper.beside(page, Ink::Dim, "", &format!("Try: {instead}"));
    }
}

/// What is missing, a line each; why, and what to try, once for each rule: two open questions want the same.
fn missing(all: &[Missing], most: usize, answers: Option<&str>) -> Vec<String> {
    let all = &all[..all.len().min(most)];
    let line = |(at, one): (usize, &Missing)| {
        let what = match one.about.zip(answers).filter(|_| one.what == Lack::AnswerToQuestion) {
            Some((question, message)) => format!("an answer to {}", quoted(question.of(message))),
            None => name(one.what).to_owned(),
        };
        if all[..at].iter().any(|told| told.rule == one.rule) {
            return what;
        }
        let instead = one.instead.first().map(|try_this| format!(" Try: {try_this}")).unwrap_or_default();
        format!("{what}: {}{instead}", one.why)
    };
    all.iter().enumerate().map(line).collect()
}

/// What a draft can lack, as it is read.
fn name(what: Lack) -> &'static str {
    match what {
        Lack::Greeting => "a greeting",
        Lack::Acknowledgement => "what it means to them",
        Lack::Restatement => "their matter in your words",
        Lack::Owner => "who has it in hand",
        Lack::NextStep => "the next step",
        Lack::Time => "a time",
        Lack::Close => "a close",
        Lack::AnswerToQuestion => "an answer to their question",
        Lack::Workaround => "a way to carry on",
        Lack::Thanks => "thanks",
        Lack::Check => "a check that it worked",
    }
}

/// A sentence, with the words it is about behind it.
fn with_words(sentence: &str, words: Option<&str>) -> String {
    match words.filter(|words| !words.trim().is_empty()) {
        Some(words) => format!("{sentence} {}", quoted(words)),
        None => sentence.to_owned(),
    }
}

/// Somebody's words in quotes, short and on one line.
pub(super) fn quoted(words: &str) -> String {
    const LONGEST: usize = 48;
    let one_line = harmless(words).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = one_line.chars().take(LONGEST).collect();
    if short.len() < one_line.len() {
        short.push('…');
    }
    format!("“{short}”")
}
