//! Decodes a component and all components nested in it, each with its types. Originals stay closed.

use std::collections::BTreeSet;
use std::sync::Arc;

use wasmparser::types::Types;

use super::{Known, Level, Malformed, Pieces};

/// The adapters that weld generates for a composition, as pairs of bytes and the name of the instance.
pub type KnownAdapters<'g> = BTreeSet<(&'g [u8], &'g str)>;

/// What a component is, by its bytes.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// The number of the original that it is.
    pub original: Option<usize>,
    /// The names of instances in which it is an adapter, and not the original, although it has the bytes of both.
    pub adapters: Vec<String>,
}

impl Identity {
    /// What some bytes are: those of an original, and those of the adapters among `known` that have them.
    pub fn new(original: Option<usize>, bytes: &[u8], known: &KnownAdapters<'_>) -> Self {
        let adapters = known.range((bytes, "")..).take_while(|(of, _)| *of == bytes);
        Identity { original, adapters: adapters.map(|(_, name)| (*name).to_owned()).collect() }
    }

    /// The original that an instance of some name is one of. Whoever wrote the file chose the name: as an adapter, the instance may have
    /// no more than what it stands before.
    pub fn original_of(&self, instance: Option<&str>) -> Option<usize> {
        self.original.filter(|_| !self.adapters.iter().any(|adapter| Some(adapter.as_str()) == instance))
    }

    /// It is an original in each of its instances, or in none.
    pub fn of(original: Option<usize>) -> Self {
        Identity { original, adapters: Vec::new() }
    }
}

/// A component at any depth.
pub struct Part<'a> {
    /// Its imports, nested components, instances and exports.
    pub level: Level<'a>,
    /// Its types.
    pub types: Arc<Types>,
    /// The indices of [`Level::components`] among all parts. Empty for an original that is no adapter.
    pub nested: Vec<usize>,
    /// The part around it.
    pub within: Option<usize>,
    /// Which original it is, and where it is none.
    pub identity: Identity,
    is_in_adapter: bool,
    /// Its bytes. Empty for an outermost component in pieces.
    pub bytes: &'a [u8],
    /// The offset of its bytes within the outermost component.
    pub offset: usize,
}

/// Decodes a component and the components nested in it, except those within originals: the outermost first, each before its
/// nested ones. `known` are the validator's results for these bytes; `identify` says what bytes are. Nothing in an adapter is an
/// original.
///
/// # Errors
///
/// The bytes are not a valid component.
pub fn parts<'a>(
    all: Pieces<'a>,
    known: &Known,
    identify: &dyn Fn(&[u8]) -> Identity,
) -> Result<Vec<Part<'a>>, Malformed> {
    let mut known = known.within(all);
    let mut parts: Vec<Part<'a>> = Vec::new();
    // Each with its offset, then its parent part and its place there.
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
            open.extend(components.map(|(at, of)| ((of.bytes, offset + of.range.start), Some((number, at)))));
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
