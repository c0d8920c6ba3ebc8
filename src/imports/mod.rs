//! The imports of a component: each function, with the properties of its type that later phases need. They are the same
//! whatever the component may use.

mod copier;
pub(crate) mod handles;
mod known;
pub(crate) mod label;
pub(crate) mod size;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use wasmparser::component_types::{
    ComponentEntityType, ComponentFuncType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem, ResourceId,
};

pub(crate) use copier::ImportCopier;
use indexmap::IndexMap;
use size::{Size, Sizes};

use crate::abi::{Abi, Shape};
use crate::load::Component;
use crate::load::component::implements;
use crate::name::{Form, base, qualified};
use crate::runtime;
use crate::runtime::provider::Provider;
use crate::types::NamedType;
use crate::types::identity::{self, Side, TypeKey};
use crate::types::mentions;

/// All imports of a component.
pub(crate) struct Imports<'c> {
    /// The component.
    pub component: &'c Component,
    /// The imported interfaces, in order. The last one has an empty name, and the imports of the world that belong to
    /// no interface.
    pub interfaces: Vec<Interface<'c>>,
}

/// An imported or exported interface.
pub(crate) struct Interface<'c> {
    /// The name of the import. Empty for the world itself.
    pub name: &'c str,
    /// The full name of the interface, if the name of the import does not state it.
    pub identity: Option<String>,
    /// Its type. `None` for the world itself.
    pub instance: Option<ComponentInstanceTypeId>,
    /// Its functions, in order.
    pub functions: Vec<Function<'c>>,
    /// The types that it names, in order.
    pub types: Vec<NamedType<'c>>,
    /// Its other items, which cannot be refused.
    pub others: Vec<(&'c str, ComponentEntityType)>,
    /// The resource types that it mentions. For the world itself, those that its types mention.
    pub resources: BTreeSet<ResourceId>,
}

/// A function of an interface.
pub(crate) struct Function<'c> {
    /// The import with the function. Empty for a function of the world itself.
    pub interface: &'c str,
    /// Its name.
    pub name: &'c str,
    /// The id of its type.
    pub id: ComponentFuncTypeId,
    /// Its type.
    pub ty: &'c ComponentFuncType,
    /// The resource types that it mentions at any depth, in order. For a function of the world itself, they include the
    /// resource type in its name.
    pub resources: Vec<ResourceId>,
    /// The resource types of the handles in its parameters, once for each handle.
    pub takes: Vec<ResourceId>,
    /// The resource type of a method, which its first parameter borrows.
    pub method_of: Option<ResourceId>,
    /// The size of its parameters and result.
    pub size: Size,
    /// Whether an adapter can export a function that calls this one.
    pub can_forward: bool,
    /// Whether it is a function that adapters know, by its name and type: see `known.rs`.
    pub is_known: bool,
    component: &'c Component,
    is_of_wasi: OnceLock<bool>,
    provider: OnceLock<Option<String>>,
    provider_with_host: OnceLock<Option<String>>,
    provider_passing: OnceLock<Option<String>>,
}

impl<'c> Imports<'c> {
    /// The imports of a component.
    pub(crate) fn of(component: &'c Component) -> Imports<'c> {
        Imports::among(component, component.imports())
    }

    /// The exports of a component, in the form of imports.
    pub(crate) fn of_exports(component: &'c Component) -> Imports<'c> {
        Imports::among(component, component.exports())
    }

    fn among(component: &'c Component, items: &'c IndexMap<String, ComponentItem>) -> Imports<'c> {
        let (sizes, mut interfaces) = (Sizes::new(component), Vec::new());
        let mut world = Interface::new("", None, None);
        for (name, item) in items {
            match Interface::with(&sizes, component, name, item) {
                Some(interface) => interfaces.push(interface),
                None => world.add(&sizes, component, name, item.ty),
            }
        }
        interfaces.push(world);
        Imports { component, interfaces }
    }

    /// The interfaces, with the world itself first, since interfaces may use its types.
    pub(crate) fn world_first(&self) -> impl Iterator<Item = &Interface<'c>> {
        let (others, world) = self.interfaces.split_at(self.interfaces.len().saturating_sub(1));
        world.iter().chain(others)
    }

    /// All functions, each with its interface.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (&Interface<'c>, &Function<'c>)> {
        self.interfaces
            .iter()
            .flat_map(|interface| interface.functions.iter().map(move |function| (interface, function)))
    }
}

impl<'c> Interface<'c> {
    fn new(name: &'c str, identity: Option<String>, instance: Option<ComponentInstanceTypeId>) -> Self {
        let (functions, types, others, resources) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
        Interface { name, identity, instance, functions, types, others, resources }
    }

    /// The interface of an import or export. `None` for other items.
    pub(crate) fn of(component: &'c Component, name: &'c str, item: &ComponentItem) -> Option<Interface<'c>> {
        Interface::with(&Sizes::new(component), component, name, item)
    }

    fn with(sizes: &Sizes<'_>, component: &'c Component, name: &'c str, item: &ComponentItem) -> Option<Interface<'c>> {
        let ComponentEntityType::Instance(id) = item.ty else { return None };
        let mut interface = Interface::new(name, implements(name, item), Some(id));
        for (name, item) in component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
            interface.add(sizes, component, name, item.ty);
        }
        interface.resources.extend(mentions::resources(component, item.ty));
        Some(interface)
    }

    fn add(&mut self, sizes: &Sizes<'_>, component: &'c Component, name: &'c str, ty: ComponentEntityType) {
        match ty {
            ComponentEntityType::Func(id) => self.functions.extend(Function::of(sizes, component, self.name, name, id)),
            ComponentEntityType::Type { created, referenced } => {
                let ty = NamedType { name, created, referenced };
                self.resources.extend(ty.resources(component).into_iter().filter(|_| self.instance.is_none()));
                self.types.push(ty);
            }
            ty => self.others.push((name, ty)),
        }
    }

    /// The names of the import: its own, and that of the interface which it implements.
    pub(crate) fn names(&self) -> Vec<&str> {
        [Some(self.name), self.identity.as_deref()].into_iter().flatten().collect()
    }

    /// The name of the import that contains an item. An item of the world itself is an import.
    pub(crate) fn import<'n>(&'n self, item: &'n str) -> &'n str {
        if self.name.is_empty() { item } else { self.name }
    }

    /// A type without a name in this interface that its types or some functions mention, with the import that mentions
    /// it.
    pub(crate) fn unnamed<'f>(
        &self,
        component: &Component,
        functions: impl Iterator<Item = &'f Function<'f>>,
    ) -> Option<(String, TypeKey)> {
        // A type may mention types that are named before it. A function may mention all of them.
        let mut named = BTreeSet::new();
        for ty in &self.types {
            let own = component.key(ty.created);
            let mut mentioned = mentions::unnamed(component, ty.item()).into_iter();
            if let Some(key) = mentioned.find(|key| *key != own && !named.contains(key)) {
                return Some((self.import(ty.name).to_owned(), key));
            }
            named.insert(own);
        }
        { functions }.find_map(|function| {
            let mut mentioned = mentions::unnamed(component, ComponentEntityType::Func(function.id)).into_iter();
            Some((self.import(function.name).to_owned(), mentioned.find(|key| !named.contains(key))?))
        })
    }

    /// Whether an adapter can export the whole interface and convert handles of imported resource types. A borrowed
    /// handle cannot be converted, since it cannot be passed on.
    pub(crate) fn can_convert(&self, component: &Component) -> bool {
        let is_imported =
            |id| component.definition(TypeKey::Resource(id)).is_some_and(|definition| definition.side == Side::Import);
        let is_lent = |shape: Shape| matches!(shape, Shape::Borrow(id) if is_imported(id.resource()));
        let lends = |function: &Function<'_>| {
            let params = function.ty.params.iter();
            params.flat_map(|(_, ty)| Abi(component).handles(ty)).any(is_lent)
        };
        let can_pass = |of: &Function<'_>| of.can_forward || of.provider_exporting().is_some();
        self.others.is_empty() && self.functions.iter().all(|function| can_pass(function) && !lends(function))
    }
}

impl<'c> Function<'c> {
    fn of(
        sizes: &Sizes<'_>,
        component: &'c Component,
        interface: &'c str,
        name: &'c str,
        id: ComponentFuncTypeId,
    ) -> Option<Function<'c>> {
        let (abi, ty) = (Abi(component), component.types().get(id)?);
        let size = sizes.function(ty);
        let is_large = size.excess(1).is_some();
        let handles = |ty| if is_large { Vec::new() } else { abi.handles(ty) };
        let passed: Vec<Shape> = ty.params.iter().flat_map(|(_, ty)| handles(ty)).collect();
        let given: Vec<Shape> = ty.result.iter().flat_map(handles).collect();
        // An asynchronous call that is forwarded would delay all others. The values of a stream or a future are
        // transferred after the call. Functions of the world itself come from the host.
        let is_later = |shape: &Shape| matches!(shape, Shape::Stream(_) | Shape::Future(..) | Shape::Handle);
        let goes_by_later = passed.iter().chain(&given).any(is_later);
        let takes = |shape: &Shape| match shape {
            Shape::Own(id) | Shape::Borrow(id) => Some(id.resource()),
            _ => None,
        };
        let receiver = ty.params.first().filter(|_| !is_large).map(|(_, ty)| abi.shape(ty));
        let method_of = match (Form::of(name), receiver) {
            (Some(Form::Method(_)), Some(Shape::Borrow(id))) => Some(id.resource()),
            _ => None,
        };
        let mut resources = mentions::resources(component, ComponentEntityType::Func(id));
        // The name of a function of the world contains that of a resource type, which the output must import.
        let resource = Form::of(name).and_then(Form::resource).filter(|_| interface.is_empty());
        let resource = resource
            .and_then(|resource| identity::resource(component.imports().get(resource)?.ty))
            .map(|id| id.resource());
        if let Some(id) = resource.filter(|id| !resources.contains(id)) {
            resources.push(id);
            resources.sort();
        }
        Some(Function {
            interface,
            name,
            id,
            ty,
            resources,
            takes: passed.iter().filter_map(takes).collect(),
            method_of,
            size,
            can_forward: !interface.is_empty() && !ty.async_ && !is_large && !goes_by_later,
            is_known: known::is_known(component, interface, name, ty),
            component,
            is_of_wasi: OnceLock::new(),
            provider: OnceLock::new(),
            provider_with_host: OnceLock::new(),
            provider_passing: OnceLock::new(),
        })
    }

    /// Whether its type, with all names in it, is that of the function of WASI for which the providers are written.
    pub(crate) fn is_of_wasi(&self) -> bool {
        let is_of_type = || Provider::is_of_type(self.component, self.interface, self.name, self.id);
        *self.is_of_wasi.get_or_init(is_of_type)
    }

    /// The name of the provider's function for it. It is computed on first use, so that providers are only read when
    /// they are needed.
    pub(crate) fn provider(&self) -> Option<&str> {
        let provider = || {
            let name = runtime::function(self.component, self.interface, self.name, self.ty);
            name.filter(|_| self.size.excess(1).is_none() && self.is_of_wasi())
        };
        self.provider.get_or_init(provider).as_deref()
    }

    /// The name of the provider's function that may call the host, if there is another one for that.
    pub(crate) fn provider_with_host(&self) -> Option<&str> {
        self.provider_with_host.get_or_init(|| Provider::with_host(self.provider()?)).as_deref()
    }

    /// The name of the provider's function that passes its calls on without judging them, if there is one.
    pub(crate) fn provider_passing(&self) -> Option<&str> {
        let passing = || Provider::passing(self.provider().filter(|name| runtime::judges(name))?);
        self.provider_passing.get_or_init(passing).as_deref()
    }

    /// The name of the provider's function that passes calls of others on to the component, if this is an export of it for which there
    /// is one.
    pub(crate) fn provider_exporting(&self) -> Option<String> {
        Provider::exporting(self.provider().filter(|name| runtime::judges(name))?)
    }

    /// Its name in messages.
    pub(crate) fn shown(&self) -> String {
        qualified(self.interface, self.name)
    }

    /// Its interface without the version, and its name.
    pub(crate) fn known(&self) -> (&'c str, &'c str) {
        (base(self.interface), self.name)
    }

    /// Whether a parameter contains a handle of a resource type for which `is_one` holds.
    pub(crate) fn takes(&self, is_one: impl Fn(ResourceId) -> bool) -> bool {
        self.takes.iter().any(|id| is_one(*id))
    }

    /// The resource types of the handles in its result, at any depth.
    pub(crate) fn gives(&self, component: &Component) -> Vec<ResourceId> {
        self.ty.result.map_or_else(Vec::new, |ty| mentions::resources(component, ComponentEntityType::Value(ty)))
    }
}

/// The function that returns the stream to which a standard stream is redirected: its interface and its name. The
/// decision is by name alone; `decide/checks.rs` compares the types of both.
pub(crate) fn redirection(interface: &str, function: &str) -> Option<(String, &'static str)> {
    let to = |other: &str, function_name: &'static str| {
        let name = base(interface);
        let version = interface.get(name.len()..).unwrap_or_default();
        Some((format!("wasi:cli/{other}{version}"), function_name))
    };
    match (base(interface), function) {
        ("wasi:cli/stdout", "get-stdout") => to("stderr", "get-stderr"),
        ("wasi:cli/stderr", "get-stderr") => to("stdout", "get-stdout"),
        ("wasi:cli/stdout", "write-via-stream") => to("stderr", "write-via-stream"),
        ("wasi:cli/stderr", "write-via-stream") => to("stdout", "write-via-stream"),
        _ => None,
    }
}
