//! The errors in the text of a snapshot.

use miette::Diagnostic;
use thiserror::Error;

/// A text is not a snapshot, or not one of a version that is supported.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum SnapshotError {
    #[error("`{file}` is not a snapshot: it does not begin with `weld snapshot 1`")]
    #[diagnostic(help(
        "name a file that `weld snapshot --update` or `weld build` wrote, or a file that does not exist"
    ))]
    NotASnapshot { file: String },

    #[error("`{file}` is a directory, not a snapshot")]
    #[diagnostic(help("name a file in it"))]
    Directory { file: String },

    #[error("`{file}` is a snapshot of version {version}, and this weld knows version 1")]
    #[diagnostic(help("another version of weld wrote it: use that version, or remove the file and write it again"))]
    Version { file: String, version: String },

    #[error("`{file}` is not a snapshot in line {line}: {reason}")]
    #[diagnostic(help("a snapshot is not written by hand: update it with `--update`"))]
    Line { file: String, line: usize, reason: &'static str },
}
