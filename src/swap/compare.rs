//! Checks that two components differ only in what was replaced.

use std::collections::BTreeMap;

use crate::inspect::model::{Component, Inspection, Instance, Source, Wire};
use crate::load::digest::Digest;

/// Compares a component with its predecessor. `replaced` are the digests of the replacements, by the index of the
/// nested component in the predecessor.
///
/// # Errors
///
/// A description of the first difference.
pub(super) fn compare(
    before: &Inspection,
    after: &Inspection,
    replaced: &BTreeMap<usize, Digest>,
) -> Result<(), String> {
    let mut pairs = Pairs { before, after, replaced, components: BTreeMap::new(), instances: BTreeMap::new() };
    pairs.component(0, 0)?;
    pairs.instance(0, 0)?;
    pairs.wires()
}

/// Pairs the indices of the direct children of an item before and after, in order. `within` returns the index of the
/// item that contains an item. `None` if the numbers of children differ.
fn pairs<T>(
    before: (&[T], usize),
    after: (&[T], usize),
    within: impl Fn(&T) -> Option<usize>,
) -> Option<Vec<(usize, usize)>> {
    let children = |(all, outer): (&[T], usize)| -> Vec<usize> {
        let inner = all.iter().enumerate().filter(|(_, item)| within(item) == Some(outer));
        inner.map(|(index, _)| index).collect()
    };
    let (before, after) = (children(before), children(after));
    (before.len() == after.len()).then(|| before.into_iter().zip(after).collect())
}

struct Pairs<'i> {
    before: &'i Inspection,
    after: &'i Inspection,
    replaced: &'i BTreeMap<usize, Digest>,
    /// The new index for each old one.
    components: BTreeMap<usize, usize>,
    instances: BTreeMap<usize, usize>,
}

impl Pairs<'_> {
    /// Pairs a component and its nested ones. The validator limits the depth.
    fn component(&mut self, before: usize, after: usize) -> Result<(), String> {
        self.components.insert(before, after);
        let (Some(old), Some(new)) = (self.before.components.get(before), self.after.components.get(after)) else {
            return Err("the components in it".to_owned());
        };
        if let Some(digest) = self.replaced.get(&before) {
            let is_it = new.sha256 == digest.to_string();
            return if is_it { Ok(()) } else { Err(format!("what is in the place of `{}`", old.name)) };
        }
        let imports =
            |of: &Component| of.imports.iter().map(|item| (item.name.clone(), item.wit.clone())).collect::<Vec<_>>();
        // The new component may have further exports.
        let exports = |of: &Component| of.exports.iter().map(|item| (item.name.clone(), item.kind)).collect::<Vec<_>>();
        if imports(old) != imports(new) || exports(old) != exports(new) {
            return Err(format!("the imports or exports of `{}`", old.name));
        }
        let holds = self.replaced.keys().any(|replaced| self.is_within(*replaced, before));
        if !holds && old.sha256 != new.sha256 {
            return Err(format!("component `{}`", old.name));
        }
        let within = |of: &Component| of.within;
        let nested = pairs((&self.before.components, before), (&self.after.components, after), within);
        let mut nested = nested.ok_or("the components in it")?.into_iter();
        nested.try_for_each(|(old, new)| self.component(old, new))
    }

    fn is_within(&self, inner: usize, outer: usize) -> bool {
        let within = |index: &usize| self.before.components.get(*index)?.within;
        std::iter::successors(within(&inner), within).any(|around| around == outer)
    }

    /// Pairs an instance and the instances that it creates.
    fn instance(&mut self, before: usize, after: usize) -> Result<(), String> {
        self.instances.insert(before, after);
        let (Some(old), Some(new)) = (self.before.instances.get(before), self.after.instances.get(after)) else {
            return Err("the instances in it".to_owned());
        };
        if old.component.and_then(|component| self.components.get(&component).copied()) != new.component {
            return Err(format!("what `{}` is an instance of", old.path));
        }
        if old.component.is_some_and(|component| self.replaced.contains_key(&component)) {
            return Ok(());
        }
        let within = |of: &Instance| of.within;
        let made = pairs((&self.before.instances, before), (&self.after.instances, after), within);
        let mut made = made.ok_or("the instances in it")?.into_iter();
        made.try_for_each(|(old, new)| self.instance(old, new))
    }

    /// Compares arguments and exports.
    fn wires(&self) -> Result<(), String> {
        for (before, after) in &self.instances {
            let pair = self.before.instances.get(*before).zip(self.after.instances.get(*after));
            let Some((old, new)) = pair else { continue };
            let is_replaced = old.component.is_some_and(|component| self.replaced.contains_key(&component));
            let wires = |wires: &[Wire]| wires.iter().map(|wire| self.renumbered(wire)).collect::<Option<Vec<Wire>>>();
            if wires(&old.imports).as_ref() != Some(&new.imports)
                || (!is_replaced && wires(&old.exports).as_ref() != Some(&new.exports))
            {
                return Err(format!("what fills the imports of `{}`, or what it exports", old.path));
            }
        }
        Ok(())
    }

    /// Returns a wire with the indices of the new component.
    fn renumbered(&self, wire: &Wire) -> Option<Wire> {
        let from = match &wire.from {
            Source::Instance { instance, path } => {
                Source::Instance { instance: *self.instances.get(instance)?, path: path.clone() }
            }
            Source::Component { component } => Source::Component { component: *self.components.get(component)? },
            Source::Bundle { items } => {
                Source::Bundle { items: items.iter().map(|item| self.renumbered(item)).collect::<Option<_>>()? }
            }
            Source::Import { .. } | Source::Own => wire.from.clone(),
        };
        Some(Wire { name: wire.name.clone(), from })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::compare;
    use crate::inspect::inspect;
    use crate::load::decode;
    use crate::load::digest::Digest;

    #[test]
    fn nothing_else_is_in_the_place_of_what_was_replaced() {
        let of = |text: &str| {
            let text =
                format!("(component (component $kv (import \"{text}\" (func))) (export \"kv\" (component $kv)))");
            decode("whole".to_owned(), "whole.wat".to_owned(), text.into_bytes()).unwrap()
        };
        let (before, after) = (of("a"), of("b"));
        let (before, after) = (inspect(&before).unwrap(), inspect(&after).unwrap());
        let compared = |file: &[u8]| compare(&before, &after, &BTreeMap::from([(1, Digest::of(file))]));
        assert_eq!(compared(b"other"), Err("what is in the place of `kv`".to_owned()));
    }
}
