//! Nested components of a finished component, whoever composed it, in the place of which others are put.
//!
//! All else stays byte for byte: the new component is given what the old one was given, and what used the exports of the old one
//! uses those of the new one. So it may import less and export more (Component Model, "Subtyping"), and nothing that the old one
//! was not given reaches it.

mod bytes;
pub mod error;

use std::collections::BTreeMap;

use crate::guard::boundary;
use crate::inspect::inspect;
use crate::inspect::model::{Component as Nested, Inspection, Role, Wire};
use crate::load::Component;
use crate::load::digest::Digest;
use crate::types::compare::{Item, compare};
use crate::{PhaseError, validate};
use bytes::{Edit, Edits};
use error::{SwapError, Unfit};

/// How many nested components an error lists.
const KNOWN: usize = 20;

/// A nested component, and the one that is put in its place.
pub struct Swap {
    /// The names that lead to the nested component, joined by `/`; or its name, where it is the only one of that.
    pub name: String,
    /// The one that is put there.
    pub component: Component,
    /// The digest of its file, which may be text.
    pub digest: Digest,
}

/// What was done for a [`Swap`].
#[derive(Debug)]
pub struct Replaced {
    /// The names that lead to the nested component, joined by `/`.
    pub path: String,
    /// The SHA-256 of the bytes that it had.
    pub before: String,
    /// How many these were.
    pub size: usize,
}

/// Puts other components in the place of nested ones. Gives the bytes of the whole, and what was replaced, in the order of `swaps`.
///
/// # Errors
///
/// Where a name is that of no nested component, of several, or of an adapter of weld; where a component does not fit; where the
/// whole is not valid, or differs from what it was in something else.
pub fn swap(whole: &Component, swaps: &[Swap]) -> Result<(Vec<u8>, Vec<Replaced>), PhaseError> {
    let before = inspect(whole)?;
    let mut found = BTreeMap::new();
    let mut replaced = Vec::new();
    for swap in swaps {
        let index = named(&before, whole, &swap.name)?;
        let Some(nested) = before.components.get(index) else { continue };
        if found.insert(index, swap).is_some() {
            return Err(SwapError::Twice { name: swap.name.clone() }.into());
        }
        replaced.push(Replaced { path: path(&before, index), before: nested.sha256.clone(), size: nested.size });
    }
    if let Some((inner, outer)) = found.keys().find_map(|inner| Some((inner, outer_of(&before, *inner, &found)?))) {
        let (inner, outer) = (path(&before, *inner), path(&before, outer));
        return Err(SwapError::Within { inner, outer }.into());
    }
    let edits = found.iter().filter_map(|(index, swap)| {
        let nested = before.components.get(*index)?;
        let edit = Edit { name: nested.name.clone(), bytes: swap.component.bytes(), digest: swap.digest };
        Some((nested.offset, edit))
    });
    let edits: Edits<'_> = edits.collect();
    let (size, limit) =
        (swaps.iter().map(|of| of.component.bytes().len()).sum::<usize>() + whole.bytes().len(), u32::MAX);
    if size > limit as usize {
        return Err(SwapError::TooLarge { size, limit: limit as usize }.into());
    }
    let bytes = bytes::replace(whole.bytes(), &edits).map_err(SwapError::Malformed)?;
    if let Err(error) = boundary("verify", whole.file(), || validate::validate(&bytes))? {
        let unfit = found.iter().find_map(|(index, new)| unfit(whole, before.components.get(*index)?, &new.component));
        let error = match unfit {
            Some(unfit) => SwapError::Unfit(Box::new(unfit)),
            None => SwapError::Invalid { file: whole.file().to_owned(), message: error.message },
        };
        return Err(error.into());
    }
    let after = Component::decode(whole.name().to_owned(), whole.file().to_owned(), bytes)?;
    differs(&before, &inspect(&after)?, &found).map_err(|what| SwapError::Differs { what })?;
    Ok((after.bytes().to_vec(), replaced))
}

/// The nested component that a name means, by its index.
fn named(inspection: &Inspection, whole: &Component, name: &str) -> Result<usize, SwapError> {
    let nested = || 1..inspection.components.len();
    let called = |index: usize| inspection.components.get(index).is_some_and(|of| of.name == name);
    let by_path: Vec<usize> = nested().filter(|index| path(inspection, *index) == name).collect();
    let found = if by_path.is_empty() { nested().filter(|index| called(*index)).collect() } else { by_path };
    let file = whole.file().to_owned();
    match found.as_slice() {
        [index] if inspection.components.get(*index).is_some_and(|of| of.role == Role::Adapter) => {
            Err(SwapError::Adapter { name: name.to_owned() })
        }
        [index] => Ok(*index),
        [] => {
            let known = nested().filter(|index| {
                inspection.components.get(*index).is_some_and(|of| matches!(of.role, Role::Program | Role::Composition))
            });
            let known: Vec<String> = known.map(|index| path(inspection, index)).take(KNOWN).collect();
            Err(SwapError::Unknown { file, name: name.to_owned(), known })
        }
        several => {
            let paths = several.iter().map(|index| path(inspection, *index)).collect();
            Err(SwapError::Several { file, name: name.to_owned(), paths })
        }
    }
}

/// The names that lead to a nested component, joined by `/`.
fn path(inspection: &Inspection, index: usize) -> String {
    let outer = |index: &usize| inspection.components.get(*index)?.within.filter(|outer| *outer > 0);
    let names = std::iter::successors(Some(index), outer);
    let mut names: Vec<&str> =
        names.filter_map(|index| Some(inspection.components.get(index)?.name.as_str())).collect();
    names.reverse();
    names.join("/")
}

/// Another one of those that are replaced, in which this one is.
fn outer_of(inspection: &Inspection, index: usize, replaced: &BTreeMap<usize, &Swap>) -> Option<usize> {
    let outer = |index: &usize| inspection.components.get(*index)?.within;
    std::iter::successors(outer(&index), outer).find(|outer| replaced.contains_key(outer))
}

/// Why a component does not fit where another one was: what it imports and that was not given, or an export that differs.
fn unfit(whole: &Component, nested: &Nested, new: &Component) -> Option<Unfit> {
    let bytes = whole.bytes().get(nested.offset..nested.offset + nested.size)?;
    let old = Component::decode(nested.name.clone(), whole.file().to_owned(), bytes.to_vec()).ok()?;
    let unfit = |what: &'static str, item: &str, difference| Unfit {
        file: new.file().to_owned(),
        name: nested.name.clone(),
        what,
        item: item.to_owned(),
        difference,
    };
    for (name, wanted) in new.imports() {
        let Some(given) = old.imports().get(name) else { return Some(unfit("imports", name, None)) };
        let expected = Item { component: new, name, ty: wanted.ty };
        if let Err(difference) = compare(expected, Item { component: &old, name, ty: given.ty }) {
            return Some(unfit("imports", name, Some(difference)));
        }
    }
    for (name, wanted) in old.exports() {
        let Some(has) = new.exports().get(name) else { return Some(unfit("lacks the export", name, None)) };
        let expected = Item { component: &old, name, ty: wanted.ty };
        if let Err(difference) = compare(expected, Item { component: new, name, ty: has.ty }) {
            return Some(unfit("exports", name, Some(difference)));
        }
    }
    None
}

/// What two components differ in beside the nested ones that were replaced, and what is in these and around them.
fn differs(before: &Inspection, after: &Inspection, replaced: &BTreeMap<usize, &Swap>) -> Result<(), String> {
    let world = |of: &Inspection| {
        let outermost = of.components.first();
        outermost.map(|of| {
            [&of.imports, &of.exports]
                .map(|items| items.iter().map(|it| (it.name.clone(), it.wit.clone())).collect::<Vec<_>>())
        })
    };
    if world(before) != world(after) {
        return Err("its imports or exports".to_owned());
    }
    // By path, and the first of several of one: what is in a replaced one is its own matter.
    let is_kept = |of: &Inspection, index: usize| !is_replaced(of, index, before, replaced);
    let kept = |of: &Inspection| -> Vec<(String, Option<String>)> {
        let around = |index: usize| holds(of, index, before, replaced);
        let kept = (0..of.components.len()).filter(|index| is_kept(of, *index));
        let digest = |index: usize| of.components.get(index).map(|it| it.sha256.clone()).filter(|_| !around(index));
        kept.map(|index| (path(of, index), digest(index))).collect()
    };
    if kept(before) != kept(after) {
        return Err("another component in it".to_owned());
    }
    let wires = |of: &Inspection| -> Vec<(String, Vec<Wire>, Vec<Wire>)> {
        let is_kept = |component: Option<usize>| component.is_none_or(|index| is_kept(of, index));
        let instances = of.instances.iter().filter(|instance| is_kept(instance.component));
        instances.map(|it| (it.path.clone(), it.imports.clone(), it.exports.clone())).collect()
    };
    if wires(before) != wires(after) {
        return Err("what fills imports".to_owned());
    }
    Ok(())
}

/// Whether a component is one that was replaced, or in one: by the path, which is the same before and after.
fn is_replaced(of: &Inspection, index: usize, before: &Inspection, replaced: &BTreeMap<usize, &Swap>) -> bool {
    let paths: Vec<String> = replaced.keys().map(|index| path(before, *index)).collect();
    let own = path(of, index);
    paths.iter().any(|path| own == *path || own.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/')))
}

/// Whether a component holds one that was replaced.
fn holds(of: &Inspection, index: usize, before: &Inspection, replaced: &BTreeMap<usize, &Swap>) -> bool {
    let own = path(of, index);
    let within = |path: &str| path.strip_prefix(&own).is_some_and(|rest| rest.starts_with('/'));
    index == 0 || replaced.keys().any(|index| within(&path(before, *index)))
}
