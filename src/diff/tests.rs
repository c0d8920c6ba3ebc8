//! Tests of comparisons of snapshots that no component has.

use super::compare;
use crate::snapshot::{Argument, Export, Import, Nested, Snapshot};

#[test]
fn diff_of_many_names_takes_bounded_time() {
    const MANY: usize = 200_000;
    let snapshot = |version: u8, suffix: &str| {
        let name = |index: usize| format!("acme:many/i{index}@{version}.0.0");
        let argument = |index: usize| Argument { name: name(index), from: format!("host#{}{suffix}", name(index)) };
        let inner =
            |index: usize| Nested { name: format!("n{index}"), sha256: Some(index.to_string()), ..Nested::default() };
        let user = |name: &str, outer: &str| Nested {
            name: name.to_owned(),
            arguments: (0..MANY)
                .map(|index| Argument { from: argument(index).from.replacen("host", outer, 1), ..argument(index) })
                .collect(),
            ..Nested::default()
        };
        let user = Nested { instances: vec![user("inner", "outer")], ..user("user", "host") };
        Snapshot {
            exports: (0..MANY)
                .map(|index| Export { name: name(index), from: Some(format!("n{index}{suffix}")) })
                .collect(),
            imports: (0..MANY).map(|index| Import { name: name(index), reached_by: vec!["user".to_owned()] }).collect(),
            instances: (0..MANY).map(inner).chain([user]).collect(),
            ..Snapshot::default()
        }
    };
    let start = std::time::Instant::now();
    let (old, new, other) = (snapshot(1, ""), snapshot(2, ""), snapshot(1, "#x"));
    let difference = compare(&old, &new);
    assert_eq!((difference.imports.len(), difference.exports.len(), difference.wiring.len()), (MANY, MANY, 0));
    assert_eq!(compare(&old, &other).wiring.len(), 3 * MANY);
    // In a debug build each takes seconds; quadratic code would take hours.
    assert!(start.elapsed().as_secs() < 240, "{:?}", start.elapsed());
}
