//! The types that the validator found for a component and for its nested components.
//!
//! The validator returns the types of each component at the end of that component. These types refer to the types of
//! all earlier components, so keeping them for each of a thousand components takes a thousand times the memory of one.
//! Only the first [`TYPES_KEPT`] are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use wasmparser::types::Types;
use wasmparser::{Encoding, Payload, ValidPayload, Validator, WasmFeatures};

use super::{Malformed, Pieces, all_sections};
use crate::limits::{COMPONENT_DEPTH, LEVELS_AGAIN, TYPES_KEPT};

/// The types of a component, and of the first [`TYPES_KEPT`] nested components by the order of their ends.
pub(crate) struct Known {
    outermost: Arc<Types>,
    /// The types of nested components, by the offset at which each component starts.
    nested: BTreeMap<u64, Arc<Types>>,
    depth: usize,
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("nested", &self.nested.len()).field("depth", &self.depth).finish_non_exhaustive()
    }
}

impl Known {
    /// Validates a component, except for the bodies of functions, and keeps its types.
    ///
    /// # Errors
    ///
    /// The bytes are not a valid component, or nest components too deep.
    pub(crate) fn read(bytes: &[u8]) -> Result<Known, Malformed> {
        structure(bytes.into(), TYPES_KEPT)?.known(bytes.len())
    }

    /// Returns the types of the component itself.
    pub(crate) fn outermost(&self) -> &Arc<Types> {
        &self.outermost
    }

    /// Returns the number of levels of nested components.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Returns a lookup for the types of nested components. `bytes` are those of the component.
    pub(crate) fn within<'k>(&'k self, bytes: Pieces<'k>) -> Within<'k> {
        let levels = self.depth.clamp(1, LEVELS_AGAIN);
        Within { known: self, bytes, left: bytes.len().saturating_mul(levels), all: None }
    }
}

/// A lookup for the types of nested components.
pub(crate) struct Within<'k> {
    known: &'k Known,
    bytes: Pieces<'k>,
    /// The number of bytes that may still be validated again for types that were not kept.
    left: usize,
    all: Option<BTreeMap<u64, Arc<Types>>>,
}

impl Within<'_> {
    /// Returns the types of the component in a range of the bytes. If they were not kept, the component is validated
    /// again by itself. That is limited to each byte once for each of [`LEVELS_AGAIN`] levels, and fails for a
    /// component that needs types of enclosing ones. The outermost component is then validated again, and the types of
    /// all nested components are kept.
    ///
    /// # Errors
    ///
    /// There is no component in that range.
    pub(crate) fn types(&mut self, range: &Range<usize>) -> Result<Arc<Types>, Malformed> {
        let start = range.start as u64;
        if start == 0 {
            return Ok(Arc::clone(&self.known.outermost));
        }
        let kept = self.known.nested.get(&start).or_else(|| self.all.as_ref()?.get(&start));
        if let Some(types) = kept {
            return Ok(Arc::clone(types));
        }
        if let Some(left) = self.left.checked_sub(range.len())
            && let Some(alone) = self.bytes.get(range.clone())
        {
            self.left = left;
            if let Ok(alone) = structure(alone.into(), 0).and_then(|found| found.known(alone.len())) {
                return Ok(alone.outermost);
            }
        }
        if self.all.is_none() {
            self.all = Some(structure(self.bytes, usize::MAX)?.nested);
        }
        let types = self.all.as_ref().and_then(|all| all.get(&start));
        types.cloned().ok_or_else(|| Malformed::new("no component", start))
    }
}

/// Collects the types that the validator returns while it reads a component.
#[derive(Default)]
pub(crate) struct Keeper {
    /// The offset of each component and module that has begun and not ended, the outermost first, and whether it is a
    /// component.
    open: Vec<(u64, bool)>,
    nested: BTreeMap<u64, Arc<Types>>,
    /// The number of nested components whose types are kept.
    most: usize,
    outermost: Option<Arc<Types>>,
    depth: usize,
}

impl Keeper {
    /// Creates a keeper for the number of types that [`Known`] has.
    pub(crate) fn new() -> Self {
        Keeper { most: TYPES_KEPT, ..Keeper::default() }
    }

    /// Registers a section. To be called before the section is validated.
    pub(crate) fn starts(&mut self, payload: &Payload<'_>) {
        if let Payload::Version { range, encoding, .. } = payload {
            self.open.push((range.start, *encoding == Encoding::Component));
            self.depth = self.depth.max(self.open.iter().filter(|(_, is_component)| *is_component).count());
        }
    }

    /// Takes the types that the validator returns at the end of a component or core module.
    pub(crate) fn ends(&mut self, types: Types) {
        match self.open.pop() {
            Some((start, true)) if !self.open.is_empty() && self.nested.len() < self.most => {
                self.nested.insert(start, Arc::new(types));
            }
            _ if self.open.is_empty() => self.outermost = Some(Arc::new(types)),
            _ => {}
        }
    }

    /// Returns the types after the end of the component. `length` is the number of its bytes.
    ///
    /// # Errors
    ///
    /// The outermost component has not ended.
    pub(crate) fn known(self, length: usize) -> Result<Known, Malformed> {
        let outermost = self.outermost.ok_or_else(|| Malformed::new("unexpected end", length as u64))?;
        Ok(Known { outermost, nested: self.nested, depth: self.depth.saturating_sub(1) })
    }
}

/// Validates a component without the bodies of functions, and keeps the types of the first `most` nested components.
fn structure(bytes: Pieces<'_>, most: usize) -> Result<Keeper, Malformed> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut keeper = Keeper { most, ..Keeper::default() };
    for payload in all_sections(bytes) {
        let payload = payload?;
        keeper.starts(&payload);
        if keeper.depth > COMPONENT_DEPTH + 1 {
            return Err(Malformed::new(
                "components are nested too deep",
                keeper.open.last().map_or(0, |(start, _)| *start),
            ));
        }
        // The bodies of functions do not change types.
        if let ValidPayload::End(types) = validator.payload(&payload)? {
            keeper.ends(types);
        }
    }
    Ok(keeper)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::{Known, LEVELS_AGAIN, TYPES_KEPT, all_sections};
    use wasmparser::Payload;

    /// A component with many nested components, of which the last but one needs a type of the enclosing component.
    fn many() -> Vec<u8> {
        let nested = |number: usize| {
            let ty = match number {
                70 => "(alias outer 1 $t (type $f))",
                _ => "(type $f (func))",
            };
            format!(
                "(component {ty} (import \"i{number}\" (func (type $f))) (component (import \"n{number}\" (func))))"
            )
        };
        let text = format!("(component (type $t (func)) {})", (0..72).map(nested).collect::<String>());
        wat::parse_str(text).unwrap()
    }

    #[test]
    fn types_belong_to_their_component_with_and_without_the_cache() {
        let bytes = many();
        let known = Known::read(&bytes).unwrap();
        assert_eq!((known.nested.len(), known.depth()), (TYPES_KEPT, 2));
        let mut within = known.within(bytes.as_slice().into());
        let nested = all_sections(&bytes).filter_map(|payload| match payload.unwrap() {
            Payload::ComponentSection { unchecked_range, .. } => {
                Some(unchecked_range.start as usize..unchecked_range.end as usize)
            }
            _ => None,
        });
        let nested: Vec<_> = nested.collect();
        assert_eq!(nested.len(), 144);
        for (number, range) in nested.iter().enumerate() {
            let types = within.types(range).unwrap();
            let name = format!("{}{}", if number % 2 == 0 { "i" } else { "n" }, number / 2);
            assert!((*types).as_ref().component_item_for_import(&name).is_some(), "{name}");
            // The component that cannot be validated by itself has the types of all components kept.
            assert_eq!(within.all.is_some(), number >= 140, "{name}");
        }
        assert!(within.types(&(3..9)).is_err());
    }

    #[test]
    fn uncached_components_are_decoded_once_for_each_level() {
        let bytes = many();
        let known = Known::read(&bytes).unwrap();
        let mut within = known.within(bytes.as_slice().into());
        let last = all_sections(&bytes).filter_map(|payload| match payload.unwrap() {
            Payload::ComponentSection { unchecked_range, .. } => Some(unchecked_range),
            _ => None,
        });
        let last = last.last().unwrap();
        let range = last.start as usize..last.end as usize;
        let times = (0..bytes.len()).take_while(|_| within.types(&range).is_ok() && within.all.is_none()).count();
        assert_eq!(times, LEVELS_AGAIN * bytes.len() / range.len());
    }
}
