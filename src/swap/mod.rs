//! Replaces nested components of a finished component of any origin.
//!
//! All other bytes stay the same. The new component has the arguments of the old one, and its exports take the place of
//! the old ones. It may import less and export more (Component Model, "Subtyping"), and it reaches nothing that the old one was
//! not given. Interfaces may be of other compatible versions: the new component is then within one with the old names.

mod bytes;
mod compare;
pub(crate) mod error;
mod renamed;

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::InstanceName;
use crate::guard::boundary;
use crate::inspect::inspect;
use crate::inspect::model::{Component as Nested, Inspection, Instance, Role};
use crate::load::Component;
use crate::load::digest::Digest;
use crate::types::compare::{Item, compare as compare_types};
use crate::types::ids::{attributes, other_id};
use crate::{PhaseError, validate};
use bytes::{Edit, Edits, Holders};
use error::{SwapError, Unfit, Why};
use renamed::{named as named_alike, renamed};

/// The number of nested components that an error lists.
const KNOWN: usize = 20;

/// A nested component, and its replacement.
pub(crate) struct Swap {
    /// An instance of the nested component, as `inspect` names it: its path, or its name where that is unique.
    pub name: String,
    /// The replacement.
    pub component: Component,
    /// The digest of its file, which may be text.
    pub digest: Digest,
}

/// The result of a [`Swap`].
#[derive(Debug)]
pub(crate) struct Replaced {
    /// The path of the instance.
    pub path: String,
    /// The SHA-256 of the old bytes.
    pub before: String,
    /// The length of the old bytes.
    pub size: usize,
}

/// Replaces nested components. Returns the bytes of the result, and what was replaced, in the order of `swaps`.
///
/// # Errors
///
/// A name is that of no instance or of an adapter of weld; a component does not fit, or has other instances that
/// `swaps` does not name; the result is not valid, or differs in something else.
pub(crate) fn swap(whole: &Component, swaps: &[Swap]) -> Result<(Vec<u8>, Vec<Replaced>), PhaseError> {
    let before = inspect(whole)?;
    let mut found: BTreeMap<usize, Vec<(usize, &Swap)>> = BTreeMap::new();
    let mut replaced = Vec::new();
    for swap in swaps {
        let (instance, component) = named(&before, whole, &swap.name)?;
        let Some(nested) = before.components.get(component) else { continue };
        let path = before.instances.get(instance).map(|instance| instance.path.clone()).unwrap_or_default();
        replaced.push(Replaced { path, before: nested.sha256.clone(), size: nested.size });
        found.entry(component).or_default().push((instance, swap));
    }
    for (component, named) in &found {
        only_named(&before, *component, named)?;
    }
    let found: BTreeMap<usize, &Swap> =
        found.into_iter().filter_map(|(component, named)| Some((component, named.first()?.1))).collect();
    if let Some((inner, outer)) = found.keys().find_map(|inner| Some((inner, outer_of(&before, *inner, &found)?))) {
        let name = |index: &usize| found.get(index).map(|swap| swap.name.clone()).unwrap_or_default();
        return Err(SwapError::Within { inner: name(inner), outer: name(&outer) }.into());
    }
    let mut renamed_components: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for (component, swap) in &found {
        let old = before.components.get(*component).map(|nested| alone(whole, nested, &swap.name));
        let Some(old) = old.transpose()? else { continue };
        if let Some(unfit) = unfit_import(&old, swap) {
            return Err(SwapError::Unfit(Box::new(unfit)).into());
        }
        let renamed = renamed(&old, &swap.component);
        let bytes = renamed.map_err(|why| SwapError::Renamed { name: swap.name.clone(), why })?;
        renamed_components.extend(bytes.map(|bytes| (*component, bytes)));
    }
    let size = swaps.iter().map(|swap| swap.component.bytes().len()).sum::<usize>() + whole.bytes().len();
    if size > u32::MAX as usize {
        return Err(SwapError::TooLarge { size, limit: u32::MAX as usize }.into());
    }
    let written = |(component, swap): (&usize, &&Swap)| {
        let bytes = renamed_components.get(component).map_or(swap.component.bytes(), Vec::as_slice);
        (*component, Digest::of(bytes))
    };
    let written: BTreeMap<usize, Digest> = found.iter().map(written).collect();
    let bytes = bytes::replace(whole.bytes(), &edits(&before, &found, &renamed_components), &holders(&before, &found))
        .map_err(SwapError::Malformed)?;
    if let Err(error) = boundary("verify", whole.file(), || validate::validate(&bytes))? {
        let unfit = found.iter().find_map(|(component, swap)| {
            let old = alone(whole, before.components.get(*component)?, &swap.name).ok()?;
            unfit_export(&old, swap)
        });
        let error = match unfit {
            Some(unfit) => SwapError::Unfit(Box::new(unfit)),
            None => SwapError::Invalid { file: whole.file().to_owned(), message: error.message },
        };
        return Err(error.into());
    }
    let after = Component::decode(whole.name().to_owned(), whole.file().to_owned(), bytes)?;
    compare::compare(&before, &inspect(&after)?, &written).map_err(|what| SwapError::Differs { what })?;
    Ok((after.bytes().to_vec(), replaced))
}

/// Returns the indices of the instance that a name selects, and of its component.
fn named(inspection: &Inspection, whole: &Component, name: &str) -> Result<(usize, usize), SwapError> {
    let instances = || inspection.instances.iter().enumerate().skip(1);
    let by_path: Vec<_> = instances().filter(|(_, instance)| instance.path == name).collect();
    let by_name = || instances().filter(|(_, instance)| instance.name == name).collect();
    let found = if by_path.is_empty() { by_name() } else { by_path };
    let component = |of: &Instance| Some((of.component?, inspection.components.get(of.component?)?));
    let file = whole.file().to_owned();
    match found.as_slice() {
        [(index, instance)] => match component(instance) {
            Some(_) if inspection.role(instance) == Some(Role::Adapter) => {
                Err(SwapError::Adapter { name: name.to_owned() })
            }
            Some((component, _)) if component > 0 => Ok((*index, component)),
            _ => Err(SwapError::Imported { name: name.to_owned() }),
        },
        [] => {
            // Adapters cannot be replaced. A shim has no code, and is not meant.
            let is_known = |instance: &Instance| {
                inspection.role(instance).is_some_and(|role| role != Role::Adapter && role != Role::Shim)
            };
            let known = instances().filter(|(_, instance)| is_known(instance));
            let known = known.map(|(_, instance)| instance.path.clone()).take(KNOWN).collect();
            Err(SwapError::Unknown { file, name: name.to_owned(), known })
        }
        several => {
            let paths = several.iter().map(|(_, instance)| instance.path.clone()).collect();
            Err(SwapError::Several { file, name: name.to_owned(), paths })
        }
    }
}

/// Refuses to replace a component while one of its instances is not named. A further instance goes with the first:
/// `kv#1` with `kv`.
fn only_named(inspection: &Inspection, component: usize, named: &[(usize, &Swap)]) -> Result<(), SwapError> {
    let Some((_, first)) = named.first() else { return Ok(()) };
    if let Some((_, other)) = named.iter().find(|(_, other)| other.component.bytes() != first.component.bytes()) {
        return Err(SwapError::Twice { first: first.name.clone(), second: other.name.clone() });
    }
    let path = |index: &usize| inspection.instances.get(*index).map(|of| of.path.as_str());
    let named: Vec<&str> = named.iter().filter_map(|(index, _)| path(index)).collect();
    let is_named = |instance: &Instance| {
        let first = InstanceName::read(&instance.path).map(|name| name.component);
        named.contains(&instance.path.as_str()) || first.is_some_and(|first| named.contains(&first.as_str()))
    };
    let mut instances = inspection.instances.iter().filter(|instance| instance.component == Some(component));
    match instances.find(|instance| !is_named(instance)) {
        None => Ok(()),
        Some(other) if inspection.role(other) == Some(Role::Adapter) => {
            Err(SwapError::SharedWithAdapter { name: first.name.clone(), adapter: other.path.clone() })
        }
        Some(other) => Err(SwapError::Shared { name: first.name.clone(), other: other.path.clone() }),
    }
}

/// The replaced component that contains this one, if there is one.
fn outer_of(inspection: &Inspection, index: usize, replaced: &BTreeMap<usize, &Swap>) -> Option<usize> {
    let outer = |index: &usize| inspection.components.get(*index)?.within;
    std::iter::successors(outer(&index), outer).find(|outer| replaced.contains_key(outer))
}

/// The edits of the bytes.
fn edits<'s>(
    inspection: &Inspection,
    replaced: &BTreeMap<usize, &'s Swap>,
    renamed: &'s BTreeMap<usize, Vec<u8>>,
) -> Edits<'s> {
    let edit = |(component, swap): (&usize, &&'s Swap)| {
        let offset = inspection.components.get(*component)?.offset;
        let bytes = renamed.get(component).map_or(swap.component.bytes(), Vec::as_slice);
        let names = called(inspection, *component);
        Some((offset, Edit { names, bytes, digest: swap.digest }))
    };
    replaced.iter().filter_map(edit).collect()
}

/// The components that contain replaced ones, with their names.
fn holders(inspection: &Inspection, replaced: &BTreeMap<usize, &Swap>) -> Holders {
    let within = |index: &usize| inspection.components.get(*index)?.within;
    let holders = replaced.keys().flat_map(|index| std::iter::successors(within(index), within));
    let named = |index: usize| Some((inspection.components.get(index)?.offset, called(inspection, index)));
    holders.filter_map(named).collect()
}

/// The names of a component: those of its instances, with the numbers of further ones.
fn called(inspection: &Inspection, component: usize) -> BTreeSet<String> {
    let instances = inspection.instances.iter().filter(|instance| instance.component == Some(component));
    instances.filter_map(|instance| Some(InstanceName::read(&instance.name)?.component)).collect()
}

/// A nested component by itself.
///
/// # Errors
///
/// The nested component uses types or components of an enclosing one.
pub(crate) fn alone(whole: &Component, nested: &Nested, name: &str) -> Result<Component, SwapError> {
    let bytes = whole.bytes().get(nested.offset..nested.offset + nested.size).unwrap_or_default();
    Component::decode(nested.name.clone(), whole.file().to_owned(), bytes.to_vec())
        .map_err(|_| SwapError::Outer { name: name.to_owned() })
}

/// Finds an import of the new component that the old one lacks in any compatible version, or has with another type.
fn unfit_import(old: &Component, swap: &Swap) -> Option<Unfit> {
    let new = &swap.component;
    let unfit = |item: &str, why| Some(Unfit::new(swap, "imports", item, why));
    for (name, wanted) in new.imports() {
        let Some((_, given)) = named_alike(old.imports(), name) else { return unfit(name, Why::Absent) };
        // A host may select an implementation by these attributes, and by those of items within the import.
        if attributes(wanted) != attributes(given) || other_id((new, wanted), (old, given)).is_some() {
            return unfit(name, Why::Attributes);
        }
        let expected = Item { component: new, name, ty: wanted.ty };
        if let Err(difference) = compare_types(expected, Item { component: old, name, ty: given.ty }) {
            return unfit(name, Why::Type(difference));
        }
    }
    None
}

/// Finds an export of the old component that the new one lacks, or has with another type.
fn unfit_export(old: &Component, swap: &Swap) -> Option<Unfit> {
    let new = &swap.component;
    for (name, wanted) in old.exports() {
        let Some((_, has)) = named_alike(new.exports(), name) else {
            return Some(Unfit::new(swap, "lacks the export", name, Why::Absent));
        };
        let expected = Item { component: old, name, ty: wanted.ty };
        if let Err(difference) = compare_types(expected, Item { component: new, name, ty: has.ty }) {
            return Some(Unfit::new(swap, "exports", name, Why::Type(difference)));
        }
    }
    None
}
