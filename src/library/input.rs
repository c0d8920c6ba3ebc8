//! What goes in.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use super::Error;
use crate::describe::Source;
use crate::load::{Component, LoadError, binary, decode, file, reason};

/// The bytes of a component, in memory or in a file.
///
/// They may be a binary component, its text format (WAT) or a core module. A core module becomes a component first, as
/// [`componentize`](crate::componentize) makes it.
///
/// ```
/// let input = weld::Input::bytes("(component)");
/// assert_eq!(weld::inspect(input)?.imports().count(), 0);
/// # Ok::<(), weld::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Input {
    pub(super) source: Source,
}

impl Input {
    /// Bytes in memory. Messages call them `<memory>`, unless they are [`named`](Input::named).
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Input {
        let bytes: Vec<u8> = bytes.into();
        Input { source: Source::Memory { name: "<memory>".to_owned(), bytes: Arc::from(bytes) } }
    }

    /// A file, which is read when the input is used.
    pub fn file(path: impl Into<PathBuf>) -> Input {
        Input { source: Source::File(path.into()) }
    }

    /// All that a reader gives.
    ///
    /// # Errors
    ///
    /// Where it cannot be read to its end.
    pub fn reader(mut reader: impl Read) -> Result<Input, Error> {
        let mut bytes = Vec::new();
        let failed = |error: std::io::Error| LoadError::Read { file: "<reader>".to_owned(), reason: reason(&error) };
        reader.read_to_end(&mut bytes).map_err(|error| Error::of(failed(error)))?;
        Ok(Input::bytes(bytes).named("<reader>"))
    }

    /// The same, with the name that messages have for it. A file keeps its path.
    pub fn named(self, name: impl Into<String>) -> Input {
        match self.source {
            Source::Memory { bytes, .. } => Input { source: Source::Memory { name: name.into(), bytes } },
            source => Input { source },
        }
    }

    /// Reads the WebAssembly binary, component or core module, which the input may hold as text.
    pub(super) fn binary(&self) -> Result<Vec<u8>, Error> {
        file::read(&self.source).and_then(|bytes| binary(&self.source.shown(), bytes)).map_err(Error::of)
    }

    /// Reads and decodes the component.
    pub(super) fn decode(&self) -> Result<Component, Error> {
        let decoded = |bytes| decode(self.source.stem(), self.source.shown(), bytes);
        let component = file::read(&self.source).and_then(decoded).map_err(Error::of)?;
        // Validates the whole component before anything reports on it: a part that is valid says nothing of the rest.
        crate::verify::component(&component).map_err(Error::of)?;
        Ok(component)
    }
}

/// Bytes in memory.
impl From<&[u8]> for Input {
    fn from(bytes: &[u8]) -> Input {
        Input::bytes(bytes)
    }
}

/// Bytes in memory.
impl<const N: usize> From<&[u8; N]> for Input {
    fn from(bytes: &[u8; N]) -> Input {
        Input::bytes(bytes)
    }
}

/// Bytes in memory.
impl From<&Vec<u8>> for Input {
    fn from(bytes: &Vec<u8>) -> Input {
        Input::bytes(bytes.as_slice())
    }
}

/// Bytes in memory.
impl From<Vec<u8>> for Input {
    fn from(bytes: Vec<u8>) -> Input {
        Input::bytes(bytes)
    }
}
