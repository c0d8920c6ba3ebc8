//! The inputs of functions of the library.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use super::Error;
use crate::describe::Source;
use crate::load::{Component, LoadError, binary, decode, file, reason};

/// A component in memory or in a file.
///
/// The bytes may be a binary component, a component in the text format (WAT), or a core module. A core module is
/// converted to a component, as by [`componentize`](crate::componentize).
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
    /// Creates an input from bytes in memory. Its name in messages is `<memory>`, unless [`named`](Input::named) sets
    /// another one.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Input {
        let bytes: Vec<u8> = bytes.into();
        Input { source: Source::Memory { name: "<memory>".to_owned(), bytes: Arc::from(bytes) } }
    }

    /// Creates an input from a file, which is read when the input is used.
    pub fn file(path: impl Into<PathBuf>) -> Input {
        Input { source: Source::File(path.into()) }
    }

    /// Reads an input from a reader, to its end.
    ///
    /// # Errors
    ///
    /// The reader returns an error.
    pub fn reader(mut reader: impl Read) -> Result<Input, Error> {
        let mut bytes = Vec::new();
        let failed = |error: std::io::Error| LoadError::Read { file: "<reader>".to_owned(), reason: reason(&error) };
        reader.read_to_end(&mut bytes).map_err(|error| Error::of(failed(error)))?;
        Ok(Input::bytes(bytes).named("<reader>"))
    }

    /// Sets the name of the input in messages. The name of a file stays its path.
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
        // An invalid component must not get a report, even if the part that is reported on is valid.
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
