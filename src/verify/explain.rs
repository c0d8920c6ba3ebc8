//! Explains why the validator rejects a composition that is wired as planned, if the inputs are the cause.
//!
//! Component Model, "Import and Export Definitions": imports and exports of a component may only mention types that it
//! imports or exports. Once a component fills an interface, the output no longer imports the types of that interface,
//! and other imports and exports that use them cannot name them.

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::Malformed;
use super::error::VerifyError;
use crate::decode::Level;
use crate::link::root::{Root, Roots};
use crate::link::{Graph, order};
use crate::load::{Component, Components};
use crate::types::mentions;
use crate::types::{Side, TypeKey};

/// Finds the import or export at which an error is, and the types that it cannot name. `None` for other errors.
pub(super) fn unnamed_types(
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
    let (users, own): (Vec<(NodeIndex, ComponentEntityType)>, &[String]) = if is_import {
        let (_, host) = graph.hosts().find(|(_, host)| host.name == name)?;
        let item = |part: &crate::link::graph::InstanceImport| {
            let component = &components[graph.component(part.node)?];
            Some((part.node, component.imports().get(&part.import)?.ty))
        };
        (host.sources().filter_map(item).collect(), &[])
    } else {
        let export = graph.exports().iter().find(|export| export.name == name)?;
        let instance = graph.instance(export.node)?;
        (vec![(export.node, components[instance.component].export_at(&export.path)?)], &export.path)
    };
    let kind = if is_import { "import" } else { "export" };
    users.into_iter().find_map(|(user, item)| {
        let component = &components[graph.component(user)?];
        let (ty, interface, exporter) = first_unnamed(components, graph, (user, component), (item, own))?;
        let (item, user) = (format!("{kind} `{name}`"), graph.subject(user).to_owned());
        let exporter = graph.instance(exporter)?;
        Some(match &exporter.adapts {
            Some(instance) => VerifyError::DeniedType { item, user: instance.clone(), ty, interface },
            None => VerifyError::UnnamedType { item, user, ty, interface, exporter: exporter.name.clone() },
        })
    })
}

/// The export whose declaration contains an error.
pub(super) fn export_at<'a>(level: &Level<'a>, error: &Malformed) -> Option<&'a str> {
    // The validator and the decoder agree on the offset of a declaration.
    level.exports.iter().find(|export| export.offset == error.offset).map(|export| export.name)
}

/// Returns the first type of an item that comes from an interface which a component fills or exports, and that no
/// export names: its name, the interface, and the instance of that component. `own` is the path of an item that is an
/// export.
fn first_unnamed(
    components: &Components,
    graph: &Graph,
    (node, component): (NodeIndex, &Component),
    (item, own): (ComponentEntityType, &[String]),
) -> Option<(String, String, NodeIndex)> {
    let others = graph.exports().iter().filter(|export| export.node != node || export.path != own);
    let exported = order::exported(components, graph, others);
    let roots = Roots::new(components, graph);
    let filled = |key: TypeKey| {
        if matches!(roots.identity(node, key), Root::Instance(of, root) if exported.contains(&(of, root))) {
            return None;
        }
        let definition = component.definition(key)?;
        let (interface, _) = definition.path.split_first()?;
        let source = match definition.side {
            Side::Import => graph.argument(node, interface)?.0,
            Side::Export => node,
        };
        graph.instance(source)?;
        Some((definition.path.last()?.clone(), interface.clone(), source))
    };
    // A type that an interface uses of another one is named there, with the types that it consists of. A type that an
    // interface defines may consist of types that the interface does not name.
    let is_import = |key: &TypeKey| component.definition(*key).is_some_and(|of| of.side == Side::Import);
    let is_foreign = |key: &TypeKey| {
        let definition = component.definition(*key).filter(|of| of.side == Side::Export);
        definition.is_none_or(|of| own.is_empty() || !of.path.starts_with(own))
    };
    let borrowed = mentions::borrowed(component, item).into_iter().map(|id| component.key(id));
    let named = mentions::mentioned(component, item).into_iter();
    let named = named.filter(|key| mentions::must_be_named(component, *key) && is_import(key));
    borrowed.chain(mentions::unnamed(component, item)).chain(named).filter(is_foreign).find_map(filled)
}
