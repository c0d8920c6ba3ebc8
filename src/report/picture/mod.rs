//! Pictures of a component: its instances as blocks with ports, and wires between the ports.
//!
//! A [`Picture`] is independent of the format that it is written in. [`dot`] and [`mermaid`] write the languages of
//! other programs,
//! which lay the picture out themselves. [`html`] writes a page: [`rows`] joins ports and wires, [`layout`] computes
//! positions, and
//! [`svg`] draws.

pub(crate) mod dot;
pub(crate) mod html;
mod layout;
pub(crate) mod mermaid;
mod rows;
mod svg;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};

use crate::inspect::model::{self, Component, Instance, Item, Role};
use crate::inspect::{InspectError, Inspection};
use crate::limits;
use crate::name;
use crate::text::Shown;

/// A picture of a component: blocks, their ports, and the wires between these.
#[derive(Debug)]
pub(crate) struct Picture<'i> {
    /// The inspection of the component.
    pub inspection: &'i Inspection,
    /// The name of the component.
    pub name: String,
    /// The block of the component's exports, the block of the host, then a block for each drawn instance. Each instance
    /// comes after the one that encloses it.
    pub blocks: Vec<Block<'i>>,
    /// The wires between the ports of the blocks.
    pub wires: Vec<Wire>,
    /// The wires at each port, by their indices in `wires`.
    wires_by_end: BTreeMap<End, Vec<usize>>,
    /// The block of each drawn instance: from its index in the inspection to the index of the block.
    block_by_instance: BTreeMap<usize, usize>,
}

/// The index of the block of the component's exports.
pub(crate) const EXPORTS: usize = 0;

/// The index of the block of the host, which has the component's imports as its exports.
pub(crate) const HOST: usize = 1;

/// A rectangle with ports: an instance, the host, or the exports of the component.
#[derive(Debug)]
pub(crate) struct Block<'i> {
    /// The kind of thing that the block stands for.
    pub kind: Kind,
    /// The name that is written in the block.
    pub name: String,
    /// The instance that the block stands for, by its index in the inspection.
    pub instance: Option<usize>,
    /// The component of that instance, if it is in the file.
    pub component: Option<&'i Component>,
    /// The frame in which the block is drawn, by its index.
    pub within: Option<usize>,
    /// Whether the block is a frame: other blocks are drawn in it.
    pub is_frame: bool,
    /// The imports, by name. The block of the component's exports has each export here, since a wire leads from it to
    /// what is exported.
    pub imports: IndexMap<String, Port<'i>>,
    /// The exports that other blocks use, by name.
    pub exports: IndexMap<String, Port<'i>>,
}

/// The kinds of things that blocks stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The exports of the component.
    Exports,
    /// The host, which fills the imports of the component.
    Host,
    /// An instance of a component with core code.
    Program,
    /// An instance of a component without core code, which connects other instances.
    Composition,
    /// An instance of an adapter, which weld generated.
    Adapter,
    /// An instance of a component that is not in the file.
    Unknown,
}

/// An import or an export of a block.
#[derive(Debug, Default)]
pub(crate) struct Port<'i> {
    /// The import or export of the component, if it is known.
    pub item: Option<&'i Item>,
    /// Whether the host fills the port, directly or through an import of the enclosing frame.
    pub is_hosts: bool,
    /// Whether an adapter fills the port and takes nothing of the interface from the host.
    pub is_held: bool,
    /// The capabilities of the port's functions of which the adapter that fills it takes nothing from the host.
    pub lacks: BTreeSet<name::Capability>,
}

/// A line between two ports, from the importer to the exporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wire {
    /// The port that is filled: an import, or an export of a frame or of the component.
    pub from: End,
    /// The port that fills it.
    pub to: End,
    /// The kind of the wire.
    pub kind: WireKind,
}

/// An end of a wire: the position of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct End {
    /// The block, by its index.
    pub block: usize,
    /// Whether the port is an import or an export.
    pub side: Side,
    /// The port, by its index among the imports or exports of the block.
    pub port: usize,
}

/// The sides of a block: exports are on its left, imports on its right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // The names of the variants say it.
pub(crate) enum Side {
    Import,
    Export,
}

/// The kinds of wires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WireKind {
    /// An instance fills the port.
    Plain,
    /// The host fills the port.
    Host,
    /// An adapter fills the port, and takes something of the interface from the host.
    Adapted,
    /// An adapter fills the port, and takes nothing of the interface from the host.
    Held,
}

impl<'i> Picture<'i> {
    /// Makes the picture of a component.
    ///
    /// # Errors
    ///
    /// [`InspectError::TooLarge`] if the component has more ports and wires, or longer types, than a picture may have
    /// ([`limits::DRAWN`] and [`limits::DRAWN_TEXT`]).
    pub(crate) fn of(inspection: &'i Inspection) -> Result<Picture<'i>, InspectError> {
        let too_large = |limit, what| {
            let name = inspection.components.first().map(|component| component.name.clone());
            let file = inspection.name.clone().or(name).unwrap_or_default();
            Err(InspectError::TooLarge { file, limit, what })
        };
        let items = || inspection.components.iter().flat_map(|of| of.imports.iter().chain(&of.exports));
        let wires: usize = inspection.instances.iter().map(|of| of.imports.len() + of.exports.len()).sum();
        if items().count() + wires > limits::DRAWN {
            return too_large(limits::DRAWN, "ports and wires");
        }
        let text = items().fold(0, |sum: usize, item| sum.saturating_add(item.wit.len()));
        if text > limits::DRAWN_TEXT {
            return too_large(limits::DRAWN_TEXT, "bytes of types");
        }
        Ok(trace::trace(inspection))
    }

    fn new(inspection: &'i Inspection, name: String, blocks: Vec<Block<'i>>, wires: Vec<Wire>) -> Picture<'i> {
        let mut wires_by_end: BTreeMap<End, Vec<usize>> = BTreeMap::new();
        for (index, wire) in wires.iter().enumerate() {
            wires_by_end.entry(wire.from).or_default().push(index);
            wires_by_end.entry(wire.to).or_default().push(index);
        }
        let blocks_of_instances = blocks.iter().enumerate().filter_map(|(index, block)| Some((block.instance?, index)));
        let block_by_instance = blocks_of_instances.collect();
        Picture { inspection, name, blocks, wires, wires_by_end, block_by_instance }
    }

    /// The wires at a port, in the order of `wires`.
    pub(crate) fn wires_at(&self, end: End) -> impl Iterator<Item = &Wire> + '_ {
        self.wires_by_end.get(&end).into_iter().flatten().filter_map(|index| self.wires.get(*index))
    }

    /// The wires at the ports of a block, in the order of `wires`.
    pub(crate) fn wires_of(&self, block: usize) -> impl Iterator<Item = &Wire> + '_ {
        let end = |block| End { block, side: Side::Import, port: 0 };
        let found: BTreeSet<usize> =
            self.wires_by_end.range(end(block)..end(block + 1)).flat_map(|(_, wires)| wires).copied().collect();
        found.into_iter().filter_map(|index| self.wires.get(index))
    }

    /// The block that stands for an instance.
    pub(crate) fn block_of(&self, instance: usize) -> Option<&Block<'i>> {
        self.blocks.get(*self.block_by_instance.get(&instance)?)
    }

    /// The port at an end of a wire, with its name.
    pub(crate) fn port(&self, end: End) -> Option<(&str, &Port<'i>)> {
        let block = self.blocks.get(end.block)?;
        block.ports(end.side).get_index(end.port).map(|(name, port)| (name.as_str(), port))
    }

    /// The instance that a block stands for.
    pub(crate) fn instance(&self, block: &Block<'_>) -> Option<&'i Instance> {
        self.inspection.instances.get(block.instance?)
    }

    /// The indices of the blocks that are drawn directly in a frame, or in no frame.
    pub(crate) fn within(&self, frame: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        let blocks = self.blocks.iter().enumerate();
        blocks.filter(move |(_, block)| block.within == frame).map(|(index, _)| index)
    }

    /// The positions of the ports of all blocks, block by block: exports, then imports.
    pub(crate) fn ends(&self) -> impl Iterator<Item = End> + '_ {
        self.blocks.iter().enumerate().flat_map(|(block, it)| {
            let ends = move |side, count| (0..count).map(move |port| End { block, side, port });
            ends(Side::Export, it.exports.len()).chain(ends(Side::Import, it.imports.len()))
        })
    }

    /// The names of everything that the adapter of a block does not pass on to the host: the capabilities of the
    /// block's imports of which the
    /// adapter takes nothing from the host, then the names of such imports that belong to no capability.
    pub(crate) fn not_passed_on(&self, block: usize) -> Vec<String> {
        let (mut known, mut others) = (BTreeSet::new(), IndexSet::new());
        let wires = self.wires_of(block).filter(|wire| matches!(wire.kind, WireKind::Held | WireKind::Adapted));
        for (name, port) in wires.filter_map(|wire| self.port(wire.from)) {
            if port.lacks.is_empty() && port.is_held {
                others.insert(name.to_owned());
            }
            known.extend(port.lacks.iter().map(ToString::to_string));
        }
        known.into_iter().chain(others).collect()
    }

    /// The import of the component that a port of the host stands for. `None` for ports of other blocks.
    pub(crate) fn import(&self, end: End) -> Option<&'i model::HostImport> {
        let (name, _) = self.port(end)?;
        // The host's ports are in the order of the imports.
        self.inspection.imports.get(end.port).filter(|import| end.block == HOST && import.name == name)
    }

    /// Whether a port is an interface that contains only types.
    pub(crate) fn is_types_only(&self, end: End) -> bool {
        let of_port = || self.port(end).is_some_and(|(_, port)| port.is_types_only());
        self.import(end).map_or_else(of_port, |import| import.types_only)
    }

    /// The capabilities to which a port belongs. If an adapter takes only some of them from the host, only those are
    /// listed.
    pub(crate) fn capabilities(&self, end: End) -> Vec<String> {
        let Some((name, port)) = self.port(end) else { return Vec::new() };
        if let Some(import) = self.import(end) {
            return import.capabilities.clone();
        }
        let functions = port.functions();
        let capabilities = functions.iter().filter_map(|it| name::Capability::of(name, it));
        let found: BTreeSet<_> = capabilities.filter(|it| port.is_held || !port.lacks.contains(it)).collect();
        found.iter().map(ToString::to_string).collect()
    }
}

impl<'i> Block<'i> {
    /// The ports at one side, by name.
    pub(crate) fn ports(&self, side: Side) -> &IndexMap<String, Port<'i>> {
        match side {
            Side::Import => &self.imports,
            Side::Export => &self.exports,
        }
    }

    /// The version in the metadata of the block's component.
    pub(crate) fn version(&self) -> Option<&'i str> {
        self.component?.metadata.version.as_deref()
    }
}

impl Port<'_> {
    /// Whether the port is an interface that contains types and nothing else.
    fn is_types_only(&self) -> bool {
        let is_type = |line: &str| {
            ["resource ", "record ", "variant ", "enum ", "flags ", "type "].iter().any(|it| line.starts_with(it))
        };
        let Some(item) = self.item.filter(|item| item.kind == model::Kind::Instance) else { return false };
        let mut members = item.wit.lines().filter_map(|line| line.strip_prefix("  ")).peekable();
        // A line with more indentation belongs to a type.
        members.peek().is_some() && members.all(|line| line.starts_with([' ', '}']) || is_type(line))
    }

    /// The names of the port's functions, or the empty name if it has none. For an unknown item: all names by which
    /// [`name::Capability::of`] tells the capabilities of one interface apart.
    fn functions(&self) -> Vec<&str> {
        // Only the functions of `wasi:cli/environment` belong to several capabilities.
        const ALL: &[&str] = &["", "get-environment", "get-arguments", "initial-cwd", "get-initial-cwd"];
        let Some(item) = self.item else { return ALL.to_vec() };
        let is_instance = item.kind == model::Kind::Instance;
        // Functions of a nested instance have more indentation.
        let lines = item.wit.lines().filter_map(|line| line.strip_prefix("  ")).filter(|_| is_instance);
        let functions: Vec<&str> = lines
            .filter_map(|line| line.split_once(": "))
            .filter(|(name, ty)| {
                !name.starts_with(' ') && ["func(", "async func("].iter().any(|start| ty.starts_with(start))
            })
            .map(|(name, _)| name)
            .collect();
        if functions.is_empty() { vec![""] } else { functions }
    }
}

impl Kind {
    /// The noun for it in reports.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Exports => "exports",
            Kind::Host => "host",
            Kind::Program => Role::Program.word(),
            Kind::Composition => Role::Composition.word(),
            Kind::Adapter => Role::Adapter.word(),
            Kind::Unknown => "not in the file",
        }
    }

    fn of(role: Option<Role>) -> Kind {
        match role {
            Some(Role::Program) => Kind::Program,
            Some(Role::Composition | Role::Shim) => Kind::Composition,
            Some(Role::Adapter) => Kind::Adapter,
            None => Kind::Unknown,
        }
    }
}

impl WireKind {
    /// The noun for it in reports.
    pub(crate) fn word(self) -> &'static str {
        match self {
            WireKind::Plain => "plain",
            WireKind::Host => "host",
            WireKind::Adapted => "adapted",
            WireKind::Held => "held",
        }
    }
}

/// Splits a name into the part before the version and the version, which is empty if there is none.
fn split_version(name: &str) -> (&str, &str) {
    let (base, version) = name::versioned(name);
    (base, version.unwrap_or_default())
}

/// Shortens text from the component to a number of characters, with `…` in place of its middle. Control characters are
/// escaped.
fn short(text: &str, length: usize) -> String {
    let shown = Shown(text).to_string();
    let count = shown.chars().count();
    if count <= length {
        return shown;
    }
    let start: String = shown.chars().take(length / 3).collect();
    let end: String = shown.chars().skip(count - (length - length / 3 - 1)).collect();
    format!("{start}…{end}")
}
