//! Transfers values between memory and locals, for values that are passed flat.
//!
//! Component Model, Canonical ABI, "Flat Lifting" and "Flat Lowering": a slot that the cases of a variant share has a type
//! that fits all of them.

use wasm_encoder::{BlockType, Instruction as I, MemArg, ValType};
use wasmparser::component_types::ComponentValType;

use super::code::Code;
use super::walk::At;
use crate::abi::{Abi, Shape};

/// The direction of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// From memory to locals.
    Load,
    /// From locals to memory.
    Store,
}

/// An address: a local, and an offset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address(pub u32, pub u32);

impl Address {
    fn offset(self, bytes: u32) -> Address {
        Address(self.0, self.1 + bytes)
    }
}

/// Emits code that pushes consecutive values from an address. They have to be few enough to be passed flat.
pub(crate) fn push<F: Copy>(code: &mut Code<F>, abi: Abi<'_>, types: &[ComponentValType], at: Address) {
    let flat = types.iter().flat_map(|ty| abi.flat(ty));
    let locals: Vec<u32> = flat.map(|ty| code.local(ty)).collect();
    transfer_all(code, abi, types, at, &locals, Direction::Load);
    code.add_all(locals.into_iter().map(I::LocalGet));
}

/// Emits code that stores consecutive values from locals at an address.
pub(crate) fn store<F: Copy>(
    code: &mut Code<F>,
    abi: Abi<'_>,
    types: &[ComponentValType],
    at: Address,
    locals: &[u32],
) {
    transfer_all(code, abi, types, at, locals, Direction::Store);
}

fn transfer_all<F: Copy>(
    code: &mut Code<F>,
    abi: Abi<'_>,
    types: &[ComponentValType],
    at: Address,
    locals: &[u32],
    direction: Direction,
) {
    let mut rest = locals;
    for (ty, offset) in types.iter().zip(abi.fields(types).0) {
        let (own, others) = rest.split_at_checked(abi.flat(ty).len()).unwrap_or((rest, &[]));
        transfer(code, abi, ty, at.offset(offset), own, direction);
        rest = others;
    }
}

fn transfer<F: Copy>(
    code: &mut Code<F>,
    abi: Abi<'_>,
    ty: &ComponentValType,
    at: Address,
    locals: &[u32],
    direction: Direction,
) {
    let Some((first, rest)) = locals.split_first() else { return };
    match abi.shape(ty) {
        Shape::Fields(types) => transfer_all(code, abi, &types, at, locals, direction),
        Shape::Repeated(element, length) => {
            transfer_all(code, abi, &vec![element; length as usize], at, locals, direction);
        }
        Shape::Cases(cases) => {
            let variant = abi.cases(&cases);
            word(code, at, *first, variant.discriminant, direction);
            for (index, case) in cases.iter().enumerate() {
                let Some(case) = case else { continue };
                // The discriminant of a nested variant may share its slot with a larger value.
                At::Flat(*first).load(code);
                code.add([I::I32Const(index as i32), I::I32Eq, I::If(BlockType::Empty)]);
                transfer(code, abi, case, at.offset(variant.payload), rest, direction);
                code.add([I::End]);
            }
        }
        // Within a variant, further locals may belong to other cases.
        Shape::Pointed(_) => words(code, at, locals.iter().take(2), direction),
        Shape::Flags(count) if count > 32 => {
            words(code, at, locals.iter().take(count.div_ceil(32) as usize), direction)
        }
        Shape::Float(4) => scalar(code, at, *first, (ValType::F32, I::F32Load, I::F32Store, 2), direction),
        Shape::Float(_) => scalar(code, at, *first, (ValType::F64, I::F64Load, I::F64Store, 3), direction),
        Shape::Scalar(8) => scalar(code, at, *first, (ValType::I64, I::I64Load, I::I64Store, 3), direction),
        _ => word(code, at, *first, abi.layout(ty).size, direction),
    }
}

/// A load or a store.
type Access = fn(MemArg) -> I<'static>;

/// Transfers consecutive values of four bytes each.
fn words<'l, F: Copy>(code: &mut Code<F>, at: Address, locals: impl Iterator<Item = &'l u32>, direction: Direction) {
    (0..).zip(locals).for_each(|(number, local)| word(code, at.offset(4 * number), *local, 4, direction));
}

/// Transfers a value of at most four bytes.
fn word<F: Copy>(code: &mut Code<F>, at: Address, local: u32, size: u32, direction: Direction) {
    let (load, store, align): (Access, Access, u32) = match size {
        1 => (I::I32Load8U, I::I32Store8, 0),
        2 => (I::I32Load16U, I::I32Store16, 1),
        _ => (I::I32Load, I::I32Store, 2),
    };
    scalar(code, at, local, (ValType::I32, load, store, align), direction);
}

fn scalar<F: Copy>(
    code: &mut Code<F>,
    Address(base, offset): Address,
    local: u32,
    of: (ValType, Access, Access, u32),
    direction: Direction,
) {
    let (ty, load, store, align) = of;
    let place = MemArg { offset: offset.into(), align, memory_index: 0 };
    let slot = code.type_of(local).unwrap_or(ty);
    code.add([I::LocalGet(base)]);
    match direction {
        Direction::Load => {
            code.add([load(place)]);
            match (ty, slot) {
                (ValType::I32, ValType::I64) => code.add([I::I64ExtendI32U]),
                (ValType::F32, ValType::I32) => code.add([I::I32ReinterpretF32]),
                (ValType::F32, ValType::I64) => code.add([I::I32ReinterpretF32, I::I64ExtendI32U]),
                (ValType::F64, ValType::I64) => code.add([I::I64ReinterpretF64]),
                _ => {}
            }
            code.add([I::LocalSet(local)]);
        }
        Direction::Store => {
            code.add([I::LocalGet(local)]);
            match (slot, ty) {
                (ValType::I64, ValType::I32) => code.add([I::I32WrapI64]),
                (ValType::I32, ValType::F32) => code.add([I::F32ReinterpretI32]),
                (ValType::I64, ValType::F32) => code.add([I::I32WrapI64, I::F32ReinterpretI32]),
                (ValType::I64, ValType::F64) => code.add([I::F64ReinterpretI64]),
                _ => {}
            }
            code.add([store(place)]);
        }
    }
}
