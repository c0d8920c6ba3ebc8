//! Prints the world of a component as WIT.

use std::cell::Cell;
use std::collections::BTreeSet;

use indexmap::IndexMap;
use wasmparser::component_types::ComponentItem;
use wit_component::DecodedWasm;
use wit_parser::{InterfaceId, Resolve, WorldId, WorldItem, WorldKey};

use super::error::Failure;
use super::model::Wit;
use super::unsayable;
use crate::guard::{Panicked, Use, guard};
use crate::load::{Component, world};
use crate::types::print::Printer;
use crate::{limits, text};

/// Prints the world of a component, with all packages that it mentions. If WIT cannot express the world, the text only
/// resembles WIT, and the reason is given.
///
/// # Errors
///
/// That text would be longer than [`limits::WORLD_LINES`].
pub(super) fn print_world(component: &Component) -> Result<Wit, Failure> {
    let lines = Cell::new(limits::WORLD_LINES);
    // The reason has no path in it, because a snapshot depends on the component alone.
    let failed = |panicked: Panicked| {
        let library = panicked.library.unwrap_or_else(|| "a library".to_owned());
        Err(format!("`{library}` fails to print it: {}", panicked.message))
    };
    let printed = || guard(Use::WORLD, component.file(), || printed(component)).unwrap_or_else(failed);
    let wit = match unsayable::reason(component, &lines).map_or_else(printed, Err) {
        Ok(text) => Wit { text, reason: None },
        Err(reason) => Wit { text: likeness(component, &lines), reason: Some(reason) },
    };
    match lines.get() {
        0 => Err(Failure::TooLarge(limits::WORLD_LINES, "lines of types")),
        _ => Ok(wit),
    }
}

fn printed(component: &Component) -> Result<String, String> {
    let sides = [component.imports(), component.exports()];
    let decoded = wit_component::decode(component.bytes()).map_err(|error| text::lines(&format!("{error:#}")))?;
    let DecodedWasm::Component(mut resolve, id) = decoded else { return Err("it has no world".to_owned()) };
    sort(&mut resolve, id);
    let world = resolve.worlds.get(id);
    let Some((world, package)) = world.and_then(|world| Some((world, world.package?))) else {
        return Err("its world is of no package".to_owned());
    };
    for (items, named) in sides.into_iter().zip([&world.imports, &world.exports]) {
        let named: BTreeSet<String> = named.keys().map(|key| resolve.name_world_key(key)).collect();
        if let Some(name) = items.keys().find(|name| !named.contains(*name)) {
            return Err(format!("`{name}` is no name in it"));
        }
    }
    let text = world::print(&resolve, package)?;
    // Other tools read the text, so it must parse.
    match Resolve::default().push_str("world.wit", &text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("what would say it cannot be read: {}", text::lines(&format!("{error:#}")))),
    }
}

/// Sorts imports, exports and interfaces by name. Their order has no meaning in WIT, and a further import of a
/// composition can change it. If an interface occurs under another name, nothing is sorted: then the order determines
/// which occurrence a type belongs to.
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

/// Prints the imports and exports of a component in a notation that resembles WIT, and that no tool can read back.
fn likeness(component: &Component, lines: &Cell<usize>) -> String {
    let mut printer = Printer::new(component);
    let mut items = |keyword: &str, items: &IndexMap<String, ComponentItem>| -> String {
        let print = |(name, item): (&String, &ComponentItem)| {
            let attributes = [
                ("implements", &item.implements),
                ("version-suffix", &item.version_suffix),
                ("external-id", &item.external_id),
            ];
            let attributes =
                attributes.into_iter().filter_map(|(key, value)| Some(format!("@{key}({:?}) ", value.as_ref()?)));
            let attributes: String = attributes.collect();
            let whole = format!("{attributes}{keyword} {}", printer.whole(name, item.ty, lines));
            whole.lines().map(|line| format!("  {line}\n")).collect::<String>()
        };
        let mut items: Vec<_> = items.iter().collect();
        items.sort_by_key(|(name, _)| *name);
        items.into_iter().map(print).collect()
    };
    let (imports, exports) = (items("import", component.imports()), items("export", component.exports()));
    let numbered: String = printer.numbered(lines).lines().map(|line| format!("  {line}\n")).collect();
    format!("world root {{\n{imports}{exports}{numbered}}}\n")
}
