//! The grants of inserted components: those of the component at the edge, so that they gain nothing through it. Inserted components
//! stand within the adapter that this one has: what its grants say of the edge is for the adapters of the inserted components.

use std::collections::BTreeSet;

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::describe::{Grant, Grants, Treatment};
use crate::imports::{Function, Imports, Interface};
use crate::load::Component;
use crate::load::component::implements;
use crate::name::{Pattern, compatible, unqualified};

/// The grants of a component at an edge, for a component that is inserted there.
///
/// A grant that names a label is about the interface that the label has at the edge. It counts for a label of the inserted
/// component only if that implements the same interface, in a compatible version: the author of the component chose the label.
/// What is refused by a label is refused by the interface too, under whatever label the inserted component has it.
pub(super) fn copied(grants: &Grants, at_edge: Option<&Component>, inserted: &Component) -> Grants {
    // The grants may name imports of the component at the edge which the inserted one lacks.
    let mut copied = Grants { allow_missing: true, place: None, ..grants.clone() };
    for label in other_labels(at_edge, inserted) {
        let is_named = copied.grants.iter().any(|grant| names_label(grant, label));
        copied.grants.retain(|grant| !names_label(grant, label));
        if is_named {
            copied.grants.push(grant(Pattern::parse(&format!("{label}#*")), Treatment::Deny));
        }
    }
    let refused: Vec<Grant> = at_edge.into_iter().flat_map(|at_edge| refused_by_label(grants, at_edge)).collect();
    copied.grants.extend(refused);
    copied
}

/// Grants that refuse the interfaces of labels which grants refuse. An interface that the component has by another name as well,
/// which grants do not refuse, is not refused to it.
fn refused_by_label(grants: &Grants, at_edge: &Component) -> Vec<Grant> {
    let labels = at_edge.imports().iter().filter_map(|(label, item)| Some((label.as_str(), implements(label, item)?)));
    let labels: Vec<(&str, String)> = labels.collect();
    let refuses = |of: &&Grant| !matches!(of.treatment, Treatment::Allow | Treatment::Provide);
    let refusals = |label| grants.grants.iter().filter(refuses).filter(move |of| names_label(of, label));
    let function = |of: &Grant| unqualified(of.pattern.as_str()).1.map(str::to_owned);
    // The functions that one label refuses count where each name of the interface refuses them.
    let is_refused_by_all = |interface: &str, of: &Grant| {
        let mut others = labels.iter().filter(|(_, other)| compatible(other, interface));
        let is_covered = |other: &Grant| function(other).is_none_or(|other| Some(other) == function(of));
        others.all(|(label, _)| refusals(*label).any(is_covered))
            && !at_edge.imports().keys().any(|name| compatible(name, interface))
    };
    let refused = labels.iter().flat_map(|(label, interface)| {
        let refused = refusals(*label).filter(|of| is_refused_by_all(interface, of));
        refused.map(move |of| {
            let pattern = function(of).map_or(interface.clone(), |function| format!("{interface}#{function}"));
            Grant { pattern: Pattern::parse(&pattern), ..of.clone() }
        })
    });
    refused.collect()
}

/// Grants that leave imports of the component at an edge to what is inserted there. The adapters of inserted components do what the
/// grants say of these imports, so the adapter of the component at the edge does not do it again.
pub(super) fn left_to_inserted(grants: &Grants, at_edge: &Component, imports: &BTreeSet<&str>) -> Vec<Grant> {
    let all = Imports::of(at_edge);
    let at_edge = all.functions().filter(|(interface, function)| imports.contains(interface.import(function.name)));
    let is_changed = |(interface, function): &(&Interface<'_>, &Function<'_>)| {
        let decisive = grants.decisive(&interface.names(), function.name);
        decisive.is_some_and(|(grant, _)| grant.treatment != Treatment::Allow)
    };
    let allowed = |(interface, function): (&Interface<'_>, &Function<'_>)| {
        grant(Pattern::exact(interface.name, function.name), Treatment::Allow)
    };
    at_edge.filter(is_changed).map(allowed).collect()
}

/// Whether a grant names a label, by its own name and not by that of an interface, nor with everything else.
fn names_label(grant: &Grant, label: &str) -> bool {
    let (name, _) = unqualified(grant.pattern.as_str());
    grant.pattern.is_about(label) && name != "*" && !name.contains(':')
}

fn grant(pattern: Pattern, treatment: Treatment) -> Grant {
    Grant { pattern, treatment, returns: None, place: None }
}

/// The labels of an inserted component that do not implement what the component at the edge has by the same label.
fn other_labels<'c>(at_edge: Option<&Component>, inserted: &'c Component) -> Vec<&'c str> {
    let imports = inserted
        .imports()
        .iter()
        .filter(|(name, item)| !name.contains(':') && matches!(item.ty, ComponentEntityType::Instance(_)));
    let is_other = |(label, item): &(&String, &ComponentItem)| {
        let known = at_edge.and_then(|of| of.imports().get(*label)).map(|item| implements(label, item));
        !match (known, implements(label, item)) {
            (Some(Some(known)), Some(own)) => compatible(&known, &own),
            (Some(None), None) => true,
            _ => false,
        }
    };
    imports.filter(is_other).map(|(label, _)| label.as_str()).collect()
}
