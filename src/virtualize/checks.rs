//! What cannot be done of what grants say.

use std::collections::BTreeSet;

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ResourceId};

use super::error::VirtualizeError;
use super::keep;
use super::known;
use super::plan::{Function, GrantDecision, ImportedInterface, Lowering, Plan, Specificity};
use super::{provider, trace, wrap};
use crate::abi::Abi;
use crate::describe::Treatment;
use crate::limits;
use crate::load::component::TypeKey;
use crate::load::{Component, mentions};
use crate::name::{self, Capability, qualified, versioned};
use crate::text::count;

/// All that is wrong with a plan before anything is made of it.
pub fn all(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    let errors = refused_kinds(component, plan).into_iter().chain(too_large(component, plan));
    errors.chain(unprovided(component, plan)).chain(untold(component, plan)).collect()
}

/// Interfaces of which something is to be provided, and that there is no provider for: each with the first such function.
fn unprovided(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    const NONE: &str = "there are providers for WASI 0.2, and none for a function of this name and type";
    let is_known = |imported: &ImportedInterface<'_>, of: &Function<'_>| {
        known::is_known_id(component, imported.name, of.name, of.ty)
    };
    let why = |imported: &ImportedInterface<'_>, function: &Function<'_>| match provider::redirection(
        imported.name,
        function.name,
    ) {
        Some((other, of)) => {
            let target = plan.functions().find(|(imported, function)| imported.name == other && function.name == of);
            match target {
                Some(_) if !is_known(imported, function) => Some(NONE.to_owned()),
                Some((imported, target)) if !is_known(imported, target) => {
                    Some(format!("`{}`, which it is to be redirected to, is of another type", qualified(&other, of)))
                }
                Some((_, target)) if target.decision.treatment == Treatment::Allow => None,
                Some(_) => Some(format!("`{other}` is redirected to it in turn")),
                None => Some(format!("the component does not import `{other}`, which it is to be redirected to")),
            }
        }
        None if provider::provider(component, imported, function).is_some() => None,
        None => Some(NONE.to_owned()),
    };
    let error = |imported: &ImportedInterface<'_>| {
        let provided = imported.functions.iter().filter(|function| function.decision.treatment == Treatment::Provide);
        let mut wrong = provided.filter_map(|function| Some((function.name, why(imported, function)?)));
        let (name, what) = wrong.next()?;
        let what = match wrong.count() {
            0 => what,
            others => format!("{what}; nor can {} of that interface", count(others, "other function")),
        };
        let capability = Capability::of(imported.name, name);
        let (component, function) = (component.name().to_owned(), qualified(imported.name, name));
        Some(match (capability, versioned(imported.name).1) {
            (Some(capability), Some(version)) if !version.starts_with("0.2.") => {
                let version = format!("WASI {version}");
                VirtualizeError::OtherVersion { component, function, capability, version }
            }
            _ => VirtualizeError::CannotProvide { component, function, what },
        })
    };
    plan.interfaces.iter().filter_map(error).collect()
}

/// An error where calls are to be told of, and there is nothing to do so with.
fn untold(component: &Component, plan: &Plan<'_>) -> Option<VirtualizeError> {
    let is_untold = plan.traces() && trace::Target::of(component, plan).is_none();
    let mut stderr =
        plan.functions().filter(|(imported, of)| Capability::of(imported.name, of.name) == Some(Capability::Stderr));
    let is_denied = stderr.any(|(_, of)| of.name == "get-stderr" && !of.decision.needs_host());
    let component = component.name().to_owned();
    is_untold.then_some(match is_denied {
        true => VirtualizeError::TraceDenied { component },
        false => VirtualizeError::CannotTrace { component },
    })
}

/// Resource types of which providers would have to make handles, and that the host must have for itself.
pub fn impossible(component: &Component, made: &wrap::Made) -> Vec<VirtualizeError> {
    let error = |(id, maker): (&ResourceId, &String)| {
        let resource = component.home(TypeKey::Resource(*id)).and_then(|home| home.path.last()).cloned();
        let resource = resource.unwrap_or_default();
        let what = format!("it gives a `{resource}`, which the component's exports or streams exchange with the host");
        let (component, function) = (component.name().to_owned(), maker.clone());
        VirtualizeError::CannotProvide { component, function, what }
    };
    made.impossible.iter().map(error).collect()
}

/// Imports that no adapter can stand for, and that are not allowed.
fn refused_kinds(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    let unsupported = |import: &str, what: String| VirtualizeError::Unsupported {
        component: component.name().to_owned(),
        import: import.to_owned(),
        what,
    };
    let wrong = |imported: &ImportedInterface<'_>| -> Vec<VirtualizeError> {
        let is_adapted = plan.is_adapted(component, imported);
        // An interface of which anything is refused is the adapter's, which has functions and types alone.
        let is_refused = |decision: &GrantDecision| {
            decision.treatment != Treatment::Allow || (!imported.name.is_empty() && is_adapted)
        };
        let others =
            imported.others.iter().filter(|(_, decision)| is_refused(decision)).map(|(other, _)| match imported.name {
                "" => unsupported(other, "neither a function nor an interface".to_owned()),
                interface => unsupported(interface, format!("more than functions and types (`{other}`)")),
            });
        let types = imported.types.iter().filter(|_| is_adapted).filter_map(|ty| {
            let what = match ty.created {
                ComponentAnyTypeId::Instance(_) => "the type of an instance",
                ComponentAnyTypeId::Component(_) => "the type of a component",
                _ => return None,
            };
            Some(match imported.name {
                "" => unsupported(ty.name, what.to_owned()),
                interface => unsupported(interface, format!("one that has {what} (`{}`)", ty.name)),
            })
        });
        // Component Model, Explainer, "Import and Export Definitions": what says which implementation is meant is the
        // name of an import alone, and the adapter would have to export it.
        let is_obsolete = |name: &&str| is_adapted && name::is_obsolete(name);
        let refused = imported.functions.iter().filter(|of| plan.lowering(component, of) != Lowering::PassThrough);
        let functions = refused.map(|function| function.name).filter(|_| imported.name.is_empty());
        let names = std::iter::once(imported.name).chain(functions).filter(is_obsolete);
        let names = names.map(|name| unsupported(name, "named as only imports may be".to_owned()));
        others.chain(types).chain(names).collect()
    };
    plan.interfaces.iter().flat_map(wrong).collect()
}

/// Imports that no adapter can stand for, and that are left as they are by all rules: a refused function must make handles of a
/// resource type that they have, and those can only be the adapter's own.
pub fn wrapped_kinds(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    let maker = |import: &str| {
        let item = component.imports().get(import)?;
        mentions::resources(component, item.ty).into_iter().find_map(|id| plan.maker(id))
    };
    let error = |error| match error {
        VirtualizeError::Unsupported { component, import, what } => match maker(&import) {
            Some(maker) => VirtualizeError::CannotRefuse { component, function: maker.to_owned(), import, what },
            None => VirtualizeError::Unsupported { component, import, what },
        },
        error => error,
    };
    refused_kinds(component, plan).into_iter().map(error).collect()
}

/// Why there is no adapter for a component, where the form of its imports keeps it from having one. `None` where nothing should:
/// that is a defect.
///
/// Component Model, Explainer, "Import and Export Definitions": what is exported mentions types that are imported or exported
/// by name. What toolchains write of WIT names all that it mentions.
pub fn impossible_form(component: &Component, plan: &Plan<'_>) -> Option<VirtualizeError> {
    let unnamed = |interface: &ImportedInterface<'_>| -> Option<(String, TypeKey)> {
        let import = |name: &str| if interface.name.is_empty() { name.to_owned() } else { interface.name.to_owned() };
        // A type may be made of those that are named before it, a function of all.
        let mut named = BTreeSet::new();
        for ty in &interface.types {
            let own = component.key(ty.created);
            let missing =
                mentions::unnamed(component, ty.item()).into_iter().find(|key| *key != own && !named.contains(key));
            if let Some(key) = missing {
                return Some((import(ty.name), key));
            }
            named.insert(own);
        }
        let functions = interface
            .functions
            .iter()
            .filter(|of| !interface.name.is_empty() || plan.lowering(component, of) != Lowering::PassThrough);
        functions.into_iter().find_map(|function| {
            let mentioned = mentions::unnamed(component, ComponentEntityType::Func(function.ty));
            Some((import(function.name), mentioned.into_iter().find(|key| !named.contains(key))?))
        })
    };
    let adapted = plan.interfaces.iter().filter(|interface| plan.is_adapted(component, interface));
    let (import, key) = { adapted }.find_map(unnamed)?;
    let what = match component.home(key).map(|home| home.path.as_slice()) {
        Some([path @ .., name]) if !path.is_empty() => {
            format!("made of `{name}` of `{}`, which it does not name itself", path.join("/"))
        }
        Some([name]) => format!("made of `{name}`, which it does not name itself"),
        _ => "made of types that it does not name itself".to_owned(),
    };
    Some(VirtualizeError::Unsupported { component: component.name().to_owned(), import, what })
}

/// Functions to be refused whose types take more room than an adapter should.
fn too_large(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    if !plan.changes(component) {
        return Vec::new();
    }
    let abi = Abi(component);
    let is_large = |(_, function): &(&ImportedInterface<'_>, &Function<'_>)| {
        let ty = component.types().get(function.ty);
        let mut types = ty.iter().flat_map(|ty| ty.params.iter().map(|(_, ty)| ty).chain(&ty.result));
        types.any(|ty| abi.is_larger_than(ty, limits::VALUES))
    };
    let error = |(interface, function): (&ImportedInterface<'_>, &Function<'_>)| VirtualizeError::TooLarge {
        component: component.name().to_owned(),
        function: qualified(interface.name, function.name),
        limit: limits::VALUES,
    };
    // Of those that stay, too, it may be asked what they are made of.
    plan.functions().filter(is_large).map(error).collect()
}

/// What there is to say of functions that a grant names, and that take handles which nothing gives: each with what would
/// give them.
pub fn idle(component: &Component, plan: &Plan<'_>) -> Vec<String> {
    let note = |interface: &ImportedInterface<'_>, function: &Function<'_>| {
        let is_granted =
            function.decision.treatment == Treatment::Allow && function.decision.specificity == Specificity::Function;
        let missing = keep::taken(component, function.ty).into_iter().find(|id| !plan.reachable.contains(id));
        let id = missing.filter(|id| is_granted && !plan.is_provided(*id))?;
        let (function, resource) = (qualified(interface.name, function.name), keep::name(component, id));
        let gives =
            |(_, other): &(&ImportedInterface<'_>, &Function<'_>)| keep::given(component, other.ty).contains(&id);
        let givers: Vec<String> = { plan.functions().filter(gives) }
            .map(|(interface, other)| format!("`{}`", qualified(interface.name, other.name)))
            .collect();
        let help = match givers.split_last() {
            None => format!("the component imports no function that gives one: leave `{function}` out"),
            Some((only, [])) => format!("{only} gives one, and is denied: grant it too"),
            Some((last, others)) => {
                format!("{} and {last} give one, and are denied: grant one of them too", others.join(", "))
            }
        };
        Some(format!("`{function}` is allowed and cannot be called, since the component has no `{resource}`; {help}"))
    };
    plan.functions().filter_map(|(interface, function)| note(interface, function)).collect()
}
