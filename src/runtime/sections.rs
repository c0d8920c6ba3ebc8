//! A core module, as its functions are written one after another.

use indexmap::IndexSet;
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType, Module, NameMap, NameSection, TypeSection,
};

use crate::abi::Lowered;

/// The sections of a core module in the making.
#[derive(Default)]
pub struct Sections {
    types: IndexSet<Lowered>,
    imports: Option<ImportSection>,
    functions: FunctionSection,
    memories: MemorySection,
    globals: GlobalSection,
    exports: ExportSection,
    code: CodeSection,
    data: DataSection,
    names: NameMap,
    /// How many functions there are.
    count: u32,
}

impl Sections {
    /// Imports something that is no function.
    pub fn import(&mut self, module: &str, name: &str, ty: impl Into<EntityType>) {
        self.imports().import(module, name, ty);
    }

    /// The imports, which the module has a section for, if of nothing.
    pub fn imports(&mut self) -> &mut ImportSection {
        self.imports.get_or_insert_default()
    }

    /// Imports a function, and gives its index. All imports come before the first function of its own.
    pub fn import_function(&mut self, module: &str, name: &str, signature: Lowered) -> u32 {
        let ty = EntityType::Function(self.signature(signature));
        self.import(module, name, ty);
        self.count += 1;
        self.count - 1
    }

    /// The index of a type of functions.
    pub fn signature(&mut self, signature: Lowered) -> u32 {
        self.types.insert_full(signature).0 as u32
    }

    /// Adds a function of its own, which is exported, and gives its index.
    pub fn function(&mut self, export: &str, signature: Lowered, body: &Function) -> u32 {
        let ty = self.signature(signature);
        self.functions.function(ty);
        self.code.function(body);
        self.exports.export(export, ExportKind::Func, self.count);
        self.count += 1;
        self.count - 1
    }

    /// Says what backtraces call a function.
    pub fn name(&mut self, function: u32, name: &str) {
        self.names.append(function, name);
    }

    /// Adds the memory, which is exported.
    pub fn memory(&mut self, export: &str, ty: MemoryType) {
        self.memories.memory(ty);
        self.exports.export(export, ExportKind::Memory, 0);
    }

    /// Adds a global, which has a value at first, and may be exported.
    pub fn global(&mut self, export: Option<&str>, ty: GlobalType, value: i32) {
        let index = self.globals.len();
        self.globals.global(ty, &ConstExpr::i32_const(value));
        if let Some(export) = export {
            self.exports.export(export, ExportKind::Global, index);
        }
    }

    /// Puts bytes into the memory.
    pub fn data(&mut self, address: u32, bytes: &[u8]) {
        self.data.active(0, &ConstExpr::i32_const(address as i32), bytes.iter().copied());
    }

    /// The module.
    pub fn finish(self) -> Module {
        let mut types = TypeSection::new();
        for (params, results) in &self.types {
            types.ty().function(params.iter().copied(), results.iter().copied());
        }
        let mut module = Module::new();
        module.section(&types);
        self.imports.iter().for_each(|imports| _ = module.section(imports));
        module.section(&self.functions);
        if !self.memories.is_empty() {
            module.section(&self.memories);
        }
        if !self.globals.is_empty() {
            module.section(&self.globals);
        }
        module.section(&self.exports).section(&self.code);
        if !self.data.is_empty() {
            module.section(&self.data);
        }
        if !self.names.is_empty() {
            let mut section = NameSection::new();
            section.functions(&self.names);
            module.section(&section);
        }
        module
    }
}
