//! Which file a path leads to: two names may be one file, by links or by the way that they are written.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::followed;
use crate::files::lexical;

/// The file that a path leads to, be it there or not.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The file without links, as far as it is there.
    path: PathBuf,
    /// Its device and its number there: hard links have no path in common.
    node: Option<(u64, u64)>,
}

impl Identity {
    /// That of a path.
    pub fn of(path: &Path) -> Identity {
        let path = followed(path);
        Identity { node: node(&path), path: resolved(&path) }
    }

    /// That of a path to a file in memory, which no link leads to.
    pub fn in_memory(path: &Path) -> Identity {
        Identity { path: lexical(path), node: None }
    }

    /// The file without links, as far as it is there.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether both are one file.
    pub fn is(&self, other: &Identity) -> bool {
        self.path == other.path || (self.node.is_some() && self.node == other.node)
    }

    /// Whether the other would have to be a directory for this one to be there.
    pub fn is_below(&self, other: &Identity) -> bool {
        self.path != other.path && self.path.starts_with(&other.path)
    }
}

#[cfg(unix)]
fn node(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn node(_: &Path) -> Option<(u64, u64)> {
    None
}

/// A path without links. Of what is not there, the text says all that there is to know.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|start| Some((start, fs::canonicalize(start).ok()?)));
    let Some((start, mut resolved)) = there else { return path };
    for part in path.strip_prefix(start).unwrap_or(Path::new("")).components() {
        match part {
            Component::ParentDir => _ = resolved.pop(),
            part => resolved.push(part),
        }
    }
    resolved
}
