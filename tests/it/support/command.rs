//! Running weld.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's directory.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The weld command, in a directory of its own.
pub fn weld(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weld"));
    command.current_dir(directory).env_remove("NO_COLOR");
    command
}

/// Runs weld and expects it to succeed, and what it wrote to be valid.
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

/// The files that a command may have written: those that it names as outputs, and for a manifest those beside it.
fn written(command: &Command) -> Vec<PathBuf> {
    let directory = command.get_current_dir().unwrap_or(Path::new("."));
    let arguments: Vec<_> = command.get_args().collect();
    // What the Component Model no longer has is what the newest validator no longer takes.
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

/// Validates a component by a newer release of the validator than the one that weld verifies its outputs with. All
/// proposals count, as they do there. `WELD_OUTPUTS` names a directory in which each is kept, for other tools.
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

/// Runs weld, expects it to fail with exit code 2, and gives what it said.
#[track_caller]
pub fn fails(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{command:?}\n{stderr}");
    stderr
}
