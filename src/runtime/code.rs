//! The code of one function, instruction by instruction.

use wasm_encoder::{BlockType, Function, Instruction as I, MemArg, ValType};

use super::memory::{FIRST, NEXT};
use crate::abi::{Lowered, Signature};

/// An instruction. The indices of called functions are known when the module is complete.
#[derive(Debug, Clone)]
enum Op<F> {
    Do(I<'static>),
    Call(F),
}

/// The instructions and the locals of a function, which calls functions `F`.
#[derive(Debug)]
pub(crate) struct Code<F> {
    /// The core signature.
    pub signature: Signature,
    ops: Vec<Op<F>>,
    /// The types of the parameters, then of the other locals.
    locals: Vec<ValType>,
    /// The local with the number of the task, if the function continues after its return.
    pub task: Option<u32>,
}

impl<F: Copy> Code<F> {
    /// Creates a function without code.
    pub(crate) fn new(signature: Signature) -> Self {
        Code { ops: Vec::new(), locals: signature.params.clone(), signature, task: None }
    }

    /// Creates a function with a handle as its parameter, and this number of handles as results.
    pub(crate) fn of_handle(results: usize) -> Self {
        let (params, result) = (vec![ValType::I32], vec![ValType::I32; results]);
        Code::new(Signature { params, spilled: false, result, returns_pointer: false })
    }

    /// The types of the parameters and results.
    pub(crate) fn lowered(&self) -> Lowered {
        (self.signature.params.clone(), self.signature.result.clone())
    }

    /// The type of a block with the result of the function.
    pub(crate) fn result(&self) -> BlockType {
        self.signature.result.first().map_or(BlockType::Empty, |ty| BlockType::Result(*ty))
    }

    pub(crate) fn add<const N: usize>(&mut self, instructions: [I<'static>; N]) {
        self.ops.extend(instructions.into_iter().map(Op::Do));
    }

    pub(crate) fn add_all(&mut self, instructions: impl IntoIterator<Item = I<'static>>) {
        self.ops.extend(instructions.into_iter().map(Op::Do));
    }

    pub(crate) fn call(&mut self, function: F) {
        self.ops.push(Op::Call(function));
    }

    /// Adds a local, and returns its index.
    pub(crate) fn local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        self.locals.len() as u32 - 1
    }

    /// The type of a parameter or another local.
    pub(crate) fn type_of(&self, local: u32) -> Option<ValType> {
        self.locals.get(local as usize).copied()
    }

    /// Emits a call that makes a stream or a future, and leaves the writable end on the stack. Returns the local with
    /// both ends, of which the readable end is the lower half.
    pub(crate) fn ends(&mut self, new: F) -> u32 {
        let both = self.local(ValType::I64);
        self.call(new);
        self.add([I::LocalTee(both), I::I64Const(32), I::I64ShrU, I::I32WrapI64]);
        both
    }

    /// The called functions.
    pub(crate) fn calls(&self) -> impl Iterator<Item = F> {
        self.ops.iter().filter_map(|op| match op {
            Op::Call(function) => Some(*function),
            Op::Do(_) => None,
        })
    }

    /// Emits code that frees the heap. The values on the heap stay readable until the next allocation.
    pub(crate) fn reset(&mut self) {
        self.add([I::GlobalGet(FIRST), I::GlobalSet(NEXT)]);
    }

    /// Encodes the function. `index` returns the indices of called functions.
    pub(crate) fn encode(&self, index: impl Fn(F) -> u32) -> Function {
        let mut function =
            Function::new_with_locals_types(self.locals.iter().skip(self.signature.params.len()).copied());
        for op in &self.ops {
            match op {
                Op::Do(instruction) => function.instruction(instruction),
                Op::Call(called) => function.instruction(&I::Call(index(*called))),
            };
        }
        function.instruction(&I::End);
        function
    }
}

/// The memory argument of a four-byte access.
pub(crate) fn word(offset: u32) -> MemArg {
    MemArg { offset: offset.into(), align: 2, memory_index: 0 }
}
