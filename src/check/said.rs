//! What grants say of a function, as the rule asks for it.

use super::rule::Said;
use crate::describe::setting::{Mount, Names};
use crate::describe::{Grants, Settings, Treatment};
use crate::name::Capability;

/// What grants say of a function of an import that goes by some names.
pub fn said(grants: &Grants, names: &[&str], function: &str) -> Said {
    match grants.decisive(names, function).map(|(grant, _)| grant.treatment) {
        None => Said::Nothing,
        Some(Treatment::Allow) => Said::Allowed,
        Some(Treatment::Provide) if asks_host(&grants.settings, names, function) => Said::Asked,
        Some(_) => Said::Denied,
    }
}

/// Whether what is given in the place of a function asks the host's own: for variables, or for folders. A stream that goes
/// where another does asks for that other one, which the grants must allow by itself.
fn asks_host(settings: &Settings, names: &[&str], function: &str) -> bool {
    let asks = |capability| match capability {
        Capability::Env => settings.env.as_ref().is_some_and(|of| of.allow != Names::None),
        Capability::Config => settings.config.as_ref().is_some_and(|of| of.allow != Names::None),
        Capability::Fs => settings.mounts.values().any(Mount::is_hosts),
        _ => false,
    };
    names.iter().filter_map(|name| Capability::of(name, function)).any(asks)
}
