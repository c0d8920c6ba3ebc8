//! Names that are one name to validators, though they are written in two ways.
//!
//! Component Model, Explainer, "Name Uniqueness": names differ in more than case and annotations. Validators since have
//! taken hyphens for nothing as well; the one that weld has does not, so that it is looked for here.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType as T, ComponentEntityType, ComponentItem, ComponentValType,
};

use super::VerifyError;
use crate::load::Component;
use crate::name::canonical;

/// Checks the names of what a component imports and exports, of all that is in these, and of what their types are made of.
/// `of` is what it is called, unless it is the output.
///
/// # Errors
///
/// The first two names of one place that are one name, with that place.
pub fn check(component: &Component, of: Option<&str>) -> Result<(), VerifyError> {
    let mut names = Names { component, seen: BTreeSet::new() };
    let found =
        names.items(component.imports(), "the imports").and_then(|()| names.items(component.exports(), "the exports"));
    found.map_err(|Alike { first, second, place }| VerifyError::NamesAlike {
        first,
        second,
        place,
        of: of.map(str::to_owned),
    })
}

/// Two names that are one, and where they are.
struct Alike {
    first: String,
    second: String,
    place: String,
}

struct Names<'a> {
    component: &'a Component,
    seen: BTreeSet<ComponentAnyTypeId>,
}

// The validator bounds the depth of types, and so this.
impl<'a> Names<'a> {
    fn items(
        &mut self,
        items: impl IntoIterator<Item = (&'a String, &'a ComponentItem)> + Clone,
        place: &str,
    ) -> Result<(), Alike> {
        unique(items.clone().into_iter().map(|(name, _)| name.as_str()), place)?;
        items.into_iter().try_for_each(|(name, item)| {
            let id = match item.ty {
                ComponentEntityType::Func(id) => id.into(),
                ComponentEntityType::Instance(id) => id.into(),
                ComponentEntityType::Component(id) => id.into(),
                ComponentEntityType::Type { created, .. } => created,
                ComponentEntityType::Value(ty) => return self.value(&ty, name),
                ComponentEntityType::Module(_) => return Ok(()),
            };
            self.any(id, name)
        })
    }

    fn any(&mut self, id: ComponentAnyTypeId, name: &str) -> Result<(), Alike> {
        if !self.seen.insert(id) {
            return Ok(());
        }
        let types = self.component.types();
        match id {
            ComponentAnyTypeId::Instance(id) => match types.get(id) {
                Some(ty) => self.items(&ty.exports, &format!("`{name}`")),
                None => Ok(()),
            },
            ComponentAnyTypeId::Component(id) => match types.get(id) {
                Some(ty) => {
                    self.items(&ty.imports, &format!("the imports of `{name}`"))?;
                    self.items(&ty.exports, &format!("the exports of `{name}`"))
                }
                None => Ok(()),
            },
            ComponentAnyTypeId::Func(id) => match types.get(id) {
                Some(ty) => {
                    unique(ty.params.iter().map(|(name, _)| name.as_str()), &format!("the parameters of `{name}`"))?;
                    ty.params.iter().map(|(_, ty)| ty).chain(&ty.result).try_for_each(|ty| self.value(ty, name))
                }
                None => Ok(()),
            },
            ComponentAnyTypeId::Defined(id) => match types.get(id) {
                Some(ty) => self.defined(ty, name),
                None => Ok(()),
            },
            ComponentAnyTypeId::Resource(_) => Ok(()),
        }
    }

    fn value(&mut self, ty: &ComponentValType, name: &str) -> Result<(), Alike> {
        match ty {
            ComponentValType::Type(id) => self.any((*id).into(), name),
            ComponentValType::Primitive(_) => Ok(()),
        }
    }

    fn defined(&mut self, ty: &T, name: &str) -> Result<(), Alike> {
        match ty {
            T::Record(ty) => unique(ty.fields.keys().map(|name| name.as_str()), &format!("`{name}`"))?,
            T::Variant(ty) => unique(ty.cases.keys().map(|name| name.as_str()), &format!("`{name}`"))?,
            T::Flags(names) | T::Enum(names) => unique(names.iter().map(|name| name.as_str()), &format!("`{name}`"))?,
            _ => {}
        }
        crate::load::mentions::parts(ty).into_iter().try_for_each(|ty| self.value(ty, name))
    }
}

/// Checks that no two names are one.
fn unique<'n>(names: impl IntoIterator<Item = &'n str>, place: &str) -> Result<(), Alike> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(canonical(name), name) {
            let [first, second, place] = [first, name, place].map(str::to_owned);
            return Err(Alike { first, second, place });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::name::canonical;

    /// The examples of the specification, and hyphens.
    #[test]
    fn names_are_compared_without_case_hyphens_and_annotations() {
        let alike = [
            ["get-size", "getsize"],
            ["foo-bar", "foo-BAR"],
            ["[method]foo.bar", "[static]FOO.b-ar"],
            ["[method]foo.foo", "foo"],
            ["[constructor]foo", "[constructor]F-OO"],
            ["foo:bar/baz", "foo:bar/BAZ"],
            ["a:b-c/d@1.0.0", "a:bc/d@1.0.0"],
        ];
        alike.iter().for_each(|[a, b]| assert_eq!(canonical(a), canonical(b)));
        let apart = ["foo", "foobar", "[constructor]foo", "[method]foo.bar", "[static]foo.baz", "foo:bar/baz"];
        let names: std::collections::BTreeSet<String> = apart.iter().map(|name| canonical(name)).collect();
        assert_eq!(names.len(), apart.len());
        assert_ne!(canonical("integrity=<sha256-a-b>"), canonical("integrity=<sha256-A-B>"));
        assert_ne!(canonical("a:b/c@1.0.0-1"), canonical("a:b/c@1.0.0-11"));
    }
}
