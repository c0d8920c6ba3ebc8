//! Where the settings are.

use abi::settings::Settings;

#[link(wasm_import_module = "weld")]
unsafe extern "C" {
    #[link_name = "settings"]
    safe fn address() -> *const Settings;
}

/// The settings of this component.
pub fn settings() -> &'static Settings {
    // SAFETY: The adapter has them there, and they never change.
    unsafe { &*address() }
}
