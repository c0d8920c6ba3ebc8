//! Saves the inputs of a command, so that it can be run again from a report of a defect: `--save-inputs`.
//!
//! Each input is saved when it is read, before it is processed. It is therefore saved even if the process then crashes.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{LoadError, reason};
use crate::text;

/// The place to which this process saves its inputs. It is global because saving changes nothing else.
static SAVED: OnceLock<Saved> = OnceLock::new();

/// The depth of directories of WIT that are saved: a package, its `deps`, and their packages.
const WIT_DEPTH: usize = 3;

/// The text of `README.md` in the directory.
const README: &str = "\
# The inputs of a command of weld

`weld --save-inputs` wrote this directory. It has all that the command read, so that others can run it again and see what
went wrong.

    sh command                        # runs it again, with the `weld` in your PATH
    WELD=target/debug/weld sh command # or with another one

| here | is |
|---|---|
| `command` | the command, which reads the files in `files` |
| `files` | each file that was read, under the path that it had |
| `stdin` | what was read from standard input, if anything was |
| `versions` | of weld, and where it ran |

What the command writes goes below `files`, too. Absolute paths *within* manifests and documents are read where they
point to, and not from here.

Look through it before you give it to anybody: the inputs are whole, with the values of variables and all files that were
embedded.
";

struct Saved {
    directory: PathBuf,
    current: PathBuf,
    arguments: Vec<OsString>,
    done: Mutex<Done>,
}

#[derive(Default)]
struct Done {
    /// The saved files, directories and symlinks, by the paths that were read.
    paths: BTreeSet<PathBuf>,
    has_stdin: bool,
}

/// Starts to save inputs to a directory, which is created. `arguments` are those of the command, without its name.
///
/// # Errors
///
/// The directory is not empty, or cannot be written.
pub(crate) fn begin(directory: &Path, arguments: Vec<OsString>) -> Result<(), LoadError> {
    let failed = |error: io::Error| LoadError::Save { file: text::path(directory), reason: reason(&error) };
    let is_empty = |directory: &Path| fs::read_dir(directory).map(|mut entries| entries.next().is_none());
    match is_empty(directory) {
        Ok(true) => {}
        Ok(false) => return Err(LoadError::SaveOver { directory: text::path(directory) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(directory).map_err(failed)?,
        Err(error) => return Err(failed(error)),
    }
    let directory = fs::canonicalize(directory).map_err(failed)?;
    let current = std::env::current_dir().map_err(failed)?;
    let saved = Saved { directory, current, arguments, done: Mutex::default() };
    saved.start().map_err(failed)?;
    // A process runs a single command.
    let _ = SAVED.set(saved);
    Ok(())
}

/// Saves a file that was read.
///
/// # Errors
///
/// The file cannot be saved.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
    save(path, |saved| saved.file(path, bytes))
}

/// Saves a directory that was read, without its entries.
///
/// # Errors
///
/// The directory cannot be created, or is the one that inputs are saved to.
pub(crate) fn directory(path: &Path) -> Result<(), LoadError> {
    save(path, |saved| saved.directory(path))
}

/// Saves a symlink.
///
/// # Errors
///
/// The symlink cannot be created.
pub(crate) fn link(path: &Path, target: &str) -> Result<(), LoadError> {
    save(path, |saved| saved.link(path, target))
}

/// Saves the bytes that were read from standard input.
///
/// # Errors
///
/// The file cannot be saved.
pub(crate) fn stdin(bytes: &[u8]) -> Result<(), LoadError> {
    save(Path::new("stdin"), |saved| {
        saved.done.lock().unwrap_or_else(PoisonError::into_inner).has_stdin = true;
        new_file(&saved.directory.join("stdin"), bytes)?;
        saved.write_command()
    })
}

/// Saves a file or a directory of WIT before a library reads it.
///
/// # Errors
///
/// A file cannot be saved.
pub(crate) fn wit(path: &Path) -> Result<(), LoadError> {
    // The library reports files that cannot be read.
    save(path, |saved| saved.wit(path, WIT_DEPTH))
}

fn save(path: &Path, action: impl FnOnce(&Saved) -> io::Result<()>) -> Result<(), LoadError> {
    let Some(saved) = SAVED.get() else { return Ok(()) };
    action(saved).map_err(|error| LoadError::Save { file: text::path(path), reason: reason(&error) })
}

impl Saved {
    fn start(&self) -> io::Result<()> {
        new_file(&self.directory.join("README.md"), README.as_bytes())?;
        let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
        let kind = if cfg!(debug_assertions) { "debug" } else { "release" };
        let versions = format!("weld {} ({kind})\n{system} on {processor}\n", env!("CARGO_PKG_VERSION"));
        new_file(&self.directory.join("versions"), versions.as_bytes())?;
        fs::create_dir_all(self.place(&self.current))?;
        // The directories of outputs must exist when the command runs again.
        for output in self.outputs() {
            if let Some(parent) = output.parent().filter(|parent| parent.is_dir()) {
                fs::create_dir_all(self.place(parent))?;
            }
        }
        self.write_command()
    }

    /// The place of a path in the directory.
    fn place(&self, path: &Path) -> PathBuf {
        let mut place = self.directory.join("files");
        let base = place.components().count();
        for part in self.current.join(path).components() {
            match part {
                Component::Normal(name) => place.push(name),
                Component::Prefix(prefix) => {
                    place.push(prefix.as_os_str().to_string_lossy().replace([':', '\\', '/'], "_"));
                }
                Component::ParentDir if place.components().count() > base => _ = place.pop(),
                Component::ParentDir | Component::RootDir | Component::CurDir => {}
            }
        }
        place
    }

    /// Whether a path has not been saved yet.
    fn is_new(&self, path: &Path) -> bool {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).paths.insert(path.to_owned())
    }

    fn file(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if !self.is_new(path) {
            return Ok(());
        }
        let place = self.place(path);
        place.parent().map_or(Ok(()), fs::create_dir_all)?;
        match new_file(&place, bytes) {
            // The same file may be read by paths of several spellings.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            result => result,
        }?;
        self.update_command(path)
    }

    fn directory(&self, path: &Path) -> io::Result<()> {
        if fs::canonicalize(path).is_ok_and(|path| path == self.directory) {
            return Err(io::Error::other("what is saved there would be embedded; save it elsewhere"));
        }
        fs::create_dir_all(self.place(path))?;
        if self.is_new(path) { self.update_command(path) } else { Ok(()) }
    }

    fn link(&self, path: &Path, target: &str) -> io::Result<()> {
        #[cfg(unix)]
        if self.is_new(path) {
            return std::os::unix::fs::symlink(target, self.place(path));
        }
        #[cfg(not(unix))]
        let _ = (path, target);
        Ok(())
    }

    fn wit(&self, path: &Path, depth: usize) -> io::Result<()> {
        let Ok(entries) = fs::read_dir(path) else {
            let Ok(bytes) =
                fs::metadata(path).and_then(|metadata| if metadata.is_file() { fs::read(path) } else { Ok(vec![]) })
            else {
                return Ok(());
            };
            return self.file(path, &bytes);
        };
        self.directory(path)?;
        let is_wit = |path: &Path| {
            let end = path.extension().and_then(OsStr::to_str);
            path.is_dir() || matches!(end, Some("wit" | "wat" | "wasm"))
        };
        let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        entries.retain(|path| depth > 0 && is_wit(path));
        entries.iter().try_for_each(|path| self.wit(path, depth - 1))
    }

    /// Rewrites the command if an argument is this absolute path, which it replaces.
    fn update_command(&self, path: &Path) -> io::Result<()> {
        let is_part = |argument: &OsString| argument.to_string_lossy().contains(&*path.to_string_lossy());
        if path.is_absolute() && self.arguments.iter().any(is_part) { self.write_command() } else { Ok(()) }
    }

    /// The values of flags that name an output, such as `-o`.
    fn outputs(&self) -> Vec<PathBuf> {
        let is_flag =
            |flag: &OsString| matches!(flag.to_str(), Some("-o" | "--output" | "--out" | "--html" | "--depfile"));
        let after = self.arguments.windows(2).filter_map(|pair| match pair {
            [flag, value] if is_flag(flag) => Some(PathBuf::from(value)),
            _ => None,
        });
        after.filter(|value| value.as_os_str() != "-").map(|value| self.current.join(value)).collect()
    }

    /// Writes a script that runs the command on the saved inputs.
    fn write_command(&self) -> io::Result<()> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = self.outputs();
        let is_saved =
            |path: &Path| path.is_absolute() && (done.paths.contains(path) || outputs.iter().any(|it| it == path));
        let word = |argument: &OsString| {
            let text = argument.to_string_lossy();
            // `--plug=/a`, `NAME=/a`
            let starts = text.match_indices('=').map(|(at, _)| at + 1).chain([0]);
            let start = { starts }.find(|start| text.get(*start..).is_some_and(|path| is_saved(Path::new(path))));
            match start.and_then(|start| text.split_at_checked(start)) {
                Some((before, path)) => {
                    let place = self.place(Path::new(path));
                    let place = place.strip_prefix(&self.directory).unwrap_or(&place).to_string_lossy().into_owned();
                    let before = if before.is_empty() { String::new() } else { quoted(before) };
                    format!("{before}\"$here\"/{}", quoted(&place))
                }
                None => quoted(&text),
            }
        };
        let words: Vec<String> = self.arguments.iter().map(word).collect();
        let current = self.place(&self.current);
        let current = current.strip_prefix(&self.directory).unwrap_or(&current).to_string_lossy().into_owned();
        let stdin = if done.has_stdin { " <\"$here\"/stdin" } else { "" };
        let script = format!(
            "#!/bin/sh\n# Runs the command again, with the inputs in this directory. README.md says more.\n\
             here=$(cd \"$(dirname \"$0\")\" && pwd) || exit\ncd \"$here\"/{} || exit\n\
             exec \"${{WELD:-weld}}\" {}{stdin}\n",
            quoted(&current),
            words.join(" ")
        );
        // The file is replaced atomically, so that a stopped process leaves the old script or the new one.
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(script.as_bytes())?;
        file.persist(self.directory.join("command")).map(drop).map_err(|error| error.error)
    }
}

fn new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// A word in the syntax of the shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+#".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
