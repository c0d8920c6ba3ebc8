//! The arguments of `weld plug`: a socket, and the plugs that fill its imports.

use super::{Description, Entry, Source};

/// Describes `socket` with its imports filled from `plugs`, each named after its file.
pub fn plug(socket: Source, plugs: Vec<Source>, allow_unused: bool) -> Description {
    let entry = |source: Source| Entry { name: source.stem(), source };
    Description { root: entry(socket), plugs: plugs.into_iter().map(entry).collect(), allow_unused }
}
