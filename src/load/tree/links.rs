//! Where the links of a tree lead, in the tree itself.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use super::error::{Astray, TreeError};
use super::{Amount, Node, check_depth, check_name};
use crate::{limits, text};

/// The directories from the root to some place, each of which is in the one before.
type Directories<'n> = Vec<&'n Node>;

/// Checks that each link leads to something in the tree.
///
/// # Errors
///
/// The first that does not.
pub fn check(root: &Node, path: &Path) -> Result<(), TreeError> {
    check_below(root, &mut vec![root], &mut path.to_owned())
}

fn check_below<'n>(node: &'n Node, directories: &mut Directories<'n>, path: &mut PathBuf) -> Result<(), TreeError> {
    let Node::Directory(entries) = node else { return Ok(()) };
    for (name, entry) in entries {
        path.push(name);
        match entry {
            Node::Link(target) => _ = leads_to(directories, target).map_err(|reason| astray(path, target, reason))?,
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

/// The tree with each link replaced by what it leads to, and how much it is then.
///
/// # Errors
///
/// The first link that leads out of the tree, nowhere, or to a directory around it; more than a tree may have.
pub fn followed(root: &Node, path: &Path) -> Result<(Node, Amount), TreeError> {
    let mut follower = Follower { root: path, amount: Amount::default(), around: vec![] };
    let node = follower.copy(root, vec![root], &mut path.to_owned(), 0)?;
    Ok((node, follower.amount))
}

struct Follower<'p, 'n> {
    root: &'p Path,
    amount: Amount,
    /// The directories that are being copied.
    around: Vec<&'n Node>,
}

impl<'n> Follower<'_, 'n> {
    /// Copies something that is not a link. `directories` are those to it, and itself if it is one; `path` is where the copy
    /// will be, and `length` how long that is below the root.
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
                    let (found, at) = leads_to(&directories, target).map_err(|reason| astray(path, target, reason))?;
                    if self.around.iter().any(|around| std::ptr::eq(*around, found)) {
                        return Err(astray(path, target, Astray::Around));
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

/// What a link in the last of some directories leads to, through all other links, and the directories to it.
fn leads_to<'n>(directories: &[&'n Node], target: &str) -> Result<(&'n Node, Directories<'n>), Astray> {
    let mut directories: Directories<'n> = directories.to_vec();
    let mut found = directories.last().copied().ok_or(Astray::Dangling)?;
    let mut links = 0;
    let mut rest: VecDeque<String> = parts(target)?;
    while let Some(part) = rest.pop_front() {
        // Only a directory has something in it, be that itself.
        let Node::Directory(entries) = found else { return Err(Astray::Dangling) };
        match part.as_str() {
            "." => {}
            ".." => {
                directories.pop();
                found = directories.last().copied().ok_or(Astray::Out)?;
            }
            name => match entries.get(name).ok_or(Astray::Dangling)? {
                Node::Link(target) => {
                    links += 1;
                    if links > limits::LINKS {
                        return Err(Astray::Loop);
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

/// The parts of where a link leads. A `/` at the end asks for a directory.
fn parts(target: &str) -> Result<VecDeque<String>, Astray> {
    // Of other systems, too: `C:\` is no name within the tree.
    if target.starts_with('/') || (cfg!(windows) && Path::new(target).has_root()) {
        return Err(Astray::Absolute);
    }
    let mut parts: VecDeque<String> = target.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if target.ends_with('/') {
        parts.push_back(".".to_owned());
    }
    if parts.is_empty() { Err(Astray::Dangling) } else { Ok(parts) }
}

fn astray(path: &Path, target: &str, reason: Astray) -> TreeError {
    TreeError::Link { path: text::path(path), target: text::Shown(target).to_string(), reason }
}
