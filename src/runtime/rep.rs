//! The representation of a handle that an adapter makes: whose the object is, and its number there.
//!
//! Component Model, Canonical ABI, `canon resource.new`: a representation is any 32-bit number, and the host gives it back
//! as it is. Not every host does: the JavaScript one takes bit 30 for a flag of its own, and zero for no object. So a
//! representation lies between 1 and 2^30 - 1, and exactly one of its three upper bits is set, which says whose it is. A
//! host that loses or adds one of these bits makes a number of no class, and that traps: never one of another class.

use wasm_encoder::{BlockType, Instruction as I};

/// How many bits the number within a class has.
pub const NUMBER: i32 = 27;
/// The host's: the number is that of its handle.
pub const HOST: i32 = 1 << NUMBER;
/// A provider's: the number is for the provider to read.
pub const PROVIDED: i32 = 1 << (NUMBER + 1);
/// Nobody's: the number says whether a denied function made it or an ignored one; see `RefusalKind`.
pub const NULL: i32 = 1 << (NUMBER + 2);
/// How many numbers nobody's have.
const NULLS: i32 = 2;
/// The bits above the number, of each class: the bit of that number is set in this set.
const CLASSES: i32 = 1 << (HOST >> NUMBER) | 1 << (PROVIDED >> NUMBER) | 1 << (NULL >> NUMBER);

const TRAP: [I<'static>; 3] = [I::If(BlockType::Empty), I::Unreachable, I::End];

/// Traps unless a local is the number of one of the host's handles. The Canonical ABI never gives zero to one, and a host
/// with more handles than there are numbers would run out of memory first.
fn check_handle(local: u32) -> Vec<I<'static>> {
    let (one, last) = (I::I32Const(1), I::I32Const(HOST - 1));
    [I::LocalGet(local), one, I::I32Sub, last, I::I32GeU].into_iter().chain(TRAP).collect()
}

/// Takes one of the host's handles, and gives its representation. Uses a local.
pub fn of_handle(local: u32) -> Vec<I<'static>> {
    let steps = [I::LocalSet(local)].into_iter().chain(check_handle(local));
    steps.chain([I::LocalGet(local), I::I32Const(HOST), I::I32Or]).collect()
}

/// Takes a representation, and gives the host's handle. Traps where it is not the host's. Uses a local.
pub fn handle(local: u32) -> Vec<I<'static>> {
    let steps = [I::I32Const(HOST), I::I32Xor, I::LocalSet(local)].into_iter().chain(check_handle(local));
    steps.chain([I::LocalGet(local)]).collect()
}

/// Traps unless the representation in a local is of a class.
pub fn check(local: u32) -> Vec<I<'static>> {
    // What is above the number has five bits, and so is less than the 32 of the set.
    let class = [I::I32Const(CLASSES), I::LocalGet(local), I::I32Const(NUMBER), I::I32ShrU, I::I32ShrU];
    class.into_iter().chain([I::I32Const(1), I::I32And, I::I32Eqz]).chain(TRAP).collect()
}

/// Traps unless the representation in a local, which is of nobody's class, is of one of the two that are there.
pub fn check_null(local: u32) -> Vec<I<'static>> {
    let steps = [I::LocalGet(local), I::I32Const(NULL + 1), I::I32Sub, I::I32Const(NULLS), I::I32GeU];
    steps.into_iter().chain(TRAP).collect()
}
