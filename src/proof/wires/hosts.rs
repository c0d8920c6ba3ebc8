//! Compares the imports of an output with those of its components: each stands for one of these, and labels have their numbers.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::Wires;
use crate::check::part::Part;
use crate::decode::world::{self, Way};
use crate::load::ComponentId;
use crate::load::component::{implements, interface};
use crate::name::{canonical, compatible, numbered, shown};

impl Wires<'_, '_> {
    /// Each import of the output must stand for one of a component, be it of types alone: by its name, with nothing in it that
    /// such an import lacks, and with its `external-id`.
    pub(super) fn stand_for(&mut self) {
        let Some(outer) = self.output.parts.first() else { return };
        let is_component = |name: &String| self.output.originals.iter().any(|of| of.imported == Some(name));
        let mut wrong = Vec::new();
        for (import, (types, has_others)) in items(outer) {
            if is_component(import) {
                continue;
            }
            let imports = self.components.iter().flat_map(|of| of.imports().iter().map(move |item| (of, item)));
            let stood_for: Vec<_> = imports.filter(|(_, (name, item))| is_import(outer, import, name, item)).collect();
            let id = outer.external_ids(std::slice::from_ref(import)).and_then(|ids| ids.first().copied()).flatten();
            let has = |path: &&Vec<String>| {
                let own = |name: &String| [std::slice::from_ref(name), path.get(1..).unwrap_or_default()].concat();
                stood_for.iter().any(|(of, (name, _))| of.import_at(&own(name)).is_some())
            };
            let what = match types.iter().find(|path| !has(path)) {
                // The check finds functions.
                _ if stood_for.is_empty() && has_others => continue,
                _ if stood_for.is_empty() => "it is imported, and no component imports it".to_owned(),
                Some(path) => format!("it is imported with `{}`, which no component imports", shown(path)),
                None if !stood_for.iter().any(|(_, (_, item))| item.external_id.as_deref() == id) => {
                    "it is imported under an external-id that no component has for it".to_owned()
                }
                None => continue,
            };
            wrong.push((import.clone(), what));
        }
        for (import, what) in wrong {
            self.find(0, "", &[import], what);
        }
    }

    /// A label that a planned instance imports, by the place of the component and of the import in it.
    pub(super) fn label(&self, planned: usize, name: &str) -> Option<(ComponentId, usize)> {
        let id = self.plan.instances.get(planned)?.component;
        let (number, _, item) = self.components[id].imports().get_full(name)?;
        item.implements.as_ref().map(|_| (id, number))
    }

    /// Of several labels of one name that the output imports, the first of the first component keeps it, and each other has the
    /// next number that no import has. What is no label keeps its name.
    pub(super) fn labels(&mut self) {
        // A document may give any name to an import.
        let Some(outer) = self.output.parts.first().filter(|_| !self.output.originals.iter().any(|of| of.declares))
        else {
            return;
        };
        let is_plain = |(_, names): &(&String, &Vec<String>)| names.len() == 1;
        let mut used: BTreeSet<String> = outer.names.iter().filter(is_plain).map(|(name, _)| canonical(name)).collect();
        let imports = self.components.iter().flat_map(|component| component.imports().keys());
        let mut taken: BTreeSet<String> = imports.map(|name| canonical(name)).collect();
        let mut known: Vec<(&String, &ComponentItem, String)> = Vec::new();
        let mut wrong = Vec::new();
        for ((id, number), found) in &self.state.labels {
            let Some((name, item)) = self.components[*id].imports().get_index(*number) else { continue };
            let is_one = |(other, of, _): &&(&String, &ComponentItem, String)| {
                let interfaces = implements(other, of).zip(implements(name, item));
                canonical(other) == canonical(name)
                    && of.external_id == item.external_id
                    && interfaces.is_some_and(|(a, b)| compatible(&a, &b))
            };
            let expected = known.iter().find(is_one).map(|(.., expected)| expected.clone()).unwrap_or_else(|| {
                let mut numbered = (2..).map(|number| format!("{name}{number}"));
                let expected = match used.insert(canonical(name)) {
                    true => name.clone(),
                    false => numbered.find(|name| taken.insert(canonical(name))).unwrap_or_default(),
                };
                used.insert(canonical(&expected));
                known.push((name, item, expected.clone()));
                expected
            });
            if *found != expected {
                let component = self.components[*id].name().to_owned();
                wrong.push((
                    component,
                    name.clone(),
                    format!("`{found}` of the host fills it, and not `{expected}`, as which it is left"),
                ));
            }
        }
        for (component, name, what) in wrong {
            self.find(0, &component, &[name], what);
        }
    }
}

/// Whether an import of the output can be one of a component: a label by its name, with a number or without, and the interface
/// that it implements; anything else by its name or that of a compatible version.
fn is_import(outer: &Part, import: &String, name: &String, item: &ComponentItem) -> bool {
    let (is, own) = (outer.canonical(import), interface(name, item));
    let is_same_name = import == name || numbered(name, import).is_some();
    if is == import && own == *name { compatible(is, name) } else { is_same_name && compatible(is, &own) }
}

/// The imports of a component, each with the paths of the types in it, and whether there is anything else in it.
fn items(part: &Part) -> BTreeMap<&String, (Vec<Vec<String>>, bool)> {
    let world = part.world();
    let mut items: BTreeMap<&String, (Vec<_>, bool)> =
        world.imports.keys().map(|name| (name, Default::default())).collect();
    world::walk(world.types, &mut world.imports.iter(), &mut Way::default(), &mut |(path, _), ty| {
        let Some((types, has_others)) = path.first().and_then(|import| items.get_mut(import)) else { return };
        match ty {
            ComponentEntityType::Type { .. } => types.push(path.clone()),
            _ => *has_others = true,
        }
    });
    items
}
