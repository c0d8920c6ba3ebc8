//! The phase encode: [`Graph`] to the bytes of one component.
//!
//! The order is: host imports; components, once for equal contents; instances, each after its arguments; exports. The
//! graph is the plan, and this phase makes no decisions. The `verify` phase, which shares no code with this one,
//! compares the bytes with the plan.

pub(crate) mod error;
mod exports;
mod imports;
mod nested;
pub(crate) mod output;
mod sections;
mod types;

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;
use wasm_encoder::{
    ComponentExportKind, ComponentNameSection, ComponentSection as _, ComponentTypeRef, CustomSection, NameMap,
    ProducersField, ProducersSection,
};

pub(crate) use error::EncodeError;
pub(crate) use nested::encode_nested;

use crate::limits;
use crate::link::Graph;
use crate::link::graph::{Export, HostImport};
use crate::load::digest::Digest;
use crate::load::{Component, ComponentId, Components};
use crate::provenance::{self, Provenance};
use crate::types::copy::{Copier as _, Scope, TypeIndices, export_kind};
use exports::Exported;
use imports::HostState;
use output::Output;
use sections::Sections;

/// Encodes the component that a graph describes, with a section for `provenance` if there is one. A single component
/// that needs no wrapper is returned itself.
///
/// # Errors
///
/// The type of a host import cannot be written outside of its component, or the component would exceed a limit of the
/// validator.
pub(crate) fn encode(
    components: &Components,
    graph: &Graph,
    provenance: Option<&Provenance>,
) -> Result<Output, EncodeError> {
    if let Some(component) = unwrapped(components, graph) {
        let (mut output, mut bytes) = (Output::default(), Vec::new());
        output.add_component(component);
        if let Some(section) = provenance.map(provenance_section) {
            section.append_to_component(&mut bytes);
        }
        output.add(bytes);
        return Ok(output);
    }
    let Some(order) = graph.instantiation_order() else {
        return Err(EncodeError::Inconsistent { what: "its instances need each other".to_owned() });
    };
    let mut encoder = Encoder::new(components, graph);
    encoder.host_imports()?;
    for node in order {
        encoder.instance(node)?;
    }
    encoder.exports()?;
    encoder.check_limits()?;
    Ok(encoder.finish(provenance))
}

/// The component that can be the output without a wrapper: the only one, whose imports are all the host's under their
/// own names, and whose exports are those of the output. Nesting is avoided because some hosts lose handles that pass
/// through one component to another.
///
/// A component that already has provenance is nested, since the provenance describes the component alone. A composition
/// with a name is nested too: the name belongs in the name section of the output, while policy rules know the component
/// by its own.
fn unwrapped<'c>(components: &'c Components, graph: &Graph) -> Option<&'c Component> {
    let mut instances = graph.instances();
    let (node, instance) = instances.next().filter(|_| instances.next().is_none())?;
    let component = &components[instance.component];
    let is_named = graph.name.is_some() || graph.is_ruled;
    if is_named || graph.imported.contains_key(&instance.component) || component.has_provenance() {
        return None;
    }
    // A merged import of several versions, or one that a document declares, has another name or type than the import.
    let is_hosts_own = |import: &String| {
        let host = graph.argument(node, import).filter(|(_, wire)| wire.path.is_empty());
        let host = host.and_then(|(source, _)| graph.host(source));
        let is_its =
            |host: &HostImport| matches!(host.parts.as_slice(), [part] if part.node == node) && host.types.is_empty();
        host.is_some_and(|host| host.name == *import && is_its(host))
    };
    let imports = component.imports();
    let is_own = |(export, name): (&Export, &String)| {
        export.node == node && export.name == *name && matches!(export.path.as_slice(), [path] if path == name)
    };
    let (exports, own) = (graph.exports(), component.exports());
    let is_whole = graph.hosts().count() == imports.len() && imports.keys().all(is_hosts_own);
    let is_same = exports.len() == own.len() && exports.iter().zip(own.keys()).all(is_own);
    (is_whole && is_same).then_some(component)
}

/// The custom section with the provenance of an output.
fn provenance_section(provenance: &Provenance) -> CustomSection<'static> {
    CustomSection { name: provenance::SECTION.into(), data: provenance.json().into_bytes().into() }
}

/// An item of the output: its kind and index.
type Item = (ComponentExportKind, u32);

struct Encoder<'a> {
    components: &'a Components,
    graph: &'a Graph,
    sections: Sections,
    /// The name of the current host import, for messages.
    current: String,
    hosts: BTreeMap<NodeIndex, HostState>,
    host_of: BTreeMap<(NodeIndex, &'a str), NodeIndex>,
    /// The host imports that name plain types of imports which components fill.
    types_of: BTreeMap<(NodeIndex, &'a str, &'a str), NodeIndex>,
    /// The types that the output component itself names.
    known: TypeIndices<NodeIndex>,
    /// The enclosing instance and component types, outermost first.
    nested: Vec<Scope<NodeIndex>>,
    /// The nested components by content, with the name of the first one.
    embedded: BTreeMap<Digest, (u32, &'a str)>,
    /// The imported components.
    imported: BTreeMap<ComponentId, u32>,
    instances: BTreeMap<NodeIndex, u32>,
    aliases: BTreeMap<(NodeIndex, Vec<String>), Item>,
    /// The types that exports name so far.
    exported: Exported,
}

impl<'a> Encoder<'a> {
    fn new(components: &'a Components, graph: &'a Graph) -> Self {
        let parts = |(node, host): (NodeIndex, &'a HostImport)| {
            host.parts.iter().map(move |part| ((part.node, part.import.as_str()), node))
        };
        let types = |(node, host): (NodeIndex, &'a HostImport)| {
            let all = host.types.iter().flat_map(|(part, names)| names.iter().map(move |name| (part, name)));
            all.map(move |(part, name)| ((part.node, part.import.as_str(), name.as_str()), node))
        };
        Encoder {
            components,
            graph,
            sections: Sections::new(),
            current: String::new(),
            hosts: BTreeMap::new(),
            host_of: graph.hosts().flat_map(parts).collect(),
            types_of: graph.hosts().flat_map(types).collect(),
            known: TypeIndices::default(),
            nested: Vec::new(),
            embedded: BTreeMap::new(),
            imported: BTreeMap::new(),
            instances: BTreeMap::new(),
            aliases: BTreeMap::new(),
            exported: Exported::default(),
        }
    }

    /// Nests the component of an instance, unless an equal one is nested already, and instantiates it.
    fn instance(&mut self, node: NodeIndex) -> Result<(), EncodeError> {
        let Some(instance) = self.graph.instance(node) else { return Ok(()) };
        let component = &self.components[instance.component];
        if component.depth() >= limits::COMPONENT_DEPTH {
            let (depth, limit) = (component.depth(), limits::COMPONENT_DEPTH);
            return Err(EncodeError::TooDeep { component: component.name().to_owned(), depth, limit });
        }
        let embedded = match self.graph.imported.get(&instance.component) {
            Some(name) => self.imported_component(node, instance.component, name)?,
            None => self.nested_component(component),
        };
        let mut arguments = Vec::new();
        for (source, wire) in self.graph.arguments(node) {
            let (kind, index) = self.item(source, &wire.path)?;
            arguments.push((wire.import.as_str(), kind, index));
        }
        let index = self.sections.instantiate(embedded, arguments);
        self.instances.insert(node, index);
        Ok(())
    }

    /// Imports the component of an instance, unless it is imported already.
    fn imported_component(&mut self, node: NodeIndex, id: ComponentId, name: &str) -> Result<u32, EncodeError> {
        if let Some(index) = self.imported.get(&id) {
            return Ok(*index);
        }
        self.current.replace_range(.., name);
        let ty = ComponentTypeRef::Component(self.type_of_component(node)?);
        let index = self.sections.import(name.into(), ty);
        self.imported.insert(id, index);
        Ok(index)
    }

    /// Nests a component, unless an equal one is nested already.
    fn nested_component(&mut self, component: &'a Component) -> u32 {
        match self.embedded.get(&component.digest()) {
            Some((index, _)) => *index,
            None => {
                let index = self.sections.component(component);
                self.embedded.insert(component.digest(), (index, component.name()));
                index
            }
        }
    }

    /// The item at a path of exports of a node. Each alias is written once.
    fn item(&mut self, node: NodeIndex, path: &[String]) -> Result<Item, EncodeError> {
        let Some((last, before)) = path.split_last() else {
            return self.whole(node);
        };
        let key = (node, path.to_vec());
        if let Some(item) = self.aliases.get(&key) {
            return Ok(*item);
        }
        let (_, instance) = self.item(node, before)?;
        let kind = self.kind(node, path)?;
        let item = (kind, self.sections.alias_export(instance, kind, last));
        self.aliases.insert(key, item);
        Ok(item)
    }

    /// The instance or host import of a node.
    fn whole(&self, node: NodeIndex) -> Result<Item, EncodeError> {
        let host = match self.hosts.get(&node) {
            Some(HostState::Written(item)) => Some(*item),
            _ => None,
        };
        let instance = self.instances.get(&node).map(|index| (ComponentExportKind::Instance, *index));
        host.or(instance).ok_or_else(|| EncodeError::Inconsistent {
            what: "an instance is used before all that it needs is there".to_owned(),
        })
    }

    fn kind(&self, node: NodeIndex, path: &[String]) -> Result<ComponentExportKind, EncodeError> {
        let ty = match (self.graph.instance(node), self.graph.host(node)) {
            (Some(instance), _) => self.components[instance.component].export_at(path),
            (_, Some(host)) => host.sources().find_map(|part| {
                let path: Vec<String> = std::iter::once(&part.import).chain(path).cloned().collect();
                self.component(part.node).ok()?.import_at(&path)
            }),
            _ => None,
        };
        ty.map(export_kind)
            .ok_or_else(|| EncodeError::Inconsistent { what: format!("nothing exports `{}`", path.join("`/`")) })
    }

    fn check_limits(&self) -> Result<(), EncodeError> {
        let counts = self.sections.counts();
        let check = |count: u32, what, limit| match count as usize {
            count if count > limit => Err(EncodeError::TooMany { count, what, limit }),
            _ => Ok(()),
        };
        check(counts.components, "components", limits::COMPONENTS)?;
        check(counts.instances, "instances", limits::INSTANCES)
    }

    /// Adds the name section, the producers section and the provenance.
    fn finish(mut self, provenance: Option<&Provenance>) -> Output {
        let mut by_index: Vec<_> = self.embedded.values().copied().collect();
        by_index.sort();
        let mut components = NameMap::new();
        for (index, name) in by_index {
            components.append(index, name);
        }
        let mut by_index: Vec<_> = self.instances.iter().map(|(node, index)| (*index, *node)).collect();
        by_index.sort();
        let mut instances = NameMap::new();
        for (index, node) in by_index {
            instances.append(index, self.graph.instance(node).map_or("", |instance| instance.name.as_str()));
        }
        let mut names = ComponentNameSection::new();
        if let Some(name) = &self.graph.name {
            names.component(name);
        }
        names.components(&components);
        names.instances(&instances);
        self.sections.section(&names);
        let mut producers = ProducersSection::new();
        producers.field("processed-by", ProducersField::new().value("weld", env!("CARGO_PKG_VERSION")));
        self.sections.section(&producers);
        if let Some(provenance) = provenance {
            self.sections.section(&provenance_section(provenance));
        }
        self.sections.finish()
    }
}
