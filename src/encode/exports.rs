//! Exports: items of instances, with types that the output can name.
//!
//! Component Model, Explainer, "Import and Export Definitions": an export may only mention types that are imported or
//! exported before it, and may be ascribed a supertype. An exported type has a new name, which later exports must use
//! for it; types within an interface that is exported unchanged keep their identity.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasm_encoder::{ComponentExportKind, ComponentTypeRef, TypeBounds};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem, ComponentValType};

use super::Encoder;
use super::error::EncodeError;
use crate::link::graph::Export;
use crate::link::root::{Root, Roots};
use crate::types::copy::{Copier as _, extern_name};
use crate::types::identity::visit_types;
use crate::types::mentions;
use crate::types::used::used;
use crate::types::{Definition, Side, TypeKey};

type Result<T> = std::result::Result<T, EncodeError>;

/// The types that exports name, by origin.
#[derive(Default)]
pub(super) struct Exported {
    /// The types that later exports may mention without an ascription.
    without_ascription: BTreeSet<Aliased>,
    by_alias: BTreeMap<Aliased, Place>,
    by_identity: BTreeMap<(NodeIndex, TypeKey), Place>,
}

type Aliased = (NodeIndex, ComponentAnyTypeId);

/// The place of a type among the exports.
#[derive(Clone)]
enum Place {
    /// The export itself.
    Itself(u32),
    /// An item of an exported instance, at this path.
    Within(u32, Vec<String>),
}

impl<'a> Encoder<'a> {
    pub(super) fn exports(&mut self) -> Result<()> {
        let graph = self.graph;
        for export in graph.exports() {
            let (kind, index) = match graph.is_declarations(export.node) {
                true => self.definition(export)?,
                false => self.export(export)?,
            };
            self.record_types(export, kind, index);
        }
        Ok(())
    }

    fn export(&mut self, export: &'a Export) -> Result<(ComponentExportKind, u32)> {
        let (kind, index) = self.item(export.node, &export.path)?;
        // The attributes of a declaration belong to its name, and are omitted under another name.
        let keeps_name = matches!(export.path.as_slice(), [name] if *name == export.name);
        let instance = self.graph.instance(export.node).filter(|_| keeps_name);
        let declared = instance.and_then(|instance| self.components[instance.component].exports().get(&export.name));
        let name = declared.map_or_else(|| export.name.as_str().into(), |item| extern_name(&export.name, item));
        let ty = self.ascribed(export)?;
        Ok((kind, self.sections.export(name, kind, index, ty)))
    }

    /// Exports a type that a document defines. It is written in full, so that later exports can mention it by this
    /// name.
    fn definition(&mut self, export: &Export) -> Result<(ComponentExportKind, u32)> {
        let items = self.component(export.node)?.exports();
        let item = export.path.first().and_then(|name| items.get(name));
        let declared = item.map(|item| self.declaration(export.node, item, &[(export.node, item)])).transpose()?;
        match declared {
            Some(ComponentTypeRef::Type(TypeBounds::Eq(index))) => {
                let kind = ComponentExportKind::Type;
                Ok((kind, self.sections.export(export.name.as_str().into(), kind, index, None)))
            }
            _ => Err(EncodeError::Inconsistent { what: format!("`{}` is no type", export.name) }),
        }
    }

    /// The ascribed type of an export, in terms of types that the output can name. It is needed for types that passed
    /// through another component, or that are exported on their own. `None` where it is not needed, or where a type has
    /// no name at all.
    fn ascribed(&mut self, export: &'a Export) -> Result<Option<ComponentTypeRef>> {
        let node = export.node;
        let Some(items) = self.items(export) else { return Ok(None) };
        let component = self.component(node)?;
        let mut named = BTreeSet::new();
        // WIT cannot express a borrowed type, unless the export is ascribed a type of another interface.
        let is_expressible = |item: &ComponentItem| mentions::borrowed(component, item.ty).is_empty();
        let mut uses_others = false;
        for (_, item) in items.iter().filter(|(_, item)| matches!(item.ty, ComponentEntityType::Instance(_))) {
            uses_others |= self.uses_others(export, item.ty)?;
        }
        let all =
            |(_, item): &(&String, &ComponentItem)| self.is_named(node, item.ty, &mut named) && is_expressible(item);
        if !uses_others && items.iter().all(all) {
            // A type that is exported by itself has a new name. Types of an instance keep theirs.
            let is_type = |item: &ComponentItem| matches!(item.ty, ComponentEntityType::Type { .. });
            if export.path.is_empty() || !items.iter().any(|(_, item)| is_type(item)) {
                self.exported.without_ascription.append(&mut named);
            }
            return Ok(None);
        }
        let mut own = BTreeSet::new();
        for (_, item) in &items {
            if !self.can_be_named(node, item.ty, &mut own)? {
                return Ok(None);
            }
        }
        match (export.path.is_empty(), items.as_slice()) {
            (true, _) => {
                let items = items.into_iter().map(|(name, item)| (node, name, item));
                Ok(Some(ComponentTypeRef::Instance(self.instance_of(items)?)))
            }
            (false, [(_, item)]) => match item.ty {
                // The export is the name of this type.
                ComponentEntityType::Type { created: ComponentAnyTypeId::Defined(id), .. } => {
                    Ok(Some(ComponentTypeRef::Type(TypeBounds::Eq(self.structure(node, id)?))))
                }
                ComponentEntityType::Type { .. } => Ok(None),
                ty => self.reference(node, ty).map(Some),
            },
            (false, _) => Ok(None),
        }
    }

    /// Whether an exported interface has a type that the output also names elsewhere, and that the instance defines as
    /// a type of its own. The instance may be an adapter, or the type may come from another component that fills the
    /// import. Without an ascription, WIT would have an equal type instead of `use`.
    fn uses_others(&mut self, export: &Export, item: ComponentEntityType) -> Result<bool> {
        let (node, ComponentEntityType::Instance(id)) = (export.node, item) else { return Ok(false) };
        let component = self.component(node)?;
        // What a type of the host consists of may be from another component, which makes it one of the instance's own.
        for (import, name) in
            used(component, [item]).into_iter().filter(|(import, _)| !self.graph.is_hosts(node, import))
        {
            let ty = component.import_at(&[import, name].map(str::to_owned));
            let Some(ty @ ComponentEntityType::Type { created, .. }) = ty else { continue };
            if mentions::resources(component, ty).is_empty() && self.top_level_type(node, created)?.is_some() {
                return Ok(true);
            }
        }
        for item in component.types().get(id).into_iter().flat_map(|ty| ty.exports.values()) {
            let ComponentEntityType::Type { created, referenced } = item.ty else { continue };
            let is_others = |definition: &&Definition| {
                !(definition.side == Side::Export && definition.path.starts_with(&export.path))
            };
            // The interface may use the type by another name than the first one.
            let used = component.alias_name(referenced).filter(is_others);
            let first = used.or_else(|| component.definition(component.key(created)).filter(is_others));
            let Some(first) = first else { continue };
            let is_same = match first.side {
                Side::Import => {
                    let source = first.path.first().and_then(|import| self.graph.argument(node, import));
                    source.is_none_or(|(source, _)| self.graph.host(source).is_some())
                }
                // An earlier export without an ascription has the same type.
                Side::Export => match self.roots().alias(node, referenced) {
                    Root::Instance(node, id) => self.exported.without_ascription.contains(&(node, id)),
                    Root::Host => true,
                },
            };
            let is_named = match created {
                // A resource type of an import has the same identity from any source, and is known by its first name. One of an export
                // has the name that an ascription gives it.
                ComponentAnyTypeId::Resource(_)
                    if first.side == Side::Import && component.definition(component.key(created)) == Some(first) =>
                {
                    None
                }
                ComponentAnyTypeId::Resource(_) => self.top_level_alias(node, referenced)?,
                _ => self.top_level_type(node, referenced)?,
            };
            if !is_same && is_named.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The items of an export: a single item, or all items of an instance.
    fn items(&self, export: &'a Export) -> Option<Vec<(&'a String, &'a ComponentItem)>> {
        let component = &self.components[self.graph.instance(export.node)?.component];
        match export.path.is_empty() {
            true => Some(component.exports().iter().collect()),
            false => Some(vec![(&export.name, component.item_of_export(&export.path)?)]),
        }
    }

    fn roots(&self) -> Roots<'a> {
        Roots::new(self.components, self.graph)
    }

    /// Whether the output names all types that an item mentions by the same alias. Adds the types that the item names
    /// to `named`.
    fn is_named(&self, node: NodeIndex, item: ComponentEntityType, named: &mut BTreeSet<Aliased>) -> bool {
        let Ok(component) = self.component(node) else { return false };
        if let ComponentEntityType::Instance(id) = item {
            let exports = component.types().get(id).into_iter().flat_map(|ty| ty.exports.values());
            return exports.into_iter().all(|item| self.is_named(node, item.ty, named));
        }
        let (node, id) = match item {
            ComponentEntityType::Func(id) => (node, id.into()),
            ComponentEntityType::Value(ComponentValType::Type(id)) => return self.is_named_in(node, id.into(), named),
            // The components of a type are named where the type is defined.
            ComponentEntityType::Type { created, .. } => match self.roots().alias(node, created) {
                Root::Instance(node, id) => (node, id),
                Root::Host => return true,
            },
            _ => return true,
        };
        let Ok(component) = self.component(node) else { return false };
        let all = mentions::within(component, id).into_iter().all(|id| self.is_named_in(node, id, named));
        if let ComponentEntityType::Type { .. } = item {
            named.insert((node, id));
        }
        all
    }

    /// As [`Encoder::is_named`], for a mentioned type.
    fn is_named_in(&self, node: NodeIndex, id: ComponentAnyTypeId, named: &BTreeSet<Aliased>) -> bool {
        let (mut rest, mut seen) = (vec![(node, id)], BTreeSet::new());
        while let Some((node, id)) = rest.pop() {
            let Root::Instance(node, id) = self.roots().alias(node, id) else { continue };
            if !seen.insert((node, id)) {
                continue;
            }
            let Ok(component) = self.component(node) else { return false };
            if !mentions::must_be_named(component, component.key(id)) {
                rest.extend(mentions::within(component, id).into_iter().map(|id| (node, id)));
            } else if !self.exported.without_ascription.contains(&(node, id)) && !named.contains(&(node, id)) {
                return false;
            }
        }
        true
    }

    /// Whether the output names all types that an item mentions by any alias. Adds the types that the item names to
    /// `own`.
    fn can_be_named(
        &mut self,
        node: NodeIndex,
        item: ComponentEntityType,
        own: &mut BTreeSet<TypeKey>,
    ) -> Result<bool> {
        let component = self.component(node)?;
        if let ComponentEntityType::Instance(id) = item {
            for item in component.types().get(id).into_iter().flat_map(|ty| ty.exports.values()) {
                if !self.can_be_named(node, item.ty, own)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        for id in mentions::by_name(component, item) {
            if !own.contains(&component.key(id)) && self.top_level_type(node, id)?.is_none() {
                return Ok(false);
            }
        }
        if let ComponentEntityType::Type { created, .. } = item {
            own.insert(component.key(created));
        }
        Ok(true)
    }

    /// Records the types of an export, so that later exports can mention them.
    fn record_types(&mut self, export: &'a Export, kind: ComponentExportKind, index: u32) {
        let roots = self.roots();
        let Some(component) = roots.component(export.node) else { return };
        // An adapter before an export writes plain types of it again. The output has them for those that they are written from.
        let adapted = |path: &[String]| {
            self.graph.instance(export.node)?.adapts.as_ref()?;
            let mut path = export.path.iter().chain(path);
            let (source, wire) = self.graph.argument(export.node, path.next()?)?;
            let path: Vec<String> = wire.path.iter().chain(path).cloned().collect();
            let component = roots.component(source)?;
            let item = component.export_at(&path).filter(|item| mentions::resources(component, *item).is_empty())?;
            let ComponentEntityType::Type { created, .. } = item else { return None };
            match roots.alias(source, created) {
                Root::Instance(node, id) => Some((node, id)),
                Root::Host => None,
            }
        };
        let whole = || component.exports().iter().collect();
        let one = || Some(vec![(&export.name, component.item_of_export(&export.path)?)]);
        let Some(items) = (if export.path.is_empty() { Some(whole()) } else { one() }) else { return };
        visit_types(component.types(), &mut items.into_iter(), &mut Vec::new(), &mut |path, id| {
            // The items of an exported instance have their own names. Any other export replaces the first name of the
            // path.
            let path = if export.path.is_empty() { path } else { path.get(1..).unwrap_or_default() };
            let place = match kind {
                ComponentExportKind::Type => Place::Itself(index),
                ComponentExportKind::Instance => Place::Within(index, path.to_vec()),
                _ => return,
            };
            if let Root::Instance(node, id) = roots.alias(export.node, id) {
                self.exported.by_alias.entry((node, id)).or_insert_with(|| place.clone());
            }
            if let Some(alias) = adapted(path) {
                self.exported.by_alias.entry(alias).or_insert_with(|| place.clone());
            }
            // A type of the host has the name of its import, unless an export by alias gives another.
            if let Root::Instance(origin, key) = roots.identity(export.node, component.key(id)) {
                self.exported.by_identity.entry((origin, key)).or_insert(place);
            }
        });
    }

    /// The index of an exported type, by exactly this alias or by any.
    pub(super) fn named_by_export(&mut self, node: NodeIndex, id: ComponentAnyTypeId, exact: bool) -> Option<u32> {
        if self.exported.by_alias.is_empty() && self.exported.by_identity.is_empty() {
            return None;
        }
        let roots = self.roots();
        let place = match exact {
            true => match roots.alias(node, id) {
                Root::Instance(node, id) => self.exported.by_alias.get(&(node, id)),
                Root::Host => None,
            },
            false => match roots.identity(node, roots.component(node)?.key(id)) {
                Root::Instance(node, key) => self.exported.by_identity.get(&(node, key)),
                Root::Host => None,
            },
        };
        match place.cloned()? {
            Place::Itself(index) => Some(index),
            Place::Within(mut instance, path) => {
                let (last, before) = path.split_last()?;
                for name in before {
                    instance = self.sections.alias_export(instance, ComponentExportKind::Instance, name);
                }
                Some(self.sections.alias_export(instance, ComponentExportKind::Type, last))
            }
        }
    }

    /// The index of a resource type within its instance, which an export may name.
    pub(super) fn defined_by_instance(&mut self, node: NodeIndex, id: ComponentAnyTypeId) -> Result<Option<u32>> {
        let roots = self.roots();
        let Ok(component) = self.component(node) else { return Ok(None) };
        let Root::Instance(node, key) = roots.identity(node, component.key(id)) else { return Ok(None) };
        let definition = roots.component(node).and_then(|component| component.definition(key));
        let is_there = self.instances.contains_key(&node) && !self.is_closed();
        match definition.filter(|definition| definition.side == Side::Export && is_there) {
            Some(definition) => match self.item(node, &definition.path)? {
                (ComponentExportKind::Type, index) => Ok(Some(index)),
                _ => Ok(None),
            },
            None => Ok(None),
        }
    }
}
