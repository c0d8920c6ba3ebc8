//! Grants for an import against those for the export that fills it under another name.

use indexmap::IndexMap;
use petgraph::graph::NodeIndex;

use super::VirtualizeError;
use crate::decide::decisions::Decisions;
use crate::describe::{At, Grants, Treatment};
use crate::link::Graph;

/// Errors for imports that stay and are filled by an export of another name which grants deny, at least as specifically
/// as they allow the import.
pub(super) fn denied(
    graph: &Graph,
    node: NodeIndex,
    decisions: &Decisions<'_>,
    grants: &Grants,
) -> Vec<At<VirtualizeError>> {
    let mut found: IndexMap<(&str, String), At<VirtualizeError>> = IndexMap::new();
    let functions =
        decisions.interfaces.iter().flat_map(|of| of.functions.iter().map(|function| (of.interface, function)));
    for (interface, decided) in functions.filter(|(_, of)| of.grant.treatment == Treatment::Allow) {
        let function = decided.function.name;
        let import = interface.import(function);
        let Some((giver, wire)) = graph.argument(node, import).filter(|(giver, _)| graph.host(*giver).is_none()) else {
            continue;
        };
        let closest = grants.decisive(&interface.names(), function).map(|(_, rank)| rank);
        let denial = |(name, function): (&str, &str)| {
            let (grant, rank) = grants.of(name, function)?;
            (grant.treatment != Treatment::Allow && Some(rank) >= closest).then_some(grant)
        };
        let denial = match wire.path.as_slice() {
            [export] if interface.name.is_empty() => denial(("", export)),
            path => path.iter().find_map(|name| denial((name, function))),
        };
        if let Some(grant) = denial {
            let (export, component) = (wire.path.join("#"), decisions.imports.component.name().to_owned());
            let (grant, place) = (grant.pattern.to_string(), grant.place.as_ref());
            let (giver, import) = (graph.subject(giver).to_owned(), import.to_owned());
            let key = (interface.name, export.clone());
            let error = VirtualizeError::DeniedAcross { component, import, giver, export, grant };
            found.entry(key).or_insert_with(|| At::place(error, place));
        }
    }
    found.into_values().collect()
}
