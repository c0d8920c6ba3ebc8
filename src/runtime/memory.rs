//! The memory of an adapter: the image of the settings, the values of answers, and the heap for passed values.

use std::collections::BTreeMap;

use wasm_encoder::{
    BlockType, CanonicalOption, ComponentBuilder, ExportKind, Function, GlobalType, Instruction as I, MemoryType,
    Module, ValType,
};

use super::image::Image;
use super::sections::{Argument, Sections, instantiate};
use crate::abi::aligned;

/// The address of the first value. Address zero stays unused, because some code takes it for a null pointer.
const START: u32 = 16;
/// The size of a page in bytes.
const PAGE: u32 = 0x1_0000;

/// The initial content of a memory.
#[derive(Debug)]
pub(crate) struct Memory {
    /// The image of the settings, which comes first.
    image: Image,
    /// The address of the first value.
    start: u32,
    bytes: Vec<u8>,
    is_needed: bool,
    /// The addresses of the values that no call changes, by content and alignment.
    constants: BTreeMap<(Vec<u8>, u32), u32>,
    /// The address and the size of the area that each call overwrites entirely. All functions share it.
    scratch: Option<(u32, u32)>,
    /// Whether each added value gets an address of its own, even if an equal value exists.
    is_apart: bool,
}

impl Memory {
    /// Creates a memory with only the settings of providers. The memory below the image belongs to the providers.
    pub(crate) fn new(image: Image) -> Memory {
        let is_needed = !image.bytes.is_empty();
        let start = image.start.saturating_add(length(&image.bytes)).max(START);
        let start = aligned(start, 16);
        Memory {
            image,
            start,
            bytes: Vec::new(),
            is_needed,
            constants: BTreeMap::new(),
            scratch: None,
            is_apart: false,
        }
    }

    /// Whether the memory contains settings of providers.
    pub(crate) fn has_settings(&self) -> bool {
        !self.image.bytes.is_empty()
    }

    /// Requires a memory, even if it has no content.
    pub(crate) fn need(&mut self) {
        self.is_needed = true;
    }

    /// Whether the adapter needs a memory.
    pub(crate) fn is_needed(&self) -> bool {
        self.is_needed || !self.bytes.is_empty()
    }

    /// Adds a value that no call changes, and returns its address.
    pub(crate) fn constant(&mut self, value: Vec<u8>, align: u32) -> u32 {
        let (bytes, start) = (&mut self.bytes, self.start);
        if self.is_apart {
            return append(bytes, start, &value, align);
        }
        let place = |(value, align): &(Vec<u8>, u32)| append(bytes, start, value, *align);
        *self.constants.entry((value, align)).or_insert_with_key(place)
    }

    /// Adds values of which calls change parts, so that none shares its address with another value.
    pub(crate) fn apart<T>(&mut self, add: impl FnOnce(&mut Memory) -> T) -> T {
        self.is_apart = true;
        let added = add(self);
        self.is_apart = false;
        added
    }

    /// Adds a value that the calls of one function complete, and returns its address. Functions do not share such
    /// values, because handles that one function stores would be in the answers of the other.
    pub(crate) fn draft(&mut self, value: &[u8], align: u32) -> u32 {
        append(&mut self.bytes, self.start, value, align)
    }

    /// The address of an area that each call overwrites entirely.
    pub(crate) fn scratch(&mut self, size: u32, align: u32) -> u32 {
        match self.scratch {
            Some((address, room)) if room >= size && address % align == 0 => address,
            _ => {
                let address = append(&mut self.bytes, self.start, &vec![0; size as usize], align);
                self.scratch = Some((address, size));
                address
            }
        }
    }

    /// The address of the heap, which is last, aligned for any value.
    pub(crate) fn end(&self) -> u32 {
        aligned(self.start.saturating_add(length(&self.bytes)), 16)
    }

    /// The bytes of the values without leading and trailing zeros, with their address.
    pub(crate) fn data(&self) -> Option<(u32, &[u8])> {
        let leading = self.bytes.iter().take_while(|byte| **byte == 0).count();
        let trailing = self.bytes.iter().rev().take_while(|byte| **byte == 0).count();
        let bytes = self.bytes.get(leading..self.bytes.len() - trailing).filter(|bytes| !bytes.is_empty())?;
        Some((self.start + leading as u32, bytes))
    }
}

/// Appends a value, and returns its address.
fn append(bytes: &mut Vec<u8>, start: u32, value: &[u8], align: u32) -> u32 {
    let address = aligned(start.saturating_add(length(bytes)), align);
    bytes.resize((address - start) as usize, 0);
    bytes.extend_from_slice(value);
    address
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// The global with the address of free memory. A function with values on the heap resets it.
pub(crate) const NEXT: u32 = 0;
/// The global that is set while ownership of the object of a handle is transferred: the destructor must not drop the object then.
pub(crate) const MOVING: u32 = 1;
/// The global with the value that [`NEXT`] is reset to.
pub(crate) const FIRST: u32 = 2;
/// The global with the end of the memory that the allocator may use without growing it.
const LIMIT: u32 = 3;
/// The export that is the memory.
const MEMORY: &str = "m";
/// The export that is the allocator; see [`Memory::base`].
const REALLOC: &str = "r";
/// The export that returns the address of the settings.
const SETTINGS: &str = "s";
/// The exported globals [`NEXT`], [`MOVING`] and [`FIRST`].
const GLOBALS: [&str; 3] = ["n", MOVES, "f"];
/// The name of [`MOVING`].
pub(crate) const MOVES: &str = "v";

impl Memory {
    pub(crate) fn ty(&self) -> MemoryType {
        let minimum = u64::from(self.end().div_ceil(PAGE));
        MemoryType { minimum, maximum: None, memory64: false, shared: false, page_size_log2: None }
    }

    /// Imports the exports of [`Memory::base`].
    pub(crate) fn import(&self, module: &str, sections: &mut Sections) {
        sections.import(module, MEMORY, self.ty());
        for global in GLOBALS {
            sections.import(module, global, GLOBAL);
        }
    }

    /// The module with the memory, the allocator and the settings, which are instantiated before the adapter's own module.
    pub(crate) fn base(&self) -> Module {
        let mut sections = Sections::default();
        sections.memory(MEMORY, self.ty());
        let (end, limit) = (self.end() as i32, self.end().div_ceil(PAGE).saturating_mul(PAGE) as i32);
        let [next, moves, first] = GLOBALS;
        for (name, value) in [(Some(next), end), (Some(moves), 0), (Some(first), end), (None, limit)] {
            sections.global(name, GLOBAL, value);
        }
        sections.function(REALLOC, (vec![ValType::I32; 4], vec![ValType::I32]), &realloc());
        if self.has_settings() {
            let mut settings = Function::new([]);
            settings.instruction(&I::I32Const(self.image.settings as i32)).instruction(&I::End);
            sections.function(SETTINGS, (vec![], vec![ValType::I32]), &settings);
            sections.data(self.image.start, &self.image.bytes);
        }
        sections.finish()
    }
}

/// The memory of an adapter in a component: the indices of the exports of its module.
#[derive(Clone, Copy)]
pub(crate) struct Base {
    instance: u32,
    pub memory: u32,
    pub realloc: u32,
    globals: [u32; GLOBALS.len()],
}

impl Base {
    /// Adds a memory to a component.
    pub(crate) fn new(builder: &mut ComponentBuilder, memory: &Memory) -> Base {
        let instance = instantiate(builder, &memory.base(), "", &[]);
        let mut alias = |name, kind| builder.core_alias_export(None, instance, name, kind);
        let (memory, realloc) = (alias(MEMORY, ExportKind::Memory), alias(REALLOC, ExportKind::Func));
        Base { instance, memory, realloc, globals: GLOBALS.map(|name| alias(name, ExportKind::Global)) }
    }

    /// The same memory with another allocator.
    pub(crate) fn with_realloc(self, realloc: u32) -> Base {
        Base { realloc, ..self }
    }

    /// The arguments of a module that imports the memory with [`Memory::import`].
    pub(crate) fn arguments(&self) -> Vec<Argument> {
        let globals = GLOBALS.iter().zip(self.globals);
        let globals = globals.map(|(name, index)| ((*name).to_owned(), ExportKind::Global, index));
        std::iter::once((MEMORY.to_owned(), ExportKind::Memory, self.memory)).chain(globals).collect()
    }

    /// The argument for the import of [`MOVES`].
    pub(crate) fn moves(&self) -> Argument {
        let [_, moves, _] = self.globals;
        (MOVES.to_owned(), ExportKind::Global, moves)
    }

    /// The function that returns the address of the settings, which the memory must have.
    pub(crate) fn settings(&self, builder: &mut ComponentBuilder) -> u32 {
        builder.core_alias_export(None, self.instance, SETTINGS, ExportKind::Func)
    }

    /// The canonical options of lowered functions.
    pub(crate) fn lowering(&self) -> [CanonicalOption; 2] {
        [CanonicalOption::Memory(self.memory), CanonicalOption::Realloc(self.realloc)]
    }
}

/// The type of all globals.
pub(crate) const GLOBAL: GlobalType = GlobalType { val_type: ValType::I32, mutable: true, shared: false };

/// The allocator (Canonical ABI, "realloc"). It takes the old address, the old size, the alignment and the new size in
/// bytes, and returns the new address.
fn realloc() -> Function {
    const OLD: u32 = 0;
    const OLD_SIZE: u32 = 1;
    const ALIGN: u32 = 2;
    const SIZE: u32 = 3;
    const ADDRESS: u32 = 4;
    const PAGES: u32 = 5;
    const END: u32 = 6;
    let mut function = Function::new([(2, ValType::I32), (1, ValType::I64)]);
    let mut add = |instructions: &[I<'static>]| instructions.iter().for_each(|it| _ = function.instruction(it));
    let end = [I::LocalGet(ADDRESS), I::I64ExtendI32U, I::LocalGet(SIZE), I::I64ExtendI32U, I::I64Add];
    // address = (next + align - 1) & -align
    add(&[I::GlobalGet(NEXT), I::LocalGet(ALIGN), I::I32Add, I::I32Const(1), I::I32Sub]);
    add(&[I::I32Const(0), I::LocalGet(ALIGN), I::I32Sub, I::I32And, I::LocalSet(ADDRESS)]);
    // end = address + size, in 64 bits, since it may exceed the address space
    add(&end);
    add(&[I::LocalTee(END), I::GlobalGet(LIMIT), I::I64ExtendI32U, I::I64GtU, I::If(BlockType::Empty)]);
    // Grow by as much as the heap has, and at least by what this allocation needs.
    add(&[I::LocalGet(END), I::GlobalGet(FIRST), I::I64ExtendI32U, I::I64Sub, I::I64Const(i64::from(PAGE) - 1)]);
    add(&[I::I64Add, I::I64Const(16), I::I64ShrU, I::I32WrapI64, I::LocalTee(PAGES), I::MemoryGrow(0)]);
    add(&[I::LocalTee(ADDRESS), I::I32Const(-1), I::I32Eq, I::If(BlockType::Empty), I::Unreachable, I::End]);
    add(&[I::LocalGet(ADDRESS), I::I32Const(16), I::I32Shl, I::LocalTee(ADDRESS)]);
    // A provider may have grown the memory as well. The heap then continues after the provider's pages.
    add(&[I::GlobalGet(LIMIT), I::I32Eq, I::If(BlockType::Empty)]);
    add(&[I::GlobalGet(NEXT), I::LocalGet(ALIGN), I::I32Add, I::I32Const(1), I::I32Sub]);
    add(&[I::I32Const(0), I::LocalGet(ALIGN), I::I32Sub, I::I32And, I::LocalSet(ADDRESS), I::Else]);
    add(&[I::LocalGet(ADDRESS), I::GlobalSet(FIRST), I::LocalGet(ADDRESS), I::GlobalSet(LIMIT), I::End]);
    add(&[I::GlobalGet(LIMIT), I::LocalGet(PAGES), I::I32Const(16), I::I32Shl, I::I32Add, I::GlobalSet(LIMIT), I::End]);
    // Copy the old content, up to the new size.
    add(&[I::LocalGet(ADDRESS), I::LocalGet(OLD), I::LocalGet(OLD_SIZE), I::LocalGet(SIZE)]);
    add(&[I::LocalGet(OLD_SIZE), I::LocalGet(SIZE), I::I32LtU, I::Select, I::MemoryCopy { src_mem: 0, dst_mem: 0 }]);
    add(&end);
    add(&[I::I32WrapI64, I::GlobalSet(NEXT), I::LocalGet(ADDRESS), I::End]);
    function
}
