//! The phase describe: what the user wrote, in whichever form, to a [`Description`].

pub mod plug;
mod source;

pub use source::{Source, stdin_is_shared};

/// A composition as its user described it: no file has been read yet.
#[derive(Debug, Clone)]
pub struct Description {
    /// The component whose exports are those of the composition.
    pub root: Entry,
    /// The components that its imports, and each other's, are filled from. Their order means nothing.
    pub plugs: Vec<Entry>,
    /// Whether a plug of which nothing is used is left out without an error.
    pub allow_unused: bool,
}

/// A component of a composition.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What the composition calls it. Entries of one name are told apart once their contents are known.
    pub name: String,
    /// Where it is.
    pub source: Source,
}
