//! The names of instances and of their components.

use super::metadata;
use crate::decode::{Base, Level, Nested, Part};
use crate::follow::{Instance, Item};
use crate::limits;
use crate::provenance::Input;

/// The names of an instance and of its component.
pub(super) struct Naming {
    /// The name in the enclosing component: from the name section, or else a number.
    pub name: String,
    /// Whether the name section of the enclosing component gives the name.
    pub is_named: bool,
    /// Whether no name section gives the name, so that it is a number.
    pub is_numbered: bool,
    /// The name of its component in the name section of the enclosing component.
    pub component: Option<String>,
    /// Further names of its component.
    pub others: Vec<String>,
}

/// Determines the names of an instance. The name section of the component that creates the instance comes first, then
/// that of its own component. `outermost` is the name of the outermost instance.
pub(super) fn naming(parts: &[Part<'_>], instances: &[Instance<'_>], id: usize, outermost: &str) -> Naming {
    let level = |id: usize| Some(&parts.get(instances.get(id)?.part?)?.level);
    let Some((instance, outer)) = instances.get(id).and_then(|instance| Some((instance, instance.within?))) else {
        // If the provenance lists a single component, and no instance in the file has its name, the outermost is that
        // component.
        let only = only_input(parts);
        let is_in_it = |name: &String| {
            instances.iter().any(|instance| instance.within == Some(0) && instance.name == Some(name.as_str()))
        };
        let (component, others) = (only.clone().filter(|name| !is_in_it(name)), only.into_iter().collect());
        return Naming { name: outermost.to_owned(), is_named: true, is_numbered: false, component, others };
    };
    // The component that defines the instance's one, and the instantiation, which exists only if the file has one.
    let defined = definition(parts, instance, &level);
    let defined_name = || defined.and_then(|(definer, nested)| name_of(definer, nested.index));
    let made = level(outer).and_then(|level| Some((level, level.instantiations.get(instance.instantiation?)?)));
    let nested = made.and_then(|(level, made)| match made.component.base {
        Base::Nested(nested) => level.components.get(nested),
        _ => None,
    });
    let of_nested = || made.zip(nested).and_then(|((level, _), nested)| name_of(level, nested.index));
    let own = match &instance.component {
        Item::Component(part, _) => parts.get(*part).and_then(|part| part.level.names.own),
        Item::Host(path) => path.first().map(String::as_str),
        _ => None,
    };
    let own = own.filter(is_name);
    let component = made.and_then(|(level, made)| name_of(level, made.component_index)).or_else(of_nested);
    let given = instance.name.filter(is_name).or(component);
    let name = given.or_else(|| defined_name().filter(|_| made.is_none())).or(own);
    // The name that the defining component gives counts wherever the component is instantiated.
    let others = [own, defined_name(), of_nested()].into_iter().flatten().map(str::to_owned).collect();
    let number = || {
        let index = nested.map(|nested| nested.index).or(made.map(|(_, made)| made.component_index));
        format!("component {}", index.or(defined.map(|(_, nested)| nested.index)).unwrap_or_default())
    };
    Naming {
        is_named: given.is_some(),
        is_numbered: name.is_none(),
        name: name.map_or_else(number, str::to_owned),
        component: component.map(str::to_owned),
        others,
    }
}

/// The level that defines the component of an instance, and its definition there.
fn definition<'p, 'a>(
    parts: &'p [Part<'a>],
    instance: &Instance<'_>,
    level: &dyn Fn(usize) -> Option<&'p Level<'a>>,
) -> Option<(&'p Level<'a>, &'p Nested<'a>)> {
    let Item::Component(number, definer) = instance.component else { return None };
    let outer = parts.get(parts.get(number)?.within?)?;
    let definer = level(definer)?;
    Some((definer, definer.components.get(outer.nested.iter().position(|nested| *nested == number)?)?))
}

/// The name of the only component that the provenance of the outermost one lists. `None` if it lists several, or none.
fn only_input(parts: &[Part<'_>]) -> Option<String> {
    let provenance = metadata::provenance(&parts.first()?.level.custom)?;
    let [Input { name, .. }] = provenance.components.as_slice() else { return None };
    Some(name.clone()).filter(|name| is_name(&name.as_str()))
}

fn is_name(name: &&str) -> bool {
    !name.trim().is_empty() && name.len() <= limits::FOLLOWED_NAME
}

/// The name that a level's name section gives the component of an index.
fn name_of<'a>(level: &Level<'a>, index: u32) -> Option<&'a str> {
    level.names.components.get(&index).copied().filter(is_name)
}
