//! Files on the disk or in memory. All other modules read files through this one. `emit` writes files.

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

/// The source of files.
#[derive(Debug, Clone, Default)]
pub(crate) enum Files {
    /// The file system.
    #[default]
    Disk,
    /// Files in memory, by path. Their ancestors are directories. There are no symlinks.
    Memory(Arc<BTreeMap<PathBuf, Arc<[u8]>>>),
}

/// The properties of a path that are known without opening it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Status {
    pub kind: Kind,
    /// The size in bytes.
    pub length: u64,
    /// The device and the inode, if the system has them.
    pub number: Option<(u64, u64)>,
    created: Option<SystemTime>,
    modified: Option<SystemTime>,
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    Link,
    /// A device, a pipe or another special file, with a description.
    Special(&'static str),
}

/// An open file.
pub(crate) enum Opened {
    Disk(File),
    Memory(Cursor<Arc<[u8]>>),
}

/// The names of the entries of a directory, in no particular order.
pub(crate) type Names = Box<dyn Iterator<Item = io::Result<OsString>>>;

impl Files {
    /// The source with exactly these files, by path.
    pub(crate) fn memory(files: impl IntoIterator<Item = (impl Into<PathBuf>, impl Into<Vec<u8>>)>) -> Files {
        let files = files.into_iter().map(|(path, bytes)| {
            let (path, bytes): (PathBuf, Vec<u8>) = (path.into(), bytes.into());
            (lexical(&path), Arc::from(bytes))
        });
        Files::Memory(Arc::new(files.collect()))
    }

    /// Whether the files are in memory.
    pub(crate) fn are_in_memory(&self) -> bool {
        matches!(self, Files::Memory(_))
    }

    /// The status of a path. Symlinks are followed.
    ///
    /// # Errors
    ///
    /// The path does not exist, or cannot be accessed.
    pub(crate) fn status(&self, path: &Path) -> io::Result<Status> {
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

    /// The status of a path. A symlink at the path itself is not followed.
    ///
    /// # Errors
    ///
    /// Those of [`Files::status`].
    pub(crate) fn status_of_link(&self, path: &Path) -> io::Result<Status> {
        match self {
            Files::Disk => fs::symlink_metadata(path).map(|metadata| Status::of(&metadata)),
            Files::Memory(_) => self.status(path),
        }
    }

    /// Whether a path exists.
    pub(crate) fn is_there(&self, path: &Path) -> bool {
        self.status(path).is_ok()
    }

    /// Whether a path is a file, or a symlink to one.
    pub(crate) fn is_file(&self, path: &Path) -> bool {
        self.status(path).is_ok_and(|status| status.kind == Kind::File)
    }

    /// Whether a path is a directory, or a symlink to one.
    pub(crate) fn is_directory(&self, path: &Path) -> bool {
        self.status(path).is_ok_and(|status| status.kind == Kind::Directory)
    }

    /// The names of the entries of a directory.
    ///
    /// # Errors
    ///
    /// The path cannot be read, or is not a directory.
    pub(crate) fn names(&self, directory: &Path) -> io::Result<Names> {
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

    /// The target of a symlink.
    ///
    /// # Errors
    ///
    /// The path is not a symlink, or cannot be read.
    pub(crate) fn link(&self, path: &Path) -> io::Result<PathBuf> {
        match self {
            Files::Disk => fs::read_link(path),
            Files::Memory(_) => Err(ErrorKind::InvalidInput.into()),
        }
    }

    /// The absolute path of a file, without symlinks.
    ///
    /// # Errors
    ///
    /// The path does not exist.
    pub(crate) fn real(&self, path: &Path) -> io::Result<PathBuf> {
        match self {
            Files::Disk => fs::canonicalize(path),
            Files::Memory(_) => self.status(path).map(|_| lexical(path)),
        }
    }

    /// Opens a file.
    ///
    /// # Errors
    ///
    /// The path does not exist, or cannot be read. On some systems a directory is opened, and an error when it is read.
    pub(crate) fn open(&self, path: &Path) -> io::Result<Opened> {
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
    /// The status of the open file.
    ///
    /// # Errors
    ///
    /// The system reports an error.
    pub(crate) fn status(&self) -> io::Result<Status> {
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

    /// Whether both are of the same file, even if its content has changed.
    pub(crate) fn is_same(&self, other: &Status) -> bool {
        match (self.number, other.number) {
            (Some(one), Some(other)) => one == other,
            _ => (self.kind, self.created) == (other.kind, other.created),
        }
    }

    /// Whether the file may have changed between this status and a later one. Bytes that were read meanwhile may be a
    /// mixture.
    pub(crate) fn has_changed(&self, later: &Status) -> bool {
        self.kind == Kind::File && (self.length, self.modified) != (later.length, later.modified)
    }
}

/// The names of the entries of a directory in memory. A name may occur several times.
fn below<'f>(files: &'f BTreeMap<PathBuf, Arc<[u8]>>, directory: &'f Path) -> impl Iterator<Item = OsString> + use<'f> {
    // Paths are ordered component by component, so the descendants of a directory are consecutive.
    let from = files.range::<Path, _>((Bound::Included(directory), Bound::Unbounded)).map(|(file, _)| file);
    let below = from.take_while(move |file| file.starts_with(directory));
    below.filter_map(move |file| match file.strip_prefix(directory).ok()?.components().next()? {
        Component::Normal(name) => Some(name.to_owned()),
        // An entry of a parent directory is not an entry of this one.
        _ => None,
    })
}

/// A path without `.`, and without `..` after a name. Without symlinks, as in memory, it leads to the same file.
pub(crate) fn lexical(path: &Path) -> PathBuf {
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

/// The device and the inode of a file, if the system has them.
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
