//! The arguments of `weld virt`: a component, and grants for it.

use std::collections::BTreeMap;
use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

use super::directory::{Directory, Options};
use super::manifest::{self, Draft, ManifestError};
use super::policy::Policy;
use super::setting::{self, Mount, MountKind, Names, Variables};
use super::{AppliedPolicy, At, Description, Entry, Grants, Source, Text, Treatment};
use crate::text::Shown;

/// Errors of flags that grant.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum FlagError {
    #[error("`{flag}` does not say what is granted")]
    #[diagnostic(help(
        "name a capability, an interface or a function, and what becomes of it: `--grant {}=allow`; there are \
         `allow`, `deny`, `trap` and `ignore`", example_name(.flag)
    ))]
    NoValue { flag: String },

    #[error("`{flag}` is not of the form `{form}`")]
    #[diagnostic(help("{help}"))]
    NoPair { flag: String, form: &'static str, help: String },

    #[error("`--allow-fs` gives all directories of the host, beside which nothing can be mounted")]
    #[diagnostic(help("name the directories that are meant: `--preopen GUEST=HOST`; or leave `--allow-fs` out"))]
    AllowFs,

    #[error("`--grant fs=allow` gives all directories of the host, beside which nothing can be mounted")]
    #[diagnostic(help("leave it out, or `--mount` and `--preopen`"))]
    GrantFs,

    #[error("`--allow-http` has rules, and allows or denies all requests as well")]
    #[diagnostic(help(
        "the rules alone allow the requests that they name: leave out the `--allow-http` that has no rule"
    ))]
    HttpTwice,

    #[error(transparent)]
    #[diagnostic(transparent)]
    Value(#[from] ManifestError),
}

/// The name that a flag without a value grants, or an example.
fn example_name(flag: &str) -> &str {
    let name = flag.trim_start_matches("--grant").trim().split(['=', ' ']).next().unwrap_or_default();
    let name = name.strip_suffix(":allow").unwrap_or(name);
    if name.is_empty() { "random" } else { name }
}

/// Describes a component on its own, with its grants.
pub(crate) fn virt(component: Source, grants: Grants) -> Description {
    let name = component.stem();
    let grants = BTreeMap::from([(name.clone(), grants)]);
    let entry = Entry { name, source: component, sha256: None, place: None };
    Description { components: vec![entry], grants, ..Description::default() }
}

/// Grants the component of a description exactly what a policy allows.
pub(crate) fn by_policy(description: &mut Description, policy: Policy) {
    let name = description.components.first().map(|entry| entry.name.clone()).unwrap_or_default();
    description.grants.clear();
    description.policy = Some(AppliedPolicy { policy, name, decides: true });
}

/// Adds the values of `--grant NAME=VALUE`, each without the `--grant`. They override grants of other flags. Paths of
/// files are relative to the working directory.
///
/// # Errors
///
/// All errors of the flags, each at its place in its flag.
pub(crate) fn add(grants: &mut Grants, flags: &[String]) -> Result<(), Vec<At<FlagError>>> {
    let mut errors: Vec<At<FlagError>> = Vec::new();
    let mut draft = Draft::new(grants, Path::new(""));
    for flag in flags {
        let text = Text::new("--grant", flag);
        let is_whole = |end: &usize| {
            let (name, value) = flag.split_at_checked(*end).unwrap_or_default();
            !name.trim().is_empty() && !value.trim_start_matches('=').trim().is_empty()
        };
        let Some(end) = name_end(flag).filter(is_whole) else {
            errors.push(FlagError::NoValue { flag: format!("--grant {flag}") }.into());
            continue;
        };
        if let Err(wrong) = manifest::flag(&text, end, &mut draft) {
            errors.extend(wrong.into_iter().map(|error| error.map(FlagError::from)));
        }
    }
    if let Err(wrong) = draft.finish() {
        errors.extend(wrong.into_iter().map(|error| error.map(FlagError::from)));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Adds a grant of `--grant NAME=VALUE`, with the name and the value given separately.
///
/// # Errors
///
/// All errors of the grant.
pub(crate) fn grant(grants: &mut Grants, name: &str, value: &str) -> Result<(), Vec<At<FlagError>>> {
    let flag = format!("{name}={value}");
    match name_end(&flag) {
        Some(end) if end == name.len() => add(grants, &[flag]),
        // A name contains no `=`, because the text after it would be read as the value.
        _ => Err(vec![FlagError::NoValue { flag: format!("--grant {flag}") }.into()]),
    }
}

/// Sets an environment variable. Variables of the host are not passed on.
///
/// # Errors
///
/// The name is not valid for a variable.
pub(crate) fn variable(grants: &mut Grants, name: &str, value: &str) -> Result<(), Vec<At<FlagError>>> {
    manifest::is_variable("env", name).map_err(|error| vec![FlagError::from(error).into()])?;
    grants.settings.env.get_or_insert_default().set.insert(name.to_owned(), value.to_owned());
    grants.provide("env", None);
    Ok(())
}

/// Embeds a source, read-only, at a path of the guest.
///
/// # Errors
///
/// The path is not absolute, or is already in use.
pub(crate) fn embed(grants: &mut Grants, path: &str, source: Source) -> Result<(), Vec<At<FlagError>>> {
    let failed = |error: ManifestError| vec![FlagError::from(error).into()];
    let path = manifest::guest_path(path).map_err(failed)?;
    let shown = Shown(&path).to_string();
    let kind = MountKind::Embed { source, follow: false, overlay: None };
    let other = grants.settings.mounts.insert(path, Mount { kind, place: None });
    grants.provide("fs", None);
    match other {
        Some(_) => Err(failed(ManifestError::SameMount { path: shown, is_spelled_alike: true })),
        None => Ok(()),
    }
}

/// Allows the requests of some rules, and no others: `--allow-http=RULE`.
///
/// # Errors
///
/// All invalid rules.
pub(crate) fn requests(grants: &mut Grants, rules: Vec<String>) -> Result<(), Vec<At<FlagError>>> {
    let rules = setting::Rules { allow: rules, deny: Vec::new() };
    let wrong = rules.allow.iter().filter_map(|text| manifest::rules::of_request(text));
    let wrong = wrong.chain(manifest::rules::idle(&rules).into_iter().map(|(_, _, error)| error));
    let errors: Vec<At<FlagError>> = wrong.map(|error| At::from(FlagError::from(error))).collect();
    grants.settings.http = Some(rules);
    grants.provide("http", None);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The end of the name of a grant. No name of WIT contains `=`, and a path that contains it is quoted.
fn name_end(flag: &str) -> Option<usize> {
    let (mut quote, mut before) = (None, '.');
    flag.char_indices().find_map(|(at, c)| {
        match (c, quote) {
            ('=', None) => return Some(at),
            ('"' | '\'', None) if before == '.' => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
        before = c;
        None
    })
}

/// Adds the values of `--env` and `--allow-env`, or of `--config` and `--allow-config`, which are as in `wasi-virt`.
/// `set` are texts `NAME=VALUE`, `allow` the variables of the host that are passed on, and `name` the capability.
///
/// # Errors
///
/// All errors of the flags, each at its place in its flag.
pub(crate) fn variables(
    grants: &mut Grants,
    name: &str,
    set: &[String],
    allow: Names,
) -> Result<(), Vec<At<FlagError>>> {
    let mut errors = Vec::new();
    let mut variables = Variables { allow, ..Variables::default() };
    for flag in set {
        let Some((variable, value)) = pair(name, flag, "NAME=VALUE", &mut errors) else { continue };
        let place = Text::new(&format!("--{name}"), flag).place(0..variable.len());
        if let Err(error) = manifest::is_variable(name, variable) {
            errors.push(At::place(error.into(), Some(&place)));
        } else if variables.set.insert(variable.to_owned(), value.to_owned()).is_some() {
            errors.push(At::place(ManifestError::Twice { name: variable.to_owned() }.into(), Some(&place)));
        }
    }
    if let Names::Some(names) = &variables.allow {
        let wrong = names.iter().filter_map(|variable| manifest::is_passed(name, variable).err());
        errors.extend(wrong.map(|error| FlagError::from(error).into()));
    }
    match (&variables.allow, variables.set.is_empty()) {
        (Names::None, true) => {}
        (Names::All, true) => grants.add(name, Treatment::Allow, None),
        _ => {
            grants.provide(name, None);
            let settings = &mut grants.settings;
            *if name == "env" { &mut settings.env } else { &mut settings.config } = Some(variables);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The values of flags that name a directory, each a text `GUEST=PATH` or `GUEST=HOST`.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Directories<'f> {
    /// Directories to embed: `--mount`.
    pub embed: &'f [String],
    /// Directories that the host preopens: `--preopen`.
    pub preopen: &'f [String],
    /// Directories that the host preopens, read-only: `--preopen-ro`.
    pub read_only: &'f [String],
}

/// Adds the values of `--mount`, `--preopen` and `--preopen-ro`. The first two are as in `wasi-virt`.
///
/// # Errors
///
/// All errors of the flags, each at its place in its flag.
pub(crate) fn mounts(grants: &mut Grants, directories: Directories<'_>) -> Result<(), Vec<At<FlagError>>> {
    let (mut errors, mut spellings) = (Vec::new(), BTreeMap::new());
    let Directories { embed, preopen, read_only } = directories;
    let flags = [("mount", embed), ("preopen", preopen), ("preopen-ro", read_only)];
    for (name, flag) in flags.iter().flat_map(|(name, flags)| flags.iter().map(|flag| (*name, flag))) {
        let form = if name == "mount" { "GUEST=PATH" } else { "GUEST=HOST" };
        let Some((path, from)) = pair(name, flag, form, &mut errors) else { continue };
        let spelled = path;
        let text = Text::new(&format!("--{name}"), flag);
        let (place, from_place) = (text.place(0..path.len()), text.place(path.len() + 1..flag.len()));
        let kind = match name {
            _ if from.is_empty() => Err((ManifestError::NoPath, from_place.clone())),
            "preopen" | "preopen-ro" => match Options::after(from) {
                Some(options) => Err((host_option(name, path, &options), from_place.clone())),
                None => Ok(MountKind::Host { path: from.to_owned(), read_only: name == "preopen-ro" }),
            },
            _ => Ok(MountKind::Embed { source: Source::File(from.into()), follow: false, overlay: None }),
        };
        let path = manifest::guest_path(path)
            .map_err(|error| (swapped_directories(name, path, from).unwrap_or(error), place.clone()));
        let mount = path.and_then(|path| Ok((path, Mount { kind: kind?, place: Some(from_place) })));
        let wrong = match mount {
            Err((error, place)) => Some((error, place)),
            Ok((path, mount)) => {
                let shown = Shown(&path).to_string();
                let is_spelled_alike = spellings.insert(path.clone(), spelled).is_none_or(|other| other == spelled);
                let other = grants.settings.mounts.insert(path, mount);
                other.map(|_| (ManifestError::SameMount { path: shown, is_spelled_alike }, place))
            }
        };
        errors.extend(wrong.map(|(error, place)| At::place(error.into(), Some(&place))));
    }
    if !grants.settings.mounts.is_empty() {
        grants.provide("fs", None);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The error for a directory of the host before that of the guest, or for a path in the guest that does not start with
/// `/`.
fn swapped_directories(flag: &str, host: &str, guest: &str) -> Option<ManifestError> {
    let is_absolute = |path: &str| path.starts_with('/');
    let help = match (is_absolute(host), is_absolute(guest)) {
        (false, true) => {
            let directory = Directory::new(host, guest, false)?;
            format!("the path that the guest sees comes first: {}", directory.advice(Some(flag)))
        }
        (false, false) if flag == "mount" => Directory::new(guest, host, false)?.advice(Some(flag)),
        _ => return None,
    };
    let path = Shown(host).to_string();
    Some(ManifestError::GuestPath { path, reason: "it does not start with `/`".to_owned(), help: Some(help) })
}

/// The error for options after the directory of `--preopen` or `--preopen-ro`.
fn host_option(flag: &str, guest: &str, options: &Options<'_>) -> ManifestError {
    let (guest, directory) = (Shown(guest), Shown(options.directory));
    let help = match options.is_read_only() {
        true if flag == "preopen" => format!("for read-only access: `--preopen-ro {guest}={directory}`"),
        true => format!("leave it out, `--{flag}` is read-only: `--{flag} {guest}={directory}`"),
        false => format!("leave it out: `--{flag} {guest}={directory}`"),
    };
    ManifestError::HostOption { of: format!("`--{flag}`"), option: Shown(options.options).to_string(), help }
}

/// Splits the value of a flag at its `=`.
fn pair<'f>(
    name: &str,
    flag: &'f str,
    form: &'static str,
    errors: &mut Vec<At<FlagError>>,
) -> Option<(&'f str, &'f str)> {
    let is_directory = form.starts_with("GUEST");
    let bound = Directory::bound(flag).filter(|_| is_directory);
    let pair = flag.split_once('=').filter(|_| bound.is_none());
    if pair.is_none() {
        let help = match is_directory {
            // This flag of container tools mounts a directory of the host.
            true if bound.is_some() => bound.map(|directory| directory.advice(None)),
            true => Directory::read(flag, false).map(|directory| directory.advice(Some(name))),
            false => set_or_passed(name, flag),
        };
        let help = help.unwrap_or_else(|| format!("write it as `--{name} {form}`"));
        errors.push(FlagError::NoPair { flag: format!("--{name} {}", Shown(flag)), form, help }.into());
    }
    pair
}

/// Advice for a flag with only the name of a variable: set it, or pass on the variable of the host.
fn set_or_passed(name: &str, flag: &str) -> Option<String> {
    let is_name = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c));
    let names: Vec<&str> = flag.split(',').collect();
    let first = names.first().filter(|_| names.iter().all(|name| is_name(name)))?;
    Some(format!("`--{name} {first}=VALUE` sets it; `--allow-{name}={flag}` passes on what the host has"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::add;
    use crate::describe::{Grants, Treatment};

    fn granted(flags: &[&str]) -> Result<Grants, Vec<String>> {
        let mut grants = Grants::all(Treatment::Deny);
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        match add(&mut grants, &flags) {
            Ok(()) => Ok(grants),
            Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn grant_flag_quotes_are_optional() {
        for flag in ["random=allow", "random=\"allow\"", "random='allow'", "random= 'allow' "] {
            let grants = granted(&[flag]).unwrap();
            let (grant, _) = grants.of("wasi:random/random@0.2.0", "get-random-u64").unwrap();
            assert_eq!(grant.treatment, Treatment::Allow, "{flag}");
        }
    }

    #[test]
    fn grant_flag_names_may_have_brackets_dots_and_versions() {
        let name = "wasi:filesystem/types@0.2.6#[method]descriptor.unlink-file-at";
        let grants = granted(&["default=allow", &format!("{name}=trap")]).unwrap();
        assert_eq!(grants.default, Treatment::Allow);
        let (grant, _) = grants.of("wasi:filesystem/types@0.2.6", "[method]descriptor.unlink-file-at").unwrap();
        assert_eq!((grant.treatment, grant.pattern.to_string().as_str()), (Treatment::Trap, name));
    }

    #[test]
    fn grant_flag_without_effect_is_refused() {
        for flag in ["", "random", "=allow", "random=", "random=maybe", "random=true", "random=1", "random=allow\nb=1"]
        {
            assert!(granted(&[flag]).is_err(), "{flag:?}");
        }
        for flag in ["random={seed=", "random=allow deny", "random={sed=1}", "env={set=1}", "acme:a/b={}"] {
            assert!(granted(&[flag]).is_err(), "{flag:?}");
        }
        let twice = granted(&["random=allow", "random=allow"]).unwrap_err();
        assert_eq!(twice, ["`random` is given twice"]);
    }
}
