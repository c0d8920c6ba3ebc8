//! Which blocks and ports there are, and where wires lead.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Block, EXPORTS, End, HOST, Kind, Picture, Port, Side, Wire, WireKind, capabilities};
use crate::inspect::Inspection;
use crate::inspect::model::{Component, Instance, Item, Role, Source};
use crate::name;

/// The picture of a component.
pub(super) fn trace(inspection: &Inspection) -> Picture<'_> {
    let outermost = inspection.components.first();
    let name = inspection.name.clone().or_else(|| outermost.map(|component| component.name.clone()));
    let name = name.unwrap_or_default();
    let mut tracer = Tracer {
        inspection,
        blocks: vec![Block::new(Kind::Exports, "exports".to_owned()), Block::new(Kind::Host, "host".to_owned())],
        of_instance: vec![None; inspection.instances.len()],
        own: None,
        wires: Vec::new(),
        seen: BTreeSet::new(),
    };
    tracer.outside(outermost);
    tracer.blocks(&name);
    for (index, instance) in inspection.instances.iter().enumerate() {
        tracer.instance(index, instance);
    }
    tracer.own_code();
    Picture { inspection, name, blocks: tracer.blocks, wires: tracer.wires }
}

struct Tracer<'i> {
    inspection: &'i Inspection,
    blocks: Vec<Block<'i>>,
    /// The block of each instance that has one.
    of_instance: Vec<Option<usize>>,
    /// The block of the outermost component's own code, where it has some.
    own: Option<usize>,
    wires: Vec<Wire>,
    /// The ends of wires that there are: what is put together of parts of one thing would be joined to it several times.
    seen: BTreeSet<(End, End)>,
}

impl<'i> Tracer<'i> {
    /// The ports of what is around the component.
    fn outside(&mut self, outermost: Option<&'i Component>) {
        let ports = |items: &'i [Item], is_hosts| {
            let port = move |item: &'i Item| Port { item: Some(item), is_hosts, is_held: false };
            items.iter().map(|item| (item.name.clone(), port(item))).collect::<IndexMap<_, _>>()
        };
        let Some(outermost) = outermost else { return };
        if let [exports, host, ..] = self.blocks.as_mut_slice() {
            exports.imports = ports(&outermost.exports, false);
            host.exports = ports(&outermost.imports, true);
        }
    }

    /// A block for each instance that is drawn.
    fn blocks(&mut self, name: &str) {
        for (index, instance) in self.inspection.instances.iter().enumerate().skip(1) {
            let component = self.component(instance);
            if !self.is_drawn(instance) {
                continue;
            }
            let within = instance.within.and_then(|outer| self.of_instance.get(outer).copied().flatten());
            if let Some(frame) = within.and_then(|frame| self.blocks.get_mut(frame)) {
                frame.is_frame = true;
            }
            if let Some(block) = self.of_instance.get_mut(index) {
                *block = Some(self.blocks.len());
            }
            let mut block = Block::new(Kind::of(component), instance.name.clone());
            let item = |name: &str| component.and_then(|component| item(&component.imports, name));
            let port = |name: &str| Port { item: item(name), ..Port::default() };
            block.imports = instance.imports.iter().map(|wire| (wire.name.clone(), port(&wire.name))).collect();
            self.blocks.push(Block { instance: Some(index), component, within, ..block });
        }
        let Some(outermost) = self.inspection.instances.first() else { return };
        let component = self.component(outermost);
        let is_alone = self.blocks.len() == 2;
        if is_alone || component.is_some_and(|component| component.role == Role::Program) {
            self.own = Some(self.blocks.len());
            let block = Block::new(Kind::of(component), name.to_owned());
            self.blocks.push(Block { instance: Some(0), component, ..block });
        }
    }

    fn component(&self, instance: &Instance) -> Option<&'i Component> {
        self.inspection.components.get(instance.component?)
    }

    /// Whether an instance has a block: what is a part of how another one is made has none.
    fn is_drawn(&self, instance: &Instance) -> bool {
        !self.inspection.is_inside(instance)
    }

    /// The wires of an instance's imports, and of its exports where these are what others in it have.
    fn instance(&mut self, index: usize, instance: &'i Instance) {
        if index == 0 {
            let exports: Vec<String> =
                self.blocks.get(EXPORTS).map(|block| block.imports.keys().cloned().collect()).unwrap_or_default();
            for (port, name) in exports.iter().enumerate() {
                let source = instance.exports.iter().find(|wire| wire.name == *name).map(|wire| &wire.from);
                let from = End { block: EXPORTS, side: Side::Import, port };
                self.join(from, 0, source.unwrap_or(&Source::Own), name);
            }
            return;
        }
        let Some(block) = self.of_instance.get(index).copied().flatten() else { return };
        for (port, wire) in instance.imports.iter().enumerate() {
            let from = End { block, side: Side::Import, port };
            self.join(from, instance.within.unwrap_or_default(), &wire.from, &wire.name);
        }
        let is_frame = self.blocks.get(block).is_some_and(|block| block.is_frame);
        for wire in instance.exports.iter().filter(|_| is_frame) {
            let mut ends = Vec::new();
            self.ends(index, &wire.from, &wire.name, &mut ends, &mut BTreeSet::new());
            if !ends.is_empty() {
                let from = self.export(block, &wire.name);
                ends.into_iter().for_each(|to| self.wire(from, to));
            }
        }
    }

    /// What nobody in the outermost component is given is for its own code.
    fn own_code(&mut self) {
        let Some(own) = self.own else { return };
        let Some(host) = self.blocks.get(HOST) else { return };
        let is_given = |port: usize| {
            let end = End { block: HOST, side: Side::Export, port };
            self.wires.iter().any(|wire| wire.to == end && wire.from.block != EXPORTS)
        };
        let ports: Vec<_> = host.exports.iter().enumerate().filter(|(port, _)| !is_given(*port)).collect();
        let ports: Vec<_> = ports.into_iter().map(|(port, (name, it))| (port, name.clone(), it.item)).collect();
        for (number, (port, name, item)) in ports.into_iter().enumerate() {
            if let Some(block) = self.blocks.get_mut(own) {
                block.imports.insert(name, Port { item, ..Port::default() });
            }
            let from = End { block: own, side: Side::Import, port: number };
            self.wire(from, End { block: HOST, side: Side::Export, port });
        }
    }

    /// Joins a port with whatever is at a place.
    fn join(&mut self, from: End, view: usize, source: &'i Source, name: &str) {
        let mut ends = Vec::new();
        self.ends(view, source, name, &mut ends, &mut BTreeSet::new());
        if let Some(own) =
            self.own.filter(|_| ends.is_empty() && view == 0 && !matches!(source, Source::Component { .. }))
        {
            ends.push(self.export(own, name));
        }
        ends.into_iter().for_each(|to| self.wire(from, to));
    }

    fn wire(&mut self, from: End, to: End) {
        if !self.seen.insert((from, to)) {
            return;
        }
        let kind = self.kind(from, to);
        if let Some(block) = self.blocks.get_mut(from.block).filter(|_| from.side == Side::Import)
            && let Some((_, port)) = block.imports.get_index_mut(from.port)
        {
            port.is_hosts |= kind == WireKind::Host;
            port.is_held |= kind == WireKind::Held;
        }
        self.wires.push(Wire { from, to, kind });
    }

    fn kind(&self, from: End, to: End) -> WireKind {
        let (Some(user), Some(filler)) = (self.blocks.get(from.block), self.blocks.get(to.block)) else {
            return WireKind::Plain;
        };
        let is_hosts = filler.ports(to.side).get_index(to.port).is_some_and(|(_, port)| port.is_hosts);
        match filler.kind {
            Kind::Host => WireKind::Host,
            _ if to.side == Side::Import && is_hosts => WireKind::Host,
            Kind::Adapter if from.block != EXPORTS => {
                let name = user.ports(from.side).get_index(from.port).map_or("", |(name, _)| name);
                if self.passes(filler, name) { WireKind::Adapted } else { WireKind::Held }
            }
            _ => WireKind::Plain,
        }
    }

    /// Whether an adapter has something of an interface from the host.
    fn passes(&self, adapter: &Block<'_>, interface: &str) -> bool {
        let instance = adapter.instance.and_then(|index| self.inspection.instances.get(index));
        let has: &[String] = instance.map_or(&[], |instance| &instance.capabilities);
        let capabilities = capabilities(interface);
        has.iter()
            .any(|has| capabilities.iter().any(|it| it.to_string() == *has) || name::base(has) == name::base(interface))
    }

    /// The port of a block's export, which it has from now on.
    fn export(&mut self, block: usize, name: &str) -> End {
        let end = |port| End { block, side: Side::Export, port };
        let Some(it) = self.blocks.get_mut(block) else { return end(0) };
        let item = it.component.and_then(|component| item(&component.exports, name));
        let entry = it.exports.entry(name.to_owned());
        let port = entry.index();
        entry.or_insert_with(|| Port { item, ..Port::default() });
        end(port)
    }

    /// The ports of what is at a place, as an instance sees it. `name` is what the place is called there.
    fn ends(
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
                items.iter().for_each(|item| self.ends(view, &item.from, &item.name, ends, been));
            }
            Source::Instance { instance, path } => {
                let export = path.first().map_or(name, String::as_str);
                match self.of_instance.get(*instance).copied().flatten() {
                    Some(block) => {
                        let end = self.export(block, export);
                        ends.push(end);
                    }
                    None => self.shim(*instance, path.first(), ends, been),
                }
            }
            Source::Own | Source::Component { .. } => {}
        }
    }

    /// The ports of what fills an import of an instance, as those in it see it.
    fn import(&mut self, view: usize, name: &str, ends: &mut Vec<End>, been: &mut BTreeSet<(usize, String)>) {
        let block = if view == 0 { Some(HOST) } else { self.of_instance.get(view).copied().flatten() };
        let side = if view == 0 { Side::Export } else { Side::Import };
        let Some(block) = block else {
            let Some(instance) = self.inspection.instances.get(view) else { return };
            let wire = instance.imports.iter().find(|wire| wire.name == name);
            if let (Some(wire), Some(outer)) = (wire, instance.within) {
                self.ends(outer, &wire.from, name, ends, been);
            }
            return;
        };
        if let Some(port) = self.blocks.get(block).and_then(|block| block.ports(side).get_index_of(name)) {
            ends.push(End { block, side, port });
        }
    }

    /// The ports of what an instance gives names to.
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
        let Some(shim) = self.inspection.instances.get(instance) else { return };
        for wire in shim.exports.iter().filter(|wire| export.is_none_or(|export| *export == wire.name)) {
            self.ends(instance, &wire.from, &wire.name, ends, been);
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

fn item<'i>(items: &'i [Item], name: &str) -> Option<&'i Item> {
    items.iter().find(|item| item.name == name)
}
