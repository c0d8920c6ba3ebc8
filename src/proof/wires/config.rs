//! Wiring by a configuration of `wasm-tools compose`. An import is filled by an export of a definition; else by the
//! instance that its argument names; else by the instance of the import's name; else by the host. Where the
//! configuration names no export, types select it. Types are not compared here.

use std::collections::BTreeMap;

use wasmparser::component_types::ComponentEntityType;

use super::plan::{Plan, Source};
use crate::describe::wasm_compose::{ROOT, Wiring};
use crate::load::{ComponentId, Components};

/// The plan of a configuration.
pub(super) fn plan(wiring: &Wiring, components: &Components) -> Plan {
    let config = Config { wiring, components, plan: Plan::default(), numbers: BTreeMap::new(), open: Vec::new() };
    config.plan()
}

struct Config<'c> {
    wiring: &'c Wiring,
    components: &'c Components,
    plan: Plan,
    /// The instances: by name, or for definitions by component.
    numbers: BTreeMap<(Option<String>, ComponentId), usize>,
    /// The instances whose imports are not filled yet, each with its name.
    open: Vec<(usize, String)>,
}

impl Config<'_> {
    fn plan(mut self) -> Plan {
        let id = self.components.root();
        let root = self.number(ROOT, id);
        let exports = self.components[id].exports().keys();
        self.plan.exports = exports.map(|name| (name.clone(), Source::Export(root, vec![name.clone()]))).collect();
        while let Some((number, name)) = self.open.pop() {
            self.imports(number, &name);
        }
        self.plan
    }

    fn number(&mut self, name: &str, component: ComponentId) -> usize {
        let key = (Some(name.to_owned()), component);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.plan.instantiate(name.to_owned(), component);
        self.numbers.insert(key, number);
        self.open.push((number, name.to_owned()));
        number
    }

    fn imports(&mut self, number: usize, name: &str) {
        let components = self.components;
        let (wiring, Some(component)) = (self.wiring, self.plan.component(number, components)) else { return };
        let instantiation = wiring.config.instantiations.get(name);
        for (import, item) in component.imports() {
            let argument = instantiation.and_then(|instantiation| instantiation.arguments.get(import));
            let is_instance = matches!(item.ty, ComponentEntityType::Instance(_));
            if argument.is_none() && !is_instance {
                continue;
            }
            let source = match (self.definition(import), argument) {
                (Some(source), _) => source,
                (None, Some(argument)) => match components.named(wiring.component(&argument.instance)) {
                    None => Source::Undecided,
                    Some(id) => {
                        let number = self.number(&argument.instance, id);
                        argument
                            .export
                            .as_ref()
                            .map_or(Source::Any(number), |export| Source::Export(number, vec![export.clone()]))
                    }
                },
                (None, None) => match components.named(wiring.component(import)) {
                    Some(id) if id != components.root() => Source::Any(self.number(import, id)),
                    _ => continue,
                },
            };
            self.plan.fill(number, import, source);
        }
    }

    /// The export of the first definition that has it. A definition has one instance, whose imports are the host's.
    fn definition(&mut self, import: &str) -> Option<Source> {
        let components = self.components;
        let mut ids = self.wiring.definitions.iter().filter_map(|name| components.named(name));
        let id = ids.find(|id| components[*id].exports().contains_key(import))?;
        let plan = &mut self.plan;
        let instantiate = || plan.instantiate(components[id].name().to_owned(), id);
        let number = *self.numbers.entry((None, id)).or_insert_with(instantiate);
        Some(Source::Export(number, vec![import.to_owned()]))
    }
}
