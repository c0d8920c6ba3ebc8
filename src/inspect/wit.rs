//! The world of a component as WIT.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};
use wit_component::DecodedWasm;
use wit_parser::{InterfaceId, Resolve, WorldId, WorldItem, WorldKey};

use super::model::Wit;
use crate::load::{Component, metadata, wit, world};
use crate::text;

/// What wit-parser calls the world of any component.
const WORLD: &str = "root:component/root";

/// The world of a component, with all packages that it mentions. Where WIT has no words for something in it, a text that looks
/// like it, and why.
pub fn of(component: &Component) -> Wit {
    match printed(component) {
        Ok(text) => Wit { text, reason: None },
        Err(reason) => Wit { text: likeness(component), reason: Some(reason) },
    }
}

fn printed(component: &Component) -> Result<String, String> {
    let sides = [component.imports(), component.exports()];
    // The decoder leaves out what it has no words for, without a word.
    if let Some((name, what)) = sides.iter().flat_map(|items| items.iter()).find_map(|item| unsayable(component, item))
    {
        return Err(format!("`{name}` is {what}"));
    }
    if metadata::is_circular(component, WORLD, || sides.iter().flat_map(|items| items.iter())) {
        return Err("packages in it use each other's types in a circle".to_owned());
    }
    let decoded = wit_component::decode(component.bytes()).map_err(|error| text::lines(&format!("{error:#}")))?;
    let DecodedWasm::Component(mut resolve, id) = decoded else { return Err("it has no world".to_owned()) };
    sort(&mut resolve, id);
    let world = resolve.worlds.get(id);
    let Some((world, package)) = world.and_then(|world| Some((world, world.package?))) else {
        return Err("its world is of no package".to_owned());
    };
    for (items, said) in sides.into_iter().zip([&world.imports, &world.exports]) {
        let said: BTreeSet<String> = said.keys().map(|key| resolve.name_world_key(key)).collect();
        if let Some(name) = items.keys().find(|name| !said.contains(*name)) {
            return Err(format!("`{name}` is no name in it"));
        }
    }
    world::print(&resolve, package)
}

/// Puts what has an order in a component, and none in WIT, in that of its names: a composition has its imports in an order that
/// one more import can change. Where an interface goes by another name, the order says of which one a type is.
fn sort(resolve: &mut Resolve, id: WorldId) {
    let Some(world) = resolve.worlds.get(id) else { return };
    let is_named = |id: InterfaceId| resolve.interfaces.get(id).is_some_and(|interface| interface.name.is_some());
    let goes_by_another = |(key, item): (&WorldKey, &WorldItem)| match (key, item) {
        (WorldKey::Name(_), WorldItem::Interface { id, .. }) => is_named(*id),
        _ => false,
    };
    if world.imports.iter().chain(&world.exports).any(goes_by_another) {
        return;
    }
    let sorted = |items: &IndexMap<WorldKey, WorldItem>| {
        let mut items: Vec<_> = items.clone().into_iter().collect();
        items.sort_by_cached_key(|(key, _)| resolve.name_world_key(key));
        items.into_iter().collect()
    };
    let (imports, exports) = (sorted(&world.imports), sorted(&world.exports));
    if let Some(world) = resolve.worlds.get_mut(id) {
        (world.imports, world.exports) = (imports, exports);
    }
    resolve.packages.iter_mut().for_each(|(_, package)| package.interfaces.sort_keys());
}

/// What it is that WIT cannot say of an item, and the name of that.
fn unsayable<'c>(
    component: &'c Component,
    (name, item): (&'c String, &ComponentItem),
) -> Option<(&'c str, &'static str)> {
    match item.ty {
        ComponentEntityType::Module(_) => Some((name, "a core module")),
        ComponentEntityType::Component(_) => Some((name, "a component")),
        ComponentEntityType::Value(_) => Some((name, "a value")),
        ComponentEntityType::Instance(id) => {
            component.types().get(id)?.exports.iter().find_map(|(name, item)| match item.ty {
                ComponentEntityType::Instance(_) => Some((name.as_str(), "an instance within an instance")),
                _ => unsayable(component, (name, item)),
            })
        }
        ComponentEntityType::Func(_) | ComponentEntityType::Type { .. } => None,
    }
}

/// The imports and exports of a component in the notation of WIT, which could not be read back.
fn likeness(component: &Component) -> String {
    let items = |keyword: &str, items: &IndexMap<String, ComponentItem>| -> String {
        let of = |(name, item): (&String, &ComponentItem)| {
            let whole = format!("{keyword} {}", wit::whole(component, name, item.ty));
            whole.lines().map(|line| format!("  {line}\n")).collect::<String>()
        };
        let mut items: Vec<_> = items.iter().collect();
        items.sort_by_key(|(name, _)| *name);
        items.into_iter().map(of).collect()
    };
    format!("world root {{\n{}{}}}\n", items("import", component.imports()), items("export", component.exports()))
}
