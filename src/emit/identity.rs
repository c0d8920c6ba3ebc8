//! The identity of files: two paths may lead to one file, by links or spelling.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::follow_symlinks;
use crate::files::lexical;

/// The identity of a file that may not exist.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// The path without symlinks, as far as it exists.
    path: PathBuf,
    /// The device and the inode. Hard links of a file have different paths.
    node: Option<(u64, u64)>,
}

impl Identity {
    /// The identity of the file at a path.
    pub(crate) fn of(path: &Path) -> Identity {
        let path = follow_symlinks(path);
        Identity { node: node(&path), path: resolve(&path) }
    }

    /// The identity of a file in memory, where there are no links.
    pub(crate) fn in_memory(path: &Path) -> Identity {
        Identity { path: lexical(path), node: None }
    }

    /// The path without symlinks, as far as it exists.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether both are the same file.
    pub(crate) fn is(&self, other: &Identity) -> bool {
        self.path == other.path || (self.node.is_some() && self.node == other.node)
    }

    /// Whether this file requires the other to be a directory.
    pub(crate) fn is_below(&self, other: &Identity) -> bool {
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

/// A path without symlinks. The part that does not exist is normalized as text.
fn resolve(path: &Path) -> PathBuf {
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
