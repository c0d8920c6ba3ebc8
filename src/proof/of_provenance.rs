//! Compares the provenance of an output with its inputs, the grants, and the provenance that this version of weld would
//! write.

use std::collections::{BTreeMap, BTreeSet};

use super::of_output;
use crate::check::{Original, Report};
use crate::decode::Level;
use crate::describe::Treatment;
use crate::finding::{Finding, Kind};
use crate::load::{Component, Embedded};
use crate::provenance::{self, Granted, Provenance, SECTION};

/// The result of a comparison of the provenance of an output.
#[derive(Default)]
pub(super) struct Stated {
    /// Whether the output has provenance.
    pub exists: bool,
    /// The findings.
    pub findings: Vec<Finding>,
    /// Remarks that are no findings.
    pub notes: Vec<String>,
    /// The stated grants that were not given.
    pub missing: BTreeSet<String>,
    /// The given grants that are not stated.
    pub unstated: BTreeSet<String>,
    /// The grants whose stated value differs from the given one.
    pub different: BTreeSet<String>,
    /// The stated components that are no inputs. If there are any, another command wrote the provenance, and the three
    /// sets above are empty.
    pub unknown: BTreeSet<String>,
}

/// The provenance of an output, and the values that it is compared with.
struct StatedProvenance<'s> {
    /// The provenance of the output.
    provenance: &'s Provenance,
    /// The originals in the output.
    originals: &'s [Original<'s>],
    /// The input of each original.
    inputs: &'s [&'s Component],
    embedded: &'s Embedded,
    /// The result of the check.
    report: &'s Report,
    /// The provenance that this version would write, with the names of the description. `None` if that is unknown.
    planned: Option<&'s Provenance>,
}

/// Compares the provenance of an output, if it has any, with its originals and their inputs, with the result of the
/// check, and with the `planned` provenance.
pub(super) fn stated(
    output: &Level<'_>,
    (originals, inputs): (&[Original<'_>], &[&Component]),
    embedded: &Embedded,
    report: &Report,
    planned: &dyn Fn() -> Option<Provenance>,
) -> Stated {
    let mut sections = output.custom.iter().filter(|(name, _)| *name == SECTION);
    let Some((_, data)) = sections.next() else { return Stated::default() };
    let wrong =
        |what: &str| Stated { exists: true, findings: vec![of_output("", what.to_owned())], ..Stated::default() };
    let Some(provenance) = Provenance::read(data) else { return wrong("its provenance cannot be read") };
    if sections.next().is_some() {
        return wrong("it has two sections that say what it was made of");
    }
    let planned = planned();
    let notes = of_version(&provenance, planned.is_some()).into_iter().collect();
    let planned = planned.as_ref();
    let stated = StatedProvenance { provenance: &provenance, originals, inputs, embedded, report, planned };
    let unknown = stated.unknown();
    let [missing, unstated, different] = if unknown.is_empty() { stated.grants() } else { Default::default() };
    Stated { exists: true, findings: stated.findings(), notes, missing, unstated, different, unknown }
}

/// Returns the reason why the text of the provenance cannot be compared, if there is one.
fn of_version(provenance: &Provenance, is_planned: bool) -> Option<String> {
    let own = env!("CARGO_PKG_VERSION");
    match is_planned {
        _ if provenance.weld != own => {
            Some(format!("the provenance says that weld {} wrote it, and this is weld {own}", provenance.weld))
        }
        true => None,
        false => Some(
            "this version of weld makes no such output: the words in which its provenance gives reasons are not compared"
                .to_owned(),
        ),
    }
}

/// Whether a finding is about a stated grant that was not given.
pub(crate) fn is_not_given(finding: &Finding) -> bool {
    finding.kind == Kind::NotAllowed && finding.host.is_none()
}

/// A grant: the component, the pattern, and the treatment.
type Line = (String, String, String);

/// Grants that are stated, or that are given.
type Lines = BTreeSet<Line>;

/// The treatments that are only stated, and those that are only given, of one pattern of a component.
#[derive(Default)]
struct Treatments<'t> {
    stated: Vec<&'t str>,
    given: Vec<&'t str>,
}

/// The stated names of components, by digest.
type Called<'s> = BTreeMap<&'s str, StatedNames<'s>>;

/// The stated names of one digest: the first one, and all of them.
struct StatedNames<'s> {
    first: &'s str,
    all: BTreeSet<&'s str>,
}

impl<'s> StatedProvenance<'s> {
    /// Returns the findings on wrong statements. If there are none, the text is compared with the planned one, since
    /// other versions may use other words for correct statements.
    fn findings(&self) -> Vec<Finding> {
        let mut found = self.of_components();
        let names = self.names();
        found.extend(self.of_grants(&names));
        found.extend(self.of_kept(&names));
        if found.is_empty() {
            found.extend(self.planned.into_iter().flat_map(|planned| of_words(self.provenance, planned)));
        }
        if self.provenance.weld != env!("CARGO_PKG_VERSION") {
            let other = format!(
                "; weld {} wrote it, it says, and may have other words: verify it with that version as well",
                self.provenance.weld
            );
            found.iter_mut().for_each(|finding| finding.what.push_str(&other));
        }
        found
    }

    /// Returns the names of stated grants that are not given, of given grants that are not stated, and of grants whose
    /// stated value differs from the given one. A denial grants nothing, so that only its value can differ.
    fn grants(&self) -> [BTreeSet<String>; 3] {
        let (stated, expected) = (self.stated(), self.expected(&self.names()));
        let is_grant = |(_, _, value): &&Line| !value.starts_with("kept (");
        let pairs = paired(stated.difference(&expected).filter(is_grant), expected.difference(&stated));
        let names = |is_one: &dyn Fn(&Treatments<'_>) -> bool| -> BTreeSet<String> {
            pairs.iter().filter(|(_, of)| is_one(of)).map(|((_, grant), _)| (*grant).to_owned()).collect()
        };
        let denied = Treatment::Deny.to_string();
        let is_granted = |values: &[&str]| values.iter().any(|value| without_traps(value) != denied);
        [
            names(&|of| of.given.is_empty() && is_granted(&of.stated)),
            names(&|of| of.stated.is_empty() && is_granted(&of.given)),
            names(&|of| !of.stated.is_empty() && !of.given.is_empty()),
        ]
    }

    /// Returns the names of stated components that are no inputs.
    fn unknown(&self) -> BTreeSet<String> {
        let inputs: BTreeSet<String> = self.inputs.iter().map(|input| Self::digest(input)).collect();
        let unknown = self.provenance.components.iter().filter(|stated| !inputs.contains(&stated.sha256));
        unknown.map(|stated| stated.name.clone()).collect()
    }

    fn digest(component: &Component) -> String {
        component.source_digest().to_string()
    }

    /// The stated name of an input. The composition chooses the names of its components; a single component has the
    /// name of its file.
    fn name(called: &Called<'s>, original: &Original<'_>, input: &Component) -> Option<&'s str> {
        let names = called.get(Self::digest(input).as_str())?;
        Some(names.all.get(original.name).copied().unwrap_or(names.first))
    }

    /// The stated names for each digest, in order.
    fn called(&self) -> Called<'s> {
        let mut called = Called::new();
        for stated in &self.provenance.components {
            let name = stated.name.as_str();
            let names = called.entry(stated.sha256.as_str());
            names.or_insert_with(|| StatedNames { first: name, all: BTreeSet::new() }).all.insert(name);
        }
        called
    }

    /// The original for each stated name.
    fn names(&self) -> BTreeMap<&'s str, usize> {
        let (all, called) = (self.originals.iter().zip(self.inputs).enumerate(), self.called());
        all.filter_map(|(number, (original, input))| Some((Self::name(&called, original, input)?, number))).collect()
    }

    /// Stated components that are no inputs, and inputs that are not stated.
    fn of_components(&self) -> Vec<Finding> {
        let (mut found, called) = (Vec::new(), self.called());
        let inputs: BTreeSet<String> = self.inputs.iter().map(|input| Self::digest(input)).collect();
        for stated in &self.provenance.components {
            if !inputs.contains(&stated.sha256) {
                let what =
                    format!("its provenance names the component, of the digest {}, which is no input", stated.sha256);
                found.push(of_output(&stated.name, what));
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
        let lines = self.provenance.grants.iter();
        lines.map(|of| (of.component.clone(), of.grant.clone(), without_traps(&of.value))).collect()
    }

    /// The grants that the provenance should state, independent of the adapters.
    fn expected(&self, names: &BTreeMap<&str, usize>) -> Lines {
        let mut expected = Lines::new();
        for (name, number) in names {
            let (Some(original), Some(input)) = (self.originals.get(*number), self.inputs.get(*number)) else {
                continue;
            };
            let Some(grants) = original.grants else { continue };
            // A component that may use everything has no lines.
            let is_open = grants.default == Treatment::Allow && grants.grants.is_empty() && !grants.debug;
            if !is_open || self.provenance.grants.iter().any(|line| line.component == *name) {
                let lines = provenance::granted(input, grants, self.embedded).into_iter();
                expected.extend(lines.map(|line| ((*name).to_owned(), line.grant, line.value)));
            }
        }
        expected
    }

    /// Stated grants that are not given, and given grants that are not stated. A statement about a component that is no
    /// input is a finding already.
    fn of_grants(&self, names: &BTreeMap<&str, usize>) -> Vec<Finding> {
        let (stated, expected) = (self.stated(), self.expected(names));
        let components: BTreeSet<&str> = self.provenance.components.iter().map(|input| input.name.as_str()).collect();
        let kept: BTreeSet<(usize, String)> =
            self.report.kept.iter().map(|(number, path)| (*number, provenance::function(path))).collect();
        let is_input =
            |component: &String| names.contains_key(component.as_str()) || !components.contains(component.as_str());
        let is_right = |(component, grant, value): &Line| match value.starts_with("kept (") {
            true => names.get(component.as_str()).is_some_and(|number| kept.contains(&(*number, grant.clone()))),
            false => expected.contains(&(component.clone(), grant.clone(), value.clone())),
        };
        let wrong = stated.iter().filter(|line| is_input(&line.0) && !is_right(line));
        let pairs = paired(wrong, expected.difference(&stated));
        let of_stated = pairs.iter().flat_map(|((component, grant), of)| {
            of.stated.iter().map(move |value| match of.given.first() {
                // A grant with another value is one finding, and not two.
                Some(given) => of_output(component, format!("`{grant}`: built with {value}, and you gave {given}")),
                None => {
                    let what = format!("its provenance says `{grant}` {value}, but no such grant was given");
                    Finding { kind: Kind::NotAllowed, ..of_output(component, what) }
                }
            })
        });
        let of_given = pairs.iter().filter(|(_, of)| of.stated.is_empty()).flat_map(|((component, grant), of)| {
            let what = move |value: &str| format!("`{grant}` {value} is missing from its provenance");
            of.given.iter().map(move |value| of_output(component, what(value)))
        });
        of_stated.chain(of_given).collect()
    }

    /// Kept functions that the provenance does not state.
    fn of_kept(&self, names: &BTreeMap<&str, usize>) -> Vec<Finding> {
        let stated = self.stated();
        let stated: BTreeSet<(&str, &str)> =
            stated.iter().map(|(component, grant, _)| (component.as_str(), grant.as_str())).collect();
        // The first of several names.
        let named: BTreeMap<usize, &str> = names.iter().rev().map(|(name, number)| (*number, *name)).collect();
        let kept = |(number, path): &(usize, Vec<String>)| {
            let name = *named.get(number)?;
            let function = provenance::function(path);
            // The line of a grant with the same name takes its place.
            let is_stated = stated.contains(&(name, function.as_str()));
            (!is_stated).then(|| of_output(name, format!("its provenance does not say that `{function}` is kept")))
        };
        self.report.kept.iter().filter_map(kept).collect()
    }
}

/// The treatments that differ, by component and pattern.
fn paired<'l>(
    stated: impl Iterator<Item = &'l Line>,
    given: impl Iterator<Item = &'l Line>,
) -> BTreeMap<(&'l str, &'l str), Treatments<'l>> {
    let mut pairs: BTreeMap<_, Treatments<'l>> = BTreeMap::new();
    for (component, pattern, treatment) in stated {
        pairs.entry((component.as_str(), pattern.as_str())).or_default().stated.push(treatment);
    }
    for (component, pattern, treatment) in given {
        pairs.entry((component.as_str(), pattern.as_str())).or_default().given.push(treatment);
    }
    pairs
}

/// Differences between correct provenance and the planned one: the components, their order, the reasons for kept
/// functions, and the functions that trap. Names of components may differ, since the composition chooses them.
fn of_words(stated: &Provenance, planned: &Provenance) -> Vec<Finding> {
    let digests = |of: &Provenance| of.components.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>();
    if digests(stated) != digests(planned) {
        let what = "its provenance does not name each input once, in the order of their first instances";
        return vec![of_output("", what.to_owned())];
    }
    let called: BTreeMap<&str, &str> = stated
        .components
        .iter()
        .zip(&planned.components)
        .map(|(stated, planned)| (stated.name.as_str(), planned.name.as_str()))
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
    stated.grants.iter().filter_map(find).collect()
}

/// The stated treatment without the list of trapping functions, which is no part of the grant.
fn without_traps(value: &str) -> String {
    let denied = Treatment::Deny.to_string();
    let traps = value.strip_prefix(&denied).is_some_and(|rest| rest.starts_with(" (traps: "));
    if traps { denied } else { value.to_owned() }
}
