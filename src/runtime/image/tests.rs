//! What is laid into memory, read as the providers read it: by the structures in their source.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use super::Image;
use crate::describe::Settings;
use crate::describe::setting::{Clock, Input, KeyValue, Mount, MountKind, Names, Variables};
use crate::load::Embedded;
use crate::runtime::AVAILABLE;

/// The source of the providers that says how settings lie in memory.
const SOURCE: &str = include_str!("../../../virt-components/abi/src/settings.rs");

/// The fields of each structure that lies in memory, with their types, in order.
fn structures() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let mut structures = BTreeMap::new();
    for part in SOURCE.split("#[repr(C)]").skip(1) {
        let (head, rest) = part.split_once('{').unwrap();
        let name = head.split_whitespace().last().unwrap();
        let field = |line: &'static str| line.trim().trim_start_matches("pub ").trim_end_matches(',').split_once(": ");
        let fields = rest.split_once("\n}").unwrap().0.lines().filter(|line| !line.contains("//"));
        structures.insert(name, fields.filter_map(field).collect());
    }
    structures
}

/// Memory, which is read by the names of fields.
struct Reader<'m> {
    structures: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
    image: &'m Image,
}

impl Reader<'_> {
    /// The size and the alignment of a type in 32-bit memory.
    fn layout(&self, ty: &str) -> (u32, u32) {
        match ty {
            "u32" => (4, 4),
            "u64" => (8, 8),
            ty if ty == "Text" || ty.starts_with("List<") => (8, 4),
            ty => {
                let layouts: Vec<(u32, u32)> = self.structures[ty].iter().map(|(_, ty)| self.layout(ty)).collect();
                let align = layouts.iter().map(|(_, align)| *align).max().unwrap();
                let end = layouts.iter().fold(0u32, |end, (size, align)| end.next_multiple_of(*align) + size);
                (end.next_multiple_of(align), align)
            }
        }
    }

    /// The address of a field of a structure: `env.set`.
    fn at(&self, structure: &str, address: u32, path: &str) -> u32 {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let mut end = address;
        for (name, ty) in &self.structures[structure] {
            let (size, align) = self.layout(ty);
            let at = end.next_multiple_of(align);
            if *name == first {
                return rest.map_or(at, |rest| self.at(ty, at, rest));
            }
            end = at + size;
        }
        panic!("`{structure}` has no `{first}`");
    }

    fn bytes(&self, address: u32, length: u32) -> &[u8] {
        let start = (address - self.image.start) as usize;
        &self.image.bytes[start..start + length as usize]
    }

    fn number(&self, structure: &str, address: u32, path: &str) -> u32 {
        u32::from_le_bytes(self.bytes(self.at(structure, address, path), 4).try_into().unwrap())
    }

    fn long(&self, structure: &str, address: u32, path: &str) -> u64 {
        u64::from_le_bytes(self.bytes(self.at(structure, address, path), 8).try_into().unwrap())
    }

    /// The address and the length of a list or a text.
    fn list(&self, structure: &str, address: u32, path: &str) -> (u32, u32) {
        let at = self.at(structure, address, path);
        let word = |at| u32::from_le_bytes(self.bytes(at, 4).try_into().unwrap());
        (word(at), word(at + 4))
    }

    fn text(&self, structure: &str, address: u32, path: &str) -> &str {
        let (address, length) = self.list(structure, address, path);
        if length == 0 { "" } else { std::str::from_utf8(self.bytes(address, length)).unwrap() }
    }

    /// The addresses of the elements of a list.
    fn elements(&self, structure: &str, address: u32, path: &str, element: &str) -> Vec<u32> {
        let ((first, length), (size, _)) = (self.list(structure, address, path), self.layout(element));
        (0..length).map(|number| first + number * size).collect()
    }

    fn texts(&self, structure: &str, address: u32, path: &str) -> Vec<&str> {
        let of = |at| {
            let word = |at| u32::from_le_bytes(self.bytes(at, 4).try_into().unwrap());
            std::str::from_utf8(self.bytes(word(at), word(at + 4))).unwrap()
        };
        self.elements(structure, address, path, "Text").into_iter().map(of).collect()
    }
}

fn names(names: &[&str]) -> Names {
    Names::Some(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn settings_lie_in_memory_as_providers_read_them() {
    let variables = |name: &str, value: &str, allow: Names| Variables {
        set: [(name.to_owned(), value.to_owned())].into_iter().collect(),
        allow,
        deny: ["denied".to_owned()].into_iter().collect(),
    };
    let host =
        |path: &str, read_only| Mount { kind: MountKind::Host { path: path.to_owned(), read_only }, place: None };
    let settings = Settings {
        env: Some(variables("A", "1", names(&["allowed", "too"]))),
        config: Some(variables("k", "v", Names::All)),
        args: Some(vec!["prog".to_owned(), "argument".to_owned()]),
        cwd: Some("/work".to_owned()),
        stdin: Some(Input::Text("typed".to_owned())),
        clock: Some(Clock { seconds: 7, nanoseconds: 8, step: 9 }),
        seed: Some(10),
        mounts: [
            ("/h".to_owned(), host("there", false)),
            ("/m".to_owned(), Mount { kind: MountKind::Memory(11), place: None }),
            ("/r".to_owned(), host("", true)),
        ]
        .into_iter()
        .collect(),
        keyvalue: Some(KeyValue {
            memory: 12,
            set: [
                ("".to_owned(), BTreeMap::from([("k".to_owned(), "v".to_owned())])),
                ("b".to_owned(), BTreeMap::new()),
            ]
            .into_iter()
            .collect(),
        }),
        ..Settings::default()
    };
    let image = Image::new(&settings, &Embedded::default(), 1000, 5).unwrap();
    let (memory, at) = (Reader { structures: structures(), image: &image }, image.settings);
    let of = "Settings";
    assert_eq!(at % memory.layout(of).1, 0);
    assert_eq!(memory.number(of, at, "host"), 5);
    for (field, name, value, host, allowed) in
        [("env", "A", "1", 2, vec!["allowed", "too"]), ("config", "k", "v", 1, Vec::new())]
    {
        let path = |name: &str| format!("{field}.{name}");
        let variables = memory.elements(of, at, &path("set"), "Variable");
        let pairs: Vec<_> = variables
            .iter()
            .map(|at| (memory.text("Variable", *at, "name"), memory.text("Variable", *at, "value")))
            .collect();
        assert_eq!(pairs, [(name, value)]);
        assert_eq!(memory.number(of, at, &path("host")), host);
        assert_eq!(memory.texts(of, at, &path("allowed")), allowed);
        assert_eq!(memory.texts(of, at, &path("denied")), ["denied"]);
    }
    assert_eq!(memory.texts(of, at, "args"), ["prog", "argument"]);
    assert_eq!(memory.texts(of, at, "cwd"), ["/work"]);
    assert_eq!(memory.text(of, at, "stdin"), "typed");
    assert_eq!(memory.long(of, at, "clock.seconds"), 7);
    assert_eq!(memory.number(of, at, "clock.nanoseconds"), 8);
    assert_eq!(memory.long(of, at, "clock.step"), 9);
    assert_eq!(memory.long(of, at, "seed"), 10);
    let mount = |at: u32| {
        let number = |field| memory.number("Mount", at, field);
        let (quota, path, host) =
            (memory.long("Mount", at, "quota"), memory.text("Mount", at, "path"), memory.text("Mount", at, "host"));
        assert_eq!(at % memory.layout("Mount").1, 0);
        (path, host, quota, number("kind"), number("first"), number("count"))
    };
    let mounts: Vec<_> = memory.elements(of, at, "mounts", "Mount").into_iter().map(mount).collect();
    assert_eq!(mounts, [("/h", "there", 0, 2, 0, 0), ("/m", "", 11, 1, 0, 1), ("/r", "", 0, 3, 1, 0)]);
    assert_eq!(memory.long(of, at, "keyvalue.memory"), 12);
    let pair = |at: u32| ["name", "value"].map(|field| memory.text("Variable", at, field));
    let bucket = |at: u32| {
        let pairs = memory.elements("Bucket", at, "set", "Variable").into_iter().map(pair).collect();
        (memory.text("Bucket", at, "name"), pairs)
    };
    let buckets = memory.elements(of, at, "keyvalue.buckets", "Bucket").into_iter().map(bucket);
    let buckets: Vec<(&str, Vec<[&str; 2]>)> = buckets.collect();
    assert_eq!(buckets, [("", vec![["k", "v"]]), ("b", vec![])]);
    // The root of the mount in memory is a directory without entries.
    let nodes = memory.elements(of, at, "nodes", "Node");
    let nodes: Vec<_> =
        nodes.iter().map(|at| (memory.number("Node", *at, "kind"), memory.list("Node", *at, "data"))).collect();
    assert_eq!(nodes, [(0, (0, 0))]);
    assert_eq!(memory.layout("Entry"), (12, 4));
}

#[test]
fn functions_of_hosts_have_the_bits_that_providers_know() {
    let (_, bits) = SOURCE.split_once("pub mod host {").unwrap();
    let (bits, _) = bits.split_once("\n}").unwrap();
    let mut known = Vec::new();
    let mut functions = "";
    for line in bits.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            functions = text;
        } else if let Some((_, value)) = line.split_once(": u32 = ") {
            let names: Vec<&str> = functions.split('`').skip(1).step_by(2).collect();
            known.push((value.trim_end_matches(';').parse::<u32>().unwrap(), names));
        }
    }
    let own: Vec<(u32, Vec<String>)> = AVAILABLE
        .iter()
        .map(|(bit, functions)| {
            let full = |(number, (interface, function)): (usize, &(&str, &str))| match number {
                0 => format!("{interface}#{function}"),
                // Another one of the same resource type goes by its last name.
                _ => function.rsplit('.').next().unwrap().to_owned(),
            };
            (*bit, functions.iter().enumerate().map(full).collect())
        })
        .collect();
    let known: Vec<(u32, Vec<String>)> =
        known.into_iter().map(|(bit, names)| (bit, names.into_iter().map(str::to_owned).collect())).collect();
    assert_eq!(own, known);
}
