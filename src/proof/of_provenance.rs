//! What an output says of itself, against its inputs, the grants, and what this version of weld would have it say.

use std::collections::{BTreeMap, BTreeSet};

use super::of_output;
use crate::check::{Finding, Original, Report};
use crate::describe::Treatment;
use crate::load::{Component, Embedded};
use crate::provenance::{self, Granted, Provenance};

/// What an output says of itself, and what is so.
pub struct Said<'s> {
    /// What it says.
    pub said: &'s Provenance,
    /// The components that went into it, each with its input.
    pub originals: &'s [Original<'s>],
    pub inputs: &'s [&'s Component],
    pub embedded: &'s Embedded,
    /// What its instances have.
    pub report: &'s Report,
    /// What this version of weld would have it say, by the names of the description. `None` where that is not known.
    pub planned: Option<&'s Provenance>,
}

/// What an output says of grants: the component, what is granted, and how.
type Lines = BTreeSet<(String, String, String)>;

/// What an output calls components, by their digests.
type Called<'s> = BTreeMap<&'s str, Vec<&'s str>>;

impl<'s> Said<'s> {
    /// What of that is not so. Of what is, it must say the same as this version does: another one may say it in other words,
    /// and then knows them.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = self.of_components();
        let names = self.names();
        found.extend(self.of_grants(&names));
        found.extend(self.of_kept(&names));
        if found.is_empty() {
            found.extend(self.planned.into_iter().flat_map(|planned| of_words(self.said, planned)));
        }
        if self.said.weld != env!("CARGO_PKG_VERSION") {
            let other = format!(
                "; weld {} wrote it, it says, and may have other words: verify it with that version as well",
                self.said.weld
            );
            found.iter_mut().for_each(|finding| finding.what.push_str(&other));
        }
        found
    }

    /// Grants that the output says it was built with and that are not given, and those that are given and that it does not say.
    pub fn grants(&self) -> [BTreeSet<String>; 2] {
        let (stated, expected) = (self.stated(), self.expected(&self.names()));
        let is_grant = |(_, _, value): &&(String, String, String)| !value.starts_with("kept (");
        let of =
            |lines: &mut dyn Iterator<Item = &(String, String, String)>| lines.map(|line| line.1.clone()).collect();
        [of(&mut stated.difference(&expected).filter(is_grant)), of(&mut expected.difference(&stated))]
    }

    fn digest(component: &Component) -> String {
        component.source_digest().to_string()
    }

    /// What the output calls an input. What components are called is the composition's word: one that is given alone has the
    /// name of its file.
    fn name(called: &Called<'s>, original: &Original<'_>, input: &Component) -> Option<&'s str> {
        let names = called.get(Self::digest(input).as_str())?;
        names.iter().find(|name| **name == original.name).or(names.first()).copied()
    }

    /// What the output calls what has each digest, in order.
    fn called(&self) -> Called<'s> {
        let mut called = Called::new();
        for of in &self.said.components {
            called.entry(of.sha256.as_str()).or_default().push(of.name.as_str());
        }
        called
    }

    /// The original of each name that the output has.
    fn names(&self) -> BTreeMap<&'s str, usize> {
        let (all, called) = (self.originals.iter().zip(self.inputs).enumerate(), self.called());
        all.filter_map(|(number, (original, input))| Some((Self::name(&called, original, input)?, number))).collect()
    }

    /// Components that are no inputs, and inputs that are not named.
    fn of_components(&self) -> Vec<Finding> {
        let (mut found, called) = (Vec::new(), self.called());
        let inputs: BTreeSet<String> = self.inputs.iter().map(|input| Self::digest(input)).collect();
        for of in &self.said.components {
            if !inputs.contains(&of.sha256) {
                let what =
                    format!("its provenance names the component, of the digest {}, which is no input", of.sha256);
                found.push(of_output(&of.name, what));
            }
        }
        for (original, input) in self.originals.iter().zip(self.inputs) {
            let is_in = original.imported.is_none() && !original.declares;
            if is_in && Self::name(&called, original, input).is_none() {
                let what = format!("its provenance does not name the input, of the digest {}", Self::digest(input));
                found.push(of_output(original.name, what));
            }
        }
        found
    }

    fn stated(&self) -> Lines {
        let lines = self.said.grants.iter();
        lines.map(|of| (of.component.clone(), of.grant.clone(), without_traps(&of.value))).collect()
    }

    /// What the output should say of grants, whatever adapters make of them.
    fn expected(&self, names: &BTreeMap<&str, usize>) -> Lines {
        let mut expected = Lines::new();
        for (name, number) in names {
            let (Some(original), Some(input)) = (self.originals.get(*number), self.inputs.get(*number)) else {
                continue;
            };
            let Some(grants) = original.grants else { continue };
            // Of one that may have everything there is nothing to be said.
            let is_open = grants.default == Treatment::Allow && grants.grants.is_empty() && !grants.debug;
            if !is_open || self.said.grants.iter().any(|line| line.component == *name) {
                let lines = provenance::granted(input, grants, self.embedded).into_iter();
                expected.extend(lines.map(|line| ((*name).to_owned(), line.grant, line.value)));
            }
        }
        expected
    }

    /// Grants that were not given, and those that are missing. What is said of a component that is no input has been found with
    /// it.
    fn of_grants(&self, names: &BTreeMap<&str, usize>) -> Vec<Finding> {
        let (stated, expected) = (self.stated(), self.expected(names));
        let components: BTreeSet<&str> = self.said.components.iter().map(|input| input.name.as_str()).collect();
        let kept: BTreeSet<(usize, String)> =
            self.report.kept.iter().map(|(number, path)| (*number, provenance::function(path))).collect();
        let is_input =
            |component: &String| names.contains_key(component.as_str()) || !components.contains(component.as_str());
        let is_so = |(component, grant, value): &(String, String, String)| match value.starts_with("kept (") {
            true => names.get(component.as_str()).is_some_and(|number| kept.contains(&(*number, grant.clone()))),
            false => expected.contains(&(component.clone(), grant.clone(), value.clone())),
        };
        let wrong = stated.iter().filter(|line| is_input(&line.0) && !is_so(line)).map(|(component, grant, value)| {
            of_output(component, format!("its provenance says `{grant}` {value}, but no such grant was given"))
        });
        let missing = expected.difference(&stated).map(|(component, grant, value)| {
            of_output(component, format!("`{grant}` {value} is missing from its provenance"))
        });
        wrong.chain(missing).collect()
    }

    /// Functions that are kept, of which the output does not say so.
    fn of_kept(&self, names: &BTreeMap<&str, usize>) -> Vec<Finding> {
        let stated = self.stated();
        let stated: BTreeSet<(&str, &str)> =
            stated.iter().map(|(component, grant, _)| (component.as_str(), grant.as_str())).collect();
        // The first of several names.
        let named: BTreeMap<usize, &str> = names.iter().rev().map(|(name, number)| (*number, *name)).collect();
        let kept = |(number, path): &(usize, Vec<String>)| {
            let name = *named.get(number)?;
            let function = provenance::function(path);
            // Where a grant has the same name, that is the line.
            let is_stated = stated.contains(&(name, function.as_str()));
            (!is_stated).then(|| of_output(name, format!("its provenance does not say that `{function}` is kept")))
        };
        self.report.kept.iter().filter_map(kept).collect()
    }
}

/// What an output that says of itself what is so does not say as it was planned: which components it has, in which order, why
/// functions are kept, and which trap. What components are called is the composition's word.
fn of_words(said: &Provenance, planned: &Provenance) -> Vec<Finding> {
    let digests = |of: &Provenance| of.components.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>();
    if digests(said) != digests(planned) {
        let what = "its provenance does not name each input once, in the order of their first instances";
        return vec![of_output("", what.to_owned())];
    }
    let called: BTreeMap<&str, &str> = said
        .components
        .iter()
        .zip(&planned.components)
        .map(|(said, own)| (said.name.as_str(), own.name.as_str()))
        .collect();
    // The first of several lines.
    let lines = planned.grants.iter().rev().map(|of| ((of.component.as_str(), of.grant.as_str()), of.value.as_str()));
    let lines: BTreeMap<(&str, &str), &str> = lines.collect();
    let find = |line: &Granted| {
        let own = called.get(line.component.as_str()).copied().unwrap_or(&line.component);
        let value = lines.get(&(own, line.grant.as_str())).copied();
        let of = |value| format!("its provenance says `{}` {}, and not {value}", line.grant, line.value);
        value.filter(|value| *value != line.value).map(|value| of_output(&line.component, of(value)))
    };
    said.grants.iter().filter_map(find).collect()
}

/// What is granted, without which of it traps: that is no matter of what is granted.
fn without_traps(value: &str) -> String {
    let denied = Treatment::Deny.to_string();
    let traps = value.strip_prefix(&denied).is_some_and(|rest| rest.starts_with(" (traps: "));
    if traps { denied } else { value.to_owned() }
}
