//! Files in memory, in place of those of the file system.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::LoadError;
use crate::describe::setting::{Input, MountKind, Settings};
use crate::describe::{At, Description, Place, Source};
use crate::text;

/// Where the files are that a manifest names: in the file system, or in memory.
#[derive(Debug, Clone, Default)]
pub struct Files(Option<BTreeMap<PathBuf, Arc<[u8]>>>);

impl Files {
    /// Files in memory, by the paths that name them. There are no others.
    pub fn memory(files: impl IntoIterator<Item = (PathBuf, Arc<[u8]>)>) -> Files {
        Files(Some(files.into_iter().map(|(path, bytes)| (lexical(&path), bytes)).collect()))
    }

    /// Whether the files are in memory.
    pub fn are_in_memory(&self) -> bool {
        self.0.is_some()
    }

    /// The source of a file. `place` is where the user names it.
    ///
    /// # Errors
    ///
    /// The files are in memory, and this one is not among them.
    pub fn source(&self, path: &Path, place: Option<&Place>) -> Result<Source, At<LoadError>> {
        let Some(files) = &self.0 else { return Ok(Source::File(path.to_owned())) };
        let bytes = files
            .get(&lexical(path))
            .ok_or_else(|| At::place(LoadError::Missing { file: text::path(path), near: None }, place))?;
        Ok(Source::Memory { name: path.to_string_lossy().into_owned(), bytes: Arc::clone(bytes) })
    }

    /// The source of a file, or of the directory that files are in.
    fn source_or_directory(&self, path: &Path, place: Option<&Place>) -> Result<Source, At<LoadError>> {
        let file = self.source(path, place);
        let directory = lexical(path);
        let below = |(file, bytes): (&PathBuf, &Arc<[u8]>)| {
            Some((file.strip_prefix(&directory).ok()?.to_owned(), Arc::clone(bytes)))
        };
        let files: BTreeMap<PathBuf, Arc<[u8]>> = self.0.iter().flatten().filter_map(below).collect();
        match files.is_empty() || file.is_ok() {
            true => file,
            false => Ok(Source::Directory { name: path.to_string_lossy().into_owned(), files }),
        }
    }

    /// Replaces the sources of a description by those of these files.
    ///
    /// # Errors
    ///
    /// One for each file that is not among them.
    pub fn fill(&self, description: &mut Description) -> Result<(), Vec<At<LoadError>>> {
        if !self.are_in_memory() {
            return Ok(());
        }
        let mut errors = Vec::new();
        let mut fill = |source: &mut Source, place: Option<&Place>, is_mount: bool| {
            let found = match source {
                Source::File(path) if is_mount => self.source_or_directory(path, place),
                Source::File(path) => self.source(path, place),
                Source::Search(paths) => match paths.iter().find_map(|path| self.source(path, place).ok()) {
                    Some(source) => Ok(source),
                    None => self.source(Path::new(&source.shown()), place),
                },
                Source::Stdin | Source::Memory { .. } | Source::Directory { .. } => return,
            };
            match found {
                Ok(found) => *source = found,
                Err(error) => errors.push(error),
            }
        };
        for entry in &mut description.components {
            fill(&mut entry.source, entry.place.as_ref(), false);
        }
        for Settings { stdin, mounts, .. } in description.grants.values_mut().map(|grants| &mut grants.settings) {
            if let Some(Input::File { file, place }) = stdin {
                fill(file, place.as_ref(), false);
            }
            for mount in mounts.values_mut() {
                if let MountKind::Embed { source, .. } = &mut mount.kind {
                    fill(source, mount.place.as_ref(), true);
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
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
