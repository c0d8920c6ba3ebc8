//! What a component imports: each function once, with all that is asked of its type. It knows nothing of grants.

mod again;
pub mod handles;
mod known;
pub mod label;
pub mod size;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use wasmparser::component_types::{
    ComponentEntityType, ComponentFuncType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem, ResourceId,
};

pub use again::Again;
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

/// All that a component imports.
pub struct Imports<'c> {
    /// The component.
    pub component: &'c Component,
    /// Its imports, in order. What its world imports without an interface has no name, and comes last.
    pub interfaces: Vec<Interface<'c>>,
}

/// An interface that a component imports, or exports.
pub struct Interface<'c> {
    /// The name of the import; empty for the world itself.
    pub name: &'c str,
    /// The interface that it is, by its whole name, where the import's own name does not say that.
    pub identity: Option<String>,
    /// Its type; `None` for the world itself.
    pub instance: Option<ComponentInstanceTypeId>,
    /// Its functions, in order.
    pub functions: Vec<Function<'c>>,
    /// The types that it names, in order.
    pub types: Vec<NamedType<'c>>,
    /// What it has that is neither a function nor a type, and so cannot be refused.
    pub others: Vec<(&'c str, ComponentEntityType)>,
    /// The resource types that it mentions; of the world itself, those that its types do.
    pub resources: BTreeSet<ResourceId>,
}

/// A function of an interface.
pub struct Function<'c> {
    /// The import that has it; empty for a function of the world itself.
    pub interface: &'c str,
    /// Its name.
    pub name: &'c str,
    /// Its type.
    pub id: ComponentFuncTypeId,
    /// The same.
    pub ty: &'c ComponentFuncType,
    /// The resource types that it mentions anywhere, in order; of a function of the world itself also the one that its name mentions.
    pub resources: Vec<ResourceId>,
    /// Those of which handles are among what it is passed, each as often as it is.
    pub takes: Vec<ResourceId>,
    /// The one of which its first parameter is a borrowed handle, where it is a method.
    pub method_of: Option<ResourceId>,
    /// How much it takes and gives.
    pub size: Size,
    /// Whether code can stand before it that calls it.
    pub can_forward: bool,
    /// Whether it is the function of WASI that its name says, of whichever version, by its type.
    pub is_known: bool,
    component: &'c Component,
    is_of_wasi: OnceLock<bool>,
    provider: OnceLock<Option<String>>,
    provider_with_host: OnceLock<Option<String>>,
}

impl<'c> Imports<'c> {
    /// What a component imports.
    pub fn of(component: &'c Component) -> Imports<'c> {
        Imports::among(component, component.imports())
    }

    /// What a component exports, as if it were imported.
    pub fn of_exports(component: &'c Component) -> Imports<'c> {
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

    /// The interfaces, with the world itself first: others may be made of what that has.
    pub fn world_first(&self) -> impl Iterator<Item = &Interface<'c>> {
        let (others, world) = self.interfaces.split_at(self.interfaces.len().saturating_sub(1));
        world.iter().chain(others)
    }

    /// All functions, each with what has it.
    pub fn functions(&self) -> impl Iterator<Item = (&Interface<'c>, &Function<'c>)> {
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

    /// The interface that an import or export of a component is, if it is one.
    pub fn of(component: &'c Component, name: &'c str, item: &ComponentItem) -> Option<Interface<'c>> {
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

    /// The names that the import goes by: its own, and that of the interface that it implements.
    pub fn names(&self) -> Vec<&str> {
        [Some(self.name), self.identity.as_deref()].into_iter().flatten().collect()
    }

    /// The import that has an item of that name: of the world itself, each is one.
    pub fn import<'n>(&'n self, item: &'n str) -> &'n str {
        if self.name.is_empty() { item } else { self.name }
    }

    /// A type that it uses in its types and in some functions and does not name, with the import that uses it.
    pub fn unnamed<'f>(
        &self,
        component: &Component,
        functions: impl Iterator<Item = &'f Function<'f>>,
    ) -> Option<(String, TypeKey)> {
        // A type may consist of types that are named before it. A function may use all of them.
        let mut named = BTreeSet::new();
        for ty in &self.types {
            let own = component.key(ty.created);
            let mut mentioned = mentions::unnamed(component, ty.item()).into_iter();
            if let Some(key) = mentioned.find(|key| *key != own && !named.contains(key)) {
                return Some((self.import(ty.name).to_owned(), key));
            }
            named.insert(own);
        }
        { functions }.find_map(|of| {
            let mut mentioned = mentions::unnamed(component, ComponentEntityType::Func(of.id)).into_iter();
            Some((self.import(of.name).to_owned(), mentioned.find(|key| !named.contains(key))?))
        })
    }

    /// Whether code can stand before all of it that converts handles of a component's imports. What is lent cannot be converted:
    /// it is nobody's to give away.
    pub fn can_convert(&self, component: &Component) -> bool {
        let is_imported =
            |id| component.definition(TypeKey::Resource(id)).is_some_and(|definition| definition.side == Side::Import);
        let is_lent = |shape: Shape| matches!(shape, Shape::Borrow(id) if is_imported(id.resource()));
        let lends = |function: &Function<'_>| {
            let params = function.ty.params.iter();
            params.flat_map(|(_, ty)| Abi(component).handles(ty)).any(is_lent)
        };
        self.others.is_empty() && self.functions.iter().all(|function| function.can_forward && !lends(function))
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
        // An asynchronous call that is forwarded would keep all others waiting. Through a stream or a future, values go by
        // when the call is over. Functions of the world itself come from the host.
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
        // An import of the world itself is called after a resource type that the output must import by that name.
        let of = Form::of(name).and_then(Form::resource).filter(|_| interface.is_empty());
        let of = of.and_then(|of| identity::resource(component.imports().get(of)?.ty)).map(|id| id.resource());
        if let Some(id) = of.filter(|id| !resources.contains(id)) {
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
        })
    }

    /// Whether it is, name by name, the function of WASI that the providers are written for.
    pub fn is_of_wasi(&self) -> bool {
        let is_of_type = || Provider::is_of_type(self.component, self.interface, self.name, self.id);
        *self.is_of_wasi.get_or_init(is_of_type)
    }

    /// The provider's function for it. Where nothing is provided, nobody asks, and the providers are not read.
    pub fn provider(&self) -> Option<&str> {
        let provider = || {
            let name = runtime::function(self.component, self.interface, self.name, self.ty);
            name.filter(|_| self.size.excess(1).is_none() && self.is_of_wasi())
        };
        self.provider.get_or_init(provider).as_deref()
    }

    /// The provider's function for it where the host may be asked, if that is another.
    pub fn provider_with_host(&self) -> Option<&str> {
        self.provider_with_host.get_or_init(|| Provider::with_host(self.provider()?)).as_deref()
    }

    /// What messages call it.
    pub fn shown(&self) -> String {
        qualified(self.interface, self.name)
    }

    /// The interface without its version, and the name.
    pub fn known(&self) -> (&'c str, &'c str) {
        (base(self.interface), self.name)
    }

    /// Whether it is passed a handle of one of some resource types.
    pub fn takes(&self, is_one: impl Fn(ResourceId) -> bool) -> bool {
        self.takes.iter().any(|id| is_one(*id))
    }

    /// The resource types of which it gives handles, at any depth.
    pub fn gives(&self, component: &Component) -> Vec<ResourceId> {
        self.ty.result.map_or_else(Vec::new, |ty| mentions::resources(component, ComponentEntityType::Value(ty)))
    }
}

/// The function that a standard stream comes from, if it is redirected to that. By its name alone: `checks` sees to it
/// that both are of the type that they should be.
pub fn redirection(interface: &str, function: &str) -> Option<(String, &'static str)> {
    let to = |other: &str, of: &'static str| {
        let name = base(interface);
        let version = interface.get(name.len()..).unwrap_or_default();
        Some((format!("wasi:cli/{other}{version}"), of))
    };
    match (base(interface), function) {
        ("wasi:cli/stdout", "get-stdout") => to("stderr", "get-stderr"),
        ("wasi:cli/stderr", "get-stderr") => to("stdout", "get-stdout"),
        ("wasi:cli/stdout", "write-via-stream") => to("stderr", "write-via-stream"),
        ("wasi:cli/stderr", "write-via-stream") => to("stdout", "write-via-stream"),
        _ => None,
    }
}
