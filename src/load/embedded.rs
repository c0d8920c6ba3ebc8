//! Files that are copied into a composition, for mounts and standard input.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use super::LoadError;
use super::tree::{Amount, Contents, missing};
pub(crate) use super::tree::{Node, Tree, TreeError};
use crate::describe::setting::Named;
use crate::describe::{At, Settings, Source};
use crate::files::Files;

/// The files and directories that settings name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Embedded {
    /// The trees by source, and by whether symlinks are followed.
    trees: BTreeMap<(Source, bool), Arc<Tree>>,
}

impl Embedded {
    /// The tree of a source.
    pub(crate) fn get(&self, source: &Source, follow: bool) -> Option<&Tree> {
        self.trees.get(&(source.clone(), follow)).map(|tree| &**tree)
    }

    /// Reads the sources that some settings name. Each of the settings is for one component. A source is read once.
    ///
    /// # Errors
    ///
    /// All sources that cannot be embedded, each at its first place, and components that embed too much.
    pub(crate) fn read<'s>(
        files: &Files,
        settings: impl Iterator<Item = &'s Settings> + Clone,
    ) -> Result<Embedded, Vec<At<LoadError>>> {
        let mut sources: IndexMap<(&Source, bool), Named<'_>> = IndexMap::new();
        for named in settings.clone().flat_map(Settings::named) {
            let first = sources.entry((named.source, named.follow)).or_insert(named);
            // If one setting requires a file, the source must be a file for all settings.
            if named.is_stdin() {
                *first = named;
            }
        }
        let sources: Vec<_> = sources.into_values().collect();
        let read: Vec<_> = sources.into_par_iter().map(|named| (named, tree(files, &named))).collect();
        let (mut embedded, mut errors) = (Embedded::default(), Vec::new());
        for (named, result) in read {
            match result {
                Ok(tree) => _ = embedded.trees.insert((named.source.clone(), named.follow), Arc::new(tree)),
                Err(error) => errors.push(At::place(LoadError::Tree(error), named.place)),
            }
        }
        for settings in settings {
            errors.extend(embedded.check_limits(settings));
        }
        if errors.is_empty() { Ok(embedded) } else { Err(At::once(errors)) }
    }

    /// The error for a component whose sources together exceed a limit.
    fn check_limits(&self, settings: &Settings) -> Option<At<LoadError>> {
        let (mut amount, mut contents) = (Amount::default(), Contents::default());
        settings.named().find_map(|named| {
            let tree = self.get(named.source, named.follow)?;
            let Amount { entries, bytes } = tree.amount;
            let root = named.source.shown();
            let root = Path::new(&root);
            let error = amount.add(entries, bytes, root).and_then(|()| contents.add(&tree.contents, root)).err()?;
            Some(At::place(LoadError::Tree(error), named.place))
        })
    }
}

fn tree(files: &Files, named: &Named<'_>) -> Result<Tree, TreeError> {
    let path = match named.source {
        Source::File(path) => path,
        Source::Memory { name, bytes } => return Tree::file(Path::new(name), bytes.clone()),
        // A setting names no other kind of source.
        Source::Stdin | Source::Search(_) => return Err(missing(files, Path::new(&named.source.shown()))),
    };
    if named.is_stdin() { Tree::read_file(files, path) } else { Tree::read(files, path, named.follow) }
}
