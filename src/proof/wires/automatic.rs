//! Wiring by name, as [docs/manifest.md] defines it. An import is filled by its wire; else by the export of its full
//! name, of its interface, or of the highest compatible version, of any component except the root, the importer and the
//! links of a chain for that interface; else by the host. The links of a chain stand between that source and the
//! import.
//!
//! [docs/manifest.md]: ../../../docs/manifest.md

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::plan::{Plan, Source};
use crate::describe::{Automatic, Chain, Edge, Export, From, InstanceName, Wire};
use crate::load::component::interface;
use crate::load::{ComponentId, Components};
use crate::name::{Versions, base, best, compatible};

/// The plan of a description that wires components by name.
pub(super) fn plan(automatic: &Automatic, components: &Components) -> Plan {
    let numbers = BTreeMap::new();
    let (named, interfaces, wires) = (BTreeMap::new(), Versions::default(), BTreeMap::new());
    let (plan, open, chained, links) = (Plan::default(), Vec::new(), BTreeMap::new(), BTreeSet::new());
    let mut names = ByName { automatic, components, plan, numbers, open, named, interfaces, wires, chained, links };
    names.index();
    names.chains();
    let root = InstanceName { component: components[components.root()].name().to_owned(), number: 0 };
    names.exports(&root);
    names.plan.labels.clone_from(&automatic.labels);
    names.plan
}

struct ByName<'n> {
    automatic: &'n Automatic,
    components: &'n Components,
    plan: Plan,
    numbers: BTreeMap<InstanceName, usize>,
    /// The instances whose imports are not filled yet.
    open: Vec<InstanceName>,
    /// The exports of all components but the root, by name and by interface.
    named: BTreeMap<&'n str, Vec<Claim<'n>>>,
    interfaces: Versions<Claim<'n>>,
    /// The wires of each instance, in order.
    wires: BTreeMap<&'n InstanceName, Vec<&'n Wire>>,
    /// The sources of imports at chains: the first link for the import at the edge, and the next link for each link.
    chained: BTreeMap<(InstanceName, String), Filler>,
    /// The components that are links of chains, each with the interface of the chain.
    links: BTreeSet<(ComponentId, String)>,
}

/// An export: its component, its name and its type.
type Claim<'n> = (ComponentId, &'n str, &'n ComponentItem);

/// The described source of an import.
#[derive(Clone)]
enum Filler {
    Host,
    /// An export of an instance of a component.
    Export(InstanceName, ComponentId, String),
    /// The export that names select.
    Names,
    /// Undecided.
    Unknown,
}

impl<'n> ByName<'n> {
    fn index(&mut self) {
        let components: &'n Components = self.components;
        for id in components.ids().filter(|id| *id != components.root()) {
            for (export, of) in components[id].exports() {
                self.named.entry(export).or_default().push((id, export, of));
                self.interfaces.add(interface(export, of), (id, export, of));
            }
        }
        for wire in &self.automatic.wires {
            self.wires.entry(&wire.importer).or_default().push(wire);
        }
    }

    /// The exports of the output: those that the manifest adds, and those of the root, under their own or their given names, except
    /// where the manifest gives the name to another export.
    fn exports(&mut self, root: &InstanceName) {
        let automatic = self.automatic;
        let mut exports: Vec<(String, InstanceName, ComponentId, String)> = Vec::new();
        let mut renamed: BTreeSet<String> = BTreeSet::new();
        for Export { name, exporter, export, .. } in &automatic.exports {
            let Some(id) = self.components.named(&exporter.component) else { continue };
            let Some(found) = self.export(id, export.as_deref(), name, name) else { continue };
            if exporter == root {
                renamed.insert(found.clone());
            }
            // A single export keeps its version in the name.
            let name = if export.is_none() { found.clone() } else { name.clone() };
            exports.push((name, exporter.clone(), id, found));
        }
        let (components, id) = (self.components, self.components.root());
        let is_given = |name: &String| exports.iter().any(|(given, ..)| given == name);
        let own = components[id].exports().keys().filter(|name| !renamed.contains(*name) && !is_given(name));
        let own: Vec<_> = own.map(|name| (name.clone(), root.clone(), id, name.clone())).collect();
        exports.extend(own);
        for chain in &automatic.chains {
            let Edge::Export(wanted) = &chain.edge else { continue };
            let is_exact = exports.iter().any(|(name, ..)| name == wanted);
            let is_it = |name: &str| name == wanted || (!is_exact && base(name) == wanted);
            let at = only(exports.iter_mut().filter(|(name, ..)| is_it(name)));
            let Some((_, exporter, id, export)) = at else { continue };
            let interface = components[*id].exports().get(export.as_str()).map(|of| interface(export, of));
            let wanted = interface.unwrap_or_else(|| export.clone());
            let before = Filler::Export(exporter.clone(), *id, export.clone());
            if let Filler::Export(link, of, name) = self.chain(chain, &export.clone(), &wanted, before) {
                (*exporter, *id, *export) = (link, of, name);
            }
        }
        for (name, exporter, id, export) in exports {
            let source = self.source(&exporter, id, export);
            self.plan.exports.push((name, source));
        }
        // The root is instantiated even if it exports nothing.
        self.number(root, id);
        while let Some(importer) = self.open.pop() {
            self.imports(&importer);
        }
    }

    fn number(&mut self, name: &InstanceName, component: ComponentId) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.plan.instantiate(name.to_string(), component);
        self.numbers.insert(name.clone(), number);
        self.open.push(name.clone());
        number
    }

    fn source(&mut self, exporter: &InstanceName, component: ComponentId, export: String) -> Source {
        Source::Export(self.number(exporter, component), vec![export])
    }

    /// Fills the imports of an instance.
    fn imports(&mut self, importer: &InstanceName) {
        let components = self.components;
        let Some(own) = components.named(&importer.component) else { return };
        let number = self.number(importer, own);
        for (import, item) in components[own].imports() {
            let source = match self.filler(importer, own, import, &interface(import, item)) {
                Filler::Host => continue,
                Filler::Export(exporter, id, export) => self.source(&exporter, id, export),
                Filler::Names => self.by_name(own, import, item),
                Filler::Unknown => Source::Undecided,
            };
            if !matches!(source, Source::Host(_)) {
                self.plan.fill(number, import, source);
            }
        }
    }

    /// The described source of an import: that of a wire of this instance, else that of the first instance of its
    /// component. A source of the first instance that would be the further instance itself does not apply to it.
    fn filler(&self, importer: &InstanceName, component: ComponentId, import: &str, wanted: &str) -> Filler {
        let first = InstanceName { number: 0, ..importer.clone() };
        let stated = |instance: &InstanceName| {
            let chained = self.chained.get(&(instance.clone(), import.to_owned())).cloned();
            chained.or_else(|| self.wired(instance, component, import, wanted))
        };
        let is_itself = |filler: &Filler| matches!(filler, Filler::Export(exporter, ..) if exporter == importer);
        stated(importer).or_else(|| stated(&first).filter(|filler| !is_itself(filler))).unwrap_or(Filler::Names)
    }

    /// The source that a wire of this very instance states.
    fn wired(&self, importer: &InstanceName, component: ComponentId, import: &str, wanted: &str) -> Option<Filler> {
        let imports = self.components[component].imports();
        let mut wires = self.wires.get(importer).into_iter().flatten();
        let wire = wires.find(|wire| meant(imports, &wire.import).is_some_and(|name| name == import))?;
        let From::Export { exporter, export, .. } = &wire.from else { return Some(Filler::Host) };
        let found = self.components.named(&exporter.component);
        let found = found.and_then(|id| Some((id, self.export(id, export.as_deref(), import, wanted)?)));
        Some(found.map_or(Filler::Unknown, |(id, export)| Filler::Export(exporter.clone(), id, export)))
    }

    /// Records the sources of the links of chains.
    fn chains(&mut self) {
        let components = self.components;
        let edge = |chain: &'n Chain| {
            let Edge::Import(importer, text) = &chain.edge else { return None };
            let id = components.named(&importer.component)?;
            let import = meant(components[id].imports(), text)?;
            let item = components[id].imports().get(import)?;
            Some((importer, id, import, interface(import, item), chain))
        };
        let edges: Vec<_> = self.automatic.chains.iter().filter_map(edge).collect();
        let before: Vec<Filler> =
            edges.iter().map(|(importer, id, import, wanted, _)| self.filler(importer, *id, import, wanted)).collect();
        for ((importer, _, import, wanted, chain), before) in edges.into_iter().zip(before) {
            let first = self.chain(chain, import, &wanted, before);
            self.chained.insert((importer.clone(), import.clone()), first);
        }
    }

    /// Records the sources of the links of one chain. Returns the source of its edge.
    fn chain(&mut self, chain: &Chain, name: &str, wanted: &str, before: Filler) -> Filler {
        let mut next = before;
        for (link, _) in chain.links.iter().rev() {
            let Some(id) = self.components.named(&link.component) else { return Filler::Unknown };
            let import = fitting(self.components[id].imports(), name, wanted);
            let (Some(import), Some(export)) = (import, self.export(id, None, name, wanted)) else {
                return Filler::Unknown;
            };
            let others = self.components[id].imports().iter().filter(|(other, _)| chain.is_closed && **other != import);
            let is_wired = |other: &str, item| self.wired(link, id, other, &interface(other, item)).is_some();
            let others: Vec<_> = others.filter(|(other, item)| !is_wired(other, item)).collect();
            for (other, _) in others {
                self.chained.entry((link.clone(), other.clone())).or_insert(Filler::Host);
            }
            self.chained.insert((link.clone(), import), next);
            self.links.insert((id, wanted.to_owned()));
            next = Filler::Export(link.clone(), id, export);
        }
        next
    }

    /// The export that names select for an import. Two equally good exports leave it undecided.
    fn by_name(&mut self, importer: ComponentId, import: &str, item: &ComponentItem) -> Source {
        let wanted = interface(import, item);
        let is_link = |id: ComponentId| self.links.iter().any(|(link, of)| *link == id && compatible(of, &wanted));
        let may_fill = |id: ComponentId| id != importer && !is_link(id);
        let is_instance = |of: &ComponentItem| matches!(of.ty, ComponentEntityType::Instance(_));
        // An export with the name of a label does not fill it if it implements another interface, or none.
        let is_named = |of: &ComponentItem| match (&item.implements, &of.implements) {
            (None, None) => true,
            (Some(_), Some(_)) => compatible(&wanted, &interface(import, of)),
            _ => is_instance(item) && is_instance(of),
        };
        let named = self.named.get(import).into_iter().flatten();
        let named: Vec<_> = named.filter(|(id, _, of)| may_fill(*id) && is_named(of)).copied().collect();
        let claims = if named.is_empty() { self.interfaces.best(&wanted, |(id, ..)| may_fill(*id)) } else { named };
        match claims.as_slice() {
            [] => Source::Host(vec![import.to_owned()]),
            [(id, export, _)] => {
                let name = InstanceName { component: self.components[*id].name().to_owned(), number: 0 };
                self.source(&name, *id, (*export).to_owned())
            }
            _ => Source::Undecided,
        }
    }

    /// The export of a component that a text selects, or, without text, that an import selects: by its name, by its
    /// interface, or as the only label of that interface.
    fn export(&self, id: ComponentId, export: Option<&str>, import: &str, wanted: &str) -> Option<String> {
        let exports = self.components[id].exports();
        if let Some(export) = export {
            return meant(exports, export).cloned();
        }
        fitting(exports, import, wanted)
    }
}

/// The item that an import or an edge selects: by its name, by its interface, or as the only label of that interface.
fn fitting(items: &IndexMap<String, ComponentItem>, name: &str, wanted: &str) -> Option<String> {
    let own = items.contains_key(name).then_some(name);
    let named = own.or_else(|| best(wanted, items.keys().map(String::as_str))).map(str::to_owned);
    let label = || {
        let of_it = items.iter().filter(|(name, of)| compatible(wanted, &interface(name, of)));
        only(of_it.map(|(name, _)| name)).or_else(|| meant(items, wanted)).cloned()
    };
    named.or_else(label)
}

/// The name that a text selects: the equal one, or the only one that equals it up to the version, or the only label of
/// that interface.
fn meant<'n>(items: &'n IndexMap<String, ComponentItem>, text: &str) -> Option<&'n String> {
    if let Some((name, _)) = items.get_key_value(text) {
        return Some(name);
    }
    let is_it = |name: &str| name == text || base(name) == text;
    match items.keys().any(|name| is_it(name)) {
        true => only(items.keys().filter(|name| is_it(name))),
        false => only(items.iter().filter(|(name, of)| is_it(&interface(name, of))).map(|(name, _)| name)),
    }
}

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}
