//! What there is to say about blocks, ports and wires, as JSON for the page's script.

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use super::super::{Block, EXPORTS, End, HOST, Picture, Side, Wire, WireKind};
use super::id;
use crate::inspect::model::Metadata;
use crate::text::{self, Shown};

/// All that there is to say.
#[derive(Debug, Serialize)]
struct Details {
    /// By what things are called in the page.
    things: IndexMap<String, Thing>,
    /// Texts that things have in common.
    wit: Vec<String>,
}

/// What there is to say about a block, a port or a wire.
#[derive(Debug, Default, Serialize)]
struct Thing {
    title: String,
    kind: String,
    /// In a word each.
    facts: Vec<(&'static str, String)>,
    /// With a heading and entries each.
    lists: Vec<(&'static str, Vec<String>)>,
    /// Its type, by its index among the texts.
    wit: Option<usize>,
}

/// The JSON, for a page: nothing in it ends a script, nor begins a comment.
pub fn json(picture: &Picture<'_>) -> String {
    let mut wit = IndexSet::new();
    let mut things = IndexMap::new();
    for (index, it) in picture.blocks.iter().enumerate() {
        things.insert(format!("b{index}"), block(picture, index, it));
    }
    for end in picture.ends() {
        things.insert(id(end), port(picture, end, &mut wit));
    }
    for (index, it) in picture.wires.iter().enumerate() {
        things.insert(format!("w{index}"), wire(picture, it, &mut wit));
    }
    let details = Details { things, wit: wit.into_iter().collect() };
    // It is made of strings and lists, which always have a form in JSON.
    let json = serde_json::to_string(&details).unwrap_or_default();
    let escape = |c: char| match c {
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    json.chars().map(escape).collect()
}

/// The names of the blocks that fill the imports of one.
pub fn fillers(picture: &Picture<'_>, block: usize) -> Vec<String> {
    let is_its = |wire: &&Wire| wire.from.block == block && wire.from.side == Side::Import;
    let to = picture.wires.iter().filter(is_its).filter_map(|wire| picture.blocks.get(wire.to.block));
    to.map(|block| block.name.clone()).collect::<IndexSet<_>>().into_iter().collect()
}

/// The ports that a port is joined with, in words.
pub fn others(picture: &Picture<'_>, end: End) -> Vec<String> {
    let other = |wire: &Wire| match () {
        () if wire.from == end => Some(wire.to),
        () if wire.to == end => Some(wire.from),
        () => None,
    };
    picture.wires.iter().filter_map(other).map(|other| place(picture, other)).collect()
}

/// A port in words.
fn place(picture: &Picture<'_>, end: End) -> String {
    let block = picture.blocks.get(end.block).map_or("", |block| &block.name);
    let port = picture.port(end).map_or("", |(name, _)| name);
    format!("{block}: {port}")
}

fn shown(text: &str) -> String {
    Shown(text).to_string()
}

fn all(texts: Vec<String>) -> Vec<String> {
    texts.iter().map(|text| shown(text)).collect()
}

fn block(picture: &Picture<'_>, index: usize, block: &Block<'_>) -> Thing {
    let mut thing = Thing { title: shown(&block.name), kind: block.kind.word().to_owned(), ..Thing::default() };
    let instance = picture.instance(block);
    if let Some(instance) = instance.filter(|it| !it.path.is_empty() && it.path != block.name) {
        thing.facts.push(("path", shown(&instance.path)));
    }
    if let Some(component) = block.component {
        if component.name != block.name {
            thing.facts.push(("instance of", shown(&component.name)));
        }
        thing.facts.push(("size", text::size(component.size)));
        thing.facts.push(("sha256", component.sha256.clone()));
        metadata(&component.metadata, &mut thing);
        let modules = component.modules.iter().map(|module| {
            let name = module.name.as_deref().unwrap_or("(no name)");
            format!("{}, {}", shown(name), text::size(module.size))
        });
        thing.lists.push(("core modules", modules.collect()));
    }
    if let Some(instance) = instance {
        thing.lists.insert(0, ("reaches of the host's", all(instance.capabilities.clone())));
    }
    thing.lists.insert(0, ("not passed on to the host", all(picture.held(index))));
    let (grants, inputs) = provenance(picture, block);
    thing.lists.push(("granted", grants));
    thing.lists.push(("made of", inputs));
    thing.lists.push(("imports filled by", all(fillers(picture, index))));
    thing.lists.retain(|(_, entries)| !entries.is_empty());
    thing
}

fn metadata(metadata: &Metadata, thing: &mut Thing) {
    let facts = [
        ("version", &metadata.version),
        ("licences", &metadata.licenses),
        ("authors", &metadata.authors),
        ("description", &metadata.description),
        ("source", &metadata.source),
        ("homepage", &metadata.homepage),
        ("revision", &metadata.revision),
    ];
    thing.facts.extend(facts.into_iter().filter_map(|(name, value)| Some((name, shown(value.as_deref()?)))));
    let producers = metadata.producers.iter();
    let producers = producers.map(|it| shown(format!("{}: {} {}", it.field, it.name, it.version).trim_end()));
    thing.lists.push(("made with", producers.collect()));
    let dependencies = metadata.dependencies.iter().map(|it| shown(&format!("{} {}", it.name, it.version)));
    thing.lists.push(("packages in it", dependencies.collect()));
    thing.lists.push(("sections that cannot be read", all(metadata.malformed.clone())));
}

/// What the component says was granted to a block, and what that was made of.
fn provenance(picture: &Picture<'_>, block: &Block<'_>) -> (Vec<String>, Vec<String>) {
    let Some(provenance) = &picture.inspection.provenance else { return (vec![], vec![]) };
    let name = block.name.strip_suffix(":adapter").unwrap_or(&block.name);
    let is_whole = block.instance.is_none_or(|instance| instance == 0);
    let grants = provenance.grants.iter().filter(|grant| is_whole || grant.component == name);
    let grants = grants.map(|it| {
        shown(&match is_whole {
            true => format!("{}: {} = {}", it.component, it.grant, it.value),
            false => format!("{} = {}", it.grant, it.value),
        })
    });
    let inputs = provenance.components.iter().filter(|input| is_whole || input.name == name);
    let inputs = inputs.map(|it| shown(&format!("{} sha256 {}", it.name, it.sha256)));
    (grants.collect(), inputs.collect())
}

fn port(picture: &Picture<'_>, end: End, wit: &mut IndexSet<String>) -> Thing {
    let Some((name, port)) = picture.port(end) else { return Thing::default() };
    let block = picture.blocks.get(end.block).map_or("", |block| &block.name);
    let mut thing = Thing { title: shown(name), ..Thing::default() };
    thing.kind = match end.side {
        _ if end.block == EXPORTS => "export of the whole".to_owned(),
        _ if end.block == HOST => "import of the whole, which the host fills".to_owned(),
        Side::Import => format!("import of {}", shown(block)),
        Side::Export => format!("export of {}", shown(block)),
    };
    let filled = if end.side == Side::Import { "filled by" } else { "fills" };
    let others = all(others(picture, end));
    if port.is_held {
        thing.facts.push(("note", "an adapter answers this itself, and has nothing of it from the host".to_owned()));
    }
    let capabilities = super::super::capabilities(name);
    let capabilities: Vec<String> = capabilities.iter().map(ToString::to_string).collect();
    thing.lists.push(("capabilities", capabilities));
    if others.is_empty() && end.side == Side::Import {
        thing.facts.push((filled, "what the component around has".to_owned()));
    }
    thing.lists.push((filled, others));
    thing.lists.retain(|(_, entries)| !entries.is_empty());
    thing.wit = port.item.map(|item| wit.insert_full(text::lines(&item.wit)).0);
    thing
}

fn wire(picture: &Picture<'_>, wire: &Wire, wit: &mut IndexSet<String>) -> Thing {
    let name = |end| picture.port(end).map_or("", |(name, _)| name);
    let item = |end| picture.port(end).and_then(|(_, port)| port.item);
    let kind = match wire.kind {
        WireKind::Plain => "wire",
        WireKind::Host => "wire to the host",
        WireKind::Adapted => "wire to an adapter, which has it from the host",
        WireKind::Held => "wire that ends in an adapter",
    };
    let wit = item(wire.from).or(item(wire.to)).map(|item| wit.insert_full(text::lines(&item.wit)).0);
    Thing {
        title: shown(name(wire.from)),
        kind: kind.to_owned(),
        facts: vec![("import", shown(&place(picture, wire.from))), ("filled by", shown(&place(picture, wire.to)))],
        wit,
        ..Thing::default()
    }
}
