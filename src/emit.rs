//! The phase emit: an output is written whole or not at all.
//!
//! A file is written under another name in the same directory, synchronised, and renamed over its target; the directory
//! is synchronised after. Killed at any point, or with a full disk, the target is the old file or the new one.

pub mod depfile;
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
pub use disk::{abandon, exclusive};
pub use identity::Identity;
pub use printed::printed;

use crate::load::reason;
use crate::text;

/// An output that could not be written. The target is as it was.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum EmitError {
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

/// Where an output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output, `-` on the command line.
    Stdout,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// What the user typed: a path, or `-` or nothing for standard output.
    pub fn parse(argument: Option<PathBuf>) -> Target {
        match argument {
            Some(path) if path.as_os_str() != "-" => Target::File(path),
            _ => Target::Stdout,
        }
    }

    /// What messages call it.
    pub fn shown(&self) -> String {
        match self {
            Target::Stdout => "<stdout>".to_owned(),
            Target::File(path) => text::path(path),
        }
    }

    /// Writes a binary component, piece by piece.
    ///
    /// # Errors
    ///
    /// Where it cannot be written, or the target is a terminal.
    pub fn write_binary(&self, pieces: &[&[u8]]) -> Result<(), EmitError> {
        match self {
            Target::Stdout if io::stdout().is_terminal() => Err(EmitError::Terminal),
            Target::Stdout => self.write_stdout(pieces).map_err(|error| self.failed(&error)),
            Target::File(path) => self.write_file(path, pieces),
        }
    }

    /// Writes text, or whatever may be shown on a terminal.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn write(&self, bytes: &[u8]) -> Result<(), EmitError> {
        match self {
            // Whoever reads has seen enough. Of a binary nobody has, before its end.
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

    /// Does all of the work of writing a file that may fail, but for the last step.
    fn stage(&self, disk: &impl Disk, path: &Path, pieces: &[&[u8]]) -> Result<Staged, EmitError> {
        let failed = |error: io::Error| self.failed(&error);
        // A link is written through, as every other tool would, to what it points to even if that is not there yet.
        let path = followed(path);
        let existing = match fs::metadata(&path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        match &existing {
            Some(metadata) if metadata.is_dir() => return Err(EmitError::Directory { file: self.shown() }),
            // A device or a pipe is written to; renaming over it would put a file in its place.
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
        // Before the first byte, or those who may not read the old file could read the new one for a moment.
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

/// Whether anything has a name. A link that leads nowhere is something, too.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// What becomes of files that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existing {
    /// They are written over.
    Replaced,
    /// They stay, and the error says what to do instead.
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
/// Where one exists that is to stay, be it since a moment ago, or it cannot be written.
pub fn create(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), EmitError> {
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

/// Writes files into a directory, which is made where there is none.
///
/// # Errors
///
/// Where something is in it that is to stay, it is no directory, or a file cannot be written.
pub fn directory(directory: &Path, files: &[(&Path, &[u8])], existing: Existing) -> Result<(), EmitError> {
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

/// Whether a file holds just these bytes.
fn is_current(path: &Path, bytes: &[u8]) -> bool {
    let same_size = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    same_size && fs::read(path).is_ok_and(|found| found == bytes)
}

/// What is written, but for the last step.
enum Staged {
    /// Under another name in the directory of its path.
    File { file: Temporary, directory: PathBuf, path: PathBuf },
    /// Not at all: a device or a pipe.
    Device(File, Vec<u8>),
}

impl Staged {
    /// Does the last step. `target` is what messages name.
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

/// Refuses files of which it can be seen beforehand that they cannot be written together.
///
/// # Errors
///
/// Where one is a device or a pipe, which would be written to before others are known to be written, or where one has
/// the name of a directory that another needs.
fn check(files: &[(&Path, &[u8])]) -> Result<(), EmitError> {
    let identities: Vec<(&Path, Identity)> = files.iter().map(|(path, _)| (*path, Identity::of(path))).collect();
    let by_path: BTreeMap<&Path, &Path> = identities.iter().map(|(path, identity)| (identity.path(), *path)).collect();
    for (path, identity) in &identities {
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
            return Err(EmitError::NotRegular { file: text::path(path) });
        }
        // Each of these would have to be a directory.
        if let Some(directory) = identity.path().ancestors().skip(1).find_map(|above| by_path.get(above)) {
            return Err(EmitError::Below { file: text::path(path), directory: text::path(directory) });
        }
    }
    Ok(())
}

/// Which files do not hold what they should.
///
/// # Errors
///
/// As [`update`], where it can be seen beforehand that they cannot be written together.
pub fn outdated(files: &[(&Path, &[u8])]) -> Result<Vec<bool>, EmitError> {
    check(files)?;
    Ok(files.iter().map(|(path, bytes)| !is_current(path, bytes)).collect())
}

/// Brings files up to date, in directories that are made where they are not there. One that is current is left alone, so
/// that what was made of it need not be made again. All are written under other names before the first takes its own:
/// where one of them cannot be written, none takes it. Taking the names is one step for each file, and not one for all:
/// whoever stops the program between two of them finds some files new, each of them whole. Gives which were written.
///
/// # Errors
///
/// Where one cannot be written.
pub fn update(files: &[(&Path, &[u8])]) -> Result<Vec<bool>, EmitError> {
    update_on(&System, files)
}

fn update_on(disk: &impl Disk, files: &[(&Path, &[u8])]) -> Result<Vec<bool>, EmitError> {
    let outdated = outdated(files)?;
    let mut staged = Vec::new();
    for ((path, bytes), _) in files.iter().zip(&outdated).filter(|(_, outdated)| **outdated) {
        let target = Target::File((*path).to_owned());
        if let Some(directory) = path.parent() {
            disk.make_directories(directory).map_err(|error| match error.kind() {
                // That is what it says where a file has the directory's name.
                ErrorKind::AlreadyExists => target.failed(&ErrorKind::NotADirectory.into()),
                _ => target.failed(&error),
            })?;
        }
        staged.push((target.stage(disk, path, &[bytes])?, target));
    }
    staged.into_iter().try_for_each(|(staged, target)| staged.put(disk, &target))?;
    Ok(outdated)
}

/// Gives a file the time of now, as if it had been written: `make` goes by times. What is in it stays.
///
/// # Errors
///
/// Where it has another owner, and cannot be written anew.
pub fn touch(path: &Path, bytes: &[u8]) -> Result<(), EmitError> {
    #[allow(clippy::disallowed_methods)] // The time of a file is none of its bytes.
    let now = SystemTime::now();
    let touched = OpenOptions::new().append(true).open(path).and_then(|file| file.set_modified(now));
    // One that may not be opened to be written can still be replaced.
    touched.or_else(|_| Target::File(path.to_owned()).write(bytes))
}

/// The file that a path leads to by symbolic links.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // As many as Linux follows; where there are more, opening the path will say so.
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
