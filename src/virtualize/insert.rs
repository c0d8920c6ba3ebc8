//! Inserts adapters into the graph, between instances and their arguments.

use std::collections::BTreeSet;

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::{Adapter, Outer, VirtualizeError};
use crate::decide::DecideError;
#[cfg(test)]
use crate::decide::lies;
use crate::describe::At;
use crate::link::origin::Origin;
use crate::link::wiring::{Wiring, named_by_another};
use crate::link::{Graph, LinkError};
use crate::load::{ComponentId, Components};
use crate::types::compare::Difference;

/// An adapter to insert.
pub(super) struct Made {
    pub node: NodeIndex,
    pub id: ComponentId,
    pub adapter: Adapter,
    pub outer: Option<MadeOuter>,
    /// The types of the world that the output names itself.
    pub named: BTreeSet<String>,
}

/// An outer adapter to insert.
pub(super) struct MadeOuter {
    pub id: ComponentId,
    /// Its imports that the inner adapter fills, each with the export of that.
    pub of_inner: Vec<(String, String)>,
    /// Its imports of types of the host, each with the import of the component that has them.
    pub of_hosts: Vec<(String, String)>,
    pub outer: Outer,
}

/// Inserts adapters between instances and their arguments.
///
/// # Errors
///
/// An adapter does not fit, which is a defect, or a resource type has two owners.
pub(super) fn insert(
    components: &Components,
    graph: &Graph,
    adapters: Vec<Made>,
) -> Result<(Graph, Vec<Adapter>), Vec<At<VirtualizeError>>> {
    if adapters.is_empty() {
        return Ok((graph.clone(), Vec::new()));
    }
    let changed = |difference: Difference| {
        let reason = format!("a wire should be {}", difference.expected);
        let component = "the composition".to_owned();
        vec![At::from(VirtualizeError::from(DecideError::Generate { component, reason }))]
    };
    let mut wiring = Wiring::of(components, graph).map_err(changed)?;
    let mut list = Vec::new();
    for Made { node, id, adapter, outer, named } in adapters {
        let adapter_node = wiring.adapt(&adapter.instance, adapter.name.clone(), id);
        let internal = |import: &str, difference: Difference| {
            let Difference { expected, found } = difference;
            let found = found.unwrap_or_else(|| "nothing".to_owned());
            let reason = format!("`{import}` should be {expected}, and is {found}");
            let component = adapter.instance.clone();
            vec![At::from(VirtualizeError::from(DecideError::Generate { component, reason }))]
        };
        let fill = |wiring: &mut Wiring<'_>, of: NodeIndex, import: &str, origin: Origin| {
            let filled = wiring.filled(of, import, origin, None).map_err(|difference| internal(import, difference))?;
            wiring.fill(of, import, filled);
            Ok::<_, Vec<At<VirtualizeError>>>(())
        };
        let outer = outer.map(|made| (wiring.adapt(&adapter.instance, made.outer.name.clone(), made.id), made));
        // Imports of the adapters have the original sources of the component's imports.
        let imports = components[id].imports().keys().map(|import| (adapter_node, import, import));
        let of_hosts = outer.iter().flat_map(|(of, made)| made.of_hosts.iter().map(|(import, own)| (*of, import, own)));
        for (of, import, own) in imports.chain(of_hosts) {
            // By another name an import is that of the inner adapter, or of the component where the adapter has none.
            let part = if components[id].imports().contains_key(own) { adapter_node } else { node };
            let hosts = || (import != own).then(|| Origin::Import(part, own.clone(), Vec::new()));
            if let Some(origin) = wiring.filler(node, own).or_else(hosts) {
                fill(&mut wiring, of, import, origin)?;
            }
        }
        let Some(component) = wiring.component(node) else { continue };
        for (export, item) in components[id].exports() {
            #[cfg(test)]
            if lies::is_past(export) {
                continue;
            }
            // An import that only the outer adapter has.
            if !component.imports().contains_key(export) {
                continue;
            }
            // A type of an interface follows that interface.
            let is_another = || named.contains(export) || named_by_another(component, export).is_some();
            if matches!(item.ty, ComponentEntityType::Type { .. }) && is_another() {
                continue;
            }
            let origin = Origin::Export(adapter_node, vec![export.clone()]);
            fill(&mut wiring, node, export, origin)?;
        }
        if let Some((of, made)) = outer {
            let MadeOuter { of_inner, outer, .. } = made;
            let of_inner =
                of_inner.into_iter().map(|(import, export)| (import, Origin::Export(adapter_node, vec![export])));
            let exports =
                outer.exports.iter().map(|export| (export.clone(), Origin::Export(node, vec![export.clone()])));
            // Users of the component's exports use those of the outer adapter, which uses the component's.
            for export in &outer.exports {
                wiring.move_users(node, of, export).map_err(|difference| internal(export, difference))?;
            }
            for (import, origin) in of_inner.chain(exports).collect::<Vec<_>>() {
                fill(&mut wiring, of, &import, origin)?;
            }
        }
        list.push(adapter);
    }
    let linked = |errors: Vec<At<LinkError>>| {
        errors.into_iter().map(|error| error.map(VirtualizeError::from)).collect::<Vec<_>>()
    };
    let mut virtualized = wiring.finish().map_err(linked)?;
    virtualized.name.clone_from(&graph.name);
    virtualized.imported.clone_from(&graph.imported);
    Ok((virtualized, list))
}
