//! `weld record`, `weld trace` and `weld replay`: write and answer the calls of a component.

use std::path::PathBuf;

use clap::Args;

use super::splice::{new_imports, report};
use super::terminal::Terminal;
use super::{Outcome, Output, examples};
use crate::describe::Source;
use crate::load::{Component, LoadError, decode, file};
use crate::record;
use crate::splice::Spliced;
use crate::timings::Timings;
use crate::{PhaseError, verify};

/// Make a component that records its calls as it runs
///
/// weld reads a component, and writes one that does the same and also records its calls at the given edges. As it runs,
/// it writes a line of JSON for each call to standard error, with the arguments and the result in WAVE, the notation of
/// `wasmtime run --invoke`. These lines are the recording, which `weld replay` reads. Handles are numbers in it: the
/// first handle that a call returns is 1, the next one 2.
#[derive(Debug, Args)]
#[command(after_help = examples::RECORD)]
pub(super) struct Recording {
    #[command(flatten)]
    edges: Edges,
}

/// Make a component that prints its calls as it runs
///
/// weld reads a component, and writes one that does the same and also prints its calls at the given edges. As it runs,
/// it writes a line for each call to standard error, with the arguments and the result in WAVE, the notation of
/// `wasmtime run --invoke`. Long values are cut off.
#[derive(Debug, Args)]
#[command(after_help = examples::TRACE)]
pub(super) struct Tracing {
    #[command(flatten)]
    edges: Edges,
}

/// Make a component whose calls get their results from a recording
///
/// weld reads a component and a recording, and writes a component that no longer needs what filled the given edges:
/// each call there returns the recorded result. As it runs, it compares each call with the next one of the recording.
/// If they differ, it prints both to standard error and traps. A command that makes fewer calls than were recorded
/// prints the next one and fails.
#[derive(Debug, Args)]
#[command(after_help = examples::REPLAY)]
pub(super) struct Replaying {
    #[command(flatten)]
    edges: Edges,
    /// The recording to read: the standard error of the run that was recorded
    #[arg(long, value_name = "FILE")]
    calls: PathBuf,
    /// Do not print how calls differ, and import nothing to print with
    #[arg(long)]
    silent: bool,
}

#[derive(Debug, Args)]
struct Edges {
    /// The component to read: a composition built by any tool, or a single component; binary or WAT text
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// An edge: `COMPONENT/IMPORT` is an import of a component, by the names that `weld inspect` prints;
    /// `COMPONENT/host` is all imports of a component that the host fills; `export NAME` is an export of the whole; can
    /// be repeated
    #[arg(long, value_name = "EDGE", required = true)]
    at: Vec<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: Recording, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let recorded: Insert<'_> = &|whole, edges, timings| Ok((record::record(whole, edges, timings)?, Vec::new()));
    insert(arguments.edges, recorded, terminal, timings)
}

pub(super) fn trace(arguments: Tracing, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let traced: Insert<'_> = &|whole, edges, timings| Ok((record::trace(whole, edges, timings)?, Vec::new()));
    insert(arguments.edges, traced, terminal, timings)
}

pub(super) fn replay(arguments: Replaying, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.calls);
    arguments.edges.output.spare_sources([&source].into_iter())?;
    let bytes = file::read(&source)?;
    let recording = String::from_utf8_lossy(&bytes);
    let recording: (&str, bool) = (&recording, !arguments.silent);
    let replayed: Insert<'_> = &|whole, edges, timings| record::replay(whole, edges, recording, timings);
    insert(arguments.edges, replayed, terminal, timings)
}

/// A function that inserts recorders. It returns the composition, and notes for the user.
type Insert<'i> = &'i dyn Fn(&Component, &[String], &mut Timings) -> Result<(Spliced, Vec<String>), PhaseError>;

fn insert(edges: Edges, insert: Insert<'_>, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(edges.component);
    edges.output.spare_sources([&source].into_iter())?;
    let whole = timings
        .span("load", || -> Result<_, LoadError> { decode(source.stem(), source.shown(), file::read(&source)?) })?;
    timings.span("verify", || verify::component(&whole))?;
    let (spliced, notes) = insert(&whole, &edges.at, timings)?;
    edges.output.emit_composition(&spliced.composition, (terminal, timings))?;
    // This is a note and no warning: recorders need standard error.
    new_imports(&spliced).iter().for_each(|line| terminal.note(line));
    notes.iter().for_each(|line| terminal.note(line));
    report(&spliced, terminal)
}
