//! Which resource types of the host's the adapter must make its own.
//!
//! A denied `get-stderr` must give a stream, and where `stdout` stays with the host, streams are the host's: there is none
//! to give. So the adapter makes streams its own, hands out some that stand for the host's and some that stand for
//! nothing, and forwards all that is done with the former. It does so for no type of which it need not make any.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{ComponentEntityType, ComponentItem, ResourceId};

use super::answer::{Answer, Answers, Body, Refusal};
use super::plan::{ImportedInterface, Lowering, Plan};
use super::provider;
use super::stubs::follows_handle;
use crate::abi::{Abi, Shape};
use crate::describe::Treatment;
use crate::load::{Component, mentions};
use crate::name::qualified;

/// Which resource types the adapter makes handles of.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// Those of the host's, each with the first function that makes one and that is not the host's.
    pub wrapped: BTreeMap<ResourceId, String>,
    /// Those of which a provider makes handles.
    pub provided: BTreeSet<ResourceId>,
    /// Those of which refused functions make handles.
    pub nullable: BTreeSet<ResourceId>,
    /// Those of which a provider would have to, and that must stay the host's, each with the first such function.
    pub impossible: BTreeMap<ResourceId, String>,
}

/// The resource types of which the adapter makes handles.
pub fn made(component: &Component, plan: &Plan<'_>) -> Made {
    let (fixed, of_exports) = (fixed(component, plan), of_exports_alone(component, plan));
    let mut plan = plan.clone();
    let mut made = Made::default();
    loop {
        let is_theirs = |id: &ResourceId| fixed.contains(id) || (of_exports.contains(id) && !plan.is_wrapped(*id));
        let owns = |id: ResourceId| !plan.is_known_to_host(id) || !is_theirs(&id);
        let answers = Answers { abi: Abi(component), owns: &owns };
        let (mut refused, mut provided) = (BTreeMap::new(), BTreeMap::new());
        for (interface, function) in plan.functions() {
            let Some(ty) = component.types().get(function.ty) else { continue };
            let refusal = Refusal { interface: interface.name, function: function.name, ty };
            let maker = || qualified(interface.name, function.name);
            if provider::answers(component, &plan, interface, function) {
                for handle in ty.result.iter().flat_map(|ty| Abi(component).handles(ty)) {
                    if let Shape::Own(id) = handle {
                        provided.entry(id.resource()).or_insert_with(maker);
                    }
                }
            }
            // What a function does that asks its handles does not count where nobody makes one that stands for nothing.
            let asks_nobody = || !provider::takes_handles(component, function, &|id| plan.is_hollow(id));
            let treatments: &[Treatment] = match plan.lowering(component, function) {
                Lowering::PassThrough | Lowering::Provide => &[],
                Lowering::Forward if asks_nobody() => &[],
                Lowering::Forward => &[Treatment::Deny, Treatment::Ignore],
                Lowering::Refuse if follows_handle(component, function, &owns) && asks_nobody() => &[],
                Lowering::Refuse => &[function.decision.treatment],
            };
            for refusal_kind in treatments {
                if let Some(Body::Return(Some(answer))) = answers.body(refusal, *refusal_kind) {
                    let mut of_it = BTreeSet::new();
                    handles(&answer, &mut of_it);
                    of_it.into_iter().for_each(|id| _ = refused.entry(id).or_insert_with(maker));
                }
            }
        }
        let before = (made.wrapped.len(), made.provided.len(), made.nullable.len());
        made.nullable.extend(refused.keys());
        for (id, maker) in provided {
            made.provided.insert(id);
            if plan.is_known_to_host(id) && fixed.contains(&id) {
                made.impossible.entry(id).or_insert(maker);
            } else if plan.is_known_to_host(id) {
                made.wrapped.entry(id).or_insert(maker);
            }
        }
        refused.retain(|id, _| plan.is_known_to_host(*id));
        refused.into_iter().for_each(|(id, maker)| _ = made.wrapped.entry(id).or_insert(maker));
        if before == (made.wrapped.len(), made.provided.len(), made.nullable.len()) {
            return made;
        }
        // What is forwarded now may have to make more.
        plan.wrap(component, made.wrapped.clone(), made.provided.clone(), made.nullable.clone());
    }
}

/// The resource types whose handles must stay the host's: those that the component's exports use, which no adapter stands
/// before, and those in functions that cannot be forwarded.
fn fixed(component: &Component, plan: &Plan<'_>) -> BTreeSet<ResourceId> {
    // An outer adapter stands before exports that it can stand before.
    let cannot_turn = |(name, item): &(&String, &ComponentItem)| {
        ImportedInterface::of_export(component, name, item).is_none_or(|interface| !interface.can_convert(component))
    };
    let exports = component.exports().iter().filter(cannot_turn);
    let exports = exports.flat_map(|(_, item)| mentions::resources(component, item.ty));
    let mut fixed: BTreeSet<ResourceId> = exports.collect();
    let stay = plan.functions().filter(|(_, function)| function.decision.needs_host() && !function.can_forward);
    fixed.extend(stay.flat_map(|(_, function)| mentions::resources(component, ComponentEntityType::Func(function.ty))));
    fixed
}

/// The resource types that the host has for the component's exports alone. A refused function makes no handle of those: it
/// would take an adapter before the exports to tell it from the host's.
fn of_exports_alone(component: &Component, plan: &Plan<'_>) -> BTreeSet<ResourceId> {
    let staying = plan.functions().filter(|(_, function)| function.decision.needs_host());
    let items = staying.map(|(_, function)| ComponentEntityType::Func(function.ty));
    let used: BTreeSet<ResourceId> = items.flat_map(|item| mentions::resources(component, item)).collect();
    let exports = component.exports().values();
    exports.flat_map(|item| mentions::resources(component, item.ty)).filter(|id| !used.contains(id)).collect()
}

fn handles(answer: &Answer, found: &mut BTreeSet<ResourceId>) {
    match answer {
        Answer::Own(id, _) => _ = found.insert(*id),
        Answer::Fields(fields) => fields.iter().for_each(|field| handles(field, found)),
        Answer::Case(_, Some(payload)) | Answer::Future(_, Some(payload)) => handles(payload, found),
        _ => {}
    }
}
