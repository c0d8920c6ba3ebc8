//! What becomes of each function that a component imports, and who owns its resource types.
//!
//! A resource type has one owner, for all that a component imports. The host owns those that a function mentions which
//! stays with it, and those that an export mentions: it makes and takes their handles, and knows none but its own. Such a
//! type stays imported as a type, whatever becomes of the functions of its interface. All other resource types are the
//! adapter's. This follows from the types alone, before anything is generated.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem, ResourceId,
};

use super::keep::{self, Kept};
use crate::abi::{Abi, Shape};
use crate::describe::Treatment;
use crate::limits;
use crate::load::component::identity;
use crate::load::component::{Side, TypeKey};
use crate::load::{Component, mentions};
use crate::name::{Form, Pattern};

/// What the user's rules say of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantDecision {
    /// What becomes of it.
    pub treatment: Treatment,
    /// How much was said to that end.
    pub specificity: Specificity,
    /// Whether what is provided in its place asks the host's own function in turn.
    pub asks_host: bool,
}

/// How closely the user named something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Specificity {
    /// Not at all: it is the default.
    Nothing,
    /// By its interface, or by a capability.
    Interface,
    /// By the function itself.
    Function,
}

/// What becomes of all that a component imports.
#[derive(Debug, Clone)]
pub struct Plan<'c> {
    /// Its imports, in order. What a world imports itself is the one without a name, which comes last.
    pub interfaces: Vec<ImportedInterface<'c>>,
    /// Functions that no rule names and that stay, since they use what the component has.
    pub kept: Vec<Kept>,
    /// The resource types that the component can have handles of.
    pub reachable: BTreeSet<ResourceId>,
    /// The resource types that the host owns.
    host: BTreeSet<ResourceId>,
    /// Those of them that the adapter makes its own, each with a refused function that must make a handle of it: it hands
    /// out handles of its own for the host's.
    wrapped: BTreeMap<ResourceId, String>,
    /// The resource types of which a provider makes handles.
    provided: BTreeSet<ResourceId>,
    /// The resource types of which refused functions make handles, which stand for nothing.
    nullable: BTreeSet<ResourceId>,
    /// The wrapped resource types that exports mention: their handles are converted into the host's for those, and back.
    converted: BTreeSet<ResourceId>,
    /// Whether each call is told of that can be.
    traces: bool,
}

/// An interface that a component imports, or what its world imports without one.
#[derive(Debug, Clone)]
pub struct ImportedInterface<'c> {
    /// The import's name; empty for the world itself.
    pub name: &'c str,
    /// The interface that it is, by its whole name, where the import's own name does not say that.
    pub identity: Option<String>,
    /// Its type; `None` for the world itself.
    pub instance: Option<ComponentInstanceTypeId>,
    /// The functions that the component imports of it, in order.
    pub functions: Vec<Function<'c>>,
    /// The types that it names, in order.
    pub types: Vec<NamedType<'c>>,
    /// What the rules say of it as such, which counts where it has no functions.
    pub decision: GrantDecision,
    /// What it has that is neither a function nor a type, and so cannot be refused: whether it need not be.
    pub others: Vec<(&'c str, GrantDecision)>,
}

/// A function that a component imports.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Function<'c> {
    pub name: &'c str,
    pub ty: ComponentFuncTypeId,
    pub decision: GrantDecision,
    /// Whether code can stand before it that calls it.
    pub can_forward: bool,
}

/// A type that an import names.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct NamedType<'c> {
    pub name: &'c str,
    /// Whether the rules allow what names it, as such.
    pub is_allowed: bool,
    pub created: ComponentAnyTypeId,
    pub referenced: ComponentAnyTypeId,
}

/// What becomes of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lowering {
    /// It stays what it is, and no code stands before it.
    PassThrough,
    /// It is called with the host's handles for those that the adapter handed out.
    Forward,
    /// A provider answers it.
    Provide,
    /// It never gets to the host.
    Refuse,
}

/// What the user says of imports.
#[derive(Clone, Copy)]
pub struct Rules<'r> {
    /// What is said of a function of an import that goes by some names, and of the import as such where the function is
    /// empty.
    pub decision: &'r dyn Fn(&[&str], &str) -> GrantDecision,
    /// Whether anything is said of such an import, or of any of its functions, there or not.
    pub is_about: &'r dyn Fn(&[&str], &[&str]) -> bool,
}

/// An interface that the adapter stands before, though it stays with the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// The interface.
    pub interface: String,
    /// A resource type that it uses, and that the adapter makes its own.
    pub resource: String,
    /// A refused function that must make a handle of it.
    pub maker: String,
}

impl Specificity {
    /// How closely a pattern names what it names.
    pub fn by(pattern: &Pattern) -> Specificity {
        if pattern.is_of_functions() { Specificity::Function } else { Specificity::Interface }
    }
}

impl GrantDecision {
    /// What leaves a function as it is, and was not said.
    pub const ALLOWED: GrantDecision =
        GrantDecision { treatment: Treatment::Allow, specificity: Specificity::Nothing, asks_host: false };

    /// Whether the host's function is called for it.
    pub fn needs_host(&self) -> bool {
        self.treatment == Treatment::Allow || self.asks_host
    }
}

impl NamedType<'_> {
    /// The type, as the item that an import has.
    pub fn item(&self) -> ComponentEntityType {
        ComponentEntityType::Type { created: self.created, referenced: self.referenced }
    }
}

impl ImportedInterface<'_> {
    /// The names that the import goes by: its own, and that of the interface that it implements.
    pub fn names(&self) -> Vec<&str> {
        [Some(self.name), self.identity.as_deref()].into_iter().flatten().collect()
    }

    /// Whether the rules leave all of it as it is.
    pub fn stays(&self) -> bool {
        match self.functions.as_slice() {
            // What a world imports itself is nothing as such.
            [] => self.decision.treatment == Treatment::Allow || self.name.is_empty(),
            functions => functions.iter().all(|function| function.decision.treatment == Treatment::Allow),
        }
    }
}

/// What says nothing, and so takes nothing away.
const ALL: Rules<'static> = Rules { decision: &|_, _| GrantDecision::ALLOWED, is_about: &|_, _| false };

impl<'c> Plan<'c> {
    /// What becomes of the imports of a component where all of them are left to it.
    pub fn allowing_all(component: &'c Component) -> Plan<'c> {
        Plan::new(component, &ALL)
    }

    /// Plans what becomes of the imports of a component.
    pub fn new(component: &'c Component, rules: &Rules<'_>) -> Plan<'c> {
        let mut interfaces = interfaces(component, rules);
        let (kept, reachable) = keep::keep(component, &mut interfaces, rules);
        #[cfg(test)]
        let kept = super::lies::keep(&mut interfaces, kept);
        let mut plan = Plan {
            host: host_owned(component, &interfaces),
            interfaces,
            kept,
            reachable,
            wrapped: BTreeMap::new(),
            provided: BTreeSet::new(),
            nullable: BTreeSet::new(),
            converted: BTreeSet::new(),
            traces: false,
        };
        plan.keep_types(component);
        plan
    }

    /// All functions that the component imports, each with what has it.
    pub fn functions(&self) -> impl Iterator<Item = (&ImportedInterface<'c>, &Function<'c>)> {
        self.interfaces
            .iter()
            .flat_map(|interface| interface.functions.iter().map(move |function| (interface, function)))
    }

    /// Makes resource types of the host's the adapter's, and says of which types a provider makes handles.
    pub fn wrap(
        &mut self,
        component: &Component,
        resources: BTreeMap<ResourceId, String>,
        provided: BTreeSet<ResourceId>,
        nullable: BTreeSet<ResourceId>,
    ) {
        self.wrapped = resources;
        self.provided = provided;
        self.nullable = nullable;
        let exports = component.exports().values();
        let mentioned = exports.flat_map(|item| mentions::resources(component, item.ty));
        self.converted = mentioned.filter(|id| self.wrapped.contains_key(id)).collect();
    }

    /// The wrapped resource types of which exports have handles, in an order.
    pub fn converted(&self) -> &BTreeSet<ResourceId> {
        &self.converted
    }

    /// The exports that mention such a type.
    pub fn turned_exports(&self, component: &Component) -> Vec<String> {
        let is_turned =
            |item: &ComponentItem| mentions::resources(component, item.ty).iter().any(|id| self.converted.contains(id));
        component.exports().iter().filter(|(_, item)| is_turned(item)).map(|(name, _)| name.clone()).collect()
    }

    /// Whether handles of a resource type may stand for nothing.
    pub fn is_hollow(&self, id: ResourceId) -> bool {
        self.nullable.contains(&id)
    }

    /// Tells of each call.
    pub fn trace(&mut self) {
        self.traces = true;
    }

    /// Whether each call is told of.
    pub fn traces(&self) -> bool {
        self.traces
    }

    /// Whether a provider makes handles of a resource type.
    pub fn is_provided(&self, id: ResourceId) -> bool {
        self.provided.contains(&id)
    }

    /// Whether handles of a resource type are the host's own, for the component too.
    pub fn is_hosts(&self, id: ResourceId) -> bool {
        self.host.contains(&id) && !self.wrapped.contains_key(&id)
    }

    /// Whether handles of a resource type are the adapter's, and stand for the host's.
    pub fn is_wrapped(&self, id: ResourceId) -> bool {
        self.wrapped.contains_key(&id)
    }

    /// The refused function that must make a handle of a resource type which the adapter makes its own for that.
    pub fn maker(&self, id: ResourceId) -> Option<&str> {
        self.wrapped.get(&id).map(String::as_str)
    }

    /// Whether the host has a resource type, whoever's handles the component gets.
    pub fn is_known_to_host(&self, id: ResourceId) -> bool {
        self.host.contains(&id)
    }

    /// What becomes of a function.
    pub fn lowering(&self, component: &Component, function: &Function<'_>) -> Lowering {
        let item = ComponentEntityType::Func(function.ty);
        match function.decision.treatment {
            Treatment::Allow if self.traces && function.can_forward => Lowering::Forward,
            Treatment::Allow if mentions::resources(component, item).iter().any(|id| self.is_wrapped(*id)) => {
                Lowering::Forward
            }
            Treatment::Allow => Lowering::PassThrough,
            Treatment::Provide => Lowering::Provide,
            _ => Lowering::Refuse,
        }
    }

    /// The interfaces of which functions are forwarded, and why: each with the resource type, and a refused function that
    /// must make a handle of it.
    pub fn forwarded(&self, component: &Component) -> Vec<Forwarded> {
        let forwarded = |interface: &ImportedInterface<'_>| {
            let functions =
                interface.functions.iter().filter(|function| self.lowering(component, function) == Lowering::Forward);
            let items = functions.map(|function| ComponentEntityType::Func(function.ty));
            let (id, maker) = { items }
                .flat_map(|item| mentions::resources(component, item))
                .find_map(|id| Some((id, self.wrapped.get(&id)?)))?;
            let resource = component.home(TypeKey::Resource(id))?.path.last()?.clone();
            Some(Forwarded { interface: interface.name.to_owned(), resource, maker: maker.clone() })
        };
        self.interfaces.iter().filter_map(forwarded).collect()
    }

    /// Whether an interface comes from the adapter, and not straight from whoever had it before: some of its functions are
    /// not left as they are, or some of the resource types that it mentions are the adapter's.
    pub fn is_adapted(&self, component: &Component, interface: &ImportedInterface<'_>) -> bool {
        let own = |ty| mentions::resources(component, ty).iter().any(|id| !self.is_hosts(*id));
        let is_changed =
            || interface.functions.iter().any(|function| self.lowering(component, function) != Lowering::PassThrough);
        match interface.instance.map(ComponentEntityType::Instance) {
            // Of plain types it is the rules that decide. Resource types are the host's or not.
            Some(instance) if interface.functions.is_empty() && mentions::resources(component, instance).is_empty() => {
                !interface.stays()
            }
            Some(instance) => is_changed() || own(instance),
            None => is_changed() || interface.types.iter().any(|ty| own(ty.item())),
        }
    }

    /// Whether anything is not left as it is.
    pub fn changes(&self, component: &Component) -> bool {
        self.interfaces.iter().any(|interface| self.is_adapted(component, interface))
    }

    /// Leaves interfaces of plain types alone with the host, where what stays is made of them: types give nothing away,
    /// and what is imported may mention them by name alone.
    fn keep_types(&mut self, component: &Component) {
        let allowed = |function: &&Function<'_>| function.decision.needs_host();
        let functions = self.interfaces.iter().flat_map(|interface| interface.functions.iter().filter(allowed));
        let functions = functions.map(|function| ComponentEntityType::Func(function.ty));
        let whole =
            self.interfaces.iter().filter(|interface| interface.stays()).filter_map(|interface| interface.instance);
        let items = functions.chain(whole.map(ComponentEntityType::Instance));
        let mut used: BTreeSet<TypeKey> = items.flat_map(|item| mentions::mentioned(component, item)).collect();
        // What exports are made of must keep a name in the output, too.
        used.extend(component.exports().values().flat_map(|item| mentions::unnamed(component, item.ty)));
        for interface in
            self.interfaces.iter_mut().filter(|interface| interface.functions.is_empty() && !interface.name.is_empty())
        {
            let item = interface.instance.map(ComponentEntityType::Instance);
            let is_plain = item.is_some_and(|item| mentions::resources(component, item).is_empty());
            if is_plain
                && interface.others.is_empty()
                && interface.types.iter().any(|ty| used.contains(&component.key(ty.created)))
            {
                interface.decision.treatment = Treatment::Allow;
            }
        }
    }
}

/// The resource types that are the host's.
fn host_owned(component: &Component, interfaces: &[ImportedInterface<'_>]) -> BTreeSet<ResourceId> {
    // The host calls the exports, with handles that it knows.
    let exports = component.exports().values();
    let mut host: BTreeSet<ResourceId> = exports
        .flat_map(|item| mentions::resources(component, item.ty))
        .filter(|id| defining_import(component, *id).is_some())
        .collect();
    for interface in interfaces {
        for function in interface.functions.iter().filter(|function| function.decision.needs_host()) {
            host.extend(mentions::resources(component, ComponentEntityType::Func(function.ty)));
            // A static function needs the type that it is one of, whether or not it takes or gives any.
            host.extend(interface.types.iter().filter_map(|ty| match ty.created {
                ComponentAnyTypeId::Resource(id) if belongs(function.name, ty.name) => Some(id.resource()),
                _ => None,
            }));
        }
        // What is allowed as a whole, by its name or function by function, stays what it is: types that nothing uses among
        // it.
        let is_whole = !interface.functions.is_empty() && interface.stays();
        host.extend(interface.types.iter().filter_map(|ty| match ty.created {
            ComponentAnyTypeId::Resource(id)
                if (ty.is_allowed || is_whole) && defining_import(component, id.resource()) == Some(interface.name) =>
            {
                Some(id.resource())
            }
            _ => None,
        }));
    }
    host
}

/// What a rule takes away of what is in an instance within an interface. No part of that can be refused by itself.
fn denied_within(
    component: &Component,
    name: &str,
    ty: ComponentEntityType,
    rules: &Rules<'_>,
) -> Option<GrantDecision> {
    let ComponentEntityType::Instance(id) = ty else { return None };
    let items = component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
    let said = |inner: &str| {
        Some((rules.decision)(&[name], inner)).filter(|decision| decision.specificity != Specificity::Nothing)
    };
    let denied = |inner: &str| said(inner).filter(|decision| decision.treatment != Treatment::Allow);
    // The validator bounds how deep instances are nested.
    { items }.find_map(|(inner, item)| denied(inner).or_else(|| denied_within(component, inner, item.ty, rules)))
}

/// Whether a call is over when it returns, with all that goes by: an asynchronous one that is forwarded would keep all
/// others waiting.
fn is_synchronous(component: &Component, ty: ComponentFuncTypeId) -> bool {
    let (abi, Some(ty)) = (Abi(component), component.types().get(ty)) else { return false };
    // Through a stream or a future, values go by when the call is over.
    let is_later = |shape: &Shape| matches!(shape, Shape::Stream(_) | Shape::Future(..) | Shape::Handle);
    let goes_by_later = |ty| abi.handles(ty).iter().any(is_later);
    let mut values = ty.params.iter().map(|(_, ty)| ty).chain(&ty.result);
    !ty.async_ && !values.any(|ty| abi.is_larger_than(ty, limits::VALUES) || goes_by_later(ty))
}

/// Whether a function is a method of a resource type, its constructor, or another function of it.
fn belongs(function: &str, resource: &str) -> bool {
    Form::of(function).and_then(Form::resource) == Some(resource)
}

/// The import that defines a resource type: an interface, or the world itself, whose name is empty.
pub fn defining_import(component: &Component, id: ResourceId) -> Option<&str> {
    let home = component.home(TypeKey::Resource(id)).filter(|home| home.side == Side::Import)?;
    match home.path.as_slice() {
        [_] => Some(""),
        [interface, ..] => Some(interface),
        [] => None,
    }
}

fn interfaces<'c>(component: &'c Component, rules: &Rules<'_>) -> Vec<ImportedInterface<'c>> {
    let empty = |name, identity: Option<String>| {
        let (functions, types, others) = (Vec::new(), Vec::new(), Vec::new());
        ImportedInterface { name, identity, instance: None, functions, types, others, decision: GrantDecision::ALLOWED }
    };
    let mut interfaces: Vec<ImportedInterface<'c>> = Vec::new();
    let mut world: ImportedInterface<'c> = empty("", None);
    for (name, item) in component.imports() {
        let ComponentEntityType::Instance(id) = item.ty else {
            world.add(component, name, item.ty, rules);
            continue;
        };
        let mut interface = ImportedInterface { instance: Some(id), ..empty(name.as_str(), identity(name, item)) };
        interface.decision = (rules.decision)(&interface.names(), "");
        for (name, item) in component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
            interface.add(component, name, item.ty, rules);
        }
        interfaces.push(interface);
    }
    interfaces.push(world);
    interfaces
}

impl<'c> ImportedInterface<'c> {
    /// An interface that a component exports.
    pub fn of_export(component: &'c Component, name: &'c str, item: &ComponentItem) -> Option<ImportedInterface<'c>> {
        let ComponentEntityType::Instance(id) = item.ty else { return None };
        let (functions, types, others) = (Vec::new(), Vec::new(), Vec::new());
        let mut interface = ImportedInterface {
            name,
            identity: None,
            instance: Some(id),
            functions,
            types,
            others,
            decision: GrantDecision::ALLOWED,
        };
        for (name, item) in component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
            interface.add(component, name, item.ty, &ALL);
        }
        Some(interface)
    }

    /// Whether code can stand before all of it that converts handles of a component's imports. What is lent cannot be converted:
    /// it is nobody's to give away.
    pub fn can_convert(&self, component: &Component) -> bool {
        let is_lent = |shape: Shape| match shape {
            Shape::Borrow(id) => {
                component.home(TypeKey::Resource(id.resource())).is_some_and(|home| home.side == Side::Import)
            }
            _ => false,
        };
        let lends = |function: &Function<'_>| {
            let ty = component.types().get(function.ty);
            let params = ty.iter().flat_map(|ty| ty.params.iter());
            params.flat_map(|(_, ty)| Abi(component).handles(ty)).any(is_lent)
        };
        self.others.is_empty() && self.functions.iter().all(|function| function.can_forward && !lends(function))
    }

    fn add(&mut self, component: &Component, name: &'c str, ty: ComponentEntityType, rules: &Rules<'_>) {
        match ty {
            ComponentEntityType::Func(ty) => {
                let decision = (rules.decision)(&self.names(), name);
                // Functions of the world itself come from the host.
                let can_forward = !self.name.is_empty() && is_synchronous(component, ty);
                self.functions.push(Function { name, ty, decision, can_forward });
            }
            ComponentEntityType::Type { created, referenced } => {
                let decision = if self.name.is_empty() { (rules.decision)(&[name], "") } else { self.decision };
                let is_allowed = decision.treatment == Treatment::Allow;
                self.types.push(NamedType { name, is_allowed, created, referenced });
            }
            _ => {
                let decision = (rules.decision)(&self.names(), name);
                self.others.push((name, denied_within(component, name, ty, rules).unwrap_or(decision)));
            }
        }
    }
}
