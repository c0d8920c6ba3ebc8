//! Components that wires pass over: they export what a wire takes from another source.

use std::collections::BTreeSet;

use super::matching::{self, Exports, Items};
use crate::describe::Automatic;
use crate::load::{ComponentId, Components};

/// The components that could fill an import for which a wire names another source. The author of the wire chose against
/// them, so they need not be used.
pub(crate) fn passed_over(components: &Components, automatic: &Automatic) -> BTreeSet<ComponentId> {
    let exporters: Vec<ComponentId> = components.ids().filter(|id| *id != components.root()).collect();
    let exports = Exports::of(components, &exporters);
    let mut passed = BTreeSet::new();
    for wire in &automatic.wires {
        let Some(importer) = components.named(&wire.importer.component) else { continue };
        let imports = components[importer].imports();
        for import in Items(imports).meant(&wire.import) {
            let Some(item) = imports.get(import) else { continue };
            let fitting = matching::candidates(&exports, import, item, |id| id != importer);
            passed.extend(fitting.into_iter().map(|(id, _)| id));
        }
    }
    passed
}
