//! Builds a core module function by function.

use indexmap::IndexSet;
use wasm_encoder::{
    CodeSection, ComponentBuilder, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType, Module, ModuleArg, NameMap,
    NameSection, TypeSection,
};

use crate::abi::Lowered;

/// An argument of a core module: its name, its kind and its index in the component.
pub(crate) type Argument = (String, ExportKind, u32);

/// Instantiates a core module in a component. `arguments` fill its imports, all of which have the module name `from`.
pub(crate) fn instantiate(builder: &mut ComponentBuilder, module: &Module, from: &str, arguments: &[Argument]) -> u32 {
    let module = builder.core_module(None, module);
    let arguments = (!arguments.is_empty()).then(|| (from, argument(builder, arguments)));
    builder.core_instantiate(None, module, arguments)
}

/// The argument for all imports of one module name: an inline core instance of these items.
pub(crate) fn argument(builder: &mut ComponentBuilder, items: &[Argument]) -> ModuleArg {
    let items: Vec<_> = items.iter().map(|(name, kind, index)| (name.as_str(), *kind, *index)).collect();
    ModuleArg::Instance(builder.core_instantiate_exports(None, items))
}

/// The sections of an incomplete core module.
#[derive(Default)]
pub(crate) struct Sections {
    types: IndexSet<Lowered>,
    imports: Option<ImportSection>,
    functions: FunctionSection,
    memories: MemorySection,
    globals: GlobalSection,
    exports: ExportSection,
    code: CodeSection,
    data: DataSection,
    names: NameMap,
    /// The number of functions.
    count: u32,
}

impl Sections {
    /// Imports an item that is not a function.
    pub(crate) fn import(&mut self, module: &str, name: &str, ty: impl Into<EntityType>) {
        self.imports().import(module, name, ty);
    }

    /// The import section. The module has one from the first call on, even if it is empty.
    pub(crate) fn imports(&mut self) -> &mut ImportSection {
        self.imports.get_or_insert_default()
    }

    /// Imports a function, and returns its index. All imports come before the first function of the module.
    pub(crate) fn import_function(&mut self, module: &str, name: &str, signature: Lowered) -> u32 {
        let ty = EntityType::Function(self.signature(signature));
        self.import(module, name, ty);
        self.count += 1;
        self.count - 1
    }

    /// The index of a function type.
    pub(crate) fn signature(&mut self, signature: Lowered) -> u32 {
        self.types.insert_full(signature).0 as u32
    }

    /// Adds and exports a function, and returns its index.
    pub(crate) fn function(&mut self, export: &str, signature: Lowered, body: &Function) -> u32 {
        let ty = self.signature(signature);
        self.functions.function(ty);
        self.code.function(body);
        self.exports.export(export, ExportKind::Func, self.count);
        self.count += 1;
        self.count - 1
    }

    /// Sets the name of a function in backtraces.
    pub(crate) fn name(&mut self, function: u32, name: &str) {
        self.names.append(function, name);
    }

    /// Adds and exports the memory.
    pub(crate) fn memory(&mut self, export: &str, ty: MemoryType) {
        self.memories.memory(ty);
        self.exports.export(export, ExportKind::Memory, 0);
    }

    /// Adds a global with an initial value, and exports it under a name if there is one.
    pub(crate) fn global(&mut self, export: Option<&str>, ty: GlobalType, value: i32) {
        let index = self.globals.len();
        self.globals.global(ty, &ConstExpr::i32_const(value));
        if let Some(export) = export {
            self.exports.export(export, ExportKind::Global, index);
        }
    }

    /// Adds initial bytes of the memory.
    pub(crate) fn data(&mut self, address: u32, bytes: &[u8]) {
        self.data.active(0, &ConstExpr::i32_const(address as i32), bytes.iter().copied());
    }

    /// The module.
    pub(crate) fn finish(self) -> Module {
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
