//! The text of a snapshot: one line for each thing that can change, so that a review sees what did.
//!
//! Names come from inputs. In a [`Snapshot`] they are as the text has them, escaped: what would steer a terminal, a
//! line break among it, is `\u{…}`, and so is each space that could be taken for the gap between two columns. So no
//! name can pass for something else, printing needs no further escaping, and what is parsed is what was printed.
//! Escaped text stays as it is when it is escaped again; it is never turned back.

use std::borrow::Cow;
use std::fmt;

use super::{Argument, Export, Import, Nested, Snapshot, SnapshotError};
use crate::limits;
use crate::name::unnumbered;
use crate::provenance::Granted;
use crate::text::{Shown, is_steering};

/// The first line, without the version.
const HEADER: &str = "weld snapshot ";

/// The version of the format. A change of what lines mean raises it: every snapshot would have to be written anew.
const VERSION: &str = "1";

/// Where the second column begins: behind most names of interfaces. It is fixed, since were it that of the longest
/// name, one line that changes would change all.
const COLUMN: usize = 40;

/// Where the grants of a component begin, which are a column between two others.
const GRANT_COLUMN: usize = 18;

/// What separates the items of a list.
pub(super) const SEPARATOR: &str = ", ";

/// What comes before the reason why a world is not WIT.
const NOT_WIT: &str = "// not WIT: ";

/// Text as a snapshot has it: escaped, so that it is one column of one line.
pub(super) fn shown(text: &str) -> String {
    let mut escaped = String::new();
    // What is escaped must not pass for text that was written so.
    let text = Shown(&text.replace('\\', "\\\\")).to_string();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_edge = escaped.is_empty() || chars.peek().is_none();
        // Of several in a row, the first may stay.
        if c == ' ' && (is_edge || escaped.ends_with(' ')) {
            escaped.push_str("\\u{20}");
        } else {
            escaped.push(c);
        }
    }
    if escaped.is_empty() { "\"\"".to_owned() } else { escaped }
}

/// The name of an instance or a component as a snapshot has it: [`shown`], one item of a list, and in quotes if it could pass
/// for something that it is not, such as `host`, or an export of another instance.
pub fn name(text: &str) -> String {
    let escaped = shown(text).replace(SEPARATOR, ",\\u{20}");
    let base = unnumbered(text).unwrap_or(text);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/@.+_-".contains(&byte);
    match base.is_empty() || (base.bytes().all(is_plain) && !["host", "outer", "own"].contains(&base)) {
        true => escaped,
        false => format!("\"{}\"", escaped.replace('"', "\\u{22}")),
    }
}

/// The name of an instance, as [`name`] gives it, as a step of a path: in quotes if it could pass for several.
pub(crate) fn step(name: &str) -> Cow<'_, str> {
    match name.contains('/') && !name.starts_with('"') {
        true => Cow::Owned(format!("\"{name}\"")),
        false => Cow::Borrowed(name),
    }
}

/// Several lines as a snapshot has them: each escaped, without spaces at its end, and none of them empty at the start
/// or the end.
pub(super) fn lines(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| Shown(line).to_string().trim_end_matches(' ').to_owned()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

impl fmt::Display for Snapshot {
    /// Writes all but the size.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}{VERSION}")?;
        let own = [("name", &self.name), ("version", &self.version), ("sha256", &self.sha256), ("order", &self.order)];
        section(
            f,
            "component",
            own.iter().filter_map(|(key, value)| Some((key, value.as_ref()?))),
            |f, (key, value)| writeln!(f, "  {key} {value}"),
        )?;
        section(f, "exports", &self.exports, |f, Export { name, from }| {
            columns(f, format!("  {name}"), &from.iter().map(|from| format!("<- {from}")).collect::<Vec<_>>())
        })?;
        section(f, "imports", &self.imports, |f, Import { name, reached_by }| {
            let list = reached_by.join(SEPARATOR);
            columns(f, format!("  {name}"), &Some(list).filter(|list| !list.is_empty()).into_iter().collect::<Vec<_>>())
        })?;
        section(f, "tree", &self.instances, |f, instance| tree(f, instance, 1))?;
        section(f, "virtualize", &self.grants, |f, Granted { component, grant, value }| {
            let component = format!("  {component}");
            columns(f, format!("{}{grant}", padded(component, GRANT_COLUMN)), std::slice::from_ref(value))
        })?;
        let reason = self.wit_reason.iter().map(|reason| format!("{NOT_WIT}{reason}"));
        let world = reason.chain(self.wit.lines().map(str::to_owned));
        section(f, "wit", world, |f, line| if line.is_empty() { writeln!(f) } else { writeln!(f, "  {line}") })
    }
}

impl Snapshot {
    /// Reads the text of a snapshot. `file` is what messages call it. Lines may end as they do on Windows. What is read
    /// is what was printed, but for the size; names stay escaped, as they are in any snapshot.
    ///
    /// # Errors
    ///
    /// Where it is no snapshot, or none of this version, or has a line that none has.
    pub(crate) fn read(text: &str, file: &str) -> Result<Snapshot, SnapshotError> {
        check_header(text, file)?;
        let mut snapshot = Snapshot::default();
        let mut section: Option<Section> = None;
        let mut wit: Vec<&str> = Vec::new();
        // The instances that the next line of the tree may be in, each with its place in the one before.
        let mut open: Vec<usize> = Vec::new();
        for (index, line) in text.lines().enumerate().skip(1) {
            let failed = |reason| SnapshotError::Line { file: file.to_owned(), line: index + 1, reason };
            // Whoever wrote it, it is shown to others as it is.
            if line.chars().any(is_steering) {
                return Err(failed("there is a character in it that a snapshot has escaped"));
            }
            if line.is_empty() {
                wit.extend((section == Some(Section::Wit)).then_some(line));
                continue;
            }
            let Some(item) = line.strip_prefix("  ") else {
                let next = Section::named(line).ok_or_else(|| failed("no section is called so"))?;
                if section >= Some(next) {
                    return Err(failed("the section is there already, or out of order"));
                }
                section = Some(next);
                continue;
            };
            if line.ends_with(' ') {
                return Err(failed("there are spaces at its end"));
            }
            match section {
                None => return Err(failed("it is in no section")),
                Some(Section::Wit) => wit.push(item),
                Some(Section::Tree) => snapshot.add_line(item, &mut open).map_err(failed)?,
                Some(section) => snapshot.add(section, item).map_err(failed)?,
            }
        }
        let wit = wit.join("\n");
        let (first, rest) = wit.split_once('\n').unwrap_or((&wit, ""));
        snapshot.wit_reason = first.strip_prefix(NOT_WIT).map(str::to_owned);
        let world = if snapshot.wit_reason.is_some() { rest } else { &wit };
        snapshot.wit = world.trim_matches('\n').to_owned();
        Ok(snapshot)
    }

    /// Adds a line of a section in which each stands for itself.
    fn add(&mut self, section: Section, item: &str) -> Result<(), &'static str> {
        if item.starts_with(' ') {
            return Err("it is indented too far");
        }
        let mut columns = split(item);
        let name = columns.next().unwrap_or_default().to_owned();
        match (section, columns.next(), columns.next()) {
            (Section::Component, None, None) => self.set(&name)?,
            (Section::Exports, from, None) => {
                let from = from.map(|from| from.strip_prefix("<- ").ok_or("`<-` is missing")).transpose()?;
                self.exports.push(Export { name, from: from.map(str::to_owned) });
            }
            (Section::Imports, list, None) => {
                let list = list.into_iter().flat_map(|list| list.split(SEPARATOR));
                self.imports.push(Import { name, reached_by: list.map(str::to_owned).collect() });
            }
            (Section::Virtualize, Some(grant), Some(value)) => {
                let (grant, value) = (grant.to_owned(), value.to_owned());
                self.grants.push(Granted { component: name, grant, value });
            }
            _ => return Err("it has too few columns, or too many"),
        }
        if columns.next().is_some() { Err("it has too many columns") } else { Ok(()) }
    }

    /// Adds a line about the component itself.
    fn set(&mut self, line: &str) -> Result<(), &'static str> {
        let (key, value) = line.split_once(' ').ok_or("it has no value")?;
        let place = match key {
            "name" => &mut self.name,
            "version" => &mut self.version,
            "sha256" => &mut self.sha256,
            "order" => &mut self.order,
            _ => return Err("there is no such key"),
        };
        match place.replace(value.to_owned()) {
            Some(_) => Err("it is there already"),
            None => Ok(()),
        }
    }

    /// Adds a line of the tree. `open` leads to the instance of the line before, and then to that of this one.
    fn add_line(&mut self, item: &str, open: &mut Vec<usize>) -> Result<(), &'static str> {
        let name = item.trim_start_matches(' ');
        let spaces = item.len() - name.len();
        let depth = spaces / 2;
        if !spaces.is_multiple_of(2) || depth > open.len() || depth > limits::COMPONENT_DEPTH {
            return Err("it is indented too far");
        }
        open.truncate(depth);
        let mut columns = split(name);
        let name = columns.next().unwrap_or_default().to_owned();
        let mut columns = columns.peekable();
        if let Some(from) = columns.peek().and_then(|column| column.strip_prefix("<- ")) {
            let argument = Argument { name, from: from.to_owned() };
            let (last, outer) = open.split_last().ok_or("it is in no instance")?;
            let around = within(&mut self.instances, outer).and_then(|instances| instances.get_mut(*last));
            around.ok_or("it is in no instance")?.arguments.push(argument);
            return columns.nth(1).map_or(Ok(()), |_| Err("it has too many columns"));
        }
        let instances = within(&mut self.instances, open).ok_or("it is in no instance")?;
        let is_adapter = columns.next_if_eq(&"(adapter)").is_some();
        let mut keyed = |key: &str| columns.next_if(|column| column.starts_with(key)).and_then(|c| c.strip_prefix(key));
        let version = keyed("version ").map(str::to_owned);
        let sha256 = keyed("sha256 ").map(str::to_owned);
        if columns.next().is_some() {
            return Err("it has a column that no instance has");
        }
        open.push(instances.len());
        instances.push(Nested { name, is_adapter, version, sha256, ..Nested::default() });
        Ok(())
    }
}

/// Whether bytes begin as a snapshot of some version does. Nothing that is a component begins so.
pub fn is_snapshot(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER.trim_end().as_bytes())
}

/// Whether a text begins as a snapshot of this version does. `file` is what messages call it.
///
/// # Errors
///
/// Where it does not.
pub(super) fn check_header(text: &str, file: &str) -> Result<(), SnapshotError> {
    let file = file.to_owned();
    match text.lines().next().and_then(|line| line.strip_prefix(HEADER)) {
        Some(VERSION) => Ok(()),
        Some(version) if !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(SnapshotError::Version { file, version: version.to_owned() })
        }
        _ => Err(SnapshotError::NotASnapshot { file }),
    }
}

/// The sections, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Component,
    Exports,
    Imports,
    Tree,
    Virtualize,
    Wit,
}

impl Section {
    fn named(name: &str) -> Option<Section> {
        Some(match name {
            "component" => Section::Component,
            "exports" => Section::Exports,
            "imports" => Section::Imports,
            "tree" => Section::Tree,
            "virtualize" => Section::Virtualize,
            "wit" => Section::Wit,
            _ => return None,
        })
    }
}

/// The instances within one that a path of indices leads to.
fn within<'s>(instances: &'s mut Vec<Nested>, path: &[usize]) -> Option<&'s mut Vec<Nested>> {
    path.iter().try_fold(instances, |instances, index| Some(&mut instances.get_mut(*index)?.instances))
}

/// Writes a section, if there is something in it.
fn section<T>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    let mut items = items.into_iter().peekable();
    if items.peek().is_some() {
        write!(f, "\n{name}\n")?;
    }
    items.try_for_each(|item| write(f, item))
}

/// Writes an instance, what fills its imports, and the instances in it.
fn tree(f: &mut fmt::Formatter<'_>, instance: &Nested, depth: usize) -> fmt::Result {
    let Nested { name, is_adapter, version, sha256, arguments, instances } = instance;
    let adapter = is_adapter.then(|| "(adapter)".to_owned());
    let version = version.as_ref().map(|version| format!("version {version}"));
    let sha256 = sha256.as_ref().map(|sha256| format!("sha256 {sha256}"));
    let further: Vec<String> = [adapter, version, sha256].into_iter().flatten().collect();
    columns(f, format!("{}{name}", "  ".repeat(depth)), &further)?;
    for Argument { name, from } in arguments {
        columns(f, format!("{}{name}", "  ".repeat(depth + 1)), &[format!("<- {from}")])?;
    }
    instances.iter().try_for_each(|instance| tree(f, instance, depth + 1))
}

/// Writes a line: a name, and what else there is to say of it, of which the first begins at the second column.
fn columns(f: &mut fmt::Formatter<'_>, name: String, further: &[String]) -> fmt::Result {
    if further.is_empty() {
        writeln!(f, "{name}")
    } else {
        writeln!(f, "{}{}", padded(name, COLUMN), further.join("  "))
    }
}

/// Text with spaces up to a column, and two at least.
fn padded(mut text: String, column: usize) -> String {
    let missing = column.saturating_sub(text.chars().count());
    text.push_str(&" ".repeat(missing.max(2)));
    text
}

/// The columns of a line.
fn split(line: &str) -> impl Iterator<Item = &str> {
    line.split("  ").map(|column| column.trim_start_matches(' ')).filter(|column| !column.is_empty())
}
