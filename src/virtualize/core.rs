//! The core module of an adapter: a function for each one that is not passed.

mod calls;
mod front;
pub mod task;
mod values;
mod walk;

use std::collections::BTreeMap;

use indexmap::IndexSet;
use wasm_encoder::{Module, ValType};
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentFuncType, ResourceId};

use super::decisions::{Action, Callee};
use crate::abi::{Abi, Lowered};
use crate::imports::Function;
use crate::runtime::code;
use crate::runtime::image::Image;
use crate::runtime::log;
use crate::runtime::memory::Memory;
use crate::runtime::provider::Provider;
use crate::runtime::sections::Sections;
use task::{Driver, Group};

/// Something that the module needs of the component around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // Component Model, Canonical ABI, "Canonical Definitions", has a function for each.
pub enum Intrinsic {
    ResourceNew(ResourceId),
    ResourceRep(ResourceId),
    ResourceDrop(ResourceId),
    StreamNew(ComponentDefinedTypeId),
    StreamRead(ComponentDefinedTypeId),
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
    /// The function that runs a task until it waits.
    Drive,
    /// The asynchronous function before which the one of that number stands.
    Later(usize),
    /// The function that makes room in the memory.
    Realloc,
    /// What the function of that number calls of the host's, or, in an outer adapter, of the component's.
    Host(usize),
    /// The function of a provider's, by number.
    Provider(usize),
    /// The function that logs a call.
    Log,
    /// The function that makes a handle of the inner adapter's of one of the host's.
    Wrap(ResourceId),
    /// The function that gives the host's handle for one of the inner adapter's.
    Unwrap(ResourceId),
}

/// What the canonical options of a lifted function must have.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Options {
    pub memory: bool,
    pub realloc: bool,
    pub post_return: bool,
    /// Whether the function goes on when it has returned: it is lifted with the callback of tasks.
    pub goes_on: bool,
}

/// The code of a function, which calls intrinsics.
type Code = code::Code<Intrinsic>;

/// A core module in the making.
pub struct Core<'c> {
    abi: Abi<'c>,
    /// Whether the adapter owns a resource type.
    owns: &'c dyn Fn(ResourceId) -> bool,
    functions: Vec<Defined<'c>>,
    /// The names of the provider's functions, by number.
    providers: IndexSet<String>,
    /// What tasks do with streams and futures.
    groups: IndexSet<Group>,
    memory: Memory,
    /// Where the host may put what it answers when a call is logged, where it is.
    answer: Option<u32>,
    /// Where a front counts the calls that are under way.
    active: Option<u32>,
    /// Whether it is an outer adapter's, whose handles are the host's and the inner adapter's.
    converts: bool,
}

struct Defined<'c> {
    ty: Option<&'c ComponentFuncType>,
    code: Code,
    /// What backtraces call it, where it can trap.
    name: Option<String>,
}

/// A core module, and what its component does with it.
pub struct Built {
    /// Its binary.
    pub module: Module,
    /// Its memory, where it needs one. That is in a module of its own: what this one imports has to know it.
    pub memory: Option<Memory>,
    /// What it imports from `i`, by number.
    pub intrinsics: Vec<Intrinsic>,
    /// The names of the provider's functions, by number.
    pub providers: Vec<String>,
    /// The module that runs tasks, where there are any.
    pub driver: Option<Driver>,
    /// The module that logs calls, where anything does.
    pub log: Option<Module>,
    /// The name of the export that each function is, in the order in which they were added.
    pub exports: Vec<String>,
}

/// What is called when what a function gave has been read; see [`Options::post_return`].
pub const POST_RETURN: &str = "p";
/// The module that intrinsics are imported from.
pub const INTRINSICS: &str = "i";

impl<'c> Core<'c> {
    /// Without functions, and with what providers are told.
    pub fn new(abi: Abi<'c>, owns: &'c dyn Fn(ResourceId) -> bool, image: Image) -> Self {
        let (functions, providers, groups) = (Vec::new(), IndexSet::new(), IndexSet::new());
        let memory = Memory::new(image);
        Core { abi, owns, functions, providers, groups, memory, answer: None, active: None, converts: false }
    }

    /// Without functions, for an outer adapter that converts handles of some resource types.
    pub fn converting(abi: Abi<'c>, owns: &'c dyn Fn(ResourceId) -> bool) -> Self {
        Core { converts: true, ..Core::new(abi, owns, Image::default()) }
    }

    /// Logs each call of the functions that are added from now on.
    pub fn trace(&mut self) {
        let (size, align) = log::ANSWER;
        self.memory.need();
        // No value of a function's lies there: the host writes to it.
        self.answer = Some(self.memory.draft(&vec![0; size as usize], align));
    }

    /// Adds a function, and gives its number and what lifting it takes.
    /// `goes_on` says whether it is a task.
    pub fn add(&mut self, of: &'c Function<'c>, action: &'c Action, goes_on: bool) -> (usize, Options) {
        let signature = self.abi.signature(of.ty);
        let pointed = of.ty.params.iter().any(|(_, ty)| self.abi.has_pointers(ty));
        let realloc = signature.spilled || pointed;
        let given = of.ty.result.as_ref().is_some_and(|ty| self.abi.has_pointers(ty));
        let memory = realloc || given || signature.returns_pointer || goes_on;
        // What the host gives is passed like what a caller passes.
        let calls = action.calls();
        if memory || calls {
            self.memory.need();
        }
        // A provider may ask the host for something that is passed, whatever it gives itself.
        let passed = realloc || (calls && given) || action.provider().is_some();
        let code = calls::code(self, of, action, passed, goes_on);
        let name = action.traps().then(|| match calls {
            true => of.shown(),
            false => format!("denied: {}", of.shown()),
        });
        let post_return = calls && passed && signature.returns_pointer && !goes_on;
        self.functions.push(Defined { ty: Some(of.ty), code, name });
        (self.functions.len() - 1, Options { memory, realloc, post_return, goes_on })
    }

    /// Adds the two functions that convert handles of the host's into those of a resource type of the adapter's, and back.
    /// Gives their numbers.
    pub fn conversion(&mut self, id: ResourceId) -> (usize, usize) {
        self.memory.need();
        let codes = [calls::wrap(id), calls::unwrap(id)];
        self.functions.extend(codes.map(|code| Defined { ty: None, code, name: None }));
        (self.functions.len() - 2, self.functions.len() - 1)
    }

    /// The function that the one about to be added calls.
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

    /// The module.
    pub fn finish(mut self) -> Built {
        let driver = self.driver();
        let intrinsics: IndexSet<Intrinsic> = self.functions.iter().flat_map(|f| f.code.calls()).collect();
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
        // Functions that do the same are one, but for those that a backtrace would show.
        let mut known: BTreeMap<(u32, Vec<u8>, Option<&String>), String> = BTreeMap::new();
        let mut exports = Vec::new();
        for Defined { code, name, .. } in &self.functions {
            let signature = (code.signature.params.clone(), code.signature.result.clone());
            let body = code.encode(index);
            let key = (sections.signature(signature.clone()), body.clone().into_raw_body(), name.as_ref());
            let next = known.len().to_string();
            let export = known.entry(key).or_insert_with(|| {
                let function = sections.function(&next, signature, &body);
                name.iter().for_each(|name| sections.name(function, name));
                next
            });
            exports.push(export.clone());
        }
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
            exports,
        }
    }

    fn signature(&self, intrinsic: Intrinsic) -> Lowered {
        let i32s = |params, results| (vec![ValType::I32; params], vec![ValType::I32; results]);
        match intrinsic {
            Intrinsic::ResourceNew(_) | Intrinsic::ResourceRep(_) | Intrinsic::Wrap(_) | Intrinsic::Unwrap(_) => {
                i32s(1, 1)
            }
            Intrinsic::Log => i32s(2, 0),
            Intrinsic::StreamNew(_) | Intrinsic::FutureNew(_) => (vec![], vec![ValType::I64]),
            Intrinsic::FutureWrite(_) | Intrinsic::Drive => i32s(2, 1),
            Intrinsic::StreamRead(_) | Intrinsic::StreamWrite(_) => i32s(3, 1),
            Intrinsic::ContextGet | Intrinsic::WaitableSetNew => i32s(0, 1),
            Intrinsic::WaitableJoin => i32s(2, 0),
            Intrinsic::Realloc => i32s(4, 1),
            Intrinsic::Later(number) => {
                let ty = self.functions.get(number).and_then(|function| function.ty);
                ty.map(|ty| self.called_async(ty)).unwrap_or_default()
            }
            Intrinsic::TaskReturn(number) => {
                let ty = self.functions.get(number).and_then(|function| function.ty);
                (ty.map(|ty| self.abi.returned(ty)).unwrap_or_default(), vec![])
            }
            Intrinsic::Host(number) => {
                let ty = self.functions.get(number).and_then(|function| function.ty);
                ty.map(|ty| self.abi.lowered(ty)).unwrap_or_default()
            }
            // Numbers are those that `provider` gave; it has the signature that a component calls it with.
            Intrinsic::Provider(number) => {
                let name = self.providers.get_index(number);
                name.and_then(|name| Provider::signature(name)).cloned().unwrap_or_default()
            }
            _ => i32s(1, 0),
        }
    }
}
