//! Compares a component with a world, and finds all mismatches.
//!
//! Component Model, "Subtyping": a component may import less than the world does, and export more. An import of the
//! component is compared with that of the world, and an export of the world with that of the component, by the
//! comparison of linking: the former is an import, and the latter the export that would fill it. Names match as in
//! linking: exactly, or else by the highest compatible version.

pub(crate) mod error;
pub(crate) mod report;
mod resources;

use wasmparser::component_types::{ComponentEntityType, ComponentInstanceType, ComponentItem};

use crate::link::matching;
use crate::load::Component;
use crate::name;
use crate::types::Side;
use crate::types::compare::Difference;
pub(crate) use crate::types::compare::Within;
use crate::types::compare::{self, Item, Located};
use crate::types::print;
pub(crate) use error::TargetError;
use resources::Resources;

/// The largest number of names that are suggested for a missing one.
const SUGGESTIONS: usize = 3;

/// A reason why a component does not conform to a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// `Import` for an import of the component, `Export` for an export of the world.
    pub side: Side,
    /// The name of that import or export.
    pub name: String,
    /// The name of the item of the other side that it was compared with. Its version may be another one. `None` if the
    /// other side has no such item.
    pub counterpart: Option<String>,
    /// The names that lead to the difference within the import or export. Empty if it differs as a whole.
    pub path: Vec<String>,
    /// The expected item, which is that of the component for imports and of the world for exports, and the item of the
    /// other side.
    pub difference: Difference,
    /// The named type that causes the difference, and its definition on each side.
    pub within: Option<Within>,
    /// The names on the other side that are similar to a missing one, the most similar first.
    pub near: Vec<Near>,
}

/// A name that is similar to a missing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near {
    /// The name.
    pub name: String,
    /// How it differs from the missing name.
    pub why: &'static str,
}

impl Mismatch {
    /// Returns the item of the component as WIT. `None` if the component lacks an export of the world.
    pub(crate) fn component(&self) -> Option<&str> {
        self.item_of(Side::Import, &self.difference)
    }

    /// Returns the item of the world as WIT. `None` if the world lacks an import of the component.
    pub(crate) fn world(&self) -> Option<&str> {
        self.item_of(Side::Export, &self.difference)
    }

    /// Returns the type that causes the difference, as the component and the world define it.
    pub(crate) fn types(&self) -> Option<(&str, &str)> {
        let difference = &self.within.as_ref()?.difference;
        self.item_of(Side::Import, difference).zip(self.item_of(Side::Export, difference))
    }

    /// Returns one side of a difference: that of the component for `Import`, and that of the world for `Export`.
    fn item_of<'d>(&self, side: Side, difference: &'d Difference) -> Option<&'d str> {
        if self.side == side { Some(&difference.expected) } else { difference.found.as_deref() }
    }
}

/// Compares a component with a world, which [`Wit::component`](crate::load::world::Wit::component) reads.
///
/// Returns all mismatches, those of the component's imports first, then those of the world's exports, each in their
/// order. The component conforms if there are none.
pub(crate) fn check(component: &Component, world: &Component) -> Vec<Mismatch> {
    let mut check = Check { component, world, resources: Resources::new(component, world), mismatches: Vec::new() };
    for (name, item) in component.imports() {
        check.item(Side::Import, name, item.ty);
    }
    for (name, item) in world.exports() {
        check.item(Side::Export, name, item.ty);
    }
    check.mismatches
}

struct Check<'a> {
    component: &'a Component,
    world: &'a Component,
    resources: Resources<'a>,
    mismatches: Vec<Mismatch>,
}

impl Check<'_> {
    /// Compares an import of the component, or an export of the world, with the other side.
    fn item(&mut self, side: Side, name: &str, ty: ComponentEntityType) {
        let (asking, other, offers) = match side {
            Side::Import => (self.component, self.world, self.world.imports()),
            Side::Export => (self.world, self.component, self.component.exports()),
        };
        let names = || offers.keys().map(String::as_str);
        let offer = name::best(name, names()).and_then(|name| offers.get_key_value(name));
        let Some((counterpart, offer)) = offer else {
            return self.mismatches.push(Mismatch {
                side,
                name: name.to_owned(),
                counterpart: None,
                path: Vec::new(),
                difference: Difference { expected: print::item(asking, name, ty), found: None },
                within: None,
                near: near(name, names()),
            });
        };
        let expected = Item { component: asking, name, ty };
        let found = Item { component: other, name: counterpart, ty: offer.ty };
        let comparison = compare::compare_all(expected, found);
        let resources = self.resources.disagreements(side, ty, &comparison.resources);
        let resources = resources.into_iter().map(|(pair, difference)| {
            let path = comparison.places.get(&pair).cloned().unwrap_or_default();
            Located { path, difference, within: None }
        });
        for Located { path, difference, within } in comparison.differences.into_iter().chain(resources) {
            let near = match (&difference.found, path.split_last()) {
                (None, Some((member, parents))) => near_members(other, offer, parents, member),
                _ => Vec::new(),
            };
            self.mismatches.push(Mismatch {
                side,
                name: name.to_owned(),
                counterpart: Some(counterpart.clone()),
                path,
                difference,
                within,
                near,
            });
        }
    }
}

/// Returns the names that are similar to a missing one among the exports of an instance, which is at a path within an
/// item.
fn near_members(component: &Component, item: &ComponentItem, parents: &[String], member: &str) -> Vec<Near> {
    match instance(component, item.ty, parents) {
        // If the instance has an export of the name, something within that export is missing, and a similar name is of
        // no use.
        Some(ty) if !ty.exports.contains_key(member) => near(member, ty.exports.keys().map(String::as_str)),
        _ => Vec::new(),
    }
}

/// Returns the instance type at a path within an item.
fn instance<'a>(
    component: &'a Component,
    ty: ComponentEntityType,
    path: &[String],
) -> Option<&'a ComponentInstanceType> {
    let ComponentEntityType::Instance(id) = ty else { return None };
    let ty = component.types().get(id)?;
    match path.split_first() {
        None => Some(ty),
        Some((name, rest)) => instance(component, ty.exports.get(name)?.ty, rest),
    }
}

fn near<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<Near> {
    let mut ranked: Vec<_> = candidates
        .filter_map(|candidate| matching::nearness(name, candidate).map(|(rank, why)| (rank, candidate, why)))
        .collect();
    ranked.sort();
    ranked.into_iter().take(SUGGESTIONS).map(|(_, name, why)| Near { name: name.to_owned(), why }).collect()
}
