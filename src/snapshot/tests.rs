//! Tests of the text of snapshots, with any content of their fields.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::{Argument, Export, Import, Nested, Snapshot};
use crate::inspect::Inspection;
use crate::inspect::model::{Component, HostImport, Instance, Item, Kind, Metadata, Reached, Role, Source, Wire, Wit};
use crate::provenance::{Granted, Provenance};

#[test]
fn snapshot_round_trips_each_kind_of_line() {
    let argument = |name: &str, from: &str| Argument { name: name.into(), from: from.into() };
    let inner = Nested { name: "sha256 inner".into(), arguments: vec![argument("a", "outer")], ..Nested::default() };
    let outer = Nested {
        name: "an instance whose name is longer than the column".into(),
        is_adapter: true,
        version: Some("1.0 beta".into()),
        sha256: Some("00".into()),
        arguments: vec![argument("version 1", "{a <- b, c <- d}"), argument("sha256 00", "host#a b")],
        instances: vec![inner.clone(), Nested { name: "version 2".into(), ..Nested::default() }, inner.clone()],
    };
    let grant = |component: &str, grant: &str, value: &str| Granted {
        component: component.into(),
        grant: grant.into(),
        value: value.into(),
    };
    let snapshot = Snapshot {
        name: Some("acme:cms@1.2.0".into()),
        version: Some("1.2".into()),
        sha256: Some("11".into()),
        whole: None,
        order: Some("b, a".to_owned()),
        size: None,
        exports: vec![Export { name: "a".into(), from: None }, Export { name: "b".into(), from: Some("c#d".into()) }],
        imports: vec![
            Import { name: "a".into(), reached_by: vec![] },
            Import { name: "b".into(), reached_by: vec!["x".into(), "y/z".into()] },
        ],
        instances: vec![outer, inner],
        grants: vec![
            grant("ml", "fs /", "embed 3 files, 1,204 bytes, sha256 22"),
            grant("a component of a long name", "a grant of a name that is longer", "allow"),
        ],
        wit: "world a {\n\n  // not WIT: b\n}".into(),
        wit_reason: Some("it imports a core module".into()),
    };
    let text = snapshot.to_string();
    assert_eq!(Snapshot::read(&text, "x").unwrap(), snapshot, "{text}");
    assert!(
        text.contains("\nvirtualize\n  ml              fs /                  embed 3 files, 1,204 bytes, sha256 22\n")
    );
    assert!(
        text.ends_with("\nwit\n  // not WIT: it imports a core module\n  world a {\n\n    // not WIT: b\n  }\n"),
        "{text}"
    );
    let nothing = Snapshot::default();
    assert_eq!(nothing.to_string(), "weld snapshot 1\n");
    assert_eq!(Snapshot::read("weld snapshot 1\n", "x").unwrap(), nothing);
}

/// All texts of up to four characters from a small alphabet.
fn texts(alphabet: &[char]) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..4 {
        last = last.iter().flat_map(|text| alphabet.iter().map(move |c| format!("{text}{c}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// A composition of two instances in which all items have the given name.
fn named_everywhere(name: &str) -> Inspection {
    let component = |role, within| Component {
        name: name.into(),
        within,
        role,
        roles: (role, role),
        sha256: "00".into(),
        size: 1,
        offset: 0,
        imports: vec![],
        exports: vec![Item { name: name.into(), kind: Kind::Instance, wit: String::new(), implements: None }],
        modules: vec![],
        metadata: Metadata { version: Some(name.into()), ..Metadata::default() },
    };
    let wire = |from| Wire { name: name.into(), from };
    let all = vec![
        wire(Source::Import { name: name.into(), path: vec![name.into()] }),
        wire(Source::Instance { instance: 2, path: vec![name.into(), name.into()] }),
        wire(Source::Bundle { items: vec![wire(Source::Own), wire(Source::Component { component: 1 })] }),
    ];
    let instance = |within, imports, exports| Instance {
        name: name.into(),
        path: name.into(),
        within,
        component: Some(usize::from(within.is_some())),
        imports,
        exports,
        capabilities: vec![],
        reaches: vec![],
    };
    let reached = |instance| Reached { instance, functions: vec![], steps: 0, through: vec![] };
    let grant = Granted { component: name.into(), grant: name.into(), value: name.into() };
    Inspection {
        version: 1,
        name: Some(name.into()),
        components: vec![component(Role::Composition, None), component(Role::Program, Some(0))],
        instances: vec![
            instance(None, vec![], vec![wire(Source::Instance { instance: 1, path: vec![] })]),
            instance(Some(0), all.clone(), vec![]),
            instance(Some(1), all, vec![]),
        ],
        imports: vec![HostImport {
            name: name.into(),
            kind: Kind::Instance,
            implements: None,
            external_id: None,
            types_only: false,
            capabilities: vec![],
            reached_by: vec![reached(1), reached(2)],
            poses: std::collections::BTreeMap::new(),
        }],
        wit: Wit { text: format!("{name}\n{name} {name}\n"), reason: Some(name.into()) },
        provenance: Some(Provenance { version: 1, weld: "0".into(), components: vec![], grants: vec![grant] }),
        bare_sha256: None,
    }
}

#[test]
fn snapshot_round_trips_any_names() {
    for name in texts(&[' ', ',', '<', '-', '\n', 'a', '\u{202e}']) {
        let mut snapshot = Snapshot::of(&named_everywhere(&name));
        let text = snapshot.to_string();
        (snapshot.size, snapshot.whole) = (None, None);
        let parsed = Snapshot::read(&text, "x").unwrap_or_else(|error| panic!("{name:?}: {error}\n{text}"));
        assert_eq!(parsed, snapshot, "{name:?}\n{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
    }
}
