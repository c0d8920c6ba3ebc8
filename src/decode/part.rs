//! Decodes a component and all nested components, each with its types. Components within originals are not decoded.

use std::collections::BTreeSet;
use std::sync::Arc;

use wasmparser::types::Types;

use super::{Known, Level, Malformed, Pieces};

/// The adapters that weld generates for a composition, as pairs of bytes and the name of the instance.
pub(crate) type KnownAdapters<'g> = BTreeSet<(&'g [u8], &'g str)>;

/// What a component is, by its bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity {
    /// The number of the original that it is.
    pub original: Option<usize>,
    /// The names of instances in which it is an adapter, and not the original, although it has the bytes of both.
    pub adapters: Vec<String>,
}

impl Identity {
    /// What some bytes are: those of an original, and those of the adapters among `known` that have them.
    pub(crate) fn new(original: Option<usize>, bytes: &[u8], known: &KnownAdapters<'_>) -> Self {
        let adapters = known.range((bytes, "")..).take_while(|(of, _)| *of == bytes);
        Identity { original, adapters: adapters.map(|(_, name)| (*name).to_owned()).collect() }
    }

    /// The original that an instance of some name is one of. Whoever wrote the file chose the name: as an adapter, the instance may have
    /// no more than what it stands before.
    pub(crate) fn original_of(&self, instance: Option<&str>) -> Option<usize> {
        self.original.filter(|_| !self.adapters.iter().any(|adapter| Some(adapter.as_str()) == instance))
    }

    /// A component that is an original in each of its instances, or in none.
    pub(crate) fn of(original: Option<usize>) -> Self {
        Identity { original, adapters: Vec::new() }
    }
}

/// A component at any depth.
pub(crate) struct Part<'a> {
    /// The imports, nested components, instances and exports.
    pub level: Level<'a>,
    /// The types.
    pub types: Arc<Types>,
    /// The index among all parts of each of [`Level::components`]. Empty for an original that is no adapter.
    pub nested: Vec<usize>,
    /// The index of the enclosing part.
    pub within: Option<usize>,
    /// The original that the part is, and the instances in which it is an adapter instead.
    pub identity: Identity,
    /// Whether the part is an adapter, or within one.
    is_in_adapter: bool,
    /// The bytes. Empty for an outermost component in pieces.
    pub bytes: &'a [u8],
    /// The offset of the bytes in the outermost component.
    pub offset: usize,
}

/// Decodes a component and its nested components, except for those within originals. The outermost part is the first,
/// and each part precedes its nested ones. `known` are the validator's results for these bytes. `identify` returns what
/// a component is, by its bytes. Nothing in an adapter is an original.
///
/// # Errors
///
/// The bytes are not a valid component.
pub(crate) fn parts<'a>(
    all: Pieces<'a>,
    known: &Known,
    identify: &dyn Fn(&[u8]) -> Identity,
) -> Result<Vec<Part<'a>>, Malformed> {
    let mut known = known.within(all);
    let mut parts: Vec<Part<'a>> = Vec::new();
    // The bytes and offset of each component, with the enclosing part and the index among the nested components of that
    // part.
    let mut open = vec![((all.whole().unwrap_or_default(), 0), None)];
    while let Some(((bytes, offset), around)) = open.pop() {
        let pieces = if around.is_none() { all } else { bytes.into() };
        let (level, number) = (Level::decode(pieces)?, parts.len());
        let within = around.map(|(outer, _): (usize, usize)| outer);
        let is_in_adapter = within.and_then(|outer| parts.get(outer)).is_some_and(|outer| outer.is_in_adapter);
        let identity = if is_in_adapter { Identity::default() } else { identify(bytes) };
        let is_adapter = !identity.adapters.is_empty();
        let types = known.types(&(offset..offset + bytes.len()))?;
        let mut nested = Vec::new();
        if identity.original.is_none() || is_adapter {
            let components = level.components.iter().enumerate().rev();
            open.extend(components.map(|(at, part)| ((part.bytes, offset + part.range.start), Some((number, at)))));
            nested = vec![number; level.components.len()];
        }
        let is_in_adapter = is_in_adapter || is_adapter;
        parts.push(Part { level, types, nested, within, identity, is_in_adapter, bytes, offset });
        if let Some(place) = around.and_then(|(outer, at)| parts.get_mut(outer)?.nested.get_mut(at)) {
            *place = number;
        }
    }
    Ok(parts)
}
