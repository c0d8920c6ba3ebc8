//! False decisions, for tests: one decision is altered, and the rest of the pipeline runs unchanged.
//!
//! `check/` must find each of them in the output.

use std::cell::RefCell;

use wasmparser::component_types::ComponentFuncTypeId;

use super::decisions::{Decisions, GrantDecision, Specificity};
use super::needs::Items;
use crate::describe::Treatment;
use crate::imports::Interface;
use crate::imports::handles::Giver;

/// The altered decision, about one function of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A refused or provided function counts as allowed.
    Allowed,
    /// A function counts as kept without a reachable resource type.
    Kept,
    /// The adapter imports the function.
    Needed,
    /// The interface bypasses the adapter.
    Past,
    /// The adapter in front of exports imports the function from the host.
    Before,
}

/// An altered decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lie {
    /// Its kind.
    pub kind: Kind,
    /// The interface.
    pub interface: String,
    /// The function.
    pub function: String,
}

thread_local! {
    static TOLD: RefCell<Option<Lie>> = const { RefCell::new(None) };
}

/// Runs code with an altered decision.
pub fn telling<T>(lie: &Lie, what: impl FnOnce() -> T) -> T {
    TOLD.set(Some(lie.clone()));
    let done = what();
    TOLD.set(None);
    done
}

/// The function of the altered decision, if it has this kind.
fn told(kind: Kind) -> Option<(String, String)> {
    TOLD.with_borrow(|told| told.clone()).filter(|lie| lie.kind == kind).map(|lie| (lie.interface, lie.function))
}

fn is_told(kind: Kind, interface: &str, function: &str) -> bool {
    told(kind).is_some_and(|(of, name)| of == interface && name == function)
}

/// Alters the grants for a function.
pub fn decision(names: &[&str], function: &str, decision: GrantDecision) -> GrantDecision {
    match is_told(Kind::Allowed, names.first().copied().unwrap_or_default(), function) {
        true => GrantDecision { treatment: Treatment::Allow, specificity: Specificity::Function, asks_host: false },
        false => decision,
    }
}

/// Alters which functions are kept.
pub fn keep(decisions: &mut Decisions<'_>) {
    for of in decisions.interfaces.iter_mut().flat_map(|decided| &mut decided.functions) {
        if is_told(Kind::Kept, of.function.interface, of.function.name) {
            of.grant.treatment = Treatment::Allow;
            let giver = Giver::Import(of.function.interface.to_owned(), of.function.name.to_owned());
            of.kept = Some(("lie".to_owned(), giver));
        }
    }
}

/// Alters the imports of an adapter.
pub fn need<'c>(decisions: &Decisions<'c>, types: &mut Items<'c>, functions: &mut Items<'c>) {
    for interface in decisions.interfaces.iter().map(|decided| decided.interface) {
        for function in interface.functions.iter().filter(|of| is_told(Kind::Needed, interface.name, of.name)) {
            functions.insert((interface.name, function.name));
            types.extend(interface.types.iter().map(|ty| (interface.name, ty.name)));
        }
    }
}

/// Alters the imports of the adapter in front of exports.
pub fn before<'c>(interface: &Interface<'c>) -> Vec<(&'c str, ComponentFuncTypeId)> {
    let functions = interface.functions.iter().filter(|of| is_told(Kind::Before, interface.name, of.name));
    functions.map(|of| (of.name, of.id)).collect()
}

/// Whether an export of the adapter is bypassed.
pub fn is_past(export: &str) -> bool {
    told(Kind::Past).is_some_and(|(interface, _)| interface == export)
}
