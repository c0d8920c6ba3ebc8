//! Wiring by name, as [docs/manifest.md] promises it: a wire; else the export of the import's full name, or of its interface, or of
//! the highest compatible version, of any component but the root and the importing one; else the host.
//!
//! [docs/manifest.md]: ../../../docs/manifest.md

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::plan::{Plan, Source};
use crate::describe::{Automatic, Export, From, InstanceName, Wire};
use crate::load::component::interface;
use crate::load::{ComponentId, Components};
use crate::name::{Versions, base, best, compatible};

/// What a description says that components are wired by name.
pub fn plan(automatic: &Automatic, components: &Components) -> Plan {
    let numbers = BTreeMap::new();
    let (named, interfaces, wires) = (BTreeMap::new(), Versions::default(), BTreeMap::new());
    let plan = Plan::default();
    let mut names = Names { automatic, components, plan, numbers, open: Vec::new(), named, interfaces, wires };
    names.index();
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
}

/// An export: the component that has it, its name and what it is.
type Claim<'n> = (ComponentId, &'n str, &'n ComponentItem);

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
        let mut added: Vec<(String, Source)> = Vec::new();
        let mut renamed: BTreeSet<String> = BTreeSet::new();
        for Export { name, exporter, export, .. } in &automatic.exports {
            let Some(id) = self.components.named(&exporter.component) else { continue };
            let Some(found) = self.export(id, export.as_deref(), name, name) else { continue };
            if exporter == root {
                renamed.insert(found.clone());
            }
            // Named once, it has the version that it has.
            let name = if export.is_none() { found.clone() } else { name.clone() };
            let source = self.source(exporter, id, found);
            added.push((name, source));
        }
        let (components, id) = (self.components, self.components.root());
        for name in components[id].exports().keys().filter(|name| !renamed.contains(*name)) {
            let source = self.source(root, id, name.clone());
            self.plan.exports.push((name.clone(), source));
        }
        self.plan.exports.extend(added);
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
            let said = |of: &InstanceName| {
                let mut wires = self.wires.get(of).into_iter().flatten().copied();
                wires.find(|wire| meant(components[own].imports(), &wire.import) == Some(import))
            };
            let first = InstanceName { number: 0, ..importer.clone() };
            // What would fill an import of a further instance from itself was only meant for the first.
            let of_first = || {
                said(&first).filter(|wire| !matches!(&wire.from, From::Export { exporter, .. } if exporter == importer))
            };
            let source = match said(importer).or_else(of_first).map(|wire| &wire.from) {
                Some(From::Host) => continue,
                Some(From::Export { exporter, export, .. }) => components
                    .named(&exporter.component)
                    .and_then(|id| Some((id, self.export(id, export.as_deref(), import, &interface(import, item))?)))
                    .map_or(Source::Undecided, |(id, export)| self.source(exporter, id, export)),
                None => self.by_name(own, import, item),
            };
            if !matches!(source, Source::Host(_)) {
                self.plan.fill(number, import, source);
            }
        }
    }

    /// The export that names say fills an import. Two that have the same claim are undecided.
    fn by_name(&mut self, importer: ComponentId, import: &str, item: &ComponentItem) -> Source {
        let wanted = interface(import, item);
        let is_instance = |of: &ComponentItem| matches!(of.ty, ComponentEntityType::Instance(_));
        // A label is not filled by what has its name and says to be another interface, or is none.
        let is_named = |of: &ComponentItem| match (&item.implements, &of.implements) {
            (None, None) => true,
            (Some(_), Some(_)) => compatible(&wanted, &interface(import, of)),
            _ => is_instance(item) && is_instance(of),
        };
        let named = self.named.get(import).into_iter().flatten();
        let named: Vec<_> = named.filter(|(id, _, of)| *id != importer && is_named(of)).copied().collect();
        let claims = if named.is_empty() { self.interfaces.best(&wanted, |(id, ..)| *id != importer) } else { named };
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
        let names = exports.keys().map(String::as_str);
        let own = exports.contains_key(import).then_some(import);
        let named = own.or_else(|| best(wanted, names)).map(str::to_owned);
        let label = || {
            let of_it = exports.iter().filter(|(name, of)| compatible(wanted, &interface(name, of)));
            only(of_it.map(|(name, _)| name)).or_else(|| meant(exports, wanted)).cloned()
        };
        named.or_else(label)
    }
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
