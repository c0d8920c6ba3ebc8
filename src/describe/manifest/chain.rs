//! Chains: `COMPONENT/IMPORT` or `export NAME`, with the components between the two ends.

use std::collections::BTreeSet;

use super::ManifestError;
use super::wiring::{Components, PlacedText, edge, reference};
use crate::describe::{At, Chain, Export, From, InstanceName, Place, Wire};

/// Reads a chain: its edge and its links. `place` is the place of the links.
///
/// # Errors
///
/// The text names no edge, no links, or links that are not components.
pub(crate) fn chain(
    key: PlacedText<'_>,
    links: &[PlacedText<'_>],
    place: &Place,
    components: &Components<'_>,
) -> Result<Chain, At<ManifestError>> {
    let edge = edge(key.0, components).map_err(|error| At::place(error, Some(key.1)))?;
    if links.is_empty() {
        return Err(At::place(ManifestError::EmptyChain { edge: edge.to_string() }, Some(place)));
    }
    let link = |(text, place): &PlacedText<'_>| match reference((text, place), components)? {
        (instance, None) => Ok((instance, (*place).clone())),
        _ => Err(At::place(ManifestError::Link { text: (*text).to_owned() }, Some(place))),
    };
    let links = links.iter().map(link).collect::<Result<_, _>>()?;
    Ok(Chain { edge, place: key.1.clone(), links, is_closed: false })
}

/// Numbers the links. Each occurrence of a component without a number becomes an instance of its own, with the lowest
/// number that is not in use.
pub(crate) fn number(mut chains: Vec<Chain>, wires: &[Wire], exports: &[Export]) -> Vec<Chain> {
    // An instance that is the source of a wire or of an export is in use. An importer of a wire is in use only if it
    // has a number.
    let exporter = |wire: &Wire| match &wire.from {
        From::Export { exporter, .. } => Some(exporter.clone()),
        From::Host => None,
    };
    let named = wires.iter().map(|wire| wire.importer.clone());
    let named = named.chain(chains.iter().flat_map(|chain| &chain.links).map(|(link, _)| link.clone()));
    let mut taken: BTreeSet<InstanceName> = named.filter(|instance| instance.number > 0).collect();
    taken.extend(wires.iter().filter_map(exporter).chain(exports.iter().map(|export| export.exporter.clone())));
    for (link, _) in chains.iter_mut().flat_map(|chain| &mut chain.links).filter(|(link, _)| link.number == 0) {
        while !taken.insert(link.clone()) {
            link.number += 1;
        }
    }
    chains
}
