//! A composition that is made inside of WebAssembly, with no host behind it: no files, no clock, no threads.

use std::sync::OnceLock;

use weld::{Composer, Grants, Input};

static OUTPUT: OnceLock<Vec<u8>> = OnceLock::new();

fn compose() -> Result<Vec<u8>, weld::Error> {
    let composition = Composer::new()
        .component("command", Input::bytes(include_bytes!("../../../examples/hello/command.wasm")))
        .component("library", Input::bytes(include_bytes!("../../../examples/hello/library.wasm")))
        .grant("command", Grants::deny_all().allow("stdout")?)
        .compose()?;
    Ok(composition.into_bytes())
}

/// Where the composition is in memory. What is wrong is in its place where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn start() -> *const u8 {
    let output = compose().unwrap_or_else(|error| error.to_string().into_bytes());
    OUTPUT.get_or_init(|| output).as_ptr()
}

/// How many bytes there are.
#[unsafe(no_mangle)]
pub extern "C" fn length() -> usize {
    OUTPUT.get().map_or(0, Vec::len)
}
