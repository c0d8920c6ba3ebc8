//! What the imports of a component are called as a grant was written, and which of them may have been meant.

use std::collections::BTreeSet;

use crate::describe::manifest::{nearest, nearest_grant};
use crate::imports::Interface;
use crate::name::{Capability, Form, InterfaceName, Pattern, base, unqualified, versioned};

/// Whether a grant names something that is imported.
pub(super) fn names_something(interfaces: &[Interface<'_>], pattern: &Pattern) -> bool {
    let names = |imported: &Interface<'_>| {
        let functions = imported.functions.iter().map(|function| function.name);
        // A type is an import of its own where a world has it.
        let types = imported.types.iter().filter(|_| imported.name.is_empty()).map(|ty| ty.name);
        let mut items = functions.chain(imported.others.iter().map(|(name, _)| *name)).chain(types).chain([""]);
        items.any(|item| {
            let named = |interface: &str| pattern.rank(interface, item).is_some();
            let is_something = !imported.name.is_empty() || !item.is_empty();
            is_something && (named(imported.name) || imported.identity.as_deref().is_some_and(named))
        })
    };
    pattern.to_string() == "*" || pattern.capability().is_some() || interfaces.iter().any(names)
}

/// What a grant that names nothing could name, in the form in which it was written.
pub(super) fn known(interfaces: &[Interface<'_>], pattern: &Pattern) -> Vec<String> {
    let text = pattern.to_string();
    let (interface, function) = unqualified(&text);
    let functions_of = |imported: &Interface<'_>, shown: &str| -> Vec<String> {
        imported.functions.iter().map(|function| format!("{shown}#{}", function.name)).collect()
    };
    if function.is_some() {
        // The interface may be there, without the function.
        let of_it = Pattern::parse(&format!("{interface}#*"));
        let named = interfaces
            .iter()
            .filter(|imported| imported.functions.iter().any(|f| of_it.rank(imported.name, f.name).is_some()));
        let functions: BTreeSet<String> = named.flat_map(|imported| functions_of(imported, interface)).collect();
        if !functions.is_empty() {
            return functions.into_iter().collect();
        }
    }
    // Else the function may be there, in another interface.
    let has_it = |imported: &Interface<'_>| imported.functions.iter().any(|of| Some(of.name) == function);
    let suffix = match function {
        Some(function) if interfaces.iter().any(|imported| !imported.name.is_empty() && has_it(imported)) => {
            format!("#{function}")
        }
        _ => String::new(),
    };
    let named =
        interfaces.iter().filter(|imported| !imported.name.is_empty() && (suffix.is_empty() || has_it(imported)));
    let mut known: BTreeSet<String> =
        named.map(|imported| format!("{}{suffix}", written_as(imported.name, interface))).collect();
    let world = interfaces.iter().filter(|imported| imported.name.is_empty());
    let marker = if text.starts_with('#') { "#" } else { "" };
    known.extend(
        world.flat_map(|imported| imported.functions.iter().map(|function| format!("{marker}{}", function.name))),
    );
    if !text.contains([':', '#']) {
        // `default` is none, and may be what was meant.
        known = Capability::names().chain(["default"]).map(str::to_owned).chain(known).collect();
    }
    known.into_iter().collect()
}

/// An import as `interface` is written: of all of its package, with the version or without.
fn written_as(import: &str, interface: &str) -> String {
    let (unversioned, version) = versioned(import);
    let pattern = base(interface);
    let is_all = pattern.ends_with("/*") || (pattern.contains(':') && !pattern.contains('/'));
    let written = match InterfaceName::read(import) {
        Some(InterfaceName { package, .. }) if is_all => format!("{package}/*"),
        _ => unversioned.to_owned(),
    };
    match version.filter(|_| versioned(interface).1.is_some()) {
        Some(version) => format!("{written}@{version}"),
        None => written,
    }
}

/// Which of the names that are known was meant, if that can be told.
pub(super) fn near(name: &str, known: &[String]) -> Option<String> {
    let one = |is_it: &dyn Fn(&str) -> bool| {
        let mut meant = known.iter().filter(|known| is_it(known));
        meant.next().filter(|_| meant.next().is_none()).cloned()
    };
    let (interface, function) = unqualified(name);
    let same_interface = |known: &str| {
        let (other, of) = unqualified(known);
        base(other) == base(interface) && of == function && versioned(other).1.is_some()
    };
    // A method is not called by its short name: `[method]descriptor.stat`, not `stat`.
    let member = |known: &str| {
        let (Some(function), (other, Some(of))) = (function, unqualified(known)) else { return false };
        let is_short = match Form::of(of) {
            Some(Form::Method(member) | Form::Static(member)) => {
                function == member.name || function == format!("{}.{}", member.resource, member.name)
            }
            Some(Form::Constructor(resource)) => function == resource,
            _ => false,
        };
        other == interface && is_short
    };
    let package = |known: &str| !interface.contains('/') && known == format!("{interface}/*");
    let names = known.iter().map(String::as_str);
    // A word alone names a capability.
    let near = if name.contains(':') { nearest(names, name) } else { nearest_grant(names, name) };
    near.or_else(|| one(&same_interface)).or_else(|| one(&member)).or_else(|| one(&package))
}
