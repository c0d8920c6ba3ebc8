//! Files, on the disk or in memory. All that reads one, or asks what is at a path, does so here; `emit` writes.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Cursor, ErrorKind, Read};
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Where the files are that somebody names.
#[derive(Debug, Clone, Default)]
pub enum Files {
    /// In the file system.
    #[default]
    Disk,
    /// In memory, by their paths. Directories are those that have some; there are no links.
    Memory(Arc<BTreeMap<PathBuf, Arc<[u8]>>>),
}

/// What is known of something at a path without opening it.
#[derive(Debug, Clone, Copy)]
pub struct Status {
    pub kind: Kind,
    /// In bytes.
    pub length: u64,
    /// What the file system calls it, where that is known: its device, and its number there.
    pub number: Option<(u64, u64)>,
    created: Option<SystemTime>,
    modified: Option<SystemTime>,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Directory,
    Link,
    /// Something that is no file and looks like one: a device, a pipe.
    Special(&'static str),
}

/// A file that was opened.
pub enum Opened {
    Disk(File),
    Memory(Cursor<Arc<[u8]>>),
}

/// The names of what is in a directory, in no order.
pub type Names = Box<dyn Iterator<Item = io::Result<OsString>>>;

impl Files {
    /// Files in memory, by the paths that name them. There are no others.
    pub fn memory(files: impl IntoIterator<Item = (impl Into<PathBuf>, impl Into<Vec<u8>>)>) -> Files {
        let files = files.into_iter().map(|(path, bytes)| {
            let (path, bytes): (PathBuf, Vec<u8>) = (path.into(), bytes.into());
            (lexical(&path), Arc::from(bytes))
        });
        Files::Memory(Arc::new(files.collect()))
    }

    /// Whether the files are in memory.
    pub fn are_in_memory(&self) -> bool {
        matches!(self, Files::Memory(_))
    }

    /// What is at a path, where links lead.
    ///
    /// # Errors
    ///
    /// There is nothing, or it may not be asked.
    pub fn status(&self, path: &Path) -> io::Result<Status> {
        let files = match self {
            Files::Disk => return fs::metadata(path).map(|metadata| Status::of(&metadata)),
            Files::Memory(files) => files,
        };
        let path = lexical(path);
        let is_directory = below(files, &path).next().is_some();
        match files.get(&path) {
            Some(_) if is_directory => Err(io::Error::other("it is a file, and other files are below it")),
            Some(bytes) => Ok(Status::in_memory(Kind::File, bytes.len())),
            None if is_directory => Ok(Status::in_memory(Kind::Directory, 0)),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    /// What is at a path, be it a link.
    ///
    /// # Errors
    ///
    /// As [`Files::status`].
    pub fn status_of_link(&self, path: &Path) -> io::Result<Status> {
        match self {
            Files::Disk => fs::symlink_metadata(path).map(|metadata| Status::of(&metadata)),
            Files::Memory(_) => self.status(path),
        }
    }

    /// Whether there is anything at a path.
    pub fn is_there(&self, path: &Path) -> bool {
        self.status(path).is_ok()
    }

    /// Whether a path is that of a file, or of a link to one.
    pub fn is_file(&self, path: &Path) -> bool {
        self.status(path).is_ok_and(|status| status.kind == Kind::File)
    }

    /// Whether a path is that of a directory, or of a link to one.
    pub fn is_directory(&self, path: &Path) -> bool {
        self.status(path).is_ok_and(|status| status.kind == Kind::Directory)
    }

    /// The names of what is in a directory.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no directory.
    pub fn names(&self, directory: &Path) -> io::Result<Names> {
        match self {
            Files::Disk => Ok(Box::new(fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name())))),
            Files::Memory(files) => {
                if self.status(directory)?.kind != Kind::Directory {
                    return Err(ErrorKind::NotADirectory.into());
                }
                let names: BTreeSet<OsString> = below(files, &lexical(directory)).collect();
                Ok(Box::new(names.into_iter().map(Ok)))
            }
        }
    }

    /// Where a link leads.
    ///
    /// # Errors
    ///
    /// It is none, or cannot be read.
    pub fn link(&self, path: &Path) -> io::Result<PathBuf> {
        match self {
            Files::Disk => fs::read_link(path),
            Files::Memory(_) => Err(ErrorKind::InvalidInput.into()),
        }
    }

    /// The absolute path of something, without links.
    ///
    /// # Errors
    ///
    /// There is nothing at the path.
    pub fn real(&self, path: &Path) -> io::Result<PathBuf> {
        match self {
            Files::Disk => fs::canonicalize(path),
            Files::Memory(_) => self.status(path).map(|_| lexical(path)),
        }
    }

    /// Opens a file.
    ///
    /// # Errors
    ///
    /// There is none, or it may not be read. Some systems open directories, and say what they are when they are read.
    pub fn open(&self, path: &Path) -> io::Result<Opened> {
        let files = match self {
            Files::Disk => return File::open(path).map(Opened::Disk),
            Files::Memory(files) => files,
        };
        match (self.status(path)?.kind, files.get(&lexical(path))) {
            (Kind::File, Some(bytes)) => Ok(Opened::Memory(Cursor::new(Arc::clone(bytes)))),
            _ => Err(ErrorKind::IsADirectory.into()),
        }
    }
}

impl Opened {
    /// What was opened.
    ///
    /// # Errors
    ///
    /// The system does not say.
    pub fn status(&self) -> io::Result<Status> {
        match self {
            Opened::Disk(file) => file.metadata().map(|metadata| Status::of(&metadata)),
            Opened::Memory(bytes) => Ok(Status::in_memory(Kind::File, bytes.get_ref().len())),
        }
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Opened::Disk(file) => file.read(buffer),
            Opened::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Status {
    fn of(metadata: &Metadata) -> Status {
        let kind = match metadata.file_type() {
            kind if kind.is_dir() => Kind::Directory,
            kind if kind.is_file() => Kind::File,
            kind if kind.is_symlink() => Kind::Link,
            kind => Kind::Special(special(kind)),
        };
        let (created, modified) = (metadata.created().ok(), metadata.modified().ok());
        Status { kind, length: metadata.len(), number: number(metadata), created, modified }
    }

    fn in_memory(kind: Kind, length: usize) -> Status {
        Status { kind, length: length as u64, number: None, created: None, modified: None }
    }

    /// Whether this and another are of one thing, whatever is in it by now.
    pub fn is_same(&self, other: &Status) -> bool {
        match (self.number, other.number) {
            (Some(one), Some(other)) => one == other,
            _ => (self.kind, self.created) == (other.kind, other.created),
        }
    }

    /// Whether what a file holds may be something else later: its bytes that were read meanwhile may be partly old.
    pub fn has_changed(&self, later: &Status) -> bool {
        self.kind == Kind::File && (self.length, self.modified) != (later.length, later.modified)
    }
}

/// The names of what is in a directory in memory, some of them several times.
fn below<'f>(files: &'f BTreeMap<PathBuf, Arc<[u8]>>, directory: &'f Path) -> impl Iterator<Item = OsString> + use<'f> {
    // Paths are ordered name by name, so that those below one are together.
    let from = files.range::<Path, _>((Bound::Included(directory), Bound::Unbounded)).map(|(file, _)| file);
    let below = from.take_while(move |file| file.starts_with(directory));
    below.filter_map(move |file| match file.strip_prefix(directory).ok()?.components().next()? {
        Component::Normal(name) => Some(name.to_owned()),
        // What is around a directory is not in it.
        _ => None,
    })
}

/// A path without `.`, and without `..` after a name: in memory there are no links that would give it another meaning.
pub fn lexical(path: &Path) -> PathBuf {
    let mut lexical = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(lexical.components().next_back(), Some(Component::Normal(_))) => {
                lexical.pop();
            }
            part => lexical.push(part),
        }
    }
    lexical
}

/// What the file system calls a file, where that is known.
#[cfg(unix)]
fn number(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
fn special(kind: fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        kind if kind.is_fifo() => "pipe",
        kind if kind.is_socket() => "socket",
        kind if kind.is_block_device() || kind.is_char_device() => "device",
        _ => "special file",
    }
}

#[cfg(not(unix))]
fn special(_: fs::FileType) -> &'static str {
    "special file"
}
