//! Worlds that nobody thought of, whose interfaces use each other's types, under other names and from there again: what is left of them
//! says the same.
//!
//! `WELD_WORLDS=N` tries N packages, with three worlds each, `WELD_SEED=S` begins with that one, as the nightly run does. Without it the
//! packages are the same each day. Each test prints with which it begins.
//!
//! One kind of what is plugged still reads otherwise than the components do, and the test lets it pass: a component fills an interface with
//! resource types, and the output does not export it. An export or import that uses such a type has it by another name, or as a type of its
//! own, or WIT has no words for it. Some of these are errors.

#![allow(clippy::print_stdout)] // The seed of a run that fails.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::uses::{self, Packages, Said};
use crate::support::{
    self,
    dice::{self, Dice},
};
use weld::{Composer, Grants, Input};
use wit_parser::{Resolve, WorldId};

/// The seed of each day.
const SEED: u64 = 20_789_000;

/// A component, and what another library reads in it.
struct Read {
    bytes: Vec<u8>,
    resolve: Resolve,
    world: WorldId,
}

impl Read {
    fn of(bytes: Vec<u8>) -> Result<Read, String> {
        let (resolve, world) = uses::decoded(&bytes)?;
        Ok(Read { bytes, resolve, world })
    }
}

/// A type by its interface and name, as `use` says it.
fn used(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("= ")?.strip_suffix('}')?.split_once(".{")
}

/// Whether a text may be in the place of another.
type IsAccepted<'a> = &'a dyn Fn(&str, &str) -> bool;

/// Whether each item that is said was said before, in the same words or in others that are accepted.
fn says_the_same(
    now: &BTreeMap<String, Said>,
    before: &BTreeMap<String, Said>,
    is_accepted: IsAccepted<'_>,
) -> Result<(), String> {
    for (name, said) in now {
        let was = before.get(name).ok_or_else(|| format!("`{name}` is new"))?;
        for (item, text) in said {
            match was.get(item) {
                Some(other) if other == text || is_accepted(text, other) => {}
                other => return Err(format!("`{name}` {item} is `{text}`, and was {other:?}")),
            }
        }
    }
    Ok(())
}

/// How a fault begins of an output that weld has no WIT for.
const UNSAID: &str = "`weld inspect` cannot say it";

/// Whether an output says of its types what its inputs said: in its exports all that the first of them said, in its imports some of what
/// one of them did.
fn is_left(
    output: &[u8],
    inputs: &[&Read],
    said: &BTreeMap<String, Said>,
    is_accepted: IsAccepted<'_>,
) -> Result<(), String> {
    let output = Read::of(output.to_vec())?;
    let found = weld::inspect(output.bytes.as_slice()).map_err(|error| error.to_string())?;
    let json: serde_json::Value = serde_json::from_str(&found.json()).unwrap();
    if let Some(reason) = json["wit"]["reason"].as_str() {
        return Err(format!("{UNSAID}: {reason}"));
    }
    let root = inputs[0];
    let (now, before) = (uses::interfaces(&output.resolve), uses::interfaces(&root.resolve));
    says_the_same(&now, said, is_accepted)?;
    let [imports, exports] = [true, false].map(|is_import| uses::side(&output.resolve, output.world, is_import));
    for (name, said) in imports {
        let import = BTreeMap::from([(name, said)]);
        let found =
            inputs.iter().map(|of| says_the_same(&import, &uses::side(&of.resolve, of.world, true), is_accepted));
        // What one of them does not import says nothing of how it reads.
        let found = found.min_by_key(|found| found.as_ref().err().map(|error| error.ends_with("is new")));
        found.unwrap()?;
    }
    let exported = uses::side(&root.resolve, root.world, false);
    says_the_same(&exports, &exported, is_accepted)?;
    let items = |of: &BTreeMap<String, Said>| -> Vec<(String, Vec<String>)> {
        of.iter().map(|(name, said)| (name.clone(), said.keys().cloned().collect())).collect()
    };
    if items(&exports) != items(&exported) {
        return Err(format!("its exports are {exports:?}, and were {exported:?}"));
    }
    for (name, before) in before.iter().filter(|(name, _)| exported.contains_key(*name)) {
        let items = |of: &Said| of.keys().cloned().collect::<Vec<_>>();
        if now.get(name).map(items) != Some(items(before)) {
            return Err(format!("export `{name}` is {:?}, and was {before:?}", now.get(name)));
        }
    }
    Ok(())
}

#[test]
fn virt_leaves_the_use_clauses_of_random_worlds_as_they_are() {
    let (wanted, start) = (dice::number("WELD_WORLDS").unwrap_or(60), dice::seed_or(SEED));
    let (mut checked, mut used) = (0, 0);
    for seed in start..start + wanted {
        let dice = &mut Dice(seed);
        let packages = Packages::roll(dice);
        let said = uses::interfaces(&packages.read());
        for _ in 0..3 {
            let Some((resolve, world, text)) = packages.world(dice, 0) else { continue };
            let Some(bytes) = uses::component(&resolve, world) else { continue };
            let functions = support::imported_functions(&bytes);
            let input = Read::of(bytes).unwrap_or_else(|error| panic!("WELD_SEED={seed} {error}\n{text}"));
            let mut some = Grants::allow_all();
            let (mut left, share) = (BTreeSet::new(), dice.roll(4) + 1);
            for (interface, function) in functions {
                let treatment = if dice.roll(share) == 0 { ["deny", "trap"][dice.roll(2)] } else { "allow" };
                some = some.grant(&format!("{interface}#{function}"), treatment).unwrap();
                if treatment == "allow" {
                    left.insert((interface, function));
                }
            }
            for (name, grants) in [("some", some), ("all", Grants::deny_all())] {
                let composer = Composer::new().component("a", Input::bytes(input.bytes.as_slice())).grant("a", grants);
                let output = composer.compose();
                let output = output.unwrap_or_else(|error| panic!("WELD_SEED={seed} {error}\n{}{text}", packages.text));
                let output = output.into_bytes();
                support::validate(&output);
                let found = is_left(&output, &[&input], &said, &|_, _| false);
                found
                    .unwrap_or_else(|error| panic!("WELD_SEED={seed} {name} denied: {error}\n{}{text}", packages.text));
                if name == "some" {
                    let found: BTreeSet<_> = support::imported_functions(&output).into_iter().collect();
                    assert_eq!(found, left, "WELD_SEED={seed}\n{}{text}", packages.text);
                }
                checked += 1;
                used += uses::interfaces(&Read::of(output).unwrap().resolve)
                    .values()
                    .flat_map(BTreeMap::values)
                    .filter(|text| text.starts_with("= ") && text.contains(".{"))
                    .count();
            }
        }
    }
    println!("{checked} checked, {used} uses");
    assert!(checked as u64 > wanted && used > checked, "{checked} of {wanted}, {used}");
}

/// Whether a message says that no output could have what two worlds have, of whatever linker.
fn is_impossible(message: &str, packages: &Packages, of_plug: bool) -> bool {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        _ if message.contains(" use two different resource types as `") => true,
        // The same as the last, by the validator: an export is made of them and of types that the output can name.
        _ if message.ends_with("resource types are not the same") => of_plug,
        // A world's own names say nothing of what is there.
        [import, ..] if message.contains(" stay with the host, which can give only one of them") => {
            !import.contains('/')
        }
        // What has the resource types of a component that fills the import is not what the host would have.
        [_, name, interface, ..] if message.contains("so that the output has no name for it") => {
            packages.has_resources(interface, name)
        }
        _ => false,
    }
}

#[test]
fn plug_leaves_the_use_clauses_of_random_worlds_as_they_are() {
    let (wanted, start) = (dice::number("WELD_WORLDS").unwrap_or(60), dice::seed_or(SEED));
    let (mut checked, mut refused, mut unread) = (0, 0, 0);
    for seed in start..start + wanted {
        let dice = &mut Dice(seed);
        let packages = Packages::roll(dice);
        let said = uses::interfaces(&packages.read());
        let mut worlds = Vec::new();
        for number in 0..3 {
            let Some((resolve, world, text)) = packages.world(dice, number) else { continue };
            let Some(bytes) = uses::component(&resolve, world) else { continue };
            worlds.push((Read::of(bytes).unwrap_or_else(|error| panic!("WELD_SEED={seed} {error}\n{text}")), text));
        }
        let pairs = worlds.iter().flat_map(|socket| worlds.iter().map(move |plug| (socket, plug)));
        for ((socket, first), (plug, second)) in pairs {
            let side = |of: &Read, is_import| uses::side(&of.resolve, of.world, is_import);
            let (imports, exports) = (side(socket, true), side(plug, false));
            if std::ptr::eq(socket, plug) || !exports.keys().any(|export| imports.contains_key(export)) {
                continue;
            }
            let composer = Composer::new().component("a", Input::bytes(socket.bytes.as_slice()));
            let composer = composer.component("b", Input::bytes(plug.bytes.as_slice())).allow_unused();
            let shown = || format!("{}{first}{second}", packages.text);
            // No import has a name for resource types that the plug has, or that come from the host by it.
            let of_plug = packages.with_resources().find(|of| exports.contains_key(of) && imports.contains_key(of));
            let of_plug = of_plug.is_some();
            let is_accepted = |_: &str, was: &str| {
                of_plug && used(was).is_some_and(|(interface, name)| packages.has_resources(interface, name))
            };
            match composer.compose() {
                Ok(output) => {
                    support::validate(output.bytes());
                    let found = is_left(output.bytes(), &[socket, plug], &said, &is_accepted);
                    let is_unsaid = uses::decoded(output.bytes()).is_err()
                        || found.as_ref().is_err_and(|error| error.starts_with(UNSAID));
                    if of_plug && is_unsaid {
                        unread += 1;
                        continue;
                    }
                    found.unwrap_or_else(|error| panic!("WELD_SEED={seed} {error}\n{}", shown()));
                    checked += 1;
                }
                Err(error) => {
                    let is_known = error.diagnostics().iter().all(|it| is_impossible(it.message(), &packages, of_plug));
                    assert!(is_known, "WELD_SEED={seed} {error}\n{}", shown());
                    refused += 1;
                }
            }
        }
    }
    println!("{checked} checked, {refused} refused, {unread} with types that WIT has no words for");
    let is_enough = checked as u64 > wanted && refused + unread < checked / 2;
    assert!(is_enough, "{checked}, {refused}, {unread} of {wanted}");
}
