//! Runs weld.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's directory.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command `weld` in a working directory.
pub fn weld(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weld"));
    command.current_dir(directory).env_remove("NO_COLOR");
    command
}

/// Runs weld, and asserts that it succeeds and that its outputs are valid.
#[track_caller]
pub fn succeeds(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    for file in written(command) {
        let bytes = std::fs::read(file).unwrap_or_default();
        if bytes.starts_with(b"\0asm") {
            validate(&bytes);
        }
    }
    output
}

/// The files that a command may have written: the outputs in its arguments, and the files beside its manifest.
fn written(command: &Command) -> Vec<PathBuf> {
    let directory = command.get_current_dir().unwrap_or(Path::new("."));
    let arguments: Vec<_> = command.get_args().collect();
    // The newest validator refuses obsolete names.
    if arguments.iter().any(|argument| *argument == "--allow-obsolete-names") {
        return Vec::new();
    }
    let mut files: Vec<PathBuf> = arguments
        .windows(2)
        .filter(|pair| pair[0] == "-o" || pair[0] == "--output")
        .map(|pair| directory.join(pair[1]))
        .collect();
    if arguments.first().is_some_and(|subcommand| *subcommand == "build") {
        let beside = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
        files.extend(beside.filter(|file| file.extension().is_some_and(|end| end == "wasm")));
    }
    files
}

/// Validates a component with a newer release of the validator than the one that weld uses, with all proposals enabled,
/// too. The variable `WELD_OUTPUTS` names a directory to which all outputs are copied, for other tools.
#[track_caller]
pub fn validate(component: &[u8]) {
    let mut validator = wasmparser_newest::Validator::new_with_features(wasmparser_newest::WasmFeatures::all());
    if let Err(error) = validator.validate_all(component) {
        panic!("the newest validator refuses it: {error}");
    }
    if let Some(directory) = std::env::var_os("WELD_OUTPUTS") {
        let mut hasher = std::hash::DefaultHasher::new();
        std::hash::Hasher::write(&mut hasher, component);
        let name = format!("{:016x}.wasm", std::hash::Hasher::finish(&hasher));
        std::fs::write(Path::new(&directory).join(name), component).unwrap();
    }
}

/// Runs weld, asserts that it fails with exit code 2, and returns its standard error.
#[track_caller]
pub fn fails(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{command:?}\n{stderr}");
    stderr
}
