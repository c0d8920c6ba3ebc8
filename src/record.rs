//! Records the calls of a component, or answers them from a recording.
//!
//! Takes a finished component and the names of edges in it, and returns the component with recorders at these edges.
//! `recorder` generates the recorders, and `insert` inserts them in compositions at any depth.

mod calls;
mod command;
mod edges;
mod error;
mod insert;
mod nested;
mod recorder;
mod replay;
mod stderr;
mod world;

use crate::PhaseError;
use crate::decide::recording::Form;
use crate::load::Component;
use crate::splice::Spliced;
use crate::timings::Timings;
use insert::Task;
pub(crate) use replay::replay;

/// Inserts recorders that write calls to standard error, in the form of recordings. An edge is `COMPONENT/IMPORT`,
/// where `COMPONENT` can be the path of a nested component; or `COMPONENT/host` for all imports that the host fills; or
/// `export NAME`. Each instance has one recorder for all of its edges, and the exports have one.
///
/// # Errors
///
/// A composition that contains an edge cannot be split, an edge does not exist, or calls at it cannot be recorded.
pub(crate) fn record(whole: &Component, edges: &[String], timings: &mut Timings) -> Result<Spliced, PhaseError> {
    let task = Task { name: "record", form: Form::Record, writes: true, lines: &[], is_only: true };
    Ok(task.insert((whole, ""), edges, timings)?.0)
}

/// Inserts recorders that write calls to standard error, in the form of traces. Edges are those of [`record`].
///
/// # Errors
///
/// Those of [`record`].
pub(crate) fn trace(whole: &Component, edges: &[String], timings: &mut Timings) -> Result<Spliced, PhaseError> {
    let task = Task { name: "trace", form: Form::Trace, writes: true, lines: &[], is_only: true };
    Ok(task.insert((whole, ""), edges, timings)?.0)
}
