//! What grants name, among the imports of the component that they are for.

use std::collections::BTreeSet;

use super::error::VirtualizeError;
use super::plan::{Plan, Ruling, Said, Unit};
use crate::describe::manifest::nearest;
use crate::describe::{At, Grant, Grants, Treatment};
use crate::load::Component;
use crate::name::Capability;

/// An error for each grant that names nothing which a component imports: a misspelt one would never be honoured.
/// Capabilities are known without a component.
pub fn unknown(component: &Component, grants: &Grants) -> Vec<At<VirtualizeError>> {
    let plan = Plan::new(component, &|_, _| Ruling { treatment: Treatment::Allow, said: Said::Nothing });
    let wrong = |grant: &Grant| {
        let known = known(&plan.units, grant)?;
        let name = grant.pattern.to_string();
        let near = nearest(known.iter().map(String::as_str), &name);
        let error = VirtualizeError::UnknownGrant { component: component.name().to_owned(), name, near, known };
        Some(At::place(error, grant.place.as_ref()))
    };
    grants.grants.iter().filter_map(wrong).collect()
}

/// What a grant could name, in the form in which it was written. `None` where it names something.
fn known(units: &[Unit<'_>], grant: &Grant) -> Option<Vec<String>> {
    let pattern = &grant.pattern;
    let names = |unit: &Unit<'_>| {
        let functions = || unit.functions.iter().map(|function| function.name);
        let named = |function| pattern.rank(unit.name, function).is_some();
        functions().any(named) || (!unit.name.is_empty() && named(""))
    };
    if pattern.capability().is_some() || units.iter().any(names) {
        return None;
    }
    let text = pattern.to_string();
    let (interface, function) = match text.split_once('#') {
        Some((interface, function)) => (interface, Some(function)),
        None => (text.as_str(), None),
    };
    let functions_of = |unit: &Unit<'_>, shown: &str| -> Vec<String> {
        unit.functions.iter().map(|function| format!("{shown}#{}", function.name)).collect()
    };
    if function.is_some() {
        // The interface may be there, without the function.
        let of_it = Grant { pattern: crate::name::Pattern::parse(&format!("{interface}#*")), ..grant.clone() };
        let named =
            units.iter().filter(|unit| unit.functions.iter().any(|f| of_it.pattern.rank(unit.name, f.name).is_some()));
        let functions: BTreeSet<String> = named.flat_map(|unit| functions_of(unit, interface)).collect();
        if !functions.is_empty() {
            return Some(functions.into_iter().collect());
        }
    }
    let suffix = function.map(|function| format!("#{function}")).unwrap_or_default();
    let interfaces = units.iter().filter(|unit| !unit.name.is_empty());
    let mut known: BTreeSet<String> =
        interfaces.map(|unit| format!("{}{suffix}", written_as(unit.name, interface))).collect();
    let world = units.iter().filter(|unit| unit.name.is_empty());
    known.extend(world.flat_map(|unit| unit.functions.iter().map(|function| function.name.to_owned())));
    if !text.contains([':', '#']) {
        known = Capability::names().map(str::to_owned).chain(known).collect();
    }
    Some(known.into_iter().collect())
}

/// An import as `interface` is written: of all of its package, with the version or without.
fn written_as(import: &str, interface: &str) -> String {
    let (base, version) = import.split_once('@').map_or((import, None), |(base, version)| (base, Some(version)));
    let is_all = interface.split_once('@').map_or(interface, |(base, _)| base).ends_with("/*");
    let base = match base.split_once('/') {
        Some((package, _)) if is_all => format!("{package}/*"),
        _ => base.to_owned(),
    };
    match version.filter(|_| interface.contains('@')) {
        Some(version) => format!("{base}@{version}"),
        None => base,
    }
}
