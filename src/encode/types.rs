//! Types of host imports, written again from what the validator knows of them.
//!
//! Component Model, "Type Definitions". A type is written in a scope: the output component itself, or an instance
//! or component type within it. Where a type has a name in an outer scope, or in another host import, that one is
//! aliased, so that types which are one type in the inputs are one type in the output.

use std::collections::BTreeMap;
use std::rc::Rc;

use indexmap::IndexMap;
use petgraph::graph::NodeIndex;
use wasm_encoder::{
    Alias, ComponentExportKind, ComponentOuterAliasKind, ComponentType, ComponentTypeEncoder, ComponentTypeRef,
    ComponentValType, InstanceType, ModuleType, TypeBounds,
};
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentCoreModuleTypeId, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem, ComponentTypeId,
};

use super::error::EncodeError;
use super::{Encoder, module};
use crate::load::component::{TypeKey, visit_types};
use crate::structure::{Writer, extern_name};

type Result<T> = std::result::Result<T, EncodeError>;

/// The index of each type that has been written in one scope, by the components' own ids for it.
#[derive(Default)]
pub(super) struct Known {
    by_alias: BTreeMap<(NodeIndex, ComponentAnyTypeId), u32>,
    by_identity: BTreeMap<(NodeIndex, TypeKey), u32>,
}

/// An instance or component type being written.
pub(super) struct Scope {
    body: Body,
    known: Known,
    /// Types that instances in it have, and that are not aliased from there yet.
    offered: Offered,
    /// Whether it has its own imports, so that it can be filled with other types than those around it.
    closed: bool,
}

enum Body {
    Instance(InstanceType),
    Component(ComponentType),
}

/// Where an instance of a scope has a type: the index of the instance, and the names that lead from there.
type Place = Rc<(u32, Vec<String>)>;

/// The types that a scope's instances have.
#[derive(Default)]
struct Offered {
    by_alias: BTreeMap<(NodeIndex, ComponentAnyTypeId), Place>,
    by_identity: BTreeMap<(NodeIndex, TypeKey), Place>,
}

impl Scope {
    fn new(body: Body, closed: bool) -> Self {
        Scope { body, known: Known::default(), offered: Offered::default(), closed }
    }

    fn alias(&mut self, alias: Alias<'_>) {
        match &mut self.body {
            Body::Instance(body) => _ = body.alias(alias),
            Body::Component(body) => _ = body.alias(alias),
        }
    }

    fn type_count(&self) -> u32 {
        match &self.body {
            Body::Instance(body) => body.type_count(),
            Body::Component(body) => body.type_count(),
        }
    }

    fn instance_count(&self) -> u32 {
        match &self.body {
            Body::Instance(body) => body.instance_count(),
            Body::Component(body) => body.instance_count(),
        }
    }

    /// The index of a type that has one here, or that an instance here has: it is aliased from there, so that what is
    /// one type in the component is one type in what is written. By just this alias of it, or by any.
    fn get(&mut self, node: NodeIndex, id: ComponentAnyTypeId, key: TypeKey, exact: bool) -> Option<u32> {
        let (known, offered) = match exact {
            true => (self.known.alias(node, id), self.offered.by_alias.get(&(node, id))),
            false => (self.known.identity(node, key), self.offered.by_identity.get(&(node, key))),
        };
        if known.is_some() {
            return known;
        }
        let place = offered.cloned()?;
        let (mut instance, path) = (place.0, place.1.as_slice());
        let (last, before) = path.split_last()?;
        for name in before {
            self.alias(Alias::InstanceExport { instance, kind: ComponentExportKind::Instance, name });
            instance = self.instance_count() - 1;
        }
        let index = self.type_count();
        self.alias(Alias::InstanceExport { instance, kind: ComponentExportKind::Type, name: last });
        self.known.by_alias.insert((node, id), index);
        self.known.by_identity.entry((node, key)).or_insert(index);
        Some(index)
    }
}

/// A type as one of the joined components names it.
type Named = (NodeIndex, ComponentAnyTypeId, ComponentAnyTypeId);

impl<'a> Encoder<'a> {
    /// Writes an instance type that has all that the given ones have. Where several have an export, the first
    /// says what it is; linking has made sure that they agree.
    pub(super) fn instance_type(&mut self, parts: &[(NodeIndex, ComponentInstanceTypeId)]) -> Result<u32> {
        let mut items = Vec::new();
        for (component, id) in parts {
            let ty = self.component(*component)?.types().get(*id);
            items.extend(ty.into_iter().flat_map(|ty| &ty.exports).map(|(name, item)| (*component, name, item)));
        }
        self.instance_of(items)
    }

    /// Writes the type of an instance that has some items, of which those of one name agree.
    pub(super) fn instance_of(
        &mut self,
        items: impl IntoIterator<Item = (NodeIndex, &'a String, &'a ComponentItem)>,
    ) -> Result<u32> {
        let mut exports: IndexMap<&'a str, Vec<(NodeIndex, &'a ComponentItem)>> = IndexMap::new();
        for (component, name, item) in items {
            exports.entry(name).or_default().push((component, item));
        }
        self.nested.push(Scope::new(Body::Instance(InstanceType::new()), false));
        for (name, items) in exports {
            let Some((component, item)) = items.first() else { continue };
            let ty = self.declaration(*component, item, &items)?;
            if let Some(Scope { body: Body::Instance(body), .. }) = self.nested.last_mut() {
                body.export(extern_name(name, item), ty);
            }
            self.offer(&items)?;
        }
        Ok(self.close_scope())
    }

    /// Remembers which types an instance has that was declared last in the current scope.
    fn offer(&mut self, items: &[(NodeIndex, &ComponentItem)]) -> Result<()> {
        for (node, item) in items {
            let ComponentEntityType::Instance(id) = item.ty else { continue };
            let component = self.component(*node)?;
            let Some(ty) = component.types().get(id) else { continue };
            let Some(scope) = self.nested.last_mut() else { continue };
            let instance = scope.instance_count().saturating_sub(1);
            let offered = &mut scope.offered;
            visit_types(component.types(), &mut ty.exports.iter(), &mut Vec::new(), &mut |path, id| {
                let place = Rc::new((instance, path.to_vec()));
                offered.by_alias.entry((*node, id)).or_insert_with(|| Rc::clone(&place));
                offered.by_identity.entry((*node, component.key(id))).or_insert(place);
            });
        }
        Ok(())
    }

    fn component_type(&mut self, component: NodeIndex, id: ComponentTypeId) -> Result<u32> {
        self.nested.push(Scope::new(Body::Component(ComponentType::new()), false));
        if let Some(ty) = self.component(component)?.types().get(id) {
            self.component_items(component, &ty.imports, &ty.exports)?;
        }
        Ok(self.close_scope())
    }

    /// Writes the type of a whole component, which mentions nothing outside of it.
    pub(super) fn type_of_component(&mut self, node: NodeIndex) -> Result<u32> {
        let component = self.component(node)?;
        self.nested.push(Scope::new(Body::Component(ComponentType::new()), true));
        self.component_items(node, component.imports(), component.exports())?;
        Ok(self.close_scope())
    }

    fn component_items(
        &mut self,
        node: NodeIndex,
        imports: impl IntoIterator<Item = (&'a String, &'a ComponentItem)>,
        exports: impl IntoIterator<Item = (&'a String, &'a ComponentItem)>,
    ) -> Result<()> {
        let imports = imports.into_iter().map(|import| (true, import));
        let exports = exports.into_iter().map(|export| (false, export));
        for (is_import, (name, item)) in imports.chain(exports) {
            let ty = self.declaration(node, item, &[(node, item)])?;
            match self.nested.last_mut().map(|scope| &mut scope.body) {
                Some(Body::Component(body)) if is_import => _ = body.import(extern_name(name, item), ty),
                Some(Body::Component(body)) => _ = body.export(extern_name(name, item), ty),
                _ => {}
            }
            self.offer(&[(node, item)])?;
        }
        Ok(())
    }

    fn close_scope(&mut self) -> u32 {
        match self.nested.pop().map(|scope| scope.body) {
            Some(Body::Instance(body)) => self.define(|ty| ty.instance(&body)),
            Some(Body::Component(body)) => self.define(|ty| ty.component(&body)),
            None => self.define(|ty| ty.instance(&InstanceType::new())),
        }
    }

    /// The type of an import or export about to be declared in the current scope. If it is itself a type, the
    /// declaration gives it its name there.
    pub(super) fn declaration(
        &mut self,
        component: NodeIndex,
        item: &ComponentItem,
        all: &[(NodeIndex, &'a ComponentItem)],
    ) -> Result<ComponentTypeRef> {
        if !matches!(item.ty, ComponentEntityType::Type { .. }) {
            return self.reference(component, item.ty);
        }
        let named: Vec<Named> = all
            .iter()
            .filter_map(|(component, item)| match item.ty {
                ComponentEntityType::Type { created, referenced } => Some((*component, created, referenced)),
                _ => None,
            })
            .collect();
        let bounds = self.bounds(&named)?;
        let index = self.next_type();
        for (component, created, referenced) in named {
            self.name(component, created, index);
            self.name_if_new(component, referenced, index);
        }
        Ok(ComponentTypeRef::Type(bounds))
    }

    fn bounds(&mut self, named: &[Named]) -> Result<TypeBounds> {
        for (component, created, referenced) in named {
            if let Some(index) = self.resolve(*component, *referenced)? {
                return Ok(TypeBounds::Eq(index));
            }
            // A resource that no other name leads to is new here, unless another of the joined imports knows it.
            if !matches!(created, ComponentAnyTypeId::Resource(_)) {
                return Ok(TypeBounds::Eq(self.structure_of(*component, *referenced)?));
            }
            // In the type of an export, it is the one of the instance that is there.
            if let Some(index) = self.defined_by_instance(*component, *referenced)? {
                return Ok(TypeBounds::Eq(self.outer_alias(self.nested.len(), index)));
            }
        }
        Ok(TypeBounds::SubResource)
    }

    /// Writes the type of an item that is not a type.
    pub(super) fn reference(&mut self, component: NodeIndex, ty: ComponentEntityType) -> Result<ComponentTypeRef> {
        Ok(match ty {
            ComponentEntityType::Func(id) => ComponentTypeRef::Func(self.func(component, id)?),
            ComponentEntityType::Instance(id) => ComponentTypeRef::Instance(self.instance_type(&[(component, id)])?),
            ComponentEntityType::Component(id) => ComponentTypeRef::Component(self.component_type(component, id)?),
            ComponentEntityType::Module(id) => ComponentTypeRef::Module(self.module(component, id)?),
            ComponentEntityType::Value(ty) => ComponentTypeRef::Value(self.value(component, &ty)?),
            // Types are declared with bounds; what asks for this wants the type it is equal to.
            ComponentEntityType::Type { created, .. } => {
                ComponentTypeRef::Type(TypeBounds::Eq(self.structure_of(component, created)?))
            }
        })
    }

    fn structure_of(&mut self, component: NodeIndex, id: ComponentAnyTypeId) -> Result<u32> {
        match id {
            ComponentAnyTypeId::Defined(id) => self.structure(component, id),
            ComponentAnyTypeId::Func(id) => self.func(component, id),
            ComponentAnyTypeId::Instance(id) => self.instance_type(&[(component, id)]),
            ComponentAnyTypeId::Component(id) => self.component_type(component, id),
            ComponentAnyTypeId::Resource(id) => self.resource(component, id),
        }
    }

    fn func(&mut self, node: NodeIndex, id: ComponentFuncTypeId) -> Result<u32> {
        let Some(ty) = self.component(node)?.types().get(id) else { return Err(foreign()) };
        Of { encoder: self, node }.function(ty)
    }

    fn module(&mut self, component: NodeIndex, id: ComponentCoreModuleTypeId) -> Result<u32> {
        let types = self.component(component)?.types();
        let ty: ModuleType = module::module_type(types, id).map_err(|reason| EncodeError::ModuleType {
            component: self.graph.subject(component).to_owned(),
            import: self.current.clone(),
            reason,
        })?;
        Ok(match self.nested.last_mut().map(|scope| &mut scope.body) {
            None => self.sections.module_type(&ty),
            Some(Body::Instance(body)) => {
                let index = body.core_type_count();
                body.core_type().module(&ty);
                index
            }
            Some(Body::Component(body)) => {
                let index = body.core_type_count();
                body.core_type().module(&ty);
                index
            }
        })
    }

    fn value(
        &mut self,
        component: NodeIndex,
        ty: &wasmparser::component_types::ComponentValType,
    ) -> Result<ComponentValType> {
        match ty {
            wasmparser::component_types::ComponentValType::Primitive(ty) => {
                Ok(ComponentValType::Primitive((*ty).into()))
            }
            wasmparser::component_types::ComponentValType::Type(id) => {
                if let Some(index) = self.resolve(component, (*id).into())? {
                    return Ok(ComponentValType::Type(index));
                }
                let index = self.structure(component, *id)?;
                self.name(component, (*id).into(), index);
                Ok(ComponentValType::Type(index))
            }
        }
    }

    /// Writes a defined type out, whatever names it may have.
    pub(super) fn structure(&mut self, node: NodeIndex, id: ComponentDefinedTypeId) -> Result<u32> {
        let Some(ty) = self.component(node)?.types().get(id) else { return Err(foreign()) };
        Of { encoder: self, node }.structure(ty)
    }

    /// A resource type has no structure to write again: it must have a name.
    fn resource(&mut self, component: NodeIndex, id: AliasableResourceId) -> Result<u32> {
        self.resolve(component, id.into())?.ok_or_else(|| {
            let owner = self.component(component).ok();
            let named = owner.and_then(|owner| owner.name_of(id.into())).and_then(|home| home.path.last().cloned());
            EncodeError::UnnamedResource {
                component: self.graph.subject(component).to_owned(),
                import: self.current.clone(),
                resource: named.unwrap_or_else(|| "of no name".to_owned()),
            }
        })
    }

    /// The index, in the current scope, of a type that some scope around it or some host import names.
    fn resolve(&mut self, component: NodeIndex, id: ComponentAnyTypeId) -> Result<Option<u32>> {
        // By just this name of the type wherever it has one, so that what is written reads as that of its component does;
        // else by any.
        let found = match self.find(component, id, true)? {
            Some(found) => Some(found),
            None => self.find(component, id, false)?,
        };
        let Some((outward, index)) = found else { return Ok(None) };
        if outward == 0 {
            return Ok(Some(index));
        }
        let alias_index = self.outer_alias(outward, index);
        self.name(component, id, alias_index);
        Ok(Some(alias_index))
    }

    /// The index of a type that the current scope or one around it has, and how far out that is.
    fn find(&mut self, node: NodeIndex, id: ComponentAnyTypeId, exact: bool) -> Result<Option<(usize, u32)>> {
        let key = self.component(node)?.key(id);
        let closed = self.nested.iter().rev().position(|scope| scope.closed);
        let reachable = closed.map_or(self.nested.len(), |outermost| outermost + 1);
        let mut scopes = self.nested.iter_mut().rev().take(reachable).enumerate();
        let found = scopes.find_map(|(outward, scope)| Some((outward, scope.get(node, id, key, exact)?)));
        if found.is_some() || closed.is_some() {
            return Ok(found);
        }
        let index = match exact {
            true => self.top_level_alias(node, id)?,
            false => self.top_level_type(node, id)?,
        };
        Ok(index.map(|index| (self.nested.len(), index)))
    }

    /// Whether what is being written is the type of something that has its own imports, and so knows nothing of the output.
    pub(super) fn is_closed(&self) -> bool {
        self.nested.iter().any(|scope| scope.closed)
    }

    /// Aliases a type of a scope around the current one, so many levels out.
    fn outer_alias(&mut self, outward: usize, index: u32) -> u32 {
        let alias_index = self.next_type();
        match self.nested.last_mut() {
            Some(scope) if outward > 0 => {
                scope.alias(Alias::Outer { kind: ComponentOuterAliasKind::Type, count: outward as u32, index });
                alias_index
            }
            _ => index,
        }
    }

    /// Remembers the index of a type in the current scope. The latest is what its alias means, the first its identity.
    pub(super) fn name(&mut self, component: NodeIndex, id: ComponentAnyTypeId, index: u32) {
        self.known_here().by_alias.insert((component, id), index);
        self.name_if_new(component, id, index);
    }

    /// Like [`Encoder::name`], for what a name refers to: where that has a name already, it keeps it.
    fn name_if_new(&mut self, component: NodeIndex, id: ComponentAnyTypeId, index: u32) {
        let Ok(key) = self.component(component).map(|component| component.key(id)) else { return };
        let known = self.known_here();
        known.by_alias.entry((component, id)).or_insert(index);
        known.by_identity.entry((component, key)).or_insert(index);
    }

    fn known_here(&mut self) -> &mut Known {
        match self.nested.last_mut() {
            Some(scope) => &mut scope.known,
            None => &mut self.known,
        }
    }

    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let index = self.next_type();
        match self.nested.last_mut().map(|scope| &mut scope.body) {
            Some(Body::Instance(body)) => write(body.ty()),
            Some(Body::Component(body)) => write(body.ty()),
            None => write(self.sections.ty()),
        }
        index
    }

    fn next_type(&self) -> u32 {
        self.nested.last().map_or(self.sections.next_type(), Scope::type_count)
    }
}

/// Types of the component at a node, written into the current scope.
struct Of<'e, 'a> {
    encoder: &'e mut Encoder<'a>,
    node: NodeIndex,
}

impl Writer for Of<'_, '_> {
    type Error = EncodeError;

    fn value(&mut self, ty: &wasmparser::component_types::ComponentValType) -> Result<ComponentValType> {
        self.encoder.value(self.node, ty)
    }

    fn resource(&mut self, id: AliasableResourceId) -> Result<u32> {
        self.encoder.resource(self.node, id)
    }

    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        self.encoder.define(write)
    }
}

impl Known {
    /// The index of a type under just this alias.
    pub(super) fn alias(&self, component: NodeIndex, id: ComponentAnyTypeId) -> Option<u32> {
        self.by_alias.get(&(component, id)).copied()
    }

    /// The index of a type under whatever alias was first.
    pub(super) fn identity(&self, component: NodeIndex, key: TypeKey) -> Option<u32> {
        self.by_identity.get(&(component, key)).copied()
    }
}

pub(super) fn foreign() -> EncodeError {
    EncodeError::Inconsistent { what: "a type belongs to another component than its import".to_owned() }
}
