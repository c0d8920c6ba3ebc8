//! The world of a component as WIT.

use indexmap::IndexMap;
use wasmparser::component_types::ComponentItem;
use wit_component::DecodedWasm;

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
    if metadata::is_circular(component, WORLD, || component.imports().iter().chain(component.exports())) {
        return Err("packages in it use each other's types in a circle".to_owned());
    }
    let decoded = wit_component::decode(component.bytes()).map_err(|error| text::lines(&format!("{error:#}")))?;
    let resolve = decoded.resolve();
    let package = match &decoded {
        DecodedWasm::Component(_, world) => {
            let world = resolve.worlds.get(*world).and_then(|world| world.package);
            world.ok_or("its world is of no package")?
        }
        DecodedWasm::WitPackage(_, package) => *package,
    };
    world::print(resolve, package)
}

/// The imports and exports of a component in the notation of WIT, which could not be read back.
fn likeness(component: &Component) -> String {
    let items = |keyword: &str, items: &IndexMap<String, ComponentItem>| -> String {
        let of = |(name, item): (&String, &ComponentItem)| {
            let whole = format!("{keyword} {}", wit::whole(component, name, item.ty));
            whole.lines().map(|line| format!("  {line}\n")).collect::<String>()
        };
        items.iter().map(of).collect()
    };
    format!("world root {{\n{}{}}}\n", items("import", component.imports()), items("export", component.exports()))
}
