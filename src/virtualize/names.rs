//! What grants name, among the imports of the component that they are for.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};
use petgraph::graph::NodeIndex;

use super::decisions::Decisions;
use super::error::VirtualizeError;
use crate::describe::manifest::{nearest, nearest_grant};
use crate::describe::setting::Variables;
use crate::describe::{At, Grant, Grants, Settings, Treatment};
use crate::imports::{Function, Imports, Interface};
use crate::link::Graph;
use crate::load::{Component, Components};
use crate::name::{Capability, Form, InterfaceName, Pattern, base, unqualified, versioned};
use crate::text::Shown;

/// Refuses grants of no component, and those of what their components do not import, where that is not allowed: a
/// misspelt component would have all that it imports.
///
/// # Errors
///
/// One for each such grant.
pub fn check(components: &Components, grants: &BTreeMap<String, Grants>) -> Result<(), Vec<At<VirtualizeError>>> {
    let mut errors = Vec::new();
    for (name, grants) in grants {
        match components.named(name) {
            Some(_) if grants.allow_missing => {}
            Some(id) => errors.extend(unknown(&components[id], grants)),
            None => {
                let known: Vec<String> = components.given().map(|component| component.name().to_owned()).collect();
                let near = nearest(known.iter().map(String::as_str), name);
                let error = VirtualizeError::UnknownComponent { name: name.clone(), near, known };
                errors.push(At::place(error, grants.place.as_ref()));
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// An error for each grant that names nothing which a component imports: a misspelt one would never be honoured.
/// Capabilities are known without a component.
pub fn unknown(component: &Component, grants: &Grants) -> Vec<At<VirtualizeError>> {
    let imports = Imports::of(component);
    let wrong = |grant: &Grant| {
        let known = known(&imports.interfaces, &grant.pattern)?;
        let name = grant.pattern.to_string();
        let near = near(&name, &known);
        let component = component.name().to_owned();
        let error = match name.contains([':', '#', '*']) {
            true => VirtualizeError::UnknownGrant { component, name, near, known },
            false => VirtualizeError::UnknownCapability { component, name, near, known },
        };
        Some(At::place(error, grant.place.as_ref()))
    };
    grants.grants.iter().filter_map(wrong).collect()
}

/// A line for each two grants that name a function as closely as each other and say different things of it, and for each
/// that allows what another sets.
pub fn ties(imports: &Imports<'_>, grants: &Grants) -> IndexSet<String> {
    let component = imports.component.name();
    let tie = |(interface, function): (&Interface<'_>, &Function<'_>)| {
        let (decisive, other) = grants.tie(&interface.names(), function.name)?;
        let say = |grant: &Grant| format!("`{}` ({})", grant.pattern, grant.treatment);
        Some(format!(
            "{} and {} name `{}` of `{component}` equally closely; the more restrictive one decides: {}",
            say(decisive),
            say(other),
            function.shown(),
            decisive.treatment
        ))
    };
    // One line for each two: a setting is of many functions.
    let voided = |(interface, function): (&Interface<'_>, &Function<'_>)| {
        let (decisive, setting) = grants.voided(&interface.names(), function.name)?;
        Some(format!(
            "`{}` ({}) names functions of `{component}` more closely than the setting of `{}` does, so that the host's are \
             allowed, and the setting does not count for them",
            decisive.pattern, decisive.treatment, setting.pattern
        ))
    };
    imports.functions().filter_map(tie).chain(imports.functions().filter_map(voided)).collect()
}

/// The settings of capabilities of which the component imports no function: nothing can come of them. That host variables may
/// be seen is no setting.
pub fn without_effect<'g>(component: &Component, grants: &'g Grants) -> Vec<&'g Grant> {
    idle(&Imports::of(component), grants)
}

fn idle<'g>(imports: &Imports<'_>, grants: &'g Grants) -> Vec<&'g Grant> {
    let Settings { env, config, .. } = &grants.settings;
    let is_set = |variables: &Option<Variables>| variables.as_ref().is_none_or(|variables| !variables.set.is_empty());
    let is_idle = |grant: &&Grant| {
        let is_setting = grant.treatment == Treatment::Provide
            && match grant.pattern.as_str() {
                "env" => is_set(env),
                "config" => is_set(config),
                _ => true,
            };
        let is_of = |(interface, function): (&Interface<'_>, &Function<'_>)| {
            interface.names().iter().any(|name| grant.pattern.rank(name, function.name).is_some())
        };
        is_setting && !imports.functions().any(is_of)
    };
    grants.grants.iter().filter(is_idle).collect()
}

/// A line for each setting that has no effect, and for each such mount.
pub fn settings_without_effect(imports: &Imports<'_>, grants: &Grants) -> Vec<String> {
    let name = imports.component.name();
    let of = |grant: &Grant| {
        let line = |what: &str, setting: &str| format!("`{name}` imports {what}: {setting} has no effect");
        match grant.pattern.as_str() {
            "fs" => {
                let mounts = grants.settings.mounts.keys();
                mounts.map(|path| line("no file system", &format!("what is mounted at `{}`", Shown(path)))).collect()
            }
            "env" => vec![line("no environment variables", "the setting of `env`")],
            "config" => vec![line("no runtime configuration", "the setting of `config`")],
            "args" => vec![line("no arguments", "the setting of `args`")],
            "cwd" => vec![line("no working directory", "the setting of `cwd`")],
            "stdin" => vec![line("no standard input", "the setting of `stdin`")],
            "stdout" => vec![line("no standard output", "the setting of `stdout`")],
            "stderr" => vec![line("no standard error", "the setting of `stderr`")],
            "clocks" => vec![line("no clocks", "the setting of `clocks`")],
            "random" => vec![line("no random numbers", "the setting of `random`")],
            other => vec![line(&format!("nothing of `{other}`"), "its setting")],
        }
    };
    idle(imports, grants).into_iter().flat_map(of).collect()
}

/// An error for each import that stays and is filled by an export of another name which grants deny: at least as closely as
/// they allow the import.
pub fn denied_across(
    graph: &Graph,
    node: NodeIndex,
    decisions: &Decisions<'_>,
    grants: &Grants,
) -> Vec<At<VirtualizeError>> {
    let mut found: IndexMap<(&str, String), At<VirtualizeError>> = IndexMap::new();
    let functions =
        decisions.interfaces.iter().flat_map(|of| of.functions.iter().map(|function| (of.interface, function)));
    for (interface, decided) in functions.filter(|(_, of)| of.grant.treatment == Treatment::Allow) {
        let function = decided.function.name;
        let import = interface.import(function);
        let Some((giver, wire)) = graph.argument(node, import).filter(|(giver, _)| graph.host(*giver).is_none()) else {
            continue;
        };
        let closest = grants.decisive(&interface.names(), function).map(|(_, rank)| rank);
        let denial = |(name, function): (&str, &str)| {
            let (grant, rank) = grants.of(name, function)?;
            (grant.treatment != Treatment::Allow && Some(rank) >= closest).then_some(grant)
        };
        let denial = match wire.path.as_slice() {
            [export] if interface.name.is_empty() => denial(("", export)),
            path => path.iter().find_map(|name| denial((name, function))),
        };
        if let Some(grant) = denial {
            let (export, component) = (wire.path.join("#"), decisions.imports.component.name().to_owned());
            let (grant, place) = (grant.pattern.to_string(), grant.place.as_ref());
            let (giver, import) = (graph.subject(giver).to_owned(), import.to_owned());
            let key = (interface.name, export.clone());
            let error = VirtualizeError::DeniedAcross { component, import, giver, export, grant };
            found.entry(key).or_insert_with(|| At::place(error, place));
        }
    }
    found.into_values().collect()
}

/// What a grant could name, in the form in which it was written. `None` where it names something.
fn known(interfaces: &[Interface<'_>], pattern: &Pattern) -> Option<Vec<String>> {
    let names = |imported: &Interface<'_>| {
        let functions = imported.functions.iter().map(|function| function.name);
        // A type is an import of its own where a world has it.
        let types = imported.types.iter().filter(|_| imported.name.is_empty()).map(|ty| ty.name);
        let mut items = functions.chain(imported.others.iter().map(|(name, _)| *name)).chain(types).chain([""]);
        items.any(|item| {
            let named = |interface: &str| pattern.rank(interface, item).is_some();
            let is_something = !imported.name.is_empty() || !item.is_empty();
            is_something && (named(imported.name) || imported.identity.as_deref().is_some_and(named))
        })
    };
    if pattern.to_string() == "*" {
        return None;
    }
    if pattern.capability().is_some() || interfaces.iter().any(names) {
        return None;
    }
    let text = pattern.to_string();
    let (interface, function) = unqualified(&text);
    let functions_of = |imported: &Interface<'_>, shown: &str| -> Vec<String> {
        imported.functions.iter().map(|function| format!("{shown}#{}", function.name)).collect()
    };
    if function.is_some() {
        // The interface may be there, without the function.
        let of_it = Pattern::parse(&format!("{interface}#*"));
        let named = interfaces
            .iter()
            .filter(|imported| imported.functions.iter().any(|f| of_it.rank(imported.name, f.name).is_some()));
        let functions: BTreeSet<String> = named.flat_map(|imported| functions_of(imported, interface)).collect();
        if !functions.is_empty() {
            return Some(functions.into_iter().collect());
        }
    }
    // Else the function may be there, in another interface.
    let has_it = |imported: &Interface<'_>| imported.functions.iter().any(|of| Some(of.name) == function);
    let suffix = match function {
        Some(function) if interfaces.iter().any(|imported| !imported.name.is_empty() && has_it(imported)) => {
            format!("#{function}")
        }
        _ => String::new(),
    };
    let named =
        interfaces.iter().filter(|imported| !imported.name.is_empty() && (suffix.is_empty() || has_it(imported)));
    let mut known: BTreeSet<String> =
        named.map(|imported| format!("{}{suffix}", written_as(imported.name, interface))).collect();
    let world = interfaces.iter().filter(|imported| imported.name.is_empty());
    let marker = if text.starts_with('#') { "#" } else { "" };
    known.extend(
        world.flat_map(|imported| imported.functions.iter().map(|function| format!("{marker}{}", function.name))),
    );
    if !text.contains([':', '#']) {
        // `default` is none, and may be what was meant.
        known = Capability::names().chain(["default"]).map(str::to_owned).chain(known).collect();
    }
    Some(known.into_iter().collect())
}

/// An import as `interface` is written: of all of its package, with the version or without.
fn written_as(import: &str, interface: &str) -> String {
    let (unversioned, version) = versioned(import);
    let pattern = base(interface);
    let is_all = pattern.ends_with("/*") || (pattern.contains(':') && !pattern.contains('/'));
    let written = match InterfaceName::read(import) {
        Some(InterfaceName { package, .. }) if is_all => format!("{package}/*"),
        _ => unversioned.to_owned(),
    };
    match version.filter(|_| versioned(interface).1.is_some()) {
        Some(version) => format!("{written}@{version}"),
        None => written,
    }
}

/// Which of the names that are known was meant, if that can be told.
fn near(name: &str, known: &[String]) -> Option<String> {
    let one = |is_it: &dyn Fn(&str) -> bool| {
        let mut meant = known.iter().filter(|known| is_it(known));
        meant.next().filter(|_| meant.next().is_none()).cloned()
    };
    let (interface, function) = unqualified(name);
    let same_interface = |known: &str| {
        let (other, of) = unqualified(known);
        base(other) == base(interface) && of == function && versioned(other).1.is_some()
    };
    // A method is not called by its short name: `[method]descriptor.stat`, not `stat`.
    let member = |known: &str| {
        let (Some(function), (other, Some(of))) = (function, unqualified(known)) else { return false };
        let is_short = match Form::of(of) {
            Some(Form::Method(member) | Form::Static(member)) => {
                function == member.name || function == format!("{}.{}", member.resource, member.name)
            }
            Some(Form::Constructor(resource)) => function == resource,
            _ => false,
        };
        other == interface && is_short
    };
    let package = |known: &str| !interface.contains('/') && known == format!("{interface}/*");
    let names = known.iter().map(String::as_str);
    // A word alone names a capability.
    let near = if name.contains(':') { nearest(names, name) } else { nearest_grant(names, name) };
    near.or_else(|| one(&same_interface)).or_else(|| one(&member)).or_else(|| one(&package))
}
