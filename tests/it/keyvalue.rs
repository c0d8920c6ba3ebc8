//! Keys and values in memory: `wasi:keyvalue` of both drafts, against a map.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::dice::{Dice, seed_or};
use crate::support::puppet::{Given, Puppet, ask, component_of_drafts, text};
use crate::support::{fails, names, succeeds, virt_in, weld};
use tempfile::TempDir;
use wasmtime::component::Val;

const DRAFTS: [&str; 2] = ["wasi-keyvalue-0.2.0-draft", "wasi-keyvalue-0.2.0-draft2"];
const VERSIONS: [&str; 2] = ["0.2.0-draft", "0.2.0-draft2"];
const FULL: &str = "err(other(\"the store is full\"))";

/// The interfaces of drafts.
fn interfaces(drafts: &[&str]) -> Vec<String> {
    let of = |draft: &&str| ["store", "atomics", "batch"].map(|name| format!("wasi:keyvalue/{name}@{draft}"));
    drafts.iter().flat_map(of).collect()
}

/// A directory with a component that imports drafts, as `app.wasm`.
fn directory(versions: &[&str]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let interfaces = interfaces(versions);
    let component = component_of_drafts(&DRAFTS, &interfaces.iter().map(String::as_str).collect::<Vec<_>>());
    std::fs::write(directory.path().join("app.wasm"), component).unwrap();
    directory
}

fn granted(directory: &Path, grants: &[&str]) -> Vec<u8> {
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    virt_in(directory, &directory.join("app.wasm"), &flags)
}

/// A puppet that imports a draft, with grants.
fn puppet(version: &str, grants: &[&str]) -> Puppet {
    let output = granted(directory(&[version]).path(), grants);
    assert_eq!(names(&output).0, Vec::<String>::new(), "no host is asked");
    Puppet::new(&output, |_| {})
}

fn keys(keys: &[&str]) -> Val {
    Val::List(keys.iter().map(|key| key.val()).collect())
}

fn pairs(pairs: &[(&str, &[u8])]) -> Val {
    Val::List(pairs.iter().map(|(key, value)| Val::Tuple(vec![key.val(), value.val()])).collect())
}

fn open(puppet: &mut Puppet, name: &str) -> u32 {
    puppet.handle("keyvalue-store/open", &[name.val()])
}

fn set(puppet: &mut Puppet, bucket: u32, key: &str, value: &[u8]) -> String {
    ask!(puppet, "keyvalue-store/bucket-set", bucket, key, value)
}

fn get(puppet: &mut Puppet, bucket: u32, key: &str) -> String {
    ask!(puppet, "keyvalue-store/bucket-get", bucket, key)
}

fn none() -> Val {
    Val::Option(None)
}

fn some(value: Val) -> Val {
    Val::Option(Some(Box::new(value)))
}

#[test]
fn keyvalue_in_memory_answers_each_function_of_a_store() {
    for version in VERSIONS {
        let p = &mut puppet(version, &["keyvalue={set={seeded={b=\"2\", a=\"1\"}, \"\"={k=\"größe\"}}}"]);
        let seeded = open(p, "seeded");
        assert_eq!(get(p, seeded, "a"), "ok(some(\"1\"))");
        assert_eq!(get(p, seeded, "c"), "ok(none)");
        assert_eq!(
            ask!(p, "keyvalue-store/bucket-list-keys", seeded, none()),
            "ok({keys: [\"a\", \"b\"], cursor: none})"
        );
        assert_eq!(ask!(p, "keyvalue-store/bucket-exists", seeded, "b"), "ok(true)");
        assert_eq!(ask!(p, "keyvalue-store/bucket-delete", seeded, "b"), "ok");
        assert_eq!(ask!(p, "keyvalue-store/bucket-delete", seeded, "b"), "ok");
        assert_eq!(ask!(p, "keyvalue-store/bucket-exists", seeded, "b"), "ok(false)");
        // Any name is that of a bucket, and none that of another.
        let (empty, other) = (open(p, ""), open(p, "never seen"));
        assert_eq!(get(p, empty, "k"), "ok(some(\"größe\"))");
        assert_eq!(ask!(p, "keyvalue-store/bucket-list-keys", other, none()), "ok({keys: [], cursor: none})");
        assert_eq!(set(p, other, "", b""), "ok");
        assert_eq!(get(p, other, ""), "ok(some([]))");
        assert_eq!(set(p, other, "", &[0, 255]), "ok");
        let value = p.call("keyvalue-store/bucket-get", &[other.val(), "".val()]).unwrap();
        assert!(format!("{value:?}").contains("U8(0), U8(255)"), "{value:?}");
        assert_eq!(get(p, empty, ""), "ok(none)");
        // Two handles of a bucket are of one; to drop one leaves the other, and the keys.
        let again = open(p, "never seen");
        assert_eq!(set(p, again, "x", b"y"), "ok");
        p.call("keyvalue-store/drop-bucket", &[other.val()]).unwrap();
        assert_eq!(get(p, again, "x"), "ok(some(\"y\"))");
        p.call("keyvalue-store/drop-bucket", &[again.val()]).unwrap();
        let again = open(p, "never seen");
        assert_eq!(get(p, again, "x"), "ok(some(\"y\"))");
        assert_eq!(get(p, seeded, "a"), "ok(some(\"1\"))");
    }
}

/// Two components that import a draft, as one. `other-store/…` are the functions of the second one.
fn pair(directory: &Path, grants: &str) -> Vec<u8> {
    std::fs::copy(directory.join("app.wasm"), directory.join("second.wasm")).unwrap();
    let manifest = "[composition]\nroot = 'app'\noutput = 'pair.wasm'\n\
        [components]\napp = 'app.wasm'\nsecond = 'second.wasm'\n\
        [exports]\n'test:second/other-store' = 'second/test:puppet/keyvalue-store'\n";
    std::fs::write(directory.join("weld.toml"), format!("{manifest}{grants}")).unwrap();
    succeeds(weld(directory).arg("build"));
    std::fs::read(directory.join("pair.wasm")).unwrap()
}

#[test]
fn keyvalue_in_memory_is_shared_by_components_that_were_composed_before() {
    for version in VERSIONS {
        let directory = directory(&[version]);
        let directory = directory.path();
        let said = |output: &[u8]| {
            let p = &mut Puppet::new(output, |_| {});
            let one = open(p, "b");
            let two = p.handle("other-store/open", &["b".val()]);
            assert_eq!(set(p, one, "k", b"v"), "ok");
            ask!(p, "other-store/bucket-get", two, "k")
        };
        let apart = "[virtualize.app]\nkeyvalue = 'memory'\n[virtualize.second]\nkeyvalue = 'memory'\n";
        assert_eq!(said(&pair(directory, apart)), "ok(none)");
        pair(directory, "");
        let shared = virt_in(directory, &directory.join("pair.wasm"), &["--grant", "keyvalue=memory"]);
        assert_eq!(names(&shared).0, Vec::<String>::new(), "no host is asked");
        assert_eq!(said(&shared), "ok(some(\"v\"))");
    }
}

#[test]
fn keyvalue_in_memory_answers_batches() {
    for version in VERSIONS {
        let p = &mut puppet(version, &["keyvalue=memory"]);
        let b = open(p, "b");
        let many = pairs(&[("b", b"2"), ("a", b"1"), ("b", b"3"), ("größe", b"")]);
        assert_eq!(ask!(p, "keyvalue-batch/set-many", b, many), "ok");
        let asked = keys(&["b", "none", "a", "größe", "b"]);
        let found = match version {
            "0.2.0-draft" => {
                "ok([some((\"b\", \"3\")), none, some((\"a\", \"1\")), some((\"größe\", [])), some((\"b\", \"3\"))])"
            }
            _ => {
                "ok([(\"b\", some(\"3\")), (\"none\", none), (\"a\", some(\"1\")), (\"größe\", some([])), (\"b\", some(\"3\"))])"
            }
        };
        assert_eq!(ask!(p, "keyvalue-batch/get-many", b, asked), found);
        assert_eq!(ask!(p, "keyvalue-batch/get-many", b, keys(&[])), "ok([])");
        assert_eq!(ask!(p, "keyvalue-batch/delete-many", b, keys(&["a", "none", "a"])), "ok");
        let listed = ask!(p, "keyvalue-store/bucket-list-keys", b, none());
        assert_eq!(listed, "ok({keys: [\"b\", \"größe\"], cursor: none})");
        // Many keys that are not there, whose names are given back.
        let names: Vec<String> = (0..3000).map(|number| format!("key {number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let Ok(Val::Result(Ok(Some(found)))) = p.call("keyvalue-batch/get-many", &[b.val(), keys(&names)]) else {
            panic!("a list")
        };
        let Val::List(found) = *found else { panic!("a list") };
        let of = |name: &str| if version == "0.2.0-draft" { "none".to_owned() } else { format!("({name:?}, none)") };
        assert!(found.len() == 3000 && found.iter().zip(&names).all(|(found, name)| text(found) == of(name)));
    }
}

#[test]
fn keyvalue_in_memory_increments_numbers_in_decimal_notation() {
    let p = &mut puppet("0.2.0-draft", &["keyvalue={set={b={max=\"18446744073709551615\", minus=\"-1\"}}}"]);
    let b = open(p, "b");
    for (key, delta, expected) in [
        ("n", 41, "ok(41)"),
        ("n", 1, "ok(42)"),
        ("max", 0, "ok(18446744073709551615)"),
        ("max", 1, "err(other(\"the number is out of range\"))"),
        ("minus", 1, "err(other(\"the value is no number\"))"),
    ] {
        assert_eq!(ask!(p, "keyvalue-atomics/increment", b, key, Val::U64(delta)), expected, "{key} {delta}");
    }
    assert_eq!((get(p, b, "n"), get(p, b, "minus")), ("ok(some(\"42\"))".to_owned(), "ok(some(\"-1\"))".to_owned()));
    let p = &mut puppet("0.2.0-draft2", &["keyvalue={set={b={min=\"-9223372036854775808\", word=\"one\"}}}"]);
    let b = open(p, "b");
    for (key, delta, expected) in [
        ("n", -41, "ok(-41)"),
        ("n", 42, "ok(1)"),
        ("min", 0, "ok(-9223372036854775808)"),
        ("min", -1, "err(other(\"the number is out of range\"))"),
        ("word", 1, "err(other(\"the value is no number\"))"),
    ] {
        assert_eq!(ask!(p, "keyvalue-atomics/increment", b, key, Val::S64(delta)), expected, "{key} {delta}");
    }
    assert_eq!(get(p, b, "n"), "ok(some(\"1\"))");
}

/// The operation that goes on where a swap failed.
fn failed(answer: &str) -> u32 {
    let number = answer.strip_prefix("err(cas-failed(").and_then(|rest| rest.strip_suffix("))"));
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn keyvalue_in_memory_swaps_what_nobody_changed() {
    let p = &mut puppet("0.2.0-draft2", &["keyvalue={memory=1000}"]);
    let b = open(p, "b");
    let new = |p: &mut Puppet| p.handle("keyvalue-atomics/cas-new", &[b.val(), "k".val()]);
    let cas = new(p);
    assert_eq!(ask!(p, "keyvalue-atomics/cas-current", cas), "ok(none)");
    assert_eq!(ask!(p, "keyvalue-atomics/swap", cas, b"1"), "ok");
    let (cas, late) = (new(p), new(p));
    assert_eq!(ask!(p, "keyvalue-atomics/swap", cas, b"2"), "ok");
    let again = failed(&ask!(p, "keyvalue-atomics/swap", late, b"3"));
    assert_eq!(ask!(p, "keyvalue-atomics/cas-current", again), "ok(some(\"2\"))");
    // What `current` gave is what it goes on from.
    set(p, b, "k", b"4");
    assert_eq!(ask!(p, "keyvalue-atomics/cas-current", again), "ok(some(\"4\"))");
    assert_eq!(ask!(p, "keyvalue-atomics/swap", again, b"5"), "ok");
    assert_eq!(get(p, b, "k"), "ok(some(\"5\"))");
    // One for which there is no memory ends; nothing changes.
    let cas = new(p);
    let large = vec![b'x'; 2000];
    assert_eq!(ask!(p, "keyvalue-atomics/swap", cas, large.as_slice()), FULL.replace("err(", "err(store-error(") + ")");
    assert_eq!(get(p, b, "k"), "ok(some(\"5\"))");
    // An operation lives on without its bucket's handle, and ends when it is dropped. Each takes memory while it is there.
    let bucket = open(p, "b");
    let cas = p.handle("keyvalue-atomics/cas-new", &[bucket.val(), "k".val()]);
    p.call("keyvalue-store/drop-bucket", &[bucket.val()]).unwrap();
    assert_eq!(ask!(p, "keyvalue-atomics/cas-current", cas), "ok(some(\"5\"))");
    p.call("keyvalue-atomics/drop-cas", &[cas.val()]).unwrap();
    for _ in 0..100 {
        let cas = new(p);
        p.call("keyvalue-atomics/drop-cas", &[cas.val()]).unwrap();
    }
    let mut many = 0;
    while ask!(p, "keyvalue-atomics/cas-new", b, "k") != FULL {
        many += 1;
        assert!(many < 20, "each of them takes 65 bytes");
    }
    assert!(many > 5);
}

#[test]
fn keyvalue_in_memory_lists_keys_in_order_by_cursors_of_both_drafts() {
    for version in VERSIONS {
        let p = &mut puppet(version, &["keyvalue=memory"]);
        let (b, other) = (open(p, "b"), open(p, "other"));
        let all: Vec<String> = (0..2500).map(|number| format!("{number:05}")).collect();
        let value: &[u8] = b"v";
        // In another order than that of their names.
        let given: Vec<(&str, &[u8])> = all.iter().rev().map(|key| (key.as_str(), value)).collect();
        for some in given.chunks(700) {
            assert_eq!(ask!(p, "keyvalue-batch/set-many", b, pairs(some)), "ok");
        }
        let page = |p: &mut Puppet, cursor: Val| {
            let answer = p.call("keyvalue-store/bucket-list-keys", &[b.val(), cursor]).unwrap();
            let Val::Result(Ok(Some(answer))) = answer else { panic!("{}", text(&answer)) };
            let Val::Record(fields) = *answer else { panic!("a record") };
            let [(_, Val::List(keys)), (_, Val::Option(cursor))] = &fields[..] else { panic!("{fields:?}") };
            let key = |key: &Val| if let Val::String(key) = key { key.clone() } else { panic!("{key:?}") };
            (keys.iter().map(key).collect::<Vec<_>>(), cursor.clone().map(|cursor| *cursor))
        };
        let (mut listed, mut cursor, mut pages) = (Vec::new(), none(), 0);
        loop {
            let (some_keys, next) = page(p, cursor);
            // Keys that were listed are deleted meanwhile, as whoever empties a bucket does.
            let names: Vec<&str> = some_keys.iter().map(String::as_str).collect();
            assert_eq!(ask!(p, "keyvalue-batch/delete-many", b, keys(&names)), "ok");
            listed.extend(some_keys);
            pages += 1;
            match next {
                Some(next) => cursor = some(next),
                None => break,
            }
        }
        assert!(listed == all && pages == 3, "{} keys in {pages} pages", listed.len());
        // A cursor that is none.
        let (wrong, said) = match version {
            "0.2.0-draft" => (some(Val::U64(77)), "err(other(\"the cursor is not known\"))"),
            _ => (some("zzz".val()), "ok({keys: [], cursor: none})"),
        };
        assert_eq!(ask!(p, "keyvalue-store/bucket-list-keys", other, wrong), said);
        if version == "0.2.0-draft" {
            assert_eq!(
                ask!(p, "keyvalue-store/bucket-list-keys", other, some(Val::U64(0))),
                "ok({keys: [], cursor: none})"
            );
        }
    }
}

#[test]
fn keyvalue_in_memory_has_a_limit() {
    for version in VERSIONS {
        // A bucket takes 65 bytes, and the key 67.
        let p = &mut puppet(version, &["keyvalue={memory=\"200B\", set={b={k=\"vv\"}}}"]);
        let b = open(p, "b");
        open(p, "c");
        assert_eq!(ask!(p, "keyvalue-store/open", "d"), FULL);
        assert_eq!(set(p, b, "k", b"vvvvv"), "ok");
        assert_eq!(set(p, b, "k", b"vvvvvv"), FULL);
        assert_eq!(set(p, b, "l", b""), FULL);
        assert_eq!(ask!(p, "keyvalue-batch/set-many", b, pairs(&[("k", b"w"), ("l", b"")])), FULL);
        assert_eq!(get(p, b, "k"), "ok(some(\"w\"))", "what came first was set");
        let one = if version == "0.2.0-draft" { Val::U64(1) } else { Val::S64(1) };
        assert_eq!(ask!(p, "keyvalue-atomics/increment", b, "n", one), FULL);
        assert_eq!(ask!(p, "keyvalue-store/bucket-delete", b, "k"), "ok");
        assert_eq!(set(p, b, "l", b"four"), "ok");
    }
}

/// What a store is, by the text of the drafts, and what all that is in it takes.
#[derive(Default)]
struct Model {
    buckets: Vec<&'static str>,
    values: BTreeMap<(usize, String), (Vec<u8>, u64)>,
    writes: u64,
    /// Operations, by their handles: the key, and its version.
    cas: BTreeMap<u32, ((usize, String), Option<u64>)>,
    memory: u64,
}

impl Model {
    fn used(&self) -> u64 {
        let buckets: usize = self.buckets.iter().map(|name| 64 + name.len()).sum();
        let values: usize = self.values.iter().map(|((_, key), (value, _))| 64 + key.len() + value.len()).sum();
        let cas: usize = self.cas.values().map(|((_, key), _)| 64 + key.len()).sum();
        (buckets + values + cas) as u64
    }

    fn set(&mut self, place: &(usize, String), value: &[u8]) -> String {
        let before = self.values.insert(place.clone(), (value.to_vec(), self.writes + 1));
        if self.used() > self.memory {
            match before {
                Some(before) => _ = self.values.insert(place.clone(), before),
                None => _ = self.values.remove(place),
            }
            return FULL.to_owned();
        }
        self.writes += 1;
        "ok".to_owned()
    }

    fn value(&self, place: &(usize, String)) -> Option<String> {
        self.values.get(place).map(|(value, _)| text(&value.as_slice().val()))
    }

    fn version(&self, place: &(usize, String)) -> Option<u64> {
        self.values.get(place).map(|(_, version)| *version)
    }

    fn option(&self, place: &(usize, String)) -> String {
        self.value(place).map_or("none".to_owned(), |value| format!("some({value})"))
    }
}

#[test]
fn keyvalue_in_memory_does_what_a_map_does() {
    const BUCKETS: [&str; 3] = ["", "a", "größe"];
    let mut dice = Dice(seed_or(19));
    let (mut full, mut swapped, mut too_old) = (0, 0, 0);
    for (round, version) in VERSIONS.iter().cycle().take(6).enumerate() {
        let is_second = *version == "0.2.0-draft2";
        let memory: u64 = if round < 4 { 3_000 } else { 1 << 20 };
        let p = &mut puppet(version, &[&format!("keyvalue={{memory={memory}}}")]);
        let mut model = Model { memory, ..Model::default() };
        let handles = BUCKETS.map(|name| open(p, name));
        model.buckets.extend(BUCKETS);
        for step in 0..1_500 {
            let bucket = dice.roll(3);
            let b = handles[bucket];
            let key = |dice: &mut Dice| ["", "k", "key ", "ключ "][dice.roll(4)].to_owned() + &dice.roll(6).to_string();
            let value = |dice: &mut Dice| -> Vec<u8> {
                match dice.roll(3) {
                    0 => dice.roll(1000).to_string().into_bytes(),
                    1 => vec![dice.roll(256) as u8; dice.roll(200)],
                    _ => b"text".repeat(dice.roll(30)),
                }
            };
            let place = (bucket, key(&mut dice));
            let name = place.1.as_str();
            let (said, expected) = match dice.roll(if is_second { 12 } else { 9 }) {
                0 | 1 => {
                    let value = value(&mut dice);
                    (set(p, b, name, &value), model.set(&place, &value))
                }
                2 => (get(p, b, name), format!("ok({})", model.option(&place))),
                3 => {
                    model.values.remove(&place);
                    (ask!(p, "keyvalue-store/bucket-delete", b, name), "ok".to_owned())
                }
                4 => {
                    let expected = format!("ok({})", model.values.contains_key(&place));
                    (ask!(p, "keyvalue-store/bucket-exists", b, name), expected)
                }
                5 => {
                    let own = model.values.keys().filter(|(of, _)| *of == bucket);
                    let own: Vec<String> = own.map(|(_, key)| format!("{key:?}")).collect();
                    let said = ask!(p, "keyvalue-store/bucket-list-keys", b, none());
                    (said, format!("ok({{keys: [{}], cursor: none}})", own.join(", ")))
                }
                6 => {
                    let number = |value: &[u8]| -> Option<i128> {
                        let text = std::str::from_utf8(value).ok()?;
                        if is_second {
                            text.parse::<i64>().ok().map(i128::from)
                        } else {
                            text.parse::<u64>().ok().map(i128::from)
                        }
                    };
                    let known = model.values.get(&place).map_or(Some(0), |(value, _)| number(value));
                    let delta = if is_second { dice.roll(2000) as i64 - 1000 } else { dice.roll(2000) as i64 };
                    let given = if is_second { Val::S64(delta) } else { Val::U64(delta as u64) };
                    let said = ask!(p, "keyvalue-atomics/increment", b, name, given);
                    let expected = match known.map(|number| number + i128::from(delta)) {
                        None => "err(other(\"the value is no number\"))".to_owned(),
                        Some(sum) => match model.set(&place, sum.to_string().as_bytes()).as_str() {
                            "ok" => format!("ok({sum})"),
                            other => other.to_owned(),
                        },
                    };
                    (said, expected)
                }
                7 => {
                    let all: Vec<(String, Vec<u8>)> =
                        (0..dice.roll(4)).map(|_| (key(&mut dice), value(&mut dice))).collect();
                    let given: Vec<(&str, &[u8])> = all.iter().map(|(key, value)| (&**key, &**value)).collect();
                    let said = ask!(p, "keyvalue-batch/set-many", b, pairs(&given));
                    let mut answers = all.iter().map(|(key, value)| model.set(&(bucket, key.clone()), value));
                    let expected = answers.find(|answer| answer != "ok").unwrap_or("ok".to_owned());
                    (said, expected)
                }
                8 => {
                    let all: Vec<String> = (0..dice.roll(5)).map(|_| key(&mut dice)).collect();
                    let asked = keys(&all.iter().map(String::as_str).collect::<Vec<_>>());
                    let answer = |key: &String| {
                        let place = (bucket, key.clone());
                        match (is_second, model.value(&place)) {
                            (true, _) => format!("({key:?}, {})", model.option(&place)),
                            (false, Some(value)) => format!("some(({key:?}, {value}))"),
                            (false, None) => "none".to_owned(),
                        }
                    };
                    let expected = format!("ok([{}])", all.iter().map(answer).collect::<Vec<_>>().join(", "));
                    let said = ask!(p, "keyvalue-batch/get-many", b, asked.clone());
                    if dice.roll(4) == 0 {
                        assert_eq!(ask!(p, "keyvalue-batch/delete-many", b, asked), "ok");
                        all.into_iter().for_each(|key| _ = model.values.remove(&(bucket, key)));
                    }
                    (said, expected)
                }
                9 => {
                    let version = model.version(&place);
                    let said = ask!(p, "keyvalue-atomics/cas-new", b, name);
                    match said.strip_prefix("ok(").and_then(|said| said.strip_suffix(")")?.parse::<u32>().ok()) {
                        Some(handle) => {
                            model.cas.insert(handle, (place.clone(), version));
                            assert!(model.used() <= memory);
                            continue;
                        }
                        None => {
                            assert!(model.used() + 64 + name.len() as u64 > memory);
                            (said, FULL.to_owned())
                        }
                    }
                }
                10 => {
                    let Some(handle) = model.cas.keys().next().copied() else { continue };
                    let of = model.cas[&handle].0.clone();
                    let version = model.version(&of);
                    model.cas.insert(handle, (of.clone(), version));
                    (ask!(p, "keyvalue-atomics/cas-current", handle), format!("ok({})", model.option(&of)))
                }
                _ => {
                    let Some((handle, (of, version))) = model.cas.pop_first() else { continue };
                    let value = value(&mut dice);
                    let said = ask!(p, "keyvalue-atomics/swap", handle, value.as_slice());
                    if model.version(&of) != version {
                        too_old += 1;
                        let (again, version) = (failed(&said), model.version(&of));
                        model.cas.insert(again, (of, version));
                        continue;
                    }
                    swapped += 1;
                    let expected = model.set(&of, &value).replace("err(", "err(store-error(");
                    (said, if expected == "ok" { expected } else { expected + ")" })
                }
            };
            full += usize::from(said.contains("is full"));
            assert_eq!(said, expected, "{version}, step {step}, of {place:?}");
        }
    }
    assert!(full > 200 && swapped > 50 && too_old > 5, "{full} {swapped} {too_old}");
}

#[test]
fn keyvalue_in_memory_is_one_store_for_both_drafts() {
    let p = &mut Puppet::new(&granted(directory(&VERSIONS).path(), &["keyvalue=memory"]), |_| {});
    let first = open(p, "b");
    let second = p.handle("keyvalue-store-again/open", &["b".val()]);
    assert_eq!(set(p, first, "k", b"41"), "ok");
    assert_eq!(ask!(p, "keyvalue-store-again/bucket-get", second, "k"), "ok(some(\"41\"))");
    assert_eq!(ask!(p, "keyvalue-atomics-again/increment", second, "k", Val::S64(1)), "ok(42)");
    assert_eq!(get(p, first, "k"), "ok(some(\"42\"))");
}

#[test]
fn keyvalue_of_two_instances_is_apart() {
    let directory = directory(&["0.2.0-draft2"]);
    let path = directory.path();
    std::fs::copy(path.join("app.wasm"), path.join("other.wasm")).unwrap();
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n\n\
        [components]\napp = \"app.wasm\"\nother = \"other.wasm\"\n\n\
        [exports]\n\"test:other/store\" = \"other/test:puppet/keyvalue-store\"\n\n\
        [virtualize.app]\nkeyvalue = { set = { b = { whose = \"app\" } } }\n\n\
        [virtualize.other]\nkeyvalue = { set = { b = { whose = \"other\" } } }\n";
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).arg("build"));
    succeeds(weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    let output = std::fs::read(path.join("out.wasm")).unwrap();
    assert_eq!(names(&output).0, Vec::<String>::new());
    let p = &mut Puppet::new(&output, |_| {});
    let (own, other) = (open(p, "b"), p.handle("store/open", &["b".val()]));
    assert_eq!(get(p, own, "whose"), "ok(some(\"app\"))");
    assert_eq!(ask!(p, "store/bucket-get", other, "whose"), "ok(some(\"other\"))");
    assert_eq!(set(p, own, "k", b"v"), "ok");
    assert_eq!(ask!(p, "store/bucket-exists", other, "k"), "ok(false)");
    // Nor does another instance of the same output.
    let p = &mut Puppet::new(&output, |_| {});
    let own = open(p, "b");
    assert_eq!(get(p, own, "k"), "ok(none)");
}

#[test]
fn keyvalue_in_memory_leaves_to_closer_grants_what_they_name() {
    let deny = "wasi:keyvalue/store#[method]bucket.delete=deny";
    let p = &mut puppet("0.2.0-draft", &["keyvalue={set={b={k=\"v\"}}}", deny, "wasi:keyvalue/batch=deny"]);
    let b = open(p, "b");
    let refused = ask!(p, "keyvalue-store/bucket-delete", b, "k");
    assert!(refused.starts_with("err("), "{refused}");
    let refused = ask!(p, "keyvalue-batch/delete-many", b, keys(&["k"]));
    assert!(refused.starts_with("err("), "{refused}");
    assert_eq!(get(p, b, "k"), "ok(some(\"v\"))");
}

#[test]
fn keyvalue_in_memory_is_told_and_verified() {
    let directory = directory(&["0.2.0-draft2"]);
    let path = directory.path();
    let manifest = "[composition]\nname = \"acme:stored\"\nroot = \"app\"\noutput = \"out.wasm\"\nsnapshot = \"out.weld\"\n\n\
        [components]\napp = \"app.wasm\"\n\n[virtualize.app]\n\
        keyvalue = { memory = \"1MiB\", set = { default = { greeting = \"hello there\", n = \"1\" }, \"\" = {} } }\n";
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).arg("build"));
    let snapshot = std::fs::read_to_string(path.join("out.weld")).unwrap();
    let words = "memory 1 MiB, set \"\", set default greeting=\"hello there\" n=1";
    assert!(snapshot.lines().any(|line| line.contains("keyvalue") && line.ends_with(words)), "{snapshot}");
    succeeds(weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    let inspected = succeeds(weld(path).args(["inspect", "out.wasm"]));
    let inspected = String::from_utf8(inspected.stdout).unwrap();
    assert!(inspected.contains(words), "{inspected}");
    // What a provider answers reaches nobody.
    std::fs::write(path.join("policy.toml"), "default = \"deny\"\n").unwrap();
    succeeds(weld(path).args(["check", "out.wasm", "--policy", "policy.toml"]));
    // Other values are another grant, and so is a file without them.
    for other in [
        manifest.replace("n = \"1\"", "n = \"2\""),
        manifest.replace("1MiB", "2MiB"),
        manifest.replace("keyvalue = {", "#"),
    ] {
        std::fs::write(path.join("weld.toml"), &other).unwrap();
        let output = weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{other} {}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).args(["split", "out.wasm", "-o", "parts"]));
    succeeds(weld(&path.join("parts")).arg("build"));
    let again = std::fs::read_to_string(path.join("parts/weld.toml")).unwrap();
    assert!(again.contains("memory = \"1 MiB\""), "{again}");
    // A setting more, and a value less.
    std::fs::copy(path.join("out.wasm"), path.join("before.wasm")).unwrap();
    std::fs::write(path.join("weld.toml"), manifest.replace(", n = \"1\"", "")).unwrap();
    succeeds(weld(path).arg("build"));
    let difference = weld(path).args(["diff", "before.wasm", "out.wasm"]).output().unwrap();
    let difference = String::from_utf8(difference.stdout).unwrap();
    assert!(difference.contains("keyvalue"), "{difference}");
}

#[test]
fn keyvalue_of_another_type_has_no_provider() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    for (name, function) in [
        ("wasi:keyvalue/store@0.2.0-draft", "(func (param \"identifier\" string) (result u32))"),
        ("wasi:keyvalue/store@0.3.0", "(func (param \"identifier\" string) (result (result u32)))"),
        ("wasi:keyvalue/store", "(func (result string))"),
    ] {
        let text = format!("(component (import \"{name}\" (instance (export \"open\" {function}))))");
        std::fs::write(path.join("app.wat"), text).unwrap();
        let found = fails(weld(path).args(["virt", "app.wat", "-o", "out.wasm", "--grant=keyvalue=memory"]));
        let found = found.replace("\n  │ ", " ");
        assert!(found.contains("cannot be provided") && found.contains("0.2.0-draft2"), "{name}: {found}");
    }
}
