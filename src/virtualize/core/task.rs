//! Functions that continue after their return: tasks. They write streams, read streams to their ends, and complete
//! futures.
//!
//! Component Model, Canonical ABI, `canon lift` with `async` and `callback`. The providers (`virt-components/tasks`)
//! determine the next operation of a task by number. The operations themselves depend on the types of streams, and are
//! called here.

use indexmap::IndexSet;
use wasm_encoder::{BlockType, Function as Encoded, Instruction as I, Module, ValType};
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentValType};

use super::walk::{At, Handle};
use super::{Code, Core, INTRINSICS, Intrinsic};
use crate::abi::{Lowered, Shape};
use crate::imports::Function;
use crate::runtime::code::word;
use crate::runtime::provider::{Direction, Provider};
use crate::runtime::sections::Sections;
use crate::virtualize::answer::Answer;

/// The providers' functions for tasks: `virt-components/README.md`.
const START: &str = "weld:tasks#start";
const GIVE: &str = "weld:tasks#give";
const TAKE: &str = "weld:tasks#take";
const DRAIN: &str = "weld:tasks#drain";
const ANSWER: &str = "weld:tasks#answer";
const NEXT: &str = "weld:tasks#next";
const EVENT: &str = "weld:tasks#event";

/// The export of the driver module that runs a task until it waits.
pub const DRIVE: &str = "d";
/// The export that is the callback; see [`DRIVE`].
pub const CALLBACK: &str = "c";

/// The number of flat values that `task.return` takes; more are passed by a pointer (Canonical ABI, `canon
/// task.return`).
const MAX_FLAT: usize = 16;
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
        match self {
            Group::Give(id, next, close) => {
                [Intrinsic::StreamWrite(id), Intrinsic::StreamDropWritable(id), next, close].map(Some)
            }
            Group::Take(id, next, close) => {
                [Intrinsic::StreamRead(id), Intrinsic::StreamDropReadable(id), next, close].map(Some)
            }
            Group::Drain(id) => [Some(Intrinsic::StreamRead(id)), Some(Intrinsic::StreamDropReadable(id)), None, None],
            Group::Answer(id) => {
                [Some(Intrinsic::FutureWrite(id)), Some(Intrinsic::FutureDropWritable(id)), None, None]
            }
        }
    }
}

/// The number of operations in a group.
const OPERATIONS: usize = 4;
/// The operations before the first group, which all tasks share. Number 0 is the end.
const OF_ALL: [Intrinsic; 3] = [Intrinsic::WaitableSetNew, Intrinsic::WaitableSetDrop, Intrinsic::WaitableJoin];

/// The module that runs tasks, with its imports.
pub struct Driver {
    /// Its binary.
    pub module: Module,
    /// Its imports from `i`, by number.
    pub intrinsics: Vec<Intrinsic>,
}

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

    /// The number of the first operation of a group.
    fn group(&mut self, group: Group) -> I<'static> {
        let number = self.groups.insert_full(group).0;
        I::I32Const((1 + OF_ALL.len() + number * OPERATIONS) as i32)
    }

    /// Hands the stream of a function's result or parameter to a provider, and returns.
    pub(super) fn start_flow(&mut self, code: &mut Code, of: &Function<'_>, provider: Intrinsic, task: u32) {
        let Intrinsic::Provider(number) = provider else { return };
        let name = self.providers.get_index(number).cloned().unwrap_or_default();
        let Some(direction) = Provider::direction(&name) else { return };
        let given = of.ty.result.iter().flat_map(|ty| self.abi.handles(ty)).collect::<Vec<_>>();
        let future = given.iter().find_map(|shape| match shape {
            Shape::Future(id, _) => Some(*id),
            _ => None,
        });
        let Some(future) = future else { return };
        let [next, close] = [direction.next(&name), Direction::close(&name)].map(|name| self.provider(&name));
        let flow = code.local(ValType::I32);
        code.add([I::LocalGet(task)]);
        let mut readable = None;
        match direction {
            Direction::Give => {
                let stream = given.iter().find_map(|shape| match shape {
                    Shape::Stream(id) => Some(*id),
                    _ => None,
                });
                let Some(stream) = stream else { return };
                let group = self.group(Group::Give(stream, next, close));
                code.add([group]);
                readable = Some(code.ends(Intrinsic::StreamNew(stream)));
            }
            Direction::Take => {
                let mut stream = None;
                let mut place = None;
                let mut visit = |_: &mut Code, handle, at: At| {
                    if let Handle::Stream(id) = handle {
                        (stream, place) = (Some(id), Some(at));
                    }
                };
                self.params(code, of, &|handle| matches!(handle, Handle::Stream(_)), &mut visit);
                let Some((stream, place)) = stream.zip(place) else { return };
                let group = self.group(Group::Take(stream, next, close));
                code.add([group]);
                place.load(code);
            }
        }
        let group = self.group(Group::Answer(future));
        code.add([group]);
        let answer = code.ends(Intrinsic::FutureNew(future));
        self.call_provider(code, if direction == Direction::Give { GIVE } else { TAKE });
        code.add([I::LocalSet(flow)]);
        self.give(code, of, provider);
        for param in 0..code.signature.params.len() as u32 {
            code.add([I::LocalGet(param)]);
        }
        code.add([I::LocalGet(flow)]);
        code.call(provider);
        self.drop_lent(code, of, provider);
        for both in readable.into_iter().chain([answer]) {
            code.add([I::LocalGet(both), I::I32WrapI64]);
        }
        code.call(Intrinsic::TaskReturn(self.functions.len()));
    }

    /// Reads stream parameters to their ends, and discards the data.
    pub(super) fn drain_params(&mut self, code: &mut Code, of: &Function<'_>, task: u32) {
        let mut streams = Vec::new();
        let mut visit = |_: &mut Code, handle, at: At| {
            if let Handle::Stream(id) = handle {
                streams.push((id, at));
            }
        };
        self.params(code, of, &|handle| matches!(handle, Handle::Stream(_)), &mut visit);
        for (id, at) in streams {
            let element = self.abi.element(id).map(|ty| self.abi.layout(&ty));
            let (size, align) = element.map_or((0, 1), |layout| (layout.size, layout.align));
            let count = ROOM.checked_div(size).unwrap_or(ROOM).max(1);
            let room = self.memory.scratch(size.saturating_mul(count).max(1), align);
            code.add([I::LocalGet(task)]);
            let group = self.group(Group::Drain(id));
            code.add([group]);
            at.load(code);
            code.add([I::I32Const(room as i32), I::I32Const(count as i32)]);
            self.call_provider(code, DRAIN);
        }
    }

    /// Makes a future that the task completes. Pushes the readable end.
    pub(super) fn answer_later(&mut self, code: &mut Code, id: ComponentDefinedTypeId, payload: u32, task: u32) {
        code.add([I::LocalGet(task)]);
        let group = self.group(Group::Answer(id));
        code.add([group]);
        let both = code.ends(Intrinsic::FutureNew(id));
        code.add([I::I32Const(payload as i32)]);
        self.call_provider(code, ANSWER);
        code.add([I::LocalGet(both), I::I32WrapI64]);
    }

    /// Returns a value from a task.
    pub(super) fn return_answer(&mut self, code: &mut Code, of: &Function<'_>, answer: Option<&Answer>) {
        if let (Some(answer), Some(ty)) = (answer, &of.ty.result) {
            let mut flat = Vec::new();
            self.abi.flatten(ty, &mut flat);
            match flat.len() > MAX_FLAT {
                true => {
                    let address = self.result(code, ty, answer);
                    code.add([I::I32Const(address as i32)]);
                }
                false => self.push(code, ty, answer, &flat),
            }
        }
        code.call(Intrinsic::TaskReturn(self.functions.len()));
    }

    /// Pushes a flat value into slots of some types. The slots of a variant fit all its cases.
    fn push(&mut self, code: &mut Code, ty: &ComponentValType, answer: &Answer, places: &[ValType]) {
        let bits = |code: &mut Code, bits: u64, place: &ValType| {
            code.add([match place {
                ValType::I64 => I::I64Const(bits as i64),
                ValType::F32 => I::F32Const(f32::from_bits(bits as u32).into()),
                ValType::F64 => I::F64Const(f64::from_bits(bits).into()),
                _ => I::I32Const(bits as i32),
            }]);
        };
        match (answer, self.abi.shape(ty)) {
            (Answer::Bits(value), _) => places.iter().for_each(|place| bits(code, *value, place)),
            (Answer::Text(text), _) => {
                let (address, length) = self.text(text);
                places.iter().zip([address, length]).for_each(|(place, value)| bits(code, value.into(), place));
            }
            (Answer::Fields(fields), shape) => {
                let types = match shape {
                    Shape::Fields(types) => types,
                    Shape::Repeated(element, length) => vec![element; length as usize],
                    _ => return,
                };
                let mut rest = places;
                for (ty, field) in types.iter().zip(fields) {
                    let mut flat = Vec::new();
                    self.abi.flatten(ty, &mut flat);
                    let (own, others) = rest.split_at_checked(flat.len()).unwrap_or((rest, &[]));
                    self.push(code, ty, field, own);
                    rest = others;
                }
            }
            (Answer::Case(index, payload), Shape::Cases(cases)) => {
                let Some((case, mut rest)) = places.split_first() else { return };
                bits(code, *index as u64, case);
                if let (Some(payload), Some(Some(ty))) = (payload, cases.get(*index)) {
                    let mut flat = Vec::new();
                    self.abi.flatten(ty, &mut flat);
                    let (own, others) = rest.split_at_checked(flat.len()).unwrap_or((rest, &[]));
                    self.push(code, ty, payload, own);
                    rest = others;
                }
                rest.iter().for_each(|place| bits(code, 0, place));
            }
            (Answer::Own(..) | Answer::Ended(_) | Answer::Future(..), _) => {
                self.handle(code, answer);
                if places.first() == Some(&ValType::I64) {
                    code.add([I::I64ExtendI32U]);
                }
            }
            // Answers are constructed for these types.
            (Answer::Case(..), _) => {}
        }
    }

    /// The module that runs tasks, if there are any, with the providers' functions that it needs.
    pub(super) fn driver(&mut self) -> Option<Driver> {
        if self.groups.is_empty() && !self.functions.iter().any(|of| of.code.task.is_some()) {
            return None;
        }
        let [next, event] = [NEXT, EVENT].map(|name| self.provider(name));
        let groups = self.groups.iter().flat_map(|group| group.operations());
        let operations: Vec<Option<Intrinsic>> = std::iter::once(None).chain(OF_ALL.map(Some)).chain(groups).collect();
        let fixed = [Intrinsic::ContextGet, next, event];
        let intrinsics: IndexSet<Intrinsic> = fixed.into_iter().chain(operations.iter().flatten().copied()).collect();
        let mut sections = Sections::default();
        sections.imports();
        for (number, intrinsic) in intrinsics.iter().enumerate() {
            sections.import_function(INTRINSICS, &number.to_string(), self.signature(*intrinsic));
        }
        self.memory.import(INTRINSICS, &mut sections);
        let number = |intrinsic: &Intrinsic| intrinsics.get_index_of(intrinsic).unwrap_or_default() as u32;
        let signatures: Vec<(u32, Option<(u32, Lowered)>)> = { (0..).zip(&operations) }
            .map(|(code, of)| (code, of.as_ref().map(|of| (number(of), self.signature(*of)))))
            .collect();
        let i32s = |params| (vec![ValType::I32; params], vec![ValType::I32]);
        let drive = sections.function(DRIVE, i32s(2), &drive(&signatures, number(&next)));
        let mut callback = Encoded::new([(1, ValType::I32)]);
        // The end handles the event.
        let steps = [
            I::Call(number(&Intrinsic::ContextGet)),
            I::LocalTee(3),
            I::LocalGet(3),
            I::LocalGet(1),
            I::LocalGet(2),
            I::Call(number(&event)),
            I::Call(drive),
            I::End,
        ];
        steps.iter().for_each(|step| _ = callback.instruction(step));
        sections.function(CALLBACK, i32s(3), &callback);
        Some(Driver { module: sections.finish(), intrinsics: intrinsics.into_iter().collect() })
    }
}

/// The code that runs the steps of a task. `operations` are the functions by number; `next` determines the next step.
fn drive(operations: &[(u32, Option<(u32, Lowered)>)], next: u32) -> Encoded {
    const TASK: u32 = 0;
    const STEP: u32 = 1;
    const RESULT: u32 = 2;
    let mut function = Encoded::new([(1, ValType::I32)]);
    let mut add = |instructions: &[I<'static>]| instructions.iter().for_each(|it| _ = function.instruction(it));
    add(&[I::Loop(BlockType::Empty), I::Block(BlockType::Empty)]);
    for (code, of) in operations {
        let Some((number, (params, results))) = of else { continue };
        add(&[I::LocalGet(STEP), I::I32Load(word(0)), I::I32Const(*code as i32), I::I32Eq, I::If(BlockType::Empty)]);
        for param in 0..params.len() as u32 {
            add(&[I::LocalGet(STEP), I::I32Load(word(4 * (param + 1)))]);
        }
        add(&[I::Call(*number)]);
        if results.is_empty() {
            add(&[I::I32Const(0)]);
        }
        add(&[I::LocalSet(RESULT), I::Br(1), I::End]);
    }
    // The only remaining step is the end.
    add(&[I::LocalGet(STEP), I::I32Load(word(0)), I::If(BlockType::Empty), I::Unreachable, I::End]);
    add(&[I::LocalGet(STEP), I::I32Load(word(4)), I::Return, I::End]);
    add(&[I::LocalGet(TASK), I::LocalGet(RESULT), I::Call(next), I::LocalSet(STEP), I::Br(0), I::End]);
    add(&[I::Unreachable, I::End]);
    function
}
