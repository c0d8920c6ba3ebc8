//! Synchronous functions that call asynchronous ones which return at once.
//!
//! Component Model, Canonical ABI, `canon lower` with `async`. The callee returns before it waits, so a result is
//! always available. Calls may overlap, so each has its own memory for the result.

use wasm_encoder::{BlockType, Instruction as I, MemArg, ValType};
use wasmparser::component_types::{ComponentFuncType, ComponentValType};

use super::{Code, Core, Defined, Intrinsic, Options};
use crate::abi::{Lowered, Shape};
use crate::imports::Function;
use crate::runtime::code::word;
use crate::runtime::memory::{FIRST, NEXT};

/// The status of a call that has returned.
const RETURNED: i32 = 2;

impl<'c> Core<'c> {
    /// Adds a function that calls the one with its number. Returns its number, and the options for lifting it.
    pub fn front(&mut self, of: &'c Function<'c>) -> (usize, Options) {
        self.memory.need();
        let number = self.functions.len();
        let mut code = Code::new(self.abi.signature(of.ty));
        let active = self.active();
        count(&mut code, active, 1);
        let room = of.ty.result.as_ref().map(|ty| {
            let (layout, room) = (self.abi.layout(ty), code.local(ValType::I32));
            let arguments = [0, 0, layout.align as i32, layout.size as i32];
            code.add(arguments.map(I::I32Const));
            code.call(Intrinsic::Realloc);
            code.add([I::LocalSet(room)]);
            room
        });
        for local in (0..code.signature.params.len() as u32).chain(room) {
            code.add([I::LocalGet(local)]);
        }
        code.call(Intrinsic::Later(number));
        code.add([I::I32Const(RETURNED), I::I32Ne, I::If(BlockType::Empty), I::Unreachable, I::End]);
        self.drop_lent(&mut code, of, Intrinsic::Later(number));
        count(&mut code, active, -1);
        // No other code runs before the result is read.
        code.add([I::I32Const(active as i32), I::I32Load(word(0)), I::I32Eqz, I::If(BlockType::Empty)]);
        code.add([I::GlobalGet(FIRST), I::GlobalSet(NEXT), I::End]);
        if let (Some(room), Some(ty)) = (room, &of.ty.result) {
            match code.signature.returns_pointer {
                true => code.add([I::LocalGet(room)]),
                false => self.load(&mut code, ty, room, 0),
            }
        }
        self.functions.push(Defined { ty: Some(of.ty), code, name: None });
        (number, Options { memory: true, realloc: true, post_return: false, goes_on: false })
    }

    /// The address of the number of calls in progress.
    fn active(&mut self) -> u32 {
        match self.active {
            Some(active) => active,
            None => *self.active.insert(self.memory.draft(&[0; 4], 4)),
        }
    }

    /// Pushes a value that has at most one core value.
    fn load(&self, code: &mut Code, ty: &ComponentValType, base: u32, offset: u32) {
        let at = |align| MemArg { offset: offset.into(), align, memory_index: 0 };
        let of_size = |size: u32| match size {
            1 => I::I32Load8U(at(0)),
            2 => I::I32Load16U(at(1)),
            8 => I::I64Load(at(3)),
            _ => I::I32Load(at(2)),
        };
        let load = match self.abi.shape(ty) {
            Shape::Fields(types) => {
                let (offsets, _) = self.abi.fields(&types);
                return types.iter().zip(offsets).for_each(|(ty, at)| self.load(code, ty, base, offset + at));
            }
            Shape::Repeated(element, length) => {
                let size = self.abi.layout(&element).size;
                return (0..length).for_each(|number| self.load(code, &element, base, offset + size * number));
            }
            Shape::Float(4) => I::F32Load(at(2)),
            Shape::Float(_) => I::F64Load(at(3)),
            Shape::Cases(cases) => of_size(self.abi.cases(&cases).discriminant),
            Shape::Scalar(size) => of_size(size),
            Shape::Flags(_) => of_size(self.abi.layout(ty).size),
            _ => of_size(4),
        };
        code.add([I::LocalGet(base), load]);
    }

    /// The signature of a function that is lowered with `async`.
    pub(super) fn called_async(&self, ty: &ComponentFuncType) -> Lowered {
        let mut params = self.abi.signature(ty).params;
        params.extend(ty.result.map(|_| ValType::I32));
        (params, vec![ValType::I32])
    }
}

/// Adds to a number in memory.
fn count(code: &mut Code, address: u32, by: i32) {
    let address = I::I32Const(address as i32);
    code.add([address.clone(), address, I::I32Load(word(0)), I::I32Const(by), I::I32Add, I::I32Store(word(0))]);
}
