//! The component that a recorder is generated for: it imports the recorded interfaces, and those with which the
//! recorder writes to standard error.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use wasmparser::component_types::ComponentItem;

use super::error::RecordError;
use crate::imports::{Function, ImportCopier, Imports, Interface};
use crate::load::component::interface;
use crate::load::{Component, decode};
use crate::name::versioned;
use crate::types::{NamedType, Side, TypeKey, mentions};

/// The recorded imports or exports of a component, which are interfaces or functions.
#[derive(Clone, Copy)]
pub(super) struct Edges<'e> {
    pub component: &'e Component,
    pub side: Side,
    pub names: &'e BTreeSet<String>,
}

/// The interfaces with which a recorder writes to standard error, without versions.
const SINK: [&str; 3] = ["wasi:io/error", "wasi:io/streams", "wasi:cli/stderr"];

/// The names of imports or exports, each with the interface that it implements.
pub(super) fn interfaces(items: &IndexMap<String, ComponentItem>) -> Vec<(String, String)> {
    items.iter().map(|(name, item)| (name.clone(), interface(name, item))).collect()
}

impl Edges<'_> {
    /// The recorded names, each with the interface that it implements.
    pub(super) fn interfaces(&self) -> Vec<(String, String)> {
        let items = if self.side == Side::Export { self.component.exports() } else { self.component.imports() };
        let mut all = interfaces(items);
        all.retain(|(name, _)| self.names.contains(name));
        all
    }

    /// The interfaces with which the recorder writes to standard error: of the version that the component imports,
    /// unless they are recorded themselves.
    pub(super) fn sink(&self) -> Vec<String> {
        let names = |version: &str| SINK.map(|name| format!("{name}@{version}"));
        let imports = self.component.imports().keys().map(|name| versioned(name));
        let own = imports.filter(|(name, _)| *name == "wasi:cli/stderr").filter_map(|(_, version)| version);
        let own = own.filter(|version| version.starts_with("0.2.")).map(str::to_owned);
        let mut versions = own.chain((0..).map(|patch| format!("0.2.{patch}")));
        let free = versions.find(|version| !names(version).iter().any(|name| self.names.contains(name)));
        free.map_or_else(Vec::new, |version| names(&version).to_vec())
    }

    /// Makes the component that imports the recorded interfaces, the types that they mention, and the interfaces of a
    /// sink.
    ///
    /// # Errors
    ///
    /// A recorded name is neither an interface nor a function, or the component cannot be encoded.
    pub(super) fn world(&self, sink: &[String]) -> Result<Component, RecordError> {
        let Edges { component, side, names } = *self;
        let failed = |why: String| RecordError::Impossible { at: component.name().to_owned(), why };
        let imports = Imports::of(component);
        let exports = (side == Side::Export).then(|| Imports::of_exports(component));
        let all = exports.as_ref().unwrap_or(&imports);
        let is_known = |name: &String| match all.interfaces.iter().find(|of| of.name == name) {
            Some(_) => !name.is_empty(),
            None => all.functions().any(|(of, function)| of.name.is_empty() && function.name == name),
        };
        if let Some(name) = names.iter().find(|name| !is_known(name)) {
            let why = "it is no interface and no function".to_owned();
            return Err(RecordError::Function { function: name.clone(), why, others: Vec::new() });
        }
        let items = if side == Side::Export { component.exports() } else { component.imports() };
        let items = items.iter().filter(|(name, _)| names.contains(*name));
        let mentioned = items.flat_map(|(_, item)| mentions::mentioned(component, item.ty)).collect();
        let (has_type, has_function) = (self.has_type(mentioned), self.has_function());
        let mut world = ImportCopier::default();
        for (all, items, of) in
            [(Some(&imports), component.imports(), Side::Import), (exports.as_ref(), component.exports(), Side::Export)]
        {
            let Some(all) = all else { continue };
            world
                .copy(all, items, &|i, ty| has_type(of, i, ty), &|function| has_function(of, function))
                .map_err(failed)?;
        }
        if let Some(version) = sink.first().and_then(|name| versioned(name).1) {
            let text = SINK_TEXT.replace("VERSION", version);
            let sink = decode("sink".to_owned(), "sink".to_owned(), text.into_bytes());
            let sink = sink.map_err(|error| failed(error.to_string()))?;
            world = world.of_another();
            world.copy_all(&Imports::of(&sink), sink.imports()).map_err(failed)?;
        }
        let bytes = world.builder.finish();
        let decoded = Component::decode(component.name().to_owned(), component.file().to_owned(), bytes);
        decoded.map_err(|error| failed(error.to_string()))
    }

    /// Returns the condition on the types of interfaces that the component needs: the interface is recorded, or a
    /// recorded one mentions the type.
    fn has_type(
        &self,
        mentioned: BTreeSet<TypeKey>,
    ) -> impl Fn(Side, &Interface<'_>, &NamedType<'_>) -> bool + use<'_> {
        let Edges { component, side, names } = *self;
        move |of, interface, ty| {
            let key = component.key(ty.created);
            let path = if interface.name.is_empty() { vec![ty.name] } else { vec![interface.name, ty.name] };
            let defined = component.definition(key).filter(|definition| definition.side == of);
            let is_recorded = of == side && names.contains(interface.name);
            is_recorded || (mentioned.contains(&key) && defined.is_some_and(|definition| definition.path == path))
        }
    }

    fn has_function(&self) -> impl Fn(Side, &Function<'_>) -> bool + use<'_> {
        let Edges { side, names, .. } = *self;
        move |of, function| {
            let import = if function.interface.is_empty() { function.name } else { function.interface };
            of == side && names.contains(import)
        }
    }
}

/// The parts of WASI with which a recorder writes to standard error.
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
