//! Decodes one level of a component: its imports, nested components, instances, aliases and exports.
//!
//! Component Model, Binary Format. The decoder takes any component. It records the byte range of a nested component,
//! which a caller decodes as a level of its own.

mod known;
mod part;
mod pieces;

pub(crate) use known::{Keeper, Known};
pub(crate) use part::{Identity, KnownAdapters, Part, parts};
pub(crate) use pieces::Pieces;
pub(crate) mod world;

use std::ops::Range;

use wasmparser::{
    BinaryReaderError, CanonicalFunction, Chunk, ComponentAlias, ComponentExternalKind, ComponentInstance,
    ComponentOuterAliasKind, Encoding, KnownCustom, Parser, Payload,
};

use crate::name::{PROVENANCE, SectionNames};

/// The error of bytes that are not a component.
#[derive(Debug, Clone)]
pub(crate) struct Malformed {
    /// The offset of the fault, in bytes.
    pub offset: u64,
    /// The description of the fault, with unusual characters escaped.
    pub message: String,
}

impl Malformed {
    pub(crate) fn new(message: impl Into<String>, offset: u64) -> Self {
        Malformed { offset, message: message.into() }
    }
}

impl From<BinaryReaderError> for Malformed {
    fn from(error: BinaryReaderError) -> Self {
        let is_plain = |c: char| c.is_ascii_graphic() || c.is_alphanumeric() || c == ' ' || c == '\n';
        let escaped = |c: char| if is_plain(c) { c.to_string() } else { format!("\\u{{{:x}}}", u32::from(c)) };
        Malformed::new(error.message().chars().map(escaped).collect::<String>(), error.offset())
    }
}

/// One level of a component: its definitions, without those of nested components.
#[derive(Debug, Default)]
pub(crate) struct Level<'a> {
    /// The imports, in order.
    pub imports: Vec<Import<'a>>,
    /// The nested components, in order.
    pub components: Vec<Nested<'a>>,
    /// The ranges of the core modules in the decoded bytes, in order.
    pub modules: Vec<Range<usize>>,
    /// The instantiations of components, in order.
    pub instantiations: Vec<Instantiation<'a>>,
    /// The bundles, in order.
    pub bundles: Vec<Bundle<'a>>,
    /// The instantiations and bundles in the order of their definitions. Each refers to earlier definitions only.
    pub steps: Vec<Step>,
    /// The exports, in order.
    pub exports: Vec<Export<'a>>,
    /// Whether the level has core code of its own, or core modules, which another component may instantiate.
    pub has_core: bool,
    /// The functions that the core code of the level can call, and its start function.
    pub called: Vec<Place<'a>>,
    /// The custom sections, in order: name and content.
    pub custom: Vec<(&'a str, &'a [u8])>,
    /// The offset of the last section in the decoded bytes, if it is a custom section.
    last_custom: Option<usize>,
    /// The content of the name section.
    pub names: SectionNames<'a>,
    spaces: Spaces<'a>,
}

/// An import.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub(crate) struct Import<'a> {
    pub name: &'a str,
    pub kind: ComponentExternalKind,
    /// The offset of the declaration in the decoded bytes.
    pub offset: u64,
}

/// A nested component.
#[derive(Debug, Clone)]
pub(crate) struct Nested<'a> {
    /// The binary of the nested component.
    pub bytes: &'a [u8],
    /// The range of the binary in the decoded bytes.
    pub range: Range<usize>,
    /// The index in the component index space of this level.
    pub index: u32,
}

/// The instantiation of a component.
#[derive(Debug)]
pub(crate) struct Instantiation<'a> {
    /// The component that is instantiated.
    pub component: Place<'a>,
    /// The index of that component in the component index space of this level.
    pub component_index: u32,
    /// The instantiation arguments, in order: the name of the import, and the item that fills it.
    pub arguments: Vec<(&'a str, Place<'a>)>,
    /// The index in the instance index space of this level.
    pub index: u32,
}

/// An inline instance: an instance of items of this level, without a component.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    /// The exports, in order: name and item.
    pub items: Vec<(&'a str, Place<'a>)>,
}

/// A definition of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The instantiation of that index in [`Level::instantiations`].
    Instantiation(usize),
    /// The bundle of that index in [`Level::bundles`].
    Bundle(usize),
}

/// An export.
#[derive(Debug)]
#[allow(missing_docs)]
pub(crate) struct Export<'a> {
    pub name: &'a str,
    pub kind: ComponentExternalKind,
    /// The item that is exported.
    pub place: Place<'a>,
    /// The offset of the declaration in the decoded bytes.
    pub offset: u64,
}

/// The definition of an item, after all aliases are resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    /// The definition from which the path begins.
    pub base: Base<'a>,
    /// The names of the exports that lead from the base to the item. Empty if the item is the base itself.
    pub path: Vec<&'a str>,
}

/// The definition from which the path of a [`Place`] begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base<'a> {
    /// An import of this level.
    Import(&'a str),
    /// The instantiation of that index in [`Level::instantiations`].
    Instantiation(usize),
    /// The nested component of that index in [`Level::components`].
    Nested(usize),
    /// The bundle of that index in [`Level::bundles`].
    Bundle(usize),
    /// An item of a component around this one.
    Outer {
        /// The index space.
        kind: Outer,
        /// The number of components outward.
        count: u32,
        /// The index in the index space of that component.
        index: u32,
    },
    /// A definition of this level: a lifted function, a type, a core module. The number is unique in the level.
    Local(usize),
}

/// The kind of an item that an outer alias refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) enum Outer {
    Component,
    Module,
    Type,
}

/// The index spaces of a level, with the definition of each item.
#[derive(Debug, Default)]
struct Spaces<'a> {
    /// The number of [`Base::Local`] items so far.
    locals: usize,
    modules: Vec<Place<'a>>,
    funcs: Vec<Place<'a>>,
    values: Vec<Place<'a>>,
    types: Vec<Place<'a>>,
    instances: Vec<Place<'a>>,
    components: Vec<Place<'a>>,
}

impl<'a> Place<'a> {
    fn of(base: Base<'a>) -> Self {
        Place { base, path: Vec::new() }
    }

    fn export(&self, name: &'a str) -> Self {
        let mut place = self.clone();
        place.path.push(name);
        place
    }
}

impl<'a> Spaces<'a> {
    /// Adds a definition of this level to an index space.
    fn define(&mut self, kind: ComponentExternalKind) {
        let place = Place::of(Base::Local(self.locals));
        self.locals += 1;
        self.of(kind).push(place);
    }

    fn of(&mut self, kind: ComponentExternalKind) -> &mut Vec<Place<'a>> {
        match kind {
            ComponentExternalKind::Module => &mut self.modules,
            ComponentExternalKind::Func => &mut self.funcs,
            ComponentExternalKind::Value => &mut self.values,
            ComponentExternalKind::Type => &mut self.types,
            ComponentExternalKind::Instance => &mut self.instances,
            ComponentExternalKind::Component => &mut self.components,
        }
    }

    fn get(&mut self, kind: ComponentExternalKind, index: u32, offset: u64) -> Result<Place<'a>, Malformed> {
        let found = self.of(kind).get(index as usize).cloned();
        found.ok_or_else(|| Malformed::new(format!("no {} of index {index}", kind.desc()), offset))
    }
}

impl<'a> Level<'a> {
    /// Decodes the outermost level of a binary component. Types are not checked.
    ///
    /// # Errors
    ///
    /// The bytes are not a component, or an index in them is out of range.
    pub(crate) fn decode(bytes: impl Into<Pieces<'a>>) -> Result<Level<'a>, Malformed> {
        let bytes = bytes.into();
        let mut level = Level::default();
        let mut parser = Parser::new(0);
        let mut offset = 0;
        while offset <= bytes.len() {
            let (rest, is_all) = bytes.rest(offset);
            let (consumed, payload) = match parser.parse(rest, is_all)? {
                Chunk::Parsed { consumed, payload } => (consumed, payload),
                Chunk::NeedMoreData(_) => return Err(Malformed::new("unexpected end", offset as u64)),
            };
            let start = offset;
            offset += consumed;
            if !matches!(payload, Payload::End(_)) {
                level.last_custom = matches!(payload, Payload::CustomSection(_)).then_some(start);
            }
            match payload {
                Payload::End(_) => return Ok(level),
                // The parser stops after the header of a nested binary. The next offset skips the content.
                Payload::ModuleSection { unchecked_range, .. } => {
                    level.modules.push(offset..end(&unchecked_range));
                    offset = end(&unchecked_range);
                    level.spaces.define(ComponentExternalKind::Module);
                    level.has_core = true;
                }
                Payload::ComponentSection { unchecked_range, .. } => {
                    let range = offset..end(&unchecked_range);
                    let nested = bytes.get(range.clone()).unwrap_or_default();
                    offset = range.end;
                    let index = level.spaces.components.len() as u32;
                    level.spaces.components.push(Place::of(Base::Nested(level.components.len())));
                    level.components.push(Nested { bytes: nested, range, index });
                }
                payload => level.section(payload)?,
            }
        }
        Err(Malformed::new("unexpected end", bytes.len() as u64))
    }

    /// Returns the decoded bytes without the provenance section of weld, if that is the last section. `bytes` are the
    /// bytes that this level was decoded from. The result is empty if the bytes before the provenance lie in several
    /// pieces.
    pub(crate) fn without_provenance(&self, bytes: impl Into<Pieces<'a>>) -> &'a [u8] {
        let bytes = bytes.into();
        let has_provenance = self.custom.last().is_some_and(|(name, _)| *name == PROVENANCE);
        let without = self.last_custom.filter(|_| has_provenance).and_then(|start| bytes.get(0..start));
        without.or_else(|| bytes.whole()).unwrap_or_default()
    }

    /// Returns the definition of the item at an index: the target of a [`Base::Outer`] in a level nested in this one.
    pub(crate) fn outer(&self, kind: Outer, index: u32) -> Option<&Place<'a>> {
        self.space(kind).get(index as usize)
    }

    /// Returns the items of a kind that come from enclosing components, nested components or instances of this level.
    pub(crate) fn taken(&self, kind: Outer) -> impl Iterator<Item = &Place<'a>> {
        let is_taken = |place: &&Place<'_>| !matches!(place.base, Base::Import(_) | Base::Local(_));
        self.space(kind).iter().filter(is_taken)
    }

    fn space(&self, kind: Outer) -> &[Place<'a>] {
        match kind {
            Outer::Component => &self.spaces.components,
            Outer::Module => &self.spaces.modules,
            Outer::Type => &self.spaces.types,
        }
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<(), Malformed> {
        match payload {
            Payload::Version { encoding: Encoding::Module, range, .. } => {
                return Err(Malformed::new("a core module, not a component", range.start));
            }
            Payload::ComponentTypeSection(section) => {
                (0..section.count()).for_each(|_| self.spaces.define(ComponentExternalKind::Type));
            }
            Payload::ComponentImportSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, import) = item?;
                    let (name, kind) = (import.name.name, import.ty.kind());
                    self.imports.push(Import { name, kind, offset });
                    self.spaces.of(kind).push(Place::of(Base::Import(name)));
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for item in section.into_iter_with_offsets() {
                    match item? {
                        (_, CanonicalFunction::Lift { .. }) => self.spaces.define(ComponentExternalKind::Func),
                        (offset, CanonicalFunction::Lower { func_index, .. }) => self.calls(func_index, offset)?,
                        _ => {}
                    }
                }
                self.has_core = true;
            }
            Payload::InstanceSection(_) => self.has_core = true,
            Payload::CustomSection(section) => {
                self.custom.push((section.name(), section.data()));
                if let KnownCustom::ComponentName(names) = section.as_known() {
                    self.names.read(names);
                }
            }
            Payload::ComponentAliasSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, alias) = item?;
                    self.alias(alias, offset)?;
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, instance) = item?;
                    self.instance(instance, offset)?;
                }
            }
            Payload::ComponentExportSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, export) = item?;
                    let place = self.spaces.get(export.kind, export.index, offset)?;
                    self.spaces.of(export.kind).push(place.clone());
                    self.exports.push(Export { name: export.name.name, kind: export.kind, place, offset });
                }
            }
            Payload::ComponentStartSection { start, range } => {
                self.calls(start.func_index, range.start)?;
                // The instantiation calls the start function, which no wire shows.
                self.has_core = true;
                (0..start.results).for_each(|_| self.spaces.define(ComponentExternalKind::Value));
            }
            // Other core sections and headers do not connect components.
            _ => {}
        }
        Ok(())
    }

    fn calls(&mut self, function: u32, offset: u64) -> Result<(), Malformed> {
        let place = self.spaces.get(ComponentExternalKind::Func, function, offset)?;
        self.called.push(place);
        Ok(())
    }

    fn alias(&mut self, alias: ComponentAlias<'a>, offset: u64) -> Result<(), Malformed> {
        match alias {
            ComponentAlias::InstanceExport { kind, instance_index, name } => {
                let instance = self.spaces.get(ComponentExternalKind::Instance, instance_index, offset)?;
                self.spaces.of(kind).push(instance.export(name));
            }
            ComponentAlias::Outer { kind, count, index } => {
                let (space, kind) = match kind {
                    ComponentOuterAliasKind::CoreModule => (&mut self.spaces.modules, Outer::Module),
                    ComponentOuterAliasKind::Type => (&mut self.spaces.types, Outer::Type),
                    ComponentOuterAliasKind::Component => (&mut self.spaces.components, Outer::Component),
                    ComponentOuterAliasKind::CoreType => return Ok(()),
                };
                space.push(Place::of(Base::Outer { kind, count, index }));
            }
            ComponentAlias::CoreInstanceExport { .. } => {}
        }
        Ok(())
    }

    fn instance(&mut self, instance: ComponentInstance<'a>, offset: u64) -> Result<(), Malformed> {
        let place = match instance {
            ComponentInstance::Instantiate { component_index, args } => {
                let component = self.spaces.get(ComponentExternalKind::Component, component_index, offset)?;
                let mut arguments = Vec::with_capacity(args.len());
                for arg in &args {
                    arguments.push((arg.name, self.spaces.get(arg.kind, arg.index, offset)?));
                }
                let (number, index) = (self.instantiations.len(), self.spaces.instances.len() as u32);
                self.instantiations.push(Instantiation { component, component_index, arguments, index });
                self.steps.push(Step::Instantiation(number));
                Place::of(Base::Instantiation(number))
            }
            ComponentInstance::FromExports(exports) => {
                let mut items = Vec::with_capacity(exports.len());
                for export in &exports {
                    items.push((export.name.name, self.spaces.get(export.kind, export.index, offset)?));
                }
                let number = self.bundles.len();
                self.bundles.push(Bundle { items });
                self.steps.push(Step::Bundle(number));
                Place::of(Base::Bundle(number))
            }
        };
        self.spaces.instances.push(place);
        Ok(())
    }
}

/// Iterates over the sections of a component and of all nested components, in order. A core module gives its header
/// only.
///
/// # Errors
///
/// An item is an error if the bytes are not a component. It is the last item.
pub(crate) fn sections<'a>(bytes: impl Into<Pieces<'a>>) -> Sections<'a> {
    Sections { bytes: bytes.into(), offset: 0, open: vec![Parser::new(0)], are_modules_read: false }
}

/// Iterates over the same sections as [`sections`], and over those of core modules. The bytes may be a core module.
pub(crate) fn all_sections<'a>(bytes: impl Into<Pieces<'a>>) -> Sections<'a> {
    Sections { are_modules_read: true, ..sections(bytes) }
}

/// The iterator of [`sections`].
pub(crate) struct Sections<'a> {
    bytes: Pieces<'a>,
    offset: usize,
    /// The parser of each component that has begun and not ended, the outermost first.
    open: Vec<Parser>,
    are_modules_read: bool,
}

impl<'a> Iterator for Sections<'a> {
    type Item = Result<Payload<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let parser = self.open.last_mut()?;
        let (rest, is_all) = self.bytes.rest(self.offset);
        let payload = match parser.parse(rest, is_all) {
            Ok(Chunk::Parsed { consumed, payload }) => {
                self.offset += consumed;
                payload
            }
            failed => {
                self.open.clear();
                let end = || Malformed::new("unexpected end", self.bytes.len() as u64);
                return Some(Err(failed.err().map_or_else(end, Malformed::from)));
            }
        };
        match &payload {
            Payload::ModuleSection { unchecked_range, .. } if !self.are_modules_read => {
                self.offset = end(unchecked_range);
            }
            Payload::ModuleSection { parser, .. } | Payload::ComponentSection { parser, .. } => {
                self.open.push(parser.clone());
            }
            Payload::End(_) => _ = self.open.pop(),
            _ => {}
        }
        Some(Ok(payload))
    }
}

fn end(range: &Range<u64>) -> usize {
    usize::try_from(range.end).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
