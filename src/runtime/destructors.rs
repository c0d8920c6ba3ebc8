//! The destructors of resource types that an adapter owns: they drop what a handle stood for.

use wasm_encoder::{BlockType, Function, Instruction as I, Module, ValType};

use super::memory::{GLOBAL, MOVES};
use super::rep;
use super::sections::Sections;

/// What is dropped with a handle of the adapter's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dropped {
    /// Whether it may stand for one of the host's.
    pub host: bool,
    /// Whether it may stand for something of a provider's.
    pub provider: bool,
}

/// The module that has a destructor for each of some resource types, which drops what a handle stood for. It exports them
/// by number; of the type of that number, it imports `h` and the number to drop the host's handle, and `p` and the number
/// to tell the provider.
pub fn destructors(module: &str, dropped: &[Dropped]) -> Module {
    let mut sections = Sections::default();
    let signature = || (vec![ValType::I32], vec![]);
    let mut import = |name: String| sections.import_function(module, &name, signature());
    let calls: Vec<(Option<u32>, Option<u32>)> = { dropped.iter().enumerate() }
        .map(|(number, of)| {
            let host = of.host.then(|| import(format!("h{number}")));
            (host, of.provider.then(|| import(format!("p{number}"))))
        })
        .collect();
    sections.import(module, MOVES, GLOBAL);
    for (number, (host, provider)) in calls.into_iter().enumerate() {
        sections.function(&number.to_string(), signature(), &destructor(host, provider));
    }
    sections.finish()
}

/// Drops the host's handle that a handle stood for, if it did and the host does not have it back; or tells the provider.
/// Traps where it stood for nothing that there is.
fn destructor(host: Option<u32>, provider: Option<u32>) -> Function {
    const REP: u32 = 0;
    let mut function = Function::new([]);
    let mut add = |instructions: &[I<'static>]| instructions.iter().for_each(|it| _ = function.instruction(it));
    // Skip the drop while ownership moves on: whoever gets the object drops it.
    add(&[I::GlobalGet(0), I::If(BlockType::Empty), I::Return, I::End]);
    add(&rep::check(REP));
    add(&[I::LocalGet(REP), I::I32Const(rep::NULL), I::I32And, I::If(BlockType::Empty)]);
    add(&rep::check_null(REP));
    add(&[I::Return, I::End]);
    add(&[I::LocalGet(REP), I::I32Const(rep::PROVIDED), I::I32And, I::If(BlockType::Empty)]);
    if let Some(provider) = provider {
        add(&[I::LocalGet(REP), I::Call(provider)]);
    }
    add(&[I::Return, I::End]);
    match host {
        Some(host) => {
            add(&[I::LocalGet(REP)]);
            add(&rep::handle(REP));
            add(&[I::Call(host)]);
        }
        None => add(&[I::Unreachable]),
    }
    add(&[I::End]);
    function
}
