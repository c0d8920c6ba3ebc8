//! Code that records calls, and code that answers them from a recording.

use std::collections::BTreeMap;

use wasm_encoder::{BlockType, Instruction as I, ValType};
use wasmparser::component_types::ComponentValType;

use super::{Code, Core, Intrinsic};
use crate::abi::{Abi, Signature, aligned};
use crate::decide::decisions::{Action, Decisions};
use crate::decide::recording::{Call, Form, Recorder};
use crate::imports::Function;
use crate::runtime::description::{Descriptions, constant};
use crate::runtime::flat::{self, Address};
use crate::runtime::memory::Memory;
use crate::runtime::provider::{BEGIN, CALLED, END, LATER, MISSING, REPLAY};
use crate::runtime::recorder::{self, ENDS, List, NOT_RETURNED, PRINTS, RECORD, TRACE, Words};
use crate::runtime::value::Value;
use crate::runtime::walk::At;

/// What lies in memory for recorded calls.
#[derive(Default)]
pub(super) struct Recorded<'c> {
    /// The descriptions of functions, by interface and name.
    functions: BTreeMap<(&'c str, &'c str), u32>,
    /// The address of the recording.
    recording: u32,
    /// What the recorder is told of lines: their form, or whether a difference is written.
    form: u32,
    /// The code that tells whether calls are missing.
    pub(super) missing: Option<Code>,
}

impl<'c> Core<'c> {
    /// Puts descriptions of all functions into memory, and the recording.
    pub(crate) fn records(&mut self, decisions: &'c Decisions<'c>, recorder: &Recorder) {
        let mut descriptions = Descriptions::default();
        for of in decisions.functions().filter(|of| matches!(of.action, Action::Record | Action::Replay { .. })) {
            let at = recorder.edge(of.function.interface);
            let (name, ty) = (of.function.name, of.function.ty);
            let address = descriptions.function(&mut self.memory, self.abi, &at, name, ty);
            self.recorded.functions.insert((of.function.interface, name), address);
        }
        self.recorded.form = match recorder.form {
            Form::Record => RECORD,
            Form::Trace => TRACE,
            Form::Replay if recorder.sink.is_empty() => 0,
            Form::Replay => PRINTS,
        };
        let mut words = Vec::new();
        for call in &recorder.calls {
            let found = decisions.functions().map(|of| of.function).find(|of| call.is_of(of.interface, of.name));
            // Calls are read by the functions of the component that is decided about.
            let Some(of) = found else { unreachable!("a recorded call is of no function") };
            let (arguments, result) = lay(&mut self.memory, self.abi, of, call);
            recorder::Call { function: self.recorded.description(of), arguments, result }.add(&mut words);
        }
        let at = constant(&mut self.memory, &words);
        let calls = List { at, count: recorder.calls.len() as u32 };
        self.recorded.recording = constant(&mut self.memory, &calls.words());
        if recorder.form == Form::Replay {
            self.memory.need();
            let mut missing = Code::new(Signature {
                params: Vec::new(),
                spilled: false,
                result: vec![ValType::I32],
                returns_pointer: false,
            });
            missing.add([I::I32Const(self.recorded.recording as i32), I::I32Const(self.recorded.form as i32)]);
            missing.call(self.provider(MISSING));
            self.recorded.missing = Some(missing);
        }
    }

    /// Calls the host's function, and records the call.
    pub(super) fn record(&mut self, code: &mut Code, of: &Function<'_>) {
        let (function, form) = (self.recorded.description(of) as i32, self.recorded.form as i32);
        if let Some(task) = code.task {
            let flow = self.begin_call(code, of, (CALLED, Intrinsic::Provider(0)), task);
            let arguments = self.arguments(code, of);
            code.add([I::I32Const(function), I::LocalGet(arguments), I::I32Const(form), I::LocalGet(flow)]);
            return code.call(self.provider(LATER));
        }
        let host = self.host();
        let [begin, end] = [BEGIN, END].map(|name| self.provider(name));
        self.give(code, of, host);
        let (arguments, number) = (self.arguments(code, of), code.local(ValType::I32));
        code.add([I::I32Const(function), I::LocalGet(arguments), I::I32Const(form)]);
        code.call(begin);
        code.add([I::LocalSet(number)]);
        code.add_all((0..code.signature.params.len() as u32).map(I::LocalGet));
        let Some(ty) = &of.ty.result else {
            code.call(host);
            code.add([I::LocalGet(number), I::I32Const(function), I::I32Const(0), I::I32Const(form)]);
            return code.call(end);
        };
        let room = self.room(&[*ty]);
        let result = code.local(ValType::I32);
        code.add([I::I32Const(room), I::LocalSet(result)]);
        if code.signature.returns_pointer {
            code.add([I::I32Const(room)]);
            code.call(host);
        } else {
            let flat = code.local(code.signature.result.first().copied().unwrap_or(ValType::I32));
            code.call(host);
            code.add([I::LocalSet(flat)]);
            flat::store(code, self.abi, &[*ty], Address(result, 0), &[flat]);
        }
        code.add([I::LocalGet(number), I::I32Const(function), I::LocalGet(result), I::I32Const(form)]);
        code.call(end);
        self.returned(code, ty, result, host);
    }

    /// Answers a call from the recording. One that did not return is passed to the host, if it `ends` like that.
    pub(super) fn replay(&mut self, code: &mut Code, of: &Function<'_>, ends: bool) {
        let replay = self.provider(REPLAY);
        self.give(code, of, replay);
        let Recorded { recording, form, .. } = &self.recorded;
        let (function, recording) = (self.recorded.description(of) as i32, *recording as i32);
        let form = (*form | if ends { ENDS } else { 0 }) as i32;
        let arguments = self.arguments(code, of);
        code.add([I::I32Const(function), I::LocalGet(arguments), I::I32Const(recording), I::I32Const(form)]);
        code.call(replay);
        let result = code.local(ValType::I32);
        code.add([I::LocalSet(result)]);
        if ends {
            code.add([I::LocalGet(result), I::I32Const(NOT_RETURNED as i32), I::I32Eq, I::If(BlockType::Empty)]);
            code.add_all((0..code.signature.params.len() as u32).map(I::LocalGet));
            code.call(self.host());
            code.add([I::Unreachable, I::End]);
        }
        if let Some(ty) = &of.ty.result {
            self.returned(code, ty, result, replay);
        }
    }

    /// Pushes a result that is in memory, with handles for the caller.
    fn returned(&mut self, code: &mut Code, ty: &ComponentValType, result: u32, from: Intrinsic) {
        self.take(code, ty, At::Memory(result, 0), from);
        if code.signature.returns_pointer {
            code.add([I::LocalGet(result)]);
        } else {
            flat::push(code, self.abi, &[*ty], Address(result, 0));
        }
    }

    /// A local with the address of the parameters, as they lie in memory.
    fn arguments(&mut self, code: &mut Code, of: &Function<'_>) -> u32 {
        if code.signature.spilled {
            return 0;
        }
        let types: Vec<ComponentValType> = of.ty.params.iter().map(|(_, ty)| *ty).collect();
        let (room, address) = (self.room(&types), code.local(ValType::I32));
        code.add([I::I32Const(room), I::LocalSet(address)]);
        let locals: Vec<u32> = (0..code.signature.params.len() as u32).collect();
        flat::store(code, self.abi, &types, Address(address, 0), &locals);
        address
    }

    /// The address of room for some values.
    fn room(&mut self, types: &[ComponentValType]) -> i32 {
        let (_, layout) = self.abi.fields(types);
        self.memory.scratch(aligned(layout.size.max(1), 16), 16) as i32
    }
}

impl Recorded<'_> {
    /// The address of the description of a function.
    fn description(&self, of: &Function<'_>) -> u32 {
        let address = self.functions.get(&(of.interface, of.name)).copied();
        // `records` has described each function that is recorded or answered, and asks for no other.
        let Some(address) = address else { unreachable!("a recorded function has no description") };
        address
    }
}

/// Puts the arguments and the result of a recorded call into memory. In results, handles are made of the numbers, so these are
/// representations and in a place of their own.
fn lay(memory: &mut Memory, abi: Abi<'_>, function: &Function<'_>, call: &Call) -> (u32, u32) {
    let types: Vec<ComponentValType> = function.ty.params.iter().map(|(_, ty)| *ty).collect();
    let arguments = match (types.as_slice(), call.arguments.as_slice()) {
        ([_], [value]) => memory.list(abi, &types, std::slice::from_ref(value)),
        (_, values) => memory.list(abi, &types, &[Value::Fields(values.to_vec())]),
    };
    let result = match (&function.ty.result, &call.result) {
        _ if !call.has_returned => NOT_RETURNED,
        (Some(ty), Some(value)) if abi.handles(ty).is_empty() => memory.value(abi, ty, value).0,
        (Some(ty), Some(value)) => memory.apart(|memory| memory.value(abi, ty, value).0),
        // Nothing is read there.
        (None, None) => 0,
        // Such a line is no call of the function, and was refused when it was read.
        (Some(_), None) | (None, Some(_)) => unreachable!("a recorded call has another result than its function"),
    };
    (arguments, result)
}
