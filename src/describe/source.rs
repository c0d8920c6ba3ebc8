//! Where the bytes of a component are said to be.

use std::path::PathBuf;
use std::sync::Arc;

use crate::text::{self, Shown};

/// Where the bytes of an input come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Standard input, `-` on the command line.
    Stdin,
    /// A file, which is where the [`Files`](crate::files::Files) of the description are.
    File(PathBuf),
    /// The first of these files that is there, or the WIT package in a directory of that name.
    Search(Vec<PathBuf>),
    /// Bytes in memory.
    Memory {
        /// What messages call them, in the place of a path.
        name: String,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
}

impl Source {
    /// What the user typed: a path, or `-` for standard input.
    pub fn parse(argument: PathBuf) -> Source {
        if argument.as_os_str() == "-" { Source::Stdin } else { Source::File(argument) }
    }

    /// What messages call it.
    pub fn shown(&self) -> String {
        match self {
            Source::Stdin => "<stdin>".to_owned(),
            Source::File(path) => text::path(path),
            Source::Search(paths) => paths.first().map(|path| text::path(path)).unwrap_or_default(),
            Source::Memory { name, .. } => Shown(name).to_string(),
        }
    }

    /// What a composition calls the component in it, unless the description says otherwise: the file's stem.
    pub fn stem(&self) -> String {
        match self {
            Source::Stdin => "stdin".to_owned(),
            Source::File(path) => Shown(&path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy()).to_string(),
            Source::Search(paths) => paths.first().map(|path| Source::File(path.clone()).stem()).unwrap_or_default(),
            Source::Memory { name, .. } => Source::File(PathBuf::from(name)).stem(),
        }
    }
}

/// Whether standard input is named more than once: what one of them reads, the others do not.
pub fn stdin_is_shared<'a>(sources: impl IntoIterator<Item = &'a Source>) -> bool {
    sources.into_iter().filter(|source| **source == Source::Stdin).count() > 1
}
