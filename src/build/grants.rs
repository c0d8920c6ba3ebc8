//! What grants name, among the imports of the components that they are for.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::ComponentEntityType;

use crate::describe::manifest::{Manifest, ManifestError, Output, nearest};
use crate::describe::{At, Description};
use crate::load::name::{compatible, split};
use crate::load::{Component, Components};

/// Refuses grants of what no component has: a misspelt one would never be honoured. A target may have another component
/// of that name, so a grant is judged over all outputs that have it; those that are not built may have a use for it.
pub(super) fn check(
    manifest: &Manifest,
    described: &[(&Output, Description)],
    loaded: &[Components],
) -> Result<(), Vec<At<ManifestError>>> {
    // By their places. `None` for those that some output has a meaning for.
    let mut wrong: BTreeMap<usize, Option<At<ManifestError>>> = BTreeMap::new();
    for ((output, _), components) in described.iter().zip(loaded) {
        // Capabilities are known without a component.
        for grant in output.grants.iter().filter(|grant| grant.name.contains(':')) {
            let component = components.named(&grant.component).map(|id| &components[id]);
            let error = component.and_then(|component| {
                let known = unknown(component, &grant.name)?;
                let near = nearest(known.iter().map(String::as_str), &grant.name);
                let (component, name) = (grant.component.clone(), grant.name.clone());
                let error = ManifestError::UnknownGrant { component, name, near, known };
                Some(At::place(error, Some(&grant.place)))
            });
            let entry = wrong.entry(grant.place.start()).or_insert_with(|| error.clone());
            if error.is_none() {
                *entry = None;
            }
        }
    }
    let is_built = |output: &&Output| described.iter().any(|(built, _)| std::ptr::eq(*built, *output));
    for output in manifest.outputs.iter().filter(|output| !is_built(output)) {
        output.grants.iter().for_each(|grant| _ = wrong.remove(&grant.place.start()));
    }
    let errors: Vec<_> = wrong.into_values().flatten().collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// What a grant could name where it names nothing that a component imports. `None` where it does.
fn unknown(component: &Component, name: &str) -> Option<Vec<String>> {
    let (interface, function) = match name.split_once('#') {
        Some((interface, function)) => (interface, Some(function)),
        None => (name, None),
    };
    let imports = || component.imports().keys().filter(|import| split(import).is_some());
    let named: Vec<&String> = imports().filter(|import| is_named(import, interface)).collect();
    match function {
        None if !named.is_empty() => None,
        Some(function) if !named.is_empty() => {
            let functions: BTreeSet<&str> = named.into_iter().flat_map(|import| functions(component, import)).collect();
            let known = || functions.iter().map(|function| format!("{interface}#{function}")).collect();
            (!functions.contains(function)).then(known)
        }
        // In the form in which the grant was written.
        _ => {
            let suffix = function.map(|function| format!("#{function}")).unwrap_or_default();
            let known: BTreeSet<String> =
                imports().map(|import| format!("{}{suffix}", written_as(import, interface))).collect();
            Some(known.into_iter().collect())
        }
    }
}

/// Whether a grant of `interface` is one of an import: `ns:pkg/iface` or `ns:pkg/*`, with a version or without.
fn is_named(import: &str, interface: &str) -> bool {
    let base = |name: &str| name.split_once('@').map_or(name, |(base, _)| base).to_owned();
    let import_base = base(import);
    let is_base = match base(interface).strip_suffix("/*") {
        Some(package) => import_base.split_once('/').is_some_and(|(of, _)| of == package),
        None => import_base == base(interface),
    };
    let is_version = match interface.split_once('@') {
        Some((_, version)) => compatible(import, &format!("{import_base}@{version}")),
        None => true,
    };
    is_base && is_version
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

/// The functions of an interface that a component imports.
fn functions<'c>(component: &'c Component, import: &str) -> Vec<&'c str> {
    let Some(ComponentEntityType::Instance(id)) = component.imports().get(import).map(|item| item.ty) else {
        return Vec::new();
    };
    let exports = component.types().get(id).into_iter().flat_map(|instance| &instance.exports);
    exports.filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_))).map(|(name, _)| name.as_str()).collect()
}
