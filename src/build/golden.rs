//! Snapshots and the files that they are compared with.

use crate::describe::{At, Place, Source};
use crate::error::PhaseError;
use crate::files::Files;
use crate::load::{LoadError, file};
use crate::snapshot::{SnapshotError, SnapshotFile};

/// Compares the text of a snapshot with what a file on the disk holds. If the file `is_written` after, it must be a regular one.
///
/// # Errors
///
/// As [`golden_in`].
pub fn golden(text: String, source: &Source, is_written: bool) -> Result<SnapshotFile, PhaseError> {
    golden_in(&Files::Disk, text, source, is_written, None)
}

/// Compares the text of a snapshot with what its file holds, which a manifest may name at a place. If the file
/// `is_written` after, it must be a regular one.
///
/// # Errors
///
/// Where the file cannot be read, or is something else than a snapshot.
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
