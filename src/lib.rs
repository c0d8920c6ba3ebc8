//! weld, the linker of the WebAssembly component world.
//!
//! Components go in with a description of who is plugged into whom. One component comes out, which was verified against that
//! description. On the way, weld can deny a component functions of the host, or answer them in the host's place.
//!
//! ```
//! use weld::{Composer, Grants, Input, Policy};
//!
//! # let app = r#"(component
//! #   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
//! #   (import "answer" (func $answer (result u32)))
//! #   (export "run" (func $answer)))"#;
//! # let library = r#"(component
//! #   (core module $code (func (export "answer") (result i32) i32.const 42))
//! #   (core instance $code (instantiate $code))
//! #   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
//! let composition = Composer::new()
//!     .component("app", Input::bytes(app))
//!     .component("library", Input::bytes(library))
//!     .grant("app", Grants::deny_all().allow("stdout")?)
//!     .compose()?;
//!
//! let policy = Policy::parse("policy.toml", r#"
//!     default = "allow"
//!     [[rule]]
//!     deny = ["random"]
//! "#)?;
//! assert!(weld::check(composition.bytes(), &policy)?.is_empty());
//! # Ok::<(), weld::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | compose components, restrict them, verify what others composed | [`Composer`] |
//! | build what a manifest describes; write one | [`build()`]; [`init()`], [`add()`] |
//! | see what is in a component | [`inspect()`], [`explain()`], [`print()`] |
//! | check components | [`check()`] and [`check_all()`] against a policy, [`targets()`] against a world |
//! | compare components | [`snapshot()`], [`diff()`] |
//! | make a component of a core module | [`componentize()`] |
//! | change what others composed, take it apart | [`swap()`], [`splice()`], [`split()`] |
//! | record the calls of a component, print them, answer them from a recording | [`record()`], [`trace()`], [`replay()`] |
//!
//! Nothing is written to files but by [`Build::write`]. Files are read where an [`Input::file`], a manifest or a directory of
//! [`Grants`] names them; all else works on bytes in memory, on `wasm32-unknown-unknown` too. So do these, with
//! [`Composer::files`] and [`BuildOptions::files`]. What is composed depends on the
//! bytes of the inputs and on the description alone.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `cli` (default) | the command, and all others |
//! | `pictures` | `dot`, `mermaid` and `html` of an [`Inspection`] |
//! | `preview1` | the adapters from preview 1 to WASI 0.2, for core modules that import preview 1 |
//! | `wac` | WAC documents: [`Composer::document`], and manifests that name one |
//! | `compose-config` | configuration files of `wasm-tools compose`, which only the command reads |
//!
//! A manifest that names a WAC document is an error without `wac`; all else that it describes is built with `default-features = false`
//! too.

#![deny(missing_docs, unreachable_pub)]
// Reports, pictures and hints are the command's.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

mod abi;
mod adapter;
mod build;
mod check;
mod compose;
mod decide;
mod decode;
mod describe;
mod diff;
mod emit;
mod encode;
mod error;
mod explain;
mod files;
mod finding;
mod follow;
mod generated;
mod grants;
mod guard;
mod imports;
mod inspect;
mod judged;
mod library;
mod limits;
mod link;
mod load;
mod name;
mod policy;
mod process;
mod proof;
mod provenance;
mod record;
mod report;
mod rules;
mod runtime;
mod snapshot;
mod splice;
mod split;
mod swap;
mod targets;
mod text;
mod timings;
mod types;
mod validate;
mod verify;
mod virtualize;

#[cfg(feature = "cli")]
pub mod cli;
/// The README, of which the examples of the library are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
#[cfg(fuzzing)]
pub mod fuzzing;

pub use build::{Build, BuildOptions};
pub use compose::Composition;
pub use describe::{Grants, Policy};
pub use diff::Difference;
pub use inspect::Inspection;
pub use library::{
    Checks, Composer, Diagnostic, Error, Explanation, Findings, Input, add, build, check, check_all, componentize,
    diff, explain, init, inspect, print, record, replay, schemas, snapshot, splice, split, suggest, swap, targets,
    trace,
};
pub use load::world::Wit;
pub use snapshot::Snapshot;

use error::PhaseError;
