//! What changed between two components: JSON, which `docs/json.md` describes, and words made from the same value.

mod markup;

use serde::Serialize;

use crate::diff::{
    Adapter, Capability, Change, Component, Content, Difference, Grant, Identity, Item, Order, Size, Type, Wire,
};
use crate::name;
use crate::text::grouped;

/// How much of a digest is shown. JSON has all of it.
const DIGITS: usize = 12;

/// What changed between two components, and how the comparison ended.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub struct Report {
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
pub struct Input {
    pub file: String,
    pub form: Form,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Form {
    Component,
    Snapshot,
}

/// How a comparison ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They are the same byte for byte.
    Equal,
    /// They are the same in all that a snapshot says, and one of them is a snapshot.
    Same,
    /// Their snapshots differ, in something that there are no words for: an order that has no meaning, say.
    Snapshots,
    /// Nothing that was compared differs, and the bytes do, in custom sections alone.
    Metadata,
    /// Nothing that was compared differs, and the bytes do.
    Bytes,
    /// Something differs.
    Different,
}

impl Verdict {
    /// What it says in the place of a difference.
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

/// What stands for the digest of an instance's component that has none.
const NOT_THERE: &str = "not in the file";

/// A line, and what it begins with.
struct Line {
    mark: Mark,
    depth: usize,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Heading,
    /// What can be reached now, which matters most.
    Gained,
    Change(Change),
    None,
}

impl Report {
    /// What there is to say in words, in the colours of a terminal if it has some.
    pub fn words(&self, is_colored: bool) -> String {
        let mut text = words(&self.difference, is_colored);
        let Some(verdict) = self.verdict.words() else { return text };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{verdict}\n"));
        text
    }
}

/// A difference in words, group by group, in the colours of a terminal if it has some.
pub fn words(difference: &Difference, is_colored: bool) -> String {
    groups(difference).map(|lines| written(&lines, is_colored)).collect::<Vec<_>>().join("\n")
}

/// The groups that there is something to say in, in order.
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
    let of = |Line { mark, depth, text }: &Line| {
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
    lines.iter().map(of).collect()
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

/// The name of an interface, and its version.
fn versioned(name: &str) -> (&str, &str) {
    let (base, version) = name::versioned(name);
    (base, version.unwrap_or("(no version)"))
}

/// What changed in an interface, each below what it is in.
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
            let of =
                |text: &str| Line { mark: Mark::Change(change), depth: depth + within.len(), text: text.to_owned() };
            lines.extend(wit.iter().flat_map(|wit| wit.lines()).map(of));
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

/// What differs between two components. `without` is said in the place of a digest where there is none.
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

/// The beginning of a digest. In a snapshot it may be any text.
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
