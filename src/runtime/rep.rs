//! The representation of a handle of an adapter: the class, which says who owns the object, and a number within the class.
//!
//! Component Model, Canonical ABI, `canon resource.new`: a representation is any 32-bit number, and the host returns it
//! unchanged. The JavaScript host does not: it uses bit 30 as a flag, and zero for "no object". So a representation is
//! between 1 and 2^30 - 1, and exactly one of its three upper bits is set: the class. If a host changes one of these
//! bits, the result is a number without a class, which traps, and never a number of another class.

use wasm_encoder::{BlockType, Instruction as I};

/// The number of bits within a class.
pub(crate) const NUMBER: i32 = 27;
/// The class of the host: the number is the host's handle.
pub(crate) const HOST: i32 = 1 << NUMBER;
/// The class of the provider: the number is the provider's own.
pub(crate) const PROVIDED: i32 = 1 << (NUMBER + 1);
/// The class of null handles, which have no object: the number is a [`RefusalKind`].
pub(crate) const NULL: i32 = 1 << (NUMBER + 2);
/// The largest number within a class.
pub(crate) const LAST: u32 = HOST as u32 - 1;
/// The treatment of the function that made a null handle, whose methods refuse calls in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RefusalKind {
    Deny = NULL as isize + 1,
    Ignore = NULL as isize + 2,
}
/// The number of refusal kinds.
const NULLS: i32 = 2;
/// The set of the values that the class bits may have.
const CLASSES: i32 = 1 << (HOST >> NUMBER) | 1 << (PROVIDED >> NUMBER) | 1 << (NULL >> NUMBER);

const TRAP: [I<'static>; 3] = [I::If(BlockType::Empty), I::Unreachable, I::End];

/// Code that traps unless a local has a handle of the host that fits into a representation. The Canonical ABI
/// never uses zero, and a host runs out of memory before its handles do not fit.
fn check_handle(local: u32) -> Vec<I<'static>> {
    let (one, last) = (I::I32Const(1), I::I32Const(HOST - 1));
    [I::LocalGet(local), one, I::I32Sub, last, I::I32GeU].into_iter().chain(TRAP).collect()
}

/// Code that converts a handle of the host on the stack to its representation. Overwrites a local.
pub(crate) fn of_handle(local: u32) -> Vec<I<'static>> {
    let steps = [I::LocalSet(local)].into_iter().chain(check_handle(local));
    steps.chain([I::LocalGet(local), I::I32Const(HOST), I::I32Or]).collect()
}

/// Code that converts a representation on the stack to the host's handle, and traps for other classes. Overwrites
/// a local.
pub(crate) fn handle(local: u32) -> Vec<I<'static>> {
    let steps = [I::I32Const(HOST), I::I32Xor, I::LocalSet(local)].into_iter().chain(check_handle(local));
    steps.chain([I::LocalGet(local)]).collect()
}

/// Code that traps unless the representation in a local has a class.
pub(crate) fn check(local: u32) -> Vec<I<'static>> {
    // There are five bits above the number, so that their value is less than 32.
    let class = [I::I32Const(CLASSES), I::LocalGet(local), I::I32Const(NUMBER), I::I32ShrU, I::I32ShrU];
    class.into_iter().chain([I::I32Const(1), I::I32And, I::I32Eqz]).chain(TRAP).collect()
}

/// Code that traps unless the null handle in a local has a valid refusal kind.
pub(crate) fn check_null(local: u32) -> Vec<I<'static>> {
    let steps = [I::LocalGet(local), I::I32Const(NULL + 1), I::I32Sub, I::I32Const(NULLS), I::I32GeU];
    steps.into_iter().chain(TRAP).collect()
}
