//! What becomes of a function, as grants and settings say.

use super::plan::{GrantDecision, Specificity};
use super::provider;
use crate::describe::{Grants, Treatment};
use crate::load::Component;
use crate::name::is_companion;
use crate::provide;

/// What grants say of a function of an import that goes by some names, the first of which is its own. `is_hosts` says
/// whether the host fills an import.
pub fn decision(
    component: &Component,
    grants: &Grants,
    is_hosts: &dyn Fn(&str) -> bool,
    names: &[&str],
    function: &str,
) -> GrantDecision {
    let interface = names.first().copied().unwrap_or_default();
    if let Some((grant, _)) = grants.decisive(names, function) {
        let specificity = Specificity::by(&grant.pattern);
        let decision = GrantDecision { treatment: grant.treatment, specificity, asks_host: false };
        return match grant.treatment {
            Treatment::Provide => provided(component, grants, is_hosts, interface, function, decision),
            _ => decision,
        };
    }
    let import = if interface.is_empty() { function } else { interface };
    let treatment = if is_hosts(import) { grants.default } else { Treatment::Allow };
    GrantDecision { treatment, ..GrantDecision::ALLOWED }
}

/// What becomes of a function in the place of which something is provided.
fn provided(
    component: &Component,
    grants: &Grants,
    is_hosts: &dyn Fn(&str) -> bool,
    interface: &str,
    function: &str,
    decision: GrantDecision,
) -> GrantDecision {
    if is_companion(interface) {
        return GrantDecision { treatment: Treatment::Deny, ..decision };
    }
    if let Some((interface, function)) = provider::redirection(interface, function) {
        // Where that is refused, so is this. Two that lead to each other are an error, and so is one that is not there.
        let is_there = component.import_at(&[interface.clone(), function.to_owned()]).is_some();
        let treatment = match grants.of(&interface, function) {
            _ if !is_there => Treatment::Provide,
            Some((grant, _)) => grant.treatment,
            None if is_hosts(&interface) => grants.default,
            None => Treatment::Allow,
        };
        let treatment = if treatment == Treatment::Allow { Treatment::Provide } else { treatment };
        return GrantDecision { treatment, ..decision };
    }
    GrantDecision { asks_host: provide::asks_host(&grants.settings, interface, function), ..decision }
}
