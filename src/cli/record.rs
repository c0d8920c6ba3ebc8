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

/// Record the calls of a component as it runs
///
/// The output writes each call at an edge to standard error: a line of JSON, with arguments and result in WAVE. `weld replay`
/// answers the calls from these lines. Handles have numbers, in the order in which they were given.
#[derive(Debug, Args)]
#[command(after_help = examples::RECORD)]
pub(super) struct Recording {
    #[command(flatten)]
    edges: Edges,
}

/// Print the calls of a component as it runs
///
/// The output writes each call at an edge to standard error, with arguments and result in WAVE. Long values are cut.
#[derive(Debug, Args)]
#[command(after_help = examples::TRACE)]
pub(super) struct Tracing {
    #[command(flatten)]
    edges: Edges,
}

/// Answer the calls of a component from a recording
///
/// The output needs nothing of what was recorded: each call at an edge has the result that it had. The first call that is not
/// the next one of the recording is printed, with the one that was expected, and ends the component. A command that makes fewer
/// calls fails.
#[derive(Debug, Args)]
#[command(after_help = examples::REPLAY)]
pub(super) struct Replaying {
    #[command(flatten)]
    edges: Edges,
    /// The recording: what a component wrote to standard error that `weld record` made
    #[arg(long, value_name = "FILE")]
    calls: PathBuf,
    /// Print no difference, and import nothing to print it with
    #[arg(long)]
    silent: bool,
}

#[derive(Debug, Args)]
struct Edges {
    /// The component: a composition of whatever tool, or one component alone
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// An import of a component: `COMPONENT/IMPORT`, by the names that `weld inspect` prints; `COMPONENT/host` is all that
    /// the host fills; `export NAME` is an export; can be repeated
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
