//! `bedside review`: drafts in, reviews out, for people, machines and pull requests.

use std::{
    fmt::Write,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::{
    Failure, Shell, Status,
    arguments::{self, FailOn, Format},
    input::{self, Text},
    lines,
    paper::{Ink, Paper},
    review_text, write, write_json,
};
use crate::{
    config::Safety,
    content::{Medium, Pack, Severity},
    review::{Draft, Review, review},
    shapes,
};

/// How long a run may take before it shows how far it is.
const PATIENCE: Duration = Duration::from_millis(700);

pub(super) fn run(shell: &Shell, wanted: &arguments::Review) -> Result<Status, Failure> {
    if wanted.schema {
        write_json(&shapes::review_schema())?;
        return Ok(Status::Fine);
    }
    if wanted.format == Format::Jsonl {
        return json_lines(shell, wanted);
    }
    let files = input::files(&wanted.files).map_err(Failure)?;
    let answers = wanted.answers.as_deref().map(|path| message(path, &files)).transpose()?;
    let texts = input::texts(&files)?;
    let (pack, safety) = shell.pack_and_safety()?;
    pack.prepare();
    let audit = Audit { pack: &pack, safety: &safety, answers: answers.as_deref(), wanted, paper: shell.paper };
    audit.run(files.len(), texts)
}

/// The message that the drafts answer.
fn message(path: &Path, files: &[PathBuf]) -> Result<String, Failure> {
    if input::is_standard_input(path) && files.iter().any(|file| input::is_standard_input(file)) {
        let wrong = "standard input can be the draft or the message that it answers, not both; put one in a file";
        return Err(wrong.to_owned().into());
    }
    Ok(input::read(path)?.text)
}

/// A run over files.
struct Audit<'a> {
    pack: &'a Pack,
    safety: &'a Safety,
    answers: Option<&'a str>,
    wanted: &'a arguments::Review,
    paper: Paper,
}

/// What was found in all files together.
#[derive(Default)]
struct Tally {
    drafts: usize,
    /// Drafts with something at or over `--fail-on`.
    failed: usize,
    /// High, medium, low; what is missing too, and danger to somebody as a high one.
    found: [usize; 3],
}

impl Audit<'_> {
    fn run(&self, count: usize, texts: impl Iterator<Item = Result<Text, String>>) -> Result<Status, Failure> {
        let many = count > 1;
        let (progress, began) = (hidden_progress(count), Instant::now());
        let watched = many && io::stderr().is_terminal();
        let (mut tally, mut unread, mut reviews) = (Tally::default(), Vec::new(), Vec::new());
        for text in texts {
            progress.inc(1);
            if watched && progress.is_hidden() && began.elapsed() > PATIENCE {
                progress.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
            }
            let text = match text {
                Ok(text) => text,
                Err(wrong) => {
                    unread.push(wrong);
                    continue;
                }
            };
            let found = review(self.pack, &self.draft(&text.text));
            tally.add(&found, self.wanted.fail_on);
            match self.wanted.format {
                Format::Text if many => progress.suspend(|| write(&self.short(&text, &found)))?,
                Format::Text => write(&self.page(&text, &found))?,
                Format::Github => progress.suspend(|| write(&notes(&text, &found, self.safety)))?,
                Format::Json | Format::Jsonl => reviews.push((text.name, found)),
            }
        }
        progress.finish_and_clear();
        match self.wanted.format {
            Format::Json => write_json(&shapes::Reviews {
                reviews: reviews
                    .iter()
                    .map(|(name, found)| shapes::Review::of(found, self.safety, Some(json!(name))))
                    .collect(),
                summary: tally.json(unread.len()),
            })?,
            Format::Text if many => write(&tally.line(self.paper))?,
            _ => {}
        }
        if !unread.is_empty() {
            return Err(Failure(unread));
        }
        Ok(if tally.failed > 0 { Status::Found } else { Status::Fine })
    }

    fn draft<'d>(&'d self, text: &'d str) -> Draft<'d> {
        Draft { text, answers: self.answers, medium: self.wanted.medium.into() }
    }

    fn page(&self, text: &Text, found: &Review) -> String {
        review_text::page(self.paper, text, self.answers, found, self.safety, self.wanted.all)
    }

    /// One of many: nothing but a line when it reads well.
    fn short(&self, text: &Text, found: &Review) -> String {
        if found.findings.is_empty()
            && !found.answers_danger()
            && !found.missing.iter().any(|missing| self.wanted.fail_on.reached(missing.severity))
        {
            return review_text::line(self.paper, text, found);
        }
        self.page(text, found)
    }
}

/// A bar that is drawn only when somebody has waited for long.
fn hidden_progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos} of {len} drafts, {eta} left") {
        bar.set_style(style);
    }
    bar
}

impl Tally {
    fn add(&mut self, review: &Review, fail_on: FailOn) {
        self.drafts += 1;
        let found = review.findings.iter().map(|finding| finding.severity);
        let missing = review.missing.iter().map(|missing| missing.severity);
        let danger = review.answers_danger().then_some(Severity::High);
        let severities: Vec<_> = found.chain(missing).chain(danger).collect();
        for severity in &severities {
            self.found[match severity {
                Severity::High => 0,
                Severity::Medium => 1,
                Severity::Low => 2,
            }] += 1;
        }
        self.failed += usize::from(severities.into_iter().any(|severity| fail_on.reached(severity)));
    }

    fn json(&self, unread: usize) -> serde_json::Value {
        let [high, medium, low] = self.found;
        json!({ "drafts": self.drafts, "failed": self.failed, "high": high, "medium": medium, "low": low, "unread": unread })
    }

    fn line(&self, paper: Paper) -> String {
        let [high, medium, low] = self.found;
        let words = match (self.failed, self.drafts) {
            (0, drafts) => paper.ink(Ink::Green, &format!("{drafts} drafts, and none to mend")),
            (failed, drafts) => paper.ink(Ink::Red, &format!("{failed} of {drafts} drafts to mend")),
        };
        format!("{words}: {high} high, {medium} medium, {low} low\n")
    }
}

/// Notes as GitHub Actions takes them, one a line.
fn notes(text: &Text, review: &Review, safety: &Safety) -> String {
    let mut page = String::new();
    let file = property(&text.name);
    if review.answers_danger() {
        let _ = writeln!(page, "::error file={file},line=1,title=a person first::{}", data(&shapes::danger(safety)));
    }
    for finding in &review.findings {
        let (line, column) = place(&text.text, finding.span.start);
        let (end_line, end_column) = place(&text.text, finding.span.end);
        let (kind, rule) = (kind(finding.severity), property(&finding.rule));
        let said = data(&reason(&finding.why, &finding.instead));
        let _ = writeln!(
            page,
            "::{kind} file={file},line={line},col={column},endLine={end_line},endColumn={end_column},title={rule}::{said}"
        );
    }
    for missing in &review.missing {
        let (kind, rule) = (kind(missing.severity), property(&missing.rule));
        let said = data(&reason(&missing.why, &missing.instead));
        let _ = writeln!(page, "::{kind} file={file},line=1,title={rule}::{said}");
    }
    page
}

fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}

fn reason(why: &str, instead: &[String]) -> String {
    match instead.first() {
        Some(first) => format!("{why} Try: {first}"),
        None => why.to_owned(),
    }
}

/// What a note says: a line break would end it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands in a note's head: a comma would begin the next property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Line and column, from 1, the column in characters.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(byte)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// JSON lines: from standard input, or from files of them.
fn json_lines(shell: &Shell, wanted: &arguments::Review) -> Result<Status, Failure> {
    if wanted.answers.is_some() {
        let wrong = "with --format jsonl each line brings its own \"answers\"; leave --answers out";
        return Err(wrong.to_owned().into());
    }
    let (pack, safety) = shell.pack_and_safety()?;
    let mut failed = false;
    lines::over(&wanted.files, |request, id| {
        let text = lines::text(request, "draft")?.ok_or("`draft` is missing; it is the text to review")?;
        let medium = match lines::text(request, "medium")? {
            None => wanted.medium.into(),
            Some("chat") => Medium::Chat,
            Some("ticket") => Medium::Ticket,
            Some("email") => Medium::Email,
            Some(_) => return Err("`medium` is chat, ticket or email".into()),
        };
        let found = review(&pack, &Draft { text, answers: lines::text(request, "answers")?, medium });
        let mut tally = Tally::default();
        tally.add(&found, wanted.fail_on);
        failed |= tally.failed > 0;
        serde_json::to_vec(&shapes::Review::of(&found, &safety, Some(id))).map_err(|error| error.to_string())
    })?;
    Ok(if failed { Status::Found } else { Status::Fine })
}
