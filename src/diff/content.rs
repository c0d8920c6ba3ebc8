//! Whether the code of components changed, or what they say of themselves alone: names, producers, licences, provenance.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use sha2::{Digest, Sha256};
use wasmparser::{Parser, Payload};

use super::{Difference, Identity};

/// What of a component changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Custom sections alone, in it or in what is nested in it.
    Metadata,
    /// Something else: code, data, types or wiring.
    Code,
}

/// What components are without their custom sections, by the digests of their bytes: a component and all that are nested in it.
#[derive(Debug, Default)]
pub struct Contents {
    nested: BTreeMap<String, [u8; 32]>,
    whole: Option<[u8; 32]>,
}

impl Contents {
    /// Reads a component, which has been validated.
    pub fn of(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        let of = |range: Range<u64>| bytes.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?);
        let mut open = vec![(Some(bytes), Sha256::default())];
        for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
            let section = match &payload {
                Payload::CustomSection(_) => None,
                Payload::ModuleSection { .. } => {
                    open.push((None, Sha256::default()));
                    None
                }
                Payload::ComponentSection { unchecked_range, .. } => {
                    open.push((of(unchecked_range.clone()), Sha256::default()));
                    None
                }
                Payload::End(_) => {
                    let Some((bytes, hasher)) = open.pop() else { break };
                    let digest = <[u8; 32]>::from(hasher.finalize());
                    if let Some(bytes) = bytes {
                        contents.nested.insert(hex(&Sha256::digest(bytes)), digest);
                    }
                    match open.last_mut() {
                        // What is nested is there by its digest, so that each byte counts once.
                        Some((_, around)) => around.update(digest),
                        None => contents.whole = Some(digest),
                    }
                    None
                }
                Payload::Version { range, .. } => Some((0, range.clone())),
                payload => payload.as_section(),
            };
            if let (Some((id, range)), Some((_, hasher))) = (section, open.last_mut()) {
                // The length ends one section before the next.
                hasher.update([id]);
                let section = of(range).unwrap_or_default();
                hasher.update((section.len() as u64).to_le_bytes());
                hasher.update(section);
            }
        }
        contents
    }

    /// What changed from this component to another, the bytes of which differ.
    pub fn changed_to(&self, after: &Contents) -> Content {
        if self.whole == after.whole { Content::Metadata } else { Content::Code }
    }
}

impl Difference {
    /// Says of each component that is another now what of it changed.
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

/// A digest as snapshots have it.
fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
