//! The operations by which outputs are written, so that a test can have each of them fail.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

/// The file system, as far as outputs need it.
pub trait Disk {
    /// Makes directories, and those around them.
    fn make_directories(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    /// Makes a file in a directory, under a name that nothing else has.
    fn make(&self, directory: &Path) -> io::Result<Temporary> {
        Temporary::new(directory)
    }

    /// Gives a file the permissions of another one.
    fn permit(&self, file: &File, permissions: Permissions) -> io::Result<()> {
        file.set_permissions(permissions)
    }

    /// Writes all bytes.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    /// Has what was written reach the disk.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Gives a file the name that it should have, in the place of what had it.
    fn rename(&self, file: Temporary, path: &Path) -> io::Result<()> {
        file.rename(path)
    }

    /// Has the names in a directory reach the disk.
    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        // Where directories cannot be opened, renaming is all that there is.
        File::open(directory).map_or(Ok(()), |directory| directory.sync_all().or_else(unsupported))
    }
}

/// The file system itself.
pub struct System;

impl Disk for System {}

/// The files that have not got their names yet. One list for all threads: whoever stops the process stops all of them.
static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The path of such a file, which is in the list as long as this is there.
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        OPEN.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// A file that is removed, unless it gets a name.
pub struct Temporary {
    file: NamedTempFile,
    listed: Listed,
}

impl Temporary {
    fn new(directory: &Path) -> io::Result<Temporary> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".weld-").suffix(".tmp");
        // A new file has the mode that the user's mask gives it; a temporary one would be private.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let file = builder.tempfile_in(directory)?;
        // Another directory may be the current one by then.
        let path = std::path::absolute(file.path())?;
        open.insert(path.clone());
        Ok(Temporary { file, listed: Listed(path) })
    }

    /// The file, to be written.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    fn rename(self, path: &Path) -> io::Result<()> {
        self.named(|file| file.persist(path).map(drop).map_err(|error| error.error))
    }

    /// Gives it a name that nothing has.
    pub fn rename_to_new(self, path: &Path) -> io::Result<()> {
        self.named(|file| file.persist_noclobber(path).map(drop).map_err(|error| error.error))
    }

    fn named(self, name: impl FnOnce(NamedTempFile) -> io::Result<()>) -> io::Result<()> {
        let Temporary { file, listed } = self;
        let result = name(file);
        drop(listed);
        result
    }
}

/// Removes all files that have not got their names, and lets nobody make another one: the process is about to end.
#[cfg_attr(not(all(unix, feature = "cli")), allow(dead_code))]
pub fn abandon() {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    for file in open.iter() {
        // One that has got its name since is no longer there.
        let _ = fs::remove_file(file);
    }
    std::mem::forget(open);
}

/// Some file systems have no way to synchronise a directory, which leaves nothing to do.
fn unsupported(error: io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    }
}

/// Waits until no other process does what is to be done by one after the other in a directory, and keeps others from it until
/// what is returned is dropped. Where the file system knows no such thing, nobody waits.
pub fn exclusive(directory: &Path) -> Option<impl Drop + use<>> {
    #[cfg(unix)]
    {
        struct Exclusive(File);
        impl Drop for Exclusive {
            fn drop(&mut self) {
                let _ = rustix::fs::flock(&self.0, rustix::fs::FlockOperation::Unlock);
            }
        }
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let file = File::open(directory).ok()?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).ok()?;
        Some(Exclusive(file))
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
