//! The text of a snapshot: one line for each item that can change.
//!
//! Names come from inputs, so a [`Snapshot`] has them escaped. Control characters, line breaks included, are `\u{…}`,
//! as is each space that could be read as a separator of columns. So no name can pass for anything else, printing
//! escapes nothing more, and parsing returns what was printed. Escaping is idempotent, and escaped text is never
//! unescaped.

use std::borrow::Cow;
use std::fmt;

use super::{Argument, Export, Import, Nested, Snapshot, SnapshotError};
use crate::limits;
use crate::name::unnumbered;
use crate::provenance::Granted;
use crate::text::{Shown, is_steering};

/// The first line, without the version.
const HEADER: &str = "weld snapshot ";

/// The version of the format. A change of the meaning of lines increases it, and makes all existing snapshots invalid.
const VERSION: &str = "1";

/// The start of the second column, after most names of interfaces. It is constant: if it depended on the longest name,
/// one line could change all others.
const COLUMN: usize = 40;

/// The start of the middle column in the lines of grants.
const GRANT_COLUMN: usize = 18;

/// The separator of the items in a list.
pub(super) const SEPARATOR: &str = ", ";

/// The prefix of the reason that a world is not WIT.
const NOT_WIT: &str = "// not WIT: ";

/// Escapes text, so that it is one column of one line.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    // A backslash in the text must not pass for an escape.
    let text = Shown(&text.replace('\\', "\\\\")).to_string();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_edge = escaped.is_empty() || chars.peek().is_none();
        // A single space between words stays, because two spaces separate columns.
        if c == ' ' && (is_edge || escaped.ends_with(' ')) {
            escaped.push_str("\\u{20}");
        } else {
            escaped.push(c);
        }
    }
    if escaped.is_empty() { "\"\"".to_owned() } else { escaped }
}

/// Escapes the name of an instance or a component as [`escape`] does, so that it is one item of a list. It is quoted if
/// it could be read as something else, such as `host`, or the export of another instance.
pub(crate) fn name(text: &str) -> String {
    let escaped = escape(text).replace(SEPARATOR, ",\\u{20}");
    let base = unnumbered(text).unwrap_or(text);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/@.+_-".contains(&byte);
    match base.is_empty() || (base.bytes().all(is_plain) && !["host", "outer", "own"].contains(&base)) {
        true => escaped,
        false => format!("\"{}\"", escaped.replace('"', "\\u{22}")),
    }
}

/// The [`name`] of an instance as one step of a path. It is quoted if it could be read as several steps.
pub(crate) fn step(name: &str) -> Cow<'_, str> {
    match name.contains('/') && !name.starts_with('"') {
        true => Cow::Owned(format!("\"{name}\"")),
        false => Cow::Borrowed(name),
    }
}

/// Escapes the lines of a text, and removes spaces at the end of lines and empty lines at the start and the end.
pub(super) fn lines(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| Shown(line).to_string().trim_end_matches(' ').to_owned()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

impl fmt::Display for Snapshot {
    /// Writes all fields except for `size` and `whole`.
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
    /// Parses the text of a snapshot, with any line endings. `file` is the name for messages. The result equals the
    /// snapshot that was printed, except for `size` and `whole`. Names stay escaped.
    ///
    /// # Errors
    ///
    /// The text is not a snapshot of this version, or has an invalid line.
    pub(crate) fn read(text: &str, file: &str) -> Result<Snapshot, SnapshotError> {
        check_header(text, file)?;
        let mut snapshot = Snapshot::default();
        let mut section: Option<Section> = None;
        let mut wit: Vec<&str> = Vec::new();
        // The indices that lead to the instance of the line before.
        let mut open: Vec<usize> = Vec::new();
        for (index, line) in text.lines().enumerate().skip(1) {
            let failed = |reason| SnapshotError::Line { file: file.to_owned(), line: index + 1, reason };
            // The text may be written by anybody, and is printed unescaped.
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

    /// Adds a line of a section other than the tree and the world.
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

    /// Adds a line of the tree. `open` has the indices that lead to the instance of the line before, and is updated.
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

/// Whether bytes begin like a snapshot of any version. No component begins like that.
pub(crate) fn is_snapshot(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER.trim_end().as_bytes())
}

/// Checks that a text begins like a snapshot of this version. `file` is the name for messages.
///
/// # Errors
///
/// The text does not.
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

/// The sections, in order.
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

/// The instances in the instance to which a path of indices leads.
fn within<'s>(instances: &'s mut Vec<Nested>, path: &[usize]) -> Option<&'s mut Vec<Nested>> {
    path.iter().try_fold(instances, |instances, index| Some(&mut instances.get_mut(*index)?.instances))
}

/// Writes a section, unless it is empty.
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

/// Writes an instance with its arguments and nested instances.
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

/// Writes a line: a name, and further columns, of which the first begins at [`COLUMN`].
fn columns(f: &mut fmt::Formatter<'_>, name: String, further: &[String]) -> fmt::Result {
    if further.is_empty() {
        writeln!(f, "{name}")
    } else {
        writeln!(f, "{}{}", padded(name, COLUMN), further.join("  "))
    }
}

/// Appends spaces up to a column, and at least two.
fn padded(mut text: String, column: usize) -> String {
    let missing = column.saturating_sub(text.chars().count());
    text.push_str(&" ".repeat(missing.max(2)));
    text
}

/// Splits a line into columns.
fn split(line: &str) -> impl Iterator<Item = &str> {
    line.split("  ").map(|column| column.trim_start_matches(' ')).filter(|column| !column.is_empty())
}
