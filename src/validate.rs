//! Full validation: structure first, then the body of every function, on all cores.

use rayon::prelude::*;
use wasmparser::types::Types;
use wasmparser::{BinaryReaderError, FuncValidatorAllocations, Parser, ValidPayload, Validator, WasmFeatures};

use crate::decode::Malformed;

/// A function whose code is not valid.
#[derive(Debug, Clone)]
pub struct Invalid {
    /// Its index among the functions of its module, with those that this imports.
    pub function: u32,
    /// The first that is wrong with it.
    pub what: Malformed,
}

/// Validates a binary component as a whole, and gives its types.
///
/// # Errors
///
/// What is wrong at the lowest offset; in the structure, before any function.
pub fn validate(bytes: &[u8]) -> Result<Types, Malformed> {
    let (types, mut invalid) = bodies(bytes)?;
    if invalid.is_empty() { Ok(types) } else { Err(invalid.swap_remove(0).what) }
}

/// Validates a binary component or core module as a whole. Gives its types, and the functions that are not valid, by offset.
///
/// # Errors
///
/// What is wrong in the structure.
pub fn bodies(bytes: &[u8]) -> Result<(Types, Vec<Invalid>), Malformed> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut bodies = Vec::new();
    let mut types = None;
    for payload in Parser::new(0).parse_all(bytes) {
        match validator.payload(&payload?)? {
            ValidPayload::Func(function, body) => bodies.push((function, body)),
            // The outermost component ends last.
            ValidPayload::End(end) => types = Some(end),
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
    }
    let mut invalid: Vec<(u32, BinaryReaderError)> = bodies
        .into_par_iter()
        .map_init(FuncValidatorAllocations::default, |allocations, (function, body)| {
            let index = function.index;
            let mut validator = function.into_validator(std::mem::take(allocations));
            let result = validator.validate(&body);
            *allocations = validator.into_allocations();
            result.map_err(|error| (index, error))
        })
        .filter_map(Result::err)
        .collect();
    invalid.sort_by_key(|(_, error)| error.offset());
    let types = types.ok_or_else(|| Malformed::new("unexpected end", bytes.len() as u64))?;
    let invalid = invalid.into_iter().map(|(function, error)| Invalid { function, what: error.into() });
    Ok((types, invalid.collect()))
}
