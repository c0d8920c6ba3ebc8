//! Sources of the bytes of an input.

use std::path::PathBuf;
use std::sync::Arc;

use crate::text::{self, Shown};

/// The source of the bytes of an input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    /// Standard input, `-` on the command line.
    Stdin,
    /// A file among the [`Files`](crate::files::Files) of the description.
    File(PathBuf),
    /// The first of these files that exists, or the WIT package in a directory of such a name.
    Search(Vec<PathBuf>),
    /// Bytes in memory.
    Memory {
        /// The name in messages, instead of a path.
        name: String,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
}

impl Source {
    /// Reads an argument of the command line: a path, or `-` for standard input.
    pub(crate) fn parse(argument: PathBuf) -> Source {
        if argument.as_os_str() == "-" { Source::Stdin } else { Source::File(argument) }
    }

    /// The name in messages.
    pub(crate) fn shown(&self) -> String {
        match self {
            Source::Stdin => "<stdin>".to_owned(),
            Source::File(path) => text::path(path),
            Source::Search(paths) => paths.first().map(|path| text::path(path)).unwrap_or_default(),
            Source::Memory { name, .. } => Shown(name).to_string(),
        }
    }

    /// The default name of the component in a composition: the stem of the file.
    pub(crate) fn stem(&self) -> String {
        match self {
            Source::Stdin => "stdin".to_owned(),
            Source::File(path) => Shown(&path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy()).to_string(),
            Source::Search(paths) => paths.first().map(|path| Source::File(path.clone()).stem()).unwrap_or_default(),
            Source::Memory { name, .. } => Source::File(PathBuf::from(name)).stem(),
        }
    }
}

/// Whether several of the sources are standard input, which can be read only once.
pub(crate) fn stdin_is_shared<'a>(sources: impl IntoIterator<Item = &'a Source>) -> bool {
    sources.into_iter().filter(|source| **source == Source::Stdin).count() > 1
}
