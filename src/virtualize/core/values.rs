//! Code for the answers of refused functions: constants in memory, flat values, and new handles.

use wasm_encoder::{BlockType, Instruction as I, ValType};
use wasmparser::component_types::ComponentValType;

use super::{Code, Core, Intrinsic};
use crate::abi::Shape;
use crate::imports::Function;
use crate::runtime::code::word;
use crate::runtime::rep;
use crate::virtualize::answer::{Answer, Refusal};

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
        if code.signature.returns_pointer {
            let address = self.result(code, ty, answer);
            code.add([I::I32Const(address as i32)]);
        } else {
            self.flat(code, ty, answer, code.signature.result.first().copied());
        }
    }

    /// Stores a value where the caller finds it, and returns the address. Each call makes new handles.
    pub(super) fn result(&mut self, code: &mut Code, ty: &ComponentValType, answer: &Answer) -> u32 {
        let layout = self.abi.layout(ty);
        let (mut bytes, mut handles) = (vec![0; layout.size as usize], Vec::new());
        self.store(ty, answer, &mut bytes, 0, &mut handles);
        let address = match handles.is_empty() {
            true => self.memory.constant(bytes, layout.align),
            false => self.memory.draft(&bytes, layout.align),
        };
        for (offset, handle) in handles {
            code.add([I::I32Const(address as i32)]);
            self.handle(code, handle);
            code.add([I::I32Store(word(offset))]);
        }
        address
    }

    /// Writes a value except for its handles, whose offsets it collects.
    fn store<'a>(
        &mut self,
        ty: &ComponentValType,
        answer: &'a Answer,
        bytes: &mut [u8],
        at: u32,
        handles: &mut Vec<(u32, &'a Answer)>,
    ) {
        match (answer, self.abi.shape(ty)) {
            (Answer::Bits(bits), _) => write(bytes, at, &bits.to_le_bytes(), self.abi.layout(ty).size),
            (Answer::Text(text), _) => {
                let (address, length) = self.text(text);
                write(bytes, at, &address.to_le_bytes(), 4);
                write(bytes, at + 4, &length.to_le_bytes(), 4);
            }
            (Answer::Fields(fields), Shape::Fields(types)) => {
                let (offsets, _) = self.abi.fields(&types);
                for ((field, ty), offset) in fields.iter().zip(&types).zip(offsets) {
                    self.store(ty, field, bytes, at + offset, handles);
                }
            }
            (Answer::Fields(fields), Shape::Repeated(element, _)) => {
                let size = self.abi.layout(&element).size;
                for (field, number) in fields.iter().zip(0..) {
                    self.store(&element, field, bytes, at + size * number, handles);
                }
            }
            (Answer::Case(index, payload), Shape::Cases(cases)) => {
                let variant = self.abi.cases(&cases);
                write(bytes, at, &(*index as u32).to_le_bytes(), variant.discriminant);
                if let (Some(payload), Some(Some(ty))) = (payload, cases.get(*index)) {
                    self.store(ty, payload, bytes, at + variant.payload, handles);
                }
            }
            (Answer::Own(..) | Answer::Ended(_) | Answer::Future(..), _) => handles.push((at, answer)),
            // Answers are constructed for these types.
            (Answer::Fields(_) | Answer::Case(..), _) => {}
        }
    }

    pub(super) fn text(&mut self, text: &str) -> (u32, u32) {
        if text.is_empty() {
            // Aligned for any element type, since the list is empty.
            return (self.memory.constant(Vec::new(), 16), 0);
        }
        (self.memory.constant(text.as_bytes().to_vec(), 1), text.len() as u32)
    }

    /// A flat result, which has at most one core value.
    fn flat(&mut self, code: &mut Code, ty: &ComponentValType, answer: &Answer, slot: Option<ValType>) {
        match (answer, self.abi.shape(ty)) {
            (Answer::Bits(bits), _) => code.add([match slot {
                Some(ValType::I64) => I::I64Const(*bits as i64),
                Some(ValType::F32) => I::F32Const(f32::from_bits(*bits as u32).into()),
                Some(ValType::F64) => I::F64Const(f64::from_bits(*bits).into()),
                _ => I::I32Const(*bits as i32),
            }]),
            (Answer::Fields(fields), Shape::Fields(types)) => {
                for (field, ty) in fields.iter().zip(&types) {
                    self.flat(code, ty, field, slot);
                }
            }
            (Answer::Fields(fields), Shape::Repeated(element, _)) => {
                fields.iter().for_each(|field| self.flat(code, &element, field, slot));
            }
            (Answer::Case(index, _), _) => code.add([I::I32Const(*index as i32)]),
            (Answer::Own(..) | Answer::Ended(_) | Answer::Future(..), _) => self.handle(code, answer),
            // A string takes two core values.
            (Answer::Text(_) | Answer::Fields(_), _) => {}
        }
    }

    /// Emits a new handle.
    pub(super) fn handle(&mut self, code: &mut Code, answer: &Answer) {
        match answer {
            Answer::Own(id, refusal_kind) => {
                code.add([I::I32Const(*refusal_kind as i32)]);
                code.call(Intrinsic::ResourceNew(*id));
            }
            Answer::Ended(id) => {
                let both = code.ends(Intrinsic::StreamNew(*id));
                code.call(Intrinsic::StreamDropWritable(*id));
                code.add([I::LocalGet(both), I::I32WrapI64]);
            }
            Answer::Future(id, payload) => {
                let payload = match (payload, self.abi.shape(&ComponentValType::Type(*id))) {
                    (Some(payload), Shape::Future(_, Some(ty))) => self.result(code, &ty, payload),
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
            Answer::Bits(_) | Answer::Text(_) | Answer::Fields(_) | Answer::Case(..) => {}
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

/// Writes the first `size` bytes of a value.
fn write(bytes: &mut [u8], at: u32, value: &[u8], size: u32) {
    let places = bytes.iter_mut().skip(at as usize).take(size as usize);
    places.zip(value).for_each(|(place, value)| *place = *value);
}
