//! Inserts components at an edge of a finished composition of any origin: splits it, adds a chain, and composes it
//! again.

mod error;
mod grants;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::PhaseError;
use crate::compose::{Composition, compose};
use crate::describe::edge::{EXPORT, below, parts};
use crate::describe::manifest::wiring::{self, Components};
use crate::describe::manifest::{ManifestError, edit};
use crate::describe::{
    At, Automatic, Chain, Description, Edge, Export, From, Grants, InstanceName, Place, Treatment, Wire, Wiring,
};
use crate::encode::output::Output;
use crate::inspect::inspect;
use crate::inspect::model::Instance;
use crate::link::matching::Items;
use crate::load::component::interface;
use crate::load::digest::Digest;
use crate::load::{Component, decode, free_name};
use crate::name::base;
use crate::split::{Split, describe, is_in_order, parted};
use crate::swap::{self, Swap};
use crate::text;
use crate::timings::Timings;
use crate::types::{Side, TypeKey, mentions};
use error::SpliceError;
use grants::AtEdge;

/// A component to insert.
pub(crate) struct Link {
    /// Its name, if no other component of the composition has it.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
}

/// The result.
pub(crate) struct Spliced {
    /// The composition with the inserted components.
    pub composition: Composition,
    /// The components whose grants the inserted ones have.
    pub granted: Vec<String>,
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
pub(crate) fn splice(
    whole: &Component,
    edge: &str,
    links: Vec<Link>,
    timings: &mut Timings,
) -> Result<Spliced, PhaseError> {
    if let Some(nested) = Nested::of(whole, edge)? {
        return nested.splice(whole, links, timings);
    }
    let split = parted(whole, timings)?;
    let text = of_manifest(edge, &split.names);
    let description = describe(&split.manifest, &split.files).map_err(PhaseError::unplaced)?;
    let edge = wiring::edge(&text, &Components::new(&description.components)).map_err(|error| {
        let edges = || edges(&text, whole, &description).iter().map(Edge::to_string).collect();
        let is_item = is_item(&text);
        let error = if is_item { ManifestError::NoEdge { text: text.clone(), edges: edges() } } else { error };
        PhaseError::Manifest(vec![At::from(error)])
    })?;
    let (position, allowed, wires) = (Position::Between, Vec::new(), Vec::new());
    let insertion = Insertion { edges: vec![edge], position, links, allowed, wires };
    insert(whole, split, vec![insertion], &|_| Ok(()), timings)
}

/// A nested composition with an edge.
pub(crate) struct Nested {
    /// The instance, by its name in the composition around it.
    pub path: String,
    pub component: Component,
    /// The edge, by the names in it.
    pub edge: String,
}

impl Nested {
    /// The instance of a composition that contains the one which an edge names by its path. `None` where that is an instance of
    /// the composition itself.
    ///
    /// # Errors
    ///
    /// It cannot stand alone.
    pub(crate) fn of(whole: &Component, edge: &str) -> Result<Option<Nested>, PhaseError> {
        if edge.starts_with(EXPORT) {
            return Ok(None);
        }
        let inspection = inspect(whole)?;
        let inner = |path: &str| below(edge, path);
        let named = inspection.instances.iter().enumerate().skip(1).filter(|(_, of)| inner(&of.path).is_some());
        let named: Vec<(usize, &Instance)> = named.collect();
        // Whoever made a nested composition named what is in it.
        let has_import = |(_, of): &&(usize, &Instance)| {
            let import = inner(&of.path).unwrap_or_default();
            of.imports.iter().any(|wire| wire.name == import || base(&wire.name) == import)
        };
        let meant: Vec<&(usize, &Instance)> = named.iter().filter(has_import).collect();
        if let [(_, one), (_, other), ..] = meant.as_slice() {
            let (edge, [one, other]) = (edge.to_owned(), [one, other].map(|of| of.path.clone()));
            return Err(PhaseError::Finished(Box::new(SpliceError::Ambiguous { edge, one, other })));
        }
        let named = meant.first().copied().or_else(|| named.iter().max_by_key(|(_, of)| of.path.len())).copied();
        let within = |index: &usize| inspection.instances.get(*index)?.within.filter(|index| *index > 0);
        let outer = named.and_then(|(index, _)| std::iter::successors(within(&index), within).last());
        let outer = outer.and_then(|index| inspection.instances.get(index));
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
pub(crate) enum Position {
    /// Between the two ends of an edge.
    Between,
    /// In the place of what fills the import, which is left out where nothing else uses it.
    End,
}

/// Components for edges of one instance, by the manifest's names. Where there are several edges, an instance of each component
/// is at all of them.
pub(crate) struct Insertion {
    pub edges: Vec<Edge>,
    pub position: Position,
    pub links: Vec<Link>,
    /// What the components are allowed beside what the one at the edge is, where it has any grants.
    pub allowed: Vec<String>,
    /// The imports of the first component that are filled by exports of others that are inserted: the number of the insertion, whose
    /// first component is meant, and the export.
    pub wires: Vec<(String, usize, String)>,
}

/// An [`Insertion`] whose components have names in the manifest.
struct Placed {
    edges: Vec<Edge>,
    position: Position,
    allowed: Vec<String>,
    wires: Vec<(String, usize, String)>,
    /// Each component once.
    components: Vec<Component>,
    /// The names of the components, in the order of the chain.
    chain: Vec<String>,
}

impl Placed {
    /// The imports at which it is.
    fn imports(&self) -> impl Iterator<Item = &str> {
        self.edges.iter().filter_map(|edge| match edge {
            Edge::Import(_, import) => Some(import.as_str()),
            Edge::Export(_) => None,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.components.iter().any(|of| of.name() == name)
    }

    /// The first instance of it, and where it is named.
    fn first(&self, automatic: &Automatic) -> Option<(InstanceName, Place)> {
        let (link, place) = self.chain_of(automatic)?.links.first()?;
        Some((link.clone(), place.clone()))
    }

    /// The first chain of it.
    fn chain_of<'a>(&self, automatic: &'a Automatic) -> Option<&'a Chain> {
        automatic.chains.iter().find(|chain| chain.links.iter().any(|(link, _)| self.has(&link.component)))
    }
}

/// Inserts components at edges. `adjust` changes the wiring of the manifest before they are there.
///
/// # Errors
///
/// As of [`splice`].
pub(crate) fn insert(
    whole: &Component,
    Split { mut files, mut manifest, created, labels, .. }: Split,
    insertions: Vec<Insertion>,
    adjust: &dyn Fn(&mut Description) -> Result<(), PhaseError>,
    timings: &mut Timings,
) -> Result<Spliced, PhaseError> {
    let components = edit::components(&manifest);
    let mut names: BTreeSet<String> = components.keys().cloned().collect();
    let mut placed = Vec::new();
    for Insertion { edges, position, links, allowed, wires } in insertions {
        let (components, chain) = (Vec::new(), Vec::new());
        let mut of = Placed { edges, position, allowed, wires, components, chain };
        let last = links.len().saturating_sub(1);
        for (index, Link { name, bytes }) in links.into_iter().enumerate() {
            // The last link is a component of its own, since its grants are those of the edge.
            let known = of.components.iter().find(|known| files.get(known.file()) == Some(&bytes));
            if let Some(known) = known.filter(|_| index < last) {
                of.chain.push(known.name().to_owned());
                continue;
            }
            let name = free_name(&name, &names);
            let file = format!("{name}.wasm");
            names.insert(name.clone());
            let added = edit::with_component(&manifest, &name, &file);
            let added = added.map_err(|error| PhaseError::Manifest(vec![At::from(error)]))?;
            manifest = added.unwrap_or(manifest);
            of.chain.push(name.clone());
            of.components.push(decode(name, file.clone(), bytes.clone())?);
            files.insert(file, bytes);
        }
        placed.push(of);
    }
    if !placed.is_empty() {
        manifest += "\n[chain]\n";
    }
    for Placed { edges, chain, .. } in &placed {
        let list: Vec<String> = chain.iter().map(|name| text::toml(name)).collect();
        manifest
            .extend(edges.iter().map(|edge| format!("{} = [{}]\n", text::toml(&edge.to_string()), list.join(", "))));
    }
    let mut description = describe(&manifest, &files).map_err(PhaseError::unplaced)?;
    adjust(&mut description)?;
    if let Wiring::Automatic(automatic) = &mut description.wiring {
        automatic.chains.iter_mut().for_each(|chain| chain.is_closed = true);
        automatic.labels = labels;
        for of in &placed {
            join(automatic, of);
            connect(automatic, of, &placed);
        }
    }
    let granted = share_grants(&mut description, &components, &files, &placed)?;
    if let Wiring::Automatic(automatic) = &mut description.wiring {
        end(automatic, &placed);
    }
    let composition = compose(&description, timings).map_err(PhaseError::unplaced)?;
    let hosts = composition.graph.hosts().map(|(_, host)| host.name.clone());
    let imports = hosts.filter(|name| !whole.imports().contains_key(name)).collect();
    let has_same_order = is_in_order(&created, &composition);
    Ok(Spliced { composition, granted, imports, has_same_order })
}

/// Gives inserted components what the components at their edges may use, and returns the names of these.
fn share_grants(
    description: &mut Description,
    components: &BTreeMap<String, String>,
    files: &BTreeMap<String, Vec<u8>>,
    placed: &[Placed],
) -> Result<Vec<String>, PhaseError> {
    if description.grants.is_empty() {
        return Ok(Vec::new());
    }
    let (mut shared, mut granted) = (description.grants.clone(), Vec::new());
    for of in placed {
        let Some(instance) = at_edge(description, components, of) else {
            // Nobody knows what a component at another place may use.
            let names = of.components.iter().map(|of| of.name().to_owned());
            shared.extend(names.map(|name| (name, Grants::all(Treatment::Deny))));
            continue;
        };
        let name = &instance.component;
        let Some((grants, file)) = description.grants.get(name).zip(components.get(name)) else { continue };
        let bytes = files.get(file).cloned().unwrap_or_default();
        let component = decode(name.clone(), file.clone(), bytes)?;
        let edges = of.imports().flat_map(|import| Items(component.imports()).meant(import));
        let edges = edges.map(String::as_str).collect();
        let exports = exports_at(description, of, &component);
        let at_edge = AtEdge::new((&component, grants), edges, of_host(description, &instance));
        for inserted in &of.components {
            let is_first = of.chain.first().is_some_and(|first| first == inserted.name());
            // What the chain at an export continues with is another component.
            let behind = exports.iter().filter_map(|(name, interface)| Items(inserted.imports()).best(name, interface));
            let wired = of.wires.iter().filter(|_| is_first).map(|(import, ..)| import.as_str());
            let filled = wired.chain(behind.map(String::as_str)).collect();
            let is_last = of.chain.last().is_some_and(|last| last == inserted.name());
            let same = defining(inserted, &of.edges);
            let mut grants = at_edge.for_inserted(inserted, is_last, &filled, &same);
            grants::allow(&mut grants, &of.allowed);
            shared.insert(inserted.name().to_owned(), grants);
        }
        let left = at_edge.left_to_inserted();
        if !left.is_empty() {
            only_instances(description, name, placed)?;
            shared.entry(name.clone()).and_modify(|grants| grants.grants.extend(left));
        }
        granted.push(name.clone());
    }
    description.grants = shared;
    Ok(granted)
}

/// The exports of the component at an edge that are edges, each with its interface.
fn exports_at<'c>(description: &Description, placed: &Placed, component: &'c Component) -> Vec<(&'c str, String)> {
    let Wiring::Automatic(automatic) = &description.wiring else { return Vec::new() };
    let named = placed.edges.iter().filter(|edge| matches!(edge, Edge::Export(_))).map(Edge::name);
    let own = named.map(|name| added(automatic, name).and_then(|added| added.export.as_deref()).unwrap_or(name));
    let exports = own.flat_map(|name| Items(component.exports()).meant(name));
    let exports = exports.filter_map(|name| component.exports().get_key_value(name));
    exports.map(|(name, item)| (name.as_str(), interface(name, item))).collect()
}

/// The export of the output that a name means, if the root does not have it by itself.
fn added<'a>(automatic: &'a Automatic, name: &str) -> Option<&'a Export> {
    let exact = automatic.exports.iter().find(|export| export.name == *name);
    exact.or_else(|| automatic.exports.iter().find(|export| base(&export.name) == name))
}

/// The imports of an instance that the host fills.
fn of_host<'d>(description: &'d Description, instance: &InstanceName) -> BTreeSet<&'d str> {
    let Wiring::Automatic(automatic) = &description.wiring else { return BTreeSet::new() };
    let is_of_host = |wire: &&Wire| wire.importer == *instance && matches!(wire.from, From::Host);
    automatic.wires.iter().filter(is_of_host).map(|wire| wire.import.as_str()).collect()
}

/// Checks that something is inserted at the same imports of all instances of a component: its grants are those of all.
fn only_instances(description: &Description, name: &str, placed: &[Placed]) -> Result<(), PhaseError> {
    let Wiring::Automatic(automatic) = &description.wiring else { return Ok(()) };
    let edges = placed.iter().flat_map(|of| &of.edges);
    let edges = edges.filter_map(|edge| match edge {
        Edge::Import(instance, import) if instance.component == name => Some((instance, import)),
        _ => None,
    });
    let edges: BTreeSet<(&InstanceName, &String)> = edges.collect();
    let instances = automatic.wires.iter().map(|wire| &wire.importer).filter(|instance| instance.component == name);
    let instances: BTreeSet<&InstanceName> = instances.collect();
    for (instance, import) in &edges {
        let other = instances.iter().find(|other| !edges.contains(&(**other, *import)));
        if let Some(other) = other {
            let (instance, other, import) = (instance.to_string(), other.to_string(), (*import).clone());
            return Err(PhaseError::Finished(Box::new(SpliceError::Shared { instance, other, import })));
        }
    }
    Ok(())
}

/// Fills imports of inserted components by exports of others.
fn connect(automatic: &mut Automatic, of: &Placed, all: &[Placed]) {
    let Some((importer, place)) = of.first(automatic) else { return };
    for (import, number, export) in &of.wires {
        let Some((exporter, _)) = all.get(*number).and_then(|other| other.first(automatic)) else { continue };
        let from = From::Export { exporter, export: Some(export.clone()), place: place.clone() };
        automatic.wires.push(Wire { importer: importer.clone(), import: import.clone(), from, place: place.clone() });
    }
}

/// Has one instance of each component stand at all edges, and fills what defines the resource types of these as it is filled for
/// the instance at the edges.
fn join(automatic: &mut Automatic, placed: &Placed) {
    if placed.edges.len() > 1 {
        let links = automatic.chains.iter_mut().flat_map(|chain| &mut chain.links);
        links.filter(|(link, _)| placed.has(&link.component)).for_each(|(link, _)| link.number = 0);
    }
    let Some(chain) = placed.chain_of(automatic) else { return };
    let at_edge = importer(automatic, &chain.edge);
    let wires = chain.links.iter().flat_map(|(link, _)| {
        let component = placed.components.iter().find(|of| of.name() == link.component);
        let imports = component.map(|component| defining(component, &placed.edges)).unwrap_or_default();
        let is_same = |wire: &&Wire| at_edge.as_ref() == Some(&wire.importer);
        let wires = automatic.wires.iter().filter(is_same).filter(move |wire| imports.contains(&wire.import));
        wires.map(|wire| Wire { importer: link.clone(), ..wire.clone() })
    });
    let wires: Vec<Wire> = wires.collect();
    automatic.wires.extend(wires);
}

/// Whether a text that names no edge is that of an interface alone, or of a function.
fn is_item(text: &str) -> bool {
    let (first, interface) = parts(text);
    !text.starts_with(EXPORT) && (interface.is_none() || first.contains(':'))
}

/// The edges at which a name is imported or exported.
fn edges(name: &str, whole: &Component, description: &Description) -> Vec<Edge> {
    let Wiring::Automatic(automatic) = &description.wiring else { return Vec::new() };
    let wires = automatic.wires.iter().filter(|wire| base(&wire.import) == base(name));
    let wires = wires.map(|wire| Edge::Import(wire.importer.clone(), wire.import.clone()));
    let exports = whole.exports().keys().filter(|export| base(export) == base(name));
    wires.chain(exports.map(|export| Edge::Export(export.clone()))).collect()
}

/// Has the links of chains fill the edges by themselves, with nothing behind them but what fills their imports of these edges, and
/// the host.
fn end(automatic: &mut Automatic, placed: &[Placed]) {
    let is_end = |chain: &Chain| {
        let mut ends = placed.iter().filter(|of| of.position == Position::End);
        ends.any(|of| chain.links.iter().any(|(link, _)| of.has(&link.component)))
    };
    let (ends, others) = std::mem::take(&mut automatic.chains).into_iter().partition(is_end);
    let ends: Vec<Chain> = ends;
    automatic.chains = others;
    automatic.allow_unused |= !ends.is_empty();
    for Chain { edge, place, links, .. } in ends {
        let (Edge::Import(importer, import), Some((link, _))) = (edge, links.into_iter().next()) else { continue };
        let (before, others) = std::mem::take(&mut automatic.wires)
            .into_iter()
            .partition(|wire: &Wire| wire.importer == importer && wire.import == import);
        automatic.wires = others;
        let before: Vec<Wire> = before;
        let component = placed.iter().flat_map(|of| &of.components).find(|of| of.name() == link.component);
        let imports = component.into_iter().flat_map(|of| of.imports().keys());
        for own in imports {
            let is_it = |wire: &Wire| wire.importer == link && wire.import == *own;
            let filled = before.iter().find(|_| *own == import);
            if automatic.wires.iter().any(is_it) && filled.is_none() {
                continue;
            }
            automatic.wires.retain(|wire| !is_it(wire));
            let from = filled.map_or(From::Host, |wire| wire.from.clone());
            automatic.wires.push(Wire { importer: link.clone(), import: own.clone(), from, place: place.clone() });
        }
        let from = From::Export { exporter: link, export: None, place: place.clone() };
        automatic.wires.push(Wire { importer, import, from, place });
    }
}

/// The imports of a component that define the resource types of its imports at edges.
fn defining(component: &Component, edges: &[Edge]) -> BTreeSet<String> {
    let is_edge = |import: &&String| edges.iter().map(Edge::name).any(|at| *import == at || base(import) == base(at));
    let items = component.imports().iter().filter(|(import, _)| is_edge(import));
    let resources = items.flat_map(|(_, item)| mentions::resources(component, item.ty));
    let definition = |id| component.definition(TypeKey::Resource(id)).filter(|of| of.side == Side::Import);
    resources.filter_map(|id| definition(id)?.path.first().cloned()).filter(|import| !is_edge(&import)).collect()
}

/// The instance at an edge: the one with the import, or the one whose export the output has.
fn importer(automatic: &Automatic, edge: &Edge) -> Option<InstanceName> {
    match edge {
        Edge::Import(importer, _) => Some(importer.clone()),
        Edge::Export(name) => added(automatic, name).map(|export| export.exporter.clone()),
    }
}

/// The edge under the manifest's names, which differ from those of instances in compositions of other tools.
pub(crate) fn of_manifest(edge: &str, instances: &BTreeMap<String, String>) -> String {
    let named = instances.iter().filter_map(|(name, own)| Some((name, own, below(edge, name)?)));
    let longest = named.max_by_key(|(name, ..)| name.len());
    let shown = longest.map(|(_, own, rest)| format!("{own}/{rest}"));
    shown.unwrap_or_else(|| edge.to_owned())
}

/// The instance at the edge: the one with the import, or the one whose export the output has.
fn at_edge(description: &Description, components: &BTreeMap<String, String>, placed: &Placed) -> Option<InstanceName> {
    let Wiring::Automatic(automatic) = &description.wiring else { return None };
    let importer = importer(automatic, &placed.chain_of(automatic)?.edge);
    // The root comes first.
    let root = || Some(InstanceName { component: description.components.first()?.name.clone(), number: 0 });
    importer.or_else(root).filter(|instance| components.contains_key(&instance.component))
}
