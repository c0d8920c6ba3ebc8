//! Calls logged to standard error: what `--debug` adds.

use wasm_encoder::{BlockType, Function as Body, GlobalType, Instruction as I, MemoryType, Module, ValType};

use super::sections::Sections;
use crate::virtualize::decide::Decisions;
use crate::virtualize::imports::Function;
use crate::virtualize::known::is_known;

/// What lines are written with: functions of the host's.
#[derive(Debug, Clone, Copy)]
pub struct Target<'c> {
    /// The interface and the name of the function that gives the stream.
    pub stream: (&'c str, &'c str),
    /// Likewise, of the one that writes to it.
    pub write: (&'c str, &'c str),
}

/// What the module below imports, in order.
pub const IMPORTS: [&str; 3] = ["stream", "write", "memory"];
/// What it exports: a function that takes the address of a text and its length, of at most 4,096 bytes.
pub const LOG: &str = "t";
/// How much memory it takes for what the host answers, and how that is aligned.
pub const ANSWER: (u32, u32) = (12, 4);

impl<'c> Target<'c> {
    /// The functions of one version, where the component may have them.
    pub fn of(decisions: &Decisions<'c>) -> Option<Target<'c>> {
        let find = |interface: &str, name: &str, version: Option<&str>| {
            let is_one = |of: &&Function<'c>| {
                of.known() == (interface, name) && version.is_none_or(|version| of.interface.ends_with(version))
            };
            let all = decisions.functions().filter(|of| of.grant.needs_host()).map(|of| of.function);
            // What only goes by the name may take or give anything.
            let mut found = all.filter(is_one).filter(|of| is_known(decisions.imports.component, of));
            found.next().map(|of| (of.interface, of.name))
        };
        let stream = find("wasi:cli/stderr", "get-stderr", None)?;
        let version = stream.0.strip_prefix("wasi:cli/stderr")?;
        let write = find("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", Some(version))?;
        Some(Target { stream, write })
    }
}

/// The module that logs. `answer` is where the host may put what it answers.
pub fn module(memory: MemoryType, answer: u32) -> Module {
    let mut sections = Sections::default();
    let [stream, write, of_memory] = IMPORTS;
    let stream = sections.import_function("", stream, (vec![], vec![ValType::I32]));
    let write = sections.import_function("", write, (vec![ValType::I32; 4], vec![]));
    sections.import("", of_memory, memory);
    sections.global(None, GlobalType { val_type: ValType::I32, mutable: true, shared: false }, 0);
    // The stream is asked for once. That it cannot be written to is no error of the component's.
    let mut log = Body::new([]);
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
