//! The report of how a component reaches items of the host and how to prevent it, as JSON (`docs/json.md`) and as lines.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexSet;
use serde::Serialize;

use crate::describe::manifest::edit::key;
use crate::describe::manifest::wiring::component_name;
use crate::inspect::InspectError;
use crate::inspect::explain::{Explained, GivenImport, Import, Link, User, explain};
use crate::inspect::model::{Inspection, Instance, Kind, Reaches, Role};
use crate::name::{Pattern, adapted, qualified, unnumbered};
use crate::provenance::Granted;
use crate::report::inspect::{rules, together};
use crate::text::{self, Shown, count};

/// The report of an explanation.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Report {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub component: Input,
    pub asked: String,
    pub patterns: Vec<String>,
    pub reached: bool,
    #[serde(flatten)]
    pub explained: Explained,
    pub rules: Vec<Ruled>,
    pub closed_by: Option<Closed>,
    /// The name of an import that is similar to the one that was asked for, if no import has that name.
    #[serde(skip)]
    pub near: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Input {
    pub name: String,
    pub file: String,
}

/// The rules, as the provenance states them, that restrict a capability of a part.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Ruled {
    pub path: String,
    pub capability: String,
    pub rules: String,
}

/// A change that prevents the access.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Closed {
    /// The arguments of weld.
    pub virt: Vec<String>,
    pub manifest: String,
    pub wires: Vec<String>,
}

impl Report {
    /// Explains how a component reaches the items that patterns name. `asked` is what the user wrote for these
    /// patterns.
    ///
    /// # Errors
    ///
    /// The explanation exceeds its limit.
    pub(crate) fn new(
        inspection: &Inspection,
        input: Input,
        asked: &str,
        patterns: &[Pattern],
    ) -> Result<Report, InspectError> {
        let explained = explain(inspection, patterns).map_err(|failure| failure.in_file(&input.file))?;
        let reached = explained.users.iter().any(|user| user.functions > 0) || {
            // An import that is not an interface is an item itself.
            let whole = |import: &Import| !import.is_interface;
            explained.imports.iter().any(whole) && !explained.users.is_empty()
        };
        let is_joint = inspection.components.first().is_some_and(|root| root.role == Role::Composition);
        let granted = inspection.provenance.as_ref().map_or(&[][..], |provenance| &provenance.grants);
        let closed_by = reached.then(|| Closed::new(&explained, &input, patterns, is_joint, granted));
        let rules = ruled(inspection, &explained);
        let patterns = patterns.iter().map(ToString::to_string).collect();
        Ok(Report {
            version: 1,
            component: input,
            asked: asked.to_owned(),
            patterns,
            reached,
            explained,
            rules,
            closed_by,
            near: None,
        })
    }

    /// Writes the report as text, with control characters escaped.
    pub(crate) fn lines(&self) -> String {
        let Explained { imports, users, also: links } = &self.explained;
        let mut also: BTreeMap<&str, Vec<&Link>> = BTreeMap::new();
        links.iter().for_each(|link| also.entry(&link.from).or_default().push(link));
        let (file, asked) = (&self.component.file, &self.asked);
        let named = |imports: &[&Import]| together(imports.iter().map(|import| import.name.as_str())).join(", ");
        let (types, others): (Vec<&Import>, Vec<&Import>) = imports.iter().partition(|import| import.types_only);
        let mut lines = Vec::new();
        match (self.reached, imports.is_empty()) {
            (true, _) => {
                let functions: usize = others.iter().map(|import| import.functions.len()).sum();
                let functions =
                    if functions == 0 { String::new() } else { format!(", {}", count(functions, "function")) };
                lines.push(format!("`{file}` reaches `{asked}`: {}{functions}", count(others.len(), "import")));
                if !types.is_empty() {
                    lines.push(format!("of {}, types alone are used", named(&types)));
                }
            }
            (false, true) => lines.push(format!("`{file}` does not reach `{asked}`: it imports nothing of that")),
            (false, false) => {
                let all: Vec<&Import> = imports.iter().collect();
                lines.push(format!("`{file}` does not reach `{asked}`: of {}, types alone are used", named(&all)));
            }
        }
        // All paths of a part are consecutive.
        for paths in users.chunk_by(|one, next| one.path == next.path).filter(|_| self.reached) {
            let Some(User { path, .. }) = paths.first() else { continue };
            lines.extend([String::new(), self.part_name(path)]);
            lines.extend({ self.rules.iter().filter(|ruled| ruled.path == *path) }.map(Ruled::line));
            lines.extend(paths.iter().flat_map(|user| self.path_lines(user)));
            let links = also.get(path.as_str()).into_iter().flatten();
            lines.extend(links.map(|link| format!("  also {}", self.link_line(link))));
        }
        if let Some(closed) = &self.closed_by {
            lines.extend(closed.lines());
        }
        lines.iter().map(|line| format!("{}\n", Shown(line))).collect()
    }

    /// Returns the name of a part. The outermost component has no path.
    fn part_name(&self, path: &str) -> String {
        if path.is_empty() { self.component.name.clone() } else { path.to_owned() }
    }

    /// Writes a path from a part to the host, a line for each link.
    fn path_lines(&self, user: &User) -> Vec<String> {
        let mut lines = Vec::new();
        for (depth, link) in user.links.iter().enumerate() {
            lines.push(format!("{}{}", "  ".repeat(depth + 1), self.link_line(link)));
        }
        if user.is_cut {
            lines.push(format!("{}… and on to the host", "  ".repeat(user.links.len() + 1)));
        }
        lines
    }

    fn link_line(&self, link: &Link) -> String {
        let imports = together(link.imports.iter().map(String::as_str)).join(", ");
        let imports = if imports.is_empty() { "(no import)".to_owned() } else { imports };
        let to = link.to.as_deref().map_or_else(|| "host".to_owned(), |path| self.part_name(path));
        format!("<- {to}  {imports}")
    }
}

impl Ruled {
    fn line(&self) -> String {
        format!("  {} (by its provenance: {})", self.capability, self.rules)
    }
}

/// Returns the rules that restrict the capabilities that were asked for, for each part.
fn ruled(inspection: &Inspection, explained: &Explained) -> Vec<Ruled> {
    let asked: BTreeSet<&str> = explained.imports.iter().map(|import| import.name.as_str()).collect();
    let imports = inspection.imports.iter().filter(|import| asked.contains(import.name.as_str()));
    let capabilities: BTreeSet<&String> = imports.flat_map(|import| &import.capabilities).collect();
    let parts: BTreeSet<&str> = explained.users.iter().map(|user| user.path.as_str()).collect();
    let parts = inspection.instances.iter().filter(|instance| parts.contains(instance.path.as_str()));
    let ruled = |instance: &Instance| {
        let rules = |capability: &&String| {
            let is_own = |reaches: &&Reaches| inspection.is_by_own_imports(reaches);
            instance.reaches.iter().filter(|reaches| reaches.what == **capability).find(is_own)?;
            Some(((*capability).clone(), rules(inspection, instance, capability)?.to_owned()))
        };
        let path = instance.path.clone();
        let all: Vec<(String, String)> = capabilities.iter().filter_map(rules).collect();
        all.into_iter().map(move |(capability, rules)| Ruled { path: path.clone(), capability, rules })
    };
    parts.flat_map(ruled).collect()
}

impl Closed {
    fn new(explained: &Explained, input: &Input, patterns: &[Pattern], is_joint: bool, granted: &[Granted]) -> Closed {
        let file = if input.file == "<stdin>" { "-" } else { &input.file };
        let grants = patterns.iter().flat_map(|pattern| ["--grant".to_owned(), format!("{pattern}=deny")]);
        let virt = ["virt", file, "--allow-all"].into_iter().map(str::to_owned).chain(grants);
        let virt = virt.chain(["-o".to_owned(), "closed.wasm".to_owned()]).collect();
        // The name of a part in a manifest: that of the component within a composition, or that of the whole component
        // if it is no composition.
        let part = |user: &User| match (&user.given_to, is_joint) {
            (Some(given), true) => Some(adapted(&given.name).unwrap_or(&given.name).to_owned()),
            (None, true) => None,
            (_, false) => Some(input.name.clone()),
        };
        // Many paths share their end.
        let mut seen = BTreeSet::new();
        let is_new = |user: &&User| match &user.given_to {
            Some(given) if is_joint => seen.insert((Rc::as_ptr(given), user.is_cut)),
            _ => true,
        };
        let ends: Vec<&User> = explained.users.iter().filter(is_new).collect();
        // All instances of a component have its grants.
        let component = |part: String| unnumbered(&part).map(str::to_owned).unwrap_or(part);
        let mut parts: BTreeMap<String, Vec<&GivenImport>> = BTreeMap::new();
        for user in &ends {
            let Some(name) = part(user).map(component).filter(|name| component_name(name).is_ok()) else { continue };
            let given = user.given_to.iter().filter(|_| is_joint).flat_map(|given| &given.imports);
            parts.entry(name).or_default().extend(given);
        }
        // A component with grants has a table already. Another table with `default = "allow"` would undo its denials.
        let has_grants = |name: &str| granted.iter().any(|grant| grant.component == name);
        let table = |(name, given): (&String, &Vec<&GivenImport>)| {
            let denied = denying_keys(given, &explained.imports, patterns);
            let denied: String = denied.iter().map(|name| format!("{} = \"deny\"\n", key(name))).collect();
            match has_grants(name) {
                true => format!(
                    "# the table that is there, in which this takes the place of what allows it\n[virtualize.{}]\n{denied}",
                    key(name)
                ),
                false => format!("[virtualize.{}]\ndefault = \"allow\"\n{denied}", key(name)),
            }
        };
        let manifest: Vec<String> = parts.iter().map(table).collect();
        // A numbered instance has wires of its own.
        let is_part = |part: &String| component_name(unnumbered(part).unwrap_or(part)).is_ok();
        let mut wires: IndexSet<String> = IndexSet::new();
        for user in &ends {
            let Some(part) = part(user).filter(is_part) else { continue };
            let last = user.links.last().filter(|last| last.to.is_none());
            let imports: Vec<&String> = match (&user.given_to, last, is_joint) {
                (Some(given), Some(_), true) => given.imports.iter().map(|import| &import.name).collect(),
                (_, Some(last), _) => last.imports.iter().collect(),
                (_, None, _) => Vec::new(),
            };
            for import in imports {
                wires.insert(format!("{} = \"NAME\"", text::toml(&format!("{part}/{import}"))));
            }
        }
        Closed { virt, manifest: manifest.join("\n"), wires: wires.into_iter().collect() }
    }

    fn lines(&self) -> Vec<String> {
        let words: Vec<String> = self.virt.iter().map(|word| text::shell(word)).collect();
        let mut lines = vec![String::new(), "what closes it".to_owned(), format!("  weld {}", words.join(" "))];
        if !self.manifest.is_empty() {
            lines.push("or, in the manifest (`weld split` writes one for a finished component), a grant".to_owned());
            lines.extend(self.manifest.lines().map(|line| format!("  {line}").trim_end().to_owned()));
        }
        if !self.wires.is_empty() {
            let (shown, others) = text::some_of(&self.wires);
            lines.push("or a wire to a component of yours, in place of the host".to_owned());
            lines.push("  [wire]".to_owned());
            lines.extend(shown.iter().map(|wire| format!("  {wire}")));
            if others > 0 {
                lines.push(format!("  # and {others} others"));
            }
        }
        lines
    }
}

/// The keys of a manifest that deny a component the items that were asked for: the patterns, or, if these do not match
/// the names by which the component imports the items, keys of those names.
fn denying_keys(given: &[&GivenImport], asked: &[Import], patterns: &[Pattern]) -> Vec<String> {
    let (mut fitting, mut own): (BTreeSet<usize>, IndexSet<String>) = Default::default();
    let asked: BTreeMap<&str, &Import> = asked.iter().map(|import| (import.name.as_str(), import)).collect();
    let named = |names: &[&str], item: &str| {
        let is_named = |pattern: &Pattern| names.iter().any(|name| pattern.rank(name, item).is_some());
        patterns.iter().position(is_named)
    };
    for import in given {
        let name = import.name.as_str();
        let names: Vec<&str> = std::iter::once(name).chain(import.implements.as_deref()).collect();
        for host_import in import.hosts.iter().filter_map(|host| asked.get(host.as_str())) {
            let (places, keys): (Vec<Option<usize>>, Vec<String>) = match import.kind {
                Kind::Instance if host_import.is_interface => (
                    host_import.functions.iter().map(|function| named(&names, function)).collect(),
                    match import.is_whole && !host_import.is_all {
                        true => host_import.functions.iter().map(|function| qualified(name, function)).collect(),
                        false => vec![qualified(name, "*")],
                    },
                ),
                Kind::Instance => (vec![None], vec![qualified(name, "*")]),
                _ => (vec![named(&[""], name)], vec![format!("#{name}")]),
            };
            match places.iter().copied().collect::<Option<Vec<usize>>>() {
                Some(places) => fitting.extend(places),
                None => own.extend(keys),
            }
        }
    }
    let is_kept = |place: &usize| own.is_empty() || fitting.contains(place);
    let kept = patterns.iter().enumerate().filter(|(place, _)| is_kept(place));
    kept.map(|(_, pattern)| pattern.as_str().to_owned()).chain(own.iter().cloned()).collect()
}
