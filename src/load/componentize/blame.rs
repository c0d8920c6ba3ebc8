//! The cause of an error of the encoder: the module or an adapter.

use std::collections::BTreeSet;

use super::traits::{MAIN_MODULE, Traits};
use super::{Adapter, unusable};
use crate::load::error::LoadError;
use crate::name::bracketed;
use crate::text::{self, Shown};

/// The start of messages of the encoder about an adapter. The name of the adapter follows.
const OF_ADAPTERS: &[&str] = &[
    "failed to validate the imports of the adapter module ",
    "failed to validate the imports of the minimized adapter module ",
    "failed to register indirect shims for adapter ",
];

/// The number of functions in a message.
const SHOWN: usize = 10;

/// The error about the adapter that caused an error of the encoder, if it was one. `causes` are the messages of the
/// encoder, outermost first.
pub(super) fn adapter(adapters: &[&Adapter], module: &Traits, causes: &[String]) -> Option<LoadError> {
    let is_of = |adapter: &Adapter, cause: &String| {
        // The whole message is compared, because other messages may contain names of the module's choice.
        OF_ADAPTERS.iter().any(|start| cause.strip_prefix(start) == Some(&format!("`{}`", adapter.name)))
    };
    let found = adapters.iter().find_map(|adapter| {
        let at = causes.iter().position(|cause| is_of(adapter, cause))?;
        Some((adapter, causes.get(at + 1..).unwrap_or_default().join(": ")))
    });
    let (adapter, reason) = found?;
    Some(unusable(adapter, &missing_exports(adapter, module).unwrap_or(reason)))
}

/// The functions that a module imports from an adapter and that the adapter does not export, in words.
fn missing_exports(adapter: &Adapter, module: &Traits) -> Option<String> {
    let own = Traits::read(&adapter.file, &adapter.bytes).ok()?;
    let wanted = module.functions.get(&adapter.name)?;
    let missing: Vec<&String> = wanted.difference(&own.exports).collect();
    let from = Shown(&adapter.name);
    (!missing.is_empty())
        .then(|| format!("it does not export {}, which the module imports from `{from}`", listed(missing)))
}

/// The error about an adapter that calls functions which the module does not export, if there is one. The encoder
/// replaces missing functions of the Canonical ABI.
pub(super) fn caller(adapters: &[&Adapter], module: &Traits) -> Option<LoadError> {
    adapters.iter().find_map(|adapter| {
        let own = Traits::read(&adapter.file, &adapter.bytes).ok()?;
        let wanted = own.functions.get(MAIN_MODULE)?.difference(&module.exports);
        let missing: Vec<&String> = wanted.filter(|name| !name.starts_with("cabi_")).collect();
        let message = || format!("it calls {} of the module, which does not export that", listed(missing.clone()));
        (!missing.is_empty()).then(|| unusable(adapter, &message()))
    })
}

/// The functions that an adapter imports from another adapter and that the module does not import. The encoder only
/// keeps functions of an adapter that the module imports. `is_adapter` states whether a module name is that of an
/// adapter.
pub(super) fn dropped_functions(
    adapter: &Traits,
    module: &Traits,
    is_adapter: impl Fn(&str) -> bool,
) -> Option<(String, String)> {
    let of_adapters = adapter.functions.iter().filter(|(name, _)| is_adapter(name));
    of_adapters.into_iter().find_map(|(name, functions)| {
        let kept = module.functions.get(name);
        let lost: Vec<&String> =
            functions.iter().filter(|name| kept.is_none_or(|kept| !kept.contains(*name))).collect();
        (!lost.is_empty()).then(|| (name.clone(), listed(lost)))
    })
}

/// The imports and exports of a module that does not fit its world, and advice. `is_given` states whether the user gave
/// the world.
pub(super) fn help(module: &Traits, is_given: bool) -> String {
    let exports: Vec<&String> = module.exports.iter().filter(|name| !is_of_abi(name)).collect();
    let exports = if exports.is_empty() { "no functions".to_owned() } else { listed(exports) };
    let imports = module.functions.iter().map(|(from, names)| {
        let names = listed(names.iter().collect());
        format!("{names} of `{}`", Shown(from))
    });
    let imports: Vec<String> = imports.collect();
    let imports = if imports.is_empty() { String::new() } else { format!(", and imports {}", imports.join(", ")) };
    let newer = module.functions.values().flatten().find_map(|name| unknown_built_in(name));
    if let Some(function) = newer {
        return format!(
            "the module calls `{}`, which is of a newer toolchain than this weld knows: build it with an older one",
            Shown(function)
        );
    }
    let what = match is_given {
        true => "give the WIT of the world that it was built for, or build it for this one",
        false => "its WIT metadata is of another world: build it again with the bindings of its world",
    };
    format!("the module exports {exports}{imports}\n{what}")
}

/// The built-in functions of the Canonical ABI for tasks, threads, streams and futures that the encoder knows, without
/// numbers.
const BUILT_IN: [&str; 43] = [
    "backpressure-dec",
    "backpressure-inc",
    "context-get",
    "context-set",
    "error-context-debug-message-latin1+utf16",
    "error-context-debug-message-utf16",
    "error-context-debug-message-utf8",
    "error-context-drop",
    "error-context-new-latin1+utf16",
    "error-context-new-utf16",
    "error-context-new-utf8",
    "future-cancel-read",
    "future-cancel-write",
    "future-drop-readable",
    "future-drop-writable",
    "future-new",
    "future-read",
    "future-write",
    "stream-cancel-read",
    "stream-cancel-write",
    "stream-drop-readable",
    "stream-drop-writable",
    "stream-new",
    "stream-read",
    "stream-write",
    "subtask-cancel",
    "subtask-drop",
    "task-cancel",
    "task-return",
    "thread-index",
    "thread-new-indirect-v0",
    "thread-resume-later",
    "thread-suspend",
    "thread-suspend-then-promote",
    "thread-suspend-then-resume",
    "thread-yield",
    "thread-yield-then-promote",
    "thread-yield-then-resume",
    "waitable-join",
    "waitable-set-drop",
    "waitable-set-new",
    "waitable-set-poll",
    "waitable-set-wait",
];

/// The built-in function of the Canonical ABI in a name such as `[async-lower][stream-read-0]f`, if the encoder does
/// not know it.
fn unknown_built_in(name: &str) -> Option<&str> {
    let function = bracketed(name)?;
    // Removes the number of a type of the function, or of a variable.
    let plain = function.trim_end_matches(|c: char| c.is_ascii_digit());
    let plain = plain.strip_suffix("-unit").or_else(|| plain.strip_suffix('-')).unwrap_or(function);
    let families: BTreeSet<&str> = BUILT_IN.iter().filter_map(|known| known.split('-').next()).collect();
    let is_built_in = plain.split_once('-').is_some_and(|(family, _)| families.contains(family));
    (is_built_in && !BUILT_IN.contains(&plain) && !BUILT_IN.contains(&function)).then_some(function)
}

/// Whether an export belongs to the Canonical ABI or is a start function, and not to a world.
fn is_of_abi(name: &str) -> bool {
    name.starts_with("cabi_") || ["_initialize", "_start"].contains(&name)
}

/// `` `a`, `b` and 3 others ``.
fn listed(names: Vec<&String>) -> String {
    let (shown, others) = names.split_at(if names.len() <= SHOWN + 1 { names.len() } else { SHOWN });
    let mut parts: Vec<String> = shown.iter().map(|name| format!("`{}`", Shown(name))).collect();
    if !others.is_empty() {
        parts.push(text::count(others.len(), "other"));
    }
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
