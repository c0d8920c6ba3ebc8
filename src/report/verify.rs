//! The report of `weld verify`, as JSON (`docs/json.md`) and as lines.

use std::collections::BTreeSet;

use serde::Serialize;

use super::adapters::{Grants, flag};
use crate::finding::{self, OUTPUT};
use crate::load::Component;
use crate::name::Capability;
use crate::proof::{Proof, is_not_given, not_allowed};
use crate::text::{self, Shown, count};

/// The result of a comparison of a component with its description.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Report {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub output: Output,
    pub verified: bool,
    pub provenance: bool,
    pub foreign: Option<usize>,
    pub inputs: Vec<Input>,
    pub checked: Checked,
    pub notes: Vec<String>,
    pub findings: Vec<Finding>,
    /// The missing and the excess grants, in words.
    #[serde(skip)]
    grants: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Output {
    pub file: String,
    pub sha256: String,
    pub size: usize,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Input {
    pub name: String,
    pub file: String,
    pub sha256: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Checked {
    pub instances: usize,
    pub functions: usize,
    pub host_functions: usize,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Finding {
    pub instance: String,
    pub component: Option<String>,
    pub import: Option<String>,
    pub message: String,
    /// The finding as a line.
    #[serde(skip)]
    line: String,
    /// The group of findings that one line reports.
    #[serde(skip)]
    group: Group,
}

/// A property that findings share, so that one line reports them all.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Group {
    /// An instance reaches functions of the host without a grant: the instance, and the name of the functions in
    /// grants.
    NotAllowed(String, String),
    /// The provenance states grants for a component that the user does not give it: the component.
    Stated(String),
    /// No property: the finding has a line of its own.
    None,
}

impl Group {
    fn of(finding: &finding::Finding) -> Group {
        match not_allowed(finding) {
            Some(name) => Group::NotAllowed(finding.instance.clone(), name),
            None if is_not_given(finding) => Group::Stated(finding.component.clone()),
            None => Group::None,
        }
    }
}

impl Finding {
    /// Writes the finding as a line, without repeated names.
    fn short(&self) -> String {
        let Finding { instance, component, import, message, .. } = self;
        let component = component.as_deref().filter(|component| instance.rsplit(" / ").next() != Some(*component));
        let is_of_output = instance == OUTPUT;
        let instance = Some(format!("`{instance}`")).filter(|_| !is_of_output);
        let component = component.map(|component| format!("`{component}`"));
        let import = import
            .as_ref()
            .map(|import| if is_of_output { format!("`{import}`") } else { format!("import `{import}`") });
        let places: Vec<String> = instance.into_iter().chain(component).chain(import).collect();
        let place = if places.is_empty() { OUTPUT.to_owned() } else { places.join(", ") };
        Shown(&format!("{place}: {message}")).to_string()
    }
}

/// Writes how to allow a capability.
fn allowing(capability: Capability, grants: Grants) -> String {
    match grants {
        Grants::Flags => format!("`{}` allows it", flag(capability)),
        Grants::Names => format!("allow `{capability}`, or build it without"),
    }
}

/// Writes a list of differing grants after `what`. Empty if there are none.
fn of_grants(what: &str, grants: &BTreeSet<String>) -> String {
    let grants: Vec<String> = grants.iter().map(|grant| format!("`{}`", Shown(grant))).collect();
    let (shown, others) = text::some_of(&grants);
    let others = if others > 0 { format!(" and {others} more") } else { String::new() };
    if shown.is_empty() { String::new() } else { format!("; {what}: {}{others}", shown.join(", ")) }
}

impl Report {
    /// Creates the report of an output.
    pub(crate) fn new(output: &Component, proof: &Proof) -> Self {
        let given = |name: &String| Some(name.clone()).filter(|name| !name.is_empty());
        let finding = |finding: &finding::Finding| Finding {
            instance: finding.instance.clone(),
            component: given(&finding.component),
            import: given(&finding.function),
            message: finding.what.clone(),
            line: Shown(&finding.to_string()).to_string(),
            group: Group::of(finding),
        };
        let input = |component: &Component| Input {
            name: component.name().to_owned(),
            file: component.file().to_owned(),
            sha256: component.source_digest().to_string(),
        };
        let report = &proof.report;
        Report {
            version: 1,
            output: Output {
                file: output.file().to_owned(),
                sha256: output.source_digest().to_string(),
                size: output.bytes().len(),
            },
            verified: report.findings.is_empty(),
            provenance: proof.has_provenance,
            foreign: proof.foreign,
            inputs: proof.inputs.iter().map(input).collect(),
            checked: Checked { instances: report.instances, functions: report.functions, host_functions: report.host },
            notes: proof.notes.clone(),
            grants: of_grants("by its provenance it was made of components that are no inputs", &proof.unknown)
                + &of_grants("what it has and no grant of yours allows", &proof.missing)
                + &of_grants("what it was built with otherwise than you grant it", &proof.different)
                + &of_grants("what you grant and it was not built with", &proof.unstated),
            findings: report.findings.iter().map(finding).collect(),
        }
    }

    /// Writes a line for each finding.
    pub(crate) fn lines(&self) -> String {
        self.findings.iter().map(|finding| format!("{}\n", finding.line)).collect()
    }

    /// Writes a line for each group of findings, with the grant that would allow it, and one for each other finding.
    /// `grants` is the way in which the user writes grants.
    pub(crate) fn grouped(&self, grants: Grants) -> Vec<String> {
        let mut groups: Vec<(&Group, Vec<&Finding>)> = Vec::new();
        for finding in &self.findings {
            match groups.iter_mut().find(|(group, _)| **group != Group::None && **group == finding.group) {
                Some((_, findings)) => findings.push(finding),
                None => groups.push((&finding.group, vec![finding])),
            }
        }
        groups.into_iter().map(|(group, findings)| self.group_line(group, &findings, grants)).collect()
    }

    /// Writes the findings of a group as a line.
    fn group_line(&self, group: &Group, findings: &[&Finding], grants: Grants) -> String {
        match group {
            Group::NotAllowed(instance, name) => {
                let functions: BTreeSet<_> = findings.iter().map(|finding| &finding.import).collect();
                let functions = count(functions.len(), "function");
                let instance = match instance.as_str() {
                    OUTPUT => OUTPUT.to_owned(),
                    instance => format!("`{}`", Shown(instance)),
                };
                let has = format!("{instance} has `{}` of the host ({functions}), which no grant allows", Shown(name));
                match Capability::named(name) {
                    Some(capability) => format!("{has}: {}", allowing(capability, grants)),
                    None => has,
                }
            }
            Group::Stated(component) => format!(
                "the provenance of `{}` has {} that your grants do not give: verify with the grants that it was built with, or \
                 build it with yours",
                Shown(component),
                count(findings.len(), "line")
            ),
            Group::None => findings.iter().map(|finding| finding.short()).collect(),
        }
    }

    /// The parts of the output that were not verified, and further notes, a line each.
    pub(crate) fn not_verified(&self) -> Vec<String> {
        let notes = self.notes.iter().map(|note| Shown(note).to_string());
        self.foreign().into_iter().chain(notes).collect()
    }

    /// The foreign components. Their effects on the values that pass through them are not verified.
    fn foreign(&self) -> Option<String> {
        match self.foreign {
            Some(0) => None,
            Some(1) => Some("1 component is neither an input nor an adapter of this version of weld".to_owned()),
            Some(many) => Some(format!("{many} components are neither inputs nor adapters of this version of weld")),
            None => Some("it has code of its own".to_owned()),
        }
    }

    /// Writes a summary of the check in one line. `lines` is the number of lines that report the findings.
    pub(crate) fn summary(&self, lines: usize) -> String {
        let file = &self.output.file;
        if !self.verified {
            let findings = count(self.findings.len(), "finding");
            let lines = match lines {
                lines if lines == self.findings.len() => String::new(),
                lines => format!(" in {} (`-v`: one each)", count(lines, "line")),
            };
            return format!("{file}: {findings}{lines}{}", self.grants);
        }
        let Checked { instances, functions, host_functions } = self.checked;
        let provenance = if self.provenance { "provenance agrees" } else { "it has no provenance" };
        let inputs = count(self.inputs.len(), "input");
        let foreign = self.foreign().map(|foreign| format!("; {foreign}")).unwrap_or_default();
        format!(
            "{file}: verified: {inputs} by digest, {} with {}, {}; {provenance}{foreign}",
            count(instances, "instance"),
            count(functions, "imported function"),
            count(host_functions, "host function"),
        )
    }
}
