//! Stands for WAC documents where weld is built without the feature `wac`.

use std::path::Path;

use super::WacError;
use crate::describe::{At, Description, Entry, Text};

/// A document. This type has no values.
#[derive(Debug, Clone)]
pub(crate) enum Wac {}

impl Wac {
    /// Parses a document.
    ///
    /// # Errors
    ///
    /// Always, since the parser is not included.
    pub(crate) fn parse(text: Text) -> Result<Wac, At<WacError>> {
        Err(WacError::NoWac { file: text.file().to_owned() }.into())
    }

    /// Describes the composition.
    ///
    /// # Errors
    ///
    /// None, since there is no document.
    pub(crate) fn with_components(
        self,
        _: &[Entry],
        _: Option<&Path>,
        _: bool,
    ) -> Result<Description, Vec<At<WacError>>> {
        match self {}
    }
}
