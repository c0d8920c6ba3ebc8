//! Pictures of a component: who in it is plugged into whom, as blocks with ports, and wires between them.
//!
//! What is drawn is decided once, here. [`dot`] and [`mermaid`] write it down for others to draw; [`html`] makes a page of it, for
//! which [`layout`] says where things are, and [`svg`] draws them.

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

/// What is drawn.
#[derive(Debug)]
pub(crate) struct Picture<'i> {
    /// Whose picture it is.
    pub inspection: &'i Inspection,
    /// What the component is called.
    pub name: String,
    /// First what it exports, then the host, then the instances, each after the one that it is in.
    pub blocks: Vec<Block<'i>>,
    /// What joins their ports.
    pub wires: Vec<Wire>,
    /// The wires at each port, by their indices.
    at: BTreeMap<End, Vec<usize>>,
    /// The block of each instance that has one.
    of_instance: BTreeMap<usize, usize>,
}

/// The block of what the component exports.
pub(crate) const EXPORTS: usize = 0;

/// The block of what the host fills.
pub(crate) const HOST: usize = 1;

/// Something with ports.
#[derive(Debug)]
pub(crate) struct Block<'i> {
    /// What it stands for.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// The instance that it stands for, by its index in the inspection.
    pub instance: Option<usize>,
    /// What is known of that.
    pub component: Option<&'i Component>,
    /// The block that it is drawn in.
    pub within: Option<usize>,
    /// Whether others are drawn in it.
    pub is_frame: bool,
    /// What it needs, by name. What the component exports needs something to be it.
    pub imports: IndexMap<String, Port<'i>>,
    /// What others have from it, by name.
    pub exports: IndexMap<String, Port<'i>>,
}

/// What a block stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What the component exports.
    Exports,
    /// What the host fills.
    Host,
    /// An instance with code of its own.
    Program,
    /// An instance that joins others.
    Composition,
    /// An instance that weld generated, to stand between another one and what that imports.
    Adapter,
    /// An instance of a component that is not in the file.
    Unknown,
}

/// An import or an export of a block.
#[derive(Debug, Default)]
pub(crate) struct Port<'i> {
    /// What it is.
    pub item: Option<&'i Item>,
    /// Whether the host fills it, be it through the ports of what it is in.
    pub is_hosts: bool,
    /// Whether an adapter fills it, and has nothing of this from the host.
    pub is_held: bool,
    /// The capabilities of its functions of which the adapter that fills it has nothing from the host.
    pub lacks: BTreeSet<name::Capability>,
}

/// What joins two ports: from the one that needs something to the one that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wire {
    /// The port that is filled.
    pub from: End,
    /// What fills it.
    pub to: End,
    /// What is special about it.
    pub kind: WireKind,
}

/// A port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct End {
    /// The block, by its index.
    pub block: usize,
    /// Which of its ports are meant.
    pub side: Side,
    /// The port, by its index among these.
    pub port: usize,
}

/// The two kinds of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // They are what they are called.
pub(crate) enum Side {
    Import,
    Export,
}

/// What is special about a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WireKind {
    /// Nothing: it joins two instances, or an instance and an export.
    Plain,
    /// The host fills the port.
    Host,
    /// An adapter fills the port, with something that it has from the host.
    Adapted,
    /// An adapter fills the port, and has nothing of this from the host.
    Held,
}

impl<'i> Picture<'i> {
    /// The picture of a component.
    ///
    /// # Errors
    ///
    /// Where it would be too large for anybody to look at.
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
        let mut at: BTreeMap<End, Vec<usize>> = BTreeMap::new();
        for (index, wire) in wires.iter().enumerate() {
            at.entry(wire.from).or_default().push(index);
            at.entry(wire.to).or_default().push(index);
        }
        let of_instance = blocks.iter().enumerate().filter_map(|(index, block)| Some((block.instance?, index)));
        let of_instance = of_instance.collect();
        Picture { inspection, name, blocks, wires, at, of_instance }
    }

    /// The wires at a port, in order.
    pub(crate) fn wires_at(&self, end: End) -> impl Iterator<Item = &Wire> + '_ {
        self.at.get(&end).into_iter().flatten().filter_map(|index| self.wires.get(*index))
    }

    /// The wires at the ports of a block, in order.
    pub(crate) fn wires_of(&self, block: usize) -> impl Iterator<Item = &Wire> + '_ {
        let end = |block| End { block, side: Side::Import, port: 0 };
        let found: BTreeSet<usize> =
            self.at.range(end(block)..end(block + 1)).flat_map(|(_, wires)| wires).copied().collect();
        found.into_iter().filter_map(|index| self.wires.get(index))
    }

    /// The block that stands for an instance.
    pub(crate) fn block_of(&self, instance: usize) -> Option<&Block<'i>> {
        self.blocks.get(*self.of_instance.get(&instance)?)
    }

    /// The port at an end of a wire.
    pub(crate) fn port(&self, end: End) -> Option<(&str, &Port<'i>)> {
        let block = self.blocks.get(end.block)?;
        block.ports(end.side).get_index(end.port).map(|(name, port)| (name.as_str(), port))
    }

    /// The instance that a block stands for.
    pub(crate) fn instance(&self, block: &Block<'_>) -> Option<&'i Instance> {
        self.inspection.instances.get(block.instance?)
    }

    /// The blocks that are drawn in one, or in none.
    pub(crate) fn within(&self, frame: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        let blocks = self.blocks.iter().enumerate();
        blocks.filter(move |(_, block)| block.within == frame).map(|(index, _)| index)
    }

    /// The ports of all blocks, in order.
    pub(crate) fn ends(&self) -> impl Iterator<Item = End> + '_ {
        self.blocks.iter().enumerate().flat_map(|(block, it)| {
            let of = move |side, count| (0..count).map(move |port| End { block, side, port });
            of(Side::Export, it.exports.len()).chain(of(Side::Import, it.imports.len()))
        })
    }

    /// What the imports of a block would reach and its adapter has not from the host: capabilities, then names of what is of none.
    pub(crate) fn held(&self, block: usize) -> Vec<String> {
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

    /// The import of the whole that a port of the host is.
    pub(crate) fn import(&self, end: End) -> Option<&'i model::HostImport> {
        let (name, _) = self.port(end)?;
        // The host's ports are in the order of the imports.
        self.inspection.imports.get(end.port).filter(|import| end.block == HOST && import.name == name)
    }

    /// Whether types alone are used of the import of the whole that a port of the host is, or the interface that any other port is has
    /// no function.
    pub(crate) fn is_types_only(&self, end: End) -> bool {
        let of_port = || self.port(end).is_some_and(|(_, port)| port.is_types_only());
        self.import(end).map_or_else(of_port, |import| import.types_only)
    }

    /// The parts of the world outside that a port belongs to. Where an adapter has some of them from the host, these alone.
    pub(crate) fn capabilities(&self, end: End) -> Vec<String> {
        let Some((name, port)) = self.port(end) else { return Vec::new() };
        if let Some(import) = self.import(end) {
            return import.capabilities.clone();
        }
        let functions = port.functions();
        let of = functions.iter().filter_map(|it| name::Capability::of(name, it));
        let found: BTreeSet<_> = of.filter(|it| port.is_held || !port.lacks.contains(it)).collect();
        found.iter().map(ToString::to_string).collect()
    }
}

impl<'i> Block<'i> {
    /// The ports of one kind.
    pub(crate) fn ports(&self, side: Side) -> &IndexMap<String, Port<'i>> {
        match side {
            Side::Import => &self.imports,
            Side::Export => &self.exports,
        }
    }

    /// The version of its component, if its metadata has one.
    pub(crate) fn version(&self) -> Option<&'i str> {
        self.component?.metadata.version.as_deref()
    }
}

impl Port<'_> {
    /// Whether it is an interface that has types, and nothing else.
    fn is_types_only(&self) -> bool {
        let is_type = |line: &str| {
            ["resource ", "record ", "variant ", "enum ", "flags ", "type "].iter().any(|it| line.starts_with(it))
        };
        let Some(item) = self.item.filter(|item| item.kind == model::Kind::Instance) else { return false };
        let mut members = item.wit.lines().filter_map(|line| line.strip_prefix("  ")).peekable();
        // What is further in belongs to a type.
        members.peek().is_some() && members.all(|line| line.starts_with([' ', '}']) || is_type(line))
    }

    /// The functions that it has. An empty one stands for what has none, and all that matter for what is not known.
    fn functions(&self) -> Vec<&str> {
        // Those of one interface belong to several capabilities.
        const ALL: &[&str] = &["", "get-environment", "get-arguments", "initial-cwd", "get-initial-cwd"];
        let Some(item) = self.item else { return ALL.to_vec() };
        let is_instance = item.kind == model::Kind::Instance;
        // What an instance within it has is further in.
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
    /// What it is called in a word.
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

    fn of(component: Option<&Component>) -> Kind {
        match component.map(|component| component.role) {
            Some(Role::Program) => Kind::Program,
            Some(Role::Composition | Role::Shim) => Kind::Composition,
            Some(Role::Adapter) => Kind::Adapter,
            None => Kind::Unknown,
        }
    }
}

impl WireKind {
    /// What it is called in a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            WireKind::Plain => "plain",
            WireKind::Host => "host",
            WireKind::Adapted => "adapted",
            WireKind::Held => "held",
        }
    }
}

/// A name and its version, for those that have one.
fn split_version(name: &str) -> (&str, &str) {
    let (base, version) = name::versioned(name);
    (base, version.unwrap_or_default())
}

/// Text from the component, cut in the middle where it is longer than this many characters. What would steer whoever shows it is escaped.
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
