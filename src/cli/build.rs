//! `weld build`: builds what a manifest describes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, examples, say_adapter, say_kept, write_json};
use crate::Error;
use crate::build::{Build, BuiltSnapshot, Locking, Options, build};
use crate::describe::Source;
use crate::emit::depfile::{Rule, depfile};
use crate::emit::{self, EmitError, Identity};
use crate::report::adapters::Grants;
use crate::report::json::{BuildReport, Report};
use crate::report::left;
use crate::report::summary::summary;
use crate::snapshot::{Golden, State};
use crate::text::{self, count, size};
use crate::timings::Timings;

/// Build what a manifest describes
///
/// Each output is composed and verified before any of them is written; one that is current already is left alone, with
/// its modification time. The lock, beside the manifest and called as it is, `weld.lock`, has the digest of each
/// component. A snapshot, for which the manifest names a file, is for review: it is written where there is none, and
/// with `--update`.
#[derive(Debug, Args)]
#[command(after_help = examples::BUILD)]
pub struct Arguments {
    /// The manifest
    #[arg(value_name = "MANIFEST", default_value = "weld.toml")]
    manifest: PathBuf,
    /// Build this target alone; can be repeated
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// Write nothing; say what would change, print what would in snapshots, and end with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Write the lock anew, and snapshots that differ
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
    /// Write what the Component Model no longer has, such as imports named `url=<…>`, for hosts that still know it
    #[arg(long)]
    allow_obsolete_names: bool,
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
    let options = Options {
        targets: arguments.targets,
        lock,
        no_provenance: arguments.no_provenance,
        obsolete_names: arguments.allow_obsolete_names,
    };
    let build = build(&Source::parse(arguments.manifest), &options, timings)?;
    for change in &build.changes {
        let lock = text::path(&build.lock_file);
        terminal.note(&format!("{}; `weld build --update` writes it down", change.shown(&lock)));
    }
    let (check, update, locked) = (arguments.check, arguments.update, arguments.locked);
    // A snapshot is there to be reviewed: one that differs is written where that was asked for, and no sooner. Whoever
    // refuses new components wants no new snapshots either, or a check after it would find what was written just
    // before.
    let is_written = |state| match state {
        State::Current => false,
        State::Missing => check || !locked,
        State::Differs => check || update,
    };
    let mut changed = match check {
        true => emit::outdated(&files(&build, is_written))?,
        false => timings.span("emit", || write(&build, is_written, arguments.depfile))?,
    };
    // After the outputs and the snapshots comes the lock, if it is to be written.
    let mut others = changed.split_off(build.outputs.len());
    let others = others.split_off(snapshots(&build, is_written).count());
    let lock_changed = build.lock.is_some() && others.first() == Some(&true);
    if arguments.json {
        write_json(&BuildReport::new(&build, &changed, is_written, lock_changed))?;
    }
    say_outputs(&build, &changed, check, terminal);
    for BuiltSnapshot { file, golden } in build.outputs.iter().filter_map(|built| built.snapshot.as_ref()) {
        if check && !arguments.json && golden.state() == State::Differs {
            terminal.diff(&golden.diff(&text::path(file)))?;
        }
        say_snapshot(file, golden, check, is_written(golden.state()), terminal);
    }
    if check && lock_changed {
        terminal.found(&format!("{} would change", text::path(&build.lock_file)));
    }
    let differs = check && (lock_changed || changed.contains(&true) || snapshots(&build, is_written).next().is_some());
    Ok(if differs { Outcome::Different } else { Outcome::Done })
}

/// Says which outputs changed, or would, and what is in them.
fn say_outputs(build: &Build, changed: &[bool], check: bool, terminal: &Terminal) {
    // Targets mostly have their grants in common.
    let (mut said, mut warned) = (BTreeSet::new(), BTreeSet::new());
    for (built, changed) in build.outputs.iter().zip(changed) {
        let file = text::path(&built.file);
        match (check, changed) {
            (true, true) => terminal.found(&format!("{file} would change")),
            (false, true) => terminal.say(&format!("{file}: {}", size(built.composition.bytes.len()))),
            (_, false) => terminal.verbose(|| format!("{file} is current")),
        }
        for line in left::notes(&built.composition, terminal.is_verbose()) {
            if terminal.is_verbose() || (*changed && said.insert(line.clone())) {
                terminal.note(&line);
            }
        }
        let report = Report::new(&built.composition);
        for adapter in &report.adapters {
            // What did not change was said when it was written.
            let short = adapter.short();
            if terminal.is_verbose() || (*changed && said.insert(short.clone())) {
                terminal.note(&short);
            }
            if terminal.is_verbose() {
                say_adapter(adapter, Grants::Names, terminal);
            } else if *changed {
                adapter.idle.iter().for_each(|line| terminal.note(line));
            }
        }
        if *changed || terminal.is_verbose() {
            say_kept(&report, terminal);
        }
        // What is probably not meant is no better for having been built before.
        report.warnings.iter().filter(|line| warned.insert((*line).clone())).for_each(|line| terminal.warn(line));
        terminal.verbose(|| summary(&report));
    }
}

/// Says what became of a snapshot, or would.
fn say_snapshot(file: &Path, golden: &Golden, check: bool, is_written: bool, terminal: &Terminal) {
    let file = text::path(file);
    let lines = || count(golden.changed_lines(), "line");
    match golden.state() {
        State::Current => terminal.verbose(|| format!("{file} is current")),
        State::Missing if check => terminal.found(&format!("{file} is not there yet: `weld build` would write it")),
        State::Missing if !is_written => {
            terminal.note(&format!("snapshot {file} is not there; `weld build` without `--locked` writes it"));
        }
        State::Missing => terminal.say(&format!("{file}: a new snapshot, {}", count(golden.text.lines().count(), "line"))),
        State::Differs if check => terminal.found(&format!(
            "{file} would change, in {}: if that is meant, `weld build --update` writes it anew",
            lines()
        )),
        State::Differs if is_written => terminal.say(&format!("{file}: {} changed", lines())),
        State::Differs => terminal.note(&format!(
            "snapshot {file} differs from what was built, in {}; `weld build --update` writes it anew, `weld build --check` \
             shows what differs",
            lines()
        )),
    }
}

/// The snapshots in the states of which `is_written` holds.
fn snapshots(build: &Build, is_written: impl Fn(State) -> bool) -> impl Iterator<Item = &BuiltSnapshot> {
    let snapshots = build.outputs.iter().filter_map(|built| built.snapshot.as_ref());
    snapshots.filter(move |snapshot| is_written(snapshot.golden.state()))
}

/// The outputs, those snapshots and the lock, with what they should hold.
fn files(build: &Build, is_written: impl Fn(State) -> bool) -> Vec<(&Path, &[u8])> {
    let outputs = build.outputs.iter().map(|built| (built.file.as_path(), built.composition.bytes.as_slice()));
    let snapshots =
        snapshots(build, is_written).map(|BuiltSnapshot { file, golden }| (file.as_path(), golden.text.as_bytes()));
    let lock = build.lock.iter().map(|lock| (build.lock_file.as_path(), lock.as_bytes()));
    outputs.chain(snapshots).chain(lock).collect()
}

/// Writes what is not current: the outputs, the snapshots, the lock, and what says what they are made of. Gives which
/// were written.
fn write(build: &Build, is_written: impl Fn(State) -> bool, depfile_at: Option<PathBuf>) -> Result<Vec<bool>, Error> {
    let mut files = files(build, is_written);
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
