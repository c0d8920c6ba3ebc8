//! Decides what becomes of each function that a component imports.
//!
//! In: what a component imports, the grants for it, and which imports the host fills. Out: [`Decisions`], with an action for each
//! function (`Action`: passed, refused, called, ...) and an owner for each resource type. The steps are: which functions stay (the
//! grants, and `keep`), who owns each resource type (`owners`), and from both the action of each function (`Decisions::action`).
//!
//! No graph, no bytes: `adapter` writes the component that does what is decided here, and `virtualize` puts it into the graph.

mod answer;
pub(crate) mod checks;
pub(crate) mod decisions;
pub(crate) mod error;
mod keep;
#[cfg(test)]
pub(crate) mod lies;
pub(crate) mod needs;
mod owners;
pub(crate) mod recording;
pub(crate) mod stubs;

use std::collections::BTreeSet;

use wasmparser::component_types::{ComponentEntityType, ResourceId};

use crate::abi::{Abi, Shape};
use crate::describe::{Grants, Treatment};
use crate::grants::imports::{GrantDecision, ImportGrants, Specificity};
use crate::imports::handles::resource_name;
use crate::imports::{Function, Imports, redirection};
use crate::name::{self, Form, base};
use crate::runtime;
use crate::types::identity::TypeKey;
use crate::types::mentions;
use answer::Answers;
pub(crate) use answer::Refusal;
use decisions::{Action, Callee, Choice, Decisions, FunctionDecision, InterfaceDecision, Owners};
pub(crate) use error::DecideError;

/// What is around a component.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    /// Whether the host fills an import. Imports that another component fills stay unless a grant names them.
    pub is_hosts: &'a dyn Fn(&str) -> bool,
    /// Whether anybody has an exported function, by its path.
    pub is_called: &'a dyn Fn(&[String]) -> bool,
    /// Whether there will be an outer adapter. Without one, exports use handles of the host.
    pub converts_exports: bool,
}

impl Around<'_> {
    /// A component by itself: the host fills its imports, and calls its exports.
    pub(crate) const ALONE: Around<'static> =
        Around { is_hosts: &|_| true, is_called: &|_| true, converts_exports: false };
}

/// Decides the treatment of a component's imports.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub(crate) fn decide<'c>(
    imports: &'c Imports<'c>,
    grants: &Grants,
    around: Around<'_>,
) -> Result<Decisions<'c>, Vec<DecideError>> {
    let rules = ImportGrants { component: imports.component, grants, is_hosts: around.is_hosts };
    let mut decisions = Decisions::granted(imports, &rules);
    #[cfg(test)]
    lies::allow(lies::Kind::Allowed, &mut decisions);
    stubs::read(&mut decisions, grants)?;
    decisions.reachable = keep::keep(&mut decisions, grants, around.is_called);
    decisions.judge();
    #[cfg(test)]
    lies::allow(lies::Kind::Kept, &mut decisions);
    decisions.owners = owners::hosts(&decisions, &rules);
    decisions.keep_types();
    decisions.settle();
    none(checks::all(&decisions, &rules))?;
    if decisions.changes() {
        owners::own(&mut decisions, around.converts_exports)?;
        none(checks::wrapped_kinds(&decisions, &rules))?;
    }
    decisions.lower()?;
    Ok(decisions)
}

fn none(errors: Vec<DecideError>) -> Result<(), Vec<DecideError>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

impl<'c> Decisions<'c> {
    /// The decisions of the grants alone.
    fn granted(imports: &'c Imports<'c>, rules: &ImportGrants<'_>) -> Decisions<'c> {
        let interfaces = imports.interfaces.iter().map(|interface| {
            let names = interface.names();
            let decided = |function: &'c Function<'c>| {
                let grant = rules.of(&names, function.name);
                FunctionDecision {
                    function,
                    grant,
                    kept: None,
                    stub: None,
                    is_passed: true,
                    action: Action::PassThrough,
                    goes_on: false,
                }
            };
            let functions = interface.functions.iter().map(decided).collect();
            InterfaceDecision { interface, functions, grant: rules.of(&names, ""), is_adapted: false }
        });
        let (owners, reachable) = (Owners::default(), BTreeSet::new());
        let of_world = imports.interfaces.iter().filter(|interface| interface.name.is_empty());
        let types = of_world.flat_map(|world| &world.types).filter(|ty| !ty.resources(imports.component).is_empty());
        let is_loaded = |name: &&str| name::is_loaded(name) && !rules.of(&[name], "").needs_host();
        let loaded = types.map(|ty| ty.name).filter(is_loaded).collect();
        Decisions {
            imports,
            interfaces: interfaces.collect(),
            owners,
            reachable,
            loaded,
            traces: rules.grants.debug,
            recorder: None,
        }
    }

    /// Has providers answer what is done with the objects of which rules judge the use: with requests of HTTP, before they are sent.
    /// A function of another type than WASI's has no provider, which is an error.
    fn judge(&mut self) {
        let component = self.imports.component;
        let is_judged = |of: &&FunctionDecision<'_>| {
            of.grant.treatment == Treatment::Provide && of.function.provider().is_some_and(runtime::judges)
        };
        let judged: BTreeSet<ResourceId> = { self.functions().filter(is_judged) }
            .flat_map(|of| of.function.ty.params.first())
            .flat_map(|(_, ty)| Abi(component).handles(ty))
            .filter_map(|shape| match shape {
                Shape::Own(id) => Some(id.resource()),
                _ => None,
            })
            .collect();
        for decided in self.interfaces.iter_mut().filter(|of| base(of.interface.name) == "wasi:http/types") {
            let of_judged = |of: &&mut FunctionDecision<'_>| of.function.resources.iter().any(|id| judged.contains(id));
            for of in decided.functions.iter_mut().filter(of_judged) {
                if of.grant.treatment == Treatment::Allow {
                    of.grant = GrantDecision { treatment: Treatment::Provide, asks_host: true, ..of.grant };
                }
            }
        }
    }

    /// Leaves interfaces of only plain types to the host where functions that stay use them. Types carry no authority,
    /// and imports must mention them by name.
    fn keep_types(&mut self) {
        let component = self.imports.component;
        let functions = self.functions().filter(|of| of.grant.needs_host());
        let functions = functions.map(|of| ComponentEntityType::Func(of.function.id));
        let whole = self.interfaces.iter().filter(|decided| decided.stays());
        let whole = whole.filter_map(|decided| decided.interface.instance.map(ComponentEntityType::Instance));
        let mut used: BTreeSet<TypeKey> =
            functions.chain(whole).flat_map(|item| mentions::mentioned(component, item)).collect();
        // The types of exports need a name in the output as well.
        used.extend(mentions::of_exports(component));
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

    fn lower(&mut self) -> Result<(), Vec<DecideError>> {
        let component = self.imports.component;
        let owns = |id| !self.owners.of(id).is_host;
        // Methods of handles that only denied functions make need no other behaviour.
        let makes = |treatment| self.functions().any(|of| of.grant.treatment == treatment && !of.follows_handle(&owns));
        let answers = Answers { abi: Abi(component), owns: &owns };
        let (denies, ignores) = (makes(Treatment::Deny), makes(Treatment::Ignore));
        let (mut errors, mut actions) = (Vec::new(), Vec::new());
        for decided in self.functions() {
            let action = self.action(decided, &answers, denies, ignores);
            if action.is_none() {
                let function = decided.function;
                let hosts = function.gives(component).into_iter().find(|id| !owns(*id));
                let what = match hosts {
                    Some(id) => format!("it gives a `{}`, which the host makes", resource_name(component, id)),
                    None => "no value of its result's type can be made up".to_owned(),
                };
                let (component, function) = (component.name().to_owned(), function.shown());
                errors.push(DecideError::CannotIgnore { component, function, what });
            }
            actions.extend(action);
        }
        none(errors)?;
        let functions = self.interfaces.iter_mut().flat_map(|decided| &mut decided.functions);
        for (of, action) in functions.zip(actions) {
            // A function that cannot be asynchronous cannot have a front.
            let is_constructor = matches!(Form::of(of.function.name), Some(Form::Constructor(_)));
            of.goes_on = action.goes_on() && (of.function.ty.async_ || !is_constructor);
            of.action = action;
        }
        Ok(())
    }

    /// The action of a function. `denies` and `ignores` tell whether denied and ignored functions make handles. `None`
    /// where it must be ignored and its result cannot be constructed.
    fn action(
        &self,
        decided: &FunctionDecision<'c>,
        answers: &Answers<'_>,
        denies: bool,
        ignores: bool,
    ) -> Option<Action> {
        let function = decided.function;
        let deny = || answers.body(function, Treatment::Deny).unwrap_or(Refusal::Trap);
        let ignore = || answers.body(function, Treatment::Ignore).unwrap_or_else(deny);
        let provider = self.provider(decided);
        // A provider of an asynchronous function calls the host's itself.
        let host = decided.grant.needs_host() && (provider.is_none() || function.can_forward);
        let takes_own = function.takes(answers.owns);
        let choose = || Choice {
            // A handle without an applicable function (as a host handle where the host's function is absent) counts as
            // denied.
            deny: deny(),
            ignore: if ignores { ignore() } else { deny() },
            provider: provider.map(str::to_owned),
            host,
            mixes: provider.is_some_and(runtime::mixes),
        };
        let is_others = |id| self.owners.of(id).is_nullable || self.owners.of(id).is_known_to_host();
        Some(match (decided.grant.treatment, provider) {
            _ if decided.is_passed => Action::PassThrough,
            (_, Some(name)) if runtime::judges(name) => Action::Call(Callee::Provider(name.to_owned())),
            (Treatment::Return, _) => Action::Refuse(Refusal::Return(decided.stub.clone()?)),
            (Treatment::Allow, _) if takes_own => Action::ByHandle(choose()),
            (Treatment::Allow, _) => Action::Call(Callee::Host),
            // There is no handle to decide by, or none that could belong to another owner.
            (_, Some(name)) if !function.takes(is_others) => Action::Call(Callee::Provider(name.to_owned())),
            (_, Some(_)) if takes_own => Action::ByHandle(choose()),
            (_, Some(_)) if host => Action::Call(Callee::Host),
            (_, Some(_)) => Action::Refuse(deny()),
            (Treatment::Provide, None) => {
                let (interface, name) = redirection(function.interface, function.name)?;
                Action::Call(Callee::Redirected(interface, name))
            }
            (_, None) if decided.follows_handle(answers.owns) => match (denies, ignores) {
                (true, true) if deny() != ignore() => Action::ByHandle(choose()),
                (true, _) => Action::Refuse(deny()),
                (false, true) => Action::Refuse(ignore()),
                // No function makes such a handle, so the method is never called.
                (false, false) => Action::Refuse(Refusal::Trap),
            },
            (treatment, None) => match answers.body(function, treatment) {
                Some(body) => Action::Refuse(body),
                // Where only the default ignores a function that cannot be ignored, it is denied.
                None if decided.grant.specificity == Specificity::Nothing => Action::Refuse(deny()),
                None => return None,
            },
        })
    }
}
