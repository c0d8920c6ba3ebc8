//! A component that became an instance in the other one, for example by `weld virt`.

use super::source;
use crate::snapshot::{Argument, Export, Import, Nested, Snapshot, step};

/// The snapshot as it would be if the component were an instance within another one that adds nothing, and the name of
/// that instance. `None` if `other` has no such instance.
pub(super) fn wrapped(snapshot: &Snapshot, other: &Snapshot) -> Option<(Snapshot, String)> {
    // Only a component without a digest of its own can contain it. The digest of a composition is only in `whole`.
    let digests = [snapshot.sha256.as_ref(), snapshot.whole.as_ref()];
    let is_same_component =
        |instance: &&Nested| instance.sha256.is_some() && digests.contains(&instance.sha256.as_ref());
    let part = other.instances.iter().filter(|_| other.sha256.is_none()).find(is_same_component)?;
    let name = &part.name;
    let outer = step(name);
    let path = |inner: &String| format!("{outer}/{inner}");
    let instance = Nested {
        name: name.clone(),
        is_adapter: false,
        version: snapshot.version.clone(),
        sha256: part.sha256.clone(),
        arguments: snapshot
            .imports
            .iter()
            .map(|import| Argument { name: import.name.clone(), from: "host".to_owned() })
            .collect(),
        instances: snapshot.instances.iter().map(within).collect(),
    };
    // A composition reaches nothing beside its instances.
    let own = snapshot.sha256.as_ref().map(|_| outer.to_string());
    let import = |Import { name: import, reached_by }: &Import| Import {
        name: import.clone(),
        reached_by: own.iter().cloned().chain(reached_by.iter().map(path)).collect(),
    };
    let around = Snapshot {
        name: other.name.clone(),
        version: other.version.clone(),
        sha256: None,
        exports: snapshot
            .exports
            .iter()
            .map(|export| Export { name: export.name.clone(), from: Some(name.clone()) })
            .collect(),
        imports: snapshot.imports.iter().map(import).collect(),
        instances: vec![instance],
        ..snapshot.clone()
    };
    Some((around, name.clone()))
}

/// An outermost instance as a nested one: a host import becomes an import of the enclosing instance.
fn within(instance: &Nested) -> Nested {
    let argument = |Argument { name, from }: &Argument| Argument { name: name.clone(), from: source::as_outer(from) };
    Nested { arguments: instance.arguments.iter().map(argument).collect(), ..instance.clone() }
}
