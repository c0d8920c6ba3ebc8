//! Access to the settings.

use abi::settings::Settings;

#[link(wasm_import_module = "weld")]
unsafe extern "C" {
    #[link_name = "settings"]
    safe fn address() -> *const Settings;
}

/// The settings of this component.
pub fn settings() -> &'static Settings {
    // SAFETY: The adapter has the settings at this address, and they never change.
    unsafe { &*address() }
}
