//! Nests groups of instances in components, if a single component would exceed the limit of the validator.

use rayon::prelude::*;

use super::{EncodeError, encode};
use crate::limits;
use crate::link::nest::{self, Group, Levels};
use crate::link::{self, Graph};
use crate::load::{Component, ComponentId, Components};
use crate::name::GROUP;
use crate::provenance::Provenance;

use super::output::Output;

/// The numbers of instances that a group may need, in the order in which they are tried. Exports that name types add to
/// these.
const SIZES: [usize; 3] = [limits::INSTANCES - 50, limits::INSTANCES / 2, limits::INSTANCES / 4];

/// As [`encode`], with groups of instances if they are needed. Returns the levels in that case.
///
/// # Errors
///
/// Those of [`encode`]. Groups do not reduce a component that exceeds the limits on its own, or groups that use too
/// many items of each other.
pub(crate) fn encode_nested(
    components: &Components,
    graph: &Graph,
    provenance: Option<&Provenance>,
) -> Result<(Output, Option<Levels>), EncodeError> {
    let mut error = match encode(components, graph, provenance) {
        Err(error @ EncodeError::TooMany { .. }) if graph.imported.is_empty() => error,
        output => return output.map(|output| (output, None)),
    };
    let mut levels = Levels { components: components.clone(), graph: graph.clone(), groups: Vec::new() };
    // The number of instances decreases in each round, so the loop ends.
    while let EncodeError::TooMany { .. } = error {
        // A group that is invalid may be valid together with other instances.
        let mut tried = SIZES.iter().filter_map(|most| nested(&levels, *most).transpose());
        let Some(first) = tried.next() else { break };
        levels = first.or_else(|error| tried.find_map(Result::ok).ok_or(error))?;
        let mut outermost = levels.graph.clone();
        link::complete(&levels.components, &mut outermost);
        match encode(&levels.components, &outermost, provenance) {
            Ok(output) => return Ok((output, Some(Levels { graph: outermost, ..levels }))),
            Err(next) => error = next,
        }
    }
    Err(error)
}

/// Moves instances of the composition to groups. `None` if no groups are possible.
fn nested(levels: &Levels, most: usize) -> Result<Option<Levels>, EncodeError> {
    let Levels { components, graph, groups } = levels;
    let uses = nest::uses(graph);
    let blocks = nest::blocks(components, graph, &uses, most);
    if blocks.len() < 2 || blocks.iter().all(|block| block.len() < 2) {
        return Ok(None);
    }
    let blocks: Vec<_> = (groups.len() + 1..).zip(blocks.iter().filter(|block| block.len() > 1)).collect();
    let made = blocks.into_par_iter().map(|(number, block)| {
        let group = nest::group(components, graph, &uses, block, format!("{GROUP}-{number}"));
        let component = component(components, &group)?;
        Ok((group, component))
    });
    let mut next = levels.clone();
    let mut of_components: Vec<(Group, ComponentId)> = Vec::new();
    for (group, component) in made.collect::<Result<Vec<_>, EncodeError>>()? {
        let id = next.components.push(component);
        next.groups.push((id, group.graph.clone()));
        of_components.push((group, id));
    }
    next.graph = nest::around(graph, &of_components);
    Ok(Some(next))
}

/// The component of a group.
fn component(components: &Components, group: &Group) -> Result<Component, EncodeError> {
    let name = group.graph.name.clone().unwrap_or_default();
    let output = encode(components, &group.graph, None)?;
    Component::decode(name.clone(), name, output.joined().to_vec())
        .map_err(|error| EncodeError::Group { reason: error.to_string() })
}
