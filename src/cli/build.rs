//! `weld build`: builds what a manifest describes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, say_adapter, write_json};
use crate::Error;
use crate::build::{Build, Locking, Options, build};
use crate::describe::Source;
use crate::emit::depfile::{Rule, depfile};
use crate::emit::{self, EmitError, Identity};
use crate::report::json::{BuildReport, Report};
use crate::report::summary::summary;
use crate::text::{self, size};
use crate::timings::Timings;

/// Build what a manifest describes
///
/// Each output is composed and verified before any of them is written; one that is current already is left alone, with
/// its modification time. The lock, beside the manifest and called as it is, `weld.lock`, has the digest of each component.
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
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    depfile: Option<PathBuf>,
    /// Leave out the section that says what an output was made of
    #[arg(long)]
    no_provenance: bool,
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
    let options = Options { targets: arguments.targets, lock, no_provenance: arguments.no_provenance };
    let build = build(&Source::parse(arguments.manifest), &options, timings)?;
    for change in &build.changes {
        let lock = text::path(&build.lock_file);
        terminal.note(&format!("{}; `weld build --update` writes it down", change.shown(&lock)));
    }
    let mut changed = match arguments.check {
        true => emit::outdated(&files(&build))?,
        false => timings.span("emit", || write(&build, arguments.depfile))?,
    };
    // After the outputs comes the lock, if it is to be written.
    let others = changed.split_off(build.outputs.len());
    let lock_changed = build.lock.is_some() && others.first() == Some(&true);
    if arguments.json {
        write_json(&BuildReport::new(&build, &changed, lock_changed))?;
    }
    // Targets mostly have their grants in common.
    let mut said = BTreeSet::new();
    for (built, changed) in build.outputs.iter().zip(&changed) {
        let file = text::path(&built.file);
        match (arguments.check, changed) {
            (true, true) => terminal.say(&format!("{file} would change")),
            (false, true) => terminal.say(&format!("{file}: {}", size(built.composition.bytes.len()))),
            (_, false) => terminal.verbose(|| format!("{file} is current")),
        }
        let report = Report::new(&built.composition);
        for adapter in &report.adapters {
            // What did not change was said when it was written.
            let short = adapter.short();
            if terminal.is_verbose() || (*changed && said.insert(short.clone())) {
                terminal.note(&short);
            }
            if terminal.is_verbose() {
                say_adapter(adapter, terminal);
            } else if *changed {
                adapter.cut.iter().for_each(|line| terminal.note(line));
            }
        }
        terminal.verbose(|| summary(&report));
    }
    if arguments.check && lock_changed {
        terminal.say(&format!("{} would change", text::path(&build.lock_file)));
    }
    let differs = arguments.check && (lock_changed || changed.contains(&true));
    Ok(if differs { Outcome::Different } else { Outcome::Done })
}

/// The outputs and the lock, with what they should hold.
fn files(build: &Build) -> Vec<(&Path, &[u8])> {
    let outputs = build.outputs.iter().map(|built| (built.file.as_path(), built.composition.bytes.as_slice()));
    outputs.chain(build.lock.iter().map(|lock| (build.lock_file.as_path(), lock.as_bytes()))).collect()
}

/// Writes what is not current: the outputs, the lock, and what says what they are made of. Gives which were written.
fn write(build: &Build, depfile_at: Option<PathBuf>) -> Result<Vec<bool>, Error> {
    let mut files = files(build);
    let depfile = match &depfile_at {
        Some(file) => Some((file, dependencies(build, file)?)),
        None => None,
    };
    if let Some((file, text)) = &depfile {
        files.push((file, text.as_bytes()));
    }
    Ok(emit::update(&files)?)
}

/// The text of the dependency file, which may be none of the others, be it of an output that is not built now.
fn dependencies(build: &Build, file: &Path) -> Result<String, Error> {
    let identity = Identity::of(file);
    let mut others = build.outputs.iter().flat_map(|built| &built.files).chain(&build.named);
    if let Some(other) = others.find(|other| Identity::of(other).is(&identity)) {
        let (file, other) = (text::path(file), format!("`{}`", text::path(other)));
        return Err(EmitError::Same { file, other }.into());
    }
    if let Some(folder) = build.embedded.iter().find(|folder| identity.is_below(&Identity::of(folder))) {
        return Err(EmitError::Embedded { file: text::path(file), folder: text::path(folder) }.into());
    }
    let rules: Vec<Rule<'_>> =
        build.outputs.iter().map(|built| Rule { target: &built.file, files: built.files.clone() }).collect();
    Ok(depfile(file, &rules)?)
}
