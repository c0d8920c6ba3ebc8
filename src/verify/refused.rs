//! What was to be taken away, looked for in the bytes that were encoded.
//!
//! What an adapter does not import it cannot pass on, whatever is in it. So nothing is left of a function if the instance
//! gets the import that has it from its adapter, and the adapter does not have that function itself.

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::decode::{Base, Level, Place};
use super::error::VerifyError;
use crate::link::Graph;
use crate::link::graph::Instance;
use crate::load::{Component, Components};
use crate::name::qualified;

/// A function that an instance must not reach.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'r> {
    /// The instance.
    pub instance: &'r str,
    /// The instance of its adapter.
    pub adapter: &'r str,
    /// The import that has the function; empty where it is an import itself.
    pub interface: &'r str,
    /// The function.
    pub function: &'r str,
}

/// Checks that an instance, with its adapters if it has any, is left nothing of the host's but what is allowed. `allowed`
/// says so of a function of an interface, which is empty for functions of the world itself.
///
/// # Errors
///
/// The first function that is, which is a bug of weld.
pub fn left(
    components: &Components,
    graph: &Graph,
    instance: &str,
    adapters: &[&str],
    allowed: &dyn Fn(&str, &str) -> bool,
) -> Result<(), VerifyError> {
    let is_one = |(_, of): &(NodeIndex, &Instance)| of.name == instance || adapters.contains(&of.name.as_str());
    for (node, of) in graph.instances().filter(is_one) {
        let component = &components[of.component];
        for (import, item) in component.imports() {
            let is_hosts = graph.argument(node, import).is_some_and(|(source, _)| graph.host(source).is_some());
            let functions: Vec<(&str, &str)> = match item.ty {
                _ if !is_hosts => Vec::new(),
                ComponentEntityType::Func(_) => vec![("", import)],
                ComponentEntityType::Instance(id) => {
                    let exports = component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
                    let functions = exports.filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)));
                    functions.map(|(name, _)| (import.as_str(), name.as_str())).collect()
                }
                _ => Vec::new(),
            };
            if let Some((_, function)) = functions.into_iter().find(|(interface, name)| !allowed(interface, name)) {
                let what = format!("`{instance}` is left `{function}` of import `{import}`, which nothing allows");
                return Err(VerifyError::Differs { what });
            }
        }
    }
    Ok(())
}

/// Checks that no instance reaches what it must not.
pub fn check(graph: &Graph, refused: &[Refused<'_>], level: &Level<'_>) -> Result<(), String> {
    let order = graph.instantiation_order().ok_or("its instances need each other")?;
    let names = order.iter().enumerate().map(|(position, node)| (graph.name_of(*node), position));
    let positions: BTreeMap<&str, usize> = names.collect();
    let mut adapters: BTreeMap<usize, Component> = BTreeMap::new();
    for Refused { instance, adapter, interface, function } in refused {
        let open = |how: &str| {
            let function = qualified(interface, function);
            Err(format!("`{function}` is not taken away from `{instance}`: {how}"))
        };
        let (Some(position), Some(of_adapter)) = (positions.get(instance), positions.get(adapter)) else {
            return open("it has no adapter");
        };
        let instantiation = |position: usize| level.instantiations.get(position);
        let import = if interface.is_empty() { function } else { interface };
        let arguments = instantiation(*position).into_iter().flat_map(|instance| &instance.arguments);
        let argument = { arguments }.find(|(name, _)| name == import);
        let expected = Place { base: Base::Instantiation(*of_adapter), path: vec![*import] };
        if argument.is_none_or(|(_, place)| *place != expected) {
            return open("its adapter does not fill it");
        }
        if !adapters.contains_key(of_adapter) {
            let nested = instantiation(*of_adapter).and_then(|adapter| match adapter.component {
                Place { base: Base::Nested(index), ref path } if path.is_empty() => level.components.get(index),
                _ => None,
            });
            let Some(nested) = nested else { return open("its adapter is not in the output") };
            let (name, bytes) = ((*adapter).to_owned(), nested.bytes.to_vec());
            let component = Component::decode(name.clone(), name, bytes).map_err(|error| error.to_string())?;
            adapters.insert(*of_adapter, component);
        }
        let path = match interface.is_empty() {
            true => vec![(*function).to_owned()],
            false => vec![(*interface).to_owned(), (*function).to_owned()],
        };
        if adapters.get(of_adapter).is_none_or(|component| component.import_at(&path).is_some()) {
            return open("its adapter has it");
        }
    }
    Ok(())
}
