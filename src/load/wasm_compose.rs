//! The components of a configuration of `wasm-tools compose`. Some are found by the names of imports that they fill.

use std::collections::BTreeSet;

use super::{Component, LoadError, file, read};
use crate::describe::Source;
use crate::describe::wasm_compose::Wiring;
use crate::files::Files;

/// Adds the components that arguments of the configuration name, and those with the name of an import that nothing else
/// fills.
///
/// # Errors
///
/// A component cannot be read.
pub(super) fn search(files: &Files, wiring: &Wiring, list: &mut Vec<Component>) -> Result<(), LoadError> {
    let mut known: BTreeSet<String> = list.iter().map(|component| component.name().to_owned()).collect();
    let definitions = |list: &[Component], import: &str| {
        list.iter().any(|c| wiring.definitions.iter().any(|name| name == c.name()) && c.exports().contains_key(import))
    };
    let mut names: Vec<String> = wiring.named().map(str::to_owned).collect();
    let mut next = 0;
    loop {
        for name in std::mem::take(&mut names) {
            if !known.insert(name.clone()) {
                continue;
            }
            let source = match wiring.search(&name) {
                Source::Search(candidates) => file::first_in(files, &Source::Search(candidates)).map(Source::File),
                source => Some(source),
            };
            if let Some(source) = source {
                list.push(read(files, &source, &name)?.renamed(name));
            }
        }
        let Some(component) = list.get(next) else { return Ok(()) };
        let unfilled = component.imports().keys().filter(|import| !definitions(list, import));
        names.extend(unfilled.map(|import| wiring.component(import).to_owned()));
        next += 1;
    }
}
