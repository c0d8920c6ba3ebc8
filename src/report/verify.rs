//! The report of `weld verify`, as JSON (`docs/json.md`) and as lines.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::load::Component;
use crate::proof::Proof;
use crate::text::{self, Shown, count};

/// The result of a comparison of a component with its description.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub struct Report {
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
pub struct Output {
    pub file: String,
    pub sha256: String,
    pub size: usize,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Input {
    pub name: String,
    pub file: String,
    pub sha256: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Checked {
    pub instances: usize,
    pub functions: usize,
    pub host_functions: usize,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Finding {
    pub instance: String,
    pub component: Option<String>,
    pub import: Option<String>,
    pub message: String,
    /// The finding as a line.
    #[serde(skip)]
    line: String,
}

/// Grants that differ, in words.
fn of_grants(what: &str, grants: &BTreeSet<String>) -> String {
    let grants: Vec<String> = grants.iter().map(|grant| format!("`{}`", Shown(grant))).collect();
    let (shown, others) = text::some_of(&grants);
    let others = if others > 0 { format!(" and {others} more") } else { String::new() };
    if shown.is_empty() { String::new() } else { format!("; {what}: {}{others}", shown.join(", ")) }
}

impl Report {
    /// The report of an output.
    pub fn new(output: &Component, proof: &Proof) -> Self {
        let given = |name: &String| Some(name.clone()).filter(|name| !name.is_empty());
        let finding = |of: &crate::check::Finding| Finding {
            instance: of.instance.clone(),
            component: given(&of.component),
            import: given(&of.function),
            message: of.what.clone(),
            line: Shown(&of.to_string()).to_string(),
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
                + &of_grants("what you grant and it was not built with", &proof.more),
            findings: report.findings.iter().map(finding).collect(),
        }
    }

    /// A line for each finding.
    pub fn lines(&self) -> String {
        self.findings.iter().map(|finding| format!("{}\n", finding.line)).collect()
    }

    /// The parts of the output that were not verified, and further notes, a line each.
    pub fn not_verified(&self) -> Vec<String> {
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

    /// A summary of the check in one line.
    pub fn summary(&self) -> String {
        let file = &self.output.file;
        if !self.verified {
            return format!("{file}: {}{}", count(self.findings.len(), "finding"), self.grants);
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
