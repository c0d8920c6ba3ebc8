//! `weld build`: builds what a manifest describes.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, write_json};
use crate::Error;
use crate::build::{Build, Locking, Options, build};
use crate::describe::Source;
use crate::emit;
use crate::emit::depfile::{Rule, depfile};
use crate::report::json::{BuildReport, Report};
use crate::report::summary::summary;
use crate::text::{self, size};
use crate::timings::Timings;

/// Build what a manifest describes
///
/// Each output is composed and verified before any of them is written; one that is current already is left alone, with
/// its modification time. The lock, `weld.lock` beside the manifest, has the digest of each component.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The manifest
    #[arg(value_name = "MANIFEST", default_value = "weld.toml")]
    manifest: PathBuf,
    /// Build this target alone; can be repeated
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// Write nothing; say what would change, and end with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Write the lock anew
    #[arg(long, conflicts_with = "locked")]
    update: bool,
    /// Refuse components that are not the ones in the lock
    #[arg(long)]
    locked: bool,
    /// Write the files that each output is made of, as `make` and `ninja` read them
    #[arg(long, value_name = "FILE")]
    depfile: Option<PathBuf>,
    /// Print what was wired to what as JSON, on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, Error> {
    let lock = match (arguments.locked, arguments.update) {
        (true, _) => Locking::Locked,
        (_, true) => Locking::Update,
        _ => Locking::Keep,
    };
    let options = Options { targets: arguments.targets, lock };
    let build = build(&Source::parse(arguments.manifest), &options, timings)?;
    for change in &build.changes {
        let lock = text::path(&build.lock_file);
        terminal.note(&format!(
            "component `{}` is not the one in `{lock}`; `weld build --update` writes it down",
            change.component
        ));
    }
    let changed = changed(&build);
    if !arguments.check {
        timings.span("emit", || write(&build, arguments.depfile))?;
    }
    if arguments.json {
        write_json(&BuildReport::new(&build, &changed))?;
    }
    for (built, changed) in build.outputs.iter().zip(&changed) {
        let file = text::path(&built.file);
        match (arguments.check, changed) {
            (true, true) => terminal.say(&format!("{file} would change")),
            (false, true) => terminal.say(&format!("{file}: {}", size(built.composition.bytes.len()))),
            (_, false) => terminal.verbose(|| format!("{file} is current")),
        }
        terminal.verbose(|| summary(&Report::new(&built.composition)));
    }
    if let Some(lock) = &build.lock
        && arguments.check
        && !emit::is_current(&build.lock_file, lock.as_bytes())
    {
        terminal.say(&format!("{} would change", text::path(&build.lock_file)));
        return Ok(Outcome::Different);
    }
    let differs = arguments.check && changed.contains(&true);
    Ok(if differs { Outcome::Different } else { Outcome::Done })
}

/// Which of the outputs are not what they should be.
fn changed(build: &Build) -> Vec<bool> {
    build.outputs.iter().map(|built| !emit::is_current(&built.file, &built.composition.bytes)).collect()
}

/// Writes what is not current: the outputs, then what says what they are made of.
fn write(build: &Build, depfile_at: Option<PathBuf>) -> Result<(), Error> {
    for built in &build.outputs {
        emit::update(&built.file, &built.composition.bytes)?;
    }
    if let Some(lock) = &build.lock {
        emit::update(&build.lock_file, lock.as_bytes())?;
    }
    if let Some(file) = depfile_at {
        let rule = |built: &'_ crate::build::Built| (built.file.clone(), built.files.clone());
        let rules: Vec<_> = build.outputs.iter().map(rule).collect();
        let rules: Vec<Rule<'_>> = rules.iter().map(|(target, files)| Rule { target, files: files.clone() }).collect();
        emit::update(&file, depfile(&file, &rules)?.as_bytes())?;
    }
    Ok(())
}
