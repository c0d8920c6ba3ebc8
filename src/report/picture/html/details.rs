//! Details about blocks, ports and wires, as JSON for the script of the page.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use super::super::layout::Layout;
use super::super::rows::{Cable, HELD, Reach, Row, TYPES_ONLY, badges};
use super::super::svg::{cable_id, joined_id};
use super::super::{Block, EXPORTS, End, HOST, Kind, Picture, Side, Wire, WireKind};
use super::id;
use crate::inspect::model::{Instance, Metadata, Reaches};
use crate::name::{adapted, unnumbered};
use crate::provenance;
use crate::text::{self, Shown, count};

/// The number of imports, or exports, that the details of a block list at most.
const LISTED: usize = 1_000;

/// The content of the JSON.
#[derive(Debug, Serialize)]
struct Details {
    /// The details of each block, port, row, wire and cable, by its identifier in the page.
    things: IndexMap<String, Thing>,
    /// The types as WIT, which several things share.
    wit: Vec<String>,
}

/// The details of a block, a port, a row, a wire or a cable.
#[derive(Debug, Default, Serialize)]
struct Thing {
    title: String,
    kind: String,
    /// Short facts: a noun and a value each.
    facts: Vec<(&'static str, String)>,
    /// Lists, with a heading each.
    lists: Vec<List>,
    /// The identifier of the row or cable that the port or wire is drawn in, if it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// The type, by its index in [`Details::wit`].
    wit: Option<usize>,
}

/// A heading, its entries, and the identifiers of the entries in the page. There are no identifiers if the entries are
/// not links.
type List = (&'static str, Vec<String>, Vec<String>);

/// The grants and inputs in the provenance of the component, by the names of the nested components.
#[derive(Default)]
struct Granted<'p> {
    by_component: BTreeMap<&'p str, (Vec<&'p provenance::Granted>, Vec<&'p provenance::Input>)>,
}

/// Writes the JSON for the page. Characters that could end the script element or begin a comment are escaped.
pub(super) fn json(picture: &Picture<'_>, layout: &Layout) -> String {
    let mut wit = IndexSet::new();
    let mut things = IndexMap::new();
    let granted = Granted::of(picture);
    for (index, it) in picture.blocks.iter().enumerate() {
        things.insert(format!("b{index}"), block(picture, index, it, &granted));
    }
    for end in picture.ends() {
        things.insert(id(end), port(picture, end, &mut wit));
    }
    for (index, it) in picture.wires.iter().enumerate() {
        things.insert(format!("w{index}"), wire(picture, it, &mut wit));
    }
    for (end, row) in layout.rows.ends().filter(|(_, row)| row.ports.len() != 1) {
        let id = joined_id(end, row);
        let ends: Vec<End> = row.ports.iter().map(|port| End { port: *port, ..end }).collect();
        set_drawn_in(&mut things, &id, ends.iter().map(|end| self::id(*end)));
        things.insert(id, joined(picture, end, row, &ends));
    }
    for (index, cable) in layout.rows.cables.iter().enumerate().filter(|(_, cable)| cable.wires.len() != 1) {
        let id = cable_id(index, cable);
        let wires: Vec<String> = cable.wires.iter().map(|wire| format!("w{wire}")).collect();
        set_drawn_in(&mut things, &id, wires.iter().cloned());
        things.insert(id, bundle(picture, cable, wires));
    }
    let details = Details { things, wit: wit.into_iter().collect() };
    // Serializing strings and lists cannot fail.
    let json = serde_json::to_string(&details).unwrap_or_default();
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Sets the identifier of the row or cable that these ports or wires are drawn in.
fn set_drawn_in(things: &mut IndexMap<String, Thing>, id: &str, parts: impl Iterator<Item = String>) {
    for part in parts {
        if let Some(thing) = things.get_mut(&part) {
            thing.at = Some(id.to_owned());
        }
    }
}

/// The names of the blocks that fill the imports of a block.
pub(super) fn fillers(picture: &Picture<'_>, block: usize) -> Vec<String> {
    let is_its = |wire: &&Wire| wire.from.block == block && wire.from.side == Side::Import;
    let to = picture.wires_of(block).filter(is_its).filter_map(|wire| picture.blocks.get(wire.to.block));
    to.map(|block| block.name.clone()).collect::<IndexSet<_>>().into_iter().collect()
}

/// The capabilities and imports that an instance reaches, in words: each with the next instance on the path that is no
/// adapter.
pub(super) fn reaches(picture: &Picture<'_>, instance: &Instance) -> String {
    let through = |it: &Reaches| picture.inspection.through(it).map(|other| format!("through {other}"));
    let reached = |it: &Reaches| {
        let words: Vec<String> = through(it).into_iter().chain(it.types_only.then(|| TYPES_ONLY.to_owned())).collect();
        if words.is_empty() { it.what.clone() } else { format!("{} ({})", it.what, words.join(", ")) }
    };
    instance.reaches.iter().map(reached).collect::<Vec<_>>().join(", ")
}

/// The ports that are wired to a port, in words.
pub(super) fn others(picture: &Picture<'_>, end: End) -> Vec<String> {
    let other = |wire: &Wire| if wire.from == end { wire.to } else { wire.from };
    picture.wires_at(end).map(|wire| place(picture, other(wire))).collect()
}

/// The names of a port and of its block.
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

fn block(picture: &Picture<'_>, index: usize, block: &Block<'_>, granted: &Granted<'_>) -> Thing {
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
            let invalid = module.invalid.iter().map(|what| format!(", not valid: {what}")).collect::<String>();
            format!("{}, {}{invalid}", shown(name), text::size(module.size))
        });
        thing.list("core modules", modules.collect());
    }
    let badges = badges(picture, index);
    let reached = |reach| badges.iter().filter(|badge| badge.reach == reach).map(|badge| shown(&badge.text)).collect();
    let (grants, inputs) = granted.to(picture, block);
    // The rights of the component come first.
    let rest = std::mem::take(&mut thing.lists);
    thing.list("granted", grants);
    thing.list("not passed on to the host", all(picture.not_passed_on(index)));
    thing.list("has from the host", reached(Reach::Direct));
    thing.list("reaches through others", reached(Reach::Through));
    let types = instance.into_iter().flat_map(|it| &it.reaches).filter(|it| it.types_only);
    thing.list("types only, no functions", types.map(|it| shown(&it.what)).collect());
    thing.lists.extend(rest);
    thing.list("made of", inputs);
    thing.list("imports filled by", all(fillers(picture, index)));
    for (side, heading) in [(Side::Import, "imports"), (Side::Export, "exports")] {
        let ends = || (0..block.ports(side).len()).take(LISTED).map(move |port| End { block: index, side, port });
        thing.links(heading, ends().filter_map(|end| Some((shown(picture.port(end)?.0), id(end)))));
    }
    thing
}

/// The details of a row with several ports.
fn joined(picture: &Picture<'_>, end: End, row: &Row, ends: &[End]) -> Thing {
    let block = picture.blocks.get(end.block).map_or("", |block| &block.name);
    let what = if end.side == Side::Import { "import" } else { "export" };
    let mut thing = Thing { title: row.label.as_deref().map_or_else(|| format!("{what}s"), shown), ..Thing::default() };
    thing.kind = match end.block {
        HOST => count(row.ports.len(), "import") + " of the whole, which the host fills",
        EXPORTS => count(row.ports.len(), "export") + " of the whole",
        _ => format!("{} of {}", count(row.ports.len(), what), shown(block)),
    };
    if row.label.as_deref() == Some(HELD) {
        thing.facts.push(("note", "an adapter answers these itself, and has nothing of them from the host".to_owned()));
    }
    thing.links("in it", ends.iter().filter_map(|end| Some((shown(picture.port(*end)?.0), id(*end)))));
    thing
}

/// The details of a cable with several wires.
fn bundle(picture: &Picture<'_>, cable: &Cable, wires: Vec<String>) -> Thing {
    let name = |end: End| picture.blocks.get(end.block).map_or_else(String::new, |block| shown(&block.name));
    let title = format!("{} ← {}", name(cable.from), name(cable.to));
    let mut thing = Thing { title, kind: count(wires.len(), "wire"), ..Thing::default() };
    let import =
        |wire: &usize| picture.wires.get(*wire).map_or("", |wire| picture.port(wire.from).map_or("", |it| it.0));
    thing.lists.push(("in it", cable.wires.iter().map(|wire| shown(import(wire))).collect(), wires));
    thing
}

impl Thing {
    /// Adds a list, unless it is empty.
    fn list(&mut self, heading: &'static str, entries: Vec<String>) {
        if !entries.is_empty() {
            self.lists.push((heading, entries, Vec::new()));
        }
    }

    /// Adds a list of links, as pairs of text and identifier, unless it is empty.
    fn links(&mut self, heading: &'static str, entries: impl Iterator<Item = (String, String)>) {
        let (names, ids): (Vec<String>, Vec<String>) = entries.unzip();
        if !names.is_empty() {
            self.lists.push((heading, names, ids));
        }
    }
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
    thing.list("made with", producers.collect());
    let dependencies = metadata.dependencies.iter().map(|it| shown(&format!("{} {}", it.name, it.version)));
    thing.list("packages in it", dependencies.collect());
    thing.list("sections that cannot be read", all(metadata.malformed.clone()));
}

impl<'p> Granted<'p> {
    fn of(picture: &Picture<'p>) -> Self {
        let mut granted = Granted::default();
        if let Some(provenance) = &picture.inspection.provenance {
            for it in &provenance.grants {
                granted.by_component.entry(&it.component).or_default().0.push(it);
            }
            for it in &provenance.components {
                granted.by_component.entry(&it.name).or_default().1.push(it);
            }
        }
        granted
    }

    /// The grants and inputs of a block, in words. The block of the exports, and that of own code, have those of all
    /// components.
    fn to(&self, picture: &Picture<'p>, block: &Block<'_>) -> (Vec<String>, Vec<String>) {
        // The host was neither granted anything nor made of anything.
        let provenance = picture.inspection.provenance.as_ref().filter(|_| block.kind != Kind::Host);
        let Some(provenance) = provenance else { return (vec![], vec![]) };
        let input = |it: &provenance::Input| shown(&format!("{} sha256 {}", it.name, it.sha256));
        let instance = picture.instance(block).filter(|instance| instance.within.is_some());
        let Some(instance) = instance else {
            let grants = provenance.grants.iter();
            let grants = grants.map(|it| shown(&format!("{}: {} = {}", it.component, it.grant, it.value)));
            return (grants.collect(), provenance.components.iter().map(input).collect());
        };
        let name = self.component(picture, instance, block.kind == Kind::Adapter);
        let Some((grants, inputs)) = name.and_then(|name| self.by_component.get(name)) else { return (vec![], vec![]) };
        let grants = grants.iter().map(|it| shown(&format!("{} = {}", it.grant, it.value)));
        (grants.collect(), inputs.iter().map(|it| input(it)).collect())
    }

    /// The name that the composition gave to the component of an instance, or to the component that an adapter is for.
    /// `None` for an instance within another one: the provenance of the outermost component does not describe it, even
    /// if it has the same name.
    fn component<'a>(&self, picture: &Picture<'a>, instance: &'a Instance, is_adapter: bool) -> Option<&'a str> {
        if instance.within != Some(0) {
            return None;
        }
        let mut name = instance.name.as_str();
        let mut meant = Some(instance);
        if is_adapter {
            name = adapted(name).unwrap_or(name);
            let mut beside = picture.inspection.instances.iter().filter(|other| other.within == Some(0));
            meant = beside.find(|other| other.name == name);
        }
        // Two components of the same bytes are nested once, under the name of one: that of the instance comes first.
        let component = meant.and_then(|meant| picture.inspection.component(meant)).map(|it| it.name.as_str());
        let names = [Some(name), unnumbered(name), component];
        names.into_iter().flatten().find(|name| self.by_component.contains_key(name))
    }
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
    let ends: Vec<End> = picture.wires_at(end).map(|wire| if wire.from == end { wire.to } else { wire.from }).collect();
    let others = all(others(picture, end));
    if port.is_held {
        thing.facts.push(("note", "an adapter answers this itself, and has nothing of it from the host".to_owned()));
    }
    if picture.is_types_only(end) {
        thing.facts.push(("note", "types only: no function of it is used".to_owned()));
    }
    thing.list("capabilities", picture.capabilities(end));
    if !port.is_held {
        thing.list("not passed on to the host", port.lacks.iter().map(ToString::to_string).collect());
    }
    if others.is_empty() && end.side == Side::Import {
        thing.facts.push((filled, "what the component around has".to_owned()));
    }
    thing.links(filled, others.into_iter().zip(ends.into_iter().map(id)));
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
