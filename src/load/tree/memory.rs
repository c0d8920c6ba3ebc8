//! Directories whose files are in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Amount, Contents, Node, Tree, TreeError, check_depth, check_name, fold};
use crate::load::digest::Digest;
use crate::text;

/// The names in a directory, by their folded forms, with the directories among them.
#[derive(Default)]
struct Names(BTreeMap<String, (String, Names)>);

impl Tree {
    /// A directory of files in memory, by their paths from it. `path` is what messages call it.
    ///
    /// # Errors
    ///
    /// Those of [`Tree::read`] for the same files, and a file that has others below it.
    pub fn directory(path: &Path, files: &BTreeMap<PathBuf, Arc<[u8]>>) -> Result<Tree, TreeError> {
        let (mut root, mut names) = (BTreeMap::new(), Names::default());
        let (mut amount, mut contents) = (Amount::default(), Contents::default());
        for (file, bytes) in files {
            amount.add(0, bytes.len() as u64, path)?;
            contents.add_one(Digest::of(bytes), bytes.len() as u64, path)?;
            let entries = insert(&mut root, &mut names, (path, file), Arc::clone(bytes))?;
            amount.add(entries, 0, path)?;
        }
        Ok(Tree::new(Node::Directory(root), Vec::new(), Vec::new(), amount, contents))
    }
}

/// Inserts a file, with the directories that lead to it. Returns the number of new entries.
fn insert(
    mut entries: &mut BTreeMap<String, Node>,
    mut names: &mut Names,
    (root, file): (&Path, &Path),
    bytes: Arc<[u8]>,
) -> Result<usize, TreeError> {
    let (mut at, mut new, mut length) = (root.to_owned(), 0, 0);
    let mut parts = file.components().enumerate().peekable();
    while let Some((depth, part)) = parts.next() {
        at.push(part);
        let failed = |reason: &str| TreeError::Read { path: text::path(&at), reason: reason.to_owned() };
        let Component::Normal(name) = part else {
            return Err(failed("the path of a file in memory has names alone"));
        };
        let name = name.to_str().ok_or_else(|| TreeError::Name { path: text::path(&at) })?;
        length += 1 + name.len();
        check_name(name, length, &at)?;
        check_depth(depth, &at)?;
        let (first, below) = names.0.entry(fold(name)).or_insert_with(|| (name.to_owned(), Names::default()));
        if first != name {
            return Err(TreeError::Case { first: text::path(&at.with_file_name(&*first)), second: text::path(&at) });
        }
        names = below;
        let is_file = parts.peek().is_none();
        let node = match entries.entry(name.to_owned()) {
            Entry::Occupied(node) => node.into_mut(),
            Entry::Vacant(entry) => {
                new += 1;
                entry.insert(match is_file {
                    true => Node::File(Arc::clone(&bytes)),
                    false => Node::Directory(BTreeMap::new()),
                })
            }
        };
        match node {
            Node::Directory(below) if !is_file => entries = below,
            Node::File(_) if is_file => break,
            _ => return Err(failed("it is a file, and other files are below it")),
        }
    }
    Ok(new)
}
