//! Joins the ports and wires of a picture, to save space: ports of one kind share a row, and the wires between two rows
//! are one cable.
//!
//! Ports that the host fills are joined by capability, and ports that an adapter does not pass on share one row. A row
//! and a cable keep the indices of what they join, so that a reader of the page can open them.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::{EXPORTS, End, HOST, Kind, Picture, Side, WireKind};
use crate::name::{self, Capability};

/// The number of exports of the component up to which each has a row. More exports are joined by package.
const MAX_EXPORT_ROWS: usize = 16;

/// The number of imports, or exports, without a package up to which each has a row. More of them share one row.
const MAX_PLAIN_ROWS: usize = 40;

/// The label of imports that an adapter answers without the host: it refuses or provides them.
pub(super) const HELD: &str = "not passed on";

/// The label of interfaces of which only types are used.
pub(super) const TYPES_ONLY: &str = "types only";

/// The detail in which a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Density {
    /// A row for each interface of another component, and for each capability.
    Full,
    /// A row for each interface of another component.
    Middle,
    /// Only the names of blocks.
    Compact,
}

/// The ports of a picture, joined to rows, and its wires, joined to cables.
#[derive(Debug)]
pub(super) struct Rows {
    /// The detail.
    pub density: Density,
    /// The rows of each block: imports, then exports.
    blocks: Vec<[Vec<Row>; 2]>,
    /// The cables, in the order of their first wires.
    pub cables: Vec<Cable>,
}

/// Ports that are drawn as one.
#[derive(Debug)]
pub(super) struct Row {
    /// The text beside the row. `None` if the row stands for ports of several kinds.
    pub label: Option<String>,
    /// The ports, by their indices in the block.
    pub ports: Vec<usize>,
    /// The kind of its wires. Of several kinds, the one that [`stronger`] prefers.
    pub kind: WireKind,
}

/// Wires that are drawn as one.
#[derive(Debug)]
pub(super) struct Cable {
    /// The row that the wires come from: the `port` of this end is the index of a row.
    pub from: End,
    /// The row that the wires lead to, likewise.
    pub to: End,
    /// The kind of the wires. Of several kinds, the one that [`stronger`] prefers.
    pub kind: WireKind,
    /// The wires, by their indices in the picture.
    pub wires: Vec<usize>,
}

impl Rows {
    /// Joins the ports and wires of a picture.
    pub(super) fn of(picture: &Picture<'_>, density: Density) -> Rows {
        let mut row_of_port: BTreeMap<End, usize> = BTreeMap::new();
        let mut blocks = Vec::new();
        for block in 0..picture.blocks.len() {
            blocks.push([Side::Import, Side::Export].map(|side| {
                let rows = rows_of(picture, block, side, density);
                for (row, it) in rows.iter().enumerate() {
                    row_of_port.extend(it.ports.iter().map(|port| (End { block, side, port: *port }, row)));
                }
                rows
            }));
        }
        let row = |end: End| End { port: row_of_port.get(&end).copied().unwrap_or_default(), ..end };
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

    /// All rows, each with its position: an end whose `port` is the index of the row.
    pub(super) fn ends(&self) -> impl Iterator<Item = (End, &Row)> + '_ {
        (0..self.blocks.len()).flat_map(move |block| {
            [Side::Export, Side::Import].into_iter().flat_map(move |side| {
                let rows = self.at(block, side).iter().enumerate();
                rows.map(move |(port, row)| (End { block, side, port }, row))
            })
        })
    }
}

/// The rows at one side of a block, in the order of their first ports. Rows without a label come last.
fn rows_of(picture: &Picture<'_>, block: usize, side: Side, density: Density) -> Vec<Row> {
    let Some(it) = picture.blocks.get(block) else { return Vec::new() };
    let names = it.ports(side);
    let is_outside = block == HOST || block == EXPORTS;
    let is_crowded = names.keys().filter(|name| !name.contains('/')).count() > MAX_PLAIN_ROWS;
    let mut rows: IndexMap<Key, Row> = IndexMap::new();
    for (port, name) in names.keys().enumerate() {
        let end = End { block, side, port };
        let kind = kind(picture, end);
        let key = match (density, kind) {
            _ if is_outside && is_crowded && !name.contains('/') => Key::Named("others".to_owned(), 0),
            _ if block == HOST => Key::Named(capability_label(picture, end, name), kind as u8),
            _ if block == EXPORTS && names.len() > MAX_EXPORT_ROWS => Key::Named(package(name), 0),
            _ if is_outside => Key::Port(port),
            (Density::Compact, _) => Key::All,
            (_, WireKind::Plain) => Key::Port(port),
            (Density::Middle, _) => Key::All,
            (Density::Full, WireKind::Held) => Key::Held,
            (Density::Full, _) => Key::Named(capability_label(picture, end, name), kind as u8),
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

/// The property that the ports of a row share.
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

/// The kind of the wires at a port. Without wires: [`WireKind::Host`] if the host fills the port, and otherwise
/// [`WireKind::Plain`].
fn kind(picture: &Picture<'_>, end: End) -> WireKind {
    let is_export = |wire: &&super::Wire| end.side == Side::Import || wire.from.block != EXPORTS;
    let kinds = picture.wires_at(end).filter(is_export).map(|wire| wire.kind);
    kinds.reduce(stronger).unwrap_or(match picture.port(end) {
        Some((_, port)) if port.is_hosts => WireKind::Host,
        _ => WireKind::Plain,
    })
}

/// The kind of a cable that joins wires of two kinds: the one that says more about the connections between components.
fn stronger(a: WireKind, b: WireKind) -> WireKind {
    let rank = |kind| match kind {
        WireKind::Plain => 3,
        WireKind::Adapted => 2,
        WireKind::Host => 1,
        WireKind::Held => 0,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// The label of a port that is joined by capability: its capabilities, or else its package.
fn capability_label(picture: &Picture<'_>, end: End, name: &str) -> String {
    let capabilities = picture.capabilities(end);
    let label = if capabilities.is_empty() { package(name) } else { capabilities.join(", ") };
    if picture.is_types_only(end) { format!("{label} ({TYPES_ONLY})") } else { label }
}

/// The package of an interface, without a version. For a name without a package, the name itself.
pub(super) fn package(name: &str) -> String {
    let base = name::base(name);
    base.split_once('/').map_or(base, |(package, _)| package).to_owned()
}

/// A capability that a block reaches, or another label in the row of capabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Badge {
    /// A capability; or the package of an import that belongs to none; or the number of imports that are not passed on.
    pub text: String,
    /// The way in which the block reaches it.
    pub reach: Reach,
}

/// The ways in which a block reaches a host import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The instance itself is given an item of the import.
    Direct,
    /// The instance is given an item of another instance that reaches the import.
    Through,
    /// The instance is an adapter, and answers in place of the host.
    Held,
}

impl Reach {
    /// The name of the class in the page.
    pub(super) fn word(self) -> &'static str {
        match self {
            Reach::Direct => "direct",
            Reach::Through => "through",
            Reach::Held => "held",
        }
    }
}

/// The badges of a block. The capabilities that give most access to the outside come first. Of those that give as much,
/// the directly reached ones come first.
pub(super) fn badges(picture: &Picture<'_>, index: usize) -> Vec<Badge> {
    let Some(block) = picture.blocks.get(index) else { return Vec::new() };
    let mut found: IndexMap<String, Reach> = IndexMap::new();
    for reaches in picture.instance(block).into_iter().flat_map(|it| &it.reaches).filter(|it| !it.types_only) {
        let reach = if reaches.through.is_some() { Reach::Through } else { Reach::Direct };
        let entry = found.entry(package(&reaches.what)).or_insert(reach);
        *entry = (*entry).min(reach);
    }
    // There may be room for only a few badges. The capabilities that give most access have to be among them.
    let access = |text: &str| Capability::named(text).map(Capability::reach);
    found.sort_by(|one, a, other, b| access(other).cmp(&access(one)).then_with(|| a.cmp(b)));
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
