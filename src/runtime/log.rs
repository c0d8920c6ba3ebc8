//! The module that logs calls to standard error: what `--debug` adds.

use wasm_encoder::{BlockType, Function, GlobalType, Instruction as I, MemoryType, Module, ValType};

use super::sections::Sections;

/// What the module imports, in order.
pub const IMPORTS: [&str; 3] = ["stream", "write", "memory"];
/// What it exports: a function that takes the address of a text and its length, of at most 4,096 bytes.
pub const LOG: &str = "t";
/// How much memory it takes for what the host answers, and how that is aligned.
pub const ANSWER: (u32, u32) = (12, 4);

/// The module that logs. `answer` is where the host may put what it answers.
pub fn module(memory: MemoryType, answer: u32) -> Module {
    let mut sections = Sections::default();
    let [stream, write, of_memory] = IMPORTS;
    let stream = sections.import_function("", stream, (vec![], vec![ValType::I32]));
    let write = sections.import_function("", write, (vec![ValType::I32; 4], vec![]));
    sections.import("", of_memory, memory);
    sections.global(None, GlobalType { val_type: ValType::I32, mutable: true, shared: false }, 0);
    // The stream is asked for once. That it cannot be written to is no error of the component's.
    let mut log = Function::new([]);
    for step in [I::GlobalGet(0), I::I32Eqz, I::If(BlockType::Empty), I::Call(stream), I::GlobalSet(0), I::End] {
        log.instruction(&step);
    }
    let answer = I::I32Const(answer as i32);
    for step in [I::GlobalGet(0), I::LocalGet(0), I::LocalGet(1), answer, I::Call(write), I::End] {
        log.instruction(&step);
    }
    sections.function(LOG, (vec![ValType::I32; 2], vec![]), &log);
    sections.finish()
}
