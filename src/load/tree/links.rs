//! Follows symlinks within a tree.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use super::error::{SymlinkFault, TreeError};
use super::{Amount, Node, check_depth, check_name};
use crate::{limits, text};

/// The directories from the root to an entry, each of which contains the next one.
type Directories<'n> = Vec<&'n Node>;

/// Checks that the target of each symlink is in the tree.
///
/// # Errors
///
/// The first symlink whose target is not.
pub(super) fn check(root: &Node, path: &Path) -> Result<(), TreeError> {
    check_below(root, &mut vec![root], &mut path.to_owned())
}

fn check_below<'n>(node: &'n Node, directories: &mut Directories<'n>, path: &mut PathBuf) -> Result<(), TreeError> {
    let Node::Directory(entries) = node else { return Ok(()) };
    for (name, entry) in entries {
        path.push(name);
        match entry {
            Node::Link(target) => {
                _ = resolve(directories, target).map_err(|reason| symlink_error(path, target, reason))?;
            }
            Node::Directory(_) => {
                directories.push(entry);
                check_below(entry, directories, path)?;
                directories.pop();
            }
            Node::File(_) => {}
        }
        path.pop();
    }
    Ok(())
}

/// The tree with each symlink replaced by a copy of its target, and its new size.
///
/// # Errors
///
/// The first symlink whose target is outside of the tree, missing, or a directory around the symlink. The result
/// exceeds a limit.
pub(super) fn followed(root: &Node, path: &Path) -> Result<(Node, Amount), TreeError> {
    let mut follower = Follower { root: path, amount: Amount::default(), around: vec![] };
    let node = follower.copy(root, vec![root], &mut path.to_owned(), 0)?;
    Ok((node, follower.amount))
}

struct Follower<'p, 'n> {
    root: &'p Path,
    amount: Amount,
    /// The directories that are being copied, outermost first.
    around: Vec<&'n Node>,
}

impl<'n> Follower<'_, 'n> {
    /// Copies an entry that is not a symlink. `directories` lead to the entry, and include it if it is one. `path` is
    /// the path of the copy, and `length` its length below the root.
    fn copy(
        &mut self,
        node: &'n Node,
        directories: Directories<'n>,
        path: &mut PathBuf,
        length: usize,
    ) -> Result<Node, TreeError> {
        let entries = match node {
            Node::Directory(entries) => entries,
            Node::File(bytes) => {
                self.amount.add(0, bytes.len() as u64, self.root)?;
                return Ok(node.clone());
            }
            Node::Link(_) => return Ok(node.clone()),
        };
        check_depth(self.around.len(), path)?;
        self.around.push(node);
        let mut copies = BTreeMap::new();
        for (name, entry) in entries {
            path.push(name);
            self.amount.add(1, 0, self.root)?;
            let length = length + 1 + name.len();
            check_name(name, length, path)?;
            let (entry, directories) = match entry {
                Node::Link(target) => {
                    let (found, at) =
                        resolve(&directories, target).map_err(|reason| symlink_error(path, target, reason))?;
                    if self.around.iter().any(|around| std::ptr::eq(*around, found)) {
                        return Err(symlink_error(path, target, SymlinkFault::Around));
                    }
                    (found, at)
                }
                Node::Directory(_) => (entry, directories.iter().copied().chain([entry]).collect()),
                Node::File(_) => (entry, vec![]),
            };
            copies.insert(name.clone(), self.copy(entry, directories, path, length)?);
            path.pop();
        }
        self.around.pop();
        Ok(Node::Directory(copies))
    }
}

/// The entry that a symlink in the last of some directories leads to, through all other symlinks, with the directories
/// to it.
fn resolve<'n>(directories: &[&'n Node], target: &str) -> Result<(&'n Node, Directories<'n>), SymlinkFault> {
    let mut directories: Directories<'n> = directories.to_vec();
    let mut found = directories.last().copied().ok_or(SymlinkFault::Dangling)?;
    let mut links = 0;
    let mut rest: VecDeque<String> = parts(target)?;
    while let Some(part) = rest.pop_front() {
        // Only a directory has entries, including `.` and `..`.
        let Node::Directory(entries) = found else { return Err(SymlinkFault::Dangling) };
        match part.as_str() {
            "." => {}
            ".." => {
                directories.pop();
                found = directories.last().copied().ok_or(SymlinkFault::Out)?;
            }
            name => match entries.get(name).ok_or(SymlinkFault::Dangling)? {
                Node::Link(target) => {
                    links += 1;
                    if links > limits::LINKS {
                        return Err(SymlinkFault::Loop);
                    }
                    parts(target)?.into_iter().rev().for_each(|part| rest.push_front(part));
                }
                directory @ Node::Directory(_) => {
                    directories.push(directory);
                    found = directory;
                }
                file @ Node::File(_) => found = file,
            },
        }
    }
    Ok((found, directories))
}

/// The components of the target of a symlink. A `/` at the end requires a directory.
fn parts(target: &str) -> Result<VecDeque<String>, SymlinkFault> {
    // Checks for absolute paths of Windows as well: `C:\` is not a name in the tree.
    if target.starts_with('/') || (cfg!(windows) && Path::new(target).has_root()) {
        return Err(SymlinkFault::Absolute);
    }
    let mut parts: VecDeque<String> = target.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if target.ends_with('/') {
        parts.push_back(".".to_owned());
    }
    if parts.is_empty() { Err(SymlinkFault::Dangling) } else { Ok(parts) }
}

fn symlink_error(path: &Path, target: &str, reason: SymlinkFault) -> TreeError {
    TreeError::Link { path: text::path(path), target: text::Shown(target).to_string(), reason }
}
