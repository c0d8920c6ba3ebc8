//! What the rules of a policy say of one component, and which rule it is that says so.

use std::collections::BTreeSet;

use crate::describe::policy::{Named, Policy, Rule};
use crate::describe::{Grant, Grants, Treatment};
use crate::load::Component;
use crate::name::Pattern;
use crate::virtualize::plan::{Plan, Ruling, Said};

use super::reach::{Instance, Reach};

/// Which rules of a policy apply to a component: for each, whether what it allows does, and whether what it denies does.
pub type Applicable = Vec<(bool, bool)>;

/// Why something is allowed or denied.
#[derive(Debug, Clone, Copy)]
pub enum Decision<'p> {
    /// A pattern among what a rule denies.
    Denied(&'p Named),
    /// A pattern among what a rule allows.
    Allowed(&'p Named),
    /// No rule names it.
    Default,
}

/// Decides about a function of an interface, or about the interface as such where the function is empty. What any rule
/// denies is denied, whatever others allow. Of several patterns that say the same, the one that names it as a whole
/// counts, since it says more.
pub fn decide<'p>(policy: &'p Policy, applicable: &Applicable, interface: &str, function: &str) -> Decision<'p> {
    let first = |named: &mut dyn Iterator<Item = &'p Named>| {
        let named = named.filter(|named| named.pattern.rank(interface, function).is_some());
        // The first of those that are equal.
        named.min_by_key(|named| named.pattern.is_of_functions())
    };
    let rules = || policy.rules.iter().zip(applicable);
    let denied = first(&mut rules().filter(|(_, applies)| applies.1).flat_map(|(rule, _)| &rule.deny));
    if let Some(named) = denied {
        return Decision::Denied(named);
    }
    let allowed = first(&mut rules().filter(|(_, applies)| applies.0).flat_map(|(rule, _)| &rule.allow));
    allowed.map_or(Decision::Default, Decision::Allowed)
}

/// What a decision is for a plan.
pub fn ruling(policy: &Policy, decision: Decision<'_>) -> Ruling {
    let said = |pattern: &Pattern| if pattern.is_of_functions() { Said::Function } else { Said::Interface };
    let (treatment, said) = match decision {
        Decision::Denied(named) => (Treatment::Deny, said(&named.pattern)),
        Decision::Allowed(named) => (Treatment::Allow, said(&named.pattern)),
        Decision::Default if policy.default => (Treatment::Allow, Said::Nothing),
        Decision::Default => (Treatment::Deny, Said::Nothing),
    };
    Ruling { treatment, said }
}

/// What a policy says of each function that a component of that name imports: a ruling for a function of an interface,
/// or for the interface as such where the function is empty.
pub fn rules<'p>(policy: &'p Policy, component: &str) -> impl Fn(&str, &str) -> Ruling + use<'p> {
    let name = Names::outermost(component);
    let applicable: Applicable =
        policy.rules.iter().map(|rule| (name.is_allowed(rule), name.is_denied(rule))).collect();
    move |interface, function| ruling(policy, decide(policy, &applicable, interface, function))
}

/// What a policy leaves a component, as grants: what it does not allow is denied.
pub fn grants(policy: &Policy, component: &Component) -> Grants {
    let name = Names::outermost(component.name());
    let applicable: Applicable =
        policy.rules.iter().map(|rule| (name.is_allowed(rule), name.is_denied(rule))).collect();
    let default = if policy.default { Treatment::Allow } else { Treatment::Deny };
    // A policy serves many components.
    let mut grants = Grants { allow_missing: true, ..Grants::all(default) };
    let mut seen = BTreeSet::new();
    let mut say = |pattern: &Pattern, treatment| {
        if seen.insert(pattern.to_string()) {
            grants.grants.push(Grant { pattern: pattern.clone(), treatment, place: None });
        }
    };
    let plan = Plan::new(component, &|_, _| Ruling { treatment: Treatment::Allow, said: Said::Nothing });
    for unit in &plan.units {
        // An interface as such only counts where it has no functions.
        let whole = unit.functions.is_empty() && !unit.name.is_empty();
        for function in unit.functions.iter().map(|function| function.name).chain(whole.then_some("")) {
            match decide(policy, &applicable, unit.name, function) {
                Decision::Denied(named) => say(&named.pattern, Treatment::Deny),
                // By its own name, which is closer than any that denies others: of grants the closest decides, and of
                // rules the one that denies.
                Decision::Allowed(_) if function.is_empty() => say(&Pattern::parse(unit.name), Treatment::Allow),
                Decision::Allowed(_) => {
                    say(&Pattern::parse(&format!("{}#{function}", unit.name)), Treatment::Allow);
                }
                Decision::Default => {}
            }
        }
    }
    grants
}

/// What rules may call an instance.
struct Names {
    /// Its path, and the same without what tells instances of one component apart.
    paths: Vec<String>,
    /// The last part of each.
    own: Vec<String>,
}

impl Names {
    fn outermost(name: &str) -> Names {
        Names { paths: vec![name.to_owned()], own: vec![name.to_owned()] }
    }

    /// The names of something in an instance, or in the outermost.
    fn within(outer: Option<&Names>, instance: &Instance, siblings: &BTreeSet<(Option<usize>, &str)>) -> Names {
        let mut own = vec![instance.name.clone()];
        // What is nested once for two instances has the name of one of them.
        let is_free = |name: &&String| !siblings.contains(&(instance.within, name.as_str()));
        own.extend(instance.component.as_ref().filter(is_free).cloned());
        // What stands before a component to refuse what it may not do is a part of it, and so are further instances.
        let mut base = instance.name.as_str();
        base = base.strip_suffix(ADAPTER).unwrap_or(base);
        own.push(base.to_owned());
        if let Some((component, number)) = base.rsplit_once('#')
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            own.push(component.to_owned());
        }
        let paths = match outer {
            // The first and the last of the outer one's, as many as there are at any depth.
            Some(Names { paths, .. }) => {
                let ends: BTreeSet<&String> = paths.first().into_iter().chain(paths.last()).collect();
                ends.iter().flat_map(|path| own.iter().map(move |own| format!("{path}/{own}"))).collect()
            }
            None => own.clone(),
        };
        Names { paths, own }
    }

    /// Whether a rule that allows something names it. A component within another one may be called anything by whoever
    /// made that one, so its path counts.
    fn is_allowed(&self, rule: &Rule) -> bool {
        self.paths.iter().any(|path| rule.names(path))
    }

    /// Whether a rule that denies something names it.
    fn is_denied(&self, rule: &Rule) -> bool {
        self.is_allowed(rule) || self.own.iter().any(|own| rule.names(own))
    }
}

/// How the names of adapters end, after those of the instances that they are for.
const ADAPTER: &str = ":adapter";

/// The rules that apply to each instance. A rule is about the components that it names, and about all in them. The
/// outermost component has everything in it, and often the name of one of those: where a rule names one of them, that one
/// is meant.
pub fn applicable(policy: &Policy, reach: &Reach) -> Vec<Applicable> {
    let siblings = reach.instances.iter().map(|instance| (instance.within, instance.name.as_str())).collect();
    let mut names: Vec<Names> = Vec::new();
    for instance in &reach.instances {
        let named = match instance.within {
            None => Names::outermost(&instance.name),
            Some(outer) => Names::within(names.get(outer).filter(|_| outer != 0), instance, &siblings),
        };
        names.push(named);
    }
    let by_rule: Vec<Vec<(bool, bool)>> = policy
        .rules
        .iter()
        .map(|rule| {
            let mut applies: Vec<(bool, bool)> = Vec::new();
            let is_outermost = names.first().is_some_and(|names| names.is_allowed(rule));
            let nested = || reach.instances.iter().zip(&names).skip(1);
            // No name that is chosen within takes what is denied from the whole, or gives it what is allowed.
            let is_meant = |(instance, names): (&Instance, &Names)| {
                instance.within == Some(0) && instance.is_named && names.is_allowed(rule)
            };
            let denies_all = is_outermost && !nested().any(is_meant);
            let allows_all = is_outermost && !nested().any(|(_, names)| names.is_denied(rule));
            for (instance, names) in reach.instances.iter().zip(&names) {
                let around = instance.within.filter(|outer| *outer != 0).and_then(|outer| applies.get(outer));
                let (allows, denies) = around.copied().unwrap_or((allows_all, denies_all));
                applies.push((allows || names.is_allowed(rule), denies || names.is_denied(rule)));
            }
            applies
        })
        .collect();
    let of = |id: usize| by_rule.iter().filter_map(|rule| rule.get(id).copied()).collect();
    (0..reach.instances.len()).map(of).collect()
}
