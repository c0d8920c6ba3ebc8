//! Determines the owner of each resource type.
//!
//! A resource type has one owner for all imports of a component. The host owns the types that its remaining functions
//! or the exports mention, because it makes and takes their handles and knows only its own. Such a type stays imported,
//! independent of the functions of its interface. The adapter owns all others.
//!
//! The adapter must also own some types of the host. If `get-stderr` is denied and `stdout` stays with the host, the
//! denied function must return a stream although streams are the host's. The adapter then issues handles that represent
//! either host handles or null handles, and forwards all functions on the former. It owns only types of which it must
//! make handles.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{ComponentItem, ResourceId};

use super::answer::{Answers, Refusal};
use super::decisions::{Decisions, FunctionDecision, Owner, Owners};
use super::error::DecideError;
use crate::abi::{Abi, Shape};
use crate::describe::Treatment;
use crate::grants::imports::ImportGrants;
use crate::imports::handles::{defining_import, resource_name};
use crate::imports::{Function, Interface};
use crate::load::Component;
use crate::name::Form;
use crate::runtime;
use crate::runtime::provider::{Provider, destructor_of};
use crate::runtime::value::Value;
use crate::types::NamedType;
use crate::types::mentions;

/// The types that the host owns before the adapter takes any.
pub(super) fn hosts(decisions: &Decisions<'_>, rules: &ImportGrants<'_>) -> Owners {
    let component = decisions.imports.component;
    // The host calls the exports with its own handles.
    let mut hosts = of_exports(component, &|_, _| true);
    hosts.retain(|id| defining_import(component, *id).is_some());
    for decided in &decisions.interfaces {
        let interface = decided.interface;
        let types = || interface.types.iter().filter_map(|ty| Some((ty, ty.resource()?)));
        let named: BTreeMap<&str, ResourceId> = types().map(|(ty, id)| (ty.name, id)).collect();
        for function in decided.functions.iter().filter(|of| of.grant.needs_host()).map(|of| of.function) {
            hosts.extend(&function.resources);
            // A static function needs its resource type, even if no parameter or result mentions it.
            hosts.extend(Form::of(function.name).and_then(Form::resource).and_then(|name| named.get(name)));
        }
        // An import that is allowed as a whole, by its name or function by function, stays unchanged, including unused
        // types.
        let is_whole = !interface.functions.is_empty() && decided.stays();
        let is_allowed = |ty: &NamedType<'_>| match interface.name {
            "" => rules.of(&[ty.name], "").treatment == Treatment::Allow,
            _ => decided.grant.treatment == Treatment::Allow,
        };
        let stays = types().filter(|(ty, _)| is_whole || is_allowed(ty)).map(|(_, id)| id);
        // Items of a nested instance cannot have an adapter.
        let within = interface.others.iter().flat_map(|(_, ty)| mentions::resources(component, *ty));
        let stays = stays.chain(within);
        hosts.extend(stays.filter(|id| defining_import(component, *id) == Some(interface.name)));
    }
    Owners(hosts.into_iter().map(|id| (id, Owner { is_host: true, ..Owner::default() })).collect())
}

/// Determines which host resource types the adapter must own, and the kinds of handles of each type. `converts_exports`
/// tells whether there will be an outer adapter.
///
/// # Errors
///
/// A provider would have to make handles of a type that must stay the host's.
pub(super) fn own(decisions: &mut Decisions<'_>, converts_exports: bool) -> Result<(), Vec<DecideError>> {
    let component = decisions.imports.component;
    let (fixed, of_exports) = (fixed(decisions, converts_exports), of_exports_alone(decisions));
    let mut impossible: BTreeMap<ResourceId, String> = BTreeMap::new();
    loop {
        let owners = &decisions.owners;
        let owns = |id: ResourceId| {
            let owner = owners.of(id);
            !owner.is_known_to_host() || !(fixed.contains(&id) || (of_exports.contains(&id) && owner.is_host))
        };
        let (provided, refused) = made(decisions, &owns);
        let mut next = owners.clone();
        for (id, maker) in provided {
            match owners.of(id).is_known_to_host() && fixed.contains(&id) {
                true => _ = impossible.entry(id).or_insert(maker.shown()),
                false => next.make(id, &maker.shown()).is_provided = true,
            }
        }
        for (id, maker) in refused {
            next.make(id, &maker.shown()).is_nullable = true;
        }
        if next == *owners {
            break;
        }
        decisions.owners = next;
        // Functions that are now forwarded may need further types.
        decisions.settle();
    }
    let converted = self::of_exports(component, &|_, _| true);
    for (id, owner) in &mut decisions.owners.0 {
        owner.is_converted = owner.maker.is_some() && converted.contains(id);
    }
    let error = |(id, function): (ResourceId, String)| {
        let resource = resource_name(component, id);
        let what = format!("it gives a `{resource}`, which the component's exports or streams exchange with the host");
        DecideError::CannotProvide { component: component.name().to_owned(), function, what }
    };
    if impossible.is_empty() { Ok(()) } else { Err(impossible.into_iter().map(error).collect()) }
}

/// Resource types, each with the first function that makes a handle of it.
type Makers<'c> = BTreeMap<ResourceId, &'c Function<'c>>;

/// The resource types of which providers make handles, and those of which refused functions do.
fn made<'c>(decisions: &Decisions<'c>, owns: &dyn Fn(ResourceId) -> bool) -> (Makers<'c>, Makers<'c>) {
    let component = decisions.imports.component;
    let answers = Answers { abi: Abi(component), owns };
    let (mut provided, mut refused) = (Makers::new(), Makers::new());
    for decided in decisions.functions() {
        let function = decided.function;
        if let Some(provider) = decisions.provider(decided) {
            for handle in function.ty.result.iter().flat_map(|ty| Abi(component).handles(ty)) {
                if let Shape::Own(id) = handle
                    && (!runtime::judges(provider) || is_judged(component, id.resource()))
                {
                    provided.entry(id.resource()).or_insert(function);
                }
            }
        }
        for treatment in refusals(decisions, decided, owns) {
            let body = answers.body(function, *treatment);
            for part in body.as_ref().and_then(Refusal::answer).into_iter().flat_map(Value::parts) {
                if let Value::Own(id, _) = part {
                    refused.entry(*id).or_insert(function);
                }
            }
        }
    }
    (provided, refused)
}

/// Whether the providers have objects of a resource type, of which rules judge the use.
fn is_judged(component: &Component, id: ResourceId) -> bool {
    let interface = defining_import(component, id).unwrap_or_default();
    let destructor = destructor_of(interface, &resource_name(component, id));
    runtime::judges(&destructor) && Provider::signature(&destructor).is_some()
}

/// The ways in which a function is refused. A function that follows its handle counts only if null handles of that kind
/// exist.
fn refusals(
    decisions: &Decisions<'_>,
    decided: &FunctionDecision<'_>,
    owns: &dyn Fn(ResourceId) -> bool,
) -> &'static [Treatment] {
    let asks_nobody = || !decided.function.takes(|id| decisions.owners.of(id).is_nullable);
    match decided.grant.treatment {
        _ if decided.is_passed => &[],
        Treatment::Provide | Treatment::Return => &[],
        Treatment::Allow if asks_nobody() => &[],
        Treatment::Allow => &[Treatment::Deny, Treatment::Ignore],
        _ if decided.follows_handle(owns) && asks_nobody() => &[],
        Treatment::Deny => &[Treatment::Deny],
        Treatment::Trap => &[Treatment::Trap],
        Treatment::Ignore => &[Treatment::Ignore],
    }
}

/// The resource types whose handles must stay the host's: those of exports without an outer adapter, and those in
/// functions that cannot be forwarded.
fn fixed(decisions: &Decisions<'_>, converts_exports: bool) -> BTreeSet<ResourceId> {
    let component = decisions.imports.component;
    // Some exports cannot have an outer adapter.
    let cannot_convert = |name: &str, item: &ComponentItem| {
        let interface = Interface::of(component, name, item).filter(|_| converts_exports);
        interface.is_none_or(|interface| !interface.can_convert(component))
    };
    let mut fixed = of_exports(component, &cannot_convert);
    // The outer adapter takes types from instances of the inner one, and not those of the world itself.
    fixed.extend(
        of_exports(component, &|_, _| true).into_iter().filter(|id| defining_import(component, *id) == Some("")),
    );
    let is_forwarded = |of: &&FunctionDecision<'_>| of.grant.needs_host() && decisions.provider(of).is_none();
    // What a provider judges, it also passes on where nothing is to be judged.
    let is_judged = |of: &FunctionDecision<'_>| {
        of.grant.treatment == Treatment::Provide && decisions.provider(of).is_some_and(runtime::judges)
    };
    let judged: BTreeSet<ResourceId> =
        decisions.functions().filter(|of| is_judged(of)).flat_map(|of| of.function.takes.iter().copied()).collect();
    let is_passed_on = |of: &Function<'_>| of.provider_passing().is_some() && of.takes(|id| judged.contains(&id));
    let stay = decisions.functions().filter(is_forwarded);
    let stay = stay.filter(|of| !of.function.can_forward && !is_passed_on(of.function));
    fixed.extend(stay.flat_map(|of| &of.function.resources));
    fixed
}

/// The resource types that the host has only because of exports. A refused function makes no handle of them, since only
/// an outer adapter could distinguish it from a host handle.
fn of_exports_alone(decisions: &Decisions<'_>) -> BTreeSet<ResourceId> {
    let mut alone = of_exports(decisions.imports.component, &|_, _| true);
    let staying = decisions.functions().filter(|of| of.grant.needs_host());
    staying.flat_map(|of| &of.function.resources).for_each(|id| _ = alone.remove(id));
    alone
}

/// The resource types that some exports of a component mention.
fn of_exports(component: &Component, is_one: &dyn Fn(&str, &ComponentItem) -> bool) -> BTreeSet<ResourceId> {
    let exports = component.exports().iter().filter(|(name, item)| is_one(name, item));
    exports.flat_map(|(_, item)| mentions::resources(component, item.ty)).collect()
}
