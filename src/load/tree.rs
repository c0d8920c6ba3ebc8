//! Reads directories and files that are copied into a composition: each file once, and never through a link.
//!
//! What a link leads to is found in what was read, so that a link which changes on the way leads nowhere else.

mod error;
mod links;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::TreeError;

use super::digest::{Digest, Hasher};
use super::file::near_path;
use super::{LoadError, reason, saved};
use crate::describe::Options;
use crate::files::{Files, Kind, Status};
use crate::{limits, text};

/// A directory or a file.
#[derive(Debug, Clone)]
pub struct Tree {
    /// What it is.
    pub root: Arc<Node>,
    /// The files that it was read from.
    pub files: Vec<PathBuf>,
    /// The directories that it was read from: a new file is seen in none but these.
    pub directories: Vec<PathBuf>,
    /// Of its names and contents.
    pub digest: Digest,
    /// How much there is in it.
    pub amount: Amount,
    /// What its files hold.
    pub contents: Contents,
}

/// Something in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A directory, by names, of which the order is that of their bytes.
    Directory(BTreeMap<String, Node>),
    /// A file, by its contents.
    File(Arc<[u8]>),
    /// A link within the tree, by where it leads.
    Link(String),
}

/// How much something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Files, directories and links.
    pub entries: usize,
    /// The bytes of files, by their names.
    pub bytes: u64,
}

/// What files hold, by digests, and how many bytes that is: however many names something has, an output has it once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    lengths: BTreeMap<Digest, u64>,
    bytes: u64,
}

impl Contents {
    /// Takes in what other files hold.
    ///
    /// # Errors
    ///
    /// Where that is too much. `root` is what messages call the whole.
    pub fn add(&mut self, others: &Contents, root: &Path) -> Result<(), TreeError> {
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
    /// Counts one more thing, a file of so many bytes or something without any.
    ///
    /// # Errors
    ///
    /// Where that is too much. `root` is what messages call the whole.
    pub fn add(&mut self, entries: usize, bytes: u64, root: &Path) -> Result<(), TreeError> {
        self.entries = self.entries.saturating_add(entries);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.entries > limits::EMBEDDED_ENTRIES {
            return Err(TreeError::TooMany { path: text::path(root), limit: limits::EMBEDDED_ENTRIES });
        }
        Ok(())
    }
}

impl Tree {
    /// Reads a file or a directory. A path that is a link leads there as it would for any program; the links in a directory
    /// stay links, or with `follow` are replaced by what they lead to.
    ///
    /// # Errors
    ///
    /// What cannot be read, and what cannot be in a tree. Each names the path.
    pub fn read(files: &Files, path: &Path, follow: bool) -> Result<Tree, TreeError> {
        let status = files.status(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(files, path),
            _ => failed(path, &error),
        })?;
        let mut reader = Reader::of(files, path);
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
        // What is in memory is no file that changes.
        let (files, directories) = if files.are_in_memory() { Default::default() } else { (paths, directories) };
        Ok(Tree::new(root, files, directories, amount, contents))
    }

    /// A file whose contents are in memory already. `path` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where it is too large to be embedded.
    pub fn file(path: &Path, bytes: Arc<[u8]>) -> Result<Tree, TreeError> {
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

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or is something else.
    pub fn read_file(files: &Files, path: &Path) -> Result<Tree, TreeError> {
        match files.is_directory(path) {
            true => Err(TreeError::NotFile { path: text::path(path) }),
            false => Tree::read(files, path, false),
        }
    }
}

impl Node {
    /// Adds what it is to a digest: its kind, and then what it has, each with its length before it.
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

/// The error of a path where there is nothing.
pub fn missing(files: &Files, path: &Path) -> TreeError {
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
    /// What was read, by its digest: however many names it has, it is in memory once.
    known: BTreeMap<Digest, Arc<[u8]>>,
    /// The same by what the file system calls the file, which then need not be read again.
    by_file: BTreeMap<(u64, u64), Arc<[u8]>>,
    contents: Contents,
}

impl<'p> Reader<'p> {
    fn of(files: &'p Files, root: &'p Path) -> Reader<'p> {
        let (paths, directories) = (Vec::new(), Vec::new());
        let (known, by_file) = (BTreeMap::new(), BTreeMap::new());
        let (amount, contents) = (Amount::default(), Contents::default());
        Reader { files, root, amount, paths, directories, known, by_file, contents }
    }

    /// Reads a directory. `length` is that of its path below the root.
    fn directory(&mut self, path: &Path, depth: usize, length: usize) -> Result<Node, TreeError> {
        check_depth(depth, path)?;
        // The path of the whole may be a link; the ones below it were found to be none.
        let files = self.files;
        let status = || if depth == 0 { files.status(path) } else { files.status_of_link(path) };
        let before = status().map_err(|error| failed(path, &error))?;
        let mut names: Vec<OsString> = Vec::new();
        for name in files.names(path).map_err(|error| failed(path, &error))? {
            names.push(name.map_err(|error| failed(path, &error))?);
            // Before there is one of each in memory.
            self.amount.add(1, 0, self.root)?;
        }
        // The order is that of the bytes of names, whatever the system's is: which of two errors is said, too.
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
        // Directories cannot be held open here: one that was exchanged for a link while it was read is found so.
        let after = status().map_err(|error| failed(path, &error))?;
        if after.kind != Kind::Directory || !before.is_same(&after) {
            return Err(TreeError::Changed { path: text::path(path) });
        }
        Ok(Node::Directory(entries))
    }

    /// Reads a file, of which `status` was found without opening it: a pipe that nobody writes to would be waited for.
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
        // Should a link have come in its place since, what was opened is another file.
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

    /// Saves what is on the disk. What cannot be saved is as good as not read.
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

/// `length` is that of the path of what has the name.
fn check_name(name: &str, length: usize, at: &Path) -> Result<(), TreeError> {
    let too_long = |what, limit| Err(TreeError::TooLong { path: text::path(at), what, limit });
    match () {
        () if name.len() > limits::TREE_NAME => too_long("name", limits::TREE_NAME),
        () if length > limits::TREE_PATH => too_long("path", limits::TREE_PATH),
        () => Ok(()),
    }
}

/// A name as systems know it that take upper and lower case for the same. Through upper case, where letters meet that
/// have several forms in lower case.
fn fold(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// The error of what is neither a file nor a directory.
fn special(path: &Path, kind: Kind) -> TreeError {
    let kind = if let Kind::Special(kind) = kind { kind } else { "special file" };
    TreeError::Kind { path: text::path(path), kind }
}

#[cfg(all(test, unix))]
mod tests;
