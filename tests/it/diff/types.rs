//! Changed types, as WIT.

use super::*;

#[test]
fn diff_shows_a_changed_function_type_as_wit() {
    let directory = Directory::new();
    let items = |get: &str, more: &str| {
        importing(&format!(
            r#"(import "acme:kv/store@1.0.0" (instance
                (export "get" (func (param "key" string) (result {get})))
                (export "size" (func (result u32))) {more}))"#
        ))
    };
    let old = directory.put("old.wat", items("string", r#"(export "clear" (func))"#));
    let new = directory.put("new.wat", items("u32", r#"(export "drop" (func))"#));
    assert_eq!(
        directory.words(&old, &new),
        "imports\n  ~ acme:kv/store@1.0.0\n    \
         - clear: func();\n    \
         - get: func(key: string) -> string;\n    \
         + get: func(key: string) -> u32;\n    \
         + drop: func();\n"
    );
}

#[test]
fn diff_shows_functions_of_the_world_with_types() {
    let directory = Directory::new();
    let old = directory.put("old.wat", importing(r#"(import "ask" (func (result u32))) (import "log" (func))"#));
    let new = directory.put("new.wat", importing(r#"(import "ask" (func (result u64))) (import "tell" (func))"#));
    assert_eq!(
        directory.words(&old, &new),
        "capabilities\n  \
         + the component can now reach `tell`\n  \
         - the component can no longer reach `log`\n\n\
         imports\n  + tell: func();\n  - log: func();\n  ~ ask\n    \
         - ask: func() -> u32;\n    \
         + ask: func() -> u64;\n"
    );
}

/// A snapshot of `kv-store`, with its world, in which something is another.
fn edited(directory: &Directory, name: &str, from: &str, to: &str) -> String {
    let text = succeeds(weld(directory.0.path()).arg("snapshot").arg(guest("kv-store"))).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(from), "{text}");
    directory.put(name, text.replacen(from, to, 1))
}

#[test]
fn diff_shows_type_members_in_their_type() {
    let directory = Directory::new();
    let old = edited(&directory, "old.weld", "get:", "get:");
    let new = edited(&directory, "new.weld", "get: func(key: string) -> option<string>;", "get: func() -> string;");
    assert_eq!(
        directory.diff(&old, &new),
        (
            "exports\n  ~ acme:kv/store@0.1.0\n    resource connection\n      \
             - get: func(key: string) -> option<string>;\n      \
             + get: func() -> string;\n"
                .to_owned(),
            1
        )
    );
}

#[test]
fn diff_shows_a_type_of_a_changed_kind_whole() {
    let directory = Directory::new();
    let count = "count: func(of: borrow<connection>) -> u32;";
    let with = |ty: &str| format!("{ty}\n\n      {count}");
    let record = "record pair {\n        a: u32,\n        b: u32,\n      }";
    let old = edited(&directory, "old.weld", count, &with(record));
    let swapped =
        edited(&directory, "swapped.weld", count, &with("record pair {\n        b: u32,\n        a: u32,\n      }"));
    let longer = edited(
        &directory,
        "longer.weld",
        count,
        &with("record pair {\n        a: u32,\n        b: u32,\n        c: u32,\n      }"),
    );
    let alias = edited(&directory, "alias.weld", count, &with("type pair = tuple<u32, u32>;"));
    let of = |lines: &str| format!("exports\n  ~ acme:kv/store@0.1.0\n{lines}");
    // In which order fields are is part of a type.
    assert_eq!(
        directory.words(&old, &swapped),
        of("    - record pair {\n    -   a: u32,\n    -   b: u32,\n    - }\n    \
            + record pair {\n    +   b: u32,\n    +   a: u32,\n    + }\n")
    );
    assert_eq!(directory.words(&old, &longer), of("    record pair\n      + c: u32,\n"));
    assert_eq!(
        directory.words(&old, &alias),
        of("    - record pair {\n    -   a: u32,\n    -   b: u32,\n    - }\n    + type pair = tuple<u32, u32>;\n")
    );
}

#[test]
fn diff_skips_types_where_a_world_has_no_wit() {
    let directory = Directory::new();
    let old = directory.put("old.wat", r#"(component (import "f" (func)))"#);
    let nested =
        r#"(component (import "f" (func)) (import "c" (instance (export "x" (instance (export "g" (func)))))))"#;
    let new = directory.put("new.wat", nested);
    let text = directory.words(&old, &new);
    // What has no words in WIT has a digest, which says that there may be more than meets the eye.
    assert_eq!(groups(&text), ["capabilities", "imports", "types", "components"]);
    assert!(
        text.starts_with("capabilities\n  + the component can now reach `c`\n\nimports\n  + c\n\ntypes\n"),
        "{text}"
    );
    assert!(text.contains("\n  not compared: the world has no form in WIT now: "), "{text}");
    // Where both are none, they are compared.
    let other = directory.put("other.wat", nested.replace(r#"(export "g" (func))"#, r#"(export "h" (func))"#));
    let imports = "imports\n  ~ c\n    interface x\n      - g: func()\n      + h: func()\n\ncomponents\n";
    let text = directory.words(&new, &other);
    assert!(text.starts_with(&format!("{imports}  ~ the component itself: sha256 ")), "{text}");
}
