//! Worlds that nobody thought of: random WIT, components of it, and what composing them must keep.
//!
//! The numbers are the same in each run. `WELD_WORLDS=N` tries N of them, `WELD_SEED=S` begins with that one, as the nightly run does.
//! `WELD_KEEP=DIR` keeps the components that were last plugged.

use crate::support::{self, dice};
use arbitrary::{Arbitrary, Unstructured};
use weld::{Composer, Input, Wit};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

/// Random WIT, in a package.
fn package(seed: u64) -> Option<Resolve> {
    let bytes: Vec<u8> = splitmix(seed).take(1 << 13).collect();
    let mut u = Unstructured::new(&bytes);
    let config = wit_smith::Config::arbitrary(&mut u).ok()?;
    let package = wit_smith::smith(&config, &mut u).ok()?;
    Some(wit_component::decode(&package).ok()?.resolve().clone())
}

/// A stream of bytes that looks random, by the algorithm of that name.
fn splitmix(mut state: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some((z ^ (z >> 31)).to_le_bytes())
    })
    .flatten()
}

/// A component of a world whose functions trap. `None` where wit-component has no form for the world.
fn component(resolve: &Resolve, world: WorldId) -> Option<Vec<u8>> {
    let mut module = dummy_module(resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).ok()?;
    ComponentEncoder::default().module(&module).ok()?.encode().ok()
}

/// Runs a check on random packages until it has had something to check often enough.
fn each_package(mut check: impl FnMut(u64, Resolve) -> usize) {
    let (wanted, start) = (dice::number("WELD_WORLDS").unwrap_or(150) as usize, dice::seed_or(0));
    let mut checked = 0;
    // Some seeds give nothing to check, but not twenty in a row on average.
    for seed in (start..).take(20 * wanted) {
        if checked >= wanted {
            break;
        }
        checked += package(seed).map_or(0, |resolve| check(seed, resolve));
    }
    assert!(checked >= wanted, "{checked} of {wanted}");
}

#[test]
fn composer_keeps_the_world_of_a_single_random_component() {
    each_package(|seed, resolve| {
        let worlds = resolve.worlds.iter().map(|(id, _)| id).filter_map(|world| component(&resolve, world));
        let mut checked = 0;
        for component in worlds {
            let composed = Composer::new().component("a", Input::bytes(component.as_slice())).compose();
            let composed = composed.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            support::validate(composed.bytes());
            assert_eq!(support::wit(composed.bytes()), support::wit(&component), "seed {seed}");
            checked += 1;
        }
        checked
    });
}

#[test]
fn targets_agrees_with_another_checker_on_random_worlds() {
    let directory = tempfile::tempdir().unwrap();
    let (mut conforming, mut others) = (0, 0);
    each_package(|seed, resolve| {
        let mut checked = 0;
        let worlds: Vec<WorldId> = resolve.worlds.iter().map(|(id, _)| id).take(6).collect();
        for own in &worlds {
            let Some(bytes) = component(&resolve, *own) else { continue };
            for other in &worlds {
                let package = resolve.worlds[*other].package.unwrap();
                let file = directory.path().join("package.wasm");
                std::fs::write(&file, wit_component::encode(&resolve, package).unwrap()).unwrap();
                let world = Wit::file(&file, Some(&resolve.worlds[*other].name)).unwrap();
                let mismatches = weld::targets(&bytes, &world).unwrap();
                let expected = wit_component::targets(&resolve, *other, &bytes);
                if own == other {
                    assert!(mismatches.is_empty(), "seed {seed}: {mismatches:#?}\n{expected:?}");
                    continue;
                }
                assert_eq!(mismatches.is_empty(), expected.is_ok(), "seed {seed}: {mismatches:#?}\n{expected:?}");
                *(if expected.is_ok() { &mut conforming } else { &mut others }) += 1;
            }
            checked += 1;
        }
        checked
    });
    // Other than a component with its own world, which always conforms.
    assert!(conforming > 20 && others > 20, "{conforming} {others}");
}

#[test]
fn composer_fills_the_imports_of_a_mirrored_random_world() {
    each_package(|seed, resolve| {
        let mut checked = 0;
        for world in resolve.worlds.iter().map(|(id, _)| id) {
            if resolve.worlds[world].exports.is_empty() {
                continue;
            }
            let mut mirrored = resolve.clone();
            let Ok(()) = mirrored.importize(world, None) else { continue };
            let (Some(plug), Some(socket)) = (component(&resolve, world), component(&mirrored, world)) else {
                continue;
            };
            let socket_imports = support::names(&socket).0;
            let exports = support::names(&plug).1;
            if !exports.iter().any(|export| socket_imports.contains(export)) {
                continue;
            }
            if let Ok(keep) = std::env::var("WELD_KEEP") {
                std::fs::write(format!("{keep}/socket.wasm"), &socket).unwrap();
                std::fs::write(format!("{keep}/plug.wasm"), &plug).unwrap();
            }
            let composer = Composer::new()
                .component("socket", Input::bytes(socket))
                .component("plug", Input::bytes(plug.as_slice()));
            let composed = match composer.compose() {
                Ok(composed) => composed.into_bytes(),
                // The plug exports a resource type, and imports an interface that uses the host's of the same name; the
                // socket wants that interface to use the plug's, which nobody has.
                Err(error) if error.diagnostics().iter().all(|it| is_of_two_owners(it.message())) => continue,
                // An export has an `external-id`, and the import that mirrors it has none: what they use of the host's is two things.
                Err(error) if error.diagnostics().iter().all(|it| is_of_two_ids(it.message())) => continue,
                Err(error) => panic!("seed {seed}: {error}"),
            };
            support::validate(&composed);
            let left: Vec<String> = support::names(&composed).0;
            let plug_imports = support::names(&plug).0;
            for import in left {
                assert!(plug_imports.contains(&import) || !exports.contains(&import), "seed {seed}: {import} is left");
            }
            checked += 1;
        }
        checked
    });
}

#[test]
fn targets_accepts_the_world_that_inspect_shows() {
    let directory = tempfile::tempdir().unwrap();
    each_package(|seed, resolve| {
        let worlds = resolve.worlds.iter().map(|(id, _)| id).filter_map(|world| component(&resolve, world));
        let mut checked = 0;
        for component in worlds {
            let found = weld::inspect(&component).unwrap();
            let json: serde_json::Value = serde_json::from_str(&found.json()).unwrap();
            assert_eq!(json["wit"]["reason"], serde_json::Value::Null, "seed {seed}");
            let wit = found.wit();
            let file = directory.path().join("world.wit");
            std::fs::write(&file, wit).unwrap();
            let compared = Wit::file(&file, None).and_then(|world| weld::targets(&component, &world));
            let mismatches = compared.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{wit}"));
            // WIT cannot say which of two exports of one interface a type is of.
            let mut exported: Vec<&str> = wit.lines().filter_map(interface_of_export).collect();
            let exports = exported.len();
            exported.sort_unstable();
            exported.dedup();
            if exported.len() < exports {
                continue;
            }
            assert!(mismatches.is_empty(), "seed {seed}: {mismatches:#?}\n{wit}");
            checked += 1;
        }
        checked
    });
}

/// Whether a message says that two imports of one name have different `external-id`s, one of them none.
fn is_of_two_ids(message: &str) -> bool {
    message.contains("stay with the host, which can give only one of them") && message.contains(": no external-id")
}

/// Whether a message says that two users of a resource type take it from two owners.
fn is_of_two_owners(message: &str) -> bool {
    message.contains(" use two different resource types as `")
}

/// The interface that a line of a world exports, by its own name or by another.
fn interface_of_export(line: &str) -> Option<&str> {
    let exported = line.strip_prefix("  export ")?.strip_suffix(';')?;
    let interface = exported.split_once(": ").map_or(exported, |(_, interface)| interface);
    interface.contains('/').then_some(interface)
}
