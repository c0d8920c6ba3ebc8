//! `weld snapshot`: writes a component as text for review, and compares it with a saved snapshot.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, examples};
use crate::build::golden;
use crate::describe::{Source, stdin_is_shared};
use crate::diff::{self, is_whole};
use crate::emit::{self, Target};
use crate::load::{LoadError, decode, file};
use crate::report::diff::words;
use crate::snapshot::{Snapshot, SnapshotFile, State, is_snapshot};
use crate::text::{self, count};
use crate::timings::Timings;
use crate::{PhaseError, inspect, verify};

/// Print a component as text for review, or compare it with a saved snapshot
///
/// The text depends on the component alone. Commit it, and a review shows how a change affects the component.
#[derive(Debug, Args)]
#[command(after_help = examples::SNAPSHOT)]
pub(super) struct Arguments {
    /// The component: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// Compare the component with the snapshot in FILE: print the differences, and exit with 1 if there are any
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    check: Option<PathBuf>,
    /// Write the snapshot to FILE, which must be a snapshot if it exists
    #[arg(long, value_name = "FILE")]
    update: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.component);
    let check = arguments.check.map(Source::parse);
    if stdin_is_shared(check.iter().chain([&source])) {
        return Err(LoadError::SharedStdin.into());
    }
    let update = match arguments.update.map(Source::parse) {
        None => None,
        Some(Source::File(file)) => Some(file),
        Some(_) => {
            return Err(PhaseError::Usage("`--update` takes a file; without it, standard output has the snapshot"));
        }
    };
    let component = timings.span("load", || {
        let bytes = file::read(&source)?;
        if let Some(component) = check.as_ref().filter(|_| is_snapshot(&bytes)) {
            return Err(swapped(&source, component));
        }
        decode(source.stem(), source.shown(), bytes)
    })?;
    // An invalid component must not have a snapshot that reads like that of a valid one.
    timings.span("verify", || verify::component(&component))?;
    let inspection = timings.span("inspect", || inspect::inspect(&component))?;
    let text = timings.span("snapshot", || Snapshot::of(&inspection).to_string());
    match (check, update) {
        (Some(golden), _) => compare(text, &golden, &source, terminal),
        (_, Some(file)) => write(text, &file, terminal, timings),
        _ => {
            Target::Stdout.write(text.as_bytes())?;
            Ok(Outcome::Done)
        }
    }
}

/// Returns the error of a snapshot in the place of the component.
fn swapped(snapshot: &Source, component: &Source) -> LoadError {
    let (file, component) = (snapshot.shown(), component.shown());
    let help = format!(
        "the component comes first: `weld snapshot {} --check {}`",
        text::argument(&component),
        text::argument(&file)
    );
    LoadError::OtherText { file, what: "a snapshot", help }
}

/// Compares a snapshot with the one in a file.
fn compare(text: String, source: &Source, component: &Source, terminal: &Terminal) -> Result<Outcome, PhaseError> {
    let (file, component) = (source.shown(), component.shown());
    let golden = golden(text, source, false)?;
    let update = format!("`weld snapshot {} --update {}` writes it", text::argument(&component), text::argument(&file));
    match golden.state() {
        State::Current => {
            terminal.say(&format!("{file} is current: {component} has not changed"));
            return Ok(Outcome::Done);
        }
        State::Missing => terminal.say(&format!("{file} does not exist: {update}")),
        State::Differs => {
            terminal.diff(&golden.diff(&file))?;
            say_words(&golden, &file, terminal);
            let lines = count(golden.changed_lines(), "line");
            terminal.say(&format!("{file} differs from {component} in {lines}; if that is meant, {update}"));
        }
    }
    Ok(Outcome::Different)
}

/// Prints the differences in words, in the form of `weld diff`, if the file is a complete snapshot.
pub(super) fn say_words(golden: &SnapshotFile, file: &str, terminal: &Terminal) {
    let old = golden.found().and_then(|text| Snapshot::read(text, file).ok()).filter(is_whole);
    let new = Snapshot::read(&golden.text, file).ok();
    let words = old.zip(new).map(|(old, new)| words(&diff::compare(&old, &new), false)).unwrap_or_default();
    if !words.is_empty() {
        terminal.say(&format!("in words:\n{}", words.trim_end()));
    }
}

/// Writes a snapshot to its file, unless the file is current.
fn write(text: String, file: &Path, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let shown = text::path(file);
    let golden = golden(text, &Source::File(file.to_owned()), true)?;
    if golden.state() == State::Current {
        terminal.say(&format!("{shown} is current"));
        return Ok(Outcome::Done);
    }
    timings.span("emit", || emit::update(&[(file, golden.text.as_bytes())]))?;
    match golden.state() {
        State::Missing => terminal.say(&format!("{shown}: {}", count(golden.text.lines().count(), "line"))),
        _ => terminal.say(&format!("{shown}: {} changed", count(golden.changed_lines(), "line"))),
    }
    Ok(Outcome::Done)
}
