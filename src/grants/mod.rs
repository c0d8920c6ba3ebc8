//! What grants name, among the imports of the component that they are for.

pub(crate) mod error;
pub(crate) mod imports;
mod near;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use crate::describe::manifest::nearest;
use crate::describe::policy::{self, PolicyError};
use crate::describe::setting::Variables;
use crate::describe::{At, Grant, Grants, Place, Settings, Treatment};
use crate::imports::label::Label;
use crate::imports::{Function, Imports, Interface};
use crate::limits;
use crate::load::{Component, Components};
use crate::name::{Capability, Pattern};
use crate::text::Shown;
use error::By;
pub(crate) use error::GrantError;
use imports::ImportGrants;
use near::{known, names_something, near};

/// Refuses grants of no component, and those of what their components do not import, where that is not allowed: a
/// misspelt component would have all that it imports.
///
/// # Errors
///
/// One for each such grant.
pub(crate) fn check(components: &Components, grants: &BTreeMap<String, Grants>) -> Result<(), Vec<At<GrantError>>> {
    let mut errors = Vec::new();
    for (name, grants) in grants {
        match components.named(name) {
            Some(_) if grants.allow_missing => errors.extend(nameless(grants)),
            Some(id) => errors.extend(unknown(&components[id], grants)),
            None => {
                let known: Vec<String> = components.given().map(|component| component.name().to_owned()).collect();
                let near = nearest(known.iter().map(String::as_str), name);
                let error = GrantError::NoComponent { name: name.clone(), near, known };
                errors.push(At::place(error, grants.place.as_ref()));
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// An error for each grant that can name nothing, whatever a component imports.
pub(crate) fn nameless(grants: &Grants) -> impl Iterator<Item = At<GrantError>> {
    // A label may have any other word for a name.
    let is_label = |text: &str| !text.contains(['@', '/']) && Capability::named(&text.to_lowercase()).is_none();
    let wrong = move |grant: &Grant| {
        let text = grant.pattern.to_string();
        let error = match policy::wrong(&text)? {
            PolicyError::Capability { .. } if text == "default" || is_label(&text) => return None,
            error => GrantError::Nameless(Box::new(error)),
        };
        Some(At::place(error, grant.place.as_ref()))
    };
    // Names of other forms, such as `url=<https://example.com/A>`, are of other letters.
    let is_of_words = |grant: &&Grant| !grant.pattern.is_exact() && !grant.pattern.as_str().contains(['<', '=']);
    grants.grants.iter().filter(is_of_words).filter_map(wrong)
}

/// An error for each grant that names nothing which a component imports: a misspelt one would never be honoured.
/// Capabilities are known without a component.
pub(crate) fn unknown(component: &Component, grants: &Grants) -> Vec<At<GrantError>> {
    let imports = Imports::of(component);
    let mut suggested = 0;
    let wrong = |grant: &Grant| {
        if names_something(&imports.interfaces, &grant.pattern) {
            return None;
        }
        suggested += 1;
        let is_suggested = suggested <= limits::SUGGESTED;
        let (component, name) = (component.name().to_owned(), grant.pattern.to_string());
        if !is_suggested {
            return Some(At::place(GrantError::AlsoNotImported { component, name }, grant.place.as_ref()));
        }
        let known = known(&imports.interfaces, &grant.pattern);
        let near = near(&name, &known);
        let by = match grant.place.as_ref().map(Place::file) {
            Some("--grant") => By::Flag,
            Some(_) => By::Manifest,
            None => By::Program,
        };
        let error = match name.contains([':', '#', '*']) {
            true => GrantError::NotImported { component, name, near, known, by },
            false => GrantError::NothingOfThatName { component, name, near, known },
        };
        Some(At::place(error, grant.place.as_ref()))
    };
    grants.grants.iter().filter_map(wrong).collect()
}

/// A line for each two grants that name a function as closely as each other and say different things of it, and for each
/// that allows what another sets.
pub(crate) fn ties(imports: &Imports<'_>, grants: &Grants) -> IndexSet<String> {
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
        // What was inserted has the setting in its place.
        if decisive.pattern.is_exact() {
            return None;
        }
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
pub(crate) fn without_effect<'g>(component: &Component, grants: &'g Grants) -> Vec<&'g Grant> {
    idle(&Imports::of(component), grants)
}

fn idle<'g>(imports: &Imports<'_>, grants: &'g Grants) -> Vec<&'g Grant> {
    let Settings { env, config, .. } = &grants.settings;
    let is_set = |variables: &Option<Variables>| variables.as_ref().is_none_or(|variables| !variables.set.is_empty());
    let is_setting = |grant: &&Grant| match grant.pattern.as_str() {
        "env" => is_set(env),
        "config" => is_set(config),
        _ => true,
    };
    unused(imports, grants).filter(is_setting).collect()
}

/// What is provided and has no function to be seen by.
fn unused<'g>(imports: &Imports<'_>, grants: &'g Grants) -> impl Iterator<Item = &'g Grant> {
    let has = move |pattern: &Pattern| {
        let is_of = |(interface, function): (&Interface<'_>, &Function<'_>)| {
            interface.names().iter().any(|name| pattern.rank(name, function.name).is_some())
        };
        imports.functions().any(is_of)
    };
    // Files have times.
    let has_times = move || !grants.settings.mounts.is_empty() && has(&Pattern::parse("fs"));
    let is_unused = move |grant: &&Grant| {
        grant.treatment == Treatment::Provide
            && !has(&grant.pattern)
            && !(grant.pattern.as_str() == "clocks" && has_times())
    };
    grants.grants.iter().filter(is_unused)
}

/// The settings that a grant gives to a function: all others would only make an adapter another one.
pub(crate) fn in_effect(imports: &Imports<'_>, grants: &Grants) -> Settings {
    let unused: BTreeSet<&str> = unused(imports, grants).map(|grant| grant.pattern.as_str()).collect();
    let provided = grants.grants.iter().filter(|grant| grant.treatment == Treatment::Provide);
    let used: BTreeSet<&str> =
        provided.map(|grant| grant.pattern.as_str()).filter(|name| !unused.contains(name)).collect();
    let mut settings = grants.settings.clone();
    Capability::names().filter(|name| !used.contains(name)).for_each(|name| settings.clear(name));
    settings
}

/// A line for each setting that has no effect, and for each such mount.
pub(crate) fn settings_without_effect(imports: &Imports<'_>, grants: &Grants) -> Vec<String> {
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
            "logging" => vec![line("nothing that logs", "the setting of `logging`")],
            "clocks" => vec![line("no clocks", "the setting of `clocks`")],
            "random" => vec![line("no random numbers", "the setting of `random`")],
            "http" => vec![line("nothing that sends requests", "the setting of `http`")],
            "sockets" => vec![line("no sockets", "the setting of `sockets`")],
            "keyvalue" => vec![line("no key-value store", "the setting of `keyvalue`")],
            other => vec![line(&format!("nothing of `{other}`"), "its setting")],
        }
    };
    idle(imports, grants).into_iter().flat_map(of).collect()
}

/// A warning for each label with functions that grants allow by only one of its names, since the component itself states
/// which interface the label implements.
pub(crate) fn labels(imports: &Imports<'_>, grants: &Grants) -> Vec<String> {
    let component = imports.component;
    let rules = ImportGrants { component, grants, is_hosts: &|_| true };
    let label = |interface: &Interface<'_>| {
        let (names, item) = (interface.names(), component.imports().get(interface.name)?);
        let by = |of: &Function<'_>, names: &[&str]| grants.decisive(names, of.name).map(|(grant, _)| grant);
        let label = |of: &Function<'_>| {
            // Grants of a policy were checked with the policy.
            by(of, &names).filter(|grant| !grant.pattern.is_exact() && rules.of(&names, of.name).needs_host())?;
            let allows = |name: &str| {
                by(of, &[name]).is_some_and(|grant| matches!(grant.treatment, Treatment::Allow | Treatment::Provide))
            };
            Label::of(interface.name, item, allows)
        };
        let label = interface.functions.iter().find_map(label)?;
        Some(format!("`{}`: {label}", Shown(component.name())))
    };
    imports.interfaces.iter().filter_map(label).collect()
}
