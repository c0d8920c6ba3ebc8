//! The world of a component as WIT.

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};
use wit_component::{DecodedWasm, OutputToString, WitPrinter};

use super::model::Wit;
use crate::load::{Component, metadata, wit};
use crate::text;

/// What wit-parser calls the world of any component.
const WORLD: &str = "root:component/root";

/// The world of a component, with all packages that it mentions. Where WIT has no words for something in it, a text that looks
/// like it, and why.
pub fn world(component: &Component) -> Wit {
    match printed(component) {
        Ok(text) => Wit { text, reason: None },
        Err(reason) => Wit { text: likeness(component), reason: Some(reason) },
    }
}

fn printed(component: &Component) -> Result<String, String> {
    if metadata::is_circular(component, WORLD, || component.imports().iter().chain(component.exports())) {
        return Err("packages in it use each other's types in a circle".to_owned());
    }
    // The decoder leaves out what WIT cannot say.
    let unsaid = |(name, item): (&String, &ComponentItem)| {
        unsaid(component, item.ty).map(|what| format!("WIT has no words for {what}, which is in `{name}`"))
    };
    if let Some(reason) = component.imports().iter().chain(component.exports()).find_map(unsaid) {
        return Err(reason);
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
    let mut others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
    others.sort_by_key(|id| resolve.packages.get(*id).map(|package| &package.name));
    let mut printer = WitPrinter::new(OutputToString::default());
    printer.print(resolve, package, &others).map_err(|error| text::lines(&format!("{error:#}")))?;
    Ok(printer.output.to_string())
}

/// What there is in something that no world of WIT can have.
fn unsaid(component: &Component, ty: ComponentEntityType) -> Option<&'static str> {
    match ty {
        ComponentEntityType::Module(_) => Some("core modules"),
        ComponentEntityType::Component(_) => Some("components"),
        ComponentEntityType::Value(_) => Some("values"),
        ComponentEntityType::Instance(id) => {
            component.types().get(id)?.exports.values().find_map(|item| unsaid(component, item.ty))
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
        items.iter().map(of).collect()
    };
    format!("world root {{\n{}{}}}\n", items("import", component.imports()), items("export", component.exports()))
}
