//! Adapts a replacement whose imports and exports have other, compatible versions: wraps it in a component with the
//! names of the old one.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use wasm_encoder::ComponentExportKind;
use wasmparser::component_types::ComponentItem;

use crate::imports::{ImportCopier, Imports};
use crate::load::Component;
use crate::name::best;
use crate::types::copy::{export_kind, extern_name};

/// Returns the item of a name, or else the item of the highest compatible version.
pub(super) fn named<'i>(
    items: &'i IndexMap<String, ComponentItem>,
    name: &str,
) -> Option<(&'i String, &'i ComponentItem)> {
    items.get_key_value(best(name, items.keys().map(String::as_str))?)
}

/// Wraps the new component in one with the names of the old one. `None` if the new component has these names itself.
///
/// # Errors
///
/// The imports of the old component cannot be written again, with the reason.
pub(super) fn renamed(old: &Component, new: &Component) -> Result<Option<Vec<u8>>, String> {
    let imports: BTreeMap<&String, &String> =
        new.imports().keys().filter_map(|name| Some((name, named(old.imports(), name)?.0))).collect();
    let exports: Vec<(&String, &String)> =
        old.exports().keys().filter_map(|name| Some((name, named(new.exports(), name)?.0))).collect();
    if imports.iter().all(|(own, given)| own == given) && exports.iter().all(|(name, own)| name == own) {
        return Ok(None);
    }
    let mut wrapper = ImportCopier::default();
    wrapper.copy_all(&Imports::of(old), old.imports())?;
    let ImportCopier { mut builder, imported, .. } = wrapper;
    let component = builder.component_raw(None, new.bytes());
    let arguments = imports.iter().filter_map(|(own, given)| Some((own.as_str(), *imported.get(*given)?)));
    let arguments: Vec<(&str, ComponentExportKind, u32)> =
        arguments.map(|(name, (kind, index))| (name, kind, index)).collect();
    let instance = builder.instantiate(None, component, arguments);
    for (name, own) in exports {
        let item = new.exports().get(own).ok_or("an export is not there")?;
        let kind = export_kind(item.ty);
        let index = builder.alias_export(instance, own, kind);
        builder.export(extern_name(name, item), kind, index, None);
    }
    Ok(Some(builder.finish()))
}
