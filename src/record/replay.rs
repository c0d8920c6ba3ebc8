//! Answers calls from a recording.

use super::calls::lines;
use super::error::RecordError;
use super::insert::Task;
use crate::PhaseError;
use crate::decide::recording::Form;
use crate::load::Component;
use crate::splice::Spliced;
use crate::text::Shown;
use crate::timings::Timings;

/// Inserts recorders that answer calls from the text of a recording. Edges are those of [`super::record`]. If `prints`
/// is set, a recorder writes the first call that differs to standard error. Returns the composition, and notes for the
/// user.
///
/// # Errors
///
/// Those of [`super::record`]. The recording has no call at these edges, or a malformed line.
pub(crate) fn replay(
    whole: &Component,
    edges: &[String],
    (recording, prints): (&str, bool),
    timings: &mut Timings,
) -> Result<(Spliced, Vec<String>), PhaseError> {
    let lines = lines(recording).map_err(RecordError::finished)?;
    if lines.is_empty() {
        return Err(RecordError::NoCall.finished());
    }
    let task = Task { name: "replay", form: Form::Replay, writes: prints, lines: &lines, is_only: true };
    let (spliced, inserted) = task.insert((whole, ""), edges, timings)?;
    if inserted.calls == 0 {
        let edges: Vec<String> = edges.iter().map(|edge| format!("`{}`", Shown(edge))).collect();
        return Err(RecordError::Nothing { edges: edges.join(", ") }.finished());
    }
    let silent = |instance: &String| {
        format!(
            "the recording has no call that `{}` makes at these edges, so that its first one ends the run",
            Shown(instance)
        )
    };
    let unwatched = |export: &String| {
        format!("missing calls are not reported: `{}` is another interface than `run: func() -> result`", Shown(export))
    };
    let notes = inserted.silent.iter().map(silent).chain(inserted.unwatched.iter().map(unwatched));
    Ok((spliced, notes.collect()))
}
