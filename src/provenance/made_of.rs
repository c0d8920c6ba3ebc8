//! Makes the provenance of a composition from its plan.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{mount, provided, quoted, word};
use super::{Granted, Input, Provenance, VERSION};
use indexmap::IndexSet;

use crate::describe::{Grant, Grants, InstanceName, Treatment};
use crate::grants;
use crate::imports::handles::Giver;
use crate::link::Graph;
use crate::load::component::implements;
use crate::load::{Component, ComponentId, Components, Embedded};
use crate::name::{base, qualified};
use crate::text;
use crate::virtualize::{Adapter, Kept};

/// The name of the default in provenance: all functions that no grant names.
pub(crate) const DEFAULT: &str = "*";

/// Makes the provenance of a composition. Components that the output imports are not listed, since the host may provide
/// others of the same type.
pub(crate) fn of(
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
    adapters: &[Adapter],
    kept: &BTreeMap<String, Vec<Kept>>,
) -> Provenance {
    // Each adapter is one component with one instance, and both have one name.
    let generated: BTreeSet<&str> = adapters.iter().flat_map(Adapter::names).collect();
    let order = graph.instantiation_order().unwrap_or_default();
    let instances = order.into_iter().filter_map(|node| graph.instance(node));
    let instances: Vec<_> = instances.filter(|instance| !generated.contains(instance.name.as_str())).collect();
    let (mut seen, mut inputs) = (BTreeSet::new(), Vec::new());
    let mut granted: BTreeMap<&str, Vec<Granted>> = BTreeMap::new();
    let mut named: BTreeMap<ComponentId, Vec<String>> = BTreeMap::new();
    for instance in &instances {
        let own = InstanceName::read(&instance.name).map(|name| name.component);
        if own.is_none_or(|own| own != components[instance.component].name()) {
            named.entry(instance.component).or_default().push(instance.name.clone());
        }
    }
    for instance in instances {
        let component = &components[instance.component];
        if !seen.insert(instance.component) {
            continue;
        }
        if !graph.imported.contains_key(&instance.component) {
            let sha256 = component.source_digest().to_string();
            let instances = named.remove(&instance.component).unwrap_or_default();
            inputs.push(Input { name: component.name().to_owned(), sha256, instances });
        }
        if let Some(grants) = grants.get(component.name()) {
            let is_its = |name: &str| {
                let mut instances = graph.instances().map(|(_, instance)| instance);
                instances.any(|other| other.name == name && components[other.component].name() == component.name())
            };
            let own: Vec<&Adapter> = adapters.iter().filter(|adapter| is_its(&adapter.instance)).collect();
            let kept: Vec<&Kept> = kept.iter().filter(|(name, _)| is_its(name)).flat_map(|(_, kept)| kept).collect();
            let lines = lines(component, grants, &own, &kept, components.embedded());
            granted.insert(component.name(), lines);
        }
    }
    Provenance {
        version: VERSION,
        weld: env!("CARGO_PKG_VERSION").to_owned(),
        components: inputs,
        grants: granted.into_values().flatten().collect(),
    }
}

/// Returns the lines of provenance for the grants of a component, without those on kept functions, and without the
/// functions that trap.
pub(crate) fn granted(component: &Component, grants: &Grants, embedded: &Embedded) -> Vec<Granted> {
    lines(component, grants, &[], &[], embedded)
}

/// Writes the name of a function in provenance. `path` leads from the import to the function.
pub(crate) fn function(path: &[String]) -> String {
    match path {
        [import, names @ ..] if !names.is_empty() => word(&qualified(base(import), &names.join("#"))),
        path => word(&path.join("#")),
    }
}

/// Returns the lines of provenance for a component, ordered by name, with the default last.
fn lines(
    component: &Component,
    grants: &Grants,
    adapters: &[&Adapter],
    kept: &[&Kept],
    embedded: &Embedded,
) -> Vec<Granted> {
    // A setting for something that is not imported gives the component nothing.
    let idle = grants::without_effect(component, grants);
    let given = grants.grants.iter().filter(|grant| !idle.iter().any(|idle| idle.pattern == grant.pattern));
    let by_pattern: BTreeMap<String, &Grant> = given.map(|grant| (grant.pattern.to_string(), grant)).collect();
    let traps = traps(component, grants, adapters);
    let treated = |treatment: Treatment, by: Option<&str>| match traps.get(&by) {
        Some(traps) if treatment == Treatment::Deny => {
            let traps: Vec<String> = traps.iter().cloned().collect();
            format!("{treatment} (traps: {})", some_of(&traps))
        }
        _ => treatment.to_string(),
    };
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for (pattern, grant) in &by_pattern {
        // A pattern `*` is quoted, since it takes precedence over capabilities and is no default.
        let name = if pattern == DEFAULT { quoted(pattern) } else { word(pattern) };
        match (grant.treatment, pattern.as_str()) {
            (Treatment::Provide, "fs") if !grants.settings.mounts.is_empty() => {
                let mounts = &grants.settings.mounts;
                lines.extend(mounts.iter().map(|(path, it)| (format!("fs {}", word(path)), mount(it, embedded))));
            }
            (Treatment::Provide, capability) => {
                lines.insert(name, provided(capability, &grants.settings, embedded));
            }
            (Treatment::Return, _) => {
                let value = word(grant.returns.as_deref().unwrap_or_default());
                lines.insert(name, format!("{} {value}", Treatment::Return));
            }
            (treatment, pattern) => _ = lines.insert(name, treated(treatment, Some(pattern))),
        }
    }
    for Kept { interface, function, resource, giver } in kept.iter().copied() {
        let (what, giving, name) = match giver {
            Giver::Import(giving, name) => ("from", giving, name),
            Giver::Export(giving, name) => ("passed to", giving, name),
        };
        let giver = qualified(base(giving), name);
        let value = format!("kept ({} {what} {})", word(resource), word(&giver));
        // The first of several versions and instances.
        lines.entry(word(&qualified(base(interface), function))).or_insert(value);
    }
    let debug = grants.debug.then(|| ("--debug".to_owned(), "calls are logged to stderr".to_owned()));
    let default = (DEFAULT.to_owned(), treated(grants.default, None));
    let lines = lines.into_iter().chain(debug).chain([default]);
    let granted = |(grant, value)| Granted { component: component.name().to_owned(), grant, value };
    lines.map(granted).collect()
}

/// Returns the functions that trap because their types have no error, by the pattern of the grant that denies them.
/// `None` stands for the default.
fn traps<'g>(
    component: &Component,
    grants: &'g Grants,
    adapters: &[&Adapter],
) -> BTreeMap<Option<&'g str>, IndexSet<String>> {
    let mut traps: BTreeMap<Option<&str>, IndexSet<String>> = BTreeMap::new();
    let refused = adapters.iter().flat_map(|adapter| &adapter.refused);
    for refused in refused.filter(|refused| refused.traps && refused.treatment == Treatment::Deny) {
        let (interface, function) = (&refused.interface, &refused.function);
        let item = component.imports().get(interface);
        let identity = item.and_then(|item| implements(interface, item));
        let names: Vec<&str> = [Some(interface.as_str()), identity.as_deref()].into_iter().flatten().collect();
        let by = match grants.decisive(&names, function) {
            Some((grant, _)) if grant.treatment == Treatment::Deny => Some(grant.pattern.as_str()),
            None => None,
            // The function is refused because others of its interface are provided.
            Some(_) => continue,
        };
        // Several instances and several versions may have the function.
        traps.entry(by).or_default().insert(word(&qualified(base(interface), function)));
    }
    traps
}

/// Joins names in a list, of which only the first are shown.
fn some_of(names: &[String]) -> String {
    let (shown, others) = text::some_of(names);
    let others = (others > 0).then(|| format!("and {others} more"));
    shown.iter().cloned().chain(others).collect::<Vec<_>>().join(", ")
}
