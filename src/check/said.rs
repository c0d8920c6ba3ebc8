//! What grants say of a function, in the terms of the rule.

use super::rule::Said;
use crate::decode::world::Imported;
use crate::describe::setting::{Mount, Names};
use crate::describe::{Grants, Settings, Treatment};
use crate::name::Capability;

/// What grants say of an import. The interface names that an import only imitates can deny it, and cannot allow it.
pub(crate) fn said(grants: &Grants, of: &Imported) -> Said {
    let names: Vec<&str> = of.names.iter().map(String::as_str).collect();
    let takes = grants.grants.iter().filter(|grant| grant.treatment != Treatment::Allow && !grant.pattern.is_exact());
    let taken = takes.flat_map(|by| of.poses.iter().filter_map(|(name, item)| by.pattern.rank(name, item))).max();
    let given = grants.decisive(&names, &of.name).map(|(_, rank)| rank);
    // `None` sorts before every rank.
    if taken.is_some() && taken >= given { Said::Denied } else { said_by(grants, &names, &of.name) }
}

/// What grants say of a function of an interface with some names.
pub(crate) fn said_by(grants: &Grants, names: &[&str], function: &str) -> Said {
    match grants.decisive(names, function).map(|(grant, _)| grant.treatment) {
        None => Said::Nothing,
        Some(Treatment::Allow) => Said::Allowed,
        Some(Treatment::Provide) if asks_host(&grants.settings, names, function) => Said::Asked,
        Some(_) => Said::Denied,
    }
}

/// Whether a setting that replaces a function calls the host's own. A redirected stream needs a grant of its own.
fn asks_host(settings: &Settings, names: &[&str], function: &str) -> bool {
    let asks = |capability| match capability {
        Capability::Env => settings.env.as_ref().is_some_and(|of| of.allow != Names::None),
        Capability::Config => settings.config.as_ref().is_some_and(|of| of.allow != Names::None),
        Capability::Http => settings.http.is_some(),
        Capability::Sockets => settings.sockets.is_some(),
        Capability::Fs => settings.mounts.values().any(Mount::is_hosts),
        _ => false,
    };
    names.iter().filter_map(|name| Capability::of(name, function)).any(asks)
}
