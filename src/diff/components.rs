//! Finds components that were added, removed or replaced, and changes of adapters and grants.

use std::collections::BTreeMap;

use super::pairs::Trees;
use super::tree::Flat;
use super::{Adapter, Change, Component, Grant, Identity};
use crate::provenance::Granted;
use crate::snapshot::{Nested, Snapshot};

/// Compares the components themselves, and the instances that are not adapters before and after.
pub(super) fn components(before: &Snapshot, after: &Snapshot, trees: &Trees<'_>) -> Vec<Component> {
    let (old, new) = (own_identity(before), own_identity(after));
    let mut found = Vec::new();
    let (is_same, has_same_name) = (old == new, before.name == after.name);
    if !is_same || !has_same_name {
        found.push(Component {
            change: if is_same { Change::Renamed } else { Change::Changed },
            instance: None,
            was: before.name.clone().filter(|_| !has_same_name),
            name: after.name.clone().filter(|_| !has_same_name),
            before: (!is_same).then_some(old),
            after: (!is_same).then_some(new),
            content: None,
        });
    }
    for (index, flat) in trees.new.all.iter().enumerate() {
        let other = flat.pair.and_then(|other| trees.old.get(other));
        found.extend(match other {
            // `adapters` lists it.
            _ if flat.instance.is_adapter && other.is_none_or(|other| other.instance.is_adapter) => None,
            Some(old) => replaced(old, flat),
            // It was added with the enclosing instance.
            None if trees.new.is_within_unmatched(index) => None,
            None => Some(Component {
                change: Change::Added,
                instance: Some(flat.path.clone()),
                was: None,
                name: None,
                before: None,
                after: Some(identity(flat)),
                content: None,
            }),
        });
    }
    for (index, flat) in trees.old.all.iter().enumerate() {
        let is_gone = flat.pair.is_none() && !flat.instance.is_adapter && !trees.old.is_within_unmatched(index);
        found.extend(is_gone.then(|| Component {
            change: Change::Removed,
            instance: Some(flat.path.clone()),
            was: None,
            name: None,
            before: Some(identity(flat)),
            after: None,
            content: None,
        }));
    }
    found
}

fn replaced(old: &Flat<'_>, new: &Flat<'_>) -> Option<Component> {
    let (before, after) = (identity(old), identity(new));
    let is_renamed = old.instance.name != new.instance.name;
    (before != after || is_renamed).then(|| Component {
        change: if before == after { Change::Renamed } else { Change::Changed },
        instance: Some(new.path.clone()),
        was: is_renamed.then(|| old.path.clone()),
        name: None,
        before: Some(before),
        after: Some(after),
        content: None,
    })
}

fn own_identity(snapshot: &Snapshot) -> Identity {
    Identity { version: snapshot.version.clone(), sha256: snapshot.sha256.clone(), is_adapter: false }
}

fn identity(flat: &Flat<'_>) -> Identity {
    let Nested { version, sha256, is_adapter, .. } = flat.instance;
    Identity { version: version.clone(), sha256: sha256.clone(), is_adapter: *is_adapter }
}

/// Compares adapters. Those that were added or removed with the enclosing instance are not listed.
pub(super) fn adapters(trees: &Trees<'_>) -> Vec<Adapter> {
    let mut found = Vec::new();
    for (index, flat) in trees.new.all.iter().enumerate() {
        let other = flat.pair.and_then(|other| trees.old.get(other));
        let change = match other {
            Some(old) => changed(old, flat),
            None if flat.instance.is_adapter && !trees.new.is_within_unmatched(index) => Some(Change::Added),
            None => None,
        };
        found.extend(change.map(|change| Adapter {
            change,
            instance: flat.path.clone(),
            before: other.filter(|old| old.instance.is_adapter).map(identity),
            after: flat.instance.is_adapter.then(|| identity(flat)),
            content: None,
        }));
    }
    for (index, flat) in trees.old.all.iter().enumerate() {
        if flat.pair.is_none() && flat.instance.is_adapter && !trees.old.is_within_unmatched(index) {
            let (change, instance) = (Change::Removed, flat.path.clone());
            found.push(Adapter { change, instance, before: Some(identity(flat)), after: None, content: None });
        }
    }
    found.sort_by_key(|adapter| adapter.change);
    found
}

fn changed(old: &Flat<'_>, new: &Flat<'_>) -> Option<Change> {
    match (old.instance.is_adapter, new.instance.is_adapter) {
        (true, true) if identity(old) != identity(new) => Some(Change::Changed),
        (true, false) => Some(Change::Removed),
        (false, true) => Some(Change::Added),
        _ => None,
    }
}

/// Compares grants. Several grants of one subject are compared in their order.
pub(super) fn grants(before: &Snapshot, after: &Snapshot, trees: &Trees<'_>) -> Vec<Grant> {
    let mut others: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for Granted { component, grant, value } in before.grants.iter().rev() {
        others.entry((trees.new_name(component), grant)).or_default().push(value);
    }
    let grant = |change, component: &str, grant: &str, before: Option<&str>, after: Option<&str>| Grant {
        change,
        component: component.to_owned(),
        grant: grant.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let mut found = Vec::new();
    for Granted { component, grant: name, value } in &after.grants {
        match others.get_mut(&(component.as_str(), name.as_str())).and_then(Vec::pop) {
            Some(old) if old == value => {}
            Some(old) => found.push(grant(Change::Changed, component, name, Some(old), Some(value))),
            None => found.push(grant(Change::Added, component, name, None, Some(value))),
        }
    }
    for ((component, name), values) in others {
        found.extend(values.iter().rev().map(|value| grant(Change::Removed, component, name, Some(value), None)));
    }
    found.sort_by_key(|grant| grant.change);
    found
}
