//! Compares the exports of an output with its description: their names, types and origins.

use std::collections::BTreeSet;
use std::rc::Rc;

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::of_output;
use super::wires::holders;
use crate::check::Original;
use crate::finding::Finding;
use crate::follow::{Followed, Item};
use crate::link::Graph;
use crate::link::graph::Export;
use crate::load::{Component, Components};
use crate::text;
use crate::types::compare::Difference;
use crate::types::compare::{self, Item as Typed};
use crate::types::ids::attributes;

/// Returns the findings on the exports of an output in which no original is missing.
pub(super) fn compare(
    output: &Component,
    components: &Components,
    graph: &Graph,
    originals: &[Original<'_>],
    followed: &Followed<'_>,
) -> Vec<Finding> {
    let exports = Exports { output, components, graph, originals, followed, holders: holders(followed) };
    let mut found: Vec<Finding> = graph.exports().iter().filter_map(|export| exports.finding(export)).collect();
    let is_planned = |name: &str| graph.exports().iter().any(|export| export.name == name);
    found.extend(output.exports().iter().filter(|(name, _)| !is_planned(name)).map(|(name, item)| {
        of_output("", format!("it exports {} `{name}`, which its description does not", kind(item.ty)))
    }));
    found
}

struct Exports<'e, 'a> {
    output: &'e Component,
    components: &'e Components,
    graph: &'e Graph,
    originals: &'e [Original<'e>],
    followed: &'e Followed<'a>,
    /// The instances that contain one of a component of the description.
    holders: BTreeSet<usize>,
}

/// The expected origin of an export.
enum Origin<'e> {
    /// An instance of that component.
    Component(&'e Component),
    /// The host.
    Host,
}

impl<'e, 'a> Exports<'e, 'a> {
    /// The finding about one described export.
    fn finding(&self, export: &Export) -> Option<Finding> {
        let name = &export.name;
        let Some(found) = self.output.exports().get(name) else {
            return Some(of_output("", format!("it does not export `{name}`, which its description does")));
        };
        if let Err(Difference { expected, found }) = self.same_type(export, found.ty) {
            let found = found.unwrap_or_else(|| "nothing".to_owned());
            let what =
                format!("it exports `{name}` of another type than its description: {found} in the place of {expected}");
            return Some(of_output("", text::lines(&what)));
        }
        if let Some(what) = self.other_attribute(export, found) {
            return Some(of_output("", format!("it exports `{name}` with another {what} than its component")));
        }
        // An export that a document defines is a type, which carries no authority.
        if self.graph.is_declarations(export.node) {
            return None;
        }
        let (origin, path, whose) = match (self.graph.host(export.node), self.graph.component(export.node)) {
            (Some(host), _) => {
                let path = std::iter::once(&host.name).chain(&export.path).cloned().collect();
                (Origin::Host, path, "the host's".to_owned())
            }
            (None, Some(id)) => {
                let component = &self.components[id];
                (Origin::Component(component), export.path.clone(), format!("that of `{}`", component.name()))
            }
            (None, None) => {
                return Some(of_output("", format!("what its description exports as `{name}` is not known")));
            }
        };
        let outermost = self.followed.instances.first();
        let item = outermost.map(|outermost| outermost.exported(std::slice::from_ref(name)));
        let is_it = item.is_some_and(|item| self.is_from(&item, &origin, &path, found.ty));
        (!is_it).then(|| of_output("", format!("what it exports as `{name}` is not {whose}")))
    }

    /// The attribute in which an export differs from the export of that name in its component. An export of another
    /// name has no attributes.
    ///
    /// Component Model, Explainer, "Import and Export Definitions".
    fn other_attribute(&self, export: &Export, found: &ComponentItem) -> Option<&'static str> {
        let component = self.graph.instance(export.node).map(|of| &self.components[of.component]);
        let of_name = component.filter(|_| export.path == [export.name.as_str()]);
        let expected = of_name.and_then(|component| component.exports().get(&export.name));
        let (expected, found) = (expected.map(attributes).unwrap_or_default(), attributes(found));
        let names = ["`implements`", "`version-suffix`", "`external-id`"];
        let pairs = names.into_iter().zip(expected.into_iter().zip(found));
        { pairs }.find(|(_, (expected, found))| expected != found).map(|(what, _)| what)
    }

    /// Compares the type of an export with the expected one.
    fn same_type(&self, export: &Export, found: ComponentEntityType) -> Result<(), Difference> {
        let found = Typed { component: self.output, name: &export.name, ty: found };
        let part = self.graph.host(export.node).and_then(|host| host.parts.first());
        let node = part.map_or(export.node, |part| part.node);
        let unknown =
            || Difference { expected: "what is not known".to_owned(), found: Some(kind(found.ty).to_owned()) };
        let component = self.graph.component(node).map(|id| &self.components[id]).ok_or_else(unknown)?;
        let expected = match part {
            Some(part) => {
                let path: Vec<String> = std::iter::once(&part.import).chain(&export.path).cloned().collect();
                component.import_at(&path)
            }
            None => component.export_at(&export.path),
        };
        match expected {
            Some(ty) => compare::compare_same(Typed { component, name: &export.name, ty }, found),
            None if part.is_none() && export.path.is_empty() => {
                compare::compare_whole(found, component, component.name()).map(drop)
            }
            None => Err(unknown()),
        }
    }

    /// Whether an item of a type originates at a path of names, or is an inline instance of items that do.
    fn is_from(&self, item: &Item<'a>, origin: &Origin<'_>, path: &[String], ty: ComponentEntityType) -> bool {
        match (item, ty) {
            // A type without functions carries no authority.
            (_, ComponentEntityType::Type { .. }) => true,
            (Item::Export(id, own), _) => self.is_instance(*id, origin) && own == path,
            (Item::Host(own), _) => matches!(origin, Origin::Host) && own == path,
            (Item::Own(id, _), _) => self.stands_before((*id, item), origin, path),
            (Item::Bundle(_), ComponentEntityType::Instance(id)) => {
                let is_inner = |(name, inner): (&String, &ComponentItem)| {
                    let path: Vec<String> = path.iter().chain([name]).cloned().collect();
                    self.is_from(&item.export(name), origin, &path, inner.ty)
                };
                self.output.types().get(id).is_some_and(|ty| ty.exports.iter().all(is_inner))
            }
            (Item::Bundle(_) | Item::Component(..) | Item::Unknown(_), _) => false,
        }
    }

    /// Whether an instance is one of a component.
    fn is_instance(&self, id: usize, origin: &Origin<'_>) -> bool {
        let original = self.followed.instances.get(id).and_then(|instance| self.originals.get(instance.original?));
        let Origin::Component(component) = origin else { return false };
        original.is_some_and(|original| original.bytes == component.bytes())
    }

    /// Whether code is an export adapter for an export of a component: it is given that export, and exports its own
    /// item under the same names. Its other arguments are the subject of the check.
    fn stands_before(&self, (id, code): (usize, &Item<'a>), origin: &Origin<'_>, path: &[String]) -> bool {
        let mut instance = self.followed.instances.get(id);
        // An adapter has no component of the description in it.
        let is_part = |outer: &usize| *outer != 0 && !self.holders.contains(outer);
        while let Some(outer) = instance.and_then(|of| of.within).filter(is_part) {
            instance = self.followed.instances.get(outer);
        }
        let given = instance
            .filter(|of| of.within.is_some() && of.exported(path) == *code)
            .into_iter()
            .flat_map(|of| of.arguments.values());
        // Inline instances may share parts, so each is visited once.
        let (mut open, mut seen): (Vec<Item<'a>>, _) = (given.cloned().collect(), BTreeSet::new());
        while let Some(item) = open.pop() {
            match item {
                Item::Export(of, own) if self.is_instance(of, origin) && path.starts_with(&own) => return true,
                Item::Bundle(items) if seen.insert(Rc::as_ptr(&items)) => open.extend(items.values().cloned()),
                _ => {}
            }
        }
        false
    }
}

fn kind(ty: ComponentEntityType) -> &'static str {
    match ty {
        ComponentEntityType::Module(_) => "core module",
        ComponentEntityType::Func(_) => "function",
        ComponentEntityType::Value(_) => "value",
        ComponentEntityType::Type { .. } => "type",
        ComponentEntityType::Instance(_) => "instance",
        ComponentEntityType::Component(_) => "component",
    }
}
