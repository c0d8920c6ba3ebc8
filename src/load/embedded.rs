//! Files that are copied into a composition: what mounts and standard input are made of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::digest::Digest;
use crate::describe::Source;

/// What the settings of a description name, read.
#[derive(Debug, Clone, Default)]
pub struct Embedded {
    /// By the source, and whether links in it are followed.
    trees: BTreeMap<(Source, bool), Tree>,
}

/// A folder or a file.
#[derive(Debug, Clone)]
pub struct Tree {
    /// What it is.
    pub root: Arc<Node>,
    /// The files that it was read from.
    pub files: Vec<PathBuf>,
    /// Of its names and contents.
    pub digest: Digest,
}

/// Something in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A folder, by names, of which the order is that of their bytes.
    Folder(BTreeMap<String, Node>),
    /// A file, by its contents.
    File(Arc<[u8]>),
    /// A link within the tree, by where it leads.
    Link(String),
}

impl Embedded {
    /// What was read from a source.
    pub fn get(&self, source: &Source, follow: bool) -> Option<&Tree> {
        self.trees.get(&(source.clone(), follow))
    }
}
