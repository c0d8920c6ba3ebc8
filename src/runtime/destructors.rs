//! The destructors of the resource types that an adapter owns. A destructor drops the object of a handle.

use wasm_encoder::{BlockType, ComponentBuilder, ExportKind, Function, Instruction as I, ValType};

use super::memory::{Base, GLOBAL, MOVES};
use super::rep;
use super::sections::{self, Argument, Sections};

/// The module name in the imports of the module of destructors.
const IMPORTS: &str = "i";

/// The functions that drop the objects of an adapter's handles, by owner.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dropped {
    /// The function that drops a handle of the host.
    pub host: Option<u32>,
    /// The destructor of the provider.
    pub provider: Option<u32>,
}

/// Instantiates a module with a destructor for each element of `dropped`. The module exports the destructors by number.
/// Returns the index of the instance.
pub(crate) fn instantiate(builder: &mut ComponentBuilder, base: &Base, dropped: &[Dropped]) -> u32 {
    let mut sections = Sections::default();
    let signature = || (vec![ValType::I32], vec![]);
    let mut arguments: Vec<Argument> = Vec::new();
    let mut import = |function: u32, name: String| {
        let number = sections.import_function(IMPORTS, &name, signature());
        arguments.push((name, ExportKind::Func, function));
        number
    };
    let calls: Vec<(Option<u32>, Option<u32>)> = { dropped.iter().enumerate() }
        .map(|(number, dropped)| {
            let host = dropped.host.map(|function| import(function, format!("h{number}")));
            (host, dropped.provider.map(|function| import(function, format!("p{number}"))))
        })
        .collect();
    sections.import(IMPORTS, MOVES, GLOBAL);
    arguments.push(base.moves());
    for (number, (host, provider)) in calls.into_iter().enumerate() {
        sections.function(&number.to_string(), signature(), &destructor(host, provider));
    }
    sections::instantiate(builder, &sections.finish(), IMPORTS, &arguments)
}

/// The code of a destructor: drops the host's handle in a representation, or calls the provider's destructor. It traps
/// for an invalid representation.
fn destructor(host: Option<u32>, provider: Option<u32>) -> Function {
    const REP: u32 = 0;
    let mut function = Function::new([]);
    let mut add = |instructions: &[I<'static>]| instructions.iter().for_each(|it| _ = function.instruction(it));
    // Skip the drop while ownership is transferred: the new owner drops the object.
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
