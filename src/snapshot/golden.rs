//! A snapshot, and the file that it should be in: whether that has it, and what differs.

use std::fmt::Write;

use similar::{ChangeTag, DiffOp, TextDiff};

use super::{SnapshotError, text};
use crate::text::Shown;

/// A snapshot's text, and what its file holds.
#[derive(Debug, Clone)]
pub struct Golden {
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

impl Golden {
    /// Compares a snapshot's text with the contents of a file, if that is there. `file` is what messages call it. An
    /// empty file holds nothing that could be lost, and is one that differs; of any other, the first line must be that of a snapshot.
    ///
    /// # Errors
    ///
    /// Where the file is no snapshot, or of another version.
    pub fn new(text: String, found: Option<Vec<u8>>, file: &str) -> Result<Golden, SnapshotError> {
        let found = found.map(|bytes| readable(bytes, file)).transpose()?;
        Ok(Golden { text, found })
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

/// The text of a file that may be a snapshot.
fn readable(bytes: Vec<u8>, file: &str) -> Result<String, SnapshotError> {
    if bytes.is_empty() {
        return Ok(String::new());
    }
    // What is not UTF-8 may still be a snapshot that something spoilt, or a file of another kind.
    let start = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    text::check_header(&String::from_utf8_lossy(start).replace('\r', ""), file)?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
        SnapshotError::Line { file: file.to_owned(), line, reason: "it is not UTF-8" }
    })
}
