//! `weld build`: builds the outputs of a manifest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::snapshot::say_words;
use super::terminal::Terminal;
use super::{Outcome, examples, say_adapter, say_kept, write_json};
use crate::build::{Build, BuildOptions, BuiltSnapshot, Depfile, Locking, Snapshots, build};
use crate::describe::Source;
use crate::error::PhaseError;
use crate::load::file;
use crate::report::adapters::Grants;
use crate::report::json::{BuildReport, Report};
use crate::report::left;
use crate::report::summary::summary;
use crate::snapshot::{SnapshotFile, State};
use crate::text::{self, count, size};
use crate::timings::Timings;

/// Build the outputs of a manifest
///
/// All outputs are composed and verified before any of them is written. An output that is current keeps its
/// modification time, except with `--depfile`: `make` would run its rule again. The lock, `weld.lock` beside `weld.toml`, has the digest of each component. A snapshot that the
/// manifest names is written if its file does not exist, and with `--update`.
#[derive(Debug, Args)]
#[command(after_help = examples::BUILD)]
pub(super) struct Arguments {
    /// The manifest; without it, `weld.toml` in this directory or in the nearest parent directory
    #[arg(value_name = "MANIFEST")]
    manifest: Option<PathBuf>,
    /// Build only this target; can be repeated
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// Write nothing; print what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Update the lock, and snapshots that differ
    #[arg(long, conflicts_with = "locked")]
    update: bool,
    /// Refuse components whose digest differs from that in the lock
    #[arg(long)]
    locked: bool,
    /// Write a dependency file for `make` and `ninja`: the files that each output is made of
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    depfile: Option<PathBuf>,
    /// With `--depfile`: keep the modification time of an output that is current, for `restat = 1` of `ninja`
    #[arg(long, requires = "depfile")]
    restat: bool,
    /// Leave out the provenance, which lists the inputs and grants of an output
    #[arg(long)]
    no_provenance: bool,
    /// Write names that the Component Model no longer has, such as imports named `url=<…>`, for older hosts
    #[arg(long)]
    allow_obsolete_names: bool,
    /// Print the wiring as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let lock = match (arguments.locked, arguments.update) {
        (true, _) => Locking::Locked,
        (_, true) => Locking::Update,
        _ => Locking::Keep,
    };
    let options = BuildOptions {
        targets: arguments.targets,
        lock,
        no_provenance: arguments.no_provenance,
        obsolete_names: arguments.allow_obsolete_names,
        ..BuildOptions::default()
    };
    let manifest = arguments.manifest.map_or_else(|| manifest(terminal), |path| within(path, terminal));
    let command = command(&manifest);
    let build = build(&Source::parse(manifest), &options, timings)?;
    for change in &build.changes {
        let lock = text::path(&build.lock_file);
        terminal.note(&format!("{}; `{command} --update` updates the lock", change.shown(&lock)));
    }
    let check = arguments.check;
    let snapshots = if check { Snapshots::All } else { Snapshots::with(lock) };
    let written = match check {
        true => build.outdated(snapshots)?,
        false => timings.span("emit", || {
            let depfile = { arguments.depfile.as_deref() }.map(|file| Depfile { file, keeps_times: arguments.restat });
            build.write_with(snapshots, depfile)
        })?,
    };
    if arguments.json {
        write_json(&BuildReport::new(&build, &written, snapshots))?;
    }
    say_outputs(&build, &written.outputs, check, (&command, terminal));
    for BuiltSnapshot { file, golden } in build.outputs.iter().filter_map(|built| built.snapshot.as_ref()) {
        if check && !arguments.json && golden.state() == State::Differs {
            terminal.diff(&golden.diff(&text::path(file)))?;
            say_words(golden, &text::path(file), terminal);
        }
        say_snapshot(file, golden, check, snapshots.covers(golden.state()), (&command, terminal));
    }
    if terminal.is_verbose() || written.outputs.contains(&true) {
        for name in build.unused() {
            terminal.note(&format!("no export of `{name}` is used; the component was left out"));
        }
    }
    if check && written.lock {
        terminal.found(&format!("{} would change", text::path(&build.lock_file)));
    }
    if !written.is_any() {
        terminal.say(&current(&build));
    }
    Ok(if check && written.is_any() { Outcome::Different } else { Outcome::Done })
}

/// Writes a message that all files are current.
fn current(build: &Build) -> String {
    let snapshots = build.outputs.iter().filter(|built| built.snapshot.is_some()).count();
    let snapshots_too = if snapshots == 0 { String::new() } else { format!(", {}", count(snapshots, "snapshot")) };
    let outputs: Vec<String> = build.outputs.iter().map(|built| text::path(&built.file)).collect();
    let (shown, rest) = text::some_of(&outputs);
    let rest = if rest == 0 { String::new() } else { format!(" and {rest} others") };
    let shown = format!("{}{rest}{snapshots_too}", shown.join(", "));
    if build.changes.is_empty() {
        return format!("{shown} and {} are current", text::path(&build.lock_file));
    }
    // Differences from the lock were printed before.
    format!("{shown} {} current", if outputs.len() + snapshots == 1 { "is" } else { "are" })
}

/// Returns the command that builds a manifest.
pub(super) fn command(manifest: &Path) -> String {
    match text::path(manifest).as_str() {
        "weld.toml" => "weld build".to_owned(),
        file => format!("weld build {}", text::argument(file)),
    }
}

/// Returns the path of a manifest: `path` itself, or `weld.toml` in it if it is a directory that has one.
pub(super) fn within(path: PathBuf, terminal: &Terminal) -> PathBuf {
    let inner = path.join("weld.toml");
    if !file::is_directory(&path) || !file::exists(&inner) {
        return path;
    }
    terminal.note(&format!("the manifest is {}", text::path(&inner)));
    inner
}

/// Returns the manifest of the current directory, or of the nearest parent directory. Prints its path in the latter
/// case.
pub(super) fn manifest(terminal: &Terminal) -> PathBuf {
    let current = PathBuf::from("weld.toml");
    match file::manifest() {
        Some(found) if found != current => {
            terminal.note(&format!("the manifest is {}", text::path(&found)));
            found
        }
        // If there is none, the error names the one of the current directory.
        _ => current,
    }
}

/// Prints which outputs were or would be written, and their reports.
fn say_outputs(build: &Build, changed: &[bool], check: bool, (command, terminal): (&str, &Terminal)) {
    // Targets often have the same grants. Each line is printed once.
    let (mut noted, mut warned) = (BTreeSet::new(), BTreeSet::new());
    for (built, changed) in build.outputs.iter().zip(changed) {
        let file = text::path(&built.file);
        match (check, changed) {
            (true, true) if !file::exists(&built.file) => {
                terminal.found(&format!("{file} does not exist: `{command}` would write it"));
            }
            (true, true) => terminal.found(&format!("{file} would change")),
            (false, true) => terminal.say(&format!("{file}: {}", size(built.composition.output.len()))),
            (_, false) => terminal.verbose(|| format!("{file} is current")),
        }
        for line in left::notes(&built.composition, terminal.is_verbose()) {
            if terminal.is_verbose() || (*changed && noted.insert(line.clone())) {
                terminal.note(&line);
            }
        }
        let report = Report::new(&built.composition);
        for adapter in &report.adapters {
            // The summary of an unchanged output was printed when it was written.
            let short = adapter.short();
            if terminal.is_verbose() || (*changed && noted.insert(short.clone())) {
                terminal.note(&short);
            }
            if terminal.is_verbose() {
                say_adapter(adapter, Grants::Names, terminal);
                continue;
            }
            adapter
                .useless(Grants::Names)
                .into_iter()
                .filter(|line| warned.insert(line.clone()))
                .for_each(|line| terminal.warn(&line));
            if *changed {
                adapter.idle.iter().for_each(|line| terminal.note(line));
            }
        }
        if *changed || terminal.is_verbose() {
            say_kept(&report, terminal);
        }
        // Warnings apply to unchanged outputs too.
        report.warnings.iter().filter(|line| warned.insert((*line).clone())).for_each(|line| terminal.warn(line));
        terminal.verbose(|| summary(&report));
    }
}

/// Prints whether a snapshot is current, was written, or would be written.
fn say_snapshot(
    file: &Path,
    golden: &SnapshotFile,
    check: bool,
    is_written: bool,
    (command, terminal): (&str, &Terminal),
) {
    let file = text::path(file);
    let lines = || count(golden.changed_lines(), "line");
    match golden.state() {
        State::Current => terminal.verbose(|| format!("{file} is current")),
        State::Missing if check => terminal.found(&format!("{file} does not exist: `{command}` would write it")),
        State::Missing if !is_written => {
            terminal.note(&format!("snapshot {file} does not exist; `{command}` writes it"));
        }
        State::Missing => {
            terminal.say(&format!("{file}: a new snapshot, {}", count(golden.text.lines().count(), "line")))
        }
        State::Differs if check => terminal
            .found(&format!("{file} would change in {}; if that is meant, `{command} --update` updates it", lines())),
        State::Differs if is_written => terminal.say(&format!("{file}: {} changed", lines())),
        State::Differs => terminal.note(&format!(
            "snapshot {file} differs from the output in {}; `{command} --update` updates it, `{command} --check` shows \
             the difference",
            lines()
        )),
    }
}
