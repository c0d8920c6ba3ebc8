//! What instances are called, and their components.

use super::metadata;
use crate::decode::{Base, Level, Nested, Part};
use crate::follow::{Instance, Item};
use crate::limits;
use crate::provenance::Input;

/// What an instance and its component are called.
pub struct Called {
    /// The name where it is made.
    pub name: String,
    /// Whether whoever made what it is in gave it.
    pub is_named: bool,
    /// Whether nobody gave it one.
    pub is_numbered: bool,
    /// What its component is called there.
    pub component: Option<String>,
    /// What else its component is called.
    pub others: Vec<String>,
}

/// What an instance is called: what the component that makes it says, else its component itself. `outermost` is the name of
/// the outermost one.
pub fn called(parts: &[Part<'_>], instances: &[Instance<'_>], id: usize, outermost: &str) -> Called {
    let level = |id: usize| Some(&parts.get(instances.get(id)?.part?)?.level);
    let Some((instance, outer)) = instances.get(id).and_then(|instance| Some((instance, instance.within?))) else {
        // What says to be made of one component, and has none of its name in it, is that one.
        let only = only(parts);
        let is_in_it =
            |name: &String| instances.iter().any(|of| of.within == Some(0) && of.name == Some(name.as_str()));
        let (component, others) = (only.clone().filter(|name| !is_in_it(name)), only.into_iter().collect());
        return Called { name: outermost.to_owned(), is_named: true, is_numbered: false, component, others };
    };
    // Where the component is defined, and where it is instantiated. What only may be is not.
    let defined = defined(parts, instance, &level);
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
    // Whoever defines a component names it for all who instantiate it, whatever these call it.
    let others = [own, defined_name(), of_nested()].into_iter().flatten().map(str::to_owned).collect();
    let number = || {
        let index = nested.map(|nested| nested.index).or(made.map(|(_, made)| made.component_index));
        format!("component {}", index.or(defined.map(|(_, nested)| nested.index)).unwrap_or_default())
    };
    Called {
        is_named: given.is_some(),
        is_numbered: name.is_none(),
        name: name.map_or_else(number, str::to_owned),
        component: component.map(str::to_owned),
        others,
    }
}

/// Where the component of an instance is defined: in what, and what it is there.
fn defined<'p, 'a>(
    parts: &'p [Part<'a>],
    instance: &Instance<'_>,
    level: &dyn Fn(usize) -> Option<&'p Level<'a>>,
) -> Option<(&'p Level<'a>, &'p Nested<'a>)> {
    let Item::Component(number, definer) = instance.component else { return None };
    let outer = parts.get(parts.get(number)?.within?)?;
    let definer = level(definer)?;
    Some((definer, definer.components.get(outer.nested.iter().position(|nested| *nested == number)?)?))
}

/// The only component that the outermost one says to be made of: its name in the composition.
fn only(parts: &[Part<'_>]) -> Option<String> {
    let said = metadata::provenance(&parts.first()?.level.custom)?;
    let [Input { name, .. }] = said.components.as_slice() else { return None };
    Some(name.clone()).filter(|name| is_name(&name.as_str()))
}

fn is_name(name: &&str) -> bool {
    !name.trim().is_empty() && name.len() <= limits::FOLLOWED_NAME
}

/// What a component is called that has an index of a level.
fn name_of<'a>(level: &Level<'a>, index: u32) -> Option<&'a str> {
    level.names.components.get(&index).copied().filter(is_name)
}
