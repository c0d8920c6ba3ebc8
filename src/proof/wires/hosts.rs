//! Compares the imports of an output with those of its components: each import of the output must stand for imports
//! that it fills, and labels must have the planned numbers.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::Wires;
use super::plan::Source;
use crate::check::part::Part;
use crate::decode::world::{self, Way, World};
use crate::follow::Item;
use crate::load::component::{implements, interface};
use crate::load::{Component, ComponentId};
use crate::name::{canonical, compatible, numbered, shown, stands_for};

impl Wires<'_, '_> {
    /// Checks that each import of the output stands for imports of components. These must have all types of the import,
    /// and its `external-id` if they consist of types. The check does the same for functions.
    pub(super) fn stand_for(&mut self) {
        let Some(outer) = self.output.parts.first() else { return };
        let is_component = |name: &String| self.output.originals.iter().any(|of| of.imported == Some(name));
        let mut wrong = Vec::new();
        for (import, (types, has_others)) in items(&outer.world()) {
            if is_component(import) {
                continue;
            }
            let has_resources = outer.resources.iter().any(|path| path.first() == Some(import));
            let stood_for = self.stood_for(outer, import, !has_others && !has_resources);
            let id = outer.external_ids(std::slice::from_ref(import)).and_then(|ids| ids.first().copied()).flatten();
            let of_name = self.of_name(outer, import);
            let has = |path: &&Vec<String>| {
                let own = |name: &String| [std::slice::from_ref(name), path.get(1..).unwrap_or_default()].concat();
                let is_there = |(of, name): &(&Component, &String)| of.import_at(&own(name)).is_some();
                // A component may fill the import of which it is, and another import or an export use it.
                let is_named = || !outer.resources.contains(*path) && of_name.iter().any(is_there);
                stood_for.iter().any(is_there) || is_named()
            };
            let has_another_id = |(of, name): &&(&Component, &String)| {
                let known = of.imports().get(*name).and_then(|item| item.external_id.as_deref());
                known != id && is_types_alone(of, name)
            };
            let what = match types.iter().find(|path| !has(path)) {
                // The check finds functions.
                _ if stood_for.is_empty() && has_others => continue,
                _ if stood_for.is_empty() => "it is imported, and stands for no import of a component".to_owned(),
                Some(path) => format!("it is imported with `{}`, which no import has for which it stands", shown(path)),
                None => match stood_for.iter().find(has_another_id) {
                    Some((of, name)) => {
                        format!("it stands for `{name}` of `{}`, which has another external-id", of.name())
                    }
                    None => continue,
                },
            };
            wrong.push((import.clone(), what));
        }
        for (import, what) in wrong {
            self.find(0, "", &[import], what);
        }
    }

    /// Returns the imports that an import of the output stands for: those that it fills, and a declared import of a
    /// document with its name. If there are none and the import consists of plain types, these are the imports of its
    /// name: even if a component fills them, the output may need their types.
    fn stood_for<'w>(&'w self, outer: &Part, import: &String, is_plain: bool) -> Vec<(&'w Component, &'w String)> {
        let filled = self.state.filled.iter().filter(|(.., by)| by == import);
        let filled = filled.filter_map(|(id, number, _)| {
            let component = &self.components[*id];
            Some((component, component.imports().get_index(*number)?.0))
        });
        let declares = |of: &&Component| {
            self.output.originals.iter().any(|original| original.declares && original.name == of.name())
        };
        let named = |of: &'w Component| Some((of, of.imports().get_key_value(import)?));
        let declared = self.components.iter().filter(declares).filter_map(named).map(|(of, (name, _))| (of, name));
        let mut stood_for: Vec<(&Component, &String)> = filled.chain(declared).collect();
        if stood_for.is_empty() && is_plain {
            stood_for = self.of_name(outer, import);
        }
        stood_for
    }

    /// The imports of components that have the name of an import of the output, and its interface.
    fn of_name<'w>(&'w self, outer: &Part, import: &String) -> Vec<(&'w Component, &'w String)> {
        let named = |of: &'w Component| Some((of, of.imports().get_key_value(import)?));
        let is_one = |(_, (name, item)): &(_, (&String, &ComponentItem))| {
            compatible(outer.canonical(import), &interface(name, item))
        };
        let named = self.components.iter().filter_map(named).filter(is_one);
        named.map(|(of, (name, _))| (of, name)).collect()
    }

    /// Compares the imports of a planned instance that consist of types.
    pub(super) fn types(&mut self, planned: usize, id: usize) {
        let Some(component) = self.plan.component(planned, self.components) else { return };
        let world = World { types: component.types(), imports: component.imports(), exports: component.exports() };
        for (import, (types, has_others)) in items(&world) {
            if has_others {
                continue;
            }
            let is_instance =
                component.imports().get(import).is_some_and(|of| matches!(of.ty, ComponentEntityType::Instance(_)));
            let path = [import.clone()];
            let source = self.plan.source(planned, import);
            let item = self.instance(id).map(|of| of.given(&path));
            if let (true, Some(Item::Host(own)), Source::Host(named)) = (is_instance, &item, &source)
                && !self.host_fills((planned, &path), own, named, true)
            {
                let (found, expected) = (self.shown(&Item::Host(own.clone())), self.expected(&source));
                let what = format!("{found} fills it, and not {expected}, which its description says");
                self.find(id, component.name(), &path, what);
            }
            // An adapter may export types that it imports from the host.
            for path in types {
                let item = self.instance(id).map(|of| of.given(&path));
                let source = path.iter().skip(1).fold(source.clone(), |source, name| source.export(name));
                if let (Some(Item::Host(own)), Source::Host(named)) = (item, source) {
                    self.host_fills((planned, &path), &own, &named, true);
                }
            }
        }
    }

    /// Records the imports of an adapter of a planned instance that consist of types and that the host fills.
    pub(super) fn types_of_front(&mut self, planned: usize, id: usize) {
        let Some(component) = self.plan.component(planned, self.components) else { return };
        let Some(part) = self.instance(id).and_then(|of| self.output.parts.get(of.part?)) else { return };
        let alone = items(&part.world()).into_iter().filter(|(_, (_, has_others))| !has_others);
        let alone: Vec<[String; 1]> = alone.map(|(import, _)| [import.clone()]).collect();
        for path in alone.iter().filter(|[import]| component.imports().contains_key(import)) {
            let [import] = path;
            let item = self.instance(id).map(|of| of.given(path));
            if let (Some(Item::Host(own)), Source::Host(named)) = (item, self.plan.source(planned, import)) {
                self.host_fills((planned, path), &own, &named, true);
            }
        }
    }

    /// Whether a host item is the described one for an import of a planned instance (by its path). Records the import
    /// if it is.
    pub(super) fn host_fills(
        &mut self,
        (planned, path): (usize, &[String]),
        own: &[String],
        named: &[String],
        is_of_types: bool,
    ) -> bool {
        let is_it = self.is_hosts(planned, own, named, is_of_types);
        let id = self.plan.instances.get(planned).map(|of| of.component);
        let place = |id: ComponentId| Some((id, self.components[id].imports().get_index_of(path.first()?)?));
        if let (true, Some((id, number)), Some(import)) = (is_it, id.and_then(place), own.first()) {
            self.state.filled.insert((id, number, import.clone()));
        }
        is_it
    }

    /// Whether a host item is the described one: it has its name, or a compatible version that a component imports and
    /// that is not lower, except for types. For a label, it has that label, with or without a number, and the same
    /// interface.
    fn is_hosts(&self, planned: usize, own: &[String], named: &[String], is_of_types: bool) -> bool {
        let ([import, rest @ ..], [name, names @ ..]) = (own, named) else { return false };
        if rest.len() != names.len() || !rest.iter().zip(names).all(|(a, b)| compatible(a, b)) {
            return false;
        }
        let item = self.plan.component(planned, self.components).and_then(|of| of.imports().get(name));
        let is = self.output.parts.first().map(|outer| outer.canonical(import));
        match item.and_then(|of| implements(name, of)).zip(is) {
            Some((interface, is)) => {
                let is_label = item.is_some_and(|of| of.implements.is_some());
                let is_kept = || self.plan.labels.values().any(|label| label == import);
                self.is_joined(is, &interface, is_of_types)
                    && (import == name || (is_label && (numbered(name, import).is_some() || is_kept())))
            }
            None => self.is_joined(import, name, is_of_types),
        }
    }

    /// Whether the interface of a host item can fill an import of an interface: it is the same, or a compatible version
    /// that a component imports. That version may be lower only if the import consists of types.
    fn is_joined(&self, given: &str, asked: &str, is_of_types: bool) -> bool {
        let is_of =
            |(name, item): (&String, &ComponentItem)| implements(name, item).as_deref().unwrap_or(name) == given;
        given == asked
            || ((stands_for(given, asked) || (is_of_types && compatible(given, asked)))
                && self.components.iter().any(|component| component.imports().iter().any(is_of)))
    }

    /// The labels that imports of components keep, since the composition had them before. Another import that is the same
    /// label of the same interface has the same label.
    fn kept(&self) -> Vec<(&String, &ComponentItem, String)> {
        let of = |id: ComponentId, number: usize| {
            let component = &self.components[id];
            let (name, item) = component.imports().get_index(number)?;
            let label = self.plan.labels.get(&(component.name().to_owned(), name.clone()))?;
            Some((name, item, label.clone()))
        };
        self.state.filled.iter().filter_map(|(id, number, _)| of(*id, *number)).collect()
    }

    /// Checks the names of labels. Of several labels of one name, the first one of the first component keeps the name,
    /// and each other one gets the next number that no import has. A label that the
    /// description keeps has that name. An import that is no label keeps its name.
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
        let mut wrong = Vec::new();
        let mut known = self.kept();
        known.retain(|(.., label)| !used.contains(&canonical(label)));
        used.extend(known.iter().map(|(.., label)| canonical(label)));
        taken.extend(known.iter().map(|(.., label)| canonical(label)));
        for (id, number, found) in &self.state.filled {
            let label = self.components[*id].imports().get_index(*number).filter(|(_, item)| item.implements.is_some());
            let Some((name, item)) = label else { continue };
            let is_one = |(other, of, _): &&(&String, &ComponentItem, String)| {
                let interfaces = implements(other, of).zip(implements(name, item));
                canonical(other) == canonical(name)
                    && of.external_id == item.external_id
                    && interfaces.is_some_and(|(a, b)| compatible(&a, &b))
            };
            let known_name = known.iter().find(is_one).map(|(.., expected)| expected.clone());
            let expected = known_name.unwrap_or_else(|| {
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

/// Whether an import of a component consists of types.
fn is_types_alone(component: &Component, import: &String) -> bool {
    let world = World { types: component.types(), imports: component.imports(), exports: component.exports() };
    items(&world).get(import).is_some_and(|(_, has_others)| !has_others)
}

/// Returns the imports of a component, each with the paths of its types, and whether it has other items.
fn items<'w>(world: &World<'w>) -> BTreeMap<&'w String, (Vec<Vec<String>>, bool)> {
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
