//! Synchronous functions that call asynchronous ones which return at once.
//!
//! Component Model, Canonical ABI, `canon lower` with `async`. The callee returns before it waits, so a result is
//! always available. Calls may overlap, so each has its own memory for the result.

use wasm_encoder::{BlockType, Instruction as I, ValType};
use wasmparser::component_types::ComponentValType;

use super::{Code, Core, Defined, Intrinsic, Options};
use crate::abi::MAX_FLAT_ASYNC_PARAMS;
use crate::decide::decisions::Action;
use crate::imports::Function;
use crate::runtime::code::word;
use crate::runtime::flat::{self, Address};
use crate::runtime::memory::{FIRST, NEXT};
use crate::runtime::walk;

/// The status of a call that has returned.
const RETURNED: i32 = 2;

impl<'c> Core<'c> {
    /// Adds a function that calls the one with its number.
    pub(crate) fn front(&mut self, function: &'c Function<'c>) {
        self.memory.need();
        let number = self.functions.len();
        let mut code = Code::new(self.abi.signature(function.ty));
        let active = self.active();
        count(&mut code, active, 1);
        let room = function.ty.result.as_ref().map(|ty| {
            let (layout, room) = (self.abi.layout(ty), code.local(ValType::I32));
            let arguments = [0, 0, layout.align as i32, layout.size as i32];
            code.add(arguments.map(I::I32Const));
            code.call(Intrinsic::Realloc);
            code.add([I::LocalSet(room)]);
            room
        });
        let params = code.signature.params.len() as u32;
        match code.signature.spilled || params as usize <= MAX_FLAT_ASYNC_PARAMS {
            true => code.add_all((0..params).map(I::LocalGet)),
            false => self.store_params(&mut code, function),
        }
        code.add_all(room.map(I::LocalGet));
        code.call(Intrinsic::Later(number));
        code.add([I::I32Const(RETURNED), I::I32Ne, I::If(BlockType::Empty), I::Unreachable, I::End]);
        self.drop_lent(&mut code, function, Intrinsic::Later(number));
        count(&mut code, active, -1);
        // No other code runs before the result is read.
        code.add([I::I32Const(active as i32), I::I32Load(word(0)), I::I32Eqz, I::If(BlockType::Empty)]);
        code.add([I::GlobalGet(FIRST), I::GlobalSet(NEXT), I::End]);
        if let (Some(room), Some(ty)) = (room, &function.ty.result) {
            match code.signature.returns_pointer {
                true => code.add([I::LocalGet(room)]),
                false => walk::push(&mut code, self.abi, ty, room, 0),
            }
        }
        let options = Options { memory: true, realloc: true, post_return: false, goes_on: false };
        self.functions.push(Defined { function, action: &Action::PassThrough, options, code, name: None });
    }

    /// Stores parameters, which are too many to be passed flat, and pushes their address.
    fn store_params(&self, code: &mut Code, of: &Function<'_>) {
        let types: Vec<ComponentValType> = of.ty.params.iter().map(|(_, ty)| *ty).collect();
        let (layout, room) = (self.abi.fields(&types).1, code.local(ValType::I32));
        code.add([0, 0, layout.align as i32, layout.size as i32].map(I::I32Const));
        code.call(Intrinsic::Realloc);
        code.add([I::LocalSet(room)]);
        let locals: Vec<u32> = (0..code.signature.params.len() as u32).collect();
        flat::store(code, self.abi, &types, Address(room, 0), &locals);
        code.add([I::LocalGet(room)]);
    }

    /// The address of the number of calls in progress.
    fn active(&mut self) -> u32 {
        *self.active.get_or_insert_with(|| self.memory.draft(&[0; 4], 4))
    }
}

/// Adds to a number in memory.
fn count(code: &mut Code, address: u32, by: i32) {
    let address = I::I32Const(address as i32);
    code.add([address.clone(), address, I::I32Load(word(0)), I::I32Const(by), I::I32Add, I::I32Store(word(0))]);
}
