//! Determines whether the code of components changed, or only metadata: names, producers, licences, provenance.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use sha2::{Digest, Sha256};
use wasmparser::{Parser, Payload};

use super::{Difference, Identity};

/// The part of a component's content that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Content {
    /// Only custom sections, of the component or of nested ones.
    Metadata,
    /// Anything else: code, data, types or wiring.
    Code,
}

/// For a component and all nested ones, the digest of the content without custom sections, by the SHA-256 of all bytes.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    nested: BTreeMap<String, [u8; 32]>,
    whole: Option<[u8; 32]>,
}

impl Contents {
    /// Reads a component, which must be valid.
    pub(crate) fn of(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        let slice = |range: Range<u64>| bytes.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?);
        let mut open = vec![(Some(bytes), Sha256::default())];
        for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
            let section = match &payload {
                Payload::CustomSection(_) => None,
                Payload::ModuleSection { .. } => {
                    open.push((None, Sha256::default()));
                    None
                }
                Payload::ComponentSection { unchecked_range, .. } => {
                    open.push((slice(unchecked_range.clone()), Sha256::default()));
                    None
                }
                Payload::End(_) => {
                    let Some((bytes, hasher)) = open.pop() else { break };
                    let digest = <[u8; 32]>::from(hasher.finalize());
                    if let Some(bytes) = bytes {
                        contents.nested.insert(hex(&Sha256::digest(bytes)), digest);
                    }
                    match open.last_mut() {
                        // The enclosing component hashes this digest, so that each byte is hashed once.
                        Some((_, around)) => around.update(digest),
                        None => contents.whole = Some(digest),
                    }
                    None
                }
                Payload::Version { range, .. } => Some((0, range.clone())),
                payload => payload.as_section(),
            };
            if let (Some((id, range)), Some((_, hasher))) = (section, open.last_mut()) {
                // The length separates the section from the next one.
                hasher.update([id]);
                let section = slice(range).unwrap_or_default();
                hasher.update((section.len() as u64).to_le_bytes());
                hasher.update(section);
            }
        }
        contents
    }

    /// The part of the content that changed, for two components whose bytes differ.
    pub(crate) fn changed_to(&self, after: &Contents) -> Content {
        if self.whole == after.whole { Content::Metadata } else { Content::Code }
    }
}

impl Difference {
    /// Adds to each replaced component the part of its content that changed.
    pub(crate) fn with_contents(mut self, before: &Contents, after: &Contents) -> Self {
        let changed = |old: &Option<Identity>, new: &Option<Identity>| {
            let (old, new) = (old.as_ref()?.sha256.as_ref()?, new.as_ref()?.sha256.as_ref()?);
            let (was, is) = (before.nested.get(old)?, after.nested.get(new)?);
            (old != new).then_some(if was == is { Content::Metadata } else { Content::Code })
        };
        for component in &mut self.components {
            component.content = changed(&component.before, &component.after);
        }
        for adapter in &mut self.adapters {
            adapter.content = changed(&adapter.before, &adapter.after);
        }
        self
    }
}

/// A digest in the notation of snapshots.
fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
