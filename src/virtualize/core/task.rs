//! Functions that continue after their return: tasks. They write streams, read streams to their ends, and complete
//! futures.
//!
//! Component Model, Canonical ABI, `canon lift` with `async` and `callback`. The providers (`virt-components/tasks`)
//! determine the next operation of a task by number. The operations themselves depend on the types of streams, and are
//! called here.

use indexmap::IndexSet;
use wasm_encoder::{Instruction as I, Module, ValType};
use wasmparser::component_types::ComponentDefinedTypeId;

use super::{Code, Core, INTRINSICS, Intrinsic};
use crate::abi::Lowered;
use crate::imports::Function;
use crate::runtime::driver;
use crate::runtime::provider::{Direction, Provider};
use crate::runtime::value::Value;
use crate::runtime::walk::{At, Handle};

/// The providers' functions for tasks: `virt-components/README.md`.
const START: &str = "weld:tasks#start";
const GIVE: &str = "weld:tasks#give";
const TAKE: &str = "weld:tasks#take";
const DRAIN: &str = "weld:tasks#drain";
const ANSWER: &str = "weld:tasks#answer";
const NEXT: &str = "weld:tasks#next";
const EVENT: &str = "weld:tasks#event";

/// The number of bytes that are drained at once.
const ROOM: u32 = 4096;

/// The operations of a task on one stream or future, with consecutive numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Writes a provider's data. The first function requests more data; the second reports that the reader is gone.
    Give(ComponentDefinedTypeId, Intrinsic, Intrinsic),
    /// Reads for a provider, with the same functions.
    Take(ComponentDefinedTypeId, Intrinsic, Intrinsic),
    /// Reads and discards.
    Drain(ComponentDefinedTypeId),
    /// Completes a future.
    Answer(ComponentDefinedTypeId),
}

impl Group {
    /// The operations, by number.
    fn operations(self) -> [Option<Intrinsic>; OPERATIONS] {
        let reading = |id| (Intrinsic::StreamRead(id), Intrinsic::StreamDropReadable(id));
        let ((pass, drop), others) = match self {
            Group::Give(id, next, close) => {
                ((Intrinsic::StreamWrite(id), Intrinsic::StreamDropWritable(id)), Some((next, close)))
            }
            Group::Take(id, next, close) => (reading(id), Some((next, close))),
            Group::Drain(id) => (reading(id), None),
            Group::Answer(id) => ((Intrinsic::FutureWrite(id), Intrinsic::FutureDropWritable(id)), None),
        };
        let (next, close) = others.unzip();
        [Some(pass), Some(drop), next, close]
    }
}

const OPERATIONS: usize = 4;
/// The operations before the first group, which all tasks share. Number 0 is the end.
const OF_ALL: [Intrinsic; 3] = [Intrinsic::WaitableSetNew, Intrinsic::WaitableSetDrop, Intrinsic::WaitableJoin];

impl<'c> Core<'c> {
    /// Begins a task, and stores its number in a local and for the callback.
    pub(super) fn begin_task(&mut self, code: &mut Code) {
        self.memory.need();
        let task = code.local(ValType::I32);
        self.call_provider(code, START);
        code.add([I::LocalTee(task)]);
        code.call(Intrinsic::ContextSet);
        code.task = Some(task);
    }

    /// Runs a returned task until it waits. The result is the status for the caller of the callback.
    pub(super) fn run_task(&mut self, code: &mut Code, task: u32) {
        code.signature.result = vec![ValType::I32];
        code.add([I::LocalGet(task), I::LocalGet(task), I::I32Const(0)]);
        self.call_provider(code, NEXT);
        code.call(Intrinsic::Drive);
    }

    fn call_provider(&mut self, code: &mut Code, name: &str) {
        let intrinsic = self.provider(name);
        code.call(intrinsic);
    }

    /// Pushes the number of the first operation of a group.
    fn group(&mut self, code: &mut Code, group: Group) {
        let number = self.groups.insert_full(group).0;
        code.add([I::I32Const((1 + OF_ALL.len() + number * OPERATIONS) as i32)]);
    }

    /// The streams among the parameters.
    fn streams(&self, code: &mut Code, of: &Function<'_>) -> Vec<(ComponentDefinedTypeId, At)> {
        let mut streams = Vec::new();
        let mut visit = |_: &mut Code, handle, at| {
            if let Handle::Stream(id) = handle {
                streams.push((id, at));
            }
        };
        self.params(code, of, &|handle| matches!(handle, Handle::Stream(_)), &mut visit);
        streams
    }

    /// Hands the stream of a function's result or parameter to a provider, and returns.
    pub(super) fn start_flow(&mut self, code: &mut Code, of: &Function<'_>, provider: Intrinsic, task: u32) {
        let Intrinsic::Provider(number) = provider else { return };
        let name = self.providers.get_index(number).cloned().unwrap_or_default();
        let Some(direction) = Provider::direction(&name) else { return };
        let given: Vec<Handle> = of.ty.result.iter().flat_map(|ty| Handle::within(self.abi, ty)).collect();
        let Some(future) = given.iter().find_map(|handle| handle.future()) else { return };
        let [next, close] = [direction.next(&name), Direction::close(&name)].map(|name| self.provider(&name));
        let flow = code.local(ValType::I32);
        code.add([I::LocalGet(task)]);
        let mut readable = None;
        match direction {
            Direction::Give => {
                let Some(stream) = given.iter().find_map(|handle| handle.stream()) else { return };
                self.group(code, Group::Give(stream, next, close));
                readable = Some(code.ends(Intrinsic::StreamNew(stream)));
            }
            Direction::Take => {
                let Some((stream, place)) = self.streams(code, of).pop() else { return };
                self.group(code, Group::Take(stream, next, close));
                place.load(code);
            }
        }
        self.group(code, Group::Answer(future));
        let answer = code.ends(Intrinsic::FutureNew(future));
        self.call_provider(code, if direction == Direction::Give { GIVE } else { TAKE });
        code.add([I::LocalSet(flow)]);
        self.give(code, of, provider);
        code.add_all((0..code.signature.params.len() as u32).chain([flow]).map(I::LocalGet));
        code.call(provider);
        self.drop_lent(code, of, provider);
        for both in readable.into_iter().chain([answer]) {
            code.add([I::LocalGet(both), I::I32WrapI64]);
        }
        code.call(Intrinsic::TaskReturn(self.functions.len()));
    }

    /// Reads stream parameters to their ends, and discards the data.
    pub(super) fn drain_params(&mut self, code: &mut Code, of: &Function<'_>, task: u32) {
        for (id, at) in self.streams(code, of) {
            let element = self.abi.element(id).map(|ty| self.abi.layout(&ty));
            let (size, align) = element.map_or((0, 1), |layout| (layout.size, layout.align));
            let count = ROOM.checked_div(size).unwrap_or(ROOM).max(1);
            let room = self.memory.scratch(size.saturating_mul(count).max(1), align);
            code.add([I::LocalGet(task)]);
            self.group(code, Group::Drain(id));
            at.load(code);
            code.add([I::I32Const(room as i32), I::I32Const(count as i32)]);
            self.call_provider(code, DRAIN);
        }
    }

    /// Makes a future that the task completes. Pushes the readable end.
    pub(super) fn answer_later(&mut self, code: &mut Code, id: ComponentDefinedTypeId, payload: u32, task: u32) {
        code.add([I::LocalGet(task)]);
        self.group(code, Group::Answer(id));
        let both = code.ends(Intrinsic::FutureNew(id));
        code.add([I::I32Const(payload as i32)]);
        self.call_provider(code, ANSWER);
        code.add([I::LocalGet(both), I::I32WrapI64]);
    }

    /// Returns a value from a task.
    pub(super) fn return_answer(&mut self, code: &mut Code, of: &Function<'_>, answer: Option<&Value>) {
        if let (Some(answer), Some(ty)) = (answer, &of.ty.result) {
            let flat = self.abi.flat(ty);
            // Canonical ABI, `canon task.return`: a value of too many parts is passed by a pointer.
            if self.abi.returned(of.ty) == flat {
                self.push(code, ty, answer, &flat);
            } else {
                self.push_address(code, ty, answer);
            }
        }
        code.call(Intrinsic::TaskReturn(self.functions.len()));
    }

    /// The module that runs tasks, if there are any, with its imports.
    pub(super) fn driver(&mut self) -> Option<(Module, Vec<Intrinsic>)> {
        if self.groups.is_empty() && !self.functions.iter().any(|of| of.code.task.is_some()) {
            return None;
        }
        let [next, event] = [NEXT, EVENT].map(|name| self.provider(name));
        let groups = self.groups.iter().flat_map(|group| group.operations());
        let operations: Vec<Option<Intrinsic>> = std::iter::once(None).chain(OF_ALL.map(Some)).chain(groups).collect();
        let fixed = [Intrinsic::ContextGet, next, event];
        let imports: IndexSet<Intrinsic> = fixed.into_iter().chain(operations.iter().flatten().copied()).collect();
        let number = |of: &Option<Intrinsic>| Some(imports.get_index_of(of.as_ref()?)? as u32);
        let operations: Vec<Option<u32>> = operations.iter().map(number).collect();
        let signatures: Vec<Lowered> = imports.iter().map(|of| self.signature(*of)).collect();
        let module = driver::module(INTRINSICS, &self.memory, &signatures, &operations);
        Some((module, imports.into_iter().collect()))
    }
}
