//! Calls told of on standard error: what `--debug` adds.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    GlobalType, ImportSection, Instruction as I, MemoryType, Module, TypeSection, ValType,
};

use super::known::is_known_id;
use super::plan::Plan;
use crate::load::Component;
use crate::name::base;

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
pub const TELL: &str = "t";
/// How much memory it takes for what the host answers, and how that is aligned.
pub const ANSWER: (u32, u32) = (12, 4);

impl<'c> Target<'c> {
    /// The functions of one version, where the component may have them.
    pub fn of(component: &Component, plan: &Plan<'c>) -> Option<Target<'c>> {
        let all =
            || plan.interfaces.iter().flat_map(|imported| imported.functions.iter().map(move |of| (imported.name, of)));
        let find = |interface: &str, name: &str, version: Option<&str>| {
            let is_one = |imported: &str| {
                base(imported) == interface && version.is_none_or(|version| imported.ends_with(version))
            };
            let found = all().filter(|(imported, of)| is_one(imported) && of.name == name && of.decision.needs_host());
            // What only goes by the name may take or give anything.
            let mut found = found.filter(|(imported, of)| is_known_id(component, imported, of.name, of.ty));
            found.next().map(|(imported, of)| (imported, of.name))
        };
        let stream = find("wasi:cli/stderr", "get-stderr", None)?;
        let version = stream.0.strip_prefix("wasi:cli/stderr")?;
        let write = find("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", Some(version))?;
        Some(Target { stream, write })
    }
}

/// The module that tells. `answer` is where the host may put what it answers.
pub fn module(memory: MemoryType, answer: u32) -> Module {
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
    let (mut globals, mut exports, mut code) = (GlobalSection::new(), ExportSection::new(), CodeSection::new());
    types.ty().function([], [ValType::I32]);
    types.ty().function([ValType::I32; 4], []);
    types.ty().function([ValType::I32; 2], []);
    let [stream, write, of_memory] = IMPORTS;
    imports.import("", stream, EntityType::Function(0));
    imports.import("", write, EntityType::Function(1));
    imports.import("", of_memory, EntityType::Memory(memory));
    functions.function(2);
    globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
    exports.export(TELL, ExportKind::Func, 2);
    // The stream is asked for once. That it cannot be written to is no error of the component's.
    let mut tell = Function::new([]);
    for step in [I::GlobalGet(0), I::I32Eqz, I::If(BlockType::Empty), I::Call(0), I::GlobalSet(0), I::End] {
        tell.instruction(&step);
    }
    let answer = I::I32Const(answer as i32);
    for step in [I::GlobalGet(0), I::LocalGet(0), I::LocalGet(1), answer, I::Call(1), I::End] {
        tell.instruction(&step);
    }
    code.function(&tell);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&globals).section(&exports).section(&code);
    module
}
