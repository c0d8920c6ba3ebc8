//! Which resource types of the host's the adapter must make its own.
//!
//! A denied `get-stderr` must give a stream, and where `stdout` stays with the host, streams are the host's: there is none
//! to give. So the adapter makes streams its own, hands out some that stand for the host's and some that stand for
//! nothing, and forwards all that is done with the former. It does so for no type of which it need not make any.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{ComponentEntityType, ComponentValType, ResourceId};

use super::abi::{Abi, Elements, Shape};
use super::answer::{Answer, Answers, Body, Refusal};
use super::plan::{Fate, Plan};
use crate::describe::Treatment;
use crate::load::{Component, mentions};
use crate::name::qualified;

/// The resource types of the host's of which a refused function has to make a handle, each with the first such function.
pub fn wrapped(component: &Component, plan: &Plan<'_>) -> BTreeMap<ResourceId, String> {
    let fixed = fixed(component, plan);
    let mut plan = plan.clone();
    let mut found: BTreeMap<ResourceId, String> = BTreeMap::new();
    loop {
        let owns = |id: ResourceId| !plan.is_known_to_host(id) || !fixed.contains(&id);
        let answers = Answers { abi: Abi(component), owns: &owns };
        let mut made = BTreeMap::new();
        for (unit, function) in plan.functions() {
            let Some(ty) = component.types().get(function.ty) else { continue };
            let refusal = Refusal { interface: unit.name, function: function.name, ty };
            let moods: &[Treatment] = match plan.fate(component, function) {
                Fate::Passed => &[],
                // A handle that stands for nothing may be passed to it.
                Fate::Forwarded => &[Treatment::Deny, Treatment::Ignore],
                Fate::Refused => &[function.ruling.treatment],
            };
            for mood in moods {
                if let Some(Body::Return(Some(answer))) = answers.body(refusal, *mood) {
                    let mut of_it = BTreeSet::new();
                    handles(&answer, &mut of_it);
                    let maker = || qualified(unit.name, function.name);
                    of_it.into_iter().for_each(|id| _ = made.entry(id).or_insert_with(maker));
                }
            }
        }
        made.retain(|id, _| plan.is_known_to_host(*id) && !found.contains_key(id));
        if made.is_empty() {
            return found;
        }
        // What is forwarded now may have to make more.
        found.extend(made);
        plan.wrap(found.clone());
    }
}

/// The resource types whose handles must stay the host's: those that the component's exports use, which no adapter stands
/// before, and those in functions that cannot be forwarded.
fn fixed(component: &Component, plan: &Plan<'_>) -> BTreeSet<ResourceId> {
    let exports = component.exports().values().flat_map(|item| mentions::resources(component, item.ty));
    let mut fixed: BTreeSet<ResourceId> = exports.collect();
    for (unit, function) in plan.functions().filter(|(_, function)| function.ruling.treatment == Treatment::Allow) {
        let Some(ty) = component.types().get(function.ty) else { continue };
        let values = || ty.params.iter().map(|(_, ty)| ty).chain(&ty.result);
        // An asynchronous call that is forwarded would keep all others waiting; functions of the world itself come from
        // the host.
        if ty.async_ || unit.name.is_empty() || values().any(|ty| is_passed_later(Abi(component), ty)) {
            fixed.extend(mentions::resources(component, ComponentEntityType::Func(function.ty)));
        }
    }
    fixed
}

/// Whether values go by when the call is over, through a stream or a future.
fn is_passed_later(abi: Abi<'_>, ty: &ComponentValType) -> bool {
    match abi.shape(ty) {
        Shape::Stream(_) | Shape::Future(..) | Shape::Handle => true,
        Shape::Fields(types) | Shape::Pointed(Some(Elements(types))) => types.iter().any(|ty| is_passed_later(abi, ty)),
        Shape::Cases(cases) => cases.iter().flatten().any(|ty| is_passed_later(abi, ty)),
        _ => false,
    }
}

fn handles(answer: &Answer, found: &mut BTreeSet<ResourceId>) {
    match answer {
        Answer::Own(id, _) => _ = found.insert(*id),
        Answer::Fields(fields) => fields.iter().for_each(|field| handles(field, found)),
        Answer::Case(_, Some(payload)) | Answer::Future(_, Some(payload)) => handles(payload, found),
        _ => {}
    }
}
