//! What `fuzz/` tries and no program needs. It is there only where weld is built for that: `--cfg fuzzing`.

use std::path::{Path, PathBuf};

use crate::compose::{Composition, compose};
use crate::describe::{Source, wasm_compose};
use crate::timings::Timings;
use crate::{Error, PhaseError};

/// Composes as `weld compose --config` does. Paths are relative to the directory.
///
/// # Errors
///
/// As for the command.
pub fn configured(text: &str, directory: &Path, root: &Path) -> Result<Composition, Error> {
    let root = Source::File(PathBuf::from(directory).join(root));
    let described = wasm_compose::describe("config.yml", text, directory, root).map_err(PhaseError::from);
    let composed = described.and_then(|description| compose(&description, &mut Timings::default()));
    composed.map_err(Error::of)
}
