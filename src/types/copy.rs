//! What components declare, written again elsewhere: the one place that knows how each kind of type is written.
//!
//! Component Model, Binary Format, "Type Definitions". A type is written in a scope: the outermost one, which is a component
//! that is being put together, or the type of an instance or a component within it. Where a type has a name in an outer scope,
//! that one is aliased, so that types which are one type in the inputs are one type in the output.
//!
//! What is shared in a component is shared in what is written: a type that several scopes mention is written once, in the
//! innermost scope that has all that it mentions, and aliased. So is the type of an instance or a component within another.

mod module;
mod scope;
pub mod writer;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use wasm_encoder::{
    Alias, ComponentExternName, ComponentOuterAliasKind, ComponentTypeEncoder, ComponentTypeRef, ComponentValType,
    InstanceType, ModuleType, TypeBounds,
};
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentCoreModuleTypeId, ComponentDefinedType as T,
    ComponentDefinedTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem,
    ComponentTypeId, ComponentValType as Given,
};

use super::identity::{TypeKey, visit_types};
use super::{Outline, mentions};

use scope::{Body, Has};
pub use scope::{Scope, TypeIndices};

/// A type as one of the joined components names it.
type Named<S> = (S, ComponentAnyTypeId, ComponentAnyTypeId);

/// What the type of an instance exports: where that is from, its name and its type.
type Exported<'a, Source> = (Source, &'a String, &'a ComponentItem);

/// Writes types of components into an outermost scope, and into scopes within that.
///
/// Who implements it says what the outermost scope has by itself; that is all that differs.
pub trait Copier<'a> {
    /// Which of several components a type is of.
    type Source: Copy + Ord;
    /// Why a type cannot be written.
    type Error;

    /// The component whose types they are.
    fn component(&self, of: Self::Source) -> Result<&'a Outline, Self::Error>;

    /// The types of instances and components that are being written, outermost first.
    fn scopes(&self) -> &[Scope<Self::Source>];

    /// As [`Copier::scopes`], to be written into, and what has been written in the outermost scope.
    fn written(&mut self) -> (&mut Vec<Scope<Self::Source>>, &mut TypeIndices<Self::Source>);

    /// The index of the next type in the outermost scope.
    fn next_outermost(&self) -> u32;

    /// Defines a type in the outermost scope.
    fn define_outermost(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32;

    /// Defines the type of a core module there.
    fn define_outermost_module(&mut self, ty: &ModuleType) -> u32;

    /// The index that a type has in the outermost scope, where that has a name for just this alias of it, or for any. `None`
    /// where what has the name is still being written.
    fn named_outermost(
        &mut self,
        of: Self::Source,
        id: ComponentAnyTypeId,
        exact: bool,
    ) -> Result<Option<u32>, Self::Error>;

    /// The index there of a resource type that nothing names, and that an instance has.
    fn resource_of_instance(&mut self, _: Self::Source, _: ComponentAnyTypeId) -> Result<Option<u32>, Self::Error> {
        Ok(None)
    }

    /// What stands for a resource type that has no name: it has no structure to write again.
    fn unnamed_resource(&mut self, of: Self::Source, id: AliasableResourceId) -> Result<u32, Self::Error>;

    /// The index of a type that was written in the current scope, by a name that it has to get there.
    fn named(&mut self, _of: Self::Source, _id: ComponentDefinedTypeId, _ty: &T, index: u32) -> u32 {
        index
    }

    /// Why the type of a core module cannot be written.
    fn impossible_module(&self, of: Self::Source, reason: String) -> Self::Error;

    /// A type is of another component.
    fn foreign(&self) -> Self::Error;

    /// As [`Copier::scopes`], to be written into.
    fn scopes_mut(&mut self) -> &mut Vec<Scope<Self::Source>> {
        self.written().0
    }

    /// Writes an instance type that has all that the given ones have. Where several have an export, the first
    /// says what it is; linking has made sure that they agree.
    fn instance_type(&mut self, parts: &[(Self::Source, ComponentInstanceTypeId)]) -> Result<u32, Self::Error> {
        let mut items = Vec::new();
        for (of, id) in parts {
            let ty = self.component(*of)?.types().get(*id);
            items.extend(ty.into_iter().flat_map(|ty| &ty.exports).map(|(name, item)| (*of, name, item)));
        }
        self.instance_of(items)
    }

    /// Writes the type of an instance that has some items, of which those of one name agree.
    fn instance_of(
        &mut self,
        items: impl IntoIterator<Item = (Self::Source, &'a String, &'a ComponentItem)>,
    ) -> Result<u32, Self::Error> {
        let scope = self.instance_scope(items)?;
        Ok(self.define_scope(scope))
    }

    /// Writes the type of an instance that has some types and functions of one component, each by a plain name.
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

    /// The scope of an instance with all that items carry.
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

    /// Writes the type of a whole component, which mentions nothing outside of it.
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

    /// Remembers which types an instance has that was declared last in the current scope: those that something else mentions.
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
                if component.is_shared(key) {
                    offered.add(*of, id, key, instance, path);
                }
            });
        }
        Ok(())
    }

    /// Ends the current scope.
    fn close_scope(&mut self) -> Body {
        let scope = self.scopes_mut().pop();
        scope.map_or_else(|| Body::Instance(InstanceType::new()), Scope::into_body)
    }

    /// Defines the type of a scope that has ended, in the one around it.
    fn define_scope(&mut self, body: Body) -> u32 {
        match body {
            Body::Instance(body) => self.define(|ty| ty.instance(&body)),
            Body::Component(body) => self.define(|ty| ty.component(&body)),
        }
    }

    /// The type of an import or export about to be declared in the current scope. If it is itself a type, the
    /// declaration gives it its name there.
    fn declaration(
        &mut self,
        of: Self::Source,
        item: &ComponentItem,
        all: &[(Self::Source, &'a ComponentItem)],
    ) -> Result<ComponentTypeRef, Self::Error> {
        let all: Vec<_> = all.iter().map(|(of, item)| (*of, item.ty)).collect();
        self.declared(of, item.ty, &all)
    }

    /// As [`Copier::declaration`], of types alone.
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

    /// Remembers the index of a type that has been declared in the current scope.
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

    /// Writes what a type is equal to that is about to get a name, or says that it is a resource type of its own. Of one that is
    /// joined of several, the first that is known says it.
    fn bounds(&mut self, named: &[Named<Self::Source>]) -> Result<TypeBounds, Self::Error> {
        for (of, created, referenced) in named {
            if let Some(index) = self.resolve(*of, *referenced)? {
                return Ok(TypeBounds::Eq(index));
            }
            // A resource that no other name leads to is new here, unless another of the joined imports knows it.
            if !matches!(created, ComponentAnyTypeId::Resource(_)) {
                return Ok(TypeBounds::Eq(self.structure_of(*of, *referenced)?));
            }
            // In the type of an export, it is the one of the instance that is there.
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
            // Types are declared with bounds; what asks for this wants the type it is equal to.
            ComponentEntityType::Type { created, .. } => {
                ComponentTypeRef::Type(TypeBounds::Eq(self.structure_of(of, created)?))
            }
        })
    }

    /// What stands for a type within another one: its index, where it has a name or has been written.
    fn value(&mut self, of: Self::Source, ty: &Given) -> Result<ComponentValType, Self::Error> {
        match ty {
            Given::Primitive(ty) => Ok(ComponentValType::Primitive((*ty).into())),
            Given::Type(id) => self.index(of, (*id).into()).map(ComponentValType::Type),
        }
    }

    /// The index of a type in the current scope, in which it is written if it must be.
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

    /// Writes a type into the current scope, where that has none like it.
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

    /// What the type of an instance exports.
    fn exports_of(
        &self,
        of: Self::Source,
        id: ComponentAnyTypeId,
    ) -> Result<Vec<Exported<'a, Self::Source>>, Self::Error> {
        let ComponentAnyTypeId::Instance(id) = id else { return Ok(Vec::new()) };
        let ty = self.component(of)?.types().get(id);
        Ok(ty.into_iter().flat_map(|ty| &ty.exports).map(|(name, item)| (of, name, item)).collect())
    }

    /// As [`Copier::define_scope`], unless the scope has one that reads just the same.
    fn define_once(&mut self, body: Body) -> u32 {
        let content = body.content();
        if let Some(index) = self.names().content(&content) {
            return index;
        }
        let index = self.define_scope(body);
        self.names().add_content(content, index);
        index
    }

    /// Where a type is written that has no index yet.
    fn placement(&mut self, of: Self::Source, id: ComponentAnyTypeId) -> Result<Placement, Self::Error> {
        let (component, depth) = (self.component(of)?, self.scopes().len());
        let is_scope = matches!(id, ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_));
        if !is_scope && (depth == 0 || !component.is_shared(component.key(id))) {
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
        // What it mentions of itself may have a name the next time.
        placement.is_fixed = own.is_empty();
        if let (false, ComponentAnyTypeId::Instance(id)) = (placement.is_fixed, id) {
            placement.is_new = mentions::are_all_of(component, id, &own);
        }
        Ok(placement)
    }

    /// In how many scopes the one is that has a type. `None` where none has.
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

    /// Writes a type out, whatever names it may have.
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

    /// The index of a resource type, which has no structure to write again.
    fn resource(&mut self, of: Self::Source, id: AliasableResourceId) -> Result<u32, Self::Error> {
        match self.resolve(of, id.into())? {
            Some(index) => Ok(index),
            None => self.unnamed_resource(of, id),
        }
    }

    /// The index, in the current scope, of a type that some scope around it names, or the outermost one.
    fn resolve(&mut self, of: Self::Source, id: ComponentAnyTypeId) -> Result<Option<u32>, Self::Error> {
        // By just this name of the type wherever it has one, so that what is written reads as that of its component does;
        // else by any.
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

    /// The index of a type that the current scope or one around it has, and how far out that is.
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

    /// Whether what is being written is the type of something that has its own imports, and so knows nothing of the output.
    fn is_closed(&self) -> bool {
        self.scopes().iter().any(|scope| scope.closed)
    }

    /// Aliases a type of a scope around the current one, so many levels out.
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

    /// What has been written in the current scope.
    fn names(&mut self) -> &mut TypeIndices<Self::Source> {
        let (scopes, outermost) = self.written();
        scopes.last_mut().map_or(outermost, |scope| &mut scope.names)
    }

    /// Defines a type in the current scope, and gives its index.
    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        match self.scopes_mut().last_mut() {
            Some(scope) => scope.define(write),
            None => self.define_outermost(write),
        }
    }

    /// The index that the next type of the current scope has.
    fn next_type(&self) -> u32 {
        self.scopes().last().map_or_else(|| self.next_outermost(), Scope::type_count)
    }

    /// Writes a defined type out, whatever names it may have, and gives its index.
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

    /// Writes the type of a function, and gives its index.
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

    /// As [`Copier::value`], where there may be none.
    fn optional(&mut self, of: Self::Source, ty: &Option<Given>) -> Result<Option<ComponentValType>, Self::Error> {
        ty.as_ref().map(|ty| self.value(of, ty)).transpose()
    }
}

/// Where a type is written.
pub struct Placement {
    /// In how many scopes that is.
    scope: usize,
    /// Whether it is the same wherever it is mentioned: all that it mentions has a name already.
    is_fixed: bool,
    /// Whether each instance of it has types of its own, so that no two of them are confused where it is written once.
    is_new: bool,
}

/// The name of an import or export with all that its declaration carries beside it.
pub fn extern_name<'n>(name: &'n str, item: &'n ComponentItem) -> ComponentExternName<'n> {
    ComponentExternName {
        name: name.into(),
        implements: item.implements.as_deref().map(Into::into),
        version_suffix: item.version_suffix.as_deref().map(Into::into),
        external_id: item.external_id.as_deref().map(Into::into),
    }
}
