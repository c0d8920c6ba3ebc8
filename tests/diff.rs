//! `weld diff`: what it says of two components, in which order, and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use support::{fails, guest, project, succeeds, weld};
use tempfile::TempDir;

/// A folder to work in, with components in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
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

    /// Builds the example `cms` with some more in its manifest, after a change of what is in its folder.
    fn cms(&self, output: &str, more: &str, change: impl FnOnce(&Path)) -> String {
        let folder = tempfile::tempdir().unwrap();
        for name in ["front.wasm", "kv.wasm", "storygen.wasm"] {
            std::fs::copy(project().join("examples/cms").join(name), folder.path().join(name)).unwrap();
        }
        let manifest = format!(
            "[composition]\nname = \"acme:cms@1.0.0\"\nroot = \"front\"\noutput = \"out.wasm\"\n\n[components]\n\
             front = \"front.wasm\"\nstorygen = \"storygen.wasm\"\nkv = \"kv.wasm\"\n\n{more}"
        );
        std::fs::write(folder.path().join("weld.toml"), manifest).unwrap();
        change(folder.path());
        succeeds(weld(folder.path()).args(["build", "-q"]));
        self.put(output, std::fs::read(folder.path().join("out.wasm")).unwrap())
    }

    /// Plugs components in WAT, the first of which is the socket, each by its name.
    fn plug(&self, output: &str, components: &[(&str, &str)]) -> String {
        let folder = Folder::new();
        let mut command = weld(folder.0.path());
        command.args(["plug", "-q", "-o", "out.wasm"]);
        for (index, (name, text)) in components.iter().enumerate() {
            let name = folder.put(&format!("{name}.wat"), text);
            if index > 0 {
                command.arg("--plug");
            }
            command.arg(name);
        }
        succeeds(&mut command);
        self.put(output, folder.read("out.wasm"))
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

    /// The beginning of a digest, as it is shown.
    fn digest(&self, file: &str) -> String {
        let digest = weld::load::digest::Digest::of(&self.read(file)).to_string();
        format!("sha256 {}…", &digest[..12])
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
    let folder = guest("command-p3").parent().unwrap().to_owned();
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
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
fn a_byte_in_a_nested_component_is_that_component_replaced() {
    let folder = Folder::new();
    let old = folder.cms("old.wasm", "", |_| {});
    let new = folder.cms("new.wasm", "", |inputs| {
        let file = inputs.join("kv.wasm");
        let mut bytes = std::fs::read(&file).unwrap();
        // A path in a message of the standard library's.
        let place = bytes.windows(7).position(|window| window == b"/rustc/").unwrap();
        bytes[place + 1] = b'R';
        folder.put("kv.wasm", &bytes);
        std::fs::write(file, bytes).unwrap();
    });
    folder.put("old-kv.wasm", std::fs::read(project().join("examples/cms/kv.wasm")).unwrap());
    let expected = format!(
        "components\n  ~ `kv` is another component: {} -> {}\n",
        folder.digest("old-kv.wasm"),
        folder.digest("kv.wasm")
    );
    // The size is what it was.
    assert_eq!(folder.diff(&old, &new), (expected, 1));
}

#[test]
fn a_wire_is_said_as_wiring_and_the_instance_that_came_for_it() {
    let folder = Folder::new();
    let old = folder.cms("old.wasm", "", |_| {});
    let new = folder.cms("new.wasm", "[wire]\n\"storygen/acme:cms/store@1.0.0\" = \"kv#1\"\n", |_| {});
    folder.put("kv.wasm", std::fs::read(project().join("examples/cms/kv.wasm")).unwrap());
    let kv = folder.digest("kv.wasm");
    assert_eq!(
        folder.words(&old, &new),
        format!(
            "components\n  + `kv#1` ({kv})\n\n\
             wiring\n  ~ `storygen`: `acme:cms/store@1.0.0` from `kv#1`, not from `kv`\n"
        )
    );
    assert_eq!(
        folder.words(&new, &old),
        format!(
            "components\n  - `kv#1` ({kv})\n\n\
             wiring\n  ~ `storygen`: `acme:cms/store@1.0.0` from `kv`, not from `kv#1`\n"
        )
    );
}

#[test]
fn a_wire_alone_is_wiring_alone() {
    let folder = Folder::new();
    // Two instances in both, the other way round.
    let wires = |front: &str, storygen: &str| {
        format!(
            "[wire]\n\"front/acme:cms/store@1.0.0\" = \"{front}\"\n\"storygen/acme:cms/store@1.0.0\" = \"{storygen}\"\n"
        )
    };
    let old = folder.cms("old.wasm", &wires("kv", "kv#1"), |_| {});
    let new = folder.cms("new.wasm", &wires("kv#1", "kv"), |_| {});
    assert_eq!(
        folder.words(&old, &new),
        "wiring\n  ~ `storygen`: `acme:cms/store@1.0.0` from `kv`, not from `kv#1`\n  \
         ~ `front`: `acme:cms/store@1.0.0` from `kv#1`, not from `kv`\n"
    );
}

#[test]
fn a_setting_is_a_grant_and_an_adapter_generated_anew() {
    let folder = Folder::new();
    let grants = |value: &str| {
        format!("[virtualize.storygen]\ndefault = \"allow\"\nenv = {{ set = {{ LANG = \"{value}\" }} }}\n")
    };
    let old = folder.cms("old.wasm", &grants("C"), |_| {});
    let new = folder.cms("new.wasm", &grants("D"), |_| {});
    assert_eq!(
        folder.words(&old, &new),
        "adapters\n  ~ `storygen:adapter`, generated anew\n\n\
         grants\n  ~ `storygen`: `env` set LANG=C -> set LANG=D\n"
    );
}

#[test]
fn a_grant_of_a_capability_is_said_first_as_what_can_be_reached() {
    let folder = Folder::new();
    let grants = |more: &str| format!("[virtualize.storygen]\ndefault = \"deny\"\nstdout = \"allow\"\n{more}");
    let old = folder.cms("old.wasm", &grants(""), |_| {});
    let new = folder.cms("new.wasm", &grants("stderr = \"allow\"\n"), |_| {});
    // `front` reaches standard error all the time. That the adapter stands before it no more is not said again.
    assert_eq!(
        folder.words(&old, &new),
        "capabilities\n  + `storygen` can now reach `stderr`\n\n\
         adapters\n  ~ `storygen:adapter`, generated anew\n\n\
         grants\n  + `storygen`: `stderr` allow\n"
    );
}

#[test]
fn other_versions_are_a_line_each() {
    let folder = Folder::new();
    let (old, new) = (guest("command-0.2.6"), guest("command-0.2.12"));
    let text = folder.words(&path(&old), &path(&new));
    assert_eq!(groups(&text), ["imports", "exports", "components"]);
    let (imports, _) = support::names(&std::fs::read(&new).unwrap());
    let line = |name: &String| format!("  ~ {} 0.2.6 -> 0.2.12\n", name.strip_suffix("@0.2.12").unwrap());
    let imports: String = imports.iter().map(line).collect();
    assert!(text.starts_with(&format!("imports\n{imports}\nexports\n  ~ wasi:cli/run 0.2.6 -> 0.2.12\n\n")), "{text}");
}

#[test]
fn what_a_replaced_component_can_reach_is_said_first() {
    let folder = Folder::new();
    let old = folder.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    let new = folder.plug("new.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let digest = |name: &str, text: &str| {
        folder.put(name, wat::parse_str(text).unwrap());
        folder.digest(name)
    };
    let (was, is) = (digest("a", NET), digest("b", NET_WITH_SOCKETS));
    assert_eq!(
        folder.words(&old, &new),
        format!(
            "capabilities\n  \
             + the component can now reach `sockets`\n  \
             + `net` can now reach `sockets`\n  \
             + `ml` can now reach `sockets`, through `net`\n\n\
             imports\n  + wasi:sockets/probe@0.2.12, for `net` and `ml`\n\n\
             components\n  ~ `net` is another component: {was} -> {is}\n"
        )
    );
    assert_eq!(
        folder.words(&new, &old),
        format!(
            "capabilities\n  \
             - the component can no longer reach `sockets`\n  \
             - `net` can no longer reach `sockets`\n  \
             - `ml` can no longer reach `sockets`, through `net`\n\n\
             imports\n  - wasi:sockets/probe@0.2.12, for `net` and `ml`\n\n\
             components\n  ~ `net` is another component: {is} -> {was}\n"
        )
    );
}

#[test]
fn an_instance_of_another_name_is_the_same_instance() {
    let folder = Folder::new();
    let old = folder.plug("old.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let new = folder.plug("new.wasm", &[("ml", ML), ("wire", NET_WITH_SOCKETS)]);
    assert_eq!(folder.words(&old, &new), "components\n  ~ `net` is called `wire`, and is the same component\n");
}

#[test]
fn a_function_of_another_type_is_shown_as_wit() {
    let folder = Folder::new();
    let items = |get: &str, more: &str| {
        importing(&format!(
            r#"(import "acme:kv/store@1.0.0" (instance
                (export "get" (func (param "key" string) (result {get})))
                (export "size" (func (result u32))) {more}))"#
        ))
    };
    let old = folder.put("old.wat", items("string", r#"(export "clear" (func))"#));
    let new = folder.put("new.wat", items("u32", r#"(export "drop" (func))"#));
    assert_eq!(
        folder.words(&old, &new),
        "imports\n  ~ acme:kv/store@1.0.0\n    \
         - clear: func();\n    \
         - get: func(key: string) -> string;\n    \
         + get: func(key: string) -> u32;\n    \
         + drop: func();\n"
    );
}

#[test]
fn functions_that_a_world_has_itself_are_shown_with_their_types() {
    let folder = Folder::new();
    let old = folder.put("old.wat", importing(r#"(import "ask" (func (result u32))) (import "log" (func))"#));
    let new = folder.put("new.wat", importing(r#"(import "ask" (func (result u64))) (import "tell" (func))"#));
    assert_eq!(
        folder.words(&old, &new),
        "capabilities\n  \
         + the component can now reach `tell`\n  \
         - the component can no longer reach `log`\n\n\
         imports\n  + tell: func();\n  - log: func();\n  ~ ask\n    \
         - ask: func() -> u32;\n    \
         + ask: func() -> u64;\n"
    );
}

/// A snapshot of `kv-store`, with its world, in which something is another.
fn edited(folder: &Folder, name: &str, from: &str, to: &str) -> String {
    let text = succeeds(weld(folder.0.path()).arg("snapshot").arg(guest("kv-store"))).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(from), "{text}");
    folder.put(name, text.replacen(from, to, 1))
}
