//! The report of a check against a policy, as JSON (`docs/json.md`) and as lines.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::describe::{self, Policy};
use crate::error::PhaseError;
use crate::imports::label;
use crate::load::Component;
use crate::policy::{Path, Quote, Reached, Through, Verdict, quoted};
use crate::report::adapters::Kept;
use crate::report::facts;
use crate::report::violation::{Rule, Violation};
use crate::text::{Shown, count};

/// The result for one component: the verdict, the violations, and the reached imports.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Report {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub component: Input,
    pub policy: File,
    pub meets: bool,
    pub violations: Vec<Violation>,
    pub doubts: Vec<Doubt>,
    pub labels: Vec<Label>,
    pub kept: Vec<Kept>,
    pub imports: Vec<Import>,
}

/// The results for several components.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Reports {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub policy: File,
    pub meets: bool,
    pub doubts: Vec<Doubt>,
    pub components: Vec<Report>,
    pub unread: Vec<Unread>,
}

/// A part that was not checked, with the reason.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Unread {
    pub file: String,
    pub message: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Input {
    pub name: String,
    pub file: String,
    pub sha256: String,
    pub size: usize,
    pub components: usize,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct File {
    pub file: String,
}

/// A name in the policy that no component has.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Doubt {
    pub name: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// A label that rules allow by one of its names alone.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Label {
    pub name: String,
    pub implements: String,
    pub allowed_by: &'static str,
    pub message: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Import {
    pub name: String,
    pub reached: Vec<By>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct By {
    pub component: Path,
    pub functions: Vec<String>,
    pub through: Through,
}

impl Reports {
    /// Creates the report of several components. `doubts` apply to all of them.
    pub(crate) fn new(
        policy: &Policy,
        reports: Vec<Report>,
        doubts: &[describe::policy::Doubt],
        unread: Vec<Unread>,
    ) -> Reports {
        Reports {
            version: 1,
            policy: File { file: policy.file().to_owned() },
            meets: unread.is_empty() && reports.iter().all(|report| report.meets),
            doubts: doubts.iter().map(Doubt::new).collect(),
            components: reports,
            unread,
        }
    }

    /// Writes a line for each fact, which begins with the file of the component. `each` is the argument of
    /// [`facts::facts`].
    pub(crate) fn lines(&self, each: bool) -> String {
        let lines = |report: &Report| {
            let file = Shown(&report.component.file).to_string();
            report.lines(each).lines().map(|line| format!("{file}: {line}\n")).collect::<String>()
        };
        self.components.iter().map(lines).collect()
    }

    /// The verdict in one line. `each` is the argument of [`Reports::lines`].
    pub(crate) fn summary(&self, each: bool) -> String {
        let lines = self.components.iter().map(|report| facts::facts(&report.violations, each).len()).sum();
        Shown(&self.verdict(&quoted, Some(lines))).to_string()
    }

    /// The verdict. `quote` writes the name of the policy; `lines` is the number of lines for the violations, if it is shown.
    pub(crate) fn verdict(&self, quote: Quote<'_>, lines: Option<usize>) -> String {
        let policy = quote(&self.policy.file);
        let wrong = self.components.iter().filter(|report| !report.meets).count();
        let all = count(self.components.len(), "component");
        let unread = match self.unread.len() {
            0 => String::new(),
            unread => format!("; {} could not be read", count(unread, "other")),
        };
        if wrong == 0 {
            let meet = match self.components.len() {
                0 => return format!("{all} checked{unread}"),
                1 => "it meets",
                _ => "all meet",
            };
            return format!("{all} checked: {meet} {policy}{unread}");
        }
        let not = match (self.components.len(), wrong) {
            (1, _) => "it does not meet".to_owned(),
            (_, 1) => "1 does not meet".to_owned(),
            (_, wrong) => format!("{wrong} do not meet"),
        };
        let violations = self.components.iter().map(|report| report.violations.len()).sum();
        format!("{all} checked: {not} {policy}, {}{unread}", counted(violations, lines.unwrap_or(violations)))
    }
}

impl Report {
    /// Creates the report of a component from the verdict of [`policy::check`](crate::policy::check).
    pub(crate) fn new(component: &Component, policy: &Policy, verdict: &Verdict) -> Report {
        let mut by_import: BTreeMap<&str, Vec<By>> = BTreeMap::new();
        for Reached { import, functions, path, through } in &verdict.reached {
            let by = By { component: path.clone(), functions: functions.clone(), through: through.clone() };
            by_import.entry(import).or_default().push(by);
        }
        let import = |name: &String| {
            let reached = by_import.remove(name.as_str()).unwrap_or_default();
            Import { name: name.clone(), reached }
        };
        Report {
            version: 2,
            component: Input {
                name: component.name().to_owned(),
                file: component.file().to_owned(),
                sha256: component.digest().to_string(),
                size: component.bytes().len(),
                components: verdict.components,
            },
            policy: File { file: policy.file().to_owned() },
            meets: verdict.violations.is_empty(),
            violations: verdict.violations.iter().map(Violation::new).collect(),
            doubts: verdict.doubts.iter().map(Doubt::new).collect(),
            labels: verdict.labels.iter().map(Label::new).collect(),
            kept: verdict.kept.iter().map(Kept::of_policy).collect(),
            imports: component.imports().keys().map(import).collect(),
        }
    }

    /// A line for each fact, with its place in the policy. The functions of a capability or interface that is denied entirely share a
    /// line, unless `each` is set.
    pub(crate) fn lines(&self, each: bool) -> String {
        let line = |fact: &facts::Fact<'_>| {
            let (message, place) = (fact.message(&quoted), self.place(&fact.first.rule));
            format!("{} ({})\n", Shown(&message), Shown(&place))
        };
        facts::facts(&self.violations, each).iter().map(line).collect()
    }

    /// The place of a rule in the policy: `policy.toml:3:11`, or the policy alone for an unstated default.
    pub(crate) fn place(&self, rule: &Rule) -> String {
        match (rule.line, rule.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", self.policy.file),
            _ => self.policy.file.clone(),
        }
    }

    /// The verdict in one line. `each` is the argument of [`Report::lines`].
    pub(crate) fn summary(&self, each: bool) -> String {
        let (component, policy) = (Shown(&self.component.name), Shown(&self.policy.file));
        match self.violations.len() {
            0 => {
                let imports = count(self.imports.len(), "import");
                let components = count(self.component.components, "nested component");
                format!("`{component}` meets `{policy}`: {imports}, {components}")
            }
            n => {
                let lines = facts::facts(&self.violations, each).len();
                format!("`{component}` does not meet `{policy}`: {}", counted(n, lines))
            }
        }
    }

    /// Lists the functions that are accepted although no rule names them, with the reason. `whole` includes functions
    /// of WASI.
    pub(crate) fn kept(&self, whole: bool) -> Vec<String> {
        Kept::lines_of(&self.kept, |kept| whole || !kept.is_of_wasi(), whole, None)
    }

    /// Writes a line for each import with the components that reach it.
    pub(crate) fn reached(&self) -> String {
        let mut text = String::new();
        for import in &self.imports {
            let by: Vec<String> = import.reached.iter().map(|by| by.component.join("/")).collect();
            let by = if by.is_empty() { String::new() } else { format!(" <- {}", by.join(", ")) };
            text.push_str(&format!("{}{}\n", Shown(&import.name), Shown(&by)));
        }
        text
    }
}

impl Label {
    fn new(label: &label::Label) -> Label {
        let label::Label { import, implements, is_by_label } = label;
        let allowed_by = if *is_by_label { "label" } else { "implements" };
        Label { name: import.clone(), implements: implements.clone(), allowed_by, message: label.to_string() }
    }
}

/// Writes the number of violations, and of lines if that is smaller.
fn counted(violations: usize, lines: usize) -> String {
    let all = count(violations, "violation");
    if lines < violations { format!("{all} in {} (`-v`: one each)", count(lines, "line")) } else { all }
}

impl Unread {
    /// Creates the report of a part that could not be checked because of an error.
    pub(crate) fn new(file: &str, error: &PhaseError) -> Unread {
        let message = error.to_string().lines().next().unwrap_or_default().to_owned();
        Unread { file: file.to_owned(), message: Shown(&message).to_string() }
    }
}

impl Doubt {
    fn new(doubt: &describe::policy::Doubt) -> Doubt {
        let (line, column) = doubt.place.position();
        Doubt { name: doubt.text.clone(), line, column, message: doubt.message() }
    }
}
