//! Code for the answers of refused functions: constants in memory, flat values, and new handles.

use wasm_encoder::{BlockType, Instruction as I, ValType};
use wasmparser::component_types::ComponentValType;

use super::{Code, Core, Intrinsic};
use crate::abi::{Elements, Shape};
use crate::decide::Refusal;
use crate::imports::Function;
use crate::runtime::code::word;
use crate::runtime::rep;
use crate::runtime::value::Value;

impl Core<'_> {
    /// Emits a refusal. `is_forwarded` tells whether only null handles take part.
    pub(super) fn body(&mut self, code: &mut Code, of: &Function<'_>, body: &Refusal, is_forwarded: bool) {
        let answer = match body {
            Refusal::Trap => return code.add([I::Unreachable]),
            Refusal::EveryIndex => return self.every_index(code, is_forwarded),
            Refusal::Return(answer) | Refusal::Drain(answer) => answer,
        };
        if let Some(task) = code.task {
            if body.drains() {
                self.drain_params(code, of, task);
            }
            return self.return_answer(code, of, answer.as_ref());
        }
        let (Some(answer), Some(ty)) = (answer, &of.ty.result) else { return };
        match code.signature.returns_pointer {
            true => self.push_address(code, ty, answer),
            false => self.push(code, ty, answer, &code.signature.result.clone()),
        }
    }

    /// Pushes the address of a value that is in memory.
    pub(super) fn push_address(&mut self, code: &mut Code, ty: &ComponentValType, value: &Value) {
        let address = self.store(code, ty, value);
        code.add([I::I32Const(address as i32)]);
    }

    /// Stores a value where the caller finds it, and returns the address.
    fn store(&mut self, code: &mut Code, ty: &ComponentValType, value: &Value) -> u32 {
        let (address, handles) = self.memory.value(self.abi, ty, value);
        for (offset, handle) in handles {
            code.add([I::I32Const(address as i32)]);
            self.handle(code, handle);
            code.add([I::I32Store(word(offset))]);
        }
        address
    }

    /// Pushes a flat value into slots of some types. The slots of a variant fit all its cases.
    pub(super) fn push(&mut self, code: &mut Code, ty: &ComponentValType, answer: &Value, slots: &[ValType]) {
        let bits = |code: &mut Code, bits: u64, slot: &ValType| {
            code.add([match slot {
                ValType::I64 => I::I64Const(bits as i64),
                ValType::F32 => I::F32Const(f32::from_bits(bits as u32).into()),
                ValType::F64 => I::F64Const(f64::from_bits(bits).into()),
                _ => I::I32Const(bits as i32),
            }]);
        };
        match (answer, self.abi.shape(ty)) {
            (Value::Bits(value), _) => slots.iter().for_each(|slot| bits(code, *value, slot)),
            (Value::Text(text), _) => {
                let (address, length) = self.memory.text(text);
                slots.iter().zip([address, length]).for_each(|(slot, value)| bits(code, value.into(), slot));
            }
            (Value::List(elements), Shape::Pointed(Some(Elements(types)))) => {
                let (address, length) = (self.memory.list(self.abi, &types, elements), elements.len() as u64);
                slots.iter().zip([address.into(), length]).for_each(|(slot, value)| bits(code, value, slot));
            }
            (Value::Fields(fields), Shape::Fields(types)) => {
                types.iter().zip(fields).fold(slots, |slots, (ty, field)| self.push_first(code, ty, field, slots));
            }
            (Value::Fields(fields), Shape::Repeated(ty, _)) => {
                fields.iter().fold(slots, |slots, field| self.push_first(code, &ty, field, slots));
            }
            (Value::Case(index, payload), Shape::Cases(cases)) => {
                let Some((case, mut slots)) = slots.split_first() else { return };
                bits(code, *index as u64, case);
                if let (Some(payload), Some(Some(ty))) = (payload, cases.get(*index)) {
                    slots = self.push_first(code, ty, payload, slots);
                }
                slots.iter().for_each(|slot| bits(code, 0, slot));
            }
            (Value::Own(..) | Value::Ended(_) | Value::Future(..), _) => {
                self.handle(code, answer);
                if slots.first() == Some(&ValType::I64) {
                    code.add([I::I64ExtendI32U]);
                }
            }
            // Answers are constructed for these types.
            (Value::List(_) | Value::Fields(_) | Value::Case(..), _) => {}
        }
    }

    /// Pushes a value into the first of some slots, and returns the others.
    fn push_first<'s>(
        &mut self,
        code: &mut Code,
        ty: &ComponentValType,
        answer: &Value,
        slots: &'s [ValType],
    ) -> &'s [ValType] {
        let (own, others) = slots.split_at_checked(self.abi.flat(ty).len()).unwrap_or((slots, &[]));
        self.push(code, ty, answer, own);
        others
    }

    fn handle(&mut self, code: &mut Code, answer: &Value) {
        match answer {
            Value::Own(id, refusal_kind) => {
                code.add([I::I32Const(*refusal_kind as i32)]);
                code.call(Intrinsic::ResourceNew(*id));
            }
            Value::Ended(id) => {
                let both = code.ends(Intrinsic::StreamNew(*id));
                code.call(Intrinsic::StreamDropWritable(*id));
                code.add([I::LocalGet(both), I::I32WrapI64]);
            }
            Value::Future(id, payload) => {
                let payload = match (payload, self.abi.shape(&ComponentValType::Type(*id))) {
                    (Some(payload), Shape::Future(_, Some(ty))) => self.store(code, &ty, payload),
                    _ => 0,
                };
                if let Some(task) = code.task {
                    return self.answer_later(code, *id, payload, task);
                }
                // The value and the writable end are kept until the future is read: a writable end may not be dropped
                // before a write.
                self.memory.need();
                let both = code.ends(Intrinsic::FutureNew(*id));
                code.add([I::I32Const(payload as i32)]);
                code.call(Intrinsic::FutureWrite(*id));
                code.add([I::Drop, I::LocalGet(both), I::I32WrapI64]);
            }
            Value::Bits(_) | Value::Text(_) | Value::List(_) | Value::Fields(_) | Value::Case(..) => {}
        }
    }

    /// Replaces each element of the list parameter by its index, which has the size of a handle. If host handles are
    /// forwarded, only the other elements count.
    fn every_index(&mut self, code: &mut Code, only_own: bool) {
        const LIST: u32 = 0;
        const LENGTH: u32 = 1;
        let address = self.memory.scratch(8, 4) as i32;
        let (index, count) = (code.local(ValType::I32), code.local(ValType::I32));
        let place = |code: &mut Code, local| {
            code.add([I::LocalGet(LIST), I::LocalGet(local), I::I32Const(2), I::I32Shl, I::I32Add]);
        };
        code.add([I::Block(BlockType::Empty), I::Loop(BlockType::Empty)]);
        code.add([I::LocalGet(index), I::LocalGet(LENGTH), I::I32GeU, I::BrIf(1)]);
        if only_own {
            place(code, index);
            code.add([I::I32Load(word(0)), I::I32Const(rep::NULL), I::I32And, I::If(BlockType::Empty)]);
        }
        // Only elements that were read already are overwritten.
        place(code, count);
        code.add([I::LocalGet(index), I::I32Store(word(0))]);
        code.add([I::LocalGet(count), I::I32Const(1), I::I32Add, I::LocalSet(count)]);
        if only_own {
            code.add([I::End]);
        }
        code.add([I::LocalGet(index), I::I32Const(1), I::I32Add, I::LocalSet(index), I::Br(0), I::End, I::End]);
        code.add([I::I32Const(address), I::LocalGet(LIST), I::I32Store(word(0))]);
        code.add([I::I32Const(address), I::LocalGet(count), I::I32Store(word(4)), I::I32Const(address)]);
    }
}
