//! Functions that continue after their return: tasks. They write streams, read streams to their ends, and complete
//! futures.
//!
//! Component Model, Canonical ABI, `canon lift` with `async` and `callback`. The providers (`virt-components/tasks`)
//! determine the next operation of a task by number. The operations themselves depend on the types of streams, and are
//! called here.

use indexmap::IndexSet;
use wasm_encoder::{BlockType, Instruction as I, Module, ValType};
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentValType};

use super::calls::drop_handle;
use super::{Code, Core, INTRINSICS, Intrinsic};
use crate::abi::{Lowered, MAX_FLAT_ASYNC_PARAMS, Signature};
use crate::imports::Function;
use crate::runtime::code::word;
use crate::runtime::driver;
use crate::runtime::flat::{self, Address};
use crate::runtime::provider::{self, Direction, Provider};
use crate::runtime::value::Value;
use crate::runtime::walk::{At, Handle, Walk};

/// The providers' functions for tasks: `virt-components/README.md`.
const START: &str = "weld:tasks#start";
const GIVE: &str = "weld:tasks#give";
const TAKE: &str = "weld:tasks#take";
const DRAIN: &str = "weld:tasks#drain";
const ANSWER: &str = "weld:tasks#answer";
const CALL: &str = "weld:tasks#call";
/// The function that opens a directory of the host.
const OPENS: &str = "[method]descriptor.open-at";
const NEXT: &str = "weld:tasks#next";
const EVENT: &str = "weld:tasks#event";

/// The offset of the provider's own number in what a task and a provider share.
const STATE: u32 = 12;
/// The number of bytes that are drained at once.
const ROOM: u32 = 4096;

/// The operations of a task on one stream or future, with consecutive numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Group {
    /// Writes a provider's data. The first function requests more data; the second reports that the reader is gone.
    Give(ComponentDefinedTypeId, Intrinsic, Intrinsic),
    /// Reads for a provider, with the same functions.
    Take(ComponentDefinedTypeId, Intrinsic, Intrinsic),
    /// Reads and discards. The function drops the handles among the elements.
    Drain(ComponentDefinedTypeId, Intrinsic),
    /// Calls the host and gives the result: the functions that call, that ask the provider what next, and that return.
    Call(Intrinsic, Intrinsic, Intrinsic),
    /// Completes a future.
    Answer(ComponentDefinedTypeId),
}

impl Group {
    /// The operations, by number.
    fn operations(self) -> [Option<Intrinsic>; OPERATIONS] {
        let ((pass, drop), [next, close]) = match self {
            Group::Give(id, next, close) => {
                ((Intrinsic::StreamWrite(id), Intrinsic::StreamDropWritable(id)), [Some(next), Some(close)])
            }
            Group::Take(id, next, close) => {
                ((Intrinsic::StreamTake(id), Intrinsic::StreamDropReadable(id)), [Some(next), Some(close)])
            }
            Group::Drain(id, drop) => {
                ((Intrinsic::StreamRead(id), Intrinsic::StreamDropReadable(id)), [Some(drop), None])
            }
            Group::Call(call, next, result) => ((call, Intrinsic::SubtaskDrop), [Some(next), Some(result)]),
            Group::Answer(id) => ((Intrinsic::FutureWrite(id), Intrinsic::FutureDropWritable(id)), [None, None]),
        };
        [Some(pass), Some(drop), next, close]
    }
}

const OPERATIONS: usize = 4;
/// The operations before the first group, which all tasks share, but for the last one, which opens a directory of the
/// host. Number 0 is the end.
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
        code.add([I::I32Const((2 + OF_ALL.len() + number * OPERATIONS) as i32)]);
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
        if direction == Direction::Call {
            return self.start_call(code, of, provider, task);
        }
        self.give(code, of, provider);
        let Some(own) = provider::without_host(&name) else {
            return self.start_own_flow(code, of, provider, (&name, direction), task);
        };
        // The provider's function gives the handle of the host for a descriptor of the host, else zero.
        let handle = code.local(ValType::I32);
        code.add_all((0..code.signature.params.len() as u32).map(I::LocalGet));
        code.call(provider);
        code.add([I::LocalTee(handle), I::If(BlockType::Empty)]);
        match Direction::through(&own) {
            Some(names) => self.pass_through(code, of, handle, (&own, names), task),
            None => {
                self.call_for_flow(code, of, handle);
                code.call(Intrinsic::TaskReturn(self.functions.len()));
            }
        }
        code.add([I::Else]);
        let provider = self.provider(&own);
        self.start_own_flow(code, of, provider, (&own, direction), task);
        code.add([I::End]);
    }

    /// Returns the stream and the future of the host. A provider may have the stream go through it: then its own stream is returned
    /// instead, and takes the host's data.
    fn pass_through(
        &mut self,
        code: &mut Code,
        of: &Function<'_>,
        handle: u32,
        (own, [is_through, begin, taken]): (&str, [String; 3]),
        task: u32,
    ) {
        let given: Vec<Handle> = of.ty.result.iter().flat_map(|ty| Handle::within(self.abi, ty)).collect();
        let stream = given.iter().find_map(|handle| handle.stream());
        let Some((id, element)) = stream.and_then(|id| Some((id, self.abi.element(id)?))) else { return };
        let params = code.signature.params.len() as u32;
        self.call_for_flow(code, of, handle);
        let [stream, future, taking, giving] = [(); 4].map(|()| code.local(ValType::I32));
        code.add([I::LocalSet(future), I::LocalSet(stream)]);
        code.add_all((0..params).map(I::LocalGet));
        self.call_provider(code, &is_through);
        code.add([I::If(BlockType::Empty)]);
        let [begin, taken] = [&begin, &taken].map(|name| self.provider(name));
        self.provider(provider::REALLOC);
        // The end of the host's stream is no event of its own: the provider's stream ends with it.
        let nothing = self.add_step(step(1, false));
        code.add([I::LocalGet(task)]);
        self.group(code, Group::Take(id, taken, nothing));
        code.add([I::LocalGet(stream), I::I32Const(0), I::I32Const(0)]);
        code.add([I::I32Const(self.abi.layout(&element).size.max(1) as i32)]);
        self.call_provider(code, TAKE);
        code.add([I::LocalSet(taking)]);
        let [next, close] = [Direction::Give.next(own), Direction::close(own)].map(|name| self.provider(&name));
        code.add([I::LocalGet(task)]);
        self.group(code, Group::Give(id, next, close));
        let both = code.ends(Intrinsic::StreamNew(id));
        code.add([I::I32Const(0), I::I32Const(0)]);
        self.call_provider(code, GIVE);
        code.add([I::LocalSet(giving)]);
        code.add_all((0..params).chain([giving]).map(I::LocalGet));
        code.call(begin);
        code.add([I::LocalGet(taking), I::LocalGet(giving), I::I32Load(word(STATE)), I::I32Store(word(STATE))]);
        code.add([I::LocalGet(both), I::I32WrapI64, I::LocalSet(stream), I::End]);
        code.add([I::LocalGet(stream), I::LocalGet(future)]);
        code.call(Intrinsic::TaskReturn(self.functions.len()));
    }

    /// Calls the host's function with a handle, and pushes the streams and futures that it returns.
    fn call_for_flow(&mut self, code: &mut Code, of: &Function<'_>, handle: u32) {
        let Some(ty) = &of.ty.result else { return };
        code.add_all([handle].into_iter().chain(1..code.signature.params.len() as u32).map(I::LocalGet));
        let host = self.host();
        let (params, _) = self.abi.lowered(of.ty);
        if params.len() > code.signature.params.len() {
            let layout = self.abi.layout(ty);
            let (room, address) = (self.memory.scratch(layout.size, layout.align), code.local(ValType::I32));
            code.add([I::I32Const(room as i32)]);
            code.call(host);
            code.add([I::I32Const(room as i32), I::LocalSet(address)]);
            flat::push(code, self.abi, &[*ty], Address(address, 0));
        } else {
            code.call(host);
        }
    }

    /// Lets a provider answer, which may call the host's function first.
    fn start_call(&mut self, code: &mut Code, of: &Function<'_>, provider: Intrinsic, task: u32) {
        let flow = self.begin_call(code, of, (&provider::called(of.interface), provider), task);
        self.give(code, of, provider);
        code.add_all((0..code.signature.params.len() as u32).chain([flow]).map(I::LocalGet));
        code.call(provider);
        self.drop_lent(code, of, provider);
    }

    /// Calls the component's own function with the handles of its own, and lets the provider wait for it.
    pub(super) fn start_export(&mut self, code: &mut Code, of: &Function<'_>, task: u32) {
        let host = self.host();
        let Some(name) = of.provider_exporting() else { return code.add([I::Unreachable]) };
        let flow = self.begin_call(code, of, (&provider::called(of.interface), host), task);
        self.give(code, of, host);
        code.add_all((0..code.signature.params.len() as u32).chain([flow]).map(I::LocalGet));
        self.call_provider(code, &name);
    }

    /// Adds a call of the host to a task, and gives a local with the flow that says what is passed. `called` is the provider's function
    /// that takes the result, and `function` says whose handles that then has.
    pub(super) fn begin_call(
        &mut self,
        code: &mut Code,
        of: &Function<'_>,
        (called, function): (&str, Intrinsic),
        task: u32,
    ) -> u32 {
        let next = self.provider(called);
        let call = self.call_step(of);
        if of.name == OPENS {
            self.open = Some(call);
        }
        let result = self.return_step(of, function);
        let flow = code.local(ValType::I32);
        code.add([I::LocalGet(task)]);
        self.group(code, Group::Call(call, next, result));
        self.call_provider(code, CALL);
        code.add([I::LocalSet(flow)]);
        flow
    }

    /// A step that calls the host's function with the parameters at one address, for a result at another.
    fn call_step(&mut self, of: &Function<'_>) -> Intrinsic {
        // The result of the host may have texts.
        self.provider(provider::REALLOC);
        let mut code = step(2, true);
        let types: Vec<ComponentValType> = of.ty.params.iter().map(|(_, ty)| *ty).collect();
        match types.iter().map(|ty| self.abi.flat(ty).len()).sum::<usize>() > MAX_FLAT_ASYNC_PARAMS {
            true => code.add([I::LocalGet(0)]),
            false => flat::push(&mut code, self.abi, &types, Address(0, 0)),
        }
        if of.ty.result.is_some() {
            code.add([I::LocalGet(1)]);
        }
        code.call(Intrinsic::Later(self.functions.len()));
        self.add_step(code)
    }

    /// A step that returns the result at an address. Its handles are those of a function.
    fn return_step(&mut self, of: &Function<'_>, function: Intrinsic) -> Intrinsic {
        let mut code = step(1, false);
        if let Some(ty) = &of.ty.result {
            self.take(&mut code, ty, At::Memory(0, 0), function);
            match self.is_returned_flat(of, ty) {
                true => flat::push(&mut code, self.abi, &[*ty], Address(0, 0)),
                false => code.add([I::LocalGet(0)]),
            }
        }
        code.call(Intrinsic::TaskReturn(self.functions.len()));
        self.add_step(code)
    }

    fn add_step(&mut self, code: Code) -> Intrinsic {
        self.steps.push(code);
        Intrinsic::Step(self.steps.len() - 1)
    }

    /// Hands a stream to a provider that keeps it, and returns. The parameters have been converted for the provider.
    fn start_own_flow(
        &mut self,
        code: &mut Code,
        of: &Function<'_>,
        provider: Intrinsic,
        (name, direction): (&str, Direction),
        task: u32,
    ) {
        let given: Vec<Handle> = of.ty.result.iter().flat_map(|ty| Handle::within(self.abi, ty)).collect();
        let Some(future) = given.iter().find_map(|handle| handle.future()) else { return };
        let [next, close] = [direction.next(name), Direction::close(name)].map(|name| self.provider(&name));
        let flow = code.local(ValType::I32);
        code.add([I::LocalGet(task)]);
        let mut readable = None;
        match direction {
            Direction::Give => {
                let Some(stream) = given.iter().find_map(|handle| handle.stream()) else { return };
                self.group(code, Group::Give(stream, next, close));
                readable = Some(code.ends(Intrinsic::StreamNew(stream)));
            }
            Direction::Take | Direction::Call => {
                let Some((stream, place)) = self.streams(code, of).pop() else { return };
                self.group(code, Group::Take(stream, next, close));
                place.load(code);
            }
        }
        self.group(code, Group::Answer(future));
        let answer = code.ends(Intrinsic::FutureNew(future));
        match direction {
            Direction::Give => self.call_provider(code, GIVE),
            Direction::Take | Direction::Call => {
                // Providers take bytes.
                code.add([I::I32Const(1)]);
                self.call_provider(code, TAKE);
            }
        }
        code.add([I::LocalSet(flow)]);
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
            debug_assert!(align <= 8, "the allocator of providers aligns to as much");
            code.add([I::LocalGet(task)]);
            let drop = self.drop_step(id);
            self.group(code, Group::Drain(id, drop));
            at.load(code);
            code.add([I::I32Const(size.saturating_mul(count).max(1) as i32), I::I32Const(count as i32)]);
            self.call_provider(code, DRAIN);
        }
    }

    /// A step that drops the handles among elements that were read: their address, and how many there are.
    fn drop_step(&mut self, id: ComponentDefinedTypeId) -> Intrinsic {
        let same = |group: &Group| match group {
            Group::Drain(other, drop) if *other == id => Some(*drop),
            _ => None,
        };
        if let Some(drop) = self.groups.iter().find_map(same) {
            return drop;
        }
        let mut code = step(2, false);
        if let Some(element) = self.abi.element(id) {
            let mut visit = |code: &mut Code, handle, at| drop_handle(code, handle, at, None);
            let mut walk = Walk { abi: self.abi, wants: &|_| true, visit: &mut visit };
            if walk.has_any(&element) {
                walk.each(&mut code, &[element], 0, 1);
            }
            if self.abi.has_pointers(&element) {
                code.reset();
            }
        }
        self.add_step(code)
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
            // Canonical ABI, `canon task.return`: a value of too many parts is passed by a pointer.
            match self.is_returned_flat(of, ty) {
                true => self.push(code, ty, answer, &self.abi.flat(ty)),
                false => self.push_address(code, ty, answer),
            }
        }
        code.call(Intrinsic::TaskReturn(self.functions.len()));
    }

    /// Whether `task.return` takes the result of a function flat.
    fn is_returned_flat(&self, of: &Function<'_>, ty: &ComponentValType) -> bool {
        self.abi.returned(of.ty) == self.abi.flat(ty)
    }

    /// The module that runs tasks, if there are any, with its imports.
    pub(super) fn driver(&mut self) -> Option<(Module, Vec<Intrinsic>)> {
        if self.groups.is_empty() && !self.functions.iter().any(|of| of.code.task.is_some()) {
            return None;
        }
        let [next, event] = [NEXT, EVENT].map(|name| self.provider(name));
        let groups = self.groups.iter().flat_map(|group| group.operations());
        let operations: Vec<Option<Intrinsic>> =
            std::iter::once(None).chain(OF_ALL.map(Some)).chain([self.open]).chain(groups).collect();
        let fixed = [Intrinsic::ContextGet, next, event];
        let called = operations.iter().flatten().copied().chain(self.steps.iter().flat_map(Code::calls));
        let is_imported = |of: &Intrinsic| !matches!(of, Intrinsic::Step(_));
        let imports: IndexSet<Intrinsic> = fixed.into_iter().chain(called.filter(is_imported)).collect();
        let index = |of: Intrinsic| match of {
            Intrinsic::Step(number) => (imports.len() + number) as u32,
            of => imports.get_index_of(&of).unwrap_or_default() as u32,
        };
        let operations: Vec<Option<u32>> = operations.into_iter().map(|of| of.map(index)).collect();
        let signatures: Vec<Lowered> = imports.iter().map(|of| self.signature(*of)).collect();
        let steps: Vec<_> = self.steps.iter().map(|code| (code.lowered(), code.encode(index))).collect();
        let module = driver::module(INTRINSICS, &self.memory, &signatures, &steps, &operations);
        Some((module, imports.into_iter().collect()))
    }
}

/// The code of a step, with so many parameters.
fn step(params: usize, has_result: bool) -> Code {
    let (params, result) = (vec![ValType::I32; params], vec![ValType::I32; usize::from(has_result)]);
    Code::new(Signature { params, spilled: false, result, returns_pointer: false })
}
