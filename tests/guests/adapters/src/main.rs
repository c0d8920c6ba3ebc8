//! Writes the preview 1 adapters into the folder given as the argument, each named after its WASI: `command/0.2.0.wasm`, and
//! `reactor/0.2.12.wasm` for what is no command.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

const ADAPTERS: [(&str, &[u8]); 5] = [
    ("command/0.2.0", wasi_0_2_0::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
    ("command/0.2.3", wasi_0_2_3::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
    ("command/0.2.6", wasi_0_2_6::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
    ("command/0.2.12", wasi_0_2_12::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
    ("reactor/0.2.12", wasi_0_2_12::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("which folder are the adapters to be written into?")?.into();
    for kind in ["command", "reactor"] {
        fs::create_dir_all(folder.join(kind))?;
    }
    for (name, adapter) in ADAPTERS {
        fs::write(folder.join(format!("{name}.wasm")), adapter)?;
    }
    Ok(())
}
