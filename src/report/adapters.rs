//! The report of adapters, as JSON (`docs/json.md`) and as lines.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use wasmparser::component_types::ComponentEntityType;

use super::runtime::{Lack, Runtime};
use crate::describe::Treatment;
use crate::encode::output::Output as Written;
use crate::imports::handles::Giver;
use crate::load::Component;
use crate::name::{self, Capability, base, qualified};
use crate::policy;
use crate::text::{self, count};
use crate::virtualize;

/// The report of a separate adapter, for all imports of a world.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Report {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub output: super::json::Output,
    pub adapter: Adapter,
}

/// The report of one adapter.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Adapter {
    pub name: String,
    pub instance: String,
    pub refused: Vec<Refused>,
    pub provided: Vec<Provided>,
    pub kept: Vec<Kept>,
    pub forwarded: Vec<Forwarded>,
    pub idle: Vec<String>,
    pub outer: Option<Outer>,
    /// The capabilities that the component's language runtime needs and that are refused.
    #[serde(skip)]
    lacking: Option<Lack>,
    /// The export that serves HTTP requests, and the refused function without which it cannot answer them.
    #[serde(skip)]
    mute: Option<(String, String)>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Outer {
    pub name: String,
    pub exports: Vec<String>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Forwarded {
    pub interface: String,
    pub resource: String,
    pub maker: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Refused {
    pub interface: Option<String>,
    pub imported: usize,
    pub functions: Vec<Function>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Function {
    pub name: String,
    pub treatment: String,
    pub traps: bool,
    /// The treatment that the user asked for.
    #[serde(skip)]
    asked: Treatment,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Provided {
    pub interface: String,
    pub functions: Vec<String>,
    pub asks_host: bool,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Kept {
    pub interface: Option<String>,
    pub function: String,
    pub resource: String,
    pub given_by: GivenBy,
}

#[derive(Debug, Serialize, PartialEq)]
#[allow(missing_docs)]
pub(crate) struct GivenBy {
    pub kind: &'static str,
    pub interface: Option<String>,
    pub function: String,
}

/// The way in which the user writes grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grants {
    /// Flags of `weld virt`.
    Flags,
    /// Names of capabilities, in a manifest or a policy.
    Names,
}

impl Grants {
    /// Returns the capabilities that allow functions of an interface, after a comma, with their flags. The result is
    /// empty if no capability allows the functions, which can be granted by name only, or if all these capabilities have
    /// settings.
    fn allowing(self, interface: &str, functions: &[&str], set: &BTreeSet<Capability>) -> String {
        let mut found: Vec<Capability> = Vec::new();
        for function in functions {
            let given = Capability::all().find(|capability| capability.gives(interface, function));
            found.extend(given.filter(|capability| !found.contains(capability) && !set.contains(capability)));
        }
        if found.is_empty() {
            return String::new();
        }
        let names: Vec<String> = found.iter().map(ToString::to_string).collect();
        let names = some_of(names.iter().map(String::as_str).collect(), true, "");
        match self {
            Grants::Flags => format!(", {names}: {}", found.into_iter().map(flag).collect::<Vec<_>>().join(" ")),
            Grants::Names => format!(", {names}"),
        }
    }

    fn allowing_exit(self) -> String {
        match self {
            Grants::Flags => format!("`{}`", flag(Capability::Exit)),
            Grants::Names => format!("allow `{}`", Capability::Exit),
        }
    }

    /// Writes the grants of capabilities: `` `--allow-exit --allow-random` ``.
    fn granting(self, capabilities: &[Capability]) -> String {
        match self {
            Grants::Flags => {
                format!("`{}`", capabilities.iter().copied().map(flag).collect::<Vec<_>>().join(" "))
            }
            Grants::Names => {
                let names: Vec<String> = capabilities.iter().map(ToString::to_string).collect();
                some_of(names.iter().map(String::as_str).collect(), true, "`")
            }
        }
    }

    fn seeding(self) -> &'static str {
        match self {
            Grants::Flags => "`--grant random.seed=1`",
            Grants::Names => "`random.seed = 1` in a manifest",
        }
    }
}

/// Returns the flag of `weld virt` that allows a capability.
pub(crate) fn flag(capability: Capability) -> String {
    match capability {
        Capability::Stdin | Capability::Stdout | Capability::Stderr => format!("--{capability}"),
        Capability::Keyvalue | Capability::Logging => format!("--grant {capability}=allow"),
        _ => format!("--allow-{capability}"),
    }
}

impl Report {
    /// Creates the report of a separate adapter.
    pub(crate) fn new(world: &Component, alone: &virtualize::Alone) -> Report {
        let virtualize::Alone { bytes, adapter, kept } = alone;
        let mut written = Written::default();
        written.add(bytes.to_vec());
        let output = super::json::Output(Arc::new(written));
        Report { version: 1, output, adapter: Adapter::new(adapter, kept, Some(world)) }
    }
}

impl Adapter {
    /// Creates the report of an adapter. `kept` are the functions that stay without a grant, `component` is the adapted
    /// component.
    pub(crate) fn new(
        adapter: &virtualize::Adapter,
        kept: &[virtualize::Kept],
        component: Option<&Component>,
    ) -> Adapter {
        let mut refused: Vec<Refused> = Vec::new();
        for function in &adapter.refused {
            let interface = given(&function.interface);
            let shown = Function {
                name: function.function.clone(),
                treatment: function.treatment.to_string(),
                traps: function.traps,
                asked: function.treatment,
            };
            match refused.iter_mut().find(|refused| refused.interface == interface) {
                Some(refused) => refused.functions.push(shown),
                None => {
                    let imported = component.map_or(0, |component| imported(component, &function.interface));
                    refused.push(Refused { interface, imported, functions: vec![shown] });
                }
            }
        }
        let mut provided: Vec<Provided> = Vec::new();
        for one in &adapter.provided {
            let is_same =
                |other: &&mut Provided| (&other.interface, other.asks_host) == (&one.interface, one.asks_host);
            match provided.iter_mut().find(is_same) {
                Some(provided) => provided.functions.push(one.function.clone()),
                None => {
                    let (interface, functions) = (one.interface.clone(), vec![one.function.clone()]);
                    provided.push(Provided { interface, functions, asks_host: one.asks_host });
                }
            }
        }
        let forwarded = adapter.forwarded.iter().map(|forwarded| Forwarded {
            interface: forwarded.interface.clone(),
            resource: forwarded.resource.clone(),
            maker: forwarded.maker.clone(),
        });
        let (name, instance) = (adapter.name.clone(), adapter.instance.clone());
        let is_refused = |capability| {
            let mut refused = adapter.refused.iter();
            refused.any(|function| {
                Capability::of(&function.interface, &function.function) == Some(capability)
                    && matches!(function.treatment, Treatment::Deny | Treatment::Trap)
            })
        };
        let lacking = component
            .filter(|_| !refused.is_empty())
            .and_then(|component| Some(Runtime::of(component.bytes())?.lacks(is_refused)));
        let mute = component.and_then(|component| mute(component, &adapter.refused));
        Adapter {
            name,
            instance,
            refused,
            provided,
            kept: kept.iter().map(Kept::new).collect(),
            forwarded: forwarded.collect(),
            idle: adapter.idle.clone(),
            outer: { adapter.outer.as_ref() }
                .map(|outer| Outer { name: outer.name.clone(), exports: outer.exports.clone() }),
            lacking,
            mute,
        }
    }

    /// A line for each interface with refused functions, with the capabilities that would allow them:
    /// `denied: wasi:cli/exit@0.2.6 (1 function), exit: --allow-exit`. `whole` shows all names.
    pub(crate) fn denied(&self, whole: bool, grants: Grants) -> Vec<String> {
        // The setting of a capability, such as rules for requests, excludes its flag.
        let gives = |of: &Provided, capability: &Capability| {
            of.functions.iter().any(|function| capability.gives(&of.interface, function))
        };
        let set = Capability::all().filter(|capability| self.provided.iter().any(|of| gives(of, capability))).collect();
        let mut lines = Vec::new();
        for refused in &self.refused {
            for (treatment, word) in TREATMENTS {
                let is_denied = *treatment == Treatment::Deny;
                let functions: Vec<&str> = refused
                    .functions
                    .iter()
                    .filter(|function| function.asked == *treatment)
                    .map(|function| function.name.as_str())
                    .collect();
                match &refused.interface {
                    _ if functions.is_empty() => {}
                    Some(interface) => {
                        let by = if is_denied { grants.allowing(interface, &functions, &set) } else { String::new() };
                        let functions = match (functions.len(), count(refused.imported, "function")) {
                            (some, all) if some == refused.imported => all,
                            (some, all) => format!("{some} of {all}: {}", some_of(functions, whole, "")),
                        };
                        lines.push(format!("{word}: {interface} ({functions}){by}"));
                    }
                    None => lines.extend(functions.iter().map(|function| format!("{word}: {function}"))),
                }
            }
        }
        lines
    }

    /// A line for each interface with provided functions. `whole` shows all names.
    pub(crate) fn provided(&self, whole: bool) -> Vec<String> {
        let line = |Provided { interface, functions, asks_host }: &Provided| {
            let names = some_of(functions.iter().map(String::as_str).collect(), whole, "");
            let host = if *asks_host { ", with what the host has" } else { "" };
            format!("provided: {interface} ({names}){host}")
        };
        self.provided.iter().map(line).collect()
    }

    /// A line for each interface with functions that trap although the user asked for a denial.
    pub(crate) fn traps(&self, whole: bool, grants: Grants) -> Vec<String> {
        let line = |refused: &Refused| {
            let functions: Vec<&str> = refused.trapping().map(|function| function.name.as_str()).collect();
            let interface = refused.interface.as_deref().unwrap_or_default();
            let is_random = Capability::of(interface, "") == Some(Capability::Random);
            let is_exit =
                functions.iter().all(|function| Capability::of(interface, function) == Some(Capability::Exit));
            let why = |otherwise: &str| match () {
                () if is_random => RANDOM.to_owned(),
                () if is_exit => format!("{otherwise}; {EXIT} {}", grants.allowing_exit()),
                () => otherwise.to_owned(),
            };
            match (functions.as_slice(), &refused.interface) {
                ([], _) => None,
                ([only], _) => {
                    let why = why("its type has no error");
                    Some(format!("`{}` traps when it is called: {why}", refused.full(only)))
                }
                (_, interface) => {
                    let of = interface.as_ref().map(|interface| format!(" of `{interface}`")).unwrap_or_default();
                    let why = why("their types have no error");
                    Some(format!("{}{of} trap when they are called: {why}", some_of(functions, whole, "`")))
                }
            }
        };
        self.refused.iter().filter_map(line).collect()
    }

    /// The known reasons why the component cannot work with its grants, each with the missing grants.
    pub(crate) fn useless(&self, grants: Grants) -> Vec<String> {
        let instance = &self.instance;
        let mut lines = Vec::new();
        if let Some(Lack { runtime, needs, .. }) = self.lacking.as_ref().filter(|lack| !lack.needs.is_empty()) {
            let seed = match needs.contains(&Capability::Random) {
                true => format!("; {} gives it the same random numbers in each run", grants.seeding()),
                false => String::new(),
            };
            let needed = grants.granting(needs);
            lines.push(format!("`{instance}` does not work without {needed}, which {runtime}'s runtime uses{seed}"));
        }
        lines.extend(self.mute.iter().map(|(export, function)| {
            format!(
                "`{instance}` cannot answer a request to its export `{export}`: `{function}` is refused; leave out the grant that \
                 refuses it, for a server keeps what it answers with"
            )
        }));
        lines
    }

    /// The operations of the component's language runtime that fail with its grants.
    pub(crate) fn lacking(&self, grants: Grants) -> Option<String> {
        let Lack { runtime, waits, .. } = self.lacking.as_ref().filter(|lack| !lack.waits.is_empty())?;
        let needed = grants.granting(waits);
        Some(format!(
            "`{}` waits for ever where it waits for a time: {runtime}'s runtime needs {needed} for that",
            self.instance
        ))
    }

    /// A line for each interface with forwarded functions, with the reason.
    pub(crate) fn forwarded(&self) -> Vec<String> {
        let line = |Forwarded { interface, maker, resource }: &Forwarded| {
            format!(
                "forwarded: {interface}, since `{maker}`, which is not the host's, makes handles of its `{resource}`"
            )
        };
        let outer = self.outer.iter().flat_map(|outer| &outer.exports);
        let outer = outer.map(|export| format!("forwarded: export {export}, for the host has handles of its own"));
        self.forwarded.iter().map(line).chain(outer).collect()
    }

    /// A summary in one line.
    pub(crate) fn short(&self) -> String {
        let is_stub = |function: &&Function| function.asked == Treatment::Return;
        let all = || self.refused.iter().flat_map(|refused| &refused.functions);
        let stubbed = all().filter(is_stub).count();
        let functions = all().count() - stubbed;
        let interfaces = { self.refused.iter() }
            .filter(|refused| {
                refused.interface.is_some() && !refused.functions.iter().all(|function| is_stub(&function))
            })
            .count();
        let of = if interfaces == 0 { String::new() } else { format!(" of {}", count(interfaces, "interface")) };
        let trapping =
            |refused: &Refused| refused.trapping().map(|function| refused.full(&function.name)).collect::<Vec<_>>();
        let traps: Vec<String> = self.refused.iter().flat_map(trapping).collect();
        let instance = &self.instance;
        let are = |number: usize| if number == 1 { "is" } else { "are" };
        let provided: usize = self.provided.iter().map(|provided| provided.functions.len()).sum();
        let return_ = if stubbed == 1 { "returns" } else { "return" };
        let start = match (functions, provided) {
            (0, 0) if stubbed > 0 => {
                format!("{} of `{instance}` {return_} what grants say", count(stubbed, "function"))
            }
            (0, 0) => format!("the grants of `{instance}` deny nothing that it imports"),
            (0, provided) => {
                format!("{} of `{instance}` {} answered by its settings", count(provided, "function"), are(provided))
            }
            _ => format!("{}{of} {} denied to `{instance}`", count(functions, "function"), are(functions)),
        };
        let start = match traps.len() {
            0 => start,
            traps_count => {
                let names = some_of(traps.iter().map(String::as_str).collect(), false, "`");
                let trap = if traps_count == 1 { "traps" } else { "trap" };
                format!("{start}, of which {traps_count} {trap} when called: {names}")
            }
        };
        let start = match (functions, provided) {
            (0, _) | (_, 0) => start,
            _ => format!("{start}; {provided} {} answered by its settings", are(provided)),
        };
        match (stubbed, functions + provided) {
            (0, _) | (_, 0) => start,
            _ => format!("{start}; {stubbed} {return_} what grants say"),
        }
    }
}

/// The number of listed functions that stay for one reason, unless all are requested. A server has dozens.
const KEPT: usize = 4;

impl Kept {
    /// Creates the report of a function that stays without a grant.
    pub(crate) fn new(kept: &virtualize::Kept) -> Kept {
        let (kind, interface, function) = match &kept.giver {
            Giver::Import(interface, function) => ("import", interface, function),
            Giver::Export(interface, function) => ("export", interface, function),
        };
        Kept {
            interface: given(&kept.interface),
            function: kept.function.clone(),
            resource: kept.resource.clone(),
            given_by: GivenBy { kind, interface: given(interface), function: function.clone() },
        }
    }

    /// Creates the report of a function that a policy accepts although no rule names it.
    pub(crate) fn of_policy(kept: &policy::Kept) -> Kept {
        let policy::Kept { interface, function, reached } = kept;
        let kind = if reached.is_passed { "export" } else { "import" };
        let (giver, rest) = reached.giver.split_last().map_or(("", &[][..]), |(last, rest)| (last.as_str(), rest));
        let given_by = GivenBy { kind, interface: given(&rest.join("/")), function: giver.to_owned() };
        let (interface, function) = (given(interface), function.clone());
        Kept { interface, function, resource: reached.resource.clone(), given_by }
    }

    /// Whether the function belongs to an interface of WASI.
    pub(crate) fn is_of_wasi(&self) -> bool {
        self.interface.as_deref().is_some_and(|name| name.starts_with("wasi:"))
    }

    /// Lists functions that stay without a grant, a line for each interface and reason. `whole` includes the functions
    /// of `wasi:io`, which most programs have. `instance` is the name of the instance, for reports on several.
    pub(crate) fn lines(kept: &[Kept], whole: bool, instance: Option<&str>) -> Vec<String> {
        let is_usual = |kept: &Kept| {
            let interface = kept.interface.as_deref().filter(|name| name.starts_with("wasi:io/"));
            let functions = interface.and_then(name::functions);
            functions.is_some_and(|functions| functions.contains(&kept.function.as_str()))
        };
        Kept::lines_of(kept, |kept| whole || !is_usual(kept), whole, instance)
    }

    /// Lists the functions for which `is_shown` is true, a line for each interface and reason.
    pub(crate) fn lines_of(
        kept: &[Kept],
        is_shown: impl Fn(&Kept) -> bool,
        whole: bool,
        instance: Option<&str>,
    ) -> Vec<String> {
        let mut lines: Vec<(&Kept, Vec<&str>)> = Vec::new();
        for kept in kept.iter().filter(|kept| is_shown(kept)) {
            let is_same = |other: &Kept| {
                (&other.interface, &other.resource, &other.given_by)
                    == (&kept.interface, &kept.resource, &kept.given_by)
            };
            match lines.iter_mut().find(|(other, _)| is_same(other)) {
                Some((_, functions)) => functions.push(&kept.function),
                None => lines.push((kept, vec![&kept.function])),
            }
        }
        let line = |(kept, functions): (&Kept, Vec<&str>)| {
            let GivenBy { kind, interface, function } = &kept.given_by;
            let giver = qualified(interface.as_deref().unwrap_or_default(), function);
            let gives = match *kind {
                "export" => format!("export `{giver}` takes a handle of `{}`", kept.resource),
                _ => format!("`{giver}` gives a handle of `{}`", kept.resource),
            };
            let names = match functions.len() {
                number if number > KEPT && !whole => format!("{}; `-v` lists them", count(number, "function")),
                _ => some_of(functions, true, ""),
            };
            let whose = instance.map(|instance| format!(" for `{instance}`")).unwrap_or_default();
            match &kept.interface {
                Some(interface) => format!("kept{whose}: {interface} ({names}), since {gives}"),
                None => format!("kept{whose}: {names}, since {gives}"),
            }
        };
        lines.into_iter().map(line).collect()
    }
}

impl Refused {
    /// The functions that trap although the user did not ask for a trap.
    fn trapping(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(|function| function.traps && function.asked != Treatment::Trap)
    }

    fn full(&self, function: &str) -> String {
        qualified(self.interface.as_deref().unwrap_or_default(), function)
    }
}

/// Returns the name, or `None` if it is empty.
fn given(name: &str) -> Option<String> {
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// The verbs for treatments.
const TREATMENTS: &[(Treatment, &str)] = &[
    (Treatment::Deny, "denied"),
    (Treatment::Trap, "made to trap"),
    (Treatment::Ignore, "ignored"),
    (Treatment::Return, "stubbed"),
];

/// Returns the export that serves HTTP requests, and the refused function without which no request gets an answer,
/// regardless of other grants. `None` if the component has no such export, or no such function is refused.
fn mute(component: &Component, refused: &[virtualize::Refused]) -> Option<(String, String)> {
    let export = component.exports().keys().find(|name| base(name) == "wasi:http/incoming-handler")?;
    let answers = |refused: &&virtualize::Refused| {
        base(&refused.interface) == "wasi:http/types"
            && ["[static]response-outparam.set", "[constructor]outgoing-response"].contains(&refused.function.as_str())
    };
    let refused = refused.iter().find(answers)?;
    Some((export.clone(), qualified(&refused.interface, &refused.function)))
}

/// The reason why denied functions for random numbers trap.
const RANDOM: &str = "weld does not make up random numbers";

/// The reason why a denied exit traps. Programs in Zig are not recognizable, so the text always mentions them.
const EXIT: &str = "programs that exit with a code other than 0 call it, and Go and Zig programs always do:";

/// Counts the functions that a component imports from an interface. For another name, counts the functions that are
/// imports themselves.
fn imported(component: &Component, interface: &str) -> usize {
    let is_function = |ty: ComponentEntityType| matches!(ty, ComponentEntityType::Func(_));
    match component.imports().get(interface).map(|item| item.ty) {
        Some(ComponentEntityType::Instance(id)) => {
            let exports = component.types().get(id).map(|ty| &ty.exports);
            exports.into_iter().flatten().filter(|(_, item)| is_function(item.ty)).count()
        }
        _ => component.imports().values().filter(|item| is_function(item.ty)).count(),
    }
}

/// Joins names in a list: `a`, `a and b`, `a, b, c and 4 others`. A `whole` list is not shortened.
fn some_of(names: Vec<&str>, whole: bool, quote: &str) -> String {
    let (shown, others) = if whole { (names.as_slice(), 0) } else { text::some_of(&names) };
    let mut parts: Vec<String> = shown.iter().map(|name| format!("{quote}{name}{quote}")).collect();
    if others > 0 {
        parts.push(format!("{others} others"));
    }
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Adapter, Grants, Provided};
    use crate::describe::Treatment;
    use crate::imports::handles::Giver;
    use crate::virtualize::Kept;
    use crate::virtualize::{self, Refused};

    fn refused(interface: &str, function: &str, treatment: Treatment, traps: bool) -> Refused {
        Refused { interface: interface.to_owned(), function: function.to_owned(), treatment, traps }
    }

    fn adapter(refused: Vec<Refused>) -> Adapter {
        let kept = |function: &str| Kept {
            interface: "wasi:io/streams@0.2.6".to_owned(),
            function: function.to_owned(),
            resource: "output-stream".to_owned(),
            giver: Giver::Import("wasi:cli/stdout@0.2.6".to_owned(), "get-stdout".to_owned()),
        };
        let kept = ["[method]output-stream.write", "[method]output-stream.flush"].map(kept).to_vec();
        let (instance, name) = ("ml".to_owned(), "ml:adapter".to_owned());
        Adapter::new(
            &virtualize::Adapter {
                instance,
                name,
                refused,
                provided: Vec::new(),
                forwarded: Vec::new(),
                idle: Vec::new(),
                outer: None,
            },
            &kept,
            None,
        )
    }

    #[test]
    fn adapters_report_has_a_line_for_each_interface() {
        let mut adapter = adapter(vec![
            refused("wasi:cli/exit@0.2.6", "exit", Treatment::Deny, true),
            refused("wasi:cli/environment@0.2.6", "get-arguments", Treatment::Ignore, false),
            refused("wasi:cli/environment@0.2.6", "get-environment", Treatment::Deny, false),
            refused("", "log", Treatment::Trap, true),
        ]);
        for (refused, imported) in adapter.refused.iter_mut().zip([1, 3, 1]) {
            refused.imported = imported;
        }
        assert_eq!(
            adapter.denied(false, Grants::Flags),
            [
                "denied: wasi:cli/exit@0.2.6 (1 function), exit: --allow-exit",
                "denied: wasi:cli/environment@0.2.6 (1 of 3 functions: get-environment), env: --allow-env",
                "ignored: wasi:cli/environment@0.2.6 (1 of 3 functions: get-arguments)",
                "made to trap: log",
            ]
        );
        let named = adapter.denied(false, Grants::Names);
        assert_eq!(named.first().unwrap(), "denied: wasi:cli/exit@0.2.6 (1 function), exit");
        let exit = |by| {
            let traps = "`wasi:cli/exit@0.2.6#exit` traps when it is called: its type has no error";
            format!("{traps}; {} {by}", super::EXIT)
        };
        assert_eq!(adapter.traps(false, Grants::Flags), [exit("`--allow-exit`")]);
        assert_eq!(adapter.traps(false, Grants::Names), [exit("allow `exit`")]);
        assert_eq!(
            super::Kept::lines(&adapter.kept, true, None),
            ["kept: wasi:io/streams@0.2.6 ([method]output-stream.write and [method]output-stream.flush), since \
              `wasi:cli/stdout@0.2.6#get-stdout` gives a handle of `output-stream`"]
        );
        assert!(super::Kept::lines(&adapter.kept, false, None).is_empty());
        assert_eq!(
            adapter.short(),
            "4 functions of 2 interfaces are denied to `ml`, of which 1 traps when called: `wasi:cli/exit@0.2.6#exit`"
        );
    }

    #[test]
    fn adapters_report_names_the_capabilities_that_would_allow() {
        let of = |functions: &[(&str, &str)]| {
            let refused = functions.iter().map(|(interface, name)| refused(interface, name, Treatment::Deny, false));
            let mut adapter = adapter(refused.collect());
            adapter.refused.iter_mut().for_each(|refused| refused.imported = refused.functions.len());
            adapter.denied(false, Grants::Flags)
        };
        let environment = "wasi:cli/environment@0.2.12";
        assert_eq!(
            of(&[
                (environment, "get-environment"),
                (environment, "get-arguments"),
                (environment, "initial-cwd"),
                ("wasi:http/types@0.2.12", "[constructor]fields"),
                ("wasi:http/types@0.2.12", "[method]fields.get"),
                ("wasi:cli/stdout@0.3.0", "write-via-stream"),
                ("wasi:keyvalue/store@0.2.0-draft", "open"),
            ]),
            [
                "denied: wasi:cli/environment@0.2.12 (3 functions), env, args and cwd: --allow-env --allow-args --allow-cwd",
                "denied: wasi:http/types@0.2.12 (2 functions), http: --allow-http",
                "denied: wasi:cli/stdout@0.3.0 (1 function), stdout: --stdout",
                "denied: wasi:keyvalue/store@0.2.0-draft (1 function), keyvalue: --grant keyvalue=allow",
            ]
        );
        // Rules for requests exclude `--allow-http`.
        let mut ruled = adapter(vec![refused("wasi:http/types@0.2.12", "[constructor]fields", Treatment::Deny, false)]);
        ruled.provided.push(Provided {
            interface: "wasi:http/outgoing-handler@0.2.12".to_owned(),
            functions: vec!["handle".to_owned()],
            asks_host: true,
        });
        ruled.refused.iter_mut().for_each(|refused| refused.imported = 2);
        assert_eq!(
            ruled.denied(false, Grants::Flags),
            ["denied: wasi:http/types@0.2.12 (1 of 2 functions: [constructor]fields)"]
        );
        // No capability allows companions, shared types, and functions outside WASI.
        for (interface, function) in [
            ("wasi:cli/terminal-stdin@0.2.12", "get-terminal-stdin"),
            ("wasi:io/poll@0.2.12", "poll"),
            ("wasi:cli/exit@0.2.12", "later"),
            ("acme:kv/store", "get"),
        ] {
            assert_eq!(of(&[(interface, function)]), [format!("denied: {interface} (1 function)")]);
        }
    }

    #[test]
    fn adapters_report_abbreviates_long_lists() {
        let functions = ["a", "b", "c", "d", "e"];
        let trapping = functions.map(|name| refused("wasi:random/random@0.2.6", name, Treatment::Deny, true)).to_vec();
        let adapter = adapter(trapping);
        let why = "trap when they are called: weld does not make up random numbers";
        assert_eq!(
            adapter.traps(false, Grants::Flags),
            [format!("`a`, `b`, `c` and 2 others of `wasi:random/random@0.2.6` {why}")]
        );
        assert_eq!(
            adapter.traps(true, Grants::Flags),
            [format!("`a`, `b`, `c`, `d` and `e` of `wasi:random/random@0.2.6` {why}")]
        );
    }
}
