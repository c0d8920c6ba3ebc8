//! What the user says of the imports of a component.

use wasmparser::component_types::ComponentEntityType;

use super::decisions::{GrantDecision, Specificity};
use super::imports::{Interface, redirection};
use crate::describe::{Grants, Treatment};
use crate::load::Component;
use crate::name::is_companion;
use crate::runtime;

/// What the user says of the imports of a component.
pub struct Rules<'r> {
    /// The component.
    pub component: &'r Component,
    /// What the user grants it.
    pub grants: &'r Grants,
    /// Whether the host fills an import.
    pub is_hosts: &'r dyn Fn(&str) -> bool,
}

impl Rules<'_> {
    /// What is said of a function of an import that goes by some names, the first of which is its own, and of the import as such
    /// where the function is empty.
    pub fn of(&self, names: &[&str], function: &str) -> GrantDecision {
        let decision = self.said(names, function);
        #[cfg(test)]
        let decision = super::lies::decision(names, function, decision);
        decision
    }

    fn said(&self, names: &[&str], function: &str) -> GrantDecision {
        let interface = names.first().copied().unwrap_or_default();
        let Some((grant, _)) = self.grants.decisive(names, function) else {
            let import = if interface.is_empty() { function } else { interface };
            let treatment = if (self.is_hosts)(import) { self.grants.default } else { Treatment::Allow };
            return GrantDecision { treatment, specificity: Specificity::Nothing, asks_host: false };
        };
        let specificity = Specificity::by(&grant.pattern);
        let decision = GrantDecision { treatment: grant.treatment, specificity, asks_host: false };
        match grant.treatment {
            Treatment::Provide => self.provided(interface, function, decision),
            _ => decision,
        }
    }

    /// What becomes of a function in the place of which something is provided.
    fn provided(&self, interface: &str, function: &str, decision: GrantDecision) -> GrantDecision {
        if is_companion(interface) {
            return GrantDecision { treatment: Treatment::Deny, ..decision };
        }
        let Some((interface, function)) = redirection(interface, function) else {
            return GrantDecision {
                asks_host: runtime::asks_host(&self.grants.settings, interface, function),
                ..decision
            };
        };
        // Where that is refused, so is this. Two that lead to each other are an error, and so is one that is not there.
        let is_there = self.component.import_at(&[interface.clone(), function.to_owned()]).is_some();
        let treatment = match self.grants.of(&interface, function) {
            _ if !is_there => Treatment::Provide,
            Some((grant, _)) => grant.treatment,
            None if (self.is_hosts)(&interface) => self.grants.default,
            None => Treatment::Allow,
        };
        let treatment = if treatment == Treatment::Allow { Treatment::Provide } else { treatment };
        GrantDecision { treatment, ..decision }
    }

    /// What is said of something in an interface that is neither a function nor a type; where it is an instance, of what is in
    /// that. No part of it can be refused by itself.
    pub fn within(&self, interface: &Interface<'_>, name: &str, ty: ComponentEntityType) -> GrantDecision {
        self.denied_within(name, ty).unwrap_or_else(|| self.of(&interface.names(), name))
    }

    // The validator bounds how deep instances are nested.
    fn denied_within(&self, name: &str, ty: ComponentEntityType) -> Option<GrantDecision> {
        let ComponentEntityType::Instance(id) = ty else { return None };
        let items = self.component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
        let is_denied =
            |said: &GrantDecision| said.specificity != Specificity::Nothing && said.treatment != Treatment::Allow;
        let denied = |inner: &str| Some(self.of(&[name], inner)).filter(is_denied);
        { items }.find_map(|(inner, item)| denied(inner).or_else(|| self.denied_within(inner, item.ty)))
    }
}
