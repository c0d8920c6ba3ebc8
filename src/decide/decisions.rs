//! The decisions about all imports of a component. `decide` computes them; generation and reports only read them.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::ResourceId;

use super::answer::Refusal;
use super::recording::Recorder;
use crate::describe::Treatment;
use crate::grants::imports::{GrantDecision, Specificity};
use crate::imports::handles::{Giver, resource_name};
use crate::imports::{Function, Imports, Interface, redirection};
use crate::load::Component;
use crate::runtime;
use crate::runtime::provider::Provider;
use crate::runtime::value::Value;
use crate::types::{NamedType, TypeKey, mentions};

/// The decisions about all imports of a component.
pub(crate) struct Decisions<'c> {
    pub imports: &'c Imports<'c>,
    pub interfaces: Vec<InterfaceDecision<'c>>,
    pub owners: Owners,
    /// The resource types of which the component can have handles.
    pub reachable: BTreeSet<ResourceId>,
    /// The denied resource types that the world itself imports by names by which some hosts load code.
    pub loaded: Vec<&'c str>,
    /// Whether traceable calls are logged to stderr (`--debug`).
    pub traces: bool,
    /// How calls are recorded, where the adapter is there to record them.
    pub recorder: Option<Recorder>,
}

/// The decisions about an interface.
pub(crate) struct InterfaceDecision<'c> {
    pub interface: &'c Interface<'c>,
    pub functions: Vec<FunctionDecision<'c>>,
    /// The grants for the interface itself, which count where it has no functions.
    pub grant: GrantDecision,
    /// Whether the adapter exports it. It does where any of its functions has code in the adapter, or the adapter owns
    /// any resource type that it mentions.
    pub is_adapted: bool,
}

/// The decisions about a function.
pub(crate) struct FunctionDecision<'c> {
    pub function: &'c Function<'c>,
    /// The grants for it. A kept function counts as allowed.
    pub grant: GrantDecision,
    /// The reason that it is kept without a grant, if it is.
    pub kept: Option<Kept>,
    /// The value that a grant has it return: nothing where it has no result.
    pub stub: Option<Option<Value>>,
    /// Whether it is passed unchanged, without code.
    pub is_passed: bool,
    pub action: Action,
    /// Whether it continues after its return, to write or read streams or to complete a future.
    pub goes_on: bool,
}

/// The action of a function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// The function is passed unchanged, without code.
    PassThrough,
    Refuse(Refusal),
    Call(Callee),
    /// The host's function is called, and the call recorded.
    Record,
    /// The call is answered by a recording. One that did not return when it was recorded `ends` like that: it is passed to the host.
    Replay {
        ends: bool,
    },
    /// The handles among the parameters select the action.
    ByHandle(Choice),
}

/// A function that the adapter calls.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Callee {
    /// The same function of the host, with host handles in place of the adapter's.
    Host,
    /// Another function of the host with the same type: interface and name.
    Redirected(String, &'static str),
    /// A function of a provider, by its name there.
    Provider(String),
}

/// The actions of a function by the owner of its handles.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    /// For a handle of a denied function.
    pub deny: Refusal,
    /// For a handle of an ignored function.
    pub ignore: Refusal,
    /// For a provider's handle: the provider's function.
    pub provider: Option<String>,
    /// Whether the host's function is called if all handles are the host's.
    pub host: bool,
    /// Whether the provider's function accepts handles of all owners, and is called unless all handles are the host's.
    pub mixes: bool,
}

/// The owner of the handles of a resource type that the component gets: the host, or the adapter. Of the adapter's types,
/// the kinds of handles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    pub is_host: bool,
    /// Handles of the host. The host also has the type; the named function, which is not the host's, must make a handle
    /// of it.
    pub maker: Option<String>,
    /// Objects of a provider.
    pub is_provided: bool,
    /// Null handles, which refused functions make.
    pub is_nullable: bool,
    /// Whether exports use such handles, which are then converted to host handles and back.
    pub is_converted: bool,
}

/// The owners of all resource types. A type that is absent belongs to the adapter, which makes no handle of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Owners(pub BTreeMap<ResourceId, Owner>);

static ADAPTER: Owner =
    Owner { is_host: false, maker: None, is_provided: false, is_nullable: false, is_converted: false };

impl Owner {
    /// Whether the host has the type, regardless of the owner.
    pub(crate) fn is_known_to_host(&self) -> bool {
        self.is_host || self.maker.is_some()
    }
}

/// A function that is kept without a grant, because it only uses authority that the component has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The interface; empty for functions of the world itself.
    pub interface: String,
    pub function: String,
    /// The resource type that it uses, which its interface defines.
    pub resource: String,
    /// The source of the component's handles of that type.
    pub giver: Giver,
}

/// An interface of the host whose functions the adapter forwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forwarded {
    pub interface: String,
    /// A resource type that it uses, and that the adapter owns.
    pub resource: String,
    /// A refused function that must make a handle of that type.
    pub maker: String,
}

impl InterfaceDecision<'_> {
    /// Whether the grants leave it unchanged.
    pub(crate) fn stays(&self) -> bool {
        match self.functions.as_slice() {
            // The world itself is no import.
            [] => self.grant.treatment == Treatment::Allow || self.interface.name.is_empty(),
            functions => functions.iter().all(|function| function.grant.treatment == Treatment::Allow),
        }
    }

    /// A type that the adapter's export of it uses and does not name, with the import that uses it.
    pub(crate) fn unnamed(&self, component: &Component) -> Option<(String, TypeKey)> {
        let functions = self.functions.iter().filter(|of| !self.interface.name.is_empty() || !of.is_passed);
        self.interface.unnamed(component, functions.map(|of| of.function))
    }

    /// Whether any of its functions calls the host.
    pub(crate) fn needs_host(&self) -> bool {
        self.functions.iter().any(|function| function.grant.needs_host())
    }
}

impl FunctionDecision<'_> {
    /// Whether the handle of the method determines its treatment, since no grant does.
    pub(crate) fn follows_handle(&self, owns: &dyn Fn(ResourceId) -> bool) -> bool {
        self.grant.specificity == Specificity::Nothing && self.function.method_of.is_some_and(owns)
    }

    pub(crate) fn is_refused(&self) -> bool {
        !matches!(self.grant.treatment, Treatment::Allow | Treatment::Provide)
    }

    /// Whether it has a front: it continues after its return, and its type is not asynchronous. Such a function must be
    /// called by another component.
    pub(crate) fn has_front(&self) -> bool {
        self.goes_on && !self.function.ty.async_
    }

    /// Whether a provider answers it, at least for some handles.
    pub(crate) fn is_provided(&self) -> bool {
        let has_provider = self.action.provider().is_some();
        self.grant.treatment == Treatment::Provide || (self.is_refused() && has_provider)
    }
}

impl Action {
    /// Whether a call can trap.
    pub(crate) fn traps(&self) -> bool {
        match self {
            Action::Refuse(body) => *body == Refusal::Trap,
            Action::PassThrough | Action::Call(_) | Action::Record => false,
            Action::Replay { .. } => true,
            Action::ByHandle(Choice { deny, ignore, mixes, .. }) => {
                !mixes && (*deny == Refusal::Trap || *ignore == Refusal::Trap)
            }
        }
    }

    /// Whether the function continues after its return.
    pub(crate) fn goes_on(&self) -> bool {
        let is_flow = |name: &str| Provider::direction(name).is_some();
        match self {
            Action::PassThrough | Action::Record | Action::Replay { .. } => false,
            Action::Refuse(body) => body.goes_on(),
            Action::Call(callee) => matches!(callee, Callee::Provider(name) if is_flow(name)),
            Action::ByHandle(choice) => {
                let refuses = choice.deny.goes_on() || choice.ignore.goes_on();
                !choice.host && (refuses || choice.provider.as_deref().is_some_and(is_flow))
            }
        }
    }

    /// The provider's function that it calls.
    pub(crate) fn provider(&self) -> Option<&str> {
        match self {
            Action::Call(Callee::Provider(name)) => Some(name),
            Action::ByHandle(choice) => choice.provider.as_deref(),
            _ => None,
        }
    }

    /// Whether it calls other functions.
    pub(crate) fn calls(&self) -> bool {
        match self {
            Action::PassThrough | Action::Refuse(_) => false,
            Action::Call(_) | Action::Record | Action::Replay { .. } => true,
            Action::ByHandle(choice) => choice.provider.is_some() || choice.host,
        }
    }
}

impl Choice {
    /// Whether a refusal reads stream parameters to their ends.
    pub(crate) fn drains(&self) -> bool {
        self.deny.drains() || self.ignore.drains()
    }
}

impl Owners {
    pub(crate) fn of(&self, id: ResourceId) -> &Owner {
        self.0.get(&id).unwrap_or(&ADAPTER)
    }

    /// The resource types that are converted for exports, in order.
    pub(crate) fn converted(&self) -> impl Iterator<Item = ResourceId> + Clone {
        self.0.iter().filter(|(_, owner)| owner.is_converted).map(|(id, _)| *id)
    }

    /// The adapter's type, of which the function `maker` must make a handle. A type of the host belongs to the adapter
    /// from then on.
    pub(crate) fn make(&mut self, id: ResourceId, maker: &str) -> &mut Owner {
        let owner = self.0.entry(id).or_default();
        if owner.is_host {
            *owner = Owner { maker: Some(maker.to_owned()), ..Owner::default() };
        }
        owner
    }
}

impl<'c> Decisions<'c> {
    /// Determines the adapted interfaces from the owners.
    pub(crate) fn settle(&mut self) {
        for decided in &mut self.interfaces {
            for of in &mut decided.functions {
                let is_wrapped = || of.function.resources.iter().any(|id| self.owners.of(*id).maker.is_some());
                let is_traced = self.traces && of.function.can_forward;
                of.is_passed = of.grant.treatment == Treatment::Allow && !is_traced && !is_wrapped();
            }
            let interface = decided.interface;
            decided.is_adapted = match interface.instance {
                // Grants decide about an interface of plain types. The owner decides about resource types.
                Some(_) if interface.functions.is_empty() && interface.resources.is_empty() => !decided.stays(),
                _ => {
                    decided.functions.iter().any(|of| !of.is_passed)
                        || interface.resources.iter().any(|id| !self.owners.of(*id).is_host)
                }
            };
        }
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = &FunctionDecision<'c>> + Clone {
        self.interfaces.iter().flat_map(|decided| &decided.functions)
    }

    /// The interfaces that the adapter exports.
    pub(crate) fn adapted(&self) -> impl Iterator<Item = &InterfaceDecision<'c>> + Clone {
        self.interfaces.iter().filter(|decided| decided.is_adapted)
    }

    pub(crate) fn interface(&self, name: &str) -> Option<&InterfaceDecision<'c>> {
        self.interfaces.iter().find(|decided| decided.interface.name == name)
    }

    /// Whether a type is the same for the component and the host.
    pub(crate) fn is_without_own(&self, ty: &NamedType<'_>) -> bool {
        ty.resources(self.imports.component).iter().all(|id| self.owners.of(*id).is_host)
    }

    /// Whether the host has all resource types of a type.
    pub(crate) fn is_known_to_host(&self, ty: &NamedType<'_>) -> bool {
        ty.resources(self.imports.component).iter().all(|id| self.owners.of(*id).is_known_to_host())
    }

    /// The types of the world that need their names in the output, because exports or functions that stay consist of them. They are
    /// the same for the component and the host.
    pub(crate) fn named_by_output(&self) -> impl Iterator<Item = &NamedType<'c>> {
        let component = self.imports.component;
        let exported: BTreeSet<TypeKey> =
            component.exports().values().flat_map(|item| mentions::mentioned(component, item.ty)).collect();
        let world = self.interface("");
        let mut functions = world.into_iter().flat_map(|world| &world.functions);
        let stays = functions.any(|of| of.grant.treatment == Treatment::Allow);
        let is_named = move |ty: &&NamedType<'c>| stays || exported.contains(&component.key(ty.created));
        let types = world.into_iter().flat_map(|world| &world.interface.types);
        types.filter(|ty| self.is_without_own(ty)).filter(is_named)
    }

    pub(crate) fn changes(&self) -> bool {
        self.adapted().next().is_some()
    }

    /// The provider's function for a function, at least for the provider's handles.
    pub(crate) fn provider(&self, decided: &FunctionDecision<'c>) -> Option<&'c str> {
        let FunctionDecision { function, grant, is_passed, .. } = decided;
        let with_host = || match grant.treatment {
            Treatment::Allow => function.provider_passing(),
            _ => function.provider_with_host().filter(|_| grant.asks_host),
        };
        let named = || with_host().or_else(|| function.provider());
        let answers = match grant.treatment {
            _ if *is_passed => false,
            Treatment::Provide => redirection(function.interface, function.name).is_none(),
            // It has no handle that could be a provider's.
            _ if function.takes.is_empty() => false,
            // The provider can combine handles of several owners, even if none of them is its own.
            Treatment::Allow if named().is_some_and(runtime::mixes) => function.takes(|id| !self.owners.of(id).is_host),
            // A function that a grant refuses is refused for each handle.
            _ if decided.is_refused() && grant.specificity != Specificity::Nothing => false,
            _ => function.takes(|id| self.owners.of(id).is_provided),
        };
        if answers { named() } else { None }
    }

    pub(crate) fn kept(&self) -> Vec<Kept> {
        self.functions().filter_map(|of| of.kept.clone()).collect()
    }

    /// The interfaces with forwarded functions, with the reason: the resource type, and the refused function that must
    /// make a handle of it.
    pub(crate) fn forwarded(&self) -> Vec<Forwarded> {
        let component = self.imports.component;
        let forwarded = |decided: &InterfaceDecision<'_>| {
            let is_forwarded = |of: &&FunctionDecision<'_>| of.grant.treatment == Treatment::Allow && !of.is_passed;
            let mut resources =
                decided.functions.iter().filter(is_forwarded).flat_map(|of| of.function.resources.iter());
            let (id, maker) = resources.find_map(|id| Some((*id, self.owners.of(*id).maker.clone()?)))?;
            let (interface, resource) = (decided.interface.name.to_owned(), resource_name(component, id));
            Some(Forwarded { interface, resource, maker })
        };
        self.interfaces.iter().filter_map(forwarded).collect()
    }
}
