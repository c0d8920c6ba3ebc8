//! A snapshot, and the file that it should be in: whether that has it, and what differs.

use std::fmt::Write;

use similar::{ChangeTag, DiffOp, TextDiff};

use super::{SnapshotError, text};
use crate::text::Shown;

/// A snapshot's text, and what its file holds.
#[derive(Debug, Clone)]
pub struct SnapshotFile {
    /// The text that the file should hold.
    pub text: String,
    /// What it does hold. `None` where it is not there.
    found: Option<String>,
}

/// What is to be said of the file of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It has the snapshot. Line endings do not count: Git may make others of them.
    Current,
    /// It is not there.
    Missing,
    /// It has something else.
    Differs,
}

impl SnapshotFile {
    /// Compares a snapshot's text with the contents of a file, if that is there. `file` is what messages call it. An
    /// empty file holds nothing that could be lost, and is one that differs; of any other, the first line must be that
    /// of a snapshot.
    ///
    /// # Errors
    ///
    /// Where the file is no snapshot, or of another version.
    pub fn new(text: String, found: Option<Vec<u8>>, file: &str) -> Result<SnapshotFile, SnapshotError> {
        let found = found.map(|bytes| readable(&bytes, file)).transpose()?;
        Ok(SnapshotFile { text, found })
    }

    /// What the file has. `None` where it is not there.
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// Whether the file has the snapshot.
    pub fn state(&self) -> State {
        match &self.found {
            None => State::Missing,
            Some(found) if found.lines().eq(self.text.lines()) => State::Current,
            Some(_) => State::Differs,
        }
    }

    /// How many lines of the file differ: one that is another now counts once.
    pub fn changed_lines(&self) -> usize {
        let (old, new) = self.lines();
        let changed = |op: &DiffOp| match op {
            DiffOp::Equal { .. } => 0,
            op => op.old_range().len().max(op.new_range().len()),
        };
        TextDiff::from_slices(&old, &new).ops().iter().map(changed).sum()
    }

    /// What differs, as a unified diff of the file, in which nothing steers a terminal. Empty where nothing does.
    pub fn diff(&self, file: &str) -> String {
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

/// The text of a file that may be a snapshot. What is not UTF-8 in one, something spoilt: it is shown byte by byte, as
/// part of what differs.
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
