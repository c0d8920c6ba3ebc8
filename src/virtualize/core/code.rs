//! The code of one function, as its steps are added one after another.

use indexmap::IndexSet;
use wasm_encoder::{BlockType, Function as Encoded, Instruction as I, MemArg, ValType};

use super::Intrinsic;
use crate::abi::Signature;
use crate::runtime::memory::{FIRST, NEXT};

/// A step of a function. Which numbers intrinsics have is known when all functions are.
#[derive(Debug, Clone)]
pub enum Op {
    Do(I<'static>),
    Call(Intrinsic),
}

/// The steps of a function, and its locals.
#[derive(Debug)]
pub struct Code {
    /// Its core signature.
    pub signature: Signature,
    ops: Vec<Op>,
    /// The types of its parameters, then of its other locals.
    locals: Vec<ValType>,
}

impl Code {
    pub fn new(signature: Signature) -> Self {
        Code { ops: Vec::new(), locals: signature.params.clone(), signature }
    }

    /// A function of one handle, which gives some.
    pub fn of_handle(results: usize) -> Self {
        let (params, result) = (vec![ValType::I32], vec![ValType::I32; results]);
        Code::new(Signature { params, spilled: false, result, returns_pointer: false })
    }

    /// The type of a block that gives what the function does.
    pub fn result(&self) -> BlockType {
        self.signature.result.first().map_or(BlockType::Empty, |ty| BlockType::Result(*ty))
    }

    /// Adds steps.
    pub fn add<const N: usize>(&mut self, instructions: [I<'static>; N]) {
        self.ops.extend(instructions.into_iter().map(Op::Do));
    }

    pub fn add_all(&mut self, instructions: impl IntoIterator<Item = I<'static>>) {
        self.ops.extend(instructions.into_iter().map(Op::Do));
    }

    /// Adds a call.
    pub fn call(&mut self, intrinsic: Intrinsic) {
        self.ops.push(Op::Call(intrinsic));
    }

    /// A new local.
    pub fn local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        self.locals.len() as u32 - 1
    }

    /// The type of a parameter or another local.
    pub fn type_of(&self, local: u32) -> Option<ValType> {
        self.locals.get(local as usize).copied()
    }

    /// What it calls.
    pub fn intrinsics(&self) -> impl Iterator<Item = Intrinsic> {
        self.ops.iter().filter_map(|op| match op {
            Op::Call(intrinsic) => Some(*intrinsic),
            _ => None,
        })
    }

    /// Gives the room back that what was passed takes: it stays there until something else is passed.
    pub fn reset(&mut self) {
        self.add([I::GlobalGet(FIRST), I::GlobalSet(NEXT)]);
    }

    /// The function, where intrinsics are those functions.
    pub fn encode(&self, intrinsics: &IndexSet<Intrinsic>) -> Encoded {
        let mut function =
            Encoded::new_with_locals_types(self.locals.iter().skip(self.signature.params.len()).copied());
        for op in &self.ops {
            match op {
                Op::Do(instruction) => _ = function.instruction(instruction),
                Op::Call(intrinsic) => {
                    let index = intrinsics.get_index_of(intrinsic).unwrap_or_default() as u32;
                    function.instruction(&I::Call(index));
                }
            }
        }
        function.instruction(&I::End);
        function
    }
}

/// Four bytes at an address.
pub fn word(offset: u32) -> MemArg {
    MemArg { offset: offset.into(), align: 2, memory_index: 0 }
}
