//! The core module of an adapter, with a function for each one that has code.

mod calls;
mod front;
mod record;
mod task;
mod values;

use std::collections::BTreeMap;

use indexmap::IndexSet;
use wasm_encoder::{Module, ValType};
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentFuncType, ResourceId};

use crate::abi::{Abi, Lowered};
use crate::decide::decisions::{Action, Callee};
use crate::imports::Function;
use crate::runtime::code;
use crate::runtime::image::Image;
use crate::runtime::log;
use crate::runtime::memory::Memory;
use crate::runtime::provider::Provider;
use crate::runtime::sections::Sections;
use task::Group;

/// A function that the module imports from the component around it. Component Model, Canonical ABI, "Canonical
/// Definitions", has one for each built-in function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Intrinsic {
    ResourceNew(ResourceId),
    ResourceRep(ResourceId),
    ResourceDrop(ResourceId),
    StreamNew(ComponentDefinedTypeId),
    StreamRead(ComponentDefinedTypeId),
    /// The same, with memory of the providers for lists and texts.
    StreamTake(ComponentDefinedTypeId),
    StreamWrite(ComponentDefinedTypeId),
    StreamDropReadable(ComponentDefinedTypeId),
    StreamDropWritable(ComponentDefinedTypeId),
    FutureNew(ComponentDefinedTypeId),
    FutureWrite(ComponentDefinedTypeId),
    FutureDropReadable(ComponentDefinedTypeId),
    FutureDropWritable(ComponentDefinedTypeId),
    /// `task.return` of the function of that number.
    TaskReturn(usize),
    ContextGet,
    ContextSet,
    WaitableSetNew,
    WaitableSetDrop,
    WaitableJoin,
    /// Runs a task until it waits.
    Drive,
    /// The asynchronous function of the host, or behind a front, that the function with this number calls.
    Later(usize),
    /// Drops a call that has returned.
    SubtaskDrop,
    /// The function with this number of the module that runs tasks.
    Step(usize),
    Realloc,
    /// The function of the host, or for an outer adapter of the component, that the function with this number calls.
    Host(usize),
    /// The provider's function with this number.
    Provider(usize),
    Log,
    /// Converts a handle of the host to one of the inner adapter.
    Wrap(ResourceId),
    /// Converts a handle of the inner adapter to that of the host.
    Unwrap(ResourceId),
}

/// The canonical options that a lifted function needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    pub memory: bool,
    pub realloc: bool,
    pub post_return: bool,
    /// Whether the function continues after its return, and is lifted with the callback of tasks.
    pub goes_on: bool,
}

/// The code of a function, which calls intrinsics.
type Code = code::Code<Intrinsic>;

/// An incomplete core module.
pub(super) struct Core<'c> {
    abi: Abi<'c>,
    /// Whether the adapter owns a resource type.
    owns: &'c dyn Fn(ResourceId) -> bool,
    functions: Vec<Defined<'c>>,
    /// For each converted resource type, the code that converts a handle of the host to one of the adapter, and back.
    conversions: Vec<(ResourceId, [Code; 2])>,
    /// The names of the provider's functions, by number.
    providers: IndexSet<String>,
    /// The operations of tasks on streams and futures.
    groups: IndexSet<Group>,
    /// The functions of the module that runs tasks, by number.
    steps: Vec<Code>,
    /// The one of them that opens a directory of the host.
    open: Option<Intrinsic>,
    memory: Memory,
    /// The address for the host's result of logging, where calls are logged.
    answer: Option<u32>,
    /// The address of a front's count of calls in progress.
    active: Option<u32>,
    /// The calls that are recorded, or answered by a recording.
    recorded: record::Recorded<'c>,
    /// Whether it belongs to an outer adapter, which converts between handles of the host and of the inner adapter.
    converts: bool,
}

struct Defined<'c> {
    function: &'c Function<'c>,
    action: &'c Action,
    options: Options,
    code: Code,
    /// Its name in backtraces, where it can trap.
    name: Option<String>,
}

/// A core module, with the requirements on its component.
pub(super) struct Built<'c> {
    pub module: Module,
    /// The memory, where one is needed. It is in a module of its own, because the imports of this module refer to it.
    pub memory: Option<Memory>,
    /// Its imports from `i`, by number.
    pub intrinsics: Vec<Intrinsic>,
    pub providers: Vec<String>,
    /// The module that runs tasks, with its imports from `i`, if there are any tasks.
    pub driver: Option<(Module, Vec<Intrinsic>)>,
    /// The module that logs calls, if any are.
    pub log: Option<Module>,
    /// Its functions, in the order of addition.
    pub stubs: Vec<Stub<'c>>,
    /// For each converted resource type, the exports that convert its handles.
    pub conversions: Vec<(ResourceId, [String; 2])>,
    /// The export that tells whether calls of a recording are missing.
    pub missing: Option<String>,
}

/// A function of the module, to be lifted.
pub(super) struct Stub<'c> {
    pub function: &'c Function<'c>,
    pub action: &'c Action,
    pub options: Options,
    pub export: String,
}

/// The export that is called after the result of a function has been read; see [`Options::post_return`].
pub(super) const POST_RETURN: &str = "p";
/// The module that intrinsics are imported from.
pub(super) const INTRINSICS: &str = "i";

impl<'c> Core<'c> {
    /// A module without functions, with the settings of providers.
    pub(super) fn new(abi: Abi<'c>, owns: &'c dyn Fn(ResourceId) -> bool, image: Image) -> Self {
        Core {
            abi,
            owns,
            functions: Vec::new(),
            conversions: Vec::new(),
            providers: IndexSet::new(),
            groups: IndexSet::new(),
            steps: Vec::new(),
            open: None,
            memory: Memory::new(image),
            answer: None,
            active: None,
            recorded: record::Recorded::default(),
            converts: false,
        }
    }

    /// A module without functions, for an outer adapter that converts handles.
    pub(super) fn converting(abi: Abi<'c>, owns: &'c dyn Fn(ResourceId) -> bool, image: Image) -> Self {
        Core { converts: true, ..Core::new(abi, owns, image) }
    }

    /// Logs each call of the functions that are added afterwards.
    pub(super) fn trace(&mut self) {
        let (size, align) = log::ANSWER;
        self.memory.need();
        // No value of a function is stored there, since the host writes to it.
        self.answer = Some(self.memory.draft(&vec![0; size as usize], align));
    }

    /// Adds a function. `goes_on` tells whether it is a task.
    pub(super) fn add(&mut self, function: &'c Function<'c>, action: &'c Action, goes_on: bool) {
        let signature = self.abi.signature(function.ty);
        let pointed = function.ty.params.iter().any(|(_, ty)| self.abi.has_pointers(ty));
        let realloc = signature.spilled || pointed;
        let given = function.ty.result.as_ref().is_some_and(|ty| self.abi.has_pointers(ty));
        let memory = realloc || given || signature.returns_pointer || goes_on;
        // Results of the host are passed like parameters of the caller.
        let calls = action.calls();
        if memory || calls {
            self.memory.need();
        }
        // A provider may call the host with values in memory, whatever its own result is.
        let is_recorded = matches!(action, Action::Record | Action::Replay { .. });
        let passed = realloc || (calls && given) || action.provider().is_some() || is_recorded;
        let code = calls::code(self, function, action, passed, goes_on);
        let name = action.traps().then(|| match calls {
            true => function.shown(),
            false => format!("denied: {}", function.shown()),
        });
        let post_return = calls && passed && signature.returns_pointer && !goes_on;
        let options = Options { memory, realloc, post_return, goes_on };
        self.functions.push(Defined { function, action, options, code, name });
    }

    /// Adds the two functions that convert handles of the host to a resource type of the adapter and back.
    pub(super) fn convert(&mut self, id: ResourceId) {
        self.memory.need();
        self.conversions.push((id, [calls::wrap(id), calls::unwrap(id)]));
    }

    /// The function that the next added function calls.
    fn callee(&mut self, callee: &'c Callee) -> Intrinsic {
        match callee {
            Callee::Host | Callee::Redirected(..) => self.host(),
            Callee::Provider(name) => self.provider(name),
        }
    }

    fn host(&self) -> Intrinsic {
        Intrinsic::Host(self.functions.len())
    }

    fn provider(&mut self, name: &str) -> Intrinsic {
        Intrinsic::Provider(self.providers.insert_full(name.to_owned()).0)
    }

    pub(super) fn finish(mut self) -> Built<'c> {
        let driver = self.driver();
        let conversions = self.conversions.iter().flat_map(|(_, codes)| codes);
        let codes = self.functions.iter().map(|of| &of.code).chain(conversions).chain(&self.recorded.missing);
        let intrinsics: IndexSet<Intrinsic> = codes.flat_map(Code::calls).collect();
        let index = |intrinsic| intrinsics.get_index_of(&intrinsic).unwrap_or_default() as u32;
        let mut sections = Sections::default();
        sections.imports();
        for (number, intrinsic) in intrinsics.iter().enumerate() {
            sections.import_function(INTRINSICS, &number.to_string(), self.signature(*intrinsic));
        }
        let has_memory = self.memory.is_needed();
        if has_memory {
            self.memory.import(INTRINSICS, &mut sections);
        }
        // Equal functions are emitted once, except where a backtrace would show their names.
        let mut known: BTreeMap<(u32, Vec<u8>, Option<String>), String> = BTreeMap::new();
        let mut export = |sections: &mut Sections, code: &Code, name: Option<String>| {
            let signature = code.lowered();
            let body = code.encode(index);
            let next = known.len().to_string();
            let key = (sections.signature(signature.clone()), body.clone().into_raw_body(), name);
            let emit = |(_, _, name): &(_, _, Option<String>)| {
                let function = sections.function(&next, signature, &body);
                name.iter().for_each(|name| sections.name(function, name));
                next
            };
            known.entry(key).or_insert_with_key(emit).clone()
        };
        let stub = |Defined { function, action, options, code, name }: Defined<'c>| {
            let export = export(&mut sections, &code, name);
            Stub { function, action, options, export }
        };
        let stubs = std::mem::take(&mut self.functions).into_iter().map(stub).collect();
        let exports =
            |(id, codes): &(_, [Code; 2])| (*id, codes.each_ref().map(|code| export(&mut sections, code, None)));
        let conversions = self.conversions.iter().map(exports).collect();
        let missing = self.recorded.missing.as_ref().map(|code| export(&mut sections, code, None));
        if has_memory {
            sections.function(POST_RETURN, (vec![ValType::I32], vec![]), &calls::post_return().encode(index));
        }
        if let Some((address, bytes)) = self.memory.data() {
            sections.data(address, bytes);
        }
        Built {
            log: self.answer.map(|answer| log::module(self.memory.ty(), answer)),
            module: sections.finish(),
            memory: has_memory.then_some(self.memory),
            intrinsics: intrinsics.into_iter().collect(),
            providers: self.providers.into_iter().collect(),
            driver,
            stubs,
            conversions,
            missing,
        }
    }

    fn signature(&self, intrinsic: Intrinsic) -> Lowered {
        let i32s = |params, results| (vec![ValType::I32; params], vec![ValType::I32; results]);
        let of = |number: usize, signature: &dyn Fn(&ComponentFuncType) -> Lowered| {
            self.functions.get(number).map(|of| signature(of.function.ty)).unwrap_or_default()
        };
        match intrinsic {
            Intrinsic::ResourceNew(_) | Intrinsic::ResourceRep(_) | Intrinsic::Wrap(_) | Intrinsic::Unwrap(_) => {
                i32s(1, 1)
            }
            Intrinsic::StreamNew(_) | Intrinsic::FutureNew(_) => (vec![], vec![ValType::I64]),
            Intrinsic::FutureWrite(_) | Intrinsic::Drive => i32s(2, 1),
            Intrinsic::StreamRead(_) | Intrinsic::StreamTake(_) | Intrinsic::StreamWrite(_) => i32s(3, 1),
            Intrinsic::ContextGet | Intrinsic::WaitableSetNew => i32s(0, 1),
            Intrinsic::WaitableJoin | Intrinsic::Log => i32s(2, 0),
            Intrinsic::Realloc => i32s(4, 1),
            Intrinsic::Step(number) => self.steps.get(number).map(Code::lowered).unwrap_or_default(),
            Intrinsic::Later(number) => of(number, &|ty| self.abi.lowered_async(ty)),
            Intrinsic::TaskReturn(number) => of(number, &|ty| (self.abi.returned(ty), vec![])),
            Intrinsic::Host(number) => of(number, &|ty| self.abi.lowered(ty)),
            // Numbers are those that `provider` returned. The signature is the component's.
            Intrinsic::Provider(number) => {
                let name = self.providers.get_index(number);
                name.and_then(|name| Provider::signature(name)).cloned().unwrap_or_default()
            }
            Intrinsic::ResourceDrop(_)
            | Intrinsic::StreamDropReadable(_)
            | Intrinsic::StreamDropWritable(_)
            | Intrinsic::FutureDropReadable(_)
            | Intrinsic::FutureDropWritable(_)
            | Intrinsic::ContextSet
            | Intrinsic::SubtaskDrop
            | Intrinsic::WaitableSetDrop => i32s(1, 0),
        }
    }
}
