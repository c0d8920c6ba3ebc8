//! Makes a picture's blocks and ports from the inspection, and follows each import to the port that fills it.

mod asked;
mod names;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Block, EXPORTS, End, HOST, Kind, Picture, Port, Side, Wire, WireKind};
use crate::inspect::Inspection;
use crate::inspect::model::{self, Component, Instance, Item, Role, Source};
use crate::name::Capability;
use asked::AdapterReach;
use names::PictureNames;

/// The number of exports up to which each export of an instance has a wire, if the whole instance fills an import. If
/// it has more exports, one wire stands for all.
const MAX_WHOLE_WIRES: usize = 64;

/// Makes the picture of a component.
pub(super) fn trace(inspection: &Inspection) -> Picture<'_> {
    let outermost = inspection.components.first();
    let name = inspection.name.clone().or_else(|| outermost.map(|component| component.name.clone()));
    let name = name.unwrap_or_default();
    let mut tracer = Tracer {
        inspection,
        blocks: vec![Block::new(Kind::Exports, "exports".to_owned()), Block::new(Kind::Host, "host".to_owned())],
        block_of: vec![None; inspection.instances.len()],
        names: PictureNames::of(inspection),
        adapter_reach: AdapterReach::of(inspection),
        own: None,
        wires: Vec::new(),
        seen: BTreeSet::new(),
    };
    tracer.outer_ports(outermost);
    tracer.add_blocks(&name);
    for (index, instance) in inspection.instances.iter().enumerate() {
        tracer.add_wires(index, instance);
    }
    tracer.add_own_code();
    Picture::new(inspection, name, tracer.blocks, tracer.wires)
}

struct Tracer<'i> {
    inspection: &'i Inspection,
    blocks: Vec<Block<'i>>,
    /// The block of each instance that is drawn.
    block_of: Vec<Option<usize>>,
    /// The imports and exports by name.
    names: PictureNames<'i>,
    /// The host imports that adapters reach.
    adapter_reach: AdapterReach<'i>,
    /// The block of the outermost component's own code, if it has any.
    own: Option<usize>,
    wires: Vec<Wire>,
    /// The ends of the wires so far. An inline instance of several parts of one instance would otherwise have several
    /// wires to it.
    seen: BTreeSet<(End, End)>,
}

impl<'i> Tracer<'i> {
    /// Adds the ports of the exports and of the host.
    fn outer_ports(&mut self, outermost: Option<&'i Component>) {
        let ports = |items: &'i [Item], is_hosts| {
            let port = move |item: &'i Item| Port { item: Some(item), is_hosts, ..Port::default() };
            items.iter().map(|item| (item.name.clone(), port(item))).collect::<IndexMap<_, _>>()
        };
        let Some(outermost) = outermost else { return };
        if let [exports, host, ..] = self.blocks.as_mut_slice() {
            exports.imports = ports(&outermost.exports, false);
            host.exports = ports(&outermost.imports, true);
        }
    }

    /// Adds a block for each instance that is drawn, and one for the outermost component's own code. `name` is the name
    /// of that component.
    fn add_blocks(&mut self, name: &str) {
        for (index, instance) in self.inspection.instances.iter().enumerate().skip(1) {
            let component = self.inspection.component(instance);
            if !self.is_drawn(instance) {
                continue;
            }
            let within = instance.within.and_then(|outer| self.block_of.get(outer).copied().flatten());
            if let Some(frame) = within.and_then(|frame| self.blocks.get_mut(frame)) {
                frame.is_frame = true;
            }
            if let Some(block) = self.block_of.get_mut(index) {
                *block = Some(self.blocks.len());
            }
            let mut block = Block::new(Kind::of(self.inspection.role(instance)), instance.name.clone());
            let item = |name: &str| self.names.item(instance.component?, Side::Import, name);
            let port = |name: &str| Port { item: item(name), ..Port::default() };
            block.imports = instance.imports.iter().map(|wire| (wire.name.clone(), port(&wire.name))).collect();
            // A component without code contains no blocks. As a frame it shows the wires through it.
            let is_shim = component.is_some_and(|component| component.role == Role::Shim);
            block.is_frame = is_shim && !instance.exports.is_empty();
            self.blocks.push(Block { instance: Some(index), component, within, ..block });
        }
        let Some(outermost) = self.inspection.instances.first() else { return };
        let component = self.inspection.component(outermost);
        let is_alone = self.blocks.len() == 2;
        if is_alone || component.is_some_and(|component| component.role == Role::Program) {
            self.own = Some(self.blocks.len());
            let block = Block::new(Kind::of(self.inspection.role(outermost)), name.to_owned());
            self.blocks.push(Block { instance: Some(0), component, ..block });
        }
    }

    /// Whether an instance is drawn. Instances that belong to the inside of another one are not.
    fn is_drawn(&self, instance: &Instance) -> bool {
        !self.inspection.is_inside(instance)
    }

    /// Adds the wires of an instance's imports, and of a frame's exports to the instances in it.
    fn add_wires(&mut self, index: usize, instance: &'i Instance) {
        if index == 0 {
            let exports: Vec<String> =
                self.blocks.get(EXPORTS).map(|block| block.imports.keys().cloned().collect()).unwrap_or_default();
            for (port, name) in exports.iter().enumerate() {
                let source = self.names.source(0, Side::Export, name);
                let from = End { block: EXPORTS, side: Side::Import, port };
                self.join(from, 0, source.unwrap_or(&Source::Own), name);
            }
            return;
        }
        let Some(block) = self.block_of.get(index).copied().flatten() else { return };
        for (port, wire) in instance.imports.iter().enumerate() {
            let from = End { block, side: Side::Import, port };
            self.join(from, instance.within.unwrap_or_default(), &wire.from, &wire.name);
        }
        let is_frame = self.blocks.get(block).is_some_and(|block| block.is_frame);
        for wire in instance.exports.iter().filter(|_| is_frame) {
            let mut ends = Vec::new();
            self.find_ends(index, &wire.from, &wire.name, &mut ends, &mut BTreeSet::new());
            if !ends.is_empty() {
                let from = self.export(block, &wire.name);
                ends.into_iter().for_each(|to| self.wire(from, to));
            }
        }
    }

    /// Adds the imports of the outermost component's own code: the host imports that no instance is given.
    fn add_own_code(&mut self) {
        let Some(own) = self.own else { return };
        let Some(host) = self.blocks.get(HOST) else { return };
        let given = self.wires.iter().filter(|wire| wire.to.block == HOST && wire.from.block != EXPORTS);
        let given: BTreeSet<usize> = given.map(|wire| wire.to.port).collect();
        let ports: Vec<_> = host.exports.iter().enumerate().filter(|(port, _)| !given.contains(port)).collect();
        let ports: Vec<_> = ports.into_iter().map(|(port, (name, it))| (port, name.clone(), it.item)).collect();
        for (number, (port, name, item)) in ports.into_iter().enumerate() {
            if let Some(block) = self.blocks.get_mut(own) {
                block.imports.insert(name, Port { item, ..Port::default() });
            }
            let from = End { block: own, side: Side::Import, port: number };
            self.wire(from, End { block: HOST, side: Side::Export, port });
        }
    }

    /// Adds wires from a port to the ports that a source leads to. `view` is the instance in which the source is;
    /// `name` is the name of the port.
    fn join(&mut self, from: End, view: usize, source: &'i Source, name: &str) {
        let mut ends = Vec::new();
        self.find_ends(view, source, name, &mut ends, &mut BTreeSet::new());
        let is_own = || ends.is_empty() || self.is_of_own_code(source);
        if let Some(own) = self.own.filter(|_| view == 0 && !matches!(source, Source::Component { .. }) && is_own()) {
            ends = vec![self.export(own, name)];
        }
        ends.into_iter().for_each(|to| self.wire(from, to));
    }

    /// Whether a source is an instance without code that exports functions of the outermost component's own code. The
    /// types that these functions mention may come from other instances.
    fn is_of_own_code(&self, source: &Source) -> bool {
        let Source::Instance { instance, .. } = source else { return false };
        let instance = self.inspection.instances.get(*instance);
        let is_shim = |it: &&Instance| self.inspection.component(it).is_some_and(|it| it.role == Role::Shim);
        instance.filter(is_shim).is_some_and(|it| it.imports.iter().any(|wire| wire.from == Source::Own))
    }

    fn wire(&mut self, from: End, to: End) {
        if !self.seen.insert((from, to)) {
            return;
        }
        let (kind, lacks) = self.kind(from, to);
        if let Some(block) = self.blocks.get_mut(from.block).filter(|_| from.side == Side::Import)
            && let Some((_, port)) = block.imports.get_index_mut(from.port)
        {
            port.is_hosts |= kind == WireKind::Host;
            port.is_held |= kind == WireKind::Held;
            port.lacks.extend(&lacks);
        }
        if let Some(block) =
            self.blocks.get_mut(to.block).filter(|_| kind == WireKind::Adapted && to.side == Side::Export)
            && let Some((_, port)) = block.exports.get_index_mut(to.port)
        {
            port.lacks.extend(lacks);
        }
        self.wires.push(Wire { from, to, kind });
    }

    /// The kind of a wire, and the capabilities of it that the adapter at its end does not take from the host.
    fn kind(&self, from: End, to: End) -> (WireKind, BTreeSet<Capability>) {
        let none = |kind| (kind, BTreeSet::new());
        let (Some(user), Some(filler)) = (self.blocks.get(from.block), self.blocks.get(to.block)) else {
            return none(WireKind::Plain);
        };
        let is_hosts = filler.ports(to.side).get_index(to.port).is_some_and(|(_, port)| port.is_hosts);
        match filler.kind {
            Kind::Host => none(WireKind::Host),
            _ if to.side == Side::Import && is_hosts => none(WireKind::Host),
            Kind::Adapter if from.block != EXPORTS => {
                let (Some((name, port)), Some(adapter)) = (user.ports(from.side).get_index(from.port), filler.instance)
                else {
                    return none(WireKind::Adapted);
                };
                let functions = port.functions();
                let passes_on = self.adapter_reach.may_reach(adapter, name, &functions);
                let kind = if passes_on { WireKind::Adapted } else { WireKind::Held };
                (kind, self.adapter_reach.lacks(adapter, name, &functions))
            }
            _ => none(WireKind::Plain),
        }
    }

    /// The port of a block's export, which is added if the block does not have it yet.
    fn export(&mut self, block: usize, name: &str) -> End {
        let end = |port| End { block, side: Side::Export, port };
        let Some(it) = self.blocks.get_mut(block) else { return end(0) };
        let component = it.instance.and_then(|instance| self.inspection.instances.get(instance)?.component);
        let item = || self.names.item(component?, Side::Export, name);
        let entry = it.exports.entry(name.to_owned());
        let port = entry.index();
        entry.or_insert_with(|| Port { item: item(), ..Port::default() });
        end(port)
    }

    /// Finds the ports that a source leads to, and adds them to `ends`. `view` is the instance in which the source is;
    /// `name` is the name of the item that the source fills; `been` has the exports of instances without code that were
    /// already followed.
    fn find_ends(
        &mut self,
        view: usize,
        source: &'i Source,
        name: &str,
        ends: &mut Vec<End>,
        been: &mut BTreeSet<(usize, String)>,
    ) {
        match source {
            Source::Import { name, .. } => self.import(view, name, ends, been),
            Source::Bundle { items } => {
                items.iter().for_each(|item| self.find_ends(view, &item.from, &item.name, ends, been));
            }
            Source::Instance { instance, path } => match self.block_of.get(*instance).copied().flatten() {
                Some(block) => {
                    let whole = if path.is_empty() { self.exports_of_whole(block) } else { Vec::new() };
                    let one = path.first().map_or(name, String::as_str);
                    let exports = if whole.is_empty() { vec![one] } else { whole };
                    ends.extend(exports.into_iter().map(|export| self.export(block, export)));
                }
                None => self.shim(*instance, path.first(), ends, been),
            },
            Source::Own | Source::Component { .. } => {}
        }
    }

    /// The exports of a block that a wire to the whole instance stands for. Empty if they are unknown or too many.
    fn exports_of_whole(&self, block: usize) -> Vec<&'i str> {
        let component = self.blocks.get(block).and_then(|block| block.component);
        let exports = component.map(|component| component.exports.as_slice()).unwrap_or_default();
        let used = exports.iter().filter(|item| item.kind != model::Kind::Type).map(|item| item.name.as_str());
        if exports.len() <= MAX_WHOLE_WIRES { used.collect() } else { Vec::new() }
    }

    /// Finds the ports that an import of an enclosing instance leads to: the port of its frame, or of the host. If the
    /// enclosing instance is not drawn, its import is followed further.
    fn import(&mut self, view: usize, name: &str, ends: &mut Vec<End>, been: &mut BTreeSet<(usize, String)>) {
        let block = if view == 0 { Some(HOST) } else { self.block_of.get(view).copied().flatten() };
        let side = if view == 0 { Side::Export } else { Side::Import };
        let Some(block) = block else {
            let Some(instance) = self.inspection.instances.get(view) else { return };
            let source = self.names.source(view, Side::Import, name);
            if let (Some(source), Some(outer)) = (source, instance.within) {
                self.find_ends(outer, source, name, ends, been);
            }
            return;
        };
        if let Some(port) = self.blocks.get(block).and_then(|block| block.ports(side).get_index_of(name)) {
            ends.push(End { block, side, port });
        }
    }

    /// Finds the ports that the exports of an instance that is not drawn lead to: one export, or all.
    fn shim(
        &mut self,
        instance: usize,
        export: Option<&String>,
        ends: &mut Vec<End>,
        been: &mut BTreeSet<(usize, String)>,
    ) {
        if !been.insert((instance, export.cloned().unwrap_or_default())) {
            return;
        }
        if let Some(export) = export {
            let source = self.names.source(instance, Side::Export, export);
            source.into_iter().for_each(|source| self.find_ends(instance, source, export, ends, been));
            return;
        }
        let Some(shim) = self.inspection.instances.get(instance) else { return };
        for wire in &shim.exports {
            self.find_ends(instance, &wire.from, &wire.name, ends, been);
        }
    }
}

impl Block<'_> {
    fn new(kind: Kind, name: String) -> Self {
        Block {
            kind,
            name,
            instance: None,
            component: None,
            within: None,
            is_frame: false,
            imports: IndexMap::new(),
            exports: IndexMap::new(),
        }
    }
}
