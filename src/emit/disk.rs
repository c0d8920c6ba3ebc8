//! The operations of writing outputs, as a trait so that tests can make each of them fail.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

/// The operations of the file system that outputs need.
pub(super) trait Disk {
    /// Creates a directory and its ancestors.
    fn make_directories(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    /// Creates a temporary file in a directory.
    fn make(&self, directory: &Path) -> io::Result<Temporary> {
        Temporary::new(directory)
    }

    /// Sets the permissions of a file.
    fn permit(&self, file: &File, permissions: Permissions) -> io::Result<()> {
        file.set_permissions(permissions)
    }

    /// Writes all bytes.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    /// Synchronises a file with the disk.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Renames a temporary file to its path, and replaces an existing file.
    fn rename(&self, file: Temporary, path: &Path) -> io::Result<()> {
        file.rename(path)
    }

    /// Synchronises the entries of a directory with the disk.
    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        // On systems where directories cannot be opened, the rename must suffice.
        File::open(directory).map_or(Ok(()), |directory| directory.sync_all().or_else(unsupported))
    }
}

/// The actual file system.
pub(super) struct System;

impl Disk for System {}

/// The temporary files. The list is global, because a signal ends all threads.
static TEMPORARY_FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A path in the list of temporary files, until it is dropped.
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        TEMPORARY_FILES.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// A temporary file. It is removed when dropped, unless it is renamed.
pub(super) struct Temporary {
    file: NamedTempFile,
    listed: Listed,
}

impl Temporary {
    fn new(directory: &Path) -> io::Result<Temporary> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".weld-").suffix(".tmp");
        // A new file has the permissions of the user's mask. By default, a temporary file would be private.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut open = TEMPORARY_FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let file = builder.tempfile_in(directory)?;
        // The path is absolute, since the current directory may change.
        let path = std::path::absolute(file.path())?;
        open.insert(path.clone());
        Ok(Temporary { file, listed: Listed(path) })
    }

    /// The open file.
    pub(super) fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    fn rename(self, path: &Path) -> io::Result<()> {
        self.finish(|file| file.persist(path).map(drop).map_err(|error| error.error))
    }

    /// Renames the file to a path that does not exist.
    pub(super) fn rename_to_new(self, path: &Path) -> io::Result<()> {
        self.finish(|file| file.persist_noclobber(path).map(drop).map_err(|error| error.error))
    }

    fn finish(self, rename: impl FnOnce(NamedTempFile) -> io::Result<()>) -> io::Result<()> {
        let Temporary { file, listed } = self;
        let result = rename(file);
        drop(listed);
        result
    }
}

/// Removes all temporary files and blocks the creation of others, because the process is about to end.
#[cfg_attr(not(all(unix, feature = "cli")), allow(dead_code))]
pub(crate) fn abandon() {
    let open = TEMPORARY_FILES.lock().unwrap_or_else(PoisonError::into_inner);
    for file in open.iter() {
        // A file that was renamed meanwhile no longer has this path.
        let _ = fs::remove_file(file);
    }
    std::mem::forget(open);
}

/// Accepts the error of a file system that cannot synchronise directories.
fn unsupported(error: io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    }
}

/// Waits for the lock of a directory, and holds it until the result is dropped. It excludes other processes of weld. On
/// file systems without locks, there is no wait.
pub(crate) fn lock_directory(directory: &Path) -> Option<impl Drop + use<>> {
    #[cfg(unix)]
    {
        struct Lock(File);
        impl Drop for Lock {
            fn drop(&mut self) {
                let _ = rustix::fs::flock(&self.0, rustix::fs::FlockOperation::Unlock);
            }
        }
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let file = File::open(directory).ok()?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).ok()?;
        Some(Lock(file))
    }
    #[cfg(not(unix))]
    {
        struct Nothing;
        impl Drop for Nothing {
            fn drop(&mut self) {}
        }
        let _ = directory;
        None::<Nothing>
    }
}
