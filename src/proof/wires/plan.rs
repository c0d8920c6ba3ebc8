//! What fills the imports of a composition, as its description says.

use std::collections::{BTreeMap, BTreeSet};

#[cfg(feature = "compose-config")]
use super::config;
use super::{automatic, document};
use crate::describe::{Description, Wiring};
use crate::load::{Component, ComponentId, Components};

/// The instances that a description asks for, and what of them the output exports.
#[derive(Default)]
pub struct Plan {
    /// The instances.
    pub instances: Vec<Planned>,
    /// The exports of the output, by name, with what each is.
    pub exports: Vec<(String, Source)>,
}

/// An instance that a description asks for.
pub struct Planned {
    /// What the description calls it.
    pub name: String,
    /// The component that it is an instance of.
    pub component: ComponentId,
    /// What fills its imports. Those that are not here are the host's.
    pub sources: BTreeMap<String, Source>,
}

/// What fills an import, or is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Something of the host's: the name of its import, and the names that lead to it from there.
    Host(Vec<String>),
    /// Something that an instance exports, by the names that lead to it. No name stands for all that it exports.
    Export(usize, Vec<String>),
    /// The instance itself, or one of its exports: of which of these, types decide.
    Any(usize),
    /// The description does not say.
    Undecided,
}

impl Source {
    /// What this exports by a name.
    pub fn export(&self, name: &str) -> Source {
        let longer = |path: &Vec<String>| path.iter().cloned().chain([name.to_owned()]).collect();
        match self {
            Source::Host(path) => Source::Host(longer(path)),
            Source::Export(of, path) => Source::Export(*of, longer(path)),
            Source::Any(_) | Source::Undecided => self.clone(),
        }
    }

    /// The instance that has it.
    pub fn instance(&self) -> Option<usize> {
        match self {
            Source::Export(of, _) | Source::Any(of) => Some(*of),
            Source::Host(_) | Source::Undecided => None,
        }
    }
}

impl Plan {
    /// Reads a description anew. Nothing that the planner decided is in it.
    pub fn new(description: &Description, components: &Components) -> Plan {
        match &description.wiring {
            Wiring::Automatic(automatic) => automatic::plan(automatic, components),
            Wiring::Wac(wac) => document::plan(wac, components),
            #[cfg(feature = "compose-config")]
            Wiring::WasmCompose(wiring) => config::plan(wiring, components),
        }
    }

    /// Adds an instance, and gives its number.
    pub fn instantiate(&mut self, name: String, component: ComponentId) -> usize {
        self.instances.push(Planned { name, component, sources: BTreeMap::new() });
        self.instances.len() - 1
    }

    /// Fills an import.
    pub fn fill(&mut self, instance: usize, import: &str, source: Source) {
        if let Some(instance) = self.instances.get_mut(instance) {
            instance.sources.insert(import.to_owned(), source);
        }
    }

    /// What fills an import of an instance.
    pub fn source(&self, instance: usize, import: &str) -> Source {
        let own = || Source::Host(vec![import.to_owned()]);
        self.instances.get(instance).and_then(|of| of.sources.get(import).cloned()).unwrap_or_else(own)
    }

    /// The component of an instance.
    pub fn component<'c>(&self, instance: usize, components: &'c Components) -> Option<&'c Component> {
        self.instances.get(instance).map(|of| &components[of.component])
    }

    /// The instances whose exports an instance can have, at whatever remove, and this one.
    pub fn around(&self, instance: usize) -> BTreeSet<usize> {
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
