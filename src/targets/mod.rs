//! The check targets: whether a component conforms to a world, and all that keeps it from that.
//!
//! Component Model, "Subtyping": a component may import less than the world does, and export more. What it imports
//! is compared as if the world filled it, and what the world exports as if the component filled that, so the
//! comparison is the one that linking uses. Names match as they do there: in full, else by the highest compatible
//! version.

pub mod error;
pub mod report;
mod resources;

use wasmparser::component_types::{ComponentEntityType, ComponentInstanceType, ComponentItem};

use crate::link::matching;
use crate::load::Component;
use crate::name;
use crate::types::Side;
use crate::types::compare::Difference;
pub use crate::types::compare::Within;
use crate::types::compare::{self, Item, Located};
use crate::types::print;
pub use error::TargetError;
use resources::Resources;

/// How many names are suggested for one that is missing.
const SUGGESTIONS: usize = 3;

/// Something that keeps a component from conforming to a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Whether it is about an import of the component, or about an export of the world.
    pub side: Side,
    /// The name of that import or export.
    pub name: String,
    /// The name of what it was compared with on the other side, which may be of another version. `None` where the
    /// other side has nothing that could be meant.
    pub counterpart: Option<String>,
    /// The names that lead to what differs within the import or export. Empty where that differs as a whole.
    pub path: Vec<String>,
    /// What one side asks for and the other has. Those who ask are the component for imports, the world for exports.
    pub difference: Difference,
    /// The type within it that is why, where it has a name of its own, and what each side has for it.
    pub within: Option<Within>,
    /// What the other side has under names that are nearly that of what is missing, nearest first.
    pub near: Vec<Near>,
}

/// A name that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The name.
    pub name: String,
    /// What keeps it from being the one that was looked for.
    pub why: &'static str,
}

impl Mismatch {
    /// What the component has, as WIT. `None` where the world exports something that the component does not have.
    pub fn component(&self) -> Option<&str> {
        self.of(Side::Import, &self.difference)
    }

    /// What the world has, as WIT. `None` where the component imports something that the world does not have.
    pub fn world(&self) -> Option<&str> {
        self.of(Side::Export, &self.difference)
    }

    /// What the component and the world have for the type that is why.
    pub fn types(&self) -> Option<(&str, &str)> {
        let difference = &self.within.as_ref()?.difference;
        self.of(Side::Import, difference).zip(self.of(Side::Export, difference))
    }

    /// What the side has of a difference that asks for what is on `side`.
    fn of<'d>(&self, side: Side, difference: &'d Difference) -> Option<&'d str> {
        if self.side == side { Some(&difference.expected) } else { difference.found.as_deref() }
    }
}

/// Compares a component with a world, which [`Wit::component`](crate::load::world::Wit::component) reads.
///
/// What comes out is all that keeps the component from conforming: its imports in their order, then the world's
/// exports in theirs. Nothing means that it conforms.
pub fn check(component: &Component, world: &Component) -> Vec<Mismatch> {
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
    /// Checks what one side asks the other for: the component for its imports, the world for its exports.
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
        let own = self.resources.disagreements(side, ty, &comparison.resources);
        let own = own.into_iter().map(|(pair, difference)| {
            let path = comparison.places.get(&pair).cloned().unwrap_or_default();
            Located { path, difference, within: None }
        });
        for Located { path, difference, within } in comparison.differences.into_iter().chain(own) {
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

/// What an instance within an item of a component exports under nearly the name of something that it lacks.
fn near_members(component: &Component, item: &ComponentItem, parents: &[String], member: &str) -> Vec<Near> {
    match instance(component, item.ty, parents) {
        // What it has under this very name lacks something itself, which no other name would mend.
        Some(ty) if !ty.exports.contains_key(member) => near(member, ty.exports.keys().map(String::as_str)),
        _ => Vec::new(),
    }
}

/// The instance at the end of a path of names.
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
