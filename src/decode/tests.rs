//! The decoder on compositions within compositions, and on components of other tools.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods)]

use std::path::{Path, PathBuf};

use super::{Base, Level, Place};
use crate::{Composer, Input};

/// Returns a guest of the tests by its name. `WELD_GUESTS` names the directory of newly built guests.
fn guest(name: &str) -> Input {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests/built");
    let built = std::env::var_os("WELD_GUESTS").map_or(built, PathBuf::from);
    Input::file(built.join(name).with_extension("wasm"))
}

#[test]
fn decoder_reads_each_level_of_any_component() {
    // A composition as the plug of another one: the inner socket is two levels down.
    let side = |name: &str| {
        let composer = Composer::new().component(name, guest(name)).component("counter", guest("counter"));
        composer.compose().unwrap().into_bytes()
    };
    let (inner, right) = (side("left"), side("right"));
    let composer = Composer::new()
        .component("diamond", guest("diamond"))
        .component("inner", Input::bytes(inner.as_slice()))
        .component("right", Input::bytes(right));
    let output = composer.compose().unwrap().into_bytes();

    let outer = Level::decode(&output).unwrap();
    assert_eq!(outer.components.len(), 3);
    let nested = outer.components.iter().find(|nested| nested.bytes == inner).unwrap();
    let level = Level::decode(nested.bytes).unwrap();
    assert_eq!(level.instantiations.len(), 2);
    let left = &level.instantiations[1];
    assert_eq!(left.component, Place { base: Base::Nested(1), path: vec![] });
    let counter = Place { base: Base::Instantiation(0), path: vec!["acme:counter/counter@1.0.0"] };
    assert_eq!(left.arguments, [("acme:counter/counter@1.0.0", counter)]);
    let exported = Place { base: Base::Instantiation(1), path: vec!["acme:diamond/left@1.0.0"] };
    assert_eq!(level.exports[0].place, exported);

    // Components of other tools too, down to the last level: those of the guests come from wit-component.
    let mut levels = 0;
    let mut rest = vec![output.as_slice()];
    while let Some(bytes) = rest.pop() {
        let level = Level::decode(bytes).unwrap();
        levels += 1;
        rest.extend(level.components.iter().map(|nested| nested.bytes));
    }
    assert!(levels > 10, "{levels}");
}
