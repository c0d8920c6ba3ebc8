//! Computes the imports that a component must keep, from its world as WIT and its grants alone.
//!
//! It uses no code of weld: it implements the rule of `docs/privilege.md` again, with the types of wit-parser.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{
    Function, FunctionKind, Handle, InterfaceId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldId, WorldItem,
};

/// The grants, as the oracle queries them.
pub trait Granted {
    /// The decision on a function by the grants and the default.
    fn says(&self, interface: &str, function: &str) -> Said;
    /// Whether a grant names the interface, or a function of it.
    fn is_about(&self, interface: &str) -> bool;
}

/// The decision on a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A grant allows it, or no grant names it and the default allows it.
    Allowed,
    /// A grant denies it.
    Denied,
    /// No grant names it, and the default denies it.
    Default,
}

/// The functions that the component must keep, each with its interface, which is empty for functions of the world
/// itself.
pub fn left(resolve: &Resolve, world: WorldId, granted: &dyn Granted) -> BTreeSet<(String, String)> {
    let world = &resolve.worlds[world];
    let mut functions: Vec<(Option<InterfaceId>, String, &Function)> = Vec::new();
    for (key, item) in &world.imports {
        match item {
            WorldItem::Interface { id, .. } => {
                let name = resolve.name_world_key(key);
                let of_it = resolve.interfaces[*id].functions.values();
                functions.extend(of_it.map(|function| (Some(*id), name.clone(), function)));
            }
            WorldItem::Function(function) => functions.push((None, String::new(), function)),
            WorldItem::Type { .. } => {}
        }
    }
    let mut reachable: BTreeSet<TypeId> = BTreeSet::new();
    for item in world.exports.values() {
        let (of, exported): (_, Vec<&Function>) = match item {
            WorldItem::Interface { id, .. } => (Some(*id), resolve.interfaces[*id].functions.values().collect()),
            WorldItem::Function(function) => (None, vec![function]),
            WorldItem::Type { .. } => (None, vec![]),
        };
        let params = exported.into_iter().flat_map(|function| &function.params);
        params.for_each(|param| given(resolve, of, &param.ty, &mut reachable));
    }
    let mut left: BTreeMap<usize, ()> = BTreeMap::new();
    loop {
        let before = left.len();
        for (number, (id, interface, function)) in functions.iter().enumerate() {
            let is_left = match granted.says(interface, &function.name) {
                Said::Allowed => true,
                Said::Denied => false,
                Said::Default if id.is_some() && granted.is_about(interface) => false,
                // WIT has the methods and static functions of a resource type only where the type is defined.
                Said::Default => match function.kind {
                    FunctionKind::Method(of) | FunctionKind::AsyncMethod(of) => reachable.contains(&of),
                    FunctionKind::Static(of) | FunctionKind::AsyncStatic(of) => {
                        let is_handle = |ty: &Type| handle(resolve, ty) == Some(of);
                        reachable.contains(&of) && function.params.iter().any(|param| is_handle(&param.ty))
                    }
                    FunctionKind::Freestanding | FunctionKind::AsyncFreestanding | FunctionKind::Constructor(_) => {
                        false
                    }
                },
            };
            if is_left {
                left.insert(number, ());
                function.result.iter().for_each(|ty| given(resolve, *id, ty, &mut reachable));
            }
        }
        if left.len() == before {
            break;
        }
    }
    let named = functions.iter().enumerate().filter(|(number, _)| left.contains_key(number));
    named.map(|(_, (_, interface, function))| (interface.clone(), function.name.clone())).collect()
}

/// The resource types whose handles the result of a function can contain. A function of WASI can only return handles of
/// its own package, and of streams and the types that belong to these.
fn given(resolve: &Resolve, of: Option<InterfaceId>, ty: &Type, found: &mut BTreeSet<TypeId>) {
    let package = |id: InterfaceId| &resolve.packages[resolve.interfaces[id].package.unwrap()].name;
    let mut all = BTreeSet::new();
    handles(resolve, ty, &mut all);
    if let Some(giver) = of.map(package).filter(|giver| giver.namespace == "wasi") {
        all.retain(|id| match resolve.types[*id].owner {
            TypeOwner::Interface(definer) => {
                let definer = package(definer);
                definer.namespace == "wasi" && (definer.name == giver.name || definer.name == "io")
            }
            _ => false,
        });
    }
    found.extend(all);
}

/// The resource types whose handles a value of a type contains.
fn handles(resolve: &Resolve, ty: &Type, found: &mut BTreeSet<TypeId>) {
    let Type::Id(id) = ty else { return };
    match &resolve.types[*id].kind {
        TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => _ = found.insert(resource(resolve, *id)),
        // The name of a resource type stands for an owned handle in the type of a value.
        TypeDefKind::Resource => _ = found.insert(*id),
        TypeDefKind::Record(record) => record.fields.iter().for_each(|field| handles(resolve, &field.ty, found)),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().for_each(|ty| handles(resolve, ty, found)),
        TypeDefKind::Variant(variant) => {
            variant.cases.iter().filter_map(|case| case.ty.as_ref()).for_each(|ty| handles(resolve, ty, found));
        }
        TypeDefKind::Result(result) => {
            result.ok.iter().chain(&result.err).for_each(|ty| handles(resolve, ty, found));
        }
        TypeDefKind::Option(ty)
        | TypeDefKind::List(ty)
        | TypeDefKind::FixedLengthList(ty, _)
        | TypeDefKind::Type(ty) => handles(resolve, ty, found),
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => ty.iter().for_each(|ty| handles(resolve, ty, found)),
        TypeDefKind::Map(key, value) => [key, value].into_iter().for_each(|ty| handles(resolve, ty, found)),
        TypeDefKind::Flags(_) | TypeDefKind::Enum(_) | TypeDefKind::Unknown => {}
    }
}

/// The resource type, if the value is a handle.
fn handle(resolve: &Resolve, ty: &Type) -> Option<TypeId> {
    let Type::Id(id) = ty else { return None };
    match &resolve.types[*id].kind {
        TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => Some(resource(resolve, *id)),
        TypeDefKind::Resource => Some(*id),
        TypeDefKind::Type(ty) => handle(resolve, ty),
        _ => None,
    }
}

/// The resource type that an alias refers to.
fn resource(resolve: &Resolve, mut id: TypeId) -> TypeId {
    while let TypeDefKind::Type(Type::Id(aliased)) = &resolve.types[id].kind {
        id = *aliased;
    }
    id
}
