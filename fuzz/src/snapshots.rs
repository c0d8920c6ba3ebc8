//! Snapshots as text, and what changed from one to another.

use weld::Snapshot;

use crate::{accepted, assert_no_control};

/// Two snapshots, with a line of dashes between them, or one.
pub fn snapshot(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let read = |text: &str| {
        let snapshot = accepted(Snapshot::parse("a.weld", text))?;
        // What was read is what is printed, from then on.
        let printed = snapshot.to_string();
        assert_no_control(&printed);
        let again = accepted(Snapshot::parse("a.weld", &printed))
            .unwrap_or_else(|| panic!("it cannot be read again: {printed}"));
        assert_eq!(again, snapshot, "{printed}");
        assert_eq!(again.to_string(), printed);
        let difference = weld::diff(&snapshot, &again);
        assert!(difference.is_empty(), "{difference:?}\n{printed}");
        Some(snapshot)
    };
    let (first, second) = text.split_once("----\n").unwrap_or((text, text));
    let (Some(first), Some(second)) = (read(first), read(second)) else { return };
    for (before, after) in [(&first, &second), (&second, &first)] {
        let difference = weld::diff(before, after);
        let text = difference.lines().join("\n");
        assert_no_control(&text);
        difference.json();
        let is_same = before.to_string() == after.to_string();
        assert_eq!(difference.is_empty(), is_same, "{before}\n----\n{after}\n{text}");
    }
}
