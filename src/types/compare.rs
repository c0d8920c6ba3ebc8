//! Whether an export can fill an import, and where it cannot.
//!
//! Component Model, "Subtyping": an instance may export more than is asked for; functions and value types must be
//! the same on both sides, names included. That is what the validator enforces, which this must agree with:
//! it exists to say what differs, as WIT, before anything is encoded.

mod modules;

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType as T, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem, ComponentTypeId, ComponentValType, ResourceId,
};
use wasmparser::names::KebabString;

use super::{Outline, print};

/// A resource type of the importing side, and the one of the exporting side that takes its place.
pub type ResourcePair = (ResourceId, ResourceId);

/// An item of a component, with the name that leads to it.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// The component whose types it is made of.
    pub component: &'a Outline,
    /// The last name on the way to it.
    pub name: &'a str,
    /// Its type.
    pub ty: ComponentEntityType,
}

/// The first place at which two items differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the importing side asks for, as WIT.
    pub expected: String,
    /// What the exporting side has in its place, as WIT. `None` where it has nothing of that name.
    pub found: Option<String>,
}

/// A difference, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The names that lead to it within the items that are compared: empty where these differ themselves.
    pub path: Vec<String>,
    /// What differs there.
    pub difference: Difference,
    /// The type within it that is why, where it has a name of its own.
    pub within: Option<Within>,
}

/// A type by whose name others mention it, and which is another one on each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// What the side that asks calls it.
    pub name: String,
    /// What it is on each side.
    pub difference: Difference,
}

/// All that two items have in common, and all that they have not.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The resource types that must turn out to be the same, in what fits.
    pub resources: Vec<ResourcePair>,
    /// The names that lead to where each of these was first found.
    pub places: BTreeMap<ResourcePair, Vec<String>>,
    /// In the order in which the importing side declares things.
    pub differences: Vec<Located>,
}

impl Comparison {
    fn first(self) -> Result<Vec<ResourcePair>, Difference> {
        match self.differences.into_iter().next() {
            None => Ok(self.resources),
            Some(first) => Err(first.difference),
        }
    }
}

/// Compares what an import asks for with what an export has.
///
/// Resource types match any resource type here. Which of them must turn out to be the same one is returned, since
/// only the wiring of the whole composition can tell.
///
/// # Errors
///
/// The first difference, in the order in which the importing side declares things.
pub fn compare(expected: Item<'_>, found: Item<'_>) -> Result<Vec<ResourcePair>, Difference> {
    compare_all(expected, found).first()
}

/// Like [`compare`], but does not end at the first difference: of two instances, it compares every export.
pub fn compare_all(expected: Item<'_>, found: Item<'_>) -> Comparison {
    let mut comparer = Comparer::new(expected.component, found.component);
    comparer.item(expected, found);
    comparer.result
}

/// Compares what an import asks for with all that a component exports, as an instance of it has that. `name` is what messages call
/// the component.
///
/// # Errors
///
/// The first difference, in the order in which the importing side declares things.
pub fn compare_whole(expected: Item<'_>, found: &Outline, name: &str) -> Result<Vec<ResourcePair>, Difference> {
    let mut comparer = Comparer::new(expected.component, found);
    let ComponentEntityType::Instance(id) = expected.ty else {
        let found = Some(format!("an instance of `{name}`"));
        return Err(Difference { expected: print::item(expected.component, expected.name, expected.ty), found });
    };
    if let Some(ty) = expected.component.types().get(id) {
        comparer.exports(&ty.exports, |name| found.exports().get(name));
    }
    comparer.result.first()
}

/// Compares two imports that are to be one: only what both of them ask for must be the same.
///
/// # Errors
///
/// The first difference, in the order in which the first declares things.
pub fn compare_common(first: Item<'_>, second: Item<'_>) -> Result<Vec<ResourcePair>, Difference> {
    let mut comparer = Comparer { common: true, ..Comparer::new(first.component, second.component) };
    comparer.item(first, second);
    comparer.result.first()
}

/// Whether a component type says just what a component is like: no more and no less, with the same resource types in
/// the same places.
///
/// # Errors
///
/// The first difference.
pub fn compare_type(written: &Outline, ty: ComponentTypeId, whole: &Outline) -> Result<(), Difference> {
    let Some(ty) = written.types().get(ty) else { return Ok(()) };
    let sides = [(&ty.imports, whole.imports()), (&ty.exports, whole.exports())];
    let mut resources = Vec::new();
    for (written_items, items) in sides {
        let mut there = Comparer::new(whole, written);
        there.exports(items, |name| written_items.get(name));
        let mut back = Comparer::new(written, whole);
        back.exports(written_items, |name| items.get(name));
        back.result.first()?;
        resources.extend(there.result.first()?);
    }
    one_to_one(resources)
}

/// Whether two items are of just the same type.
///
/// # Errors
///
/// The first difference.
pub fn compare_same(expected: Item<'_>, found: Item<'_>) -> Result<(), Difference> {
    compare(found, expected)?;
    one_to_one(compare(expected, found)?)
}

/// Whether what is one resource type on one side is one on the other.
fn one_to_one(resources: Vec<ResourcePair>) -> Result<(), Difference> {
    let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
    let is_one = |(a, b): ResourcePair| *there.entry(a).or_insert(b) == b && *back.entry(b).or_insert(a) == a;
    if resources.into_iter().all(is_one) {
        return Ok(());
    }
    Err(Difference { expected: "one resource type".to_owned(), found: Some("two resource types".to_owned()) })
}

struct Comparer<'a> {
    expected: &'a Outline,
    found: &'a Outline,
    /// Whether what only one side has is passed over.
    common: bool,
    /// The names that lead to what is being compared.
    path: Vec<&'a str>,
    /// The innermost type with a name that differs in what is being compared.
    within: Option<Within>,
    /// What is known to be the same, with the resource types in it.
    same: BTreeSet<(ComponentAnyTypeId, ComponentAnyTypeId)>,
    /// The types of components that are known to fit. Resource types in them are their own.
    components: BTreeSet<(ComponentTypeId, ComponentTypeId)>,
    result: Comparison,
}

impl<'a> Comparer<'a> {
    fn new(expected: &'a Outline, found: &'a Outline) -> Self {
        let (path, within, result) = (Vec::new(), None, Comparison::default());
        let (same, components) = (BTreeSet::new(), BTreeSet::new());
        Comparer { expected, found, common: false, path, within, same, components, result }
    }

    fn differs(&mut self, difference: Difference) {
        let (path, within) = (self.path(), self.within.take());
        // What is no more than the difference itself.
        let within = within.filter(|within| within.difference != difference);
        self.result.differences.push(Located { path, difference, within });
    }

    fn path(&self) -> Vec<String> {
        self.path.iter().map(|name| (*name).to_owned()).collect()
    }

    fn item(&mut self, expected: Item<'_>, found: Item<'_>) {
        use ComponentEntityType as E;
        match (expected.ty, found.ty) {
            (E::Instance(e), E::Instance(f)) => return self.instance(e, f),
            (E::Component(e), E::Component(f)) => return self.component(e, f),
            (E::Module(e), E::Module(f)) => {
                if let Err(difference) = modules::compare(self.expected.types(), e, self.found.types(), f) {
                    self.differs(difference);
                }
                return;
            }
            _ => {}
        }
        let known = self.result.resources.len();
        self.within = None;
        let same = match (expected.ty, found.ty) {
            (E::Func(e), E::Func(f)) => self.func(e, f),
            (E::Type { created: e, .. }, E::Type { created: f, .. }) => self.any(e, f),
            (E::Value(e), E::Value(f)) => self.value(&e, &f),
            _ => false,
        };
        if !same {
            // What was compared before they differed says nothing of what they should have been.
            self.same.clear();
            for pair in self.result.resources.split_off(known) {
                self.result.places.remove(&pair);
            }
            self.differs(Difference {
                expected: print::item(self.expected, expected.name, expected.ty),
                found: Some(print::item(self.found, found.name, found.ty)),
            });
        }
    }

    fn instance(&mut self, expected: ComponentInstanceTypeId, found: ComponentInstanceTypeId) {
        let (pair, known) = ((expected.into(), found.into()), self.result.differences.len());
        if self.same.contains(&pair) {
            return;
        }
        let (Some(expected), Some(found)) = (self.expected.types().get(expected), self.found.types().get(found)) else {
            return;
        };
        self.exports(&expected.exports, |name| found.exports.get(name));
        if self.result.differences.len() == known {
            self.same.insert(pair);
        }
    }

    fn exports(
        &mut self,
        expected: impl IntoIterator<Item = (&'a String, &'a ComponentItem)>,
        found: impl Fn(&str) -> Option<&'a ComponentItem>,
    ) {
        for (name, item) in expected {
            self.path.push(name);
            let expected = Item { component: self.expected, name, ty: item.ty };
            match found(name) {
                Some(item) if self.common => {
                    self.both_ways(expected, Item { component: self.found, name, ty: item.ty })
                }
                Some(item) => self.item(expected, Item { component: self.found, name, ty: item.ty }),
                None if self.common => {}
                None => self.differs(Difference { expected: print::item(self.expected, name, item.ty), found: None }),
            }
            self.path.pop();
        }
    }

    /// What both sides have of one import must be the same: neither can stand for the other where it is less.
    fn both_ways(&mut self, expected: Item<'a>, found: Item<'a>) {
        let mut back = Comparer::new(self.found, self.expected);
        back.item(found, expected);
        let common = std::mem::replace(&mut self.common, false);
        let known = self.result.differences.len();
        self.item(expected, found);
        self.common = common;
        if let (true, Some(Located { difference, .. })) =
            (self.result.differences.len() == known, back.result.differences.into_iter().next())
        {
            let Difference { expected, found } = difference;
            let none = "nothing of that name".to_owned();
            self.differs(Difference { expected: found.unwrap_or(none), found: Some(expected) });
        }
    }

    /// A component may import less than is offered to it, and export more than is asked of it.
    fn component(&mut self, expected: ComponentTypeId, found: ComponentTypeId) {
        let (Some(e), Some(f)) = (self.expected.types().get(expected), self.found.types().get(found)) else {
            return;
        };
        if self.components.contains(&(expected, found)) {
            return;
        }
        // Its resource types are its own, and no matter of who owns what around it.
        let components = std::mem::take(&mut self.components);
        let mut inner = Comparer { components, ..Comparer::new(self.expected, self.found) };
        for (name, item) in &f.imports {
            let found = Item { component: self.found, name, ty: item.ty };
            match e.imports.get(name) {
                Some(item) => inner.item(Item { component: self.expected, name, ty: item.ty }, found),
                None => {
                    let needed = format!("component that imports {}", print::item(self.found, name, item.ty));
                    let expected = format!("component that does not import `{name}`");
                    inner.differs(Difference { expected, found: Some(needed) });
                }
            }
        }
        for (name, item) in &e.exports {
            let expected = Item { component: self.expected, name, ty: item.ty };
            match f.exports.get(name) {
                Some(item) => inner.item(expected, Item { component: self.found, name, ty: item.ty }),
                None => {
                    let expected = format!("component that exports {}", print::item(self.expected, name, item.ty));
                    inner.differs(Difference { expected, found: None });
                }
            }
        }
        self.components = inner.components;
        if inner.result.differences.is_empty() {
            self.components.insert((expected, found));
        }
        for Located { difference, .. } in inner.result.differences {
            self.differs(difference);
        }
    }

    /// Whether what is compared has no difference; if it has, only that.
    fn fits(&mut self, compare: impl FnOnce(&mut Self)) -> bool {
        let known = self.result.differences.len();
        compare(self);
        let fits = self.result.differences.len() == known;
        self.result.differences.truncate(known);
        fits
    }

    fn any(&mut self, expected: ComponentAnyTypeId, found: ComponentAnyTypeId) -> bool {
        use ComponentAnyTypeId as A;
        match (expected, found) {
            (A::Resource(e), A::Resource(f)) => self.resource(e, f),
            (A::Defined(e), A::Defined(f)) => self.defined(e, f),
            (A::Func(e), A::Func(f)) => self.func(e, f),
            (A::Instance(e), A::Instance(f)) => self.fits(|comparer| comparer.instance(e, f)),
            (A::Component(e), A::Component(f)) => self.fits(|comparer| comparer.component(e, f)),
            _ => false,
        }
    }

    fn resource(&mut self, expected: AliasableResourceId, found: AliasableResourceId) -> bool {
        let pair = (expected.resource(), found.resource());
        if !self.result.places.contains_key(&pair) {
            self.result.resources.push(pair);
            self.result.places.insert(pair, self.path());
        }
        true
    }

    fn func(&mut self, expected: ComponentFuncTypeId, found: ComponentFuncTypeId) -> bool {
        let (Some(e), Some(f)) = (self.expected.types().get(expected), self.found.types().get(found)) else {
            return false;
        };
        e.async_ == f.async_
            && e.params.len() == f.params.len()
            && e.params.iter().zip(&f.params).all(|((en, e), (fn_, f))| same(en, fn_) && self.value(e, f))
            && self.optional(&e.result, &f.result)
    }

    fn optional(&mut self, expected: &Option<ComponentValType>, found: &Option<ComponentValType>) -> bool {
        match (expected, found) {
            (None, None) => true,
            (Some(e), Some(f)) => self.value(e, f),
            _ => false,
        }
    }

    fn value(&mut self, expected: &ComponentValType, found: &ComponentValType) -> bool {
        use ComponentValType as V;
        match (expected, found) {
            (V::Primitive(e), V::Primitive(f)) => e == f,
            (V::Type(e), V::Type(f)) => self.defined(*e, *f),
            // A primitive may be written in place or as a type of its own.
            (V::Primitive(e), V::Type(f)) => {
                matches!(self.found.types().get(*f), Some(T::Primitive(f)) if e == f)
            }
            (V::Type(e), V::Primitive(f)) => {
                matches!(self.expected.types().get(*e), Some(T::Primitive(e)) if e == f)
            }
        }
    }

    fn defined(&mut self, expected: ComponentDefinedTypeId, found: ComponentDefinedTypeId) -> bool {
        let pair = (expected.into(), found.into());
        let same = self.same.contains(&pair) || self.structure(expected, found);
        if same {
            self.same.insert(pair);
        } else if self.within.is_none() {
            self.within = self.named(expected, found);
        }
        same
    }

    /// Two types that differ, if the one that is asked for has a name.
    fn named(&self, expected: ComponentDefinedTypeId, found: ComponentDefinedTypeId) -> Option<Within> {
        let name = self.expected.name_of(expected.into())?.path.last()?;
        let of_found = self.found.name_of(found.into()).and_then(|definition| definition.path.last()).unwrap_or(name);
        let difference = Difference {
            expected: print::definition(self.expected, name, expected),
            found: Some(print::definition(self.found, of_found, found)),
        };
        Some(Within { name: name.clone(), difference })
    }

    fn structure(&mut self, expected: ComponentDefinedTypeId, found: ComponentDefinedTypeId) -> bool {
        let (Some(e), Some(f)) = (self.expected.types().get(expected), self.found.types().get(found)) else {
            return false;
        };
        match (e, f) {
            (T::Primitive(e), T::Primitive(f)) => e == f,
            (T::Record(e), T::Record(f)) => {
                e.fields.len() == f.fields.len()
                    && e.fields.iter().zip(&f.fields).all(|((en, e), (fn_, f))| same(en, fn_) && self.value(e, f))
            }
            (T::Variant(e), T::Variant(f)) => {
                e.cases.len() == f.cases.len()
                    && e.cases
                        .iter()
                        .zip(&f.cases)
                        .all(|((en, e), (fn_, f))| same(en, fn_) && self.optional(&e.ty, &f.ty))
            }
            (T::List { element: e, .. }, T::List { element: f, .. })
            | (T::Option { ty: e, .. }, T::Option { ty: f, .. }) => self.value(e, f),
            (T::Map { key: ek, value: ev, .. }, T::Map { key: fk, value: fv, .. }) => {
                self.value(ek, fk) && self.value(ev, fv)
            }
            (T::FixedLengthList { element: e, length: el, .. }, T::FixedLengthList { element: f, length: fl, .. }) => {
                el == fl && self.value(e, f)
            }
            (T::Tuple(e), T::Tuple(f)) => {
                e.types.len() == f.types.len() && e.types.iter().zip(&f.types).all(|(e, f)| self.value(e, f))
            }
            // Sets, but their order is part of the type: it is the order of the bits and of the cases.
            (T::Flags(e), T::Flags(f)) | (T::Enum(e), T::Enum(f)) => {
                e.len() == f.len() && e.iter().zip(f).all(|(e, f)| same(e, f))
            }
            (T::Result { ok: eo, err: ee, .. }, T::Result { ok: fo, err: fe, .. }) => {
                self.optional(eo, fo) && self.optional(ee, fe)
            }
            (T::Own(e), T::Own(f)) | (T::Borrow(e), T::Borrow(f)) => self.resource(*e, *f),
            (T::Future { ty: e, .. }, T::Future { ty: f, .. }) | (T::Stream { ty: e, .. }, T::Stream { ty: f, .. }) => {
                self.optional(e, f)
            }
            _ => false,
        }
    }
}

/// Names are the same to the letter. The validator's own comparison takes upper for lower case, since one world may
/// not have both; a field that differs in case is another field all the same.
fn same(expected: &KebabString, found: &KebabString) -> bool {
    expected.as_str() == found.as_str()
}
