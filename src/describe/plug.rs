//! The arguments of `weld plug`: a socket, and the plugs that fill its imports.

use super::{Automatic, Description, Entry, Source, Wiring};

/// Describes a composition in which `plugs` fill the imports of `socket`. Each component has the name of its file.
pub(crate) fn plug(socket: Source, plugs: Vec<Source>, allow_unused: bool) -> Description {
    let entry = |source: Source| Entry { name: source.stem(), source, sha256: None, place: None };
    Description {
        components: std::iter::once(socket).chain(plugs).map(entry).collect(),
        wiring: Wiring::Automatic(Automatic { allow_unused, ..Automatic::default() }),
        ..Description::default()
    }
}
