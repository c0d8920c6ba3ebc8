//! An output that is one of its components itself, followed by its provenance.

use std::collections::BTreeMap;

use crate::decode::{Level, Malformed, Pieces};
use crate::link::Graph;
use crate::load::{Component, Components};
use crate::provenance::{Provenance, SECTION};

/// The component that equals the output, if the plan adds nothing to it: no name, no other component, each import once
/// and under its own name, and exactly its exports. A component with provenance of its own is excluded, since the
/// output would have two such sections.
///
/// # Errors
///
/// The component cannot be decoded.
pub(super) fn planned<'c>(components: &'c Components, graph: &Graph) -> Result<Option<&'c Component>, Malformed> {
    let all: Vec<_> = graph.instances().collect();
    let [(node, instance)] = all.as_slice() else { return Ok(None) };
    let component = &components[instance.component];
    let level = Level::decode(component.bytes())?;
    let is_marked = level.custom.iter().any(|(name, _)| *name == SECTION);
    if graph.name.is_some() || graph.is_ruled || !graph.imported.is_empty() || is_marked {
        return Ok(None);
    }
    let mut hosts = BTreeMap::new();
    for (host, import) in graph.hosts() {
        let [part] = import.parts.as_slice() else { return Ok(None) };
        if part.node != *node || part.import != import.name || !import.types.is_empty() {
            return Ok(None);
        }
        if hosts.insert(import.name.as_str(), host).is_some() {
            return Ok(None);
        }
    }
    if hosts.len() != level.imports.len() {
        return Ok(None);
    }
    for (source, wire) in graph.arguments(*node) {
        if hosts.remove(wire.import.as_str()) != Some(source) || !wire.path.is_empty() {
            return Ok(None);
        }
    }
    let own = level.exports.iter().map(|export| (*node, export.name, vec![export.name]));
    let exports = graph.exports().iter().map(|export| {
        let path: Vec<&str> = export.path.iter().map(String::as_str).collect();
        (export.node, export.name.as_str(), path)
    });
    Ok((hosts.is_empty() && own.eq(exports)).then_some(component))
}

/// Checks that an output is a component, followed by nothing except the custom section of `provenance`, if that is
/// planned.
pub(super) fn compare(component: &Component, provenance: Option<&Provenance>, bytes: Pieces<'_>) -> Result<(), String> {
    let length = component.bytes().len();
    let own = bytes.get(0..length).filter(|own| std::ptr::eq(*own, component.bytes()) || *own == component.bytes());
    let Some(rest) = own.and_then(|_| bytes.get(length..bytes.len())) else {
        return Err(format!("it is not `{}` itself", component.name()));
    };
    match provenance.map(section) {
        Some(_) if rest.is_empty() => Err("it does not say what it was made of".to_owned()),
        Some(planned) if rest != planned => Err("it says that it was made of something else".to_owned()),
        None if !rest.is_empty() => Err(format!("it is more than `{}`", component.name())),
        _ => Ok(()),
    }
}

/// The custom section with the provenance.
///
/// Component Model, Binary Format: the id 0, the length, the length of the name, the name, and the data.
fn section(provenance: &Provenance) -> Vec<u8> {
    let content = [&leb128(SECTION.len()), SECTION.as_bytes(), provenance.json().as_bytes()].concat();
    [&[0], leb128(content.len()).as_slice(), &content].concat()
}

/// A number in the shortest form of LEB128.
fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
