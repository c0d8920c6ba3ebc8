//! The tests of weld as a program: a module for each promise, which `cargo test --test it policy::` selects by its name.
//!
//! They are one program, because most of them run what weld wrote, and wasmtime would be linked into each.

#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

mod adversaries;
mod advice;
mod bounds;
mod build;
mod chain;
mod command_line;
mod componentize;
mod compose_config;
#[cfg(feature = "build-tools")]
mod depfile;
mod determinism;
mod diff;
mod emit;
mod examples;
mod explain;
mod filesystem;
mod filesystem_calls;
mod filesystem_random;
mod grants;
mod groups;
mod guests;
mod help;
mod hostile;
mod hosts;
mod http_chain;
mod http_rules;
mod inputs;
mod inspect;
mod known_functions;
mod labels;
mod layering;
mod load;
mod manifest_commands;
mod names;
mod names_of_types;
mod nested_types;
mod obsolete;
#[cfg(feature = "peers")]
mod peers;
mod pictures;
mod policy;
mod policy_reach;
mod policy_reports;
mod policy_suggest;
mod policy_trust;
mod privilege;
mod provenance;
mod provider;
mod provider_outputs;
mod providers;
#[cfg(feature = "real-components")]
mod real;
#[cfg(feature = "real-components")]
mod real_settings;
mod record;
mod run;
mod saved;
mod schema;
mod settings;
mod shapes;
mod shared_types;
mod snapshot;
mod socket_rules;
mod split;
mod streams;
mod stubs;
mod swap;
mod targets;
mod unwrapped;
mod verify;
mod verify_adapters;
mod verify_command;
mod verify_exports;
mod verify_wires;
mod virtualize;
mod virtualize_exports;
mod virtualize_policy;
mod virtualize_rules;
mod virtualize_shapes;
mod virtualize_trust;
mod virtualize_worlds;
mod wac;
mod wasi3;
mod wasi3_hosts;
mod worlds;
