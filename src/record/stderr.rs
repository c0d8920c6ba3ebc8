//! What a component must be allowed so that a recorder at its edges can write to standard error.

use std::collections::BTreeSet;

use super::edges::EdgeError;
use crate::PhaseError;
use crate::describe::{Grants, Treatment};
use crate::name::base;

/// What is to be allowed where something writes to standard error, beside what grants say. They say that the component there may
/// not use it; it is not to get that with some imports, which are `given` to it.
pub fn allowed(
    grants: &Grants,
    sink: &BTreeSet<String>,
    component: &str,
    given: &BTreeSet<String>,
) -> Result<Vec<String>, PhaseError> {
    const FUNCTIONS: [(&str, &str); 2] =
        [("wasi:cli/stderr", "get-stderr"), ("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")];
    let mut patterns = Vec::new();
    for name in sink {
        let Some((_, function)) = FUNCTIONS.iter().find(|(interface, _)| base(name) == *interface) else { continue };
        let said = grants.of(name, function).map(|(grant, _)| grant.treatment);
        // Streams of standard error may be written to where no grant says otherwise.
        let is_named = grants.grants.iter().any(|grant| grant.pattern.is_about(name));
        if base(name) == "wasi:io/streams" && !is_named {
            continue;
        }
        let import = given.iter().find(|import| base(import) == base(name));
        if let (Some(import), true) = (import, said.unwrap_or(grants.default) != Treatment::Allow) {
            return Err(EdgeError::Stderr { component: component.to_owned(), import: import.clone() }.into());
        }
        patterns.push(format!("{name}#{function}"));
    }
    Ok(patterns)
}
