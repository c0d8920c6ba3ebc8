//! What stands before a command whose calls are answered from recordings: when it has run, it fails if it made fewer calls.
//!
//! Only of a command is it known when there are no more calls: it runs once.

use std::fmt::Write as _;

use crate::adapter::LEFT;
use crate::load::Component;
use crate::name::base;
use crate::splice::{Insertion, Link, Position};

/// What is inserted behind so many recorders, each of which tells whether calls were not made.
pub fn insertion(whole: &Component, recorders: usize) -> Option<Insertion> {
    let run = whole.exports().keys().find(|name| base(name) == "wasi:cli/run").filter(|_| recorders > 0)?;
    let name = |number| format!("left-{number}");
    let wires = (0..recorders).map(|number| (name(number), number, LEFT.to_owned())).collect();
    let links = vec![Link { name: "replay".to_owned(), bytes: text(run, recorders).into_bytes() }];
    let (edges, allowed) = (vec![format!("export {run}")], Vec::new());
    Some(Insertion { edges, position: Position::Between, links, allowed, wires })
}

/// The component. A result without values is 0 or 1, as a `bool` is.
fn text(run: &str, recorders: usize) -> String {
    // Since WASI 0.3, the function is asynchronous. What is called here may keep others waiting: there are none.
    let later = if run.starts_with("wasi:cli/run@0.2.") { "" } else { "async " };
    let (mut imports, mut given, mut own, mut calls) = (String::new(), String::new(), String::new(), String::new());
    for number in 0..recorders {
        _ = writeln!(imports, "(import \"left-{number}\" (func $left-{number} (result bool)))");
        _ = writeln!(imports, "(core func $left-{number} (canon lower (func $left-{number})))");
        _ = write!(given, "(export \"{number}\" (func $left-{number}))");
        _ = write!(own, "(import \"\" \"{number}\" (func $left-{number} (result i32)))");
        _ = write!(calls, "(i32.or (call $left-{number}))");
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
