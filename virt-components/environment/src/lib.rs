//! Environment variables: those of the settings, then the allowed ones of the host that the settings do not have.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use abi::settings::{Variable, Variables};
use alloc::vec::Vec;

/// Whether the component gets the host's variable of a name: the settings allow it, and have no variable of this name.
pub fn permits(variables: &Variables, name: &[u8]) -> bool {
    let named = |names: &[abi::Text]| names.iter().any(|text| text.bytes() == name);
    let allowed = match variables.host {
        0 => false,
        1 => true,
        _ => named(variables.allowed.slice()),
    };
    allowed && !named(variables.denied.slice()) && set(variables, name).is_none()
}

/// The value of a variable in the settings.
pub fn set(variables: &Variables, name: &[u8]) -> Option<abi::Text> {
    variables.set.slice().iter().find(|variable| variable.name.bytes() == name).map(|variable| variable.value)
}

/// Replaces the content of `merged` with all variables of the component.
pub fn merge(merged: &mut Vec<Variable>, variables: &Variables, host: &[Variable]) {
    merged.clear();
    merged.extend_from_slice(variables.set.slice());
    merged.extend(host.iter().filter(|variable| permits(variables, variable.name.bytes())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use abi::{List, Text};
    use alloc::boxed::Box;

    fn text(text: &'static str) -> Text {
        List::new(text.as_bytes())
    }

    fn list(texts: &[&'static str]) -> List<Text> {
        List::new(Box::leak(texts.iter().copied().map(text).collect::<Vec<_>>().into_boxed_slice()))
    }

    fn pairs(pairs: &[(&'static str, &'static str)]) -> List<Variable> {
        let pairs = pairs.iter().map(|(name, value)| Variable { name: text(name), value: text(value) });
        List::new(Box::leak(pairs.collect::<Vec<_>>().into_boxed_slice()))
    }

    fn names(variables: &Variables) -> Vec<(&'static [u8], &'static [u8])> {
        let host = pairs(&[("A", "host"), ("B", "host"), ("C", "host")]);
        let mut merged = pairs(&[("rest", "of an earlier call")]).slice().to_vec();
        merge(&mut merged, variables, host.slice());
        merged.iter().map(|variable| (variable.name.bytes(), variable.value.bytes())).collect()
    }

    #[test]
    fn set_variables_come_first_and_hide_those_of_the_host() {
        let mut variables =
            Variables { set: pairs(&[("B", "set"), ("Z", "")]), host: 1, allowed: list(&[]), denied: list(&["C"]) };
        assert_eq!(names(&variables), [(&b"B"[..], &b"set"[..]), (b"Z", b""), (b"A", b"host")]);
        variables.host = 0;
        assert_eq!(names(&variables), [(&b"B"[..], &b"set"[..]), (b"Z", b"")]);
    }

    #[test]
    fn denied_names_are_not_allowed() {
        let variables =
            Variables { set: pairs(&[]), host: 2, allowed: list(&["A", "C", "D"]), denied: list(&["C", "E"]) };
        assert_eq!(names(&variables), [(&b"A"[..], &b"host"[..])]);
    }
}
