//! The phase emit: writes outputs atomically.
//!
//! A file is written under a temporary name in the same directory, synchronised, and renamed to its target. Then the
//! directory is synchronised. If the process is killed, or the disk is full, the target is the old file or the new one.

pub(crate) mod depfile;
mod disk;
mod identity;
mod printed;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use miette::Diagnostic;
use thiserror::Error;

use disk::{Disk, System, Temporary};
pub(crate) use disk::{abandon, lock_directory};
pub(crate) use identity::Identity;
pub(crate) use printed::printed;

use crate::load::reason;
use crate::text;

/// Errors of writing. The target is unchanged.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum EmitError {
    #[error("cannot write `{file}`: {reason}")]
    Write { file: String, reason: String },

    #[error("cannot write `{file}`: its directory `{directory}` does not exist")]
    #[diagnostic(help("create it first: `mkdir -p {directory}`"))]
    NoDirectory { file: String, directory: String },

    #[error("cannot write `{file}`: it is a directory")]
    #[diagnostic(help("give the name of a file in it"))]
    Directory { file: String },

    #[error("cannot write `{file}`: path `{path}` has {reason}")]
    #[diagnostic(help(
        "dependency files have no form for it that `make` and `ninja` both read: rename the file, or its directory"
    ))]
    NoForm { file: String, path: String, reason: String },

    #[error("cannot write `{file}`: {other} is the same file")]
    #[diagnostic(help("give one of them another name"))]
    Same { file: String, other: String },

    #[error("cannot write `{file}`: it exists")]
    #[diagnostic(help("{help}"))]
    Exists { file: String, help: String },

    #[error("cannot write into `{directory}`: it is not empty")]
    #[diagnostic(help("{help}"))]
    Occupied { directory: String, help: String },

    #[error("cannot write into `{directory}`: it is a file, not a directory")]
    #[diagnostic(help("{help}"))]
    NotADirectory { directory: String, help: String },

    #[error("cannot write `{file}`: it is an input")]
    #[diagnostic(help("another name after `-o` keeps both"))]
    Input { file: String },

    #[error("cannot write `{file}`: it would be in `{directory}`, which is embedded")]
    #[diagnostic(help("the next run would embed it: write it elsewhere, or embed another directory"))]
    Embedded { file: String, directory: String },

    #[error("cannot write `{file}`: it is not a regular file")]
    #[diagnostic(help("devices and pipes cannot be replaced together with other files; give the name of a file"))]
    NotRegular { file: String },

    #[error("cannot write `{file}`: `{directory}` would have to be a directory, and is written as well")]
    #[diagnostic(help("give one of them another name"))]
    Below { file: String, directory: String },

    #[error("a binary component would be written to the terminal")]
    #[diagnostic(help("write it to a file with `-o FILE`, or print its text with `-t`"))]
    Terminal,

    #[error("cannot print the component as text: {reason}")]
    Print { reason: String },

    #[error("the text of the component would be read as another component")]
    #[diagnostic(help("write the binary: leave out `-t`"))]
    Text,
}

/// The destination of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output, `-` on the command line.
    Stdout,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// Reads an argument of the command line: a path, or standard output for `-` and a missing argument.
    pub(crate) fn parse(argument: Option<PathBuf>) -> Target {
        match argument {
            Some(path) if path.as_os_str() != "-" => Target::File(path),
            _ => Target::Stdout,
        }
    }

    /// The name in messages.
    pub(crate) fn shown(&self) -> String {
        match self {
            Target::Stdout => "<stdout>".to_owned(),
            Target::File(path) => text::path(path),
        }
    }

    /// Writes a binary component in pieces.
    ///
    /// # Errors
    ///
    /// The target cannot be written, or is a terminal.
    pub(crate) fn write_binary(&self, pieces: &[&[u8]]) -> Result<(), EmitError> {
        match self {
            Target::Stdout if io::stdout().is_terminal() => Err(EmitError::Terminal),
            Target::Stdout => self.write_stdout(pieces).map_err(|error| self.failed(&error)),
            Target::File(path) => self.write_file(path, pieces),
        }
    }

    /// Writes text, or other output that a terminal may show.
    ///
    /// # Errors
    ///
    /// The target cannot be written.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), EmitError> {
        match self {
            // A reader may stop in the middle of a text. A binary is only useful as a whole.
            Target::Stdout => match self.write_stdout(&[bytes]) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                result => result.map_err(|error| self.failed(&error)),
            },
            Target::File(path) => self.write_file(path, &[bytes]),
        }
    }

    fn write_stdout(&self, pieces: &[&[u8]]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        pieces.iter().try_for_each(|piece| stdout.write_all(piece))?;
        stdout.flush()
    }

    fn write_file(&self, path: &Path, pieces: &[&[u8]]) -> Result<(), EmitError> {
        self.stage(&System, path, pieces)?.put(&System, self)
    }

    /// Writes a file under a temporary name. Only the last step remains.
    fn stage(&self, disk: &impl Disk, path: &Path, pieces: &[&[u8]]) -> Result<Staged, EmitError> {
        let failed = |error: io::Error| self.failed(&error);
        // A symlink is followed, as other tools do, even if its target does not exist.
        let path = follow_symlinks(path);
        let existing = match fs::metadata(&path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        match &existing {
            Some(metadata) if metadata.is_dir() => return Err(EmitError::Directory { file: self.shown() }),
            // A device or a pipe is written to, since a rename would replace it by a file.
            Some(metadata) if !metadata.is_file() => {
                let device = OpenOptions::new().write(true).open(path).map_err(failed)?;
                return Ok(Staged::Device(device, pieces.concat()));
            }
            _ => {}
        }
        let directory = match path.parent() {
            Some(directory) if directory.as_os_str().is_empty() => Path::new("."),
            Some(directory) => directory,
            None => Path::new("/"),
        };
        if !directory.exists() {
            return Err(EmitError::NoDirectory { file: self.shown(), directory: text::path(directory) });
        }
        let mut file = disk.make(directory).map_err(failed)?;
        // The permissions are set before the first byte is written, so that no other user can read the new file
        // meanwhile.
        if let Some(metadata) = existing {
            disk.permit(file.file(), metadata.permissions()).map_err(failed)?;
        }
        pieces.iter().try_for_each(|piece| disk.write(file.file(), piece)).map_err(failed)?;
        disk.sync(file.file()).map_err(failed)?;
        Ok(Staged::File { file, directory: directory.to_owned(), path })
    }

    fn failed(&self, error: &io::Error) -> EmitError {
        EmitError::Write { file: self.shown(), reason: reason(error) }
    }
}

/// Whether a path exists. A symlink without a target exists too.
pub(crate) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The treatment of existing files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Existing {
    /// They are replaced.
    Replaced,
    /// They are kept, and are an error.
    Kept {
        /// The help of the error.
        help: String,
    },
}

impl Existing {
    fn help(self) -> String {
        match self {
            Existing::Replaced => String::new(),
            Existing::Kept { help } => help,
        }
    }
}

/// Writes a file.
///
/// # Errors
///
/// The file exists and is to be kept, or cannot be written.
pub(crate) fn create(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), EmitError> {
    let target = Target::File(path.to_owned());
    if existing == Existing::Replaced {
        return target.write(bytes);
    }
    let exists = || EmitError::Exists { file: target.shown(), help: existing.help() };
    if is_there(path) {
        return Err(exists());
    }
    match target.stage(&System, path, &[bytes])? {
        Staged::File { file, path, directory } => match file.rename_to_new(&path) {
            Ok(()) => System.sync_directory(&directory).map_err(|error| target.failed(&error)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(exists()),
            Err(error) => Err(target.failed(&error)),
        },
        Staged::Device(..) => Err(exists()),
    }
}

/// Writes files to a directory, which is created if needed.
///
/// # Errors
///
/// The directory has entries that are to be kept, the path is not a directory, or a file cannot be written.
pub(crate) fn directory(directory: &Path, files: &[(&Path, &[u8])], existing: Existing) -> Result<(), EmitError> {
    let is_free = match fs::read_dir(directory) {
        Ok(mut entries) => existing == Existing::Replaced || entries.next().is_none(),
        Err(error) if error.kind() == ErrorKind::NotFound && !is_there(directory) => true,
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(EmitError::NotADirectory { directory: text::path(directory), help: existing.help() });
        }
        Err(_) => false,
    };
    match is_free {
        true => update(files).map(drop),
        false => Err(EmitError::Occupied { directory: text::path(directory), help: existing.help() }),
    }
}

/// Whether a file has exactly these bytes.
fn is_current(path: &Path, bytes: &[u8]) -> bool {
    let same_size = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    same_size && fs::read(path).is_ok_and(|found| found == bytes)
}

/// A file before the last step of writing.
enum Staged {
    /// A file under a temporary name in the directory of `path`.
    File { file: Temporary, directory: PathBuf, path: PathBuf },
    /// A device or a pipe, to which nothing has been written.
    Device(File, Vec<u8>),
}

impl Staged {
    /// Does the last step. `target` is the file in messages.
    fn put(self, disk: &impl Disk, target: &Target) -> Result<(), EmitError> {
        let failed = |error: io::Error| target.failed(&error);
        match self {
            Staged::Device(mut device, bytes) => device.write_all(&bytes).map_err(failed),
            Staged::File { file, directory, path } => {
                disk.rename(file, &path).map_err(failed)?;
                disk.sync_directory(&directory).map_err(failed)
            }
        }
    }
}

/// Refuses files that cannot be written together.
///
/// # Errors
///
/// A file is a device or a pipe, which would be written before the other files are known to succeed. The path of a file
/// is a directory that another file needs.
fn check(files: &[(&Path, &[u8])]) -> Result<(), EmitError> {
    let identities: Vec<(&Path, Identity)> = files.iter().map(|(path, _)| (*path, Identity::of(path))).collect();
    let by_path: BTreeMap<&Path, &Path> = identities.iter().map(|(path, identity)| (identity.path(), *path)).collect();
    for (path, identity) in &identities {
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
            return Err(EmitError::NotRegular { file: text::path(path) });
        }
        // The directories of this file must not be files.
        if let Some(directory) = identity.path().ancestors().skip(1).find_map(|above| by_path.get(above)) {
            return Err(EmitError::Below { file: text::path(path), directory: text::path(directory) });
        }
    }
    Ok(())
}

/// Whether each file differs from its new content.
///
/// # Errors
///
/// The files cannot be written together, as in [`update`].
pub(crate) fn outdated(files: &[(&Path, &[u8])]) -> Result<Vec<bool>, EmitError> {
    check(files)?;
    Ok(files.iter().map(|(path, bytes)| !is_current(path, bytes)).collect())
}

/// Writes the files whose content differs, in directories that are created if needed. Returns which were written.
///
/// Unchanged files are not touched, so that nothing is rebuilt from them. All files are written under temporary names
/// before the first is renamed: if one cannot be written, none is changed. The renames are separate steps, so a process
/// that is stopped between them leaves some files new and some old, each of them complete.
///
/// # Errors
///
/// A file cannot be written.
pub(crate) fn update(files: &[(&Path, &[u8])]) -> Result<Vec<bool>, EmitError> {
    update_on(&System, files)
}

fn update_on(disk: &impl Disk, files: &[(&Path, &[u8])]) -> Result<Vec<bool>, EmitError> {
    let outdated = outdated(files)?;
    let mut staged = Vec::new();
    for ((path, bytes), _) in files.iter().zip(&outdated).filter(|(_, outdated)| **outdated) {
        let target = Target::File((*path).to_owned());
        if let Some(directory) = path.parent() {
            disk.make_directories(directory).map_err(|error| match error.kind() {
                // The system reports this if a file has the name of the directory.
                ErrorKind::AlreadyExists => target.failed(&ErrorKind::NotADirectory.into()),
                _ => target.failed(&error),
            })?;
        }
        staged.push((target.stage(disk, path, &[bytes])?, target));
    }
    staged.into_iter().try_for_each(|(staged, target)| staged.put(disk, &target))?;
    Ok(outdated)
}

/// Sets the time of a file to now, as if it had been written, since `make` compares times. `bytes` is its content.
///
/// # Errors
///
/// The file has another owner, and cannot be replaced.
pub(crate) fn touch(path: &Path, bytes: &[u8]) -> Result<(), EmitError> {
    #[allow(clippy::disallowed_methods)] // The time is not part of the content.
    let now = SystemTime::now();
    let touched = OpenOptions::new().append(true).open(path).and_then(|file| file.set_modified(now));
    // A file that cannot be opened for writing can still be replaced.
    touched.or_else(|_| Target::File(path.to_owned()).write(bytes))
}

/// The path after symlinks.
fn follow_symlinks(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // The limit is that of Linux. A longer chain becomes an error when the path is opened.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => break,
        }
    }
    path
}

#[cfg(test)]
mod tests;
