//! What the check reads of a component: its imports and their names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};
use wasmparser::types::Types;

use crate::decode;
use crate::decode::world::{self, Imported, World};
use crate::name::told;

/// A component at any depth.
pub(crate) struct Part {
    /// Whether it has code.
    pub has_core: bool,
    /// The functions, components and core modules that it imports.
    pub imported: Vec<Imported>,
    /// The resource types that it imports, by their paths.
    pub resources: Vec<Vec<String>>,
    /// The names of each import.
    pub names: BTreeMap<String, Vec<String>>,
    /// The indices in [`Part::imported`] for each path, in the form of [`path`].
    told: BTreeMap<Vec<String>, Vec<usize>>,
    types: Arc<Types>,
    imports: IndexMap<String, ComponentItem>,
    exports: IndexMap<String, ComponentItem>,
}

impl Part {
    /// Describes a decoded part.
    pub(crate) fn new(part: &decode::Part<'_>) -> Self {
        let (level, of) = (&part.level, (*part.types).as_ref());
        let import = |name: &str| Some((name.to_owned(), of.component_item_for_import(name)?.clone()));
        let export = |name: &str| Some((name.to_owned(), of.component_item_for_export(name)?.clone()));
        let imports: IndexMap<String, ComponentItem> = level.imports.iter().filter_map(|of| import(of.name)).collect();
        let exports = level.exports.iter().filter_map(|of| export(of.name)).collect();
        let names = imports.iter().map(|(name, item)| (name.clone(), world::names(name, item))).collect();
        let world = World { types: of, imports: &imports, exports: &exports };
        let (imported, resources) = (world::imported(&world), world::resources(&world));
        let (types, has_core) = (Arc::clone(&part.types), level.has_core);
        let told = BTreeMap::new();
        let mut part = Part { has_core, imported, resources, names, told, types, imports, exports };
        for (number, of) in part.imported.iter().enumerate() {
            let [import, rest @ ..] = of.path.as_slice() else { continue };
            part.told.entry(path(part.canonical(import), rest)).or_default().push(number);
        }
        part
    }

    /// The input of the rule.
    pub(crate) fn world(&self) -> World<'_> {
        World { types: (*self.types).as_ref(), imports: &self.imports, exports: &self.exports }
    }

    /// The functions, components and core modules that it exports, as imports of whoever has the exports.
    pub(crate) fn exported(&self) -> Vec<Imported> {
        world::imported(&World { imports: &self.exports, ..self.world() })
    }

    /// The imports of exactly this path of names, else of compatible versions. The first name may be that of an interface.
    pub(crate) fn named(&self, of: &[String]) -> Vec<&Imported> {
        let [first, rest @ ..] = of else { return Vec::new() };
        let by = |name: &str| self.told.get(&path(name, rest)).into_iter().flatten().copied();
        let is_own = |number: &usize| self.imported.get(*number).is_some_and(|of| of.path.first() == Some(first));
        let all: BTreeSet<usize> = by(first).chain(by(self.canonical(first)).filter(is_own)).collect();
        let all: Vec<&Imported> = all.into_iter().filter_map(|number| self.imported.get(number)).collect();
        all.iter().find(|import| import.path == of).map_or_else(|| all.clone(), |same| vec![*same])
    }

    /// The `external-id`s along a path of names, by which a host selects one of several implementations.
    pub(crate) fn external_ids(&self, path: &[String]) -> Option<Vec<Option<&str>>> {
        let (import, rest) = path.split_first()?;
        let types = (*self.types).as_ref();
        let items = std::iter::successors(Some((self.imports.get(import)?, rest)), |(item, rest)| {
            let (name, rest) = rest.split_first()?;
            let ComponentEntityType::Instance(id) = item.ty else { return None };
            Some((types.get(id)?.exports.get(name)?, rest))
        });
        Some(items.map(|(item, _)| item.external_id.as_deref()).collect())
    }

    /// The name that compatible versions of an import share: that of the interface that it implements.
    pub(crate) fn canonical<'n>(&'n self, import: &'n str) -> &'n str {
        self.names.get(import).and_then(|names| names.last()).map_or(import, String::as_str)
    }
}

/// A path of names in the form that compatible versions share.
fn path(first: &str, rest: &[String]) -> Vec<String> {
    std::iter::once(first).chain(rest.iter().map(String::as_str)).map(told).collect()
}
