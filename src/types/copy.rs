//! Copies types of components into another component. This is the only module that encodes types.
//!
//! Component Model, Binary Format, "Type Definitions". A type is written in a scope: the outermost scope, which is the incomplete
//! component, or the type of an instance or component within it. A type with a name in an outer scope is aliased from there, so
//! that one type of the inputs is one type of the output.
//!
//! Shared types stay shared: a type that several scopes mention is written once, in the innermost scope with everything that it
//! mentions, and aliased. The same holds for types of nested instances and components.

mod module;
mod scope;
pub(crate) mod writer;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use wasm_encoder::{
    Alias, ComponentExportKind, ComponentExternName, ComponentOuterAliasKind, ComponentTypeEncoder, ComponentTypeRef,
    ComponentValType, InstanceType, ModuleType, TypeBounds,
};
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentCoreModuleTypeId, ComponentDefinedType as T,
    ComponentDefinedTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem,
    ComponentTypeId, ComponentValType as Given,
};

use super::identity::{TypeKey, visit_types};
use super::{Outline, mentions};

use scope::{Body, Has};
pub(crate) use scope::{Scope, TypeIndices};

/// A type under its name in one of the joined components.
type Named<S> = (S, ComponentAnyTypeId, ComponentAnyTypeId);

/// An export of an instance type: its component, its name and its type.
type Exported<'a, Source> = (Source, &'a String, &'a ComponentItem);

/// Writes types of components into an outermost scope, and into scopes within that.
///
/// An implementation provides the outermost scope.
pub(crate) trait Copier<'a> {
    /// Identifies the component of a type.
    type Source: Copy + Ord;
    /// Why a type cannot be written.
    type Error;

    /// The component of the types.
    fn component(&self, of: Self::Source) -> Result<&'a Outline, Self::Error>;

    /// The incomplete instance and component types, outermost first.
    fn scopes(&self) -> &[Scope<Self::Source>];

    /// [`Copier::scopes`] for writing, and the types of the outermost scope.
    fn written(&mut self) -> (&mut Vec<Scope<Self::Source>>, &mut TypeIndices<Self::Source>);

    /// The index of the next type in the outermost scope.
    fn next_outermost(&self) -> u32;

    /// Defines a type in the outermost scope.
    fn define_outermost(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32;

    /// Defines the type of a core module in the outermost scope.
    fn define_outermost_module(&mut self, ty: &ModuleType) -> u32;

    /// The index of a type in the outermost scope, under exactly this alias or under any. `None` while the item with the name is
    /// incomplete.
    fn named_outermost(
        &mut self,
        of: Self::Source,
        id: ComponentAnyTypeId,
        exact: bool,
    ) -> Result<Option<u32>, Self::Error>;

    /// The index in the outermost scope of an unnamed resource type that an instance has.
    fn resource_of_instance(&mut self, _: Self::Source, _: ComponentAnyTypeId) -> Result<Option<u32>, Self::Error> {
        Ok(None)
    }

    /// The replacement of a resource type without a name, which has no structure to copy.
    fn unnamed_resource(&mut self, of: Self::Source, id: AliasableResourceId) -> Result<u32, Self::Error>;

    /// The index of a type of the current scope, after it got a name if it needs one.
    fn named(&mut self, _of: Self::Source, _id: ComponentDefinedTypeId, _ty: &T, index: u32) -> u32 {
        index
    }

    /// Why the type of a core module cannot be written.
    fn impossible_module(&self, of: Self::Source, reason: String) -> Self::Error;

    /// The error for a type of another component.
    fn foreign(&self) -> Self::Error;

    /// [`Copier::scopes`] for writing.
    fn scopes_mut(&mut self) -> &mut Vec<Scope<Self::Source>> {
        self.written().0
    }

    /// Writes an instance type with the exports of several. The first one determines an export that several have; linking has checked
    /// that they agree.
    fn instance_type(&mut self, parts: &[(Self::Source, ComponentInstanceTypeId)]) -> Result<u32, Self::Error> {
        let mut items = Vec::new();
        for (of, id) in parts {
            let ty = self.component(*of)?.types().get(*id);
            items.extend(ty.into_iter().flat_map(|ty| &ty.exports).map(|(name, item)| (*of, name, item)));
        }
        self.instance_of(items)
    }

    /// Writes an instance type with some items. Items of one name agree.
    fn instance_of(
        &mut self,
        items: impl IntoIterator<Item = (Self::Source, &'a String, &'a ComponentItem)>,
    ) -> Result<u32, Self::Error> {
        let scope = self.instance_scope(items)?;
        Ok(self.define_scope(scope))
    }

    /// Writes an instance type with some types and functions of one component, by plain names.
    fn instance_with(
        &mut self,
        of: Self::Source,
        items: impl Iterator<Item = (&'a str, ComponentEntityType)>,
    ) -> Result<u32, Self::Error> {
        self.scopes_mut().push(Scope::instance());
        for (name, ty) in items {
            let ty = self.declared(of, ty, &[(of, ty)])?;
            if let Some(Body::Instance(body)) = self.scopes_mut().last_mut().map(Scope::body) {
                body.export(name, ty);
            }
        }
        let body = self.close_scope();
        Ok(self.define_scope(body))
    }

    /// The scope of an instance type with some items.
    fn instance_scope(
        &mut self,
        items: impl IntoIterator<Item = (Self::Source, &'a String, &'a ComponentItem)>,
    ) -> Result<Body, Self::Error> {
        let mut exports: IndexMap<&'a str, Vec<(Self::Source, &'a ComponentItem)>> = IndexMap::new();
        for (of, name, item) in items {
            exports.entry(name).or_default().push((of, item));
        }
        self.scopes_mut().push(Scope::instance());
        for (name, items) in exports {
            let Some((of, item)) = items.first() else { continue };
            let ty = self.declaration(*of, item, &items)?;
            if let Some(Body::Instance(body)) = self.scopes_mut().last_mut().map(Scope::body) {
                body.export(extern_name(name, item), ty);
            }
            self.offer(&items)?;
        }
        Ok(self.close_scope())
    }

    /// Writes the type of a whole component, which is self-contained.
    fn type_of_component(&mut self, of: Self::Source) -> Result<u32, Self::Error> {
        let component = self.component(of)?;
        self.scopes_mut().push(Scope::component(true));
        self.component_items(of, component.imports(), component.exports())?;
        let body = self.close_scope();
        Ok(self.define_scope(body))
    }

    /// The scope of a component type.
    fn component_scope(&mut self, of: Self::Source, id: ComponentTypeId) -> Result<Body, Self::Error> {
        self.scopes_mut().push(Scope::component(false));
        if let Some(ty) = self.component(of)?.types().get(id) {
            self.component_items(of, &ty.imports, &ty.exports)?;
        }
        Ok(self.close_scope())
    }

    /// Writes the imports and exports of a component into the current scope.
    fn component_items(
        &mut self,
        of: Self::Source,
        imports: impl IntoIterator<Item = (&'a String, &'a ComponentItem)>,
        exports: impl IntoIterator<Item = (&'a String, &'a ComponentItem)>,
    ) -> Result<(), Self::Error> {
        let imports = imports.into_iter().map(|import| (true, import));
        let exports = exports.into_iter().map(|export| (false, export));
        for (is_import, (name, item)) in imports.chain(exports) {
            let ty = self.declaration(of, item, &[(of, item)])?;
            match self.scopes_mut().last_mut().map(Scope::body) {
                Some(Body::Component(body)) if is_import => _ = body.import(extern_name(name, item), ty),
                Some(Body::Component(body)) => _ = body.export(extern_name(name, item), ty),
                _ => {}
            }
            self.offer(&[(of, item)])?;
        }
        Ok(())
    }

    /// Records the types of the last declared instance of the current scope, where other items mention them.
    fn offer(&mut self, items: &[(Self::Source, &ComponentItem)]) -> Result<(), Self::Error> {
        for (of, item) in items {
            let ComponentEntityType::Instance(id) = item.ty else { continue };
            let component = self.component(*of)?;
            let Some(ty) = component.types().get(id) else { continue };
            let Some(scope) = self.scopes_mut().last_mut() else { continue };
            let instance = scope.instance_count().saturating_sub(1);
            let offered = &mut scope.offered;
            visit_types(component.types(), &mut ty.exports.iter(), &mut Vec::new(), &mut |path, id| {
                let key = component.key(id);
                if mentions::is_shared(component, key) {
                    offered.add(*of, id, key, instance, path);
                }
            });
        }
        Ok(())
    }

    /// Closes the current scope.
    fn close_scope(&mut self) -> Body {
        let scope = self.scopes_mut().pop();
        scope.map_or_else(|| Body::Instance(InstanceType::new()), Scope::into_body)
    }

    /// Defines the type of a closed scope in the scope around it.
    fn define_scope(&mut self, body: Body) -> u32 {
        match body {
            Body::Instance(body) => self.define(|ty| ty.instance(&body)),
            Body::Component(body) => self.define(|ty| ty.component(&body)),
        }
    }

    /// The type of an import or export to be declared in the current scope. The declaration of a type names it there.
    fn declaration(
        &mut self,
        of: Self::Source,
        item: &ComponentItem,
        all: &[(Self::Source, &'a ComponentItem)],
    ) -> Result<ComponentTypeRef, Self::Error> {
        let all: Vec<_> = all.iter().map(|(of, item)| (*of, item.ty)).collect();
        self.declared(of, item.ty, &all)
    }

    /// [`Copier::declaration`] for types.
    fn declared(
        &mut self,
        of: Self::Source,
        ty: ComponentEntityType,
        all: &[(Self::Source, ComponentEntityType)],
    ) -> Result<ComponentTypeRef, Self::Error> {
        if !matches!(ty, ComponentEntityType::Type { .. }) {
            return self.reference(of, ty);
        }
        let named: Vec<Named<Self::Source>> = all
            .iter()
            .filter_map(|(of, ty)| match *ty {
                ComponentEntityType::Type { created, referenced } => Some((*of, created, referenced)),
                _ => None,
            })
            .collect();
        let bounds = self.bounds(&named)?;
        let index = self.next_type();
        for (of, created, referenced) in named {
            self.name_declared(of, created, referenced, index);
        }
        Ok(ComponentTypeRef::Type(bounds))
    }

    /// Records the index of a type that the current scope declares.
    fn name_declared(
        &mut self,
        of: Self::Source,
        created: ComponentAnyTypeId,
        referenced: ComponentAnyTypeId,
        index: u32,
    ) {
        let Ok(component) = self.component(of) else { return };
        let names = self.names();
        names.name(of, created, component.key(created), index);
        names.name_if_new(of, referenced, component.key(referenced), index);
    }

    /// The bounds of a type to be named: the type that it equals, or a new resource type. For a joined type, the first known one
    /// decides.
    fn bounds(&mut self, named: &[Named<Self::Source>]) -> Result<TypeBounds, Self::Error> {
        for (of, created, referenced) in named {
            if let Some(index) = self.resolve(*of, *referenced)? {
                return Ok(TypeBounds::Eq(index));
            }
            // A resource type without another name is new here, unless another joined import knows it.
            if !matches!(created, ComponentAnyTypeId::Resource(_)) {
                return Ok(TypeBounds::Eq(self.structure_of(*of, *referenced)?));
            }
            // In the type of an export, it is that of the instance.
            if let Some(index) = self.resource_of_instance(*of, *referenced)? {
                let depth = self.scopes().len();
                return Ok(TypeBounds::Eq(self.outer_alias(depth, index)));
            }
        }
        Ok(TypeBounds::SubResource)
    }

    /// Writes the type of an item that is not a type.
    fn reference(&mut self, of: Self::Source, ty: ComponentEntityType) -> Result<ComponentTypeRef, Self::Error> {
        Ok(match ty {
            ComponentEntityType::Func(id) => ComponentTypeRef::Func(self.index(of, id.into())?),
            ComponentEntityType::Instance(id) => ComponentTypeRef::Instance(self.index(of, id.into())?),
            ComponentEntityType::Component(id) => ComponentTypeRef::Component(self.index(of, id.into())?),
            ComponentEntityType::Module(id) => ComponentTypeRef::Module(self.module(of, id)?),
            ComponentEntityType::Value(ty) => ComponentTypeRef::Value(self.value(of, &ty)?),
            // Types are declared with bounds; the caller needs the type that it equals.
            ComponentEntityType::Type { created, .. } => {
                ComponentTypeRef::Type(TypeBounds::Eq(self.structure_of(of, created)?))
            }
        })
    }

    /// The reference to a type within another one: its index, or a primitive type.
    fn value(&mut self, of: Self::Source, ty: &Given) -> Result<ComponentValType, Self::Error> {
        match ty {
            Given::Primitive(ty) => Ok(ComponentValType::Primitive((*ty).into())),
            Given::Type(id) => self.index(of, (*id).into()).map(ComponentValType::Type),
        }
    }

    /// The index of a type in the current scope, where it is written if necessary.
    fn index(&mut self, of: Self::Source, id: ComponentAnyTypeId) -> Result<u32, Self::Error> {
        if let Some(index) = self.resolve(of, id)? {
            return Ok(index);
        }
        let depth = self.scopes().len();
        let placement = self.placement(of, id)?;
        if placement.scope < depth {
            let inner = self.scopes_mut().split_off(placement.scope);
            let index = self.write(of, id, &placement);
            self.scopes_mut().extend(inner);
            return Ok(self.outer_alias(depth - placement.scope, index?));
        }
        self.write(of, id, &placement)
    }

    /// Writes a type into the current scope, unless that has an equal one.
    fn write(&mut self, of: Self::Source, id: ComponentAnyTypeId, placement: &Placement) -> Result<u32, Self::Error> {
        let index = match id {
            ComponentAnyTypeId::Defined(id) => {
                let index = self.structure(of, id)?;
                let component = self.component(of)?;
                let ty = component.types().get(id).ok_or_else(|| self.foreign())?;
                let index = self.named(of, id, ty, index);
                self.names().name(of, id.into(), component.key(id.into()), index);
                return Ok(index);
            }
            ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_) => {
                let body = match id {
                    ComponentAnyTypeId::Component(id) => self.component_scope(of, id)?,
                    _ => self.instance_scope(self.exports_of(of, id)?)?,
                };
                match placement.is_new {
                    true => self.define_once(body),
                    false => self.define_scope(body),
                }
            }
            id => self.structure_of(of, id)?,
        };
        if placement.is_fixed {
            self.names().write(of, id, index);
        }
        Ok(index)
    }

    /// The exports of an instance type.
    fn exports_of(
        &self,
        of: Self::Source,
        id: ComponentAnyTypeId,
    ) -> Result<Vec<Exported<'a, Self::Source>>, Self::Error> {
        let ComponentAnyTypeId::Instance(id) = id else { return Ok(Vec::new()) };
        let ty = self.component(of)?.types().get(id);
        Ok(ty.into_iter().flat_map(|ty| &ty.exports).map(|(name, item)| (of, name, item)).collect())
    }

    /// [`Copier::define_scope`], unless the scope has an equal definition.
    fn define_once(&mut self, body: Body) -> u32 {
        let content = body.content();
        if let Some(index) = self.names().content(&content) {
            return index;
        }
        let index = self.define_scope(body);
        self.names().add_content(content, index);
        index
    }

    /// The placement of a type without an index.
    fn placement(&mut self, of: Self::Source, id: ComponentAnyTypeId) -> Result<Placement, Self::Error> {
        let (component, depth) = (self.component(of)?, self.scopes().len());
        let is_scope = matches!(id, ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_));
        if !is_scope && (depth == 0 || !mentions::is_shared(component, component.key(id))) {
            return Ok(Placement { scope: depth, is_fixed: true, is_new: false });
        }
        let closed = self.scopes().iter().rposition(|scope| scope.closed);
        let mut placement = Placement { scope: closed.map_or(0, |closed| closed + 1), is_fixed: true, is_new: false };
        let mut own = BTreeSet::new();
        for mentioned in mentions::names(component, id) {
            match (self.scope_of(of, mentioned)?, component.key(mentioned)) {
                (Some(scope), _) => placement.scope = placement.scope.max(scope),
                (None, TypeKey::Resource(id)) => _ = own.insert(id),
                (None, TypeKey::Structural(_)) => {}
            }
        }
        // The types that it mentions may have names the next time.
        placement.is_fixed = own.is_empty();
        if let (false, ComponentAnyTypeId::Instance(id)) = (placement.is_fixed, id) {
            placement.is_new = mentions::are_all_of(component, id, &own);
        }
        Ok(placement)
    }

    /// The depth of the scope with a type. `None` if no scope has it.
    fn scope_of(&mut self, of: Self::Source, id: ComponentAnyTypeId) -> Result<Option<usize>, Self::Error> {
        let key = self.component(of)?.key(id);
        for exact in [true, false] {
            let has = |scope: &Scope<Self::Source>| match scope.has(of, id, key) {
                Has::Alias => true,
                Has::Identity => !exact,
                Has::Nothing => false,
            };
            let closed = self.scopes().iter().rposition(|scope| scope.closed).unwrap_or_default();
            if let Some(inner) = self.scopes().iter().skip(closed).rposition(has) {
                return Ok(Some(closed + inner + 1));
            }
            if !self.is_closed() && self.named_outermost(of, id, exact)?.is_some() {
                return Ok(Some(0));
            }
        }
        Ok(None)
    }

    /// Writes a definition of a type, regardless of its names.
    fn structure_of(&mut self, of: Self::Source, id: ComponentAnyTypeId) -> Result<u32, Self::Error> {
        match id {
            ComponentAnyTypeId::Defined(id) => self.structure(of, id),
            ComponentAnyTypeId::Func(id) => self.function(of, id),
            ComponentAnyTypeId::Instance(id) => self.instance_type(&[(of, id)]),
            ComponentAnyTypeId::Component(id) => {
                let body = self.component_scope(of, id)?;
                Ok(self.define_scope(body))
            }
            ComponentAnyTypeId::Resource(id) => self.resource(of, id),
        }
    }

    /// Writes the type of a core module.
    fn module(&mut self, of: Self::Source, id: ComponentCoreModuleTypeId) -> Result<u32, Self::Error> {
        let types = self.component(of)?.types();
        let ty = module::module_type(types, id).map_err(|reason| self.impossible_module(of, reason))?;
        Ok(match self.scopes_mut().last_mut() {
            None => self.define_outermost_module(&ty),
            Some(scope) => scope.define_module(&ty),
        })
    }

    /// The index of a resource type, which has no structure to copy.
    fn resource(&mut self, of: Self::Source, id: AliasableResourceId) -> Result<u32, Self::Error> {
        match self.resolve(of, id.into())? {
            Some(index) => Ok(index),
            None => self.unnamed_resource(of, id),
        }
    }

    /// The index in the current scope of a type that this scope or one around it names.
    fn resolve(&mut self, of: Self::Source, id: ComponentAnyTypeId) -> Result<Option<u32>, Self::Error> {
        // Exactly this alias comes first, so that the copy reads like the original; then any.
        let found = match self.find(of, id, true)? {
            Some(found) => Some(found),
            None => self.find(of, id, false)?,
        };
        let Some((outward, index)) = found else { return Ok(None) };
        if outward == 0 {
            return Ok(Some(index));
        }
        let alias = self.outer_alias(outward, index);
        let component = self.component(of)?;
        self.names().name(of, id, component.key(id), alias);
        Ok(Some(alias))
    }

    /// The index of a type that the current scope or one around it has, with the number of scopes in between.
    fn find(
        &mut self,
        of: Self::Source,
        id: ComponentAnyTypeId,
        exact: bool,
    ) -> Result<Option<(usize, u32)>, Self::Error> {
        let key = self.component(of)?.key(id);
        let depth = self.scopes().len();
        let closed = self.scopes().iter().rev().position(|scope| scope.closed);
        let reachable = closed.map_or(depth, |outermost| outermost + 1);
        let mut scopes = self.scopes_mut().iter_mut().rev().take(reachable).enumerate();
        let found = scopes.find_map(|(outward, scope)| Some((outward, scope.get(of, id, key, exact)?)));
        if found.is_some() || closed.is_some() {
            return Ok(found);
        }
        let index = self.named_outermost(of, id, exact)?;
        Ok(index.map(|index| (depth, index)))
    }

    /// Whether the current scope is within a component type, whose own imports replace the types of the output.
    fn is_closed(&self) -> bool {
        self.scopes().iter().any(|scope| scope.closed)
    }

    /// Aliases a type of an outer scope, by the number of scopes in between.
    fn outer_alias(&mut self, outward: usize, index: u32) -> u32 {
        match self.scopes_mut().last_mut() {
            Some(scope) if outward > 0 => {
                let alias = scope.type_count();
                scope.alias(Alias::Outer { kind: ComponentOuterAliasKind::Type, count: outward as u32, index });
                alias
            }
            _ => index,
        }
    }

    /// The types of the current scope.
    fn names(&mut self) -> &mut TypeIndices<Self::Source> {
        let (scopes, outermost) = self.written();
        scopes.last_mut().map_or(outermost, |scope| &mut scope.names)
    }

    /// Defines a type in the current scope, and returns its index.
    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        match self.scopes_mut().last_mut() {
            Some(scope) => scope.define(write),
            None => self.define_outermost(write),
        }
    }

    /// The index of the next type of the current scope.
    fn next_type(&self) -> u32 {
        self.scopes().last().map_or_else(|| self.next_outermost(), Scope::type_count)
    }

    /// Writes a definition of a value type, regardless of its names, and returns its index.
    fn structure(&mut self, of: Self::Source, id: ComponentDefinedTypeId) -> Result<u32, Self::Error> {
        let ty = self.component(of)?.types().get(id).ok_or_else(|| self.foreign())?;
        Ok(match ty {
            T::Primitive(ty) => self.define(|e| e.defined_type().primitive((*ty).into())),
            T::Record(ty) => {
                let mut fields = Vec::with_capacity(ty.fields.len());
                for (name, ty) in &ty.fields {
                    fields.push((name.as_str(), self.value(of, ty)?));
                }
                self.define(|e| e.defined_type().record(fields))
            }
            T::Variant(ty) => {
                let mut cases = Vec::with_capacity(ty.cases.len());
                for (name, case) in &ty.cases {
                    cases.push((name.as_str(), self.optional(of, &case.ty)?));
                }
                self.define(|e| e.defined_type().variant(cases))
            }
            T::List { element, .. } => {
                let element = self.value(of, element)?;
                self.define(|e| e.defined_type().list(element))
            }
            T::Map { key, value, .. } => {
                let (key, value) = (self.value(of, key)?, self.value(of, value)?);
                self.define(|e| e.defined_type().map(key, value))
            }
            T::FixedLengthList { element, length, .. } => {
                let element = self.value(of, element)?;
                self.define(|e| e.defined_type().fixed_length_list(element, *length))
            }
            T::Tuple(ty) => {
                let mut types = Vec::with_capacity(ty.types.len());
                for ty in &ty.types {
                    types.push(self.value(of, ty)?);
                }
                self.define(|e| e.defined_type().tuple(types))
            }
            T::Flags(names) => self.define(|e| e.defined_type().flags(names.iter().map(|name| name.as_str()))),
            T::Enum(names) => self.define(|e| e.defined_type().enum_type(names.iter().map(|name| name.as_str()))),
            T::Option { ty, .. } => {
                let ty = self.value(of, ty)?;
                self.define(|e| e.defined_type().option(ty))
            }
            T::Result { ok, err, .. } => {
                let (ok, err) = (self.optional(of, ok)?, self.optional(of, err)?);
                self.define(|e| e.defined_type().result(ok, err))
            }
            T::Own(id) => {
                let resource = self.resource(of, *id)?;
                self.define(|e| e.defined_type().own(resource))
            }
            T::Borrow(id) => {
                let resource = self.resource(of, *id)?;
                self.define(|e| e.defined_type().borrow(resource))
            }
            T::Future { ty, .. } => {
                let ty = self.optional(of, ty)?;
                self.define(|e| e.defined_type().future(ty))
            }
            T::Stream { ty, .. } => {
                let ty = self.optional(of, ty)?;
                self.define(|e| e.defined_type().stream(ty))
            }
        })
    }

    /// Writes a function type, and returns its index.
    fn function(&mut self, of: Self::Source, id: ComponentFuncTypeId) -> Result<u32, Self::Error> {
        let ty = self.component(of)?.types().get(id).ok_or_else(|| self.foreign())?;
        let mut params = Vec::with_capacity(ty.params.len());
        for (name, ty) in &ty.params {
            params.push((name.as_str(), self.value(of, ty)?));
        }
        let result = self.optional(of, &ty.result)?;
        Ok(self.define(|encoder| {
            encoder.function().async_(ty.async_).params(params).result(result);
        }))
    }

    /// [`Copier::value`] of an optional type.
    fn optional(&mut self, of: Self::Source, ty: &Option<Given>) -> Result<Option<ComponentValType>, Self::Error> {
        ty.as_ref().map(|ty| self.value(of, ty)).transpose()
    }
}

/// The placement of a type.
pub(crate) struct Placement {
    /// The depth of its scope.
    scope: usize,
    /// Whether it is equal at each mention, because everything that it mentions has a name.
    is_fixed: bool,
    /// Whether each instance of it has its own types, so that sharing the definition does not merge them.
    is_new: bool,
}

/// The name of an import or export with the attributes of its declaration.
pub(crate) fn extern_name<'n>(name: &'n str, item: &'n ComponentItem) -> ComponentExternName<'n> {
    ComponentExternName {
        name: name.into(),
        implements: item.implements.as_deref().map(Into::into),
        version_suffix: item.version_suffix.as_deref().map(Into::into),
        external_id: item.external_id.as_deref().map(Into::into),
    }
}

/// What an item of a component is to whoever exports it or passes it on.
pub(crate) fn export_kind(ty: ComponentEntityType) -> ComponentExportKind {
    match ty {
        ComponentEntityType::Module(_) => ComponentExportKind::Module,
        ComponentEntityType::Func(_) => ComponentExportKind::Func,
        ComponentEntityType::Value(_) => ComponentExportKind::Value,
        ComponentEntityType::Type { .. } => ComponentExportKind::Type,
        ComponentEntityType::Instance(_) => ComponentExportKind::Instance,
        ComponentEntityType::Component(_) => ComponentExportKind::Component,
    }
}
