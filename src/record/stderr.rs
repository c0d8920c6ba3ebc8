//! The grants that a component needs so that a recorder at its edges can write to standard error.

use std::collections::BTreeSet;

use super::edges::EdgeError;
use crate::PhaseError;
use crate::describe::{Grants, Treatment};
use crate::name::base;

const STDERR: &str = "wasi:cli/stderr";
const STREAMS: &str = "wasi:io/streams";
const WRITE: &str = "[method]output-stream.blocking-write-and-flush";

/// The functions that have to be allowed for writing to standard error with the interfaces of a `sink`.
///
/// # Errors
///
/// One of the `given` imports has such a function, and `grants` deny it, so that allowing it for the recorder would
/// also give it to the component. `given` are the imports that the recorder passes on, or that others import under the
/// same grants. Each is a name and the interface that it implements.
pub(super) fn allowed(
    grants: &Grants,
    sink: &BTreeSet<String>,
    component: &str,
    given: &[(String, String)],
) -> Result<Vec<String>, PhaseError> {
    let treatment = |names: &[&str], function: &str| grants.decisive(names, function).map(|(grant, _)| grant.treatment);
    for (import, interface) in given.iter().filter(|_| !sink.is_empty()) {
        let names = [import.as_str(), interface.as_str()];
        let is_allowed = match base(interface) {
            STDERR => treatment(&names, "get-stderr").unwrap_or(grants.default) == Treatment::Allow,
            // An output stream that the component is given can be written to.
            STREAMS => {
                let of_stdout = treatment(&["wasi:cli/stdout"], "get-stdout");
                let of_stderr = treatment(&[STDERR], "get-stderr");
                let gives = [of_stdout, of_stderr].map(|treatment| treatment.unwrap_or(grants.default));
                treatment(&names, WRITE).map_or(gives.contains(&Treatment::Allow), |it| it == Treatment::Allow)
            }
            _ => true,
        };
        if !is_allowed {
            return Err(EdgeError::Stderr { component: component.to_owned(), import: import.clone() }.into());
        }
    }
    let function = |name: &String| match base(name) {
        STDERR => Some(format!("{name}#get-stderr")),
        // `get-stderr` keeps the functions of streams without a grant, unless a grant names their interface.
        STREAMS if grants.grants.iter().any(|grant| grant.pattern.is_about(name)) => Some(format!("{name}#{WRITE}")),
        _ => None,
    };
    Ok(sink.iter().filter_map(function).collect())
}
