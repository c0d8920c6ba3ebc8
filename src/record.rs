//! Records the calls of a component, or answers them from a recording.
//!
//! In: a finished component, and texts that name edges in it. Out: the component with recorders at these edges. `recorder` generates
//! them, `insert` puts them where they belong, in compositions at any depth.

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

/// Has calls at edges written to standard error, to be read again: `COMPONENT/IMPORT`, or `COMPONENT/host` for all imports that the
/// host fills, with the path of a nested component; or `export NAME`. Each instance has one recorder for all of its edges, and the
/// exports have one.
///
/// # Errors
///
/// A composition with such an instance cannot be split, there is no such edge, or the edge cannot be recorded.
pub(crate) fn record(whole: &Component, edges: &[String], timings: &mut Timings) -> Result<Spliced, PhaseError> {
    let task = Task { name: "record", form: Form::Record, writes: true, lines: &[], is_only: true };
    Ok(task.insert((whole, ""), edges, timings)?.0)
}

/// The same, for people.
///
/// # Errors
///
/// As of [`record`].
pub(crate) fn trace(whole: &Component, edges: &[String], timings: &mut Timings) -> Result<Spliced, PhaseError> {
    let task = Task { name: "trace", form: Form::Trace, writes: true, lines: &[], is_only: true };
    Ok(task.insert((whole, ""), edges, timings)?.0)
}
