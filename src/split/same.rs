//! Compares the components and wires of two compositions, regardless of the names of instances.

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::model::{Component, Inspection, Item, Kind, Source, Wire};
use crate::load::digest::Digest;

/// Compares two compositions.
///
/// # Errors
///
/// A description of the first difference.
pub(super) fn compare(before: &Inspection, after: &Inspection) -> Result<(), String> {
    let (Some(old), Some(new)) = (before.components.first(), after.components.first()) else { return Ok(()) };
    let named = |item: &Item| (item.name.clone(), item.kind);
    let imports = |of: &Component| -> BTreeMap<String, Kind> {
        of.imports.iter().filter(|item| !is_plain(item)).map(named).collect()
    };
    if imports(old) != imports(new) {
        return Err("its imports".to_owned());
    }
    let exports = |of: &Component| -> BTreeMap<String, Kind> { of.exports.iter().map(named).collect() };
    if exports(old) != exports(new) {
        return Err("its exports".to_owned());
    }
    let (old, new) = (Terms::of(before), Terms::of(after));
    if old.exports() != new.exports() {
        return Err("what it exports".to_owned());
    }
    match sorted(&old.terms) == sorted(&new.terms) {
        true => Ok(()),
        false => Err("the components in it, or what fills their imports".to_owned()),
    }
}

/// Whether an import consists of types without resources, which are equal from any source. Tools differ in what fills
/// such an import, and in whether the output imports it.
fn is_plain(item: &Item) -> bool {
    let is_type =
        |line: &str| ["record ", "variant ", "enum ", "flags ", "type "].iter().any(|word| line.starts_with(word));
    match item.kind {
        Kind::Type => is_type(&item.wit),
        // Each item of an interface has a line.
        Kind::Instance => item.wit.lines().skip(1).map(str::trim).all(|line| line == "}" || is_type(line)),
        _ => false,
    }
}

fn sorted(terms: &[String]) -> Vec<&String> {
    let mut terms: Vec<&String> = terms.iter().collect();
    terms.sort();
    terms
}

/// The identity of each instance of the outermost component: the digest of its component and of its arguments.
struct Terms<'i> {
    inspection: &'i Inspection,
    /// The index in `terms` of each instance.
    places: BTreeMap<usize, usize>,
    terms: Vec<String>,
}

impl<'i> Terms<'i> {
    fn of(inspection: &'i Inspection) -> Self {
        let mut terms = Terms { inspection, places: BTreeMap::new(), terms: Vec::new() };
        // Arguments of an instance come before it.
        let instances = inspection.instances.iter().enumerate();
        for (index, instance) in instances.filter(|(_, instance)| instance.within == Some(0)) {
            let component = instance.component.and_then(|index| inspection.components.get(index));
            let mut text = component.map(|component| component.sha256.clone()).unwrap_or_default();
            let imports = component.into_iter().flat_map(|component| &component.imports);
            let plain: BTreeSet<&str> = imports.filter(|item| is_plain(item)).map(|item| item.name.as_str()).collect();
            let wires = instance.imports.iter().filter(|wire| !plain.contains(wire.name.as_str()));
            let mut wires: Vec<String> = wires.map(|wire| terms.wire(wire)).collect();
            wires.sort();
            text.extend(wires);
            terms.places.insert(index, terms.terms.len());
            terms.terms.push(Digest::of(text.as_bytes()).to_string());
        }
        terms
    }

    fn exports(&self) -> Vec<String> {
        let outermost = self.inspection.instances.first();
        let mut exports: Vec<String> =
            outermost.into_iter().flat_map(|of| &of.exports).map(|wire| self.wire(wire)).collect();
        exports.sort();
        exports
    }

    /// A wire as text.
    fn wire(&self, wire: &Wire) -> String {
        format!("\n{:?} {}", wire.name, self.source(&wire.from))
    }

    fn source(&self, source: &Source) -> String {
        match source {
            Source::Import { name, path } => format!("host {name:?} {path:?}"),
            Source::Instance { instance, path } => {
                let term = self.places.get(instance).and_then(|place| self.terms.get(*place));
                format!("{} {path:?}", term.map_or("elsewhere", String::as_str))
            }
            Source::Bundle { items } => {
                let mut items: Vec<String> = items.iter().map(|item| self.wire(item)).collect();
                items.sort();
                format!("{{{}}}", items.concat())
            }
            Source::Component { component } => format!("component {component}"),
            Source::Own => "own".to_owned(),
        }
    }
}
