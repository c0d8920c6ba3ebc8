//! What becomes of each function that a component imports.
//!
//! It follows from the types of the imports and from the grants alone, before anything is generated: which functions stay
//! (the grants, and `keep`), who owns each resource type (`owners`), and from these two what a call of a function does.

use std::collections::BTreeSet;

use wasmparser::component_types::{ComponentEntityType, ResourceId};

use super::answer::{Answers, Body};
use super::checks;
use super::error::VirtualizeError;
use super::imports::{Function, Imports, Interface, NamedType, resource_name};
use super::keep::{self, Giver, Kept};
use super::owners::{self, Owners};
use crate::abi::Abi;
use crate::describe::{Grants, Treatment};
use crate::load::component::TypeKey;
use crate::load::{Component, mentions};
use crate::name::{Pattern, base, is_companion};
use crate::provide;

/// What becomes of all that a component imports.
pub struct Decisions<'c> {
    /// What it imports.
    pub imports: &'c Imports<'c>,
    /// What becomes of each interface, in order.
    pub interfaces: Vec<InterfaceDecision<'c>>,
    /// Whose the resource types are.
    pub owners: Owners,
    /// The resource types that the component can have handles of.
    pub reachable: BTreeSet<ResourceId>,
    /// Whether each call is logged that can be.
    pub traces: bool,
}

/// What becomes of an interface.
pub struct InterfaceDecision<'c> {
    /// The interface.
    pub interface: &'c Interface<'c>,
    /// What becomes of each of its functions, in order.
    pub functions: Vec<Decided<'c>>,
    /// What the grants say of it as such, which counts where it has no functions.
    pub grant: GrantDecision,
    /// Whether it comes from the adapter, and not straight from whoever had it before: some of its functions are not left as
    /// they are, or some of the resource types that it mentions are the adapter's.
    pub is_adapted: bool,
}

/// What becomes of a function.
pub struct Decided<'c> {
    /// The function.
    pub function: &'c Function<'c>,
    /// What the grants say of it; that it is allowed, where it is kept.
    pub grant: GrantDecision,
    /// Where no grant names it and it stays: the resource type for which it does, and what gives handles of that.
    pub kept: Option<(String, Giver)>,
    /// Whether it stays what it is, and no code stands before it.
    pub is_passed: bool,
    /// What a call of it does.
    pub lowering: Lowering,
}

/// What the grants say of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantDecision {
    /// What becomes of it.
    pub treatment: Treatment,
    /// How closely it is named.
    pub specificity: Specificity,
    /// Whether what is provided in its place asks the host's own function in turn.
    pub asks_host: bool,
}

/// How closely the user named something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Specificity {
    /// Not at all: it is the default.
    Nothing,
    /// By its interface, or by a capability.
    Interface,
    /// By the function itself.
    Function,
}

/// What a call of a function does.
#[derive(Debug, Clone, PartialEq)]
pub enum Lowering {
    /// It is passed: it stays what it is, and no code stands before it.
    PassThrough,
    /// It is refused, always in the same way.
    Refuse(Body),
    /// It always calls another function.
    Call(Callee),
    /// It does what the handles ask for that are passed.
    ByHandle(Choice),
}

/// A function that an adapter's function calls.
#[derive(Debug, Clone, PartialEq)]
pub enum Callee {
    /// The same one of the host's, with the host's handles for those that the adapter handed out.
    Host,
    /// Another one of the host's, of the same type: the interface and the name.
    Redirected(String, &'static str),
    /// The provider's, by its name there.
    Provider(String),
}

/// What a function does for the handles that it is passed, by what they stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Where a denied function made one.
    pub deny: Body,
    /// Where an ignored one did.
    pub ignore: Body,
    /// The provider's function, where one is a provider's.
    pub provider: Option<String>,
    /// Whether the host's is called, where all are the host's.
    pub host: bool,
    /// Whether the provider's function knows all handles, and is called for all that are not the host's alone.
    pub mixes: bool,
}

/// An interface that the adapter stands before, though it stays with the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// The interface.
    pub interface: String,
    /// A resource type that it uses, and that the adapter makes its own.
    pub resource: String,
    /// A refused function that must make a handle of it.
    pub maker: String,
}

/// Decides what becomes of what a component imports. `is_hosts` says whether the host fills an import: what another component
/// fills was given by whoever wired it, and only grants that name it change that.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub fn decide<'c>(
    imports: &'c Imports<'c>,
    grants: &Grants,
    is_hosts: &dyn Fn(&str) -> bool,
) -> Result<Decisions<'c>, Vec<VirtualizeError>> {
    let rules = Rules { component: imports.component, grants, is_hosts };
    let mut decisions = Decisions::granted(imports, &rules);
    decisions.reachable = keep::keep(&mut decisions, grants);
    #[cfg(test)]
    super::lies::keep(&mut decisions);
    decisions.owners = Owners::hosts(&decisions, &rules);
    decisions.keep_types();
    decisions.settle();
    none(checks::all(&decisions, &rules))?;
    if decisions.changes() {
        owners::own(&mut decisions)?;
        none(checks::wrapped_kinds(&decisions, &rules))?;
    }
    decisions.lower()?;
    Ok(decisions)
}

fn none(errors: Vec<VirtualizeError>) -> Result<(), Vec<VirtualizeError>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// What the user says of the imports of a component.
pub struct Rules<'r> {
    component: &'r Component,
    grants: &'r Grants,
    is_hosts: &'r dyn Fn(&str) -> bool,
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
                asks_host: provide::asks_host(&self.grants.settings, interface, function),
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

/// The function that a standard stream comes from, if it is redirected to that. By its name alone: `checks` sees to it
/// that both are of the type that they should be.
pub fn redirection(interface: &str, function: &str) -> Option<(String, &'static str)> {
    let to = |other: &str, of: &'static str| {
        let name = base(interface);
        let version = interface.get(name.len()..).unwrap_or_default();
        Some((format!("wasi:cli/{other}{version}"), of))
    };
    match (base(interface), function) {
        ("wasi:cli/stdout", "get-stdout") => to("stderr", "get-stderr"),
        ("wasi:cli/stderr", "get-stderr") => to("stdout", "get-stdout"),
        _ => None,
    }
}

impl Specificity {
    /// How closely a pattern names what it names.
    fn by(pattern: &Pattern) -> Specificity {
        if pattern.is_of_functions() { Specificity::Function } else { Specificity::Interface }
    }
}

impl GrantDecision {
    /// Whether the host's function is called for it.
    pub fn needs_host(&self) -> bool {
        self.treatment == Treatment::Allow || self.asks_host
    }
}

impl InterfaceDecision<'_> {
    /// Whether the grants leave all of it as it is.
    pub fn stays(&self) -> bool {
        match self.functions.as_slice() {
            // What a world imports itself is nothing as such.
            [] => self.grant.treatment == Treatment::Allow || self.interface.name.is_empty(),
            functions => functions.iter().all(|function| function.grant.treatment == Treatment::Allow),
        }
    }

    /// Whether any of its functions is the host's in the end.
    pub fn needs_host(&self) -> bool {
        self.functions.iter().any(|function| function.grant.needs_host())
    }
}

impl Decided<'_> {
    /// Whether it answers as the one did that made the handle whose method it is: no grant says anything else.
    pub fn follows_handle(&self, owns: &dyn Fn(ResourceId) -> bool) -> bool {
        self.grant.specificity == Specificity::Nothing && self.function.method_of.is_some_and(owns)
    }

    /// Whether grants refuse it.
    fn is_refused(&self) -> bool {
        !matches!(self.grant.treatment, Treatment::Allow | Treatment::Provide)
    }

    /// Whether a provider answers it, be it for some handles alone.
    pub fn is_provided(&self) -> bool {
        let has_provider = self.lowering.provider().is_some();
        self.grant.treatment == Treatment::Provide || (self.is_refused() && has_provider)
    }
}

impl Lowering {
    /// Whether a call can trap.
    pub fn traps(&self) -> bool {
        match self {
            Lowering::Refuse(body) => *body == Body::Trap,
            Lowering::PassThrough | Lowering::Call(_) => false,
            Lowering::ByHandle(Choice { deny, ignore, mixes, .. }) => {
                !mixes && (*deny == Body::Trap || *ignore == Body::Trap)
            }
        }
    }

    /// The provider's function that is called for it.
    pub fn provider(&self) -> Option<&str> {
        match self {
            Lowering::Call(Callee::Provider(name)) => Some(name),
            Lowering::ByHandle(choice) => choice.provider.as_deref(),
            _ => None,
        }
    }

    /// Whether other functions are called for it.
    pub fn calls(&self) -> bool {
        match self {
            Lowering::PassThrough | Lowering::Refuse(_) => false,
            Lowering::Call(_) => true,
            Lowering::ByHandle(choice) => choice.provider.is_some() || choice.host,
        }
    }
}

impl<'c> Decisions<'c> {
    /// What the grants say, and nothing else.
    fn granted(imports: &'c Imports<'c>, rules: &Rules<'_>) -> Decisions<'c> {
        let interfaces = imports.interfaces.iter().map(|interface| {
            let names = interface.names();
            let decided = |function: &'c Function<'c>| {
                let grant = rules.of(&names, function.name);
                Decided { function, grant, kept: None, is_passed: true, lowering: Lowering::PassThrough }
            };
            let functions = interface.functions.iter().map(decided).collect();
            InterfaceDecision { interface, functions, grant: rules.of(&names, ""), is_adapted: false }
        });
        let (owners, reachable) = (Owners::default(), BTreeSet::new());
        Decisions { imports, interfaces: interfaces.collect(), owners, reachable, traces: rules.grants.debug }
    }

    /// Leaves interfaces of plain types alone with the host, where what stays is made of them: types give nothing away,
    /// and what is imported may mention them by name alone.
    fn keep_types(&mut self) {
        let component = self.imports.component;
        let functions = self.functions().filter(|of| of.grant.needs_host());
        let functions = functions.map(|of| ComponentEntityType::Func(of.function.id));
        let whole = self.interfaces.iter().filter(|decided| decided.stays());
        let whole = whole.filter_map(|decided| decided.interface.instance.map(ComponentEntityType::Instance));
        let mut used: BTreeSet<TypeKey> =
            functions.chain(whole).flat_map(|item| mentions::mentioned(component, item)).collect();
        // What exports are made of must keep a name in the output, too.
        used.extend(component.exports().values().flat_map(|item| mentions::unnamed(component, item.ty)));
        for decided in &mut self.interfaces {
            let interface = decided.interface;
            let is_of_types =
                interface.instance.is_some() && interface.functions.is_empty() && interface.others.is_empty();
            if is_of_types
                && interface.resources.is_empty()
                && interface.types.iter().any(|ty| used.contains(&component.key(ty.created)))
            {
                decided.grant.treatment = Treatment::Allow;
            }
        }
    }

    /// Finds out what the owners of resource types leave as it is.
    pub fn settle(&mut self) {
        for decided in &mut self.interfaces {
            for of in &mut decided.functions {
                let is_wrapped = || of.function.resources.iter().any(|id| self.owners.of(*id).maker().is_some());
                let is_traced = self.traces && of.function.can_forward;
                of.is_passed = of.grant.treatment == Treatment::Allow && !is_traced && !is_wrapped();
            }
            let interface = decided.interface;
            decided.is_adapted = match interface.instance {
                // Of plain types it is the grants that decide. Resource types are the host's or not.
                Some(_) if interface.functions.is_empty() && interface.resources.is_empty() => !decided.stays(),
                _ => {
                    decided.functions.iter().any(|of| !of.is_passed)
                        || interface.resources.iter().any(|id| !self.owners.of(*id).is_host())
                }
            };
        }
    }

    /// Decides what a call of each function does.
    fn lower(&mut self) -> Result<(), Vec<VirtualizeError>> {
        let component = self.imports.component;
        let owns = |id| !self.owners.of(id).is_host();
        // Handles that only denied functions make need no methods for others.
        let makes = |treatment| self.functions().any(|of| of.grant.treatment == treatment && !of.follows_handle(&owns));
        let answers = Answers { abi: Abi(component), owns: &owns };
        let (denies, ignores) = (makes(Treatment::Deny), makes(Treatment::Ignore));
        let (mut errors, mut lowerings) = (Vec::new(), Vec::new());
        for decided in self.functions() {
            let lowering = self.lowering(decided, &answers, denies, ignores);
            if lowering.is_none() {
                let function = decided.function;
                let hosts = function.gives(component).into_iter().find(|id| !owns(*id));
                let what = match hosts {
                    Some(id) => format!("it gives a `{}`, which the host makes", resource_name(component, id)),
                    None => "no value of its result's type can be made up".to_owned(),
                };
                let (component, function) = (component.name().to_owned(), function.shown());
                errors.push(VirtualizeError::CannotIgnore { component, function, what });
            }
            lowerings.extend(lowering);
        }
        none(errors)?;
        let functions = self.interfaces.iter_mut().flat_map(|decided| &mut decided.functions);
        functions.zip(lowerings).for_each(|(of, lowering)| of.lowering = lowering);
        Ok(())
    }

    /// What a call of a function does. `denies` and `ignores` say whether there are handles that denied functions have made,
    /// and ignored ones. `None` where it is to be ignored, and what it gives cannot be made.
    fn lowering(&self, decided: &Decided<'c>, answers: &Answers<'_>, denies: bool, ignores: bool) -> Option<Lowering> {
        let function = decided.function;
        let deny = || answers.body(function, Treatment::Deny).unwrap_or(Body::Trap);
        let ignore = || answers.body(function, Treatment::Ignore).unwrap_or_else(deny);
        let provider = self.provider(decided);
        let host = decided.grant.needs_host();
        let takes_own = function.takes(answers.owns);
        let choose = || Choice {
            // What it cannot do anything with, a handle of the host's where its function is not there, counts as denied.
            deny: deny(),
            ignore: if ignores { ignore() } else { deny() },
            provider: provider.map(str::to_owned),
            host,
            mixes: provider.is_some_and(provide::mixes),
        };
        let is_others = |id| self.owners.of(id).is_nullable() || self.owners.of(id).is_known_to_host();
        Some(match (decided.grant.treatment, provider) {
            _ if decided.is_passed => Lowering::PassThrough,
            (Treatment::Allow, _) if takes_own => Lowering::ByHandle(choose()),
            (Treatment::Allow, _) => Lowering::Call(Callee::Host),
            // There is no handle to ask, or none that could be anyone else's.
            (_, Some(name)) if !function.takes(is_others) => Lowering::Call(Callee::Provider(name.to_owned())),
            (_, Some(_)) if takes_own => Lowering::ByHandle(choose()),
            (_, Some(_)) if host => Lowering::Call(Callee::Host),
            (_, Some(_)) => Lowering::Refuse(deny()),
            (Treatment::Provide, None) => {
                let (interface, name) = redirection(function.interface, function.name)?;
                Lowering::Call(Callee::Redirected(interface, name))
            }
            (_, None) if decided.follows_handle(answers.owns) => match (denies, ignores) {
                (true, true) if deny() != ignore() => Lowering::ByHandle(choose()),
                (true, _) => Lowering::Refuse(deny()),
                (false, true) => Lowering::Refuse(ignore()),
                // Of handles that nothing makes no method is ever called.
                (false, false) => Lowering::Refuse(Body::Trap),
            },
            (treatment, None) => match answers.body(function, treatment) {
                Some(body) => Lowering::Refuse(body),
                // Where only the default says so, what cannot be ignored is denied.
                None if decided.grant.specificity == Specificity::Nothing => Lowering::Refuse(deny()),
                None => return None,
            },
        })
    }

    /// What becomes of all functions.
    pub fn functions(&self) -> impl Iterator<Item = &Decided<'c>> + Clone {
        self.interfaces.iter().flat_map(|decided| &decided.functions)
    }

    /// The interfaces that come from the adapter.
    pub fn adapted(&self) -> impl Iterator<Item = &InterfaceDecision<'c>> + Clone {
        self.interfaces.iter().filter(|decided| decided.is_adapted)
    }

    /// What becomes of the interface of a name.
    pub fn interface(&self, name: &str) -> Option<&InterfaceDecision<'c>> {
        self.interfaces.iter().find(|decided| decided.interface.name == name)
    }

    /// Whether a type is the same for the component as for the host.
    pub fn is_without_own(&self, ty: &NamedType<'_>) -> bool {
        ty.resources(self.imports.component).iter().all(|id| self.owners.of(*id).is_host())
    }

    /// Whether the host has all resource types that a type is made of.
    pub fn is_known_to_host(&self, ty: &NamedType<'_>) -> bool {
        ty.resources(self.imports.component).iter().all(|id| self.owners.of(*id).is_known_to_host())
    }

    /// Whether anything is not left as it is.
    pub fn changes(&self) -> bool {
        self.adapted().next().is_some()
    }

    /// The provider's function that answers one, if only for handles of its own.
    pub fn provider(&self, decided: &Decided<'c>) -> Option<&'c str> {
        let Decided { function, grant, is_passed, .. } = decided;
        let name = function.provider.as_deref()?;
        let answers = match grant.treatment {
            _ if *is_passed => false,
            Treatment::Provide => redirection(function.interface, function.name).is_none(),
            // It is the provider that knows what to do with handles of several owners, whether or not any are its own.
            Treatment::Allow if provide::mixes(name) => function.takes(|id| !self.owners.of(id).is_host()),
            // What a grant refuses is refused, whatever handle it is passed.
            _ if decided.is_refused() && grant.specificity != Specificity::Nothing => false,
            _ => function.takes(|id| self.owners.of(id).is_provided()),
        };
        answers.then_some(name)
    }

    /// The functions that no grant names and that stay.
    pub fn kept(&self) -> Vec<Kept> {
        let kept = |of: &Decided<'_>| {
            let (resource, giver) = of.kept.clone()?;
            let (interface, function) = (of.function.interface.to_owned(), of.function.name.to_owned());
            Some(Kept { interface, function, resource, giver })
        };
        self.functions().filter_map(kept).collect()
    }

    /// The interfaces of which functions are forwarded, and why: each with the resource type, and a refused function that
    /// must make a handle of it.
    pub fn forwarded(&self) -> Vec<Forwarded> {
        let component = self.imports.component;
        let forwarded = |decided: &InterfaceDecision<'_>| {
            let is_forwarded = |of: &&Decided<'_>| of.grant.treatment == Treatment::Allow && !of.is_passed;
            let mut resources =
                decided.functions.iter().filter(is_forwarded).flat_map(|of| of.function.resources.iter());
            let (id, maker) = resources.find_map(|id| Some((*id, self.owners.of(*id).maker()?)))?;
            let resource = component.home(TypeKey::Resource(id))?.path.last()?.clone();
            Some(Forwarded { interface: decided.interface.name.to_owned(), resource, maker: maker.to_owned() })
        };
        self.interfaces.iter().filter_map(forwarded).collect()
    }
}
