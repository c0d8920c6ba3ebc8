//! Compares the components and wires of two compositions, regardless of the names of instances.

use std::collections::BTreeMap;

use crate::inspect::model::{Component, Inspection, Item, Kind, Source, Wire};
use crate::load::digest::Digest;

/// Compares two compositions.
///
/// # Errors
///
/// A description of the first difference.
pub fn compare(before: &Inspection, after: &Inspection) -> Result<(), String> {
    let items = |of: &[Item]| of.iter().map(|item| (item.name.clone(), item.kind)).collect::<BTreeMap<String, Kind>>();
    let (Some(old), Some(new)) = (before.components.first(), after.components.first()) else { return Ok(()) };
    if items(&old.imports) != items(&new.imports) {
        return Err("its imports".to_owned());
    }
    if items(&old.exports) != items(&new.exports) {
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

/// Whether a wire fills an import of a type that is the same from any source: tools choose differently.
fn is_plain(importer: Option<&Component>, wire: &Wire) -> bool {
    let item = importer.and_then(|of| of.imports.iter().find(|item| item.name == wire.name));
    item.is_some_and(|item| item.kind == Kind::Type && !item.wit.starts_with("resource "))
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
        for (index, instance) in inspection.instances.iter().enumerate().filter(|(_, of)| of.within == Some(0)) {
            let component = instance.component.and_then(|of| inspection.components.get(of));
            let mut text = component.map(|of| of.sha256.clone()).unwrap_or_default();
            let mut wires: Vec<String> = instance
                .imports
                .iter()
                .filter(|wire| !is_plain(component, wire))
                .map(|wire| terms.wire(wire))
                .collect();
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
