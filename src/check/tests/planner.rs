//! The planner with one altered decision: the check must find each output that results.

use std::collections::BTreeMap;

use super::lines;
use crate::check::tests::check;
use crate::decide::lies::{Kind, Lie, telling};
use crate::describe::{Description, Entry, Grants, Source, Treatment};
use crate::link::{Graph, link};
use crate::load::{self, Components};
use crate::virtualize::{Virtualized, virtualize};
use crate::{encode, proof};

/// Some components, the first of which is the root, with their grants.
struct Case {
    components: Components,
    graph: Graph,
    grants: BTreeMap<String, Grants>,
}

/// An output, and the functions that its adapters answer.
type Output = (Vec<u8>, Vec<(String, String)>);

impl Case {
    /// Guests.
    fn new(guests: &[&str], default: Treatment, said: &[(&str, Treatment)]) -> Case {
        let file = |name: &&str| ((*name).to_owned(), format!("tests/guests/built/{name}.wasm"));
        Case::of(guests.iter().map(file).collect(), default, said)
    }

    /// Components by name and file.
    fn of(files: Vec<(String, String)>, default: Treatment, said: &[(&str, Treatment)]) -> Case {
        let entry = |(name, file): &(String, String)| {
            let file = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
            Entry { name: name.clone(), source: Source::parse(file.into()), sha256: None, place: None }
        };
        let components = files.iter().map(entry).collect();
        let granted = Grants { allow_missing: true, ..super::grants(default, said) };
        let grants = files.into_iter().map(|(name, _)| (name, granted.clone())).collect();
        let description = Description { components, ..Description::default() };
        let components = load::load(&description).unwrap();
        let graph = link(&components, &description).unwrap();
        Case { components, graph, grants }
    }

    /// The output of weld, or the error.
    fn output(&self) -> Result<Output, String> {
        let Virtualized { components, graph, adapters, .. } =
            virtualize(&self.components, &self.graph, &self.grants).map_err(|error| format!("{error:?}"))?;
        let refused = adapters.iter().flat_map(|adapter| &adapter.refused);
        let refused = refused.map(|of| (of.interface.clone(), of.function.clone())).collect();
        let bytes = encode::encode(&components, &graph, None).map_err(|error| error.to_string())?.joined().to_vec();
        Ok((bytes, refused))
    }

    fn found(&self, output: &[u8]) -> Vec<String> {
        let originals = proof::originals(&self.components, &self.graph, &self.grants);
        lines(&check(&originals, output).unwrap())
    }
}

/// Alters each decision about each refused function. Returns the number of altered outputs by kind.
#[track_caller]
fn lied(case: &Case) -> BTreeMap<String, usize> {
    let (honest, refused) = case.output().unwrap();
    assert_eq!(case.found(&honest), [""; 0]);
    let mut told = BTreeMap::new();
    for (interface, function) in refused {
        for kind in [Kind::Allowed, Kind::Kept, Kind::Needed, Kind::Past, Kind::Before] {
            let lie = Lie { kind, interface: interface.clone(), function: function.clone() };
            let Ok((output, _)) = telling(&lie, || case.output()) else { continue };
            if output != honest {
                assert!(!case.found(&output).is_empty(), "{lie:?}");
                *told.entry(format!("{kind:?}")).or_default() += 1;
            }
        }
    }
    told
}

#[test]
fn check_finds_each_false_statement_of_the_plan() {
    let stdout = [("stdout", Treatment::Allow)];
    let some = [("random", Treatment::Deny), ("wasi:io/streams", Treatment::Deny), ("env", Treatment::Trap)];
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    for guests in [&["command-0.2.12"][..], &["hello-c"], &["handler"], &["own"], &["kv-app", "kv-store"]] {
        for (default, said) in [(Treatment::Deny, &[][..]), (Treatment::Deny, &stdout), (Treatment::Allow, &some)] {
            let case = Case::new(guests, default, said);
            lied(&case).into_iter().for_each(|(kind, number)| *all.entry(kind).or_default() += number);
        }
    }
    for kind in ["Allowed", "Kept", "Needed", "Past"] {
        assert!(all.get(kind).is_some_and(|number| *number > 40), "{kind}: {all:?}");
    }
}

#[test]
fn check_finds_each_false_statement_about_export_adapters() {
    let files = vec![("streams".to_owned(), "src/check/tests/streams.wat".to_owned())];
    let told = lied(&Case::of(files, Treatment::Deny, &[("stdout", Treatment::Allow)]));
    // The denied functions: standard error, random numbers, and those of the store.
    assert_eq!(told.get("Before"), Some(&4), "{told:?}");
}

#[test]
fn check_finds_each_false_statement_about_a_separate_adapter() {
    let mut told = 0;
    for guest in ["command-0.2.12", "handler", "own"] {
        let case = Case::new(&[guest], Treatment::Deny, &[("stdout", Treatment::Allow)]);
        let world = &case.components[case.components.root()];
        let grants = &case.grants[guest];
        let alone = || {
            crate::compose::adapter(world, grants, &mut Default::default()).map(|alone| (alone.bytes, alone.adapter))
        };
        let (honest, adapter) = alone().unwrap();
        for of in adapter.refused {
            for kind in [Kind::Allowed, Kind::Kept, Kind::Needed] {
                let lie = Lie { kind, interface: of.interface.clone(), function: of.function.clone() };
                match telling(&lie, alone) {
                    Ok((bytes, _)) => assert!(bytes == honest, "{lie:?}"),
                    Err(crate::error::PhaseError::Verify(_)) => told += 1,
                    Err(_) => {}
                }
            }
        }
    }
    assert!(told > 40, "{told}");
}
