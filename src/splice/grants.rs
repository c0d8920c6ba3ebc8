//! The grants of inserted components: those of the component at the edge, so that they gain nothing through it.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::describe::{Grant, Grants, Treatment};
use crate::load::Component;
use crate::load::component::implements;
use crate::name::{Pattern, compatible, unqualified};

/// The grants of a component at an edge, for a component that is inserted there.
///
/// A grant that names a label is about the interface that the label has at the edge. It counts for a label of the inserted
/// component only if that implements the same interface, in a compatible version: the author of the component chose the label.
/// What is refused by a label is refused by the interface too, under whatever label the inserted component has it.
pub fn copied(grants: &Grants, at_edge: Option<&Component>, inserted: &Component) -> Grants {
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

/// Grants that refuse the interfaces of labels which grants refuse. An interface that the component has by another name as well
/// is not refused to it.
fn refused_by_label(grants: &Grants, at_edge: &Component) -> Vec<Grant> {
    let labels = at_edge.imports().iter().filter_map(|(label, item)| Some((label, implements(label, item)?)));
    let labels: Vec<(&String, String)> = labels.collect();
    let is_single = |interface: &String| {
        let of_labels = labels.iter().filter(|(_, other)| compatible(other, interface)).count();
        of_labels == 1 && !at_edge.imports().keys().any(|name| compatible(name, interface))
    };
    let refused = |(label, interface): &(&String, String)| {
        let refuses = |of: &&Grant| !matches!(of.treatment, Treatment::Allow | Treatment::Provide);
        let of_interface = |of: &Grant| {
            let (_, function) = unqualified(of.pattern.as_str());
            let pattern = function.map_or(interface.clone(), |function| format!("{interface}#{function}"));
            Grant { pattern: Pattern::parse(&pattern), ..of.clone() }
        };
        let of_label = grants.grants.iter().filter(refuses).filter(|of| names_label(of, label));
        of_label.map(of_interface).collect::<Vec<Grant>>()
    };
    labels.iter().filter(|(_, interface)| is_single(interface)).flat_map(refused).collect()
}

/// The grants of a component at an edge, for a component that only passes calls on: the adapter of the component at the edge provides
/// what the grants say, and calls what the composition imports.
pub fn passed_on(grants: &Grants, whole: &Component) -> Grants {
    let is_provided = |treatment: Treatment| treatment == Treatment::Provide;
    let mut passed = Grants { allow_missing: true, place: None, settings: Default::default(), ..grants.clone() };
    passed
        .grants
        .iter_mut()
        .filter(|grant| is_provided(grant.treatment))
        .for_each(|grant| grant.treatment = Treatment::Deny);
    for (import, item) in whole.imports() {
        let ComponentEntityType::Instance(id) = item.ty else { continue };
        let functions = whole.types().get(id).into_iter().flat_map(|ty| &ty.exports);
        let functions = functions.filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)));
        let provided = functions
            .filter(|(function, _)| grants.of(import, function).is_some_and(|(grant, _)| is_provided(grant.treatment)));
        passed.grants.extend(provided.map(|(function, _)| grant(Pattern::exact(import, function), Treatment::Allow)));
    }
    passed
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
