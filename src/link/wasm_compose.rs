//! Wiring by a configuration of `wasm-tools compose`.
//!
//! The source of each import is the first of: an export of a definition, the instance that an argument names, an
//! instance with the name of the import. Other imports are left to the host.

use std::collections::{BTreeMap, VecDeque};

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::error::LinkError;
use super::matching;
use super::origin::{Filled, Origin};
use super::wiring::Wiring;
use crate::describe::At;
use crate::describe::wasm_compose::{self, ROOT};
use crate::load::{ComponentId, Components};

/// Wires all instances that the root needs.
///
/// # Errors
///
/// All errors of the configuration, instance by instance.
pub(super) fn wire<'a>(
    components: &'a Components,
    config: &wasm_compose::Wiring,
) -> Result<Wiring<'a>, Vec<At<LinkError>>> {
    let mut builder = Builder {
        components,
        config,
        wiring: Wiring::new(components),
        instances: BTreeMap::new(),
        definitions: BTreeMap::new(),
        queue: VecDeque::new(),
        errors: Vec::new(),
    };
    let root = builder.instance(ROOT, components.root());
    while let Some((node, name)) = builder.queue.pop_front() {
        builder.imports(node, &name);
    }
    builder.check();
    if !builder.errors.is_empty() {
        return Err(builder.errors.into_iter().map(At::from).collect());
    }
    let mut wiring = builder.wiring;
    for name in components[components.root()].exports().keys() {
        wiring.export(name.clone(), Origin::Export(root, vec![name.clone()]));
    }
    Ok(wiring)
}

struct Builder<'a, 'c> {
    components: &'a Components,
    config: &'c wasm_compose::Wiring,
    wiring: Wiring<'a>,
    instances: BTreeMap<String, NodeIndex>,
    definitions: BTreeMap<ComponentId, NodeIndex>,
    /// The instances whose imports are not filled yet.
    queue: VecDeque<(NodeIndex, String)>,
    errors: Vec<LinkError>,
}

impl<'a> Builder<'a, '_> {
    fn instance(&mut self, name: &str, component: ComponentId) -> NodeIndex {
        if let Some(node) = self.instances.get(name) {
            return *node;
        }
        let node = self.wiring.instantiate(name.to_owned(), component);
        self.instances.insert(name.to_owned(), node);
        self.queue.push_back((node, name.to_owned()));
        node
    }

    /// Fills the imports of an instance.
    fn imports(&mut self, node: NodeIndex, name: &str) {
        let Some(component) = self.wiring.component(node) else { return };
        let instantiation = self.config.config.instantiations.get(name);
        let arguments = instantiation.map(|instantiation| &instantiation.arguments);
        for argument in arguments.into_iter().flat_map(|arguments| arguments.keys()) {
            if !component.imports().contains_key(argument) {
                let known = matching::nearest(component.imports().keys(), argument);
                let (component, import) = (name.to_owned(), argument.clone());
                self.errors.push(LinkError::UnknownImport { component, import, known, denied: Vec::new() });
            }
        }
        for (import, item) in component.imports() {
            let argument = arguments.and_then(|arguments| arguments.get(import));
            // Instances are found by name. Other items are filled only by an argument.
            if argument.is_none() && !matches!(item.ty, ComponentEntityType::Instance(_)) {
                continue;
            }
            let filled = match (self.definition(import), argument) {
                (Some(origin), _) => self.filled(node, import, origin),
                (None, Some(argument)) => {
                    let exporter = self.config.component(&argument.instance);
                    let Some(id) = self.components.named(exporter) else {
                        let (importer, import) = (name.to_owned(), import.clone());
                        let instance = argument.instance.clone();
                        self.errors.push(LinkError::NoDependency { importer, import, instance });
                        continue;
                    };
                    let exporter = self.instance(&argument.instance, id);
                    self.of_instance(node, import, exporter, argument.export.as_deref())
                }
                (None, None) => match self.components.named(self.config.component(import)) {
                    // A component with an import and an export of one name does not fill itself.
                    Some(id) if id != self.components.root() => {
                        let exporter = self.instance(import, id);
                        self.of_instance(node, import, exporter, None)
                    }
                    _ => continue,
                },
            };
            match filled {
                Ok(filled) => self.wiring.fill(node, import, filled),
                Err(error) => self.errors.push(*error),
            }
        }
    }

    /// The export of that name of the first definition that has it. A definition has one instance.
    fn definition(&mut self, import: &str) -> Option<Origin> {
        let components = self.components;
        let mut ids = self.config.definitions.iter().filter_map(|name| components.named(name));
        let id = ids.find(|id| components[*id].exports().contains_key(import))?;
        let wiring = &mut self.wiring;
        let instantiate = || wiring.instantiate(components[id].name().to_owned(), id);
        let node = *self.definitions.entry(id).or_insert_with(instantiate);
        Some(Origin::Export(node, vec![import.to_owned()]))
    }

    /// Fills an import from an instance: by the named export, the instance itself, the export of the import's name, or
    /// the first export that fits.
    fn of_instance(
        &self,
        node: NodeIndex,
        import: &str,
        exporter: NodeIndex,
        export: Option<&str>,
    ) -> Result<Filled, Box<LinkError>> {
        let whole = Origin::Export(exporter, Vec::new());
        let Some(component) = self.wiring.component(exporter) else { return self.filled(node, import, whole) };
        if let Some(export) = export {
            if !component.exports().contains_key(export) {
                return Err(Box::new(LinkError::UnknownExport {
                    component: self.wiring.name_of(exporter).to_owned(),
                    export: export.to_owned(),
                    known: matching::nearest(component.exports().keys(), export),
                }));
            }
            return self.filled(node, import, whole.export(export));
        }
        let named = matching::best(component.exports().keys(), import);
        let candidates = named.into_iter().chain(component.exports().keys()).map(|export| whole.export(export));
        let fits = |origin: Origin| self.wiring.filled(node, import, origin, None).ok();
        let found = std::iter::once(whole.clone()).chain(candidates).find_map(fits);
        // A matching name with another type is the most useful error.
        if let (None, Some(export)) = (&found, named) {
            return self.filled(node, import, whole.export(export));
        }
        found.ok_or_else(|| {
            Box::new(LinkError::NoneFits {
                importer: self.wiring.name_of(node).to_owned(),
                import: import.to_owned(),
                component: self.wiring.name_of(exporter).to_owned(),
            })
        })
    }

    fn filled(&self, node: NodeIndex, import: &str, origin: Origin) -> Result<Filled, Box<LinkError>> {
        let argument = self.wiring.shown(&origin);
        self.wiring.filled(node, import, origin, None).map_err(|difference| {
            Box::new(LinkError::ArgumentMismatch {
                has: false,
                importer: self.wiring.name_of(node).to_owned(),
                import: import.to_owned(),
                argument,
                difference: Box::new(difference),
            })
        })
    }

    /// Refuses a configuration without effect, and imports where the configuration disallows them.
    fn check(&mut self) {
        if self.instances.len() + self.definitions.len() == 1 && self.errors.is_empty() {
            let imports = self.components[self.components.root()].imports().keys().cloned().collect();
            self.errors.push(LinkError::NoDependencies { imports });
        }
        if self.config.config.disallow_imports {
            let left = self.wiring.left_to_host();
            let imports: Vec<String> = left.into_iter().map(|(_, import)| import.to_owned()).collect();
            if !imports.is_empty() {
                self.errors.push(LinkError::ImportsDisallowed { imports });
            }
        }
    }
}
