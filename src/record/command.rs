//! Generates the component before the export `wasi:cli/run` of a replay. When the command has run, the component makes
//! it fail if calls are missing.
//!
//! Only a command runs once, so that only its end tells that no more calls follow.

use std::fmt::Write as _;

use wasmparser::component_types::{ComponentDefinedType, ComponentValType};

use crate::adapter::MISSING;
use crate::describe::Edge;
use crate::imports::{Imports, Interface};
use crate::load::Component;
use crate::name::base;
use crate::splice::{Insertion, Link, Position};

/// The insertion at the export `wasi:cli/run`. `recorders` is the number of the insertions before it, each of which is
/// a recorder that tells whether calls are missing. `None` if the component is not a command.
///
/// # Errors
///
/// The name of the export, if it has another type than that of a command. Nothing can be inserted there.
pub(super) fn insertion(whole: &Component, recorders: usize) -> Result<Option<Insertion>, String> {
    let all = Imports::of_exports(whole);
    let is_run = |interface: &&Interface<'_>| base(interface.name) == "wasi:cli/run" && recorders > 0;
    let Some(interface) = all.interfaces.iter().find(is_run) else { return Ok(None) };
    let run = interface.name;
    let is_async = is_async(whole, interface).ok_or_else(|| run.to_owned())?;
    let name = |number| format!("missing-{number}");
    let wires = (0..recorders).map(|number| (name(number), number, MISSING.to_owned())).collect();
    let links = vec![Link { name: "replay".to_owned(), bytes: text(run, is_async, recorders).into_bytes() }];
    let (edges, allowed) = (vec![Edge::Export(run.to_owned())], Vec::new());
    Ok(Some(Insertion { edges, position: Position::Between, links, allowed, wires }))
}

/// Whether `run` is asynchronous in an interface that contains only `run: func() -> result`. `None` for any other
/// interface.
fn is_async(whole: &Component, interface: &Interface<'_>) -> Option<bool> {
    let [function] = interface.functions.as_slice() else { return None };
    let is_bare = interface.types.is_empty() && interface.others.is_empty();
    let Some(ComponentValType::Type(result)) = function.ty.result else { return None };
    let gives_nothing =
        matches!(whole.types().get(result), Some(ComponentDefinedType::Result { ok: None, err: None, .. }));
    let is_it = is_bare && gives_nothing && function.name == "run" && function.ty.params.is_empty();
    is_it.then_some(function.ty.async_)
}

/// The component, as text. In the canonical ABI, a `result` without values is 0 or 1, like a `bool`.
fn text(run: &str, is_async: bool, recorders: usize) -> String {
    // The synchronous calls may block other tasks. There are none.
    let later = if is_async { "async " } else { "" };
    let (mut imports, mut given, mut own, mut calls) = (String::new(), String::new(), String::new(), String::new());
    for number in 0..recorders {
        _ = writeln!(imports, "(import \"missing-{number}\" (func $missing-{number} (result bool)))");
        _ = writeln!(imports, "(core func $missing-{number} (canon lower (func $missing-{number})))");
        _ = write!(given, "(export \"{number}\" (func $missing-{number}))");
        _ = write!(own, "(import \"\" \"{number}\" (func $missing-{number} (result i32)))");
        _ = write!(calls, "(i32.or (call $missing-{number}))");
    }
    format!(
        r#"(component {imports}
          (import "{run}" (instance $run (export "run" (func {later}(result (result))))))
          (core func $run (canon lower (func $run "run")))
          (core module $m {own} (import "" "run" (func $run (result i32)))
            (func (export "run") (result i32) call $run {calls}))
          (core instance $c (instantiate $m (with "" (instance {given} (export "run" (func $run))))))
          (func $f {later}(result (result)) (canon lift (core func $c "run")))
          (instance $e (export "run" (func $f)))
          (export "{run}" (instance $e)))"#
    )
}
