//! The report of a comparison of two components, as JSON (`docs/json.md`) and as text.

mod markup;

use serde::Serialize;

use crate::diff::{
    Adapter, Capability, Change, Component, Content, Difference, Grant, Identity, Item, Order, Size, Type, Wire,
};
use crate::name;
use crate::text::grouped;

/// The number of shown digits of a digest. JSON has all digits.
const DIGITS: usize = 12;

/// The report of a comparison.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Report {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub before: Input,
    pub after: Input,
    pub verdict: Verdict,
    #[serde(flatten)]
    pub difference: Difference,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Input {
    pub file: String,
    pub form: Form,
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub(crate) enum Form {
    Component,
    Snapshot,
}

/// The result of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// The files are equal.
    Equal,
    /// The snapshots are equal, and one of the files is a snapshot.
    Same,
    /// The snapshots differ in something that the report does not describe, such as an insignificant order.
    Snapshots,
    /// The snapshots are equal. The bytes differ in custom sections only.
    Metadata,
    /// The snapshots are equal. The bytes differ.
    Bytes,
    /// The snapshots differ.
    Different,
}

impl Verdict {
    /// The text in place of differences.
    fn words(self) -> Option<&'static str> {
        Some(match self {
            Verdict::Equal => "equal",
            Verdict::Same => "equal in everything that a snapshot says",
            Verdict::Snapshots => "the snapshots differ in a way that has no words: compare `weld snapshot` of both",
            Verdict::Metadata => "same in everything that weld compares; only metadata (custom sections) differs",
            Verdict::Bytes => "same in everything that weld compares; the bytes differ",
            Verdict::Different => return None,
        })
    }
}

/// The text in place of a missing digest of an instance's component.
const NOT_THERE: &str = "not in the file";

/// A line with its sign.
struct Line {
    mark: Mark,
    depth: usize,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Heading,
    /// The capabilities that are newly reachable, which matter most.
    Gained,
    Change(Change),
    None,
}

impl Report {
    /// Writes the report as text. `is_colored` adds escape sequences for colours.
    pub(crate) fn words(&self, is_colored: bool) -> String {
        let mut text = words(&self.difference, is_colored);
        let Some(verdict) = self.verdict.words() else { return text };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{verdict}\n"));
        text
    }
}

/// Writes a difference as text by group. `is_colored` adds escape sequences for colours.
pub(crate) fn words(difference: &Difference, is_colored: bool) -> String {
    groups(difference).map(|lines| written(&lines, is_colored)).collect::<Vec<_>>().join("\n")
}

/// Returns the lines of each group with changes, in order.
fn groups(it: &Difference) -> impl Iterator<Item = Vec<Line>> {
    let types_unknown = it.types_unknown.iter().map(|reason| vec![plain(format!("not compared: {reason}"))]);
    let groups = [
        ("capabilities", it.capabilities.iter().flat_map(capability).collect()),
        ("imports", it.imports.iter().flat_map(item).collect()),
        ("exports", it.exports.iter().flat_map(item).collect()),
        ("types", types_unknown.flatten().chain(types(&it.types, 1)).collect::<Vec<Line>>()),
        ("components", it.components.iter().flat_map(component).collect()),
        ("wiring", it.wiring.iter().map(wire).chain(it.order.iter().map(order)).collect()),
        ("adapters", it.adapters.iter().map(adapter).collect()),
        ("grants", it.grants.iter().map(grant).collect()),
        ("size", it.size.iter().map(size).collect()),
    ];
    groups.into_iter().filter(|(_, lines)| !lines.is_empty()).map(|(heading, mut lines)| {
        lines.insert(0, Line { mark: Mark::Heading, depth: 0, text: heading.to_owned() });
        lines
    })
}

fn written(lines: &[Line], is_colored: bool) -> String {
    let write = |Line { mark, depth, text }: &Line| {
        let (sign, color) = match mark {
            Mark::Heading => ("", "1"),
            Mark::Gained => ("+ ", "1;33"),
            Mark::Change(Change::Added) => ("+ ", "32"),
            Mark::Change(Change::Removed) => ("- ", "31"),
            Mark::Change(_) => ("~ ", "36"),
            Mark::None => ("", ""),
        };
        let indent = "  ".repeat(*depth);
        match is_colored && !color.is_empty() {
            true => format!("{indent}\u{1b}[{color}m{sign}{text}\u{1b}[0m\n"),
            false => format!("{indent}{sign}{text}\n"),
        }
    };
    lines.iter().map(write).collect()
}

fn line(change: Change, text: String) -> Line {
    Line { mark: Mark::Change(change), depth: 1, text }
}

fn plain(text: String) -> Line {
    Line { mark: Mark::None, depth: 1, text }
}

/// `` `a`, `b` and `c` ``.
fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn capability(capability: &Capability) -> Option<Line> {
    let Capability { change, instance, with_instance, capabilities, through } = capability;
    let who = instance.as_ref().map_or_else(|| "the component".to_owned(), |path| format!("`{path}`"));
    let can = match (change, with_instance) {
        (Change::Added, false) => " can now reach",
        (Change::Added, true) => ", which is new, can reach",
        (_, false) => " can no longer reach",
        (_, true) => ", which is gone, could reach",
    };
    let through = if through.is_empty() { String::new() } else { format!(", through {}", list(through)) };
    let mark = if *change == Change::Added { Mark::Gained } else { Mark::Change(*change) };
    Some(Line { mark, depth: 1, text: format!("{who}{can} {}{through}", list(capabilities)) })
}

fn item(item: &Item) -> Vec<Line> {
    let name = match &item.was {
        None => item.wit.clone().unwrap_or_else(|| item.name.clone()),
        Some(was) => {
            let (base, now) = versioned(&item.name);
            format!("{base} {} -> {now}", versioned(was).1)
        }
    };
    let by = if item.reached_by.is_empty() { String::new() } else { format!(", for {}", list(&item.reached_by)) };
    let as_import = if item.as_import { ", as the import" } else { "" };
    let mut lines = vec![line(item.change, format!("{name}{by}{as_import}"))];
    lines.extend(types(&item.types, 2));
    lines
}

/// Splits the name of an interface into its base and its version.
fn versioned(name: &str) -> (&str, &str) {
    let (base, version) = name::versioned(name);
    (base, version.unwrap_or("(no version)"))
}

/// Writes the changes of an interface as a tree.
fn types(types: &[Type], depth: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut around: &[String] = &[];
    for Type { within, before, after } in types {
        let common = within.iter().zip(around).take_while(|(a, b)| a == b).count();
        for (level, header) in within.iter().enumerate().skip(common) {
            lines.push(Line { mark: Mark::None, depth: depth + level, text: header.clone() });
        }
        around = within;
        for (change, wit) in [(Change::Removed, before), (Change::Added, after)] {
            let changed =
                |text: &str| Line { mark: Mark::Change(change), depth: depth + within.len(), text: text.to_owned() };
            lines.extend(wit.iter().flat_map(|wit| wit.lines()).map(changed));
        }
    }
    lines
}

fn component(component: &Component) -> Vec<Line> {
    let Component { change, instance, was, name, before, after, content } = component;
    let Some(path) = instance else { return itself(component) };
    let text = match (before, after, was) {
        _ if *change == Change::Wrapped => format!("the component is within another now, as `{path}`"),
        _ if *change == Change::Unwrapped => format!("the component is what `{path}` was, by itself"),
        (Some(before), Some(after), was) if before == after => {
            format!("`{}` is called `{path}`, and is the same component", was.as_ref().unwrap_or(path))
        }
        (Some(before), Some(after), was) => {
            let now = was.as_ref().map_or_else(String::new, |was| format!(", which was `{was}`,"));
            let is_same = before.sha256.is_some() && before.sha256 == after.sha256;
            let which = if is_same { "the same" } else { "another" };
            format!("`{path}`{now} is {which} component: {}", replaced(before, after, *content, NOT_THERE))
        }
        (None, Some(one), _) | (Some(one), None, _) => format!("`{path}`{}", identity(one)),
        (None, None, _) => format!("`{path}`{}", name.as_deref().unwrap_or_default()),
    };
    vec![line(*change, text)]
}

fn itself(Component { change, was, name, before, after, content, .. }: &Component) -> Vec<Line> {
    let mut lines = Vec::new();
    if was != name {
        let text = match (was, name) {
            (Some(was), Some(name)) => format!("the component calls itself `{name}`, not `{was}`"),
            (None, Some(name)) => format!("the component calls itself `{name}`, and had no name"),
            (Some(was), None) => format!("the component has no name, and called itself `{was}`"),
            (None, None) => String::new(),
        };
        lines.push(line(Change::Renamed, text));
    }
    if let (Some(before), Some(after)) = (before, after) {
        lines.push(line(
            *change,
            format!("the component itself: {}", replaced(before, after, *content, "made of others")),
        ));
    }
    lines
}

/// Writes the differences of two components. `without` stands in place of a missing digest.
fn replaced(before: &Identity, after: &Identity, content: Option<Content>, without: &str) -> String {
    let version = (before.version != after.version).then(|| {
        let version = |identity: &Identity| identity.version.clone().unwrap_or_else(|| "(no version)".to_owned());
        format!("{} -> {}", version(before), version(after))
    });
    let digest = (before.sha256 != after.sha256).then(|| {
        let digest = |identity: &Identity| match &identity.sha256 {
            Some(digest) => format!("sha256 {}", short(digest)),
            None => without.to_owned(),
        };
        format!("{} -> {}", digest(before), digest(after))
    });
    let role = (before.is_adapter != after.is_adapter).then(|| {
        let role = |identity: &Identity| if identity.is_adapter { "called an adapter" } else { "no adapter" };
        format!("{} -> {}", role(before), role(after))
    });
    let content = content.map(|content| match content {
        Content::Metadata => "only metadata changed".to_owned(),
        Content::Code => "code changed".to_owned(),
    });
    [role, version, digest, content].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn identity(identity: &Identity) -> String {
    let version = identity.version.iter().map(|version| format!(" {version}"));
    let digest = identity.sha256.iter().map(|digest| format!(" (sha256 {})", short(digest)));
    version.chain(digest).collect()
}

/// Shortens a digest to its first digits. In a snapshot, the digest may be any text.
fn short(digest: &str) -> String {
    let start: String = digest.chars().take(DIGITS).collect();
    if start == digest { start } else { format!("{start}…") }
}

fn order(Order { after, .. }: &Order) -> Line {
    let order = after.as_deref().unwrap_or("that of their names");
    line(Change::Changed, format!("instances are created in another order: {order}"))
}

fn wire(Wire { change, instance, name, before, after }: &Wire) -> Line {
    let what = match instance {
        Some(path) => format!("`{path}`: `{name}`"),
        None => format!("export `{name}`"),
    };
    let own = || "the component's own code".to_owned();
    let from = |from: &Option<String>| from.as_ref().map_or_else(own, |from| format!("`{from}`"));
    let text = match change {
        Change::Added => format!("{what} from {}", from(after)),
        Change::Removed => format!("{what} from {}", from(before)),
        _ => format!("{what} from {}, not from {}", from(after), from(before)),
    };
    line(*change, text)
}

fn adapter(Adapter { change, instance, before, after, content }: &Adapter) -> Line {
    let anew = match (before, after) {
        (Some(before), Some(after)) => format!(", generated again: {}", replaced(before, after, *content, NOT_THERE)),
        _ => String::new(),
    };
    line(*change, format!("`{instance}`{anew}"))
}

fn grant(Grant { change, component, grant, before, after }: &Grant) -> Line {
    let value = match (before, after) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (before, after) => before.iter().chain(after).cloned().collect(),
    };
    line(*change, format!("`{component}`: `{grant}` {value}"))
}

fn size(Size { before, after }: &Size) -> Line {
    let sign = if after > before { '+' } else { '-' };
    let by = grouped(after.abs_diff(*before));
    plain(format!("{} -> {} bytes ({sign}{by})", grouped(*before), grouped(*after)))
}
