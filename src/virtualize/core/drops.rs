//! Dropping the handles that a refused function was passed.
//!
//! Canonical ABI: a call that ends with a borrowed handle traps, and one that keeps an owned one keeps what it stands
//! for alive. Handles may be anywhere: within variants, which may be of another case, and in lists.

use wasm_encoder::{BlockType, Instruction as I, MemArg, ValType};
use wasmparser::component_types::ComponentValType;

use super::code::{Code, word};
use super::{Core, Intrinsic};
use crate::virtualize::abi::{Elements, Shape, Signature};

/// Where a value is.
#[derive(Debug, Clone, Copy)]
enum At {
    /// In locals, from that one on, of which the signature says the types.
    Flat(u32),
    /// In memory, so far from the address in that local.
    Memory(u32, u32),
}

/// Drops all handles among the parameters.
pub fn params(core: &Core<'_>, code: &mut Code, types: &[ComponentValType], signature: &Signature) {
    let at = if signature.spilled { At::Memory(0, 0) } else { At::Flat(0) };
    fields(core, code, types, at, signature);
}

fn fields(core: &Core<'_>, code: &mut Code, types: &[ComponentValType], at: At, signature: &Signature) {
    match at {
        At::Flat(mut local) => {
            for ty in types {
                drop_in(core, code, ty, At::Flat(local), signature);
                local += flat_count(core, ty);
            }
        }
        At::Memory(base, start) => {
            let (offsets, _) = core.abi.fields(types);
            for (ty, offset) in types.iter().zip(offsets) {
                drop_in(core, code, ty, At::Memory(base, start + offset), signature);
            }
        }
    }
}

fn flat_count(core: &Core<'_>, ty: &ComponentValType) -> u32 {
    let mut flat = Vec::new();
    core.abi.flatten(ty, &mut flat);
    flat.len() as u32
}

fn drop_in(core: &Core<'_>, code: &mut Code, ty: &ComponentValType, at: At, signature: &Signature) {
    if !holds_handles(core, ty) {
        return;
    }
    match core.abi.shape(ty) {
        Shape::Own(id) => drop_one(code, Intrinsic::ResourceDrop(id.resource()), at, signature),
        Shape::Borrow(id) => drop_one(code, Intrinsic::ResourceDrop(id.resource()), at, signature),
        Shape::Stream(id) => drop_one(code, Intrinsic::StreamDropReadable(id), at, signature),
        Shape::Future(id, _) => drop_one(code, Intrinsic::FutureDropReadable(id), at, signature),
        Shape::Fields(types) => fields(core, code, &types, at, signature),
        Shape::Cases(cases) => {
            let variant = core.abi.cases(&cases);
            let payload = match at {
                At::Flat(local) => At::Flat(local + 1),
                At::Memory(base, offset) => At::Memory(base, offset + variant.payload),
            };
            for (index, case) in cases.iter().enumerate() {
                let Some(case) = case.as_ref().filter(|case| holds_handles(core, case)) else { continue };
                load_discriminant(code, at, variant.discriminant, signature);
                code.add([I::I32Const(index as i32), I::I32Eq, I::If(BlockType::Empty)]);
                drop_in(core, code, case, payload, signature);
                code.add([I::End]);
            }
        }
        Shape::Pointed(Some(Elements(types))) => elements(core, code, &types, at, signature),
        Shape::Scalar(_) | Shape::Float(_) | Shape::Pointed(None) | Shape::Flags(_) | Shape::Handle => {}
    }
}

/// Drops the handles in each element of a list.
fn elements(core: &Core<'_>, code: &mut Code, types: &[ComponentValType], at: At, signature: &Signature) {
    let (_, layout) = core.abi.fields(types);
    let (element, rest) = (code.local(ValType::I32), code.local(ValType::I32));
    load_word(code, at, signature);
    code.add([I::LocalSet(element)]);
    let length = match at {
        At::Flat(local) => At::Flat(local + 1),
        At::Memory(base, offset) => At::Memory(base, offset + 4),
    };
    load_word(code, length, signature);
    code.add([I::LocalSet(rest), I::Block(BlockType::Empty), I::Loop(BlockType::Empty)]);
    code.add([I::LocalGet(rest), I::I32Eqz, I::BrIf(1)]);
    fields(core, code, types, At::Memory(element, 0), signature);
    code.add([I::LocalGet(element), I::I32Const(layout.size as i32), I::I32Add, I::LocalSet(element)]);
    code.add([I::LocalGet(rest), I::I32Const(1), I::I32Sub, I::LocalSet(rest), I::Br(0), I::End, I::End]);
}

fn drop_one(code: &mut Code, with: Intrinsic, at: At, signature: &Signature) {
    load_word(code, at, signature);
    code.call(with);
}

/// Four bytes, which where they are flat may share a place with more.
fn load_word(code: &mut Code, at: At, signature: &Signature) {
    match at {
        At::Flat(local) => {
            code.add([I::LocalGet(local)]);
            if signature.params.get(local as usize) == Some(&ValType::I64) {
                code.add([I::I32WrapI64]);
            }
        }
        At::Memory(base, offset) => code.add([I::LocalGet(base), I::I32Load(word(offset))]),
    }
}

fn load_discriminant(code: &mut Code, at: At, size: u32, signature: &Signature) {
    match at {
        At::Flat(_) => load_word(code, at, signature),
        At::Memory(base, offset) => {
            let at = |align| MemArg { offset: offset.into(), align, memory_index: 0 };
            let load = match size {
                1 => I::I32Load8U(at(0)),
                2 => I::I32Load16U(at(1)),
                _ => I::I32Load(at(2)),
            };
            code.add([I::LocalGet(base), load]);
        }
    }
}

/// Whether a value may have handles that must be dropped. What is lent of a resource type that the adapter owns is no
/// handle to it, but what the handle stands for.
fn holds_handles(core: &Core<'_>, ty: &ComponentValType) -> bool {
    match core.abi.shape(ty) {
        Shape::Own(_) | Shape::Stream(_) | Shape::Future(..) => true,
        Shape::Borrow(id) => !(core.owns)(id.resource()),
        Shape::Fields(types) => types.iter().any(|ty| holds_handles(core, ty)),
        Shape::Cases(cases) => cases.iter().flatten().any(|ty| holds_handles(core, ty)),
        Shape::Pointed(Some(Elements(types))) => types.iter().any(|ty| holds_handles(core, ty)),
        _ => false,
    }
}
