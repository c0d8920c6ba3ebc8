//! Wiring by name, as [docs/manifest.md] promises it: a wire; else the export of the import's full name, or of its interface, or of
//! the highest compatible version, of any component but the root, the importing one and the links of a chain of that interface;
//! else the host. The links of a chain stand between that and the import.
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

/// What a description says that components are wired by name.
pub fn plan(automatic: &Automatic, components: &Components) -> Plan {
    let numbers = BTreeMap::new();
    let (named, interfaces, wires) = (BTreeMap::new(), Versions::default(), BTreeMap::new());
    let (plan, open, chained, links) = (Plan::default(), Vec::new(), BTreeMap::new(), BTreeSet::new());
    let mut names = Names { automatic, components, plan, numbers, open, named, interfaces, wires, chained, links };
    names.index();
    names.chains();
    let root = InstanceName { component: components[components.root()].name().to_owned(), number: 0 };
    names.exports(&root);
    names.plan
}

struct Names<'n> {
    automatic: &'n Automatic,
    components: &'n Components,
    plan: Plan,
    numbers: BTreeMap<InstanceName, usize>,
    /// The instances whose imports have not been filled.
    open: Vec<InstanceName>,
    /// The exports of all components but the root, by name and by interface.
    named: BTreeMap<&'n str, Vec<Claim<'n>>>,
    interfaces: Versions<Claim<'n>>,
    /// What is said of the imports of an instance, in order.
    wires: BTreeMap<&'n InstanceName, Vec<&'n Wire>>,
    /// What chains fill imports with: that of their edge with the first link, that of each link with the next one.
    chained: BTreeMap<(InstanceName, String), Filler>,
    /// The components that stand in chains, each with the interface of the chain.
    links: BTreeSet<(ComponentId, String)>,
}

/// An export: the component that has it, its name and what it is.
type Claim<'n> = (ComponentId, &'n str, &'n ComponentItem);

/// What a description says that fills an import.
#[derive(Clone)]
enum Filler {
    Host,
    /// An export of an instance of a component.
    Export(InstanceName, ComponentId, String),
    /// What has its name.
    Names,
    /// It cannot be said.
    Unknown,
}

impl<'n> Names<'n> {
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

    /// What the output exports: what the root does under its own names, but for what is given another, and what is added.
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
            // Named once, it has the version that it has.
            let name = if export.is_none() { found.clone() } else { name.clone() };
            exports.push((name, exporter.clone(), id, found));
        }
        let (components, id) = (self.components, self.components.root());
        let own = components[id].exports().keys().filter(|name| !renamed.contains(*name));
        exports.extend(own.map(|name| (name.clone(), root.clone(), id, name.clone())));
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
        // It is instantiated whatever it exports.
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

    /// What the description says of an import of an instance: of that very one, else of the first one of its component. What would
    /// fill an import of a further instance from itself was only meant for the first.
    fn filler(&self, importer: &InstanceName, component: ComponentId, import: &str, wanted: &str) -> Filler {
        let first = InstanceName { number: 0, ..importer.clone() };
        let said = |of: &InstanceName| {
            let chained = self.chained.get(&(of.clone(), import.to_owned())).cloned();
            chained.or_else(|| self.wired(of, component, import, wanted))
        };
        let is_itself = |filler: &Filler| matches!(filler, Filler::Export(exporter, ..) if exporter == importer);
        said(importer).or_else(|| said(&first).filter(|filler| !is_itself(filler))).unwrap_or(Filler::Names)
    }

    /// What a wire of that very instance says.
    fn wired(&self, importer: &InstanceName, component: ComponentId, import: &str, wanted: &str) -> Option<Filler> {
        let imports = self.components[component].imports();
        let mut wires = self.wires.get(importer).into_iter().flatten();
        let wire = wires.find(|wire| meant(imports, &wire.import).is_some_and(|name| name == import))?;
        let From::Export { exporter, export, .. } = &wire.from else { return Some(Filler::Host) };
        let found = self.components.named(&exporter.component);
        let found = found.and_then(|id| Some((id, self.export(id, export.as_deref(), import, wanted)?)));
        Some(found.map_or(Filler::Unknown, |(id, export)| Filler::Export(exporter.clone(), id, export)))
    }

    /// Notes what the links of chains at imports are filled with.
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

    /// Notes what the links of one chain are filled with. Gives what its edge is filled with.
    fn chain(&mut self, chain: &Chain, name: &str, wanted: &str, before: Filler) -> Filler {
        let mut next = before;
        for (link, _) in chain.links.iter().rev() {
            let Some(id) = self.components.named(&link.component) else { return Filler::Unknown };
            let import = fitting(self.components[id].imports(), name, wanted);
            let (Some(import), Some(export)) = (import, self.export(id, None, name, wanted)) else {
                return Filler::Unknown;
            };
            for other in self.components[id].imports().keys().filter(|other| chain.is_closed && **other != import) {
                self.chained.entry((link.clone(), other.clone())).or_insert(Filler::Host);
            }
            self.chained.insert((link.clone(), import), next);
            self.links.insert((id, wanted.to_owned()));
            next = Filler::Export(link.clone(), id, export);
        }
        next
    }

    /// The export that names say fills an import. Two that have the same claim are undecided.
    fn by_name(&mut self, importer: ComponentId, import: &str, item: &ComponentItem) -> Source {
        let wanted = interface(import, item);
        let is_link = |id: ComponentId| self.links.iter().any(|(link, of)| *link == id && compatible(of, &wanted));
        let may_fill = |id: ComponentId| id != importer && !is_link(id);
        let is_instance = |of: &ComponentItem| matches!(of.ty, ComponentEntityType::Instance(_));
        // A label is not filled by what has its name and says to be another interface, or is none.
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

    /// The export of a component that a text means, or without one that which an import asks for: by its name, by its interface,
    /// or by the only label that is of that.
    fn export(&self, id: ComponentId, export: Option<&str>, import: &str, wanted: &str) -> Option<String> {
        let exports = self.components[id].exports();
        if let Some(export) = export {
            return meant(exports, export).cloned();
        }
        fitting(exports, import, wanted)
    }
}

/// The item that fits an import or an edge best: by its name, by its interface, or by the only label that is of that.
fn fitting(items: &IndexMap<String, ComponentItem>, name: &str, wanted: &str) -> Option<String> {
    let own = items.contains_key(name).then_some(name);
    let named = own.or_else(|| best(wanted, items.keys().map(String::as_str))).map(str::to_owned);
    let label = || {
        let of_it = items.iter().filter(|(name, of)| compatible(wanted, &interface(name, of)));
        only(of_it.map(|(name, _)| name)).or_else(|| meant(items, wanted)).cloned()
    };
    named.or_else(label)
}

/// The name that a text means: that very name, or the only one that is it with a version, or the only label that is of that
/// interface.
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
