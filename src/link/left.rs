//! Imports that are left to the host because nothing exports them, possibly because a component was forgotten.

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::graph::Graph;
use super::matching::{self, Items, Near};
use super::wiring::{is_of_types, named_by_another};
use crate::describe::{Automatic, Description, From, InstanceName, Wiring};
use crate::limits;
use crate::load::component::interface;
use crate::load::{Component, ComponentId, Components};
use crate::types::mentions;

/// An import that names leave unfilled, and that the user has not assigned to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    /// The instance.
    pub instance: String,
    /// The name of its import.
    pub import: String,
    /// The component that exports it nevertheless, if there is one.
    pub exporter: Exporter,
}

/// The component that exports an import which is left to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Exporter {
    /// No component.
    None,
    /// Only the root, whose exports fill no imports.
    Root(String),
    /// Only the importer itself.
    Itself,
    /// No component, but one has an export with a similar name: the component, the export, and the difference.
    Near(String, String, &'static str),
}

/// The imports outside WASI that automatic wiring leaves to the host without a wire or grant that says so, in the order
/// of host imports. Imports of types without resources are excluded, since the host implements nothing for them.
pub(crate) fn left(components: &Components, graph: &Graph, description: &Description) -> Vec<Left> {
    let Wiring::Automatic(automatic) = &description.wiring else { return Vec::new() };
    let parts = graph.hosts().flat_map(|(_, host)| &host.parts);
    let mut near = NearExports { components, by_interface: BTreeMap::new(), is_wanted: BTreeMap::new() };
    let mut left_import = |node: NodeIndex, import: &str| {
        let id = graph.component(node)?;
        let component = &components[id];
        let interface = component.imports().get(import).map_or(import.to_owned(), |item| interface(import, item));
        let is_granted = || {
            let grants = description.grants.get(component.name());
            grants.is_some_and(|grants| grants.is_about(&[import, &interface], &[]))
        };
        let instance = graph.name_of(node);
        let is_meant = interface.starts_with("wasi:")
            || needs_nothing(component, import)
            || is_wired(automatic, component, instance, import)
            || is_granted();
        (!is_meant).then(|| {
            let exporter = exporter(components, id, import, &interface, &mut near);
            Left { instance: instance.to_owned(), import: import.to_owned(), exporter }
        })
    };
    parts.filter_map(|part| left_import(part.node, &part.import)).collect()
}

/// Whether an import has only types without resources, or is determined by another import.
fn needs_nothing(component: &Component, import: &str) -> bool {
    let is_plain = component.imports().get(import).is_some_and(|item| {
        matches!(item.ty, ComponentEntityType::Type { .. }) && mentions::resources(component, item.ty).is_empty()
    });
    is_plain || named_by_another(component, import).is_some() || is_of_types(component, import)
}

/// Whether the user leaves an import to the host. A decision for the first instance applies to further ones.
fn is_wired(automatic: &Automatic, component: &Component, instance: &str, import: &str) -> bool {
    let is_importer = |importer: &InstanceName| {
        importer.to_string() == instance || (importer.number == 0 && importer.component == component.name())
    };
    let is_import = |wire: &str| *Items(component.imports()).meant(wire).as_slice() == [import];
    let mut wires = automatic.wires.iter();
    wires.any(|wire| matches!(wire.from, From::Host) && is_importer(&wire.importer) && is_import(&wire.import))
}

fn exporter(
    components: &Components,
    importer: ComponentId,
    import: &str,
    interface: &str,
    near: &mut NearExports<'_>,
) -> Exporter {
    let exports = |id: ComponentId| Items(components[id].exports()).best(import, interface).is_some();
    let root = components.root();
    if importer != root && exports(root) {
        return Exporter::Root(components[root].name().to_owned());
    }
    if exports(importer) {
        return Exporter::Itself;
    }
    match near.nearest(importer, interface) {
        Some(Near { exporter, export, why, .. }) if !near.is_wanted(export) => {
            Exporter::Near(components[exporter].name().to_owned(), export.to_owned(), why)
        }
        _ => Exporter::None,
    }
}

/// A cache of exports with similar names.
struct NearExports<'c> {
    components: &'c Components,
    /// The similar exports of each imported interface, nearest first.
    by_interface: BTreeMap<String, Vec<Near<'c>>>,
    is_wanted: BTreeMap<&'c str, bool>,
}

impl<'c> NearExports<'c> {
    /// The nearest export of a component other than the root and the importer.
    fn nearest(&mut self, importer: ComponentId, interface: &str) -> Option<Near<'c>> {
        if !self.by_interface.contains_key(interface) {
            if self.by_interface.len() >= limits::SUGGESTED {
                return None;
            }
            let root = self.components.root();
            let others = self.components.ids().filter(|id| *id != root);
            self.by_interface.insert(interface.to_owned(), matching::near(self.components, others, interface));
        }
        self.by_interface.get(interface)?.iter().find(|near| near.exporter != importer).copied()
    }

    /// Whether a component imports an export under its own name, so that it is no misspelling of another.
    fn is_wanted(&mut self, export: &'c str) -> bool {
        let components = self.components;
        let is_imported = || components.iter().any(|other| matching::best(other.imports().keys(), export).is_some());
        *self.is_wanted.entry(export).or_insert_with(is_imported)
    }
}
