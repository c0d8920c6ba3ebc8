//! Which exported functions of an instance anybody may call: the host, or an instance that its grants leave the function.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use crate::decide::needs::wanted;
use crate::decide::{Around, decide};
use crate::describe::Grants;
use crate::imports::Imports;
use crate::link::Graph;
use crate::load::{Component, Components};

/// The users of exports in a graph without adapters.
pub(super) struct Callers<'g> {
    components: &'g Components,
    graph: &'g Graph,
    grants: &'g BTreeMap<String, Grants>,
    /// What instances keep of the functions that other components fill, so far.
    kept: RefCell<BTreeMap<NodeIndex, Passed>>,
}

/// The functions that are left to an instance, by the paths of their imports. `None` if all are.
type Passed = Option<BTreeSet<Vec<String>>>;

impl<'g> Callers<'g> {
    /// Nothing of them is known yet: it is found out when it is asked for.
    pub(super) fn new(components: &'g Components, graph: &'g Graph, grants: &'g BTreeMap<String, Grants>) -> Self {
        Callers { components, graph, grants, kept: RefCell::default() }
    }

    /// Whether anybody has an exported function of an instance, by its path.
    pub(super) fn any(&self, node: NodeIndex, path: &[String]) -> bool {
        let mut exports = self.graph.exports().iter();
        exports.any(|export| export.node == node && path.starts_with(&export.path))
            || self.graph.users_of(node).any(|(user, wire)| {
                let inner = path.strip_prefix(wire.path.as_slice());
                inner.is_some_and(|inner| self.has(user, &[std::slice::from_ref(&wire.import), inner].concat()))
            })
    }

    /// Whether an instance imports a function, by its path, and its grants leave it.
    fn has(&self, user: NodeIndex, path: &[String]) -> bool {
        let Some(component) = self.graph.instance(user).map(|of| &self.components[of.component]) else { return false };
        if !matches!(component.import_at(path), Some(ComponentEntityType::Func(_))) {
            return false;
        }
        let mut kept = self.kept.borrow_mut();
        let passed = kept.entry(user).or_insert_with(|| self.passed(user, component));
        // What is in an instance within an import cannot be taken away.
        path.len() > 2 || passed.as_ref().is_none_or(|passed| passed.contains(path))
    }

    /// Grants name what they take of a component that other components fill. So what callers pass to its exports has no say in it.
    fn passed(&self, user: NodeIndex, component: &Component) -> Passed {
        let grants = self.grants.get(component.name())?;
        let imports = Imports::of(component);
        let is_hosts = |import: &str| self.graph.is_hosts(user, import);
        // Errors are found where the adapter is made.
        let decisions =
            decide(&imports, grants, Around { is_hosts: &is_hosts, converts_exports: true, ..Around::ALONE });
        let decisions = decisions.ok().filter(|decisions| decisions.changes())?;
        let wanted = wanted(&decisions).ok()?;
        let of_adapter = wanted.iter().flat_map(|of| &of.functions).map(|of| path_of(of.interface, of.name));
        // Nothing stands before the other interfaces, and before functions of the world that stay.
        let others = decisions.interfaces.iter().flat_map(|of| of.functions.iter().map(move |function| (of, function)));
        let others = others.filter(|(of, function)| match of.interface.name {
            "" => function.is_passed,
            _ => !of.is_adapted,
        });
        let others = others.map(|(of, function)| path_of(of.interface.name, function.function.name));
        Some(of_adapter.chain(others).collect())
    }
}

/// The path of a function of an interface, or of the world itself, whose name is empty.
fn path_of(interface: &str, function: &str) -> Vec<String> {
    [interface, function].into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
