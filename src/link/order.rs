//! The order of a composition's exports: each after those that define its types.
//!
//! Component Model, Explainer, "Import and Export Definitions": an export may only mention types that have a name
//! before it.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem};

use super::Graph;
use super::graph::{Export, InstanceImport};
use super::root::{Root, Roots};
use crate::load::Components;
use crate::types::identity::visit_types;
use crate::types::{Outline, TypeKey, mentions};

/// The exports of a composition. Each is after those that define types which it mentions and no host import names, if possible after those
/// that define types which it names as well, and otherwise in the original order.
pub(crate) fn sorted(components: &Components, graph: &Graph) -> Vec<Export> {
    let exports = graph.exports();
    let roots = Roots::new(components, graph);
    let imported = imported(roots, graph);
    let mut named: BTreeMap<(NodeIndex, TypeKey), usize> = BTreeMap::new();
    for (number, export) in exports.iter().enumerate() {
        for key in names(roots, export).into_iter().filter(|key| !imported.contains(key)) {
            named.entry(key).or_insert(number);
        }
    }
    // The first export that names the type wins, preferably one of the instance that defines it.
    for (number, export) in exports.iter().enumerate().rev() {
        for key in names(roots, export).into_iter().filter(|(node, _)| *node == export.node) {
            let is_definition = roots.component(export.node).and_then(|component| component.definition(key.1));
            if is_definition.is_some_and(|definition| definition.path.starts_with(&export.path)) {
                named.insert(key, number);
            }
        }
    }
    // A type that an export names itself is the same type for hosts in any order. It is more readable if the other
    // export comes first.
    let [needs, uses] = [mentions::unnamed, mentions::mentioned].map(|types| -> Vec<BTreeSet<usize>> {
        let of_others = |(number, export): (usize, &Export)| {
            let others = types_of(roots, export, types).into_iter().filter_map(|key| named.get(&key).copied());
            others.filter(|other| *other != number).collect()
        };
        exports.iter().enumerate().map(of_others).collect()
    });
    let mut left: BTreeSet<usize> = (0..exports.len()).collect();
    let mut order = Vec::new();
    while let Some(first) = left.first().copied() {
        let is_free = |types: &[BTreeSet<usize>], number: &usize| {
            types.get(*number).is_none_or(|others| others.is_disjoint(&left))
        };
        let ready = || left.iter().copied().filter(|number| is_free(&needs, number));
        // A cycle has no valid order, so the original order is kept.
        let next = ready().find(|number| is_free(&uses, number)).or_else(|| ready().next()).unwrap_or(first);
        left.remove(&next);
        order.extend(exports.get(next).cloned());
    }
    order
}

/// The types of instances that host imports name.
fn imported(roots: Roots<'_>, graph: &Graph) -> BTreeSet<(NodeIndex, TypeKey)> {
    let types = graph.hosts().flat_map(|(_, host)| &host.types);
    let types = types.flat_map(|(part, names)| names.iter().map(move |name| (part, name)));
    let root = |(part, name): (&InstanceImport, &String)| {
        let component = roots.component(part.node)?;
        match component.import_at(&[part.import.clone(), name.clone()])? {
            ComponentEntityType::Type { created, .. } => match roots.identity(part.node, component.key(created)) {
                Root::Instance(node, key) => Some((node, key)),
                Root::Host => None,
            },
            _ => None,
        }
    };
    types.filter_map(root).collect()
}

/// The types that some exports of their own instances name.
pub(crate) fn exported<'g>(
    components: &Components,
    graph: &'g Graph,
    exports: impl Iterator<Item = &'g Export>,
) -> BTreeSet<(NodeIndex, TypeKey)> {
    let roots = Roots::new(components, graph);
    let own = |export: &Export| {
        let (exporter, names) = (export.node, names(roots, export));
        names.into_iter().filter(move |(node, _)| *node == exporter)
    };
    exports.flat_map(own).collect()
}

/// The types that an export names.
pub(super) fn names(roots: Roots<'_>, export: &Export) -> BTreeSet<(NodeIndex, TypeKey)> {
    let mut found = BTreeSet::new();
    let Some(component) = roots.component(export.node) else { return found };
    let mut visit = |_: &[String], id: ComponentAnyTypeId| {
        if let Root::Instance(node, key) = roots.identity(export.node, component.key(id)) {
            found.insert((node, key));
        }
    };
    let mut visit = |items: &mut dyn Iterator<Item = (&String, &ComponentItem)>| {
        visit_types(component.types(), items, &mut Vec::new(), &mut visit);
    };
    match (export.path.is_empty(), component.item_of_export(&export.path)) {
        (true, _) => visit(&mut component.exports().iter()),
        (false, Some(item)) => visit(&mut std::iter::once((&export.name, item))),
        (false, None) => {}
    }
    found
}

/// The types that an export mentions.
pub(super) fn mentioned(roots: Roots<'_>, export: &Export) -> BTreeSet<(NodeIndex, TypeKey)> {
    types_of(roots, export, mentions::mentioned)
}

/// Some of the types that an export mentions.
fn types_of(
    roots: Roots<'_>,
    export: &Export,
    select: fn(&Outline, ComponentEntityType) -> BTreeSet<TypeKey>,
) -> BTreeSet<(NodeIndex, TypeKey)> {
    let Some(component) = roots.component(export.node) else { return BTreeSet::new() };
    let items: Vec<ComponentEntityType> = match component.export_at(&export.path) {
        Some(item) => vec![item],
        None if export.path.is_empty() => component.exports().values().map(|item| item.ty).collect(),
        None => vec![],
    };
    let root = |key| match roots.identity(export.node, key) {
        Root::Instance(node, key) => Some((node, key)),
        Root::Host => None,
    };
    items.into_iter().flat_map(|item| select(component, item)).filter_map(root).collect()
}
