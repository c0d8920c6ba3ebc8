//! The module that runs tasks: functions that continue after their return.
//!
//! A provider decides what a task does next, by the number of an operation and its arguments. The operations depend on the
//! types of streams, so each adapter has its own, which the driver calls until the task waits.

use wasm_encoder::{BlockType, Function, Instruction as I, Module, ValType};

use super::code::word;
use super::memory::Memory;
use super::sections::Sections;
use crate::abi::Lowered;

/// The export that runs a task from a step on until the task waits.
pub(crate) const DRIVE: &str = "d";
/// The export that is the callback (Canonical ABI, `canon lift` with `callback`).
pub(crate) const CALLBACK: &str = "c";
/// The imports that the driver itself calls, which come first: `context.get`, the function that returns the next step,
/// and the function that handles an event.
const CONTEXT: u32 = 0;
const NEXT: u32 = 1;
const EVENT: u32 = 2;

/// Builds the driver. `imports` are the signatures of its imports from the module `from`, by number; `own` are its own
/// functions for operations, whose indices follow. `operations` has the index of the function for the number of each
/// operation; operation 0 ends the task or lets it wait.
pub(crate) fn module(
    from: &str,
    memory: &Memory,
    imports: &[Lowered],
    own: &[(Lowered, Function)],
    operations: &[Option<u32>],
) -> Module {
    let mut sections = Sections::default();
    for (number, signature) in imports.iter().enumerate() {
        sections.import_function(from, &number.to_string(), signature.clone());
    }
    memory.import(from, &mut sections);
    for (number, (signature, body)) in own.iter().enumerate() {
        sections.function(&number.to_string(), signature.clone(), body);
    }
    let signatures: Vec<&Lowered> = imports.iter().chain(own.iter().map(|(signature, _)| signature)).collect();
    let i32s = |params| (vec![ValType::I32; params], vec![ValType::I32]);
    let drive = sections.function(DRIVE, i32s(2), &drive(&signatures, operations));
    let mut callback = Function::new([(1, ValType::I32)]);
    let event = [I::Call(CONTEXT), I::LocalTee(3), I::LocalGet(3), I::LocalGet(1), I::LocalGet(2), I::Call(EVENT)];
    event.into_iter().chain([I::Call(drive), I::End]).for_each(|step| _ = callback.instruction(&step));
    sections.function(CALLBACK, i32s(3), &callback);
    sections.finish()
}

/// The code that runs the steps of a task. A step in memory has the number of the operation, and its arguments.
fn drive(signatures: &[&Lowered], operations: &[Option<u32>]) -> Function {
    const TASK: u32 = 0;
    const STEP: u32 = 1;
    const RESULT: u32 = 2;
    let mut function = Function::new([(1, ValType::I32)]);
    let mut add = |instructions: &[I<'static>]| instructions.iter().for_each(|it| _ = function.instruction(it));
    add(&[I::Loop(BlockType::Empty), I::Block(BlockType::Empty)]);
    for (code, number) in operations.iter().enumerate().filter_map(|(code, number)| Some((code, (*number)?))) {
        let Some((params, results)) = signatures.get(number as usize) else { continue };
        add(&[I::LocalGet(STEP), I::I32Load(word(0)), I::I32Const(code as i32), I::I32Eq, I::If(BlockType::Empty)]);
        for param in 0..params.len() as u32 {
            add(&[I::LocalGet(STEP), I::I32Load(word(4 * (param + 1)))]);
        }
        add(&[I::Call(number)]);
        if results.is_empty() {
            add(&[I::I32Const(0)]);
        }
        add(&[I::LocalSet(RESULT), I::Br(1), I::End]);
    }
    // The only remaining operation is 0.
    add(&[I::LocalGet(STEP), I::I32Load(word(0)), I::If(BlockType::Empty), I::Unreachable, I::End]);
    add(&[I::LocalGet(STEP), I::I32Load(word(4)), I::Return, I::End]);
    add(&[I::LocalGet(TASK), I::LocalGet(RESULT), I::Call(NEXT), I::LocalSet(STEP), I::Br(0), I::End]);
    add(&[I::Unreachable, I::End]);
    function
}
