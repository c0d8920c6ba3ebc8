//! The names under which a component uses types of its imports: what `use` says in WIT.

use std::collections::BTreeSet;

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};

use super::mentions::{must_be_named, within};
use super::{Definition, Outline, Side};

/// A type as an import names it: the import, and the name in it.
pub(crate) type Used<'c> = (&'c str, &'c str);

/// The types of instances among the imports that some items of a component use, each under the name by which it is used. What such
/// a type is made of, or another name of, is used by it in turn.
///
/// A type has several names where interfaces use it from each other. The items say which one is theirs, as WIT does.
pub(crate) fn used(component: &Outline, items: impl IntoIterator<Item = ComponentEntityType>) -> BTreeSet<Used<'_>> {
    let mut uses = Uses { component, found: BTreeSet::new(), seen: BTreeSet::new() };
    items.into_iter().for_each(|item| uses.item(item));
    uses.found
}

struct Uses<'c> {
    component: &'c Outline,
    found: BTreeSet<Used<'c>>,
    seen: BTreeSet<ComponentAnyTypeId>,
}

// The validator limits the depth of types.
impl<'c> Uses<'c> {
    fn item(&mut self, item: ComponentEntityType) {
        match item {
            ComponentEntityType::Instance(id) => {
                let component = self.component;
                let exports = component.types().get(id).into_iter().flat_map(|ty| ty.exports.values());
                exports.for_each(|item| self.item(item.ty));
            }
            ComponentEntityType::Type { created, referenced } => {
                // What it is a name of. An instance that is made of items may have a type by no other name than it had.
                if created != referenced {
                    self.seen.insert(created);
                }
                self.any(referenced);
            }
            ComponentEntityType::Func(id) => self.parts(id.into()),
            ComponentEntityType::Value(wasmparser::component_types::ComponentValType::Type(id)) => self.any(id.into()),
            // Core modules have no such types, and those of a component type are its own.
            ComponentEntityType::Value(_) | ComponentEntityType::Module(_) | ComponentEntityType::Component(_) => {}
        }
    }

    fn parts(&mut self, id: ComponentAnyTypeId) {
        within(self.component, id).into_iter().for_each(|id| self.any(id));
    }

    fn any(&mut self, id: ComponentAnyTypeId) {
        if !self.seen.insert(id) {
            return;
        }
        match self.named(id) {
            Some(definition) => {
                if let [interface, name] = definition.path.as_slice() {
                    self.found.insert((interface, name));
                }
                if let Some(ComponentEntityType::Type { referenced, .. }) = self.component.import_at(&definition.path) {
                    self.any(referenced);
                    self.parts(referenced);
                }
            }
            None => match self.component.types().peel_alias(id) {
                Some(aliased) => self.any(aliased),
                None => self.parts(id),
            },
        }
    }

    /// The import that names exactly this alias, or the first that names a type which must have a name.
    fn named(&self, id: ComponentAnyTypeId) -> Option<&'c Definition> {
        let component = self.component;
        let is_its = |definition: &&Definition| {
            let item = component.import_at(&definition.path);
            matches!(item, Some(ComponentEntityType::Type { created, .. }) if created == id)
        };
        let is_imported = |definition: &&Definition| definition.side == Side::Import;
        let named = component.alias_name(id).filter(is_imported).filter(is_its);
        let is_alias = component.types().peel_alias(id).is_some();
        named.or_else(|| {
            let key = component.key(id);
            let first = || component.definition(key).filter(is_imported);
            if is_alias || !must_be_named(component, key) { None } else { first() }
        })
    }
}
