//! Reads directories and files that are embedded: each file once, and never through a symlink.
//!
//! Symlinks are resolved within the tree that was read, so that a symlink that changes meanwhile cannot lead elsewhere.

mod error;
mod links;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use error::TreeError;

use super::digest::{Digest, Hasher};
use super::file::near_path;
use super::{LoadError, reason, saved};
use crate::describe::Options;
use crate::files::{Files, Kind, Status};
use crate::{limits, text};

/// A directory or a file.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// The root of the tree.
    pub root: Arc<Node>,
    /// The files that it was read from.
    pub files: Vec<PathBuf>,
    /// The directories that it was read from. Any new file would be in one of these.
    pub directories: Vec<PathBuf>,
    /// The digest of all names and contents.
    pub digest: Digest,
    /// The number and size of its entries.
    pub amount: Amount,
    /// The contents of its files.
    pub contents: Contents,
}

/// An entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A directory: its entries by name, in the order of the bytes of names.
    Directory(BTreeMap<String, Node>),
    /// A file: its contents.
    File(Arc<[u8]>),
    /// A symlink within the tree: its target.
    Link(String),
}

/// The number and size of entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    /// The number of files, directories and symlinks.
    pub entries: usize,
    /// The sum of the sizes of all files. A file counts once for each of its names.
    pub bytes: u64,
}

/// The contents of files: the size of each, by digest, and their sum. An output has equal contents once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    lengths: BTreeMap<Digest, u64>,
    bytes: u64,
}

impl Contents {
    /// Adds the contents of other files.
    ///
    /// # Errors
    ///
    /// The sum exceeds the limit. `root` is the path of the whole in messages.
    pub(crate) fn add(&mut self, others: &Contents, root: &Path) -> Result<(), TreeError> {
        others.lengths.iter().try_for_each(|(digest, length)| self.add_one(*digest, *length, root))
    }

    fn add_one(&mut self, digest: Digest, length: u64, root: &Path) -> Result<(), TreeError> {
        if self.lengths.insert(digest, length).is_none() {
            self.bytes = self.bytes.saturating_add(length);
        }
        check_bytes(self.bytes, root)
    }
}

fn check_bytes(bytes: u64, root: &Path) -> Result<(), TreeError> {
    match bytes > limits::EMBEDDED_BYTES {
        true => Err(TreeError::TooLarge { path: text::path(root), limit: limits::EMBEDDED_BYTES >> 20 }),
        false => Ok(()),
    }
}

impl Amount {
    /// Adds entries and bytes.
    ///
    /// # Errors
    ///
    /// The number of entries exceeds the limit. `root` is the path of the whole in messages.
    pub(crate) fn add(&mut self, entries: usize, bytes: u64, root: &Path) -> Result<(), TreeError> {
        self.entries = self.entries.saturating_add(entries);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.entries > limits::EMBEDDED_ENTRIES {
            return Err(TreeError::TooMany { path: text::path(root), limit: limits::EMBEDDED_ENTRIES });
        }
        Ok(())
    }
}

impl Tree {
    /// Reads a file or a directory. A symlink at `path` itself is followed. Symlinks in a directory remain symlinks, or
    /// with `follow` are replaced by copies of their targets.
    ///
    /// # Errors
    ///
    /// The first entry that cannot be read or embedded. The error names its path.
    pub(crate) fn read(files: &Files, path: &Path, follow: bool) -> Result<Tree, TreeError> {
        let status = files.status(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(files, path),
            _ => failed(path, &error),
        })?;
        let mut reader = Reader::new(files, path);
        let (mut root, mut amount) = match status.kind {
            Kind::Directory => (reader.directory(path, 0, 0)?, reader.amount),
            Kind::File => (reader.file(path, &status)?, reader.amount),
            kind => return Err(special(path, kind)),
        };
        if follow {
            (root, amount) = links::followed(&root, path)?;
        } else {
            links::check(&root, path)?;
        }
        let Reader { paths, directories, contents, .. } = reader;
        // Files in memory do not change.
        let (files, directories) = if files.are_in_memory() { Default::default() } else { (paths, directories) };
        Ok(Tree::new(root, files, directories, amount, contents))
    }

    /// The tree of a file that is in memory. `path` is its name in messages.
    ///
    /// # Errors
    ///
    /// The file is too large to be embedded.
    pub(crate) fn file(path: &Path, bytes: Arc<[u8]>) -> Result<Tree, TreeError> {
        let (mut amount, mut contents) = (Amount::default(), Contents::default());
        amount.add(0, bytes.len() as u64, path)?;
        contents.add_one(Digest::of(&bytes), bytes.len() as u64, path)?;
        Ok(Tree::new(Node::File(bytes), Vec::new(), Vec::new(), amount, contents))
    }

    fn new(root: Node, files: Vec<PathBuf>, directories: Vec<PathBuf>, amount: Amount, contents: Contents) -> Tree {
        let mut hasher = Hasher::default();
        hasher.add(b"weld tree 1\n");
        root.hash(&mut hasher);
        Tree { root: Arc::new(root), files, directories, digest: hasher.digest(), amount, contents }
    }

    /// Reads a path that must be a file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is a directory.
    pub(crate) fn read_file(files: &Files, path: &Path) -> Result<Tree, TreeError> {
        match files.is_directory(path) {
            true => Err(TreeError::NotFile { path: text::path(path) }),
            false => Tree::read(files, path, false),
        }
    }
}

impl Node {
    /// Adds the kind and the content to a digest. Each part is preceded by its length.
    fn hash(&self, hasher: &mut Hasher) {
        let length = |length: usize| (length as u64).to_le_bytes();
        match self {
            Node::Directory(entries) => {
                hasher.add(b"d");
                hasher.add(&length(entries.len()));
                for (name, node) in entries {
                    hasher.add(&length(name.len()));
                    hasher.add(name.as_bytes());
                    node.hash(hasher);
                }
            }
            Node::File(bytes) => {
                hasher.add(b"f");
                hasher.add(&length(bytes.len()));
                hasher.add(bytes);
            }
            Node::Link(target) => {
                hasher.add(b"l");
                hasher.add(&length(target.len()));
                hasher.add(target.as_bytes());
            }
        }
    }
}

/// The error for a path that does not exist.
pub(super) fn missing(files: &Files, path: &Path) -> TreeError {
    let (shown, whole) = (text::path(path), path.to_string_lossy());
    let help = match Options::after(&whole).filter(|options| files.is_there(Path::new(options.directory))) {
        Some(options) => format!(
            "leave `{}` out: `{}` is there, and what is embedded is read-only",
            text::Shown(options.options),
            text::Shown(options.directory)
        ),
        None => near_path(files, path).unwrap_or_else(|| {
            "paths in a manifest are relative to it, and those in flags to the working directory".to_owned()
        }),
    };
    TreeError::Missing { path: shown, help }
}

struct Reader<'p> {
    files: &'p Files,
    root: &'p Path,
    amount: Amount,
    paths: Vec<PathBuf>,
    directories: Vec<PathBuf>,
    /// The contents that have been read, by digest. Equal contents are in memory once.
    known: BTreeMap<Digest, Arc<[u8]>>,
    /// The contents by the number of the file in the file system, so that no file is read twice.
    by_file: BTreeMap<(u64, u64), Arc<[u8]>>,
    contents: Contents,
}

impl<'p> Reader<'p> {
    fn new(files: &'p Files, root: &'p Path) -> Reader<'p> {
        let (paths, directories) = (Vec::new(), Vec::new());
        let (known, by_file) = (BTreeMap::new(), BTreeMap::new());
        let (amount, contents) = (Amount::default(), Contents::default());
        Reader { files, root, amount, paths, directories, known, by_file, contents }
    }

    /// Reads a directory. `length` is the length of its path below the root.
    fn directory(&mut self, path: &Path, depth: usize, length: usize) -> Result<Node, TreeError> {
        check_depth(depth, path)?;
        // The root may be a symlink. The directories below it were found to be none.
        let files = self.files;
        let status = || if depth == 0 { files.status(path) } else { files.status_of_link(path) };
        let before = status().map_err(|error| failed(path, &error))?;
        let mut names: Vec<OsString> = Vec::new();
        for name in files.names(path).map_err(|error| failed(path, &error))? {
            names.push(name.map_err(|error| failed(path, &error))?);
            // The limit is checked before the whole list of names is in memory.
            self.amount.add(1, 0, self.root)?;
        }
        // The order does not depend on the system, and determines which of several errors is reported.
        names.sort();
        self.save(path, || saved::directory(path))?;
        self.directories.push(path.to_owned());
        let (mut entries, mut folded) = (BTreeMap::new(), BTreeMap::new());
        for name in names {
            let at = path.join(&name);
            let name = name.into_string().map_err(|_| TreeError::Name { path: text::path(&at) })?;
            let length = length + 1 + name.len();
            check_name(&name, length, &at)?;
            if let Some(first) = folded.insert(fold(&name), at.clone()) {
                return Err(TreeError::Case { first: text::path(&first), second: text::path(&at) });
            }
            let status = files.status_of_link(&at).map_err(|error| failed(&at, &error))?;
            let node = match status.kind {
                Kind::Directory => self.directory(&at, depth + 1, length)?,
                Kind::File => self.file(&at, &status)?,
                kind @ Kind::Special(_) => return Err(special(&at, kind)),
                Kind::Link => {
                    let target = files.link(&at).map_err(|error| failed(&at, &error))?;
                    let target = target.into_os_string().into_string();
                    let target = target.map_err(|_| TreeError::Target { path: text::path(&at) })?;
                    self.save(&at, || saved::link(&at, &target))?;
                    Node::Link(if cfg!(windows) { target.replace('\\', "/") } else { target })
                }
            };
            entries.insert(name, node);
        }
        // Directories cannot be held open portably. This detects one that was replaced by a symlink meanwhile.
        let after = status().map_err(|error| failed(path, &error))?;
        if after.kind != Kind::Directory || !before.is_same(&after) {
            return Err(TreeError::Changed { path: text::path(path) });
        }
        Ok(Node::Directory(entries))
    }

    /// Reads a file. `status` was found without opening the file, since opening a pipe without a writer would block.
    fn file(&mut self, path: &Path, status: &Status) -> Result<Node, TreeError> {
        let length = status.length;
        self.amount.add(0, length, self.root)?;
        let known = status.number.and_then(|number| self.by_file.get(&number));
        if let Some(bytes) = known.filter(|bytes| bytes.len() as u64 == length).map(Arc::clone) {
            self.save(path, || saved::file(path, &bytes))?;
            self.paths.push(path.to_owned());
            return Ok(Node::File(bytes));
        }
        check_bytes(length, self.root)?;
        let file = self.files.open(path).map_err(|error| failed(path, &error))?;
        let opened = file.status().map_err(|error| failed(path, &error))?;
        let mut bytes = Vec::new();
        // If a symlink has replaced the file meanwhile, another file was opened.
        if opened.kind == Kind::File && status.is_same(&opened) {
            bytes.reserve_exact(usize::try_from(length).unwrap_or_default());
            file.take(length.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| failed(path, &error))?;
        }
        if bytes.len() as u64 != length || !status.is_same(&opened) {
            return Err(TreeError::Changed { path: text::path(path) });
        }
        self.save(path, || saved::file(path, &bytes))?;
        self.paths.push(path.to_owned());
        let digest = Digest::of(&bytes);
        self.contents.add_one(digest, length, self.root)?;
        let bytes = match self.known.entry(digest) {
            Entry::Occupied(known) => Arc::clone(known.get()),
            Entry::Vacant(entry) => Arc::clone(entry.insert(bytes.into())),
        };
        if let Some(number) = status.number {
            self.by_file.insert(number, Arc::clone(&bytes));
        }
        Ok(Node::File(bytes))
    }

    /// Saves an input that was read from the disk. An input that cannot be saved is an error.
    fn save(&self, path: &Path, save: impl FnOnce() -> Result<(), LoadError>) -> Result<(), TreeError> {
        let saved = if self.files.are_in_memory() { Ok(()) } else { save() };
        saved.map_err(|error| TreeError::Read { path: text::path(path), reason: error.to_string() })
    }
}

fn failed(path: &Path, error: &std::io::Error) -> TreeError {
    TreeError::Read { path: text::path(path), reason: reason(error) }
}

fn check_depth(depth: usize, path: &Path) -> Result<(), TreeError> {
    match depth > limits::TREE_DEPTH {
        true => Err(TreeError::TooDeep { path: text::path(path), limit: limits::TREE_DEPTH }),
        false => Ok(()),
    }
}

/// Checks the length of a name. `length` is the length of its path below the root.
fn check_name(name: &str, length: usize, at: &Path) -> Result<(), TreeError> {
    let too_long = |what, limit| Err(TreeError::TooLong { path: text::path(at), what, limit });
    match () {
        () if name.len() > limits::TREE_NAME => too_long("name", limits::TREE_NAME),
        () if length > limits::TREE_PATH => too_long("path", limits::TREE_PATH),
        () => Ok(()),
    }
}

/// The form of a name on systems that ignore case. Upper case comes first, because some letters have several forms in
/// lower case.
fn fold(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// The error for an entry that is neither a file, a directory nor a symlink.
fn special(path: &Path, kind: Kind) -> TreeError {
    let kind = if let Kind::Special(kind) = kind { kind } else { "special file" };
    TreeError::Kind { path: text::path(path), kind }
}

#[cfg(all(test, unix))]
mod tests;
