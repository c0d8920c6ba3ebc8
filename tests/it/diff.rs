//! `weld diff`: what it says of two components, in which order, and how it ends.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{self, fails, guest, project, succeeds, weld};
use serde_json::Value;
use tempfile::TempDir;

/// A directory to work in, with components in it.
struct Directory(TempDir);

impl Directory {
    fn new() -> Directory {
        Directory(tempfile::tempdir().unwrap())
    }

    /// Writes a file, and gives its name.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let file = self.0.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
        name.to_owned()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    /// Builds the example `cms` with some more in its manifest, after a change of what is in its directory.
    fn cms(&self, output: &str, more: &str, change: impl FnOnce(&Path)) -> String {
        let directory = tempfile::tempdir().unwrap();
        for name in ["front.wasm", "kv.wasm", "storygen.wasm"] {
            std::fs::copy(project().join("examples/cms").join(name), directory.path().join(name)).unwrap();
        }
        let manifest = format!(
            "[composition]\nname = \"acme:cms@1.0.0\"\nroot = \"front\"\noutput = \"out.wasm\"\n\n[components]\n\
             front = \"front.wasm\"\nstorygen = \"storygen.wasm\"\nkv = \"kv.wasm\"\n\n{more}"
        );
        std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
        change(directory.path());
        succeeds(weld(directory.path()).args(["build", "-q"]));
        self.put(output, std::fs::read(directory.path().join("out.wasm")).unwrap())
    }

    /// Plugs components in WAT, the first of which is the socket, each by its name.
    fn plug(&self, output: &str, components: &[(&str, &str)]) -> String {
        let directory = Directory::new();
        let mut command = weld(directory.0.path());
        command.args(["plug", "-q", "-o", "out.wasm"]);
        for (index, (name, text)) in components.iter().enumerate() {
            let name = directory.put(&format!("{name}.wat"), text);
            if index > 0 {
                command.arg("--plug");
            }
            command.arg(name);
        }
        succeeds(&mut command);
        self.put(output, directory.read("out.wasm"))
    }

    /// Writes a snapshot.
    fn snapshot(&self, component: &str, output: &str) -> String {
        let text = succeeds(weld(self.0.path()).args(["snapshot", component])).stdout;
        self.put(output, text)
    }

    /// What weld says of two files, and how it ends.
    #[track_caller]
    fn diff(&self, before: &str, after: &str) -> (String, i32) {
        self.diff_with(before, after, &[])
    }

    #[track_caller]
    fn diff_with(&self, before: &str, after: &str, flags: &[&str]) -> (String, i32) {
        let output = weld(self.0.path()).args(["diff", before, after]).args(flags).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    }

    /// What weld says of two files that differ, without their sizes.
    #[track_caller]
    fn words(&self, before: &str, after: &str) -> String {
        let (text, code) = self.diff(before, after);
        assert_eq!(code, 1, "{text}");
        match text.find("\nsize\n") {
            Some(size) => text[..size].to_owned(),
            None => text,
        }
    }

    /// The digests of the adapters in two components, as they are shown.
    fn adapters(&self, before: &str, after: &str) -> String {
        let digest = |file: &str| {
            let inspection: Value = serde_json::from_str(&weld::inspect(self.read(file)).unwrap().json()).unwrap();
            let adapter = inspection["components"].as_array().unwrap().iter().find(|it| it["role"] == "adapter");
            format!("sha256 {}…", &adapter.unwrap()["sha256"].as_str().unwrap()[..12])
        };
        format!("{} -> {}", digest(before), digest(after))
    }

    /// The beginning of a digest, as it is shown.
    fn digest(&self, file: &str) -> String {
        format!("sha256 {}…", &support::sha256(&self.read(file))[..12])
    }
}

/// The headings of groups, in order.
fn groups(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect()
}

fn path(file: &Path) -> String {
    file.to_str().unwrap().to_owned()
}

fn guests() -> Vec<PathBuf> {
    let directory = guest("command-p3").parent().unwrap().to_owned();
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "wasm")).collect();
    files.sort();
    assert!(files.len() > 20);
    files
}

/// Imports a function, and exports one that calls it.
const ML: &str = r#"(component
    (import "acme:net/fetch@1.0.0" (instance $net (export "fetch" (func (result u32)))))
    (core func $fetch (canon lower (func $net "fetch")))
    (core module $code (import "" "f" (func $f (result i32))) (func (export "go") (result i32) call $f))
    (core instance $code (instantiate $code (with "" (instance (export "f" (func $fetch))))))
    (func (export "go") (result u32) (canon lift (core func $code "go"))))"#;

/// Exports that function, and needs nothing.
const NET: &str = r#"(component
    (core module $code (func (export "f") (result i32) i32.const 1))
    (core instance $code (instantiate $code))
    (func $fetch (result u32) (canon lift (core func $code "f")))
    (instance (export "acme:net/fetch@1.0.0") (export "fetch" (func $fetch))))"#;

/// Exports that function, and has it from the host's sockets.
const NET_WITH_SOCKETS: &str = r#"(component
    (import "wasi:sockets/probe@0.2.12" (instance $sockets (export "probe" (func (result u32)))))
    (core func $probe (canon lower (func $sockets "probe")))
    (core module $code (import "" "f" (func $f (result i32))) (func (export "f") (result i32) call $f))
    (core instance $code (instantiate $code (with "" (instance (export "f" (func $probe))))))
    (func $fetch (result u32) (canon lift (core func $code "f")))
    (instance (export "acme:net/fetch@1.0.0") (export "fetch" (func $fetch))))"#;

/// A component whose world is its whole content: functions that it imports, in an interface and by themselves.
fn importing(items: &str) -> String {
    format!("(component {items})")
}

#[test]
fn diff_reports_a_changed_byte_as_a_replaced_nested_component() {
    let directory = Directory::new();
    let old = directory.cms("old.wasm", "", |_| {});
    let new = directory.cms("new.wasm", "", |inputs| {
        let file = inputs.join("kv.wasm");
        let mut bytes = std::fs::read(&file).unwrap();
        // A path in a message of the standard library's.
        let place = bytes.windows(7).position(|window| window == b"/rustc/").unwrap();
        bytes[place + 1] = b'R';
        directory.put("kv.wasm", &bytes);
        std::fs::write(file, bytes).unwrap();
    });
    directory.put("old-kv.wasm", std::fs::read(project().join("examples/cms/kv.wasm")).unwrap());
    let expected = format!(
        "components\n  ~ `kv` is another component: {} -> {}, code changed\n",
        directory.digest("old-kv.wasm"),
        directory.digest("kv.wasm")
    );
    // The size is what it was.
    assert_eq!(directory.diff(&old, &new), (expected, 1));
}

#[test]
fn diff_reports_a_new_wire_and_its_new_instance() {
    let directory = Directory::new();
    let old = directory.cms("old.wasm", "", |_| {});
    let new = directory.cms("new.wasm", "[wire]\n\"storygen/acme:cms/store@1.0.0\" = \"kv#1\"\n", |_| {});
    directory.put("kv.wasm", std::fs::read(project().join("examples/cms/kv.wasm")).unwrap());
    let kv = directory.digest("kv.wasm");
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "components\n  + `kv#1` ({kv})\n\n\
             wiring\n  ~ `storygen`: `acme:cms/store@1.0.0` from `kv#1`, not from `kv`\n"
        )
    );
    assert_eq!(
        directory.words(&new, &old),
        format!(
            "components\n  - `kv#1` ({kv})\n\n\
             wiring\n  ~ `storygen`: `acme:cms/store@1.0.0` from `kv`, not from `kv#1`\n"
        )
    );
}

#[test]
fn diff_reports_a_single_changed_wire_as_wiring() {
    let directory = Directory::new();
    // Two instances in both, the other way round.
    let wires = |front: &str, storygen: &str| {
        format!(
            "[wire]\n\"front/acme:cms/store@1.0.0\" = \"{front}\"\n\"storygen/acme:cms/store@1.0.0\" = \"{storygen}\"\n"
        )
    };
    let old = directory.cms("old.wasm", &wires("kv", "kv#1"), |_| {});
    let new = directory.cms("new.wasm", &wires("kv#1", "kv"), |_| {});
    assert_eq!(
        directory.words(&old, &new),
        "wiring\n  ~ `front`: `acme:cms/store@1.0.0` from `kv#1`, not from `kv`\n  \
         ~ `storygen`: `acme:cms/store@1.0.0` from `kv`, not from `kv#1`\n"
    );
}

#[test]
fn diff_reports_a_setting_as_grant_and_regenerated_adapter() {
    let directory = Directory::new();
    let grants = |value: &str| {
        format!("[virtualize.storygen]\ndefault = \"allow\"\nenv = {{ set = {{ LANG = \"{value}\" }} }}\n")
    };
    let old = directory.cms("old.wasm", &grants("C"), |_| {});
    let new = directory.cms("new.wasm", &grants("D"), |_| {});
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "adapters\n  ~ `storygen:adapter`, generated again: {}, code changed\n\n\
             grants\n  ~ `storygen`: `env` set LANG=C -> set LANG=D\n",
            directory.adapters(&old, &new)
        )
    );
}

#[test]
fn diff_reports_a_capability_grant_first_as_reachable() {
    let directory = Directory::new();
    let grants = |more: &str| format!("[virtualize.storygen]\ndefault = \"deny\"\nstdout = \"allow\"\n{more}");
    let old = directory.cms("old.wasm", &grants(""), |_| {});
    let new = directory.cms("new.wasm", &grants("stderr = \"allow\"\n"), |_| {});
    // `front` reaches standard error all the time. That the adapter stands before it no more is not said again.
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "capabilities\n  + `storygen` can now reach `stderr`\n\n\
             adapters\n  ~ `storygen:adapter`, generated again: {}, code changed\n\n\
             grants\n  + `storygen`: `stderr` allow\n",
            directory.adapters(&old, &new)
        )
    );
}

#[test]
fn diff_reports_each_changed_version_on_one_line() {
    let directory = Directory::new();
    let (old, new) = (guest("command-0.2.6"), guest("command-0.2.12"));
    let text = directory.words(&path(&old), &path(&new));
    assert_eq!(groups(&text), ["imports", "exports", "components"]);
    let (mut imports, _) = support::names(&std::fs::read(&new).unwrap());
    imports.sort();
    let line = |name: &String| format!("  ~ {} 0.2.6 -> 0.2.12\n", name.strip_suffix("@0.2.12").unwrap());
    let imports: String = imports.iter().map(line).collect();
    assert!(text.starts_with(&format!("imports\n{imports}\nexports\n  ~ wasi:cli/run 0.2.6 -> 0.2.12\n\n")), "{text}");
}

#[test]
fn diff_reports_what_a_replaced_component_reaches_first() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let digest = |name: &str, text: &str| {
        directory.put(name, wat::parse_str(text).unwrap());
        directory.digest(name)
    };
    let (was, is) = (digest("a", NET), digest("b", NET_WITH_SOCKETS));
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "capabilities\n  \
             + the component can now reach `sockets`\n  \
             + `ml` can now reach `sockets`, through `net`\n  \
             + `net` can now reach `sockets`\n\n\
             imports\n  + wasi:sockets/probe@0.2.12, for `ml` and `net`\n\n\
             components\n  ~ `net` is another component: {was} -> {is}, code changed\n"
        )
    );
    assert_eq!(
        directory.words(&new, &old),
        format!(
            "capabilities\n  \
             - the component can no longer reach `sockets`\n  \
             - `ml` can no longer reach `sockets`, through `net`\n  \
             - `net` can no longer reach `sockets`\n\n\
             imports\n  - wasi:sockets/probe@0.2.12, for `ml` and `net`\n\n\
             components\n  ~ `net` is another component: {is} -> {was}, code changed\n"
        )
    );
}

/// A component that makes one of [`NET_WITH_SOCKETS`], called `net`, and exports what that does. In `depth` more around it, each called
/// `box`.
fn joined(depth: usize) -> String {
    let inner = match depth {
        0 => NET_WITH_SOCKETS.replacen("(component", "(component $net", 1),
        depth => joined(depth - 1).replacen("(component", "(component $box", 1),
    };
    let name = if depth == 0 { "net" } else { "box" };
    format!(
        r#"(component
            (import "wasi:sockets/probe@0.2.12" (instance $sockets (export "probe" (func (result u32)))))
            {inner}
            (instance ${name} (instantiate ${name} (with "wasi:sockets/probe@0.2.12" (instance $sockets))))
            (alias export ${name} "acme:net/fetch@1.0.0" (instance $fetch))
            (export "acme:net/fetch@1.0.0" (instance $fetch)))"#
    )
}

#[test]
fn diff_reports_capabilities_of_instances_within_a_new_one() {
    let directory = Directory::new();
    // `other` reaches sockets in both, so that the component as a whole and `ml` gain nothing.
    let other = NET_WITH_SOCKETS.replace("acme:net/fetch", "acme:net/other");
    let ml = ML.replacen(
        "(component",
        r#"(component (import "acme:net/other@1.0.0" (instance (export "fetch" (func (result u32)))))"#,
        1,
    );
    let old = directory.plug("old.wasm", &[("ml", &ml), ("other", &other), ("safe", NET)]);
    for (depth, path) in [(0, "fast/net"), (1, "fast/box/net"), (3, "fast/box/box/box/net")] {
        let new = directory.plug("new.wasm", &[("ml", &ml), ("other", &other), ("fast", &joined(depth))]);
        let text = directory.words(&old, &new);
        let gained =
            format!("capabilities\n  + `{path}`, which is new, can reach `sockets`\n\ncomponents\n  + `fast` (");
        assert!(text.starts_with(&gained), "{text}");
        let text = directory.words(&new, &old);
        let lost =
            format!("capabilities\n  - `{path}`, which is gone, could reach `sockets`\n\ncomponents\n  + `safe` (");
        assert!(text.starts_with(&lost), "{text}");
        // Snapshots say the same, and so does JSON.
        let snapshots = (directory.snapshot(&old, "old.weld"), directory.snapshot(&new, "new.weld"));
        let text = directory.words(&snapshots.0, &snapshots.1);
        assert!(text.starts_with(&gained), "{text}");
        let (json, _) = directory.diff_with(&old, &new, &["--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let capabilities = json["capabilities"].as_array().unwrap();
        assert_eq!(capabilities.len(), 1, "{json}");
        assert_eq!(capabilities[0]["instance"], path);
        assert_eq!(capabilities[0]["with_instance"], true);
    }
}

#[test]
fn diff_reports_capabilities_of_an_instance_moved_into_another() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("box", &joined(0))]);
    let text = directory.words(&old, &new);
    assert!(
        text.starts_with(
            "capabilities\n  + `box/net`, which is new, can reach `sockets`\n  \
             - `net`, which is gone, could reach `sockets`\n\n"
        ),
        "{text}"
    );
    let text = directory.words(&new, &old);
    assert!(
        text.starts_with(
            "capabilities\n  + `net`, which is new, can reach `sockets`\n  \
             - `box/net`, which is gone, could reach `sockets`\n\n"
        ),
        "{text}"
    );
}

#[test]
fn diff_reports_capabilities_of_a_false_adapter_in_a_new_instance() {
    let directory = Directory::new();
    let old = directory.put("old.weld", with_sockets("x", "  x  sha256 0\n"));
    let new = |by: &str, from: &str| {
        let tree = format!(
            "  p  sha256 1\n    y  sha256 2\n      i  <- {from}\n    y:adapter  (adapter)  sha256 3\n  x  sha256 0\n"
        );
        directory.put("new.weld", with_sockets(by, &tree))
    };
    let gained = |path: &str| format!("capabilities\n  + `{path}`, which is new, can reach `sockets`\n\n");
    for (by, from, path) in [
        // It is said of the one that it is for, where that one reaches it.
        ("p/y, p/y:adapter, x", "y:adapter", "p/y"),
        ("p/y:adapter, x", "y:adapter", "p/y:adapter"),
        ("p/y:adapter, x", "outer", "p/y:adapter"),
    ] {
        let text = directory.words(&old, &new(by, from));
        assert!(text.starts_with(&gained(path)), "{text}");
    }
}

#[test]
fn diff_distinguishes_an_instance_name_from_a_nested_path() {
    let directory = Directory::new();
    let net = |name: &str, from: &str| {
        format!(
            r#"{} (instance $"{name}" (instantiate $"{name}" {from}))"#,
            match from {
                "" => NET.replacen("(component", &format!("(component $\"{name}\""), 1),
                _ => NET_WITH_SOCKETS.replacen("(component", &format!("(component $\"{name}\""), 1),
            }
        )
    };
    let sockets = r#"(with "wasi:sockets/probe@0.2.12" (instance $sockets))"#;
    let of = |from: &str| {
        format!(
            r#"(component
                (import "wasi:sockets/probe@0.2.12" (instance $sockets (export "probe" (func (result u32)))))
                {} (instance $safe (instantiate $safe {sockets})) {})"#,
            joined(0).replacen("(component", "(component $safe", 1),
            net("safe/net", from)
        )
    };
    let (old, new) = (directory.put("old.wat", of("")), directory.put("new.wat", of(sockets)));
    let text = directory.words(&old, &new);
    assert!(text.starts_with("capabilities\n  + `\"safe/net\"` can now reach `sockets`\n\n"), "{text}");
}

#[test]
fn diff_matches_a_renamed_instance() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("wire", NET_WITH_SOCKETS)]);
    assert_eq!(directory.words(&old, &new), "components\n  ~ `net` is called `wire`, and is the same component\n");
}

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

#[test]
fn diff_counts_host_core_modules_as_capabilities() {
    let directory = Directory::new();
    let old = directory.put("old.wat", r#"(component (import "f" (func)))"#);
    let new = directory.put("new.wat", r#"(component (import "f" (func)) (import "m" (core module)))"#);
    let text = directory.words(&old, &new);
    let expected =
        "capabilities\n  + the component can now reach `m`\n\nimports\n  + m: core module\n\ntypes\n  not compared: ";
    // WIT has no words for it.
    assert!(text.starts_with(expected), "{text}");
    // Where that is so of both, types are compared.
    let more = directory.put("more.wat", r#"(component (import "f" (func (result u8))) (import "m" (core module)))"#);
    let text = directory.words(&new, &more);
    let imports = "imports\n  ~ f\n    - f: func()\n    + f: func() -> u8\n\ncomponents\n";
    assert!(text.starts_with(&format!("{imports}  ~ the component itself: sha256 ")), "{text}");
    // Types are not.
    let ty = r#"(import "t" (type (sub resource)))"#;
    let new = directory.put("type.wat", format!(r#"(component (import "f" (func)) {ty})"#));
    assert_eq!(directory.words(&old, &new), "imports\n  + resource t;\n");
}

#[test]
fn diff_matches_a_component_that_became_nested() {
    let directory = Directory::new();
    let old = path(&guest("command-p3"));
    directory.put("new.wasm", support::virt(&guest("command-p3"), &["default=allow", "sockets=deny"]));
    assert_eq!(
        directory.words(&old, "new.wasm"),
        "capabilities\n  \
         - the component can no longer reach `sockets`\n  \
         - `command-p3` can no longer reach `sockets`\n\n\
         imports\n  \
         - wasi:sockets/ip-name-lookup@0.3.0, for `command-p3`\n  \
         - wasi:sockets/types@0.3.0, for `command-p3`\n\n\
         components\n  ~ the component is within another now, as `command-p3`\n\n\
         adapters\n  + `command-p3:adapter`\n\n\
         grants\n  + `command-p3`: `sockets` deny\n  + `command-p3`: `*` allow\n"
    );
    let text = directory.words("new.wasm", &old);
    assert_eq!(groups(&text), ["capabilities", "imports", "components", "adapters", "grants"]);
    assert!(text.contains("  ~ the component is what `command-p3` was, by itself\n"), "{text}");
}

#[test]
fn diff_compares_wasi_0_3_with_0_2() {
    let directory = Directory::new();
    let text = directory.words(&path(&guest("command-0.2.12")), &path(&guest("command-p3")));
    assert_eq!(groups(&text), ["capabilities", "imports", "exports", "components"]);
    // It asks for the directory that it is in, and has functions that the other has not.
    assert!(
        text.starts_with("capabilities\n  + the component can now reach `cwd` and `sockets`\n\nimports\n"),
        "{text}"
    );
    assert!(text.contains("  ~ wasi:cli/exit 0.2.12 -> 0.3.0\n"), "{text}");
    assert!(text.contains("    + wait-for: async func(how-long: duration);\n"), "{text}");
    assert!(text.contains("  + wasi:sockets/types@0.3.0\n"), "{text}");
}

#[test]
fn diff_reports_other_bytes_of_an_equal_component() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    let mut bytes = directory.read(&old);
    // A custom section `x` of no content.
    bytes.extend([0, 2, 1, b'x']);
    directory.put("new.wasm", bytes);
    let (text, code) = directory.diff(&old, "new.wasm");
    let size = directory.read(&old).len();
    assert_eq!(code, 1);
    assert_eq!(
        text,
        format!(
            "size\n  {size} -> {} bytes (+4)\n\nsame in everything that weld compares; only metadata (custom sections) differs\n",
            size + 4
        )
    );
    // Of as many bytes, there is no size to tell.
    let mut bytes = directory.read("new.wasm");
    *bytes.last_mut().unwrap() = b'y';
    directory.put("other.wasm", bytes);
    let expected = ("same in everything that weld compares; only metadata (custom sections) differs\n".to_owned(), 1);
    assert_eq!(directory.diff("new.wasm", "other.wasm"), expected);
}

#[test]
fn diff_distinguishes_changed_code_from_changed_metadata() {
    let directory = Directory::new();
    let module = |value: u32| {
        format!(
            "(component (core module $m (func (export \"get\") (result i32) i32.const {value}))
               (core instance $m (instantiate $m))
               (func $get (result u32) (canon lift (core func $m \"get\")))
               (instance $n (export \"get\" (func $get)))
               (export \"acme:n/n\" (instance $n)))"
        )
    };
    let app = "(component (import \"acme:n/n\" (instance $n (export \"get\" (func (result u32)))))
                 (export \"run\" (func $n \"get\")))";
    let metadata = |text: &str| text.replacen("(core module $m", "(core module $m (@custom \"x\" \"y\")", 1);
    let old = directory.plug("old.wasm", &[("app", app), ("n", &module(1))]);
    let named = directory.plug("named.wasm", &[("app", app), ("n", &metadata(&module(1)))]);
    let other = directory.plug("other.wasm", &[("app", app), ("n", &module(2))]);
    assert!(directory.words(&old, &named).ends_with("…, only metadata changed\n"), "{}", directory.words(&old, &named));
    assert!(directory.words(&old, &other).ends_with("…, code changed\n"), "{}", directory.words(&old, &other));
    for (after, content) in [(&named, "metadata"), (&other, "code")] {
        let (json, _) = directory.diff_with(&old, after, &["--json"]);
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["components"][0]["content"], content);
    }
    // What a snapshot does not say is not guessed.
    let snapshot = directory.snapshot(&old, "old.weld");
    let (json, _) = directory.diff_with(&snapshot, &named, &["--json"]);
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["components"][0]["content"], Value::Null);
    assert!(!directory.words(&snapshot, &named).contains("metadata"));
    // The component itself.
    directory.put("n.wat", module(1));
    directory.put("named.wat", metadata(&module(1)));
    directory.put("other.wat", module(2));
    assert!(directory.words("n.wat", "named.wat").ends_with("…, only metadata changed\n"));
    assert!(directory.words("n.wat", "other.wat").ends_with("…, code changed\n"));
}

#[test]
fn diff_has_markdown_and_html_forms() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    directory.put("net.wat", NET);
    let (markdown, code) = directory.diff_with(&old, "net.wat", &["--markdown"]);
    assert_eq!(code, 1);
    assert!(markdown.starts_with("### `weld diff`: changes in "), "{markdown}");
    assert!(markdown.contains("```diff\n--- old.wasm\n+++ net.wat\n```\n"), "{markdown}");
    let (page, code) = directory.diff_with(&old, "net.wat", &["--html", "-"]);
    assert_eq!(code, 1);
    assert!(page.contains("<h1>old.wasm → net.wat</h1>") && page.ends_with("</html>\n"), "{page}");
    // All that is said in words is there.
    for line in directory.words(&old, "net.wat").lines() {
        let text = line.trim_start().trim_start_matches(['+', '-', '~']).trim_start();
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(markdown.contains(text) && page.contains(&escaped), "{text}");
    }
    let output = weld(directory.0.path()).args(["diff", &old, "net.wat", "--html", "page.html"]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(1), Vec::new()));
    assert_eq!(output.stderr, b"page.html: the changes from old.wasm to net.wat\n");
    assert_eq!(directory.read("page.html"), page.as_bytes());
    assert_eq!(directory.diff_with(&old, &old, &["--markdown"]).1, 0);
    // Neither of the two is written over.
    let said = fails(weld(directory.0.path()).args(["diff", &old, "net.wat", "--html", "./net.wat"]));
    assert!(said.contains("net.wat"), "{said}");
    assert_eq!(directory.read("net.wat"), NET.as_bytes());
}

/// A name section may have any text: none of it may end a block of code, or begin an element.
#[test]
fn diff_markdown_and_html_escape_component_text() {
    let directory = Directory::new();
    let named = "(component (import \"f\" (func $f))
                   (component $x (core module) (import \"f\" (func $f)) (export \"g\" (func $f)))
                   (instance $a (instantiate $x (with \"f\" (func $f)))) (export \"run\" (func $a \"g\")))";
    let hostile = named.replace("$a ", "$\"<script>alert(1)</script>````[a](javascript:b)\" ");
    directory.put("old.wat", named);
    directory.put("new.wat", hostile);
    let (page, _) = directory.diff_with("old.wat", "new.wat", &["--html", "-"]);
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    let (markdown, _) = directory.diff_with("old.wat", "new.wat", &["--markdown"]);
    assert!(markdown.contains("<script>alert(1)</script>````[a]"), "{markdown}");
    // In a block whose fence is longer than that in the name.
    let block = markdown.split("`````diff\n").nth(1).unwrap_or_else(|| panic!("{markdown}"));
    assert!(block.contains("<script>") && block.contains("\n`````\n"), "{markdown}");
}

#[test]
fn diff_of_equal_components_exits_with_0() {
    let directory = Directory::new();
    let equal = ("equal\n".to_owned(), 0);
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    assert_eq!(directory.diff(&old, &old), equal);
    // The text of a component is the component.
    directory.put("net.wat", NET);
    directory.put("net.wasm", wat::parse_str(NET).unwrap());
    assert_eq!(directory.diff("net.wat", "net.wasm"), equal);
    // What is equal byte for byte is not read.
    directory.put("a", "neither");
    directory.put("b", "neither");
    assert_eq!(directory.diff("a", "b"), equal);
}

#[test]
fn diff_of_snapshots_equals_diff_of_components() {
    let directory = Directory::new();
    let old = directory.cms("old.wasm", "[virtualize.storygen]\ndefault = \"deny\"\n", |_| {});
    let new = directory.cms("new.wasm", "[wire]\n\"storygen/acme:cms/store@1.0.0\" = \"kv#1\"\n", |_| {});
    let words = directory.words(&old, &new);
    assert_eq!(groups(&words), ["capabilities", "imports", "components", "wiring", "adapters", "grants"]);
    let (old_text, new_text) = (directory.snapshot(&old, "old.weld"), directory.snapshot(&new, "new.weld"));
    // They have no sizes.
    for (before, after) in [(&old_text, &new_text), (&old, &new_text), (&old_text, &new)] {
        assert_eq!(directory.diff(before, after), (words.clone(), 1));
    }
    let same = ("equal in everything that a snapshot says\n".to_owned(), 0);
    assert_eq!(directory.diff(&old, &old_text), same);
    assert_eq!(directory.diff(&new_text, &new), same);
    // As an editor on Windows leaves it.
    let text = String::from_utf8(directory.read(&old_text)).unwrap().replace('\n', "\r\n");
    directory.put("windows.weld", text);
    assert_eq!(directory.diff("windows.weld", &old_text), same);
}

#[test]
fn diff_escapes_terminal_controls_in_names() {
    let directory = Directory::new();
    let component = |name: &str, nested: &str, value: u8| {
        format!(
            r#"(component $"{name}"
                (component $"n" (core module (func (result i32) i32.const {value})) (export "f" (core module 0)))
                (instance $"{nested}" (instantiate 0)))"#
        )
    };
    let old = directory.put("old.wat", component(r"a\u{1b}[31m", r"<script>\u{202e}x\u{0a}y", 1));
    let new = directory.put("new.wat", component(r"b\u{7}", r"<script>\u{202e}x\u{0a}y", 2));
    let text = directory.words(&old, &new);
    assert_eq!(groups(&text), ["components"]);
    assert!(text.contains(r"  ~ the component calls itself `b\u{7}`, not `a\u{1b}[31m`"), "{text}");
    assert!(text.contains(r#"  ~ `"<script>\u{202e}x\u{a}y"` is another component: sha256 "#), "{text}");
    assert_eq!(text.lines().count(), 3, "{text}");
    let (json, _) = directory.diff_with(&old, &new, &["--json"]);
    assert!(!json.contains('\u{202e}') && !json.contains('\u{1b}'), "{json}");
    // A snapshot has them escaped, and they are the same names.
    let snapshot = directory.snapshot(&old, "old.weld");
    assert_eq!(directory.diff(&old, &snapshot), ("equal in everything that a snapshot says\n".to_owned(), 0));
}

#[test]
fn diff_reads_one_side_from_stdin() {
    let directory = Directory::new();
    let old = directory.put("old.wat", NET);
    let run = |arguments: [&str; 2]| {
        let mut command = weld(directory.0.path());
        command.arg("diff").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(NET_WITH_SOCKETS.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run([&old, "-"]).starts_with("capabilities\n  + the component can now reach `sockets`\n"));
    assert!(run(["-", &old]).starts_with("capabilities\n  - the component can no longer reach `sockets`\n"));
    assert!(
        fails(weld(directory.0.path()).args(["diff", "-", "-"])).contains("standard input is given as more than one")
    );
}

#[test]
fn diff_colours_on_request_and_on_terminals() {
    let directory = Directory::new();
    let (old, new) = (directory.put("old.wat", NET), directory.put("new.wat", NET_WITH_SOCKETS));
    assert!(!directory.diff(&old, &new).0.contains('\u{1b}'));
    let (text, _) = directory.diff_with(&old, &new, &["--color", "always"]);
    assert!(text.contains("  \u{1b}[1;33m+ the component can now reach `sockets`\u{1b}[0m\n"), "{text:?}");
    assert!(text.contains("  \u{1b}[32m+ wasi:sockets/probe@0.2.12\u{1b}[0m\n"), "{text:?}");
}

#[test]
fn diff_errors_name_the_side() {
    let directory = Directory::new();
    let good = directory.put("good.wat", NET);
    let snapshot = String::from_utf8(directory.read(&directory.snapshot(&good, "good.weld"))).unwrap();
    let cut = |end: usize| snapshot.as_bytes()[..end].to_vec();
    let interface = snapshot.find("      fetch: func").unwrap();
    std::fs::create_dir(directory.0.path().join("directory")).unwrap();
    let mut broken = wat::parse_str(NET).unwrap();
    broken.truncate(60);
    let wit_package = {
        let mut resolve = wit_parser::Resolve::default();
        let package = resolve.push_str("a.wit", "package a:b;\ninterface c { f: func(); }\n").unwrap();
        wit_component::encode(&resolve, package).unwrap()
    };
    let cases: Vec<(&str, Option<Vec<u8>>, &str)> = vec![
        ("missing.wasm", None, "cannot read `missing.wasm`: no such file"),
        ("directory", None, "`directory` is a directory, not a component"),
        ("module.wat", Some(b"(module)".to_vec()), "`module.wat` is a core module without WIT metadata"),
        ("package.wasm", Some(wit_package), "`package.wasm` is a WIT package, not a component"),
        ("broken.wasm", Some(broken), "`broken.wasm` is truncated"),
        ("empty.weld", Some(vec![]), "`empty.weld` is empty"),
        ("later.weld", Some(b"weld snapshot 2\n".to_vec()), "`later.weld` is a snapshot of version 2"),
        ("none.weld", Some(b"weld snapshots\n".to_vec()), "`none.weld` is not a snapshot"),
        ("line.weld", Some(b"weld snapshot 1\n\nnonsense\n".to_vec()), "`line.weld` is not a snapshot in line 3"),
        ("binary.weld", Some(b"weld snapshot 1\n\xff".to_vec()), "`binary.weld` is not text: byte 16 is not UTF-8"),
        ("head.weld", Some(cut(snapshot.find("\nwit").unwrap())), "the snapshot `head.weld` is truncated"),
        ("brace.weld", Some(cut(interface)), "the snapshot `brace.weld` is truncated"),
        ("world.weld", Some(cut(snapshot.find("  package acme").unwrap())), "the snapshot `world.weld` is truncated"),
    ];
    for (file, bytes, message) in cases {
        bytes.into_iter().for_each(|bytes| _ = directory.put(file, bytes));
        for arguments in [[file, good.as_str()], [good.as_str(), file]] {
            let said = fails(weld(directory.0.path()).arg("diff").args(arguments));
            assert!(said.contains(message), "{message}\n{said}");
        }
    }
}

#[test]
fn diff_json_equals_the_text() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let new = directory.snapshot(&new, "new.weld");
    let (text, code) = directory.diff_with(&old, &new, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(code, 1);
    assert_eq!(json["version"], 1);
    assert_eq!(json["before"], serde_json::json!({ "file": "old.wasm", "form": "component" }));
    assert_eq!(json["after"], serde_json::json!({ "file": "new.weld", "form": "snapshot" }));
    assert_eq!(json["verdict"], "different");
    assert_eq!(
        json["capabilities"][1],
        serde_json::json!({
            "change": "added", "instance": "ml", "with_instance": false, "capabilities": ["sockets"], "through": ["net"]
        })
    );
    assert_eq!(json["imports"][0]["name"], "wasi:sockets/probe@0.2.12");
    assert_eq!(json["components"][0]["change"], "changed");
    assert_eq!(json["components"][0]["after"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(json["size"], serde_json::Value::Null);
    let (text, code) = directory.diff_with(&old, &old, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["verdict"], code), (&serde_json::json!("equal"), 0));
}

/// The changes of each kind that there are in each group, seen from one side or from the other.
fn counted(difference: &Value, is_mirrored: bool) -> Vec<(&'static str, Vec<&str>)> {
    let mirror = |change| match change {
        "added" if is_mirrored => "removed",
        "removed" if is_mirrored => "added",
        "wrapped" if is_mirrored => "unwrapped",
        "unwrapped" if is_mirrored => "wrapped",
        change => change,
    };
    let seen = |group| {
        let changes = difference[group].as_array().unwrap().iter();
        let mut changes: Vec<&str> = changes.map(|it| mirror(it["change"].as_str().unwrap())).collect();
        changes.sort();
        (group, changes)
    };
    ["capabilities", "imports", "exports", "components", "wiring", "adapters", "grants"].map(seen).into()
}

#[test]
fn diff_has_the_same_groups_in_both_directions() {
    let directory = Directory::new();
    let mut files: Vec<Vec<u8>> = guests().iter().map(|file| std::fs::read(file).unwrap()).collect();
    for more in
        ["", "[virtualize.storygen]\ndefault = \"deny\"\n", "[wire]\n\"storygen/acme:cms/store@1.0.0\" = \"kv#1\"\n"]
    {
        let file = directory.cms("cms.wasm", more, |_| {});
        files.push(directory.read(&file));
    }
    files.push(support::virt(&guest("command-0.2.12"), &["default=allow", "random=deny"]));
    files.push(support::plug(&guest("kv-app"), &[guest("kv-store")]));
    let given = files.len();
    // Of the core modules, one has imports that only its WIT describes.
    let snapshots: Vec<_> = files.into_iter().filter_map(|bytes| weld::snapshot(bytes).ok()).collect();
    assert!(snapshots.len() > 25 && snapshots.len() == given - 1, "{} of {given}", snapshots.len());
    let json = |difference: &weld::Difference| -> Value { serde_json::from_str(&difference.json()).unwrap() };
    for a in &snapshots {
        assert_eq!(weld::diff(a, a), weld::Difference::default());
        for b in &snapshots {
            let (there, back) = (weld::diff(a, b), weld::diff(b, a));
            assert_eq!(there.is_empty(), back.is_empty());
            let (there, back) = (json(&there), json(&back));
            assert_eq!(counted(&there, false), counted(&back, true));
            assert_eq!(there["types_unknown"].is_null(), back["types_unknown"].is_null());
        }
    }
}

#[test]
fn diff_reads_foreign_snapshots_in_bounded_time() {
    let directory = Directory::new();
    directory.put("net.wat", NET);
    let snapshot = |from: &str, wit: &str| {
        format!("weld snapshot 1\n\ntree\n  a  sha256 0\n    b  <- {from}\n\nwit\n  world root {{\n{wit}  }}\n")
    };
    let names = "#a".repeat(100_000);
    let bundles = format!("{}x{}", "{b <- ".repeat(100_000), "}".repeat(100_000));
    let braces = format!("{}{}", "  record r {\n".repeat(100_000), "  }\n".repeat(100_000));
    let plain = directory.put("plain.weld", snapshot("host", ""));
    for (name, text) in [
        ("names.weld", snapshot(&names, "")),
        ("bundles.weld", snapshot(&bundles, "")),
        ("braces.weld", snapshot("host", &braces)),
    ] {
        let other = directory.put(name, text);
        let (text, code) = directory.diff(&plain, &other);
        assert_eq!(code, 1);
        assert_eq!(groups(&text), [if name == "braces.weld" { "types" } else { "wiring" }]);
    }
}

/// The text of a snapshot with that tree.
fn with_tree(tree: &str) -> String {
    format!("weld snapshot 1\n\ntree\n{tree}\nwit\n  world root {{\n  }}\n")
}

impl Directory {
    /// What weld says of two snapshots with these trees, from either side: of something that differs, it says something.
    #[track_caller]
    fn of_trees(&self, before: &str, after: &str) -> String {
        let (old, new) = (self.put("old.weld", with_tree(before)), self.put("new.weld", with_tree(after)));
        assert_eq!(self.diff(&new, &old).1, self.diff(&old, &new).1);
        self.diff(&old, &new).0
    }
}

#[test]
fn diff_distinguishes_two_unknown_argument_sources() {
    let directory = Directory::new();
    let tree = |from: &str| format!("  a  sha256 0\n    i  <- {from}\n");
    for (was, is) in [("x", "y"), ("x", "own"), ("x#e", "x#f"), ("{f <- x}", "{f <- y}"), ("\"a b\"", "\"a c\"")] {
        let expected = format!("wiring\n  ~ `a`: `i` from `{is}`, not from `{was}`\n");
        assert_eq!(directory.of_trees(&tree(was), &tree(is)), expected);
    }
    // In a component that is the same, its parts are too; in one that is not, that is said of it, and of nothing that it has.
    let within = |digest: u8, from: &str| format!("  p  sha256 {digest}\n    a  sha256 0\n      i  <- {from}\n");
    let expected = "wiring\n  ~ `p/a`: `i` from `y`, not from `x`\n";
    assert_eq!(directory.of_trees(&within(1, "x"), &within(1, "y")), expected);
    let expected = "components\n  ~ `p` is another component: sha256 1 -> sha256 2\n";
    for (was, is) in [("x", "y"), ("x", "own"), ("own", "y"), ("{f <- x}", "{f <- y}")] {
        assert_eq!(directory.of_trees(&within(1, was), &within(2, is)), expected);
    }
    // A name that is known is a wire all the same.
    let known = |digest: u8, from: &str| format!("{}    b  sha256 0\n    c  sha256 3\n", within(digest, from));
    let expected = format!("{expected}\nwiring\n  ~ `p/a`: `i` from `c`, not from `b`\n");
    assert_eq!(directory.of_trees(&known(1, "b"), &known(2, "c")), expected);
}

#[test]
fn diff_omits_inner_wiring_of_a_replaced_component() {
    let directory = Directory::new();
    // A program with another one in it, which has its import from a component without code.
    let program = |shim: &str, value: u8| {
        format!(
            r#"(component
                (component $program
                    (core module $code (func (export "f") (result i32) i32.const {value}))
                    (core instance $code (instantiate $code))
                    (func $f (result u32) (canon lift (core func $code "f")))
                    (component $shim (import "g" (func $g (result u32))) (export "f" (func $g)))
                    (instance ${shim} (instantiate $shim (with "g" (func $f))))
                    (component $inner (import "f" (func (result u32))) (core module (func)))
                    (instance $inner (instantiate $inner (with "f" (func ${shim} "f")))))
                (instance $p (instantiate $program)))"#
        )
    };
    let old = directory.put("old.wat", program("first", 1));
    let new = directory.put("new.wat", program("second", 2));
    let snapshot = String::from_utf8(directory.read(&directory.snapshot(&old, "old.weld"))).unwrap();
    assert!(snapshot.contains("<- first\n") && !snapshot.contains("    first"), "{snapshot}");
    let text = directory.words(&old, &new);
    assert_eq!(groups(&text), ["components"], "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn diff_distinguishes_instances_named_like_keywords() {
    let directory = Directory::new();
    let names = ["host", "outer", "a b", "own", "component x"];
    let component = |from: &str| {
        let instances: String =
            names.iter().map(|name| format!("(instance $\"{name}\" (instantiate $net))\n")).collect();
        let socket = r#"(component $ml (import "acme:net/fetch@1.0.0" (instance)) (core module (func)))"#;
        let with = format!(r#"(with "acme:net/fetch@1.0.0" (instance {from}))"#);
        let net = NET.replacen("(component", "(component $net", 1);
        format!(
            r#"(component (import "acme:net/fetch@1.0.0" (instance $import (export "fetch" (func (result u32)))))
                {net} {instances}
                {} (instance $ml (instantiate $ml {with})))"#,
            socket.replace("(instance)", r#"(instance (export "fetch" (func (result u32))))"#)
        )
    };
    let instance = |name: &str| component(&format!("$\"{name}\" \"acme:net/fetch@1.0.0\""));
    let mut files = vec![(directory.put("import.wat", component("$import")), "host".to_owned())];
    for (index, name) in names.iter().enumerate() {
        files.push((directory.put(&format!("{index}.wat"), instance(name)), format!("\"{name}\"")));
    }
    for (old, was) in &files {
        for (new, is) in files.iter().filter(|(new, _)| new != old) {
            let text = directory.words(old, new);
            let expected = format!("wiring\n  ~ `ml`: `acme:net/fetch@1.0.0` from `{is}`, not from `{was}`\n");
            assert!(text.ends_with(&expected), "{text}");
        }
    }
}

#[test]
fn diff_parses_quoted_names_in_inline_instances() {
    let directory = Directory::new();
    let tree = |from: &str| {
        let instance = |name: &str| format!("  {name}  sha256 1\n");
        let others: String = ["\"a <- b, c\"", "\"a}\"", "\"{\"", "b"].map(instance).concat();
        format!("  a  sha256 0\n    i  <- {from}\n{others}")
    };
    let bundles = [
        "{f <- \"a}\", g <- b}",
        "{f <- b, g <- \"a}\"}",
        "{f <- \"a <- b, c\", g <- b}",
        "{f <- \"{\", g <- b}",
        "{f <- \"{\", g <- \"{\"}",
        "{\"f <- b, g\" <- b}",
        "{f <- b, g <- b}",
    ];
    for was in bundles {
        for is in bundles {
            let changed = format!("wiring\n  ~ `a`: `i` from `{is}`, not from `{was}`\n");
            assert_eq!(directory.of_trees(&tree(was), &tree(is)), if was == is { "equal\n" } else { &changed });
        }
    }
}

#[test]
fn diff_reports_rewiring_between_adapters() {
    let directory = Directory::new();
    let adapters = "  x:adapter  (adapter)  sha256 1\n  y:adapter  (adapter)  sha256 2\n";
    let tree = |from: &str, adapters: &str| format!("  x  sha256 0\n    i  <- {from}\n{adapters}");
    let expected = |was: &str, is: &str| format!("wiring\n  ~ `x`: `i` from `{is}`, not from `{was}`\n");
    for (was, is) in
        [("x:adapter", "y:adapter"), ("x:adapter", "host"), ("host", "x:adapter"), ("x:adapter", "x:adapter#j")]
    {
        assert_eq!(directory.of_trees(&tree(was, adapters), &tree(is, adapters)), expected(was, is));
    }
    // One that was generated anew says nothing of an instance that it was not for.
    let anew = adapters.replace("sha256 2", "sha256 3");
    let text = directory.of_trees(&tree("host", adapters), &tree("y:adapter", &anew));
    assert!(text.starts_with(&expected("host", "y:adapter")), "{text}");
    let text = directory.of_trees(&tree("x:adapter", adapters), &tree("y:adapter", &anew));
    assert!(text.starts_with(&expected("x:adapter", "y:adapter")), "{text}");
    // What came or went has a line, from which it follows.
    let came = directory.of_trees(&tree("host", ""), &tree("x:adapter", "  x:adapter  (adapter)  sha256 1\n"));
    assert_eq!(came, "adapters\n  + `x:adapter`\n");
}

#[test]
fn diff_reports_rewired_adapter_arguments() {
    let directory = Directory::new();
    let tree = |digest: u8, from: &str, more: &str| {
        format!(
            "  evil  sha256 5\n  kv  sha256 4\n  x  sha256 0\n    i  <- x:adapter\n    s  <- {from}\n  \
             x:adapter  (adapter)  sha256 {digest}\n{more}"
        )
    };
    let anew = "adapters\n  ~ `x:adapter`, generated again: sha256 1 -> sha256 2\n";
    let text = directory.of_trees(&tree(1, "kv", ""), &tree(2, "x:adapter", "    s  <- kv\n"));
    assert_eq!(text, anew);
    let text = directory.of_trees(&tree(1, "kv", ""), &tree(2, "x:adapter", "    s  <- evil\n"));
    let said = "wiring\n  ~ `x`: `s` from `x:adapter`, not from `kv`\n  + `x:adapter`: `s` from `evil`\n";
    assert_eq!(text, format!("{said}\n{anew}"));
}

/// The text of a snapshot with one import and that tree.
fn with_sockets(reached_by: &str, tree: &str) -> String {
    let world = "  world root {\n    import wasi:sockets/probe@0.2.12;\n  }\n  package wasi:sockets@0.2.12 {\n    \
                 interface probe {\n      probe: func() -> u32;\n    }\n  }\n";
    format!("weld snapshot 1\n\nimports\n  wasi:sockets/probe@0.2.12  {reached_by}\n\ntree\n{tree}\nwit\n{world}")
}

#[test]
fn diff_reports_capabilities_of_a_false_adapter() {
    let directory = Directory::new();
    let tree = |digest: u8| format!("  x  sha256 0\n    i  <- x:adapter\n  x:adapter  (adapter)  sha256 {digest}\n");
    let anew = "adapters\n  ~ `x:adapter`, generated again: sha256 1 -> sha256 2\n";
    // The instance that it is for had them already.
    let old = directory.put("old.weld", with_sockets("x", &tree(1)));
    let new = directory.put("new.weld", with_sockets("x, x:adapter", &tree(2)));
    let text = directory.words(&old, &new);
    assert_eq!(text, format!("capabilities\n  + `x:adapter` can now reach `sockets`\n\n{anew}"));
    // It gains them too.
    let old = directory.put("old.weld", with_sockets("y", &tree(1)));
    let text = directory.words(&old, &new);
    assert_eq!(text, format!("capabilities\n  + `x` can now reach `sockets`\n\n{anew}"));
    // It does not reach them.
    let new = directory.put("new.weld", with_sockets("x:adapter", &tree(2)));
    let text = directory.words(&old, &new);
    assert_eq!(text, format!("capabilities\n  + `x:adapter` can now reach `sockets`\n\n{anew}"));
    // It is for nobody.
    let tree = |more: &str| format!("  x  sha256 0\n{more}");
    let old = directory.put("old.weld", with_sockets("x", &tree("")));
    let new = directory.put("new.weld", with_sockets("x, x:adapter", &tree("  x:adapter  (adapter)  sha256 2\n")));
    assert_eq!(
        directory.words(&old, &new),
        "capabilities\n  + `x:adapter`, which is new, can reach `sockets`\n\nadapters\n  + `x:adapter`\n"
    );
}

#[test]
fn diff_attributes_an_import_to_its_adapter() {
    let directory = Directory::new();
    let tree = "  x  sha256 0\n    i  <- x:adapter\n  x:adapter  (adapter)  sha256 1\n";
    let old = directory.put("old.weld", with_tree(tree));
    let new = directory.put("new.weld", with_sockets("x:adapter", tree));
    let text = directory.words(&old, &new);
    assert!(text.contains("imports\n  + wasi:sockets/probe@0.2.12, for `x:adapter`\n"), "{text}");
    let new = directory.put("new.weld", with_sockets("x, x:adapter", tree));
    let text = directory.words(&old, &new);
    assert!(text.contains("imports\n  + wasi:sockets/probe@0.2.12, for `x`\n"), "{text}");
}

#[test]
fn diff_reports_a_component_replaced_by_a_false_adapter() {
    let directory = Directory::new();
    let tree = |adapter: &str, digest: u8| format!("  x  sha256 0\n  x:adapter  {adapter}sha256 {digest}\n");
    let (program, adapter) = (tree("", 1), tree("(adapter)  ", 2));
    assert_eq!(
        directory.of_trees(&program, &adapter),
        "components\n  ~ `x:adapter` is another component: no adapter -> called an adapter, sha256 1 -> sha256 2\n\n\
         adapters\n  + `x:adapter`\n"
    );
    assert_eq!(
        directory.of_trees(&adapter, &program),
        "components\n  ~ `x:adapter` is another component: called an adapter -> no adapter, sha256 2 -> sha256 1\n\n\
         adapters\n  - `x:adapter`\n"
    );
    assert_eq!(
        directory.of_trees(&tree("", 2), &adapter),
        "components\n  ~ `x:adapter` is the same component: no adapter -> called an adapter\n\n\
         adapters\n  + `x:adapter`\n"
    );
}

#[test]
fn diff_reports_unknown_interfaces_of_wasi_io() {
    let directory = Directory::new();
    let old = directory.put("old.wat", "(component)");
    for (name, is_said) in [("error", false), ("poll", false), ("streams", false), ("network", true)] {
        let items = format!(r#"(import "wasi:io/{name}@0.2.12" (instance (export "f" (func (result u32)))))"#);
        let new = directory.put("new.wat", importing(&items));
        let text = directory.words(&old, &new);
        let expected = format!("  + the component can now reach `wasi:io/{name}`\n");
        assert_eq!(text.contains(&expected), is_said, "{text}");
    }
}

#[test]
fn diff_matches_component_arguments_by_digest() {
    let directory = Directory::new();
    let tree = |from: &str| format!("  a  sha256 0\n    i  <- {from}\n");
    for (was, is) in [
        ("component c sha256 1", "component c sha256 2"),
        ("component c", "component c sha256 2"),
        ("component \"c d\" sha256 1", "component \"c d\" sha256 2"),
        ("{f <- component c sha256 1}", "{f <- component c sha256 2}"),
    ] {
        let expected = format!("wiring\n  ~ `a`: `i` from `{is}`, not from `{was}`\n");
        assert_eq!(directory.of_trees(&tree(was), &tree(is)), expected);
        // What is around does not cover it: the component may be one that comes from elsewhere.
        let within = |digest: u8, from: &str| format!("  p  sha256 {digest}\n    a  sha256 0\n      i  <- {from}\n");
        let text = directory.of_trees(&within(1, was), &within(2, is));
        assert!(text.ends_with(&expected.replace("`a`", "`p/a`")), "{text}");
    }
}

#[test]
fn diff_reports_no_rewiring_for_a_wrapped_component() {
    let directory = Directory::new();
    let world = "\nwit\n  world root {\n    import i: func();\n  }\n";
    let imports = |by: &str| format!("imports\n  i  {by}\n");
    let program = format!(
        "weld snapshot 1\n\ncomponent\n  sha256 1\n\n{}\ntree\n  a  sha256 2\n    i  <- host\n    \
         j  <- {{f <- host#i, \"g <- host,\" <- hosts}}\n  hosts  sha256 3\n{world}",
        imports("a")
    );
    let wrapper = format!(
        "weld snapshot 1\n\n{}\ntree\n  p  sha256 1\n    i  <- host\n    a  sha256 2\n      i  <- outer\n      \
         j  <- {{f <- outer#i, \"g <- host,\" <- hosts}}\n    hosts  sha256 3\n{world}",
        imports("p, p/a")
    );
    let (old, new) = (directory.put("old.weld", program), directory.put("new.weld", wrapper));
    assert_eq!(directory.words(&old, &new), "components\n  ~ the component is within another now, as `p`\n");
    assert_eq!(directory.words(&new, &old), "components\n  ~ the component is what `p` was, by itself\n");
}

#[test]
fn diff_reports_a_changed_instantiation_order() {
    let directory = Directory::new();
    let [old, new] = [["a", "b"], ["b", "a"]].map(|order| {
        let made = order.map(|name| format!("(instance ${name} (instantiate $c))")).concat();
        let text = format!("(component (component $c (core module)) {made})");
        directory.put(&format!("{}.wat", order.concat()), text)
    });
    let said = |order: &str| format!("wiring\n  ~ instances are created in another order: {order}\n");
    assert_eq!(directory.words(&old, &new), said("b, a"));
    assert_eq!(directory.words(&new, &old), said("that of their names"));
}

#[test]
fn diff_compares_the_types_of_a_renamed_interface() {
    let directory = Directory::new();
    let named = |parameter: &str| {
        format!(r#"(component (import "x" (implements "a:b/c") (instance (export "f" (func {parameter})))))"#)
    };
    let old = directory.put("old.wat", named(""));
    let new = directory.put("new.wat", named(r#"(param "n" u32)"#));
    assert_eq!(directory.words(&old, &new), "imports\n  ~ x\n    - f: func();\n    + f: func(n: u32);\n");
}

#[test]
fn diff_reports_a_changed_external_id() {
    let directory = Directory::new();
    let of = |id: &str| format!(r#"(component (import "f" (external-id "{id}") (func)))"#);
    let (old, new) = (directory.put("old.wat", of("a")), directory.put("new.wat", of("b")));
    let expected = "imports\n  ~ f\n    - @external-id(\"a\") f: func();\n    + @external-id(\"b\") f: func();\n";
    assert_eq!(directory.words(&old, &new), expected);
}

#[test]
fn diff_reports_differences_outside_all_groups() {
    let directory = Directory::new();
    // What is within an interface may say it, too.
    let of = |id: &str| format!(r#"(component (import "x:y/z" (instance (export "f" (external-id "{id}") (func)))))"#);
    let (old, new) = (directory.put("old.wat", of("a")), directory.put("new.wat", of("b")));
    let (text, code) = directory.diff(&old, &new);
    assert!(
        text.ends_with("the snapshots differ in a way that has no words: compare `weld snapshot` of both\n"),
        "{text}"
    );
    assert_eq!(code, 1);
}

/// A component that imports `x`, which is what `says` says, and one thing more.
fn with_label(says: &str, more: &str) -> String {
    format!(
        r#"(component {more}
             (import "x" {says} (instance $x (export "get-random-u64" (func (result u64)))))
             (component $user
               (import "x" (instance $x (export "get-random-u64" (func (result u64)))))
               (core func $f (canon lower (func $x "get-random-u64"))))
             (instance $user (instantiate $user (with "x" (instance $x)))))"#
    )
}

#[test]
fn diff_reports_a_capability_under_another_label() {
    let implements = "(implements \"wasi:random/random@0.2.0\")";
    // A core module makes a world of which WIT has no words.
    for more in ["", "(import \"code\" (core module))"] {
        let directory = Directory::new();
        let (old, new) =
            (directory.put("old.wat", with_label("", more)), directory.put("new.wat", with_label(implements, more)));
        let (text, _) = directory.diff(&old, &new);
        assert!(
            text.starts_with(
                "capabilities\n  + the component can now reach `random`\n  + `user` can now reach `random`\n  \
                 - the component can no longer reach `x`\n"
            ),
            "{more}: {text}"
        );
    }
    // A function that is called like an interface is what that is.
    let directory = Directory::new();
    let old = directory.put("old.wat", "(component (import \"x\" (func)))");
    let new = directory.put("new.wat", "(component (import \"wasi:random/random@0.2.0\" (func)))");
    assert!(directory.diff(&old, &new).0.contains("+ the component can now reach `random`"));
}

#[test]
fn diff_matches_the_parts_of_a_virtualized_composition() {
    let directory = Directory::new();
    let before = directory.cms("before.wasm", "", |_| {});
    succeeds(weld(directory.0.path()).args(["virt", &before, "--stdout", "-q", "-o", "after.wasm"]));
    let (words, _) = directory.diff(&before, "after.wasm");
    assert!(words.contains("  ~ the component is within another now, as `before`\n"), "{words}");
    assert!(words.contains("  - `before/storygen` can no longer reach `stdin`, `stderr`, `exit`, `fs` and"), "{words}");
    for wrong in ["is new", "is gone", "  + `before`\n", "  - `kv`", "\nwiring\n"] {
        assert!(!words.contains(wrong), "{wrong}: {words}");
    }
    let (back, _) = directory.diff("after.wasm", &before);
    assert!(back.contains("  ~ the component is what `before` was, by itself\n"), "{back}");
    // Another composition of the same parts is no part of it.
    let other = "[wire]\n\"front/acme:cms/store\" = \"kv#1\"\n";
    let other = directory.cms("other.wasm", other, |_| {});
    let (words, _) = directory.diff(&other, "after.wasm");
    assert!(!words.contains("within another now"), "{words}");
}
