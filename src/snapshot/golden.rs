//! Compares a snapshot with the file that should contain it.

use std::fmt::Write;

use similar::{ChangeTag, DiffOp, TextDiff};

use super::{SnapshotError, text};
use crate::text::Shown;

/// The text of a snapshot, and the content of its file.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotFile {
    /// The text that the file should have.
    pub text: String,
    /// The text of the file. `None` if the file does not exist.
    found: Option<String>,
}

/// The state of the file of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The file has the snapshot. Line endings are not significant, because Git may convert them.
    Current,
    /// The file does not exist.
    Missing,
    /// The file has another text.
    Differs,
}

impl SnapshotFile {
    /// Compares the text of a snapshot with the content of its file, if that exists. `file` is the name for messages.
    /// An empty file differs, and may be overwritten. Any other file must begin with the first line of a snapshot.
    ///
    /// # Errors
    ///
    /// The file is not a snapshot, or has another version of the format.
    pub(crate) fn new(text: String, found: Option<Vec<u8>>, file: &str) -> Result<SnapshotFile, SnapshotError> {
        let found = found.map(|bytes| readable(&bytes, file)).transpose()?;
        Ok(SnapshotFile { text, found })
    }

    /// The text of the file. `None` if the file does not exist.
    pub(crate) fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// Compares the text with that of the file.
    pub(crate) fn state(&self) -> State {
        match &self.found {
            None => State::Missing,
            Some(found) if found.lines().eq(self.text.lines()) => State::Current,
            Some(_) => State::Differs,
        }
    }

    /// The number of lines of the file that differ. A line that is replaced with another counts once.
    pub(crate) fn changed_lines(&self) -> usize {
        let (old, new) = self.lines();
        let changed = |op: &DiffOp| match op {
            DiffOp::Equal { .. } => 0,
            op => op.old_range().len().max(op.new_range().len()),
        };
        TextDiff::from_slices(&old, &new).ops().iter().map(changed).sum()
    }

    /// The difference as a unified diff of the file, with control characters escaped. Empty if nothing differs.
    pub(crate) fn diff(&self, file: &str) -> String {
        let (old, new) = self.lines();
        let diff = TextDiff::from_slices(&old, &new);
        let mut text = String::new();
        // Writing to a string cannot fail.
        for hunk in diff.unified_diff().iter_hunks() {
            if text.is_empty() {
                _ = writeln!(text, "--- {file}\n+++ {file}");
            }
            _ = writeln!(text, "{}", hunk.header());
            for change in hunk.iter_changes() {
                let sign = match change.tag() {
                    ChangeTag::Equal => ' ',
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                };
                _ = writeln!(text, "{sign}{}", Shown(change.value()));
            }
        }
        text
    }

    fn lines(&self) -> (Vec<&str>, Vec<&str>) {
        (self.found.as_deref().unwrap_or_default().lines().collect(), self.text.lines().collect())
    }
}

/// The text of a file that may be a snapshot. Bytes that are not UTF-8 are escaped, so that they appear in the diff.
fn readable(bytes: &[u8], file: &str) -> Result<String, SnapshotError> {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        _ = write!(text, "{}", chunk.invalid().escape_ascii());
    }
    if !text.is_empty() {
        text::check_header(&text, file)?;
    }
    Ok(text)
}
