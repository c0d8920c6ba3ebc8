//! The component that a recorder is generated for: it imports the recorded interfaces, and what the recorder writes with.

use std::collections::BTreeSet;

use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentTypeRef};

use super::error::RecordError;
use crate::imports::{Function, Imports};
use crate::load::{Component, decode};
use crate::name::versioned;
use crate::types::copy::writer::instance_type;
use crate::types::copy::{TypeIndices, extern_name};
use crate::types::{NamedType, TypeKey, mentions};

/// The interfaces that a recorder writes with, without their versions.
const SINK: [&str; 3] = ["wasi:io/error", "wasi:io/streams", "wasi:cli/stderr"];

/// The interfaces that the recorder of some imports of a component writes with: of the component's version, but none that it
/// records.
pub fn sink(component: &Component, recorded: &BTreeSet<String>) -> Vec<String> {
    let of = |version: &str| SINK.map(|name| format!("{name}@{version}"));
    let imports = component.imports().keys().map(|name| versioned(name));
    let own = imports.filter(|(name, _)| *name == "wasi:cli/stderr").filter_map(|(_, version)| version);
    let own = own.filter(|version| version.starts_with("0.2.")).map(str::to_owned);
    let mut versions = own.chain((0..).map(|patch| format!("0.2.{patch}")));
    let free = versions.find(|version| !of(version).iter().any(|name| recorded.contains(name)));
    free.map_or_else(Vec::new, |version| of(&version).to_vec())
}

/// The component with some imports of another one, the types that these consist of, and a sink.
pub fn of(component: &Component, recorded: &BTreeSet<String>, sink: &[String]) -> Result<Component, RecordError> {
    let failed = |why: String| RecordError::Impossible { at: component.name().to_owned(), why };
    let mut builder = ComponentBuilder::default();
    let imports = Imports::of(component);
    let is_recorded = |name: &str| recorded.contains(name);
    let all: Vec<&str> = imports.interfaces.iter().map(|of| of.name).filter(|name| is_recorded(name)).collect();
    if let Some(name) = recorded.iter().find(|name| !all.contains(&name.as_str())) {
        return Err(RecordError::Function { function: name.clone(), why: "it is no interface".to_owned() });
    }
    let items = component.imports().iter().filter(|(name, _)| is_recorded(name));
    let mentioned: BTreeSet<TypeKey> = items.flat_map(|(_, item)| mentions::mentioned(component, item.ty)).collect();
    copy(
        &mut builder,
        &imports,
        &|interface, ty| {
            let key = component.key(ty.created);
            is_recorded(interface)
                || (component.imported(key) == Some((interface, ty.name)) && mentioned.contains(&key))
        },
        &is_recorded,
    )
    .map_err(failed)?;
    if let Some(version) = sink.first().and_then(|name| versioned(name).1) {
        let text = SINK_TEXT.replace("VERSION", version);
        let sink = decode("sink".to_owned(), "sink".to_owned(), text.into_bytes());
        let sink = sink.map_err(|error| failed(error.to_string()))?;
        copy(&mut builder, &Imports::of(&sink), &|_, _| true, &|_| true).map_err(failed)?;
    }
    let decoded = Component::decode(component.name().to_owned(), component.file().to_owned(), builder.finish());
    decoded.map_err(|error| failed(error.to_string()))
}

/// Imports some types of a component's imports, and all functions of some.
fn copy<'c>(
    builder: &mut ComponentBuilder,
    imports: &Imports<'c>,
    has_type: &dyn Fn(&str, &NamedType<'c>) -> bool,
    has_functions: &dyn Fn(&str) -> bool,
) -> Result<(), String> {
    let (component, mut names) = (imports.component, TypeIndices::default());
    for interface in imports.interfaces.iter().filter(|interface| !interface.name.is_empty()) {
        let types: Vec<NamedType<'c>> =
            interface.types.iter().filter(|ty| has_type(interface.name, ty)).copied().collect();
        let functions: Vec<&Function<'c>> =
            interface.functions.iter().filter(|_| has_functions(interface.name)).collect();
        if types.is_empty() && functions.is_empty() {
            continue;
        }
        let items = functions.iter().map(|function| (function.name, function.id));
        let ty = instance_type(component, builder, &types, items, &mut names)?;
        let item = component.imports().get(interface.name).ok_or("an interface is not there")?;
        let instance = builder.import(extern_name(interface.name, item), ComponentTypeRef::Instance(ty));
        for ty in &types {
            let index = builder.alias_export(instance, ty.name, ComponentExportKind::Type);
            names.add_named(component, ty, index);
        }
    }
    Ok(())
}

/// As much of WASI as a recorder writes with.
const SINK_TEXT: &str = r#"(component
  (import "wasi:io/error@VERSION" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@VERSION" (instance $streams
    (export "output-stream" (type $stream (sub resource)))
    (alias outer 1 $error (type $of-errors))
    (export "error" (type $error (eq $of-errors)))
    (type $cases (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $cases)))
    (export "[method]output-stream.blocking-write-and-flush" (func
      (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:cli/stderr@VERSION" (instance
    (alias outer 1 $stream (type $of-streams))
    (export "output-stream" (type $stream (eq $of-streams)))
    (export "get-stderr" (func (result (own $stream)))))))"#;
