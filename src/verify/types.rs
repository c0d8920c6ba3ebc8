//! The types of what was encoded against those of the inputs, by what the validator knows of both.

use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::graph::NodeIndex;
use wasmparser::component_types::{ComponentEntityType, ComponentItem, ResourceId};

use crate::decode::{Known, Level};
use crate::link::Graph;
use crate::load::Components;
use crate::types::Outline;
use crate::types::compare::{self, Item};
use crate::types::ids::other_id;

/// Checks the types of host imports, of imported components, and of the types that a document defines.
pub fn compare(components: &Components, graph: &Graph, level: &Level<'_>, known: &Known) -> Result<Outline, String> {
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

/// Each host import must have what each of its parts asks for, and what is one resource type to an instance must be one
/// in the output.
fn host_imports(components: &Components, graph: &Graph, output: &Outline) -> Result<(), String> {
    let mut resources: BTreeMap<(NodeIndex, ResourceId), ResourceId> = BTreeMap::new();
    for (_, host) in graph.hosts() {
        let Some(written) = output.imports().get(&host.name) else { continue };
        // What its declaration carries is what the first that bears its name has.
        let named = host.parts.iter().find(|part| part.import == host.name);
        for part in &host.parts {
            let component = graph.component(part.node).map(|id| &components[id]);
            let item = component.and_then(|component| Some((component, component.imports().get(&part.import)?)));
            let Some((component, item)) = item else { continue };
            let wrong =
                |what: &str| Err(format!("import `{}` {what} as that of `{}`", host.name, graph.subject(part.node)));
            let outline: &Outline = component;
            let has_other =
                || attributes(item) != attributes(written) || other_id((outline, item), (output, written)).is_some();
            if named == Some(part) && has_other() {
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

/// What a declaration carries beside its name and its type.
fn attributes(item: &ComponentItem) -> [Option<&str>; 3] {
    [item.implements.as_deref(), item.version_suffix.as_deref(), item.external_id.as_deref()]
}
