//! The memory of an adapter: the values that it answers with, and room for what it is passed.

use std::collections::BTreeMap;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    GlobalType, ImportSection, Instruction as I, MemorySection, MemoryType, Module, TypeSection, ValType,
};

use crate::virtualize::abi::aligned;

/// Where the first value lies. Nothing lies at zero, which some take for no address.
const START: u32 = 16;
/// How many bytes a page has.
const PAGE: u32 = 0x1_0000;

/// What lies in memory from the start.
#[derive(Debug, Default)]
pub struct Memory {
    bytes: Vec<u8>,
    is_needed: bool,
    /// Where values that no call changes lie.
    constants: BTreeMap<(Vec<u8>, u32), u32>,
    /// Where what is written whole by each call lies, and given before the next one does. It serves all functions.
    scratch: Option<(u32, u32)>,
}

impl Memory {
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
        let bytes = &mut self.bytes;
        let place = |(value, align): &(Vec<u8>, u32)| append(bytes, value, *align);
        *self.constants.entry((value, align)).or_insert_with_key(place)
    }

    /// Puts a value into memory that calls of one function complete, and gives its address. No other function has it: it
    /// would find there what this one has put.
    pub fn draft(&mut self, value: &[u8], align: u32) -> u32 {
        append(&mut self.bytes, value, align)
    }

    /// The address of room that each call writes whole.
    pub fn scratch(&mut self, size: u32, align: u32) -> u32 {
        match self.scratch {
            Some((address, room)) if room >= size && address % align == 0 => address,
            _ => {
                let address = append(&mut self.bytes, &vec![0; size as usize], align);
                self.scratch = Some((address, size));
                address
            }
        }
    }

    /// Where what is passed may lie: after all else, aligned for any value.
    pub fn end(&self) -> u32 {
        aligned(START.saturating_add(length(&self.bytes)), 16)
    }

    /// What is in it, and from where on.
    pub fn data(&self) -> Option<(u32, &[u8])> {
        let leading = self.bytes.iter().take_while(|byte| **byte == 0).count();
        let trailing = self.bytes.iter().rev().take_while(|byte| **byte == 0).count();
        let bytes = self.bytes.get(leading..self.bytes.len() - trailing).filter(|bytes| !bytes.is_empty())?;
        Some((START + leading as u32, bytes))
    }
}

/// Adds a value, and gives its address.
fn append(bytes: &mut Vec<u8>, value: &[u8], align: u32) -> u32 {
    let address = aligned(START.saturating_add(length(bytes)), align);
    bytes.resize((address - START) as usize, 0);
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
/// What the module exports, and the other one imports.
pub const MEMORY: &str = "m";
/// The function that makes room; see [`Memory::base`].
pub const REALLOC: &str = "r";
/// The globals; see [`NEXT`] and [`MOVING`].
pub const GLOBALS: [&str; 2] = ["n", "v"];

impl Memory {
    fn ty(&self) -> MemoryType {
        let minimum = u64::from(self.end().div_ceil(PAGE));
        MemoryType { minimum, maximum: None, memory64: false, shared: false, page_size_log2: None }
    }

    /// Imports what [`Memory::base`] exports.
    pub fn import(&self, module: &str, imports: &mut ImportSection) {
        imports.import(module, MEMORY, EntityType::Memory(self.ty()));
        for global in GLOBALS {
            imports.import(module, global, EntityType::Global(GLOBAL));
        }
    }

    /// The module that has memory, and what must be there before the adapter's own: `realloc`, and a destructor for each
    /// of so many resource types, which drops the host's handle. Those are imported and exported by number.
    pub fn base(&self, module: &str, destructors: usize) -> Module {
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        let (mut memories, mut globals) = (MemorySection::new(), GlobalSection::new());
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        types.ty().function([ValType::I32; 4], [ValType::I32]);
        types.ty().function([ValType::I32], []);
        for number in 0..destructors {
            imports.import(module, &number.to_string(), EntityType::Function(1));
        }
        memories.memory(self.ty());
        exports.export(MEMORY, ExportKind::Memory, 0);
        for (index, (name, start)) in GLOBALS.iter().zip([self.end() as i32, 0]).enumerate() {
            globals.global(GLOBAL, &ConstExpr::i32_const(start));
            exports.export(name, ExportKind::Global, index as u32);
        }
        functions.function(0);
        code.function(&realloc());
        exports.export(REALLOC, ExportKind::Func, destructors as u32);
        for number in 0..destructors as u32 {
            functions.function(1);
            code.function(&destructor(number));
            exports.export(&number.to_string(), ExportKind::Func, destructors as u32 + 1 + number);
        }
        let mut module = Module::new();
        module.section(&types);
        if destructors > 0 {
            module.section(&imports);
        }
        module.section(&functions).section(&memories).section(&globals).section(&exports).section(&code);
        module
    }
}

const GLOBAL: GlobalType = GlobalType { val_type: ValType::I32, mutable: true, shared: false };

/// Drops the host's handle that a handle stood for, if it did and the host does not have it back.
fn destructor(drop: u32) -> Function {
    let mut function = Function::new([]);
    let steps = [I::LocalGet(0), I::I32Const(0), I::I32GtS, I::GlobalGet(MOVING), I::I32Eqz, I::I32And];
    let then = [I::If(BlockType::Empty), I::LocalGet(0), I::Call(drop), I::End, I::End];
    steps.iter().chain(&then).for_each(|it| _ = function.instruction(it));
    function
}

/// Makes room for what is passed. Canonical ABI, "realloc": the old address and size, the alignment, and the new size,
/// in bytes, to the new address.
fn realloc() -> Function {
    const OLD: u32 = 0;
    const OLD_SIZE: u32 = 1;
    const ALIGN: u32 = 2;
    const SIZE: u32 = 3;
    const ADDRESS: u32 = 4;
    const END: u32 = 5;
    let mut function = Function::new([(1, ValType::I32), (1, ValType::I64)]);
    let mut add = |instructions: &[I<'static>]| instructions.iter().for_each(|it| _ = function.instruction(it));
    let sum = |a: u32, b: u32| [I::LocalGet(a), I::I64ExtendI32U, I::LocalGet(b), I::I64ExtendI32U, I::I64Add];
    // address = (next + align - 1) & -align
    add(&[I::GlobalGet(NEXT), I::LocalGet(ALIGN), I::I32Add, I::I32Const(1), I::I32Sub]);
    add(&[I::I32Const(0), I::LocalGet(ALIGN), I::I32Sub, I::I32And, I::LocalSet(ADDRESS)]);
    // end = address + size, which may be more than there can be
    add(&sum(ADDRESS, SIZE));
    add(&[I::LocalTee(END), I::MemorySize(0), I::I64ExtendI32U, I::I64Const(16), I::I64Shl, I::I64GtU]);
    add(&[I::If(BlockType::Empty), I::LocalGet(END), I::I64Const(i64::from(PAGE) - 1), I::I64Add, I::I64Const(16)]);
    add(&[I::I64ShrU, I::I32WrapI64, I::MemorySize(0), I::I32Sub, I::MemoryGrow(0), I::I32Const(-1), I::I32Eq]);
    add(&[I::If(BlockType::Empty), I::Unreachable, I::End, I::End]);
    // What was there before comes along, as much of it as there is room for.
    add(&[I::LocalGet(ADDRESS), I::LocalGet(OLD), I::LocalGet(OLD_SIZE), I::LocalGet(SIZE)]);
    add(&[I::LocalGet(OLD_SIZE), I::LocalGet(SIZE), I::I32LtU, I::Select, I::MemoryCopy { src_mem: 0, dst_mem: 0 }]);
    add(&[I::LocalGet(END), I::I32WrapI64, I::GlobalSet(NEXT), I::LocalGet(ADDRESS), I::End]);
    function
}
