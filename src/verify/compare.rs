//! Compares a decoded component with the plan that it was written from. An error describes the first difference.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasmparser::ComponentExternalKind;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::decode::{Base, Level, Place};
use crate::link::Graph;
use crate::link::graph::HostImport;
use crate::load::component::implements;
use crate::load::{Component, Components};
use crate::name::told;
use crate::types::Outline;

/// Compares imports, instances with their arguments, and exports.
pub(super) fn compare(components: &Components, graph: &Graph, level: &Level<'_>) -> Result<(), String> {
    let plan = Plan::new(components, graph)?;
    plan.imports(level)?;
    plan.instances(level)?;
    plan.exports(level)
}

/// Checks that each function and type of an imported instance is imported by a component of the output: by any name of the
/// interface, since labels of the output may be other labels of components.
pub(super) fn imported_functions(components: &Components, graph: &Graph, output: &Outline) -> Result<(), String> {
    let interface = |name: &String, item: &ComponentItem| told(&implements(name, item).unwrap_or_else(|| name.clone()));
    let mut inputs: BTreeMap<String, Vec<(&String, &Component)>> = BTreeMap::new();
    for (_, id) in graph.users() {
        let component = &components[id];
        for (name, item) in component.imports() {
            inputs.entry(interface(name, item)).or_default().push((name, component));
        }
    }
    for (import, item) in output.imports() {
        let ComponentEntityType::Instance(id) = item.ty else { continue };
        let importers = inputs.get(&interface(import, item)).map(Vec::as_slice).unwrap_or_default();
        for export in output.types().get(id).iter().flat_map(|instance| instance.exports.keys()) {
            let is_imported = |(name, component): &(&String, &Component)| {
                component.import_at(&[(*name).clone(), export.clone()]).is_some()
            };
            if !importers.iter().any(is_imported) {
                return Err(format!("it imports `{export}` of `{import}`, which no component does"));
            }
        }
    }
    Ok(())
}

/// The plan, with the instances in their order in the output.
struct Plan<'a> {
    components: &'a Components,
    graph: &'a Graph,
    order: Vec<NodeIndex>,
    position: BTreeMap<NodeIndex, usize>,
}

impl<'a> Plan<'a> {
    fn new(components: &'a Components, graph: &'a Graph) -> Result<Self, String> {
        let order = graph.instantiation_order().ok_or("its instances need each other")?;
        let position = order.iter().enumerate().map(|(position, node)| (*node, position)).collect();
        Ok(Plan { components, graph, order, position })
    }

    fn imports(&self, level: &Level<'_>) -> Result<(), String> {
        let mut planned: BTreeMap<&str, ComponentExternalKind> = BTreeMap::new();
        for (_, host) in self.graph.hosts() {
            planned.insert(&host.name, self.host_kind(host).ok_or(format!("nothing imports `{}`", host.name))?);
        }
        planned.extend(self.graph.imported.values().map(|name| (name.as_str(), ComponentExternalKind::Component)));
        for import in &level.imports {
            match planned.remove(import.name) {
                Some(kind) if kind == import.kind => {}
                Some(kind) => return Err(format!("import `{}` is not a {}", import.name, kind.desc())),
                None => return Err(format!("it imports `{}`", import.name)),
            }
        }
        match planned.keys().next() {
            Some(name) => Err(format!("it does not import `{name}`")),
            None => Ok(()),
        }
    }

    fn host_kind(&self, host: &HostImport) -> Option<ComponentExternalKind> {
        let part = host.sources().next()?;
        let component = &self.components[self.graph.component(part.node)?];
        Some(kind(component.imports().get(&part.import)?.ty))
    }

    fn instances(&self, level: &Level<'_>) -> Result<(), String> {
        if level.instantiations.len() != self.order.len() {
            return Err(format!("it has {} instances of {}", level.instantiations.len(), self.order.len()));
        }
        let planned: BTreeSet<_> = self
            .order
            .iter()
            .filter_map(|node| self.graph.instance(*node))
            .filter(|instance| !self.graph.imported.contains_key(&instance.component))
            .map(|instance| self.components[instance.component].digest())
            .collect();
        if level.components.len() != planned.len() {
            return Err(format!("it nests {} components of {}", level.components.len(), planned.len()));
        }
        for (instantiation, node) in level.instantiations.iter().zip(&self.order) {
            let Some(instance) = self.graph.instance(*node) else { continue };
            let is_planned = match (&instantiation.component, self.graph.imported.get(&instance.component)) {
                (Place { base: Base::Nested(index), path }, None) if path.is_empty() => {
                    let nested = level.components.get(*index).map(|nested| nested.bytes);
                    let own = self.components[instance.component].bytes();
                    // Slices at one address are equal without a comparison.
                    nested.is_some_and(|nested| std::ptr::eq(nested, own) || nested == own)
                }
                (Place { base: Base::Import(found), path }, Some(name)) => found == name && path.is_empty(),
                _ => false,
            };
            if !is_planned {
                return Err(format!("instance `{}` is of another component", instance.name));
            }
            let mut arguments: BTreeMap<&str, &Place<'_>> = BTreeMap::new();
            for (import, place) in &instantiation.arguments {
                if arguments.insert(import, place).is_some() {
                    return Err(format!("import `{import}` of `{}` is filled twice", instance.name));
                }
            }
            for (source, wire) in self.graph.arguments(*node) {
                let planned = self.place(source, &wire.path);
                if arguments.remove(wire.import.as_str()) != planned.as_ref() {
                    return Err(format!("import `{}` of `{}` is filled from elsewhere", wire.import, instance.name));
                }
            }
            if let Some(import) = arguments.keys().next() {
                return Err(format!("import `{import}` of `{}` is filled", instance.name));
            }
        }
        Ok(())
    }

    fn exports(&self, level: &Level<'_>) -> Result<(), String> {
        let planned = self.graph.exports();
        if level.exports.len() != planned.len() {
            return Err(format!("it has {} exports of {}", level.exports.len(), planned.len()));
        }
        for (export, planned) in level.exports.iter().zip(planned) {
            if export.name != planned.name {
                return Err(format!("it exports `{}` in the place of `{}`", export.name, planned.name));
            }
            // A type that a document defines is the output's own, or an alias of an imported type.
            let is_definition = export.kind == ComponentExternalKind::Type
                && self.graph.is_declarations(planned.node)
                && matches!(export.place.base, Base::Local(_) | Base::Import(_));
            if is_definition {
                continue;
            }
            if Some(&export.place) != self.place(planned.node, &planned.path).as_ref() {
                return Err(format!("export `{}` is something else", export.name));
            }
        }
        Ok(())
    }

    /// The place in the output at which an item must be found.
    fn place(&self, node: NodeIndex, path: &'a [String]) -> Option<Place<'a>> {
        let base = match self.graph.host(node) {
            Some(host) => Base::Import(&host.name),
            None => Base::Instantiation(*self.position.get(&node)?),
        };
        Some(Place { base, path: path.iter().map(String::as_str).collect() })
    }
}

fn kind(ty: ComponentEntityType) -> ComponentExternalKind {
    match ty {
        ComponentEntityType::Module(_) => ComponentExternalKind::Module,
        ComponentEntityType::Func(_) => ComponentExternalKind::Func,
        ComponentEntityType::Value(_) => ComponentExternalKind::Value,
        ComponentEntityType::Type { .. } => ComponentExternalKind::Type,
        ComponentEntityType::Instance(_) => ComponentExternalKind::Instance,
        ComponentEntityType::Component(_) => ComponentExternalKind::Component,
    }
}
