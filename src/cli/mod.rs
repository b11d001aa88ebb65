//! The command line: `bedside review`, `mood`, `coach`, `tip`, `practice`, `check`, `key`, `reload`, `doctor`,
//! `store` and `run`.
//!
//! Each command reads, asks an engine, and writes. What goes wrong is said in sentences on standard error.

mod arguments;
mod check;
mod coach;
#[cfg(any(feature = "discord", feature = "room"))]
mod control;
#[cfg(feature = "store")]
mod doctor;
mod input;
#[cfg(feature = "room")]
mod key;
mod lines;
#[cfg(any(feature = "discord", feature = "room"))]
mod listening;
#[cfg_attr(not(any(feature = "discord", feature = "room")), allow(dead_code))]
mod logs;
mod mood;
mod packs;
mod paper;
#[cfg(any(feature = "discord", feature = "room"))]
mod platforms;
mod practice;
mod reload;
mod review;
mod review_text;
#[cfg(any(feature = "discord", feature = "room"))]
mod run;
mod shown;
#[cfg(feature = "store")]
mod store;
mod tip;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;

use crate::{
    config::{Config, Safety},
    content::{Pack, Problem},
};
use arguments::{Arguments, Command};
use paper::Paper;

/// How a command ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Nothing to say against it.
    Fine,
    /// A review found something at or over `--fail-on`.
    Found,
}

/// Why a command did not end well: sentences for standard error.
#[derive(Debug)]
struct Failure(Vec<String>);

impl From<String> for Failure {
    fn from(sentence: String) -> Self {
        Self(vec![sentence])
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self(problems.iter().map(ToString::to_string).collect())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // Whoever reads our answer has read enough: `bedside review … | head` is no mistake.
        let enough = error.kind() == io::ErrorKind::BrokenPipe;
        Self(if enough { Vec::new() } else { vec![format!("the answer cannot be written: {error}")] })
    }
}

/// What every command has at hand.
struct Shell {
    config: Option<PathBuf>,
    paper: Paper,
}

impl Shell {
    fn config(&self) -> Result<Config, Failure> {
        Ok(Config::find(self.config.as_deref())?)
    }

    /// The built-in pack with the configured ones laid over it, and what is said where somebody may be in danger.
    fn pack_and_safety(&self) -> Result<(Pack, Safety), Failure> {
        let config = self.config()?;
        Ok((packs::over_the_built_in(&config.content)?, config.safety))
    }
}

/// Runs the program: reads its arguments, does what they say, and tells how it went.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let shell = Shell { config: arguments.config, paper: Paper::of_standard_output(arguments.color) };
    let ended = match arguments.command.unwrap_or(Command::Run) {
        Command::Run => run(&shell, arguments.color),
        Command::Review(wanted) => review::run(&shell, &wanted),
        Command::Mood(wanted) => mood::run(&shell, &wanted),
        Command::Coach(wanted) => coach::run(&shell, &wanted),
        Command::Tip { topic, format } => tip::run(&shell, topic.as_deref(), format),
        Command::Practice { card } => practice::run(&shell, card.as_deref()),
        Command::Check { paths, format } => check::run(&shell, &paths, format),
        #[cfg(feature = "room")]
        Command::Key { wanted } => key::run(&shell, &wanted),
        Command::Reload => reload::run(&shell),
        #[cfg(feature = "store")]
        Command::Doctor { format } => doctor::run(&shell, format),
        #[cfg(feature = "store")]
        Command::Store { wanted } => store::run(&shell, &wanted),
    };
    match ended {
        Ok(Status::Fine) => ExitCode::SUCCESS,
        Ok(Status::Found) => ExitCode::from(1),
        Err(Failure(sentences)) if sentences.is_empty() => ExitCode::SUCCESS,
        Err(Failure(sentences)) => {
            tell(&sentences);
            ExitCode::from(2)
        }
    }
}

#[cfg(any(feature = "discord", feature = "room"))]
fn run(shell: &Shell, colour: arguments::Colour) -> Result<Status, Failure> {
    run::run(shell, paper::wants_colour(colour, io::IsTerminal::is_terminal(&io::stderr())))
}

#[cfg(not(any(feature = "discord", feature = "room")))]
fn run(_: &Shell, _: arguments::Colour) -> Result<Status, Failure> {
    Err("this build speaks to no platform, so there is nothing to run; build it with its default features"
        .to_owned()
        .into())
}

/// What a command that looks at the store or a platform runs on.
#[cfg(feature = "store")]
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| format!("the runtime cannot start: {error}").into())
}

/// Says sentences on standard error; they may hold names that anybody chose.
fn tell(sentences: &[String]) {
    let mut stderr = io::stderr().lock();
    for sentence in sentences {
        // There is nobody left to tell when standard error is closed.
        let _ = writeln!(stderr, "{}", shown::harmless(sentence));
    }
}

/// Writes an answer to standard output.
fn write(answer: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(answer.as_bytes())?;
    stdout.flush()
}

/// Writes an answer to standard output as indented JSON.
fn write_json(answer: &impl serde::Serialize) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(answer)?;
    text.push('\n');
    write(&text)
}
