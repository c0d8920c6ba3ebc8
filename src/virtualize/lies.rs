//! Lies of the planner, for tests: one answer of it is another, and all that follows is generated as ever.
//!
//! `check/` must see each of them in the bytes.

use std::cell::RefCell;

use wasmparser::component_types::ComponentFuncTypeId;

use super::decisions::{Decisions, GrantDecision, Specificity};
use super::needs::Items;
use crate::describe::Treatment;
use crate::imports::Interface;
use crate::imports::handles::Giver;

/// Which answer is another, about a function of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A function that is refused or provided is said to be allowed.
    Allowed,
    /// It is kept, though nothing gives the component what it would be kept for.
    Kept,
    /// The adapter needs it.
    Needed,
    /// The interface comes from whoever had it before, past the adapter.
    Past,
    /// The adapter before the exports has it of the host's.
    Before,
}

/// A lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lie {
    /// Which answer.
    pub kind: Kind,
    /// The interface.
    pub interface: String,
    /// The function.
    pub function: String,
}

thread_local! {
    static TOLD: RefCell<Option<Lie>> = const { RefCell::new(None) };
}

/// Has a lie told while something is done.
pub fn telling<T>(lie: &Lie, what: impl FnOnce() -> T) -> T {
    TOLD.set(Some(lie.clone()));
    let done = what();
    TOLD.set(None);
    done
}

/// The function that is lied about, where the lie is of a kind.
fn told(kind: Kind) -> Option<(String, String)> {
    TOLD.with_borrow(|told| told.clone()).filter(|lie| lie.kind == kind).map(|lie| (lie.interface, lie.function))
}

fn is_told(kind: Kind, interface: &str, function: &str) -> bool {
    told(kind).is_some_and(|(of, name)| of == interface && name == function)
}

/// What is said of a function.
pub fn decision(names: &[&str], function: &str, decision: GrantDecision) -> GrantDecision {
    match is_told(Kind::Allowed, names.first().copied().unwrap_or_default(), function) {
        true => GrantDecision { treatment: Treatment::Allow, specificity: Specificity::Function, asks_host: false },
        false => decision,
    }
}

/// Which functions are kept.
pub fn keep(decisions: &mut Decisions<'_>) {
    for of in decisions.interfaces.iter_mut().flat_map(|decided| &mut decided.functions) {
        if is_told(Kind::Kept, of.function.interface, of.function.name) {
            of.grant.treatment = Treatment::Allow;
            let giver = Giver::Import(of.function.interface.to_owned(), of.function.name.to_owned());
            of.kept = Some(("lie".to_owned(), giver));
        }
    }
}

/// What an adapter needs of an interface.
pub fn need<'c>(decisions: &Decisions<'c>, types: &mut Items<'c>, functions: &mut Items<'c>) {
    for interface in decisions.interfaces.iter().map(|decided| decided.interface) {
        for function in interface.functions.iter().filter(|of| is_told(Kind::Needed, interface.name, of.name)) {
            functions.insert((interface.name, function.name));
            types.extend(interface.types.iter().map(|ty| (interface.name, ty.name)));
        }
    }
}

/// What the adapter before the exports imports of an interface beside types.
pub fn before<'c>(interface: &Interface<'c>) -> Vec<(&'c str, ComponentFuncTypeId)> {
    let functions = interface.functions.iter().filter(|of| is_told(Kind::Before, interface.name, of.name));
    functions.map(|of| (of.name, of.id)).collect()
}

/// Whether what an adapter exports goes past it.
pub fn is_past(export: &str) -> bool {
    told(Kind::Past).is_some_and(|(interface, _)| interface == export)
}
