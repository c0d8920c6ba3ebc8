//! Code that visits the handles in parameters and results: in records, in the current case of a variant, and in lists.

use wasm_encoder::{BlockType, Instruction as I, MemArg, ValType};
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentValType, ResourceId};

use super::code::{Code, word};
use crate::abi::{Abi, Elements, Shape, Signature};

/// A handle, by its type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handle {
    Own(ResourceId),
    Borrow(ResourceId),
    Stream(ComponentDefinedTypeId),
    Future(ComponentDefinedTypeId),
}

impl Handle {
    /// The handles that a value of this type may contain.
    pub(crate) fn within(abi: Abi<'_>, ty: &ComponentValType) -> Vec<Handle> {
        abi.handles(ty).iter().filter_map(Handle::of).collect()
    }

    /// The type, if the handle is a stream.
    pub(crate) fn stream(&self) -> Option<ComponentDefinedTypeId> {
        if let Handle::Stream(id) = self { Some(*id) } else { None }
    }

    /// The type, if the handle is a future.
    pub(crate) fn future(&self) -> Option<ComponentDefinedTypeId> {
        if let Handle::Future(id) = self { Some(*id) } else { None }
    }

    fn of(shape: &Shape) -> Option<Handle> {
        Some(match shape {
            Shape::Own(id) => Handle::Own(id.resource()),
            Shape::Borrow(id) => Handle::Borrow(id.resource()),
            Shape::Stream(id) => Handle::Stream(*id),
            Shape::Future(id, _) => Handle::Future(*id),
            _ => return None,
        })
    }
}

/// The location of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At {
    /// In consecutive locals, from this one on.
    Flat(u32),
    /// In memory, at an offset (second) from the address in a local (first).
    Memory(u32, u32),
}

impl At {
    /// The location of the first parameter.
    pub(crate) fn params(signature: &Signature) -> At {
        if signature.spilled { At::Memory(0, 0) } else { At::Flat(0) }
    }

    /// Emits code that pushes four bytes. A flat value may share its local with larger cases.
    pub(crate) fn load<F: Copy>(self, code: &mut Code<F>) {
        match self {
            At::Flat(local) => {
                code.add([I::LocalGet(local)]);
                if code.type_of(local) == Some(ValType::I64) {
                    code.add([I::I32WrapI64]);
                }
            }
            At::Memory(base, offset) => code.add([I::LocalGet(base), I::I32Load(word(offset))]),
        }
    }

    /// Emits code that stores four bytes from a local.
    pub(crate) fn store<F: Copy>(self, code: &mut Code<F>, value: u32) {
        match self {
            At::Flat(local) => {
                code.add([I::LocalGet(value)]);
                if code.type_of(local) == Some(ValType::I64) {
                    code.add([I::I64ExtendI32U]);
                }
                code.add([I::LocalSet(local)]);
            }
            At::Memory(base, offset) => {
                code.add([I::LocalGet(base), I::LocalGet(value), I::I32Store(word(offset))]);
            }
        }
    }

    fn discriminant<F: Copy>(self, code: &mut Code<F>, size: u32) {
        match self {
            At::Flat(_) => self.load(code),
            At::Memory(base, offset) => code.add([I::LocalGet(base), load(size, offset)]),
        }
    }

    fn offset(self, slots: u32, bytes: u32) -> At {
        match self {
            At::Flat(local) => At::Flat(local + slots),
            At::Memory(base, offset) => At::Memory(base, offset + bytes),
        }
    }
}

/// The instruction that loads an integer of `size` bytes.
fn load(size: u32, offset: u32) -> I<'static> {
    let at = |align| MemArg { offset: offset.into(), align, memory_index: 0 };
    match size {
        1 => I::I32Load8U(at(0)),
        2 => I::I32Load16U(at(1)),
        8 => I::I64Load(at(3)),
        _ => I::I32Load(at(2)),
    }
}

/// Emits code that pushes a value from memory that has at most one core value.
pub(crate) fn push<F: Copy>(code: &mut Code<F>, abi: Abi<'_>, ty: &ComponentValType, base: u32, offset: u32) {
    let at = |align| MemArg { offset: offset.into(), align, memory_index: 0 };
    let load = match abi.shape(ty) {
        Shape::Fields(types) => {
            let (offsets, _) = abi.fields(&types);
            return types.iter().zip(offsets).for_each(|(ty, at)| push(code, abi, ty, base, offset + at));
        }
        Shape::Repeated(element, length) => {
            let size = abi.layout(&element).size;
            return (0..length).for_each(|number| push(code, abi, &element, base, offset + size * number));
        }
        Shape::Float(4) => I::F32Load(at(2)),
        Shape::Float(_) => I::F64Load(at(3)),
        Shape::Cases(cases) => load(abi.cases(&cases).discriminant, offset),
        _ => load(abi.layout(ty).size, offset),
    };
    code.add([I::LocalGet(base), load]);
}

/// Visits values and emits code, which may call functions `F`.
pub(crate) struct Walk<'w, F> {
    pub abi: Abi<'w>,
    /// Selects the handles to visit.
    pub wants: &'w dyn Fn(Handle) -> bool,
    /// Emits code for a selected handle.
    pub visit: &'w mut dyn FnMut(&mut Code<F>, Handle, At),
}

impl<F: Copy> Walk<'_, F> {
    /// Visits consecutive values.
    pub(crate) fn fields(&mut self, code: &mut Code<F>, types: &[ComponentValType], at: At) {
        let (offsets, _) = self.abi.fields(types);
        let mut slots = 0;
        for (ty, offset) in types.iter().zip(offsets) {
            self.value(code, ty, at.offset(slots, offset));
            if matches!(at, At::Flat(_)) {
                slots += self.abi.flat(ty).len() as u32;
            }
        }
    }

    /// Visits a value.
    pub(crate) fn value(&mut self, code: &mut Code<F>, ty: &ComponentValType, at: At) {
        if !self.has_any(ty) {
            return;
        }
        match self.abi.shape(ty) {
            Shape::Fields(types) => self.fields(code, &types, at),
            Shape::Repeated(element, length) => self.repeated(code, element, length, at),
            Shape::Cases(cases) => {
                let variant = self.abi.cases(&cases);
                for (index, case) in cases.iter().enumerate() {
                    let Some(case) = case.as_ref().filter(|case| self.has_any(case)) else { continue };
                    at.discriminant(code, variant.discriminant);
                    code.add([I::I32Const(index as i32), I::I32Eq, I::If(BlockType::Empty)]);
                    self.value(code, case, at.offset(1, variant.payload));
                    code.add([I::End]);
                }
            }
            Shape::Pointed(Some(Elements(types))) => self.elements(code, &types, at),
            shape => Handle::of(&shape).into_iter().for_each(|handle| (self.visit)(code, handle, at)),
        }
    }

    /// Visits a fixed-length list. Flat lists are short, and their code is unrolled; lists in memory have a loop.
    fn repeated(&mut self, code: &mut Code<F>, element: ComponentValType, length: u32, at: At) {
        let At::Memory(base, offset) = at else {
            return self.fields(code, &vec![element; length as usize], at);
        };
        let (first, rest) = (code.local(ValType::I32), code.local(ValType::I32));
        code.add([I::LocalGet(base), I::I32Const(offset as i32), I::I32Add, I::LocalSet(first)]);
        code.add([I::I32Const(length as i32), I::LocalSet(rest)]);
        self.each(code, &[element], first, rest);
    }

    fn elements(&mut self, code: &mut Code<F>, types: &[ComponentValType], at: At) {
        let (element, rest) = (code.local(ValType::I32), code.local(ValType::I32));
        at.load(code);
        code.add([I::LocalSet(element)]);
        at.offset(1, 4).load(code);
        code.add([I::LocalSet(rest)]);
        self.each(code, types, element, rest);
    }

    /// Visits consecutive elements. The local `rest` has their number, and the local `element` the address of the
    /// first.
    pub(crate) fn each(&mut self, code: &mut Code<F>, types: &[ComponentValType], element: u32, rest: u32) {
        let (_, layout) = self.abi.fields(types);
        code.add([I::Block(BlockType::Empty), I::Loop(BlockType::Empty)]);
        code.add([I::LocalGet(rest), I::I32Eqz, I::BrIf(1)]);
        self.fields(code, types, At::Memory(element, 0));
        code.add([I::LocalGet(element), I::I32Const(layout.size as i32), I::I32Add, I::LocalSet(element)]);
        code.add([I::LocalGet(rest), I::I32Const(1), I::I32Sub, I::LocalSet(rest), I::Br(0), I::End, I::End]);
    }

    /// Whether a value of this type may contain handles to visit.
    pub(crate) fn has_any(&self, ty: &ComponentValType) -> bool {
        self.abi.handles(ty).iter().filter_map(Handle::of).any(self.wants)
    }
}
