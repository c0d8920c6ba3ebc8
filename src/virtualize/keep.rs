//! Which functions stay that no grant names: those that can only use authority which the component was given.
//!
//! With `stdout` allowed a program gets an output stream, and could do nothing with it if `write` were denied. So a
//! method stays where the component can have a handle for it, and a static function that cannot be called without one. Only
//! the interface that defines a resource type has functions of these names, whatever order a component imports interfaces in:
//! another function that takes a handle may be anybody's, and does not stay. Nor does what makes authority from nothing. Mentioning a type gives no handle of it, whatever a component declares.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentFuncTypeId, ComponentValType, ResourceId,
};

use super::plan::{Function, ImportedInterface, NamedType, Rules, Specificity, defining_import};
use crate::abi::{Abi, Shape};
use crate::describe::Treatment;
use crate::load::component::TypeKey;
use crate::load::{Component, mentions};
use crate::name::{Capability, Form, base, defines, is_inert, split};

/// A function that no grant names and that stays, since it uses what the component has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The interface; empty for functions of the world itself.
    pub interface: String,
    /// The function.
    pub function: String,
    /// The resource type for which it stays. Its interface defines it.
    pub resource: String,
    /// Where the component has a handle of that from.
    pub giver: Giver,
}

/// What gives a component handles of a resource type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Giver {
    /// The result of a function that it imports: its interface, which may be empty, and its name.
    Import(String, String),
    /// A parameter of a function that it exports, likewise.
    Export(String, String),
}

/// Lets those functions stay, and says which they are, in the order of the imports; and of which resource types the
/// component can have handles then.
pub fn keep(
    component: &Component,
    interfaces: &mut [ImportedInterface<'_>],
    rules: &Rules<'_>,
) -> (Vec<Kept>, BTreeSet<ResourceId>) {
    let mut reachable = of_exports(component);
    for imported in interfaces.iter() {
        for function in imported.functions.iter().filter(|function| function.decision.needs_host()) {
            given_by(component, imported, function, &mut reachable);
        }
    }
    let candidates: Vec<BTreeSet<usize>> = interfaces.iter().map(|imported| candidates(imported, rules)).collect();
    let defining_imports = defining_imports(interfaces);
    let mut kept = BTreeMap::new();
    // Each round takes in what the functions give that the last one kept.
    loop {
        let before = kept.len();
        for (at, imported) in interfaces.iter_mut().enumerate() {
            let own: Vec<ResourceId> = reachable
                .keys()
                .copied()
                .filter(|id| is_defined_by(component, &defining_imports, *id, imported))
                .collect();
            for number in candidates.get(at).into_iter().flatten() {
                let Some(function) = imported.functions.get(*number).filter(|_| !kept.contains_key(&(at, *number)))
                else {
                    continue;
                };
                let Some(id) = reason(component, imported, function, &own) else { continue };
                let Some(giver) = reachable.get(&id).cloned() else { continue };
                given_by(component, imported, function, &mut reachable);
                let (interface, function) = (imported.name.to_owned(), function.name.to_owned());
                kept.insert((at, *number), Kept { interface, function, resource: name(component, id), giver });
                if let Some(function) = imported.functions.get_mut(*number) {
                    function.decision.treatment = Treatment::Allow;
                }
            }
        }
        if kept.len() == before {
            return (kept.into_values().collect(), reachable.into_keys().collect());
        }
    }
}

/// The indices of the functions that only the default denies: those that may be kept.
fn candidates(interface: &ImportedInterface<'_>, rules: &Rules<'_>) -> BTreeSet<usize> {
    let names = interface.names();
    let functions: Vec<&str> = interface.functions.iter().map(|function| function.name).collect();
    // Where a grant names one function of an interface, the default decides about the others.
    let is_named = !interface.name.is_empty() && (rules.is_about)(&names, &functions);
    let may_stay = |function: &Function<'_>| {
        let decision = function.decision;
        let is_default = decision.specificity == Specificity::Nothing && !decision.needs_host();
        // Each function of the world is an import by itself. One that goes by the name of an interface is denied with that.
        let poses = interface.name.is_empty() && split(function.name).is_some();
        let own = [function.name];
        let posed = || Capability::any(function.name, function.name) || (rules.is_about)(&own, &own);
        is_default && !names.iter().any(|name| Capability::any(name, function.name)) && !(poses && posed())
    };
    let functions = interface.functions.iter().enumerate().filter(|(_, function)| !is_named && may_stay(function));
    functions.map(|(number, _)| number).collect()
}

/// The interfaces that define resource types of WASI, where the component imports one by whose name that is known.
fn defining_imports(interfaces: &[ImportedInterface<'_>]) -> BTreeMap<ResourceId, String> {
    let mut defining_imports = BTreeMap::new();
    for imported in interfaces {
        for ty in &imported.types {
            let is_wasis = imported.names().into_iter().any(|interface| defines(interface, ty.name));
            if let (ComponentAnyTypeId::Resource(id), true) = (ty.created, is_wasis) {
                defining_imports.entry(id.resource()).or_insert_with(|| imported.name.to_owned());
            }
        }
    }
    defining_imports
}

/// Whether an import defines a resource type. Where it is not known of WASI, the first import that mentions it does.
fn is_defined_by(
    component: &Component,
    defining_imports: &BTreeMap<ResourceId, String>,
    id: ResourceId,
    interface: &ImportedInterface<'_>,
) -> bool {
    match defining_imports.get(&id) {
        Some(defining_import) => defining_import == interface.name,
        None => defining_import(component, id) == Some(interface.name),
    }
}

/// The reachable resource type for which a function of the interface that defines it stays.
///
/// Component Model, Explainer, "Import and Export Definitions": `[method]r.f` takes a handle of `r` first; a `[static]r.f`
/// may take any parameters.
fn reason(
    component: &Component,
    interface: &ImportedInterface<'_>,
    function: &Function<'_>,
    own: &[ResourceId],
) -> Option<ResourceId> {
    let named = |resource: &str| {
        own.iter().copied().find(|id| {
            let is_it =
                |ty: &NamedType<'_>| matches!(ty.created, ComponentAnyTypeId::Resource(of) if of.resource() == *id);
            interface.types.iter().any(|ty| ty.name == resource && is_it(ty))
        })
    };
    let member = match Form::of(function.name) {
        Some(Form::Method(member)) => named(member.resource),
        Some(Form::Static(member)) => named(member.resource).filter(|id| needs_handle(component, function, *id)),
        _ => None,
    };
    // By the import's own name: a label may be of any interface that says to implement WASI's.
    let is_poll = base(interface.name) == "wasi:io/poll" && function.name == "poll";
    let polled = || own.iter().copied().find(|id| is_poll && takes_list_of(component, function, *id));
    let is_inert = is_inert(interface.name, function.name);
    member.or_else(polled).or_else(|| own.first().copied().filter(|_| is_inert))
}

/// Whether a function takes a list of lent handles of a resource type, and nothing else.
fn takes_list_of(component: &Component, function: &Function<'_>, id: ResourceId) -> bool {
    let abi = Abi(component);
    let params = component.types().get(function.ty).map(|ty| &*ty.params);
    let Some([(_, ComponentValType::Type(list))]) = params else { return false };
    match component.types().get(*list) {
        Some(ComponentDefinedType::List { element, .. }) => {
            matches!(abi.shape(element), Shape::Borrow(of) if of.resource() == id)
        }
        _ => false,
    }
}

/// Whether a function cannot be called without a handle of a resource type: a parameter is one.
fn needs_handle(component: &Component, function: &Function<'_>, id: ResourceId) -> bool {
    let ty = component.types().get(function.ty);
    let mut params = ty.iter().flat_map(|ty| ty.params.iter());
    params.any(|(_, ty)| matches!(Abi(component).shape(ty), Shape::Own(of) | Shape::Borrow(of) if of.resource() == id))
}

/// The resource types of which a function takes handles, at any depth.
pub fn taken(component: &Component, function: ComponentFuncTypeId) -> BTreeSet<ResourceId> {
    let ty = component.types().get(function);
    let params = ty.iter().flat_map(|ty| ty.params.iter());
    params.flat_map(|(_, ty)| mentions::resources(component, ComponentEntityType::Value(*ty))).collect()
}

/// The resource types of which a function gives handles, at any depth.
pub fn given(component: &Component, function: ComponentFuncTypeId) -> Vec<ResourceId> {
    let result = component.types().get(function).and_then(|ty| ty.result);
    result.map_or_else(Vec::new, |ty| mentions::resources(component, ComponentEntityType::Value(ty)))
}

fn given_by(
    component: &Component,
    interface: &ImportedInterface<'_>,
    function: &Function<'_>,
    reachable: &mut BTreeMap<ResourceId, Giver>,
) {
    for id in given(component, function.ty) {
        reachable.entry(id).or_insert_with(|| Giver::Import(interface.name.to_owned(), function.name.to_owned()));
    }
}

/// What a component is passed by whoever calls its exports.
fn of_exports(component: &Component) -> BTreeMap<ResourceId, Giver> {
    let mut reachable = BTreeMap::new();
    component.exports().iter().for_each(|(name, item)| passed_by(component, "", name, item.ty, &mut reachable));
    reachable
}

// The validator bounds how deep instances are nested.
fn passed_by(
    component: &Component,
    interface: &str,
    name: &str,
    ty: ComponentEntityType,
    reachable: &mut BTreeMap<ResourceId, Giver>,
) {
    match ty {
        ComponentEntityType::Func(ty) => {
            for id in taken(component, ty) {
                reachable.entry(id).or_insert_with(|| Giver::Export(interface.to_owned(), name.to_owned()));
            }
        }
        ComponentEntityType::Instance(id) => {
            for (inner, item) in component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
                passed_by(component, name, inner, item.ty, reachable);
            }
        }
        _ => {}
    }
}

/// What a resource type is called where it is defined.
pub fn name(component: &Component, id: ResourceId) -> String {
    let home = component.home(TypeKey::Resource(id));
    home.and_then(|home| home.path.last()).cloned().unwrap_or_default()
}
