//! What grants say of each thing that a component imports.

use wasmparser::component_types::{ComponentEntityType, ComponentInstanceTypeId, ComponentItem};

use crate::describe::{Grants, Treatment};
use crate::imports::{Interface, redirection};
use crate::load::Component;
use crate::load::component::implements;
use crate::name::{Pattern, is_companion, split};
use crate::runtime;

/// The grants for a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GrantDecision {
    /// The treatment.
    pub treatment: Treatment,
    /// The specificity of the grant.
    pub specificity: Specificity,
    /// Whether the setting that replaces it calls the host's function.
    pub asks_host: bool,
}

/// The specificity of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Specificity {
    /// No grant names it, so the default applies.
    Nothing,
    /// The grant names its interface, or a capability.
    Interface,
    /// The grant names the function.
    Function,
}

impl Specificity {
    /// The specificity of a pattern.
    pub(crate) fn by(pattern: &Pattern) -> Specificity {
        if pattern.is_of_functions() { Specificity::Function } else { Specificity::Interface }
    }
}

impl GrantDecision {
    /// Whether it calls the host's function.
    pub(crate) fn needs_host(&self) -> bool {
        self.treatment == Treatment::Allow || self.asks_host
    }
}

/// The grants for a component's imports.
pub(crate) struct ImportGrants<'r> {
    /// The component.
    pub component: &'r Component,
    /// The grants.
    pub grants: &'r Grants,
    /// Whether the host fills an import.
    pub is_hosts: &'r dyn Fn(&str) -> bool,
}

impl ImportGrants<'_> {
    /// The grants for a function of an import with some names, the first of which is its own. An empty function means
    /// the import itself.
    pub(crate) fn of(&self, names: &[&str], function: &str) -> GrantDecision {
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

    /// The decision about a function with a setting.
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
        // If the target is refused, so is this function. A cycle of redirections and a missing target are errors.
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

    /// The decision about an item of an interface that is neither a function nor a type. An instance is denied as a
    /// whole if anything in it is denied, by the name of the instance or of the import. A component or core module is
    /// denied if it has an item with the name of a denied interface.
    pub(crate) fn within(&self, interface: &Interface<'_>, name: &str, ty: ComponentEntityType) -> GrantDecision {
        let names = interface.names();
        let whole = self.of(&names, name);
        let closest = self.grants.decisive(&names, name).map(|(_, rank)| rank);
        let is_denied = |name: &str, item: &str| {
            let denials =
                self.grants.grants.iter().filter(|of| of.treatment != Treatment::Allow && !of.pattern.is_exact());
            let rank = denials.filter_map(|of| of.pattern.rank(name, item)).max();
            // `None` sorts before every rank.
            rank.is_some() && rank >= closest
        };
        match ty {
            ComponentEntityType::Instance(id) if self.is_denied_within((name, id), false, &names, &is_denied) => {
                GrantDecision { treatment: Treatment::Deny, ..whole }
            }
            ComponentEntityType::Component(_) | ComponentEntityType::Module(_) if self.has_denied(ty, &is_denied) => {
                GrantDecision { treatment: Treatment::Deny, ..whole }
            }
            _ => whole,
        }
    }

    /// Whether an instance contains a denied item, other than instances and types. `is_denied` decides by the name of
    /// the enclosing interface; `all` tells whether the whole instance is denied.
    // The validator limits the depth of instances.
    fn is_denied_within(
        &self,
        (name, id): (&str, ComponentInstanceTypeId),
        all: bool,
        imports: &[&str],
        is_denied: &dyn Fn(&str, &str) -> bool,
    ) -> bool {
        let mut items = self.component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
        items.any(|(inner, item)| {
            let all = all || is_denied(name, inner);
            match item.ty {
                ComponentEntityType::Type { .. } => false,
                ComponentEntityType::Instance(id) => self.is_denied_within((inner, id), all, imports, is_denied),
                ty => all || imports.iter().any(|import| is_denied(import, inner)) || self.has_denied(ty, is_denied),
            }
        })
    }

    /// Whether a component imports or exports an item, or a core module imports one, with the name of a denied
    /// interface.
    // The validator limits the depth of types.
    fn has_denied(&self, ty: ComponentEntityType, is_denied: &dyn Fn(&str, &str) -> bool) -> bool {
        let types = self.component.types();
        let is_one = |name: &str| split(name).is_some() && is_denied("", name);
        let is_item = |(name, item): (&String, &ComponentItem)| {
            let identity = implements(name, item);
            is_one(name) || identity.is_some_and(|name| is_one(&name)) || self.has_denied(item.ty, is_denied)
        };
        match ty {
            ComponentEntityType::Component(id) => {
                types.get(id).is_some_and(|ty| ty.imports.iter().chain(&ty.exports).any(is_item))
            }
            ComponentEntityType::Instance(id) => types.get(id).is_some_and(|ty| ty.exports.iter().any(is_item)),
            ComponentEntityType::Module(id) => {
                types.get(id).is_some_and(|ty| ty.imports.keys().any(|(module, _)| is_one(module)))
            }
            _ => false,
        }
    }
}
