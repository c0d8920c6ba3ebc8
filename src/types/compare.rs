//! Whether an export can fill an import, and where it cannot.
//!
//! Component Model, "Subtyping": an instance may export more than an import requires; functions and value types must be equal on
//! both sides, names included. The validator enforces the same rules. This module states the difference as WIT before anything is
//! encoded.

mod modules;

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType as T, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem, ComponentTypeId, ComponentValType, ResourceId,
};
use wasmparser::names::KebabString;

use super::{Outline, print};

/// A resource type of the importing side, and its counterpart of the exporting side.
pub(crate) type ResourcePair = (ResourceId, ResourceId);

/// An item of a component, with the name that leads to it.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    /// The component of its types.
    pub component: &'a Outline,
    /// The last name of its path.
    pub name: &'a str,
    /// Its type.
    pub ty: ComponentEntityType,
}

/// The first place at which two items differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The type that the importing side requires, as WIT.
    pub expected: String,
    /// The type of the exporting side, as WIT. `None` if it has no item of that name.
    pub found: Option<String>,
}

/// A difference, with its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    /// Its path within the compared items. Empty if the items themselves differ.
    pub path: Vec<String>,
    /// The difference.
    pub difference: Difference,
    /// The named type within it that causes the difference, if there is one.
    pub within: Option<Within>,
}

/// A named type that differs between the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Within {
    /// Its name on the importing side.
    pub name: String,
    /// Its definition on each side.
    pub difference: Difference,
}

/// The result of a whole comparison.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// The pairs of resource types that must be equal, in the parts that fit.
    pub resources: Vec<ResourcePair>,
    /// The path to the first occurrence of each pair.
    pub places: BTreeMap<ResourcePair, Vec<String>>,
    /// The differences, in the order of the importing side's declarations.
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

/// Compares the type of an import with that of an export.
///
/// A resource type matches any resource type here. The pairs that must be equal are returned, since only the wiring of the whole
/// composition decides whether they are.
///
/// # Errors
///
/// The first difference, in the order in which the importing side declares things.
pub(crate) fn compare(expected: Item<'_>, found: Item<'_>) -> Result<Vec<ResourcePair>, Difference> {
    compare_all(expected, found).first()
}

/// Like [`compare`], but does not end at the first difference: of two instances, it compares every export.
pub(crate) fn compare_all(expected: Item<'_>, found: Item<'_>) -> Comparison {
    let mut comparer = Comparer::new(expected.component, found.component);
    comparer.item(expected, found);
    comparer.result
}

/// Compares the type of an import with all exports of a component, as an instance of it has them. `name` is the component in
/// messages.
///
/// # Errors
///
/// The first difference, in the order in which the importing side declares things.
pub(crate) fn compare_whole(expected: Item<'_>, found: &Outline, name: &str) -> Result<Vec<ResourcePair>, Difference> {
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

/// Compares two imports to be joined: the items that both require must be equal.
///
/// # Errors
///
/// The first difference, in the order in which the first declares things.
pub(crate) fn compare_common(first: Item<'_>, second: Item<'_>) -> Result<Vec<ResourcePair>, Difference> {
    let mut comparer = Comparer { common: true, ..Comparer::new(first.component, second.component) };
    comparer.item(first, second);
    comparer.result.first()
}

/// Checks that a component type describes a component exactly, with the same resource types in the same places.
///
/// # Errors
///
/// The first difference.
pub(crate) fn compare_type(written: &Outline, ty: ComponentTypeId, whole: &Outline) -> Result<(), Difference> {
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

/// Checks that two items have equal types.
///
/// # Errors
///
/// The first difference.
pub(crate) fn compare_same(expected: Item<'_>, found: Item<'_>) -> Result<(), Difference> {
    compare(found, expected)?;
    one_to_one(compare(expected, found)?)
}

/// Whether the pairs map resource types one to one.
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
    /// Whether items that only one side has are ignored.
    common: bool,
    /// The path of the current items.
    path: Vec<&'a str>,
    /// The innermost named type that differs in the current items.
    within: Option<Within>,
    /// The types that are known to be equal, with the resource types in them.
    same: BTreeSet<(ComponentAnyTypeId, ComponentAnyTypeId)>,
    /// The component types that are known to fit. Their resource types are their own.
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
            // Pairs that were found before the difference do not count.
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

    /// An item that both sides import must be equal: neither may replace the other.
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

    /// A component may import less than it is offered, and export more than is required.
    fn component(&mut self, expected: ComponentTypeId, found: ComponentTypeId) {
        let (Some(e), Some(f)) = (self.expected.types().get(expected), self.found.types().get(found)) else {
            return;
        };
        if self.components.contains(&(expected, found)) {
            return;
        }
        // Its resource types are its own: the owners around it do not matter.
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

    /// The first difference, if there is one.
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

    /// Records two types that differ, if the required one has a name.
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
            // The order is part of the type: it is the order of bits and of cases.
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

/// Compares names exactly. The validator's own comparison ignores case, because a world may not have two names that differ only in
/// case; but fields that differ in case are different fields.
fn same(expected: &KebabString, found: &KebabString) -> bool {
    expected.as_str() == found.as_str()
}
