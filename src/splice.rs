//! Inserts components at an edge of a finished composition of any origin: splits it, adds a chain, and composes it
//! again.

use std::collections::{BTreeMap, BTreeSet};

use crate::PhaseError;
use crate::compose::{Composition, compose};
use crate::describe::manifest::{ManifestError, edit};
use crate::describe::{At, Automatic, Description, Edge, Grants, InstanceName, Wire, Wiring};
use crate::load::{Component, decode, free_name};
use crate::name::base;
use crate::split::{Split, describe, split};
use crate::text;
use crate::timings::Timings;
use crate::types::{Side, TypeKey, mentions};

/// A component to insert.
pub struct Link {
    /// Its name, if no other component of the composition has it.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
}

/// The result.
pub struct Spliced {
    /// The composition with the inserted components.
    pub composition: Composition,
    /// The component whose grants the inserted ones have, where it has any.
    pub granted: Option<String>,
    /// The imports that the composition gained.
    pub imports: Vec<String>,
}

/// Inserts components at an edge, which is `COMPONENT/IMPORT` or `export NAME`. The first one fills the import, or is
/// exported. A component that is given several times has an instance for each position. Interfaces that define the
/// resource types of the edge are filled as they are for the component at the edge. Their other imports are the host's,
/// with the grants of that component, so that it gains nothing through them. No other wire changes.
///
/// # Errors
///
/// The composition cannot be split, has no such edge, or a component does not fit there.
pub fn splice(whole: &Component, edge: &str, links: Vec<Link>, timings: &mut Timings) -> Result<Spliced, PhaseError> {
    let Split { mut files, mut manifest, names: instances, .. } = split(whole, true, timings)?;
    let edge = of_manifest(edge, &instances);
    let components = edit::components(&manifest);
    // An interface alone, or a function.
    let is_item = edge.split_once('/').is_none_or(|(first, _)| first.contains(':') && !components.contains_key(first));
    if is_item && !edge.starts_with("export ") {
        let edges = edges(&edge, whole, &describe(&manifest, &files).map_err(PhaseError::unplaced)?);
        return Err(PhaseError::Manifest(vec![At::from(ManifestError::NoEdge { text: edge, edges })]));
    }
    let mut names = components.keys().cloned().collect();
    let mut inserted: Vec<(String, Vec<u8>)> = Vec::new();
    let mut chain: Vec<String> = Vec::new();
    for Link { name, bytes } in links {
        if let Some((name, _)) = inserted.iter().find(|(_, of)| *of == bytes) {
            chain.push(name.clone());
            continue;
        }
        let name = free_name(&name, &names);
        names.insert(name.clone());
        let added = edit::with_component(&manifest, &name, &format!("{name}.wasm"));
        let added = added.map_err(|error| PhaseError::Manifest(vec![At::from(error)]))?;
        manifest = added.unwrap_or(manifest);
        chain.push(name.clone());
        inserted.push((name, bytes));
    }
    let list: Vec<String> = chain.iter().map(|name| text::toml(name)).collect();
    manifest += &format!("\n[chain]\n{} = [{}]\n", text::toml(&edge), list.join(", "));
    let given: Vec<String> = inserted.iter().map(|(name, _)| name.clone()).collect();
    let defining = inserted.iter().map(|(name, bytes)| Ok((name.clone(), defining(name, bytes, &edge)?)));
    let defining = defining.collect::<Result<BTreeMap<_, _>, PhaseError>>()?;
    files.extend(inserted.into_iter().map(|(name, bytes)| (format!("{name}.wasm"), bytes)));
    let mut description = describe(&manifest, &files).map_err(PhaseError::unplaced)?;
    if let Wiring::Automatic(automatic) = &mut description.wiring {
        automatic.chains.iter_mut().for_each(|chain| chain.is_closed = true);
        let chain = automatic.chains.first();
        let at_edge = chain.and_then(|chain| importer(automatic, &chain.edge));
        let wires = chain.into_iter().flat_map(|chain| &chain.links).flat_map(|(link, _)| {
            let imports = defining.get(&link.component);
            let is_same = |wire: &&Wire| at_edge.as_ref() == Some(&wire.importer);
            let wires = automatic.wires.iter().filter(is_same);
            let wires = wires.filter(move |wire| imports.is_some_and(|imports| imports.contains(&wire.import)));
            wires.map(|wire| Wire { importer: link.clone(), ..wire.clone() })
        });
        let wires: Vec<Wire> = wires.collect();
        automatic.wires.extend(wires);
    }
    let granted = at_edge(&description, &components).filter(|name| description.grants.contains_key(name));
    if let Some(grants) = granted.as_ref().and_then(|name| description.grants.get(name)) {
        // The grants may name imports of that component which the inserted ones lack.
        let grants = Grants { allow_missing: true, place: None, ..grants.clone() };
        description.grants.extend(given.into_iter().map(|name| (name, grants.clone())));
    }
    let composition = compose(&description, timings).map_err(PhaseError::unplaced)?;
    let hosts = composition.graph.hosts().map(|(_, host)| host.name.clone());
    let imports = hosts.filter(|name| !whole.imports().contains_key(name)).collect();
    Ok(Spliced { composition, granted, imports })
}

/// The edges at which a name is imported or exported.
fn edges(name: &str, whole: &Component, description: &Description) -> Vec<String> {
    let Wiring::Automatic(automatic) = &description.wiring else { return Vec::new() };
    let wires = automatic.wires.iter().filter(|wire| base(&wire.import) == base(name));
    let wires = wires.map(|wire| format!("{}/{}", wire.importer, wire.import));
    let exports = whole.exports().keys().filter(|export| base(export) == base(name));
    wires.chain(exports.map(|export| format!("export {export}"))).collect()
}

/// The imports of a component that define the resource types of its import at an edge.
fn defining(name: &str, bytes: &[u8], edge: &str) -> Result<BTreeSet<String>, PhaseError> {
    let component = decode(name.to_owned(), format!("{name}.wasm"), bytes.to_vec())?;
    // `COMPONENT/IMPORT`, or `export NAME`.
    let at = edge.strip_prefix("export ").or_else(|| edge.split_once('/').map(|(_, import)| import)).unwrap_or(edge);
    let is_edge = |import: &&String| import.as_str() == at || base(import) == base(at);
    let items = component.imports().iter().filter(|(import, _)| is_edge(import));
    let resources = items.flat_map(|(_, item)| mentions::resources(&component, item.ty));
    let definition = |id| component.definition(TypeKey::Resource(id)).filter(|of| of.side == Side::Import);
    Ok(resources.filter_map(|id| definition(id)?.path.first().cloned()).filter(|import| !is_edge(&import)).collect())
}

/// The instance at an edge: the one with the import, or the one whose export the output has.
fn importer(automatic: &Automatic, edge: &Edge) -> Option<InstanceName> {
    match edge {
        Edge::Import(importer, _) => Some(importer.clone()),
        Edge::Export(name) => {
            let exact = automatic.exports.iter().find(|export| export.name == *name);
            let added = exact.or_else(|| automatic.exports.iter().find(|export| base(&export.name) == name));
            added.map(|export| export.exporter.clone())
        }
    }
}

/// The edge under the manifest's names, which differ from those of instances in compositions of other tools.
fn of_manifest(edge: &str, instances: &BTreeMap<String, String>) -> String {
    let rest = |name: &String| edge.strip_prefix(name.as_str()).filter(|rest| rest.starts_with('/'));
    let instance = instances.keys().filter(|name| rest(name).is_some()).max_by_key(|name| name.len());
    let shown = instance.and_then(|name| Some(format!("{}{}", instances.get(name)?, rest(name)?)));
    shown.unwrap_or_else(|| edge.to_owned())
}

/// The component at the edge: the one with the import, or the one whose export the output has.
fn at_edge(description: &Description, components: &BTreeMap<String, String>) -> Option<String> {
    let Wiring::Automatic(automatic) = &description.wiring else { return None };
    let importer = importer(automatic, &automatic.chains.first()?.edge).map(|of| of.component);
    // The root comes first.
    let name = importer.or_else(|| description.components.first().map(|entry| entry.name.clone()))?;
    components.contains_key(&name).then_some(name)
}
