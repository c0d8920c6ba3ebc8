//! Snapshots and the files that they are compared with.

use crate::describe::{At, Place, Source};
use crate::error::PhaseError;
use crate::files::Files;
use crate::load::{LoadError, file};
use crate::snapshot::{SnapshotError, SnapshotFile};

/// Compares a snapshot with its file on the disk. `is_written` states whether the file is written later, and must be a
/// regular file.
///
/// # Errors
///
/// Those of [`golden_in`].
pub(crate) fn golden(text: String, source: &Source, is_written: bool) -> Result<SnapshotFile, PhaseError> {
    golden_in(&Files::Disk, text, source, is_written, None)
}

/// Compares a snapshot with its file. `place` is the place in a manifest that names the file. `is_written` is as in
/// [`golden`].
///
/// # Errors
///
/// The file cannot be read, or is not a snapshot.
pub(super) fn golden_in(
    files: &Files,
    text: String,
    source: &Source,
    is_written: bool,
    place: Option<&Place>,
) -> Result<SnapshotFile, PhaseError> {
    let name = source.shown();
    let found = match file::existing(files, source, is_written) {
        Err(LoadError::Directory { file }) => {
            return Err(PhaseError::Snapshot(vec![At::place(SnapshotError::Directory { file }, place)]));
        }
        found => found.map_err(|error| PhaseError::Load(vec![At::place(error, place)]))?,
    };
    SnapshotFile::new(text, found, &name).map_err(|error| PhaseError::Snapshot(vec![At::place(error, place)]))
}
