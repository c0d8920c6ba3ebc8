//! The arguments of `weld virt`: a component, and what it may use.

use std::collections::{BTreeMap, BTreeSet};

use miette::Diagnostic;
use thiserror::Error;

use super::manifest::{self, ManifestError};
use super::policy::Policy;
use super::{At, Description, Entry, Grants, Rules, Source, Text};

/// Flags that say nothing which can be granted.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum FlagError {
    #[error("`{flag}` does not say what is granted")]
    #[diagnostic(help(
        "name a capability, an interface or a function, and what becomes of it: `--grant random=allow`; there are \
         `allow`, `deny`, `trap` and `ignore`"
    ))]
    NoValue { flag: String },

    #[error("`{name}` is granted twice")]
    #[diagnostic(help("leave one of the flags out"))]
    Twice { name: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Value(#[from] ManifestError),
}

impl FlagError {
    /// A flag with a meaning that this version has no means for.
    pub fn not_yet(flag: &str) -> FlagError {
        ManifestError::NotYet { what: format!("`{flag}`") }.into()
    }
}

/// Describes a component alone, with what it may use.
pub fn virt(component: Source, grants: Grants) -> Description {
    let name = component.stem();
    let grants = BTreeMap::from([(name.clone(), grants)]);
    let entry = Entry { name, source: component, sha256: None, place: None };
    Description { components: vec![entry], grants, ..Description::default() }
}

/// Grants the component of a description what a policy allows it, and nothing else.
pub fn by_policy(description: &mut Description, policy: Policy) {
    let name = description.components.first().map(|entry| entry.name.clone()).unwrap_or_default();
    description.grants.clear();
    description.policy = Some(Rules { policy, name, decides: true });
}

/// Adds what `--grant NAME=VALUE` says, each `flag` without the `--grant`, to what other flags say. Of those that name
/// the same, these count.
///
/// # Errors
///
/// All that is wrong with them, each at its place in its flag.
pub fn add(grants: &mut Grants, flags: &[String]) -> Result<(), Vec<At<FlagError>>> {
    let (mut errors, mut seen) = (Vec::new(), BTreeSet::new());
    for flag in flags {
        let text = Text::new("--grant", flag);
        // No name of WIT has a `=` in it.
        let is_whole = |(name, value): &(&str, &str)| !name.trim().is_empty() && !value.trim().is_empty();
        let Some((name, _)) = flag.split_once('=').filter(is_whole) else {
            errors.push(FlagError::NoValue { flag: format!("--grant {flag}") }.into());
            continue;
        };
        let place = text.place(0..name.len());
        if !seen.insert(name) {
            errors.push(At::place(FlagError::Twice { name: name.to_owned() }, Some(&place)));
            continue;
        }
        match manifest::flag(&text, name, name.len() + 1) {
            Ok(treatment) => grants.add(name, treatment, Some(place)),
            Err(wrong) => errors.extend(wrong.into_iter().map(|error| error.map(FlagError::from))),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{FlagError, add};
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
    fn quotes_around_a_word_are_optional() {
        for flag in ["random=allow", "random=\"allow\"", "random='allow'", "random= 'allow' "] {
            let grants = granted(&[flag]).unwrap();
            let (grant, _) = grants.of("wasi:random/random@0.2.0", "get-random-u64").unwrap();
            assert_eq!(grant.treatment, Treatment::Allow, "{flag}");
        }
    }

    #[test]
    fn names_have_brackets_dots_and_versions() {
        let name = "wasi:filesystem/types@0.2.6#[method]descriptor.unlink-file-at";
        let grants = granted(&["default=allow", &format!("{name}=trap")]).unwrap();
        assert_eq!(grants.default, Treatment::Allow);
        let (grant, _) = grants.of("wasi:filesystem/types@0.2.6", "[method]descriptor.unlink-file-at").unwrap();
        assert_eq!((grant.treatment, grant.pattern.to_string().as_str()), (Treatment::Trap, name));
    }

    #[test]
    fn settings_of_providers_are_refused() {
        for flag in [
            "random={seed=42}",
            "stdin=empty",
            "stdout=\"stderr\"",
            "args={set=[\"prog\",\"a\"]}",
            "env={ set = { A = \"1\" } }",
            "clocks={fixed=\"2026-01-01T00:00:00Z\"}",
            "fs./tmp={memory=\"1MiB\"}",
            "fs={\"/\"={embed=\"a\"}}",
            "env.set={A=\"1\"}",
            "random.seed=42",
        ] {
            let errors = granted(&[flag]).unwrap_err();
            assert!(errors.len() == 1 && errors[0].contains("cannot be honoured yet"), "{flag}: {errors:?}");
        }
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for flag in ["", "random", "=allow", "random=", "random=maybe", "random=true", "random=1", "random=allow\nb=1"]
        {
            assert!(granted(&[flag]).is_err(), "{flag:?}");
        }
        for flag in ["random={seed=", "random=allow deny", "random={sed=1}", "env={set=1}", "acme:a/b={}"] {
            assert!(granted(&[flag]).is_err(), "{flag:?}");
        }
        let twice = granted(&["random=allow", "random=allow"]).unwrap_err();
        assert_eq!(twice, [FlagError::Twice { name: "random".to_owned() }.to_string()]);
    }
}
