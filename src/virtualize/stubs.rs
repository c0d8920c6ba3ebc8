//! The functions of an adapter's core module: what each of them does that is not left as it is.

use wasmparser::component_types::{ComponentEntityType, ComponentFuncTypeId, ResourceId};

use super::answer::{Answers, Body, Refusal};
use super::core::{Behaviour, Choice, Core, Intrinsic, Options};
use super::error::VirtualizeError;
use super::plan::{Function, Lowering, Plan, Specificity};
use super::provider;
use crate::abi::{Abi, Shape};
use crate::describe::Treatment;
use crate::load::component::TypeKey;
use crate::load::{Component, mentions};
use crate::name::Form;
use crate::provide;

/// A function that the adapter's core module has.
#[allow(missing_docs)]
pub struct Stub<'c> {
    pub refusal: Refusal<'c>,
    pub id: ComponentFuncTypeId,
    pub treatment: Treatment,
    pub traps: bool,
    /// Its number in the core module.
    pub number: usize,
    pub options: Options,
    /// The host's function that it is forwarded to, by its number: the interface and the name.
    pub host: Option<(usize, String, &'c str)>,
    /// Whether a provider answers it, be it for some handles alone.
    pub provided: bool,
    /// Whether the adapter has the host's function too.
    pub needs_host: bool,
}

/// Adds to the core module each function that is not left as it is.
pub fn stubs<'c>(
    component: &'c Component,
    plan: &Plan<'c>,
    answers: &Answers<'_>,
    core: &mut Core<'c>,
) -> std::result::Result<Vec<Stub<'c>>, Vec<VirtualizeError>> {
    let functions =
        || plan.functions().map(|(imported, function)| (imported, function, plan.lowering(component, function)));
    // Handles that only denied functions make need no methods for others.
    let made_by = |treatment| {
        functions().any(|(_, f, lowering)| {
            lowering == Lowering::Refuse
                && f.decision.treatment == treatment
                && !follows_handle(component, f, answers.owns)
        })
    };
    let (denies, ignores) = (made_by(Treatment::Deny), made_by(Treatment::Ignore));
    let (mut stubs, mut errors) = (Vec::new(), Vec::new());
    for (imported, function, lowering) in functions() {
        let Some(ty) = component.types().get(function.ty) else { continue };
        let refusal = Refusal { interface: imported.name, function: function.name, ty };
        let treatment = function.decision.treatment;
        let deny = || answers.body(refusal, Treatment::Deny);
        let ignore = || answers.body(refusal, Treatment::Ignore).or_else(deny);
        let by_refusal_kind = match (denies, ignores) {
            (true, true) => deny().zip(ignore()),
            (true, false) => deny().zip(deny()),
            (false, true) => ignore().zip(ignore()),
            // Of handles that nothing makes no method is ever called.
            (false, false) => Some((Body::Trap, Body::Trap)),
        };
        let mut host = None;
        let mut hosts = |core: &mut Core<'c>| {
            function.decision.needs_host().then(|| {
                let number = core.host(ty);
                host = Some((number, imported.name.to_owned(), function.name));
                Intrinsic::Host(number)
            })
        };
        let provides = provider::answers(component, plan, imported, function);
        let provider = provider::provider(component, imported, function).filter(|_| provides);
        let provider = provider.map(|name| Intrinsic::Provider(core.provider(name, ty)));
        let answers_some = provider.is_some();
        let takes = |is_one: &dyn Fn(ResourceId) -> bool| provider::takes_handles(component, function, is_one);
        let takes_own = takes(answers.owns);
        let choice = |provider: Option<Intrinsic>, host: Option<Intrinsic>| {
            let mixes =
                provides && provider::provider(component, imported, function).is_some_and(|name| provide::mixes(&name));
            // What it cannot do anything with, a handle of the host's where its function is not there, counts as denied.
            let bodies = deny().zip(if ignores { ignore() } else { deny() });
            bodies.map(|(deny, ignore)| Behaviour::ByHandle(Choice { deny, ignore, provider, host, mixes }))
        };
        let behaviour = match (lowering, provider) {
            (Lowering::PassThrough, _) => continue,
            (Lowering::Provide, None) => {
                provider::redirection(imported.name, function.name).map(|(interface, other)| {
                    let number = core.host(ty);
                    host = Some((number, interface, other));
                    Behaviour::Call(Intrinsic::Host(number))
                })
            }
            (Lowering::Provide | Lowering::Refuse, Some(provider)) => {
                let is_others = |id| plan.is_hollow(id) || plan.is_known_to_host(id);
                if !takes(&|_| true) || !takes(&is_others) {
                    // There is no handle to ask, or none that could be anyone else's.
                    Some(Behaviour::Call(provider))
                } else if takes_own {
                    let host = hosts(core);
                    choice(Some(provider), host)
                } else {
                    hosts(core).map(Behaviour::Call).or_else(|| deny().map(Behaviour::One))
                }
            }
            (Lowering::Forward, _) if !takes_own => hosts(core).map(Behaviour::Call),
            (Lowering::Forward, provider) => {
                let host = hosts(core);
                choice(provider, host)
            }
            (Lowering::Refuse, None) if follows_handle(component, function, answers.owns) => {
                by_refusal_kind.map(|bodies| {
                    let (deny, ignore) = bodies;
                    match deny == ignore {
                        true => Behaviour::One(deny),
                        false => Behaviour::ByHandle(Choice { deny, ignore, provider: None, host: None, mixes: false }),
                    }
                })
            }
            (Lowering::Refuse, None) => {
                // Where only the default says so, what cannot be ignored is denied.
                let body = answers.body(refusal, treatment);
                body.or_else(|| deny().filter(|_| function.decision.specificity == Specificity::Nothing))
                    .map(Behaviour::One)
            }
        };
        let Some(behaviour) = behaviour else {
            errors.push(VirtualizeError::CannotIgnore {
                component: component.name().to_owned(),
                function: refusal.shown(),
                what: match hosts_result(component, plan, function) {
                    Some(resource) => format!("it gives a `{resource}`, which the host makes"),
                    None => "no value of its result's type can be made up".to_owned(),
                },
            });
            continue;
        };
        let (number, options) = core.add(refusal, &behaviour);
        let (id, traps) = (function.ty, behaviour.traps());
        let provided = lowering == Lowering::Provide || (lowering == Lowering::Refuse && answers_some);
        let needs_host = function.decision.needs_host();
        stubs.push(Stub { refusal, id, treatment, traps, number, options, host, provided, needs_host });
    }
    if errors.is_empty() { Ok(stubs) } else { Err(errors) }
}

/// Whether a function answers as the one did that made the handle whose method it is: no grant says anything else.
pub fn follows_handle(component: &Component, function: &Function<'_>, owns: &dyn Fn(ResourceId) -> bool) -> bool {
    let first = component.types().get(function.ty).and_then(|ty| ty.params.first());
    let is_own = first.is_some_and(|(_, ty)| match Abi(component).shape(ty) {
        Shape::Borrow(id) => owns(id.resource()),
        _ => false,
    });
    function.decision.specificity == Specificity::Nothing
        && matches!(Form::of(function.name), Some(Form::Method(_)))
        && is_own
}

/// A resource type of the host's that a function's result would be made of.
fn hosts_result(component: &Component, plan: &Plan<'_>, function: &Function<'_>) -> Option<String> {
    let result = component.types().get(function.ty)?.result?;
    let resources = mentions::resources(component, ComponentEntityType::Value(result));
    let id = resources.into_iter().find(|id| plan.is_hosts(*id))?;
    component.home(TypeKey::Resource(id))?.path.last().cloned()
}
