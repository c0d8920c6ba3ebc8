//! Host imports. Each is written on first use, before the types of another import mention its types.

use petgraph::graph::NodeIndex;
use wasm_encoder::ComponentExportKind;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem};

use super::error::EncodeError;
use super::{Encoder, Item};
use crate::link::graph::InstanceImport;
use crate::types::copy::{Copier as _, extern_name};
use crate::types::{Definition, Side, TypeKey};

/// The progress of a host import.
pub(super) enum HostState {
    /// Its type is incomplete. Types that it defines are found in its own scope.
    Open,
    /// It is complete.
    Written(Item),
}

impl<'a> Encoder<'a> {
    /// Writes all host imports: instances, then types (which may be aliases of types of instances), then the rest.
    pub(super) fn host_imports(&mut self) -> Result<(), EncodeError> {
        let rank = |node: &NodeIndex| match self.first_type(*node) {
            Some(ComponentEntityType::Instance(_)) => 0,
            Some(ComponentEntityType::Type { .. }) => 1,
            _ => 2,
        };
        let mut nodes: Vec<NodeIndex> = self.graph.hosts().map(|(node, _)| node).collect();
        nodes.sort_by_key(rank);
        nodes.into_iter().try_for_each(|node| self.host(node).map(drop))
    }

    /// The item of a host import. `None` while its type is incomplete.
    fn host(&mut self, node: NodeIndex) -> Result<Option<Item>, EncodeError> {
        match self.hosts.get(&node) {
            Some(HostState::Written(item)) => return Ok(Some(*item)),
            Some(HostState::Open) => return Ok(None),
            None => {}
        }
        let Some(host) = self.graph.host(node) else { return Ok(None) };
        self.hosts.insert(node, HostState::Open);
        // The import is a definition of the output component, so the open scopes are set aside.
        let nested = std::mem::take(&mut self.nested);
        let current = std::mem::replace(&mut self.current, host.name.clone());

        let components = self.components;
        let item = |part: &InstanceImport| {
            Some((part.node, components[self.graph.component(part.node)?].imports().get(&part.import)?))
        };
        let items: Vec<_> = host.parts.iter().filter_map(item).collect();
        let (id, import) = &host.declared;
        let nothing = || EncodeError::Inconsistent { what: format!("nothing imports `{}`", host.name) };
        let declared = components[*id].imports().get(import).ok_or_else(nothing)?;
        let ty = match declared.ty {
            ComponentEntityType::Instance(_) => {
                let mut exports = Vec::new();
                for (node, item) in items {
                    exports.extend(self.exports_of(node, item)?);
                }
                for (part, types) in &host.types {
                    let (node, item) = item(part).ok_or_else(nothing)?;
                    exports.extend(self.exports_of(node, item)?.filter(|(_, name, _)| types.contains(*name)));
                }
                wasm_encoder::ComponentTypeRef::Instance(self.instance_of(exports)?)
            }
            _ => {
                let (component, item) = items.first().ok_or_else(nothing)?;
                self.declaration(*component, item, &items)?
            }
        };
        let index = self.sections.import(extern_name(&host.name, declared), ty);
        let written = (ty.kind(), index);

        self.nested = nested;
        self.current = current;
        self.hosts.insert(node, HostState::Written(written));
        Ok(Some(written))
    }

    /// The exports of an item, if it is an instance.
    fn exports_of(
        &self,
        node: NodeIndex,
        item: &'a ComponentItem,
    ) -> Result<impl Iterator<Item = (NodeIndex, &'a String, &'a ComponentItem)> + use<'a>, EncodeError> {
        let types = self.component(node)?.types();
        let ty = match item.ty {
            ComponentEntityType::Instance(id) => types.get(id),
            _ => None,
        };
        Ok(ty.into_iter().flat_map(|ty| &ty.exports).map(move |(name, item)| (node, name, item)))
    }

    /// The index, in the output component itself, of a type that a host import or an export names: by this alias if it
    /// is named, else by the first name that the component has for the type.
    pub(super) fn top_level_type(
        &mut self,
        node: NodeIndex,
        id: ComponentAnyTypeId,
    ) -> Result<Option<u32>, EncodeError> {
        if let Some(index) = self.top_level_alias(node, id)? {
            return Ok(Some(index));
        }
        let component = self.component(node)?;
        let key = component.key(id);
        let found = match (self.known.identity(node, key), component.definition(key)) {
            (Some(index), _) => Some(index),
            (None, Some(definition)) => self.named_by_host(node, definition)?,
            (None, None) => None,
        };
        let found = match (found, self.graph.equal(node, key)) {
            (None, Some((other, key))) => self.named_as(other, key)?,
            (found, _) => found,
        };
        let found = found.or_else(|| self.named_by_export(node, id, false));
        // An export may give the alias a name of its own later.
        if let Some(index) = found {
            self.known.identify_first(node, key, index);
        }
        Ok(found)
    }

    /// The index of a type of another import, by the first name that its component has for it.
    fn named_as(&mut self, node: NodeIndex, key: TypeKey) -> Result<Option<u32>, EncodeError> {
        match self.component(node)?.definition(key) {
            Some(definition) => self.named_by_host(node, definition),
            None => Ok(None),
        }
    }

    /// As [`Encoder::top_level_type`], by exactly this alias.
    pub(super) fn top_level_alias(
        &mut self,
        node: NodeIndex,
        id: ComponentAnyTypeId,
    ) -> Result<Option<u32>, EncodeError> {
        if let Some(index) = self.known.alias(node, id) {
            return Ok(Some(index));
        }
        let by_host = match self.component(node)?.alias_name(id) {
            Some(definition) => self.named_by_host(node, definition)?,
            None => None,
        };
        let found = by_host.or_else(|| self.named_by_export(node, id, true));
        self.name_at_top(node, id, found);
        Ok(found)
    }

    fn name_at_top(&mut self, node: NodeIndex, id: ComponentAnyTypeId, index: Option<u32>) {
        if let Some(index) = index {
            let Ok(component) = self.component(node) else { return };
            self.known.name(node, id, component.key(id), index);
        }
    }

    /// The index of a type at a path of a component, if it originates from the host.
    fn named_by_host(&mut self, user: NodeIndex, definition: &Definition) -> Result<Option<u32>, EncodeError> {
        let Some((import, path)) = definition.path.split_first().filter(|_| definition.side == Side::Import) else {
            return Ok(None);
        };
        // An import may also be filled by one that a document declares, or by a part of it.
        let of_types = || path.first().and_then(|name| self.types_of.get(&(user, import, name.as_str())));
        let (node, path) = match self.host_of.get(&(user, import.as_str())).or_else(of_types) {
            Some(node) => (*node, path.to_vec()),
            None => match self.graph.argument(user, import) {
                Some((host, wire)) if self.graph.host(host).is_some() => {
                    (host, wire.path.iter().chain(path).cloned().collect())
                }
                _ => {
                    return match self.exported_by(user, import, path) {
                        Some((exporter, id)) => self.top_level_type(exporter, id),
                        None => Ok(None),
                    };
                }
            },
        };
        if self.host(node)?.is_none() {
            return Ok(None);
        }
        let (kind, index) = self.item(node, &path)?;
        Ok((kind == ComponentExportKind::Type).then_some(index))
    }

    /// The type that fills a type of an import which an export of another component fills. Its origin may still be the
    /// host, since a component can export what it imports.
    fn exported_by(
        &self,
        importer: NodeIndex,
        import: &str,
        path: &[String],
    ) -> Option<(NodeIndex, ComponentAnyTypeId)> {
        let (source, wire) = self.graph.argument(importer, import)?;
        let path: Vec<String> = wire.path.iter().chain(path).cloned().collect();
        let component = self.component(source).ok()?;
        let ComponentEntityType::Type { created, .. } = component.export_at(&path)? else { return None };
        // The validator gives a plain type a new identity when it passes through an instance within the component. The
        // types of an interface are the same, imported or exported, but for resource types of the component's own.
        let is_same = |id: &ComponentAnyTypeId| match created {
            ComponentAnyTypeId::Defined(_) => true,
            _ => component.key(*id) == component.key(created),
        };
        let imported = match component.import_at(&path) {
            Some(ComponentEntityType::Type { created, .. }) => Some(created).filter(is_same),
            _ => None,
        };
        Some((source, imported.unwrap_or(created)))
    }

    fn first_type(&self, node: NodeIndex) -> Option<ComponentEntityType> {
        let part = self.graph.host(node)?.sources().next()?;
        Some(self.component(part.node).ok()?.imports().get(&part.import)?.ty)
    }
}
