//! False decisions, for tests: one decision is altered, and the rest of the pipeline runs unchanged.
//!
//! `check/` must find each of them in the output.

use std::cell::RefCell;

use super::decisions::{Decisions, Kept};
use super::needs::Items;
use crate::describe::Treatment;
use crate::grants::imports::Specificity;
use crate::imports::handles::Giver;
use crate::imports::{Function, Interface};

/// The altered decision, about one function of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
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
pub(crate) struct Lie {
    pub kind: Kind,
    pub interface: String,
    pub function: String,
}

thread_local! {
    static TOLD: RefCell<Option<Lie>> = const { RefCell::new(None) };
}

/// Runs code with an altered decision.
pub(crate) fn telling<T>(lie: &Lie, what: impl FnOnce() -> T) -> T {
    TOLD.set(Some(lie.clone()));
    let done = what();
    TOLD.set(None);
    done
}

fn told(kind: Kind) -> Option<Lie> {
    TOLD.with_borrow(|told| told.clone()).filter(|lie| lie.kind == kind)
}

/// The functions of an interface whose decision of a kind is altered.
pub(crate) fn functions<'i, 'c>(kind: Kind, interface: &'i Interface<'c>) -> impl Iterator<Item = &'i Function<'c>> {
    let told = told(kind).filter(|lie| lie.interface == interface.name);
    interface.functions.iter().filter(move |of| told.as_ref().is_some_and(|lie| lie.function == of.name))
}

/// Alters which functions are allowed, or kept.
pub(crate) fn allow(kind: Kind, decisions: &mut Decisions<'_>) {
    let Some(lie) = told(kind) else { return };
    for of in decisions.interfaces.iter_mut().flat_map(|decided| &mut decided.functions) {
        if (of.function.interface, of.function.name) == (&lie.interface, &lie.function) {
            of.grant.treatment = Treatment::Allow;
            match kind {
                Kind::Kept => {
                    let Lie { interface, function, .. } = lie.clone();
                    let giver = Giver::Import(interface.clone(), function.clone());
                    of.kept = Some(Kept { interface, function, resource: "lie".to_owned(), giver });
                }
                _ => (of.grant.specificity, of.grant.asks_host) = (Specificity::Function, false),
            }
        }
    }
}

/// Alters the imports of an adapter.
pub(crate) fn need<'c>(decisions: &Decisions<'c>, types: &mut Items<'c>, needed: &mut Items<'c>) {
    for interface in decisions.interfaces.iter().map(|decided| decided.interface) {
        for function in functions(Kind::Needed, interface) {
            needed.insert((interface.name, function.name));
            types.extend(interface.types.iter().map(|ty| (interface.name, ty.name)));
        }
    }
}

/// Whether an export of the adapter is bypassed.
pub(crate) fn is_past(export: &str) -> bool {
    told(Kind::Past).is_some_and(|lie| lie.interface == export)
}
