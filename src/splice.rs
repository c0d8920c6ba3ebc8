//! Inserts components at an edge of a finished composition of any origin: splits it, adds a chain, and composes it
//! again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::PhaseError;
use crate::compose::{Composition, compose};
use crate::describe::manifest::{ManifestError, edit};
use crate::describe::{At, Automatic, Chain, Description, Edge, From, Grants, InstanceName, Wire, Wiring};
use crate::encode::output::Output;
use crate::inspect::inspect;
use crate::load::digest::Digest;
use crate::load::{Component, decode, free_name};
use crate::name::base;
use crate::split::{Split, alone, describe, is_composed, is_in_order, split};
use crate::swap::{self, Swap};
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
    /// Whether the instances that were there are created in the same order as before, in which their start functions run.
    pub has_same_order: bool,
}

/// Inserts components at an edge of a composition, or of a component alone: `COMPONENT/IMPORT`, with the path of a nested
/// component, or `export NAME`. The first one fills the import, or is exported. A component that is given several times has
/// an instance for each position. Interfaces that define the resource types of the edge are filled as they are for the
/// component at the edge. Their other imports are the host's, with the grants of that component, so that it gains nothing
/// through them. No other wire changes.
///
/// # Errors
///
/// The composition cannot be split, has no such edge, or a component does not fit there.
pub fn splice(whole: &Component, edge: &str, links: Vec<Link>, timings: &mut Timings) -> Result<Spliced, PhaseError> {
    if let Some(nested) = Nested::of(whole, edge)? {
        return nested.splice(whole, links, timings);
    }
    let split = if is_composed(whole)? { split(whole, true, timings)? } else { alone(whole) };
    let edge = of_manifest(edge, &split.names);
    let components = edit::components(&split.manifest);
    // An interface alone, or a function.
    let is_item = edge.split_once('/').is_none_or(|(first, _)| first.contains(':') && !components.contains_key(first));
    if is_item && !edge.starts_with("export ") {
        let edges = edges(&edge, whole, &describe(&split.manifest, &split.files).map_err(PhaseError::unplaced)?);
        return Err(PhaseError::Manifest(vec![At::from(ManifestError::NoEdge { text: edge, edges })]));
    }
    insert(whole, split, (&[edge], Position::Between), links, &|_| Ok(()), timings)
}

/// A nested composition with an edge.
struct Nested {
    /// Its path.
    path: String,
    component: Component,
    /// The edge, by the names in it.
    edge: String,
}

impl Nested {
    /// The composition around the instance that an edge names by its path. `None` where that is the outermost one.
    fn of(whole: &Component, edge: &str) -> Result<Option<Nested>, PhaseError> {
        let inspection = inspect(whole)?;
        let inner = |path: &str| edge.strip_prefix(path).and_then(|rest| rest.strip_prefix('/'));
        let named = inspection.instances.iter().skip(1).filter(|of| inner(&of.path).is_some());
        let within = named.max_by_key(|of| of.path.len()).and_then(|of| of.within).filter(|index| *index > 0);
        let outer = within.and_then(|index| inspection.instances.get(index));
        let found = outer.and_then(|of| Some((of, inspection.components.get(of.component?)?, inner(&of.path)?)));
        let Some((outer, nested, edge)) = found else { return Ok(None) };
        let component = swap::alone(whole, nested, &outer.path)?;
        Ok(Some(Nested { path: outer.path.clone(), component, edge: edge.to_owned() }))
    }

    /// Inserts components in it, and puts the result in its place. It imports what it did before. The composition is the
    /// nested one, with the bytes of the whole.
    fn splice(self, whole: &Component, links: Vec<Link>, timings: &mut Timings) -> Result<Spliced, PhaseError> {
        let Nested { path, component, edge } = self;
        let mut spliced = splice(&component, &edge, links, timings)?;
        let bytes = spliced.composition.bytes().to_vec();
        let digest = Digest::of(&bytes);
        let component = decode(component.name().to_owned(), component.file().to_owned(), bytes)?;
        // The result is validated, and compared with what it was.
        let (bytes, _) = swap::swap(whole, &[Swap { name: path, component, digest }])?;
        let mut output = Output::default();
        output.add(bytes);
        spliced.composition.output = Arc::new(output);
        Ok(spliced)
    }
}

/// Where inserted components are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Between the two ends of an edge.
    Between,
    /// In the place of what fills the import, which is left out where nothing else uses it.
    End,
}

/// Inserts components at edges of one instance, by the manifest's names. Where there are several edges, an instance of each
/// component is at all of them. `grant` adds to the grants that inserted components have, where they have any.
///
/// # Errors
///
/// As of [`splice`].
pub fn insert(
    whole: &Component,
    Split { mut files, mut manifest, created, .. }: Split,
    (edges, position): (&[String], Position),
    links: Vec<Link>,
    grant: &dyn Fn(&mut Grants) -> Result<(), PhaseError>,
    timings: &mut Timings,
) -> Result<Spliced, PhaseError> {
    let components = edit::components(&manifest);
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
    manifest += "\n[chain]\n";
    manifest.extend(edges.iter().map(|edge| format!("{} = [{}]\n", text::toml(edge), list.join(", "))));
    let given: Vec<String> = inserted.iter().map(|(name, _)| name.clone()).collect();
    let mut imports: BTreeMap<InstanceName, BTreeSet<String>> = BTreeMap::new();
    for (name, bytes) in &inserted {
        let component = decode(name.clone(), format!("{name}.wasm"), bytes.clone())?;
        let instance = InstanceName { component: name.clone(), number: 0 };
        imports.insert(instance, component.imports().keys().cloned().collect());
    }
    let defining = inserted.iter().map(|(name, bytes)| Ok((name.clone(), defining(name, bytes, edges)?)));
    let defining = defining.collect::<Result<BTreeMap<_, _>, PhaseError>>()?;
    files.extend(inserted.into_iter().map(|(name, bytes)| (format!("{name}.wasm"), bytes)));
    let mut description = describe(&manifest, &files).map_err(PhaseError::unplaced)?;
    if let Wiring::Automatic(automatic) = &mut description.wiring {
        automatic.chains.iter_mut().for_each(|chain| chain.is_closed = true);
        if edges.len() > 1 {
            let links = automatic.chains.iter_mut().flat_map(|chain| &mut chain.links);
            links.for_each(|(link, _)| link.number = 0);
        }
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
        let mut grants = Grants { allow_missing: true, place: None, ..grants.clone() };
        grant(&mut grants)?;
        description.grants.extend(given.into_iter().map(|name| (name, grants.clone())));
    }
    if let (Wiring::Automatic(automatic), Position::End) = (&mut description.wiring, position) {
        end(automatic, &imports);
    }
    let composition = compose(&description, timings).map_err(PhaseError::unplaced)?;
    let hosts = composition.graph.hosts().map(|(_, host)| host.name.clone());
    let imports = hosts.filter(|name| !whole.imports().contains_key(name)).collect();
    let has_same_order = is_in_order(&created, &composition);
    Ok(Spliced { composition, granted, imports, has_same_order })
}

/// The edges at which a name is imported or exported.
fn edges(name: &str, whole: &Component, description: &Description) -> Vec<String> {
    let Wiring::Automatic(automatic) = &description.wiring else { return Vec::new() };
    let wires = automatic.wires.iter().filter(|wire| base(&wire.import) == base(name));
    let wires = wires.map(|wire| format!("{}/{}", wire.importer, wire.import));
    let exports = whole.exports().keys().filter(|export| base(export) == base(name));
    wires.chain(exports.map(|export| format!("export {export}"))).collect()
}

/// Has the links of chains fill the edges by themselves, with nothing behind them but the host.
fn end(automatic: &mut Automatic, imports: &BTreeMap<InstanceName, BTreeSet<String>>) {
    automatic.allow_unused = true;
    for Chain { edge, place, links, .. } in std::mem::take(&mut automatic.chains) {
        let (Edge::Import(importer, import), Some((link, _))) = (edge, links.into_iter().next()) else { continue };
        automatic.wires.retain(|wire| !(wire.importer == importer && wire.import == import));
        let hosts = imports.get(&link).into_iter().flatten();
        for import in hosts {
            let is_it = |wire: &Wire| wire.importer == link && wire.import == *import;
            if !automatic.wires.iter().any(is_it) {
                let (importer, import) = (link.clone(), import.clone());
                automatic.wires.push(Wire { importer, import, from: From::Host, place: place.clone() });
            }
        }
        let from = From::Export { exporter: link, export: None, place: place.clone() };
        automatic.wires.push(Wire { importer, import, from, place });
    }
}

/// The imports of a component that define the resource types of its imports at edges.
fn defining(name: &str, bytes: &[u8], edges: &[String]) -> Result<BTreeSet<String>, PhaseError> {
    let component = decode(name.to_owned(), format!("{name}.wasm"), bytes.to_vec())?;
    // `COMPONENT/IMPORT`, or `export NAME`.
    let at = |edge: &'_ String| {
        let import = edge.strip_prefix("export ").or_else(|| edge.split_once('/').map(|(_, import)| import));
        import.unwrap_or(edge).to_owned()
    };
    let all: Vec<String> = edges.iter().map(at).collect();
    let is_edge = |import: &&String| all.iter().any(|at| import.as_str() == at || base(import) == base(at));
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
pub fn of_manifest(edge: &str, instances: &BTreeMap<String, String>) -> String {
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
