//! Compares the types of the output with those of the inputs, by the validator's results for both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::graph::NodeIndex;
use wasmparser::component_types::{ComponentEntityType, ComponentItem, ResourceId};

use crate::decode::{Known, Level};
use crate::link::Graph;
use crate::link::graph::{HostImport, InstanceImport};
use crate::load::Components;
use crate::name::stands_for;
use crate::types::Outline;
use crate::types::compare::{self, Item};
use crate::types::ids::{attributes, other_id};
use crate::types::mentions;

/// Checks the types of host imports, of imported components, and of types that a document defines.
pub(super) fn compare(
    components: &Components,
    graph: &Graph,
    level: &Level<'_>,
    known: &Known,
) -> Result<Outline, String> {
    let imports = level.imports.iter().map(|import| import.name.to_owned()).collect();
    let exports = level.exports.iter().map(|export| export.name.to_owned()).collect();
    let output = Outline::new(Arc::clone(known.outermost()), imports, exports);
    host_imports(components, graph, &output)?;
    for (id, name) in &graph.imported {
        let written = match output.imports().get(name).map(|item| item.ty) {
            Some(ComponentEntityType::Component(ty)) => compare::compare_type(&output, ty, &components[*id]).is_ok(),
            _ => false,
        };
        if !written {
            return Err(format!("import `{name}` is not of the type of `{}`", components[*id].name()));
        }
    }
    for export in graph.exports().iter().filter(|export| graph.is_declarations(export.node)) {
        let defined = graph.component(export.node).map(|id| &components[id]);
        let item = defined.and_then(|component| Some((component, component.export_at(&export.path)?)));
        let (Some((component, ty)), Some(written)) = (item, output.exports().get(&export.name)) else { continue };
        let expected = Item { component, name: &export.name, ty };
        let found = Item { component: &output, name: &export.name, ty: written.ty };
        if compare::compare_same(expected, found).is_err() {
            return Err(format!("export `{}` is another type than the one defined", export.name));
        }
    }
    Ok(output)
}

/// Each host import must satisfy each of the imports that it stands for, and one resource type of an instance must be
/// one resource type of the output.
fn host_imports(components: &Components, graph: &Graph, output: &Outline) -> Result<(), String> {
    let mut resources: BTreeMap<(NodeIndex, ResourceId), ResourceId> = BTreeMap::new();
    for (_, host) in graph.hosts() {
        let Some(written) = output.imports().get(&host.name) else { continue };
        plain_types(components, graph, host, (output, written.ty))?;
        if host.parts.is_empty() {
            continue;
        }
        if let Some(part) = undeclared(components, graph, host, written) {
            return Err(format!("import `{}` is not declared as that of `{}`", host.name, graph.subject(part.node)));
        }
        let named = host.parts.iter().find(|part| part.import == host.name);
        for part in &host.parts {
            let component = graph.component(part.node).map(|id| &components[id]);
            let item = component.and_then(|component| Some((component, component.imports().get(&part.import)?)));
            let Some((component, item)) = item else { continue };
            let wrong =
                |what: &str| Err(format!("import `{}` {what} as that of `{}`", host.name, graph.subject(part.node)));
            let outline: &Outline = component;
            if named == Some(part) && other_id((outline, item), (output, written)).is_some() {
                return wrong("is not declared");
            }
            let expected = Item { component, name: &part.import, ty: item.ty };
            let found = Item { component: output, name: &host.name, ty: written.ty };
            match compare::compare(expected, found) {
                Err(_) => return wrong("is not of the same type"),
                Ok(pairs) => {
                    for (own, written) in pairs {
                        if *resources.entry((part.node, own)).or_insert(written) != written {
                            return wrong("does not have the same resource types");
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Checks that a host import has the plain types of imports that components fill, as these define them, and nothing else if it has no
/// parts.
fn plain_types(
    components: &Components,
    graph: &Graph,
    host: &HostImport,
    (output, written): (&Outline, ComponentEntityType),
) -> Result<(), String> {
    let exports = match written {
        ComponentEntityType::Instance(id) => output.types().get(id).map(|ty| &ty.exports),
        _ => None,
    };
    for (part, types) in &host.types {
        let component = graph.component(part.node).map(|id| &components[id]);
        let is_same = |name: &String| {
            let own = component.and_then(|of| Some((of, of.import_at(&[part.import.clone(), name.clone()])?)));
            let found = exports.and_then(|exports| exports.get(name)).map(|item| item.ty);
            let (Some((component, own)), Some(ty @ ComponentEntityType::Type { .. })) = (own, found) else {
                return false;
            };
            let found = Item { component: output, name, ty };
            let is_plain = mentions::resources(output, ty).is_empty();
            is_plain && compare::compare_same(Item { component, name, ty: own }, found).is_ok()
        };
        if !types.iter().all(is_same) {
            return Err(format!("import `{}` has not the types of `{}`", host.name, graph.subject(part.node)));
        }
    }
    let planned: BTreeSet<&String> = host.types.values().flatten().collect();
    let mut names = exports.into_iter().flat_map(|exports| exports.keys());
    match names.find(|name| host.parts.is_empty() && !planned.contains(name)) {
        Some(name) => Err(format!("import `{}` has `{name}`, which nothing uses", host.name)),
        None => Ok(()),
    }
}

/// Returns a part of a host import with a wrong declaration: one that needs functions of a higher version than the one
/// that the import implements, or the first one if the attributes of the import are not the planned ones.
fn undeclared<'g>(
    components: &Components,
    graph: &Graph,
    host: &'g HostImport,
    written: &ComponentItem,
) -> Option<&'g InstanceImport> {
    let is_lower = |part: &&InstanceImport| {
        let component = graph.component(part.node).map(|id| &components[id]);
        let asked =
            component.filter(|of| !of.is_types_only(&part.import)).and_then(|of| of.imports().get(&part.import));
        let labels = asked.and_then(|item| item.implements.as_deref()).zip(written.implements.as_deref());
        labels.is_some_and(|(asked, given)| !stands_for(given, asked))
    };
    let (id, import) = &host.declared;
    let is_declared = components[*id].imports().get(import).is_some_and(|item| attributes(item) == attributes(written));
    // With groups, a part may have a generated name for an import that another instance fills.
    let mut bearers = host.parts.iter().filter(|part| [import, &host.name].contains(&&part.import));
    bearers.find(is_lower).or_else(|| host.parts.first().filter(|_| !is_declared))
}
