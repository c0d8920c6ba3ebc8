//! The core module of an adapter: a function for each one that it refuses.

mod code;
mod memory;
mod rep;
mod walk;

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, FunctionSection, ImportSection, Module,
    NameMap, NameSection, TypeSection, ValType,
};
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentFuncType, ResourceId};

use super::answer::{Body, Refusal};
use super::trace;
use crate::abi::{Abi, Signature as Lifted};
use crate::provide::image::Image;
use crate::provide::module::Signature;
use code::Code;
pub use memory::{Dropped, GLOBALS, MEMORY, MOVES, Memory, REALLOC, SETTINGS, destructors};
pub use rep::NULL;

/// Something that the module needs of the component around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // Component Model, Canonical ABI, "Canonical Definitions", has a function for each.
pub enum Intrinsic {
    ResourceNew(ResourceId),
    ResourceRep(ResourceId),
    ResourceDrop(ResourceId),
    StreamNew(ComponentDefinedTypeId),
    StreamDropReadable(ComponentDefinedTypeId),
    StreamDropWritable(ComponentDefinedTypeId),
    FutureNew(ComponentDefinedTypeId),
    FutureWrite(ComponentDefinedTypeId),
    FutureDropReadable(ComponentDefinedTypeId),
    /// The function of the host's that one is forwarded to, by number.
    Host(usize),
    /// The function of a provider's, by number.
    Provider(usize),
    /// The function that tells of a call.
    Tell,
    /// The function that makes a handle of the inner adapter's of one of the host's.
    Wrap(ResourceId),
    /// The function that gives the host's handle for one of the inner adapter's.
    Unwrap(ResourceId),
}

/// What a function does.
#[derive(Debug, Clone, PartialEq)]
pub enum Behaviour {
    /// Always the same.
    One(Body),
    /// Always what another function does.
    Call(Intrinsic),
    /// What the handles ask for that are passed.
    ByHandle(Choice),
}

/// What a function does for the handles that it is passed, by what they stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Where a denied function made one.
    pub deny: Body,
    /// Where an ignored one did.
    pub ignore: Body,
    /// The provider's function, where one is a provider's.
    pub provider: Option<Intrinsic>,
    /// The host's, where all are the host's.
    pub host: Option<Intrinsic>,
    /// Whether the provider's function knows all handles, and is called for all that are not the host's alone.
    pub mixes: bool,
}

impl Behaviour {
    /// Whether a call can trap.
    pub fn traps(&self) -> bool {
        match self {
            Behaviour::One(body) => *body == Body::Trap,
            Behaviour::Call(_) => false,
            Behaviour::ByHandle(Choice { deny, ignore, mixes, .. }) => {
                !mixes && (*deny == Body::Trap || *ignore == Body::Trap)
            }
        }
    }

    /// Whether a provider's function is called for it.
    pub fn is_provided(&self) -> bool {
        match self {
            Behaviour::One(_) => false,
            Behaviour::Call(function) => matches!(function, Intrinsic::Provider(_)),
            Behaviour::ByHandle(choice) => choice.provider.is_some(),
        }
    }

    /// Whether other functions are called for it.
    pub fn calls(&self) -> bool {
        match self {
            Behaviour::One(_) => false,
            Behaviour::Call(_) => true,
            Behaviour::ByHandle(choice) => choice.provider.is_some() || choice.host.is_some(),
        }
    }
}

/// What the canonical options of a lifted function must have.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Options {
    pub memory: bool,
    pub realloc: bool,
    pub post_return: bool,
}

/// A core module in the making.
pub struct Core<'c> {
    abi: Abi<'c>,
    /// Whether the adapter owns a resource type.
    owns: &'c dyn Fn(ResourceId) -> bool,
    functions: Vec<Defined>,
    /// The signatures of the host's functions.
    hosts: Vec<Signature>,
    /// The names and signatures of the provider's.
    providers: IndexMap<String, Signature>,
    memory: Memory,
    /// Where the host may put what it answers when it is told of a call, where it is.
    answer: Option<u32>,
    /// Whether it is an outer adapter's, whose handles are the host's and the inner adapter's.
    converts: bool,
}

struct Defined {
    signature: Lifted,
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
    /// The module that tells of calls, where anything does.
    pub tells: Option<Module>,
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
        let (functions, hosts, providers) = (Vec::new(), Vec::new(), IndexMap::new());
        Core { abi, owns, functions, hosts, providers, memory: Memory::new(image), answer: None, converts: false }
    }

    /// Without functions, for an outer adapter that converts handles of some resource types.
    pub fn converting(abi: Abi<'c>, owns: &'c dyn Fn(ResourceId) -> bool) -> Self {
        Core { converts: true, ..Core::new(abi, owns, Image::default()) }
    }

    /// Tells of each call to the functions that are added from now on.
    pub fn trace(&mut self) {
        let (size, align) = trace::ANSWER;
        self.memory.need();
        // No value of a function's lies there: the host writes to it.
        self.answer = Some(self.memory.draft(&vec![0; size as usize], align));
    }

    /// Adds a function of the host's that one is forwarded to, and gives its number.
    pub fn host(&mut self, ty: &ComponentFuncType) -> usize {
        self.hosts.push(self.abi.lowered(ty));
        self.hosts.len() - 1
    }

    /// Adds a function of the provider's, and gives its number.
    pub fn provider(&mut self, name: String, ty: &ComponentFuncType) -> usize {
        self.providers.insert_full(name, self.abi.lowered(ty)).0
    }

    /// Adds a function, and gives its number and what lifting it takes.
    pub fn add(&mut self, of: Refusal<'c>, behaviour: &Behaviour) -> (usize, Options) {
        let signature = self.abi.signature(of.ty);
        let pointed = of.ty.params.iter().any(|(_, ty)| self.abi.has_pointers(ty));
        let realloc = signature.spilled || pointed;
        let given = of.ty.result.as_ref().is_some_and(|ty| self.abi.has_pointers(ty));
        let memory = realloc || given || signature.returns_pointer;
        // What the host gives is passed like what a caller passes.
        let forwards = behaviour.calls();
        if memory || forwards {
            self.memory.need();
        }
        // A provider may ask the host for something that is passed, whatever it gives itself.
        let passed = realloc || (forwards && given) || behaviour.is_provided();
        let code = code::code(self, of, &signature, behaviour, passed);
        let name = behaviour.traps().then(|| match forwards {
            true => of.shown(),
            false => format!("denied: {}", of.shown()),
        });
        let returns_pointer = signature.returns_pointer;
        self.functions.push(Defined { signature, code, name });
        let post_return = forwards && passed && returns_pointer;
        (self.functions.len() - 1, Options { memory, realloc, post_return })
    }

    /// Adds the two functions that convert handles of the host's into those of a resource type of the adapter's, and back.
    /// Gives their numbers.
    pub fn conversion(&mut self, id: ResourceId) -> (usize, usize) {
        self.memory.need();
        for code in [code::wrap(id), code::unwrap(id)] {
            let (params, result) = (vec![ValType::I32], vec![ValType::I32]);
            let signature = Lifted { params, spilled: false, result, returns_pointer: false };
            self.functions.push(Defined { signature, code, name: None });
        }
        (self.functions.len() - 2, self.functions.len() - 1)
    }

    /// The module.
    pub fn finish(self) -> Built {
        let intrinsics: IndexSet<Intrinsic> = self.functions.iter().flat_map(|f| f.code.intrinsics()).collect();
        let mut types: IndexSet<(Vec<ValType>, Vec<ValType>)> = IndexSet::new();
        let mut imports = ImportSection::new();
        for (number, intrinsic) in intrinsics.iter().enumerate() {
            let ty = types.insert_full(self.signature(*intrinsic)).0 as u32;
            imports.import(INTRINSICS, &number.to_string(), EntityType::Function(ty));
        }
        let has_memory = self.memory.is_needed();
        if has_memory {
            self.memory.import(INTRINSICS, &mut imports);
        }

        // Functions that do the same are one, but for those that a backtrace would show.
        let (mut functions, mut code, mut exports) = (FunctionSection::new(), CodeSection::new(), ExportSection::new());
        let mut known: BTreeMap<(u32, Vec<u8>, Option<&String>), String> = BTreeMap::new();
        let (mut exported, mut names) = (Vec::new(), NameMap::new());
        let first = intrinsics.len() as u32;
        let mut next = first;
        for function in &self.functions {
            let Lifted { params, result, .. } = &function.signature;
            let ty = types.insert_full((params.clone(), result.clone())).0 as u32;
            let body = function.code.encode(&intrinsics);
            let key = (ty, body.clone().into_raw_body(), function.name.as_ref());
            let export = known.entry(key).or_insert_with(|| {
                functions.function(ty);
                code.function(&body);
                if let Some(name) = &function.name {
                    names.append(next, name);
                }
                let export = (next - first).to_string();
                exports.export(&export, ExportKind::Func, next);
                next += 1;
                export
            });
            exported.push(export.clone());
        }
        if has_memory {
            functions.function(types.insert_full((vec![ValType::I32], vec![])).0 as u32);
            code.function(&code::post_return().encode(&intrinsics));
            exports.export(POST_RETURN, ExportKind::Func, next);
        }

        let mut section = TypeSection::new();
        for (params, results) in &types {
            section.ty().function(params.iter().copied(), results.iter().copied());
        }
        let mut module = Module::new();
        module.section(&section).section(&imports).section(&functions).section(&exports).section(&code);
        if let Some((offset, bytes)) = self.memory.data() {
            let mut data = DataSection::new();
            data.active(0, &ConstExpr::i32_const(offset as i32), bytes.iter().copied());
            module.section(&data);
        }
        if !names.is_empty() {
            let mut section = NameSection::new();
            section.functions(&names);
            module.section(&section);
        }
        Built {
            tells: self.answer.map(|answer| trace::module(self.memory.ty(), answer)),
            module,
            memory: has_memory.then_some(self.memory),
            intrinsics: intrinsics.into_iter().collect(),
            providers: self.providers.into_keys().collect(),
            exports: exported,
        }
    }

    fn signature(&self, intrinsic: Intrinsic) -> Signature {
        match intrinsic {
            Intrinsic::ResourceNew(_) | Intrinsic::ResourceRep(_) | Intrinsic::Wrap(_) | Intrinsic::Unwrap(_) => {
                (vec![ValType::I32], vec![ValType::I32])
            }
            Intrinsic::Tell => (vec![ValType::I32, ValType::I32], vec![]),
            Intrinsic::StreamNew(_) | Intrinsic::FutureNew(_) => (vec![], vec![ValType::I64]),
            Intrinsic::FutureWrite(_) => (vec![ValType::I32, ValType::I32], vec![ValType::I32]),
            // Numbers are those that `host` and `provider` gave.
            Intrinsic::Host(number) => self.hosts.get(number).cloned().unwrap_or_default(),
            Intrinsic::Provider(number) => {
                self.providers.get_index(number).map(|(_, signature)| signature.clone()).unwrap_or_default()
            }
            _ => (vec![ValType::I32], vec![]),
        }
    }
}
