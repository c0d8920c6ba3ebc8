//! Reads inputs. Each file is opened once, and its bytes are used everywhere.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use wasmparser::Parser;

use super::error::LoadError;
use super::reason;
use super::saved;
use crate::describe::Source;
use crate::files::{Files, Kind};
use crate::{limits, text};

/// The number of bytes that are inspected before the rest is read: `/dev/zero` has no end.
const START: u64 = 4096;

/// Reads a source as a whole. A file is on the disk.
///
/// # Errors
///
/// As [`read_in`].
pub(crate) fn read(source: &Source) -> Result<Vec<u8>, LoadError> {
    read_in(&Files::Disk, source)
}

/// Reads a source as a whole.
///
/// # Errors
///
/// It cannot be read, is a directory, is empty, or is larger than [`limits::INPUT_BYTES`].
pub(crate) fn read_in(files: &Files, source: &Source) -> Result<Vec<u8>, LoadError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::IsADirectory => LoadError::Directory { file: source.shown() },
        ErrorKind::NotFound => LoadError::Missing { file: source.shown(), near: near_in(files, source) },
        _ => LoadError::Read { file: source.shown(), reason: reason(&error) },
    };
    let too_large = || LoadError::TooLarge { file: source.shown(), limit: text::size(limits::INPUT_BYTES as usize) };
    let bytes = match source {
        // Callers resolve a search beforehand, so that it happens once.
        Source::Search(_) => return Err(LoadError::NotFound { name: source.shown(), tried: vec![], near: None }),
        Source::Stdin => read_from(std::io::stdin().lock(), 0).map_err(failed)?,
        Source::File(path) => {
            let mut file = files.open(path).map_err(failed)?;
            // The size is only a hint for the allocation.
            let before = file.status().map_err(failed)?;
            if before.length > limits::INPUT_BYTES {
                return Err(too_large());
            }
            let bytes = read_from(&mut file, before.length).map_err(failed)?;
            if before.has_changed(&file.status().map_err(failed)?) {
                return Err(LoadError::Changed { file: source.shown() });
            }
            bytes
        }
        Source::Memory { bytes, .. } if bytes.len() as u64 > limits::INPUT_BYTES => return Err(too_large()),
        Source::Memory { bytes, .. } => bytes.to_vec(),
    };
    if bytes.len() as u64 > limits::INPUT_BYTES {
        return Err(too_large());
    }
    match source {
        Source::Stdin => saved::stdin(&bytes)?,
        Source::File(path) if !files.are_in_memory() => saved::file(path, &bytes)?,
        Source::File(_) | Source::Search(_) | Source::Memory { .. } => {}
    }
    if bytes.is_empty() {
        return Err(LoadError::Empty { file: source.shown() });
    }
    Ok(bytes)
}

/// Reads an optional source. A file that is written later (`is_written`) must be a regular one, since a read from a
/// pipe without a writer would block.
///
/// # Errors
///
/// Those of [`read`]. An empty file is no error.
pub(crate) fn existing(files: &Files, source: &Source, is_written: bool) -> Result<Option<Vec<u8>>, LoadError> {
    if let Source::File(path) = source {
        let failed = |reason| LoadError::Read { file: source.shown(), reason };
        match files.status(path).map(|status| status.kind) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(reason(&error))),
            Ok(Kind::Directory) => return Err(LoadError::Directory { file: source.shown() }),
            Ok(kind) if is_written && kind != Kind::File => {
                return Err(failed("it is not a regular file".to_owned()));
            }
            Ok(_) => {}
        }
    }
    match read_in(files, source) {
        Err(LoadError::Empty { .. }) => Ok(Some(Vec::new())),
        bytes => bytes.map(Some),
    }
}

/// An item of a directory that is, or may hide, a component.
pub(crate) struct Found {
    pub path: PathBuf,
    /// The reason that it cannot be read. Skipping it would suggest that it was checked.
    pub unreadable: Option<String>,
}

/// The components in a directory and its descendants: the files whose names end with `.wasm`, in letters of any case, ordered by
/// path. Directories below that cannot be read, symlinks to directories, and items of such a name that are not files are among
/// them.
///
/// # Errors
///
/// The directory cannot be read, or has nothing of the kind.
pub(crate) fn components_in(directory: &Path) -> Result<Vec<Found>, LoadError> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(path) = open.pop() {
        let names = Files::Disk.names(&path).and_then(|names| names.collect::<Result<Vec<_>, _>>());
        let names = match names {
            Ok(names) => names,
            Err(error) if path == directory => {
                return Err(LoadError::Read { file: text::path(&path), reason: reason(&error) });
            }
            Err(error) => {
                found.push(Found { path, unreadable: Some(reason(&error)) });
                continue;
            }
        };
        for path in names.into_iter().map(|name| path.join(name)) {
            let is_link = Files::Disk.status_of_link(&path).is_ok_and(|status| status.kind == Kind::Link);
            let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
            let is_component = name.is_some_and(|name| name.ends_with(".wasm"));
            let unreadable = match Files::Disk.status(&path).map(|status| status.kind) {
                Ok(Kind::Directory) if is_link => {
                    Some("it is a link to a directory; name that directory as well, or take it away".to_owned())
                }
                Ok(Kind::Directory) => {
                    open.push(path);
                    continue;
                }
                _ if !is_component => continue,
                Ok(Kind::File) => None,
                Ok(_) => Some("it is not a regular file".to_owned()),
                Err(error) if is_link && error.kind() == ErrorKind::NotFound => {
                    Some("it is a link to what is not there".to_owned())
                }
                Err(error) => Some(reason(&error)),
            };
            found.push(Found { path, unreadable });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    if found.is_empty() { Err(LoadError::NoComponents { directory: text::path(directory) }) } else { Ok(found) }
}

/// The components directly in a directory, ordered by name: the files whose names end with `.wasm`, and those with
/// `.wat` if there is no such binary.
///
/// # Errors
///
/// The directory cannot be read, or has no such file.
pub(crate) fn components_beside(directory: &Path) -> Result<Vec<PathBuf>, LoadError> {
    if Files::Disk.is_file(directory) {
        let around = directory.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Err(LoadError::NoDirectory { file: text::path(directory), directory: text::path(around) });
    }
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => {
            LoadError::MissingDirectory { directory: text::path(directory), near: near_path(&Files::Disk, directory) }
        }
        _ => LoadError::Read { file: text::path(directory), reason: reason(&error) },
    };
    let mut found = Vec::new();
    let is_component = |path: &Path| match path.extension().map(|end| end.to_ascii_lowercase()) {
        Some(end) if end == "wasm" => true,
        Some(end) if end == "wat" => !Files::Disk.is_file(&path.with_extension("wasm")),
        _ => false,
    };
    for name in Files::Disk.names(directory).map_err(failed)? {
        let path = directory.join(name.map_err(failed)?);
        if is_component(&path) && Files::Disk.is_file(&path) {
            // Paths omit the current directory.
            found.push(path.strip_prefix(".").unwrap_or(&path).to_owned());
        }
    }
    found.sort();
    if found.is_empty() { Err(LoadError::NothingToDescribe { directory: text::path(directory) }) } else { Ok(found) }
}

/// The default manifest: `weld.toml` in the current directory or the nearest directory around it. `None` if there is
/// none.
pub(crate) fn manifest() -> Option<PathBuf> {
    let depth = Files::Disk.real(Path::new(".")).map_or(0, |path| path.components().count());
    let around = std::iter::successors(Some(PathBuf::new()), |path| Some(Path::new("..").join(path)));
    // The number of steps is limited, since the outermost directory is its own parent.
    around.take(depth).map(|directory| directory.join("weld.toml")).find(|path| Files::Disk.is_file(path))
}

/// The relative path from a directory to a file, with `/` as the separator. A symlink stays one. `None` if the two have
/// no common root, or the path is not UTF-8.
pub(crate) fn relative(directory: &Path, file: &Path) -> Option<String> {
    let absolute = |path: &Path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Files::Disk.real(path).ok()
    };
    let from = absolute(directory)?;
    let to = absolute(file.parent()?)?.join(file.file_name()?);
    let common = from.components().zip(to.components()).take_while(|(from, to)| from == to).count();
    if common == 0 {
        return None;
    }
    let up = from.components().skip(common).map(|_| Some("..".to_owned()));
    let down = to.components().skip(common).map(|part| part.as_os_str().to_str().map(str::to_owned));
    Some(up.chain(down).collect::<Option<Vec<_>>>()?.join("/"))
}

/// Whether a path is that of a directory, or of a link to one.
pub(crate) fn is_directory(path: &Path) -> bool {
    Files::Disk.is_directory(path)
}

/// Whether there is anything at a path.
pub(crate) fn exists(path: &Path) -> bool {
    Files::Disk.is_there(path)
}

/// The first existing candidate of a source, on the disk. `None` for other sources.
pub(crate) fn first(source: &Source) -> Option<PathBuf> {
    first_in(&Files::Disk, source)
}

/// The first existing candidate of a source. `None` for other sources.
pub(crate) fn first_in(files: &Files, source: &Source) -> Option<PathBuf> {
    match source {
        Source::Search(candidates) => candidates.iter().find(|path| files.is_there(path)).cloned(),
        _ => None,
    }
}

/// The number of names in a directory that are compared for a suggestion.
const NAMES: usize = 10_000;

/// A suggestion for the path of a missing file.
fn near_in(files: &Files, source: &Source) -> Option<String> {
    let Source::File(path) = source else { return None };
    near_path(files, path)
}

/// A suggestion for a path: the most similar name in its directory, the names that end like it, or that the directory
/// is missing.
pub(crate) fn near_path(files: &Files, path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    if !files.is_there(directory) {
        return Some(format!("there is no directory `{}`", text::path(directory)));
    }
    let names: Vec<String> = files
        .names(directory)
        .ok()?
        .take(NAMES + 1)
        .filter_map(|name| name.ok()?.into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    if names.len() > NAMES {
        // The order depends on the file system.
        return None;
    }
    let shown = |name: &String| {
        let path = parent.map_or_else(|| PathBuf::from(name), |parent| parent.join(name));
        format!("`{}`", text::path(&path))
    };
    nearest_file(&names, wanted).map(|name| format!("did you mean {}?", shown(name))).or_else(|| {
        let end = Path::new(wanted).extension()?;
        // A manifest is a file of its own kind.
        let is_other = |name: &&String| !["weld.toml", "Cargo.toml"].contains(&name.as_str());
        let same = names.iter().filter(is_other).filter(|name| Path::new(name).extension() == Some(end));
        let mut same: Vec<&String> = same.collect();
        same.sort();
        let same: Vec<String> = same.into_iter().map(shown).collect();
        let (shown, others) = text::some_of(&same);
        let others = if others == 0 { String::new() } else { format!(" and {others} others") };
        let are = if same.len() == 1 { "there is" } else { "there are" };
        (!same.is_empty()).then(|| format!("{are} {}{others}", shown.join(", ")))
    })
}

/// The most similar name: one that is equal except for case or extension, or has a small difference in its stem.
fn nearest_file<'n>(names: &'n [String], wanted: &str) -> Option<&'n String> {
    let stem = |name: &str| Path::new(name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(name).to_lowercase();
    let is_component = |name: &&&String| [".wasm", ".wat"].iter().any(|end| name.ends_with(end));
    let mut names: Vec<&String> = names.iter().collect();
    names.sort();
    let same = names.iter().filter(|name| stem(name) == stem(wanted) || name.to_lowercase() == wanted.to_lowercase());
    let same: Vec<&&String> = same.collect();
    let extension = Path::new(wanted).extension();
    let typed = extension.and_then(|end| end.to_str()).unwrap_or_default();
    // A similar extension is preferred, then a component.
    let is_slip = |name: &&&&String| {
        let end = Path::new(name.as_str()).extension().and_then(|end| end.to_str()).unwrap_or_default();
        !typed.is_empty() && strsim::damerau_levenshtein(&end.to_lowercase(), &typed.to_lowercase()) <= 1
    };
    let same = same.iter().find(is_slip).or(same.iter().find(|name| is_component(name))).or(same.first());
    if let Some(name) = same {
        return Some(name);
    }
    let near = names.into_iter().filter(|name| Path::new(name.as_str()).extension() == extension);
    let distance = |name: &&String| strsim::damerau_levenshtein(&stem(name), &stem(wanted));
    let name = near.min_by_key(distance)?;
    let distance = distance(&name);
    (distance <= 2 && distance * 2 <= stem(wanted).chars().count()).then_some(name)
}

/// Reads a text that describes a composition.
///
/// # Errors
///
/// Those of [`read`]; it is not UTF-8, or is a component, for which [`LoadError::instead_of`] states the expected
/// content.
pub(crate) fn read_text(source: &Source) -> Result<String, LoadError> {
    read_text_in(&Files::Disk, source)
}

/// As [`read_text`], with the files in `files`.
///
/// # Errors
///
/// Those of [`read_text`].
pub(crate) fn read_text_in(files: &Files, source: &Source) -> Result<String, LoadError> {
    let bytes = read_in(files, source)?;
    let text = bytes.trim_ascii_start();
    let what = match () {
        () if Parser::is_core_wasm(&bytes) || text.starts_with(b"(module") => Some("core module"),
        () if bytes.starts_with(b"\0asm") || text.starts_with(b"(component") => Some("component"),
        () => None,
    };
    if let Some(what) = what {
        let (expected, help) = ("a text that describes something", "name another file");
        return Err(LoadError::Wasm { file: source.shown(), what, expected, help });
    }
    String::from_utf8(bytes)
        .map_err(|error| LoadError::NotText { file: source.shown(), offset: error.utf8_error().valid_up_to() })
}

/// Reads the text of a WAC document.
///
/// # Errors
///
/// Those of [`read_text`].
pub(crate) fn read_document(source: &Source) -> Result<String, LoadError> {
    read_document_in(&Files::Disk, source)
}

/// As [`read_document`], with the files in `files`.
///
/// # Errors
///
/// Those of [`read_text`].
pub(crate) fn read_document_in(files: &Files, source: &Source) -> Result<String, LoadError> {
    let help = "a WAC document is a text that describes wires; without one, `weld plug SOCKET --plug FILE` fills the \
                imports of a component";
    let text = read_text_in(files, source).map_err(|error| error.instead_of("a WAC document", help))?;
    match is_manifest(&text) {
        true => Err(LoadError::Wasm {
            file: source.shown(),
            what: "manifest",
            expected: "a WAC document",
            help: "`weld build FILE` builds what a manifest describes",
        }),
        false => Ok(text),
    }
}

/// Whether a text is a manifest: a line is the header of a table that only manifests have.
pub(crate) fn is_manifest(text: &str) -> bool {
    let tables = ["[composition]", "[components]", "[target.", "[virtualize.", "[wire]"];
    text.lines().any(|line| tables.iter().any(|table| line.trim_start().starts_with(table)))
}

/// Whether a text is a policy: a line is the header of a rule, and no line is that of a table of a manifest.
pub(crate) fn is_policy(text: &str) -> bool {
    text.lines().any(|line| line.trim() == "[[rule]]") && !is_manifest(text)
}

/// Reads to the end, but at most one byte more than the limit. Only the start is read of bytes that cannot be a
/// component.
fn read_from(mut input: impl Read, size: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size as usize + 1);
    input.by_ref().take(START).read_to_end(&mut bytes)?;
    if bytes.starts_with(b"\0asm") || is_text(&bytes) {
        input.take(limits::INPUT_BYTES + 1 - bytes.len() as u64).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Whether the start of a file may be text: UTF-8 up to a truncated character, without zero bytes.
fn is_text(start: &[u8]) -> bool {
    let is_utf8 = match std::str::from_utf8(start) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    is_utf8 && !start.contains(&0)
}
