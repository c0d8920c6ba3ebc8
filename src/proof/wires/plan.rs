//! The described arguments of each instance of a composition.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::Labels;
use crate::load::{Component, ComponentId, Components};

/// The described instances, and the described exports of the output.
#[derive(Default)]
pub(super) struct Plan {
    /// The instances.
    pub instances: Vec<Planned>,
    /// The exports of the output: name and source.
    pub exports: Vec<(String, Source)>,
    /// The labels that imports of the output keep.
    pub labels: Labels,
}

/// A described instance.
pub(super) struct Planned {
    /// The name in the description.
    pub name: String,
    /// The component of the instance.
    pub component: ComponentId,
    /// The sources of its imports. An import that is absent here is the host's.
    pub sources: BTreeMap<String, Source>,
}

/// The source of an import or an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A host item: the name of its import, and the path within that.
    Host(Vec<String>),
    /// An export of an instance: its path. An empty path is the instance itself.
    Export(usize, Vec<String>),
    /// The instance itself or one of its exports: types select which.
    Any(usize),
    /// The description does not determine the source.
    Undecided,
}

impl Source {
    /// The export of this source by name.
    pub(super) fn export(&self, name: &str) -> Source {
        let longer = |path: &Vec<String>| path.iter().cloned().chain([name.to_owned()]).collect();
        match self {
            Source::Host(path) => Source::Host(longer(path)),
            Source::Export(of, path) => Source::Export(*of, longer(path)),
            Source::Any(_) | Source::Undecided => self.clone(),
        }
    }

    /// The instance that the source belongs to.
    pub(super) fn instance(&self) -> Option<usize> {
        match self {
            Source::Export(of, _) | Source::Any(of) => Some(*of),
            Source::Host(_) | Source::Undecided => None,
        }
    }
}

impl Plan {
    /// Adds an instance, and returns its number.
    pub(super) fn instantiate(&mut self, name: String, component: ComponentId) -> usize {
        self.instances.push(Planned { name, component, sources: BTreeMap::new() });
        self.instances.len() - 1
    }

    /// Sets the source of an import.
    pub(super) fn fill(&mut self, instance: usize, import: &str, source: Source) {
        if let Some(instance) = self.instances.get_mut(instance) {
            instance.sources.insert(import.to_owned(), source);
        }
    }

    /// The source of an import of an instance.
    pub(super) fn source(&self, instance: usize, import: &str) -> Source {
        let own = || Source::Host(vec![import.to_owned()]);
        self.instances.get(instance).and_then(|of| of.sources.get(import).cloned()).unwrap_or_else(own)
    }

    /// The component of an instance.
    pub(super) fn component<'c>(&self, instance: usize, components: &'c Components) -> Option<&'c Component> {
        self.instances.get(instance).map(|of| &components[of.component])
    }

    /// The instance itself, and all instances whose exports it can have, directly or through others.
    pub(super) fn around(&self, instance: usize) -> BTreeSet<usize> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![instance]);
        while let Some(of) = open.pop() {
            if seen.insert(of) {
                let sources = self.instances.get(of).into_iter().flat_map(|of| of.sources.values());
                open.extend(sources.filter_map(Source::instance));
            }
        }
        seen
    }
}
