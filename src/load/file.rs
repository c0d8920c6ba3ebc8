//! Reading inputs: each file is opened once, and what was read is what is used.

use std::io::{ErrorKind, Read};

use super::error::LoadError;
use crate::describe::Source;
use crate::{limits, text};

/// Reads a source whole.
///
/// # Errors
///
/// Where it cannot be read, is a directory, is empty or is larger than [`limits::INPUT_BYTES`].
pub fn read(source: &Source) -> Result<Vec<u8>, LoadError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::IsADirectory => LoadError::Directory { file: source.shown() },
        _ => LoadError::Read { file: source.shown(), reason: reason(&error) },
    };
    let mut bytes = Vec::new();
    match source {
        Source::Stdin => {
            std::io::stdin().lock().take(limits::INPUT_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        }
        Source::File(path) => {
            let file = std::fs::File::open(path).map_err(failed)?;
            // The size is a hint for one allocation; what counts is what is read.
            let hint = file.metadata().map_or(0, |metadata| metadata.len());
            bytes.reserve_exact(hint.min(limits::INPUT_BYTES) as usize + 1);
            file.take(limits::INPUT_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        }
    }
    if bytes.len() as u64 > limits::INPUT_BYTES {
        return Err(LoadError::TooLarge {
            file: source.shown(),
            size: text::size(bytes.len()),
            limit: text::size(limits::INPUT_BYTES as usize),
        });
    }
    if bytes.is_empty() {
        return Err(LoadError::Empty { file: source.shown() });
    }
    Ok(bytes)
}

/// An operating system's error in a stable form: its kind where that says enough, else its own words.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull => "no space left on the device".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::NotADirectory => "part of the path is not a directory".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}
