//! The properties of a core module that determine how it becomes a component.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

use super::PREVIEW_1;
use crate::load::error::LoadError;
use crate::load::{metadata, nesting};

/// The module name of imports of preview 0.
pub(super) const PREVIEW_0: &str = "wasi_unstable";

/// The module name of an adapter's imports from the module that it is for.
pub(super) const MAIN_MODULE: &str = "__main_module__";

/// Functions that every adapter for preview 1 exports, with names that no other module uses.
const OF_PREVIEW_1: [&str; 3] = ["fd_write", "environ_sizes_get", "random_get"];

/// The properties of a core module.
pub(super) struct Traits {
    /// Whether it has a custom section that describes its world.
    pub has_metadata: bool,
    /// Whether it exports `_start`.
    pub is_command: bool,
    /// The module names of its imports.
    pub imports: BTreeSet<String>,
    /// The functions that it imports, by module name.
    pub functions: BTreeMap<String, BTreeSet<String>>,
    /// The functions that it exports.
    pub exports: BTreeSet<String>,
    /// Whether it imports a memory.
    imports_memory: bool,
    /// The functions among [`OF_PREVIEW_1`] that it exports.
    preview1: BTreeSet<&'static str>,
}

impl Traits {
    /// Reads the properties of a module.
    ///
    /// # Errors
    ///
    /// The module cannot be read, or its metadata is invalid.
    pub(super) fn read(file: &str, module: &[u8]) -> Result<Traits, LoadError> {
        let invalid = |error| nesting::Failure::Malformed(error).in_file(file);
        let mut traits = Traits {
            has_metadata: false,
            is_command: false,
            imports: BTreeSet::new(),
            functions: BTreeMap::new(),
            exports: BTreeSet::new(),
            imports_memory: false,
            preview1: BTreeSet::new(),
        };
        for payload in Parser::new(0).parse_all(module) {
            match payload.map_err(invalid)? {
                Payload::CustomSection(section) if section.name().starts_with("component-type") => {
                    traits.has_metadata = true;
                    metadata::check_section(file, section.data())?;
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import.map_err(invalid)?;
                        traits.imports.insert(import.module.to_owned());
                        traits.imports_memory |= matches!(import.ty, TypeRef::Memory(_));
                        if matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                            let functions = traits.functions.entry(import.module.to_owned()).or_default();
                            functions.insert(import.name.to_owned());
                        }
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export.map_err(invalid)?;
                        let name = export.name;
                        if matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                            traits.exports.insert(name.to_owned());
                        }
                        traits.is_command |= name == "_start";
                        traits.preview1.extend(OF_PREVIEW_1.into_iter().find(|known| *known == name));
                    }
                }
                _ => {}
            }
        }
        Ok(traits)
    }

    /// Whether it imports functions of preview 1.
    pub(super) fn imports_preview1(&self) -> bool {
        self.imports.contains(PREVIEW_1)
    }

    /// The kind of adapter that this module is. `None` if it is not an adapter. An adapter imports the memory of the
    /// module that it is for, or calls its exports.
    pub(super) fn adapter(&self) -> Option<&'static str> {
        let calls_main = self.imports.contains(MAIN_MODULE);
        match (calls_main || self.imports_memory) && self.preview1.len() == OF_PREVIEW_1.len() {
            true => Some("a preview 1 adapter"),
            false => calls_main.then_some("an adapter for the imports of another module"),
        }
    }
}
