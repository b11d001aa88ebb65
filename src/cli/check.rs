//! `bedside check`: everything that is wrong with the configuration and the packs, at once.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Failure, Shell, Status, arguments::Plainly, packs, paper::Ink, write, write_json};
use crate::{
    config::Config,
    content::{Counts, Pack, Problem},
    mood, review,
};

pub(super) fn run(shell: &Shell, paths: &[PathBuf], format: Plainly) -> Result<Status, Failure> {
    let mut problems = Vec::new();
    let mut folders = Vec::new();
    let mut look = |file: Option<&PathBuf>| {
        let (config, wrong) = Config::look(file.map(PathBuf::as_path));
        problems.extend(wrong);
        folders.extend(config.content);
    };
    if paths.is_empty() {
        look(shell.config.as_ref());
    }
    for file in paths.iter().filter(|path| path.exists() && !path.is_dir()) {
        look(Some(file));
    }
    problems.extend(paths.iter().filter(|path| !path.exists()).map(|path| missing(path)));
    folders.extend(paths.iter().filter(|path| path.is_dir()).cloned());
    let counts = match packs::over_the_built_in(&folders) {
        Ok(pack) => {
            problems.extend(examples(&pack));
            Some(pack.counts())
        }
        Err(wrong) => {
            problems.extend(wrong);
            None
        }
    };
    match format {
        Plainly::Json => write_json(&as_json(&problems, counts))?,
        Plainly::Text if problems.is_empty() => write(&fine(shell, counts.unwrap_or_default()))?,
        Plainly::Text => {}
    }
    match problems.len() {
        0 => Ok(Status::Fine),
        count => {
            let mut sentences = if format == Plainly::Json { Vec::new() } else { Failure::from(problems).0 };
            sentences.push(format!("{count} {} to mend", if count == 1 { "thing" } else { "things" }));
            Err(Failure(sentences))
        }
    }
}

/// What was named and is not there: a configuration by its ending, else a pack.
fn missing(path: &Path) -> Problem {
    let shown = path.display().to_string();
    let what = if path.extension().is_some_and(|end| end == "toml") {
        format!("there is no file {shown}; name a configuration, or a pack's folder")
    } else {
        format!("there is no folder {shown}; name a pack's folder, or a configuration")
    };
    Problem::at(&shown, "", 0, what)
}

/// Runs the examples of every rule, cue and signal.
fn examples(pack: &Pack) -> Vec<Problem> {
    let mut problems = review::examples(pack);
    problems.extend(mood::examples(pack));
    problems
}

fn fine(shell: &Shell, counts: Counts) -> String {
    let Counts { posts, tips, rules, cues, states, cards, quizzes, examples } = counts;
    format!(
        "{} {posts} posts, {tips} tips, {rules} rules, {cues} cues, {states} states, {cards} cards, {quizzes} quizzes; {examples} examples run.\n",
        shell.paper.ink(Ink::Green, "All is well:")
    )
}

fn as_json(problems: &[Problem], counts: Option<Counts>) -> serde_json::Value {
    let mut answer = json!({ "ok": problems.is_empty(), "problems": problems });
    if let (Some(answer), Ok(serde_json::Value::Object(counts))) =
        (answer.as_object_mut(), serde_json::to_value(counts.unwrap_or_default()))
    {
        answer.extend(counts);
    }
    answer
}
