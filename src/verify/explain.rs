//! Why the validator refuses a composition that was wired as planned, where that is the inputs' doing.
//!
//! Component Model, "Import and Export Definitions": what a component imports and exports may only mention types that
//! it imports or exports as well. Once a component fills an interface, the output no longer imports its types, and
//! what else uses them has no name for them.

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::Malformed;
use super::error::VerifyError;
use crate::decode::Level;
use crate::link::Graph;
use crate::load::{Component, Components};
use crate::types::mentions;
use crate::types::{Side, TypeKey};

/// Finds the import or export that an error is at, and the types that it has no name for. `None` for other errors.
pub fn unnamed_types(
    components: &Components,
    graph: &Graph,
    level: &Level<'_>,
    error: &Malformed,
) -> Option<VerifyError> {
    if !error.message.contains("not valid to be used as") {
        return None;
    }
    let imports = level.imports.iter().map(|import| (import.offset, true, import.name));
    let exports = level.exports.iter().map(|export| (export.offset, false, export.name));
    let at = imports.chain(exports).filter(|(offset, ..)| *offset <= error.offset).max()?;
    let (_, is_import, name) = at;
    let users: Vec<(NodeIndex, ComponentEntityType)> = if is_import {
        let (_, host) = graph.hosts().find(|(_, host)| host.name == name)?;
        let item = |part: &crate::link::graph::Part| {
            let component = &components[graph.component(part.node)?];
            Some((part.node, component.imports().get(&part.import)?.ty))
        };
        host.parts.iter().filter_map(item).collect()
    } else {
        let export = graph.exports().iter().find(|export| export.name == name)?;
        let instance = graph.instance(export.node)?;
        vec![(export.node, components[instance.component].export_at(&export.path)?)]
    };
    let kind = if is_import { "import" } else { "export" };
    users.into_iter().find_map(|(user, item)| {
        let component = &components[graph.component(user)?];
        let (ty, interface, exporter) = first_unnamed(graph, user, component, item)?;
        let (item, user) = (format!("{kind} `{name}`"), graph.subject(user).to_owned());
        let exporter = graph.instance(exporter)?;
        Some(match &exporter.adapts {
            Some(instance) => VerifyError::DeniedType { item, user: instance.clone(), ty, interface },
            None => VerifyError::UnnamedType { item, user, ty, interface, exporter: exporter.name.clone() },
        })
    })
}

/// The export whose declaration an error is in: what is in no other thing behind it.
pub fn export_at<'a>(level: &Level<'a>, error: &Malformed) -> Option<&'a str> {
    // The validator says where a declaration starts, and the decoder as well.
    level.exports.iter().find(|export| export.offset == error.offset).map(|export| export.name)
}

/// The first type of an item that comes from an interface which a component fills: its name, the interface, and whose it is.
fn first_unnamed(
    graph: &Graph,
    node: NodeIndex,
    component: &Component,
    item: ComponentEntityType,
) -> Option<(String, String, NodeIndex)> {
    let filled = |key: TypeKey| {
        let definition = component.definition(key).filter(|definition| definition.side == Side::Import)?;
        let (interface, _) = definition.path.split_first()?;
        let (source, _) = graph.argument(node, interface)?;
        graph.instance(source)?;
        Some((definition.path.last()?.clone(), interface.clone(), source))
    };
    // What an interface names itself can be made of what it does not name.
    let named = mentions::mentioned(component, item).into_iter().filter(|key| mentions::must_be_named(component, *key));
    mentions::unnamed(component, item).into_iter().chain(named).find_map(filled)
}
