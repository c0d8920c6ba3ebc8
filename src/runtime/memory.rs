//! The memory of an adapter: the values that it answers with, and room for what it is passed.

use std::collections::BTreeMap;

use wasm_encoder::{BlockType, Function, GlobalType, Instruction as I, MemoryType, Module, ValType};

use super::image::Image;
use super::sections::Sections;
use crate::abi::aligned;

/// Where the first value lies. Nothing lies at zero, which some take for no address.
const START: u32 = 16;
/// How many bytes a page has.
const PAGE: u32 = 0x1_0000;

/// What lies in memory from the start.
#[derive(Debug)]
pub struct Memory {
    /// What providers are told, which comes first.
    image: Image,
    /// Where the values begin.
    start: u32,
    bytes: Vec<u8>,
    is_needed: bool,
    /// Where values that no call changes lie.
    constants: BTreeMap<(Vec<u8>, u32), u32>,
    /// Where what is written whole by each call lies, and given before the next one does. It serves all functions.
    scratch: Option<(u32, u32)>,
}

impl Memory {
    /// With what providers are told, and nothing else. What lies before that is not for it.
    pub fn new(image: Image) -> Memory {
        let is_needed = !image.bytes.is_empty();
        let start = image.start.saturating_add(length(&image.bytes)).max(START);
        let start = aligned(start, 16);
        Memory { image, start, bytes: Vec::new(), is_needed, constants: BTreeMap::new(), scratch: None }
    }

    /// Whether providers are told anything.
    pub fn has_settings(&self) -> bool {
        !self.image.bytes.is_empty()
    }

    /// Says that there must be a memory, if with nothing in it.
    pub fn need(&mut self) {
        self.is_needed = true;
    }

    /// Whether there must be one.
    pub fn is_needed(&self) -> bool {
        self.is_needed || !self.bytes.is_empty()
    }

    /// Puts a value into memory that no call changes, and gives its address.
    pub fn constant(&mut self, value: Vec<u8>, align: u32) -> u32 {
        let (bytes, start) = (&mut self.bytes, self.start);
        let place = |(value, align): &(Vec<u8>, u32)| append(bytes, start, value, *align);
        *self.constants.entry((value, align)).or_insert_with_key(place)
    }

    /// Puts a value into memory that calls of one function complete, and gives its address. No other function has it: it
    /// would find there what this one has put.
    pub fn draft(&mut self, value: &[u8], align: u32) -> u32 {
        append(&mut self.bytes, self.start, value, align)
    }

    /// The address of room that each call writes whole.
    pub fn scratch(&mut self, size: u32, align: u32) -> u32 {
        match self.scratch {
            Some((address, room)) if room >= size && address % align == 0 => address,
            _ => {
                let address = append(&mut self.bytes, self.start, &vec![0; size as usize], align);
                self.scratch = Some((address, size));
                address
            }
        }
    }

    /// Where what is passed may lie: after all else, aligned for any value.
    pub fn end(&self) -> u32 {
        aligned(self.start.saturating_add(length(&self.bytes)), 16)
    }

    /// What is in it, and from where on.
    pub fn data(&self) -> Option<(u32, &[u8])> {
        let leading = self.bytes.iter().take_while(|byte| **byte == 0).count();
        let trailing = self.bytes.iter().rev().take_while(|byte| **byte == 0).count();
        let bytes = self.bytes.get(leading..self.bytes.len() - trailing).filter(|bytes| !bytes.is_empty())?;
        Some((self.start + leading as u32, bytes))
    }
}

/// Adds a value, and gives its address.
fn append(bytes: &mut Vec<u8>, start: u32, value: &[u8], align: u32) -> u32 {
    let address = aligned(start.saturating_add(length(bytes)), align);
    bytes.resize((address - start) as usize, 0);
    bytes.extend_from_slice(value);
    address
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// The global from which on memory is free. Each function that was passed something there sets it back.
pub const NEXT: u32 = 0;
/// The global that says that a handle of the host's moves on, and must not be dropped with the one that stands for it.
pub const MOVING: u32 = 1;
/// The global that [`NEXT`] is set back to.
pub const FIRST: u32 = 2;
/// The global that says where the room ends that is there already.
const LIMIT: u32 = 3;
/// What the module exports, and the other one imports.
pub const MEMORY: &str = "m";
/// The function that makes room; see [`Memory::base`].
pub const REALLOC: &str = "r";
/// The function that gives the address of what providers are told.
pub const SETTINGS: &str = "s";
/// The globals that are exported; see [`NEXT`], [`MOVING`] and [`FIRST`].
pub const GLOBALS: [&str; 3] = ["n", MOVES, "f"];
/// What [`MOVING`] is called.
pub const MOVES: &str = "v";

impl Memory {
    /// Its type.
    pub fn ty(&self) -> MemoryType {
        let minimum = u64::from(self.end().div_ceil(PAGE));
        MemoryType { minimum, maximum: None, memory64: false, shared: false, page_size_log2: None }
    }

    /// Imports what [`Memory::base`] exports.
    pub fn import(&self, module: &str, sections: &mut Sections) {
        sections.import(module, MEMORY, self.ty());
        for global in GLOBALS {
            sections.import(module, global, GLOBAL);
        }
    }

    /// The module that has memory, and what must be there before the adapter's own: `realloc`, and what providers are
    /// told.
    pub fn base(&self) -> Module {
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

/// The type of all of them.
pub const GLOBAL: GlobalType = GlobalType { val_type: ValType::I32, mutable: true, shared: false };

/// Makes room for what is passed. Canonical ABI, "realloc": the old address and size, the alignment, and the new size,
/// in bytes, to the new address.
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
    // end = address + size, which may be more than there can be
    add(&end);
    add(&[I::LocalTee(END), I::GlobalGet(LIMIT), I::I64ExtendI32U, I::I64GtU, I::If(BlockType::Empty)]);
    // As many pages as make what there is twice as much, or as this takes.
    add(&[I::LocalGet(END), I::GlobalGet(FIRST), I::I64ExtendI32U, I::I64Sub, I::I64Const(i64::from(PAGE) - 1)]);
    add(&[I::I64Add, I::I64Const(16), I::I64ShrU, I::I32WrapI64, I::LocalTee(PAGES), I::MemoryGrow(0)]);
    add(&[I::LocalTee(ADDRESS), I::I32Const(-1), I::I32Eq, I::If(BlockType::Empty), I::Unreachable, I::End]);
    add(&[I::LocalGet(ADDRESS), I::I32Const(16), I::I32Shl, I::LocalTee(ADDRESS)]);
    // A provider may have grown memory in between. Then this starts anew behind that, and what was before is left.
    add(&[I::GlobalGet(LIMIT), I::I32Eq, I::If(BlockType::Empty)]);
    add(&[I::GlobalGet(NEXT), I::LocalGet(ALIGN), I::I32Add, I::I32Const(1), I::I32Sub]);
    add(&[I::I32Const(0), I::LocalGet(ALIGN), I::I32Sub, I::I32And, I::LocalSet(ADDRESS), I::Else]);
    add(&[I::LocalGet(ADDRESS), I::GlobalSet(FIRST), I::LocalGet(ADDRESS), I::GlobalSet(LIMIT), I::End]);
    add(&[I::GlobalGet(LIMIT), I::LocalGet(PAGES), I::I32Const(16), I::I32Shl, I::I32Add, I::GlobalSet(LIMIT), I::End]);
    // What was there before comes along, as much of it as there is room for.
    add(&[I::LocalGet(ADDRESS), I::LocalGet(OLD), I::LocalGet(OLD_SIZE), I::LocalGet(SIZE)]);
    add(&[I::LocalGet(OLD_SIZE), I::LocalGet(SIZE), I::I32LtU, I::Select, I::MemoryCopy { src_mem: 0, dst_mem: 0 }]);
    add(&end);
    add(&[I::I32WrapI64, I::GlobalSet(NEXT), I::LocalGet(ADDRESS), I::End]);
    function
}
