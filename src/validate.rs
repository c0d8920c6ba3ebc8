//! Full validation: structure first, then the body of every function, on all cores.

use std::sync::{Mutex, PoisonError};

use wasmparser::{
    BinaryReaderError, FuncToValidate, FuncValidatorAllocations, FunctionBody, ValidPayload, Validator,
    ValidatorResources, WasmFeatures,
};

use crate::decode::{Keeper, Known, Malformed, Pieces, all_sections};

/// A function whose code is not valid.
#[derive(Debug, Clone)]
pub(crate) struct Invalid {
    /// Its index among the functions of its module, with those that this imports.
    pub function: u32,
    /// The first that is wrong with it.
    pub what: Malformed,
}

/// Validates a binary component as a whole, and gives its types and those of what is nested in it.
///
/// # Errors
///
/// What is wrong at the lowest offset; in the structure, before any function.
pub(crate) fn validate<'a>(bytes: impl Into<Pieces<'a>>) -> Result<Known, Malformed> {
    let (known, mut invalid) = bodies(bytes)?;
    if invalid.is_empty() { Ok(known) } else { Err(invalid.swap_remove(0).what) }
}

/// Validates a binary component or core module as a whole. Gives its types, and the functions that are not valid, by offset.
///
/// # Errors
///
/// What is wrong in the structure.
pub(crate) fn bodies<'a>(bytes: impl Into<Pieces<'a>>) -> Result<(Known, Vec<Invalid>), Malformed> {
    let bytes = bytes.into();
    let (known, invalid) = beside(|code| {
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut keeper = Keeper::new();
        for payload in all_sections(bytes) {
            let payload = payload?;
            keeper.starts(&payload);
            match validator.payload(&payload)? {
                ValidPayload::Func(function, body) => code.add(function, body),
                ValidPayload::End(types) => keeper.ends(types),
                ValidPayload::Ok | ValidPayload::Parser(_) => {}
            }
        }
        keeper.known(bytes.len())
    });
    Ok((known?, invalid))
}

/// Reads something on this thread, and validates the bodies of functions that it adds on others. Gives what was read, and the functions
/// that are not valid, by offset.
pub(crate) fn beside<'a, T>(read: impl FnOnce(&mut Code<'_, '_, 'a>) -> T) -> (T, Vec<Invalid>) {
    let found = Mutex::new(Vec::new());
    let read = rayon::in_place_scope(|scope| {
        let mut code = Code { scope, found: &found, batch: Vec::new(), size: 0, modules: 0 };
        let read = read(&mut code);
        code.send();
        read
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(_, error): &(u32, BinaryReaderError)| error.offset());
    let invalid = found.into_iter().map(|(function, error)| Invalid { function, what: error.into() });
    (read, invalid.collect())
}

/// How many bytes of bodies are validated as one task.
const BATCH: u64 = 256 * 1024;

/// Of how many core modules one task validates bodies. Each body keeps what the validator knew where its module begins.
const MODULES: usize = 16;

/// The bodies of functions that were read so far.
pub(crate) struct Code<'r, 'scope, 'a: 'scope> {
    scope: &'r rayon::Scope<'scope>,
    found: &'scope Mutex<Vec<(u32, BinaryReaderError)>>,
    batch: Vec<(FuncToValidate<ValidatorResources>, FunctionBody<'a>)>,
    size: u64,
    /// How many core modules the batch has bodies of, or fewer.
    modules: usize,
}

impl<'scope, 'a: 'scope> Code<'_, 'scope, 'a> {
    /// Adds the body of a function.
    pub(crate) fn add(&mut self, function: FuncToValidate<ValidatorResources>, body: FunctionBody<'a>) {
        let range = body.range();
        // The functions of a module come in the order of their indices.
        if self.batch.last().is_none_or(|(last, _)| function.index <= last.index) {
            self.modules += 1;
        }
        self.size += range.end.saturating_sub(range.start);
        self.batch.push((function, body));
        if self.size >= BATCH || self.modules > MODULES {
            self.send();
        }
    }

    fn send(&mut self) {
        let (batch, found) = (std::mem::take(&mut self.batch), self.found);
        (self.size, self.modules) = (0, 0);
        self.scope.spawn(move |_| {
            let mut allocations = FuncValidatorAllocations::default();
            for (function, body) in batch {
                let index = function.index;
                let mut validator = function.into_validator(std::mem::take(&mut allocations));
                if let Err(error) = validator.validate(&body) {
                    found.lock().unwrap_or_else(PoisonError::into_inner).push((index, error));
                }
                allocations = validator.into_allocations();
            }
        });
    }
}
