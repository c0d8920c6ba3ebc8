//! The memory of an adapter: the values that it answers with, and room for what it is passed.

use std::collections::BTreeMap;

use wasm_encoder::{BlockType, Function, Instruction as I, ValType};

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
    /// Where values lie that each call completes, and gives before the next one does. Such a one serves many functions.
    drafts: BTreeMap<(Vec<u8>, u32), u32>,
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

    /// Puts a value into memory, and gives its address. A draft is one that calls complete.
    pub fn place(&mut self, value: Vec<u8>, align: u32, is_draft: bool) -> u32 {
        let known = if is_draft { &mut self.drafts } else { &mut self.constants };
        let bytes = &mut self.bytes;
        *known.entry((value, align)).or_insert_with_key(|(value, align)| {
            let address = aligned(START.saturating_add(length(bytes)), *align);
            bytes.resize((address - START) as usize, 0);
            bytes.extend(value);
            address
        })
    }

    /// Where what is passed may lie: after all else, aligned for any value.
    pub fn end(&self) -> u32 {
        aligned(START.saturating_add(length(&self.bytes)), 16)
    }

    /// How many pages it has at first.
    pub fn pages(&self) -> u64 {
        u64::from(self.end().div_ceil(PAGE))
    }

    /// What is in it, and from where on.
    pub fn data(&self) -> Option<(u32, &[u8])> {
        let leading = self.bytes.iter().take_while(|byte| **byte == 0).count();
        let trailing = self.bytes.iter().rev().take_while(|byte| **byte == 0).count();
        let bytes = self.bytes.get(leading..self.bytes.len() - trailing).filter(|bytes| !bytes.is_empty())?;
        Some((START + leading as u32, bytes))
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// Makes room for what is passed, from the global on, which each function that was passed something sets back. Canonical
/// ABI, "realloc": the old address and size, the alignment, and the new size, in bytes, to the new address.
pub fn realloc() -> Function {
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
    add(&[I::GlobalGet(0), I::LocalGet(ALIGN), I::I32Add, I::I32Const(1), I::I32Sub]);
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
    add(&[I::LocalGet(END), I::I32WrapI64, I::GlobalSet(0), I::LocalGet(ADDRESS), I::End]);
    function
}
