//! Reads the metadata that custom sections of components and core modules contain.
//!
//! The sections are those of the tool conventions (`producers`) and of the annotations that wasm-metadata writes. Each
//! section is read separately, so that a malformed one hides no other.

use std::collections::BTreeSet;

use wasm_encoder::{ComponentSection, CustomSection};
use wasm_metadata::Payload;
use wasmparser::{BinaryReader, Chunk, Name, NameSectionReader, Parser, Payload as Section};

use super::model::{Dependency, Metadata, Producer};
use crate::guard::{Use, guard};
use crate::provenance::{self, Provenance};

/// The custom sections that are read.
const KNOWN: &[&str] =
    &["producers", "version", "description", "authors", "licenses", "source", "homepage", "revision", ".dep-v0"];

/// The names and contents of the custom sections of a core module.
pub(crate) fn custom(bytes: &[u8]) -> Vec<(&str, &[u8])> {
    let (mut parser, mut rest, mut found) = (Parser::new(0), bytes, Vec::new());
    // The bytes were validated before. A parse error ends the list.
    while let Ok(Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) {
        rest = rest.get(consumed..).unwrap_or_default();
        let skipped = match payload {
            Section::CustomSection(section) => {
                found.push((section.name(), section.data()));
                continue;
            }
            Section::End(_) => break,
            Section::CodeSectionStart { size, .. } => {
                parser.skip_section();
                size as usize
            }
            _ => continue,
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    found
}

/// Collects the metadata of custom sections.
pub(crate) fn metadata(sections: &[(&str, &[u8])]) -> Metadata {
    let mut metadata = Metadata::default();
    let mut seen = BTreeSet::new();
    for (name, data) in sections.iter().filter(|(name, _)| KNOWN.contains(name)) {
        // Only the first section of a kind counts: a thousand small lists of packages could exceed any memory.
        match seen.insert(*name).then(|| read(name, data)).flatten() {
            Some(read) => add(&mut metadata, &read),
            None => metadata.malformed.push((*name).to_owned()),
        }
    }
    if sections.iter().any(|(name, _)| *name == provenance::SECTION) && provenance(sections).is_none() {
        metadata.malformed.push(provenance::SECTION.to_owned());
    }
    metadata
}

/// Whether the `producers` section names weld.
pub(crate) fn is_made_by_weld(sections: &[(&str, &[u8])]) -> bool {
    let producers = sections.iter().find(|(name, _)| *name == "producers").and_then(|(name, data)| read(name, data));
    let producers = producers.and_then(|read| read.producers);
    producers.is_some_and(|tools| tools.get("processed-by").is_some_and(|field| field.get("weld").is_some()))
}

/// The name that the name section gives a core module.
pub(crate) fn module_name(sections: &[(&str, &[u8])]) -> Option<String> {
    let (_, data) = sections.iter().find(|(name, _)| *name == "name")?;
    let names = NameSectionReader::new(BinaryReader::new(data, 0));
    names.into_iter().map_while(Result::ok).find_map(|name| match name {
        Name::Module { name, .. } => Some(name.to_owned()),
        _ => None,
    })
}

/// The provenance of a component. `None` if no section `weld` is valid, or if there are two: other tools might read the
/// other one.
pub(crate) fn provenance(sections: &[(&str, &[u8])]) -> Option<Provenance> {
    let mut found = sections.iter().filter(|(name, _)| *name == provenance::SECTION);
    match (found.next(), found.next()) {
        (Some((_, data)), None) => Provenance::read(data),
        _ => None,
    }
}

/// Parses one section, in a component that contains nothing else.
fn read(name: &str, data: &[u8]) -> Option<wasm_metadata::Metadata> {
    let mut component = wasm_encoder::Component::HEADER.to_vec();
    CustomSection { name: name.into(), data: data.into() }.append_to_component(&mut component);
    match guard(Use::METADATA, name, || Payload::from_binary(&component)) {
        Ok(Ok(Payload::Component { metadata, .. })) => Some(metadata),
        _ => None,
    }
}

/// Adds the content of one section.
fn add(metadata: &mut Metadata, read: &wasm_metadata::Metadata) {
    for (field, values) in read.producers.iter().flat_map(|producers| producers.iter()) {
        metadata.producers.extend(values.iter().map(|(name, version)| Producer {
            field: field.clone(),
            name: name.clone(),
            version: version.clone(),
        }));
    }
    fn text(into: &mut Option<String>, read: Option<&impl ToString>) {
        if let Some(read) = read {
            *into = Some(read.to_string());
        }
    }
    text(&mut metadata.version, read.version.as_ref());
    text(&mut metadata.description, read.description.as_ref());
    text(&mut metadata.authors, read.authors.as_ref());
    text(&mut metadata.licenses, read.licenses.as_ref());
    text(&mut metadata.source, read.source.as_ref());
    text(&mut metadata.homepage, read.homepage.as_ref());
    text(&mut metadata.revision, read.revision.as_ref());
    let packages = read.dependencies.iter().flat_map(|dependencies| &dependencies.version_info().packages);
    metadata.dependencies.extend(packages.map(|package| Dependency {
        name: package.name.clone(),
        version: package.version.to_string(),
        source: String::from(package.source.clone()),
        build: serde_json::to_value(package.kind).is_ok_and(|kind| kind == "build"),
    }));
}
