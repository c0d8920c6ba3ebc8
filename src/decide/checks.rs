//! Finds grants that cannot be honoured.

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};

use super::decisions::{Decisions, FunctionDecision, InterfaceDecision};
use super::error::DecideError;
use super::needs::{Wanted, is_stderr, line_functions, log_functions, wanted};
use crate::describe::Treatment;
use crate::grants::imports::{ImportGrants, Specificity};
use crate::imports::handles::{passed, resource_name};
use crate::imports::size::Size;
use crate::imports::{Function, redirection};
use crate::limits;
use crate::name::{self, Capability, qualified, versioned};
use crate::runtime;
use crate::text::{Shown, count};
use crate::types::ids;
use crate::types::mentions;

/// All such errors that are independent of the ownership of resource types.
pub(crate) fn all(decisions: &Decisions<'_>, rules: &ImportGrants<'_>) -> Vec<DecideError> {
    let errors = refused_kinds(decisions, rules).into_iter().chain(too_large(decisions));
    errors
        .chain(loaded(decisions))
        .chain(unprovided(decisions))
        .chain(unjudged(decisions))
        .chain(untold(decisions))
        .chain(unwritten(decisions))
        .collect()
}

/// Denied imports with resource types by whose names some hosts load code. The output would import these types, which grant nothing
/// anywhere else.
fn loaded<'d>(decisions: &'d Decisions<'_>) -> impl Iterator<Item = DecideError> + 'd {
    let component = decisions.imports.component;
    let is_one = |decided: &&InterfaceDecision<'_>| {
        let is_allowed = decided.grant.needs_host() || decided.functions.iter().any(|of| of.grant.needs_host());
        let has_resources = || decided.interface.types.iter().any(|ty| !ty.resources(component).is_empty());
        !is_allowed && decided.interface.names().into_iter().any(name::is_loaded) && has_resources()
    };
    let unsupported = |import: &str, what: &str| DecideError::Unsupported {
        component: component.name().to_owned(),
        import: import.to_owned(),
        what: format!("{what}, and some hosts load code by its name"),
    };
    let interfaces = decisions.interfaces.iter().filter(is_one);
    let interfaces = interfaces.map(move |of| unsupported(of.interface.name, "an interface with a resource type"));
    interfaces.chain(decisions.loaded.iter().map(move |name| unsupported(name, "a resource type")))
}

/// The first function of sockets that is allowed beside rules for them. It would be judged like the others: of a socket, each function
/// counts on what the others let happen.
fn unjudged(decisions: &Decisions<'_>) -> Option<DecideError> {
    let is_of_sockets = |of: &FunctionDecision<'_>| {
        Capability::of(of.function.interface, of.function.name) == Some(Capability::Sockets)
    };
    let all = || decisions.functions().filter(|of| is_of_sockets(of));
    let allowed =
        all().find(|of| of.grant.treatment == Treatment::Allow && of.grant.specificity != Specificity::Nothing)?;
    all().find(|of| of.grant.treatment == Treatment::Provide)?;
    let (component, function) = (decisions.imports.component.name().to_owned(), allowed.function.shown());
    let what =
        "it is allowed beside rules for sockets, which hold for all functions of sockets: leave one of the two out"
            .to_owned();
    Some(DecideError::CannotProvide { component, function, what })
}

/// Interfaces with settings and without a provider, each with its first such function.
fn unprovided(decisions: &Decisions<'_>) -> Vec<DecideError> {
    let component = decisions.imports.component;
    let error = |decided: &InterfaceDecision<'_>| {
        let provided = decided.functions.iter().filter(|of| of.grant.treatment == Treatment::Provide);
        let mut wrong = provided.filter_map(|of| Some((of.function, not_provided(decisions, of)?)));
        let (function, what) = wrong.next()?;
        let what = match wrong.count() {
            0 => what,
            others => format!("{what}; nor can {} of that interface", count(others, "other function")),
        };
        let capability = Capability::of(function.interface, function.name);
        let (component, shown) = (component.name().to_owned(), function.shown());
        Some(match (capability, versioned(function.interface).1) {
            (Some(capability), Some(version))
                if !version.starts_with("0.2.")
                    && !version.starts_with("0.3.")
                    && !matches!(capability, Capability::Keyvalue | Capability::Logging) =>
            {
                let version = format!("WASI {version}");
                DecideError::OtherVersion { component, function: shown, capability, version }
            }
            _ => DecideError::CannotProvide { component, function: shown, what },
        })
    };
    decisions.interfaces.iter().filter_map(error).collect()
}

/// The reason that a function cannot be provided, if there is one.
fn not_provided(decisions: &Decisions<'_>, of: &FunctionDecision<'_>) -> Option<String> {
    const NONE: &str = "there are providers for WASI 0.2 and 0.3, and none for a function of this name and type";
    let Some((other, name)) = redirection(of.function.interface, of.function.name) else {
        let none = match Capability::of(of.function.interface, of.function.name) {
            Some(Capability::Http) => {
                "rules for requests are judged where `wasi:http/outgoing-handler` of WASI 0.2 sends them, and `client` and `handler` of 0.3"
            }
            Some(Capability::Keyvalue) => {
                "there is a provider for the texts of 0.2.0-draft and 0.2.0-draft2, and none for a function of this name and type"
            }
            Some(Capability::Logging) => {
                "there is a provider for the text of 0.1.0-draft, and none for a function of this type"
            }
            Some(Capability::Sockets) => "rules for sockets are judged in the functions of WASI 0.2, and nowhere else",
            _ => NONE,
        };
        return of.function.provider().is_none().then(|| none.to_owned());
    };
    let target = decisions.functions().find(|of| of.function.interface == other && of.function.name == name);
    match target {
        Some(_) if !of.function.is_known => Some(NONE.to_owned()),
        Some(target) if !target.function.is_known => {
            Some(format!("`{}`, which it is to be redirected to, is of another type", qualified(&other, name)))
        }
        Some(target) if target.grant.treatment == Treatment::Allow => None,
        Some(_) => Some(format!("`{other}` is redirected to it in turn")),
        None => Some(format!("the component does not import `{other}`, which it is to be redirected to")),
    }
}

/// The error for `--debug` without a stream to log to.
fn untold(decisions: &Decisions<'_>) -> Option<DecideError> {
    let is_untold = decisions.traces && log_functions(decisions).is_none();
    let is_stderr = |of: &Function<'_>| {
        of.name == "get-stderr" && Capability::of(of.interface, of.name) == Some(Capability::Stderr)
    };
    let is_denied = decisions.functions().any(|of| is_stderr(of.function) && !of.grant.needs_host());
    let component = decisions.imports.component.name().to_owned();
    is_untold.then_some(match is_denied {
        true => DecideError::TraceDenied { component },
        false => DecideError::CannotTrace { component },
    })
}

/// The error for messages that are to be written to standard error, which the component does not have.
fn unwritten(decisions: &Decisions<'_>) -> Option<DecideError> {
    let writes = |of: &&FunctionDecision<'_>| {
        of.grant.treatment == Treatment::Provide && of.function.provider().is_some_and(runtime::writes_lines)
    };
    let of = decisions.functions().find(writes).filter(|_| line_functions(decisions).is_none())?;
    let (component, function) = (decisions.imports.component.name().to_owned(), of.function.shown());
    Some(match decisions.functions().any(|of| is_stderr(&of) && !of.grant.needs_host()) {
        true => DecideError::LogDenied { component, function },
        false => DecideError::CannotLog { component, function },
    })
}

/// Denied imports of a kind that no adapter can export.
fn refused_kinds(decisions: &Decisions<'_>, rules: &ImportGrants<'_>) -> Vec<DecideError> {
    let unsupported = |import: &str, what: String| DecideError::Unsupported {
        component: decisions.imports.component.name().to_owned(),
        import: import.to_owned(),
        what,
    };
    let wrong = |decided: &InterfaceDecision<'_>| -> Vec<DecideError> {
        let (interface, is_adapted) = (decided.interface, decided.is_adapted);
        let is_world = interface.name.is_empty();
        // If any function of an interface is refused, the adapter exports the interface, which then may contain only
        // functions and types.
        let is_refused = |(name, ty): &&(&str, ComponentEntityType)| {
            let treatment = rules.within(interface, name, *ty).treatment;
            treatment != Treatment::Allow || (!is_world && is_adapted)
        };
        let others = interface.others.iter().filter(is_refused).map(|(other, _)| match is_world {
            true => unsupported(other, "neither a function nor an interface".to_owned()),
            false => unsupported(interface.name, format!("more than functions and types (`{other}`)")),
        });
        let types = interface.types.iter().filter(|_| is_adapted).filter_map(|ty| {
            let what = match ty.created {
                ComponentAnyTypeId::Instance(_) => "the type of an instance",
                ComponentAnyTypeId::Component(_) => "the type of a component",
                _ => return None,
            };
            Some(match is_world {
                true => unsupported(ty.name, what.to_owned()),
                false => unsupported(interface.name, format!("one that has {what} (`{}`)", ty.name)),
            })
        });
        // Component Model, Explainer, "Import and Export Definitions": names that identify an implementation are import
        // names only, and the adapter would have to export them.
        let is_obsolete = |name: &&str| is_adapted && name::is_obsolete(name);
        let functions = decided.functions.iter().filter(|of| is_world && !of.is_passed).map(|of| of.function.name);
        let names = std::iter::once(interface.name).chain(functions).filter(is_obsolete);
        let names = names.map(|name| unsupported(name, "named as only imports may be".to_owned()));
        others.chain(types).chain(names).collect()
    };
    decisions.interfaces.iter().flat_map(wrong).collect()
}

/// Allowed imports of a kind that no adapter can export, although a refused function must make handles of a resource
/// type in them, which only the adapter could make.
pub(crate) fn wrapped_kinds(decisions: &Decisions<'_>, rules: &ImportGrants<'_>) -> Vec<DecideError> {
    let component = decisions.imports.component;
    let maker = |import: &str| {
        let item = component.imports().get(import)?;
        mentions::resources(component, item.ty).into_iter().find_map(|id| decisions.owners.of(id).maker.as_deref())
    };
    let error = |error| match error {
        DecideError::Unsupported { component, import, what } => match maker(&import) {
            Some(maker) => DecideError::CannotRefuse { component, function: maker.to_owned(), import, what },
            None => DecideError::Unsupported { component, import, what },
        },
        error => error,
    };
    refused_kinds(decisions, rules).into_iter().map(error).chain(lost_ids(decisions)).collect()
}

/// Interfaces with an `external-id` within, of which the adapter imports a part: its import has no ids, by which a host
/// may select what it gives.
fn lost_ids(decisions: &Decisions<'_>) -> Vec<DecideError> {
    let component = decisions.imports.component;
    let lost = |of: &Wanted<'_>| {
        let name = ids::within(component, component.imports().get(of.interface)?)?;
        let what = format!("one in which `{}` has an `external-id`", Shown(name));
        let (component, import) = (component.name().to_owned(), of.interface.to_owned());
        Some(DecideError::Unsupported { component, import, what })
    };
    wanted(decisions).into_iter().flatten().filter_map(|of| lost(&of)).collect()
}

/// The reason that a component has no adapter, where the form of its imports is the cause. Otherwise the failure is a
/// defect of weld.
///
/// Component Model, Explainer, "Import and Export Definitions": exports mention types that are imported or exported by
/// name. Components that are built from WIT name all types that they mention.
pub(crate) fn no_adapter(decisions: &Decisions<'_>, reason: String) -> DecideError {
    let component = decisions.imports.component;
    let name = component.name().to_owned();
    let Some((import, key)) = decisions.adapted().find_map(|decided| decided.unnamed(component)) else {
        return DecideError::not_generated(name, reason);
    };
    let what = match component.definition(key).map(|definition| definition.path.as_slice()) {
        Some([path @ .., name]) if !path.is_empty() => {
            format!("made of `{name}` of `{}`, which it does not name itself", path.join("/"))
        }
        Some([name]) => format!("made of `{name}`, which it does not name itself"),
        _ => "made of types that it does not name itself".to_owned(),
    };
    DecideError::Unsupported { component: name, import, what }
}

/// Refused functions whose types exceed the limit of an adapter. Forwarded functions count as well.
fn too_large(decisions: &Decisions<'_>) -> Vec<DecideError> {
    if !decisions.changes() {
        return Vec::new();
    }
    let component = || decisions.imports.component.name().to_owned();
    let interfaces = decisions.imports.interfaces.iter();
    let items: usize = interfaces.map(|interface| interface.functions.len() + interface.types.len()).sum();
    if items > limits::ADAPTED {
        return vec![DecideError::TooMany { component: component(), limit: limits::ADAPTED }];
    }
    let error = |of: &FunctionDecision<'_>| {
        let (limit, what) = of.function.size.excess(1)?;
        Some(DecideError::TooLarge { component: component(), function: of.function.shown(), limit, what })
    };
    let errors: Vec<_> = decisions.functions().filter_map(error).collect();
    let together = decisions.functions().fold(Size::default(), |sum, of| sum + of.function.size);
    match together.excess(limits::FUNCTIONS).filter(|_| errors.is_empty()) {
        Some((limit, what)) => vec![DecideError::TooLargeTogether { component: component(), limit, what }],
        None => errors,
    }
}

/// Notes about granted functions that need handles which no function gives, with the functions that would give them.
pub(crate) fn idle(decisions: &Decisions<'_>) -> Vec<String> {
    let component = decisions.imports.component;
    let note = |of: &FunctionDecision<'_>| {
        let is_granted = of.grant.treatment == Treatment::Allow && of.grant.specificity == Specificity::Function;
        let missing = passed(component, of.function.ty).into_iter().find(|id| !decisions.reachable.contains(id));
        let id = missing.filter(|id| is_granted && !decisions.owners.of(*id).is_provided)?;
        let (function, resource) = (of.function.shown(), resource_name(component, id));
        let givers = decisions.functions().filter(|other| other.function.gives(component).contains(&id));
        let givers: Vec<String> = givers.map(|of| format!("`{}`", of.function.shown())).collect();
        let help = match givers.split_last() {
            None => format!("the component imports no function that gives one: leave `{function}` out"),
            Some((only, [])) => format!("{only} gives one, and is denied: grant it too"),
            Some((last, others)) => {
                format!("{} and {last} give one, and are denied: grant one of them too", others.join(", "))
            }
        };
        Some(format!("`{function}` is allowed and cannot be called, since the component has no `{resource}`; {help}"))
    };
    decisions.functions().filter_map(note).collect()
}
