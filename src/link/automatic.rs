//! Wiring by name: the imports of the root are filled from exports of the other components, theirs from each other's.
//! Decisions of the user take precedence.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::alternatives;
use super::error::{Instead, LinkError};
use super::matching::{self, Items, Match, is_same_import};
use super::origin::{Filled, Origin};
use super::rivals::Rivals;
use super::wiring::{Wiring, named_by_another};
use crate::describe::{At, Automatic, Chain, Description, Edge, Entry, Export, From, InstanceName, Place};
use crate::limits;
use crate::load::component::interface;
use crate::load::{Component, ComponentId, Components};
use crate::name::{base, compatible};
use crate::types::compare;

/// The number of exports that an error compares with an import whose wire does not fit.
const EXPORTS: usize = 1000;

/// Wires all instances that the root and the additional exports of the output need.
///
/// # Errors
///
/// All errors, in a fixed order.
pub(super) fn wire<'a>(
    components: &'a Components,
    description: &Description,
    automatic: &Automatic,
) -> Result<Wiring<'a>, Vec<At<LinkError>>> {
    let mut matches = Matches::new(components, description);
    matches.decide(automatic);
    matches.chain_imports(automatic);
    matches.check_errors()?;
    let mut exports = matches.exports(automatic);
    matches.chain_exports(automatic, &mut exports);
    matches.check_errors()?;
    matches.close_chains(automatic);
    let root = Key { component: components.root(), number: 0 };
    matches.reach(root);
    exports.iter().for_each(|export| matches.reach(export.key));
    matches.check_ends();
    matches.check_errors()?;
    if matches.visited.len() > limits::COMPOSED {
        return Err(vec![LinkError::TooManyInstances { limit: limits::COMPOSED }.into()]);
    }
    matches.check_used(automatic)?;
    // An interface that stays with the host may make further interfaces stay, whose types it uses.
    loop {
        let (mut wiring, keys) = matches.wiring(&exports);
        wiring.keep_labels(&automatic.labels);
        let left = wiring.types_for_the_host();
        if left.is_empty() {
            return Ok(wiring);
        }
        for (node, import) in left {
            let key = keys.get(&node).copied();
            matches.filled.retain(|(importer, filled), _| Some(*importer) != key || *filled != import);
        }
        matches.keep_needed(root, &exports);
    }
}

/// The key of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    component: ComponentId,
    number: u32,
}

/// The source of an import.
struct Found {
    exporter: Key,
    export: String,
    /// The other components that could fill the import, with their exports, if only names decide.
    others: Vec<(ComponentId, String)>,
    resources: Vec<crate::types::compare::ResourcePair>,
    place: Option<Place>,
}

/// The end of a chain at an import: the last link is filled as that import would be.
struct End<'a> {
    importer: Key,
    import: &'a str,
    last: Last<'a>,
}

/// The last link of a chain.
struct Last<'a> {
    link: Key,
    /// Its import that what filled the edge before fills.
    import: &'a str,
    place: Place,
}

/// An export of the output.
struct Exported {
    name: String,
    key: Key,
    export: String,
    place: Option<Place>,
}

/// A decision of the user about an import.
#[derive(Clone)]
struct Decision {
    /// The place of the import in the user's text.
    import: Place,
    from: Filler,
}

/// The source that a decision names.
#[derive(Clone)]
enum Filler {
    Host,
    /// An export, with its place in the user's text.
    Export(Key, String, Place),
    /// The source that names select. The decision only adds a chain in front of it.
    Names,
}

impl Filler {
    fn is_same(&self, other: &Filler) -> bool {
        match (self, other) {
            (Filler::Host, Filler::Host) | (Filler::Names, Filler::Names) => true,
            (Filler::Export(key, export, _), Filler::Export(other, name, _)) => (key, export) == (other, name),
            _ => false,
        }
    }
}

/// The sources of the imports of all reached instances.
struct Matches<'a> {
    components: &'a Components,
    /// The components whose exports fill imports: all except the root.
    exporters: Vec<ComponentId>,
    exports: matching::Exports<'a>,
    /// The place of each component in the user's text.
    places: BTreeMap<&'a str, Place>,
    decided: BTreeMap<(Key, &'a str), Decision>,
    /// The components that are links of chains, with the interfaces of those chains. Only the chains decide which
    /// imports of these interfaces they fill.
    links: BTreeMap<ComponentId, BTreeSet<String>>,
    /// The last links of chains at imports.
    ends: Vec<End<'a>>,
    filled: BTreeMap<(Key, &'a str), Found>,
    /// The instances that have been reached.
    visited: BTreeSet<Key>,
    /// The instances of the output, each after the instances that fill its imports.
    reached: Vec<Key>,
    errors: Vec<At<LinkError>>,
}

impl<'a> Matches<'a> {
    fn new(components: &'a Components, description: &Description) -> Self {
        let root = components.root();
        let mut entries: BTreeMap<&str, &Entry> = BTreeMap::new();
        description.components.iter().for_each(|entry| _ = entries.entry(&entry.name).or_insert(entry));
        let place = |id: ComponentId| {
            let name = components[id].name();
            Some((name, entries.get(name)?.place.clone()?))
        };
        let exporters: Vec<ComponentId> = components.ids().filter(|id| *id != root).collect();
        Matches {
            components,
            exports: matching::Exports::of(components, &exporters),
            exporters,
            places: components.ids().filter_map(place).collect(),
            decided: BTreeMap::new(),
            links: BTreeMap::new(),
            ends: Vec::new(),
            filled: BTreeMap::new(),
            visited: BTreeSet::new(),
            reached: Vec::new(),
            errors: Vec::new(),
        }
    }

    fn component(&self, key: Key) -> &'a Component {
        &self.components[key.component]
    }

    fn name(&self, key: Key) -> String {
        InstanceName { component: self.component(key).name().to_owned(), number: key.number }.to_string()
    }

    fn key(&self, name: &InstanceName) -> Option<Key> {
        // A description only names components that it has.
        self.components.named(&name.component).map(|component| Key { component, number: name.number })
    }

    fn place(&self, key: Key) -> Option<&Place> {
        self.places.get(self.component(key).name())
    }

    /// Whether a text of the user names the components.
    fn described(&self) -> bool {
        !self.places.is_empty()
    }

    fn check_errors(&mut self) -> Result<(), Vec<At<LinkError>>> {
        if self.errors.is_empty() { Ok(()) } else { Err(std::mem::take(&mut self.errors)) }
    }

    /// Reads the user's decisions about imports.
    fn decide(&mut self, automatic: &Automatic) {
        for wire in &automatic.wires {
            let Some(importer) = self.key(&wire.importer) else { continue };
            let Some((import, interface)) = self.import(importer, &wire.import, &wire.place) else { continue };
            let wanted = (import.as_str(), interface.as_str());
            let from = match &wire.from {
                From::Host => {
                    if let Some((defining, _)) = named_by_another(self.component(importer), import) {
                        let (importer, import, interface) = (self.name(importer), import.clone(), defining.to_owned());
                        let error = LinkError::WireOfType { importer, import, interface };
                        self.errors.push(At::place(error, Some(&wire.place)));
                    }
                    Filler::Host
                }
                From::Export { exporter, export, place } => {
                    let Some(exporter) = self.key(exporter) else { continue };
                    let Some(export) = self.export(exporter, export.as_deref(), wanted, place) else { continue };
                    Filler::Export(exporter, export, place.clone())
                }
            };
            self.insert(importer, import, Decision { import: wire.place.clone(), from });
        }
    }

    fn insert(&mut self, importer: Key, import: &'a str, decision: Decision) {
        let place = decision.import.clone();
        if let Some(earlier) = self.decided.insert((importer, import), decision) {
            let error = LinkError::TwoWires { importer: self.name(importer), import: import.to_owned() };
            self.errors.push(At::place(error, Some(&earlier.import)).and(&place, None));
        }
    }

    /// The import of an instance that a user's text selects.
    fn import(&mut self, importer: Key, wanted: &str, place: &Place) -> Option<(&'a String, String)> {
        let component = self.component(importer);
        let imports = Items(component.imports());
        let meant = imports.meant(wanted);
        if let [import] = *meant.as_slice() {
            let item = component.imports().get(import)?;
            return Some((import, interface(import, item)));
        }
        let (component, name) = (self.name(importer), wanted.to_owned());
        let error = if meant.is_empty() {
            LinkError::UnknownImport { component, known: imports.nearest(&name), import: name, denied: Vec::new() }
        } else {
            let names = meant.into_iter().cloned().collect();
            LinkError::SeveralNames { component, verb: "imports", name, names }
        };
        self.errors.push(At::place(error, Some(place)));
        None
    }

    /// The export that a user's text selects: by its name, or by the name and interface of the import that it is for.
    fn export(
        &mut self,
        exporter: Key,
        export: Option<&str>,
        (name, interface): (&str, &str),
        place: &Place,
    ) -> Option<String> {
        let exports = Items(self.component(exporter).exports());
        if export.is_none()
            && let Some(best) = exports.best(name, interface)
        {
            return Some(best.clone());
        }
        let wanted = export.unwrap_or(interface);
        let meant = exports.meant(wanted);
        if let [export] = *meant.as_slice() {
            return Some(export.clone());
        }
        let (component, name) = (self.name(exporter), wanted.to_owned());
        let error = if meant.is_empty() {
            let known = exports.nearest(wanted);
            LinkError::UnknownExport { component, export: name, known }
        } else {
            let names = meant.into_iter().cloned().collect();
            LinkError::SeveralNames { component, verb: "exports", name, names }
        };
        self.errors.push(At::place(error, Some(place)));
        None
    }

    /// Inserts the links of chains in front of the sources of imports.
    fn chain_imports(&mut self, automatic: &Automatic) {
        let mut seen: BTreeMap<(Key, &str), &Place> = BTreeMap::new();
        let mut edges = Vec::new();
        for chain in &automatic.chains {
            let Chain { edge, place, .. } = chain;
            let Edge::Import(importer, import) = edge else { continue };
            let Some(importer) = self.key(importer) else { continue };
            let Some((import, interface)) = self.import(importer, import, place) else { continue };
            match seen.insert((importer, import), place) {
                None => edges.push((importer, import, interface, place, chain)),
                Some(earlier) => {
                    self.two_chains(format!("import `{import}` of `{}`", self.name(importer)), earlier, place);
                }
            }
        }
        // A decision about the import at an edge applies to the last link. An edge between two links has no chain of
        // its own.
        let before = |(importer, import, ..): &(Key, &'a String, _, _, _)| {
            self.decision(*importer, import).map_or(Filler::Names, |decision| decision.from.clone())
        };
        let before: Vec<Filler> = edges.iter().map(before).collect();
        for (importer, import, ..) in &edges {
            self.decided.remove(&(*importer, import.as_str()));
        }
        for ((importer, import, interface, place, chain), before) in edges.into_iter().zip(before) {
            if let Some((from, last)) = self.links(chain, (import, &interface), before) {
                self.ends.extend(last.map(|last| End { importer, import, last }));
                self.insert(importer, import, Decision { import: place.clone(), from });
            }
        }
    }

    /// Inserts the links of chains in front of exports of the output.
    fn chain_exports(&mut self, automatic: &Automatic, exports: &mut [Exported]) {
        let mut seen: BTreeMap<String, &Place> = BTreeMap::new();
        for chain in &automatic.chains {
            let Chain { edge, place, .. } = chain;
            let Edge::Export(wanted) = edge else { continue };
            let exact = exports.iter().position(|export| export.name == *wanted);
            let versions =
                || (0..exports.len()).filter(|at| exports.get(*at).is_some_and(|export| base(&export.name) == wanted));
            let meant: Vec<usize> = exact.map_or_else(|| versions().collect(), |at| vec![at]);
            let name = |at: &usize| exports.get(*at).map(|export| export.name.clone());
            let error = match meant.as_slice() {
                [_] => None,
                [] => {
                    let known = matching::nearest(exports.iter().map(|export| &export.name), wanted);
                    Some(LinkError::ChainOfNoExport { name: wanted.clone(), known })
                }
                several => {
                    let names = several.iter().filter_map(name).collect();
                    Some(LinkError::ChainOfSeveral { name: wanted.clone(), names })
                }
            };
            self.errors.extend(error.map(|error| At::place(error, Some(place))));
            let Some(export) = meant.first().filter(|_| meant.len() == 1).and_then(|at| exports.get_mut(*at)) else {
                continue;
            };
            if let Some(earlier) = seen.insert(export.name.clone(), place) {
                self.two_chains(format!("export `{}`", export.name), earlier, place);
                continue;
            }
            let item = self.component(export.key).exports().get(&export.export);
            let interface = item.map_or_else(|| export.export.clone(), |item| interface(&export.export, item));
            let before = Filler::Export(export.key, export.export.clone(), place.clone());
            let links = self.links(chain, (&export.export, &interface), before);
            if let Some((Filler::Export(key, name, place), _)) = links {
                (export.key, export.export, export.place) = (key, name, Some(place));
            }
        }
    }

    /// Checks that the host fills the last link of each chain with what it would fill the import at the edge with. A host
    /// may have something else by another name, or by another `external-id`.
    fn check_ends(&mut self) {
        for End { importer, import, last } in std::mem::take(&mut self.ends) {
            let is_of_host = self.visited.contains(&last.link) && !self.filled.contains_key(&(last.link, last.import));
            let [of, other] = [importer, last.link].map(|key| self.component(key));
            if is_of_host && !is_same_import((of, import), (other, last.import)) {
                let (component, importer) = (self.name(last.link), self.name(importer));
                let (import, continues) = (import.to_owned(), last.import.to_owned());
                let error = LinkError::AnotherImport { component, importer, import, continues };
                self.errors.push(At::place(error, Some(&last.place)));
            }
        }
    }

    fn two_chains(&mut self, edge: String, earlier: &Place, place: &Place) {
        self.errors.push(At::place(LinkError::TwoChains { edge }, Some(earlier)).and(place, None));
    }

    /// Fills an import of each link, selected by name or interface of the edge, from the next link, and that of the
    /// last link from the original source. Returns the first link as the source of what the chain is for, and the last one.
    fn links(
        &mut self,
        chain: &Chain,
        (name, interface): (&str, &str),
        before: Filler,
    ) -> Option<(Filler, Option<Last<'a>>)> {
        let (mut next, mut last) = (before, None);
        for (link, place) in chain.links.iter().rev() {
            let key = self.key(link)?;
            let imports = Items(self.component(key).imports());
            let Some(import) = imports.best(name, interface) else {
                let (component, import) = (self.name(key), interface.to_owned());
                let error = LinkError::LinkWithoutImport { component, known: imports.nearest(&import), import };
                self.errors.push(At::place(error, Some(place)));
                return None;
            };
            let export = self.export(key, None, (name, interface), place)?;
            last.get_or_insert_with(|| Last { link: key, import, place: place.clone() });
            // One instance may be a link of several chains with the same continuation.
            if !self.decided.get(&(key, import.as_str())).is_some_and(|decided| decided.from.is_same(&next)) {
                self.insert(key, import, Decision { import: place.clone(), from: next });
            }
            self.links.entry(key.component).or_default().insert(interface.to_owned());
            next = Filler::Export(key, export, place.clone());
        }
        Some((next, last))
    }

    /// Leaves the other imports of links of closed chains to the host, unless the user has decided about them.
    fn close_chains(&mut self, automatic: &Automatic) {
        let closed = automatic.chains.iter().filter(|chain| chain.is_closed).flat_map(|chain| &chain.links);
        for (key, place) in closed.filter_map(|(link, place)| Some((self.key(link)?, place))).collect::<Vec<_>>() {
            for import in self.component(key).imports().keys() {
                let host = Decision { import: place.clone(), from: Filler::Host };
                self.decided.entry((key, import)).or_insert(host);
            }
        }
    }

    /// The decision about an import: that for this instance, else that for the first instance of its component. A
    /// decision for the first instance that would fill the further instance from itself does not apply to it.
    fn decision(&self, importer: Key, import: &'a str) -> Option<&Decision> {
        let own = self.decided.get(&(importer, import));
        own.or_else(|| {
            let first = self.decided.get(&(Key { number: 0, ..importer }, import))?;
            let is_itself = matches!(&first.from, Filler::Export(exporter, ..) if *exporter == importer);
            (!is_itself).then_some(first)
        })
    }

    /// Matches the imports of an instance and of the instances that fill them, depth first, in the order of imports.
    /// The search is iterative, since chains have no length limit.
    fn reach(&mut self, importer: Key) {
        if !self.visited.insert(importer) {
            return;
        }
        let mut path = vec![(importer, self.fill(importer).into_iter())];
        while let Some((importer, exporters)) = path.last_mut() {
            let Some(exporter) = exporters.next() else {
                self.reached.push(*importer);
                path.pop();
                continue;
            };
            // A larger number is an error later. The bound is needed because a manifest can describe a thousand
            // instances of each component.
            if self.visited.len() <= limits::COMPOSED && self.visited.insert(exporter) {
                let exporters = self.fill(exporter).into_iter();
                path.push((exporter, exporters));
            }
        }
    }

    /// Matches the imports of one instance. Returns the instances that fill them.
    fn fill(&mut self, importer: Key) -> Vec<Key> {
        let component = self.component(importer);
        let mut exporters = Vec::new();
        for (import, item) in component.imports() {
            let mut others = Vec::new();
            let found = match self.decision(importer, import).cloned() {
                Some(Decision { from: Filler::Host, .. }) => continue,
                Some(Decision { from: Filler::Export(exporter, export, place), .. }) => {
                    let exported = self.component(exporter);
                    let matched = Match { exporter: exporter.component, export, resources: Vec::new() };
                    matching::check(component, import, item.ty, exported, matched)
                        .map(|matched| (exporter, matched, Some(place.clone())))
                        .map_err(|error| At::place(self.wire_error(*error, importer, import, item.ty), Some(&place)))
                }
                None if named_by_another(component, import).is_some() => continue,
                None | Some(Decision { from: Filler::Names, .. }) => {
                    let wanted = interface(import, item);
                    let may_fill = |id| id != importer.component && !self.is_link(id, &wanted);
                    match matching::match_import(self.components, &self.exports, component, import, item, may_fill) {
                        Ok(None) => continue,
                        Ok(Some(matched)) => {
                            let rivals = matching::others(&self.exports, import, item, matched.exporter, may_fill);
                            others.extend(rivals.into_iter().map(|(id, export)| (id, export.to_owned())));
                            Ok((Key { component: matched.exporter, number: 0 }, matched, None))
                        }
                        Err(error) => Err(At::place(self.instance_error(*error, importer), self.place(importer))),
                    }
                }
            };
            let (exporter, matched, place) = match found {
                Ok(found) => found,
                Err(error) => {
                    self.errors.push(error);
                    continue;
                }
            };
            let Match { export, resources, .. } = matched;
            self.filled.insert((importer, import.as_str()), Found { exporter, export, others, resources, place });
            exporters.push(exporter);
        }
        exporters
    }

    /// Whether a component is a link of a chain for an interface, and therefore fills only imports that the chain
    /// assigns to it.
    fn is_link(&self, id: ComponentId, wanted: &str) -> bool {
        self.links.get(&id).is_some_and(|interfaces| interfaces.iter().any(|interface| compatible(interface, wanted)))
    }

    /// Completes an error with the instance of its component, and with advice for users of a manifest.
    fn instance_error(&self, error: LinkError, instance: Key) -> LinkError {
        match error {
            LinkError::Ambiguous { import, candidates, identical, .. } => {
                let (importer, described) = (self.name(instance), self.described());
                LinkError::Ambiguous { importer, import, candidates, identical, described }
            }
            LinkError::Mismatch { import, exporter, export, difference, near, fitting, .. } => LinkError::Mismatch {
                importer: self.name(instance),
                import,
                exporter,
                export,
                difference,
                near,
                fitting,
            },
            error => error,
        }
    }

    /// As [`Self::instance_error`], for a wire, with the exports that could fill the import.
    fn wire_error(&self, error: LinkError, instance: Key, import: &str, ty: ComponentEntityType) -> LinkError {
        let mut error = self.instance_error(error, instance);
        if let LinkError::Mismatch { fitting, .. } = &mut error {
            let expected = compare::Item { component: self.component(instance), name: import, ty };
            let others = self.components.ids().filter(|id| *id != instance.component).map(|id| &self.components[id]);
            let exports =
                others.flat_map(|other| other.exports().iter().map(move |(name, item)| (other, name, item.ty)));
            let fits = |(component, name, ty): &(&Component, &String, ComponentEntityType)| {
                compare::compare(expected, compare::Item { component, name, ty: *ty }).is_ok()
            };
            let named = |(component, name, _): (&Component, &String, _)| format!("{}/{name}", component.name());
            *fitting = Some(exports.take(EXPORTS).filter(fits).take(3).map(named).collect());
        }
        error
    }

    /// The exports of the output: those that the user adds, and those of the root under their own or new names, except where the
    /// user gives the name to another export. Sorted by name.
    fn exports(&mut self, automatic: &Automatic) -> Vec<Exported> {
        let root = Key { component: self.components.root(), number: 0 };
        let mut added: BTreeMap<String, (Key, String, &Export)> = BTreeMap::new();
        for export in &automatic.exports {
            let Some(exporter) = self.key(&export.exporter) else { continue };
            let name = (export.name.as_str(), export.name.as_str());
            let Some(found) = self.export(exporter, export.export.as_deref(), name, &export.place) else {
                continue;
            };
            // A single export keeps its version in the name.
            let name = if export.export.is_none() { found.clone() } else { export.name.clone() };
            if let Some((_, _, earlier)) = added.insert(name.clone(), (exporter, found, export)) {
                let error = LinkError::TwoExports { name };
                self.errors.push(At::place(error, Some(&earlier.place)).and(&export.place, None));
            }
        }
        let renamed: BTreeSet<&String> =
            added.values().filter(|(key, ..)| *key == root).map(|(_, found, _)| found).collect();
        let kept = self.component(root).exports().keys().filter(|name| !renamed.contains(name));
        let kept: Vec<&String> = kept.collect();
        let mut exports = Vec::new();
        let exported = |(name, (key, export, by_user)): (String, (Key, String, &Export))| {
            let place = Some(by_user.place.clone());
            Exported { name, key, export, place }
        };
        for name in kept {
            let own = || Exported { name: name.clone(), key: root, export: name.clone(), place: None };
            exports.push(added.remove_entry(name).map_or_else(own, exported));
        }
        exports.extend(added.into_iter().map(exported));
        exports
    }

    /// The instances of the output with the sources of their imports, and the instance of each node.
    fn wiring(&self, exports: &[Exported]) -> (Wiring<'a>, BTreeMap<NodeIndex, Key>) {
        let mut wiring = Wiring::new(self.components);
        let mut nodes: BTreeMap<Key, NodeIndex> = BTreeMap::new();
        for key in &self.reached {
            let node = wiring.instantiate(self.name(*key), key.component);
            if let Some(place) = self.place(*key) {
                wiring.place_at(node, place.clone());
            }
            nodes.insert(*key, node);
        }
        for ((importer, import), found) in &self.filled {
            let (Some(to), Some(from)) = (nodes.get(importer), nodes.get(&found.exporter)) else { continue };
            let origin = Origin::Export(*from, vec![found.export.clone()]);
            if !found.others.is_empty() {
                let named = |id: ComponentId| self.components[id].name().to_owned();
                wiring.doubt(Rivals {
                    import: (self.name(*importer), (*import).to_owned()),
                    found: (self.name(found.exporter), found.export.clone()),
                    others: found.others.iter().map(|(id, export)| (named(*id), export.clone())).collect(),
                    described: self.described(),
                });
            }
            wiring.fill(*to, import, Filled { origin, resources: found.resources.clone(), place: found.place.clone() });
        }
        for Exported { name, key, export, place } in exports {
            if let Some(place) = place {
                wiring.place_export_at(name.clone(), place.clone());
            }
            if let Some(node) = nodes.get(key) {
                wiring.export(name.clone(), Origin::Export(*node, vec![export.clone()]));
            }
        }
        (wiring, nodes.into_iter().map(|(key, node)| (node, key)).collect())
    }

    /// Removes instances that nothing needs any more. Their imports would otherwise be imports of the output.
    fn keep_needed(&mut self, root: Key, exports: &[Exported]) {
        let mut exporters: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
        for ((importer, _), found) in &self.filled {
            exporters.entry(*importer).or_default().push(found.exporter);
        }
        let mut open: Vec<Key> = std::iter::once(root).chain(exports.iter().map(|export| export.key)).collect();
        let mut needed: BTreeSet<Key> = BTreeSet::new();
        while let Some(key) = open.pop() {
            if needed.insert(key) {
                open.extend(exporters.get(&key).into_iter().flatten());
            }
        }
        self.reached.retain(|key| needed.contains(key));
    }

    /// Refuses unused components, and wires of missing instances.
    fn check_used(&self, automatic: &Automatic) -> Result<(), Vec<At<LinkError>>> {
        let used: BTreeSet<ComponentId> = self.reached.iter().map(|key| key.component).collect();
        // Another output of the manifest may use the instance.
        let idle = self.decided.iter().filter(|((key, _), _)| {
            key.number > 0 && !automatic.allow_unused && used.contains(&key.component) && !self.visited.contains(key)
        });
        let mut errors: Vec<At<LinkError>> = idle
            .map(|((key, _), decision)| {
                At::place(LinkError::UnusedInstance { instance: self.name(*key) }, Some(&decision.import))
            })
            .collect();
        let mut unused: Vec<ComponentId> = self.exporters.iter().copied().filter(|id| !used.contains(id)).collect();
        if !unused.is_empty() {
            let passed = alternatives::passed_over(self.components, automatic);
            unused.retain(|id| !passed.contains(id));
        }
        let all = unused.len() == self.exporters.len();
        if !(unused.is_empty() || (automatic.allow_unused && (!all || self.described()))) {
            errors.push(self.unused(&unused, all, automatic.allow_unused));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The imports that other components fill, and that some unused components could fill.
    fn filled_instead(&self, unused: &[ComponentId]) -> Vec<Instead> {
        let components = self.components;
        let by_others = self.filled.iter().filter_map(|((importer, import), found)| {
            let item = components[importer.component].imports().get(*import)?;
            Some((*import, interface(import, item), components[found.exporter.component].name()))
        });
        let by_others: Vec<_> = by_others.collect();
        let instead = |id: &ComponentId| {
            let fits = |(import, interface, _): &&(&str, String, &str)| {
                Items(components[*id].exports()).best(import, interface).is_some()
            };
            let (import, _, by) = by_others.iter().find(fits)?;
            let plug = components[*id].name().to_owned();
            Some(Instead { plug, import: (*import).to_owned(), by: (*by).to_owned() })
        };
        unused.iter().filter_map(instead).collect()
    }

    fn unused(&self, unused: &[ComponentId], all: bool, may_be_unused: bool) -> At<LinkError> {
        let components = self.components;
        let plugs: Vec<String> = unused.iter().map(|id| components[*id].name().to_owned()).collect();
        let exports = unused
            .iter()
            .flat_map(|id| {
                components[*id].exports().keys().map(|export| (components[*id].name().to_owned(), export.clone()))
            })
            .collect();
        let reached: Vec<ComponentId> =
            self.reached.iter().filter(|key| key.number == 0).map(|key| key.component).collect();
        let unmatched = |component: ComponentId, import: &str| {
            let key = Key { component, number: 0 };
            !self.filled.contains_key(&(key, import)) && !self.decided.contains_key(&(key, import))
        };
        let near = matching::near_misses(components, &reached, unused, unmatched);
        let root = &components[components.root()];
        let described = self.described();
        let is_turned = |id: &&ComponentId| {
            let imports = components[**id].imports().iter();
            let mut imports = imports.map(|(import, item)| (import, interface(import, item)));
            imports.any(|(import, interface)| Items(root.exports()).best(import, &interface).is_some())
        };
        let turned = unused.iter().find(is_turned).filter(|_| all).map(|id| components[*id].name().to_owned());
        let socket = root.name().to_owned();
        let error = if all && !described {
            let imports = root.imports().keys().cloned().collect();
            let denied = Vec::new();
            LinkError::NothingMatched { socket, plugs, turned, may_be_unused, imports, exports, near, denied }
        } else {
            let unfilled = reached.iter().flat_map(|id| {
                let imports = components[*id].imports().keys().filter(|import| unmatched(*id, import));
                let imports = imports.filter(|import| !import.starts_with("wasi:"));
                imports.map(|import| (components[*id].name().to_owned(), import.clone()))
            });
            let (unfilled, filled) = (unfilled.collect(), self.filled_instead(unused));
            let turned = turned.map(|plug| (plug, socket));
            LinkError::Unused { plugs, exports, near, filled, unfilled, turned, described, denied: Vec::new() }
        };
        let places = unused.iter().filter_map(|id| self.places.get(components[*id].name()));
        places.fold(error.into(), |at: At<LinkError>, place| at.and(place, None))
    }
}
