//! The value that says what becomes of all that a component imports. `decide` makes it; everything that is generated or reported
//! follows from it.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::ResourceId;

use super::answer::Refusal;
use crate::describe::Treatment;
use crate::imports::handles::{Giver, resource_name};
use crate::imports::{Function, Imports, Interface, redirection};
use crate::name::Pattern;
use crate::runtime;
use crate::runtime::provider::Provider;
use crate::types::NamedType;

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
    pub functions: Vec<FunctionDecision<'c>>,
    /// What the grants say of it as such, which counts where it has no functions.
    pub grant: GrantDecision,
    /// Whether it comes from the adapter, and not straight from whoever had it before: some of its functions are not left as
    /// they are, or some of the resource types that it mentions are the adapter's.
    pub is_adapted: bool,
}

/// What becomes of a function.
pub struct FunctionDecision<'c> {
    /// The function.
    pub function: &'c Function<'c>,
    /// What the grants say of it; that it is allowed, where it is kept.
    pub grant: GrantDecision,
    /// Where no grant names it and it stays: the resource type for which it does, and what gives handles of that.
    pub kept: Option<(String, Giver)>,
    /// Whether it stays what it is, and no code stands before it.
    pub is_passed: bool,
    /// What a call of it does.
    pub action: Action,
    /// Whether it goes on when it has returned: streams are to be written or read, or a future is to be answered.
    pub goes_on: bool,
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
pub enum Action {
    /// It is passed: it stays what it is, and no code stands before it.
    PassThrough,
    /// It is refused, always in the same way.
    Refuse(Refusal),
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
    pub deny: Refusal,
    /// Where an ignored one did.
    pub ignore: Refusal,
    /// The provider's function, where one is a provider's.
    pub provider: Option<String>,
    /// Whether the host's is called, where all are the host's.
    pub host: bool,
    /// Whether the provider's function knows all handles, and is called for all that are not the host's alone.
    pub mixes: bool,
}

/// Whose handles of a resource type the component gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The host's.
    Host,
    /// The adapter's.
    Adapter(HandleKinds),
}

/// What handles of the adapter's may stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandleKinds {
    /// For handles of the host's, which has the type too: there is a function that is not the host's and must make a handle of it.
    pub maker: Option<String>,
    /// For objects of a provider.
    pub is_provided: bool,
    /// For nothing: a refused function makes them.
    pub is_nullable: bool,
    /// Whether exports have such handles, which are converted into the host's for those, and back.
    pub is_converted: bool,
}

/// The owners of all resource types. One that is not among them is the adapter's, which makes no handle of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners(pub BTreeMap<ResourceId, Owner>);

static ADAPTER: Owner =
    Owner::Adapter(HandleKinds { maker: None, is_provided: false, is_nullable: false, is_converted: false });

impl Owner {
    /// Whether the component's handles are the host's own.
    pub fn is_host(&self) -> bool {
        *self == Owner::Host
    }

    /// What handles of the adapter's may stand for.
    pub fn own(&self) -> Option<&HandleKinds> {
        match self {
            Owner::Host => None,
            Owner::Adapter(own) => Some(own),
        }
    }

    /// The function that must make a handle of a type of the host's which the adapter makes its own for that.
    pub fn maker(&self) -> Option<&str> {
        self.own()?.maker.as_deref()
    }

    /// Whether the host has the type, whoever's handles the component gets.
    pub fn is_known_to_host(&self) -> bool {
        self.is_host() || self.maker().is_some()
    }

    /// Whether a provider makes handles of it.
    pub fn is_provided(&self) -> bool {
        self.own().is_some_and(|own| own.is_provided)
    }

    /// Whether its handles may stand for nothing.
    pub fn is_nullable(&self) -> bool {
        self.own().is_some_and(|own| own.is_nullable)
    }
}

/// A function that no grant names and that stays, since it uses what the component has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The interface; empty for functions of the world itself.
    pub interface: String,
    /// The function.
    pub function: String,
    /// The resource type for which it stays. Its interface defines it.
    pub resource: String,
    /// Where the component has a handle of that from.
    pub giver: Giver,
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

impl Specificity {
    /// How closely a pattern names what it names.
    pub fn by(pattern: &Pattern) -> Specificity {
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

impl FunctionDecision<'_> {
    /// Whether it answers as the one did that made the handle whose method it is: no grant says anything else.
    pub fn follows_handle(&self, owns: &dyn Fn(ResourceId) -> bool) -> bool {
        self.grant.specificity == Specificity::Nothing && self.function.method_of.is_some_and(owns)
    }

    /// Whether grants refuse it.
    pub fn is_refused(&self) -> bool {
        !matches!(self.grant.treatment, Treatment::Allow | Treatment::Provide)
    }

    /// Whether it goes on when it has returned, and must not be asynchronous for who calls it: what goes on is called by another
    /// component.
    pub fn has_front(&self) -> bool {
        self.goes_on && !self.function.ty.async_
    }

    /// Whether a provider answers it, be it for some handles alone.
    pub fn is_provided(&self) -> bool {
        let has_provider = self.action.provider().is_some();
        self.grant.treatment == Treatment::Provide || (self.is_refused() && has_provider)
    }
}

impl Action {
    /// Whether a call can trap.
    pub fn traps(&self) -> bool {
        match self {
            Action::Refuse(body) => *body == Refusal::Trap,
            Action::PassThrough | Action::Call(_) => false,
            Action::ByHandle(Choice { deny, ignore, mixes, .. }) => {
                !mixes && (*deny == Refusal::Trap || *ignore == Refusal::Trap)
            }
        }
    }

    /// Whether something is left to do when the function has returned.
    pub fn goes_on(&self) -> bool {
        let is_flow = |name: &str| Provider::direction(name).is_some();
        match self {
            Action::PassThrough => false,
            Action::Refuse(body) => body.goes_on(),
            Action::Call(callee) => matches!(callee, Callee::Provider(name) if is_flow(name)),
            Action::ByHandle(choice) => {
                let refuses = choice.deny.goes_on() || choice.ignore.goes_on();
                !choice.host && (refuses || choice.provider.as_deref().is_some_and(is_flow))
            }
        }
    }

    /// The provider's function that is called for it.
    pub fn provider(&self) -> Option<&str> {
        match self {
            Action::Call(Callee::Provider(name)) => Some(name),
            Action::ByHandle(choice) => choice.provider.as_deref(),
            _ => None,
        }
    }

    /// Whether other functions are called for it.
    pub fn calls(&self) -> bool {
        match self {
            Action::PassThrough | Action::Refuse(_) => false,
            Action::Call(_) => true,
            Action::ByHandle(choice) => choice.provider.is_some() || choice.host,
        }
    }
}

impl Owners {
    /// The owner of a resource type.
    pub fn of(&self, id: ResourceId) -> &Owner {
        self.0.get(&id).unwrap_or(&ADAPTER)
    }

    /// Those that are converted for exports, in an order.
    pub fn converted(&self) -> impl Iterator<Item = ResourceId> + Clone {
        self.0.iter().filter(|(_, owner)| owner.own().is_some_and(|own| own.is_converted)).map(|(id, _)| *id)
    }

    /// Says what the adapter's handles of a type may stand for. One of the host's is the adapter's from then on, for the sake
    /// of a function.
    pub fn make(&mut self, id: ResourceId, maker: &str, say: impl FnOnce(&mut HandleKinds)) {
        let owner = self.0.entry(id).or_insert_with(|| ADAPTER.clone());
        if owner.is_host() {
            *owner = Owner::Adapter(HandleKinds { maker: Some(maker.to_owned()), ..HandleKinds::default() });
        }
        if let Owner::Adapter(own) = owner {
            say(own);
        }
    }
}

impl<'c> Decisions<'c> {
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

    /// What becomes of all functions.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionDecision<'c>> + Clone {
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
    pub fn provider(&self, decided: &FunctionDecision<'c>) -> Option<&'c str> {
        let FunctionDecision { function, grant, is_passed, .. } = decided;
        let name = function.provider.as_deref()?;
        let answers = match grant.treatment {
            _ if *is_passed => false,
            Treatment::Provide => redirection(function.interface, function.name).is_none(),
            // It is the provider that knows what to do with handles of several owners, whether or not any are its own.
            Treatment::Allow if runtime::mixes(name) => function.takes(|id| !self.owners.of(id).is_host()),
            // What a grant refuses is refused, whatever handle it is passed.
            _ if decided.is_refused() && grant.specificity != Specificity::Nothing => false,
            _ => function.takes(|id| self.owners.of(id).is_provided()),
        };
        answers.then_some(name)
    }

    /// The functions that no grant names and that stay.
    pub fn kept(&self) -> Vec<Kept> {
        let kept = |of: &FunctionDecision<'_>| {
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
            let is_forwarded = |of: &&FunctionDecision<'_>| of.grant.treatment == Treatment::Allow && !of.is_passed;
            let mut resources =
                decided.functions.iter().filter(is_forwarded).flat_map(|of| of.function.resources.iter());
            let (id, maker) = resources.find_map(|id| Some((*id, self.owners.of(*id).maker()?)))?;
            let (interface, resource) = (decided.interface.name.to_owned(), resource_name(component, id));
            Some(Forwarded { interface, resource, maker: maker.to_owned() })
        };
        self.interfaces.iter().filter_map(forwarded).collect()
    }
}
