//! Replaces nested components within the bytes of a component.
//!
//! Component Model, Binary Format: a component is a preamble and sections, each with an id, a size and that many bytes.
//! A nested component is a section.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{ComponentSectionId, CustomSection, RawSection, Section};
use wasmparser::BinaryReader;

use crate::decode::Malformed;
use crate::load::digest::Digest;
use crate::provenance::{Provenance, SECTION};

/// The length of the preamble.
const PREAMBLE: usize = 8;

/// A replacement of a nested component.
pub(super) struct Edit<'c> {
    /// The names of the nested component in the composition around it.
    pub names: BTreeSet<String>,
    pub bytes: &'c [u8],
    /// The digest of its file.
    pub digest: Digest,
}

/// The replacements, by the offset of the nested component.
pub(super) type Edits<'c> = BTreeMap<usize, Edit<'c>>;

/// The names, in the compositions around them, of components that contain edited ones, by their offset.
pub(super) type Holders = BTreeMap<usize, BTreeSet<String>>;

/// Returns the bytes of a component with the replacements applied.
///
/// # Errors
///
/// The bytes are not those of a component.
pub(super) fn replace(bytes: &[u8], edits: &Edits<'_>, holders: &Holders) -> Result<Vec<u8>, Malformed> {
    level(bytes, 0, edits, holders)
}

/// A section of a component.
struct EditedSection<'a> {
    id: u8,
    data: &'a [u8],
    /// The bytes of the section, with id and size.
    whole: &'a [u8],
    /// The replacement of its data.
    edited: Option<Cow<'a, [u8]>>,
}

/// Returns the bytes of one component, which begins at `offset` of the outermost one.
fn level(bytes: &[u8], offset: usize, edits: &Edits<'_>, holders: &Holders) -> Result<Vec<u8>, Malformed> {
    let mut reader = BinaryReader::new(bytes, offset as u64);
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(reader.read_bytes(PREAMBLE)?);
    // Provenance may precede the components.
    let (mut parts, mut digests) = (Vec::new(), BTreeMap::new());
    while !reader.eof() {
        let start = reader.current_position();
        let id = reader.read_u8()?;
        let size = reader.read_var_u32()?;
        let at = offset + reader.current_position();
        let data = reader.read_bytes(size as usize)?;
        let is_component = id == ComponentSectionId::Component as u8;
        let edited = match edits.get(&at) {
            Some(edit) if is_component && edit.bytes != data => {
                digests.extend(edit.names.iter().map(|name| (name.clone(), edit.digest)));
                Some(Cow::Borrowed(edit.bytes))
            }
            _ if is_component && edits.range(at..at + data.len()).next().is_some() => {
                let nested = level(data, at, edits, holders)?;
                let digest = Digest::of(&nested);
                let names = holders.get(&at).into_iter().flatten().filter(|_| nested != data);
                digests.extend(names.map(|name| (name.clone(), digest)));
                Some(Cow::Owned(nested))
            }
            _ => None,
        };
        let whole = bytes.get(start..reader.current_position()).unwrap_or_default();
        parts.push(EditedSection { id, data, whole, edited });
    }
    for EditedSection { id, data, whole, edited } in parts {
        match edited {
            Some(edited) if *edited != *data => RawSection { id, data: &edited }.append_to(&mut out),
            _ if id == 0 => custom(data, &digests, whole, &mut out),
            _ => out.extend_from_slice(whole),
        }
    }
    Ok(out)
}

/// Writes a custom section. Provenance gets the digests of the replacements.
fn custom(data: &[u8], digests: &BTreeMap<String, Digest>, section: &[u8], out: &mut Vec<u8>) {
    let mut reader = BinaryReader::new(data, 0);
    let is_provenance = reader.read_string().is_ok_and(|name| name == SECTION);
    let rest = data.get(reader.current_position()..).unwrap_or_default();
    let read = Provenance::read(rest).filter(|_| is_provenance && !digests.is_empty());
    let Some(mut provenance) = read else { return out.extend_from_slice(section) };
    let before = provenance.clone();
    for input in &mut provenance.components {
        if let Some(digest) = digests.get(&input.name) {
            input.sha256 = digest.to_string();
        }
    }
    match provenance == before {
        true => out.extend_from_slice(section),
        false => CustomSection { name: SECTION.into(), data: provenance.json().into_bytes().into() }.append_to(out),
    }
}
