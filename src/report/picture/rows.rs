//! What of a picture is drawn where there is little room: ports of one kind share a row, and the wires between two rows are one cable.
//!
//! What goes to the host is joined by capability, and what an adapter does not pass on is counted. Everything that is joined is still
//! there to be opened: a row and a cable know what is in them.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::{EXPORTS, End, HOST, Kind, Picture, Side, WireKind};
use crate::name::{self, Capability};

/// How many exports of the whole have a row each; more are joined by package.
const EXPORTED: usize = 16;

/// How many imports and exports of no package have a row each, likewise.
const UNPACKAGED: usize = 40;

/// What is said of imports that an adapter answers without the host: it denies them, or has something of its own.
pub(super) const HELD: &str = "not passed on";

/// What is said of interfaces of which types alone are used.
pub(super) const TYPES_ONLY: &str = "types only";

/// How much of a picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Density {
    /// A row for each interface of another component, and for each capability.
    Full,
    /// A row for each interface of another component.
    Middle,
    /// What blocks are called.
    Compact,
}

/// What is drawn of the ports and wires of a picture.
#[derive(Debug)]
pub(super) struct Rows {
    /// How much is shown.
    pub density: Density,
    /// The rows of each block.
    blocks: Vec<[Vec<Row>; 2]>,
    /// The cables, in the order of their first wires.
    pub cables: Vec<Cable>,
}

/// Ports that are drawn as one.
#[derive(Debug)]
pub(super) struct Row {
    /// What is written beside it. Nothing where it stands for several kinds of things.
    pub label: Option<String>,
    /// The ports, by their indices.
    pub ports: Vec<usize>,
    /// What is special about the wires at it.
    pub kind: WireKind,
}

/// Wires that are drawn as one.
#[derive(Debug)]
pub(super) struct Cable {
    /// The row that they come from. The port of it is a row.
    pub from: End,
    /// The row that they lead to.
    pub to: End,
    /// What is special about them. Where that differs, of most interest is what joins components.
    pub kind: WireKind,
    /// The wires, by their indices.
    pub wires: Vec<usize>,
}

impl Rows {
    /// The rows and cables of a picture.
    pub(super) fn of(picture: &Picture<'_>, density: Density) -> Rows {
        let mut at: BTreeMap<End, usize> = BTreeMap::new();
        let mut blocks = Vec::new();
        for block in 0..picture.blocks.len() {
            blocks.push([Side::Import, Side::Export].map(|side| {
                let rows = side_of(picture, block, side, density);
                for (row, it) in rows.iter().enumerate() {
                    at.extend(it.ports.iter().map(|port| (End { block, side, port: *port }, row)));
                }
                rows
            }));
        }
        let row = |end: End| End { port: at.get(&end).copied().unwrap_or_default(), ..end };
        let mut cables: IndexMap<(End, End), Cable> = IndexMap::new();
        for (index, wire) in picture.wires.iter().enumerate() {
            let (from, to) = (row(wire.from), row(wire.to));
            let new = || Cable { from, to, kind: wire.kind, wires: Vec::new() };
            let cable = cables.entry((from, to)).or_insert_with(new);
            cable.kind = stronger(cable.kind, wire.kind);
            cable.wires.push(index);
        }
        Rows { density, blocks, cables: cables.into_values().collect() }
    }

    /// The rows at one side of a block.
    pub(super) fn at(&self, block: usize, side: Side) -> &[Row] {
        self.blocks.get(block).map_or(&[], |[imports, exports]| if side == Side::Import { imports } else { exports })
    }

    /// All rows, as ends whose port is the row.
    pub(super) fn ends(&self) -> impl Iterator<Item = (End, &Row)> + '_ {
        (0..self.blocks.len()).flat_map(move |block| {
            [Side::Export, Side::Import].into_iter().flat_map(move |side| {
                let rows = self.at(block, side).iter().enumerate();
                rows.map(move |(port, row)| (End { block, side, port }, row))
            })
        })
    }
}

/// The rows at one side of a block, in the order of their first ports; what has no label last.
fn side_of(picture: &Picture<'_>, block: usize, side: Side, density: Density) -> Vec<Row> {
    let Some(it) = picture.blocks.get(block) else { return Vec::new() };
    let names = it.ports(side);
    let is_outside = block == HOST || block == EXPORTS;
    let is_crowded = names.keys().filter(|name| !name.contains('/')).count() > UNPACKAGED;
    let mut rows: IndexMap<Key, Row> = IndexMap::new();
    for (port, name) in names.keys().enumerate() {
        let end = End { block, side, port };
        let kind = kind(picture, end);
        let key = match (density, kind) {
            _ if is_outside && is_crowded && !name.contains('/') => Key::Named("others".to_owned(), 0),
            _ if block == HOST => Key::Named(named(picture, end, name), kind as u8),
            _ if block == EXPORTS && names.len() > EXPORTED => Key::Named(package(name), 0),
            _ if is_outside => Key::Port(port),
            (Density::Compact, _) => Key::All,
            (_, WireKind::Plain) => Key::Port(port),
            (Density::Middle, _) => Key::All,
            (Density::Full, WireKind::Held) => Key::Held,
            (Density::Full, _) => Key::Named(named(picture, end, name), kind as u8),
        };
        let label = match &key {
            Key::Named(label, _) => Some(label.clone()),
            Key::Port(_) => Some(name.clone()),
            Key::Held => Some(HELD.to_owned()),
            Key::All => None,
        };
        let row = rows.entry(key).or_insert_with(|| Row { label, ports: Vec::new(), kind });
        row.kind = stronger(row.kind, kind);
        row.ports.push(port);
    }
    rows.sort_by(|a, _, b, _| a.rank().cmp(&b.rank()));
    rows.into_values().collect()
}

/// What the ports of a row have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Port(usize),
    Named(String, u8),
    Held,
    All,
}

impl Key {
    fn rank(&self) -> u8 {
        match self {
            Key::Port(_) | Key::Named(..) => 0,
            Key::Held => 1,
            Key::All => 2,
        }
    }
}

/// What is special about the wires at a port.
fn kind(picture: &Picture<'_>, end: End) -> WireKind {
    let is_export = |wire: &&super::Wire| end.side == Side::Import || wire.from.block != EXPORTS;
    let kinds = picture.wires_at(end).filter(is_export).map(|wire| wire.kind);
    kinds.reduce(stronger).unwrap_or(match picture.port(end) {
        Some((_, port)) if port.is_hosts => WireKind::Host,
        _ => WireKind::Plain,
    })
}

/// What counts of two wires that are drawn as one.
fn stronger(a: WireKind, b: WireKind) -> WireKind {
    let rank = |kind| match kind {
        WireKind::Plain => 3,
        WireKind::Adapted => 2,
        WireKind::Host => 1,
        WireKind::Held => 0,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// The capabilities of a port; or the package of what is of none.
fn named(picture: &Picture<'_>, end: End, name: &str) -> String {
    let capabilities = picture.capabilities(end);
    let label = if capabilities.is_empty() { package(name) } else { capabilities.join(", ") };
    if picture.is_types_only(end) { format!("{label} ({TYPES_ONLY})") } else { label }
}

/// The package of an interface. What is of no package is called by its name.
pub(super) fn package(name: &str) -> String {
    let base = name::base(name);
    base.split_once('/').map_or(base, |(package, _)| package).to_owned()
}

/// What a block reaches of the host's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Badge {
    /// A capability, or the package of what is of none; or how many are not passed on.
    pub text: String,
    /// How it reaches that.
    pub reach: Reach,
}

/// How a block reaches something of the host's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// It is given it.
    Direct,
    /// Another one does so for it.
    Through,
    /// It answers in place of the host.
    Held,
}

impl Reach {
    /// What it is called in a word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Reach::Direct => "direct",
            Reach::Through => "through",
            Reach::Held => "held",
        }
    }
}

/// What a block reaches of the host's: first what leads furthest out, and what it is given before what others do for it.
pub(super) fn badges(picture: &Picture<'_>, index: usize) -> Vec<Badge> {
    let Some(block) = picture.blocks.get(index) else { return Vec::new() };
    let mut found: IndexMap<String, Reach> = IndexMap::new();
    for reaches in picture.instance(block).into_iter().flat_map(|it| &it.reaches).filter(|it| !it.types_only) {
        let reach = if reaches.through.is_some() { Reach::Through } else { Reach::Direct };
        let entry = found.entry(package(&reaches.what)).or_insert(reach);
        *entry = (*entry).min(reach);
    }
    // Of what there is room for, what leads furthest out comes first, whoever does it.
    let far = |text: &str| Capability::named(text).map(Capability::reach);
    found.sort_by(|one, a, other, b| far(other).cmp(&far(one)).then_with(|| a.cmp(b)));
    let mut badges: Vec<Badge> = found.into_iter().map(|(text, reach)| Badge { text, reach }).collect();
    if block.kind == Kind::Adapter {
        let is_held = |wire: &&super::Wire| wire.kind == WireKind::Held && wire.to.block == index;
        let held = picture.wires_of(index).filter(is_held).count();
        if held > 0 {
            badges.insert(0, Badge { text: format!("{held} {HELD}"), reach: Reach::Held });
        }
    }
    badges
}
