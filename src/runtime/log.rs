//! The module that logs calls to standard error, for `--debug`.

use wasm_encoder::{
    BlockType, CanonicalOption, ComponentBuilder, ExportKind, Function, GlobalType, Instruction as I, MemArg,
    MemoryType, Module, ValType,
};

use super::code::word;
use super::memory::Base;
use super::sections::{Argument, Sections, instantiate};

/// The imports of the module, in order.
const IMPORTS: [&str; 4] = ["stream", "write", "drop", "memory"];
/// The export: a function that takes the address and the length of a text of at most 4,096 bytes.
const LOG: &str = "t";
/// The size and the alignment of the host's result in memory.
pub(crate) const ANSWER: (u32, u32) = (12, 4);
/// The offsets in the result: of the case of the `stream-error`, and of the handle in `last-operation-failed`, the
/// first case.
const ERROR: (u32, u32) = (4, 8);

/// Builds the module. `answer` is the address for the host's result.
pub(crate) fn module(memory: MemoryType, answer: u32) -> Module {
    let mut sections = Sections::default();
    let [stream, write, drop, of_memory] = IMPORTS;
    let stream = sections.import_function("", stream, (vec![], vec![ValType::I32]));
    let write = sections.import_function("", write, (vec![ValType::I32; 4], vec![]));
    let drop = sections.import_function("", drop, (vec![ValType::I32], vec![]));
    sections.import("", of_memory, memory);
    sections.global(None, GlobalType { val_type: ValType::I32, mutable: true, shared: false }, 0);
    // The module keeps the stream. A failed write is not an error of the component, so only its handle is dropped.
    let mut log = Function::new([]);
    for step in [I::GlobalGet(0), I::I32Eqz, I::If(BlockType::Empty), I::Call(stream), I::GlobalSet(0), I::End] {
        log.instruction(&step);
    }
    let answer = I::I32Const(answer as i32);
    let of_byte = |offset: u32| I::I32Load8U(MemArg { align: 0, ..word(offset) });
    let (case, handle) = ERROR;
    for step in [I::GlobalGet(0), I::LocalGet(0), I::LocalGet(1), answer.clone(), I::Call(write)] {
        log.instruction(&step);
    }
    // The component does not use the error of the host, whose handle would stay in the component's table.
    for step in
        [answer.clone(), of_byte(0), answer.clone(), of_byte(case), I::I32Eqz, I::I32And, I::If(BlockType::Empty)]
    {
        log.instruction(&step);
    }
    for step in [answer, I::I32Load(word(handle)), I::Call(drop), I::End, I::End] {
        log.instruction(&step);
    }
    sections.function(LOG, (vec![ValType::I32; 2], vec![]), &log);
    sections.finish()
}

/// Instantiates the module, which logs with two functions of the host: one that returns a stream, and one that writes
/// to it. `error` is the resource type of the handle that a failed write returns. Returns the index of the function
/// that logs.
pub(crate) fn function(
    builder: &mut ComponentBuilder,
    module: &Module,
    base: &Base,
    [stream, write]: [u32; 2],
    error: u32,
) -> u32 {
    let stream = builder.lower_func(None, stream, []);
    let write = builder.lower_func(None, write, [CanonicalOption::Memory(base.memory)]);
    let drop = builder.resource_drop(error);
    let functions = [stream, write, drop].map(|function| (ExportKind::Func, function));
    let items = functions.into_iter().chain([(ExportKind::Memory, base.memory)]);
    let arguments = IMPORTS.iter().zip(items).map(|(name, (kind, index))| ((*name).to_owned(), kind, index));
    let instance = instantiate(builder, module, "", &arguments.collect::<Vec<Argument>>());
    builder.core_alias_export(None, instance, LOG, ExportKind::Func)
}
